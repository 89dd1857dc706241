package selection

import (
	"crypto/sha256"
	"math"
	"testing"
)

// TestFrequencies replays draws and compares how often people are seated with
// the published chances. Over listed panels these are exact, so chi-square must
// lie where it does by chance; by type, with quotas of min = max and 20 seats, the
// exact search moves them a little, and the test bounds by how much.
func TestFrequencies(t *testing.T) {
	replays := 10_000
	if RaceOn || testing.Short() {
		replays = 1_000
	}
	pool, quotas := plantedPool(t, 150, 20, []int{2, 4, 3}, 4)
	for _, listed := range []bool{true, false} {
		d, err := newDrawing(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: 20, Objective: Nash})
		if err != nil {
			t.Fatal(err)
		}
		d.report.Objective, d.large = Nash, !listed
		var again func(seed [32]byte) (*lineup, error)
		if listed {
			if _, err := d.byPanels(); err != nil {
				t.Fatal(err)
			}
			again = func(seed [32]byte) (*lineup, error) {
				d.Seed = seed
				return d.people(d.lottery.panel(d.lottery.draw(d.lottery.units(), newDice(seed, "seats"))), nil)
			}
		} else {
			if _, err := d.byType(); err != nil {
				t.Fatal(err)
			}
			r := d.rounding()
			again = func(seed [32]byte) (*lineup, error) {
				team, _, err := r.round(seed)
				return team, err
			}
		}
		hits := make([]int, d.in.types())
		person := make([]int, pool.Len())
		for replay := range replays {
			team, err := again(sha256.Sum256([]byte{byte(replay), byte(replay >> 8)}))
			if err != nil {
				t.Fatal(err)
			}
			for who := range team.seated {
				hits[d.in.typeOf[who]]++
				person[who]++
			}
		}
		chi, freedom, worst := 0.0, 0.0, 0.0
		for i, n := range person {
			p := float64(d.chance[d.in.typeOf[i]]) / ChanceUnit
			if want := p * float64(replays); p < 1 && want > 5 {
				chi += (float64(n) - want) * (float64(n) - want) / (want * (1 - p))
				freedom++
			}
		}
		for k, n := range hits {
			p := float64(d.chance[k]) / ChanceUnit
			if p > 0 {
				worst = max(worst, math.Abs(float64(n)/float64(replays*d.in.count[k])/p-1))
			}
		}
		// Seats of people exclude one another, so the sum is a little below that
		// of independent people; four deviations above is no chance.
		t.Logf("listed %v: chi-square %.1f for %.0f people, chances of a type off by %.2f %% at most, %d replays", listed, chi, freedom, 100*worst, replays)
		if listed && chi > freedom+4*math.Sqrt(2*freedom) {
			t.Errorf("chi-square %.1f for %.0f people: the frequencies are not the published chances", chi, freedom)
		}
		if !listed && replays == 10_000 && worst > .1 {
			t.Errorf("by type a chance is off by %.1f %%", 100*worst)
		}
	}
}
