package topic

import "slices"

// HandRaised puts someone into the queue of those who want to speak, or takes
// them out. Who has had fewer turns at the table goes before who has had more.
type HandRaised struct {
	Room uint32
	Up   bool
}

func (*HandRaised) kind() Kind { return KindHandRaised }

func (b *HandRaised) apply(s *State, e *Event) uint64 {
	f, who := s.touch(b.Room, e.Seq), e.Actor.Number
	f.Queue = without(f.Queue, who)
	if b.Up {
		f.wait(b.Room, who)
	}
	s.settle(b.Room, e.Time)
	return 0
}

// wait puts someone into the queue, after those who have had as few turns.
func (f *Floor) wait(room uint32, who uint64) {
	at, had := len(f.Queue), f.turns(who)
	for at > 0 && room != 0 && f.turns(f.Queue[at-1]) > had {
		at--
	}
	f.Queue = slices.Insert(f.Queue, at, who)
}

// RaiseHand asks for the floor, or lowers the hand again.
type RaiseHand struct {
	Room uint32
	Up   bool
}

// Action names the policy's rule.
func (RaiseHand) Action() Action { return ActionFloor }

// maxQueue is how many can wait for the floor of a room.
const maxQueue = 1000

func (c RaiseHand) decide(s *State, in *Input) error {
	if err := s.present(in, c.Room); err != nil {
		return err
	}
	step, f := s.StepNow(c.Room), s.Floor(c.Room)
	switch {
	case in.actor.Role != RoleCitizen:
		return faultf(CodeForbidden, "facilitators may speak at any time")
	case slices.Contains(f.Queue, in.actor.Number) == c.Up:
		return nil
	case c.Up && (step == nil || !step.Turns):
		return faultf(CodeConflict, "anyone may speak now: just write")
	case c.Up && f.Speaker == in.actor.Number:
		return faultf(CodeConflict, "it is your turn already")
	case c.Up && len(f.Queue) >= maxQueue:
		return faultf(CodeConflict, "%d people are waiting already: try again later, or write your idea down", maxQueue)
	}
	in.emit(&HandRaised{c.Room, c.Up})
	return nil
}

// TurnPassed ends a turn; the floor goes to the next who waits.
type TurnPassed struct {
	Room  uint32
	Turn  uint32
	Cause Cause
}

func (*TurnPassed) kind() Kind { return KindTurnPassed }

func (b *TurnPassed) apply(s *State, e *Event) uint64 {
	s.touch(b.Room, e.Seq).free(b.Room, e.Time)
	s.settle(b.Room, e.Time)
	return uint64(b.Turn)
}

// PassTurn ends a turn: by the speaker, by a facilitator, or by the clock once
// its time is over and someone waits.
type PassTurn struct {
	Room uint32
	Turn uint32
}

// Action names the policy's rule.
func (PassTurn) Action() Action { return ActionFloor }

func (c PassTurn) decide(s *State, in *Input) error {
	if err := s.present(in, c.Room); err != nil {
		return err
	}
	f := s.Floor(c.Room)
	if f.Speaker == 0 || f.Turn != c.Turn {
		return faultf(CodeConflict, "this turn is over already")
	}
	cause := CauseStaff
	switch in.Who.Role {
	case RoleSystem:
		cause = CauseClock
		if f.Paused || in.Time < f.TurnEnds {
			return faultf(CodeConflict, "the turn's time is not over")
		}
		if len(f.Queue) == 0 {
			return faultf(CodeConflict, "nobody waits: the speaker may go on")
		}
	case RoleCitizen:
		cause = CauseYield
		if f.Speaker != in.actor.Number {
			return faultf(CodeForbidden, "only who has the floor can give it back")
		}
	}
	in.emit(&TurnPassed{c.Room, c.Turn, cause})
	return nil
}

// TurnExtended makes a turn longer.
type TurnExtended struct {
	Room    uint32
	Turn    uint32
	Seconds uint32
}

func (*TurnExtended) kind() Kind { return KindTurnExtended }

func (b *TurnExtended) apply(s *State, e *Event) uint64 {
	f, by := s.touch(b.Room, e.Seq), int64(b.Seconds)*1000
	f.Extended++
	if f.Paused {
		f.TurnLeft += by
	} else {
		f.TurnEnds = max(f.TurnEnds, e.Time) + by
	}
	return uint64(f.Extended)
}

// ExtendTurn asks for more time to speak: a minute, twice a turn; a facilitator
// gives it as often as they like.
type ExtendTurn struct {
	Room uint32
	Turn uint32
}

// How a turn is made longer.
const (
	TurnExtension  = 60 // seconds
	TurnExtensions = 2  // by the speaker
)

// Action names the policy's rule.
func (ExtendTurn) Action() Action { return ActionFloor }

func (c ExtendTurn) decide(s *State, in *Input) error {
	if err := s.present(in, c.Room); err != nil {
		return err
	}
	f := s.Floor(c.Room)
	switch {
	case f.Speaker == 0 || f.Turn != c.Turn:
		return faultf(CodeConflict, "this turn is over already")
	case in.actor.Role == RoleCitizen && f.Speaker != in.actor.Number:
		return faultf(CodeForbidden, "only who has the floor can ask for more time")
	case in.actor.Role == RoleCitizen && f.Extended >= TurnExtensions:
		return faultf(CodeConflict, "this turn was made longer %d times already: finish, and raise your hand again", TurnExtensions)
	}
	in.emit(&TurnExtended{c.Room, c.Turn, TurnExtension})
	return nil
}
