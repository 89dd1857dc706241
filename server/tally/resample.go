package tally

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// MostResamples bounds Input.Resamples.
const MostResamples = 10_000

// topPlaces is the head of a ranking whose stability is told.
const topPlaces = 10

// Stability is how an item's three ranks hold when other people of the same
// kind had voted: the ballots are drawn again with replacement.
type Stability struct {
	Support   Spread `json:"support"`
	Consensus Spread `json:"consensus"`
	Bridging  Spread `json:"bridging"`
}

// Spread is the spread of one rank over the resamples.
type Spread struct {
	Low  int     `json:"low"`  // the best rank but the 2.5 % best, 1 …
	High int     `json:"high"` // the worst rank but the 2.5 % worst
	Top  float64 `json:"top"`  // share of resamples in the first ten, 0 … 1
}

// poissonSteps are P(X ≤ n) for a Poisson variable of mean 1, scaled by 2⁶⁴:
// the number of times a ballot is drawn (Poisson bootstrap, Hanley & MacGibbon
// 2006). Above the last step n is 8; the rest, 10⁻⁶, is put there.
var poissonSteps = poisson()

func poisson() (steps [8]uint64) {
	const inverseE = 0.36787944117144233
	p, sum := inverseE, 0.0
	for n := range steps {
		if n > 0 {
			p /= float64(n)
		}
		sum += p
		steps[n] = uint64(float64(sum*(1<<53))) << 11
	}
	return steps
}

// resampler holds what stays the same over the resamples: the groups, and for
// bridging the ballots' side of the model.
type resampler struct {
	m       *matrix
	groups  int
	place   []int // canonical row → group index, −1 none
	factors *factors
	base    []Row
}

// resample fills in Row.Stability from runs resamples. O(runs · (votes + items
// · log items)).
func (s *resampler) resample(ctx context.Context, seed string, runs int) ([]Stability, error) {
	n := len(s.base)
	var ranks [3][]int32 // run-major: ranks[measure][run·n + item]
	for i := range ranks {
		ranks[i] = make([]int32, runs*n)
	}
	weights := make([]uint8, s.m.rows())
	values := [3][]float64{make([]float64, n), make([]float64, n), make([]float64, n)}
	order := make([]int, n)
	for run := range runs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.draw(seed, run, weights)
		s.measure(weights, values)
		for i := range ranks {
			s.rank(values[i], i, order)
			for place, j := range order {
				ranks[i][run*n+j] = int32(place + 1)
			}
		}
	}
	out := make([]Stability, n)
	column := make([]int32, runs)
	for j := range out {
		for i, to := range []*Spread{&out[j].Support, &out[j].Consensus, &out[j].Bridging} {
			for run := range runs {
				column[run] = ranks[i][run*n+j]
			}
			*to = spread(column)
		}
	}
	return out, nil
}

// draw sets how often each ballot counts in one resample.
func (s *resampler) draw(seed string, run int, weights []uint8) {
	rng := source("resample", seed, run)
	for r := range weights {
		x := rng.Uint64()
		weights[r] = 0
		for _, step := range poissonSteps {
			if x < step {
				break
			}
			weights[r]++
		}
	}
}

// measure computes support, consensus and bridging of every item.
func (s *resampler) measure(weights []uint8, values [3][]float64) {
	counts := make([]Count, s.groups)
	for j := range s.base {
		clear(counts)
		var all Count
		var fit ridge
		rows, vals := s.m.byItem.column(j)
		f := s.factors
		for i, r := range rows {
			w := int(weights[r])
			if w == 0 {
				continue
			}
			all.addTimes(vals[i], w)
			if g := s.place[r]; g >= 0 {
				counts[g].addTimes(vals[i], w)
			}
			if f.votes > 0 {
				fit.addTimes(worth(vals[i])-f.mean-f.ballots.intercept[r], f.ballots.factor[r], float64(w))
			}
		}
		values[0][j], _ = Wilson(all.Agree, all.Seen())
		if s.groups == 0 {
			values[1][j] = Posterior(all.Agree, all.Seen())
		} else {
			values[1][j] = Consensus(counts)
		}
		values[2][j] = 0
		if f.votes > 0 {
			values[2][j], _ = fit.solve(f.perItem())
		}
	}
}

// rank orders the items by falling value, ties by the rank on all votes.
func (s *resampler) rank(values []float64, measure int, order []int) {
	for j := range order {
		order[j] = j
	}
	full := func(row *Row) int {
		return [3]int{row.RankSupport, row.RankConsensus, row.RankBridging}[measure]
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := &s.base[a], &s.base[b]
		if x.Excluded != y.Excluded {
			return compare(full(x), full(y)) // excluded items stand last in the full rank too
		}
		return cmp.Or(cmp.Compare(values[b], values[a]), compare(full(x), full(y)))
	})
}

// spread sorts the ranks and reads off their spread.
func spread(ranks []int32) Spread {
	slices.Sort(ranks)
	cut := len(ranks) / 40
	top, _ := slices.BinarySearch(ranks, topPlaces+1)
	return Spread{Low: int(ranks[cut]), High: int(ranks[len(ranks)-1-cut]), Top: float64(top) / float64(len(ranks))}
}

func checkResamples(n int) error {
	if n < 0 || n > MostResamples {
		return fmt.Errorf("tally: %d resamples is not between 0 and %d", n, MostResamples)
	}
	return nil
}
