package labelled

import "math"

// Agreement is the accuracy under the best matching of clusters to classes
// (Hungarian method) and the normalised mutual information (arithmetic
// mean). Both lists are of one length and number from 0. O(n + m³), m the
// highest number.
func Agreement(of, truth []int32) (accuracy, information float64) {
	n := int32(0)
	for i := range of {
		n = max(n, of[i]+1, truth[i]+1)
	}
	table := make([][]float64, n)
	for i := range table {
		table[i] = make([]float64, n)
	}
	a, b := make([]float64, n), make([]float64, n)
	for i := range of {
		table[of[i]][truth[i]]++
		a[of[i]]++
		b[truth[i]]++
	}
	total := float64(len(of))
	var ha, hb, mutual float64
	for i := range table {
		for j, c := range table[i] {
			if c > 0 {
				mutual += c / total * math.Log(c*total/(a[i]*b[j]))
			}
		}
		if a[i] > 0 {
			ha -= a[i] / total * math.Log(a[i]/total)
		}
		if b[i] > 0 {
			hb -= b[i] / total * math.Log(b[i]/total)
		}
	}
	match := hungarian(table)
	right := 0.0
	for i, j := range match {
		right += table[i][j]
	}
	return right / total, 2 * mutual / (ha + hb)
}

// hungarian maximises the sum of a square table (Jonker's shortest paths).
func hungarian(gain [][]float64) []int {
	n := len(gain)
	u, v := make([]float64, n+1), make([]float64, n+1)
	p, way := make([]int, n+1), make([]int, n+1)
	for i := 1; i <= n; i++ {
		p[0] = i
		j0 := 0
		least := make([]float64, n+1)
		used := make([]bool, n+1)
		for j := range least {
			least[j] = math.Inf(1)
		}
		for {
			used[j0] = true
			i0, delta, j1 := p[j0], math.Inf(1), 0
			for j := 1; j <= n; j++ {
				if used[j] {
					continue
				}
				if c := -gain[i0-1][j-1] - u[i0] - v[j]; c < least[j] {
					least[j], way[j] = c, j0
				}
				if least[j] < delta {
					delta, j1 = least[j], j
				}
			}
			for j := 0; j <= n; j++ {
				if used[j] {
					u[p[j]] += delta
					v[j] -= delta
				} else {
					least[j] -= delta
				}
			}
			if j0 = j1; p[j0] == 0 {
				break
			}
		}
		for j0 != 0 {
			p[j0] = p[way[j0]]
			j0 = way[j0]
		}
	}
	match := make([]int, n)
	for j := 1; j <= n; j++ {
		match[p[j]-1] = j - 1
	}
	return match
}
