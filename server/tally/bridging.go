package tally

import (
	"context"
	"math"
)

// Regularisation of Community Notes' core model, as published: 0.15 for
// intercepts and the global mean, 0.03 for factors.
const (
	interceptPenalty   = 0.15
	factorPenalty      = 0.03
	mostSweeps         = 200
	interceptTolerance = 1e-9
)

// worth is the rating a vote stands for: agree 1, pass ½, disagree 0, as
// Community Notes' helpful, somewhat, not.
func worth(v Value) float64 { return float64((float64(v) + 1) / 2) }

// side is an intercept and a factor for each ballot, or each item.
type side struct {
	intercept, factor []float64
	used              []int // those with votes; the others stay 0
}

func newSide(n int) *side {
	return &side{intercept: make([]float64, n), factor: make([]float64, n)}
}

// mean is the average of f over the used.
func (s *side) mean(f func(i int) float64) float64 {
	total := 0.0
	for _, i := range s.used {
		total += f(i)
	}
	return total / float64(len(s.used))
}

// factors is a model of the votes on the items that are not excluded:
// r̂ = mean + i_b + i_n + f_b·f_n.
type factors struct {
	m              *matrix
	mean           float64
	ballots, items *side
	votes          int
}

// fitFactors fits the model by minimising the mean squared error plus
// 0.15·(mean i_b² + mean i_n² + μ²) + 0.03·(mean f_b² + mean f_n²), and
// so finds i_n by item: the support that is left once the part explained by
// being on one side is taken out (Wojcik et al. 2022, "Birdwatch", section 3;
// github.com/twitter/communitynotes, matrix_factorization). Alternating least
// squares in canonical order from the first principal axis replaces their
// gradient descent from random starts, so that one input has one answer. An
// excluded item's intercept is fitted to the finished ballots.
func fitFactors(ctx context.Context, m *matrix, a *axes) (*factors, error) {
	f := newFactors(m, a)
	if f.votes == 0 {
		return f, nil
	}
	before := make([]float64, len(m.items))
	for range mostSweeps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		copy(before, f.items.intercept)
		f.sweep()
		f.balance()
		moved := 0.0
		for j, x := range f.items.intercept {
			moved = max(moved, math.Abs(x-before[j]))
		}
		if moved < interceptTolerance {
			break
		}
	}
	for j, it := range m.items {
		if it.Excluded {
			f.fitItem(j)
		}
	}
	return f, nil
}

func newFactors(m *matrix, a *axes) *factors {
	f := &factors{m: m, mean: 0.5, ballots: newSide(m.rows()), items: newSide(len(m.items))}
	for r := range m.rows() {
		before := f.votes
		cols, _ := m.row(r)
		for _, j := range cols {
			if !m.items[j].Excluded {
				f.votes++
			}
		}
		if f.votes > before {
			f.ballots.used = append(f.ballots.used, r)
		}
	}
	for j, it := range m.items {
		if rs, _ := m.byItem.column(j); !it.Excluded && len(rs) > 0 {
			f.items.used = append(f.items.used, j)
		}
	}
	scale := math.Sqrt(float64(len(f.items.used)))
	for _, j := range f.items.used {
		f.items.factor[j] = float64(a.axis[0][j] * scale)
	}
	return f
}

// sweep sets the ballots to their best given the items, then the reverse.
func (f *factors) sweep() {
	type known struct {
		base, factor float64
		skip         bool
	}
	items := make([]known, len(f.m.items))
	for j, it := range f.m.items {
		items[j] = known{f.mean + f.items.intercept[j], f.items.factor[j], it.Excluded}
	}
	per := float64(f.votes) / float64(len(f.ballots.used))
	for _, r := range f.ballots.used {
		cols, vals := f.m.row(r)
		var fit ridge
		for i, j := range cols {
			if p := &items[j]; !p.skip {
				fit.add(worth(vals[i])-p.base, p.factor)
			}
		}
		f.ballots.intercept[r], f.ballots.factor[r] = fit.solve(per)
	}
	for _, j := range f.items.used {
		f.fitItem(j)
	}
}

func (f *factors) fitItem(j int) {
	rs, vals := f.m.byItem.column(j)
	var fit ridge
	for i, r := range rs {
		fit.add(worth(vals[i])-f.mean-f.ballots.intercept[r], f.ballots.factor[r])
	}
	f.items.intercept[j], f.items.factor[j] = fit.solve(f.perItem())
}

func (f *factors) perItem() float64 { return float64(f.votes) / float64(len(f.items.used)) }

// balance moves along the directions that leave every r̂ unchanged to the
// least penalty, each in closed form. Alternation alone creeps along them for
// hundreds of sweeps.
func (f *factors) balance() {
	for _, s := range [][2]*side{{f.items, f.ballots}, {f.ballots, f.items}} {
		// f_x − δ is made up for by i_y + δ·f_y.
		x, y := s[0], s[1]
		d := float64(factorPenalty*x.mean(func(i int) float64 { return x.factor[i] })) -
			float64(interceptPenalty*y.mean(func(i int) float64 { return float64(y.intercept[i] * y.factor[i]) }))
		d /= float64(interceptPenalty*y.mean(func(i int) float64 { return float64(y.factor[i] * y.factor[i]) })) + factorPenalty
		for _, i := range x.used {
			x.factor[i] -= d
		}
		for _, i := range y.used {
			y.intercept[i] += float64(d * y.factor[i])
		}
	}
	// The level is shared out evenly: mean = mean i_b = mean i_n. With both
	// sides at their best that is the best mean too.
	ballots := f.ballots.mean(func(i int) float64 { return f.ballots.intercept[i] })
	items := f.items.mean(func(i int) float64 { return f.items.intercept[i] })
	f.mean = (f.mean + ballots + items) / 3
	for _, i := range f.ballots.used {
		f.ballots.intercept[i] -= ballots - f.mean
	}
	for _, i := range f.items.used {
		f.items.intercept[i] -= items - f.mean
	}
	// f_b·s and f_n/s of equal mean square.
	square := func(s *side) float64 {
		return s.mean(func(i int) float64 { return float64(s.factor[i] * s.factor[i]) })
	}
	b, n := square(f.ballots), square(f.items)
	if b == 0 || n == 0 {
		return
	}
	scale := math.Sqrt(math.Sqrt(n / b))
	for _, i := range f.ballots.used {
		f.ballots.factor[i] *= scale
	}
	for _, i := range f.items.used {
		f.items.factor[i] /= scale
	}
}

// ridge gathers the normal equations of e ≈ intercept + factor·x.
type ridge struct{ n, x, xx, e, ex float64 }

func (s *ridge) add(e, x float64) {
	s.n++
	s.x += x
	s.xx += float64(x * x)
	s.e += e
	s.ex += float64(e * x)
}

// addTimes is add, w times.
func (s *ridge) addTimes(e, x, w float64) {
	s.n += w
	s.x += float64(w * x)
	s.xx += float64(float64(w*x) * x)
	s.e += float64(w * e)
	s.ex += float64(float64(w*e) * x)
}

// solve returns the minimiser with the penalties weighted by per, the mean
// number of votes on this side; both are 0 without votes.
func (s *ridge) solve(per float64) (intercept, factor float64) {
	n, xx := s.n+float64(interceptPenalty*per), s.xx+float64(factorPenalty*per)
	det := float64(n*xx) - float64(s.x*s.x)
	intercept = (float64(xx*s.e) - float64(s.x*s.ex)) / det
	factor = (float64(n*s.ex) - float64(s.x*s.e)) / det
	return intercept, factor
}
