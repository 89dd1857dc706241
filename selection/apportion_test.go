package selection

import (
	"crypto/sha256"
	"testing"

	"pgregory.net/rapid"
)

func drawApportion(t *rapid.T) (kinds int, list [][]int64) {
	kinds = rapid.IntRange(2, 7).Draw(t, "kinds")
	for range rapid.IntRange(1, 40).Draw(t, "members") {
		units, left := make([]int64, kinds), int64(ChanceUnit)
		for k := range kinds - 1 {
			one := rapid.OneOf(rapid.Just(int64(0)), rapid.Just(left), rapid.Just(int64(ChanceUnit)/4), rapid.Int64Range(0, left)).Draw(t, "units")
			units[k] = min(one, left)
			left -= units[k]
		}
		units[kinds-1] = left
		list = append(list, units)
	}
	return kinds, list
}

// Every kind ends within one of what is expected of it.
func TestApportionWithinOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kinds, list := drawApportion(t)
		a := newApportion(kinds, len(list), newDice(sha256.Sum256([]byte{byte(rapid.IntRange(0, 255).Draw(t, "seed"))}), "test"))
		names := make([]int32, kinds)
		for k := range names {
			names[k] = int32(k)
		}
		expected := make([]int64, kinds)
		open := 0
		for i, units := range list {
			a.put(int32(i), names, units)
			for k, u := range units {
				expected[k] += u
			}
			members := map[*member]bool{}
			for _, shares := range a.active {
				for _, s := range shares {
					members[s.of] = true
				}
			}
			open = max(open, len(members))
		}
		if open >= kinds {
			t.Fatalf("%d members open with %d kinds: no forest", open, kinds)
		}
		got := make([]int64, kinds)
		for i, k := range a.finish() {
			if list[i][k] == 0 {
				t.Fatalf("member %d got kind %d, which it cannot have", i, k)
			}
			got[k]++
		}
		for k := range got {
			if low := expected[k] / ChanceUnit; got[k] < low || (got[k] > low && expected[k]%ChanceUnit == 0) || got[k] > low+1 {
				t.Fatalf("kind %d: %d of an expected %v", k, got[k], float64(expected[k])/ChanceUnit)
			}
		}
	})
}

// Probabilities are kept: chi-square of every member and kind over replays.
func TestApportionFrequencies(t *testing.T) {
	if RaceOn {
		t.Skip("a measurement: one goroutine, no race to find")
	}
	const u = ChanceUnit
	list := [][]int64{{u / 2, u / 4, u / 4}, {u / 3, 0, u - u/3}, {u / 10, u / 5, u - u/10 - u/5}, {0, u / 2, u / 2}, {u * 9 / 10, u / 20, u / 20}, {u / 7, u / 7, u - 2*(u/7)}}
	const replays = 20_000
	count := make([][3]int, len(list))
	for r := range replays {
		a := newApportion(3, len(list), newDice(sha256.Sum256([]byte{byte(r), byte(r >> 8)}), "replay"))
		for i, units := range list {
			a.put(int32(i), []int32{0, 1, 2}, units)
		}
		for i, k := range a.finish() {
			count[i][k]++
		}
	}
	for i, units := range list {
		chi := 0.0
		for k, p := range units {
			if want := float64(p) / u * replays; p > 0 {
				chi += (float64(count[i][k]) - want) * (float64(count[i][k]) - want) / want
			}
		}
		if chi > 18.4 { // 99.99 % with 2 degrees of freedom
			t.Errorf("member %d: chi-square %.1f: %v for %v", i, chi, count[i], units)
		}
	}
}
