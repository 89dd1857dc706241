package selection_test

import (
	"testing"

	"veche/selection"
	"veche/selection/sample"
)

// BenchmarkSeat is 10,000 people at tables of 12 for five rounds: all in one
// hall, and with three sessions, two languages and some 500 pairs each to stay
// together and apart.
func BenchmarkSeat(b *testing.B) {
	whole := seating(b, sample.City(10_000, 10_000), 12, 5)
	groups := whole
	groups.Sessions = selection.Choice{Options: []string{"a", "b", "c"}}
	groups.Languages = selection.Choice{Options: []string{"en", "ru"}}
	for i := range whole.People {
		groups.Sessions.Of = append(groups.Sessions.Of, [][]int{{0}, {1}, {2}, {0, 1}, {1, 2}, nil}[i%6])
		groups.Languages.Of = append(groups.Languages.Of, [][]int{{0}, {1}, {1}, {0, 1}, {1}}[i%5])
	}
	for k := range 500 { // those who are 30 apart gave the same answers
		at := 60*(k/3) + k%3
		if at+33 < len(whole.People) {
			groups.Together = append(groups.Together, [2]int{at, at + 30})
			groups.Apart = append(groups.Apart, [2]int{at + 3, at + 33})
		}
	}
	for _, one := range []struct {
		name    string
		seating selection.Seating
	}{{"hall", whole}, {"groups", groups}} {
		b.Run(one.name, func(b *testing.B) {
			for b.Loop() {
				tables, err := selection.Seat(b.Context(), one.seating)
				if err != nil {
					b.Fatal(err)
				}
				r := tables.Report
				b.ReportMetric(r.MaxDeviation, "people-off-at-most")
				b.ReportMetric(r.MeanDeviation, "people-off")
				b.ReportMetric(r.LeastDeviation, "people-off-at-best")
				b.ReportMetric(r.MeanOthersMet, "others-met")
				b.ReportMetric(float64(r.Unplaced), "unplaced")
			}
		})
	}
}
