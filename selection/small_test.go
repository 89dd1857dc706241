package selection

import (
	"path/filepath"
	"testing"
	"time"
)

// TestSmallPanels holds the small regime to the figures that the published
// leximin and the best open implementations reach on the same instances.
func TestSmallPanels(t *testing.T) {
	for _, one := range []struct {
		name      string
		size      int
		min, gini float64
	}{
		{"example_small_20", 20, .1, 0},
		{"example_large_200", 200, .1, 0},
		{"sf_fixture_22", 22, .0909 - .0001, .1405},
		{"like_hd_30", 30, .0240, .7160},
		{"like_obf_30", 30, .0347, .59},
		{"sf_e_synth_110", 110, .1816, .0080},
	} {
		t.Run(one.name, func(t *testing.T) {
			if RaceOn && one.min < .05 || RaceOn && one.size == 110 {
				t.Skip("too slow under the race detector")
			}
			dir := sharedData(t, "sortition", "instances", one.name)
			pool, quotas := readInstance(t, filepath.Join(dir, "respondents.csv"), filepath.Join(dir, "categories.csv"))
			start := time.Now()
			r, err := Draw(t.Context(), Problem{
				Pool: pool, Quotas: quotas, Size: one.size, Objective: Leximin, Seed: [32]byte{1},
				Progress: func(p Progress) { t.Logf("%6.2fs %s", time.Since(start).Seconds(), p.Step) },
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%.2fs min %.5f bound %.5f gini %.4f max %.4f lottery %+v", time.Since(start).Seconds(), r.Report.MinProbability, r.Report.UpperBoundMinProbability, r.Report.Gini, r.Report.MaxProbability, *r.Report.Lottery)
			if !r.Report.QuotasMet || r.Report.MinProbability < one.min-1e-6 || r.Report.Gini > one.gini+1e-6 {
				t.Errorf("min %.5f gini %.4f, want %.4f and %.4f", r.Report.MinProbability, r.Report.Gini, one.min, one.gini)
			}
		})
	}
}

func TestExactLottery(t *testing.T) {
	if RaceOn {
		t.Skip("too slow under the race detector")
	}
	for seed := range uint64(1) {
		pool, quotas := plantedPool(t, 360, 30, []int{2, 4, 5, 3, 6, 4, 3}, seed)
		start := time.Now()
		r, err := Draw(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: 30, Objective: Leximin, Seed: [32]byte{byte(seed)}})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		t.Logf("%.2fs types %d min %.5f bound %.5f gini %.4f %s %+v", time.Since(start).Seconds(), r.Report.Types, r.Report.MinProbability, r.Report.UpperBoundMinProbability, r.Report.Gini, r.Report.Solver, *r.Report.Lottery)
	}
}

// TestManyTypes lists balanced panels, with households told apart: the chances
// of hundreds of types are met without a master program.
func TestManyTypes(t *testing.T) {
	if RaceOn {
		t.Skip("too slow under the race detector")
	}
	pool, quotas := familyPool(t, 1500, 70, 3)
	r, err := Draw(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: 70, Objective: Leximin})
	if err != nil {
		t.Fatal(err)
	}
	l := r.Report.Lottery
	t.Logf("%d types, min %.5f bound %.5f, %+v", r.Report.Types, r.Report.MinProbability, r.Report.UpperBoundMinProbability, *l)
	if l.Rounds != 0 || l.Shortfall > nearEnough || l.Panels < manyTypes || r.Report.Realised.How != RealisedExact {
		t.Errorf("%+v, %+v", *l, r.Report.Realised)
	}
	sum := 0.0
	for _, p := range r.Probability {
		sum += p
	}
	if sum < 69.999 || sum > 70.001 {
		t.Errorf("chances add up to %.6f of 70 seats", sum)
	}
	checkPanel(t, Problem{Pool: pool, Quotas: quotas, Size: 70}, r)
}
