package selection

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// homesPool makes 3,000 people, one in three of them alone, the others sharing
// a household of two to six, with features of which one goes with the household
// and quotas of some seats to both sides of what the pool gives, leaning towards
// as many for each value.
func homesPool(t testing.TB, room int, lean float64) (*Pool, Quotas) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 3))
	var features []Feature
	for f, n := range []int{2, 5, 4, 3} {
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
	for home := 0; pool.Len() < 3000; home++ {
		people, place := 1, r.IntN(4)
		if r.IntN(2) == 0 {
			people = 2 + r.IntN(5)
		}
		for range people {
			p := Person{ID: fmt.Sprintf("p%05d", pool.Len()), Household: fmt.Sprint(home),
				Values: []uint16{uint16(r.IntN(2)), uint16(r.IntN(5)), uint16(place), uint16(r.IntN(3))}}
			if err := pool.Add(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	var quotas Quotas
	for f, counts := range pool.Counts() {
		for v, n := range counts {
			even := float64(150*n)/float64(pool.Len())*(1-lean) + 150*lean/float64(len(counts))
			quotas = append(quotas, Quota{Feature: features[f].Name, Value: features[f].Values[v], Min: max(0, int(even)-room), Max: int(even) + room + 1})
		}
	}
	return pool, quotas
}
