package selection

import (
	"cmp"
	"fmt"
	"math"
)

// floorShare is the part of the maximin value below which no chance may fall
// under Nash: it costs almost no evenness and guards the rarest people.
const floorShare = 0.995

// chances solves for the chances of each type: the maximin value with its
// certificate on the quotas as given, then Nash above the floor, on quotas
// drawn in a little so that rounding can land; less where that leaves no room.
func (d *drawing) chances() ([]int64, error) {
	d.say("finding the highest possible minimum chance")
	c := d.in.core()
	if c == nil {
		return nil, d.unsolved("the quotas leave no room")
	}
	out := make([]int64, d.in.types())
	for _, t := range c.all {
		out[t] = ChanceUnit
	}
	if len(c.of) == 0 || c.size == 0 {
		if c.size != 0 {
			return nil, d.unsolved("the quotas leave no room")
		}
		d.cert = d.in.certify(c, make([]float64, len(d.in.rows)+1))
		return out, nil
	}
	best, c, err := d.lowest(c)
	if err != nil {
		return nil, err
	}
	x := best.x
	mean := float64(c.size) / float64(c.eligible)
	d.most = d.firstMost(mean)
	for try := 1; ; try++ {
		if c.size < c.eligible {
			if x, err = d.even(c, best); err != nil {
				return nil, err
			}
		}
		for k, v := range x {
			p := min(1, max(0, float64(v*mean)))
			out[c.of[k]] = int64(math.Round(float64(p * ChanceUnit)))
		}
		most := d.sharing().roomy(d.in, out)
		if most == ChanceUnit || try == mostTries || d.most == 0 {
			break
		}
		d.most = min(d.most, float64(0.98*float64(most)/ChanceUnit))
	}
	if d.most > 0 {
		d.report.Reason += fmt.Sprintf("; no chance above %.2g", d.most)
		if d.sharing().len() > 0 {
			d.report.Reason += ", so that no household's add up to more than one seat"
		}
	}
	d.in.whole(out)
	return out, nil
}

// mostMean is how many times the mean nobody's chance is above, as long as the
// floor allows: without a limit people whom the quotas would take in any number
// have chances near certainty, which tells nobody anything, and the interior
// point method loses its way between them and the rest.
//
// mostShared is the limit where people share households, so that two of them
// have less than a seat; mostTries programs are solved for a lower one where
// that does not do.
const (
	mostMean   = 60
	mostShared = 0.45
	mostTries  = 3
)

// firstMost is the highest chance to be given at first, 0 for no limit.
func (d *drawing) firstMost(mean float64) float64 {
	most := float64(mostMean * mean)
	if d.sharing().len() > 0 {
		most = min(most, mostShared)
	}
	if most >= 1 {
		return 0
	}
	return most
}

// whole makes the chances add up to the seats to the last unit, as far as types
// of few people allow.
func (in *instance) whole(chance []int64) {
	rest := int64(in.size) * ChanceUnit
	for t, n := range in.count {
		rest -= int64(n) * chance[t]
	}
	people := int64(0)
	for t, n := range in.count {
		if chance[t] > 2*mostWhole && chance[t] < ChanceUnit-2*mostWhole {
			people += int64(n)
		}
	}
	if people == 0 || rest/people > mostWhole || rest/people < -mostWhole {
		return
	}
	each := rest / people
	rest -= each * people
	for t, n := range in.count {
		if chance[t] <= 2*mostWhole || chance[t] >= ChanceUnit-2*mostWhole {
			continue
		}
		chance[t] += each
		switch {
		case rest >= int64(n):
			chance[t]++
			rest -= int64(n)
		case -rest >= int64(n):
			chance[t]--
			rest += int64(n)
		}
	}
}

// mostWhole is the most, in units, by which a chance is moved for the sum.
const mostWhole = 1000

// unsolved explains why there are no chances, or says that the method failed.
func (d *drawing) unsolved(what string) error {
	if err := d.in.explain(); err != nil {
		return err
	}
	return fmt.Errorf("%s: the interior point method found no solution though one exists; please report these quotas", what)
}

// nobody is a lowest chance, in units of the mean, that is none.
const nobody = 1e-6

// lowest solves the maximin program. People who can get no seat in any lottery,
// whatever the others get, are left out and the program solved again, so that
// they do not hide the chances of the rest.
func (d *drawing) lowest(c *core) (*solution, *core, error) {
	for first := true; ; first = false {
		if c.size >= c.eligible {
			x := make([]float64, len(c.of))
			for t := range x {
				x[t] = 1
			}
			if first {
				d.cert = d.in.certify(c, make([]float64, len(d.in.rows)+1))
			}
			return &solution{x: x, z: 1}, c, nil
		}
		p := newMarginal(d.ctx, c.instance, 0)
		p.minMax = true
		best, err := p.solve()
		if err != nil {
			return nil, nil, err
		}
		if !best.converged {
			if best, err = d.middle(c); err != nil {
				return nil, nil, err
			}
		}
		if first {
			d.cert = d.in.certify(c, best.nu)
		}
		if best.z > nobody {
			return best, c, nil
		}
		gone, err := c.gone(best.x)
		if err != nil { // below 0 as a rule: nothing meets the rows
			return nil, nil, cmp.Or(d.in.explain(), err)
		}
		if gone == nil {
			return best, c, nil
		}
		c = c.without(gone)
	}
}

