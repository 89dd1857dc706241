package topic

import "slices"

// Cause is why a step or a turn came to its end.
type Cause uint8

// The causes.
const (
	CauseStaff Cause = iota + 1
	CauseClock       // its time was over
	CauseVote        // the table moved on
	CauseYield       // the speaker gave the floor back
)

// StepOpened brings rooms From to To to a step of their agenda; one beyond the
// last ends it.
type StepOpened struct {
	From, To uint32
	Step     uint32
	Cause    Cause
}

func (*StepOpened) kind() Kind { return KindStepOpened }

func (b *StepOpened) apply(s *State, e *Event) uint64 {
	for room := b.From; room <= b.To; room++ {
		if s.Floor(room).Closed != 0 {
			continue
		}
		f := s.touch(room, e.Seq)
		f.free(room, e.Time)
		f.Step, f.Opened, f.Ends, f.Left, f.MoveOn = b.Step, e.Time, 0, 0, nil
		if step := s.StepNow(room); step != nil && step.Minutes != 0 {
			f.Ends = e.Time + int64(step.Minutes)*60_000
			if f.Paused { // its time begins when it goes on
				f.Left = f.Ends - e.Time
			}
		}
		s.settle(room, e.Time)
	}
	return uint64(b.Step)
}

// OpenStep brings rooms From to To, which are the main hall (both 0) or tables
// of the round that is on, to a step of their agenda, forward or back; the one
// after the last ends the agenda, and the talk goes on freely.
type OpenStep struct{ From, To, Step uint32 }

// Action names the policy's rule.
func (OpenStep) Action() Action { return ActionSteer }

func (c OpenStep) decide(s *State, in *Input) error {
	if err := s.span(c.From, c.To); err != nil {
		return err
	}
	agenda := s.Agenda(c.From)
	if len(agenda) == 0 {
		return faultf(CodeConflict, "there is no agenda yet: write one in the topic's settings")
	}
	if !among(c.Step, len(agenda)+1) {
		return faultf(CodeInvalid, "there is no step %d: the agenda has %d", c.Step, len(agenda))
	}
	in.emit(&StepOpened{c.From, c.To, c.Step, CauseStaff})
	return nil
}

// EndStep opens a room's next step once the clock of this one has run out.
type EndStep struct{ Room, Step uint32 }

// Action names the policy's rule.
func (EndStep) Action() Action { return ActionFloor }

func (c EndStep) decide(s *State, in *Input) error {
	f := s.Floor(c.Room)
	switch {
	case in.Who.Role != RoleSystem:
		return faultf(CodeForbidden, "the clock ends a step; a facilitator opens the next one")
	case f.Step != c.Step || s.StepNow(c.Room) == nil || f.Closed != 0:
		return faultf(CodeConflict, "room %d is not at step %d", c.Room, c.Step)
	case f.Paused || f.Ends == 0 || in.Time < f.Ends:
		return faultf(CodeConflict, "the time of step %d is not over", c.Step)
	}
	in.emit(&StepOpened{c.Room, c.Room, c.Step + 1, CauseClock})
	return nil
}

// StepExtended moves the end of rooms' steps.
type StepExtended struct {
	From, To uint32
	Seconds  int32
}

func (*StepExtended) kind() Kind { return KindStepExtended }

func (b *StepExtended) apply(s *State, e *Event) uint64 {
	by := int64(b.Seconds) * 1000
	for room := b.From; room <= b.To; room++ {
		if f := s.Floor(room); f.Ends == 0 || f.Closed != 0 {
			continue
		}
		f := s.touch(room, e.Seq)
		if f.Paused {
			f.Left = max(0, f.Left+by)
		} else {
			f.Ends = max(e.Time, max(e.Time, f.Ends)+by)
		}
	}
	return 0
}

// ExtendStep gives rooms more time, or less, for their step. A step that is over
// its time gets it from now.
type ExtendStep struct {
	From, To uint32
	Seconds  int32
}

// Action names the policy's rule.
func (ExtendStep) Action() Action { return ActionSteer }

// maxExtension is the most seconds that a step is moved at once.
const maxExtension = 3600

func (c ExtendStep) decide(s *State, in *Input) error {
	if err := s.span(c.From, c.To); err != nil {
		return err
	}
	if c.Seconds == 0 || c.Seconds > maxExtension || c.Seconds < -maxExtension {
		return faultf(CodeInvalid, "a step is moved by 1 to %d seconds, not by %d", maxExtension, c.Seconds)
	}
	if !s.someRoom(c.From, c.To, func(f *Floor) bool { return f.Ends != 0 }) {
		return faultf(CodeConflict, "no clock runs there that could be moved")
	}
	in.emit(&StepExtended{c.From, c.To, c.Seconds})
	return nil
}

