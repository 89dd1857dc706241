package selection

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// eagerPool is a pool of many types and quotas that a panel meets which took
// those first who have much of what is rare, so that thousands are needed.
func eagerPool(t *testing.T, people, size, room int) (*Pool, Quotas) {
	t.Helper()
	r := rand.New(rand.NewPCG(4, 9))
	var features []Feature
	for f, n := range []int{2, 6, 7, 4, 4, 3, 3} {
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
	order, rare := make([]int, people), make([]float64, people)
	for i := range people {
		p := Person{ID: fmt.Sprintf("p%05d", i)}
		for _, f := range features {
			v := min(r.IntN(len(f.Values)), r.IntN(len(f.Values)))
			p.Values = append(p.Values, uint16(v))
			rare[i] += float64(v) / float64(len(f.Values))
		}
		rare[i] += r.Float64()
		order[i] = i
		if err := pool.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(rare[b], rare[a]) })
	var quotas Quotas
	for f, counts := range pool.Counts() {
		clear(counts)
		for _, i := range order[:size] {
			counts[pool.Values(i)[f]]++
		}
		for v, n := range counts {
			quotas = append(quotas, Quota{Feature: features[f].Name, Value: features[f].Values[v], Min: max(0, n-room), Max: n + room})
		}
	}
	return pool, quotas
}

// TestThousandsAtOne draws two of three people by quotas that need nearly everyone
// who has what is rare: the chances of a thousand types or more stand at 1, where
// an interior point method has no room.
func TestThousandsAtOne(t *testing.T) {
	if RaceOn {
		t.Skip("one goroutine, no race to find")
	}
	pool, quotas := eagerPool(t, 9_000, 6_000, 12)
	for _, o := range []Objective{Maximin, Nash} {
		r, err := Draw(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: 6_000, Objective: o, Seed: [32]byte{7}, ByType: true, Replays: 2})
		if err != nil {
			t.Fatalf("%s: %v", o, err)
		}
		high := map[int32]bool{}
		for i, p := range r.Probability {
			if p > .99 {
				high[pool.profileOf[i]] = true
			}
		}
		t.Logf("%s: %d types, %d of them above .99, lowest %.4f of %.4f, %s, landing %+v, %+v", o, r.Report.Types, len(high), r.Report.MinProbability, r.Report.UpperBoundMinProbability, r.Report.Reason, r.Report.Landing, r.Report.Realised)
		if r.Report.Reason != "asked for" || r.Report.Objective != o || !r.Report.QuotasMet || len(high) < 1000 || r.Report.MinProbability < .994*r.Report.UpperBoundMinProbability {
			t.Errorf("%s: %d types above .99, lowest chance %.5f of %.5f (%s)", o, len(high), r.Report.MinProbability, r.Report.UpperBoundMinProbability, r.Report.Reason)
		}
	}
}
