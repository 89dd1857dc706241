package tally

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

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

// axes are the two leading principal axes of the votes of the qualified
// ballots, a missing vote standing at the item's mean.
type axes struct {
	rows []int32
	mean []float64    // by item, over the qualified ballots that answered it
	axis [2][]float64 // unit vectors over the items, 0 at excluded ones
	// value is the eigenvalue of each: the sum of squares along it.
	value [2]float64
	// real is how many of the axes, from the first, stand out from chance; set
	// by judge.
	real int
}

const (
	mostSteps     = 64
	chanceSteps   = 16 // enough for the eigenvalue alone, to a percent
	chanceDraws   = 3
	chanceMargin  = 1.1 // eigenvalues of chance differ among themselves; so close to it an axis has no direction
	stepsAtOnce   = 8
	axisTolerance = 1e-9 // of the residual, as a share of the eigenvalue
)

// principal finds the two axes by the Lanczos method with full
// reorthogonalisation (Golub & Van Loan, Matrix Computations, 10.1), touching
// the counted votes only: O(votes) a step and no matrix of items × items. The
// start is fixed by the item ids. Where the second axis is lost in noise it
// stops at the last step's approximation, the same on every machine.
func principal(m *matrix, rows []int32) *axes {
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
	for j := range m.items {
		if seen[j] > 0 {
			a.mean[j] = float64(sum[j]) / float64(seen[j])
		}
	}
	for k := range a.axis {
		a.axis[k] = make([]float64, len(m.items))
	}
	basis, values, vectors := a.lanczos(m, m.val, mostSteps)
	if len(values) > 0 {
		a.combine(basis, values, vectors)
	}
	return a
}

// judge sets a.real. An axis is real where its eigenvalue is clearly above the
// largest one of the same votes dealt out again at random within each item
// (parallel analysis, Horn 1965): one that chance alone explains must not
// divide people.
func (a *axes) judge(ctx context.Context, m *matrix, seed string) error {
	chance := 0.0
	for draw := range chanceDraws {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, dealt, _ := a.lanczos(m, a.deal(m, source("chance", seed, draw)), chanceSteps)
		if len(dealt) > 0 {
			chance = max(chance, dealt[0])
		}
	}
	for a.real < len(a.axis) && a.value[a.real] > float64(chanceMargin*chance) {
		a.real++
	}
	return nil
}

// lanczos returns the basis of the Krylov space of CᵀC and the eigenvalues and
// eigenvectors within it; nothing where no included item has two opinions.
func (a *axes) lanczos(m *matrix, vals []Value, steps int) (basis [][]float64, values []float64, vectors [][]float64) {
	v := make([]float64, len(m.items))
	for j, it := range m.items {
		if !it.Excluded {
			v[j] = float64(float64(scramble(uint64(it.ID))>>11)/(1<<52)) - 1
		}
	}
	if !unit(v) {
		return nil, nil, nil
	}
	basis = [][]float64{v}
	var diagonal, beside []float64 // of the tridiagonal matrix
	for {
		v = basis[len(basis)-1]
		w := a.multiply(m, vals, v)
		diagonal = append(diagonal, dot(v, w))
		before := length(w)
		for range 2 {
			for _, u := range basis {
				shift(w, -dot(u, w), u)
			}
		}
		next := length(w)
		ended := next <= float64(1e-12*before) || len(basis) == steps
		if ended || len(basis)%stepsAtOnce == 0 {
			values, vectors = eigen(tridiagonal(diagonal, beside))
			n := len(values)
			settled := n >= len(a.axis)
			for k := range min(n, len(a.axis)) {
				settled = settled && math.Abs(float64(next*vectors[n-1][k])) <= float64(axisTolerance*values[0])
			}
			if ended || settled {
				return basis, values, vectors
			}
		}
		beside = append(beside, next)
		unit(w)
		basis = append(basis, w)
	}
}

// deal gives each item's votes by the qualified ballots out again at random
// among them.
func (a *axes) deal(m *matrix, rng *rand.Rand) []Value {
	taken := make([]bool, m.rows())
	for _, r := range a.rows {
		taken[r] = true
	}
	dealt := slices.Clone(m.val)
	next := slices.Clone(m.start[:m.rows()]) // of each row: columns come in their order
	var places []int
	for j := range m.items {
		places = places[:0]
		rows, _ := m.byItem.column(j)
		for _, r := range rows {
			if taken[r] {
				places = append(places, next[r])
			}
			next[r]++
		}
		rng.Shuffle(len(places), func(x, y int) {
			dealt[places[x]], dealt[places[y]] = dealt[places[y]], dealt[places[x]]
		})
	}
	return dealt
}

