package ru

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"veche/nlp/lang"
)

// There is no dictionary here: what a word is, and its nominative, are read
// from the forms in which the texts themselves have it. A nominative of a
// noun is only ever one that somebody wrote; adjectives before it are made
// to agree.

type gender int

const (
	masculine gender = iota
	feminine
	neuter
	plural
)

// paradigm is a declension as endings after the stem of the Snowball
// stemmer. Endings that may be either number are in neither list.
type paradigm struct {
	gender           gender
	singular, many   []string // nominatives
	oneOnly, allOnly []string // other endings that tell the number
	either           []string
}

var paradigms = []paradigm{
	{
		masculine, []string{"", "ь", "й"}, []string{"ы", "и", "ья"},
		[]string{"а", "я", "у", "ю", "ом", "ем", "ём", "е"},
		[]string{"ов", "ев", "ей", "ам", "ям", "ами", "ями", "ах", "ях", "ьев", "ьям", "ьями", "ьях"}, nil,
	},
	{
		feminine, []string{"а", "я"}, []string{"ы", "и"},
		[]string{"е", "у", "ю", "ой", "ей", "ою", "ею"},
		[]string{"", "ам", "ям", "ами", "ями", "ах", "ях"}, []string{"ы", "и"},
	},
	{
		neuter, []string{"о", "е", "ё"}, []string{"а", "я", "ья"},
		[]string{"у", "ю", "ом", "ем"},
		[]string{"", "ей", "ам", "ям", "ами", "ями", "ах", "ях", "ьев", "ьям", "ьями", "ьях"}, []string{"а", "я", "е"},
	},
	{
		neuter, []string{"ие", "ье"}, []string{"ия", "ья"},
		[]string{"ию", "ью", "ием", "ьем"}, []string{"ий", "иям", "иями", "иях"}, []string{"ия", "ья", "ии"},
	},
	{
		feminine, []string{"ия"}, []string{"ии"},
		[]string{"ию", "ией"}, []string{"ий", "иям", "иями", "иях"}, []string{"ии"},
	},
	{
		feminine, []string{"ь"}, []string{"и"},
		[]string{"ью"}, []string{"ей", "ям", "ями", "ях"}, []string{"и"},
	},
}

var (
	// adjectiveOnly are endings that nouns and verbs don't have.
	adjectiveOnly = []string{"ый", "ая", "яя", "ое", "ее", "ые", "ого", "его", "ому", "ему", "ую", "юю", "ых", "ыми"}
	adjectiveAlso = []string{"о", "ий", "ой", "ие", "ей", "ом", "ем", "ым", "им", "их", "ими"}
	adjectiveOf   = [4][]string{{"ый", "ий"}, {"ая", "яя"}, {"ое", "ее"}, {"ые", "ие"}}

	// verbOnly are ends of whole words that only verbs have; verbAlso are
	// found in nouns too.
	verbOnly = []string{"йте", "йтесь", "ться", "тся", "ает", "яет", "ует", "ают", "яют", "уют", "еют", "аем", "аете", "ишь", "ешь", "лись", "лась", "лось", "вать", "ывать", "ить", "ять", "нуть", "ивал", "ывал", "ивала", "ывала", "ивали", "ывали", "шел", "шла", "шли", "чил", "чила", "чили"}
	// What happened: with a form of several people in it, only verbs have these.
	pastMany = []string{"али", "или", "ели", "яли", "ули", "ыли"}
	past     = []string{"ал", "ала", "ало", "али", "ил", "ила", "ило", "или", "ел", "ела", "ело", "ели", "ял", "яла", "яло", "яли", "ул", "ула", "уло", "ули", "ыл", "ыла", "ыло", "ыли"}
	verbAlso = []string{"ать", "еть", "ите", "ал", "ала", "ало", "али", "ил", "ила", "ило", "или", "ел", "ела", "ели", "ит", "ят", "ат", "ут", "ют", "ет", "ют"}
)

// places say where, not what.
var places = []string{"рядом", "посреди", "напротив", "недалеко", "внутри", "снаружи", "сверху", "снизу", "повсюду"}

func fold(s string) string { return strings.ReplaceAll(strings.ToLower(s), "ё", "е") }

