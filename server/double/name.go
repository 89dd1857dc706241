package double

import (
	"slices"
	"strings"
	"unicode"
)

// Letters of the two alphabets that look alike.
const (
	likeLatin    = "aceopxyikmthbABCEHKMOPTXY"
	likeCyrillic = "асеорхуікмтһвАВСЕНКМОРТХУ"
)

var toCyrillic, toLatin = func() (map[rune]rune, map[rune]rune) {
	c, l := map[rune]rune{}, map[rune]rune{}
	other := []rune(likeCyrillic)
	for i, r := range []rune(likeLatin) {
		c[r], l[other[i]] = other[i], r
	}
	return c, l
}()

// latin writes Cyrillic letters in Latin ones.
var latin = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "i", 'к': "k", 'л': "l", 'м': "m",
	'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "h", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "sh", 'ъ': "",
	'ы': "i", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia", 'і': "i", 'ї': "i", 'є': "e", 'ґ': "g", 'ў': "u", 'һ': "h",
}

// plain are Latin letters without their marks.
var plain = func() map[rune]string {
	m := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ı': "i"}
	for base, marked := range map[string]string{
		"a": "àáâãäåāăąǎ", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ", "i": "ìíîïĩīĭįǐ", "j": "ĵ", "k": "ķ", "l": "ĺļľŀ",
		"n": "ñńņňŉ", "o": "òóôõöōŏőǒ", "r": "ŕŗř", "s": "śŝşšș", "t": "ţťŧț", "u": "ùúûüũūŭůűųǔ", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
	} {
		for _, r := range marked {
			m[r] = base
		}
	}
	return m
}()

// sounds are spellings of one sound, the longest first.
var sounds = strings.NewReplacer(
	"shch", "sh", "sch", "sh", "kh", "h", "tz", "ts", "ck", "k", "ph", "f", "yu", "iu", "ju", "iu", "ya", "ia", "ja", "ia", "ye", "e", "je", "e",
	"yo", "e", "jo", "e", "ks", "x", "iy", "i", "ij", "i", "yi", "i", "ii", "i", "y", "i", "j", "i", "w", "v",
)

// fold writes a name as what it sounds like: its parts in Latin letters, in order.
func fold(name string) []string {
	var parts []string
	for _, word := range strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && r != '\'' && r != '’'
	}) {
		if w := foldWord(word); w != "" {
			parts = append(parts, w)
		}
	}
	slices.Sort(parts)
	return parts
}

func foldWord(word string) string {
	cyrillic, roman := 0, 0
	for _, r := range word {
		switch {
		case unicode.Is(unicode.Cyrillic, r) && toLatin[r] == 0:
			cyrillic += 2 // only this alphabet has it
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		case r < 0x250 && toCyrillic[r] == 0:
			roman += 2
		case r < 0x250:
			roman++
		}
	}
	var b strings.Builder
	for _, r := range word {
		if cyrillic > 0 && roman > 0 {
			to := toCyrillic
			if roman > cyrillic {
				to = toLatin
			}
			if other := to[r]; other != 0 {
				r = other
			}
		}
		r = unicode.ToLower(r)
		if s, ok := latin[r]; ok {
			b.WriteString(s)
		} else if s, ok := plain[r]; ok {
			b.WriteString(s)
		} else if unicode.IsLetter(r) {
			b.WriteRune(r)
		}
	}
	return single(sounds.Replace(b.String()))
}

// single takes out the second of two same letters in a row.
func single(s string) string {
	var b strings.Builder
	last := rune(0)
	for _, r := range s {
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// bones are the parts of a name without their vowels but a first one.
func bones(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		for i, r := range p {
			if i == 0 || !strings.ContainsRune("aeiou", r) {
				b.WriteRune(r)
			}
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// near says that two folded names differ by typing slips at most: one in short names,
// two in long ones, a slip being a letter more, less, other, or two in another order.
// A shorter name that lacks a middle part is near too.
func near(x, y *known) bool {
	if len(x.parts) == 0 || len(y.parts) == 0 {
		return false
	}
	if len(x.parts) > len(y.parts) {
		x, y = y, x
	}
	if len(x.parts) >= 2 && len(x.parts) < len(y.parts) {
		return within(x.parts, y.parts)
	}
	most := 1
	if min(len(x.whole), len(y.whole)) >= 18 {
		most = 2
	}
	return slips(x.whole, y.whole, most) <= most
}

// within says that all of a few parts stand among others; both are in order.
func within(few, many []string) bool {
	for _, p := range few {
		at := slices.Index(many, p)
		if at < 0 {
			return false
		}
		many = many[at+1:]
	}
	return true
}

// slips counts the slips between two words (Damerau and Levenshtein, adjacent letters
// only), most+1 where there are more than most.
func slips(a, b string, most int) int {
	if a == b {
		return 0
	}
	if d := len(a) - len(b); d > most || -d > most {
		return most + 1
	}
	var rows [3][64]int
	if len(b) >= len(rows[0]) {
		return most + 1 // no name is so long
	}
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], most+1)
}
