package selection

import (
	"slices"
)

// lineup seats people for a panel by type: uniformly within a type, nobody
// twice, one of a household. byHome finds who holds a household.
type lineup struct {
	in     *instance
	panel  *panel
	chosen [][]int32       // people of each type, nil where none
	seated map[int32]bool  // people
	byHome map[int32]int32 // household → person
	dice   dice
	redraw int // people passed over for their household
	moved  int // seats moved to another type for it
}

// seatPeople draws people for the seats of each type. Types with the least room
// come first. Where a household stands in the way, people of the same types
// change places until all fit; where types cannot all be filled with one
// person a household, seats move to other types with the quotas kept.
func seatPeople(in *instance, p *panel, d dice) (*lineup, homeCap) {
	l := &lineup{in: in, panel: p, chosen: make([][]int32, in.types()),
		seated: map[int32]bool{}, byHome: map[int32]int32{}, dice: d}
	var order []int
	for t, x := range p.seats {
		if x > 0 {
			order = append(order, t)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return (in.count[a] - int(p.seats[a])) - (in.count[b] - int(p.seats[b]))
	})
	var missing []int
	for _, t := range order {
		want := int(p.seats[t])
		all := slices.Clone(in.people(t))
		for i := 0; i < len(all) && len(l.chosen[t]) < want; i++ {
			j := i + d.below(len(all)-i)
			all[i], all[j] = all[j], all[i]
			if l.blocker(all[i]) >= 0 {
				l.redraw++
				continue
			}
			l.seat(t, all[i])
		}
		for range want - len(l.chosen[t]) {
			missing = append(missing, t)
		}
	}
	for _, t := range missing {
		limit, ok := l.augment(t)
		if ok {
			continue
		}
		p.add(t, -1)
		l.moved++
		if !l.exchange(t) {
			return nil, limit
		}
	}
	return l, homeCap{}
}

// blocker is the seated person who holds a person's household, −1 when nobody does.
func (l *lineup) blocker(person int32) int32 {
	h := l.in.pool.household[person]
	if h < 0 {
		return -1
	}
	if who, ok := l.byHome[h]; ok {
		return who
	}
	return -1
}

func (l *lineup) seat(t int, person int32) {
	l.chosen[t] = append(l.chosen[t], person)
	l.seated[person] = true
	if h := l.in.pool.household[person]; h >= 0 {
		l.byHome[h] = person
	}
}

func (l *lineup) unseat(t int, person int32) {
	at := slices.Index(l.chosen[t], person)
	l.chosen[t] = slices.Delete(l.chosen[t], at, at+1)
	delete(l.seated, person)
	if h := l.in.pool.household[person]; h >= 0 {
		delete(l.byHome, h)
	}
}

// augment seats one more person of type t: a free one, or one whose household
// is held by somebody who makes room for another of the same type, and so on
// (an augmenting path of the matching of seats and households, so it fails only
// when no matching exists). Then the types it went through, all of whose other
// people are blocked by people of the same types, can have no more seats than
// they have now: the limit returned (Hall's condition).
func (l *lineup) augment(t int) (homeCap, bool) {
	type hop struct {
		from    int   // index into queue of the type that asks, −1 for the first
		person  int32 // who would take a seat of the asking type
		blocked int32 // and who would give up one, of this hop's own type
		t       int
	}
	queue := []hop{{from: -1, t: t}}
	asked := map[int]bool{t: true}
	for at := 0; at < len(queue); at++ {
		people := slices.Clone(l.in.people(queue[at].t))
		shuffle(l.dice, people)
		for _, person := range people {
			if l.seated[person] {
				continue
			}
			who := l.blocker(person)
			if who >= 0 {
				if c := int(l.in.typeOf[who]); !asked[c] {
					asked[c] = true
					queue = append(queue, hop{from: at, person: person, blocked: who, t: c})
				}
				continue
			}
			// Free: walk back, each hop giving its seat to the person who asked.
			path := []hop{}
			for i := at; queue[i].from >= 0; i = queue[i].from {
				path = append(path, queue[i])
			}
			for _, h := range path {
				l.unseat(h.t, h.blocked)
			}
			l.seat(queue[at].t, person)
			for _, h := range path {
				l.seat(queue[h.from].t, h.person)
			}
			return homeCap{}, true
		}
	}
	var limit homeCap
	for c := range asked {
		limit.types = append(limit.types, int32(c))
		limit.most += len(l.chosen[c])
	}
	slices.Sort(limit.types)
	return limit, false
}

// free is a person of type t who could be seated now, −1 when there is none.
func (l *lineup) free(t int, except int32) int32 {
	people := l.in.people(t)
	start := l.dice.below(len(people))
	for i := range people {
		person := people[(start+i)%len(people)]
		if l.seated[person] {
			continue
		}
		if who := l.blocker(person); who < 0 || who == except {
			return person
		}
	}
	return -1
}

// exchange fills the seat that type t could not take with another type b, the
// nearer the better. What b has too much of, a seated person of type c who
// shares it gives back by leaving for one of type d, who is like c but has
// what t had: all rows end as they were.
func (l *lineup) exchange(t int) bool {
	in, p := l.in, l.panel
	want := in.rowsOf(t)
	byFar := make([][]int, in.width+1)
	for b := range in.count {
		far := 0
		for i, r := range in.rowsOf(b) {
			if r != want[i] {
				far++
			}
		}
		if int(p.seats[b]) < in.count[b] {
			byFar[far] = append(byFar[far], b)
		}
	}
	rows := make([]int32, in.width)
	for far := range byFar {
		shuffle(l.dice, byFar[far])
		for _, b := range byFar[far] {
			person := l.free(b, -1)
			if person < 0 {
				continue
			}
			p.add(b, 1)
			if p.off() == 0 {
				l.seat(b, person)
				return true
			}
			got := in.rowsOf(b)
		next:
			for c, x := range p.seats {
				if x == 0 || c == b || len(l.chosen[c]) == 0 {
					continue
				}
				for i, r := range in.rowsOf(c) {
					rows[i] = r
					if got[i] != want[i] {
						if r != got[i] {
							continue next
						}
						rows[i] = want[i]
					}
				}
				done := false
				in.alike(rows, func(e int) {
					if done || int(p.seats[e]) >= in.count[e] {
						return
					}
					leaver := l.chosen[c][l.dice.below(len(l.chosen[c]))]
					l.seat(b, person)
					comer := l.free(e, leaver)
					if comer < 0 {
						l.unseat(b, person)
						return
					}
					l.unseat(c, leaver)
					l.seat(e, comer)
					p.add(c, -1)
					p.add(e, 1)
					done = true
				})
				if done {
					return true
				}
			}
			p.add(b, -1)
		}
	}
	return false
}
