package nlp

import (
	"cmp"
	"slices"
)

const maxVocabulary = 20000

// vocabulary is the words of a group that are used for comparing, the most
// frequent first, with the weight of their rarity.
type vocabulary struct {
	of      []int32 // lexicon number → term, or −1
	lexical []int32 // term → lexicon number
	idf     []float32
}

func (v *vocabulary) size() int { return len(v.lexical) }

// newVocabulary counts in how many units each topic word stands and keeps
// those in at least atLeast and in at most half of them (all, below 20
// units), at most maxVocabulary. idf = ln((1+n)/(1+df)) + 1.
func newVocabulary(c *corpus, units []int32, atLeast int) *vocabulary {
	df := make([]int32, len(c.lexicon.stems))
	last := make([]int32, len(df))
	for u, r := range units {
		for _, w := range c.rows[r].words {
			if w >= 0 && c.lexicon.topic[w] && last[w] != int32(u)+1 {
				last[w] = int32(u) + 1
				df[w]++
			}
		}
	}
	n := len(units)
	most := n
	if n >= 20 {
		most = n / 2
	}
	v := &vocabulary{of: make([]int32, len(df))}
	for w, count := range df {
		v.of[w] = -1
		if int(count) >= atLeast && int(count) <= most {
			v.lexical = append(v.lexical, int32(w))
		}
	}
	// Ties go by the word itself: lexicon numbers follow the first row.
	slices.SortFunc(v.lexical, func(a, b int32) int {
		return cmp.Or(cmp.Compare(df[b], df[a]), cmp.Compare(c.lexicon.stems[a], c.lexicon.stems[b]))
	})
	v.lexical = v.lexical[:min(len(v.lexical), maxVocabulary)]
	v.idf = make([]float32, len(v.lexical))
	for t, w := range v.lexical {
		v.of[w] = int32(t)
		v.idf[t] = float32(logarithm(float64(1+n)/float64(1+df[w])) + 1)
	}
	return v
}

// sparse is a matrix in compressed rows.
type sparse struct {
	start []int32
	index []int32
	value []float32
}

func (m *sparse) row(i int) ([]int32, []float32) {
	from, to := m.start[i], m.start[i+1]
	return m.index[from:to], m.value[from:to]
}

// weigh turns words into terms with unit tf-idf weights, tf = 1 + ln count,
// in term order.
func (v *vocabulary) weigh(words []int32, index []int32, value []float32) ([]int32, []float32) {
	index, value = index[:0], value[:0]
	for _, w := range words {
		if w >= 0 && v.of[w] >= 0 {
			index = append(index, v.of[w])
		}
	}
	slices.Sort(index)
	kept := 0
	for i := 0; i < len(index); {
		j := i + 1
		for j < len(index) && index[j] == index[i] {
			j++
		}
		tf := float32(1)
		if j-i > 1 {
			tf = float32(1 + logarithm(float64(j-i)))
		}
		index[kept] = index[i]
		value = append(value, float32(tf*v.idf[index[i]]))
		kept++
		i = j
	}
	unit(value)
	return index[:kept], value
}

// tfidf is the tf-idf matrix of the units.
func (v *vocabulary) tfidf(c *corpus, units []int32) *sparse {
	type part struct {
		index []int32
		value []float32
		sizes []int32
	}
	const block = 1024
	parts := make([]part, (len(units)+block-1)/block)
	inBlocks(len(units), block, func(b, from, to int) {
		var index []int32
		var value []float32
		for _, r := range units[from:to] {
			index, value = v.weigh(c.rows[r].words, index, value)
			parts[b].index = append(parts[b].index, index...)
			parts[b].value = append(parts[b].value, value...)
			parts[b].sizes = append(parts[b].sizes, int32(len(index)))
		}
	})
	m := &sparse{start: make([]int32, 1, len(units)+1)}
	for _, p := range parts {
		m.index = append(m.index, p.index...)
		m.value = append(m.value, p.value...)
		for _, size := range p.sizes {
			m.start = append(m.start, m.start[len(m.start)-1]+size)
		}
	}
	return m
}
