package selection

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// drawing is one draw on its way from problem to result.
type drawing struct {
	Problem
	ctx    context.Context
	in     *instance
	chance []int64 // of each type's people, in units of ChanceUnit
	cert   Certificate
	report Report
	large  bool // by type whatever the size

	lottery *lottery    // of a small draw
	homes   *homes      // shared, once asked for
	most    float64     // the highest chance given, 0 for no limit
	listing bool        // over listed panels, whose chances need no room for rounding
	own     []int64     // of each person, nil while people of a type have its chance
	kinds   []ProofType // who has which chance, with own
	panels  [][]int     // for a public draw, and which of them was drawn
	number  int

	unproved int // people on no listed panel who are not proved to be on none at all
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

func (d *drawing) run() (*Result, error) {
	if c := d.in.short(); len(c) > 0 {
		return nil, &InfeasibleError{Conflicts: c}
	}
	d.report.Objective, d.report.Reason = d.choose()
	team, err := d.draw()
	if err != nil {
		return nil, err
	}
	return d.complete(team)
}

// complete makes the result of a panel: people, chances, reserves, report.
func (d *drawing) complete(team *lineup) (r *Result, err error) {
	r = &Result{Chances: d.personal(), Certificate: d.cert, Panels: d.panels, PanelNumber: d.number}
	r.types = slices.Clone(d.kinds)
	if d.own == nil {
		for t, n := range d.in.count {
			r.types = append(r.types, ProofType{People: n, Chance: d.chance[t]})
		}
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
	if r.Reserves, err = d.reserves(r.Selected, r.Chances); err != nil {
		return nil, err
	}
	if d.report.Fit, err = d.fit(r.Chances); err != nil {
		return nil, err
	}
	r.Report = d.finish(team)
	r.Report.Unlisted, r.Report.KindSpread = d.unproved, d.kindSpread()
	return r, nil
}

// choose settles the objective and says why.
func (d *drawing) choose() (Objective, string) {
	o, _ := ParseObjective(string(d.Objective))
	if o != Auto {
		return o, "asked for"
	}
	what := fmt.Sprintf("chosen for %d seats and %d types", d.in.size, d.in.types())
	even := fmt.Sprintf("the most even chances with none below %g of the best possible minimum", floorShare)
	switch {
	case !d.small():
		return Nash, fmt.Sprintf("%s, too many to list panels (limits %d and %d): %s", what, smallSeats, smallTypes, even)
	}
	return Leximin, what + ": the lowest chance as high as possible, then the second lowest, and so on, over panels that meet every quota"
}

// small tells whether panels can be listed.
func (d *drawing) small() bool {
	return !d.large && !d.ByType && d.in.size <= smallSeats && d.in.types() <= smallTypes
}

// mostTypes is where listing panels ends even when asked for.
const mostTypes = 4000

// draw draws over listed panels where the draw is small or the objective is met
// in no other way, and by type otherwise. Where a proof is wanted that only the
// solver gives, and this build holds none, what can be done by type is, and the
// reason says so; the others refuse.
func (d *drawing) draw() (*lineup, error) {
	o := d.report.Objective
	listed := o == Leximin || o == Goldilocks
	switch {
	case d.in.size == 0 || d.in.size == d.in.eligible || !listed && !d.small():
		return d.byType()
	case d.in.types() > mostTypes:
		return nil, fmt.Errorf("objective %s lists panels, which %d types are too many for (%d at most): use nash or maximin", o, d.in.types(), mostTypes)
	}
	d.listing = true
	team, err := d.byPanels()
	var missing *SolverError
	if !errors.As(err, &missing) || (listed && d.Objective != Auto) {
		return team, err
	}
	if listed {
		d.report.Objective = Nash
	}
	d.report.Reason += "; not over listed panels, because that needs the solver, which this build does not hold (run ./scripts/setup and build again), so by type with objective " + string(d.report.Objective)
	d.report.Lottery, d.report.Realised = nil, Realised{}
	d.listing, d.own, d.kinds, d.panels, d.unproved = false, nil, nil, nil, 0
	return d.byType()
}

// byType draws by type: chances of each type, seats of each type, people.
func (d *drawing) byType() (*lineup, error) {
	in := d.in
	d.report.Solver = "own interior point"
	d.report.Realised = Realised{How: RealisedExact}
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
		var err error
		if d.chance, err = d.chances(); err != nil {
			return nil, err
		}
		for t, n := range in.count {
			expected[t] = float64(d.chance[t]) / ChanceUnit * float64(n)
		}
		if d.Panels > 0 {
			return d.equalByType(expected)
		}
		d.say("drawing the people")
		r := d.rounding()
		var team *lineup
		if team, d.report.Landing, err = r.round(d.Seed); err == nil {
			d.report.Realised, err = r.realised()
		}
		return team, err
	}
	return d.people(seats, expected)
}

// homeCaps bounds how often the panel by type is drawn anew because households
// leave no room for it.
const homeCaps = 200

// people draws the people for a panel by type. Where households leave no room
// for it, what they do leave room for becomes a limit on the types concerned,
// and the exact search finds a panel within all such limits, or proves that
// there is none. Where limits keep coming it tells the households apart.
func (d *drawing) people(seats *panel, expected []float64) (*lineup, error) {
	d.say("drawing the people")
	dice := newDice(d.Seed, "people")
	var caps []homeCap
	for range homeCaps {
		team, limit := seatPeople(d.in, seats, dice)
		if team != nil {
			return team, nil
		}
		caps = append(caps, limit)
		var err error
		if len(caps) == apartAfter {
			if homes := d.in.apart(); homes != nil {
				team, err = homes.seat(d.ctx, d.in, expected, dice)
				var none *InfeasibleError
				switch {
				case errors.As(err, &none):
					return nil, d.in.crowded(caps)
				case team != nil || err != nil:
					return team, err
				}
			}
		}
		if seats, err = search(d.ctx, d.in, expected, caps, dice); err != nil {
			var none *InfeasibleError
			if errors.As(err, &none) {
				return nil, d.in.crowded(caps)
			}
			return nil, err
		}
	}
	return nil, fmt.Errorf("no panel with one person a household found in %d attempts: widen a quota by one seat", homeCaps)
}

// groups are the chances given and how many people have each.
func (d *drawing) groups() (chance []int64, people []int) {
	if d.own == nil {
		return d.chance, d.in.count
	}
	for _, one := range d.kinds {
		chance, people = append(chance, one.Chance), append(people, one.People)
	}
	return chance, people
}

// kindSpread is the largest difference between chances of people of one type.
func (d *drawing) kindSpread() float64 {
	if d.own == nil {
		return 0
	}
	widest := int64(0)
	for t := range d.in.count {
		low, high := int64(ChanceUnit), int64(0)
		for _, i := range d.in.people(t) {
			low, high = min(low, d.own[i]), max(high, d.own[i])
		}
		widest = max(widest, high-low)
	}
	return float64(widest) / ChanceUnit
}

// personal is the chance of everyone in the pool.
func (d *drawing) personal() []int64 {
	out := make([]int64, d.Pool.Len())
	for i, t := range d.in.typeOf {
		switch {
		case t < 0:
		case d.own != nil:
			out[i] = d.own[i]
		default:
			out[i] = d.chance[t]
		}
	}
	for _, i := range peopleOf(d.Fixed) {
		out[i] = ChanceUnit
	}
	return out
}
