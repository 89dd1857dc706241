package analysis

import (
	"veche/server/topic"
)

// smallCell is the smallest count of people that a table of two features may
// show.
const smallCell = 5

// mostCells is the largest table of two features that is made.
const mostCells = 1000

// mostPasses is how often bounds are narrowed before a table is given up.
const mostPasses = 1000

// Crosstab counts people by two features, rows by the values of the first and
// columns by those of the second, in the form's order. Small counts are −1, and
// so are others, as far as needed so that the sums, which are published, do not
// give them away. Where that is not enough Counts is nil.
type Crosstab struct {
	Of       string    `json:"of"` // pool or panel
	Features [2]string `json:"features"`
	Counts   [][]int   `json:"counts"`
}

// crosstabs are the tables of each two features with quotas, for the pool and
// for the panel.
func (p *pool) crosstabs(t *topic.Settings, panel []int) []Crosstab {
	var features []int
	for f := range t.Form.Features {
		for _, q := range t.Quotas {
			if q.Feature == t.Form.Features[f].Name {
				features = append(features, f)
				break
			}
		}
	}
	everyone := make([]int, p.Len())
	for i := range everyone {
		everyone[i] = i
	}
	list := []Crosstab{}
	for i, a := range features {
		for _, b := range features[i+1:] {
			for _, of := range []struct {
				name   string
				people []int
			}{{"pool", everyone}, {"panel", panel}} {
				rows, columns := len(t.Form.Features[a].Options), len(t.Form.Features[b].Options)
				if rows*columns > mostCells {
					continue
				}
				counts := make([][]int, rows)
				for r := range counts {
					counts[r] = make([]int, columns)
				}
				for _, person := range of.people {
					v := p.Values(person)
					counts[v[a]][v[b]]++
				}
				list = append(list, Crosstab{Of: of.name, Features: [2]string{t.Form.Features[a].Name, t.Form.Features[b].Name}, Counts: suppress(counts)})
			}
		}
	}
	return list
}

// suppress hides the small counts of a table whose sums are known, and as many
// others as keep them from being worked out; nil where that can't be done.
func suppress(counts [][]int) [][]int {
	hidden := make([][]bool, len(counts))
	some := false
	for r := range counts {
		hidden[r] = make([]bool, len(counts[r]))
		for c, n := range counts[r] {
			hidden[r][c] = n < smallCell && !empty(counts, r, c)
			some = some || hidden[r][c]
		}
	}
	for some && complement(counts, hidden) {
	}
	if some && !safe(counts, hidden) {
		return nil
	}
	out := make([][]int, len(counts))
	for r := range counts {
		out[r] = make([]int, len(counts[r]))
		for c, n := range counts[r] {
			out[r][c] = n
			if hidden[r][c] {
				out[r][c] = -1
			}
		}
	}
	return out
}

// empty says that nobody is in the row or nobody in the column, which the sums
// tell anyway.
func empty(counts [][]int, row, column int) bool {
	inRow, inColumn := 0, 0
	for _, n := range counts[row] {
		inRow += n
	}
	for r := range counts {
		inColumn += counts[r][column]
	}
	return inRow == 0 || inColumn == 0
}

// complement hides the smallest count that is left in the first line whose
// hidden ones are a single one or add up to less than twice a small count, and
// says whether it did.
func complement(counts [][]int, hidden [][]bool) bool {
	line := func(n int, at func(i int) (*bool, int)) bool {
		found, sum, best := 0, 0, -1
		for i := range n {
			h, count := at(i)
			if *h {
				found++
				sum += count
				continue
			}
			if count == 0 { // of an empty line
				continue
			}
			if best < 0 {
				best = i
			} else if _, least := at(best); count < least {
				best = i
			}
		}
		if found == 0 || found > 1 && sum >= 2*smallCell || best < 0 {
			return false
		}
		h, _ := at(best)
		*h = true
		return true
	}
	for r := range counts {
		if line(len(counts[r]), func(c int) (*bool, int) { return &hidden[r][c], counts[r][c] }) {
			return true
		}
	}
	for c := range counts[0] {
		if line(len(counts), func(r int) (*bool, int) { return &hidden[r][c], counts[r][c] }) {
			return true
		}
	}
	return false
}

// safe says that no hidden count is given away by the sums and the counts that
// are shown: its bounds, narrowed until they settle (the shuttle algorithm of
// Buzzigoli and Giusti, 1999), lie apart and reach a count that may be shown.
func safe(counts [][]int, hidden [][]bool) bool {
	type bound struct{ low, high int }
	rows, columns := make([]int, len(counts)), make([]int, len(counts[0])) // sums of what is hidden
	for r := range counts {
		for c, n := range counts[r] {
			if hidden[r][c] {
				rows[r] += n
				columns[c] += n
			}
		}
	}
	bounds := make([][]bound, len(counts))
	for r := range counts {
		bounds[r] = make([]bound, len(counts[r]))
		for c := range counts[r] {
			if hidden[r][c] {
				bounds[r][c].high = min(rows[r], columns[c])
			}
		}
	}
	again := true
	for pass := 0; again; pass++ {
		if pass == mostPasses {
			return false
		}
		again = false
		for r := range counts {
			for c := range counts[r] {
				if !hidden[r][c] {
					continue
				}
				inRow, inColumn := bound{}, bound{} // of the others
				for k := range counts[r] {
					if k != c {
						inRow.low += bounds[r][k].low
						inRow.high += bounds[r][k].high
					}
				}
				for k := range counts {
					if k != r {
						inColumn.low += bounds[k][c].low
						inColumn.high += bounds[k][c].high
					}
				}
				b := bounds[r][c]
				b.low = max(b.low, rows[r]-inRow.high, columns[c]-inColumn.high)
				b.high = min(b.high, rows[r]-inRow.low, columns[c]-inColumn.low)
				if b != bounds[r][c] {
					bounds[r][c], again = b, true
				}
			}
		}
	}
	for r := range counts {
		for c := range counts[r] {
			if b := bounds[r][c]; hidden[r][c] && (b.low == b.high || b.high < smallCell) {
				return false
			}
		}
	}
	return true
}
