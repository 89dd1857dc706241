package selection

import (
	"cmp"
	"fmt"
	"slices"

	"veche/selection/solver"
)

// generation is column generation at work: a lottery, and where further panels
// for it come from.
type generation struct {
	*listing
	*lottery
	prices *pricer
	told   *Lottery
	exact  bool // the solver has been asked
}

// columns finds panels and their shares by column generation. Where the target,
// which knows neither whole people nor households, is out of reach, what the
// panels themselves allow is raised stage by stage.
func (b *listing) columns(l *lottery, target []float64) (*Lottery, error) {
	g := &generation{listing: b, lottery: l, prices: newPricer(b.in, b.dice), told: &Lottery{}}
	defer g.prices.close()
	can, err := g.cover(target)
	if err != nil {
		return nil, err
	}
	short, err := g.approach(newMaster(b.ctx, l, can))
	if err != nil {
		return nil, err
	}
	barred := 0
	for t, p := range target {
		if p > 0 && can[t] == 0 {
			barred += b.in.count[t]
		}
	}
	if short > nearEnough || barred > 0 {
		if err := g.stages(can); err != nil {
			return nil, err
		}
	}
	if barred > b.unproved {
		g.told.Proof += fmt.Sprintf("; proved: no panel holds any of %d people", barred-b.unproved)
	}
	if g.exact {
		b.report.Solver += ", " + solver.Name
	}
	return g.told, nil
}

// approach adds panels until the target is reached, or it is proved that none
// brings it nearer, or rounds run out. It returns the shortfall.
func (g *generation) approach(m *master) (float64, error) {
	most := g.rounds()
	for g.told.Rounds = 1; ; g.told.Rounds++ {
		s, err := g.solve(m, 0.1*nearEnough)
		if err != nil {
			return 0, err
		}
		g.told.Shortfall = s.shortfall
		g.say(fmt.Sprintf("chances within %.2g of their targets", s.shortfall))
		if s.shortfall <= nearEnough {
			g.told.Proof = reached
			return s.shortfall, nil
		}
		if g.told.Rounds >= most {
			g.told.Proof = fmt.Sprintf("not reached in %d rounds; the bound stands beside it", most)
			return s.shortfall, nil
		}
		more, least, err := g.more(m, s)
		if err != nil {
			return 0, err
		}
		if !more || s.shortfall-least < 0.2*nearEnough {
			g.told.Proof = fmt.Sprintf("proved: no lottery over panels comes nearer to the target than %.2g", least)
			return s.shortfall, nil
		}
	}
}

// rounds limits the rounds of column generation: one takes the cube of the types.
func (g *generation) rounds() int {
	if T := g.lottery.in.types(); T > bigTypes {
		return max(3, smallMost*bigTypes*bigTypes/(T*T))
	}
	return smallMost
}

func (g *generation) solve(m *master, gap float64) (*priced, error) {
	g.say(fmt.Sprintf("lottery over %d panels", len(g.panels)))
	s, err := m.solve(gap)
	if err == nil && !s.ok {
		err = fmt.Errorf("the lottery over %d panels could not be solved", len(g.panels))
	}
	return s, err
}

// more adds panels worth more than the lottery's under its prices: by exchanges,
// and by the solver where these find few. It tells whether any was new, and with
// the solver the least shortfall that it proves.
func (g *generation) more(m *master, s *priced) (more bool, least float64, err error) {
	value := make([]float64, g.lottery.in.types())
	for r, t := range m.rows {
		value[t] = s.w[r] / float64(g.lottery.in.count[t])
	}
	g.prices.price(value)
	added := g.extend(g.prices, s, g.dice)
	if added >= 4 {
		return true, 0, nil
	}
	best, bound, err := g.best()
	if err != nil {
		return false, 0, err
	}
	fresh := best != nil && g.add(best)
	return fresh || added > 0, m.least(s.w, bound), nil
}

// best asks the solver for the dearest panel and a bound of what one is worth.
func (g *generation) best() (*panel, float64, error) {
	if !solver.Available() {
		return nil, 0, &SolverError{Objective: g.report.Objective}
	}
	g.exact = true
	return g.prices.best(g.ctx)
}

// coverFrom is from how many panels exchanges look for those whom none holds.
const coverFrom = 24

// cover lists panels until everyone with a target is on one, so that nobody who
// can have a chance has none, and returns the targets with 0 for those whom no
// panel holds: a target out of reach would let all others go to 0 unseen. Where
// the solver's limit ended its search that is not proved, and they are counted.
func (g *generation) cover(target []float64) ([]float64, error) {
	can := slices.Clone(target)
	in, value := g.lottery.in, make([]float64, len(target))
	for first := true; ; first = false {
		missing := g.missing(can, value)
		if missing == 0 {
			return can, nil
		}
		g.prices.price(value)
		if first {
			for c := range min(coverFrom, len(g.panels)) {
				q := g.panel(c)
				g.prices.improve(q, 12)
				g.add(q)
			}
			continue
		}
		best, bound, err := g.best()
		if err != nil {
			return nil, err
		}
		if best != nil && g.prices.worth(best) > 0.5 && g.add(best) {
			continue
		}
		for t, v := range value {
			if v > 0 {
				can[t] = 0
				if bound > 1-1e-6 {
					g.unproved += in.count[t]
				}
			}
		}
		return can, nil
	}
}

// missing counts the types with a target whom no listed panel holds, and prices
// them at 1, all others at 0.
func (g *generation) missing(target, value []float64) int {
	n := 0
	for t, p := range target {
		value[t] = 0
		if p > 0 {
			value[t] = 1
			n++
		}
	}
	for _, list := range g.panels {
		for _, one := range list {
			if value[one.t] > 0 {
				value[one.t] = 0
				n--
			}
		}
	}
	return n
}

// extend adds panels that exchanges find from those in use and some others.
func (l *lottery) extend(prices *pricer, s *priced, dice dice) int {
	var used []int
	for c, share := range s.share {
		if share > 1e-7 {
			used = append(used, c)
		}
	}
	slices.SortStableFunc(used, func(a, b int) int { return cmp.Compare(s.share[b], s.share[a]) })
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
