package selection

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// InfeasibleError says that no panel satisfies the quotas, which of them are in
// conflict and why, and the least that would have to change.
type InfeasibleError struct {
	Conflicts []Conflict `json:"conflicts"`
	// Changes are the fewest seats by which quotas would have to be widened
	// so that a panel of whole people exists, one a household: within their flex
	// where that suffices. Empty where no quotas would do, as when too few people
	// can be drawn, and where the search ended without an answer.
	Changes []Change `json:"changes,omitempty"`
	// Least says that no changes of fewer seats in all would do; without Changes,
	// that no quotas would.
	Least bool `json:"least,omitempty"`
}

// Conflict is one reason in words. Value is empty where a feature as a whole is
// meant or several quotas together, Feature too where it is the size.
type Conflict struct {
	Feature string `json:"feature"`
	Value   string `json:"value"`
	Message string `json:"message"`
}

// Change is a quota to be widened from Min–Max to NewMin–NewMax seats.
type Change struct {
	Quota
	NewMin  int    `json:"new_min"`
	NewMax  int    `json:"new_max"`
	Message string `json:"message"`
}

// seats is by how many seats the quota is widened.
func (c Change) seats() int { return c.Min - c.NewMin + c.NewMax - c.Max }

func (e *InfeasibleError) Error() string {
	said := make([]string, len(e.Conflicts))
	for i, c := range e.Conflicts {
		said[i] = c.Message
	}
	out := "the quotas cannot be met: " + strings.Join(said, "; ")
	if advice := e.Advice(); advice != "" {
		out += "; " + advice
	}
	return out
}

// Advice says in a sentence what to change, empty where that is not known.
func (e *InfeasibleError) Advice() string {
	if len(e.Changes) == 0 {
		return ""
	}
	seats := 0
	said := make([]string, len(e.Changes))
	for i, c := range e.Changes {
		seats += c.seats()
		said[i] = c.Message
	}
	how := "enough would be"
	if e.Least {
		how = "the smallest change that would do"
	}
	if len(said) > 1 {
		how += fmt.Sprintf(", %d seats in all,", seats)
	}
	if e.Least {
		how += " is"
	}
	return how + " to " + strings.Join(said, ", ")
}

// With is the quotas with changes made; flex that a change goes beyond goes with it.
func (q Quotas) With(changes []Change) Quotas {
	out := slices.Clone(q)
	for _, c := range changes {
		for i := range out {
			if one := &out[i]; one.Feature == c.Feature && one.Value == c.Value {
				one.Min, one.Max = c.NewMin, c.NewMax
				one.MinFlex = min(one.MinFlex, one.Min)
				if one.MaxFlex != 0 {
					one.MaxFlex = max(one.MaxFlex, one.Max)
				}
			}
		}
	}
	return out
}

// SolverError says that an objective needs the solver and it is not installed.
type SolverError struct{ Objective Objective }

func (e *SolverError) Error() string {
	return fmt.Sprintf("objective %s needs the HiGHS solver, which this build does not hold: run ./scripts/setup and build again, or use nash or maximin", e.Objective)
}

// lpLimit bounds the simplex steps; only a numerical failure comes near it.
const lpLimit = 200_000

// explain decides whether chances exist that meet the quotas on average: nil or
// an InfeasibleError with what can be said at once.
func (in *instance) explain() error {
	if c := in.short(); len(c) > 0 {
		return &InfeasibleError{Conflicts: c}
	}
	feasible, err := in.onAverage(nil)
	if err != nil || feasible {
		return err
	}
	return &InfeasibleError{Conflicts: []Conflict{{Message: "some of the quotas cannot hold together"}}}
}

// onAverage tells whether chances within the rows and the limits exist.
func (in *instance) onAverage(caps []homeCap) (bool, error) {
	feasible, done := newLP(in, nil, caps).solve(lpLimit)
	if !done {
		return false, fmt.Errorf("the quotas could not be checked in %d steps of the simplex method", lpLimit)
	}
	return feasible, nil
}

// onlyFractions is the answer where chances exist but no panel of whole people does.
func (in *instance) onlyFractions() error {
	return &InfeasibleError{Conflicts: []Conflict{{Message: "every quota can be met on average but no panel of whole people meets all of them at once"}}}
}

// crowded is the answer where panels exist but none with one person a household.
func (in *instance) crowded(caps []homeCap) error {
	tight := caps[len(caps)-1]
	return &InfeasibleError{Conflicts: []Conflict{{Message: fmt.Sprintf(
		"panels meet the quotas but none has one person a household (for one, the %d kinds of people in question live in %d households that can still be drawn from)",
		len(tight.types), tight.most)}}}
}

