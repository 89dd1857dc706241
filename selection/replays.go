package selection

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

const (
	replayWork  = 2e6 // people and types gone through in replays by default
	replayType  = 40  // what a type costs, in people
	replayMost  = 300 // replays by default at most
	replayFew   = 20  // fewer repeat the seats of the types alone, replayLeast times at least; more are too slow where households are matched
	replayLeast = 2

	replayGroup  = 1000            // seats expected of a group of people in all replays, half of it at least
	replayGroups = 10              // and of a group at least this part of all seats
	replaySeats  = 4 * replayGroup // in replays of the seats of the types, where these are few
)

// realised tells how near the published chances are to those that the draw
// gives: exact where no outcome is ever thrown away or mended, else as measured
// by replays with seeds that follow from the draw's.
func (r *rounding) realised() (Realised, error) {
	if r.certain() {
		return Realised{How: RealisedExact, Note: "every seat is drawn with the published chances: each quota has room for any outcome, so none is ever thrown away or mended"}, nil
	}
	n := r.Replays
	if n == 0 {
		n = int(min(replayMost, replayWork/float64(r.in.eligible+replayType*r.in.types())))
		if r.last == nil {
			n = min(n, replayFew)
		}
	}
	if n >= replayFew || r.full {
		return r.measure(n)
	}
	if r.Replays == 0 {
		cheap := replayWork / float64(replayType*r.in.types())
		n = max(n, int(min(replayMost, cheap, math.Ceil(replaySeats/float64(r.in.size)))), replayLeast)
	}
	return r.measureSeats(n)
}

// tally counts seats of groups of people: by those alike or nearly so, and by
// those whose chances are near to one another.
type tally struct {
	group    [2][]int32 // of each type, people alone first, those who share a household after them
	expected [2][]float64
	seen     [2][]float64
}

// newTally makes groups that can expect some seats each, so that everybody is in
// one. The seats that a type's people expect in all replays are given, of those
// alone first.
func newTally(types int, expected []float64, chance []int64) *tally {
	y := &tally{}
	least := 0.0
	for _, e := range expected {
		least += e
	}
	least = max(replayGroup, least/replayGroups)
	order := make([]int32, len(expected))
	for k := range order {
		order[k] = int32(k)
	}
	for way := range y.group {
		if way == 1 {
			slices.SortStableFunc(order, func(a, b int32) int {
				return cmp.Or(cmp.Compare(int(a)/types, int(b)/types), cmp.Compare(chance[int(a)%types], chance[int(b)%types]))
			})
		}
		y.group[way] = make([]int32, len(expected))
		sums := []float64{0}
		for at, k := range order {
			side := at > 0 && int(order[at-1])/types != int(k)/types
			if last := sums[len(sums)-1]; last >= least || side && last >= replayGroup/2 {
				sums = append(sums, 0)
			}
			y.group[way][k] = int32(len(sums) - 1)
			sums[len(sums)-1] += expected[k]
		}
		if last := len(sums) - 1; last > 0 && sums[last] < replayGroup/2 { // too few for themselves
			sums[last-1] += sums[last]
			sums = sums[:last]
			for k, g := range y.group[way] {
				y.group[way][k] = min(g, int32(last-1))
			}
		}
		y.expected[way], y.seen[way] = sums, make([]float64, len(sums))
	}
	return y
}

func (y *tally) add(k int, seats float64) {
	for way := range y.group {
		y.seen[way][y.group[way][k]] += seats
	}
}

// measured is the largest deviation of a group, or that there are no groups that
// expect enough seats for their chances to be told apart.
func (y *tally) measured(replays int, note string) Realised {
	out := Realised{How: RealisedMeasured, Replays: replays, Note: note}
	for way, sums := range y.expected {
		if len(sums) < 2 {
			continue
		}
		for g, want := range sums {
			if off := math.Abs(y.seen[way][g]/want - 1); off > out.MaxDeviation || out.StandardError == 0 {
				out.MaxDeviation, out.StandardError = off, 1/math.Sqrt(want)
			}
		}
	}
	if out.StandardError == 0 {
		return Realised{How: RealisedTarget, Note: fmt.Sprintf("%d replays have too few seats for the chances of groups of people to be measured by them; ask for more replays", replays)}
	}
	return out
}

// replaySeed is the seed of a replay.
func (r *rounding) replaySeed(n int) [32]byte {
	d := newDice(r.Seed, fmt.Sprintf("replay %d", n))
	var out [32]byte
	for i := range out {
		out[i] = byte(d.below(256))
	}
	return out
}

// measure replays whole draws.
func (r *rounding) measure(n int) (Realised, error) {
	if n == 0 {
		return Realised{How: RealisedTarget, Note: "households have hardly room for a panel; not measured in a draw of this size unless replays are asked for"}, nil
	}
	r.say(fmt.Sprintf("measuring the chances by %d replays", n))
	types := r.in.types()
	shares := make(map[int32]bool, len(r.homes.member))
	expected := make([]float64, 2*types)
	for t, c := range r.in.count {
		expected[t] = float64(float64(n) * float64(c) * float64(r.chance[t]) / ChanceUnit)
	}
	for _, i := range r.homes.member {
		shares[i] = true
		t := int(r.in.typeOf[i])
		part := float64(float64(n) * float64(r.chance[t]) / ChanceUnit)
		expected[t] -= part
		expected[types+t] += part
	}
	y := newTally(types, expected, r.chance)
	failed := 0
	for replay := range n {
		seed := r.replaySeed(replay)
		again := *r.drawing
		again.Seed, again.Progress = seed, nil
		team, _, err := (&rounding{drawing: &again, homes: r.homes, full: r.full}).round(seed)
		switch {
		case r.ctx.Err() != nil:
			return Realised{}, r.ctx.Err()
		case err != nil: // the exact search ended without a panel: no draw either with that seed
			failed++
			continue
		}
		for i := range team.seated {
			k := int(r.in.typeOf[i])
			if shares[i] {
				k += types
			}
			y.add(k, 1)
		}
	}
	if failed > 0 {
		return Realised{How: RealisedTarget, Note: fmt.Sprintf("households leave so little room that the search ended without a panel in %d of %d replays", failed, n)}, nil
	}
	return y.measured(n, "of groups of people alike, or with like chances, those who share a household apart from those who do not where they are enough"), nil
}

// measureSeats replays the seats of the types alone, for one draw of deputies:
// these and the draw of people within a type keep every chance.
func (r *rounding) measureSeats(n int) (Realised, error) {
	r.say(fmt.Sprintf("measuring the chances by %d replays", n))
	all := r.last
	if all == nil {
		return Realised{How: RealisedTarget, Note: "households have hardly room for a panel; not measured in a draw of this size unless replays are asked for"}, nil
	}
	types := r.in.types()
	expected := make([]float64, types)
	for t, e := range all.expected {
		expected[t] = float64(float64(n) * e)
	}
	y := newTally(types, expected, r.chance)
	for replay := range n {
		p, err := all.land(r.ctx, &landing{}, newDice(r.replaySeed(replay), "seats"))
		if err != nil {
			return Realised{}, err
		}
		if p == nil {
			return Realised{How: RealisedTarget, Note: "the quotas leave hardly a panel; not measured in a draw of this size"}, nil
		}
		for t, x := range p.seats {
			y.add(t, float64(x))
		}
	}
	return y.measured(n, "of groups of people alike, or with like chances; households and the draw within a type keep every chance"), nil
}
