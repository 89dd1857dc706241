package selection

import (
	"context"
	"math"
)

// master finds the shares whose chances come nearest to target from below: the
// largest relative shortfall as small as possible.
//
//	minimise d  subject to  Σ_c share_c·x_ct/n_t + give_t·d ≥ target_t,  Σ share = 1
//
// give is the target, and 0 where a target is to be kept whatever the others get.
//
// It is solved by a primal-dual interior point method: one dense Cholesky of
// the size of the types each iteration, where a simplex method on T rows takes
// many times as long; its prices come from the middle of the optimal face, which
// column generation likes (du Merle et al. 1999).
type master struct {
	*lottery
	ctx    context.Context
	rows   []int32   // types with a target above 0
	rowOf  []int32   // type → row, −1
	target []float64 // by row
	give   []float64 // by row: what a shortfall of 1 takes off the target
	col    [][]entry // by panel
}

type entry struct {
	row int32
	v   float64
}

// priced is the end of a master solve: shares, the shortfall and the prices.
type priced struct {
	share     []float64
	shortfall float64
	w         []float64 // by row
	mu        float64
	ok        bool
}

func newMaster(ctx context.Context, l *lottery, target []float64) *master {
	m := &master{lottery: l, ctx: ctx, rowOf: make([]int32, len(target))}
	for t, p := range target {
		m.rowOf[t] = -1
		if p > 0 {
			m.rowOf[t] = int32(len(m.rows))
			m.rows = append(m.rows, int32(t))
			m.target = append(m.target, p)
		}
	}
	m.give = m.target
	return m
}

// columns turns new panels into columns.
func (m *master) columns() {
	for _, panel := range m.panels[len(m.col):] {
		var list []entry
		for _, one := range panel {
			if r := m.rowOf[one.t]; r >= 0 {
				list = append(list, entry{r, float64(one.n) / float64(m.in.count[one.t])})
			}
		}
		m.col = append(m.col, list)
	}
}

const masterMost = 60 // iterations, a guard

