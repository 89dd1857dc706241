package nlp

const (
	stabilityUnits = 3000 // so many units are split in halves
	stabilityMicro = 150  // micro-clusters of a half
	stabilitySplit = 3    // halvings
	fewestBroad    = 6    // a topic of some size is not cut into fewer
	mostClusters   = 50
)

// granularities are the numbers of clusters that are tried for n units.
func granularities(n int) []int {
	var grid []int
	least := fewestBroad
	if n < 400 {
		least = max(2, min(fewestBroad, n/40))
	}
	for k := least; k <= min(mostClusters, max(2, n/6)); k += max(1, k/8) {
		grid = append(grid, k)
	}
	return grid
}

// steadiest picks the number of clusters by split-half stability (Lange et
// al. 2004): both halves are clustered by themselves, all units are put to
// the clusters of each, and the number with the highest mean adjusted Rand
// index of the two wins. One tree a half serves all numbers.
func steadiest(v *vectors, seed uint64) int {
	n := min(v.n, stabilityUnits)
	grid := granularities(n)
	if len(grid) == 0 {
		return 1
	}
	agreement := make([]float64, len(grid))
	for split := range stabilitySplit {
		r := random{mix(seed + uint64(split) + 1)}
		var halves [2][]int32
		order := make([]int32, n)
		for i := range order {
			order[i] = int32(i)
		}
		for i := n - 1; i > 0; i-- {
			j := r.below(i + 1)
			order[i], order[j] = order[j], order[i]
		}
		halves[0], halves[1] = order[:n/2], order[n/2:]
		all := &vectors{n: n, d: v.d, data: v.data[:n*v.d], weight: v.weight[:n]}
		var micro [2][]int32
		var trees [2][]merge
		var near [2][]int32
		var groups [2]int
		for h, half := range halves {
			part := v.pick(half)
			of, middle := microClusters(part, stabilityMicro, 5, r.next())
			micro[h], trees[h], groups[h] = of, wardTree(part, of, middle.k), middle.k
			near[h] = middle.assignAll(all)
		}
		for g, k := range grid {
			var labels [2][]int32
			for h := range halves {
				cluster, _ := cut(trees[h], micro[h], groups[h], k)
				labels[h] = make([]int32, n)
				for i, j := range near[h] {
					labels[h][i] = cluster[j]
				}
			}
			agreement[g] += AdjustedRand(labels[0], labels[1])
		}
	}
	best := 0
	for g, a := range agreement {
		if a > agreement[best] {
			best = g
		}
	}
	return grid[best]
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
	most := (l + r) / 2
	if most == expected {
		return 1
	}
	return (both - expected) / (most - expected)
}
