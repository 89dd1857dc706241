package analysis

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"veche/selection"
	"veche/server/topic"
)

// Lottery is the draw that a state asks for, all but its randomness: it can be
// looked at beforehand, committed to, and drawn.
type Lottery struct {
	state   *topic.State
	problem selection.Problem
	pool    *pool
	roll    *selection.Roll
	seq     uint64 // of the state
	round   int    // from 1

	included []int // people who get a seat of this round without a draw
	erased   int   // seated people whose row was erased
}

// Reasons that a lottery gives for groups of people; marks bring their own.
const (
	ReasonSeated    = "hold a seat from an earlier round"
	ReasonDeclined  = "declined a seat"
	ReasonSessions  = "can attend none of the sessions"
	ReasonLanguages = "speak none of the languages"
	reasonEligible  = "not eligible by " // and the feature's name
)

// Prepare reads the pool that stands in s and settles the next round: in the
// first all seats, later those that were declined, the people who accepted or
// are still invited staying. rows reads the pool row of every application that
// stands.
//
// listing says that panels may be listed where the settings ask for it: this
// build holds the solver, or the commitment that is kept was made by one that
// did. Without it the objective auto draws by type, and others that need the
// solver are refused.
//
// Errors are a [*topic.Fault] (conflict where no seat is free), a
// [*MissingError], or the context's. Memory: about 200 bytes an applicant.
func Prepare(ctx context.Context, s *topic.State, rows Rows, listing bool) (*Lottery, error) {
	if s.Settings.PanelSize == 0 {
		return nil, topic.NewFault(topic.CodeInvalid, "the topic has no panel size: set it in the settings first")
	}
	l := &Lottery{state: s, seq: s.Seq, round: len(s.Rounds) + 1}
	if err := l.objective(listing); err != nil {
		return nil, err
	}
	out := new(grouping)
	p, err := readPool(ctx, s, standing(s), rows, "", func(i int, row *topic.Row, p *selection.Person) {
		if why := leftOut(&s.Settings.Draw, row); why != "" {
			out.add(why, i)
		}
		complete(&s.Settings.Draw, row, p)
	})
	if err != nil {
		return nil, err
	}
	l.pool, l.problem.Pool = p, p.Pool
	l.groups(out.list)
	taken := l.erased
	for _, g := range l.problem.Fixed {
		taken += len(g.People)
	}
	if taken-len(l.included) >= int(s.Settings.PanelSize) {
		return nil, topic.NewFault(topic.CodeConflict, "all %d seats are taken: there is nothing to draw", s.Settings.PanelSize)
	}
	if taken > int(s.Settings.PanelSize) {
		return nil, topic.NewFault(topic.CodeConflict, "%d people must be included and %d seats are free: take marks away or enlarge the panel", len(l.included), int(s.Settings.PanelSize)-taken+len(l.included))
	}
	if free := int(s.Settings.PanelSize) - taken; free > 0 && l.Eligible() == 0 {
		return nil, topic.NewFault(topic.CodeNobodyLeft, "nobody is left to draw for the %d seats that are free: everyone of the %d people in the pool has a seat, declined one, or is left out by the rules; let more people apply, or change the rules of the draw", free, p.Len())
	}
	l.sizes()
	if l.roll, err = selection.NewSaltedRoll(p.Pool, p.salts); err != nil {
		return nil, err
	}
	return l, nil
}

// standing are the applications in the pool, in the order of numbers.
func standing(s *topic.State) []uint64 {
	var list []uint64
	for i := range s.Applications {
		if a := &s.Applications[i]; a.Status == topic.ApplicationOpen && !a.Erased {
			list = append(list, uint64(i+1))
		}
	}
	return list
}

// objective settles how it is drawn. By type is the default: the same on every
// machine, whatever it has installed.
func (l *Lottery) objective(listing bool) error {
	asked := l.state.Settings.Draw.Objective
	o, err := selection.ParseObjective(asked)
	if err != nil {
		return topic.NewFault(topic.CodeInvalid, "%s", err.Error())
	}
	switch {
	case asked == "", o == selection.Auto && !listing:
		l.problem.Objective, l.problem.ByType = selection.Nash, true
	case (o == selection.Leximin || o == selection.Goldilocks) && !listing:
		return topic.NewFault(topic.CodeInvalid, "%s", (&selection.SolverError{Objective: o}).Error())
	default:
		l.problem.Objective, l.problem.ByType = o, !listing
	}
	return nil
}

// ReasonForAnother says why a topic commits again, "" for the first time.
func ReasonForAnother(s *topic.State) string {
	if len(s.Commitments) == 0 {
		return ""
	}
	switch last := &s.Commitments[len(s.Commitments)-1]; last.Status {
	case topic.CommitmentAborted:
		return "aborted: " + last.Reason
	default:
		return "drawn; seats are free again"
	}
}

// Feasible tells whether the quotas can be met: nil, or the refusal that Draw
// would give.
func (l *Lottery) Feasible(ctx context.Context) error {
	if err := selection.Check(ctx, l.problem); err != nil {
		return drawFault(err)
	}
	return nil
}

// explain says why the default objective was used, where the planner asked for
// none.
func (l *Lottery) explain(r *selection.Report) {
	if rest, ok := strings.CutPrefix(r.Reason, "asked for"); ok && l.state.Settings.Draw.Objective == "" {
		r.Reason = defaultReason + rest
	}
}

const defaultReason = "the default: the most even chances, none below 0.995 of the best possible minimum, the same on any machine"

