package selection

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// plantedPool makes people with the given numbers of values and quotas with
// min = max that one hidden panel meets, so that a panel exists and few do.
func plantedPool(t testing.TB, people, size int, values []int, seed uint64) (*Pool, Quotas) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 3))
	var features []Feature
	for f, n := range values {
		feature := Feature{Name: fmt.Sprintf("f%d", f)}
		for v := range n {
			feature.Values = append(feature.Values, fmt.Sprintf("%d-%d", f, v))
		}
		features = append(features, feature)
	}
	pool, err := NewPool(features)
	if err != nil {
		t.Fatal(err)
	}
	for i := range people {
		p := Person{ID: fmt.Sprintf("p%05d", i)}
		for _, n := range values {
			p.Values = append(p.Values, uint16(min(r.IntN(n), r.IntN(n))))
		}
		if err := pool.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	counts := pool.Counts()
	for f := range counts {
		clear(counts[f])
	}
	for _, i := range r.Perm(people)[:size] {
		for f, v := range pool.Values(i) {
			counts[f][v]++
		}
	}
	var quotas Quotas
	for f, feature := range features {
		for v, value := range feature.Values {
			quotas = append(quotas, Quota{Feature: feature.Name, Value: value, Min: counts[f][v], Max: counts[f][v]})
		}
	}
	return pool, quotas
}

func TestExactSmall(t *testing.T) {
	hows := map[string]int{}
	for seed := range uint64(replays(8)) {
		pool, quotas := plantedPool(t, 360, 30, []int{2, 4, 5, 3, 6, 4, 3}, seed)
		r := drawByType(t, Problem{Pool: pool, Quotas: quotas, Size: 30, Objective: Nash, Replays: 20, Seed: [32]byte{byte(seed)}})
		if !r.Report.QuotasMet {
			t.Fatalf("seed %d: quotas not met", seed)
		}
		hows[r.Report.Landing.How]++
		t.Logf("seed %d: %+v types %d min %.5f bound %.5f", seed, r.Report.Landing, r.Report.Types, r.Report.MinProbability, r.Report.UpperBoundMinProbability)
	}
	t.Log(hows)
}
