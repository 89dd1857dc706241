package tally

import (
	"context"
	"math"
)

// Regularisation of Community Notes' core model, as published: 0.15 for
// intercepts and the global mean, 0.03 for factors.
const (
	interceptPenalty  = 0.15
	factorPenalty     = 0.03
	mostSweeps        = 200
	interceptTolerant = 1e-9
)

// worth is the rating a vote stands for: agree 1, pass ½, disagree 0, as
// Community Notes' helpful, somewhat, not.
func worth(v Value) float64 { return (float64(v) + 1) / 2 }

// side is an intercept and a factor for each item, or each ballot.
type side struct{ intercept, factor []float64 }

// intercepts fits r̂ = μ + i_b + i_n + f_b·f_n to the votes on the items that
// are not excluded, minimising the mean squared error plus
// 0.15·(mean i_b² + mean i_n² + μ²) + 0.03·(mean f_b² + mean f_n²), and
// returns i_n by item: the support that is left once the part explained by
// being on one side is taken out (Wojcik et al. 2022, "Birdwatch", section 3;
// github.com/twitter/communitynotes, matrix_factorization). Alternating least
// squares in canonical order from the first principal axis replaces their
// gradient descent from random starts, so that one input has one answer. An
// excluded item's intercept is fitted to the finished ballots.
func intercepts(ctx context.Context, m *matrix, a *axes) ([]float64, error) {
	items := side{make([]float64, len(m.items)), make([]float64, len(m.items))}
	ballots := side{make([]float64, m.rows()), make([]float64, m.rows())}
	votes, voters, rated := 0, 0, 0
	for r := range m.rows() {
		before := votes
		cols, _ := m.row(r)
		for _, j := range cols {
			if !m.items[j].Excluded {
				votes++
			}
		}
		if votes > before {
			voters++
		}
	}
	for j, it := range m.items {
		if rs, _ := m.byItem.column(j); !it.Excluded && len(rs) > 0 {
			rated++
		}
	}
	if votes == 0 {
		return items.intercept, nil
	}
	scale := math.Sqrt(float64(len(m.items)))
	for j, x := range a.axis[0] {
		items.factor[j] = float64(x * scale) // unit mean square
	}
	perBallot, perItem := float64(votes)/float64(voters), float64(votes)/float64(rated)
	mean := 0.5
	for range mostSweeps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for r := range m.rows() {
			cols, vals := m.row(r)
			var fit ridge
			for i, j := range cols {
				if !m.items[j].Excluded {
					fit.add(worth(vals[i])-mean-items.intercept[j], items.factor[j])
				}
			}
			ballots.intercept[r], ballots.factor[r] = fit.solve(perBallot)
		}
		moved := 0.0
		for j, it := range m.items {
			if it.Excluded {
				continue
			}
			before := items.intercept[j]
			fitItem(m, j, mean, &ballots, &items, perItem)
			moved = max(moved, math.Abs(items.intercept[j]-before))
		}
		before := mean
		mean = globalMean(m, &ballots, &items, votes)
		if max(moved, math.Abs(mean-before)) < interceptTolerant {
			break
		}
	}
	for j, it := range m.items {
		if it.Excluded {
			fitItem(m, j, mean, &ballots, &items, perItem)
		}
	}
	return items.intercept, nil
}

func fitItem(m *matrix, j int, mean float64, ballots, items *side, per float64) {
	rs, vals := m.byItem.column(j)
	var fit ridge
	for i, r := range rs {
		fit.add(worth(vals[i])-mean-ballots.intercept[r], ballots.factor[r])
	}
	items.intercept[j], items.factor[j] = fit.solve(per)
}

func globalMean(m *matrix, ballots, items *side, votes int) float64 {
	total := 0.0
	for r := range m.rows() {
		cols, vals := m.row(r)
		sum := 0.0
		for i, j := range cols {
			if !m.items[j].Excluded {
				sum += worth(vals[i]) - ballots.intercept[r] - items.intercept[j] - float64(ballots.factor[r]*items.factor[j])
			}
		}
		total += sum
	}
	return total / float64(float64(votes)*(1+interceptPenalty))
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

// solve returns the minimiser with the penalties weighted by per, the mean
// number of votes on this side; both are 0 without votes.
func (s *ridge) solve(per float64) (intercept, factor float64) {
	n, xx := s.n+float64(interceptPenalty*per), s.xx+float64(factorPenalty*per)
	det := float64(n*xx) - float64(s.x*s.x)
	intercept = (float64(xx*s.e) - float64(s.x*s.ex)) / det
	factor = (float64(n*s.ex) - float64(s.x*s.e)) / det
	return intercept, factor
}
