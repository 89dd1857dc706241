package selection

import (
	"context"
	"fmt"
)

// Problem is one draw: who applied, what the panel must look like, how many
// seats, and what is settled already.
type Problem struct {
	Pool      *Pool
	Quotas    Quotas // for the whole panel, Fixed included
	Size      int    // seats of the whole panel, Fixed included
	Objective Objective
	Seed      [32]byte // from NewSeed, so that it is bound to the pool and the policy

	// ByType draws by type whatever the size: in a moment, without the solver,
	// so the same on every machine, with the chances within the stated floor of
	// the best instead of proven best. Leximin and goldilocks list panels all
	// the same.
	ByType bool

	// Fixed people have a seat already: those who accepted in an earlier
	// round or must be included. They count towards Size and Quotas. Nobody is
	// seated twice.
	Fixed []Group
	// Excluded people cannot be drawn: declined, served before, not eligible.
	// Somebody in several groups counts in the first.
	Excluded []Group
	// Reserves is how many ordered replacements to draw besides the panel.
	Reserves int

	// Panels is how many equally likely panels to write for a public draw by
	// hand, 0 for none: they follow from Listing alone, so that they can be
	// published before the beacon is known, which then picks one of them.
	Panels  int
	Listing [32]byte // from NewListing; used with Panels only
	// Replays is how many draws with other seeds measure the realised chances,
	// 0 for as many as the draw's own method needs.
	Replays int
	// FitFeatures name the features that tell of interest in the topic, not of
	// demography: the report tells the price of their quotas.
	FitFeatures []string
	// Population, where known, stands beside pool and panel in the report.
	Population Population

	// Progress, if set, hears what the draw is doing, from the same goroutine.
	Progress func(Progress)
}

// Group is people of the pool whom one published reason concerns.
type Group struct {
	Reason string // in words, such as "served before"
	People []int
}

// mostReplays bounds the draws that measure chances: the error falls with their
// root, and is below a hundredth of a chance long before.
const mostReplays = 100_000

// peopleOf are all of a list of groups, in their order, each once.
func peopleOf(groups []Group) []int {
	var out []int
	seen := map[int]bool{}
	for _, g := range groups {
		for _, i := range g.People {
			if !seen[i] {
				seen[i] = true
				out = append(out, i)
			}
		}
	}
	return out
}

// takenBy is how many seats are taken already.
func takenBy(groups []Group) int {
	n := 0
	for _, g := range groups {
		n += len(g.People)
	}
	return n
}

// Progress is a step of a draw in words, with Done of Total where it can be told.
type Progress struct {
	Step        string
	Done, Total int
}

// Result is a draw. People are given by their index in the pool.
type Result struct {
	Selected    []int     // drawn in this round, ascending, without Fixed; len = Size − len(Fixed)
	Reserves    []int     // ordered replacements
	Probability []float64 // of each person before this draw: 1 for Fixed, 0 for Excluded
	Chances     []int64   // the same as integers in units of ChanceUnit; these are exact
	Certificate Certificate
	Report      Report

	Panels      [][]int // Problem.Panels of them, each ascending, without Fixed
	PanelNumber int     // which of them was drawn, from 1; 0 without Panels

	types []ProofType
	bound *BoundSums // what the certificate adds up to
}

// ChanceUnit is the number of integer units that make certainty.
const ChanceUnit = 1_000_000_000_000

// Draw picks a panel: quotas met exactly, chances as equal as the objective
// and the quotas allow, every seat filled, no two people of one household. The
// same problem gives the same result on any machine, whatever the order of the
// people in the pool.
//
// Errors: *InfeasibleError names the quotas in conflict and the smallest changes
// that would do; *SolverError says
// that the objective needs the solver; anything else is a problem that
// contradicts itself. The context ends a draw early.
//
// Cost: O(T·F²) an interior point iteration (about 30) and O(T·R) for the
// flight, T types, F features, R quota rows; 1.2 million people in seconds.
func Draw(ctx context.Context, problem Problem) (*Result, error) {
	d, err := newDrawing(ctx, problem)
	if err != nil {
		return nil, err
	}
	r, err := d.run()
	if err != nil {
		return nil, d.explained(err)
	}
	r.bound = d.in.sums(r.Certificate.Multipliers)
	return r, nil
}

// Check tells whether the quotas can be met at all, without drawing: nil, or
// the error that Draw would give.
func Check(ctx context.Context, problem Problem) error {
	d, err := newDrawing(ctx, problem)
	if err != nil {
		return err
	}
	return d.possible()
}

func (p *Problem) check() error {
	switch {
	case p.Pool == nil:
		return fmt.Errorf("a draw needs a pool")
	case p.Size < 1:
		return fmt.Errorf("a panel needs at least one seat, got %d", p.Size)
	case p.Reserves < 0:
		return fmt.Errorf("the number of reserves is negative: %d", p.Reserves)
	case takenBy(p.Fixed) > p.Size:
		return fmt.Errorf("%d people hold a seat already but the panel has %d seats", takenBy(p.Fixed), p.Size)
	case p.Panels < 0 || p.Replays < 0:
		return fmt.Errorf("the numbers of panels and of replays must not be negative: %d, %d", p.Panels, p.Replays)
	case p.Panels > mostPanelSeats/p.Size:
		return fmt.Errorf("%d panels of %d seats are too many to write: %d seats in all are possible", p.Panels, p.Size, mostPanelSeats)
	case p.Replays > mostReplays:
		return fmt.Errorf("%d replays are too many: at most %d are possible", p.Replays, mostReplays)
	}
	if _, err := ParseObjective(string(p.Objective)); err != nil {
		return err
	}
	state := map[int]string{}
	for _, list := range []struct {
		name   string
		groups []Group
	}{{"seated", p.Fixed}, {"excluded", p.Excluded}} {
		for _, g := range list.groups {
			for _, i := range g.People {
				if i < 0 || i >= p.Pool.Len() {
					return fmt.Errorf("person number %d is %s but the pool has %d people", i, list.name, p.Pool.Len())
				}
				if old, ok := state[i]; ok && old != list.name {
					return fmt.Errorf("%q is both seated and excluded", p.Pool.ID(i))
				} else if ok && list.name == "seated" {
					return fmt.Errorf("%q is seated twice", p.Pool.ID(i))
				}
				state[i] = list.name
			}
		}
	}
	for _, name := range p.FitFeatures {
		if p.Pool.FeatureIndex(name) < 0 {
			return fmt.Errorf("the pool has no feature %q whose price could be told", name)
		}
	}
	return p.Quotas.Check()
}
