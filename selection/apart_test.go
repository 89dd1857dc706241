package selection

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestOneOfEveryHousehold draws panels with as many seats as there are
// households, all of several people of different kinds, so that each household
// must send one and hardly any choice among them meets the quotas: as a whole,
// and with the households told apart at once.
func TestOneOfEveryHousehold(t *testing.T) {
	seeds := uint64(40)
	if RaceOn {
		seeds = 4
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 11))
		var features []Feature
		for f, n := range []int{2, 4, 3, 2} {
			feature := Feature{Name: fmt.Sprint("f", f)}
			for v := range n {
				feature.Values = append(feature.Values, fmt.Sprint(v))
			}
			features = append(features, feature)
		}
		pool, err := NewPool(features)
		if err != nil {
			t.Fatal(err)
		}
		p := Problem{Pool: pool, Size: 40, Seed: [32]byte{byte(seed)}, ByType: true}
		counts := pool.Counts()
		for home := range p.Size {
			people := 2 + r.IntN(3)
			for i := range people {
				one := Person{ID: fmt.Sprintf("%d-%d", home, i), Household: fmt.Sprint(home)}
				for f, feature := range features {
					one.Values = append(one.Values, uint16(r.IntN(len(feature.Values))))
					if i == people-1 { // the hidden panel
						counts[f][one.Values[f]]++
					}
				}
				if err := pool.Add(one); err != nil {
					t.Fatal(err)
				}
			}
		}
		for f, feature := range features {
			for v, value := range feature.Values {
				p.Quotas = append(p.Quotas, Quota{Feature: feature.Name, Value: value, Min: counts[f][v], Max: counts[f][v]})
			}
		}
		result, err := Draw(t.Context(), p)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		checkPanel(t, p, result)

		d, err := newDrawing(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		expected := make([]float64, d.in.types())
		for k, n := range d.in.count {
			expected[k] = float64(n) * float64(p.Size) / float64(d.in.eligible)
		}
		team, err := d.in.apart().seat(t.Context(), d.in, expected, newDice(p.Seed, "people"))
		if err != nil || team == nil {
			t.Fatalf("seed %d: %v, %v", seed, team, err)
		}
		result = &Result{}
		for person := range team.seated {
			result.Selected = append(result.Selected, int(person))
		}
		checkPanel(t, p, result)
	}
}
