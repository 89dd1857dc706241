package selection

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// cornerCase is a random problem that a hidden panel meets, like drawCase, with
// skewed values, so that little but that panel meets it, and with any weights.
func cornerCase(t *testing.T, seed uint64) Problem {
	r := rand.New(rand.NewPCG(seed, 7))
	between := func(a, b int) int { return a + r.IntN(b-a+1) }
	var features []Feature
	for f := range between(0, 6) {
		feature := Feature{Name: fmt.Sprint("f", f)}
		for v := range between(1, 5) {
			feature.Values = append(feature.Values, fmt.Sprint(v))
		}
		features = append(features, feature)
	}
	pool, err := NewPool(features)
	if err != nil {
		t.Fatal(err)
	}
	people := between(1, []int{8, 20, 50, 120, 400}[r.IntN(5)])
	homes := between(0, people)
	if r.IntN(2) == 0 {
		homes = 0
	}
	weights, skew := r.IntN(3), 1+2*r.Float64()
	for i := range people {
		p := Person{ID: fmt.Sprint(i)}
		for _, f := range features {
			p.Values = append(p.Values, uint16(float64(len(f.Values))*math.Pow(r.Float64(), skew)))
		}
		if homes > 0 {
			p.Household = fmt.Sprint(between(0, homes))
		}
		switch weights {
		case 1:
			p.Weight = float64(between(1, MaxWeight))
		case 2:
			p.Weight = 1 + 2*r.Float64()
		}
		if err := pool.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	hidden := r.Perm(people)
	want := between(1, people)
	if r.IntN(2) == 0 {
		want = between(1, 1+people/5)
	}
	var panel []int
	used := map[string]bool{}
	for _, i := range hidden {
		if h := pool.Household(i); len(panel) < want && (h == "" || !used[h]) {
			used[h] = true
			panel = append(panel, i)
		}
	}
	p := Problem{Pool: pool, Size: len(panel)}
	counts := pool.Counts()
	for f := range counts {
		clear(counts[f])
	}
	for _, i := range panel {
		for f, v := range pool.Values(i) {
			counts[f][v]++
		}
	}
	wide := between(0, 3)
	for f, feature := range features {
		for v, value := range feature.Values {
			c := counts[f][v]
			p.Quotas = append(p.Quotas, Quota{Feature: feature.Name, Value: value,
				Min: max(0, c-between(0, wide)), Max: c + between(0, wide)})
		}
	}
	p.Fixed = group(panel[:between(0, len(panel)/2)]...)
	for _, i := range hidden {
		if !slices.Contains(panel, i) && r.IntN(10) == 0 {
			p.Excluded = append(p.Excluded, Group{People: []int{i}})
		}
	}
	return p
}

// met fails unless chances by type meet every quota and the size on average.
func met(t *testing.T, in *instance, chance []float64) {
	t.Helper()
	sums := make([]float64, len(in.rows))
	all := 0.0
	for k, v := range chance {
		if !(v >= 0 && v <= 1) {
			t.Errorf("chance %v", v)
		}
		all += v * float64(in.count[k])
		for _, r := range in.rowsOf(k) {
			sums[r] += v * float64(in.count[k])
		}
	}
	const near = 3e-4
	if math.Abs(all-float64(in.size)) > near {
		t.Errorf("chances add up to %v, seats %d", all, in.size)
	}
	for r, one := range in.rows {
		if sums[r] < float64(one.lo)-near || sums[r] > float64(one.hi)+near {
			t.Errorf("%s %s: %v seats, quota %d to %d", one.feature, one.value, sums[r], one.lo, one.hi)
		}
	}
}

// TestChancesExist works out chances where little room is left: 575, 804 and
// 3639 are corners in which the quick interior point method loses its way.
func TestChancesExist(t *testing.T) {
	seeds := []uint64{575, 804, 3639}
	for seed := range uint64(300) {
		if !RaceOn || seed < 3 {
			seeds = append(seeds, seed)
		}
	}
	for _, seed := range seeds {
		p := cornerCase(t, seed)
		balance := map[Objective]float64{}
		for _, o := range []Objective{Leximin, Maximin, Nash, Goldilocks} {
			p.Objective = o
			d, err := newDrawing(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			if d.in.size == 0 || d.in.size == d.in.eligible {
				continue
			}
			d.report.Objective = o
			chance, err := d.targets()
			if err != nil || d.report.Reason != "" {
				t.Errorf("seed %d, %s: %v%s", seed, o, err, d.report.Reason)
				continue
			}
			met(t, d.in, chance)
			c := d.in.core()
			if _, c, err = d.lowest(c); err != nil || len(c.of) == 0 {
				continue
			}
			x := make([]float64, len(c.of))
			for k, kind := range c.of {
				x[k] = chance[kind] * float64(c.eligible) / float64(c.size)
			}
			low, high := c.extremes(x)
			balance[o] = high + 1/low
		}
		for o, v := range balance {
			if balance[Goldilocks] > v*(1+1e-3) {
				t.Errorf("seed %d: goldilocks has %v, %s %v", seed, balance[Goldilocks], o, v)
			}
		}
	}
}

// TestMiddle checks the chances of last resort.
func TestMiddle(t *testing.T) {
	for seed := range uint64(60) {
		p := cornerCase(t, seed)
		d, err := newDrawing(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		c := d.in.core()
		if c == nil || c.size == 0 || len(c.of) == 0 {
			continue
		}
		best, err := d.middle(c)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		chance := make([]float64, len(c.of))
		for k, v := range best.x {
			chance[k] = min(1, v*float64(c.size)/float64(c.eligible))
		}
		met(t, c.instance, chance)
		if d.report.Reason == "" {
			t.Error("the report is silent")
		}
	}
}
