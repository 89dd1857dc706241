package nlp

import (
	"slices"
	"sync"

	"veche/nlp/lang"
)

// Model places new ideas in the clusters of a run. It is immutable and
// safe for concurrent use.
type Model struct {
	groups  []modelGroup
	lexicon *lexicon
	stems   sync.Pool
}

type modelGroup struct {
	languages []*lang.Language
	vocab     *vocabulary
	space     space
	middle    *centroids
	ids       []int
}

// Placement is where a new idea would go.
type Placement struct {
	Cluster int     // 0: unsorted, no word of it is known
	Score   float64 // as in Assignment
	Margin  float64
}

func newModel(r *run) *Model {
	m := &Model{lexicon: &r.corpus.lexicon}
	m.stems.New = func() any { return stemmers{} }
	for _, g := range r.groups {
		of := modelGroup{vocab: g.vocab, space: g.space, middle: g.middle, ids: g.ids}
		for _, i := range g.rows {
			if l := r.corpus.rows[i].language; !slices.Contains(of.languages, l) {
				of.languages = append(of.languages, l)
			}
		}
		m.groups = append(m.groups, of)
	}
	return m
}

// Place tells where an idea belongs; about 20 µs.
func (m *Model) Place(text, locale string) Placement {
	text = Normalise(text)
	language, _ := detect(text, languageOf(locale), nil)
	stem := m.stems.Get().(stemmers)
	defer m.stems.Put(stem)
	var words []int32
	for _, t := range stem.tokens(text, language, nil) {
		if id, ok := m.lexicon.number[t.stem]; ok && t.topic {
			words = append(words, id)
		}
	}
	g := m.groupOf(language)
	if g == nil || len(g.ids) == 0 {
		return Placement{}
	}
	index, value := g.vocab.weigh(words, nil, nil)
	x := make([]float32, g.space.dims())
	if !g.space.place(index, value, language.Script, x) {
		return Placement{}
	}
	best, first, second := g.middle.nearest(x)
	if best < 0 {
		return Placement{}
	}
	first, second = g.space.likeness(first), g.space.likeness(max(second, -1))
	return Placement{Cluster: g.ids[best], Score: clamp(float64(first), -1, 1), Margin: clamp(float64(first)-float64(second), 0, 2)}
}

func (m *Model) groupOf(l *lang.Language) *modelGroup {
	for i := range m.groups {
		if slices.Contains(m.groups[i].languages, l) {
			return &m.groups[i]
		}
	}
	for i := range m.groups {
		for _, other := range m.groups[i].languages {
			if other.Script == l.Script {
				return &m.groups[i]
			}
		}
	}
	return nil
}
