package tally

import (
	"cmp"
	"context"
	"slices"
)

// SmallestCell is the fewest answers of a stratum to an item that are told.
const SmallestCell = 5

// StratumCell is how one stratum answered one item, as it may be told: shares in
// whole percent, ranks 1 … among the items told of this stratum. A hidden cell
// tells nothing.
type StratumCell struct {
	Hidden  bool `json:"hidden"`
	Percent int  `json:"percent"` // that agree, of those who answered
	Rank    int  `json:"rank"`    // by the lower end of the interval
}

// ByStratum ranks the items among the ballots of each stratum: a what-if that
// never ranks. of is the stratum of each ballot, 0 … strata−1, −1 for none, who
// are a stratum of their own that is never told. The result is by item, in the
// order of their ids, then by stratum.
//
// No cell is told with fewer than [SmallestCell] answers, or in which all say the
// same, for that would say what each of them said. As the sums over all strata
// are public, a hidden cell is never alone: with it the smallest of the others
// are hidden until the hidden ones are at least two, have twice SmallestCell
// answers and are of several minds, so that taking what is told from the sums
// tells nothing about a small cell either.
func ByStratum(ctx context.Context, in Input, of []int32, strata int) ([][]StratumCell, error) {
	m, err := newMatrix(ctx, &in)
	if err != nil {
		return nil, err
	}
	table := make([][]StratumCell, len(m.items))
	low := make([][]float64, len(m.items))
	for j := range m.items {
		counts := make([]Count, strata+1) // the last: of no stratum
		rows, values := m.byItem.column(j)
		for i, r := range rows {
			at := strata
			if s := of[m.ballot[r]]; s >= 0 {
				at = int(s)
			}
			counts[at].addTimes(values[i], 1)
		}
		hidden := hideCells(counts)
		table[j], low[j] = make([]StratumCell, strata), make([]float64, strata)
		for s := range strata {
			c := &counts[s]
			if table[j][s].Hidden = hidden[s]; hidden[s] {
				continue
			}
			table[j][s].Percent = (200*c.Agree + c.Seen()) / (2 * c.Seen())
			low[j][s], _ = Wilson(c.Agree, c.Seen())
		}
	}
	for s := range strata {
		var told []int
		for j := range table {
			if !table[j][s].Hidden && !m.items[j].Excluded {
				told = append(told, j)
			}
		}
		slices.SortStableFunc(told, func(a, b int) int { return cmp.Compare(low[b][s], low[a][s]) })
		for place, j := range told {
			table[j][s].Rank = place + 1
		}
	}
	return table, nil
}

// hideCells says which of an item's cells stay untold. The last is always hidden;
// where it is empty there is nothing in it to guard, and nothing to hide behind.
func hideCells(counts []Count) []bool {
	hidden := make([]bool, len(counts))
	var sum Count
	behind := 0 // hidden cells with answers
	hide := func(s int) {
		hidden[s] = true
		if counts[s].Seen() > 0 {
			behind++
			sum.Agree, sum.Disagree, sum.Pass = sum.Agree+counts[s].Agree, sum.Disagree+counts[s].Disagree, sum.Pass+counts[s].Pass
		}
	}
	for s := range counts {
		if s == len(counts)-1 || counts[s].Seen() < SmallestCell || ofOneMind(&counts[s]) {
			hide(s)
		}
	}
	for behind > 0 && (behind < 2 || sum.Seen() < 2*SmallestCell || ofOneMind(&sum)) {
		next := -1
		for s := range counts {
			if !hidden[s] && (next < 0 || counts[s].Seen() < counts[next].Seen()) {
				next = s
			}
		}
		if next < 0 {
			break
		}
		hide(next)
	}
	return hidden
}

func ofOneMind(c *Count) bool { return max(c.Agree, c.Disagree, c.Pass) == c.Seen() }
