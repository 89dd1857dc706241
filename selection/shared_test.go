//go:build !race

package selection

import (
	"crypto/sha256"
	"math"
	"testing"
)

// replayed counts how often everybody was seated in replays of a draw by type,
// every panel checked.
func replayed(t *testing.T, p Problem, replays int) (d *drawing, r *rounding, seats []int, hows map[string]int) {
	t.Helper()
	d, err := newDrawing(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	d.report.Objective = Nash
	if d.chance, err = d.chances(); err != nil {
		t.Fatal(err)
	}
	seats, hows = make([]int, p.Pool.Len()), map[string]int{}
	r = d.rounding()
	for replay := range replays {
		d.Seed = sha256.Sum256([]byte{byte(replay), byte(replay >> 8)})
		team, told, err := r.round(d.Seed)
		if err != nil {
			t.Fatal(err)
		}
		hows[told.How]++
		result := &Result{}
		for who := range team.seated {
			seats[who]++
			result.Selected = append(result.Selected, int(who))
		}
		checkPanel(t, p, result)
		if (replay+1)%max(1, replays/10) == 0 && Long() > 0 {
			t.Logf("%d draws: %v", replay+1, hows)
		}
	}
	return d, r, seats, hows
}

// agree compares frequencies with chances by chi-square: everyone for himself,
// then by how many people a household has, then by tenths of the chances.
func agree(t *testing.T, d *drawing, seats []int, replays int, exact bool) {
	t.Helper()
	sharing := map[int32]int{}
	for _, h := range d.Pool.household {
		if h >= 0 {
			sharing[h]++
		}
	}
	chi, people := 0.0, 0.0
	spread := 0.0 // of chi-square: twice the people, and more where few seats are expected
	type group struct{ got, want float64 }
	homes := map[int]*group{}
	for i, u := range d.personal() {
		p := float64(u) / ChanceUnit
		if p <= 0 || p >= 1 {
			continue
		}
		want, n := p*float64(replays), seats[i]
		chi += (float64(n) - want) * (float64(n) - want) / (want * (1 - p))
		people++
		spread += 2 + (1-6*p*(1-p))/(want*(1-p))
		home := 1
		if h := d.Pool.household[i]; h >= 0 {
			home = min(sharing[h], 6)
		}
		if homes[home] == nil {
			homes[home] = &group{}
		}
		homes[home].got += float64(n)
		homes[home].want += want
	}
	z := (chi - people) / math.Sqrt(spread)
	t.Logf("chi-square %.0f for %.0f people, %.2f standard deviations, %d replays", chi, people, z, replays)
	if exact && z > 4 {
		t.Errorf("the frequencies are not the published chances: chi-square %.0f for %.0f people", chi, people)
	}
	for k := range 7 {
		g := homes[k]
		if g == nil {
			continue
		}
		t.Logf("homes of %d: %.0f seats, %.0f expected, %.4f", k, g.got, g.want, g.got/g.want)
		if off := math.Abs(g.got - g.want); exact && off > 4*math.Sqrt(g.want) {
			t.Errorf("people in homes of %d are seated %.3f times as often as published", k, g.got/g.want)
		}
	}
}

// TestSharingIsFair compares how often people are seated with their chances,
// those who share a household beside those who live alone: with quotas that have
// room for every outcome, where the chances are exact, and with quotas that have
// hardly any, where the report says how far off they are.
func TestSharingIsFair(t *testing.T) {
	replays := 400
	if Long() > 0 {
		replays = 10_000
	}
	for _, room := range []int{9, 1} {
		lean := .4
		if room == 9 {
			lean = 0
		}
		pool, quotas := homesPool(t, room, lean)
		d, r, seats, hows := replayed(t, Problem{Pool: pool, Quotas: quotas, Size: 150, ByType: true}, replays)
		t.Logf("room %d: %v, certain: %v", room, hows, r.certain())
		if want := room == 9; r.certain() != want || want && hows["flight"] != replays {
			t.Errorf("room %d: certain %v, landed by %v", room, r.certain(), hows)
		}
		agree(t, d, seats, replays, r.certain())
	}
}

// ReplayFairly replays a draw by type, every panel checked, and compares the
// frequencies with the chances.
func ReplayFairly(t *testing.T, p Problem, replays int) {
	d, r, seats, hows := replayed(t, p, replays)
	t.Logf("%v, certain: %v", hows, r.certain())
	agree(t, d, seats, replays, r.certain())
}
