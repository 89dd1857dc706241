package selection

import (
	"cmp"
	"slices"
)

// refinedHomes bounds the kinds of household that are told apart: each is a row.
const refinedHomes = 1500

// refined is an instance in which people who share a household are types of
// their own, by what their household is made of, and one seat a household is a
// row like any quota: for the households of one make-up together, since these
// are alike. That is exact. Any panel of it can be seated with one person a
// household, and by symmetry everyone of a type has the same chance.
type refined struct {
	*instance
	of []int32 // the type in the whole instance
}

// shared counts the people who can be drawn by household, those alone left out.
func (in *instance) shared() map[int32]int {
	people := map[int32]int{}
	for _, i := range in.member {
		if h := in.pool.household[i]; h >= 0 {
			people[h]++
		}
	}
	for h, n := range people {
		if n < 2 {
			delete(people, h)
		}
	}
	return people
}

// refine tells shared households apart by their make-up; nil where there are
// too many kinds of them, or more types than most.
func (in *instance) refine(shared map[int32]int, most int) *refined {
	makeup := map[int32][]byte{} // types of a household's people, ascending
	var homes []int32            // in the order of their first member
	for _, i := range in.member {
		h := in.pool.household[i]
		if h < 0 || shared[h] == 0 {
			continue
		}
		if makeup[h] == nil {
			homes = append(homes, h)
		}
		t := in.typeOf[i]
		makeup[h] = append(makeup[h], byte(t>>16), byte(t>>8), byte(t))
	}
	base := int32(len(in.rows))
	rowOf := map[string]int32{}
	rows := append(slices.Clone(in.rows), row{lo: 0, hi: in.size, home: true})
	homeRow := make(map[int32]int32, len(homes))
	for _, h := range homes {
		r, ok := rowOf[string(makeup[h])]
		if !ok {
			if len(rowOf) == refinedHomes {
				return nil
			}
			r = int32(len(rows))
			rowOf[string(makeup[h])] = r
			rows = append(rows, row{home: true})
		}
		rows[r].hi++
		homeRow[h] = r
	}
	type kind struct {
		t, row int32
	}
	members := map[kind][]int32{}
	var kinds []kind
	for _, i := range in.member {
		k := kind{in.typeOf[i], base}
		if h := in.pool.household[i]; h >= 0 && shared[h] > 0 {
			k.row = homeRow[h]
		}
		if members[k] == nil {
			kinds = append(kinds, k)
		}
		members[k] = append(members[k], i)
	}
	if len(kinds) > most {
		return nil
	}
	slices.SortFunc(kinds, func(a, b kind) int { // by rows, then weight, as find wants
		return cmp.Or(slices.Compare(in.rowsOf(int(a.t)), in.rowsOf(int(b.t))), cmp.Compare(a.row, b.row), cmp.Compare(a.t, b.t))
	})
	out := &refined{instance: &instance{
		pool: in.pool, size: in.size, rows: rows, width: in.width + 1,
		group: append(slices.Clone(in.group), len(rows)), typeOf: make([]int32, len(in.typeOf)),
		homeTaken: in.homeTaken, eligible: in.eligible, start: []int32{0},
	}}
	for i := range out.typeOf {
		out.typeOf[i] = -1
	}
	for t, k := range kinds {
		out.of = append(out.of, k.t)
		out.vals = append(append(out.vals, in.rowsOf(int(k.t))...), k.row)
		out.count = append(out.count, len(members[k]))
		out.member = append(out.member, members[k]...)
		out.start = append(out.start, int32(len(out.member)))
		out.rows[k.row].people += len(members[k])
		if in.weight != nil {
			out.weight = append(out.weight, in.weight[k.t])
		}
		for _, i := range members[k] {
			out.typeOf[i] = int32(t)
		}
	}
	out.tighten()
	return out
}

// panelOf is the panel by type that people make.
func (r *refined) panelOf(people map[int32]bool) *panel {
	seats := make([]int32, r.types())
	for i := range people {
		seats[r.typeOf[i]]++
	}
	return newPanel(r.instance, seats)
}

// whole is a lineup by the types of the instance that was refined.
func (r *refined) whole(in *instance, team *lineup) *lineup {
	seats := make([]int32, in.types())
	chosen := make([][]int32, in.types())
	for t, people := range team.chosen {
		seats[r.of[t]] += int32(len(people))
		chosen[r.of[t]] = append(chosen[r.of[t]], people...)
	}
	return &lineup{
		in: in, panel: newPanel(in, seats), chosen: chosen, seated: team.seated, byHome: team.byHome,
		dice: team.dice, redraw: team.redraw, moved: team.moved,
	}
}
