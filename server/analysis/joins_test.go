package analysis_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"veche/server/analysis"
	"veche/server/topic"
)

// panelled is a debate at tables with the rows of its people.
type panelled struct {
	*topic.State
	panel *analysis.Panel
	rows  map[uint64]analysis.Text
}

// panel seats people at tables that have room for ten, in the order of their
// seats: the first half of the tables on monday in English, the others on tuesday
// in Russian. Seats 1, 4, 7 and so on are women's.
func panel(t testing.TB, tables, each int) *panelled {
	t.Helper()
	s := topic.NewState()
	s.Settings = topic.Settings{TableSize: 10, Stages: []topic.Stage{{Kind: topic.StageDraw}, {Kind: topic.StageDebate}}, Form: topic.Form{
		Features: []topic.Feature{{Name: "sex", Options: []string{"female", "male"}}},
		Sessions: []string{"monday", "tuesday"}, Languages: []string{"en", "ru"},
	}}
	s.StageIndex = 1
	rows := map[uint64]analysis.Text{}
	event := &topic.TablesSeated{Tables: uint32(tables), Rounds: 1, Groups: []topic.TableGroup{
		{Session: 1, Language: 1, Tables: uint32(tables / 2)}, {Session: 2, Language: 2, Tables: uint32(tables - tables/2)},
	}}
	for i := range tables * each {
		table := i/each + 1
		sex, day, tongue := "male", "monday", "en"
		if i%3 == 0 {
			sex = "female"
		}
		if table > tables/2 {
			day, tongue = "tuesday", "ru"
		}
		sit(t, s, rows, sex, []string{day}, []string{tongue})
		event.Seats = append(event.Seats, uint32(table))
	}
	s.Apply(&topic.Event{Seq: 1, Body: event})
	p := &panelled{State: s, rows: rows}
	p.gather(t)
	return p
}

func (p *panelled) gather(t testing.TB) {
	t.Helper()
	var err error
	if p.panel, err = analysis.Gather(t.Context(), p.State, p.rows); err != nil {
		t.Fatal(err)
	}
}

// leave has people give their seats back.
func (p *panelled) leave(people ...uint64) {
	for _, n := range people {
		p.Seats[n-1] = topic.Seat{Application: n, Status: topic.SeatDeclined}
	}
}

// open begins the agenda of all tables.
func (p *panelled) open() {
	p.Settings.Debate.Agenda = []topic.Step{{Kind: topic.StepDiscussion, Title: "Talk"}}
	first, last := p.RoundTables()
	p.Apply(&topic.Event{Seq: p.Seq + 1, Body: &topic.StepOpened{From: first, To: last, Step: 1}})
}

// sit gives a person with a row a seat.
func sit(t testing.TB, s *topic.State, rows map[uint64]analysis.Text, sex string, sessions, languages []string) uint64 {
	t.Helper()
	row, err := s.Settings.Form.NewRow(map[string]string{"sex": sex}, nil, sessions, languages, "")
	if err != nil {
		t.Fatal(err)
	}
	n := uint64(len(s.Applications) + 1)
	text := analysis.Text{Salt: [topic.SaltSize]byte{byte(n), byte(n >> 8), 1}, Body: row.Bytes()}
	rows[n] = text
	s.Applications = append(s.Applications, topic.Application{Row: topic.DigestOf(text.Salt, text.Body), Status: topic.ApplicationOpen, Seat: uint32(len(s.Seats) + 1)})
	s.Seats = append(s.Seats, topic.Seat{Application: n, Status: topic.SeatAccepted})
	return n
}

// carry does what a plan says, as the server does.
func (p *panelled) carry(t testing.TB, j analysis.Joins) {
	t.Helper()
	commands := []topic.Command{}
	if len(j.People) > 0 {
		commands = append(commands, topic.PlacePeople{Cause: topic.PlaceMerge, People: j.People, Tables: j.Tables})
	}
	for _, x := range j.Joins {
		commands = append(commands, topic.MergeTables{From: x.From, Into: x.Into})
	}
	for _, c := range commands {
		d, err := p.Decide(c, topic.Input{Who: topic.Who{Role: topic.RoleSystem}})
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		for i := range d.Events {
			p.Apply(&d.Events[i])
		}
	}
}

// rooms is the presence of those with these numbers, at their tables.
func (p *panelled) rooms(here []uint64) map[uint32][]uint64 {
	rooms := map[uint32][]uint64{}
	for _, n := range here {
		table, _ := p.Participant(n)
		rooms[table] = append(rooms[table], n)
	}
	return rooms
}

