package selection

import (
	"math"
	"testing"

	"veche/selection/beacon"
)

// Numbers that no draw needs are refused before they can overflow or take hours.
func TestLimitsOfNumbers(t *testing.T) {
	pool := valuesPool(t, 0)
	plain := Problem{Pool: pool, Quotas: Quotas{{Feature: "g", Value: "a", Min: 1, Max: 3}}, Size: 4, ByType: true}
	roll, err := NewRoll(pool, nil)
	if err != nil {
		t.Fatal(err)
	}
	good, err := Commit(&plain, roll, Terms{Beacon: beacon.Promise{Kind: beacon.Phrase}})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(p *Problem){
		"panels to overflow": func(p *Problem) { p.Panels = math.MaxInt/4 + 1 },
		"panels":             func(p *Problem) { p.Panels = mostPanelSeats/4 + 1 },
		"replays":            func(p *Problem) { p.Replays = mostReplays + 1 },
		"max of a quota":     func(p *Problem) { p.Quotas = Quotas{{Feature: "g", Value: "a", Max: math.MaxInt}} },
		"max_flex":           func(p *Problem) { p.Quotas = Quotas{{Feature: "g", Value: "a", Max: 3, MaxFlex: math.MaxInt}} },
	} {
		p := plain
		change(&p)
		if err := Check(t.Context(), p); err == nil {
			t.Errorf("%s: not refused", name)
		}
		forged := *good
		forged.Policy.Panels, forged.Policy.Replays, forged.Policy.Quotas = p.Panels, p.Replays, p.Quotas
		forged.PolicyDigest = forged.Policy.Digest()
		if err := forged.check(); err == nil {
			t.Errorf("%s: not refused in a commitment", name)
		}
	}
	forged := *good
	forged.People = maxPeople
	forged.Policy.Seated = []List{{People: maxPeople}, {People: maxPeople}, {People: maxPeople}, {People: maxPeople}}
	forged.PolicyDigest = forged.Policy.Digest()
	if err := forged.check(); err == nil {
		t.Error("lists whose sum overflows a 32-bit number: not refused")
	}
}

// Texts that are not UTF-8 look alike in JSON: two policies would have one digest.
func TestTextsAreUTF8(t *testing.T) {
	const bad = "\xff"
	for _, f := range []Feature{{Name: bad, Values: []string{"a"}}, {Name: "g", Values: []string{"a", bad}}} {
		if _, err := NewPool([]Feature{f}); err == nil {
			t.Errorf("feature %q: not refused", f)
		}
	}
	for _, q := range []Quota{{Feature: bad, Value: "a", Max: 1}, {Feature: "g", Value: bad, Max: 1}} {
		if err := (Quotas{q}).Check(); err == nil {
			t.Errorf("quota %+v: not refused", q)
		}
	}
	pool := valuesPool(t, 0)
	roll, err := NewRoll(pool, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := Problem{Pool: pool, Quotas: Quotas{{Feature: "g", Value: "a", Min: 1, Max: 3}}, Size: 4}
	phrase := beacon.Promise{Kind: beacon.Phrase}
	first, err := Commit(&p, roll, Terms{Beacon: phrase})
	if err != nil {
		t.Fatal(err)
	}
	left := p
	left.Excluded = []Group{{Reason: bad, People: []int{1}}}
	for name, one := range map[string]struct {
		p *Problem
		t Terms
	}{
		"topic":            {&p, Terms{Beacon: phrase, Topic: bad}},
		"household":        {&p, Terms{Beacon: phrase, Household: []string{bad}}},
		"program":          {&p, Terms{Beacon: phrase, Program: Program{Version: bad}}},
		"reason":           {&p, Terms{Beacon: phrase, Previous: first, Reason: bad}},
		"reason of a list": {&left, Terms{Beacon: phrase}},
	} {
		if _, err := Commit(one.p, roll, one.t); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
}
