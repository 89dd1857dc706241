package topic

import "slices"

// PlaceCause is why people were put at another table.
type PlaceCause uint8

// The causes.
const (
	PlaceLatecomer PlaceCause = iota + 1 // came when the tables were seated
	PlaceNoShow                          // too few came
	PlaceLeft                            // too many left
	PlaceByFacilitator
	PlaceMerge
)

var placeCauses = [...]string{"", "latecomer", "no-show", "left", "facilitator", "merge"}

// String is the cause's name.
func (c PlaceCause) String() string { return nameOf(placeCauses[:], int(c)) }

// MarshalText writes the cause's name.
func (c PlaceCause) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the cause's name.
func (c *PlaceCause) UnmarshalText(b []byte) error {
	n, err := parseName("reason for another table", placeCauses[:], b)
	*c = PlaceCause(n)
	return err
}

// Placement is people who were put at other tables during the debate.
type Placement struct {
	Seq    uint64
	Time   int64 `class:"decision"`
	Cause  PlaceCause
	People []uint64 // applications
	Tables []uint32 // of each
}

// PeoplePlaced puts each of People at the table of the same index.
type PeoplePlaced struct {
	Cause  PlaceCause
	People []uint64
	Tables []uint32
}

func (*PeoplePlaced) kind() Kind { return KindPeoplePlaced }

func (b *PeoplePlaced) apply(s *State, e *Event) uint64 {
	for i, n := range b.People {
		s.place(n, b.Tables[i], e)
	}
	s.Placements = append(s.Placements, Placement{e.Seq, e.Time, b.Cause, b.People, b.Tables})
	return uint64(len(b.People))
}

func (s *State) place(application uint64, table uint32, e *Event) {
	seat := &s.Seats[s.Applications[application-1].Seat-1]
	s.vacate(application, seat.Table, e)
	seat.Table = table
	s.touch(table, e.Seq)
}

// PlacePeople puts people at other tables of the round that is on.
type PlacePeople struct {
	Cause  PlaceCause
	People []uint64
	Tables []uint32
}

// Action names the policy's rule.
func (PlacePeople) Action() Action { return ActionPlace }

// MaxPlaced is the most people who are placed at once.
const MaxPlaced = 2000

func (c PlacePeople) decide(s *State, in *Input) error {
	if len(c.People) != len(c.Tables) || len(c.People) > MaxPlaced {
		return faultf(CodeInvalid, "%d people can't be put at %d tables: name a table for each, for at most %d people", len(c.People), len(c.Tables), MaxPlaced)
	}
	if c.Cause == 0 || int(c.Cause) >= len(placeCauses) {
		return faultf(CodeInvalid, "say why people change their table")
	}
	b := &PeoplePlaced{Cause: c.Cause}
	seen := make(map[uint64]bool, len(c.People))
	for i, n := range c.People {
		at, ok := s.Participant(n)
		switch {
		case !ok || s.Applications[n-1].Seat == 0:
			return faultf(CodeNotFound, "person %d of the list has no seat in this debate", i+1)
		case seen[n]:
			return faultf(CodeInvalid, "seat %d stands twice in the list", s.Number(n))
		}
		seen[n] = true
		if err := s.openTable(c.Tables[i]); err != nil {
			return err
		}
		if at != c.Tables[i] {
			b.People, b.Tables = append(b.People, n), append(b.Tables, c.Tables[i])
		}
	}
	if len(b.People) > 0 {
		in.emit(b)
	}
	return nil
}

// openTable answers a Fault unless people can be put at the table.
func (s *State) openTable(table uint32) error {
	if table == 0 {
		return faultf(CodeInvalid, "people are put at a table: the main hall is open to all of them")
	}
	if err := s.span(table, table); err != nil {
		return err
	}
	if into := s.Floor(table).Closed; into != 0 {
		return faultf(CodeConflict, "table %d was joined with table %d", table, into)
	}
	return nil
}

// TablesMerged sends everyone of a table to another; the table is closed.
type TablesMerged struct{ From, Into uint32 }

func (*TablesMerged) kind() Kind { return KindTablesMerged }

