package topic

import "slices"

// Remark is a message in debate. Room 0 is the main hall, room n table n.
type Remark struct {
	Room    uint32
	Author  Actor
	Text    Digest `class:"text"`
	ReplyTo uint32 // remark number, 0 for none
	Seq     uint64
	Prev    uint64 // seq of the room's previous event
	Time    int64  `class:"text"`
	Removed Digest `class:"decision"` // reason of a removal
	Erased  bool   // the text is gone for good
	Last    uint64 // seq of the last event about its text

	Characters uint32
	Reacted    uint64 // seq of the last reaction to it
	Flags      uint32 // open reports of it

	reactions [ReactionCount]uint32
}

// RemarkPosted is a message of the actor.
type RemarkPosted struct {
	Room    uint32
	ReplyTo uint32
	Text    Digest `class:"text"`

	Characters uint32 // of the text; 0 in old logs
}

func (*RemarkPosted) kind() Kind { return KindRemarkPosted }

func (b *RemarkPosted) apply(s *State, e *Event) uint64 {
	s.Remarks = append(s.Remarks, Remark{
		Room: b.Room, Author: e.Actor, Text: b.Text, ReplyTo: b.ReplyTo, Seq: e.Seq, Prev: s.Floor(b.Room).Last, Time: e.Time, Last: e.Seq, Characters: b.Characters,
	})
	n := uint32(len(s.Remarks))
	s.addToRoom(b.Room, n)
	s.hold(RemarkSubject(n), e)
	if f := s.touch(b.Room, e.Seq); b.Room != 0 && e.Actor.Role == RoleCitizen {
		x := f.spoken(e.Actor.Number)
		x.Remarks++
		x.Characters += b.Characters
	}
	return uint64(n)
}

// RemarkRemoved hides a remark, with a reason.
type RemarkRemoved struct {
	Remark uint32
	Reason Digest `class:"decision"`
}

func (*RemarkRemoved) kind() Kind { return KindRemarkRemoved }

func (b *RemarkRemoved) apply(s *State, e *Event) uint64 {
	m := &s.Remarks[b.Remark-1]
	m.Removed, m.Last = b.Reason, e.Seq
	f := s.touch(m.Room, e.Seq)
	f.Pinned = without(f.Pinned, b.Remark)
	s.removed(b.Remark, b.Reason, e)
	s.resolveFlags(RemarkSubject(b.Remark), FlagRemoved, b.Reason, e)
	return uint64(b.Remark)
}

// Say posts a remark in a room.
type Say struct {
	Room    uint32
	ReplyTo uint32
	Text    Digest

	Characters uint32 // of the text
}

// Action names the policy's rule.
func (Say) Action() Action { return ActionSay }

func (c Say) decide(s *State, in *Input) error {
	if c.Text.IsZero() {
		return faultf(CodeInvalid, "the message is empty")
	}
	if err := s.present(in, c.Room); err != nil {
		return err
	}
	if in.actor.Role == RoleCitizen {
		f, step := s.Floor(c.Room), s.StepNow(c.Room)
		switch {
		case f.Paused:
			return faultf(CodeConflict, "the talk is paused: keep your text, and send it when it goes on")
		case step != nil && step.Turns && f.Speaker == 0:
			return faultf(CodeConflict, "people speak in turn now: raise your hand, and keep your text until then")
		case step != nil && step.Turns && f.Speaker != in.actor.Number:
			return faultf(CodeConflict, "participant %d has the floor: raise your hand, and keep your text until it is your turn", s.Number(f.Speaker))
		}
	}
	if c.Characters > MaxRemark {
		return faultf(CodeInvalid, "the message has %d characters, the longest is %d: shorten it", c.Characters, MaxRemark)
	}
	if c.ReplyTo != 0 {
		if !atMost(c.ReplyTo, len(s.Remarks)) || s.Remarks[c.ReplyTo-1].Room != c.Room {
			return faultf(CodeNotFound, "the message you reply to is not in this room")
		}
	}
	in.emit(&RemarkPosted{Room: c.Room, ReplyTo: c.ReplyTo, Text: c.Text, Characters: c.Characters})
	return nil
}

// RemoveRemark hides a remark, with a reason.
type RemoveRemark struct {
	Remark uint32
	Reason Digest
}

// Action names the policy's rule.
func (RemoveRemark) Action() Action { return ActionRemoveRemark }

func (c RemoveRemark) decide(s *State, in *Input) error {
	if !among(c.Remark, len(s.Remarks)) {
		return faultf(CodeNotFound, "there is no message %d", c.Remark)
	}
	if c.Reason.IsZero() {
		return faultf(CodeInvalid, "a removal needs a reason")
	}
	if !s.Remarks[c.Remark-1].Removed.IsZero() {
		return faultf(CodeConflict, "this message has been removed already")
	}
	in.emit(&RemarkRemoved{Remark: c.Remark, Reason: c.Reason})
	return nil
}

// RemarkPinned puts a remark at the top of its room, or takes it from there.
type RemarkPinned struct {
	Remark uint32
	Pinned bool
}

func (*RemarkPinned) kind() Kind { return KindRemarkPinned }

func (b *RemarkPinned) apply(s *State, e *Event) uint64 {
	f := s.touch(s.Remarks[b.Remark-1].Room, e.Seq)
	f.Pinned = without(f.Pinned, b.Remark)
	if b.Pinned {
		f.Pinned = append(f.Pinned, b.Remark)
	}
	return uint64(b.Remark)
}

// PinRemark puts a remark at the top of its room, or takes it from there.
type PinRemark struct {
	Remark uint32
	Pinned bool
}

// maxPinned is how many remarks stand at the top of a room.
const maxPinned = 5

// Action names the policy's rule.
func (PinRemark) Action() Action { return ActionSteer }

func (c PinRemark) decide(s *State, in *Input) error {
	m, err := s.remarkFor(in, c.Remark, false)
	if err != nil {
		return err
	}
	pinned := s.Floor(m.Room).Pinned
	switch {
	case slices.Contains(pinned, c.Remark) == c.Pinned:
		return nil
	case c.Pinned && len(pinned) >= maxPinned:
		return faultf(CodeConflict, "%d messages are pinned here already: take one down first", maxPinned)
	}
	in.emit(&RemarkPinned{c.Remark, c.Pinned})
	return nil
}
