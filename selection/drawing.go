package selection

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
)

// floorShare is the part of the maximin value below which no chance may fall
// under Nash: it costs almost no evenness and guards the rarest people.
const floorShare = 0.995

// drawing is one draw on its way from problem to result.
type drawing struct {
	Problem
	ctx    context.Context
	in     *instance
	chance []int64 // of each type's people, in units of ChanceUnit
	cert   Certificate
	report Report
}

func newDrawing(ctx context.Context, p Problem) (*drawing, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	in, err := newInstance(&p)
	if err != nil {
		return nil, err
	}
	return &drawing{Problem: p, ctx: ctx, in: in}, nil
}

func (d *drawing) say(step string) {
	if d.Progress != nil {
		d.Progress(Progress{Step: step})
	}
}

func (d *drawing) feasible() error { return d.in.explain() }

func (d *drawing) run() (*Result, error) {
	if c := d.in.short(); len(c) > 0 {
		return nil, &InfeasibleError{Conflicts: c}
	}
	if err := d.narrow(); err != nil {
		return nil, err
	}
	d.report.Objective, d.report.Reason = d.choose()
	var (
		team *lineup
		err  error
	)
	switch d.report.Objective {
	case Nash, Maximin:
		team, err = d.byType()
	default:
		return nil, &SolverError{Objective: d.report.Objective}
	}
	if err != nil {
		return nil, err
	}
	r := &Result{Chances: d.personal(), Certificate: d.cert}
	for t, n := range d.in.count {
		r.types = append(r.types, ProofType{People: n, Chance: d.chance[t]})
	}
	slices.SortFunc(r.types, func(a, b ProofType) int { // no order that tells the values
		return cmp.Or(cmp.Compare(a.Chance, b.Chance), cmp.Compare(a.People, b.People))
	})
	for person := range team.seated {
		r.Selected = append(r.Selected, int(person))
	}
	slices.Sort(r.Selected)
	r.Probability = make([]float64, len(r.Chances))
	for i, c := range r.Chances {
		r.Probability[i] = float64(c) / ChanceUnit
	}
	d.say("drawing reserves")
	if r.Reserves, err = d.reserves(r.Selected); err != nil {
		return nil, err
	}
	r.Report = d.finish(team)
	return r, nil
}

// choose settles the objective and says why.
func (d *drawing) choose() (Objective, string) {
	o, _ := ParseObjective(string(d.Objective))
	if o != Auto {
		return o, "asked for"
	}
	return Nash, fmt.Sprintf("chosen for %d seats and %d types: the most even chances with none below %g of the best possible minimum",
		d.in.size, d.in.types(), floorShare)
}

// byType draws by type: chances of each type, seats of each type, people.
func (d *drawing) byType() (*lineup, error) {
	in := d.in
	d.report.Solver = "own interior point"
	expected := make([]float64, in.types())
	var seats *panel
	switch in.size {
	case 0:
		d.chance = make([]int64, in.types())
		seats = newPanel(in, make([]int32, in.types()))
	case in.eligible: // everyone who can be drawn is needed
		d.chance = make([]int64, in.types())
		all := make([]int32, in.types())
		for t, c := range in.count {
			d.chance[t], all[t] = ChanceUnit, int32(c)
		}
		seats = newPanel(in, all)
		if seats.off() != 0 {
			if err := in.explain(); err != nil {
				return nil, err
			}
			return nil, in.onlyFractions()
		}
		d.cert = Certificate{UpperBound: 1}
	default:
		x, err := d.chances()
		if err != nil {
			return nil, err
		}
		d.chance = make([]int64, len(x))
		for t, v := range x {
			p := float64(v * (float64(in.size) / float64(in.eligible)))
			d.chance[t] = int64(math.Round(float64(min(1, max(0, p)) * ChanceUnit)))
			expected[t] = float64(d.chance[t]) / ChanceUnit * float64(in.count[t])
		}
		d.say("drawing the seats of each type")
		seats, d.report.Landing, err = land(d.ctx, in, expected, newDice(d.Seed, "seats"))
		if err != nil {
			return nil, err
		}
	}
	d.say("drawing the people")
	return seatPeople(in, seats, newDice(d.Seed, "people"))
}

