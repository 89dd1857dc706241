package selection

import (
	"bytes"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestPanelsForAPublicDraw writes equally likely panels by every method and
// checks each of them as a panel, the published chances against how many hold a
// person, and how far these are from what they were.
func TestPanelsForAPublicDraw(t *testing.T) {
	family, familyQuotas := familyPool(t, 120, 30, 1)
	planted, plantedQuotas := plantedPool(t, 150, 20, []int{2, 4, 3}, 4)
	for _, one := range []struct {
		name   string
		p      Problem
		worst  float64 // in panels
		panels int
	}{
		{"listed, households", Problem{Pool: family, Quotas: familyQuotas, Size: 30, Objective: Leximin}, 1.5, 200},
		{"by type, households", Problem{Pool: family, Quotas: familyQuotas, Size: 30, Objective: Nash, ByType: true}, 8, 200},
		{"listed, exact quotas", Problem{Pool: planted, Quotas: plantedQuotas, Size: 20, Objective: Leximin}, 1.5, 100},
		{"by type, exact quotas", Problem{Pool: planted, Quotas: plantedQuotas, Size: 20, Objective: Nash, ByType: true}, 1.5, 100},
		{"one panel", Problem{Pool: planted, Quotas: plantedQuotas, Size: 20, Objective: Nash, ByType: true}, 1.5, 1},
	} {
		t.Run(one.name, func(t *testing.T) {
			one.p.Panels, one.p.Listing, one.p.Seed = one.panels, [32]byte{7}, [32]byte{1}
			r, err := Draw(t.Context(), one.p)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%+v %+v", *r.Report.Panels, r.Report.Landing)
			if len(r.Panels) != one.panels || !slices.Equal(r.Selected, r.Panels[r.PanelNumber-1]) || r.Report.Realised.How != RealisedExact {
				t.Fatalf("%d panels, number %d", len(r.Panels), r.PanelNumber)
			}
			if none := r.Report.Eligible - 20; one.panels == 1 && (r.Report.WithoutChance != none || r.Report.Unlisted != none) {
				t.Errorf("one panel: %d without a chance, %d of them unlisted, want %d", r.Report.WithoutChance, r.Report.Unlisted, none)
			}
			had := make([]int, one.p.Pool.Len())
			for k, people := range r.Panels {
				checkPanel(t, one.p, &Result{Selected: people, Report: Report{QuotasMet: true}})
				for _, i := range people {
					had[i]++
				}
				if t.Failed() {
					t.Fatalf("panel %d", k+1)
				}
			}
			for i, n := range had {
				if want := math.Round(float64(n) / float64(one.panels) * ChanceUnit); r.Chances[i] != int64(want) {
					t.Fatalf("person %d is in %d of %d panels, published %d", i, n, one.panels, r.Chances[i])
				}
			}
			if worst := r.Report.Panels.WorstDeviation * float64(one.panels); worst > one.worst {
				t.Errorf("somebody is in %.2f panels more or fewer than their chance, want %.1f at most", worst, one.worst)
			}
			other := one.p
			other.Seed = [32]byte{2}
			again, err := Draw(t.Context(), other)
			if err != nil {
				t.Fatal(err)
			}
			for k := range r.Panels {
				if !slices.Equal(r.Panels[k], again.Panels[k]) {
					t.Fatalf("panel %d hangs on the seed", k+1)
				}
			}
			var file bytes.Buffer
			if err := WritePanels(&file, one.p.Pool, r); err != nil {
				t.Fatal(err)
			}
			if want := fmt.Sprintf("panel,id\n1,%s\n", one.p.Pool.ID(r.Panels[0][0])); !strings.HasPrefix(file.String(), "panel,id\n1,") || strings.Count(file.String(), "\n") != 1+one.panels*one.p.Size {
				t.Errorf("panels.csv begins %.40q, want like %q", file.String(), want)
			}
		})
	}
}

// TestPanelsOfInstances tells how near 1,000 panels come to the chances.
func TestPanelsOfInstances(t *testing.T) {
	if RaceOn {
		t.Skip("too slow under the race detector")
	}
	for _, name := range []string{"sf_fixture_22", "like_hd_30"} {
		dir := sharedData(t, "sortition", "instances", name)
		pool, quotas := readInstance(t, filepath.Join(dir, "respondents.csv"), filepath.Join(dir, "categories.csv"))
		var size int
		if _, err := fmt.Sscanf(name[strings.LastIndex(name, "_")+1:], "%d", &size); err != nil {
			t.Fatal(err)
		}
		r, err := Draw(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: size, Objective: Leximin, Panels: 1000})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %+v", name, *r.Report.Panels)
		if r.Report.Panels.WorstDeviation > .0015 {
			t.Errorf("%s: a chance is off by %.4f, want one panel of 1,000", name, r.Report.Panels.WorstDeviation)
		}
	}
}
