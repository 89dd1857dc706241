package selection

import (
	"math"
	"slices"
)

// lp is a linear program by types: x within [colLo,colHi], every row's sum of
// its types within [lo,hi], the last row holding all types (the panel's size).
// It is solved by the bounded primal simplex method with a dense inverse of the
// basis: quotas make some tens of rows and up to 100,000 columns of width+1
// ones, which are never stored as a matrix.
//
// The first phase minimises the sum of what is missing or too much in the rows
// (rows weighted by rowWeight), so its end is the elastic optimum: where it is
// not 0, the rows that are off and the multipliers name the conflict.
type lp struct {
	in           *instance
	cols         []int32 // the type of each column; others stay as they are
	vals         []int32 // rows of each column, the caps and the size included
	from         []int32 // where those of a column begin; len n+1
	m, n         int
	lo, hi       []float64 // rows
	colLo, colHi []float64
	cost         []float64 // nil: any feasible point will do
	rowWeight    []float64

	basis  []int32   // column in basis position i; n+r is row r's own activity
	state  []int8    // of each column: atLo, atHi, basic
	inv    []float64 // inverse of the basis, m×m
	xb     []float64 // basic values
	y      []float64 // multipliers after solve
	steps  int
	pivots int
}

const (
	atLo int8 = iota
	atHi
	basic
)

const (
	lpTolerance = 1e-7 // a row this far off counts as met; seats are whole numbers
	lpPrice     = 1e-9
	lpPivot     = 1e-8
)

// homeCap is a limit that households set: the given types, ascending, can have
// no more than most seats between them.
type homeCap struct {
	types []int32
	most  int
}

// newLP takes the rows of the instance with their integer bounds, the caps, and
// the size of the panel as the last row. Columns are the types given, ascending,
// nil for all.
func newLP(in *instance, types []int32, caps []homeCap) *lp {
	if types == nil {
		types = make([]int32, in.types())
		for t := range types {
			types[t] = int32(t)
		}
	}
	n, m := len(types), len(in.rows)+len(caps)+1
	s := &lp{in: in, m: m, n: n, cols: types,
		vals: make([]int32, 0, n*(in.width+1)), from: make([]int32, 1, n+1),
		lo: make([]float64, m), hi: make([]float64, m),
		colLo: make([]float64, n), colHi: make([]float64, n),
		rowWeight: make([]float64, m),
		basis:     make([]int32, m), state: make([]int8, n+m),
		inv: make([]float64, m*m), xb: make([]float64, m), y: make([]float64, m),
	}
	for _, t := range types {
		s.vals = append(s.vals, in.rowsOf(int(t))...)
		for c, limit := range caps {
			if _, in := slices.BinarySearch(limit.types, t); in {
				s.vals = append(s.vals, int32(len(s.in.rows)+c))
			}
		}
		s.vals = append(s.vals, int32(m-1))
		s.from = append(s.from, int32(len(s.vals)))
	}
	for r, one := range in.rows {
		s.lo[r], s.hi[r], s.rowWeight[r] = float64(one.lo), float64(one.hi), 1
	}
	for c, limit := range caps {
		r := len(in.rows) + c
		s.hi[r], s.rowWeight[r] = float64(limit.most), 1
	}
	s.lo[m-1], s.hi[m-1], s.rowWeight[m-1] = float64(in.size), float64(in.size), 1000
	for i := range s.basis {
		s.basis[i] = int32(n + i)
		s.state[n+i] = basic
		s.inv[i*m+i] = -1
	}
	for j, t := range types {
		s.colHi[j] = float64(in.count[t])
	}
	return s
}

func (s *lp) rowsOf(j int) []int32 { return s.vals[s.from[j]:s.from[j+1]] }

func (s *lp) bounds(j int) (lo, hi float64) {
	if j < s.n {
		return s.colLo[j], s.colHi[j]
	}
	return s.lo[j-s.n], s.hi[j-s.n]
}

