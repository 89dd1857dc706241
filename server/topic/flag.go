package topic

import "slices"

// FlagReason is what someone finds wrong with a remark or an idea.
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
	FlagUnlawful
)

var flagReasons = [...]string{"", "insult", "threat", "hate", "personal-data", "spam", "off-topic", "other", "unlawful"}

// String is the reason's name.
func (r FlagReason) String() string { return nameOf(flagReasons[:], int(r)) }

// MarshalText writes the reason's name.
func (r FlagReason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the reason's name.
func (r *FlagReason) UnmarshalText(b []byte) error {
	n, err := parseName("reason for a report", flagReasons[:], b)
	*r = FlagReason(n)
	return err
}

// FlagOutcome is what became of a flag.
type FlagOutcome uint8

// The outcomes.
const (
	FlagOpen FlagOutcome = iota
	FlagKept             // the text stays
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

// Flag is a person's report of a remark or an idea to those who watch over the
// debate.
type Flag struct {
	Subject Subject
	Reason  FlagReason
	Note    Digest `class:"text"` // in the person's own words, zero for none
	By      Actor
	Time    int64 `class:"conduct"`
	Outcome FlagOutcome
	Handler Actor
	Because Digest `class:"decision"` // why it was kept or removed
	Handled int64
}

// RemarkFlagged is a report of a remark.
type RemarkFlagged struct {
	Remark uint32
	Reason FlagReason
	Note   Digest `class:"text"`
}

func (*RemarkFlagged) kind() Kind { return KindRemarkFlagged }

func (b *RemarkFlagged) apply(s *State, e *Event) uint64 {
	s.Remarks[b.Remark-1].Flags++
	return s.flagged(Flag{Subject: RemarkSubject(b.Remark), Reason: b.Reason, Note: b.Note, By: e.Actor, Time: e.Time})
}

// IdeaFlagged is a report of an idea.
type IdeaFlagged struct {
	Idea   uint32
	Reason FlagReason
	Note   Digest `class:"text"`
}

func (*IdeaFlagged) kind() Kind { return KindIdeaFlagged }

func (b *IdeaFlagged) apply(s *State, e *Event) uint64 {
	return s.flagged(Flag{Subject: IdeaSubject(b.Idea), Reason: b.Reason, Note: b.Note, By: e.Actor, Time: e.Time})
}

// flagKey is somebody's report of a text.
type flagKey struct {
	subject Subject
	by      Actor
}

// maxOpenFlags is how many reports of one person can wait to be handled.
const maxOpenFlags = 50

func (s *State) flagged(f Flag) uint64 {
	s.Flags = append(s.Flags, f)
	s.indexFlag(uint32(len(s.Flags)))
	return uint64(len(s.Flags))
}

// indexFlag adds a flag to what is derived from them.
func (s *State) indexFlag(n uint32) {
	f := &s.Flags[n-1]
	s.byFlag[flagKey{f.Subject, f.By}] = n
	s.flagsOf[f.Subject] = append(s.flagsOf[f.Subject], n)
	if f.Outcome == FlagOpen {
		s.openFlags[f.By]++
	}
}

func (s *State) indexFlags() {
	s.byFlag, s.flagsOf, s.openFlags = map[flagKey]uint32{}, map[Subject][]uint32{}, map[Actor]int{}
	for n := range s.Flags {
		s.indexFlag(uint32(n + 1))
	}
}

// FlagsOf answers the numbers of all reports of a text, the first first.
func (s *State) FlagsOf(x Subject) []uint32 { return s.flagsOf[x] }

// openFlag is the first open report of a text, 0 for none.
func (s *State) openFlag(x Subject) uint32 {
	for _, n := range s.flagsOf[x] {
		if s.Flags[n-1].Outcome == FlagOpen {
			return n
		}
	}
	return 0
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
	if _, err := s.remarkFor(in, c.Remark, hall); err != nil {
		return err
	}
	if err := s.mayFlag(in, RemarkSubject(c.Remark), c.Reason); err != nil {
		return err
	}
	in.emit(&RemarkFlagged{c.Remark, c.Reason, c.Note})
	return nil
}

// FlagIdea reports an idea, which everyone who has applied may; the answer is the
// flag's number.
type FlagIdea struct {
	Idea   uint32
	Reason FlagReason
	Note   Digest
}

// Action names the policy's rule.
func (FlagIdea) Action() Action { return ActionFlag }

func (c FlagIdea) decide(s *State, in *Input) error {
	switch {
	case in.actor.Number == 0:
		return faultf(CodeForbidden, "those who have applied in this topic report ideas")
	case !among(c.Idea, len(s.Ideas)):
		return faultf(CodeNotFound, "there is no idea %d", c.Idea)
	case !s.Shown(IdeaSubject(c.Idea)):
		return faultf(CodeConflict, "this idea is not shown any more")
	}
	if err := s.mayFlag(in, IdeaSubject(c.Idea), c.Reason); err != nil {
		return err
	}
	in.emit(&IdeaFlagged{c.Idea, c.Reason, c.Note})
	return nil
}

// mayFlag answers what speaks against a report of a text that is shown.
func (s *State) mayFlag(in *Input, x Subject, reason FlagReason) error {
	if reason == 0 || int(reason) >= len(flagReasons) {
		return faultf(CodeInvalid, "say what is wrong with it")
	}
	if slices.Contains(s.AuthorsOf(x), in.actor) {
		return faultf(CodeConflict, "this is your own: ask a facilitator to take it away")
	}
	if n, ok := s.byFlag[flagKey{x, in.actor}]; ok {
		return faultf(CodeConflict, "you have reported this already: it is report %d", n)
	}
	if s.openFlags[in.actor] >= maxOpenFlags {
		return faultf(CodeConflict, "%d of your reports are still to be handled: wait for that first", maxOpenFlags)
	}
	return nil
}

// FlagResolved settles all open flags of the text that one is about.
type FlagResolved struct {
	Flag    uint32
	Outcome FlagOutcome
	Reason  Digest `class:"decision"`
}

func (*FlagResolved) kind() Kind { return KindFlagResolved }

func (b *FlagResolved) apply(s *State, e *Event) uint64 {
	s.resolveFlags(s.Flags[b.Flag-1].Subject, b.Outcome, b.Reason, e)
	return uint64(b.Flag)
}

func (s *State) resolveFlags(x Subject, o FlagOutcome, because Digest, e *Event) {
	for _, n := range s.flagsOf[x] {
		if f := &s.Flags[n-1]; f.Outcome == FlagOpen {
			f.Outcome, f.Handler, f.Because, f.Handled = o, e.Actor, because, e.Time
			if x.Kind == SubjectRemark {
				s.Remarks[x.Number-1].Flags--
			}
			if s.openFlags[f.By]--; s.openFlags[f.By] == 0 {
				delete(s.openFlags, f.By)
			}
		}
	}
	s.closeCase(x)
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

// ResolveFlag settles a flag, and every other open one of the same text: it is
// kept or removed, with a reason that the reporters read.
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
	case s.Flags[c.Flag-1].Outcome != FlagOpen:
		return faultf(CodeConflict, "report %d has been settled already: %s", c.Flag, s.Flags[c.Flag-1].Outcome)
	}
	return s.settleCase(in, s.Flags[c.Flag-1].Subject, c.Outcome, c.Reason)
}
