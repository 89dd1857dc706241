package selection

import (
	"context"
	"errors"
)

const (
	apartAfter = 12  // limits by type found before households are told apart
	apartHomes = 300 // shared households told apart at most: each is a row
)

// apart is the instance in which people of a shared household are types of
// their own, so that one seat a household is a row like any other. That is
// exact, and the only way where seats are hardly fewer than households: the
// limits that households set on types are too many to be found one by one.
type apart struct {
	*instance
	of      []int // the type in the whole instance
	members [][]int32
	caps    []homeCap
}

// apart tells the households apart, nil when too many are shared.
func (in *instance) apart() *apart {
	sharing := map[int32]int{}
	for _, i := range in.member {
		if h := in.pool.household[i]; h >= 0 {
			sharing[h]++
		}
	}
	a := &apart{instance: &instance{pool: in.pool, size: in.size, rows: in.rows, width: in.width, group: in.group, eligible: in.eligible}}
	capOf := map[int32]int{}
	add := func(t int, people []int32) {
		a.of = append(a.of, t)
		a.members = append(a.members, people)
		a.count = append(a.count, len(people))
		a.vals = append(a.vals, in.rowsOf(t)...)
	}
	for t := range in.count {
		var alone []int32
		here := map[int32]int{}
		for _, i := range in.people(t) {
			h := in.pool.household[i]
			if h < 0 || sharing[h] < 2 {
				alone = append(alone, i)
				continue
			}
			if k, ok := here[h]; ok {
				a.members[k] = append(a.members[k], i)
				a.count[k]++
				continue
			}
			c, ok := capOf[h]
			if !ok {
				c = len(a.caps)
				if c == apartHomes {
					return nil
				}
				capOf[h] = c
				a.caps = append(a.caps, homeCap{most: 1})
			}
			here[h] = len(a.of)
			a.caps[c].types = append(a.caps[c].types, int32(len(a.of)))
			add(t, []int32{i})
		}
		if alone != nil {
			add(t, alone)
		}
	}
	return a
}

// seat finds a panel with one person a household, near the expected seats of
// the types, or proves that there is none; nil where the search ends without
// either.
func (a *apart) seat(ctx context.Context, in *instance, expected []float64, d dice) (*lineup, error) {
	near := make([]float64, len(a.of))
	for k, t := range a.of {
		near[k] = float64(expected[t] * float64(a.count[k]) / float64(in.count[t]))
	}
	found, err := search(ctx, a.instance, near, a.caps, d)
	if err != nil {
		var none *InfeasibleError
		if errors.As(err, &none) || ctx.Err() != nil {
			return nil, err
		}
		return nil, nil
	}
	seats := make([]int32, in.types())
	for k, x := range found.seats {
		seats[a.of[k]] += x
	}
	l := &lineup{in: in, panel: newPanel(in, seats), chosen: make([][]int32, in.types()),
		seated: map[int32]bool{}, byHome: map[int32]int32{}, dice: d}
	for k, x := range found.seats {
		people := a.members[k]
		for i := range int(x) {
			j := i + d.below(len(people)-i)
			people[i], people[j] = people[j], people[i]
			l.seat(a.of[k], people[i])
		}
	}
	return l, nil
}
