package selection

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

// typeSlack is how far type t is from its floor and its cap, and how far the
// products with their multipliers are from the target; dz is the step of z that
// the predictor's product terms belong to.
func (s *inner) typeSlack(t int, target, dz float64, second bool) (y, e, c1, c2 float64) {
	y, e = s.x[t]-s.low(t), s.high[t]-s.x[t]
	c1 = target - float64(s.lam[t]*y)
	c2 = target - float64(s.kap[t]*e)
	if second {
		c1 -= float64(s.dlam[t] * (s.dx[t] - float64(dz*s.in.weightOf(t))))
		c2 += float64(s.dkap[t] * s.dx[t])
	}
	return y, e, c1, c2
}

// rowSlack is the same of row r and its limits.
func (s *inner) rowSlack(r int, target float64, second bool) (a, b, c3, c4 float64) {
	a, b = s.s[r]-s.lo[r], s.hi[r]-s.s[r]
	c3 = target - float64(s.alp[r]*a)
	c4 = target - float64(s.bet[r]*b)
	if second {
		c3 -= float64(s.dal[r] * s.ds[r])
		c4 += float64(s.dbe[r] * s.ds[r])
	}
	return a, b, c3, c4
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
		y, e, c1, c2 := s.typeSlack(t, target, s.dz, second)
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
		a, b, c3, c4 := s.rowSlack(r, target, second)
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
		y, e, c1, c2 := s.typeSlack(t, target, oldZ, second)
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
		a, b, c3, c4 := s.rowSlack(r, target, second)
		ds := (s.dnu[r] + s.h[r]) / s.e[r]
		s.dal[r] = (c3 - float64(s.alp[r]*ds)) / a
		s.dbe[r] = (c4 + float64(s.bet[r]*ds)) / b
		s.ds[r] = ds
	}
}
