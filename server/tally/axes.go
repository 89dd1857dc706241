package tally

import "math"

// Who is grouped: Polis's rule, made order-free. A ballot needs 7 votes (or
// all items, where there are fewer); where that leaves fewer than 15 ballots
// the bar is lowered for everyone until 15 pass.
const (
	enoughVotes   = 7
	enoughBallots = 15
)

// qualified returns the canonical rows that take part in finding groups.
func (m *matrix) qualified() []int32 {
	included := 0
	for _, it := range m.items {
		if !it.Excluded {
			included++
		}
	}
	votes := make([]int, m.rows())
	for r := range votes {
		cols, _ := m.row(r)
		for _, j := range cols {
			if !m.items[j].Excluded {
				votes[r]++
			}
		}
	}
	var rows []int32
	for bar := min(enoughVotes, included); bar >= 1; bar-- {
		rows = rows[:0]
		for r, n := range votes {
			if n >= bar {
				rows = append(rows, int32(r))
			}
		}
		if len(rows) >= enoughBallots {
			break
		}
	}
	return rows
}

// axes are the leading principal axes of the votes of the qualified ballots,
// a missing vote standing at the item's mean.
type axes struct {
	rows []int32
	mean []float64   // by item, over the qualified ballots that answered it
	axis [][]float64 // unit vectors over the items, 0 at excluded ones
}

const (
	blockWidth     = 4 // axes iterated together; more than wanted, so that the wanted ones settle sooner
	mostIterations = 300
	axisTolerance  = 1e-13
)

// principal finds the first n ≤ blockWidth axes by orthogonal iteration with a
// Rayleigh–Ritz step (Golub & Van Loan, Matrix Computations, 8.2.4), touching
// the counted votes only: O(votes) an iteration and no dense matrix. The start
// is fixed by the item ids.
func principal(m *matrix, rows []int32, n int) *axes {
	a := &axes{rows: rows, mean: make([]float64, len(m.items))}
	seen := make([]int, len(m.items))
	sum := make([]int, len(m.items))
	for _, r := range rows {
		cols, vals := m.row(int(r))
		for i, j := range cols {
			seen[j]++
			sum[j] += int(vals[i])
		}
	}
	for j := range a.mean {
		if seen[j] > 0 {
			a.mean[j] = float64(sum[j]) / float64(seen[j])
		}
	}
	v := make([][blockWidth]float64, len(m.items))
	for j, it := range m.items {
		if it.Excluded {
			continue
		}
		for k := range blockWidth {
			v[j][k] = float64(scramble(uint64(it.ID)*blockWidth+uint64(k))>>11)/(1<<52) - 1
		}
	}
	orthonormal(v)
	w := make([][blockWidth]float64, len(m.items))
	for range mostIterations {
		a.multiply(m, v, w)
		ritz(v, w)
		moved := 0.0
		for k := range n {
			dot := 0.0
			for j := range v {
				dot += float64(v[j][k] * w[j][k])
			}
			moved = max(moved, 1-math.Abs(dot))
		}
		v, w = w, v
		if moved < axisTolerance {
			break
		}
	}
	for k := range n {
		a.axis = append(a.axis, upright(v, k))
	}
	return a
}

// multiply sets w = CᵀC·v, C being the centred votes.
func (a *axes) multiply(m *matrix, v, w [][blockWidth]float64) {
	clear(w)
	for _, r := range a.rows {
		cols, vals := m.row(int(r))
		var y [blockWidth]float64
		for i, j := range cols {
			c := float64(vals[i]) - a.mean[j]
			for k := range blockWidth {
				y[k] += float64(c * v[j][k])
			}
		}
		for i, j := range cols {
			if m.items[j].Excluded {
				continue
			}
			c := float64(vals[i]) - a.mean[j]
			for k := range blockWidth {
				w[j][k] += float64(c * y[k])
			}
		}
	}
}

