package selection

import (
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// familyPool makes people of whom most share a household with others, often of
// their own kind.
func familyPool(t testing.TB, people, size int, seed uint64) (*Pool, Quotas) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 21))
	var features []Feature
	for f, n := range []int{2, 4, 3} {
		feature := Feature{Name: fmt.Sprint("f", f)}
		for v := range n {
			feature.Values = append(feature.Values, fmt.Sprint(f, "-", v))
		}
		features = append(features, feature)
	}
	pool, err := NewPool(features)
	if err != nil {
		t.Fatal(err)
	}
	for home := 0; pool.Len() < people; home++ {
		live, where := 1+r.IntN(3), r.IntN(3)
		for range min(live, people-pool.Len()) {
			one := Person{ID: fmt.Sprintf("p%04d", pool.Len()), Household: fmt.Sprint(home), Values: []uint16{uint16(r.IntN(2)), uint16(min(r.IntN(4), r.IntN(4))), uint16(where)}}
			if err := pool.Add(one); err != nil {
				t.Fatal(err)
			}
		}
	}
	var quotas Quotas
	for f, feature := range features {
		for v, value := range feature.Values {
			share := float64(size) * float64(pool.Counts()[f][v]) / float64(people)
			quotas = append(quotas, Quota{Feature: feature.Name, Value: value, Min: int(share * .8), Max: int(share*1.3) + 1})
		}
	}
	return pool, quotas
}

// TestHouseholdsExact replays a listed draw from people who share households:
// how often each was seated must agree with the published chances, and no two of
// a household may ever sit together.
func TestHouseholdsExact(t *testing.T) {
	replays := 10_000
	if RaceOn || testing.Short() {
		replays = 500
	}
	pool, quotas := familyPool(t, 120, 30, 1)
	d, err := newDrawing(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: 30, Objective: Leximin})
	if err != nil {
		t.Fatal(err)
	}
	d.report.Objective, d.listing = Leximin, true
	if _, err := d.byPanels(); err != nil {
		t.Fatal(err)
	}
	if d.report.Realised.How != RealisedExact || d.own == nil {
		t.Fatalf("chances are %q", d.report.Realised.How)
	}
	t.Logf("%d types, %d with households told apart, lottery %+v", d.in.types(), d.lottery.in.types(), *d.report.Lottery)
	units, hits := d.lottery.units(), make([]int, pool.Len())
	for replay := range replays {
		seed := sha256.Sum256([]byte{byte(replay), byte(replay >> 8)})
		team, _ := seatPeople(d.lottery.in, d.lottery.panel(d.lottery.draw(units, newDice(seed, "seats"))), newDice(seed, "people"))
		if team == nil || team.moved != 0 || len(team.seated) != 30 {
			t.Fatalf("replay %d: households left no room: %+v", replay, team)
		}
		homes := map[int32]bool{}
		for who := range team.seated {
			hits[who]++
			if h := pool.household[who]; homes[h] {
				t.Fatalf("two people of household %s", pool.Household(int(who)))
			} else {
				homes[h] = true
			}
		}
	}
	chi, freedom := 0.0, 0.0
	for i, n := range hits {
		p := float64(d.own[i]) / ChanceUnit
		if want := p * float64(replays); p < 1 && want > 5 {
			chi += (float64(n) - want) * (float64(n) - want) / (want * (1 - p))
			freedom++
		}
	}
	t.Logf("chi-square %.1f for %.0f people, %d replays", chi, freedom, replays)
	if freedom == 0 || chi > freedom+4*math.Sqrt(2*freedom) {
		t.Errorf("chi-square %.1f for %.0f people: the frequencies are not the published chances", chi, freedom)
	}
}
