package selection

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// town has n people of each pair of sex and place given.
func pairPool(t *testing.T, counts map[string]int) *Pool {
	t.Helper()
	pool, err := NewPool([]Feature{{"sex", []string{"w", "m"}}, {"place", []string{"hill", "shore"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range []string{"w hill", "w shore", "m hill", "m shore"} {
		for range counts[pair] {
			var p Person
			p.ID = fmt.Sprint(pool.Len())
			p.Values = []uint16{0, 0}
			if pair[0] == 'm' {
				p.Values[0] = 1
			}
			if strings.HasSuffix(pair, "shore") {
				p.Values[1] = 1
			}
			if err := pool.Add(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	return pool
}

func TestConflictsInWords(t *testing.T) {
	full := map[string]int{"w hill": 10, "w shore": 10, "m hill": 10, "m shore": 10}
	quotas := func(w, m, hill, shore [2]int) Quotas {
		return Quotas{{Feature: "sex", Value: "w", Min: w[0], Max: w[1]}, {Feature: "sex", Value: "m", Min: m[0], Max: m[1]},
			{Feature: "place", Value: "hill", Min: hill[0], Max: hill[1]}, {Feature: "place", Value: "shore", Min: shore[0], Max: shore[1]}}
	}
	any := [2]int{0, 10}
	for _, one := range []struct {
		name   string
		people map[string]int
		quotas Quotas
		said   []string
	}{
		{"a value short", map[string]int{"w hill": 2, "m hill": 20}, quotas([2]int{3, 10}, any, any, any), []string{"sex: w needs at least 3 seats but only 2 people", "lower its min to 2 or find 1 more"}},
		{"minima above the size", full, quotas([2]int{6, 10}, [2]int{5, 10}, any, any), []string{"sex: the minima add up to 11 seats but there are 10: lower them by 1"}},
		{"maxima below the size", full, quotas(any, any, [2]int{0, 4}, [2]int{0, 5}), []string{"place: the maxima add up to 9 seats but there are 10 to fill: raise them by 1"}},
		{"a pair", map[string]int{"w hill": 1, "w shore": 20, "m hill": 20, "m shore": 1}, quotas([2]int{5, 5}, [2]int{5, 5}, [2]int{8, 8}, [2]int{2, 2}),
			[]string{"sex: m (at most 5); place: shore (at most 2): so at least 3 of the 10 seats must go to people with sex w and with place hill, but only 1 person like that can be drawn", "4 seats in all"}},
		{"two features exclude each other", map[string]int{"w hill": 20, "m shore": 20}, quotas([2]int{6, 10}, any, any, [2]int{6, 10}), []string{"sex: w (at least 6); place: shore (at least 6): so at least 2 of the 10 seats must go to people with sex w and with place shore, but nobody like that can be drawn", "the smallest change that would do is to lower the min of sex: w from 6 to 4"}},
		{"another size", full, quotas([2]int{4, 4}, [2]int{4, 4}, [2]int{3, 4}, [2]int{3, 5}), []string{"the quotas of every feature are for a panel of 8 seats, and 10 are to be filled: is that number right?"}},
		{"too few people", map[string]int{"w hill": 4}, quotas(any, any, any, any), []string{"10 seats are to be filled but only 4 people can be drawn"}},
	} {
		_, err := Draw(t.Context(), Problem{Pool: pairPool(t, one.people), Quotas: one.quotas, Size: 10})
		var infeasible *InfeasibleError
		if !errors.As(err, &infeasible) {
			t.Errorf("%s: %v", one.name, err)
			continue
		}
		t.Logf("%s: %v", one.name, err)
		for _, said := range one.said {
			if !strings.Contains(err.Error(), said) {
				t.Errorf("%s: %q does not say %q", one.name, err, said)
			}
		}
	}
}

func TestProblemsThatContradictThemselves(t *testing.T) {
	pool := pairPool(t, map[string]int{"w hill": 3, "m shore": 3})
	for name, p := range map[string]Problem{
		"no pool":          {Size: 2},
		"no seats":         {Pool: pool},
		"objective":        {Pool: pool, Size: 2, Objective: "fair"},
		"unknown feature":  {Pool: pool, Size: 2, Quotas: Quotas{{Feature: "age", Value: "old", Max: 1}}},
		"quota twice":      {Pool: pool, Size: 2, Quotas: Quotas{{Feature: "sex", Value: "w", Max: 1}, {Feature: "sex", Value: "w", Max: 1}}},
		"stranger":         {Pool: pool, Size: 2, Fixed: group(9)},
		"seated twice":     {Pool: pool, Size: 2, Fixed: group(1, 1)},
		"seated and out":   {Pool: pool, Size: 2, Fixed: group(1), Excluded: group(1)},
		"too many seated":  {Pool: pool, Size: 2, Fixed: group(0, 1, 2)},
		"fewer than none":  {Pool: pool, Size: 2, Reserves: -1},
		"weight in quotas": {Pool: pool, Size: 2, Quotas: Quotas{{Feature: "sex", Value: "w", Min: 2, Max: 1}}},
	} {
		if _, err := Draw(t.Context(), p); err == nil {
			t.Errorf("%s: drawn", name)
		}
	}
}

func TestEveryoneIsNeeded(t *testing.T) {
	pool := pairPool(t, map[string]int{"w hill": 3, "m shore": 3})
	r, err := Draw(t.Context(), Problem{Pool: pool, Size: 6, Reserves: 2, Quotas: Quotas{{Feature: "sex", Value: "w", Min: 3, Max: 3}}})
	if err != nil || len(r.Selected) != 6 || r.Report.MinProbability != 1 || len(r.Reserves) != 0 {
		t.Fatalf("%+v %v", r, err)
	}
	r, err = Draw(t.Context(), Problem{Pool: pool, Size: 2, Fixed: group(0, 5)})
	if err != nil || len(r.Selected) != 0 || r.Probability[0] != 1 || r.Probability[1] != 0 || !r.Report.QuotasMet {
		t.Fatalf("%+v %v", r, err)
	}
}

// TestObjectives compares what the objectives make of one uneven pool.
func TestObjectives(t *testing.T) {
	pool, quotas := plantedPool(t, 150, 20, []int{2, 4, 3}, 4)
	got := map[Objective]Report{}
	for _, o := range []Objective{Leximin, Maximin, Nash, Goldilocks} {
		r, err := Draw(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: 20, Objective: o})
		if err != nil {
			t.Fatalf("%s: %v", o, err)
		}
		checkPanel(t, Problem{Pool: pool, Quotas: quotas, Size: 20}, r)
		got[o] = r.Report
		t.Logf("%s: min %.5f max %.5f gini %.4f geometric mean %.5f, %s", o, r.Report.MinProbability, r.Report.MaxProbability, r.Report.Gini, r.Report.GeometricMean, r.Report.Lottery.Proof)
	}
	bound := got[Leximin].UpperBoundMinProbability
	for _, o := range []Objective{Leximin, Maximin} {
		if got[o].MinProbability < bound*(1-2*nearEnough) {
			t.Errorf("%s: lowest chance %v, bound %v", o, got[o].MinProbability, bound)
		}
	}
	if got[Nash].MinProbability < floorShare*bound*(1-2*nearEnough) {
		t.Errorf("nash: lowest chance %v, bound %v", got[Nash].MinProbability, bound)
	}
	if got[Nash].GeometricMean < got[Leximin].GeometricMean*(1-1e-3) {
		t.Errorf("nash has the geometric mean %v, leximin %v", got[Nash].GeometricMean, got[Leximin].GeometricMean)
	}
	mean := 20.0 / 150
	value := func(r Report) float64 { return r.MaxProbability/mean + mean/r.MinProbability }
	for o, r := range got {
		if value(got[Goldilocks]) > value(r)*(1+5e-3) {
			t.Errorf("goldilocks has %v, %s %v", value(got[Goldilocks]), o, value(r))
		}
	}
}

// TestRefusedBelowZero has quotas that chances meet only where some are below 0.
func TestRefusedBelowZero(t *testing.T) {
	pool, err := NewPool([]Feature{{"a", []string{"x", "y"}}, {"b", []string{"x", "y"}}, {"c", []string{"x", "y"}}})
	if err != nil {
		t.Fatal(err)
	}
	for i, values := range [][]uint16{{0, 0, 0}, {0, 0, 1}, {0, 0, 1}, {0, 0, 1}, {0, 1, 0}, {0, 1, 0}, {0, 1, 1}, {1, 1, 1}, {1, 1, 1}} {
		if err := pool.Add(Person{ID: fmt.Sprint(i), Values: values}); err != nil {
			t.Fatal(err)
		}
	}
	quotas := Quotas{
		{Feature: "a", Value: "x", Min: 0, Max: 2}, {Feature: "a", Value: "y", Min: 0, Max: 1},
		{Feature: "b", Value: "x", Min: 1, Max: 2}, {Feature: "b", Value: "y", Min: 0, Max: 1},
		{Feature: "c", Value: "x", Min: 0, Max: 2}, {Feature: "c", Value: "y", Min: 0, Max: 1},
	}
	for _, o := range []Objective{Leximin, Maximin, Nash, Goldilocks} {
		_, err := Draw(t.Context(), Problem{Pool: pool, Quotas: quotas, Size: 3, Objective: o})
		var infeasible *InfeasibleError
		if !errors.As(err, &infeasible) {
			t.Errorf("%s: %v", o, err)
		}
	}
}