func (s *lp) value(j int) float64 {
	lo, hi := s.bounds(j)
	if s.state[j] == atHi {
		return hi
	}
	return lo
}

// dot is the product of a row vector with column j.
func (s *lp) dot(v []float64, j int) float64 {
	if j >= s.n {
		return -v[j-s.n]
	}
	sum := 0.0
	for _, r := range s.rowsOf(j) {
		sum += v[r]
	}
	return sum
}

// column is the basis inverse times column j.
func (s *lp) column(j int, out []float64) {
	m := s.m
	for i := range out {
		v := s.inv[i*m : (i+1)*m]
		out[i] = s.dot(v, j)
	}
}

// refresh inverts the basis anew and recomputes the basic values.
func (s *lp) refresh() {
	m := s.m
	a := make([]float64, m*2*m)
	for i, j := range s.basis {
		if int(j) >= s.n {
			a[(int(j)-s.n)*2*m+i] = -1
			continue
		}
		for _, r := range s.rowsOf(int(j)) {
			a[int(r)*2*m+i] = 1
		}
	}
	for r := range m {
		a[r*2*m+m+r] = 1
	}
	for c := range m {
		best := c
		for r := c + 1; r < m; r++ {
			if math.Abs(a[r*2*m+c]) > math.Abs(a[best*2*m+c]) {
				best = r
			}
		}
		if best != c {
			for k := range 2 * m {
				a[c*2*m+k], a[best*2*m+k] = a[best*2*m+k], a[c*2*m+k]
			}
		}
		p := a[c*2*m+c]
		for k := c; k < 2*m; k++ {
			a[c*2*m+k] /= p
		}
		for r := range m {
			f := a[r*2*m+c]
			if r == c || f == 0 {
				continue
			}
			for k := c; k < 2*m; k++ {
				a[r*2*m+k] -= float64(f * a[c*2*m+k])
			}
		}
	}
	for r := range m {
		copy(s.inv[r*m:(r+1)*m], a[r*2*m+m:(r+1)*2*m])
	}
	s.settle()
}

// settle recomputes the basic values from the columns out of the basis.
func (s *lp) settle() {
	m := s.m
	right := make([]float64, m)
	for j := range s.state {
		if s.state[j] == basic {
			continue
		}
		v := s.value(j)
		if v == 0 {
			continue
		}
		if j >= s.n {
			right[j-s.n] += v
			continue
		}
		for _, r := range s.rowsOf(j) {
			right[r] -= v
		}
	}
	for i := range m {
		sum := 0.0
		for r, v := range right {
			sum += float64(s.inv[i*m+r] * v)
		}
		s.xb[i] = sum
	}
}

// off is by how much a basic value misses its bounds: negative below, positive above.
func (s *lp) off(i int) float64 {
	lo, hi := s.bounds(int(s.basis[i]))
	tol := lpTolerance
	switch x := s.xb[i]; {
	case x < lo-tol:
		return x - lo
	case x > hi+tol:
		return x - hi
	}
	return 0
}

// solve runs both phases and reports whether a feasible point exists. The limit
// of steps is a guard: it is reached only by a numerical failure, told as such.
func (s *lp) solve(limit int) (feasible, done bool) {
	s.refresh()
	w := make([]float64, s.m)
	stalled := 0
	for ; limit > 0; limit-- {
		s.steps++
		first := false
		for i := range s.basis {
			first = first || s.off(i) != 0
		}
		if !first && s.cost == nil {
			return true, true
		}
		clear(s.y)
		for i, j := range s.basis {
			c := 0.0
			if d := s.off(i); d != 0 {
				c = 1
				if int(j) >= s.n {
					c = s.rowWeight[int(j)-s.n]
				}
				c = math.Copysign(c, d)
			} else if !first && int(j) < s.n {
				c = s.cost[j]
			}
			s.addRow(i, c)
		}
		enter := s.price(first, stalled > 50)
		if enter < 0 {
			return !first, true
		}
		if s.pivot(enter, w) {
			stalled = 0
		} else {
			stalled++
		}
	}
	return false, false
}

