package selection

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
)

// Attendance is who came to the tables of a round.
type Attendance struct {
	Seating Seating // as it was seated; Rounds and Seed have no bearing
	Tables  *Tables // Count, Groups and Places are read
	Round   int     // from 1
	Present []bool  // by position in Seating.People
	Fewest  int     // a table with fewer present is joined with others; 0: DefaultFewest
}

// DefaultFewest is the fewest present at a table that stays: six, or a little
// over half of a table of fewer than eight.
func DefaultFewest(tableSize int) int {
	if tableSize < defaultSmallest {
		return tableSize/2 + 1
	}
	return 6
}

// Joined is a round with its small tables joined.
type Joined struct {
	Places []Place // of those present, in the order of the people; no place: absent or unplaced
	Moves  []Move  // in the order of the people
	Report JoinReport
}

// Move is someone who changes tables.
type Move struct {
	Person   int // position in Seating.People
	From, To int // tables
}

// JoinReport tells what joining came to.
type JoinReport struct {
	Round         int     `json:"round"`
	Present       int     `json:"present"`
	Moved         int     `json:"moved"`
	Tables        int     `json:"tables"` // with someone at them
	Smallest      int     `json:"smallest"`
	Largest       int     `json:"largest"`
	Closed        []int   `json:"closed"`         // tables that nobody sits at any more
	Small         []int   `json:"small"`          // tables below the fewest that no other table could take
	MaxDeviation  float64 `json:"max_deviation"`  // in people, from the make-up of those present in the group
	MeanDeviation float64 `json:"mean_deviation"` // of the tables that have someone
	DeviationWas  float64 `json:"deviation_was"`  // the mean before
}

// Words is the report in a few lines.
func (r *JoinReport) Words() string {
	text := fmt.Sprintf("%d present in round %d: %s changed tables, %s closed, %d are left with %s people\n", r.Present, r.Round, plural(r.Moved, "person"), plural(len(r.Closed), "table"), r.Tables, span(r.Smallest, r.Largest))
	if len(r.Small) > 0 {
		text += fmt.Sprintf("too small and with no other table that has room in their session and language: %v\n", r.Small)
	}
	return text + fmt.Sprintf("on average a table is %.2f people off for a value (%.2f before)\n", r.MeanDeviation, r.DeviationWas)
}

// Join closes tables at which too few are present and seats their people at
// others of the same session and language; where those have no room, at tables of
// the same session in another language that they speak. The tables with the
// fewest present go first, as many as it takes so that those left are large
// enough, and no table gets more than one person over the table size. Where
// closing does not go, the largest tables send some over. Pairs stay together
// and apart. Among the tables with room each person or unit goes where the
// make-up of those present suffers least, and exchanges among those who move
// better that. Nothing is left to chance: the same people present give the same
// tables.
//
// Cost: O(moves · (tables + moves) · values).
func Join(a Attendance) (*Joined, error) {
	p, err := newPlan(withRounds(a.Seating))
	if err != nil {
		return nil, err
	}
	if a.Round < 1 || a.Round > len(a.Tables.Places) || len(a.Tables.Places[a.Round-1]) != len(a.Seating.People) || len(a.Present) != len(a.Seating.People) {
		return nil, fmt.Errorf("round %d is not one of the seating's, or places and people present differ in number", a.Round)
	}
	if a.Fewest == 0 {
		a.Fewest = DefaultFewest(a.Seating.TableSize)
	}
	j := newJoin(p, a)
	was := j.deviation()
	for g := range a.Tables.Groups {
		j.join(g)
	}
	j.exchange()
	return j.joined(was), nil
}

func withRounds(s Seating) Seating {
	s.Rounds = 1
	return s
}

// join is a round being joined. Tables are counted from 0 here.
type join struct {
	*plan
	Attendance
	units   []*guest
	tables  []desk
	total   [][]int64 // by group: people present of each value
	present []int64   // by group
}

// guest is the members of a unit who are present.
type guest struct {
	people   []int32 // canonical positions
	from, at int     // tables
	suits    []int   // groups, its own first
}

// desk is a table with who is present at it.
type desk struct {
	group  int
	size   int
	count  []int64
	guests []*guest
	closed bool
}

func newJoin(p *plan, a Attendance) *join {
	j := &join{plan: p, Attendance: a, tables: make([]desk, a.Tables.Count)}
	for g, group := range a.Tables.Groups {
		for t := group.First - 1; t < group.First-1+group.Tables; t++ {
			j.tables[t] = desk{group: g, count: make([]int64, p.width)}
		}
		j.total = append(j.total, make([]int64, p.width))
	}
	j.present = make([]int64, len(a.Tables.Groups))
	places := a.Tables.Places[a.Round-1]
	for _, team := range p.members {
		// Those of a unit sit at one table; a list made by hand may have it otherwise.
		at := map[int]*guest{}
		speak := make([][]int, len(team))
		for i, k := range team {
			speak[i] = p.Languages.suits(p.order[k])
		}
		for _, k := range team {
			t := places[p.order[k]].Table - 1
			if t < 0 || !a.Present[p.order[k]] {
				continue
			}
			if at[t] == nil {
				at[t] = &guest{from: t, at: t}
				_, some := spoken(speak)
				at[t].suits = j.suits(t, some)
				j.units = append(j.units, at[t])
			}
			at[t].people = append(at[t].people, k)
		}
	}
	for _, u := range j.units {
		j.seat(u, u.from, 1)
		g := j.tables[u.from].group
		j.present[g] += int64(len(u.people))
		for _, k := range u.people {
			for _, v := range j.line(int(k)) {
				j.total[g][v]++
			}
		}
	}
	return j
}

