package selection

import "math"

// balanced lists panels that together are already near the target: the expected
// seats of all of them are rounded at once and split in halves again and again,
// so that each type, and each person where households are told apart, is within
// one seat of its share. Then a small change of the shares meets the target
// exactly (settle). It lists nothing where the quotas leave no such halves.
func (b *listing) balanced(l *lottery, target, expected []float64) error {
	in := b.drawing.in
	m := 2*b.in.types() + balancedMore
	c := &cast{in: in, dice: b.dice}
	sums := make([]float64, len(expected))
	for t, e := range expected {
		sums[t] = float64(e * float64(m))
	}
	all, _, err := land(b.ctx, in.times(m), sums, c.dice)
	if err == nil {
		err = c.split(b.drawing, all.seats, m)
	}
	if err != nil {
		return b.ctx.Err()
	}
	if b.fine != nil {
		if err := b.dealt(c, target); err != nil {
			return err
		}
	}
	times := map[int]int{}
	for _, p := range c.panels {
		if l.add(p) {
			times[len(l.panels)-1]++
		}
	}
	l.share = make([]float64, len(l.panels))
	for k := range l.share {
		l.share[k] = float64(times[k]) / float64(len(l.panels))
	}
	return nil
}

// dealt tells the panels of a cast apart by household: the seats go to people,
// those first who are furthest behind their chance, and exchanges even out what
// households stood in the way of.
func (b *listing) dealt(c *cast, target []float64) error {
	had := make([]int32, b.Pool.Len())
	var panels []*panel
	for _, p := range c.panels {
		c.due = func(i int32) float64 { return float64(float64(len(panels)+1) * target[b.fine.typeOf[i]]) }
		if team := c.seat(p, had); team != nil {
			for i := range team.seated {
				had[i]++
			}
			panels = append(panels, b.fine.panelOf(team.seated))
		}
	}
	c.in, c.panels, c.want = b.in, panels, make([]float64, b.in.types())
	for t, p := range target {
		c.want[t] = float64(p*float64(b.in.count[t])) * float64(len(panels))
	}
	c.rough = true
	return c.even(b, &lottery{in: b.in})
}

const (
	balancedMore = 150   // panels besides two a type
	settleRounds = 20    // of leaving out panels whose share would be negative
	settleSteps  = 1000  // of the method of conjugate gradients
	settleNear   = 1e-7  // of the residual, relatively
	settleEnd    = 1e-14 // of the slope's square, relatively
)

// settle changes the shares as little as possible so that every type has its
// target chance: the least change d with A·d = target − A·share, by conjugate
// gradients on the normal equations (Björck, Numerical Methods for Least Squares
// Problems, 7.4), which bear that rows hang together. Panels whose share would be
// negative are left out and the rest settled again. It reports the relative
// shortfall that is left.
func (l *lottery) settle(target []float64) float64 {
	s := &settling{lottery: l, scale: make([]float64, len(target)), out: make([]bool, len(l.panels))}
	want := make([]float64, len(target))
	for t, p := range target {
		if seats := float64(p * float64(l.in.count[t])); seats > 0 {
			s.scale[t] = 1 / math.Sqrt(seats)
			want[t] = math.Sqrt(seats)
		}
	}
	rest := make([]float64, len(target))
	for range settleRounds {
		s.seats(l.share, rest)
		worst := 0.0
		for t := range rest {
			rest[t] = want[t] - rest[t]
			worst = max(worst, math.Abs(rest[t]*s.scale[t]))
		}
		if worst < settleNear {
			break
		}
		negative := 0
		for c, v := range s.least(rest) {
			l.share[c] += v
			if l.share[c] < 0 {
				l.share[c], s.out[c] = 0, true
				negative++
			}
		}
		if negative == 0 {
			break
		}
	}
	sum := 0.0
	for _, v := range l.share {
		sum += v
	}
	short := 0.0
	for c := range l.share {
		l.share[c] /= sum
	}
	for t, v := range l.chances() {
		if target[t] > 0 {
			short = max(short, 1-v/target[t])
		}
	}
	if !(sum > 0.5) { // nothing but noise is left
		return 1
	}
	return short
}

// settling is the system of settle: a row a type, scaled by the root of the
// seats wanted, a column a panel that is not left out.
type settling struct {
	*lottery
	scale []float64
	out   []bool
}

// seats is A·v.
func (s *settling) seats(v, to []float64) {
	clear(to)
	for c, list := range s.panels {
		if v[c] == 0 {
			continue
		}
		for _, one := range list {
			to[one.t] += float64(v[c] * float64(one.n))
		}
	}
	for t, f := range s.scale {
		to[t] *= f
	}
}

// back is Aᵀ·v.
func (s *settling) back(v, to []float64) {
	for c, list := range s.panels {
		sum := 0.0
		if !s.out[c] {
			for _, one := range list {
				sum += float64(float64(s.scale[one.t]*v[one.t]) * float64(one.n))
			}
		}
		to[c] = sum
	}
}

// least is the least change whose seats come nearest to rest, which it uses up.
func (s *settling) least(rest []float64) []float64 {
	change, slope, p := make([]float64, len(s.panels)), make([]float64, len(s.panels)), make([]float64, len(s.panels))
	q := make([]float64, len(rest))
	square := func(v []float64) float64 {
		sum := 0.0
		for _, x := range v {
			sum += float64(x * x)
		}
		return sum
	}
	s.back(rest, slope)
	copy(p, slope)
	gamma := square(slope)
	end := float64(gamma * settleEnd)
	for range settleSteps {
		s.seats(p, q)
		curve := square(q)
		if gamma <= end || curve == 0 {
			break
		}
		a := gamma / curve
		for c := range change {
			change[c] += float64(a * p[c])
		}
		for t := range rest {
			rest[t] -= float64(a * q[t])
		}
		s.back(rest, slope)
		next := square(slope)
		b := next / gamma
		for c := range p {
			p[c] = slope[c] + float64(b*p[c])
		}
		gamma = next
	}
	return change
}
