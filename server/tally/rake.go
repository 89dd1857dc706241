package tally

import (
	"cmp"
	"context"
	"math"
	"slices"
)

const (
	// mostWeight and leastWeight bound a weight: nobody counts more than three
	// times, or less than a third of once.
	mostWeight  = 3.0
	leastWeight = 1 / mostWeight
	rakeSweeps  = 500
	rakeClose   = 1e-10
)

// Margin is what is known of the population by one feature: the share of each
// value, and the value of each ballot, −1 where that isn't known. Shares of
// values without ballots play no part; those of the others need not add up to 1.
type Margin struct {
	Shares []float64
	Of     []int32
}

// Raked is a set of weights, of mean 1, with what they cost and whether they
// reach the margins.
type Raked struct {
	Weights []float64 // by ballot, within 1/3 … 3 before they are brought to mean 1
	// DesignEffect is Kish's: so many times as many people would be needed to be
	// as sure as with equal weights; 1 at least.
	DesignEffect float64
	Capped       int     // ballots whose weight reached a bound
	Off          float64 // the largest distance of a margin's share from what it should be
}

// Rake fits weights of the ballots to margins by iterative proportional fitting
// (Deming and Stephan 1940), each sweep held within the bounds. Where a ballot's
// value is unknown the feature leaves it as it is: the others share what they
// weigh together. Nil without a margin to which anything could be fitted.
func Rake(ballots int, margins []Margin) *Raked {
	if ballots == 0 || len(margins) == 0 {
		return nil
	}
	w := make([]float64, ballots)
	for b := range w {
		w[b] = 1
	}
	out := &Raked{Weights: w}
	for range rakeSweeps {
		moved := 0.0
		for i := range margins {
			factor, _ := margins[i].factors(w)
			for b, v := range margins[i].Of {
				if v < 0 {
					continue
				}
				next := min(max(float64(w[b]*factor[v]), leastWeight), mostWeight)
				moved = max(moved, math.Abs(next-w[b]))
				w[b] = next
			}
		}
		if moved < rakeClose {
			break
		}
	}
	for i := range margins {
		_, off := margins[i].factors(w)
		out.Off = max(out.Off, off)
	}
	sum, squares := 0.0, 0.0
	for _, x := range w {
		if x == mostWeight || x == leastWeight {
			out.Capped++
		}
		sum += x
		squares += float64(x * x)
	}
	out.DesignEffect = float64(float64(ballots)*squares) / float64(sum*sum)
	for b := range w {
		w[b] = float64(w[b]*float64(ballots)) / sum
	}
	return out
}

// factors are what brings each value to its share under the weights, and how far
// the furthest is from it.
func (m *Margin) factors(w []float64) (factor []float64, off float64) {
	weight := make([]float64, len(m.Shares))
	all := 0.0
	for b, v := range m.Of {
		if v >= 0 {
			weight[v] += w[b]
			all += w[b]
		}
	}
	shares := 0.0
	for v, x := range weight {
		if x > 0 {
			shares += m.Shares[v]
		}
	}
	factor = make([]float64, len(weight))
	for v, x := range weight {
		factor[v] = 1
		if x > 0 && m.Shares[v] > 0 {
			want := float64(m.Shares[v]*all) / shares
			factor[v] = want / x
			off = max(off, math.Abs(want-x)/all)
		}
	}
	return factor, off
}

// WeightedRow is an item's result under weights: a what-if that never ranks.
type WeightedRow struct {
	AgreeShare float64
	Low, High  float64 // Wilson's interval by the effective number of answers
	Rank       int     // by Low, excluded items last
}

// Weighted counts the votes by weights of the ballots, by item in the order of
// their ids. The interval goes by (Σw)²/Σw² answers, so that unequal weights
// make it wider.
func Weighted(ctx context.Context, in Input, weights []float64) ([]WeightedRow, error) {
	m, err := newMatrix(ctx, &in)
	if err != nil {
		return nil, err
	}
	rows := make([]WeightedRow, len(m.items))
	order := make([]int, len(rows))
	for j := range rows {
		order[j] = j
		agree, sum, squares := 0.0, 0.0, 0.0
		at, values := m.byItem.column(j)
		for i, r := range at {
			w := weights[m.ballot[r]]
			sum += w
			squares += float64(w * w)
			if values[i] == Agree {
				agree += w
			}
		}
		rows[j].Low, rows[j].High = 0, 1
		if sum > 0 {
			rows[j].AgreeShare = agree / sum
			rows[j].Low, rows[j].High = wilson(agree/sum, float64(sum*sum)/squares)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if x, y := m.items[a].Excluded, m.items[b].Excluded; x != y {
			if y {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(rows[b].Low, rows[a].Low), cmp.Compare(rows[b].AgreeShare, rows[a].AgreeShare))
	})
	for place, j := range order {
		rows[j].Rank = place + 1
	}
	return rows, nil
}
