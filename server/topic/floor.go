package topic

import "slices"

// Floor is what goes on in a room besides its remarks: where its agenda is, who
// speaks, who waits. People are applications. Times are Unix milliseconds.
type Floor struct {
	Step   uint32 // of the agenda, from 1; 0 not begun, one beyond the last: it has ended
	Opened int64  // when the step began
	Ends   int64  // when its clock runs out, 0 without a clock; does not move while paused
	Paused bool
	Left   int64 // of the step, while paused

	Turn      uint32 // how many turns there were, with the one that is on
	Speaker   uint64 // who has the floor, 0 for nobody
	TurnBegan int64
	TurnEnds  int64 // does not move while paused
	TurnLeft  int64 // of the turn, while paused
	Extended  uint32
	Queue     []uint64 // who wants to speak, next first

	MoveOn []uint64 // who wants the next step
	Pinned []uint32 // remarks
	Spoken []Spoken // at tables

	Closed      uint32 // the table it was joined with, 0 while it is open
	Report      Digest `class:"text"` // what the table tells the main hall
	ReportBy    Actor
	ReportTime  int64  `class:"text"`
	Facilitator uint64 // who of the staff takes care of it, 0 for nobody
	Last        uint64 // seq of the room's last event of any kind
}

// Spoken is how much someone has said at a table.
type Spoken struct {
	Application uint64
	Remarks     uint32
	Characters  uint32
	Turns       uint32
	Millis      uint64 // with the floor
}

// Floor answers what goes on in a room. Its lists are the state's own.
func (s *State) Floor(room uint32) Floor {
	if int(room) >= len(s.Floors) {
		return Floor{}
	}
	return s.Floors[room]
}

// floor answers the room's floor for a change, growing the list.
func (s *State) floor(room uint32) *Floor {
	for int(room) >= len(s.Floors) {
		s.Floors = append(s.Floors, Floor{})
	}
	return &s.Floors[room]
}

// touch says that event seq is of the room.
func (s *State) touch(room uint32, seq uint64) *Floor {
	f := s.floor(room)
	f.Last = seq
	return f
}

// spoken answers what the table keeps of someone, making it.
func (f *Floor) spoken(application uint64) *Spoken {
	for i := range f.Spoken {
		if f.Spoken[i].Application == application {
			return &f.Spoken[i]
		}
	}
	f.Spoken = append(f.Spoken, Spoken{Application: application})
	return &f.Spoken[len(f.Spoken)-1]
}

// turns is how often someone had the floor.
func (f *Floor) turns(application uint64) uint32 {
	for i := range f.Spoken {
		if f.Spoken[i].Application == application {
			return f.Spoken[i].Turns
		}
	}
	return 0
}

// credit counts the speaker's time up to now.
func (f *Floor) credit(room uint32, now int64) {
	if room != 0 && f.Speaker != 0 && !f.Paused && now > f.TurnBegan {
		f.spoken(f.Speaker).Millis += uint64(now - f.TurnBegan)
	}
}

// free takes the floor from whoever has it.
func (f *Floor) free(room uint32, now int64) {
	f.credit(room, now)
	f.Speaker, f.TurnBegan, f.TurnEnds, f.TurnLeft, f.Extended = 0, 0, 0, 0, 0
}

// settle gives the floor to the next who waits, if it is free and the step has
// turns.
func (s *State) settle(room uint32, now int64) {
	f, step := s.floor(room), s.StepNow(room)
	if step == nil || !step.Turns {
		f.Queue = nil
		return
	}
	if f.Speaker != 0 || f.Paused || len(f.Queue) == 0 {
		return
	}
	f.Turn++
	f.Speaker, f.TurnBegan, f.TurnEnds = f.Queue[0], now, now+step.turn()
	f.Queue = slices.Delete(f.Queue, 0, 1)
	if room != 0 {
		f.spoken(f.Speaker).Turns++
	}
}

