package selection

import (
	"fmt"
	"math"
	"strings"
)

// TablesReport tells how even the tables are. A deviation is in people: how far
// a table's number of people of a value is from its fair share, by the make-up
// of its group.
type TablesReport struct {
	People          int            `json:"people"` // who sit
	Unplaced        int            `json:"unplaced"`
	Tables          int            `json:"tables"`
	Smallest        int            `json:"smallest"`
	Largest         int            `json:"largest"`
	Rounds          int            `json:"rounds"`
	Groups          []GroupReport  `json:"groups"`
	Balance         []TableBalance `json:"balance"`
	MaxDeviation    float64        `json:"max_deviation"`
	MeanDeviation   float64        `json:"mean_deviation"`
	LeastDeviation  float64        `json:"least_deviation"` // the mean that whole people leave at best
	Together        int            `json:"together"`        // pairs kept
	Apart           int            `json:"apart"`
	Meetings        int            `json:"meetings"`       // different pairs who share a table at least once
	MostMeetings    int            `json:"most_meetings"`  // what the sizes allow at most
	RepeatedPairs   int            `json:"repeated_pairs"` // pairs who meet again, each time counted
	MeanOthersMet   float64        `json:"mean_others_met"`
	FewestOthersMet int            `json:"fewest_others_met"` // by anyone
}

// GroupReport is the tables of one session and language.
type GroupReport struct {
	Session       string  `json:"session,omitempty"`
	Language      string  `json:"language,omitempty"`
	People        int     `json:"people"`
	First         int     `json:"first"` // number of its first table
	Tables        int     `json:"tables"`
	Smallest      int     `json:"smallest"`
	Largest       int     `json:"largest"`
	MaxDeviation  float64 `json:"max_deviation"`
	MeanDeviation float64 `json:"mean_deviation"`
	Worst         *Worst  `json:"worst,omitempty"` // the table furthest from its share
}

// Worst is the table and value where the share is missed by most.
type Worst struct {
	Round   int     `json:"round"`
	Table   int     `json:"table"`
	Feature string  `json:"feature"`
	Value   string  `json:"value"`
	People  int     `json:"people"` // of the value at the table
	Fair    float64 `json:"fair"`
}

// TableBalance is one value over all tables of all rounds.
type TableBalance struct {
	Feature       string  `json:"feature"`
	Value         string  `json:"value"`
	Share         float64 `json:"share"`  // of everyone who sits
	Fewest        int     `json:"fewest"` // at one table
	Most          int     `json:"most"`
	MaxDeviation  float64 `json:"max_deviation"`
	MeanDeviation float64 `json:"mean_deviation"`
}

// Words is the report in a few lines.
func (r *TablesReport) Words() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d people at %d tables of %s, %s\n", r.People, r.Tables, span(r.Smallest, r.Largest), plural(r.Rounds, "round"))
	if len(r.Groups) > 1 {
		for i := range r.Groups {
			g := &r.Groups[i]
			fmt.Fprintf(&b, "  %s: %d people, tables %d to %d, of %s\n", g.name(), g.People, g.First, g.First+g.Tables-1, span(g.Smallest, g.Largest))
		}
	}
	if r.Unplaced > 0 {
		fmt.Fprintf(&b, "%s could not be placed\n", plural(r.Unplaced, "person"))
	}
	if w := r.worst(); w != nil {
		fmt.Fprintf(&b, "furthest from its share: table %d in round %d has %d of %s = %s, %.1f would be fair\n", w.Table, w.Round, w.People, w.Feature, w.Value, w.Fair)
		fmt.Fprintf(&b, "on average a table is %.2f people off for a value; whole people leave %.2f at best\n", r.MeanDeviation, r.LeastDeviation)
	}
	fmt.Fprintf(&b, "%d pairs meet of the %d that the tables allow; everyone meets %.1f others on average, nobody fewer than %d\n", r.Meetings, r.MostMeetings, r.MeanOthersMet, r.FewestOthersMet)
	return b.String()
}

func (g *GroupReport) name() string {
	switch {
	case g.Session == "":
		return g.Language
	case g.Language == "":
		return g.Session
	}
	return g.Session + ", " + g.Language
}

func (r *TablesReport) worst() *Worst {
	var worst *Worst
	most := -1.0
	for i := range r.Groups {
		if r.Groups[i].Worst != nil && r.Groups[i].MaxDeviation > most {
			worst, most = r.Groups[i].Worst, r.Groups[i].MaxDeviation
		}
	}
	return worst
}

func span(lo, hi int) string {
	if lo == hi {
		return fmt.Sprint(lo)
	}
	return fmt.Sprintf("%d to %d", lo, hi)
}

