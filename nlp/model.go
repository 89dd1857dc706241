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
	tongue  tongue
	stems   sync.Pool
}

type modelGroup struct {
	languages []*lang.Language
	vocab     *vocabulary
	space     space
	middle    *centroids
	ids       []int
	fits      []float32 // cluster → a score that all but a few of its ideas reach
	doubtful  float32   // a margin that a fifth of the ideas don't reach
}

// Placement is where a new idea would go.
type Placement struct {
	Cluster int     // the nearest; 0: no word of it is known
	Score   float64 // as in Assignment
	Margin  float64
	Fits    bool // it is as like its cluster as nearly all ideas there; else it belongs to none
	Check   bool // its margin is below that of four fifths of the sorted ideas
}

// unlikeAll is the share of a cluster's ideas that lie farther from its middle
// than what still fits.
const unlikeAll = 0.1

func newModel(r *run) *Model {
	m := &Model{lexicon: &r.corpus.lexicon, tongue: r.corpus.tongue}
	m.stems.New = func() any { return stemmers{} }
	for _, g := range r.groups {
		of := modelGroup{vocab: g.vocab, space: g.space, middle: g.middle, ids: g.ids}
		for _, i := range g.rows {
			if l := r.corpus.rows[i].language; !slices.Contains(of.languages, l) {
				of.languages = append(of.languages, l)
			}
		}
		of.learn(g)
		m.groups = append(m.groups, of)
	}
	return m
}

// learn takes from the sorted ideas of a group what fits and what is doubtful.
func (m *modelGroup) learn(g *group) {
	if g.v == nil {
		return
	}
	scores, margins := make([][]float32, len(g.ids)), []float32{}
	for u, j := range g.of {
		if j < 0 || !g.known[u] {
			continue
		}
		own := g.space.likeness(dot(g.v.row(u), g.middle.row(int(j))))
		scores[j] = append(scores[j], own)
		if best, first, second := g.middle.nearest(g.v.row(u)); best == int(j) {
			margins = append(margins, g.space.likeness(first)-g.space.likeness(max(second, -1)))
		}
	}
	m.fits = make([]float32, len(g.ids))
	for j, list := range scores {
		if slices.Sort(list); len(list) > 0 {
			m.fits[j] = list[int(unlikeAll*float64(len(list)))]
		}
	}
	if slices.Sort(margins); len(margins) > 0 {
		m.doubtful = margins[len(margins)/5]
	}
}

// Place tells where an idea belongs; about 20 µs.
func (m *Model) Place(text, locale string) Placement {
	text = Normalise(text)
	language := m.tongue.of(text, locale)
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
	return Placement{
		Cluster: g.ids[best], Score: clamp(float64(first), -1, 1), Margin: clamp(float64(first)-float64(second), 0, 2),
		Fits: first >= g.fits[best], Check: first-second < g.doubtful,
	}
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
