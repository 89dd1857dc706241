package topic

// Remark is a message in debate. Room 0 is the main hall, room n table n.
type Remark struct {
	Room    uint32
	Author  Actor
	Text    Digest
	ReplyTo uint32 // remark number, 0 for none
	Seq     uint64
	Prev    uint64 // seq of the room's previous event
	Time    int64
	Removed Digest // reason of a removal
	Erased  bool   // the text is gone for good
	Last    uint64 // seq of the last event about it
}

// RemarkPosted is a message of the actor.
type RemarkPosted struct {
	Room    uint32
	ReplyTo uint32
	Text    Digest
}

func (*RemarkPosted) kind() Kind { return KindRemarkPosted }

func (b *RemarkPosted) apply(s *State, e *Event) uint64 {
	r := s.room(b.Room)
	s.Remarks = append(s.Remarks, Remark{Room: b.Room, Author: e.Actor, Text: b.Text, ReplyTo: b.ReplyTo, Seq: e.Seq, Prev: r.Last, Time: e.Time, Last: e.Seq})
	n := uint32(len(s.Remarks))
	r.Remarks = append(r.Remarks, n)
	r.Last = e.Seq
	return uint64(n)
}

// RemarkRemoved hides a remark, with a reason.
type RemarkRemoved struct {
	Remark uint32
	Reason Digest
}

func (*RemarkRemoved) kind() Kind { return KindRemarkRemoved }

func (b *RemarkRemoved) apply(s *State, e *Event) uint64 {
	m := &s.Remarks[b.Remark-1]
	m.Removed, m.Last = b.Reason, e.Seq
	s.room(m.Room).Last = e.Seq
	return uint64(b.Remark)
}

// Say posts a remark in a room.
type Say struct {
	Room    uint32
	ReplyTo uint32
	Text    Digest
}

// Action names the policy's rule.
func (Say) Action() Action { return ActionSay }

func (c Say) decide(s *State, in *Input) error {
	if c.Text.IsZero() {
		return faultf(CodeInvalid, "the message is empty")
	}
	if c.Room > s.Tables {
		return faultf(CodeNotFound, "there is no table %d", c.Room)
	}
	if in.actor.Role == RoleCitizen {
		table, ok := s.Participant(in.actor.Number)
		if !ok {
			return faultf(CodeForbidden, "only participants may speak in this debate; everyone may read the main hall")
		}
		if c.Room != 0 && c.Room != table {
			return faultf(CodeForbidden, "you sit at table %d and can't speak at table %d", table, c.Room)
		}
	}
	if c.ReplyTo != 0 {
		if !atMost(c.ReplyTo, len(s.Remarks)) || s.Remarks[c.ReplyTo-1].Room != c.Room {
			return faultf(CodeNotFound, "the message you reply to is not in this room")
		}
	}
	in.emit(&RemarkPosted{Room: c.Room, ReplyTo: c.ReplyTo, Text: c.Text})
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
