package nlp

import "slices"

const denseRow = 24 // a row with one cell in so many is dense

// cooccurrence is the positive pointwise mutual information of words that
// stand in the same idea (Levy, Goldberg and Dagan 2015): each pair of an
// idea of l terms counts 1/(l−1), and
//
//	PPMI(w,c) = max(0, ln(#(w,c)·Σ / (#w·#c))).
//
// The matrix is symmetric, with an empty diagonal. O(Σ l²), on all
// processors.
func cooccurrence(texts *sparse, terms int) *cells {
	inverted := invert(texts, terms)
	// Each idea of two terms or more adds 1 to the mass of each of its terms.
	mass := make([]int32, terms)
	total := 0
	for u := range len(texts.start) - 1 {
		if list, _ := texts.row(u); len(list) > 1 {
			total += len(list)
			for _, t := range list {
				mass[t]++
			}
		}
	}
	if total == 0 {
		return newCells(terms)
	}
	logTotal := logarithm(float64(total))
	logMass := make([]float64, terms)
	for w, n := range mass {
		if n > 0 {
			logMass[w] = logarithm(float64(n))
		}
	}
	m := newCells(terms)
	inBlocks(terms, 64, func(_, from, to int) {
		count := make([]float32, terms)
		var touched []int32
		for w := from; w < to; w++ {
			touched = touched[:0]
			for _, u := range inverted.index[inverted.start[w]:inverted.start[w+1]] {
				others, _ := texts.row(int(u))
				if len(others) < 2 {
					continue
				}
				share := 1 / float32(len(others)-1)
				for _, c := range others {
					if int(c) == w {
						continue
					}
					if count[c] == 0 {
						touched = append(touched, c)
					}
					count[c] += share
				}
			}
			if len(touched) < terms/denseRow {
				slices.Sort(touched)
			} else { // going through all terms is quicker than sorting
				touched = touched[:0]
				for c, n := range count {
					if n > 0 {
						touched = append(touched, int32(c))
					}
				}
			}
			kept := 0
			for _, c := range touched {
				information := logarithm(float64(count[c])) + logTotal - (logMass[w] + logMass[c])
				count[c] = 0
				if information > 0 {
					touched[kept], count[c] = c, float32(information)
					kept++
				}
			}
			m.index[w], m.value[w] = slices.Clone(touched[:kept]), make([]float32, kept)
			for i, c := range m.index[w] {
				m.value[w][i] = count[c]
				count[c] = 0
			}
		}
	})
	return m
}

// cells is a sparse matrix that is made row by row.
type cells struct {
	index [][]int32
	value [][]float32
}

func newCells(rows int) *cells {
	return &cells{index: make([][]int32, rows), value: make([][]float32, rows)}
}

// invert lists for each term the units that hold it, in order.
func invert(texts *sparse, terms int) *sparse {
	m := &sparse{start: make([]int32, terms+1), index: make([]int32, len(texts.index))}
	for _, t := range texts.index {
		m.start[t+1]++
	}
	for t := range terms {
		m.start[t+1] += m.start[t]
	}
	next := slices.Clone(m.start)
	for u := range len(texts.start) - 1 {
		terms, _ := texts.row(u)
		for _, t := range terms {
			m.index[next[t]] = int32(u)
			next[t]++
		}
	}
	return m
}