func TestJoinTables(t *testing.T) {
	first := func(tables ...uint64) []uint64 { // so many at tables 1, 2, …
		var list []uint64
		for t, n := range tables {
			list = append(list, people(uint64(t)*8+1, uint64(t)*8+n)...)
		}
		return list
	}
	for _, c := range []struct {
		name  string
		here  []uint64
		pairs *analysis.Pairs
		joins []analysis.TableJoin
		place int
	}{
		{"all are large enough", first(8, 8, 5, 5, 7, 8), nil, nil, 0},
		{"nobody is there", nil, nil, nil, 0},
		{"one is small", first(8, 3, 7, 8, 8, 8), nil, []analysis.TableJoin{{From: 2, Into: 3, Here: 3, Elsewhere: 1}}, 1},
		{"one of two small ones fills the other", first(8, 8, 8, 3, 8, 4), nil, []analysis.TableJoin{{From: 4, Into: 6, Here: 3, Elsewhere: 1}}, 1},
		{"a small one alone in its session", first(8, 8, 8, 3), nil, nil, 0},
		{"friends go together", first(8, 3, 7, 8, 8, 8), analysis.NewPairs("salt", [][2]uint32{{9, 10}, {10, 11}}, nil), []analysis.TableJoin{{From: 2, Into: 3, Here: 3}}, 0},
		{"a friend who is absent follows", append(first(8, 0, 7, 8, 8, 8), 9, 10, 11), analysis.NewPairs("salt", [][2]uint32{{9, 16}, {10, 15}, {11, 14}}, nil), []analysis.TableJoin{{From: 2, Into: 3, Here: 3, Elsewhere: 1}}, 2},
		{"a pair whose seat was declined since", first(8, 3, 7, 8, 8, 8), analysis.NewPairs("salt", [][2]uint32{{9, 99}}, nil), []analysis.TableJoin{{From: 2, Into: 3, Here: 3, Elsewhere: 1}}, 1},
	} {
		p := panel(t, 6, 8)
		got, err := p.panel.Join(p.State, c.pairs, analysis.Present(p.rooms(c.here)))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if !slices.Equal(got.Joins, c.joins) || got.Filled != 0 || len(got.People) != c.place || len(got.Tables) != c.place {
			t.Errorf("%s: %+v; want %+v, %d placed", c.name, got, c.joins, c.place)
		}
		p.carry(t, got)
	}
}

// Whoever is there and whoever are friends: a plan can be carried out, nobody is
// left at a closed table, friends at a table stay together, people stay in their
// session and language, and joining once more changes nothing.
func TestJoinTablesHolds(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := panel(t, 6, 8)
		var here []uint64
		for n := range uint64(48) {
			if rapid.IntRange(0, 9).Draw(r, "here") < 5 {
				here = append(here, n+1)
			}
		}
		var together [][2]uint32
		for range rapid.IntRange(0, 5).Draw(r, "pairs") {
			table := rapid.Uint32Range(0, 5).Draw(r, "table") * 8
			a, b := rapid.Uint32Range(1, 8).Draw(r, "a"), rapid.Uint32Range(1, 8).Draw(r, "b")
			if a != b {
				together = append(together, [2]uint32{table + a, table + b})
			}
		}
		pairs := analysis.NewPairs("salt", together, nil)
		plan, err := p.panel.Join(analysis.TablesOf(p.State), pairs, analysis.Present(p.rooms(here)))
		if err != nil {
			r.Fatal(err)
		}
		if whole, err := p.panel.Join(p.State, pairs, analysis.Present(p.rooms(here))); err != nil || !reflect.DeepEqual(whole, plan) {
			r.Fatalf("of the whole state: %+v, %v; of its tables %+v", whole, err, plan)
		}
		p.carry(t, plan)
		for i := range p.Seats {
			table := p.Seats[i].Table
			if p.Floor(table).Closed != 0 {
				r.Fatalf("seat %d is at table %d, which is closed", i+1, table)
			}
			if (i < 24) != (table <= 3) {
				r.Fatalf("seat %d went to table %d of another session", i+1, table)
			}
		}
		for _, f := range together {
			if p.Seats[f[0]-1].Table != p.Seats[f[1]-1].Table {
				r.Fatalf("seats %v were parted: tables %d and %d", f, p.Seats[f[0]-1].Table, p.Seats[f[1]-1].Table)
			}
		}
		for room, list := range p.rooms(here) {
			if len(list) > 11 {
				r.Fatalf("%d are at table %d", len(list), room)
			}
		}
		again, err := p.panel.Join(p.State, pairs, analysis.Present(p.rooms(here)))
		if err != nil || len(again.Joins) > 0 || again.Filled > 0 {
			r.Fatalf("once more: %+v, %v", again, err)
		}
	})
}