// possible tells whether a panel exists: nil, or the error that a draw would
// give. Where the search for whole people ends without an answer it is nil.
func (d *drawing) possible() error {
	if err := d.in.explain(); err != nil {
		return d.explained(err)
	}
	out, err := d.in.wholePanel(d.ctx, nil, true)
	if err != nil || out.seats != nil || !out.proven {
		return err
	}
	return d.explained(d.in.onlyFractions())
}

// explained puts reasons and the smallest changes into an InfeasibleError.
func (d *drawing) explained(err error) error {
	var none *InfeasibleError
	if !errors.As(err, &none) {
		return err
	}
	out, failed := d.in.infeasible(d.ctx)
	if failed != nil {
		return errors.Join(err, failed)
	}
	if len(out.Conflicts) == 0 { // the search did not get that far
		out.Conflicts = none.Conflicts
	}
	return out
}

// mostConflicts bounds the reasons that are told.
const mostConflicts = 12

// infeasible finds the smallest changes, then the conflicts: what is told is
// widened before the next is looked for.
func (in *instance) infeasible(ctx context.Context) (*InfeasibleError, error) {
	out := &InfeasibleError{}
	wide, err := in.wholePanel(ctx, nil, false)
	if err != nil {
		return nil, err
	}
	out.Changes, out.Least = in.changes(wide.by), wide.proven
	left := in.loose()
	by := wide.by
	for len(out.Conflicts) < mostConflicts {
		var told []Conflict
		var rows []int
		if told = left.short(); len(told) > 0 {
			rows = left.rowsIn(told)
		} else {
			c, about, err := left.clash(ctx, wide.caps)
			if err != nil {
				return nil, err
			}
			if c == nil {
				break
			}
			told, rows = []Conflict{*c}, about
		}
		out.Conflicts = append(out.Conflicts, told...)
		kept := by[:0:0]
		for _, c := range by {
			if !slices.Contains(rows, c.row) {
				kept = append(kept, c)
				continue
			}
			left.widen(c)
		}
		if len(kept) == len(by) {
			break
		}
		by = kept
	}
	return out, nil
}

// loose is a copy of the instance with rows of its own.
func (in *instance) loose() *instance {
	out := *in
	out.rows = slices.Clone(in.rows)
	return &out
}

func (in *instance) widen(c change) {
	r := &in.rows[c.row]
	if c.up {
		r.hi += c.seats
		r.quota.Max = r.hi + r.seated
		return
	}
	r.lo -= c.seats
	r.quota.Min -= c.seats
}

// rowsIn are the rows that conflicts speak of.
func (in *instance) rowsIn(told []Conflict) []int {
	var out []int
	for r, one := range in.rows {
		if slices.ContainsFunc(told, func(c Conflict) bool {
			return c.Feature == one.feature && (c.Value == "" || c.Value == one.value)
		}) {
			out = append(out, r)
		}
	}
	return out
}

// changes puts widened rows into words, in the order of the rows.
func (in *instance) changes(by []change) []Change {
	var out []Change
	for r, one := range in.rows {
		c := Change{Quota: one.quota, NewMin: one.quota.Min, NewMax: one.quota.Max}
		beyond := false
		for _, b := range by {
			if b.row != r {
				continue
			}
			beyond = beyond || b.beyond
			if b.up {
				c.NewMax += b.seats
			} else {
				c.NewMin -= b.seats
			}
		}
		if c.seats() == 0 {
			continue
		}
		var said []string
		if c.NewMin < c.Min {
			said = append(said, fmt.Sprintf("lower the min of %s: %s from %d to %d", c.Feature, c.Value, c.Min, c.NewMin))
		}
		if c.NewMax > c.Max {
			said = append(said, fmt.Sprintf("raise the max of %s: %s from %d to %d", c.Feature, c.Value, c.Max, c.NewMax))
		}
		c.Message = strings.Join(said, " and ")
		if beyond {
			c.Message += fmt.Sprintf(" (beyond its flex of %d to %s, within which nothing suffices)", c.MinFlex, flexMax(c.Quota))
		}
		out = append(out, c)
	}
	return out
}

func flexMax(q Quota) string {
	if q.MaxFlex == 0 {
		return "any"
	}
	return fmt.Sprint(q.MaxFlex)
}
