package selection

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// TestReservesCanSit draws reserves by both ways, more than there can be in the
// end: every one has a chance, and no two people of the panel, of those seated
// before and of the reserves share a household.
func TestReservesCanSit(t *testing.T) {
	pool, err := NewPool([]Feature{{"g", []string{"a", "b", "c"}}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		p := Person{ID: fmt.Sprintf("%03d", i), Values: []uint16{uint16(i % 3)}}
		if i < 36 {
			p.Household = fmt.Sprint("h", i/4)
		}
		if err := pool.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	quotas := Quotas{{Feature: "g", Value: "a", Min: 1, Max: 3}, {Feature: "g", Value: "b", Min: 1, Max: 2}, {Feature: "g", Value: "c", Max: 0}}
	// Chances of a household that add up to more than a seat are one deputy's.
	d := &drawing{Problem: Problem{Pool: pool, Quotas: quotas, Size: 4, Reserves: 8, Seed: [32]byte{1}}}
	sure := make([]int64, pool.Len())
	for i := range sure {
		sure[i] = ChanceUnit * 9 / 10
	}
	if out, err := d.reserves([]int{0, 4, 8, 13}, sure); err != nil || len(out) != 8 {
		t.Fatal(out, err)
	}
	for _, byType := range []bool{true, false} {
		for _, want := range []int{3, 20} {
			for seed := range 5 {
				p := Problem{Pool: pool, Quotas: quotas, Size: 4, Reserves: want, ByType: byType, Objective: Nash,
					Seed: [32]byte{byte(seed)}, Fixed: []Group{{"seated", []int{0}}}}
				r, err := Draw(t.Context(), p)
				if err != nil {
					t.Fatal(err)
				}
				taken := map[string]int{pool.Household(0): 0}
				for _, list := range [][]int{r.Selected, r.Reserves} {
					for _, i := range list {
						h := pool.Household(i)
						if other, ok := taken[h]; ok && h != "" {
							t.Fatalf("%d and %d share household %s", other, i, h)
						}
						taken[h] = i
						if r.Chances[i] == 0 || i == 0 {
							t.Fatalf("person %d has no chance", i)
						}
					}
				}
				short := strings.Contains(r.Report.Reason, "reserves instead of 20")
				if want == 3 && (len(r.Reserves) != 3 || short) || want == 20 && (len(r.Reserves) < 4 || len(r.Reserves) >= 20 || !short) {
					t.Fatalf("%d reserves of %d: %s", len(r.Reserves), want, r.Report.Reason)
				}
			}
		}
	}
}

// TestWeighted compares how often people are drawn with their chances.
func TestWeighted(t *testing.T) {
	units, hits := []int64{1, 2, 3, 4}, make([]float64, 4)
	const draws = 20_000
	for k := range draws {
		hits[weighted(units, 1, newDice([32]byte{byte(k), byte(k >> 8)}, "test"))[0]]++
	}
	for k, u := range units {
		p := float64(u) / 10
		if z := (hits[k] - p*draws) / math.Sqrt(p*(1-p)*draws); math.Abs(z) > 4.5 {
			t.Errorf("person %d of weight %d is drawn %.0f times", k, u, hits[k])
		}
	}
}