func (s *lp) addRow(i int, c float64) {
	if c == 0 {
		return
	}
	v := s.inv[i*s.m : (i+1)*s.m]
	for r := range s.y {
		s.y[r] += float64(c * v[r])
	}
}

// price finds the column that lowers the objective fastest, or, in Bland's
// order, the first one; −1 when there is none.
func (s *lp) price(first, bland bool) int {
	best, at := lpPrice, -1
	for j := range s.state {
		if s.state[j] == basic {
			continue
		}
		if lo, hi := s.bounds(j); lo == hi {
			continue
		}
		d := -s.dot(s.y, j)
		if !first && s.cost != nil && j < s.n {
			d += s.cost[j]
		}
		if s.state[j] == atLo {
			d = -d
		}
		if d > best {
			best, at = d, j
			if bland {
				break
			}
		}
	}
	return at
}

// pivot moves column enter as far as the basic values allow and reports
// whether anything moved.
func (s *lp) pivot(enter int, w []float64) bool {
	s.column(enter, w)
	sign := 1.0
	if s.state[enter] == atHi {
		sign = -1
	}
	lo, hi := s.bounds(enter)
	limit := func(i int, slack float64) float64 {
		rate := -sign * w[i]
		if math.Abs(rate) < lpPivot {
			return math.Inf(1)
		}
		lo, hi := s.bounds(int(s.basis[i]))
		x, off := s.xb[i], s.off(i)
		switch {
		case off < 0 && rate > 0:
			return (lo - x + slack) / rate
		case off > 0 && rate < 0:
			return (hi - x - slack) / rate
		case off != 0:
			return math.Inf(1)
		case rate > 0:
			return (hi - x + slack) / rate
		}
		return (lo - x - slack) / rate
	}
	// Two passes (Harris): how far with a little slack, then the largest pivot within it.
	reach := math.Inf(1)
	for i := range w {
		reach = min(reach, limit(i, lpTolerance))
	}
	leave, size := -1, 0.0
	for i := range w {
		if a := math.Abs(w[i]); a > size && limit(i, 0) <= reach {
			leave, size = i, a
		}
	}
	step := hi - lo
	if leave >= 0 {
		if own := max(0, limit(leave, 0)); own < step {
			step = own
		} else {
			leave = -1
		}
	}
	if leave < 0 {
		for i := range w {
			s.xb[i] -= float64(sign * step * w[i])
		}
		s.state[enter] = atLo + atHi - s.state[enter]
		return step > 0
	}
	old := int(s.basis[leave])
	oldLo, oldHi := s.bounds(old)
	off, rate := s.off(leave), -sign*w[leave]
	to := atLo
	if (off == 0 && rate > 0) || off > 0 {
		to = atHi
	}
	if oldLo == oldHi {
		to = atLo
	}
	start := s.value(enter)
	for i := range w {
		s.xb[i] -= float64(sign * step * w[i])
	}
	m := s.m
	pivotRow := s.inv[leave*m : (leave+1)*m]
	f := 1 / w[leave]
	for r := range pivotRow {
		pivotRow[r] *= f
	}
	for i := range w {
		if i == leave || w[i] == 0 {
			continue
		}
		v := s.inv[i*m : (i+1)*m]
		for r := range v {
			v[r] -= float64(w[i] * pivotRow[r])
		}
	}
	s.basis[leave] = int32(enter)
	s.state[enter], s.state[old] = basic, to
	s.xb[leave] = start + float64(sign*step)
	if s.pivots++; s.pivots%64 == 0 {
		s.refresh()
	}
	return step > 1e-12
}

// point is the value of every column after solve.
func (s *lp) point() []float64 {
	x := make([]float64, s.n)
	for j := range x {
		if s.state[j] != basic {
			x[j] = s.value(j)
		}
	}
	for i, j := range s.basis {
		if int(j) < s.n {
			x[j] = s.xb[i]
		}
	}
	return x
}