// multiply returns CᵀC·v, C being the centred votes.
func (a *axes) multiply(m *matrix, vals []Value, v []float64) []float64 {
	type centred struct{ mean, v float64 }
	at := make([]centred, len(v))
	for j := range v {
		at[j] = centred{a.mean[j], v[j]}
	}
	w := make([]float64, len(v))
	for _, r := range a.rows {
		cols, _ := m.row(int(r))
		answers := vals[m.start[r]:m.start[r+1]]
		y := 0.0
		for i, j := range cols {
			p := &at[j]
			y += float64((float64(answers[i]) - p.mean) * p.v)
		}
		for i, j := range cols {
			w[j] += float64((float64(answers[i]) - at[j].mean) * y)
		}
	}
	for j, it := range m.items {
		if it.Excluded {
			w[j] = 0
		}
	}
	return w
}

// combine sets the axes from the basis, each turned so that its largest entry
// is positive; an axis with nothing along it stays 0.
func (a *axes) combine(basis [][]float64, values []float64, vectors [][]float64) {
	for k := range a.axis {
		if k >= len(values) || values[k] <= 1e-12*values[0] {
			continue
		}
		a.value[k] = values[k]
		x := a.axis[k]
		for i, u := range basis {
			shift(x, vectors[i][k], u)
		}
		unit(x)
		big := 0.0
		for _, c := range x {
			if math.Abs(c) > math.Abs(big) {
				big = c
			}
		}
		if big < 0 {
			for j := range x {
				x[j] = -x[j]
			}
		}
	}
}

func tridiagonal(diagonal, beside []float64) [][]float64 {
	s := make([][]float64, len(diagonal))
	for k := range s {
		s[k] = make([]float64, len(diagonal))
	}
	for k, d := range diagonal {
		s[k][k] = d
		if k > 0 {
			s[k][k-1], s[k-1][k] = beside[k-1], beside[k-1]
		}
	}
	return s
}

// eigen diagonalises the symmetric matrix s in place by cyclic Jacobi
// rotations (Golub & Van Loan 8.5) and returns its eigenvalues, largest first,
// and its eigenvectors as columns.
func eigen(s [][]float64) (values []float64, q [][]float64) {
	n := len(s)
	q = make([][]float64, n)
	for k := range q {
		q[k] = make([]float64, n)
		q[k][k] = 1
	}
	for range 40 {
		off, on := 0.0, 0.0
		for k := range n {
			on += math.Abs(s[k][k])
			for l := k + 1; l < n; l++ {
				off += math.Abs(s[k][l])
			}
		}
		if off <= 1e-15*on {
			break
		}
		for k := range n {
			for l := k + 1; l < n; l++ {
				if s[k][l] != 0 {
					rotate(s, q, k, l)
				}
			}
		}
	}
	values = make([]float64, n)
	for k := range n {
		values[k] = s[k][k]
	}
	for k := range n {
		best := k
		for l := k + 1; l < n; l++ {
			if values[l] > values[best] {
				best = l
			}
		}
		values[k], values[best] = values[best], values[k]
		for i := range n {
			q[i][k], q[i][best] = q[i][best], q[i][k]
		}
	}
	return values, q
}

// rotate makes s[k][l] zero.
func rotate(s, q [][]float64, k, l int) {
	theta := (s[l][l] - s[k][k]) / float64(2*s[k][l])
	t := math.Copysign(1, theta) / (math.Abs(theta) + math.Sqrt(float64(theta*theta)+1))
	c := 1 / math.Sqrt(float64(t*t)+1)
	d := float64(t * c)
	for i := range s {
		x, y := s[i][k], s[i][l]
		s[i][k], s[i][l] = float64(c*x)-float64(d*y), float64(d*x)+float64(c*y)
	}
	for i := range s {
		x, y := s[k][i], s[l][i]
		s[k][i], s[l][i] = float64(c*x)-float64(d*y), float64(d*x)+float64(c*y)
		x, y = q[i][k], q[i][l]
		q[i][k], q[i][l] = float64(c*x)-float64(d*y), float64(d*x)+float64(c*y)
	}
}

func dot(x, y []float64) float64 {
	sum := 0.0
	for j := range x {
		sum += float64(x[j] * y[j])
	}
	return sum
}

func length(x []float64) float64 { return math.Sqrt(dot(x, x)) }

// shift adds c·y to x.
func shift(x []float64, c float64, y []float64) {
	for j := range x {
		x[j] += float64(c * y[j])
	}
}

// unit scales x to length 1; false where x is 0.
func unit(x []float64) bool {
	n := length(x)
	if n == 0 {
		return false
	}
	for j := range x {
		x[j] /= n
	}
	return true
}

// scramble is the splitmix64 finaliser (Steele, Lea & Flood 2014).
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
