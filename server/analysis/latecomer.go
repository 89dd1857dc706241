package analysis

import (
	"slices"

	"veche/selection"
	"veche/server/topic"
)

// TableFor answers the table of the round that is on for someone who came when
// tables had been seated: among the open tables of a session and a language that
// the person gave (where none has room, of the language; else any) the one with
// most room, and of those within a person of it the one whose make-up by the table
// features stays closest to that of its session and language; equals by number.
//
// A table is as full as people are expected there: all who sit there before its
// agenda begins; from then on those present and half of the others. One where
// nobody is once its agenda began comes after all others. The answer is 0 where
// no table has room, which is up to one person over its size.
//
// Cost: seats · features.
func (p *Panel) TableFor(s *topic.State, application uint64, present map[uint32][]uint64) uint32 {
	first, last := s.RoundTables()
	if first == 0 {
		return 0
	}
	l := late{Panel: p, s: s, first: first, desks: make([]desk, last-first+1), groups: map[topic.TableAt]*desk{}}
	l.lay()
	for i := range s.Seats {
		if s.Seats[i].Application == application {
			l.person, l.known = p.bySeat[uint32(i+1)]
		}
		l.seat(i)
	}
	for t := range l.desks {
		l.expect(uint32(t)+first, len(present[uint32(t)+first]))
	}
	for _, fits := range []func(at topic.TableAt) bool{
		func(at topic.TableAt) bool { return l.gave(p.Sessions, at.Session) && l.gave(p.Languages, at.Language) },
		func(at topic.TableAt) bool { return l.gave(p.Languages, at.Language) },
		func(topic.TableAt) bool { return true },
	} {
		if t := l.best(fits); t != 0 {
			return t
		}
	}
	return 0
}

// late is someone who looks for a table.
type late struct {
	*Panel
	s        *topic.State
	first    uint32
	person   int // in the panel
	known    bool
	features []int // of the pool, that tables are balanced by
	offset   []int // of each one's values in a line of counts
	width    int
	desks    []desk
	groups   map[topic.TableAt]*desk // what a session's and language's people are
}

// desk is a table with what its people are.
type desk struct {
	at       topic.TableAt
	seated   int
	expected int
	empty    bool // its agenda began and nobody is there
	count    []int64
}

func (l *late) lay() {
	for _, name := range l.Features {
		f := l.Pool.FeatureIndex(name)
		l.features, l.offset = append(l.features, f), append(l.offset, l.width)
		l.width += len(l.Pool.Features()[f].Values)
	}
	for t := range l.desks {
		l.desks[t].at, _ = l.s.TableAt(l.first + uint32(t))
		l.desks[t].count = make([]int64, l.width)
		if at := l.desks[t].at; l.groups[at] == nil {
			l.groups[at] = &desk{count: make([]int64, l.width)}
		}
	}
}

// add counts a person's values on a line.
func (l *late) add(line []int64, person int) {
	values := l.Pool.Values(person)
	for i, f := range l.features {
		line[l.offset[i]+int(values[f])]++
	}
}

// seat counts whoever has seat i at their table.
func (l *late) seat(i int) {
	t := l.s.Seats[i].Table
	if t < l.first || int(t-l.first) >= len(l.desks) || l.s.Seats[i].Status != topic.SeatAccepted {
		return
	}
	d := &l.desks[t-l.first]
	all := l.groups[d.at]
	d.seated++
	all.seated++
	if person, ok := l.bySeat[uint32(i+1)]; ok {
		l.add(d.count, person)
		l.add(all.count, person)
	}
}

// expect says how many will be at a table where so many are now.
func (l *late) expect(table uint32, here int) {
	d := &l.desks[table-l.first]
	d.expected = d.seated
	if l.s.Floor(table).Step != 0 {
		d.expected = here + max(0, d.seated-here)/2
		d.empty = here == 0
	}
}

// gave says whether the person chose an option; who chose none, or is not known,
// takes any.
func (l *late) gave(c selection.Choice, option string) bool {
	if !l.known || option == "" || len(c.Of[l.person]) == 0 {
		return true
	}
	return slices.ContainsFunc(c.Of[l.person], func(o int) bool { return c.Options[o] == option })
}

// best is the best of the tables that fit, 0 for none.
func (l *late) best(fits func(topic.TableAt) bool) uint32 {
	var list []uint32
	least := 0
	empty := true
	for t := range l.desks {
		d, table := &l.desks[t], l.first+uint32(t)
		if l.s.Floor(table).Closed != 0 || d.expected > l.TableSize || !fits(d.at) || d.empty && !empty {
			continue
		}
		if len(list) == 0 || empty && !d.empty {
			list, least, empty = list[:0], d.expected, d.empty
		}
		least = min(least, d.expected)
		list = append(list, table)
	}
	list = slices.DeleteFunc(list, func(t uint32) bool { return l.desks[t-l.first].expected > least+1 })
	best, cost := uint32(0), int64(0)
	for _, t := range list {
		if c := l.cost(t); best == 0 || c < cost {
			best, cost = t, c
		}
	}
	return best
}

// cost is how much further a table is from the make-up of its session and
// language with the person: squared deviations times the square of their number.
func (l *late) cost(table uint32) int64 {
	if !l.known {
		return 0
	}
	d := &l.desks[table-l.first]
	all := l.groups[d.at]
	off := func(count []int64, size int) int64 {
		sum := int64(0)
		for v, n := range count {
			by := n*int64(all.seated) - all.count[v]*int64(size)
			sum += by * by
		}
		return sum
	}
	with := slices.Clone(d.count)
	l.add(with, l.person)
	return off(with, d.seated+1) - off(d.count, d.seated)
}
