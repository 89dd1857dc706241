package selection

import (
	"fmt"
	"math"
	"strings"
)

// InfeasibleError says that no panel satisfies the quotas, and which of them
// are in conflict.
type InfeasibleError struct {
	Conflicts []Conflict `json:"conflicts"`
	// Changes are the fewest seats by which quotas would have to be widened
	// so that a panel exists, within their flex where that suffices.
	Changes []Change `json:"changes,omitempty"`
}

// Change is a quota to be widened from Min–Max to NewMin–NewMax seats.
type Change struct {
	Quota
	NewMin  int    `json:"new_min"`
	NewMax  int    `json:"new_max"`
	Message string `json:"message"`
}

// Conflict is one reason in words. Value is empty where a feature as a whole is
// meant, Feature too where it is the size.
type Conflict struct {
	Feature string `json:"feature"`
	Value   string `json:"value"`
	Message string `json:"message"`
}

func (e *InfeasibleError) Error() string {
	said := make([]string, len(e.Conflicts))
	for i, c := range e.Conflicts {
		said[i] = c.Message
	}
	return "the quotas cannot be met: " + strings.Join(said, "; ")
}

// SolverError says that an objective needs the solver and it is not installed.
type SolverError struct{ Objective Objective }

func (e *SolverError) Error() string {
	return fmt.Sprintf("objective %s needs the HiGHS solver, which this build does not hold: run ./scripts/setup and build again, or use nash or maximin", e.Objective)
}

// short are the conflicts that can be seen without solving: too few people in
// all or of a value, minima or maxima of a feature that miss the size.
func (in *instance) short() []Conflict {
	var out []Conflict
	if in.eligible < in.size {
		out = append(out, Conflict{Message: fmt.Sprintf("%d seats are to be filled but only %d people can be drawn", in.size, in.eligible)})
	}
	for _, r := range in.rows {
		switch {
		case r.hi < 0:
			out = append(out, Conflict{r.feature, r.value, fmt.Sprintf(
				"%s: %s may have %d seats at most but %d are taken already", r.feature, r.value, r.quota.Max, r.seated)})
		case r.people < r.lo && r.seated > 0:
			out = append(out, Conflict{r.feature, r.value, fmt.Sprintf(
				"%s: %s needs %d seats more but only %d people of it can be drawn", r.feature, r.value, r.lo, r.people)})
		case r.people < r.lo:
			out = append(out, Conflict{r.feature, r.value, fmt.Sprintf(
				"%s: %s needs at least %d seats but only %d people of it can be drawn: lower its min to %d or find %d more",
				r.feature, r.value, r.quota.Min, r.people, r.people, r.lo-r.people)})
		}
	}
	for g := range in.width {
		lo, hi := 0, 0
		first := in.rows[in.group[g]]
		for _, r := range in.rows[in.group[g]:in.group[g+1]] {
			lo += r.lo
			hi += max(0, min(r.hi, in.size))
		}
		if lo > in.size {
			out = append(out, Conflict{Feature: first.feature, Message: fmt.Sprintf(
				"%s: the minima add up to %d seats but there are %d: lower them by %d", first.feature, lo, in.size, lo-in.size)})
		}
		if hi < in.size {
			out = append(out, Conflict{Feature: first.feature, Message: fmt.Sprintf(
				"%s: the maxima add up to %d seats but there are %d to fill: raise them by %d", first.feature, hi, in.size, in.size-hi)})
		}
	}
	return out
}

// lpLimit bounds the simplex steps; only a numerical failure comes near it.
const lpLimit = 200_000

// feasible decides whether chances exist that meet the quotas on average, and
// explains why not by the elastic program: the least sum of changes that would
// do, and the quotas that force it.
func (in *instance) explain() error {
	if c := in.short(); len(c) > 0 {
		return &InfeasibleError{Conflicts: c}
	}
	s := newLP(in, nil, nil)
	feasible, done := s.solve(lpLimit)
	if !done {
		return fmt.Errorf("the quotas could not be checked in %d steps of the simplex method", lpLimit)
	}
	if feasible {
		return nil
	}
	sums := s.activity()
	var partners []string
	for r := range in.rows {
		if math.Abs(s.y[r]) > 1e-7 && math.Abs(sums[r]-math.Min(math.Max(sums[r], s.lo[r]), s.hi[r])) < lpTolerance {
			one := in.rows[r]
			side := fmt.Sprintf("at least %d", one.quota.Min)
			if s.y[r] < 0 {
				side = fmt.Sprintf("at most %d", one.quota.Max)
			}
			if one.quota.Min == one.quota.Max {
				side = fmt.Sprintf("exactly %d", one.quota.Max)
			}
			partners = append(partners, fmt.Sprintf("%s: %s (%s)", one.feature, one.value, side))
		}
	}
	const most = 6
	against := strings.Join(partners[:min(most, len(partners))], ", ")
	if len(partners) > most {
		against += fmt.Sprintf(" and %d more", len(partners)-most)
	}
	if against != "" {
		against = " together with " + against
	}
	var out []Conflict
	for r, one := range in.rows {
		switch {
		case sums[r] < s.lo[r]-lpTolerance:
			needed := int(math.Ceil(s.lo[r] - sums[r] - 1e-6))
			out = append(out, Conflict{one.feature, one.value, fmt.Sprintf(
				"%s: %s cannot have %d seats%s: the smallest change is to lower its min by %d, to %d",
				one.feature, one.value, one.quota.Min, against, needed, one.quota.Min-needed)})
		case sums[r] > s.hi[r]+lpTolerance:
			needed := int(math.Ceil(sums[r] - s.hi[r] - 1e-6))
			out = append(out, Conflict{one.feature, one.value, fmt.Sprintf(
				"%s: %s cannot be held to %d seats%s: the smallest change is to raise its max by %d, to %d",
				one.feature, one.value, one.quota.Max, against, needed, one.quota.Max+needed)})
		}
	}
	if len(out) == 0 {
		out = append(out, Conflict{Message: fmt.Sprintf("%d seats cannot be filled%s", in.size, against)})
	}
	return &InfeasibleError{Conflicts: out}
}

// onlyFractions is the answer where chances exist but no panel of whole people does.
func (in *instance) onlyFractions() error {
	return &InfeasibleError{Conflicts: []Conflict{{Message: "every quota can be met on average but no panel of whole people meets all of them at once: widen one by a seat"}}}
}

// crowded is the answer where panels exist but none with one person a household.
func (in *instance) crowded(caps []homeCap) error {
	tight := caps[len(caps)-1]
	return &InfeasibleError{Conflicts: []Conflict{{Message: fmt.Sprintf(
		"panels meet the quotas but none has one person a household (for one, the %d kinds of people in question live in %d households that can still be drawn from): widen a quota by one seat or drop the household rule",
		len(tight.types), tight.most)}}}
}
