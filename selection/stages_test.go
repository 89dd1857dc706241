package selection

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"veche/selection/solver"
)

// homesCase is a small pool with households and quotas around a panel that some
// of its people make: seats are few, so what shares of people could do whole
// people often cannot.
func homesCase(t *rapid.T, most int) Problem {
	features := []Feature{{Name: "g", Values: []string{"w", "m"}}, {Name: "a", Values: []string{"x", "y", "z"}}, {Name: "d", Values: []string{"n", "s"}}}
	pool, err := NewPool(features)
	if err != nil {
		t.Fatal(err)
	}
	people := rapid.IntRange(5, most).Draw(t, "people")
	homes := rapid.IntRange(people/2, people).Draw(t, "homes")
	used := map[string]bool{}
	want := rapid.IntRange(2, 4).Draw(t, "size")
	held := make([][]int, len(features))
	size := 0
	for f := range features {
		held[f] = make([]int, len(features[f].Values))
	}
	for i := range people {
		p := Person{ID: fmt.Sprintf("p%02d", i), Household: fmt.Sprint(rapid.IntRange(1, homes).Draw(t, "home"))}
		for _, f := range features {
			p.Values = append(p.Values, uint16(rapid.IntRange(0, len(f.Values)-1).Draw(t, "value")))
		}
		if err := pool.Add(p); err != nil {
			t.Fatal(err)
		}
		if size < want && !used[p.Household] {
			used[p.Household] = true
			size++
			for f, v := range p.Values {
				held[f][v]++
			}
		}
	}
	p := Problem{Pool: pool, Size: size}
	for f, counts := range held {
		slack := rapid.IntRange(0, 1).Draw(t, "slack")
		for v, n := range counts {
			p.Quotas = append(p.Quotas, Quota{Feature: features[f].Name, Value: features[f].Values[v], Min: max(0, n-slack), Max: n + slack})
		}
	}
	return p
}

// allPanels are all sets of people that meet the quotas with one a household.
func allPanels(p Problem) [][]int {
	var out [][]int
	var team []int
	var choose func(from int)
	choose = func(from int) {
		if len(team) == p.Size {
			if meets(p, team) {
				out = append(out, slices.Clone(team))
			}
			return
		}
	next:
		for i := from; i < p.Pool.Len(); i++ {
			for _, j := range team {
				if p.Pool.Household(i) == p.Pool.Household(j) {
					continue next
				}
			}
			team = append(team, i)
			choose(i + 1)
			team = team[:len(team)-1]
		}
	}
	choose(0)
	return out
}

func meets(p Problem, team []int) bool {
	for _, q := range p.Quotas {
		n := 0
		for _, i := range team {
			if p.Pool.Value(i, p.Pool.FeatureIndex(q.Feature)) == q.Value {
				n++
			}
		}
		if n < q.Min || n > q.Max {
			return false
		}
	}
	return true
}

// lookup is leximin by looking at every panel: a linear program over all of them
// a stage, with those settled whom no solution of it raises. People on no panel
// have 0.
func lookup(t *rapid.T, panels [][]int, people int) []float64 {
	s, err := solver.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	program := solver.Program{Maximise: true, Start: []int32{0}}
	rows := make([][]int32, people)
	for c, team := range panels {
		for _, i := range team {
			rows[i] = append(rows[i], int32(c))
		}
	}
	C := len(panels)
	for range C + 1 { // shares, then the lowest chance
		program.Cost, program.ColLo, program.ColHi = append(program.Cost, 0), append(program.ColLo, 0), append(program.ColHi, 1)
	}
	row := func(list []int32, low bool, lo, hi float64) {
		for _, c := range list {
			program.Index, program.Value = append(program.Index, c), append(program.Value, 1)
		}
		if low {
			program.Index, program.Value = append(program.Index, int32(C)), append(program.Value, -1)
		}
		program.Start = append(program.Start, int32(len(program.Index)))
		program.RowLo, program.RowHi = append(program.RowLo, lo), append(program.RowHi, hi)
	}
	seats := func(held []float64, low func(i int) bool) {
		program.Index, program.Value, program.Start, program.RowLo, program.RowHi = nil, nil, []int32{0}, nil, nil
		for i, list := range rows {
			if len(list) > 0 {
				row(list, low(i), held[i]-1e-9, 2)
			}
		}
		var all []int32
		for c := range C {
			all = append(all, int32(c))
		}
		row(all, false, 1, 1)
	}
	run := func(cost func(c int) float64) ([]float64, float64) {
		for c := range program.Cost {
			program.Cost[c] = cost(c)
		}
		if err := s.Load(program); err != nil {
			t.Fatal(err)
		}
		status, err := s.Run()
		if err != nil || status != solver.Optimal {
			t.Fatalf("status %d: %v", status, err)
		}
		x, _, err := s.Solution()
		if err != nil {
			t.Fatal(err)
		}
		return x, s.Objective()
	}
	held, settled := make([]float64, people), make([]bool, people)
	left := 0
	for i, list := range rows {
		if settled[i] = len(list) == 0; !settled[i] {
			left++
		}
	}
	for left > 0 {
		seats(held, func(i int) bool { return !settled[i] })
		x, _ := run(func(c int) float64 { return float64(max(0, c-C+1)) })
		low := x[C]
		floor := slices.Clone(held)
		for i := range floor {
			if !settled[i] {
				floor[i] = low
			}
		}
		seats(floor, func(int) bool { return false })
		before := left
		for i, list := range rows {
			if settled[i] {
				continue
			}
			_, most := run(func(c int) float64 {
				if slices.Contains(list, int32(c)) {
					return 1
				}
				return 0
			})
			if most < low+1e-6 {
				settled[i], held[i] = true, low
				left--
			}
		}
		if left == before {
			t.Fatalf("nobody settled at %g", low)
		}
	}
	return held
}

