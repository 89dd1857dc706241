package selection

import (
	"context"
	"fmt"
	"slices"
)

// Seating is a panel to be put at tables.
type Seating struct {
	Pool      *Pool
	People    []int    // who sits, by index in the pool
	Features  []string // to balance; empty: all of the pool
	TableSize int      // the most at one table, 2 or more
	Rounds    int      // how often people are mixed, 1 or more
	Seed      [32]byte
}

// Tables is a seating: every table of a round within one person of the same
// size and as close as possible to the panel's make-up, and people meet as many
// others as possible over the rounds.
type Tables struct {
	Count  int       // tables in each round
	Places [][]Place // by round, in the order of Seating.People
	Report TablesReport
}

// Place is a table and a seat at it, both counted from 1.
type Place struct{ Table, Seat int }

// TablesReport tells how even the tables are. A deviation is in people: how far
// a table's number of people of a value is from its fair share.
type TablesReport struct {
	People        int            `json:"people"`
	Tables        int            `json:"tables"`
	Smallest      int            `json:"smallest"`
	Largest       int            `json:"largest"`
	Rounds        int            `json:"rounds"`
	Balance       []TableBalance `json:"balance"`
	MaxDeviation  float64        `json:"max_deviation"`
	MeanDeviation float64        `json:"mean_deviation"`
	Meetings      int            `json:"meetings"`        // different pairs who share a table at least once
	MostMeetings  int            `json:"most_meetings"`   // what the sizes allow at most
	RepeatedPairs int            `json:"repeated_pairs"`  // pairs who meet again, each time counted
	MeanOthersMet float64        `json:"mean_others_met"` // by person
}

// TableBalance is one value over all tables of all rounds.
type TableBalance struct {
	Feature       string  `json:"feature"`
	Value         string  `json:"value"`
	Share         float64 `json:"share"`
	MaxDeviation  float64 `json:"max_deviation"`
	MeanDeviation float64 `json:"mean_deviation"`
}

// offers is about how many exchanges are tried in a round; fewer people get
// more of them each, from 40 to 400.
const offers = 200_000

// Seat puts people at tables. The first deal goes around the tables with
// people sorted by their features, so that each table gets a slice through all
// of them; exchanges of two people then lessen the sum of squared deviations
// and of repeated meetings until passes find none.
//
// Cost: O(rounds · offers · (features + table size)), offers 40 to 400 a person.
func Seat(ctx context.Context, s Seating) (*Tables, error) {
	h, err := newHall(s)
	if err != nil {
		return nil, err
	}
	out := &Tables{Count: h.tables}
	for round := range s.Rounds {
		d := newDice(s.Seed, fmt.Sprintf("tables %d", round))
		h.deal(d)
		idle := 0
		for range min(400, max(40, offers/len(s.People))) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if h.pass(d) == 0 {
				if idle++; idle == 3 {
					break
				}
			}
		}
		out.Places = append(out.Places, h.places())
		h.note()
	}
	out.Report = h.report()
	return out, nil
}

// hall is a seating under work. Weights make repeated meetings and deviations
// comparable in whole numbers, so that exchanges compare exactly.
type hall struct {
	Seating
	features []int
	offset   []int // of each feature's values in a line of counts
	width    int
	value    [][]int // of each person: columns in the line of counts
	total    []int   // people of each value
	tables   int
	at       []int // table of each person
	seats    [][]int
	count    []int // tables × width
	met      []map[int32]int
	balance  []deviation
	later    bool // a round has been noted
}

type deviation struct{ worst, sum float64 }

func newHall(s Seating) (*hall, error) {
	n := len(s.People)
	switch {
	case s.Pool == nil || n == 0:
		return nil, fmt.Errorf("nobody to seat")
	case s.TableSize < 2:
		return nil, fmt.Errorf("a table needs at least 2 seats, got %d", s.TableSize)
	case s.Rounds < 1:
		return nil, fmt.Errorf("at least one round is needed, got %d", s.Rounds)
	}
	h := &hall{Seating: s, tables: (n + s.TableSize - 1) / s.TableSize}
	if len(s.Features) == 0 {
		for f := range s.Pool.features {
			h.features = append(h.features, f)
		}
	}
	for _, name := range s.Features {
		f := s.Pool.FeatureIndex(name)
		if f < 0 {
			return nil, fmt.Errorf("the panel has no feature %q", name)
		}
		h.features = append(h.features, f)
	}
	for _, f := range h.features {
		h.offset = append(h.offset, h.width)
		h.width += len(s.Pool.features[f].Values)
	}
	h.total = make([]int, h.width)
	seen := map[int]bool{}
	for _, i := range s.People {
		if i < 0 || i >= s.Pool.Len() {
			return nil, fmt.Errorf("person number %d is not in the pool of %d", i, s.Pool.Len())
		}
		if seen[i] {
			return nil, fmt.Errorf("%q is to be seated twice", s.Pool.ID(i))
		}
		seen[i] = true
		line := make([]int, len(h.features))
		for k, f := range h.features {
			line[k] = h.offset[k] + int(s.Pool.Values(i)[f])
			h.total[line[k]]++
		}
		h.value = append(h.value, line)
	}
	h.at = make([]int, n)
	h.count = make([]int, h.tables*h.width)
	h.met = make([]map[int32]int, n)
	for i := range h.met {
		h.met[i] = map[int32]int{}
	}
	h.balance = make([]deviation, h.width)
	return h, nil
}

