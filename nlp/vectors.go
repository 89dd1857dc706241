package nlp

import (
	"math"

	"veche/nlp/lang"
)

// vectors are n rows of d values, each of length 1 or 0, with weights.
type vectors struct {
	n, d   int
	data   []float32
	weight []float32
}

func newVectors(n, d int) *vectors {
	v := &vectors{n: n, d: d, data: make([]float32, n*d), weight: make([]float32, n)}
	for i := range v.weight {
		v.weight[i] = 1
	}
	return v
}

func (v *vectors) row(i int) []float32 { return v.data[i*v.d : (i+1)*v.d : (i+1)*v.d] }

// pick copies some rows.
func (v *vectors) pick(rows []int32) *vectors {
	out := newVectors(len(rows), v.d)
	for i, r := range rows {
		copy(out.row(i), v.row(int(r)))
		out.weight[i] = v.weight[r]
	}
	return out
}

// space turns weighted terms into a vector. place reports false, and
// leaves zeros, where no term is known. likeness is the cosine of what two
// texts of one script say, given the cosine of their vectors.
type space interface {
	dims() int
	likeness(cosine float32) float32
	place(index []int32, value []float32, script lang.Script, out []float32) bool
}

// termSpace has one dimension a term: plain tf-idf, best below about
// fifty ideas, where words have too few neighbours to learn from.
type termSpace struct{ terms int }

func (s termSpace) dims() int { return s.terms }

func (termSpace) likeness(cosine float32) float32 { return cosine }

func (s termSpace) place(index []int32, value []float32, _ lang.Script, out []float32) bool {
	clear(out)
	for i, t := range index {
		out[t] = value[i]
	}
	return len(index) > 0
}

// wordSpace gives an idea the tf-idf weighted mean of its words' vectors,
// less the mean of all ideas.
type wordSpace struct {
	d     int
	words []float32 // a row a term
	mean  []float32
}

// newWordSpace learns word vectors from the ideas: PPMI, eigenvectors, each
// row divided by the root of its length (raw length wins on technical
// topics, unit length on fine-grained ones; the root is safe on both).
func newWordSpace(texts *sparse, terms, d int) *wordSpace {
	words, d := eigenvectors(cooccurrence(texts, terms), terms, d, 1)
	for t := range terms {
		row := words[t*d : (t+1)*d]
		root := float32(math.Sqrt(math.Sqrt(float64(dot(row, row)))))
		if root > 1e-6 {
			for i := range row {
				row[i] /= root
			}
		}
	}
	return &wordSpace{d: d, words: words, mean: make([]float32, d)}
}

func (s *wordSpace) dims() int { return s.d }

func (*wordSpace) likeness(cosine float32) float32 { return cosine }

func (s *wordSpace) place(index []int32, value []float32, _ lang.Script, out []float32) bool {
	clear(out)
	for i, t := range index {
		addScaled(value[i], s.words[int(t)*s.d:int(t+1)*s.d], out)
	}
	if unit(out) == 0 {
		return false
	}
	for i, m := range s.mean {
		out[i] -= m
	}
	return unit(out) > 0
}

// scriptSpace keeps texts in different scripts apart where they share one
// group: half of a vector's length tells its script.
type scriptSpace struct{ of space }

func (s scriptSpace) dims() int { return s.of.dims() + 3 }

func (scriptSpace) likeness(cosine float32) float32 { return 2*cosine - 1 }

func (s scriptSpace) place(index []int32, value []float32, script lang.Script, out []float32) bool {
	inner := out[:s.of.dims()]
	known := s.of.place(index, value, script, inner)
	clear(out[len(inner):])
	if !known {
		return false
	}
	for i := range inner {
		inner[i] *= math.Sqrt2 / 2
	}
	switch script {
	case lang.Latin:
		out[len(inner)] = math.Sqrt2 / 2
	case lang.Cyrillic:
		out[len(inner)+1] = math.Sqrt2 / 2
	default:
		out[len(inner)+2] = math.Sqrt2 / 2
	}
	return true
}

// placeAll places every unit. known[u] is false for a unit without a
// vector.
func placeAll(s space, c *corpus, units []int32, texts *sparse) (v *vectors, known []bool) {
	v, known = newVectors(len(units), s.dims()), make([]bool, len(units))
	inBlocks(len(units), 512, func(_, from, to int) {
		for u := from; u < to; u++ {
			index, value := texts.row(u)
			known[u] = s.place(index, value, c.rows[units[u]].language.Script, v.row(u))
		}
	})
	return v, known
}

// meanOf is the mean of all rows, added up in row order.
func meanOf(v *vectors) []float32 {
	sum := make([]float64, v.d)
	for i := range v.n {
		addScaled64(1, v.row(i), sum)
	}
	mean := make([]float32, v.d)
	for i, s := range sum {
		mean[i] = float32(s / float64(max(v.n, 1)))
	}
	return mean
}