// solve runs the interior point method to a relative gap.
func (m *master) solve(gap float64) (*priced, error) {
	m.columns()
	R, C := len(m.rows), len(m.col)
	n := R + 1 // equations: one a type, and the sum of shares
	vec := func(k int) []float64 { return make([]float64, k) }
	// Variables: shares, the shortfall, and the slack of each type's row.
	x, z, dx, dz := vec(C+1+R), vec(C+1+R), vec(C+1+R), vec(C+1+R)
	y, dy, right, rp := vec(n), vec(n), vec(n), vec(n)
	mat, fac := vec(n*n), vec(n*n)
	rc, d := vec(C+1+R), vec(C+1+R)
	for j := range x {
		x[j], z[j] = 1, 1
		if j < C {
			x[j] = 2 / float64(C)
		}
	}
	// times adds a·column j to out; dot is column j times v.
	times := func(j int, a float64, out []float64) {
		switch {
		case j < C:
			for _, e := range m.col[j] {
				out[e.row] += float64(a * e.v)
			}
			out[R] += a
		case j == C:
			for r, t := range m.give {
				out[r] += float64(a * t)
			}
		default:
			out[j-C-1] -= a
		}
	}
	dot := func(j int, v []float64) float64 {
		switch {
		case j < C:
			sum := v[R]
			for _, e := range m.col[j] {
				sum += float64(e.v * v[e.row])
			}
			return sum
		case j == C:
			sum := 0.0
			for r, t := range m.give {
				sum += float64(t * v[r])
			}
			return sum
		}
		return -v[j-C-1]
	}
	N := float64(C + 1 + R)
	for range masterMost {
		if err := m.ctx.Err(); err != nil {
			return nil, err
		}
		copy(rp, m.target)
		rp[R] = 1
		mu := 0.0
		for j, v := range x {
			times(j, -v, rp)
			mu += float64(v * z[j])
		}
		mu /= N
		worst := 0.0
		for _, v := range rp {
			worst = max(worst, math.Abs(v))
		}
		for j := range x {
			cost := 0.0
			if j == C {
				cost = 1
			}
			rc[j] = cost - dot(j, y) - z[j]
			d[j] = x[j] / z[j]
			if j == C || j%17 == 0 {
				worst = max(worst, math.Abs(rc[j]))
			}
		}
		if float64(mu*N) < gap && worst < 1e-7 {
			return m.end(x, y, C), nil
		}
		clear(mat)
		for j, col := range m.col {
			for i, a := range col {
				line := mat[int(a.row)*n:]
				f := float64(d[j] * a.v)
				for _, b := range col[:i+1] {
					line[b.row] += float64(f * b.v)
				}
				mat[R*n+int(a.row)] += f
			}
			mat[R*n+R] += d[j]
		}
		for r, t := range m.give {
			line := mat[r*n:]
			f := float64(d[C] * t)
			for q, u := range m.give[:r+1] {
				line[q] += float64(f * u)
			}
			line[r] += d[C+1+r]
		}
		factorWide(mat, fac, n)
		direction := func(target float64, second bool) {
			copy(right, rp)
			for j := range x {
				c := target - float64(x[j]*z[j])
				if second {
					c -= float64(dx[j] * dz[j])
				}
				// dx = d·(Aᵀdy − rc) + c/z
				times(j, float64(d[j]*rc[j])-c/z[j], right)
			}
			substitute(fac, right, dy)
			for j := range x {
				c := target - float64(x[j]*z[j])
				if second {
					c -= float64(dx[j] * dz[j])
				}
				step := dot(j, dy)
				dz[j] = rc[j] - step
				dx[j] = c/z[j] - float64(d[j]*dz[j])
			}
		}
		reach := func() (primal, dual float64) {
			primal, dual = 1, 1
			for j := range x {
				if dx[j] < 0 {
					primal = min(primal, -x[j]/dx[j])
				}
				if dz[j] < 0 {
					dual = min(dual, -z[j]/dz[j])
				}
			}
			return primal, dual
		}
		direction(0, false)
		primal, dual := reach()
		ahead := 0.0
		for j := range x {
			ahead += float64((x[j] + float64(primal*dx[j])) * (z[j] + float64(dual*dz[j])))
		}
		sigma := ahead / N / mu
		direction(float64(mu*min(1, float64(float64(sigma*sigma)*sigma))), true)
		primal, dual = reach()
		primal, dual = min(1, 0.99*primal), min(1, 0.99*dual)
		for j := range x {
			x[j] += float64(primal * dx[j])
			z[j] += float64(dual * dz[j])
			if math.IsNaN(x[j]) || math.IsNaN(z[j]) {
				return &priced{}, nil
			}
		}
		for r := range y {
			y[r] += float64(dual * dy[r])
		}
	}
	return m.end(x, y, C), nil
}

// end makes the shares a distribution and measures the shortfall that it has.
func (m *master) end(x, y []float64, columns int) *priced {
	p := &priced{share: make([]float64, columns), w: make([]float64, len(m.rows)), ok: true}
	sum := 0.0
	for c := range p.share {
		if v := x[c]; v > 1e-10 {
			p.share[c] = v
			sum += v
		}
	}
	for c := range p.share {
		p.share[c] /= sum
	}
	for r := range p.w {
		p.w[r] = max(0, y[r])
	}
	p.mu = -y[len(m.rows)]
	m.share = p.share
	for t, v := range m.chances() {
		if r := m.rowOf[t]; r >= 0 && m.give[r] > 0 {
			p.shortfall = max(p.shortfall, (m.target[r]-v)/m.give[r])
		}
	}
	return p
}

// least is the smallest shortfall that any lottery has, proved by prices and a
// bound of what a panel is worth under them: by weak duality it is at least
// Σ w·target − bound, where Σ w·give is 1 or less.
func (m *master) least(w []float64, bound float64) float64 {
	sum, all := -bound, 0.0
	for r, v := range w {
		sum += float64(v * m.target[r])
		all += float64(v * m.give[r])
	}
	return max(0, sum/max(1, all))
}
