package selection

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// The exact search is bounded by counts of linear programs, never by time, so
// that a replay ends alike everywhere.
const (
	partNodes  = 300  // for each part of the types
	wholeNodes = 4000 // over all types
)

// search finds a panel exactly by branch and bound over the linear program,
// depth first: first over parts, a few hundred types that the flight left or
// never reached with all else rounded already, then over all types near their
// expected seats, at last over all panels, which may also prove that there is
// none. Costs are random with the likelier seat the cheaper, so that different
// seeds find different panels.
func search(ctx context.Context, in *instance, expected []float64, caps []homeCap, d dice) (*panel, error) {
	if p, err := searchParts(ctx, in, expected, caps, d); p != nil || err != nil {
		return p, err
	}
	s := newLP(in, nil, caps)
	s.cost = make([]float64, in.types())
	for t, e := range expected {
		s.cost[t] = -ln(1-d.unit()) / max(e/float64(in.count[t]), 1e-6)
		s.colLo[t] = max(0, math.Floor(e)-1)
		s.colHi[t] = min(float64(in.count[t]), math.Ceil(e)+1)
	}
	for _, near := range []bool{true, false} {
		if !near {
			for t, c := range in.count {
				s.colLo[t], s.colHi[t] = 0, float64(c)
			}
		}
		nodes := wholeNodes
		found, complete, err := s.dive(ctx, &nodes)
		if err != nil {
			return nil, err
		}
		if found != nil {
			if p := newPanel(in, found); p.off() == 0 {
				return p, nil
			}
		}
		if !near && complete {
			return nil, in.onlyFractions()
		}
	}
	return nil, fmt.Errorf("no panel found in %d steps of the exact search, nor proved that there is none: widen a quota by one seat", wholeNodes)
}

// searchParts is the search over parts alone; nil where it ends without a panel.
func searchParts(ctx context.Context, in *instance, expected []float64, caps []homeCap, d dice) (*panel, error) {
	for _, hold := range []int{100, 200, 400, 800} {
		seats, left, phi := fly(in, expected, hold, d)
		slices.Sort(left)
		s := newLP(in, left, caps)
		s.rest(newPanel(in, seats), caps)
		s.cost = make([]float64, len(left))
		for j, t := range left {
			s.colLo[j], s.colHi[j] = 0, 1
			u := d.unit()
			s.cost[j] = ln((1-phi[t])/phi[t]) + ln((u+1e-12)/(1-u))
		}
		nodes := partNodes
		found, _, err := s.dive(ctx, &nodes)
		if err != nil {
			return nil, err
		}
		if found != nil {
			p := newPanel(in, seats)
			for j, t := range left {
				p.add(int(t), int(found[j]))
			}
			if p.off() == 0 {
				return p, nil
			}
		}
		if hold > in.types() {
			break
		}
	}
	return nil, nil
}

// rest takes the seats given already off the rows.
func (s *lp) rest(p *panel, caps []homeCap) {
	for c, limit := range caps {
		for _, t := range limit.types {
			s.hi[len(p.rows)+c] -= float64(p.seats[t])
		}
		s.lo[len(p.rows)+c] = math.Inf(-1)
	}
	for r, c := range p.rows {
		s.lo[r] -= float64(c)
		s.hi[r] -= float64(c)
	}
	s.lo[s.m-1] -= float64(p.size)
	s.hi[s.m-1] -= float64(p.size)
}

// dive solves the integer program below the present column bounds, which it
// leaves as they were. It returns the seats found, or whether it looked everywhere.
func (s *lp) dive(ctx context.Context, nodes *int) (found []int32, complete bool, err error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	if *nodes--; *nodes < 0 {
		return nil, false, nil
	}
	feasible, done := s.solve(200 * (s.m + 20))
	if !done {
		return nil, false, nil
	}
	if !feasible {
		return nil, true, nil
	}
	x := s.point()
	branch, gap := -1, 1e-6
	for j, v := range x {
		if g := math.Abs(v - math.Round(v)); g > gap {
			branch, gap = j, g
		}
	}
	if branch < 0 {
		found = make([]int32, len(x))
		for j, v := range x {
			found[j] = int32(math.Round(v))
		}
		return found, true, nil
	}
	lo, hi := s.colLo[branch], s.colHi[branch]
	down := math.Floor(x[branch])
	complete = true
	for side := range 2 {
		if (side == 0) == (x[branch]-down >= 0.5) {
			s.colLo[branch] = down + 1
		} else {
			s.colHi[branch] = down
		}
		var all bool
		found, all, err = s.dive(ctx, nodes)
		s.colLo[branch], s.colHi[branch] = lo, hi
		if found != nil || err != nil {
			return found, true, err
		}
		complete = complete && all
	}
	return nil, complete, nil
}
