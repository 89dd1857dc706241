package nlp

import (
	"cmp"
	"slices"
)

// carry gives the clusters of a new cut the numbers of existing ones that
// they share most ideas with. An existing cluster that finds no partner
// becomes one more cluster if a moderator placed ideas in it or split it,
// and its ideas (those placed, if there are any) move there in of.
func (g *group) carry(r *run, of, belongs []int32) {
	if len(g.numbers) == 0 {
		return
	}
	k := len(g.ids)
	overlap := make([]int, k*len(g.numbers))
	pinned, split := make([]bool, len(g.numbers)), make([]bool, len(g.numbers))
	for u, old := range belongs {
		if old < 0 {
			continue
		}
		weight := 1
		if r.held[g.units[u]] > 0 {
			weight, pinned[old] = heldWeight, true
		} else if r.bound(int(g.units[u])) {
			split[old] = true
		}
		if of[u] >= 0 {
			overlap[int(of[u])*len(g.numbers)+int(old)] += weight
		}
	}
	type match struct{ cluster, old, common int }
	var matches []match
	for j := range k {
		for old := range g.numbers {
			if common := overlap[j*len(g.numbers)+old]; common > 0 {
				matches = append(matches, match{j, old, common})
			}
		}
	}
	slices.SortFunc(matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.common, a.common), cmp.Compare(a.old, b.old), cmp.Compare(a.cluster, b.cluster))
	})
	taken := make([]bool, len(g.numbers))
	for _, m := range matches {
		if g.ids[m.cluster] == 0 && !taken[m.old] {
			g.ids[m.cluster], taken[m.old] = g.numbers[m.old], true
		}
	}
	for old, id := range g.numbers {
		if taken[old] || !pinned[old] && !split[old] {
			continue
		}
		for u, b := range belongs {
			if int(b) == old && (r.held[g.units[u]] > 0 || split[old]) {
				of[u] = int32(len(g.ids))
			}
		}
		g.ids = append(g.ids, id)
	}
}

// fixed says where the units of the group may go.
func (g *group) fixed(r *run) *fixed {
	ids := slices.Clone(g.ids)
	// Of clusters that are at home in another group the split ones count too.
	for _, pair := range r.options.Apart {
		for _, id := range pair {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	k := len(ids)
	at := func(id int32) int32 {
		if id == 0 {
			return -1
		}
		return int32(slices.Index(ids, int(id)))
	}
	f := &fixed{held: make([]int32, len(g.units)), from: make([]int32, len(g.units)), k: k}
	for u, i := range g.units {
		f.held[u], f.from[u] = at(r.held[i]), at(r.previous[i])
		if int(f.held[u]) >= len(g.ids) {
			f.held[u] = -1 // what is held is at home where its cluster is
		}
	}
	for _, pair := range r.options.Apart {
		a, b := at(int32(pair[0])), at(int32(pair[1]))
		if a < 0 || b < 0 || a == b {
			continue
		}
		if f.apart == nil {
			f.apart = make([]bool, k*k)
		}
		f.apart[int(a)*k+int(b)], f.apart[int(b)*k+int(a)] = true, true
	}
	return f
}
