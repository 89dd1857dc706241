package selection

import (
	"context"
	"math"
)

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
