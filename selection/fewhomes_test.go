//go:build !race

package selection

import (
	"fmt"
	"math"
	"testing"
)

// TestFewHomes replays draws by type in which a few shared households are settled
// last, where all of the chance hangs on them: no draw is thrown away where the
// report calls the chances exact, and everybody is drawn as often as published,
// those of one type and household alike too.
func TestFewHomes(t *testing.T) {
	for _, c := range []struct {
		name          string
		people, homes int
		of, size      int
		value         func(i int, home bool) []uint16
		weight        func(i int) float64
		fixed, out    []int
	}{
		{"two of one kind in each", 300, 6, 3, 30, func(i int, home bool) []uint16 {
			if home && i%3 == 0 || !home && i%6 == 0 {
				return []uint16{1, 0, 0}
			}
			return []uint16{0, 0, 0}
		}, nil, nil, nil},
		{"weights, seated and left out", 240, 5, 4, 24, func(i int, _ bool) []uint16 { return []uint16{uint16(i % 2), uint16(i / 3 % 3), 0} },
			func(i int) float64 { return []float64{1, 1.5, 2}[i%3] }, []int{0, 60}, []int{4, 5, 90, 91}},
		// Nobody outside the households has one value without the others, so
		// that nobody can bear what the last of them move.
		{"values that hang together", 180, 10, 2, 24, func(i int, home bool) []uint16 {
			if home {
				return []uint16{uint16(i % 2), uint16(i / 2 % 3), uint16(i / 5 % 3)}
			}
			return []uint16{uint16(i % 2), uint16(i % 2), uint16(i % 2)}
		}, nil, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			features := []Feature{{"a", []string{"0", "1"}}, {"b", []string{"0", "1", "2"}}, {"c", []string{"0", "1", "2"}}}
			pool, err := NewPool(features)
			if err != nil {
				t.Fatal(err)
			}
			for i := range c.people {
				p := Person{ID: fmt.Sprintf("%03d", i), Values: c.value(i, i < c.homes*c.of)}
				if c.weight != nil {
					p.Weight = c.weight(i)
				}
				if i < c.homes*c.of {
					p.Household = fmt.Sprint(i / c.of)
				}
				if err := pool.Add(p); err != nil {
					t.Fatal(err)
				}
			}
			var quotas Quotas
			for _, f := range features {
				for _, v := range f.Values {
					quotas = append(quotas, Quota{Feature: f.Name, Value: v, Max: c.size})
				}
			}
			d, err := newDrawing(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: c.size, ByType: true,
				Fixed: []Group{{"seated", c.fixed}}, Excluded: []Group{{"out", c.out}}})
			if err != nil {
				t.Fatal(err)
			}
			d.report.Objective = Nash
			if d.chance, err = d.chances(); err != nil {
				t.Fatal(err)
			}
			r := d.rounding()
			if !r.certain() {
				t.Fatal("these draws are not reported as exact")
			}
			const draws = 4000
			hits := make([]float64, pool.Len())
			for k := range draws {
				team, told, err := r.round([32]byte{byte(k), byte(k >> 8)})
				if err != nil {
					t.Fatal(err)
				}
				if told.Tries != 1 {
					t.Fatalf("draw %d took %d tries, %s", k, told.Tries, told.How)
				}
				for i := range team.seated {
					hits[i]++
				}
			}
			type kind struct {
				t    int32
				home bool
			}
			seen, want, spread := map[kind]float64{}, map[kind]float64{}, map[kind]float64{}
			chi, people := 0.0, 0.0
			for i, units := range d.personal() {
				p := float64(units) / ChanceUnit
				at := d.in.typeOf[i]
				if at < 0 || p == 0 {
					if hits[i] > 0 {
						t.Fatalf("person %d without a chance was drawn", i)
					}
					continue
				}
				k := kind{at, i < c.homes*c.of}
				seen[k], want[k], spread[k] = seen[k]+hits[i], want[k]+p*draws, spread[k]+p*(1-p)*draws
				chi += (hits[i] - p*draws) * (hits[i] - p*draws) / (p * (1 - p) * draws)
				people++
			}
			for k := range seen {
				if z := (seen[k] - want[k]) / math.Sqrt(spread[k]); math.Abs(z) > 4.5 {
					t.Errorf("people of type %d, household %v: %.0f seats instead of %.0f, %.1f standard deviations", k.t, k.home, seen[k], want[k], z)
				}
			}
			if z := (chi - people) / math.Sqrt(2*people); z > 4.5 {
				t.Errorf("chi-square %.0f for %.0f people", chi, people)
			}
		})
	}
}