// deal seats everybody anew: sorted by features, ties by the dice, around the
// tables, which begin anew at a table of the dice each time round.
func (h *hall) deal(d dice) {
	order := make([]int, len(h.People))
	for i := range order {
		order[i] = i
	}
	// The order must not depend on the order of the list.
	slices.SortFunc(order, func(a, b int) int {
		return slices.Compare([]byte(h.Pool.ID(h.People[a])), []byte(h.Pool.ID(h.People[b])))
	})
	shuffle(d, order)
	slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(h.value[a], h.value[b]) })
	h.seats = make([][]int, h.tables)
	clear(h.count)
	turn := make([]int, h.tables)
	for i := range turn {
		turn[i] = i
	}
	for k, person := range order {
		if k%h.tables == 0 {
			shuffle(d, turn)
		}
		t := turn[k%h.tables]
		h.at[person] = t
		h.seats[t] = append(h.seats[t], person)
		for _, v := range h.value[person] {
			h.count[t*h.width+v]++
		}
	}
}

// strain is how much worse table t gets when its count of value v changes by
// one: the change of the squared deviation from its fair share, scaled by the
// number of people so that it is whole.
func (h *hall) strain(t, v, by int) int {
	n := len(h.People)
	share := h.total[v] * len(h.seats[t])
	c := h.count[t*h.width+v]*n - share
	return (2*c*by + n) // ((c+by·n)² − c²)/n
}

// pass offers every person exchanges with people at other tables and returns
// how many were made.
func (h *hall) pass(d dice) int {
	n, made := len(h.People), 0
	if h.tables < 2 {
		return 0
	}
	for range n {
		a := d.below(n)
		b := d.below(n)
		if h.at[a] == h.at[b] {
			continue
		}
		ta, tb := h.at[a], h.at[b]
		gain := 0
		for k, va := range h.value[a] {
			if vb := h.value[b][k]; va != vb {
				gain += h.strain(ta, va, -1) + h.strain(ta, vb, 1) + h.strain(tb, vb, -1) + h.strain(tb, va, 1)
			}
		}
		repeat := 0
		if h.later {
			repeat = h.meets(a, tb, b) + h.meets(b, ta, a) - h.meets(a, ta, a) - h.meets(b, tb, b)
		}
		if gain+repeat*n < 0 {
			h.swap(a, b)
			made++
		}
	}
	return made
}

// meets counts the meetings that person would repeat at table t, leaving out one.
func (h *hall) meets(person, t, except int) int {
	sum := 0
	for _, other := range h.seats[t] {
		if other != person && other != except {
			sum += h.met[person][int32(other)]
		}
	}
	return sum
}

func (h *hall) swap(a, b int) {
	ta, tb := h.at[a], h.at[b]
	h.seats[ta][slices.Index(h.seats[ta], a)] = b
	h.seats[tb][slices.Index(h.seats[tb], b)] = a
	h.at[a], h.at[b] = tb, ta
	for k, va := range h.value[a] {
		vb := h.value[b][k]
		h.count[ta*h.width+va]--
		h.count[ta*h.width+vb]++
		h.count[tb*h.width+vb]--
		h.count[tb*h.width+va]++
	}
}

// places numbers the seats of each table in the order of the people.
func (h *hall) places() []Place {
	out := make([]Place, len(h.People))
	next := make([]int, h.tables)
	for i, t := range h.at {
		next[t]++
		out[i] = Place{Table: t + 1, Seat: next[t]}
	}
	return out
}

// note remembers who met and how even the round was.
func (h *hall) note() {
	h.later = true
	for t, people := range h.seats {
		for _, a := range people {
			for _, b := range people {
				if a != b {
					h.met[a][int32(b)]++
				}
			}
		}
		for v := range h.width {
			fair := float64(h.total[v]) * float64(len(people)) / float64(len(h.People))
			off := float64(h.count[t*h.width+v]) - fair
			off = max(off, -off)
			h.balance[v].worst = max(h.balance[v].worst, off)
			h.balance[v].sum += off
		}
	}
}

func (h *hall) report() TablesReport {
	n := len(h.People)
	r := TablesReport{People: n, Tables: h.tables, Rounds: h.Rounds, Smallest: n}
	for _, people := range h.seats {
		r.Smallest, r.Largest = min(r.Smallest, len(people)), max(r.Largest, len(people))
	}
	column, total := 0, 0.0
	for _, f := range h.features {
		for _, value := range h.Pool.features[f].Values {
			b := h.balance[column]
			mean := b.sum / float64(h.tables*h.Rounds)
			r.Balance = append(r.Balance, TableBalance{Feature: h.Pool.features[f].Name, Value: value,
				Share: float64(h.total[column]) / float64(n), MaxDeviation: b.worst, MeanDeviation: mean})
			r.MaxDeviation = max(r.MaxDeviation, b.worst)
			total += mean
			column++
		}
	}
	if column > 0 {
		r.MeanDeviation = total / float64(column)
	}
	met := 0
	for i := range h.met {
		met += len(h.met[i])
	}
	r.Meetings = met / 2
	pairs := 0
	for _, people := range h.seats {
		pairs += len(people) * (len(people) - 1) / 2
	}
	r.RepeatedPairs = pairs*h.Rounds - r.Meetings
	r.MostMeetings = min(pairs*h.Rounds, n*(n-1)/2)
	r.MeanOthersMet = float64(met) / float64(n)
	return r
}