// chances solves for the chances of each type: the maximin value with its
// certificate on the quotas as given, then Nash above the floor, on quotas
// drawn in a little so that rounding can land; less where that leaves no room.
func (d *drawing) chances() ([]float64, error) {
	in := d.in
	d.say("finding the highest possible minimum chance")
	lowest := newMarginal(d.ctx, in, 0)
	lowest.minMax = true
	best, err := lowest.solve()
	if err != nil {
		return nil, err
	}
	if !best.converged {
		if err := in.explain(); err != nil {
			return nil, err
		}
	}
	d.cert = certify(in, best.nu)
	reached := math.Inf(1)
	for t, x := range best.x {
		reached = min(reached, x/in.weightOf(t))
	}
	share := floorShare
	if d.report.Objective == Maximin {
		share = 1 - 1e-6
	}
	d.say("making the chances even")
	floor := float64(share * max(0, reached))
	even, err := d.shrunk(floor)
	if err != nil {
		return nil, err
	}
	even.floor, even.minMax = floor, false
	last, err := even.solve()
	if err != nil {
		return nil, err
	}
	if last.converged {
		return last.x, nil
	}
	if err := in.explain(); err != nil {
		return nil, err
	}
	return nil, last.check("even chances")
}

// shrunk takes the quotas drawn in by as much as leaves room above the floor.
func (d *drawing) shrunk(floor float64) (*marginal, error) {
	if d.report.Objective == Nash {
		for _, seats := range []float64{4, 1, 0.25, 0.05} {
			p := newMarginal(d.ctx, d.in, seats)
			p.minMax = true
			s, err := p.solve()
			if err != nil {
				return nil, err
			}
			if s.converged && s.z > floor*1.0005 {
				return p, nil
			}
		}
	}
	return newMarginal(d.ctx, d.in, 0), nil
}

// personal is the chance of everyone in the pool.
func (d *drawing) personal() []int64 {
	out := make([]int64, d.Pool.Len())
	for i, t := range d.in.typeOf {
		if t >= 0 {
			out[i] = d.chance[t]
		}
	}
	for _, i := range d.Fixed {
		out[i] = ChanceUnit
	}
	return out
}

// Certificate proves that no lottery over panels can give everyone more than
// UpperBound: multipliers of the quota rows, in report order with the size
// last, in units of 1e-9. For any multipliers y and the cost c of a type, the
// sum of its rows' multipliers, the lowest chance is at most
//
//	(Σ_rows max(y·lo, y·hi) + Σ_{c<0} people·|c|) / Σ_{c>0} people·weight·c
//
// by weak duality, so anyone can check it in one pass over the types.
type Certificate struct {
	Multipliers []int64 `json:"multipliers"`
	UpperBound  float64 `json:"upper_bound"`
}

const multiplierUnit = 1e9

func certify(in *instance, nu []float64) Certificate {
	var c Certificate
	for _, v := range nu {
		c.Multipliers = append(c.Multipliers, int64(math.Round(float64(min(1e6, max(-1e6, v))*multiplierUnit))))
	}
	c.UpperBound = in.bound(c.Multipliers)
	return c
}

// bound evaluates a certificate; 1 where it proves nothing.
func (in *instance) bound(y []int64) float64 {
	if len(y) != len(in.rows)+1 {
		return 1
	}
	size := float64(in.size)
	above := float64(float64(y[len(in.rows)]) * size)
	for r, one := range in.rows {
		v := float64(y[r])
		above += max(float64(v*float64(one.least)), float64(v*float64(one.most)))
	}
	below := 0.0
	for t, n := range in.count {
		c := y[len(in.rows)]
		for _, r := range in.rowsOf(t) {
			c += y[r]
		}
		if c < 0 {
			above += float64(float64(n) * float64(-c))
		} else {
			below += float64(float64(float64(n)*in.weightOf(t)) * float64(c))
		}
	}
	if below <= 0 || above >= below {
		return 1
	}
	return above / below
}
