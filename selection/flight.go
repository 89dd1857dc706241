package selection

import "math"

// flight rounds fractional seats by type to whole ones with every expectation
// kept: the cube method (Deville and Tillé 2004, fast flight of Chauvet and
// Tillé 2006). It walks in the null space of the balance rows, so the rows'
// sums do not move, until no step is left; then at most as many types as there
// are rows stay fractional.
//
// A basis of columns with its inverse is carried from step to step, O(R²) each
// instead of an elimination of O(R³).
type flight struct {
	in    *instance
	row   []int32 // dense row of each row of the instance; −1: implied by the others
	size  int     // number of dense rows, the last is the panel's size
	phi   []float64
	basis []int32   // type, or −1−r for the unit column of row r
	alive []bool    // the basic type still moves
	inv   []float64 // transposed inverse: column r of it at inv[r*size:]
	d     []float64
	turns int
}

const (
	whole       = 1e-9 // this near to 0 or 1 is there
	flightPivot = 1e-7
)

// fly turns the expected seats of each type into whole ones, in the order of
// the dice; the last hold of them stay as they are. It returns the whole seats
// and the types left with a fraction.
func fly(in *instance, expected []float64, hold int, d dice) (seats []int32, left []int32, phi []float64) {
	f := &flight{in: in, row: make([]int32, len(in.rows)), phi: make([]float64, in.types())}
	for g := range in.width {
		for r := in.group[g]; r < in.group[g+1]; r++ {
			if r == in.group[g+1]-1 {
				f.row[r] = -1
				continue
			}
			f.row[r] = int32(f.size)
			f.size++
		}
	}
	f.size++
	n := f.size
	f.basis, f.alive = make([]int32, n), make([]bool, n)
	f.inv, f.d = make([]float64, n*n), make([]float64, n)
	for r := range n {
		f.basis[r] = int32(-1 - r)
		f.inv[r*n+r] = 1
	}
	seats = make([]int32, in.types())
	var order []int32
	for t, e := range expected {
		base := math.Floor(e + whole)
		seats[t] = int32(base)
		if f.phi[t] = e - base; f.phi[t] > whole {
			order = append(order, int32(t))
		} else {
			f.phi[t] = 0
		}
	}
	shuffle(d, order)
	flown := max(0, len(order)-hold)
	for _, t := range order[:flown] {
		f.enter(t, d)
	}
	for _, t := range order {
		if f.phi[t] == 1 {
			seats[t]++
			f.phi[t] = 0
		}
	}
	for i, t := range f.basis {
		if f.alive[i] {
			left = append(left, t)
		}
	}
	left = append(left, order[flown:]...)
	return seats, left, f.phi
}

// dense gives the dense rows of a type to do.
func (f *flight) dense(t int32, do func(r int)) {
	for _, r := range f.in.rowsOf(int(t)) {
		if f.row[r] >= 0 {
			do(int(f.row[r]))
		}
	}
	do(f.size - 1)
}

// enter lets type t move against the basis, or take the place of a basic
// column that no longer moves.
func (f *flight) enter(t int32, d dice) {
	n := f.size
	clear(f.d)
	f.dense(t, func(r int) {
		for i, v := range f.inv[r*n : (r+1)*n] {
			f.d[i] += v
		}
	})
	if i := f.still(flightPivot); i >= 0 {
		f.replace(i, t)
		return
	}
	up, down := 1-f.phi[t], f.phi[t]
	for i, v := range f.d {
		if !f.alive[i] || math.Abs(v) < 1e-11 {
			continue
		}
		p := f.phi[f.basis[i]] // moves by −v a unit
		if v > 0 {
			up, down = min(up, p/v), min(down, (1-p)/v)
		} else {
			up, down = min(up, (1-p)/-v), min(down, p/-v)
		}
	}
	step := up
	if float64(d.unit()*(up+down)) >= down {
		step = -down
	}
	moving := f.move(t, step)
	for i, v := range f.d {
		if f.alive[i] {
			f.alive[i] = f.move(f.basis[i], -float64(step*v))
		}
	}
	if moving {
		if i := f.still(1e-11); i >= 0 {
			f.replace(i, t)
		}
	}
}

// move adds to a fraction and reports whether it is still one.
func (f *flight) move(t int32, by float64) bool {
	p := f.phi[t] + by
	switch {
	case p < whole:
		p = 0
	case p > 1-whole:
		p = 1
	}
	f.phi[t] = p
	return p != 0 && p != 1
}

// still is the basic column without movement with the largest share in the
// entering one, −1 when all such shares are below least.
func (f *flight) still(least float64) int {
	at := -1
	for i, v := range f.d {
		if !f.alive[i] && math.Abs(v) > least {
			at, least = i, math.Abs(v)
		}
	}
	return at
}

func (f *flight) replace(at int, t int32) {
	n := f.size
	for r := range n {
		line := f.inv[r*n : (r+1)*n]
		if line[at] == 0 {
			continue
		}
		share := line[at] / f.d[at]
		for i, v := range f.d {
			line[i] -= float64(v * share)
		}
		line[at] = share
	}
	f.basis[at], f.alive[at] = t, true
	if f.turns++; f.turns%128 == 0 {
		f.refresh()
	}
}

// refresh inverts the basis anew, so that errors do not add up.
func (f *flight) refresh() {
	n := f.size
	a := make([]float64, 2*n*n)
	for i, t := range f.basis {
		if t < 0 {
			a[int(-1-t)*2*n+i] = 1
		} else {
			f.dense(t, func(r int) { a[r*2*n+i] = 1 })
		}
		a[i*2*n+n+i] = 1
	}
	for c := range n {
		best := c
		for r := c + 1; r < n; r++ {
			if math.Abs(a[r*2*n+c]) > math.Abs(a[best*2*n+c]) {
				best = r
			}
		}
		for k := range 2 * n {
			a[c*2*n+k], a[best*2*n+k] = a[best*2*n+k], a[c*2*n+k]
		}
		p := a[c*2*n+c]
		for k := range 2 * n {
			a[c*2*n+k] /= p
		}
		for r := range n {
			if m := a[r*2*n+c]; r != c && m != 0 {
				for k := c; k < 2*n; k++ {
					a[r*2*n+k] -= float64(m * a[c*2*n+k])
				}
			}
		}
	}
	for i := range n {
		for r := range n {
			f.inv[r*n+i] = a[i*2*n+n+r]
		}
	}
}
