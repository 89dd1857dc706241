package selection

import "context"

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
	q := &marginal{
		in: sub, ctx: p.ctx, cap: p.cap, top: p.top, floor: p.floor,
		lo: append([]float64(nil), p.lo...), hi: append([]float64(nil), p.hi...),
	}
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
