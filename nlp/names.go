package nlp

import (
	"slices"
	"strings"
)

// Names finds which names of a list texts speak of, in any forms of their words:
// "в Заводском районе" speaks of "Заводской район". It is safe for concurrent use.
type Names struct {
	locale string
	first  map[string][]namePart // by its first stem
}

// namePart is words in a row that stand for a name.
type namePart struct {
	stems []string
	name  int
}

// NewNames makes a finder of names. locale is their language. With parts a text
// speaks of a name by any of its parts, which words without a topic and
// punctuation set apart: "trees" or "parks" for "parks and trees"; without, by all
// its words in a row.
func NewNames(names []string, locale string, parts bool) *Names {
	n := &Names{locale: locale, first: map[string][]namePart{}}
	stem := stemmers{}
	for i, name := range names {
		name = Normalise(name)
		l, _ := detect(name, languageOf(locale), nil)
		var row []string
		add := func() {
			if len(row) > 0 {
				n.first[row[0]] = append(n.first[row[0]], namePart{slices.Clone(row), i})
			}
			row = row[:0]
		}
		for _, t := range stem.tokens(name, l, nil) {
			if parts && (t.gap || !t.topic) {
				add()
			}
			if !parts || t.topic {
				row = append(row, strings.Clone(t.stem))
			}
		}
		add()
	}
	return n
}

// In answers the names that a text speaks of by their places in the list, rising.
// locale is the text's language, "" for unknown. O(words).
func (n *Names) In(text, locale string) []int {
	if len(n.first) == 0 {
		return nil
	}
	text = Normalise(text)
	l, _ := detect(text, languageOf(locale), nil)
	tokens := (stemmers{}).tokens(text, l, nil)
	var found []int
	for i := range tokens {
		for _, p := range n.first[tokens[i].stem] {
			if len(p.stems) > len(tokens)-i {
				continue
			}
			all := true
			for k, s := range p.stems {
				all = all && tokens[i+k].stem == s
			}
			if all && !slices.Contains(found, p.name) {
				found = append(found, p.name)
			}
		}
	}
	slices.Sort(found)
	return found
}