// vacate takes someone who leaves a table out of all that goes on there.
func (s *State) vacate(application uint64, room uint32, e *Event) {
	if room != 0 {
		s.quit(application, room, e)
	}
}

// leaveHall takes someone who takes part no more out of what goes on in the main
// hall.
func (s *State) leaveHall(application uint64, e *Event) {
	if f := s.Floor(0); f.Speaker == application || slices.Contains(f.Queue, application) {
		s.quit(application, 0, e)
	}
}

func (s *State) quit(application uint64, room uint32, e *Event) {
	f := s.touch(room, e.Seq)
	f.Queue = without(f.Queue, application)
	f.MoveOn = without(f.MoveOn, application)
	if f.Speaker == application {
		f.free(room, e.Time)
	}
	s.settle(room, e.Time)
}

func without[T comparable](list []T, v T) []T {
	return slices.DeleteFunc(list, func(x T) bool { return x == v })
}

// still ends what goes on at all tables: their people go elsewhere.
func (s *State) still(e *Event) {
	for room := 1; room < len(s.Floors); room++ {
		f := &s.Floors[room]
		if f.Step == 0 && f.Speaker == 0 && len(f.Queue) == 0 {
			continue
		}
		f.free(uint32(room), e.Time)
		f.Step, f.Opened, f.Ends, f.Left, f.Paused, f.Queue, f.MoveOn = 0, 0, 0, 0, false, nil, nil
		f.Last = e.Seq
	}
}

// RoundTables answers the rooms of the round that is on, none where first is 0.
func (s *State) RoundTables() (first, last uint32) {
	if len(s.Seating) == 0 {
		return 0, 0
	}
	x := &s.Seating[len(s.Seating)-1]
	if x.Tables == 0 || x.Round == 0 {
		return 0, 0
	}
	return (x.Round-1)*x.Tables + 1, x.Round * x.Tables
}

// span answers a Fault unless from to to are the main hall, or tables of the
// round that is on.
func (s *State) span(from, to uint32) error {
	if from == 0 && to == 0 {
		return nil
	}
	first, last := s.RoundTables()
	if first == 0 {
		return faultf(CodeConflict, "nobody is seated yet: seat tables first")
	}
	if from > to || from < first || to > last {
		return faultf(CodeInvalid, "tables %d to %d are not tables of this round: it has %d to %d", from, to, first, last)
	}
	return nil
}

// present answers a Fault unless the doer may do things in the room now: a
// participant there, or a member of the staff.
func (s *State) present(in *Input, room uint32) error {
	if room > s.Tables {
		return faultf(CodeNotFound, "there is no table %d", room)
	}
	if in.actor.Role == RoleCitizen {
		table, ok := s.Participant(in.actor.Number)
		if !ok {
			return faultf(CodeForbidden, "only participants may do this; everyone may read the main hall")
		}
		if room != 0 && room != table {
			return faultf(CodeForbidden, "you sit at table %d, not at table %d", table, room)
		}
	}
	if into := s.Floor(room).Closed; into != 0 {
		return faultf(CodeConflict, "table %d was joined with table %d: the talk goes on there", room, into)
	}
	return nil
}

func (s *State) soundFloors() bool {
	people, staff := len(s.Applications), len(s.Staff)
	person := func(_ int, n *uint64) bool { return among(*n, people) }
	return len(s.Floors) <= int(s.Tables)+1 && every(s.Floors, func(room int, f *Floor) bool {
		return atMost(f.Step, MaxSteps+1) && atMost(f.Speaker, people) && atMost(f.Closed, int(s.Tables)) && (f.Closed == 0 || int(f.Closed) != room) &&
			every(f.Queue, person) && every(f.MoveOn, person) && atMost(f.Facilitator, staff) &&
			every(f.Pinned, func(_ int, n *uint32) bool { return among(*n, len(s.Remarks)) }) &&
			every(f.Spoken, func(_ int, x *Spoken) bool { return among(x.Application, people) })
	})
}
