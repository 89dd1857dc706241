package tally

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// someMatrix is a small rating with two camps, missing votes and an excluded
// item.
func someMatrix(t *testing.T) *matrix {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 6))
	in := Input{Ballots: 80}
	for j := range 14 {
		in.Items = append(in.Items, Item{ID: uint32(3 * j), Excluded: j == 4})
	}
	for b := range in.Ballots {
		for j := range in.Items {
			if rng.IntN(4) == 0 {
				continue
			}
			v := Value(rng.IntN(3) - 1)
			if j%2 == 0 && rng.IntN(3) > 0 {
				v = Value(2*((b+j/2)%2) - 1)
			}
			in.Votes.Append(uint32(b), in.Items[j].ID, v)
		}
	}
	m, err := newMatrix(context.Background(), &in)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The axes are the leading eigenvectors of the dense covariance that gonum
// finds.
func TestAxesAreEigenvectors(t *testing.T) {
	m := someMatrix(t)
	a := principal(m, m.qualified())
	if err := a.judge(context.Background(), m, ""); err != nil {
		t.Fatal(err)
	}
	n := len(m.items)
	dense := mat.NewSymDense(n, nil)
	for _, r := range a.rows {
		cols, vals := m.row(int(r))
		x := make([]float64, n)
		for i, j := range cols {
			if !m.items[j].Excluded {
				x[j] = float64(vals[i]) - a.mean[j]
			}
		}
		dense.SymRankOne(dense, 1, mat.NewVecDense(n, x))
	}
	var e mat.EigenSym
	if !e.Factorize(dense, true) {
		t.Fatal("gonum finds no eigenvectors")
	}
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	for k := range a.axis {
		along := 0.0
		for j := range n {
			along += a.axis[k][j] * vectors.At(j, n-1-k)
		}
		if math.Abs(math.Abs(along)-1) > 1e-9 {
			t.Errorf("axis %d: cosine %v with gonum's eigenvector, want ±1", k, along)
		}
		if a.axis[k][4] != 0 {
			t.Errorf("axis %d reaches into the excluded item: %v", k, a.axis[k][4])
		}
	}
	if a.real < 1 {
		t.Errorf("%d real axes, want the planted one at least", a.real)
	}
}

// penalised is the value that fitFactors minimises.
func (f *factors) penalised() float64 {
	total := 0.0
	for r := range f.m.rows() {
		cols, vals := f.m.row(r)
		for i, j := range cols {
			if !f.m.items[j].Excluded {
				e := worth(vals[i]) - f.mean - f.ballots.intercept[r] - f.items.intercept[j] - f.ballots.factor[r]*f.items.factor[j]
				total += e * e
			}
		}
	}
	total /= float64(f.votes)
	square := func(xs []float64, used []int) float64 {
		sum := 0.0
		for _, i := range used {
			sum += xs[i] * xs[i]
		}
		return sum / float64(len(used))
	}
	return total + interceptPenalty*(square(f.ballots.intercept, f.ballots.used)+square(f.items.intercept, f.items.used)+f.mean*f.mean) +
		factorPenalty*(square(f.ballots.factor, f.ballots.used)+square(f.items.factor, f.items.used))
}

// No small step of any one parameter betters the fit, and balancing never
// worsens it.
func TestFactorsAreAtAMinimum(t *testing.T) {
	m := someMatrix(t)
	a := principal(m, m.qualified())
	rough := newFactors(m, a)
	for range 5 {
		rough.sweep()
		before := rough.penalised()
		rough.balance()
		if after := rough.penalised(); after > before+1e-12 {
			t.Errorf("balancing raises the penalised error from %v to %v", before, after)
		}
	}
	f, err := fitFactors(context.Background(), m, a)
	if err != nil {
		t.Fatal(err)
	}
	least := f.penalised()
	try := func(name string, x *float64) {
		const step = 1e-4
		old := *x
		var to [2]float64
		for i, s := range []float64{-step, step} {
			*x = old + s
			to[i] = f.penalised()
		}
		*x = old
		if slope := (to[1] - to[0]) / (2 * step); math.Abs(slope) > 1e-8 || min(to[0], to[1]) < least {
			t.Errorf("%s: slope %v at the minimum %v, steps %v", name, slope, least, to)
		}
	}
	try("mean", &f.mean)
	for _, s := range []*side{f.ballots, f.items} {
		for _, i := range s.used {
			try("intercept", &s.intercept[i])
			try("factor", &s.factor[i])
		}
	}
}

func TestPoissonStepsSumUp(t *testing.T) {
	mean, variance, before := 0.0, 0.0, 0.0
	for n, step := range poissonSteps {
		p := float64(step)/math.Exp2(64) - before
		before += p
		mean += float64(n) * p
		variance += float64(n*n) * p
	}
	mean += float64(len(poissonSteps)) * (1 - before)
	variance += float64(len(poissonSteps)*len(poissonSteps))*(1-before) - mean*mean
	if math.Abs(mean-1) > 1e-5 || math.Abs(variance-1) > 1e-4 {
		t.Errorf("the weights have mean %v and variance %v, want 1 and 1", mean, variance)
	}
}
