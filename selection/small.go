package selection

import (
	"errors"
	"fmt"
	"math"

	"veche/selection/solver"
)

// The small regime: panels listed with their shares, so that chances are exact.
const (
	smallSeats = 250
	smallTypes = 4000

	// nearEnough is the relative shortfall of the chances at which a lottery
	// counts as having reached its target.
	nearEnough = 5e-4
	smallMost  = 60  // rounds of column generation, a guard
	bigTypes   = 700 // above, fewer rounds

	// manyTypes is where a round of column generation costs so much that balanced
	// panels are tried first, and more panels listed before the first round.
	manyTypes = 400
)

// Lottery tells how a small draw's lottery was found.
type Lottery struct {
	Panels    int     `json:"panels"` // with a share
	Listed    int     `json:"panels_listed"`
	Rounds    int     `json:"rounds"`
	Shortfall float64 `json:"shortfall"` // of the chances against the target, relative, of those who can be on a panel
	Stages    int     `json:"stages,omitempty"`
	Proof     string  `json:"proof"`
	Homes     string  `json:"households"` // how one seat a household was kept
}

var reached = fmt.Sprintf("reached: every chance within %g of its target", nearEnough)

// listing is a small draw's lottery on its way.
type listing struct {
	*drawing
	in    *instance // told apart by household where fine is not nil
	fine  *refined
	dice  dice
	asked string // the reason before anything is added to it
}

// byPanels draws from a lottery over panels that meet every quota exactly. Where
// people share households these are told apart, so that no panel holds two of
// one and the chances are exact; where that takes too many types, people are
// moved after a panel is drawn, and replays measure what that does to the chances.
func (d *drawing) byPanels() (*lineup, error) {
	shared := d.in.shared()
	one := &listing{drawing: d, in: d.in, dice: newDice(d.public(), "panels")}
	if len(shared) == 0 {
		d.report.Realised = Realised{How: RealisedExact}
		return one.draw("nobody shares one")
	}
	reason, cert := d.report.Reason, d.cert
	one.asked = reason
	if one.fine = d.in.refine(shared, mostTypes); one.fine != nil {
		one.in = one.fine.instance
		d.report.Realised = Realised{How: RealisedExact}
		team, err := one.draw(fmt.Sprintf("%d shared households told apart: no listed panel holds two people of one", len(shared)))
		var missing *SolverError
		if err == nil || d.ctx.Err() != nil || errors.As(err, &missing) {
			return team, err
		}
		d.report.Reason, d.cert, d.unproved = reason, cert, 0
	}
	one = &listing{drawing: d, in: d.in, dice: newDice(d.public(), "panels")}
	return one.draw(fmt.Sprintf("%d are shared, too many kinds to tell apart: people were moved after the panel was drawn", len(shared)))
}

// draw lists panels and draws one: the target chances of the objective, panels
// by rounding them, and more panels where the prices of the shortfall ask for
// them until the target is reached or the solver proves that no panel brings it
// nearer.
func (b *listing) draw(homes string) (*lineup, error) {
	d, in := b.drawing, b.in
	d.report.Solver = "own interior point and column generation"
	target, err := d.targets()
	if err != nil {
		return nil, err
	}
	expected := d.expected(target)
	if b.fine != nil {
		if target, expected, err = b.refine(target); err != nil {
			return nil, err
		}
	}
	l := &lottery{in: in, known: map[string]bool{}}
	told, err := b.list(l, target, expected)
	if err != nil {
		return nil, err
	}
	told.Listed, told.Homes = len(l.panels), homes
	d.lottery = l
	units := l.units()
	for _, u := range units {
		if u > 0 {
			told.Panels++
		}
	}
	d.report.Lottery = told
	chance := l.exact(units)
	d.own, d.kinds = nil, nil
	d.report.Landing = landing{How: "lottery over panels"}
	if b.fine == nil {
		d.chance = chance
	} else {
		d.apartBy(b.fine, chance)
	}
	if d.Panels > 0 {
		return b.equal(l, units)
	}
	d.say("drawing a panel")
	dice := newDice(d.Seed, "seats")
	if b.fine == nil {
		team, err := d.people(l.panel(l.draw(units, dice)), expected)
		if err == nil && len(in.shared()) > 0 {
			err = b.measure(l, units)
		}
		return team, err
	}
	team, limit := seatPeople(in, l.panel(l.draw(units, dice)), newDice(d.Seed, "people"))
	if team == nil {
		return nil, fmt.Errorf("a listed panel has no room for one person a household among %d types: please report these quotas", len(limit.types))
	}
	return b.fine.whole(d.in, team), nil
}

// list finds panels and their shares: balanced panels where these will do, else
// by column generation.
func (b *listing) list(l *lottery, target, expected []float64) (*Lottery, error) {
	if b.in.types() > manyTypes {
		b.say("listing balanced panels")
		if err := b.balanced(l, target, expected); err != nil {
			return nil, err
		}
	}
	if len(l.panels) > 0 {
		short := l.settle(target)
		b.say(fmt.Sprintf("chances within %.2g of their targets", short))
		if short <= nearEnough {
			return &Lottery{Shortfall: short, Proof: reached}, nil
		}
	}
	b.say("listing more panels")
	if err := b.seed(l, expected); err != nil {
		return nil, err
	}
	return b.columns(l, target)
}

// expected are the seats that chances give to each type.
func (d *drawing) expected(chance []float64) []float64 {
	out := make([]float64, len(chance))
	for t, p := range chance {
		out[t] = float64(p * float64(d.in.count[t]))
	}
	return out
}

