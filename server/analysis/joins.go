package analysis

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"veche/selection"
	"veche/server/topic"
)

// TableJoin is a table that ends because too few are there.
type TableJoin struct {
	From      uint32 `json:"from"`
	Into      uint32 `json:"into"`      // where most of those who are there go, and who is absent
	Here      int    `json:"here"`      // how many are there
	Elsewhere int    `json:"elsewhere"` // how many of them go to other tables than Into, where there is room
}

// Joins is how tables that have become too small are joined.
type Joins struct {
	Joins []TableJoin // by From
	// Filled is how many people go to a small table that can't end, from larger ones.
	Filled int
	// People are to be placed before tables end: those who do not go Into, with the
	// table of each.
	People []uint64 // applications
	Tables []uint32
}

// Attendance is who is at which table while tables are joined.
type Attendance struct {
	Here  func(application uint64) bool
	Takes func(table uint32) bool // the table may end or get people
}

// Present is the attendance that everybody in a table's room now makes up.
func Present(present map[uint32][]uint64) Attendance {
	here := map[uint64]bool{}
	for room, people := range present { // into a set: in no order
		if room == 0 {
			continue
		}
		for _, n := range people {
			here[n] = true
		}
	}
	return Attendance{Here: func(n uint64) bool { return here[n] }, Takes: func(uint32) bool { return true }}
}

// TablesOf copies what [Panel.Join] and an attendance read of a state: settings,
// seats, the last seating and what goes on in the rooms, without its lists.
func TablesOf(s *topic.State) *topic.State {
	t := topic.NewState()
	t.Settings, t.StageIndex, t.Tables, t.Seats = s.Settings, s.StageIndex, s.Tables, slices.Clone(s.Seats)
	if n := len(s.Seating); n > 0 {
		t.Seating = slices.Clone(s.Seating[n-1:])
	}
	t.Floors = make([]topic.Floor, len(s.Floors))
	for i := range s.Floors {
		f := &s.Floors[i]
		t.Floors[i] = topic.Floor{Step: f.Step, Opened: f.Opened, Ends: f.Ends, Paused: f.Paused, Speaker: f.Speaker, Closed: f.Closed, Last: f.Last}
	}
	return t
}

// Join plans how tables of the round that is on, at which fewer than
// [FewestHere] are present, are joined with others of the same session and
// language, by [selection.Join]: as few people move as make every table large
// enough, they go where the make-up by the table features suffers least, no table
// gets more than one person over its size, and pairs that sit together (or apart)
// go on doing so. Tables where nobody is take no part. pairs are those of the last
// seating, nil for none; who got a seat since the panel was gathered stays.
//
// Errors are a [*topic.Fault]. Cost: seats, and as of [selection.Join].
func (p *Panel) Join(s *topic.State, pairs *Pairs, a Attendance) (Joins, error) {
	first, last := s.RoundTables()
	if first == 0 {
		return Joins{}, topic.NewFault(topic.CodeConflict, "nobody is seated yet: seat tables first")
	}
	x := p.Seating
	x.Sessions, x.Languages = selection.Choice{}, selection.Choice{} // no choice is left
	if pairs != nil {
		x.Together, x.Apart = p.standing(pairs.Together), p.standing(pairs.Apart)
	}
	m := moving{Panel: p, State: s, together: x.Together, at: make([]uint32, len(p.seats)), goes: make([]uint32, len(p.seats)), present: make([]bool, len(p.seats))}
	places := make([]selection.Place, len(p.seats))
	for i, seat := range p.seats {
		table := s.Seats[seat].Table
		if table < first || table > last || s.Seats[seat].Status != topic.SeatAccepted {
			continue
		}
		m.at[i], m.goes[i] = table, table
		places[i] = selection.Place{Table: int(table - first + 1), Seat: i + 1}
		m.present[i] = a.Here(s.Seats[seat].Application) && s.Floor(table).Closed == 0 && a.Takes(table)
	}
	joined, err := selection.Join(selection.Attendance{
		Seating: x, Round: 1, Present: m.present, Fewest: FewestHere(&s.Settings),
		Tables: &selection.Tables{Count: int(last - first + 1), Groups: tableGroups(s), Places: [][]selection.Place{places}},
	})
	var refused *selection.SeatingError
	if errors.As(err, &refused) {
		return Joins{}, topic.NewFault(topic.CodeContradiction, "the pairs of the seating contradict each other")
	}
	if err != nil {
		return Joins{}, err
	}
	return m.joins(first, joined.Moves), nil
}

