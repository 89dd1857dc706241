package selection_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"veche/selection"
	"veche/selection/sample"
)

// TestJoinProperties: whoever is absent, everyone present keeps a place in their
// session, no table grows beyond one more than the table size, those who are
// apart stay apart, pairs who are both present stay together, and only tables
// that no other could take are small.
func TestJoinProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { joinCase(t) })
	fixed, joined := rapid.Custom(joinCase), 0
	for seed := 0; joined == 0 && seed < 40; seed++ {
		joined += fixed.Example(seed)
	}
	if joined == 0 {
		t.Error("nobody ever moved: the test shows nothing")
	}
}

// joinCase joins the tables of one made seating and returns how many people moved.
func joinCase(t *rapid.T) int {
	s := seatingCase(t)
	tables, err := selection.Seat(t.Context(), s)
	if err != nil {
		return 0
	}
	a := selection.Attendance{Seating: s, Tables: tables, Round: rapid.IntRange(1, s.Rounds).Draw(t, "round"), Fewest: rapid.IntRange(1, s.TableSize).Draw(t, "fewest")}
	for range s.People {
		a.Present = append(a.Present, rapid.IntRange(0, 9).Draw(t, "present") < 6)
	}
	j, err := selection.Join(a)
	if err != nil {
		t.Fatal(err)
	}
	again, err := selection.Join(a)
	if err != nil || !reflect.DeepEqual(j, again) {
		t.Fatalf("not the same again: %v", err)
	}
	old := tables.Places[a.Round-1]
	size := make([]int, tables.Count+1)
	taken := map[selection.Place]bool{}
	moved := 0
	for k, p := range j.Places {
		if (p.Table == 0) != (old[k].Table == 0 || !a.Present[k]) || p.Table != 0 && taken[p] {
			t.Fatalf("person %d at %+v", k, p)
		}
		if p.Table == 0 {
			continue
		}
		taken[p] = true
		size[p.Table]++
		from, to := tables.GroupOf(old[k].Table), tables.GroupOf(p.Table)
		if from.Session != to.Session || from.Language != to.Language && !suits(s.Languages, k, to.Language) && len(s.Together) == 0 {
			t.Fatalf("person %d went from %+v to %+v", k, from, to)
		}
		if p.Table != old[k].Table {
			moved++
		}
	}
	if moved != len(j.Moves) || moved != j.Report.Moved {
		t.Fatalf("%d changed tables, %d moves", moved, len(j.Moves))
	}
	for table, n := range size[1:] {
		if n > s.TableSize+1 {
			t.Fatalf("%d at table %d of %d", n, table+1, s.TableSize)
		}
		if n > 0 && n < a.Fewest && !slices.Contains(j.Report.Small, table+1) {
			t.Fatalf("table %d has %d and is not named", table+1, n)
		}
	}
	at := tableOf(s, j.Places)
	for _, pair := range s.Together {
		if at[pair[0]] != at[pair[1]] && at[pair[0]]*at[pair[1]] != 0 {
			t.Fatalf("pair %v was parted", pair)
		}
	}
	for _, pair := range s.Apart {
		if at[pair[0]] == at[pair[1]] && at[pair[0]] != 0 {
			t.Fatalf("%v were joined", pair)
		}
	}
	return moved
}

// TestJoinFew: with a third absent, few people move, no small table is left, and
// tables stay as even as they were.
func TestJoinFew(t *testing.T) {
	s := seating(t, sample.City(600, 600), 10, 1)
	tables, err := selection.Seat(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	a := selection.Attendance{Seating: s, Tables: tables, Round: 1}
	r := rand.New(rand.NewPCG(1, 2))
	size := make([]int, tables.Count+1)
	for k := range s.People {
		here := r.IntN(3) > 0
		a.Present = append(a.Present, here)
		if here {
			size[tables.Places[0][k].Table]++
		}
	}
	small := 0
	for _, n := range size[1:] {
		if n < selection.DefaultFewest(10) {
			small += n
		}
	}
	j, err := selection.Join(a)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d people sat at small tables; %+v", small, j.Report)
	if len(j.Report.Small) > 0 || j.Report.Moved == 0 || j.Report.Moved > small || j.Report.Largest > 10 || j.Report.MeanDeviation > j.Report.DeviationWas+.02 {
		t.Errorf("%+v", j.Report)
	}
}

// TestJoinByHand: two tables of four and five become one; a table of five with
// none to join gets one from the fullest; a lone small table is named.
func TestJoinByHand(t *testing.T) {
	for _, c := range []struct {
		name    string
		size    int
		present []int // at each table of ten
		moved   int
		after   []int
		small   int
	}{
		{"two small ones", 10, []int{4, 5}, 4, []int{0, 9}, 0},
		{"the smallest goes where it helps", 10, []int{1, 5, 9}, 1, []int{0, 6, 9}, 0},
		{"no room to join", 10, []int{5, 10, 10}, 1, []int{6, 9, 10}, 0},
		{"alone", 10, []int{4}, 0, []int{4}, 1},
		{"large enough", 10, []int{6, 7, 8}, 0, []int{6, 7, 8}, 0},
		{"an empty one", 10, []int{0, 7}, 0, []int{0, 7}, 0},
	} {
		var people []string
		for range c.present {
			people = append(people, times(10, "a,mon,en")...)
		}
		s := seatByHand(t, c.size, people...)
		tables, err := selection.Seat(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		a := selection.Attendance{Seating: s, Tables: tables, Round: 1, Present: make([]bool, len(people))}
		for k, p := range tables.Places[0] {
			a.Present[k] = p.Seat <= c.present[p.Table-1]
		}
		j, err := selection.Join(a)
		if err != nil {
			t.Fatal(err)
		}
		after := make([]int, len(c.present))
		for _, p := range j.Places {
			if p.Table > 0 {
				after[p.Table-1]++
			}
		}
		if len(j.Moves) != c.moved || !slices.Equal(after, c.after) || len(j.Report.Small) != c.small {
			t.Errorf("%s: %d moves, %v, small %v; want %d, %v, %d", c.name, len(j.Moves), after, j.Report.Small, c.moved, c.after, c.small)
		}
	}
}
