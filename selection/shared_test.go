//go:build !race

package selection

import (
	"crypto/sha256"
	"math"
	"testing"
)

// replayed counts how often people were seated in replays of a draw by type,
// by a group of theirs, beside how often their chances say.
func replayed(t *testing.T, p Problem, replays int, group func(i int) int, groups int) (got, want []float64, hows map[string]int) {
	t.Helper()
	d, err := newDrawing(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	d.report.Objective = Nash
	if d.chance, err = d.chances(); err != nil {
		t.Fatal(err)
	}
	got, want, hows = make([]float64, groups), make([]float64, groups), map[string]int{}
	r := d.rounding()
	for replay := range replays {
		team, told, err := r.round(sha256.Sum256([]byte{byte(replay), byte(replay >> 8)}))
		if err != nil {
			t.Fatal(err)
		}
		hows[told.How]++
		for who := range team.seated {
			got[group(int(who))]++
		}
	}
	for i, u := range d.personal() {
		want[group(i)] += float64(u) / ChanceUnit * float64(replays)
	}
	return got, want, hows
}

// TestSharingIsFair compares how often people who share a household are seated
// with their chances, beside people who live alone.
func TestSharingIsFair(t *testing.T) {
	pool, quotas := homesPool(t)
	sharing := map[int32]int{}
	for _, h := range pool.household {
		sharing[h]++
	}
	const replays = 2000
	got, want, hows := replayed(t, Problem{Pool: pool, Quotas: quotas, Size: 150, ByType: true}, replays,
		func(i int) int { return sharing[pool.household[i]] }, 7)
	for k := range got {
		if want[k] == 0 {
			continue
		}
		t.Logf("homes of %d: %.0f seated, %.0f expected, %.4f", k, got[k], want[k], got[k]/want[k])
		if off := math.Abs(got[k] - want[k]); off > 4*math.Sqrt(want[k]) {
			t.Errorf("people in homes of %d are seated %.2f times as often as published", k, got[k]/want[k])
		}
	}
	t.Log(hows)
}
