package selection

import (
	"fmt"
	"math"
	"slices"

	"veche/selection/solver"
)

// The small regime: panels listed with their shares, so that chances are exact.
const (
	smallSeats = 250
	smallTypes = 700

	// nearEnough is the relative shortfall of the chances at which a lottery
	// counts as having reached its target.
	nearEnough = 5e-4
	smallMost  = 60 // rounds of column generation, a guard

	// manyTypes is where a round of column generation costs so much that more
	// panels are listed before the first.
	manyTypes = 400
)

// Lottery tells how a small draw's lottery was found.
type Lottery struct {
	Panels    int     `json:"panels"` // with a share
	Listed    int     `json:"panels_listed"`
	Rounds    int     `json:"rounds"`
	Shortfall float64 `json:"shortfall"` // of the chances against the target, relative
	Proof     string  `json:"proof"`
}

// byPanels draws from a lottery over panels that meet every quota exactly: the
// target chances of the objective, panels by rounding them, and more panels
// where the prices of the shortfall ask for them until the target is reached or
// the solver proves that no panel brings it nearer.
func (d *drawing) byPanels() (*lineup, error) {
	in := d.in
	d.report.Solver = "own interior point and column generation"
	target, err := d.targets()
	if err != nil {
		return nil, err
	}
	dice := newDice([32]byte{}, "panels") // the lottery is public before the seed is known
	l := &lottery{in: in, known: map[string]bool{}}
	expected := make([]float64, in.types())
	for t, p := range target {
		expected[t] = float64(p * float64(in.count[t]))
	}
	d.say("listing panels")
	want := 3 * in.types()
	if in.types() > manyTypes {
		want = 6 * in.types()
	}
	for try := 0; try < 2*want && len(l.panels) < want; try++ {
		p, _, err := land(d.ctx, in, expected, dice)
		if err != nil {
			return nil, err
		}
		l.add(p)
		if try > 40 && len(l.panels) < try/8 { // few panels exist at all
			break
		}
	}
	told, err := d.generate(l, target, dice)
	if err != nil {
		return nil, err
	}
	told.Listed = len(l.panels)
	d.lottery = l
	units := l.units()
	for _, u := range units {
		if u > 0 {
			told.Panels++
		}
	}
	d.report.Lottery = told
	d.chance = l.exact(units)
	d.say("drawing a panel")
	seats := l.panel(l.draw(units, newDice(d.Seed, "seats")))
	d.report.Landing = landing{How: "lottery over panels"}
	return d.people(seats, expected)
}

// exact are the chances that shares in units give, in units.
func (l *lottery) exact(units []int64) []int64 {
	sum := make([]float64, l.in.types())
	for c, u := range units {
		if u == 0 {
			continue
		}
		for _, one := range l.panels[c] {
			sum[one.t] += float64(float64(u) * float64(one.n))
		}
	}
	out := make([]int64, len(sum))
	for t, v := range sum {
		out[t] = min(ChanceUnit, int64(math.Round(v/float64(l.in.count[t]))))
	}
	return out
}

// targets are the relaxed chances of each type under the objective.
func (d *drawing) targets() ([]float64, error) {
	c := d.in.core()
	if c == nil {
		return nil, d.unsolved("the quotas leave no room")
	}
	out := make([]float64, d.in.types())
	for _, t := range c.all {
		out[t] = 1
	}
	if c.size == 0 || len(c.of) == 0 {
		d.cert = d.in.certify(c, make([]float64, len(d.in.rows)+1))
		return out, nil
	}
	d.say("finding the highest possible minimum chance")
	best, c, err := d.lowest(c)
	if err != nil {
		return nil, err
	}
	x := best.x
	if c.size < c.eligible {
		switch d.report.Objective {
		case Leximin:
			d.say("raising one chance after the other")
			if x, err = leximin(d.ctx, c); err == nil && x == nil {
				x = best.x
				d.report.Reason += uneven
			}
		case Goldilocks:
			d.say("narrowing the chances from both sides")
			var even bool
			if x, even, err = goldilocks(d.ctx, c, best); !even {
				d.report.Reason += uneven
			}
		default:
			x, err = d.even(c, best)
		}
		if err != nil {
			return nil, err
		}
	}
	mean := float64(c.size) / float64(c.eligible)
	for k, v := range x {
		out[c.of[k]] = min(1, max(0, float64(v*mean)))
		if out[c.of[k]] < 1e-9 {
			out[c.of[k]] = 0
		}
	}
	return out, nil
}

// generate runs column generation: solve the master, look for panels worth more
// than the lottery's under its prices, by exchanges first, by the solver where
// these find nothing.
func (d *drawing) generate(l *lottery, target []float64, dice dice) (*Lottery, error) {
	m := newMaster(d.ctx, l, target)
	prices := newPricer(l.in, dice)
	defer prices.close()
	told := &Lottery{}
	for told.Rounds = 1; ; told.Rounds++ {
		d.say(fmt.Sprintf("lottery over %d panels", len(l.panels)))
		s, err := m.solve(0.1 * nearEnough)
		if err != nil {
			return nil, err
		}
		if !s.ok {
			return nil, fmt.Errorf("the lottery over %d panels could not be solved", len(l.panels))
		}
		told.Shortfall = s.shortfall
		d.say(fmt.Sprintf("chances within %.2g of their targets", s.shortfall))
		if s.shortfall <= nearEnough {
			told.Proof = fmt.Sprintf("reached: every chance within %g of its target", nearEnough)
			return told, nil
		}
		if told.Rounds >= smallMost {
			told.Proof = fmt.Sprintf("not reached in %d rounds; the bound stands beside it", smallMost)
			return told, nil
		}
		value := make([]float64, l.in.types())
		for r, t := range m.rows {
			value[t] = s.w[r] / float64(l.in.count[t])
		}
		prices.price(value)
		if l.extend(prices, s, dice) >= 4 {
			continue
		}
		if !solver.Available() {
			return nil, &SolverError{Objective: d.report.Objective}
		}
		d.report.Solver = "own interior point and column generation, " + solver.Name
		best, bound, err := prices.best(d.ctx)
		if err != nil {
			return nil, err
		}
		// By duality the shortfall of any lottery is at least Σ w·target − bound.
		proved := -bound
		for r, w := range s.w {
			proved += float64(w * m.target[r])
		}
		if !l.add(best) || s.shortfall-proved < 0.2*nearEnough {
			told.Proof = fmt.Sprintf("proved: no lottery over panels comes nearer to the target than %.2g", max(0, proved))
			return told, nil
		}
	}
}

// extend adds panels that exchanges find from those in use and some others.
func (l *lottery) extend(prices *pricer, s *priced, dice dice) int {
	var used []int
	for c, share := range s.share {
		if share > 1e-7 {
			used = append(used, c)
		}
	}
	slices.SortStableFunc(used, func(a, b int) int {
		switch {
		case s.share[a] > s.share[b]:
			return -1
		case s.share[a] < s.share[b]:
			return 1
		}
		return 0
	})
	if len(used) > 96 {
		shuffle(dice, used[32:])
		used = used[:96]
	}
	added := 0
	for _, c := range used {
		q := l.panel(c)
		double := 0
		if added < 8 {
			double = 12
		}
		prices.improve(q, double)
		if prices.worth(q) > s.mu+0.05*nearEnough && l.add(q) {
			added++
		}
	}
	return added
}
