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

// inner holds the iterates and the Newton system of one solve.
type inner struct {
	*marginal
	m, t            int
	x, lam, kap     []float64 // types: value, multiplier at the floor, at the cap
	s, nu, alp, bet []float64 // rows: activity, multiplier, at lo, at hi
	z               float64
	high            []float64 // of each type, the lower of cap and top
	free            []bool    // rows with room between lo and hi
	idle            []bool    // rows that the size and the others of their feature imply

	dx, dlam, dkap    []float64
	ds, dnu, dal, dbe []float64
	dz                float64
	q, d              []float64
	h, e              []float64
	mat, chol         []float64
	r0, r1, n0, n1    []float64
	rp                []float64
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

// clear forgets the predictor.
func (s *inner) clear() { s.dz = 0 }

func (p *marginal) start() *inner {
	T, m := p.in.types(), len(p.lo)
	vec := func(n int) []float64 { return make([]float64, n) }
	s := &inner{marginal: p, m: m, t: T,
		x: vec(T), lam: vec(T), kap: vec(T), high: vec(T), dx: vec(T), dlam: vec(T), dkap: vec(T), q: vec(T), d: vec(T),
		s: vec(m), nu: vec(m), alp: vec(m), bet: vec(m), ds: vec(m), dnu: vec(m), dal: vec(m), dbe: vec(m),
		h: vec(m), e: vec(m), mat: vec(m * m), chol: vec(m * m),
		r0: vec(m), r1: vec(m), n0: vec(m), n1: vec(m), rp: vec(m), free: make([]bool, m), idle: make([]bool, m),
	}
	heaviest := 1.0
	for t := range T {
		heaviest = max(heaviest, p.in.weightOf(t))
	}
	if p.minMax {
		s.z = min(0.5, 0.5*p.cap, 0.5*p.top) / heaviest
	}
	for t := range T {
		low := s.low(t)
		s.high[t] = min(p.cap, float64(p.top*p.in.weightOf(t)))
		s.x[t] = max(1, low+0.01)
		if s.x[t] > 0.5*(low+s.high[t]) {
			s.x[t] = 0.5 * (low + s.high[t])
		}
		s.lam[t], s.kap[t] = 1, 1/s.high[t]
	}
	for r := range m {
		s.free[r] = p.room(r)
		s.s[r] = 0.5 * (p.lo[r] + p.hi[r])
		if s.free[r] {
			s.alp[r], s.bet[r] = 1, 1
		}
	}
	for f := range p.in.width {
		first, last := p.in.group[f], p.in.group[f+1]
		s.idle[last-1] = true
		for r := first; r < last; r++ {
			s.idle[last-1] = s.idle[last-1] && !s.free[r]
		}
	}
	return s
}

// low is the floor of type t at the present z.
func (s *inner) low(t int) float64 {
	if s.minMax {
		return float64(s.z * s.in.weightOf(t))
	}
	return float64(s.floor * s.in.weightOf(t))
}

// slopes are the first and second derivative of the objective by person.
func (s *inner) slopes(t int, x float64) (first, second float64) {
	if s.minMax {
		return 0, 0
	}
	w := s.in.weightOf(t)
	return -w / x, w / float64(x*x)
}

func (s *inner) dual(v []float64, t int) float64 {
	sum := v[s.m-1]
	for _, r := range s.in.rowsOf(t) {
		sum += v[r]
	}
	return sum
}

// measure gives the mean complementarity and the largest residual of a row or
// of the stationarity of a type.
func (s *inner) measure() (mu, worst float64) {
	for r := range s.rp {
		s.rp[r] = 0
	}
	sum, weight := 0.0, 0.0
	for t := range s.t {
		nx := float64(s.n[t] * s.x[t])
		s.rp[s.m-1] += nx
		for _, r := range s.in.rowsOf(t) {
			s.rp[r] += nx
		}
		gap := float64(s.lam[t]*(s.x[t]-s.low(t))) + float64(s.kap[t]*(s.high[t]-s.x[t]))
		sum += float64(s.n[t] * gap)
		weight += 2 * s.n[t]
		g, _ := s.slopes(t, s.x[t])
		off := math.Abs(g + s.dual(s.nu, t) - s.lam[t] + s.kap[t])
		worst = max(worst, float64(off*min(1, s.n[t]*float64(s.in.size))))
	}
	for r := range s.rp {
		s.rp[r] -= s.s[r]
		worst = max(worst, math.Abs(s.rp[r]))
		if s.free[r] {
			worst = max(worst, math.Abs(s.bet[r]-s.alp[r]-s.nu[r]))
			sum += float64(s.alp[r]*(s.s[r]-s.lo[r])) + float64(s.bet[r]*(s.hi[r]-s.s[r]))
			weight += 2
		}
	}
	return sum / weight, worst
}

// assemble builds and factors the normal matrix B·D⁻¹·Bᵀ of the Newton system.
func (s *inner) assemble() {
	m, last := s.m, s.m-1
	clear(s.mat)
	clear(s.r1)
	for t := range s.t {
		y, e := s.x[t]-s.low(t), s.high[t]-s.x[t]
		_, second := s.slopes(t, s.x[t])
		s.d[t] = second + s.lam[t]/y + s.kap[t]/e
		c := s.n[t] / s.d[t]
		rows := s.in.rowsOf(t)
		l := 0.0
		if s.minMax {
			l = float64(float64(c*s.lam[t]/y) * s.in.weightOf(t))
			s.r1[last] += l
		}
		for i, a := range rows {
			line := s.mat[int(a)*m : int(a)*m+m]
			for _, b := range rows[:i+1] { // rows ascend within a type: lower triangle
				line[b] += c
			}
			s.mat[last*m+int(a)] += c
			s.r1[a] += l
		}
		s.mat[last*m+last] += c
	}
	for r := range m {
		if s.free[r] {
			s.e[r] = s.alp[r]/(s.s[r]-s.lo[r]) + s.bet[r]/(s.hi[r]-s.s[r])
			s.mat[r*m+r] += 1 / s.e[r]
		}
	}
	for r, idle := range s.idle {
		if idle {
			clear(s.mat[r*m : r*m+r])
			for below := r + 1; below < m; below++ {
				s.mat[below*m+r] = 0
			}
			s.mat[r*m+r], s.r1[r] = 1, 0
		}
	}
	factor(s.mat, s.chol, m)
	if s.minMax {
		s.unknowns(s.r1, s.n1)
	}
}

// unknowns solves the normal equations with one step of refinement.
func (s *inner) unknowns(right, out []float64) {
	for r, idle := range s.idle {
		if idle {
			right[r] = 0
		}
	}
	substitute(s.chol, right, out)
	m := s.m
	rest, more := make([]float64, m), make([]float64, m)
	copy(rest, right)
	for i := range m {
		for j := range i {
			v := s.mat[i*m+j]
			rest[i] -= float64(v * out[j])
			rest[j] -= float64(v * out[i])
		}
		rest[i] -= float64(s.mat[i*m+i] * out[i])
	}
	substitute(s.chol, rest, more)
	for i := range more {
		out[i] += more[i]
	}
}

// direction solves the Newton system towards complementarity target; with
// second it takes the product terms of the predictor along.
func (s *inner) direction(target float64, second bool) {
	clear(s.r0)
	last := s.m - 1
	right := 1.0 // of the equation of z
	curve := 0.0
	for t := range s.t {
		w := s.in.weightOf(t)
		y, e := s.x[t]-s.low(t), s.high[t]-s.x[t]
		c1 := target - float64(s.lam[t]*y)
		c2 := target - float64(s.kap[t]*e)
		if second {
			c1 -= float64(s.dlam[t] * (s.dx[t] - float64(s.dz*w)))
			c2 += float64(s.dkap[t] * s.dx[t])
		}
		g, _ := s.slopes(t, s.x[t])
		residual := g + s.dual(s.nu, t) - s.lam[t] + s.kap[t]
		s.q[t] = c1/y - c2/e - residual
		flow := float64(s.n[t] * s.q[t] / s.d[t])
		s.r0[last] += flow
		for _, r := range s.in.rowsOf(t) {
			s.r0[r] += flow
		}
		if s.minMax {
			l := s.lam[t] / y
			nw := float64(s.n[t] * w)
			right -= float64(nw * (s.lam[t] + c1/y - float64(l*s.q[t]/s.d[t])))
			if s.careful { // the same without a difference of like numbers
				curve += float64(float64(nw*w) * float64(l*(s.kap[t]/e)/s.d[t]))
			} else {
				curve += float64(float64(nw*w) * (l - float64(l*l)/s.d[t]))
			}
		}
	}
	for r := range s.m {
		s.r0[r] += s.rp[r]
		if !s.free[r] {
			continue
		}
		a, b := s.s[r]-s.lo[r], s.hi[r]-s.s[r]
		c3 := target - float64(s.alp[r]*a)
		c4 := target - float64(s.bet[r]*b)
		if second {
			c3 -= float64(s.dal[r] * s.ds[r])
			c4 += float64(s.dbe[r] * s.ds[r])
		}
		s.h[r] = s.nu[r] + s.alp[r] - s.bet[r] + c3/a - c4/b
		s.r0[r] -= s.h[r] / s.e[r]
	}
	s.unknowns(s.r0, s.n0)
	oldZ := s.dz
	s.dz = 0
	if s.minMax {
		for r := range s.m {
			right -= float64(s.r1[r] * s.n0[r])
			curve += float64(s.r1[r] * s.n1[r])
		}
		s.dz = right / max(curve, 1e-300)
	}
	for r := range s.m {
		s.dnu[r] = s.n0[r] + float64(s.dz*s.n1[r])
	}
	for t := range s.t {
		w := s.in.weightOf(t)
		y, e := s.x[t]-s.low(t), s.high[t]-s.x[t]
		c1 := target - float64(s.lam[t]*y)
		c2 := target - float64(s.kap[t]*e)
		if second {
			c1 -= float64(s.dlam[t] * (s.dx[t] - float64(oldZ*w)))
			c2 += float64(s.dkap[t] * s.dx[t])
		}
		wz := float64(w * s.dz)
		dx := (s.q[t] - s.dual(s.dnu, t) + float64(s.lam[t]/y*wz)) / s.d[t]
		s.dlam[t] = (c1 - float64(s.lam[t]*(dx-wz))) / y
		s.dkap[t] = (c2 + float64(s.kap[t]*dx)) / e
		s.dx[t] = dx
	}
	for r := range s.m {
		if !s.free[r] {
			continue
		}
		a, b := s.s[r]-s.lo[r], s.hi[r]-s.s[r]
		c3 := target - float64(s.alp[r]*a)
		c4 := target - float64(s.bet[r]*b)
		if second {
			c3 -= float64(s.dal[r] * s.ds[r])
			c4 += float64(s.dbe[r] * s.ds[r])
		}
		ds := (s.dnu[r] + s.h[r]) / s.e[r]
		s.dal[r] = (c3 - float64(s.alp[r]*ds)) / a
		s.dbe[r] = (c4 + float64(s.bet[r]*ds)) / b
		s.ds[r] = ds
	}
}

// reach is how far the primal and the dual side can go before a bound.
func (s *inner) reach() (primal, dual float64) {
	primal, dual = 1, 1
	cut := func(limit *float64, at, d float64) {
		if d < 0 && -at/d < *limit {
			*limit = -at / d
		}
	}
	for t := range s.t {
		cut(&primal, s.x[t]-s.low(t), s.dx[t]-float64(s.dz*s.in.weightOf(t)))
		cut(&primal, s.high[t]-s.x[t], -s.dx[t])
		cut(&dual, s.lam[t], s.dlam[t])
		cut(&dual, s.kap[t], s.dkap[t])
	}
	for r := range s.m {
		if s.free[r] {
			cut(&primal, s.s[r]-s.lo[r], s.ds[r])
			cut(&primal, s.hi[r]-s.s[r], -s.ds[r])
			cut(&dual, s.alp[r], s.dal[r])
			cut(&dual, s.bet[r], s.dbe[r])
		}
	}
	return primal, dual
}

// ahead is the mean complementarity after the given steps.
func (s *inner) ahead(primal, dual float64) float64 {
	sum, weight := 0.0, 0.0
	for t := range s.t {
		y := s.x[t] - s.low(t) + float64(primal*(s.dx[t]-float64(s.dz*s.in.weightOf(t))))
		e := s.high[t] - s.x[t] - float64(primal*s.dx[t])
		gap := float64((s.lam[t]+float64(dual*s.dlam[t]))*y) + float64((s.kap[t]+float64(dual*s.dkap[t]))*e)
		sum += float64(s.n[t] * gap)
		weight += 2 * s.n[t]
	}
	for r := range s.m {
		if s.free[r] {
			a := s.s[r] - s.lo[r] + float64(primal*s.ds[r])
			b := s.hi[r] - s.s[r] - float64(primal*s.ds[r])
			sum += float64((s.alp[r]+float64(dual*s.dal[r]))*a) + float64((s.bet[r]+float64(dual*s.dbe[r]))*b)
			weight += 2
		}
	}
	return max(0, sum/weight)
}

// step moves, halving until the optimality conditions' residual shrinks; false
// when no step does.
func (s *inner) step(mu, target float64, halvings int) bool {
	primal, dual := s.reach()
	back := max(0.9, 1-mu)
	primal, dual = min(1, float64(back*primal)), min(1, float64(back*dual))
	if !s.minMax { // the objective is curved: one step for both sides
		primal = min(primal, dual)
		dual = primal
	}
	before := s.residual(0, 0, target)
	for range halvings {
		if s.minMax || s.residual(primal, dual, target) < float64(before*(1-float64(1e-4*primal))) {
			for t := range s.t {
				s.x[t] += float64(primal * s.dx[t])
				s.lam[t] += float64(dual * s.dlam[t])
				s.kap[t] += float64(dual * s.dkap[t])
			}
			s.z += float64(primal * s.dz)
			for r := range s.m {
				s.s[r] += float64(primal * s.ds[r])
				s.nu[r] += float64(dual * s.dnu[r])
				s.alp[r] += float64(dual * s.dal[r])
				s.bet[r] += float64(dual * s.dbe[r])
			}
			return true
		}
		primal, dual = 0.5*primal, 0.5*dual
	}
	return false
}

// residual is the length of the optimality conditions' residual after the
// given steps, complementarity measured against target.
func (s *inner) residual(primal, dual, target float64) float64 {
	sum := 0.0
	square := func(weight, v float64) { sum += float64(weight * float64(v*v)) }
	for t := range s.t {
		w := s.in.weightOf(t)
		x := s.x[t] + float64(primal*s.dx[t])
		y := s.x[t] - s.low(t) + float64(primal*(s.dx[t]-float64(s.dz*w)))
		lam, kap := s.lam[t]+float64(dual*s.dlam[t]), s.kap[t]+float64(dual*s.dkap[t])
		g, _ := s.slopes(t, x)
		square(s.n[t], g+s.dual(s.nu, t)+float64(dual*s.dual(s.dnu, t))-lam+kap)
		square(s.n[t], float64(lam*y)-target)
		square(s.n[t], float64(kap*(s.high[t]-x))-target)
	}
	for r := range s.m {
		square(1, float64((1-primal)*s.rp[r]))
		if s.free[r] {
			at := s.s[r] + float64(primal*s.ds[r])
			alp, bet := s.alp[r]+float64(dual*s.dal[r]), s.bet[r]+float64(dual*s.dbe[r])
			square(1, bet-alp-s.nu[r]-float64(dual*s.dnu[r]))
			square(1, float64(alp*(at-s.lo[r]))-target)
			square(1, float64(bet*(s.hi[r]-at))-target)
		}
	}
	return sum
}

func (s *inner) end(iterations int, converged bool) *solution {
	out := &solution{x: s.x, nu: s.nu, lam: s.lam, kap: s.kap, z: s.z, iterations: iterations, converged: converged}
	for t := range s.x {
		if math.IsNaN(s.x[t]) {
			out.converged = false
		}
	}
	return out
}

// factor is the Cholesky factor of the lower triangle of a, which is n×n. A
// pivot lost to redundancy (the values of a feature add up to the size) is made
// so large that its unknown comes out as zero.
func factor(a, out []float64, n int) {
	top := 0.0
	for i := range n {
		top = max(top, a[i*n+i])
	}
	for i := range n {
		for j := range i + 1 {
			sum := a[i*n+j]
			for k := range j {
				sum -= float64(out[i*n+k] * out[j*n+k])
			}
			switch {
			case i != j:
				out[i*n+j] = sum / out[j*n+j]
			case sum > 1e-14*a[i*n+i] && sum > 1e-26*top:
				out[i*n+i] = math.Sqrt(sum)
			default:
				out[i*n+i] = 1e64
			}
		}
	}
}

// substitute solves L·Lᵀ·out = b.
func substitute(l, b, out []float64) {
	n := len(b)
	for i := range n {
		sum := b[i]
		for k := range i {
			sum -= float64(l[i*n+k] * out[k])
		}
		out[i] = sum / l[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		sum := out[i]
		for k := i + 1; k < n; k++ {
			sum -= float64(l[k*n+i] * out[k])
		}
		out[i] = sum / l[i*n+i]
	}
}