// standing are the pairs both of whom still have a seat, by person.
func (p *Panel) standing(pairs [][2]uint32) [][2]int {
	var list [][2]int
	for _, pair := range pairs {
		a, ok := p.bySeat[pair[0]]
		b, both := p.bySeat[pair[1]]
		if ok && both {
			list = append(list, [2]int{a, b})
		}
	}
	return list
}

// tableGroups are the tables of a round by session and language, counted from 1.
func tableGroups(s *topic.State) []selection.TableGroup {
	x := &s.Seating[len(s.Seating)-1]
	if len(x.Groups) == 0 {
		return []selection.TableGroup{{Session: -1, Language: -1, First: 1, Tables: int(x.Tables)}}
	}
	var list []selection.TableGroup
	next := 1
	for _, g := range x.Groups {
		list = append(list, selection.TableGroup{Session: int(g.Session) - 1, Language: int(g.Language) - 1, First: next, Tables: int(g.Tables)})
		next += int(g.Tables)
	}
	return list
}

// moving is a panel whose people change tables.
type moving struct {
	*Panel
	*topic.State
	together [][2]int
	at, goes []uint32 // table of each person, now and then; 0 for none
	present  []bool
}

// joins turns who moves into what is to be done.
func (m *moving) joins(first uint32, moves []selection.Move) Joins {
	var out Joins
	ways := map[[2]uint32]int{}
	for _, x := range moves {
		from, to := first+uint32(x.From)-1, first+uint32(x.To)-1
		ways[[2]uint32{from, to}]++
		m.goes[x.Person] = to
	}
	stays := map[uint32]bool{} // tables at which someone present stays
	for i := range m.at {
		if m.present[i] && m.goes[i] == m.at[i] {
			stays[m.at[i]] = true
		}
	}
	into := map[uint32]uint32{} // of tables that end
	for _, way := range slices.SortedFunc(maps.Keys(ways), func(a, b [2]uint32) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(ways[b], ways[a]), cmp.Compare(a[1], b[1]))
	}) {
		switch {
		case stays[way[0]]:
			out.Filled += ways[way]
		case into[way[0]] == 0: // most go this way
			into[way[0]] = way[1]
			out.Joins = append(out.Joins, TableJoin{From: way[0], Into: way[1], Here: ways[way]})
		default:
			j := &out.Joins[len(out.Joins)-1]
			j.Here += ways[way]
			j.Elsewhere += ways[way]
		}
	}
	m.follow()
	for i, seat := range m.seats {
		if m.goes[i] != m.at[i] && m.goes[i] != into[m.at[i]] {
			out.People, out.Tables = append(out.People, m.Seats[seat].Application), append(out.Tables, m.goes[i])
		}
	}
	return out
}

// follow lets those who are absent go where someone goes with whom they sit
// together.
func (m *moving) follow() {
	for again := true; again; {
		again = false
		for _, p := range m.together {
			for _, side := range [][2]int{{p[0], p[1]}, {p[1], p[0]}} {
				a, b := side[0], side[1]
				if !m.present[b] && m.at[a] == m.at[b] && m.goes[a] != m.at[a] && m.goes[b] == m.at[b] {
					m.goes[b], again = m.goes[a], true
				}
			}
		}
	}
}
