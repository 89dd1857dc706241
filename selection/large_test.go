package selection_test

import (
	"testing"
	"time"

	"veche/selection"
	"veche/selection/sample"
)

func drawTown(t *testing.T, town sample.Town, draws int) {
	t.Helper()
	if selection.RaceOn {
		town.People, town.Seats, draws = town.People/5, town.Seats/5, 1
	}
	start := time.Now()
	s := sample.New(town)
	pool, err := s.Pool()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("pool made in %v", time.Since(start))
	for seed := range draws {
		start = time.Now()
		r, err := selection.Draw(t.Context(), selection.Problem{Pool: pool, Quotas: s.Quotas, Size: town.Seats, Seed: [32]byte{byte(seed)}, Reserves: town.Seats / 5, ByType: true, Replays: 3,
			Progress: func(p selection.Progress) { t.Logf("%v %s", time.Since(start), p.Step) }})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%v types %d min %.6f bound %.6f gini %.4f landing %+v redraws %d moves %d", time.Since(start), r.Report.Types, r.Report.MinProbability, r.Report.UpperBoundMinProbability, r.Report.Gini, r.Report.Landing, r.Report.HouseholdRedraws, r.Report.HouseholdMoves)
		if !r.Report.QuotasMet || len(r.Selected) != town.Seats {
			t.Fatalf("%d selected, quotas met: %v", len(r.Selected), r.Report.QuotasMet)
		}
		homes := map[string]bool{}
		for _, i := range r.Selected {
			if homes[pool.Household(i)] {
				t.Fatalf("two people of one household")
			}
			homes[pool.Household(i)] = true
		}
	}
}

func TestCityOf20000(t *testing.T) { drawTown(t, sample.City(20_000, 500), 2) }

func TestExactQuotas(t *testing.T) {
	town := sample.City(20_000, 500)
	town.Exact = true
	drawTown(t, town, 2)
}
