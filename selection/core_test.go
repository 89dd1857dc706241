package selection_test

import (
	"context"
	"fmt"
	"testing"

	"veche/selection"
)

// One seat of a panel with exact quotas falls free: only people alike in every
// quota feature can take it, everyone else's chance is zero.
func TestOneSeatOfAnExactPanel(t *testing.T) {
	features := []selection.Feature{{Name: "sex", Values: []string{"f", "m"}}, {Name: "age", Values: []string{"young", "middle", "old"}}}
	pool, err := selection.NewPool(features)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		if err := pool.Add(selection.Person{ID: fmt.Sprint(i), Values: []uint16{uint16(i % 2), uint16(i / 2 % 3)}}); err != nil {
			t.Fatal(err)
		}
	}
	problem := selection.Problem{Pool: pool, Size: 12, Objective: selection.Nash, Reserves: 3, Quotas: selection.Quotas{
		{Feature: "sex", Value: "f", Min: 6, Max: 6}, {Feature: "sex", Value: "m", Min: 6, Max: 6},
		{Feature: "age", Value: "young", Min: 4, Max: 4}, {Feature: "age", Value: "middle", Min: 4, Max: 4}, {Feature: "age", Value: "old", Min: 4, Max: 4},
	}}
	first, err := selection.Draw(context.Background(), problem)
	if err != nil {
		t.Fatal(err)
	}
	gone := first.Selected[5]
	problem.Excluded = []selection.Group{{Reason: "declined", People: []int{gone}}}
	var stay []int
	for _, i := range first.Selected {
		if i != gone {
			stay = append(stay, i)
		}
	}
	problem.Fixed = []selection.Group{{Reason: "accepted", People: stay}}
	second, err := selection.Draw(context.Background(), problem)
	if err != nil {
		t.Fatal(err)
	}
	if len(second.Selected) != 1 || !second.Report.QuotasMet {
		t.Fatalf("drew %v, quotas met: %v", second.Selected, second.Report.QuotasMet)
	}
	for i, p := range second.Probability {
		alike := pool.Values(i)[0] == pool.Values(gone)[0] && pool.Values(i)[1] == pool.Values(gone)[1]
		if !alike && p != 0 && p != 1 || alike && p == 0 && i != gone {
			t.Errorf("person %d has chance %v", i, p)
		}
	}
}
