package nlp

import (
	"math"

	"veche/nlp/lang"
)

// Embedder is a static table of word vectors that an operator brings. It must
// answer the same for the same word always, and be safe for concurrent use.
type Embedder interface {
	Dims() int
	// Embed writes the vector of a word in lower case to out, which has Dims
	// values, and reports whether it knows the word.
	Embed(word string, out []float32) bool
}

// The spaces that ideas of a group may be placed in, as Result.Spaces tells.
const (
	SpaceTerms    = "terms"    // plain tf-idf: few ideas
	SpaceLearned  = "learned"  // word vectors learned from the ideas
	SpaceEmbedded = "embedded" // those of Options.Embedder
	SpaceBoth     = "both"
)

// helpsFrom is how much steadier another space must be than the learned one,
// as a difference of adjusted Rand indices, to be taken instead of it.
const helpsFrom = 0.02

// newTableSpace gives each term the vector of the form in which the group has
// it most, the mean taken out later as of learned ones. It reports how many
// terms the table knows.
func (r *run) newTableSpace(g *group) (*wordSpace, int) {
	d := r.options.Embedder.Dims()
	s := &wordSpace{d: d, words: make([]float32, g.vocab.size()*d), mean: make([]float32, d)}
	forms := r.commonForms(g)
	known := make([]bool, g.vocab.size())
	inBlocks(g.vocab.size(), 256, func(_, from, to int) {
		for t := from; t < to; t++ {
			row := s.words[t*d : (t+1)*d]
			stem := r.corpus.lexicon.stems[g.vocab.lexical[t]]
			if known[t] = r.options.Embedder.Embed(forms[t], row) || r.options.Embedder.Embed(stem, row); !known[t] || !finite(row) {
				clear(row)
				continue
			}
			unit(row)
		}
	})
	n := 0
	for _, k := range known {
		if k {
			n++
		}
	}
	return s, n
}

func finite(x []float32) bool {
	for _, v := range x {
		if v != v || v > math.MaxFloat32 || v < -math.MaxFloat32 {
			return false
		}
	}
	return true
}

// commonForms is, for each term, the lower-case form in which the first
// formsRead units have it most.
func (r *run) commonForms(g *group) []string {
	counts := make([]map[string]int, g.vocab.size())
	stem := stemmers{}
	var tokens []token
	for _, i := range g.units[:min(len(g.units), formsRead)] {
		row := &r.corpus.rows[i]
		tokens = stem.tokens(row.text, row.language, tokens[:0])
		at := 0
		for _, t := range tokens {
			if t.gap {
				at++
			}
			term := g.vocab.of[row.words[at]]
			at++
			if term < 0 {
				continue
			}
			if counts[term] == nil {
				counts[term] = map[string]int{}
			}
			counts[term][fold(row.text[t.start:t.end])]++
		}
	}
	out := make([]string, len(counts))
	for t, c := range counts {
		if out[t] = commonest(c); out[t] == "" {
			out[t] = r.corpus.lexicon.stems[g.vocab.lexical[t]]
		}
	}
	return out
}

// bothSpaces are two spaces side by side, of equal weight.
type bothSpaces struct{ one, two space }

func (s bothSpaces) dims() int { return s.one.dims() + s.two.dims() }

func (bothSpaces) likeness(cosine float32) float32 { return cosine }

func (s bothSpaces) place(index []int32, value []float32, script lang.Script, out []float32) bool {
	d := s.one.dims()
	first := s.one.place(index, value, script, out[:d:d])
	second := s.two.place(index, value, script, out[d:])
	return (first || second) && unit(out) > 0
}

// choose places a group's units in the space that is steadiest when its ideas
// are split in halves: the learned one, the table's or both.
func (r *run) choose(g *group, learned *wordSpace) (space, string) {
	if r.options.Embedder == nil || r.options.Embedder.Dims() < 1 {
		return learned, SpaceLearned
	}
	table, known := r.newTableSpace(g)
	if known*2 < g.vocab.size() {
		return learned, SpaceLearned // it is of another language
	}
	plain, _ := placeAll(table, r.corpus, g.units, g.texts)
	table.mean = meanOf(plain)
	best, name, top := space(learned), SpaceLearned, -1.0
	for _, c := range []struct {
		space space
		name  string
	}{{learned, SpaceLearned}, {table, SpaceEmbedded}, {bothSpaces{learned, table}, SpaceBoth}} {
		v, _ := placeAll(c.space, r.corpus, g.units, g.texts)
		_, steady := steadiestOf(v, v.n, r.seed)
		switch {
		case c.name == SpaceLearned:
			top = steady + helpsFrom
		case steady > top:
			best, name, top = c.space, c.name, steady
		}
	}
	return best, name
}