func (b *TablesMerged) apply(s *State, e *Event) uint64 {
	was := s.Floor(b.From)
	waiting := slices.Clone(was.Queue)
	if was.Speaker != 0 { // first again, where the talk goes on
		waiting = slices.Insert(waiting, 0, was.Speaker)
	}
	spoken := slices.Clone(was.Spoken)
	moved := Placement{Seq: e.Seq, Time: e.Time, Cause: PlaceMerge}
	for i := range s.Seats {
		if seat := &s.Seats[i]; seat.Table == b.From && seat.Status == SeatAccepted {
			s.place(seat.Application, b.Into, e)
			moved.People, moved.Tables = append(moved.People, seat.Application), append(moved.Tables, b.Into)
		}
	}
	s.Placements = append(s.Placements, moved)
	f := s.touch(b.From, e.Seq)
	f.free(b.From, e.Time)
	f.Closed, f.Ends, f.Left, f.Paused, f.Queue, f.MoveOn = b.Into, 0, 0, false, nil, nil
	s.bring(b.Into, waiting, spoken, moved.People, e)
	return uint64(len(moved.People))
}

// bring takes over, at a table that others come to, their hands and how much
// they have said.
func (s *State) bring(table uint32, waiting []uint64, spoken []Spoken, people []uint64, e *Event) {
	f := s.touch(table, e.Seq)
	for _, x := range spoken {
		if slices.Contains(people, x.Application) {
			had := f.spoken(x.Application)
			had.Remarks += x.Remarks
			had.Characters += x.Characters
			had.Turns += x.Turns
			had.Millis += x.Millis
		}
	}
	if step := s.StepNow(table); step != nil && step.Turns {
		for _, n := range waiting {
			if slices.Contains(people, n) {
				f.wait(table, n)
			}
		}
		s.settle(table, e.Time)
	}
}

// MergeTables sends everyone of table From to table Into, and closes From.
type MergeTables struct{ From, Into uint32 }

// Action names the policy's rule.
func (MergeTables) Action() Action { return ActionPlace }

func (c MergeTables) decide(s *State, in *Input) error {
	for _, table := range []uint32{c.From, c.Into} {
		if err := s.openTable(table); err != nil {
			return err
		}
	}
	from, _ := s.TableAt(c.From)
	into, _ := s.TableAt(c.Into)
	switch {
	case c.From == c.Into:
		return faultf(CodeInvalid, "a table can't be joined with itself")
	case from.Session != into.Session:
		return faultf(CodeConflict, "table %d meets in %q, table %d in %q", c.From, from.Session, c.Into, into.Session)
	case from.Language != into.Language:
		return faultf(CodeConflict, "table %d speaks %q, table %d %q", c.From, from.Language, c.Into, into.Language)
	}
	in.emit(&TablesMerged{c.From, c.Into})
	return nil
}

// TablesTaken says which tables a facilitator takes care of.
type TablesTaken struct{ First, Last uint32 }

func (*TablesTaken) kind() Kind { return KindTablesTaken }

func (b *TablesTaken) apply(s *State, e *Event) uint64 {
	for room := 1; room < len(s.Floors); room++ {
		if f := &s.Floors[room]; f.Facilitator == e.Actor.Number {
			f.Facilitator, f.Last = 0, e.Seq
		}
	}
	if b.First == 0 {
		return 0
	}
	for room := b.First; room <= b.Last; room++ {
		s.touch(room, e.Seq).Facilitator = e.Actor.Number
	}
	return uint64(b.Last - b.First + 1)
}

// TakeTables says which tables a facilitator takes care of, instead of those
// before; 0 and 0 gives all back.
type TakeTables struct{ First, Last uint32 }

// Action names the policy's rule.
func (TakeTables) Action() Action { return ActionSteer }

func (c TakeTables) decide(s *State, in *Input) error {
	if in.actor.Role != RoleFacilitator {
		return faultf(CodeForbidden, "facilitators take care of tables")
	}
	if c.First != 0 || c.Last != 0 {
		if c.First == 0 {
			return faultf(CodeInvalid, "tables are counted from 1")
		}
		if err := s.span(c.First, c.Last); err != nil {
			return err
		}
	}
	in.emit(&TablesTaken{c.First, c.Last})
	return nil
}
