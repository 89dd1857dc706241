package topic

// FlagReason is what someone finds wrong with a remark.
type FlagReason uint8

// The reasons.
const (
	FlagInsult FlagReason = iota + 1
	FlagThreat
	FlagHate
	FlagPersonalData
	FlagSpam
	FlagOffTopic
	FlagOther
)

var flagReasons = [...]string{"", "insult", "threat", "hate", "personal-data", "spam", "off-topic", "other"}

// String is the reason's name.
func (r FlagReason) String() string { return nameOf(flagReasons[:], int(r)) }

// MarshalText writes the reason's name.
func (r FlagReason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the reason's name.
func (r *FlagReason) UnmarshalText(b []byte) error {
	n, err := parseName("reason for reporting a message", flagReasons[:], b)
	*r = FlagReason(n)
	return err
}

// FlagOutcome is what became of a flag.
type FlagOutcome uint8

// The outcomes.
const (
	FlagOpen FlagOutcome = iota
	FlagKept             // the remark stays
	FlagRemoved
)

var flagOutcomes = [...]string{"open", "kept", "removed"}

// String is the outcome's name.
func (o FlagOutcome) String() string { return nameOf(flagOutcomes[:], int(o)) }

// MarshalText writes the outcome's name.
func (o FlagOutcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads the outcome's name.
func (o *FlagOutcome) UnmarshalText(b []byte) error {
	n, err := parseName("outcome of a report", flagOutcomes[:], b)
	*o = FlagOutcome(n)
	return err
}

// Flag is a person's report of a remark to those who watch over the debate.
type Flag struct {
	Remark  uint32
	Reason  FlagReason
	Note    Digest // in the person's own words, zero for none
	By      Actor
	Time    int64
	Outcome FlagOutcome
	Handler Actor
	Because Digest // why it was kept or removed
	Handled int64
}

// RemarkFlagged is a report of a remark.
type RemarkFlagged struct {
	Remark uint32
	Reason FlagReason
	Note   Digest
}

func (*RemarkFlagged) kind() Kind { return KindRemarkFlagged }

func (b *RemarkFlagged) apply(s *State, e *Event) uint64 {
	s.Flags = append(s.Flags, Flag{Remark: b.Remark, Reason: b.Reason, Note: b.Note, By: e.Actor, Time: e.Time})
	s.Remarks[b.Remark-1].Flags++
	s.indexFlag(uint32(len(s.Flags)))
	return uint64(len(s.Flags))
}

// flagKey is somebody's report of a remark.
type flagKey struct {
	remark uint32
	by     Actor
}

// maxOpenFlags is how many reports of one person can wait to be handled.
const maxOpenFlags = 50

// indexFlag adds a flag to what is derived from them.
func (s *State) indexFlag(n uint32) {
	f := &s.Flags[n-1]
	s.byFlag[flagKey{f.Remark, f.By}] = n
	s.flagsOf[f.Remark] = append(s.flagsOf[f.Remark], n)
	if f.Outcome == FlagOpen {
		s.openFlags[f.By]++
	}
}

func (s *State) indexFlags() {
	s.byFlag, s.flagsOf, s.openFlags = map[flagKey]uint32{}, map[uint32][]uint32{}, map[Actor]int{}
	for n := range s.Flags {
		s.indexFlag(uint32(n + 1))
	}
}

// FlagRemark reports a remark; the answer is the flag's number. In the main hall
// everyone who has applied may.
type FlagRemark struct {
	Remark uint32
	Reason FlagReason
	Note   Digest
}

// Action names the policy's rule.
func (FlagRemark) Action() Action { return ActionFlag }

func (c FlagRemark) decide(s *State, in *Input) error {
	hall := among(c.Remark, len(s.Remarks)) && s.Remarks[c.Remark-1].Room == 0 && in.actor.Number != 0
	m, err := s.remarkFor(in, c.Remark, hall)
	if err != nil {
		return err
	}
	if c.Reason == 0 || int(c.Reason) >= len(flagReasons) {
		return faultf(CodeInvalid, "say what is wrong with the message")
	}
	if m.Author == in.actor {
		return faultf(CodeConflict, "this message is your own: ask a facilitator to take it away")
	}
	if n, ok := s.byFlag[flagKey{c.Remark, in.actor}]; ok {
		return faultf(CodeConflict, "you have reported this message already: it is report %d", n)
	}
	if s.openFlags[in.actor] >= maxOpenFlags {
		return faultf(CodeConflict, "%d of your reports are still to be handled: wait for that first", maxOpenFlags)
	}
	in.emit(&RemarkFlagged{c.Remark, c.Reason, c.Note})
	return nil
}

// FlagResolved settles all open flags of the remark that one is about.
type FlagResolved struct {
	Flag    uint32
	Outcome FlagOutcome
	Reason  Digest
}

func (*FlagResolved) kind() Kind { return KindFlagResolved }

func (b *FlagResolved) apply(s *State, e *Event) uint64 {
	s.resolveFlags(s.Flags[b.Flag-1].Remark, b.Outcome, b.Reason, e)
	return uint64(b.Flag)
}

func (s *State) resolveFlags(remark uint32, o FlagOutcome, because Digest, e *Event) {
	m := &s.Remarks[remark-1]
	for _, n := range s.flagsOf[remark] {
		if f := &s.Flags[n-1]; f.Outcome == FlagOpen {
			f.Outcome, f.Handler, f.Because, f.Handled = o, e.Actor, because, e.Time
			m.Flags--
			if s.openFlags[f.By]--; s.openFlags[f.By] == 0 {
				delete(s.openFlags, f.By)
			}
		}
	}
}

// wrote says whether the author of a remark is the person with that pseudonym,
// in whatever role.
func (s *State) wrote(who Pseudonym, author Actor) bool {
	switch {
	case author.Role == RoleCitizen && among(author.Number, len(s.Applications)):
		return s.Applications[author.Number-1].Pseudonym == who
	case author.Role.Staff() && among(author.Number, len(s.Staff)):
		return s.Staff[author.Number-1].Pseudonym == who
	}
	return false
}

// ResolveFlag settles a flag, and every other open one of the same remark: the
// remark is kept or removed, with a reason that the reporters read.
type ResolveFlag struct {
	Flag    uint32
	Outcome FlagOutcome
	Reason  Digest
}

// Action names the policy's rule.
func (ResolveFlag) Action() Action { return ActionHandleFlags }

func (c ResolveFlag) decide(s *State, in *Input) error {
	switch {
	case !among(c.Flag, len(s.Flags)):
		return faultf(CodeNotFound, "there is no report %d", c.Flag)
	case c.Outcome != FlagKept && c.Outcome != FlagRemoved:
		return faultf(CodeInvalid, "a report is settled by keeping or removing the message")
	case c.Reason.IsZero():
		return faultf(CodeInvalid, "say why: who reported the message reads it")
	case s.wrote(in.Who.Pseudonym, s.Remarks[s.Flags[c.Flag-1].Remark-1].Author):
		return faultf(CodeForbidden, "this report is about a message of your own: somebody else settles it")
	case s.Flags[c.Flag-1].Outcome != FlagOpen:
		return faultf(CodeConflict, "report %d has been settled already: %s", c.Flag, s.Flags[c.Flag-1].Outcome)
	}
	n := s.Flags[c.Flag-1].Remark
	if m := &s.Remarks[n-1]; c.Outcome == FlagRemoved && m.Removed.IsZero() && !m.Erased {
		in.emit(&RemarkRemoved{Remark: n, Reason: c.Reason})
	}
	in.emit(&FlagResolved{c.Flag, c.Outcome, c.Reason})
	return nil
}
