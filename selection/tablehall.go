package selection

import (
	"context"
	"fmt"
	"slices"
)

// headcount is how many people of each value sit in each of several places,
// tables or groups, that are all to be made up like the whole.
type headcount struct {
	people  int
	columns int
	total   []int64 // people of each value
	size    []int64 // people of each place
	count   []int64 // places × columns
}

// strain is how much worse a place gets when its count of a value changes by
// one: the change of the squared deviation from its fair share, times the
// number of people, so that it is whole.
func (h *headcount) strain(place int, value int32, by int64) int64 {
	n := int64(h.people)
	off := h.count[place*h.columns+int(value)]*n - h.total[value]*h.size[place]
	return 2*off*by + n
}

// hall is one group of people being seated.
type hall struct {
	headcount
	*plan
	who    []int // canonical positions of its people, rising
	tables int
	value  []int32 // person × feature
	unit   []int32
	team   [][]int32 // members of each unit
	apart  [][]int32
	past   []int32   // person × round: the table, −1 while the round is not seated
	round  int       // being seated
	at     []int32   // table of each person
	seats  [][]int32 // people of each table
	again  []int32   // how many at their table each person meets in other rounds too
	moving []int8    // marks the people of an exchange: 1 from one side, 2 from the other
	left   []int32   // buffers of an exchange
	right  []int32
}

const (
	// worthless is how many repeated meetings cost as much as one squared person.
	worthless = 2
	// parted is the price of two at one table who are to sit apart: more than
	// all else can be worth.
	parted = 1 << 40
)

// hall makes the hall of the people at the given canonical positions.
func (p *plan) hall(who []int, tables int) *hall {
	n, features := len(who), len(p.features)
	h := &hall{plan: p, who: who, tables: tables, headcount: headcount{people: n, columns: p.width, total: make([]int64, p.width)}}
	here := make(map[int32]int32, n)
	for i, k := range who {
		here[int32(k)] = int32(i)
		line := p.value[k*features : (k+1)*features]
		h.value = append(h.value, line...)
		for _, v := range line {
			h.total[v]++
		}
	}
	h.unit, h.apart = make([]int32, n), make([][]int32, n)
	for i, k := range who {
		members := p.members[p.unit[k]]
		if members[0] == int32(k) {
			team := make([]int32, len(members))
			for j, m := range members {
				team[j] = here[m]
				h.unit[team[j]] = int32(len(h.team))
			}
			h.team = append(h.team, team)
		}
		for _, o := range p.ties.apart[k] {
			if j, ok := here[o]; ok {
				h.apart[i] = append(h.apart[i], j)
			}
		}
	}
	h.past = make([]int32, n*p.Rounds)
	for i := range h.past {
		h.past[i] = -1
	}
	h.at, h.again, h.moving = make([]int32, n), make([]int32, n), make([]int8, n)
	h.seats, h.size, h.count = make([][]int32, tables), make([]int64, tables), make([]int64, tables*p.width)
	return h
}

// seat seats a group in all rounds.
func (p *plan) seat(ctx context.Context, g TableGroup) (*hall, error) {
	n := len(g.People)
	tables := tablesFor(n, p.TableSize)
	for {
		h := p.hall(g.People, tables)
		err := h.rounds(ctx, fmt.Sprintf("tables %d %d", g.Session, g.Language))
		if err == nil {
			return h, nil
		}
		// One table more may give room to those who are to sit apart, and to
		// pairs that fill tables badly.
		if _, ok := err.(*SeatingError); !ok || n < (tables+1)*min(p.Smallest, n) && !h.packed() || tables == n {
			return nil, err
		}
		tables++
	}
}

// tablesFor is how many tables n people need.
func tablesFor(n, size int) int { return (n + size - 1) / size }

// packed tells whether pairs that stay together keep people from fitting.
func (h *hall) packed() bool {
	for t := range h.seats {
		if len(h.seats[t]) > h.TableSize {
			return true
		}
	}
	return false
}

func (h *hall) rounds(ctx context.Context, use string) error {
	for h.round = range h.Rounds {
		d := newDice(h.Seed, fmt.Sprintf("%s %d", use, h.round))
		if err := h.deal(d); err != nil {
			return err
		}
		if err := h.better(ctx, d, true); err != nil {
			return err
		}
		h.keep()
	}
	if h.Rounds == 1 {
		return nil
	}
	for h.round = range h.Rounds {
		h.recall()
		if err := h.better(ctx, newDice(h.Seed, fmt.Sprintf("%s %d again", use, h.round)), false); err != nil {
			return err
		}
		h.keep()
	}
	return nil
}