// groups sorts people into those who have a seat, get one, or can't be drawn.
func (l *Lottery) groups(out []selection.Group) {
	s, p := l.state, l.pool
	var seated, declined []int
	held := map[int]bool{}
	for i := range s.Seats {
		seat := &s.Seats[i]
		at, known := p.index(seat.Application)
		switch {
		case seat.Status == topic.SeatDeclined:
			if known {
				declined = append(declined, at)
				held[at] = true
			}
		case known:
			seated = append(seated, at)
			held[at] = true
		default:
			l.erased++
		}
	}
	fixed, excluded := new(grouping), new(grouping)
	fixed.add(ReasonSeated, seated...)
	excluded.add(ReasonDeclined, declined...)
	for i, n := range p.numbers {
		mark, reason := s.MarkOf(n)
		switch {
		case held[i] || mark == topic.MarkNone:
			continue
		case mark == topic.MarkIncluded:
			fixed.add(reason, i)
			l.included = append(l.included, i)
		default:
			excluded.add(reason, i)
		}
		held[i] = true
	}
	for _, g := range out {
		for _, i := range g.People {
			if !held[i] {
				excluded.add(g.Reason, i)
			}
		}
	}
	l.problem.Fixed, l.problem.Excluded = fixed.sorted(), excluded.sorted()
}

// sizes sets seats, quotas and reserves. What seated people without a row count
// for can't be told: they may be any.
func (l *Lottery) sizes() {
	t, x := &l.state.Settings, &l.problem
	x.Size = int(t.PanelSize) - l.erased
	for _, q := range t.Quotas {
		one := selection.Quota{Feature: q.Feature, Value: q.Value, Min: max(0, int(q.Min)-l.erased), Max: int(q.Max), MinFlex: int(q.MinFlex), MaxFlex: int(q.MaxFlex)}
		one.MinFlex = min(one.MinFlex, one.Min)
		x.Quotas = append(x.Quotas, one)
	}
	x.Reserves = int(t.Draw.Reserves)
	if x.Reserves == 0 {
		x.Reserves = (x.Size + 1) / 2
	}
	out := 0
	for _, g := range x.Excluded {
		out += len(g.People)
	}
	x.Reserves = max(0, min(x.Reserves, l.pool.Len()-x.Size-out))
	x.Panels = int(t.Draw.Panels)
	x.FitFeatures = t.Draw.FitFeatures
	x.Population = populationOf(&t.Population)
}

func populationOf(p *topic.Population) selection.Population {
	var out selection.Population
	for _, t := range p.Tables {
		table := selection.PopulationTable{Features: t.Features}
		for _, c := range t.Cells {
			table.Cells = append(table.Cells, selection.PopulationCell{Values: c.Values, Count: int(c.Count)})
		}
		out.Tables = append(out.Tables, table)
	}
	return out
}

// leftOut says why the rules leave someone out, "" where they don't.
func leftOut(r *topic.DrawRules, row *topic.Row) string {
	for _, e := range r.Eligible {
		for _, a := range row.Answers {
			if a.Feature == e.Feature && !slices.Contains(e.Values, a.Value) {
				return reasonEligible + e.Feature
			}
		}
	}
	switch {
	case len(r.Sessions) > 0 && !some(r.Sessions, row.Sessions):
		return ReasonSessions
	case len(r.Languages) > 0 && !some(r.Languages, row.Languages):
		return ReasonLanguages
	}
	return ""
}

// complete sets what the rules of a draw make of a person.
func complete(r *topic.DrawRules, row *topic.Row, p *selection.Person) {
	if r.AnyHousehold {
		p.Household = ""
	}
	if some(r.Interests, row.Interests) {
		p.Weight = r.Weight.Float()
	}
}

func some(wanted, have []string) bool {
	return slices.ContainsFunc(have, func(v string) bool { return slices.Contains(wanted, v) })
}

// grouping collects people by reason.
type grouping struct{ list []selection.Group }

func (g *grouping) add(reason string, people ...int) {
	if len(people) == 0 {
		return
	}
	i := slices.IndexFunc(g.list, func(x selection.Group) bool { return x.Reason == reason })
	if i < 0 {
		i = len(g.list)
		g.list = append(g.list, selection.Group{Reason: reason})
	}
	g.list[i].People = append(g.list[i].People, people...)
}

// sorted are the groups by reason, so that their order tells nothing.
func (g *grouping) sorted() []selection.Group {
	slices.SortFunc(g.list, func(a, b selection.Group) int { return cmp.Compare(a.Reason, b.Reason) })
	return g.list
}

// drawFault turns conflicting quotas, and what needs the solver, into a refusal.
func drawFault(err error) error {
	var infeasible *selection.InfeasibleError
	var solver *selection.SolverError
	switch {
	case errors.As(err, &solver):
		return topic.NewFault(topic.CodeInvalid, "%s", solver.Error())
	case !errors.As(err, &infeasible):
		return err
	}
	f := topic.NewFault(topic.CodeInfeasible, "%s", infeasible.Error())
	for _, c := range infeasible.Conflicts {
		f.Places = append(f.Places, topic.Place{Feature: c.Feature, Value: c.Value, Message: c.Message})
	}
	return f
}

// pick turns people into application numbers.
func (p *pool) pick(people []int) []uint64 {
	var list []uint64
	for _, i := range people {
		list = append(list, p.numbers[i])
	}
	return list
}

// byRow orders applications by the digest of their rows: a seat's number must
// not tell when someone applied.
func byRow(s *topic.State, applications []uint64) {
	slices.SortFunc(applications, func(a, b uint64) int {
		return bytes.Compare(s.Applications[a-1].Row[:], s.Applications[b-1].Row[:])
	})
}

// broken is what a draw that does not keep its commitment is refused with.
func broken(err error) error {
	var b *selection.BrokenError
	if errors.As(err, &b) {
		return topic.NewFault(topic.CodeConflict, "%s", b.Error())
	}
	return fmt.Errorf("keeping the commitment: %w", err)
}
