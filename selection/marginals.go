package selection

import (
	"context"
	"math"
	"slices"
)

// marginal is the convex program behind the chances: one value x a type, the
// chance of each of its people in units of the mean chance, so that the shares
// n of the types and the sums of their rows are all of order one.
//
//	nash:    minimise −Σ n·w·ln x   subject to  floor·w ≤ x ≤ min(cap, top·w)
//	maximin: minimise −z            subject to  z·w ≤ x ≤ min(cap, top·w)
//	both:    lo ≤ Σ_{types of a row} n·x ≤ hi,  Σ n·x = 1
//
// It is solved by a primal-dual interior point method (Mehrotra's predictor
// and corrector; Nocedal and Wright, Numerical Optimization, 14.2) that starts
// anywhere inside the simple bounds. Types fall out of the Newton system, which
// leaves one of rows+1 unknowns; the step is halved until the residual of the
// optimality conditions shrinks, so that it does not diverge where many people
// reach chance 1.
type marginal struct {
	in     *instance
	n      []float64 // share of the pool, summing to 1
	lo, hi []float64 // rows, last one the size: 1 and 1
	cap    float64
	floor  float64
	top    float64 // +Inf unless the objective limits the highest chance
	minMax bool
	// careful makes the method lessen complementarity by no more than to
	// carefulMost an iteration: where the optimum is a corner, the normal matrix
	// loses rows to rounding before a quick method has met them all.
	careful bool
	ctx     context.Context
}

// solution is the end of the interior point method.
type solution struct {
	x, nu      []float64 // by type; by row
	lam, kap   []float64 // by type: multipliers at the floor and at the cap
	z          float64
	iterations int
	converged  bool
}

const (
	innerGap  = 1e-9  // mean complementarity at the end
	innerRow  = 1e-9  // largest residual of a row, in shares of the panel
	innerNear = 1e-6  // what will do where numbers give no more
	innerLow  = 1e-13 // complementarity is not driven below: nothing is won there
	innerMost = 120   // iterations, a guard

	carefulMost = 0.2  // complementarity left by an iteration, at least
	carefulWide = 1e-7 // by how much bounds widen, relatively
)

// newMarginal takes the rows with each interval shrunk from both ends by at
// most seats and at most a quarter of its width, so that rounding can land.
func newMarginal(ctx context.Context, in *instance, seats float64) *marginal {
	p := &marginal{in: in, ctx: ctx, cap: float64(in.eligible) / float64(in.size), top: math.Inf(1)}
	p.n = make([]float64, in.types())
	for t, c := range in.count {
		p.n[t] = float64(c) / float64(in.eligible)
	}
	k := float64(in.size)
	for _, one := range in.rows {
		cut := min(seats, 0.25*float64(one.most-one.least))
		p.lo = append(p.lo, (float64(one.least)+cut)/k)
		p.hi = append(p.hi, (float64(one.most)-cut)/k)
	}
	p.lo, p.hi = append(p.lo, 1), append(p.hi, 1)
	return p
}

// solve runs the method, and again with care where it went astray. It fails
// only on a program without a feasible point, or with hardly any (told by
// converged), or when the context ends.
func (p *marginal) solve() (*solution, error) {
	s, err := p.try()
	if err != nil || s.converged {
		return s, err
	}
	return p.widened().try()
}

// widened is the program to be solved with care, its bounds a little wider, as
// far as is lost in what counts as solved: where they pin somebody's chance
// together there is no interior otherwise.
func (p *marginal) widened() *marginal {
	q := *p
	q.careful = true
	q.lo, q.hi = slices.Clone(p.lo), slices.Clone(p.hi)
	for r := range q.lo {
		if p.room(r) {
			q.lo[r] -= carefulWide
			q.hi[r] += carefulWide
		}
	}
	q.cap += float64(carefulWide * p.cap)
	q.top += float64(carefulWide * p.top)
	q.floor -= float64(carefulWide * p.floor)
	return &q
}

// room tells whether row r has room between its bounds.
func (p *marginal) room(r int) bool { return p.hi[r]-p.lo[r] > 1e-9 }

// try runs the method once.
func (p *marginal) try() (*solution, error) {
	s := p.start()
	keep := kept{score: innerNear}
	for it := 1; it <= innerMost; it++ {
		if err := p.ctx.Err(); err != nil {
			return nil, err
		}
		mu, worst := s.measure()
		if math.IsNaN(mu) {
			return keep.end(s, it), nil
		}
		if mu < innerGap && worst < innerRow {
			return s.end(it, true), nil
		}
		switch score := max(mu, worst); {
		case score < keep.score:
			keep.save(s, score)
		case p.careful && keep.x != nil && score > 10*keep.score: // past the precision of numbers
			return keep.end(s, it), nil
		}
		s.assemble()
		s.direction(0, false) // predictor
		primal, dual := s.reach()
		sigma := s.ahead(primal, dual) / mu
		target := max(innerLow, float64(mu*min(1, float64(float64(sigma*sigma)*sigma))))
		if p.careful {
			target = float64(mu * max(carefulMost, min(1, float64(float64(sigma*sigma)*sigma))))
		}
		s.direction(target, true) // corrector
		if s.step(mu, target, 4) {
			continue
		}
		s.clear()
		target = float64(mu * max(0.1, min(1, sigma)))
		s.direction(target, false) // Newton's own direction always lessens the residual
		if !s.step(mu, target, 40) {
			return keep.end(s, it), nil
		}
		if mu < innerLow && worst > innerNear { // past the precision of numbers
			return keep.end(s, it), nil
		}
	}
	return keep.end(s, innerMost), nil
}

// kept is the best point so far once it is near the optimum, so that a last
// step beyond the precision of the normal matrix does no harm.
type kept struct {
	score float64
	x, nu []float64
	lam   []float64
	kap   []float64
	z     float64
}

func (k *kept) save(s *inner, score float64) {
	k.score, k.z = score, s.z
	k.x, k.nu = append(k.x[:0], s.x...), append(k.nu[:0], s.nu...)
	k.lam, k.kap = append(k.lam[:0], s.lam...), append(k.kap[:0], s.kap...)
}

func (k *kept) end(s *inner, iterations int) *solution {
	if k.x == nil {
		return s.end(iterations, false)
	}
	return &solution{x: k.x, nu: k.nu, lam: k.lam, kap: k.kap, z: k.z, iterations: iterations, converged: true}
}
