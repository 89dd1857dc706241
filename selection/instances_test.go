package selection

import (
	"os"
	"path/filepath"
	"testing"
)

// sharedData is the folder of real and published data, outside the repository.
func sharedData(t testing.TB, parts ...string) string {
	t.Helper()
	root := os.Getenv("VECHE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	path := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no data at %s: set VECHE_DATA to the folder of instances", path)
	}
	return path
}

func readInstance(t testing.TB, people, quotas string) (*Pool, Quotas) {
	t.Helper()
	q, err := os.Open(quotas)
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	parsed, err := ReadQuotas(q)
	if err != nil {
		t.Fatal(err)
	}
	p, err := os.Open(people)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	pool, err := ReadPeople(p, parsed, PeopleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return pool, parsed
}

var instances = []struct {
	name string
	size int
	min  float64 // the relaxed maximin value, published or measured before
}{
	{"example_small_20", 20, .1},
	{"example_large_200", 200, .1},
	{"sf_fixture_22", 22, .0909},
	{"like_hd_30", 30, .0241},
	{"like_obf_30", 30, .0348},
	{"sf_e_synth_110", 110, .1820},
}

// drawByType draws as a large problem is drawn, whatever the size.
func drawByType(t testing.TB, p Problem) *Result {
	t.Helper()
	d, err := newDrawing(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	d.report.Objective, d.large = p.Objective, true
	team, err := d.byType()
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.complete(team)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestInstancesByType(t *testing.T) {
	for _, one := range instances {
		t.Run(one.name, func(t *testing.T) {
			dir := sharedData(t, "sortition", "instances", one.name)
			pool, quotas := readInstance(t, filepath.Join(dir, "respondents.csv"), filepath.Join(dir, "categories.csv"))
			for seed := range byte(replays(4)) {
				r := drawByType(t, Problem{Pool: pool, Quotas: quotas, Size: one.size, Objective: Nash, Replays: 20, Seed: [32]byte{seed}, Reserves: 10})
				t.Logf("types %d min %.5f bound %.5f gini %.4f landing %+v", r.Report.Types, r.Report.MinProbability, r.Report.UpperBoundMinProbability, r.Report.Gini, r.Report.Landing)
				if !r.Report.QuotasMet || len(r.Selected) != one.size {
					t.Fatalf("%d selected, quotas met: %v", len(r.Selected), r.Report.QuotasMet)
				}
				if r.Report.MinProbability < 0.994*one.min {
					t.Errorf("lowest chance %.5f, want %.5f", r.Report.MinProbability, one.min)
				}
			}
		})
	}
}

// replays is n, or 1 under the race detector.
func replays(n int) int {
	if RaceOn {
		return 1
	}
	return n
}
