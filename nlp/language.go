package nlp

import (
	"slices"
	"strings"
	"unicode"

	"veche/nlp/lang"
	"veche/nlp/lang/ca"
	"veche/nlp/lang/de"
	"veche/nlp/lang/en"
	"veche/nlp/lang/es"
	"veche/nlp/lang/fr"
	"veche/nlp/lang/kk"
	"veche/nlp/lang/ru"
	"veche/nlp/lang/uk"
)

// languages are those with word lists of their own, the likelier first.
var languages = []*lang.Language{en.Language, ru.Language, es.Language, de.Language, fr.Language, ca.Language, uk.Language, kk.Language}

// Languages returns the codes of the languages that have stop words of
// their own. Texts in others are clustered too, by word beginnings.
func Languages() []string {
	codes := make([]string, len(languages))
	for i, l := range languages {
		codes[i] = l.Code
	}
	return codes
}

var (
	otherLatin    = lang.New("und-Latn", lang.Latin, "", nil, 6, "", "")
	otherCyrillic = lang.New("und-Cyrl", lang.Cyrillic, "", nil, 6, "", "")
	otherScript   = lang.New("und", lang.Other, "", nil, 0, "", "")
)

// languageOf finds a language by its code ("en", "ru-RU"); nil if unknown.
func languageOf(code string) *lang.Language {
	if i := strings.IndexAny(code, "-_"); i > 0 && !strings.HasPrefix(code, "und") {
		code = code[:i]
	}
	code = strings.ToLower(code)
	for _, l := range languages {
		if l.Code == code {
			return l
		}
	}
	return nil
}

// scriptOf is the script of most letters of a text.
func scriptOf(text string) lang.Script {
	var latin, cyrillic, other int
	for _, r := range text {
		switch {
		case r < 0x80:
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				latin++
			}
		case !unicode.IsLetter(r):
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		default:
			other++
		}
	}
	switch {
	case latin+cyrillic+other == 0:
		return lang.None
	case cyrillic >= latin && cyrillic >= other:
		return lang.Cyrillic
	case latin >= other:
		return lang.Latin
	}
	return lang.Other
}

// DetectLanguage tells the language of a text by its script, its letters
// and its function words. hint is the author's locale or the topic's
// language and decides where the text itself does not; "" is allowed. The
// result is an ISO 639-1 code, or "und-Latn", "und-Cyrl", "und" where no
// language is known. O(characters).
func DetectLanguage(text, hint string) string {
	l, _ := detect(Normalise(text), languageOf(hint), nil)
	return l.Code
}

// foreignLetter is what a letter costs a language that doesn't write it.
const foreignLetter = 1.5

// detect returns the language of a normalised text and whether the text
// itself showed it. usual maps a script to the language to fall back on.
func detect(text string, hint *lang.Language, usual map[lang.Script]*lang.Language) (*lang.Language, bool) {
	script := scriptOf(text)
	fallback := func() *lang.Language {
		if hint != nil && (hint.Script == script || script == lang.None) {
			return hint
		}
		if l := usual[script]; l != nil {
			return l
		}
		switch script {
		case lang.Latin:
			return en.Language
		case lang.Cyrillic:
			return ru.Language
		}
		return otherScript
	}
	if script == lang.None || script == lang.Other {
		return fallback(), false
	}
	var score [16]float64
	folded := fold(text)
	for _, r := range folded {
		if r < 0x80 {
			continue
		}
		told := false
		for _, l := range languages {
			told = told || l.Script == script && strings.ContainsRune(l.Letters, r)
		}
		for i, l := range languages {
			switch {
			case !told || l.Script != script:
			case strings.ContainsRune(l.Letters, r):
				score[i]++
			default:
				score[i] -= foreignLetter
			}
		}
	}
	words := 0
	for _, w := range wordsOf(folded) {
		words++
		for i, l := range languages {
			if l.Script == script && l.Function(w) {
				score[i]++
			}
		}
	}
	best, second, top := -1, 0.0, 0.0
	for i, l := range languages {
		s := score[i]
		if l.Script != script {
			continue
		}
		if l == hint {
			s += 1.5
		}
		if s > top {
			best, second, top = i, top, s
		} else if s > second {
			second = s
		}
	}
	if best < 0 || top-second < 1 && top < 2*second {
		usually := fallback()
		if i := slices.Index(languages, usually); best >= 0 && i >= 0 && score[i] < top-1 {
			return languages[best], false // whatever it is, it is not that
		}
		return usually, false
	}
	if hint != nil && hint != languages[best] && hint.Script == script && top-second < 2 {
		return hint, false
	}
	if hint != nil && hint.Script == script {
		return languages[best], true
	}
	if script == lang.Latin && words >= 12 && top < 0.08*float64(words) {
		return otherLatin, true
	}
	if script == lang.Cyrillic && words >= 12 && top < 0.05*float64(words) {
		return otherCyrillic, true
	}
	return languages[best], true
}