// refine takes the target over to the instance told apart by household. Where a
// household's chances would add up to more than a seat they are solved for again
// with that as a row, and so on until none do.
func (b *listing) refine(target []float64) (fine, expected []float64, err error) {
	in := b.drawing.in
	chance := make([]float64, b.Pool.Len())
	for _, i := range in.member {
		chance[i] = target[in.typeOf[i]]
	}
	shared, bound := in.shared(), map[int32]int{}
	for {
		sum, over := map[int32]float64{}, false
		for _, i := range in.member {
			h := in.pool.household[i]
			if h < 0 || shared[h] == 0 || bound[h] > 0 {
				continue
			}
			if sum[h] += chance[i]; sum[h] > 1+1e-9 {
				bound[h], over = shared[h], true
			}
		}
		if !over {
			break
		}
		part := in.refine(bound, mostTypes)
		if part == nil {
			return nil, nil, fmt.Errorf("more than %d types with households told apart", mostTypes)
		}
		sub := &drawing{Problem: b.Problem, ctx: b.ctx, in: part.instance, report: Report{Objective: b.report.Objective}, listing: true}
		if target, err = sub.targets(); err != nil {
			return nil, nil, err
		}
		b.report.Reason = b.asked + sub.report.Reason
		for _, i := range in.member {
			chance[i] = target[part.typeOf[i]]
		}
	}
	fine, expected = make([]float64, b.in.types()), make([]float64, in.types())
	for t := range fine {
		fine[t] = chance[b.in.people(t)[0]]
		expected[b.fine.of[t]] += float64(fine[t] * float64(b.in.count[t]))
	}
	return fine, expected, nil
}

// seed lists panels by rounding the expected seats.
func (b *listing) seed(l *lottery, expected []float64) error {
	want := 3 * b.in.types()
	if b.in.types() > manyTypes {
		want = 6 * b.in.types()
	}
	for try := 0; try < 2*want && len(l.panels) < want; try++ {
		p, _, err := land(b.ctx, b.drawing.in, expected, b.dice)
		if err != nil {
			return err
		}
		if b.fine != nil {
			if team, _ := seatPeople(b.drawing.in, p, b.dice); team != nil {
				l.add(b.fine.panelOf(team.seated))
			}
		} else {
			l.add(p)
		}
		if try > 40 && len(l.panels) < try/8 { // few panels exist at all
			break
		}
	}
	if len(l.panels) > 0 {
		return nil
	}
	// Nothing that rounding gives has one person a household: the exact program does.
	prices := newPricer(b.in, b.dice)
	defer prices.close()
	if !solver.Available() {
		return &SolverError{Objective: b.report.Objective}
	}
	prices.price(make([]float64, b.in.types()))
	p, _, err := prices.best(b.ctx)
	if err == nil && p == nil {
		err = fmt.Errorf("the solver's limit of %d nodes ended before there was a panel: widen a quota by one seat", exactNodes)
	}
	if err == nil {
		l.add(p)
	}
	return err
}

// apartBy sets the chances of people told apart by household. The mean of those
// alike but for it is the chance of their type.
func (d *drawing) apartBy(fine *refined, chance []int64) {
	d.own = make([]int64, d.Pool.Len())
	sum := make([]float64, d.in.types())
	d.kinds = d.kinds[:0]
	for t, c := range chance {
		for _, i := range fine.people(t) {
			d.own[i] = c
		}
		sum[fine.of[t]] += float64(float64(c) * float64(fine.count[t]))
		d.kinds = append(d.kinds, ProofType{People: fine.count[t], Chance: c})
	}
	d.chance = make([]int64, d.in.types())
	for t, v := range sum {
		d.chance[t] = min(ChanceUnit, int64(math.Round(v/float64(d.in.count[t]))))
	}
}

const measureReplays = 2000

// measure replays the draw with other seeds and compares how often people were
// seated with their chances, by type and whether they share a household.
func (b *listing) measure(l *lottery, units []int64) error {
	d, in, replays := b.drawing, b.in, b.Replays
	if replays == 0 {
		replays = measureReplays
	}
	d.say(fmt.Sprintf("measuring the chances by %d replays", replays))
	shared := in.shared()
	apart := func(i int32) int {
		if h := in.pool.household[i]; h >= 0 && shared[h] > 0 {
			return 1
		}
		return 0
	}
	hits, people := make([][2]float64, in.types()), make([][2]float64, in.types())
	for t := range in.count {
		for _, i := range in.people(t) {
			people[t][apart(i)]++
		}
	}
	dice := newDice(d.public(), "replays")
	done := 0.0
	for range replays {
		if err := d.ctx.Err(); err != nil {
			return err
		}
		team, _ := seatPeople(in, l.panel(l.draw(units, dice)), dice)
		if team == nil { // an exact search decides then; too slow to repeat
			continue
		}
		done++
		for i := range team.seated {
			hits[in.typeOf[i]][apart(i)]++
		}
	}
	r := Realised{How: RealisedMeasured, Replays: int(done), Note: "by type and whether people share a household; those who do can have a little less than published, others a little more"}
	for t := range hits {
		for k, n := range people[t] {
			p := float64(d.chance[t]) / ChanceUnit
			if n == 0 || p <= 0 || done == 0 {
				continue
			}
			off := math.Abs(hits[t][k]/(done*n)/p - 1)
			if off > r.MaxDeviation {
				r.MaxDeviation, r.StandardError = off, math.Sqrt((1-p)/(p*done*n))
			}
		}
	}
	d.report.Realised = r
	return nil
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
