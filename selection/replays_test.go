//go:build !race

package selection_test

import (
	"fmt"
	"testing"

	"veche/selection"
	"veche/selection/sample"
)

// TestLargeReplays draws 10,000 of 1,200,000 people who share households, again
// and again: no quota, size or household is broken, and the frequencies are the
// published chances.
func TestLargeReplays(t *testing.T) {
	town, replays := sample.City(5_000, 200), 5
	if n := selection.Long(); n > 0 {
		town, replays = sample.City(1_200_000, 10_000), n
	}
	for _, exact := range []bool{false, true} {
		t.Run(fmt.Sprintf("exact quotas %v", exact), func(t *testing.T) {
			town.Exact = exact
			made := sample.New(town)
			pool, err := made.Pool()
			if err != nil {
				t.Fatal(err)
			}
			selection.ReplayFairly(t, selection.Problem{Pool: pool, Quotas: made.Quotas, Size: town.Seats, ByType: true}, replays)
		})
	}
}