// suits lists the groups where those of a table can sit: its own, then others of
// the session whose language they speak.
func (j *join) suits(table int, speak []int) []int {
	own := j.tables[table].group
	list := []int{own}
	for g, group := range j.Tables.Groups {
		if g != own && group.Session == j.Tables.Groups[own].Session && slices.Contains(speak, group.Language) {
			list = append(list, g)
		}
	}
	return list
}

// seat puts a unit at a table, or takes it away with by = −1.
func (j *join) seat(u *guest, table int, by int) {
	t := &j.tables[table]
	t.size += by * len(u.people)
	for _, k := range u.people {
		for _, v := range j.line(int(k)) {
			t.count[v] += int64(by)
		}
	}
	if by > 0 {
		u.at = table
		t.guests = append(t.guests, u)
	} else {
		at := slices.Index(t.guests, u)
		t.guests = slices.Delete(t.guests, at, at+1)
	}
}

func (j *join) move(u *guest, to int) {
	j.seat(u, u.at, -1)
	j.seat(u, to, 1)
}

// join closes or fills up the small tables of a group.
func (j *join) join(g int) {
	var small, all []int
	for t := range j.tables {
		if j.tables[t].group != g || j.tables[t].size == 0 {
			continue
		}
		all = append(all, t)
		if j.tables[t].size < j.Fewest {
			small = append(small, t)
		}
	}
	slices.SortStableFunc(small, func(a, b int) int { return j.tables[a].size - j.tables[b].size })
	for len(small) > 0 {
		for close := 1; close <= len(small); close++ {
			if j.close(small[:close]) {
				return
			}
		}
		// No room for all: the largest tables send people to the one that lacks
		// fewest, and the rest try again.
		last := small[len(small)-1]
		small = small[:len(small)-1]
		j.fill(last, all)
	}
}

// close moves everyone from the given tables to others, first to small ones, so
// that none stays small; where that does not go it changes nothing.
func (j *join) close(tables []int) bool {
	var guests []*guest
	for _, t := range tables {
		guests = append(guests, j.tables[t].guests...)
		j.tables[t].closed = true
	}
	slices.SortStableFunc(guests, func(a, b *guest) int {
		return cmp.Or(len(b.people)-len(a.people), int(a.people[0]-b.people[0]))
	})
	g := j.tables[tables[0]].group
	done := true
	for _, u := range guests {
		to := j.best(u)
		if to < 0 {
			done = false
			break
		}
		j.move(u, to)
	}
	for t := range j.tables {
		x := &j.tables[t]
		done = done && (x.group != g || x.closed || x.size == 0 || x.size >= j.Fewest)
	}
	if !done {
		for _, u := range guests {
			if u.at != u.from {
				j.move(u, u.from)
			}
		}
		for _, t := range tables {
			j.tables[t].closed = false
		}
	}
	return done
}

// best is the table where a unit fits best, −1 where none has room: a small one
// in its own group, else one within the table size, else one with one seat more,
// and the same in the other groups that suit it.
func (j *join) best(u *guest) int {
	for _, g := range u.suits {
		for _, want := range []func(size int) bool{
			func(size int) bool { return size-len(u.people) < j.Fewest },
			func(size int) bool { return size <= j.TableSize },
			func(size int) bool { return size <= j.TableSize+1 },
		} {
			best, least := -1, int64(math.MaxInt64)
			for t := range j.tables {
				x := &j.tables[t]
				if x.group != g || x.closed || x.size == 0 || t == u.at || !want(x.size+len(u.people)) || x.size+len(u.people) > j.TableSize+1 || j.foe(u, t) {
					continue
				}
				if cost := j.cost(t, u.people, nil) - j.cost(t, nil, nil); cost < least {
					best, least = t, cost
				}
			}
			if best >= 0 {
				return best
			}
		}
	}
	return -1
}

// fill brings people from the largest tables of the group to a small one, as
// long as those stay large enough.
func (j *join) fill(table int, all []int) {
	for j.tables[table].size < j.Fewest {
		var best *guest
		least := int64(math.MaxInt64)
		largest := 0
		for _, t := range all {
			for _, u := range j.tables[t].guests {
				n := len(u.people)
				if t == table || j.tables[t].size-n < j.Fewest || j.tables[table].size+n > j.TableSize+1 || j.tables[t].size < largest || j.foe(u, table) {
					continue
				}
				cost := j.cost(t, nil, u.people) - j.cost(t, nil, nil) + j.cost(table, u.people, nil)
				if j.tables[t].size > largest || cost < least {
					best, least, largest = u, cost, j.tables[t].size
				}
			}
		}
		if best == nil {
			return
		}
		j.move(best, table)
	}
}