// ritz turns w = A·v into the best orthonormal approximations of A's
// eigenvectors inside the span of w, largest eigenvalue first.
func ritz(v, w [][blockWidth]float64) {
	var small [blockWidth][blockWidth]float64 // vᵀ·A·v
	for j := range v {
		for k := range blockWidth {
			for l := k; l < blockWidth; l++ {
				small[k][l] += float64(v[j][k] * w[j][l])
			}
		}
	}
	turn := jacobi(&small)
	for j := range w {
		var x [blockWidth]float64
		for k := range blockWidth {
			for l := range blockWidth {
				x[k] += float64(w[j][l] * turn[l][k])
			}
		}
		w[j] = x
	}
	orthonormal(w)
}

// jacobi diagonalises the symmetric matrix whose upper triangle is s and
// returns its eigenvectors as columns, largest eigenvalue first.
func jacobi(s *[blockWidth][blockWidth]float64) (q [blockWidth][blockWidth]float64) {
	for k := range blockWidth {
		q[k][k] = 1
		for l := range k {
			s[k][l] = s[l][k]
		}
	}
	for range 30 {
		off := 0.0
		for k := range blockWidth {
			for l := k + 1; l < blockWidth; l++ {
				off += math.Abs(s[k][l])
				if s[k][l] == 0 {
					continue
				}
				theta := float64((s[l][l] - s[k][k]) / float64(2*s[k][l]))
				t := math.Copysign(1, theta) / (math.Abs(theta) + math.Sqrt(float64(theta*theta)+1))
				c := 1 / math.Sqrt(float64(t*t)+1)
				d := float64(t * c)
				for i := range blockWidth {
					x, y := s[i][k], s[i][l]
					s[i][k], s[i][l] = float64(c*x)-float64(d*y), float64(d*x)+float64(c*y)
				}
				for i := range blockWidth {
					x, y := s[k][i], s[l][i]
					s[k][i], s[l][i] = float64(c*x)-float64(d*y), float64(d*x)+float64(c*y)
					x, y = q[i][k], q[i][l]
					q[i][k], q[i][l] = float64(c*x)-float64(d*y), float64(d*x)+float64(c*y)
				}
			}
		}
		if off == 0 {
			break
		}
	}
	for k := range blockWidth {
		best := k
		for l := k + 1; l < blockWidth; l++ {
			if s[l][l] > s[best][best] {
				best = l
			}
		}
		s[k][k], s[best][best] = s[best][best], s[k][k]
		for i := range blockWidth {
			q[i][k], q[i][best] = q[i][best], q[i][k]
		}
	}
	return q
}

// orthonormal is modified Gram–Schmidt, twice for each column; a column that
// depends on those before it becomes 0.
func orthonormal(v [][blockWidth]float64) {
	for k := range blockWidth {
		before := length(v, k)
		for range 2 {
			for l := range k {
				dot := 0.0
				for j := range v {
					dot += float64(v[j][l] * v[j][k])
				}
				for j := range v {
					v[j][k] -= float64(dot * v[j][l])
				}
			}
		}
		norm := length(v, k)
		if norm <= 1e-12*before {
			norm = math.Inf(1)
		}
		for j := range v {
			v[j][k] /= norm
		}
	}
}

func length(v [][blockWidth]float64, k int) float64 {
	sum := 0.0
	for j := range v {
		sum += float64(v[j][k] * v[j][k])
	}
	return math.Sqrt(sum)
}

// upright copies column k, turned so that its largest entry is positive.
func upright(v [][blockWidth]float64, k int) []float64 {
	out := make([]float64, len(v))
	big := 0.0
	for j := range v {
		out[j] = v[j][k]
		if math.Abs(out[j]) > math.Abs(big) {
			big = out[j]
		}
	}
	if big < 0 {
		for j := range out {
			out[j] = -out[j]
		}
	}
	return out
}

// scramble is the splitmix64 finaliser (Steele, Lea & Flood 2014).
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
