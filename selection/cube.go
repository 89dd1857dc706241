package selection

import "math"

// cube is the flight of the cube method (Deville and Tillé 2004, fast flight of
// Chauvet and Tillé 2006) over any columns: variables between 0 and 1 go to one
// of the two with every expectation kept and with the sums of the balance rows
// unmoved, until no step is left; then at most as many as there are rows stay
// fractional.
//
// A basis of columns with its inverse is carried from step to step, O(R²) each
// instead of an elimination of O(R³).
type cube struct {
	size    int       // balance rows
	phi     []float64 // of each variable
	basis   []int32   // variable, or −1−r for the unit column of row r
	columns [][]term  // of the basis
	alive   []bool    // the basic variable still moves
	inv     []float64 // transposed inverse: column r of it at inv[r*size:]
	d       []float64
	turns   int
	renew   int     // the inverse is computed anew after so many columns
	settled []int32 // variables that came to 0 or 1 in the last step
}

// term is what a variable adds to a balance row as it goes from 0 to 1.
type term struct {
	row int32
	v   float64
}

const (
	whole       = 1e-9 // this near to 0 or 1 is there
	flightPivot = 1e-7
)

func newCube(size, variables int) *cube {
	c := &cube{size: size, phi: make([]float64, variables),
		basis: make([]int32, size), columns: make([][]term, size), alive: make([]bool, size),
		inv: make([]float64, size*size), d: make([]float64, size), renew: 128}
	for r := range size {
		c.basis[r] = int32(-1 - r)
		c.columns[r] = []term{{int32(r), 1}}
		c.inv[r*size+r] = 1
	}
	return c
}

// enter lets a variable move against the basis, or take the place of a basic
// column that no longer moves. The column is copied.
func (c *cube) enter(variable int32, column []term, d dice) {
	n := c.size
	c.settled = c.settled[:0]
	clear(c.d)
	for _, e := range column {
		line := c.inv[int(e.row)*n:][:len(c.d)]
		for i := range c.d {
			c.d[i] += float64(line[i] * e.v)
		}
	}
	if i := c.still(flightPivot); i >= 0 {
		c.replace(i, variable, column)
		return
	}
	up, down := 1-c.phi[variable], c.phi[variable]
	for i, v := range c.d {
		if !c.alive[i] || math.Abs(v) < 1e-11 {
			continue
		}
		p := c.phi[c.basis[i]] // moves by −v a unit
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
	moving := c.move(variable, step)
	for i, v := range c.d {
		if c.alive[i] {
			c.alive[i] = c.move(c.basis[i], -float64(step*v))
		}
	}
	if moving {
		if i := c.still(1e-11); i >= 0 {
			c.replace(i, variable, column)
		}
	}
}

// move adds to a fraction and reports whether it is still one.
func (c *cube) move(variable int32, by float64) bool {
	p := c.phi[variable] + by
	switch {
	case p < whole:
		p = 0
	case p > 1-whole:
		p = 1
	}
	c.phi[variable] = p
	if p == 0 || p == 1 {
		c.settled = append(c.settled, variable)
		return false
	}
	return true
}

// still is the basic column without movement with the largest share in the
// entering one, −1 when all such shares are below least.
func (c *cube) still(least float64) int {
	at := -1
	for i, v := range c.d {
		if !c.alive[i] && math.Abs(v) > least {
			at, least = i, math.Abs(v)
		}
	}
	return at
}

func (c *cube) replace(at int, variable int32, column []term) {
	n := c.size
	d := c.d
	for r := range n {
		line := c.inv[r*n:][:len(d)]
		if line[at] == 0 {
			continue
		}
		share := line[at] / d[at]
		for i := range d {
			line[i] -= float64(d[i] * share)
		}
		line[at] = share
	}
	c.basis[at], c.alive[at] = variable, true
	c.columns[at] = append(c.columns[at][:0], column...)
	if c.turns++; c.turns%c.renew == 0 {
		c.refresh()
	}
}

// left are the variables that still have a fraction.
func (c *cube) left() []int32 {
	var out []int32
	for i, variable := range c.basis {
		if c.alive[i] {
			out = append(out, variable)
		}
	}
	return out
}

// refresh inverts the basis anew, so that errors do not add up.
func (c *cube) refresh() {
	n := c.size
	a := make([]float64, 2*n*n)
	for i, column := range c.columns {
		for _, e := range column {
			a[int(e.row)*2*n+i] = e.v
		}
		a[i*2*n+n+i] = 1
	}
	for k := range n {
		best := k
		for r := k + 1; r < n; r++ {
			if math.Abs(a[r*2*n+k]) > math.Abs(a[best*2*n+k]) {
				best = r
			}
		}
		for j := range 2 * n {
			a[k*2*n+j], a[best*2*n+j] = a[best*2*n+j], a[k*2*n+j]
		}
		p := a[k*2*n+k]
		for j := range 2 * n {
			a[k*2*n+j] /= p
		}
		for r := range n {
			if m := a[r*2*n+k]; r != k && m != 0 {
				for j := k; j < 2*n; j++ {
					a[r*2*n+j] -= float64(m * a[k*2*n+j])
				}
			}
		}
	}
	for i := range n {
		for r := range n {
			c.inv[r*n+i] = a[i*2*n+n+r]
		}
	}
}
