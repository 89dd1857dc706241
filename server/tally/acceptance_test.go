package tally_test

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"veche/server/tally"
)

// data returns a folder of the shared data, or skips.
func data(tb testing.TB, parts ...string) string {
	tb.Helper()
	root := os.Getenv("VECHE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(dir); err != nil {
		tb.Skipf("no data at %s: set VECHE_DATA to the folder that holds it", dir)
	}
	return dir
}

func conversation(tb testing.TB, name string) *tally.Conversation {
	tb.Helper()
	c, err := tally.ReadPolis(os.DirFS(data(tb, "polis", name)))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func rank(tb testing.TB, in tally.Input) *tally.Ranking {
	tb.Helper()
	r, err := tally.Rank(context.Background(), in)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// Polis's own figure is reproduced on every statement of the one conversation
// that carries it.
func TestGivenGroupsGivePolisConsensus(t *testing.T) {
	c := conversation(t, "bg2050-volunteers")
	r := rank(t, c.Input(true, ""))
	if len(r.Rows) != 371 {
		t.Fatalf("%d rows, want 371", len(r.Rows))
	}
	for i, row := range r.Rows {
		want := c.Statements[i].Consensus
		if !(math.Abs(row.GroupConsensus-want) <= 1e-12) {
			t.Errorf("statement %s: group consensus %v, Polis has %v", c.Statements[i].ID, row.GroupConsensus, want)
		}
	}
}

// Own groups against Polis's: the groups agree in part, the ranks almost
// wholly, because Polis's own groups move with the order of rows.
func TestOwnGroupsAgreeWithPolis(t *testing.T) {
	for _, name := range []string{
		"vtaiwan.uberx", "american-assembly.bowling-green", "scoop-hivemind.biodiversity", "ssis.land-bank-farmland.2rumnecbeh.2021-08-01",
	} {
		t.Run(name, func(t *testing.T) {
			c := conversation(t, name)
			if raced && len(c.Votes) > 40_000 {
				t.Skip("too slow under the race detector, and nothing here runs beside anything")
			}
			own := rank(t, c.Input(false, "veche"))
			given := rank(t, c.Input(true, ""))
			ari := adjustedRand(own.Ballots, given.Ballots)
			var x, y, bridging []float64
			for i, row := range own.Rows {
				if row.Excluded || row.Seen < 30 {
					continue
				}
				x = append(x, row.GroupConsensus)
				y = append(y, given.Rows[i].GroupConsensus)
				bridging = append(bridging, row.Bridging)
			}
			rho := spearman(x, y)
			shared := overlap(top(x, 10), top(y, 10))
			t.Logf("groups %v (Polis %v): ARI %.2f, rank correlation %.3f, %d of the top 10 shared; with bridging %.3f", own.Groups, given.Groups, ari, rho, shared, spearman(bridging, y))
			t.Logf("trials %+v", own.Trials)
			if ari < .5 || rho < .95 || shared < 9 {
				t.Errorf("want ARI ≥ .5, rank correlation ≥ .95, ≥ 9 shared")
			}
		})
	}
}

func top(x []float64, n int) []int {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if x[a] > x[b] {
			return -1
		} else if x[a] < x[b] {
			return 1
		}
		return 0
	})
	return order[:n]
}

func overlap(a, b []int) (n int) {
	for _, i := range a {
		if slices.Contains(b, i) {
			n++
		}
	}
	return n
}

// spearman is the correlation of the ranks, ties at their mean.
func spearman(x, y []float64) float64 {
	a, b := ranks(x), ranks(y)
	mean := float64(len(a)-1) / 2
	var ab, aa, bb float64
	for i := range a {
		ab += (a[i] - mean) * (b[i] - mean)
		aa += (a[i] - mean) * (a[i] - mean)
		bb += (b[i] - mean) * (b[i] - mean)
	}
	return ab / math.Sqrt(aa*bb)
}

func ranks(x []float64) []float64 {
	order := top(x, len(x))
	out := make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && x[order[j]] == x[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			out[k] = float64(i+j-1) / 2
		}
		i = j
	}
	return out
}

// adjustedRand is Hubert and Arabie's index over the ballots both sides group.
func adjustedRand(a, b []int32) float64 {
	cells, rows, cols := map[[2]int32]float64{}, map[int32]float64{}, map[int32]float64{}
	n := 0.0
	for i := range a {
		if a[i] < 0 || b[i] < 0 {
			continue
		}
		n++
		cells[[2]int32{a[i], b[i]}]++
		rows[a[i]]++
		cols[b[i]]++
	}
	pairs := func(x float64) float64 { return x * (x - 1) / 2 }
	var both, one, two float64
	for _, x := range cells {
		both += pairs(x)
	}
	for _, x := range rows {
		one += pairs(x)
	}
	for _, x := range cols {
		two += pairs(x)
	}
	expected := one * two / pairs(n)
	return (both - expected) / ((one+two)/2 - expected)
}

// The factor model is not convex, yet on real votes every start ends in the
// same minimum: the intercept is a property of the votes.
func TestEveryStartFindsTheSameIntercepts(t *testing.T) {
	for _, name := range []string{
		"vtaiwan.uberx", "american-assembly.bowling-green", "scoop-hivemind.biodiversity",
		"ssis.land-bank-farmland.2rumnecbeh.2021-08-01", "bg2050-volunteers", "london.youth.policing",
	} {
		in := conversation(t, name).Input(false, "")
		if raced && in.Votes.Len() > 20_000 {
			continue // slow, and nothing here runs beside anything
		}
		r := rank(t, in)
		for n := range uint64(3) {
			rng := rand.New(rand.NewPCG(n, 2))
			_, intercepts, err := tally.MinimumFrom(in, func(int) float64 { return rng.Float64() - .5 })
			if err != nil {
				t.Fatal(err)
			}
			for j, row := range r.Rows {
				if math.Abs(row.Bridging-intercepts[j]) > 1e-5 {
					t.Errorf("%s, item %d: intercept %v from the axis, %v from random factors", name, row.Item, row.Bridging, intercepts[j])
				}
			}
		}
	}
}