func plural(n int, one string) string {
	switch {
	case n == 1:
		return "1 " + one
	case one == "person":
		return fmt.Sprintf("%d people", n)
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// balance gathers how even the halls of a seating are.
type balance struct {
	*plan
	out   TablesReport
	total []int
	cells int
	sum   []float64
	least float64
}

func newBalance(p *plan) *balance {
	b := &balance{plan: p, total: make([]int, p.width), sum: make([]float64, p.width)}
	b.out.Rounds, b.out.Smallest, b.out.FewestOthersMet = p.Rounds, math.MaxInt, math.MaxInt
	for _, f := range p.features {
		for _, v := range p.Pool.features[f].Values {
			b.out.Balance = append(b.out.Balance, TableBalance{Feature: p.Pool.features[f].Name, Value: v, Fewest: math.MaxInt})
		}
	}
	return b
}

// note adds a hall whose rounds are all seated.
func (b *balance) note(h *hall, g TableGroup) {
	r := &b.out
	out := GroupReport{Session: b.Sessions.name(g.Session), Language: b.Languages.name(g.Language),
		People: h.people, First: g.First, Tables: h.tables, Smallest: math.MaxInt}
	for v, n := range h.total {
		b.total[v] += int(n)
	}
	sum := 0.0
	pairs := 0
	for h.round = range h.Rounds {
		h.recall()
		h.keep()
		for t, size := range h.size {
			s := int(size)
			out.Smallest, out.Largest = min(out.Smallest, s), max(out.Largest, s)
			pairs += s * (s - 1) / 2
			for v := range h.columns {
				n := int(h.count[t*h.columns+v])
				fair := float64(h.total[v]*size) / float64(h.people)
				off := math.Abs(float64(n) - fair)
				sum += off
				b.sum[v] += off
				b.least += math.Abs(fair - math.Round(fair))
				value := &r.Balance[v]
				value.Fewest, value.Most = min(value.Fewest, n), max(value.Most, n)
				value.MaxDeviation = max(value.MaxDeviation, off)
				if out.Worst == nil || off > out.MaxDeviation {
					out.MaxDeviation = off
					out.Worst = &Worst{Round: h.round + 1, Table: g.First + t, Feature: value.Feature, Value: value.Value, People: n, Fair: fair}
				}
			}
		}
	}
	places := h.tables * h.Rounds
	b.cells += places
	if h.columns > 0 {
		out.MeanDeviation = sum / float64(places*h.columns)
	}
	met, fewest := h.meetings()
	r.People += h.people
	r.Tables += h.tables
	r.Smallest, r.Largest = min(r.Smallest, out.Smallest), max(r.Largest, out.Largest)
	r.MaxDeviation = max(r.MaxDeviation, out.MaxDeviation)
	r.Meetings += met
	r.RepeatedPairs += pairs - met
	r.MostMeetings += min(pairs, h.people*(h.people-1)/2)
	r.FewestOthersMet = min(r.FewestOthersMet, fewest)
	r.Groups = append(r.Groups, out)
}

// meetings counts the pairs who ever share a table, and the others whom the
// person meets who meets fewest.
func (h *hall) meetings() (pairs, fewest int) {
	tables := make([][][]int32, h.Rounds)
	for round := range tables {
		tables[round] = make([][]int32, h.tables)
		for i := range h.at {
			t := h.past[i*h.Rounds+round]
			tables[round][t] = append(tables[round][t], int32(i))
		}
	}
	seen := make([]int32, h.people)
	fewest = math.MaxInt
	for i := range h.at {
		met := 0
		for round := range tables {
			for _, o := range tables[round][h.past[i*h.Rounds+round]] {
				if int(o) != i && seen[o] != int32(i)+1 {
					seen[o] = int32(i) + 1
					met++
				}
			}
		}
		pairs += met
		fewest = min(fewest, met)
	}
	return pairs / 2, fewest
}

func (b *balance) report(t *Tables) TablesReport {
	r := b.out
	r.Unplaced = len(t.Unplaced)
	r.Together, r.Apart = len(b.Together), len(b.Apart)
	if r.People == 0 {
		r.Smallest, r.FewestOthersMet = 0, 0
	}
	sum := 0.0
	for v := range r.Balance {
		value := &r.Balance[v]
		if b.cells == 0 {
			value.Fewest = 0
			continue
		}
		value.Share = float64(b.total[v]) / float64(r.People)
		value.MeanDeviation = b.sum[v] / float64(b.cells)
		sum += b.sum[v]
	}
	if values := float64(b.cells * len(r.Balance)); values > 0 {
		r.MeanDeviation, r.LeastDeviation = sum/values, b.least/values
	}
	if r.People > 0 {
		r.MeanOthersMet = float64(2*r.Meetings) / float64(r.People)
	}
	return r
}