// TestLeximinOverPanels compares the chances with leximin by a look at every
// panel: of each person, so also that everyone whom a panel can hold has one.
func TestLeximinOverPanels(t *testing.T) {
	if !solver.Available() {
		t.Skip("needs the solver")
	}
	most := 12
	if RaceOn {
		most = 7
	}
	rapid.Check(t, func(t *rapid.T) {
		p := homesCase(t, most)
		panels := allPanels(p)
		want := lookup(t, panels, p.Pool.Len())
		p.Objective = Leximin
		r, err := Draw(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range r.Probability {
			if math.Abs(v-want[i]) > float64(2*nearEnough*want[i])+1e-9 {
				t.Fatalf("person %d has %.6f, leximin over all %d panels %.6f; %+v", i, v, len(panels), want[i], r.Report.Lottery)
			}
		}
		p.Objective = Maximin
		if r, err = Draw(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		low := 2.0
		for _, v := range want {
			if v > 0 {
				low = min(low, v)
			}
		}
		for i, v := range r.Probability {
			if want[i] > 0 && v < float64(low*(1-2*nearEnough)) || want[i] == 0 && v != 0 {
				t.Fatalf("maximin: person %d has %.6f, the lowest can be %.6f; %+v", i, v, low, r.Report.Lottery)
			}
		}
	})
}

// TestLeximinIsLowestOfAll draws pools with more people than a look at every
// panel bears: no other objective may have a higher lowest chance, or leave fewer
// without one.
func TestLeximinIsLowestOfAll(t *testing.T) {
	if !solver.Available() {
		t.Skip("needs the solver")
	}
	if RaceOn {
		t.Skip("too slow under the race detector")
	}
	rapid.Check(t, func(t *rapid.T) {
		p := homesCase(t, 24)
		lowest := func(o Objective) (low float64, none int) {
			p.Objective = o
			r, err := Draw(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			low = 1
			for _, v := range r.Probability {
				if v > 0 {
					low = min(low, v)
				}
			}
			return low, r.Report.WithoutChance
		}
		low, none := lowest(Leximin)
		o := rapid.SampledFrom([]Objective{Nash, Goldilocks}).Draw(t, "other")
		if other, without := lowest(o); none > without || none == without && low < float64(other*(1-2*nearEnough)) {
			t.Fatalf("leximin: lowest %.6f, %d without; %s: %.6f, %d", low, none, o, other, without)
		}
	})
}

// TestKindSpread holds the report to what households make of the chances of
// people who are alike otherwise.
func TestKindSpread(t *testing.T) {
	pool, err := NewPool([]Feature{{Name: "g", Values: []string{"w", "m"}}})
	if err != nil {
		t.Fatal(err)
	}
	for i, home := range []string{"a", "a", "a", "b", "c", "d"} {
		if err := pool.Add(Person{ID: fmt.Sprint(i), Values: []uint16{0}, Household: home}); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Draw(t.Context(), Problem{Pool: pool, Quotas: Quotas{{Feature: "g", Value: "w", Min: 4, Max: 4}}, Size: 4, Objective: Leximin})
	if err != nil {
		t.Fatal(err)
	}
	if v := r.Report.KindSpread; math.Abs(v-2./3) > 1e-3 {
		t.Errorf("a third of a seat and a whole one differ by %g", v)
	}
}