// cost is the squared deviation of a table from the make-up of those present in
// its group, times the square of their number, with some people more or fewer.
func (j *join) cost(table int, more, fewer []int32) int64 {
	t := &j.tables[table]
	n := j.present[t.group]
	size := int64(t.size + len(more) - len(fewer))
	change := map[int32]int64{}
	for _, k := range more {
		for _, v := range j.line(int(k)) {
			change[v]++
		}
	}
	for _, k := range fewer {
		for _, v := range j.line(int(k)) {
			change[v]--
		}
	}
	sum := int64(0)
	for v, count := range t.count {
		off := (count+change[int32(v)])*n - j.total[t.group][v]*size
		sum += off * off
	}
	return sum
}

// foe tells whether someone at a table is to sit apart from a unit.
func (j *join) foe(u *guest, table int) bool {
	for _, o := range j.tables[table].guests {
		if o != u && j.foes(u, o) {
			return true
		}
	}
	return false
}

// foes tells whether two units have members who are to sit apart.
func (j *join) foes(a, b *guest) bool {
	for _, k := range a.people {
		for _, other := range b.people {
			if slices.Contains(j.apart[k], other) {
				return true
			}
		}
	}
	return false
}

// exchange swaps the new tables of those who moved while that brings tables
// closer to the make-up.
func (j *join) exchange() {
	var moved []*guest
	for _, u := range j.units {
		if u.at != u.from {
			moved = append(moved, u)
		}
	}
	const passes = 10
	for range passes {
		better := false
		for i, a := range moved {
			for _, b := range moved[:i] {
				better = j.swap(a, b) || better
			}
		}
		if !better {
			return
		}
	}
}

func (j *join) swap(a, b *guest) bool {
	ta, tb := a.at, b.at
	ga, gb := j.tables[ta].group, j.tables[tb].group
	if ta == tb || ga != gb || len(a.people) != len(b.people) || a.from == tb || b.from == ta {
		return false
	}
	gain := j.cost(ta, nil, nil) + j.cost(tb, nil, nil) - j.cost(ta, b.people, a.people) - j.cost(tb, a.people, b.people)
	if gain <= 0 {
		return false
	}
	j.move(a, tb)
	j.move(b, ta)
	if j.foe(a, tb) || j.foe(b, ta) {
		j.move(a, ta)
		j.move(b, tb)
		return false
	}
	return true
}

type joinDeviation struct{ worst, mean float64 }

func (j *join) deviation() joinDeviation {
	var d joinDeviation
	cells := 0
	for t := range j.tables {
		x := &j.tables[t]
		if x.size == 0 {
			continue
		}
		for v, count := range x.count {
			off := math.Abs(float64(count) - float64(j.total[x.group][v]*int64(x.size))/float64(j.present[x.group]))
			d.worst = max(d.worst, off)
			d.mean += off
			cells++
		}
	}
	if cells > 0 {
		d.mean /= float64(cells)
	}
	return d
}

func (j *join) joined(was joinDeviation) *Joined {
	old := j.Tables.Places[j.Round-1]
	out := &Joined{Places: make([]Place, len(old))}
	next := make([]int, len(j.tables))
	for _, place := range old {
		if place.Table > 0 {
			next[place.Table-1] = max(next[place.Table-1], place.Seat)
		}
	}
	for _, u := range j.units {
		for _, k := range u.people {
			i := j.order[k]
			out.Places[i] = old[i]
			if u.at != u.from {
				next[u.at]++
				out.Places[i] = Place{Table: u.at + 1, Seat: next[u.at]}
				out.Moves = append(out.Moves, Move{Person: i, From: u.from + 1, To: u.at + 1})
			}
		}
	}
	slices.SortFunc(out.Moves, func(a, b Move) int { return a.Person - b.Person })
	d := j.deviation()
	r := JoinReport{Round: j.Round, Moved: len(out.Moves), Smallest: math.MaxInt, Closed: []int{}, Small: []int{}, MaxDeviation: d.worst, MeanDeviation: d.mean, DeviationWas: was.mean}
	for t := range j.tables {
		size := j.tables[t].size
		r.Present += size
		if size == 0 {
			r.Closed = append(r.Closed, t+1)
			continue
		}
		r.Tables++
		r.Smallest, r.Largest = min(r.Smallest, size), max(r.Largest, size)
		if size < j.Fewest {
			r.Small = append(r.Small, t+1)
		}
	}
	if r.Tables == 0 {
		r.Smallest = 0
	}
	out.Report = r
	return out
}

// WriteMoves writes `id,from,to`.
func WriteMoves(w io.Writer, s Seating, moves []Move) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"id", "from", "to"}); err != nil {
		return err
	}
	for _, m := range moves {
		if err := c.Write([]string{s.Pool.ID(s.People[m.Person]), strconv.Itoa(m.From), strconv.Itoa(m.To)}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
