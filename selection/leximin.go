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
	q := &marginal{in: sub, ctx: p.ctx, cap: p.cap, top: p.top, floor: p.floor,
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
// and M the lowest and highest of a person's chance by weight, in units of the
// mean, it makes M + 1/m small (Baharav and Flanigan 2024, with their balance of
// 1), and within these bounds the chances as even as Nash makes them. The highest
// m for an M is a maximin program; it is concave in M, so 1/m is convex, and a
// golden section search over M finds the best. best is the maximin solution: no M
// above its own raises m. An M too low for the rows has no solution and counts as
// worse than any above it. The best solution met is one of the answer's program,
// so it stands where that has so little room that its own does not converge, told
// by even.
func goldilocks(ctx context.Context, c *core, best *solution) (x []float64, even bool, err error) {
	const steps = 20
	ratio := (math.Sqrt(5) - 1) / 2
	x = best.x
	m, M := c.extremes(x)
	least := M + 1/max(m, nobody)
	value := func(top float64) (float64, error) {
		p := newMarginal(ctx, c.instance, 0)
		p.top, p.minMax = top, true
		s, err := p.try()
		if err != nil || !s.converged {
			return math.Inf(1), err
		}
		low, high := c.extremes(s.x)
		v := high + 1/max(low, nobody)
		if v < least {
			x, m, M, least = s.x, low, high, v
		}
		return v, nil
	}
	sum := 0.0
	for t, n := range c.count {
		sum += float64(float64(n) * c.weightOf(t))
	}
	a, b := float64(c.eligible)/sum, M
	left, right := b-float64(ratio*(b-a)), a+float64(ratio*(b-a))
	fl, err := value(left)
	if err != nil {
		return nil, false, err
	}
	fr, err := value(right)
	if err != nil {
		return nil, false, err
	}
	for range steps {
		if fl <= fr && !math.IsInf(fl, 1) {
			b, right, fr = right, left, fl
			left = b - float64(ratio*(b-a))
			fl, err = value(left)
		} else {
			a, left, fl = left, right, fr
			right = a + float64(ratio*(b-a))
			fr, err = value(right)
		}
		if err != nil {
			return nil, false, err
		}
	}
	for _, room := range []float64{1e-4, 1e-3} {
		p := newMarginal(ctx, c.instance, 0)
		p.floor, p.top = float64(m*(1-room)), float64(M*(1+room))
		s, err := p.solve()
		if err != nil {
			return nil, false, err
		}
		if s.converged {
			return s.x, true, nil
		}
	}
	return x, false, nil
}

// extremes are the lowest and the highest of the chances by weight.
func (c *core) extremes(x []float64) (low, high float64) {
	low = math.Inf(1)
	for t, v := range x {
		low, high = min(low, v/c.weightOf(t)), max(high, v/c.weightOf(t))
	}
	return low, high
}