// deal seats everybody anew: units of several first, each where most room is;
// then the others sorted by features, ties by the dice, around the tables in an
// order of the dice each time round. Two who sit apart are kept so where the
// table in turn allows.
func (h *hall) deal(d dice) error {
	for t := range h.seats {
		h.seats[t] = h.seats[t][:0]
	}
	clear(h.size)
	clear(h.count)
	clear(h.again)
	order := make([]int32, len(h.team))
	for u := range order {
		order[u] = int32(u)
	}
	shuffle(d, order)
	var single []int32
	for i := range h.at {
		h.at[i] = -1
	}
	slices.SortStableFunc(order, func(a, b int32) int { return len(h.team[b]) - len(h.team[a]) })
	turn := make([]int32, h.tables)
	for t := range turn {
		turn[t] = int32(t)
	}
	shuffle(d, turn)
	for _, u := range order {
		team := h.team[u]
		if len(team) == 1 {
			single = append(single, team[0])
			continue
		}
		best := int32(-1)
		for _, t := range turn {
			if len(h.seats[t])+len(team) <= h.TableSize && (best < 0 || h.worth(team, t) < h.worth(team, best)) {
				best = t
			}
		}
		if best < 0 {
			h.sit(team, turn[0]) // marks the hall as packed
			text, people := listed8(h.positions(team))
			return h.refuse(text+fmt.Sprintf(" stay together, but with the others who do %d tables of %d have no room for them", h.tables, h.TableSize), people...)
		}
		h.sit(team, best)
	}
	// How many each table gets: always one more at the smallest.
	room := make([]int, h.tables)
	for range single {
		least := turn[0]
		for _, t := range turn {
			if len(h.seats[t])+room[t] < len(h.seats[least])+room[least] {
				least = t
			}
		}
		room[least]++
	}
	slices.SortStableFunc(single, func(a, b int32) int {
		if (len(h.apart[a]) > 0) != (len(h.apart[b]) > 0) {
			return len(h.apart[b]) - len(h.apart[a])
		}
		return slices.Compare(h.line(a), h.line(b))
	})
	var free []int32
	for _, person := range single {
		if len(free) == 0 {
			for _, t := range turn {
				if room[t] > 0 {
					free = append(free, t)
				}
			}
			shuffle(d, free)
		}
		k := max(0, slices.IndexFunc(free, func(t int32) bool { return h.foes(person, t) == 0 }))
		t := free[k]
		free = slices.Delete(free, k, k+1)
		room[t]--
		h.sit([]int32{person}, t)
	}
	h.recount()
	return nil
}

// worth orders the tables for a unit: without those it sits apart from, then by size.
func (h *hall) worth(team []int32, t int32) int {
	w := len(h.seats[t])
	for _, person := range team {
		w += h.foes(person, t) * h.people
	}
	return w
}

// foes counts the people at a table whom a person is to sit apart from.
func (h *hall) foes(person, t int32) int {
	n := 0
	for _, o := range h.apart[person] {
		if h.at[o] == t {
			n++
		}
	}
	return n
}

func (h *hall) sit(team []int32, t int32) {
	for _, person := range team {
		h.at[person] = t
		h.seats[t] = append(h.seats[t], person)
		h.size[t]++
		for _, v := range h.line(person) {
			h.count[int(t)*h.width+int(v)]++
		}
	}
}

// line is the values of a person as columns.
func (h *hall) line(person int32) []int32 {
	f := len(h.features)
	return h.value[int(person)*f : (int(person)+1)*f]
}

func (h *hall) positions(people []int32) []int32 {
	out := make([]int32, len(people))
	for i, person := range people {
		out[i] = int32(h.who[person])
	}
	return out
}

// keep remembers the round's tables.
func (h *hall) keep() {
	for i, t := range h.at {
		h.past[i*h.Rounds+h.round] = t
	}
}

// recall takes the round's tables up again.
func (h *hall) recall() {
	for t := range h.seats {
		h.seats[t] = h.seats[t][:0]
	}
	clear(h.size)
	clear(h.count)
	for i := range h.at {
		t := h.past[i*h.Rounds+h.round]
		h.sit([]int32{int32(i)}, t)
		h.past[i*h.Rounds+h.round] = -1
	}
	h.recount()
}

// met is 1 where two people share a table in another round, else 0: what a
// meeting more would not be worth.
func (h *hall) met(a, b int32) int32 {
	x := h.past[int(a)*h.Rounds : (int(a)+1)*h.Rounds]
	y := h.past[int(b)*h.Rounds : (int(b)+1)*h.Rounds]
	for r, t := range x {
		if t == y[r] && t >= 0 {
			return 1
		}
	}
	return 0
}

func (h *hall) recount() {
	for person := range h.again {
		h.again[person] = 0
		for _, o := range h.seats[h.at[person]] {
			if o != int32(person) {
				h.again[person] += h.met(int32(person), o)
			}
		}
	}
}

// write puts the places of all rounds into lists by position in People; seats
// are numbered in canonical order.
func (h *hall) write(places [][]Place, first int) {
	next := make([]int, h.tables)
	for round := range places {
		clear(next)
		for i, k := range h.who {
			t := h.past[i*h.Rounds+round]
			next[t]++
			places[round][h.order[k]] = Place{Table: first + int(t), Seat: next[t]}
		}
	}
}
