package selection

import (
	"fmt"
	"testing"
)

// TestMeasured looks at what a report says of draws that may be mended: that chances
// were measured only where replays have seats enough to tell groups apart.
func TestMeasured(t *testing.T) {
	for _, c := range []struct {
		people, size, replays int
		how                   string
	}{
		{60, 10, 5, RealisedTarget}, {60, 10, 40, RealisedTarget}, {60, 10, 0, RealisedMeasured},
		{130_000, 20, 0, RealisedMeasured}, {130_000, 20, 15, RealisedTarget},
	} {
		if RaceOn && c.people > 1000 {
			continue
		}
		pool, err := NewPool([]Feature{{"a", []string{"0", "1", "2"}}, {"b", []string{"0", "1", "2", "3", "4"}}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range c.people {
			if err := pool.Add(Person{ID: fmt.Sprintf("%06d", i), Values: []uint16{uint16(i % 3), uint16(i / 7 % 5)}}); err != nil {
				t.Fatal(err)
			}
		}
		var quotas Quotas
		for f, n := range []int{3, 5} {
			for v := range n {
				quotas = append(quotas, Quota{Feature: pool.Features()[f].Name, Value: fmt.Sprint(v), Min: c.size / n, Max: (c.size + n - 1) / n})
			}
		}
		r, err := Draw(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: c.size, ByType: true, Objective: Nash, Replays: c.replays})
		if err != nil {
			t.Fatal(err)
		}
		got := r.Report.Realised
		if got.How != c.how || got.Note == "" {
			t.Errorf("%d people, %d seats, %d replays: %+v, not %s", c.people, c.size, c.replays, got, c.how)
		}
		if c.how == RealisedMeasured && (got.StandardError <= 0 || got.StandardError > .05) {
			t.Errorf("%d people, %d seats: measured with an error of %v", c.people, c.size, got.StandardError)
		}
	}
}
