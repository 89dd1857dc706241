package topic

import (
	"strings"
	"unicode"
)

// hiddenRune says that a character is not to be seen, or changes how others are
// read: controls, marks of direction, spaces of no width, fillers, tags. The two
// joiners are looked at apart; see keepsJoiner.
func hiddenRune(r rune) bool {
	switch r {
	case '\n', '\t', '\u200C', '\u200D':
		return false
	case '\u034F', '\u115F', '\u1160', '\u17B4', '\u17B5', '\u180B', '\u180C', '\u180D', '\u180F', '\u2800', '\u3164', '\uFFA0':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || r == '\u2028' || r == '\u2029'
}

// joining are the scripts in which a joiner changes a word.
var joining = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya,
	unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
}

// keepsJoiner says that a joiner between two characters is part of a word or of a
// picture, and not a hidden mark.
func keepsJoiner(before, after rune) bool {
	picture := func(r rune) bool { return unicode.In(r, unicode.So, unicode.Sk) || r == '\uFE0F' }
	return unicode.In(before, joining...) && unicode.In(after, joining...) || picture(before) && picture(after)
}

// mostMarks is how many marks one letter may bear; more are drawn over the lines
// above and below. No language writes more than four.
const mostMarks = 4

// withoutHidden answers text without what cannot be seen, and without marks piled
// on one letter.
func withoutHidden(text string) string {
	runes := []rune(text)
	out := make([]rune, 0, len(runes))
	marks := 0
	for i, r := range runes {
		if unicode.Is(unicode.Mn, r) {
			marks++
		} else {
			marks = 0
		}
		switch {
		case hiddenRune(r), marks > mostMarks:
			continue
		case r == '\u200C' || r == '\u200D':
			if len(out) == 0 || i+1 == len(runes) || !keepsJoiner(out[len(out)-1], runes[i+1]) {
				continue
			}
		}
		out = append(out, r)
	}
	return string(out)
}

// lookalikes are letters that look like a Latin one: small ones, and capitals whose
// small letter looks like another. The table is of the alphabets that are mixed up in practice; Unicode's own (UTS 39) has
// six thousand more, of scripts that no reader of these would take for one.
var lookalikes = func() map[rune]rune {
	table := map[rune]rune{}
	for latin, others := range map[rune]string{
		'a': "аɑα", 'b': "ЬьᏏ", 'c': "сϲⅽ", 'd': "ԁⅾ", 'e': "еєҽ", 'f': "ƒ", 'g': "ɡ", 'h': "һн", 'i': "іıι", 'j': "јϳ", 'k': "кκ", 'l': "ӏ1|ⅼ", 'm': "мⅿ", 'n': "ոп",
		'o': "оοօ0", 'p': "рρ", 'q': "ԛ", 'r': "г", 's': "ѕ", 't': "тτ", 'u': "υս", 'v': "ѵν", 'w': "ԝшω", 'x': "хχ", 'y': "уүγ", 'z': "ᴢ",
	} {
		for _, r := range others {
			table[r] = latin
		}
	}
	for latin, others := range map[rune]string{
		'a': "Α", 'b': "ВΒ", 'e': "Ε", 'h': "Η", 'i': "Ι", 'k': "Κ", 'm': "Μ", 'n': "Ν", 'o': "Ο", 'p': "Ρ", 't': "Τ", 'x': "Χ", 'y': "ΥҮ", 'z': "Ζ",
	} {
		for _, r := range others {
			table[r] = latin
		}
	}
	return table
}()

// Skeleton answers what a reader takes a short text for: letters of other
// alphabets as the Latin ones that they look like, without case, loose marks,
// spaces and what cannot be seen. Two texts of one skeleton can't be told apart at a glance.
func Skeleton(text string) string {
	var b strings.Builder
	for _, r := range withoutHidden(text) {
		if r >= '！' && r <= '～' { // full width
			r -= '！' - '!'
		}
		if unicode.In(r, unicode.Mn, unicode.Z) || r == '\n' || r == '\t' {
			continue
		}
		if lookalikes[r] == 0 {
			r = unicode.ToLower(r)
		}
		if latin := lookalikes[r]; latin != 0 {
			r = latin
		}
		b.WriteRune(r)
	}
	return b.String()
}

// alphabets are those whose letters are taken for another's.
var alphabets = []struct {
	name  string
	table *unicode.RangeTable
}{{"Latin", unicode.Latin}, {"Cyrillic", unicode.Cyrillic}, {"Greek", unicode.Greek}, {"Armenian", unicode.Armenian}, {"Cherokee", unicode.Cherokee}}

// MixedWord answers a word that is written in two alphabets at once and which they
// are, "" where there is none. Names of people never are; names made to be taken
// for another's often.
func MixedWord(text string) (word, one, other string) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) }) {
		found := ""
		for _, r := range word {
			for _, a := range alphabets {
				switch {
				case !unicode.Is(a.table, r):
				case found == "":
					found = a.name
				case found != a.name:
					return word, found, a.name
				}
			}
		}
	}
	return "", "", ""
}

// alike answers the place of an earlier entry of a list that looks like the entry
// at i, -1 for none.
func alike(list []string, i int) int {
	s := Skeleton(list[i])
	for k := range i {
		if list[k] != list[i] && Skeleton(list[k]) == s {
			return k
		}
	}
	return -1
}