// someRoom says whether an open room of the span is so.
func (s *State) someRoom(from, to uint32, is func(*Floor) bool) bool {
	for room := from; room <= to; room++ {
		if f := s.Floor(room); f.Closed == 0 && is(&f) {
			return true
		}
	}
	return false
}

// RoomsPaused stops or restarts the clocks and the talk of rooms.
type RoomsPaused struct {
	From, To uint32
	Paused   bool
}

func (*RoomsPaused) kind() Kind { return KindRoomsPaused }

func (b *RoomsPaused) apply(s *State, e *Event) uint64 {
	for room := b.From; room <= b.To; room++ {
		if f := s.Floor(room); f.Paused == b.Paused || f.Closed != 0 {
			continue
		}
		f := s.touch(room, e.Seq)
		if b.Paused {
			f.credit(room, e.Time)
			f.Left, f.TurnLeft = max(0, f.Ends-e.Time), max(0, f.TurnEnds-e.Time)
			f.Paused = true
			continue
		}
		f.Paused = false
		if f.Ends != 0 {
			f.Ends = e.Time + f.Left
		}
		if f.Speaker != 0 {
			f.TurnBegan, f.TurnEnds = e.Time, e.Time+f.TurnLeft
		}
		f.Left, f.TurnLeft = 0, 0
		s.settle(room, e.Time)
	}
	return 0
}

// PauseRooms stops or restarts the clocks and the talk of rooms.
type PauseRooms struct {
	From, To uint32
	Paused   bool
}

// Action names the policy's rule.
func (PauseRooms) Action() Action { return ActionSteer }

func (c PauseRooms) decide(s *State, in *Input) error {
	if err := s.span(c.From, c.To); err != nil {
		return err
	}
	if s.someRoom(c.From, c.To, func(f *Floor) bool { return f.Paused != c.Paused }) {
		in.emit(&RoomsPaused{c.From, c.To, c.Paused})
	}
	return nil
}

// MoveOnWished is someone's wish for the next step, or its end. Present is how
// many people were in the room then.
type MoveOnWished struct {
	Room    uint32
	Wish    bool
	Present uint32
}

func (*MoveOnWished) kind() Kind { return KindMoveOnWished }

func (b *MoveOnWished) apply(s *State, e *Event) uint64 {
	f := s.touch(b.Room, e.Seq)
	f.MoveOn = without(f.MoveOn, e.Actor.Number)
	if b.Wish {
		f.MoveOn = append(f.MoveOn, e.Actor.Number)
	}
	return uint64(len(f.MoveOn))
}

// MoveOn is a person's wish that their table goes to the next step; once more
// than half of those present have it, it does. Here are the applications of
// those who are at the table, as the server sees them; the doer is one of them
// whatever it says.
type MoveOn struct {
	Room uint32
	Step uint32
	Wish bool
	Here []uint64
}

// Action names the policy's rule.
func (MoveOn) Action() Action { return ActionFloor }

func (c MoveOn) decide(s *State, in *Input) error {
	if err := s.present(in, c.Room); err != nil {
		return err
	}
	f := s.Floor(c.Room)
	switch {
	case c.Room == 0 || in.actor.Role != RoleCitizen:
		return faultf(CodeForbidden, "the people of a table move it on; the main hall and other tables are led by the facilitators")
	case s.StepNow(c.Room) == nil || f.Step != c.Step:
		return faultf(CodeConflict, "the table is not at this step any more")
	case f.Paused:
		return faultf(CodeConflict, "the table is paused: it goes on when a facilitator says so")
	}
	present, wishes := uint32(len(c.Here)), uint32(0)
	if c.Wish {
		wishes++
	}
	for _, n := range f.MoveOn { // of those who have left, none counts
		if n != in.actor.Number && (len(c.Here) == 0 || slices.Contains(c.Here, n)) {
			wishes++
		}
	}
	if present != 0 && !slices.Contains(c.Here, in.actor.Number) {
		present++
	}
	if slices.Contains(f.MoveOn, in.actor.Number) != c.Wish {
		in.emit(&MoveOnWished{c.Room, c.Wish, present})
	}
	if c.Wish && wishes >= MoveOnNeeds(present) {
		in.emit(&StepOpened{c.Room, c.Room, c.Step + 1, CauseVote})
	}
	return nil
}

// MoveOnNeeds is how many of those present must wish to move on: more than half;
// two where nobody knows how many there are.
func MoveOnNeeds(present uint32) uint32 {
	if present == 0 {
		return 2
	}
	return present/2 + 1
}
