package selection_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"veche/selection"
	"veche/selection/sample"
)

func seating(t interface{ Fatal(...any) }, town sample.Town, size, rounds int) selection.Seating {
	pool, err := sample.New(town).Pool()
	if err != nil {
		t.Fatal(err)
	}
	s := selection.Seating{Pool: pool, TableSize: size, Rounds: rounds, Seed: [32]byte{1}}
	for i := range pool.Len() {
		s.People = append(s.People, i)
	}
	return s
}

func TestSeatProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		town := sample.Town{People: rapid.IntRange(1, 150).Draw(t, "people"), Seats: 1, Values: []int{2, 5, 3}, Skew: .5, Seed: rapid.Uint64().Draw(t, "seed")}
		s := seating(t, town, rapid.IntRange(2, 15).Draw(t, "table size"), rapid.IntRange(1, 4).Draw(t, "rounds"))
		tables, err := selection.Seat(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if len(tables.Places) != s.Rounds {
			t.Fatalf("%d rounds", len(tables.Places))
		}
		for _, places := range tables.Places {
			taken := map[selection.Place]bool{}
			count := make([]int, tables.Count+1)
			for _, p := range places {
				if taken[p] || p.Table < 1 || p.Table > tables.Count {
					t.Fatalf("place %+v", p)
				}
				taken[p] = true
				count[p.Table]++
			}
			lo, hi := len(places), 0
			for _, c := range count[1:] {
				lo, hi = min(lo, c), max(hi, c)
			}
			if hi > s.TableSize || hi-lo > 1 {
				t.Fatalf("tables of %d to %d people at %d seats", lo, hi, s.TableSize)
			}
		}
		r := tables.Report
		if r.Meetings > r.MostMeetings || r.RepeatedPairs < 0 {
			t.Fatalf("%+v", r)
		}
	})
}

// TestSeatLargePanel seats 3,000 people for five rounds, as even as whole
// people allow.
func TestSeatLargePanel(t *testing.T) {
	people := 3_000
	if testing.Short() || selection.RaceOn {
		people = 1_000
	}
	s := seating(t, sample.City(people, people), 12, 5)
	start := time.Now()
	tables, err := selection.Seat(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	r := tables.Report
	t.Logf("%v: %d tables of %d to %d, deviation %.2f at most, %.3f on average; %.2f others met of %d, %d pairs again", time.Since(start), r.Tables, r.Smallest, r.Largest, r.MaxDeviation, r.MeanDeviation, r.MeanOthersMet, 5*(r.Largest-1), r.RepeatedPairs)
	if r.MaxDeviation > 2.9 || r.MeanDeviation > .5 || math.IsNaN(r.MeanDeviation) {
		t.Errorf("deviation %.2f at most, %.3f on average", r.MaxDeviation, r.MeanDeviation)
	}
}