// ending is what follows the stem in a form.
func ending(form, stem string) (string, bool) { return strings.CutPrefix(fold(form), stem) }

// noun is what the forms of a word tell if it is a noun.
type noun struct {
	paradigm *paradigm
	fit      int // forms explained less twice those not
	one, all int // forms that tell the number
}

// decline finds the paradigm that explains the forms best and whose
// nominative somebody wrote.
func decline(w lang.Word) (best noun, ok bool) {
	for p := range paradigms {
		n := noun{paradigm: &paradigms[p]}
		nominative := false
		for _, f := range w.Forms {
			e, isForm := ending(f.Text, w.Stem)
			if !isForm {
				n.fit -= 2 * f.Count
				continue
			}
			one, many := slices.Contains(n.paradigm.singular, e), slices.Contains(n.paradigm.many, e)
			either := slices.Contains(n.paradigm.either, e)
			nominative = nominative || one || many
			switch {
			case one && !either || slices.Contains(n.paradigm.oneOnly, e):
				n.one += f.Count
			case many && !either || slices.Contains(n.paradigm.allOnly, e):
				n.all += f.Count
			case !either && !one && !many:
				n.fit -= 3 * f.Count
			}
			n.fit += f.Count
			if one {
				n.fit++ // a tie goes to the paradigm with its first form
			}
		}
		if p == 0 && bareShare(w) < 20 && !has(w, "ом", "ем", "ов", "ев") && (!has(w, "а", "я") || has(w, "е") && has(w, "у", "ю") && has(w, "и", "ы")) {
			continue // a masculine noun stands bare more often; this is a genitive plural
		}
		if nominative && n.fit > 0 && (!ok || n.fit > best.fit) {
			best, ok = n, true
		}
	}
	return best, ok
}

// has reports whether the word stands with one of the endings.
func has(w lang.Word, endings ...string) bool {
	return share(w, func(_, e string) bool { return slices.Contains(endings, e) }) > 0
}

// bareShare is how often the word stands without an ending, in percent.
func bareShare(w lang.Word) int {
	return share(w, func(_, e string) bool { return e == "" || e == "ь" || e == "й" })
}

// missing makes a nominative that nobody wrote, where the other forms leave
// no doubt: of a feminine noun, where the accusative and the genitive are
// there and the form in -а, a masculine noun's genitive, is not; of a
// masculine noun, where the genitive and an ending of masculine nouns only
// are there and the stem can stand by itself.
func missing(w lang.Word) (string, gender, bool) {
	if len(w.Forms) == 0 {
		return "", 0, false
	}
	first := []rune(w.Forms[0].Text)
	stem := first[:min(utf8.RuneCountInString(w.Stem), len(first))]
	if !has(w, "а", "я", "о", "ь", "ом", "ов") && has(w, "у", "ой") && has(w, "и", "ы") && bareShare(w) < 20 {
		return string(stem) + "а", feminine, true
	}
	if len(stem) >= 3 && !has(w, "", "ь", "й", "о", "ой", "я", "ю") && has(w, "а") && has(w, "ом", "ов") && !hidesVowel(stem) {
		return string(stem), masculine, true
	}
	return "", 0, false
}

// hidesVowel reports whether a bare stem may have a vowel that its other
// forms lack (рынк-: рынок).
func hidesVowel(stem []rune) bool {
	return strings.ContainsRune("кцлнрм", stem[len(stem)-1]) && strings.ContainsRune("бвгджзйклмнпрстфхцчшщь", stem[len(stem)-2])
}

// nominative returns the word's nominative, in the number that people use
// more, and its gender.
func (n noun) nominative(w lang.Word) (string, gender, bool) {
	pick := func(endings []string) (string, bool) {
		for _, f := range w.Forms {
			if e, ok := ending(f.Text, w.Stem); ok && slices.Contains(endings, e) {
				return f.Text, true
			}
		}
		return "", false
	}
	one, hasOne := pick(n.paradigm.singular)
	many, hasMany := pick(n.paradigm.many)
	if hasMany && (n.all > n.one || !hasOne) {
		return many, plural, true
	}
	return one, n.paradigm.gender, hasOne
}

