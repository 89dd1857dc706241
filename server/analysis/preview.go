package analysis

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"veche/selection"
)

// Check tells beforehand whether a draw can be made and what chances it would
// give. Its JSON is that of the interface.
type Check struct {
	Feasible  bool                   `json:"feasible"`
	Eligible  int                    `json:"eligible"`
	LeftOut   []selection.GroupCount `json:"left_out"`
	SeatedBy  []selection.GroupCount `json:"seated_by"` // have a seat, or get one without a draw
	Conflicts []selection.Conflict   `json:"conflicts"`
	Changes   []selection.Change     `json:"changes"`
	Preview   *Preview               `json:"preview"`
}

// Preview is the chances that a draw would give.
type Preview struct {
	MinProbability           float64             `json:"min_probability"`
	MaxProbability           float64             `json:"max_probability"`
	MeanProbability          float64             `json:"mean_probability"` // seats to draw over people who can be drawn
	Gini                     float64             `json:"gini"`
	MinByWeight              float64             `json:"min_probability_by_weight,omitempty"` // what the bound is of, where people have weights
	UpperBoundMinProbability float64             `json:"upper_bound_min_probability"`
	Types                    int                 `json:"types"`
	Objective                selection.Objective `json:"objective"`
	Reason                   string              `json:"reason"`
	Fit                      *selection.Fit      `json:"fit,omitempty"`
	Curve                    [][2]float64        `json:"curve"` // share of the people, chance
}

// LeftOut are the groups of people who can't be drawn, with how many.
func (l *Lottery) LeftOut() []selection.GroupCount {
	return counted(l.problem.Excluded)
}

func counted(groups []selection.Group) []selection.GroupCount {
	list := []selection.GroupCount{}
	for _, g := range groups {
		list = append(list, selection.GroupCount{Reason: g.Reason, People: len(g.People)})
	}
	return list
}

// guestsCount is added to what is wrong with quotas where people take part
// without a draw.
const guestsCount = " (people who have a seat already or take part without a draw count towards the seats and the quotas)"

// Eligible is how many people can be drawn.
func (l *Lottery) Eligible() int {
	n := l.pool.Len()
	for _, groups := range [][]selection.Group{l.problem.Fixed, l.problem.Excluded} {
		for _, g := range groups {
			n -= len(g.People)
		}
	}
	return n
}

// previewSeed is no draw's: no beacon gives it.
var previewSeed = [32]byte{}

// Check checks the quotas and, where they can be met, works the chances out. It
// tells nothing of who would be drawn.
func (l *Lottery) Check(ctx context.Context) (Check, error) {
	c := Check{Eligible: l.Eligible(), LeftOut: l.LeftOut(), SeatedBy: counted(l.problem.Fixed), Conflicts: []selection.Conflict{}, Changes: []selection.Change{}}
	x := l.problem
	x.Seed, x.Reserves, x.Panels = previewSeed, 0, 0
	err := selection.Check(ctx, x)
	var drawn *selection.Result
	if err == nil {
		drawn, err = selection.Draw(ctx, x)
	}
	var infeasible *selection.InfeasibleError
	switch {
	case errors.As(err, &infeasible):
		for _, x := range infeasible.Conflicts {
			if len(l.problem.Fixed) > 0 {
				x.Message += guestsCount
			}
			c.Conflicts = append(c.Conflicts, x)
		}
		c.Changes = append(c.Changes, infeasible.Changes...)
		return c, nil
	case err != nil:
		return c, drawFault(err)
	}
	c.Feasible = true
	l.explain(&drawn.Report)
	r := &drawn.Report
	c.Preview = &Preview{
		MinProbability: r.MinProbability, MaxProbability: r.MaxProbability, MeanProbability: MeanProbability(r), Gini: r.Gini, MinByWeight: r.MinByWeight, UpperBoundMinProbability: r.UpperBoundMinProbability,
		Types: r.Types, Objective: r.Objective, Reason: r.Reason, Fit: r.Fit, Curve: l.curve(drawn.Chances),
	}
	return c, nil
}

// MeanProbability is the plain mean of the chances: the seats that were left to
// draw over the people who could be drawn, 0 where there was nobody.
func MeanProbability(r *selection.Report) float64 {
	if r.Eligible == 0 {
		return 0
	}
	return float64(r.Size-r.Seated) / float64(r.Eligible)
}

// curve is the chances of the people who can be drawn, from the lowest.
func (l *Lottery) curve(chances []int64) [][2]float64 {
	drawable := make([]bool, len(chances))
	for i := range drawable {
		drawable[i] = true
	}
	for _, groups := range [][]selection.Group{l.problem.Fixed, l.problem.Excluded} {
		for _, g := range groups {
			for _, i := range g.People {
				drawable[i] = false
			}
		}
	}
	var list []int64
	for i, c := range chances {
		if drawable[i] {
			list = append(list, c)
		}
	}
	slices.Sort(list)
	var groups []selection.ChanceGroup
	least := max(1, (len(list)+curvePoints/2-1)/(curvePoints/2))
	for _, c := range list {
		if n := len(groups); n == 0 || groups[n-1].People >= least && c-groups[n-1].High > nearly {
			groups = append(groups, selection.ChanceGroup{Low: c})
		}
		g := &groups[len(groups)-1]
		g.People++
		g.High = c
	}
	return Curve(groups)
}

// curvePoints is the most points of a curve; nearly is by how much chances may
// differ and still be one point of it, in units of [selection.ChanceUnit].
const (
	curvePoints = 200
	nearly      = selection.ChanceUnit / 10_000_000
)

// Curve is groups of people with neighbouring chances, from the lowest, as
// points: share of the people up to there, and chance; at most 200.
func Curve(groups []selection.ChanceGroup) [][2]float64 {
	people := 0
	for _, g := range groups {
		people += g.People
	}
	step := max(1, (2*len(groups)+curvePoints-1)/curvePoints)
	out := [][2]float64{}
	for at, i := 0, 0; i < len(groups); i++ {
		chance := func(units int64) float64 { return float64(units) / selection.ChanceUnit }
		if i%step == 0 {
			out = append(out, [2]float64{float64(at) / float64(max(1, people)), chance(groups[i].Low)})
		}
		at += groups[i].People
		if (i+1)%step == 0 || i == len(groups)-1 {
			out = append(out, [2]float64{float64(at) / float64(max(1, people)), chance(groups[i].High)})
		}
	}
	slices.SortStableFunc(out, func(a, b [2]float64) int { return cmp.Compare(a[0], b[0]) })
	return out
}
