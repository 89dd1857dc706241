package selection

import "math"

// nearWhole is this near to a whole number for a sum that must be one.
const nearWhole = 1e-6

// settle rounds what the flight left by flying on with fewer rows, every
// expectation kept: a row is let go once it holds its quota whatever becomes of
// the fractions in it, and where no step is left otherwise the row with the
// fewest fractions is.
//
// With F quota features a step is left unless some row has F fractions or fewer
// (Beck and Fiala 1981: the rows with more are fewer than the fractions). Such a
// row ends less than F seats from where it stood, so that nothing can go wrong
// where every row stands F seats from the bounds of its quota.
func (p *panel) settle(left []int32, fraction []float64, d dice) {
	phi := make([]float64, len(left))
	alive := make([]int, 0, len(left))
	count := make([]int, len(p.rows)) // fractions in each row
	for j, t := range left {
		phi[j] = fraction[t]
		alive = append(alive, j)
		for _, r := range p.in.rowsOf(int(t)) {
			count[r]++
		}
	}
	held := make([]bool, len(p.rows))
	for r := range held {
		held[r] = true
	}
	var step []float64
	for len(alive) > 0 {
		for r, one := range p.in.rows {
			if p.rows[r] >= one.lo && p.rows[r]+count[r] <= one.hi {
				held[r] = false
			}
		}
		step = p.free(left, alive, held, step)
		if step == nil {
			fewest := -1
			for r, n := range count {
				if held[r] && n > 0 && (fewest < 0 || n < count[fewest]) {
					fewest = r
				}
			}
			if fewest >= 0 {
				held[fewest] = false
				continue
			}
			step = append(step, 1) // the last one, whole but for rounding errors
			if x := phi[alive[0]]; math.Abs(x-math.Round(x)) < nearWhole {
				phi[alive[0]] = math.Round(x)
			}
		}
		up, down := math.Inf(1), math.Inf(1)
		for k, v := range step {
			switch x := phi[alive[k]]; {
			case v > 0:
				up, down = min(up, (1-x)/v), min(down, x/v)
			case v < 0:
				up, down = min(up, x/-v), min(down, (1-x)/-v)
			}
		}
		by := up
		if float64(d.unit()*(up+down)) >= down {
			by = -down
		}
		rest := alive[:0]
		for k, j := range alive {
			x := 0.0
			if k < len(step) {
				x = float64(by * step[k])
			}
			phi[j] += x
			if phi[j] > whole && phi[j] < 1-whole {
				rest = append(rest, j)
				continue
			}
			for _, r := range p.in.rowsOf(int(left[j])) {
				count[r]--
			}
			if phi[j] > 0.5 {
				p.add(int(left[j]), 1)
			}
		}
		alive = rest
	}
}

// free is a direction in which the fractions can move with the held rows and the
// size as they are, nil where there is none: by Gaussian elimination.
func (p *panel) free(left []int32, alive []int, held []bool, out []float64) []float64 {
	n := len(alive)
	var lines [][]float64
	line := make([]float64, n)
	for k := range line {
		line[k] = 1
	}
	lines = append(lines, line)
	at := make([]int, len(p.rows))
	for k, j := range alive {
		for _, r := range p.in.rowsOf(int(left[j])) {
			if !held[r] {
				continue
			}
			if at[r] == 0 {
				at[r] = len(lines)
				lines = append(lines, make([]float64, n))
			}
			lines[at[r]][k] = 1
		}
	}
	pivot := make([]int, 0, n) // column of each line done
	for k := 0; k < n; k++ {
		done := len(pivot)
		best := done
		for r := done; r < len(lines); r++ {
			if math.Abs(lines[r][k]) > math.Abs(lines[best][k]) {
				best = r
			}
		}
		if best >= len(lines) || math.Abs(lines[best][k]) < flightPivot {
			out = append(out[:0], make([]float64, n)...) // column k is free
			out[k] = 1
			for r, c := range pivot {
				out[c] = -lines[r][k]
			}
			return out
		}
		lines[done], lines[best] = lines[best], lines[done]
		v := lines[done][k]
		for c := k; c < n; c++ {
			lines[done][c] /= v
		}
		for r := range lines {
			if m := lines[r][k]; r != done && m != 0 {
				for c := k; c < n; c++ {
					lines[r][c] -= float64(m * lines[done][c])
				}
			}
		}
		pivot = append(pivot, k)
	}
	return nil
}
