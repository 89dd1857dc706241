package selection

import (
	"context"
	"math"
)

// leximin works out the leximin chances of the relaxed problem, in units of the
// mean: the lowest chance as high as possible, those who cannot have more held
// there, the lowest of the rest as high as possible, and so on. An interior
// point ends strictly inside the set of optima, so the multiplier of the floor
// is positive exactly for those who must stay at it.
func leximin(ctx context.Context, c *core) ([]float64, error) {
	T := len(c.of)
	x := make([]float64, T)
	free := make([]int32, T)
	for t := range free {
		free[t] = int32(t)
	}
	whole := newMarginal(ctx, c.instance, 0)
	for stage := 0; len(free) > 0; stage++ {
		p := whole.part(free, x)
		p.minMax = true
		s, err := p.solve()
		if err != nil {
			return nil, err
		}
		if !s.converged {
			if stage == 0 {
				return nil, nil
			}
			break // what is left keeps the chances of the stage before
		}
		var next []int32
		for k, t := range free {
			low := float64(s.z * c.weightOf(int(t)))
			x[t] = s.x[k]
			switch {
			case s.lam[k] > s.x[k]-low:
				x[t] = low
			case p.cap-s.x[k] < s.kap[k] && p.cap-s.x[k] < 1e-6:
				x[t] = p.cap
			default:
				next = append(next, t)
			}
		}
		if len(next) == len(free) {
			break
		}
		free = next
	}
	return x, nil
}

// part is the program over some types, the others held at their values.
func (p *marginal) part(free []int32, x []float64) *marginal {
	in := p.in
	sub := &instance{pool: in.pool, size: in.size, rows: in.rows, width: in.width, group: in.group, eligible: in.eligible}
	q := &marginal{in: sub, ctx: p.ctx, cap: p.cap, floor: p.floor,
		lo: append([]float64(nil), p.lo...), hi: append([]float64(nil), p.hi...)}
	held := make([]bool, in.types())
	for t := range held {
		held[t] = true
	}
	for _, t := range free {
		held[t] = false
		sub.vals = append(sub.vals, in.rowsOf(int(t))...)
		sub.count = append(sub.count, in.count[t])
		if in.weight != nil {
			sub.weight = append(sub.weight, in.weight[t])
		}
		q.n = append(q.n, p.n[t])
	}
	last := len(q.lo) - 1
	for t := range held {
		if !held[t] {
			continue
		}
		v := float64(p.n[t] * x[t])
		q.lo[last] -= v
		q.hi[last] -= v
		for _, r := range in.rowsOf(t) {
			q.lo[r] -= v
			q.hi[r] -= v
		}
	}
	return q
}

// goldilocks works out chances that are neither very low nor very high: with m
// and M the lowest and highest in units of the mean it makes M + 1/m small
// (Baharav and Flanigan 2024, with their balance of 1), and within these bounds
// the chances as even as Nash makes them. M + 1/m is convex in m, so a golden
// section search over m finds it; the least M for an m is a maximin program of
// its own, turned around.
func goldilocks(ctx context.Context, c *core, lowest float64) ([]float64, error) {
	const steps = 20
	ratio := (math.Sqrt(5) - 1) / 2
	value := func(m float64) (float64, float64, error) {
		top, err := leastTop(ctx, c, m)
		if err != nil || math.IsInf(top, 1) {
			return math.Inf(1), top, err
		}
		return top + 1/m, top, nil
	}
	a, b := float64(0.02*lowest), float64(0.9999*lowest)
	left, right := b-float64(ratio*(b-a)), a+float64(ratio*(b-a))
	fl, _, err := value(left)
	if err != nil {
		return nil, err
	}
	fr, _, err := value(right)
	if err != nil {
		return nil, err
	}
	for range steps {
		if fl <= fr {
			b, right, fr = right, left, fl
			left = b - float64(ratio*(b-a))
			fl, _, err = value(left)
		} else {
			a, left, fl = left, right, fr
			right = a + float64(ratio*(b-a))
			fr, _, err = value(right)
		}
		if err != nil {
			return nil, err
		}
	}
	m := 0.5 * (a + b)
	_, top, err := value(m)
	if err != nil {
		return nil, err
	}
	p := newMarginal(ctx, c.instance, 0)
	p.floor, p.cap = float64(m*(1-1e-4)), min(p.cap, float64(top*(1+1e-4)))
	s, err := p.solve()
	if err != nil || !s.converged {
		return nil, err
	}
	return s.x, nil
}

// leastTop is the least possible highest chance when none is below m, in units
// of the mean; +Inf where m is too much. With u = m + cap − x it is the maximin
// program of u under the rows turned around.
func leastTop(ctx context.Context, c *core, m float64) (float64, error) {
	p := newMarginal(ctx, c.instance, 0)
	sum := make([]float64, len(p.lo))
	for t, n := range p.n {
		sum[len(sum)-1] += n
		for _, r := range c.rowsOf(t) {
			sum[r] += n
		}
	}
	turn := m + p.cap
	for r := range p.lo {
		whole := float64(turn * sum[r])
		p.lo[r], p.hi[r] = whole-p.hi[r], whole-p.lo[r]
	}
	p.minMax = true
	s, err := p.solve()
	if err != nil || !s.converged {
		return math.Inf(1), err
	}
	return turn - s.z, nil
}
