package selection

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// keenPool makes people of whom some are interested in the topic: by weight, and
// as a feature with the values keen and other.
func keenPool(t testing.TB, weights bool) (*Pool, Quotas) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 5))
	features := []Feature{{Name: "place", Values: []string{"a", "b", "c"}}, {Name: "interest", Values: []string{"keen", "other"}}}
	pool, err := NewPool(features)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		one := Person{ID: fmt.Sprint("p", i), Values: []uint16{uint16(r.IntN(3)), 1}}
		if r.IntN(4) == 0 {
			one.Values[1] = 0
			if weights {
				one.Weight = 2
			}
		}
		if err := pool.Add(one); err != nil {
			t.Fatal(err)
		}
	}
	return pool, Quotas{{Feature: "place", Value: "a", Min: 8, Max: 12}, {Feature: "place", Value: "b", Min: 8, Max: 12}, {Feature: "place", Value: "c", Min: 8, Max: 12}}
}

// TestPriceOfFit prefers the interested by weight and by quota: twice the chance
// for twice the weight, the price told beside it, and nobody without a chance.
func TestPriceOfFit(t *testing.T) {
	for _, byType := range []bool{false, true} {
		pool, quotas := keenPool(t, true)
		r, err := Draw(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: 30, Objective: Maximin, ByType: byType})
		if err != nil {
			t.Fatal(err)
		}
		f := r.Report.Fit
		if f == nil {
			t.Fatal("no price of fit")
		}
		t.Logf("%+v", *f)
		if f.What != "weights" || len(f.Bands) != 2 || f.Bands[1].Mean < 1.9*f.Bands[0].Mean || f.Bands[1].Mean > 2.1*f.Bands[0].Mean {
			t.Errorf("twice the weight is not twice the chance: %+v", f.Bands)
		}
		if !(f.MinProbability > 0.05 && f.MinProbability < f.MinProbabilityWithout && f.Gini > f.GiniWithout) || f.MinProbability != r.Report.MinProbability {
			t.Errorf("price: %+v", *f)
		}
		if d := f.Bands[0].MeanWithout/f.Bands[1].MeanWithout - 1; d > .1 || d < -.1 {
			t.Errorf("without weights the bands differ by %.2f", d)
		}

		pool, quotas = keenPool(t, false)
		quotas = append(quotas, Quota{Feature: "interest", Value: "keen", Min: 15, Max: 15}, Quota{Feature: "interest", Value: "other", Min: 15, Max: 15})
		r, err = Draw(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: 30, Objective: Maximin, ByType: byType, FitFeatures: []string{"interest"}})
		if err != nil {
			t.Fatal(err)
		}
		f = r.Report.Fit
		if f == nil || f.What != "quotas of interest" || len(f.Bands) != 2 || f.People != f.Bands[0].People {
			t.Fatalf("price: %+v", f)
		}
		t.Logf("%+v", *f)
		if f.Bands[0].Mean <= f.Bands[0].MeanWithout || f.MinProbability >= f.MinProbabilityWithout || f.MinProbability <= 0 {
			t.Errorf("price: %+v", *f)
		}
		r, err = Draw(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: 30, Objective: Maximin, ByType: byType})
		if err != nil || r.Report.Fit != nil {
			t.Errorf("a price where nothing is preferred: %+v, %v", r.Report.Fit, err)
		}
	}
}
