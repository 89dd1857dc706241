package selection

import (
	"errors"
	"fmt"
	"math/bits"
	"testing"

	"pgregory.net/rapid"
)

// smallCase is a tiny problem, feasible or not, with flex and households.
func smallCase(t *rapid.T) Problem {
	features := []Feature{{"a", []string{"x", "y"}}, {"b", []string{"x", "y", "z"}}, {"c", []string{"x", "y"}}}
	pool, err := NewPool(features)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rapid.IntRange(1, 10).Draw(t, "people") {
		p := Person{ID: fmt.Sprint(i)}
		for _, f := range features {
			p.Values = append(p.Values, uint16(rapid.IntRange(0, len(f.Values)-1).Draw(t, "value")))
		}
		if rapid.Bool().Draw(t, "has home") {
			p.Household = fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "home"))
		}
		if err := pool.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	p := Problem{Pool: pool, Size: rapid.IntRange(1, 5).Draw(t, "size"), Objective: Nash}
	flex := rapid.Bool().Draw(t, "flex")
	for _, f := range features {
		for _, v := range f.Values {
			lo := rapid.IntRange(0, 3).Draw(t, "min")
			q := Quota{Feature: f.Name, Value: v, Min: lo, Max: lo + rapid.IntRange(0, 2).Draw(t, "width")}
			if flex {
				q.MinFlex = rapid.IntRange(0, q.Min).Draw(t, "min flex")
				q.MaxFlex = q.Max + rapid.IntRange(0, 2).Draw(t, "max flex")
			}
			p.Quotas = append(p.Quotas, q)
		}
	}
	return p
}

// apartBy is by how many seats beyond flex and in all the quotas miss a set of
// people of the size, one a household; false where the set is no panel at all.
func apartBy(p Problem, set int) (beyond, seats int, ok bool) {
	free := p
	free.Quotas = nil
	if !isPanel(free, set) {
		return 0, 0, false
	}
	counts := map[[2]string]int{}
	for i := range p.Pool.Len() {
		for f, feature := range p.Pool.Features() {
			counts[[2]string{feature.Name, p.Pool.Value(i, f)}] += set >> i & 1
		}
	}
	for _, q := range p.Quotas {
		c := counts[[2]string{q.Feature, q.Value}]
		seats += max(0, q.Min-c) + max(0, c-q.Max)
		if q.MinFlex > 0 {
			beyond += max(0, q.MinFlex-c)
		}
		if q.MaxFlex > 0 {
			beyond += max(0, c-q.MaxFlex)
		}
	}
	return beyond, seats, true
}

// TestSmallestChanges compares the changes suggested with a look at every panel
// of a tiny pool, and draws with the changes made.
func TestSmallestChanges(t *testing.T) {
	refused, changed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := smallCase(t)
		least, beyond := -1, -1
		for set := range 1 << p.Pool.Len() {
			if bits.OnesCount(uint(set)) != p.Size {
				continue
			}
			if b, s, ok := apartBy(p, set); ok && (least < 0 || b < beyond || b == beyond && s < least) {
				beyond, least = b, s
			}
		}
		err := Check(t.Context(), p)
		var none *InfeasibleError
		switch {
		case least == 0 && err != nil:
			t.Fatalf("a panel exists, but: %v", err)
		case least == 0:
			return
		case !errors.As(err, &none):
			t.Fatalf("no panel exists, but: %v", err)
		}
		refused++
		if len(none.Conflicts) == 0 {
			t.Fatalf("refused without a reason: %v", err)
		}
		if least < 0 {
			if none.Changes != nil {
				t.Fatalf("no quotas would do, but: %v", err)
			}
			return
		}
		seats, over := 0, 0
		for _, c := range none.Changes {
			seats += c.seats()
			if c.MinFlex > 0 {
				over += max(0, c.MinFlex-c.NewMin)
			}
			if c.MaxFlex > 0 {
				over += max(0, c.NewMax-c.MaxFlex)
			}
		}
		if seats != least || over != beyond || !none.Least {
			t.Fatalf("%d seats, %d of them beyond flex, would do, but %d and %d: %v", least, beyond, seats, over, err)
		}
		wide := p
		wide.Quotas = p.Quotas.With(none.Changes)
		if err := Check(t.Context(), wide); err != nil {
			t.Fatalf("after the changes: %v", err)
		}
		r, err := Draw(t.Context(), wide)
		if err != nil {
			t.Fatalf("after the changes: %v", err)
		}
		checkPanel(t, wide, r)
		changed++
	})
	if changed == 0 || refused == changed {
		t.Errorf("%d refused, %d changed: the test shows too little", refused, changed)
	}
}