// share counts the forms for which the test holds, in percent.
func share(w lang.Word, test func(form, ending string) bool) int {
	held, all := 0, 0
	for _, f := range w.Forms {
		all += f.Count
		if e, ok := ending(f.Text, w.Stem); test(fold(f.Text), e) && (ok || e == "") {
			held += f.Count
		}
	}
	if all == 0 {
		return 0
	}
	return 100 * held / all
}

func isAdjective(w lang.Word) bool {
	only := share(w, func(_, e string) bool { return slices.Contains(adjectiveOnly, e) })
	also := share(w, func(_, e string) bool { return slices.Contains(adjectiveAlso, e) })
	return only > 0 && only+also >= 80
}

func isVerb(w lang.Word) bool {
	ends := func(form string, list []string) bool {
		return slices.ContainsFunc(list, func(e string) bool { return strings.HasSuffix(form, e) && len(form) > len(e)+2 })
	}
	if share(w, func(form, _ string) bool { return ends(form, past) }) >= 80 && share(w, func(form, _ string) bool { return ends(form, pastMany) }) > 0 {
		return true
	}
	only := share(w, func(form, _ string) bool { return ends(form, verbOnly) })
	also := share(w, func(form, _ string) bool { return !ends(form, verbOnly) && ends(form, verbAlso) })
	return only >= 50 || only > 0 && only+also >= 70
}

// agree puts an adjective in the nominative of a gender.
func agree(w lang.Word, g gender) string {
	if g == masculine && stressed[w.Stem] {
		return bare(w) + "ой"
	}
	for _, f := range w.Forms {
		if e, ok := ending(f.Text, w.Stem); ok && slices.Contains(adjectiveOf[g], e) {
			return f.Text
		}
	}
	soft := share(w, func(_, e string) bool {
		return slices.Contains([]string{"яя", "ее", "юю", "его", "ему"}, e)
	}) > 0
	last, _ := utf8.DecodeLastRuneInString(w.Stem)
	hushing := strings.ContainsRune("жчшщ", last)
	velar := strings.ContainsRune("гкх", last)
	e := []string{"ый", "ая", "ое", "ые"}[g]
	switch {
	case hushing:
		e = []string{"ий", "ая", "ее", "ие"}[g]
	case velar:
		e = []string{"ий", "ая", "ое", "ие"}[g]
	case soft:
		e = []string{"ий", "яя", "ее", "ие"}[g]
	}
	return bare(w) + e
}

// bare is the stem with its ё, if there is one.
func bare(w lang.Word) string {
	n := utf8.RuneCountInString(w.Stem)
	if len(w.Forms) > 0 {
		if r := []rune(w.Forms[0].Text); len(r) >= n {
			return string(r[:n])
		}
	}
	return w.Stem
}

// Headline puts a phrase of the pattern adjective* noun rest* in the
// nominative; the rest stays as it stands. Other phrases stay whole. Verbs
// and lone adjectives read badly.
func Headline(words []lang.Word) (string, float64) {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.Surface
	}
	whole := strings.Join(texts, " ")
	reads := 1.0
	if slices.ContainsFunc(words, isVerb) || slices.ContainsFunc(words, infinitive) {
		return whole, 0.4
	}
	if slices.Contains(places, fold(words[0].Surface)) {
		return whole, 0.25
	}
	head := 0
	for head < len(words) && words[head].Topic && isAdjective(words[head]) && !isKnown(words[head]) {
		head++
	}
	if head == len(words) {
		if len(words) > 1 {
			return whole, 0.5
		}
		if strings.HasSuffix(fold(words[0].Surface), "о") {
			return whole, 0.25 // an adverb
		}
		return loneAdjective(words[0])
	}
	if !words[head].Topic {
		return whole, 0.6
	}
	if head < len(words)-1 && isAdjective(words[len(words)-1]) {
		return whole, 0.5 // the noun is missing
	}
	n, ok := decline(words[head])
	var nominative string
	var g gender
	usual, inList := known[words[head].Stem], isKnown(words[head])
	made, of, sure := missing(words[head])
	switch {
	case inList:
		nominative, g = usual.text, usual.gender
		if many, written := usual.plural(words[head]); written {
			nominative, g = many, plural
		}
	case sure:
		nominative, g = made, of
	case !ok || len(words[head].Forms) < 2: // one form alone doesn't tell its case
		return whole, 0.9
	default:
		if nominative, g, ok = n.nominative(words[head]); !ok {
			return whole, 0.9
		}
	}
	texts[head] = cased(nominative, words[head])
	for i := range head {
		texts[i] = cased(agree(words[i], g), words[i])
	}
	return strings.Join(texts, " "), reads
}

