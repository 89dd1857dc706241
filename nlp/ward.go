package nlp

import "math"

// merge joins the groups a and b (a < b; the result is a) at a height: the
// growth of the sum of squares.
type merge struct {
	a, b   int32
	height float64
}

// wardTree joins groups of rows by Ward's criterion (1963) with the
// Lance-Williams update, always the cheapest pair. Groups without members
// take no part. O(m²·d) to begin and O(m²) to O(m³) to join, m ≤ 900.
func wardTree(v *vectors, of []int32, m int) []merge {
	mass := make([]float64, m)
	mean := make([][]float64, m)
	lists := members(of, m)
	inBlocks(m, 8, func(_, from, to int) {
		for j := from; j < to; j++ {
			mean[j] = make([]float64, v.d)
			for _, i := range lists[j] {
				mass[j] += float64(v.weight[i])
				addScaled64(float64(v.weight[i]), v.row(int(i)), mean[j])
			}
			for x := range mean[j] {
				mean[j][x] /= max(mass[j], 1e-12)
			}
		}
	})
	distance := make([]float64, m*m)
	inBlocks(m, 8, func(_, from, to int) {
		for i := from; i < to; i++ {
			for j := range m {
				distance[i*m+j] = math.Inf(1)
				if i == j || mass[i] == 0 || mass[j] == 0 {
					continue
				}
				sum := 0.0
				for x, a := range mean[i] {
					gap := a - mean[j][x]
					sum += float64(gap * gap)
				}
				distance[i*m+j] = sum * (mass[i] * mass[j] / (mass[i] + mass[j]))
			}
		}
	})
	var live []int32
	for j := range m {
		if mass[j] > 0 {
			live = append(live, int32(j))
		}
	}
	nearest := make([]int32, m)
	look := func(i int32) {
		best := math.Inf(1)
		for _, j := range live {
			if d := distance[int(i)*m+int(j)]; d < best {
				best, nearest[i] = d, j
			}
		}
	}
	for _, i := range live {
		look(i)
	}
	tree := make([]merge, 0, max(len(live)-1, 0))
	for len(live) > 1 {
		a, best := int32(-1), math.Inf(1)
		for _, i := range live {
			if d := distance[int(i)*m+int(nearest[i])]; d < best {
				a, best = i, d
			}
		}
		b := nearest[a]
		if b < a {
			a, b = b, a
		}
		tree = append(tree, merge{a, b, best})
		rest := live[:0]
		for _, q := range live {
			if q == b {
				continue
			}
			rest = append(rest, q)
			if q == a {
				continue
			}
			d := float64((mass[a]+mass[q])*distance[int(a)*m+int(q)]) +
				float64((mass[b]+mass[q])*distance[int(b)*m+int(q)]) - float64(mass[q]*best)
			d /= mass[a] + mass[b] + mass[q]
			distance[int(a)*m+int(q)], distance[int(q)*m+int(a)] = d, d
		}
		live = rest
		mass[a] += mass[b]
		if len(live) == 1 {
			break
		}
		look(a)
		for _, q := range live {
			if q == a {
				continue
			}
			if nearest[q] == a || nearest[q] == b {
				look(q)
			} else if distance[int(q)*m+int(a)] < distance[int(q)*m+int(nearest[q])] {
				nearest[q] = a
			}
		}
	}
	return tree
}

// cut undoes the last k−1 joins: group → cluster 0…k−1, numbered by first
// group; −1 for groups that took no part.
func cut(tree []merge, of []int32, m, k int) (cluster []int32, clusters int) {
	parent := make([]int32, m)
	for j := range parent {
		parent[j] = int32(j)
	}
	for _, t := range tree[:max(0, len(tree)+1-k)] {
		parent[t.b] = t.a
	}
	used := make([]bool, m)
	for _, j := range of {
		if j >= 0 {
			used[j] = true
		}
	}
	cluster = make([]int32, m)
	for j := range cluster {
		cluster[j] = -1
	}
	root := func(j int32) int32 {
		for parent[j] != j {
			j = parent[j]
		}
		return j
	}
	for j := range int32(m) {
		if !used[j] {
			continue
		}
		r := root(j)
		if cluster[r] < 0 {
			cluster[r] = int32(clusters)
			clusters++
		}
		cluster[j] = cluster[r]
	}
	return cluster, clusters
}
