package selection

import (
	"fmt"
	"strings"
	"testing"

	"veche/selection/beacon"
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

// A draw keeps its commitment with the features, values and order of both that
// were committed, and no others.
func TestKeepsFeatures(t *testing.T) {
	quotas := Quotas{{Feature: "g", Value: "a", Min: 3, Max: 4}, {Feature: "g", Value: "b", Min: 3, Max: 4}, {Feature: "g", Value: "c", Min: 3, Max: 4}}
	var c *Commitment
	for _, order := range []string{"abc", "bac", "cab", "zabc", "abcz"} {
		pool, err := NewPool([]Feature{{Name: "g", Values: strings.Split(order, "")}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 60 {
			if err := pool.Add(Person{ID: fmt.Sprintf("%03d", i), Values: []uint16{uint16(strings.IndexByte(order, "abc"[i%3]))}}); err != nil {
				t.Fatal(err)
			}
		}
		p := Problem{Pool: pool, Quotas: quotas, Size: 10, ByType: true}
		roll, err := NewRoll(pool, &[32]byte{1})
		if err != nil {
			t.Fatal(err)
		}
		if c == nil {
			if c, err = Commit(&p, roll, Terms{Beacon: beacon.Promise{Kind: beacon.Phrase}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Keeps(&p, roll, Program{}); (err == nil) != (order == "abc") {
			t.Errorf("values %q where %q were committed: %v", order, c.Features[0].Values, err)
		}
	}
}

// Whoever has the commitment and guesses an identifier cannot find out which
// list it is on.
func TestListsKeepNobody(t *testing.T) {
	roll := func(key byte, ids ...string) *Roll {
		pool, err := NewPool([]Feature{{Name: "g", Values: []string{"a"}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if err := pool.Add(Person{ID: id, Values: []uint16{0}}); err != nil {
				t.Fatal(err)
			}
		}
		r, err := NewRoll(pool, &[32]byte{key})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	a, b := roll(1, "1", "2", "3"), roll(2, "1", "2", "3")
	b.rows = a.rows // the same root, so that the salts alone tell the lists apart
	if a.listDigest([]int{1}) == b.listDigest([]int{1}) {
		t.Error("the digest of a list holds no salt of its people")
	}
	if a.listDigest([]int{2, 0}) != a.listDigest([]int{0, 2, 0}) || a.listDigest([]int{0}) == a.listDigest([]int{1}) {
		t.Error("the digest of a list is not that of its people")
	}
}