// Tables that are left out neither end nor get people.
func TestJoinTablesLeavesOut(t *testing.T) {
	p := panel(t, 6, 8)
	a := analysis.Present(p.rooms(append(people(1, 8), append(people(9, 11), people(17, 24)...)...)))
	for left, want := range map[uint32]int{1: 1, 2: 0, 3: 1} {
		a.Takes = func(table uint32) bool { return table != left }
		got, err := p.panel.Join(p.State, nil, a)
		if err != nil || len(got.Joins) != want {
			t.Errorf("without table %d: %+v, %v", left, got, err)
		}
		for _, j := range got.Joins {
			if j.From == left || j.Into == left {
				t.Errorf("table %d was left out: %+v", left, got)
			}
		}
	}
	if _, err := p.panel.Join(topic.NewState(), nil, a); topic.CodeOf(err) != topic.CodeConflict {
		t.Errorf("without tables: %v", err)
	}
}

func TestTableFor(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(p *panelled)
		here map[uint32][]uint64
		sex  string
		day  []string
		lang []string
		want uint32
	}{
		{"the first where all are alike", func(*panelled) {}, nil, "male", []string{"monday"}, []string{"en"}, 1},
		{"their session and language", func(*panelled) {}, nil, "male", []string{"tuesday"}, []string{"ru"}, 4},
		{"any session of their language", func(*panelled) {}, nil, "male", []string{"monday"}, []string{"ru"}, 4},
		{"no wish", func(*panelled) {}, nil, "male", nil, nil, 1},
		{"most room", func(p *panelled) { p.leave(17, 18, 19) }, nil, "male", []string{"monday"}, []string{"en"}, 3},
		{"where women are lacking", func(p *panelled) { p.leave(10) }, nil, "female", []string{"monday"}, []string{"en"}, 3}, // 2 of 8, elsewhere 3 of 8 and 2 of 7,
		{"not where it is closed", func(p *panelled) {
			p.carry(t, analysis.Joins{Joins: []analysis.TableJoin{{From: 1, Into: 3}}})
		}, nil, "male", []string{"monday"}, []string{"en"}, 2},
		{"where no-shows leave room", func(p *panelled) { p.open() }, map[uint32][]uint64{1: people(1, 8), 2: people(9, 11), 3: people(17, 24)}, "male", []string{"monday"}, []string{"en"}, 2},
		{"rather where somebody is", func(p *panelled) { p.open() }, map[uint32][]uint64{1: people(1, 8), 3: people(17, 21)}, "male", []string{"monday"}, []string{"en"}, 3},
	} {
		p := panel(t, 6, 8)
		late := sit(t, p.State, p.rows, c.sex, c.day, c.lang)
		p.gather(t)
		c.do(p)
		if got := p.panel.TableFor(p.State, late, c.here); got != c.want {
			t.Errorf("%s: table %d, want %d", c.name, got, c.want)
		}
	}
	p := panel(t, 2, 8)
	for range 6 {
		p.Seats = append(p.Seats, topic.Seat{Application: 1, Status: topic.SeatAccepted, Table: 1}, topic.Seat{Application: 1, Status: topic.SeatAccepted, Table: 2})
	}
	if got := p.panel.TableFor(p.State, 1, nil); got != 0 {
		t.Errorf("where all are full: table %d", got)
	}
	if got := p.panel.TableFor(topic.NewState(), 1, nil); got != 0 {
		t.Errorf("without tables: table %d", got)
	}
}

// BenchmarkPanel plans for 850 tables of 12, a tenth of which are small.
func BenchmarkPanel(b *testing.B) {
	p := panel(b, 850, 12)
	p.Settings.TableSize = 14
	p.gather(b)
	var here []uint64
	for table := range uint64(850) {
		n := uint64(10)
		if table%10 == 3 {
			n = 4
		}
		here = append(here, people(table*12+1, table*12+n)...)
	}
	present := p.rooms(here)
	b.Run("join", func(b *testing.B) {
		for b.Loop() {
			if j, err := p.panel.Join(p.State, nil, analysis.Present(present)); err != nil || len(j.Joins) == 0 {
				b.Fatal(j, err)
			}
		}
	})
	b.Run("latecomer", func(b *testing.B) {
		for b.Loop() {
			if p.panel.TableFor(p.State, 1, present) == 0 {
				b.Fatal("no table")
			}
		}
	})
	b.Run("gather", func(b *testing.B) {
		for b.Loop() {
			p.gather(b)
		}
	})
}