// middle is a solution of the rows that gives everyone a chance who can have
// one: exact, with nothing proven about the lowest, for where the interior point
// method fails. The report says so.
func (d *drawing) middle(c *core) (*solution, error) {
	cost := make([]float64, len(c.of))
	for t := range cost {
		cost[t] = -1
	}
	x, err := c.spread(cost)
	if err != nil {
		return nil, cmp.Or(d.in.explain(), err)
	}
	d.report.Reason += "; the lowest chance is not proven to be the highest possible, because the quotas leave too little room"
	low, _ := c.extremes(x)
	return &solution{x: x, z: low, nu: make([]float64, len(d.in.rows)+1)}, nil
}

// gone are the types that are 0 in every solution of the rows, nil when there
// are none.
func (c *core) gone(x []float64) ([]bool, error) {
	cost := make([]float64, len(x))
	for t, v := range x {
		if v < 1e3*nobody {
			cost[t] = -1
		}
	}
	if _, err := c.spread(cost); err != nil {
		return nil, err
	}
	var gone []bool
	for t, v := range cost {
		if v != 0 {
			if gone == nil {
				gone = make([]bool, len(x))
			}
			gone[t] = true
		}
	}
	return gone, nil
}

// spread finds out which of the types with the cost −1 are 0 in every solution
// of the rows, sets the cost of the others to 0, and returns the mean of the
// solutions met, in units of the mean chance: the program that wants all
// doubtful types is solved until it finds no more of them.
func (c *core) spread(cost []float64) ([]float64, error) {
	s := newLP(c.instance, nil, nil)
	s.cost = cost
	mean := make([]float64, len(cost))
	doubt, points := 0, 0.0
	for _, v := range cost {
		if v != 0 {
			doubt++
		}
	}
	for doubt > 0 {
		feasible, done := s.solve(lpLimit)
		if !feasible || !done {
			return nil, fmt.Errorf("chances: the simplex method ended without a solution")
		}
		found := 0
		points++
		for t, v := range s.point() {
			mean[t] += v
			if cost[t] != 0 && v > lpTolerance {
				cost[t] = 0
				found++
			}
		}
		if found == 0 {
			break
		}
		doubt -= found
	}
	for t := range mean {
		whole := float64(c.count[t]) * float64(c.size) / float64(c.eligible)
		mean[t] = mean[t] / max(points, 1) / whole
	}
	return mean, nil
}

// even makes the chances above the floor as even as they get. Where the quotas
// leave so little room above it that no program converges, the maximin solution
// stands and the report says so.
func (d *drawing) even(c *core, best *solution) ([]float64, error) {
	d.say("making the chances even")
	reached := math.Inf(1)
	for t, x := range best.x {
		reached = min(reached, x/c.weightOf(t))
	}
	share := floorShare + 1e-5 // what rounding and the solver's tolerance may take
	if d.report.Objective == Maximin {
		share = 1 - 1e-6
	}
	floor := float64(share * max(0, reached))
	narrow, err := d.shrunk(c, floor)
	if err != nil {
		return nil, err
	}
	programs := []*marginal{narrow, d.capped(newMarginal(d.ctx, c.instance, 0))}
	if d.most > 0 {
		programs = append(programs, newMarginal(d.ctx, c.instance, 0))
	}
	for i, p := range programs {
		if i == 2 {
			d.most = 0
		}
		p.floor, p.minMax = floor, false
		s, err := p.solve()
		if err != nil {
			return nil, err
		}
		if s.converged {
			return s.x, nil
		}
	}
	d.report.Reason += uneven
	return best.x, nil
}

// uneven tells that chances within their bounds were left as they were found.
const uneven = "; above the lowest chance not made even, because the quotas leave too little room"

// shrunk takes the quotas drawn in by as much as leaves room above the floor,
// with the lowest limit of the highest chance that does.
func (d *drawing) shrunk(c *core, floor float64) (*marginal, error) {
	if d.report.Objective != Nash || d.listing { // listed panels need no room
		return d.capped(newMarginal(d.ctx, c.instance, 0)), nil
	}
	room := []float64{float64(d.in.width) + 0.05, 4, 1, 0.25, 0.05}
	for {
		for i, seats := range room {
			if i == 1 && d.most > 0 { // is there any room under this limit?
				if _, ok, err := d.narrow(c, floor, room[len(room)-1]); err != nil {
					return nil, err
				} else if !ok {
					break
				}
			}
			if p, ok, err := d.narrow(c, floor, seats); ok || err != nil {
				return p, err
			}
		}
		switch {
		case d.most == 0:
			return newMarginal(d.ctx, c.instance, 0), nil
		case d.most < mostShared && d.sharing().len() > 0:
			d.most = mostShared
		default:
			d.most = 0
		}
	}
}

// narrow is the program with the quotas drawn in, and whether it has room above
// the floor.
func (d *drawing) narrow(c *core, floor, seats float64) (*marginal, bool, error) {
	p := d.capped(newMarginal(d.ctx, c.instance, seats))
	p.minMax = true
	s, err := p.try()
	return p, err == nil && s.converged && s.z > float64(floor*1.0005)+nobody, err
}

// capped limits the highest chance of a program.
func (d *drawing) capped(p *marginal) *marginal {
	if d.most > 0 {
		p.cap = min(p.cap, float64(d.most*float64(p.in.eligible)/float64(p.in.size)))
	}
	return p
}