// plural is the nominative plural of a noun that people write in the plural
// more, false if they don't or if nobody wrote it.
func (n knownNoun) plural(w lang.Word) (string, bool) {
	best, fit := noun{}, 0
	for p := range paradigms {
		if paradigms[p].gender != n.gender || n.gender == plural {
			continue
		}
		tried := noun{paradigm: &paradigms[p]}
		explained := 0
		for _, f := range w.Forms {
			e, _ := ending(f.Text, w.Stem)
			either := slices.Contains(tried.paradigm.either, e)
			switch {
			case either:
				explained += f.Count
			case slices.Contains(tried.paradigm.singular, e) || slices.Contains(tried.paradigm.oneOnly, e):
				tried.one += f.Count
			case slices.Contains(tried.paradigm.many, e) || slices.Contains(tried.paradigm.allOnly, e):
				tried.all += f.Count
			}
		}
		if explained += tried.one + tried.all; explained > fit {
			best, fit = tried, explained
		}
	}
	if fit == 0 || best.all <= best.one {
		return "", false
	}
	for _, f := range w.Forms {
		if e, ok := ending(f.Text, w.Stem); ok && slices.Contains(best.paradigm.many, e) {
			return f.Text, true
		}
	}
	return "", false
}

// isKnown reports whether a word is a noun of the list; an adjective may have
// the stem of one (инвалидный, инвалидность).
func isKnown(w lang.Word) bool {
	n, ok := known[w.Stem]
	return ok && (!isAdjective(w) || strings.HasSuffix(n.text, "ая") || strings.HasSuffix(n.text, "ий"))
}

// infinitive reports whether a word stands in the phrase as what to do, or
// what somebody did where it could be a noun too (оплатил: оплата).
func infinitive(w lang.Word) bool {
	form := fold(w.Surface)
	if isKnown(w) && slices.ContainsFunc([]string{"ить", "ать", "ил", "ила", "или", "ал", "ала", "али"}, func(e string) bool {
		return strings.HasSuffix(form, e) && strings.TrimSuffix(form, e) == w.Stem
	}) {
		return true
	}
	return w.Topic && slices.ContainsFunc([]string{"ать", "ять", "ить", "еть", "ться", "тись", "сти"}, func(e string) bool {
		return strings.HasSuffix(form, e) && len(form) > len(e)+2
	}) && !slices.ContainsFunc([]string{"ости", "асти", "ести"}, func(e string) bool { return strings.HasSuffix(form, e) }) && !isKnown(w)
}

// loneAdjective is an adjective that stands for a thing (столовая), in the
// gender in which it stands most, and how well it reads: with one gender only
// it may be such a thing, else its noun is missing.
func loneAdjective(w lang.Word) (string, float64) {
	evidence := [4]int{}
	for _, f := range w.Forms {
		e, _ := ending(f.Text, w.Stem)
		switch e {
		case "ая", "яя", "ую", "юю", "ой", "ей":
			evidence[feminine] += f.Count
		case "ые", "ых", "ыми", "ие", "их", "ими", "ым", "им":
			evidence[plural] += f.Count
		case "ое", "ее":
			evidence[neuter] += f.Count
		default:
			evidence[masculine] += f.Count
		}
	}
	best, all := masculine, 0
	for g, n := range evidence {
		all += n
		if n > evidence[best] {
			best = gender(g)
		}
	}
	reads := 0.25
	if evidence[best] == all {
		reads = 0.5
	}
	return cased(agree(w, best), w), reads
}

// cased writes a word as a name or an abbreviation where people do.
func cased(word string, w lang.Word) string {
	first := []rune(w.Surface)
	if len(first) > 1 && unicode.IsUpper(first[0]) && unicode.IsUpper(first[1]) {
		return strings.ToUpper(word)
	}
	if !w.Name {
		return word
	}
	r, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(r)) + word[size:]
}
