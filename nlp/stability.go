package nlp

import (
	"math"
	"slices"
)

const (
	stabilityUnits  = 2000 // so many units are split in halves
	stabilityMicro  = 150  // micro-clusters of a half
	stabilitySplits = 3
	stabilityRounds = 2    // of refining a half's clusters: without it the finest cut always wins
	nearlyAsStable  = 0.01 // the fewest clusters within this of the best win
	fewestBroad     = 6    // a topic of some size is not cut into fewer
	mostClusters    = 50
)

// mostFor bounds the number of clusters that is chosen for n units:
// officials want groups, not a list.
func mostFor(n int) int {
	return min(mostClusters, max(2, int(math.Round(1.3*math.Sqrt(float64(n))))))
}

// granularities are the numbers of clusters that are tried for n units.
func granularities(n int) []int {
	var grid []int
	least := max(2, min(fewestBroad, n/40))
	least += min(n/5000, 14) // what thousands write about is not said in six groups
	for k := least; k <= mostFor(n); k += max(1, k/7) {
		grid = append(grid, k)
	}
	return grid
}

// half is one half of the units, clustered by itself.
type half struct {
	v      *vectors
	micro  []int32
	groups int
	tree   []merge
}

func newHalf(v *vectors, rows []int32, seed uint64) *half {
	h := &half{v: v.pick(rows)}
	of, middle := microClusters(h.v, stabilityMicro, 5, seed)
	h.micro, h.groups, h.tree = of, middle.k, wardTree(h.v, of, middle.k)
	return h
}

// extend cuts the half's tree into k clusters, refines them, and puts all
// units to them.
func (h *half) extend(all *vectors, k int) []int32 {
	cluster, k := cut(h.tree, h.micro, h.groups, k)
	of := make([]int32, h.v.n)
	for i, j := range h.micro {
		of[i] = cluster[j]
	}
	c := newCentroids(k, all.d)
	c.settle(h.v, of, nil)
	for range stabilityRounds {
		c.settle(h.v, c.assignAll(h.v), nil)
	}
	return c.assignAll(all)
}

// steadiest picks the number of clusters by split-half stability (Lange et
// al. 2004): both halves are clustered by themselves, all units are put to
// the clusters of each, and the mean adjusted Rand index of the two over a
// few splits tells how much a number of clusters depends on who happened to
// write. One tree a half serves all numbers.
func steadiest(v *vectors, most int, seed uint64) int {
	k, _ := steadiestOf(v, most, seed)
	return k
}

// steadiestOf is steadiest with the greatest agreement of all numbers.
func steadiestOf(v *vectors, most int, seed uint64) (k int, agrees float64) {
	n := min(v.n, stabilityUnits)
	grid := granularities(most)
	all := &vectors{n: n, d: v.d, data: v.data[:n*v.d], weight: v.weight[:n]}
	agreement := make([]float64, len(grid))
	for split := range stabilitySplits {
		r := random{mix(seed + uint64(split) + 1)}
		order := make([]int32, n)
		for i := range order {
			order[i] = int32(i)
		}
		for i := n - 1; i > 0; i-- {
			j := r.below(i + 1)
			order[i], order[j] = order[j], order[i]
		}
		one := newHalf(v, order[:n/2], r.next())
		two := newHalf(v, order[n/2:], r.next())
		for g, k := range grid {
			agreement[g] += AdjustedRand(one.extend(all, k), two.extend(all, k)) / stabilitySplits
		}
	}
	best := slices.Max(agreement)
	for g, a := range agreement {
		if a >= best-nearlyAsStable {
			return grid[g], best
		}
	}
	return grid[0], best
}

// AdjustedRand is the adjusted Rand index of two clusterings of the same
// rows (Hubert and Arabie 1985): 1 for equal ones, about 0 for unrelated
// ones. Negative labels are a cluster of their own.
func AdjustedRand(a, b []int32) float64 {
	rows, columns := int32(0), int32(0)
	for i := range a {
		rows, columns = max(rows, a[i]+2), max(columns, b[i]+2)
	}
	table := make([]int64, int(rows)*int(columns))
	left, right := make([]int64, rows), make([]int64, columns)
	for i := range a {
		x, y := max(a[i], -1)+1, max(b[i], -1)+1
		table[int(x)*int(columns)+int(y)]++
		left[x]++
		right[y]++
	}
	pairs := func(counts []int64) float64 {
		sum := int64(0)
		for _, c := range counts {
			sum += c * (c - 1) / 2
		}
		return float64(sum)
	}
	n := int64(len(a))
	all := float64(n * (n - 1) / 2)
	if all == 0 {
		return 1
	}
	both, l, r := pairs(table), pairs(left), pairs(right)
	expected := l * r / all
	most := float64((l + r) / 2)
	if most == expected {
		return 1
	}
	return (both - expected) / (most - expected)
}
