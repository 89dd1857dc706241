package selection

import (
	"fmt"
	"testing"
)

// What a root binds is all that a draw uses: weights that a row cannot tell
// apart are alike.
func TestWeightsAreWholeMillionths(t *testing.T) {
	pools := func(of func(i int) float64) (*Pool, *Roll) {
		pool, err := NewPool([]Feature{{Name: "g", Values: []string{"a", "b", "c"}}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 120 {
			if err := pool.Add(Person{ID: fmt.Sprintf("%03d", i), Values: []uint16{uint16(i % 3)}, Weight: of(i)}); err != nil {
				t.Fatal(err)
			}
		}
		roll, err := NewRoll(pool, &[32]byte{1})
		if err != nil {
			t.Fatal(err)
		}
		return pool, roll
	}
	plain := func(i int) float64 { return []float64{1, 2}[i/60] }
	quotas := Quotas{{Feature: "g", Value: "a", Min: 3, Max: 4}, {Feature: "g", Value: "b", Min: 3, Max: 4}, {Feature: "g", Value: "c", Min: 3, Max: 4}}
	pool, roll := pools(plain)
	want, err := Draw(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: 10, ByType: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{0, 60, 61, 119} {
		other, same := pools(func(i int) float64 {
			if i == at {
				return plain(i) + 4e-7
			}
			return plain(i)
		})
		if same.Root() != roll.Root() {
			t.Fatalf("weight of person %d: another root", at)
		}
		got, err := Draw(t.Context(), Problem{Pool: other, Quotas: quotas, Size: 10, ByType: true})
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got.Selected, got.Chances) != fmt.Sprint(want.Selected, want.Chances) {
			t.Errorf("weight of person %d: the same root, another draw: %v, %v", at, got.Selected, want.Selected)
		}
	}
}
