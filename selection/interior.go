package selection

import "math"

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

// clear forgets the predictor.
func (s *inner) clear() { s.dz = 0 }

func (p *marginal) start() *inner {
	T, m := p.in.types(), len(p.lo)
	vec := func(n int) []float64 { return make([]float64, n) }
	s := &inner{
		marginal: p, m: m, t: T,
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
