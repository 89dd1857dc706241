package topic

import "slices"

// A case is what waits for those who moderate: a remark or an idea with open
// reports or that nobody has read yet, or an appeal.

// Severity is how pressing a case is.
type Severity uint8

// The severities.
const (
	SeverityNormal Severity = iota + 1
	SeverityHigh
	SeverityUrgent
)

var severityNames = [...]string{"", "normal", "high", "urgent"}

// String is the severity's name.
func (v Severity) String() string { return nameOf(severityNames[:], int(v)) }

// MarshalText writes the severity's name.
func (v Severity) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Severity is how pressing a report for that reason is.
func (r FlagReason) Severity() Severity {
	switch r {
	case FlagThreat, FlagHate, FlagPersonalData, FlagUnlawful:
		return SeverityUrgent
	case FlagInsult:
		return SeverityHigh
	}
	return SeverityNormal
}

// manyFlags is how many open reports make a case more pressing than their
// reasons do.
const manyFlags = 3

// SeverityOf is how pressing the open case of a text or an appeal is.
func (s *State) SeverityOf(x Subject) Severity {
	if x.Kind == SubjectAppeal {
		if s.Appeals[x.Number-1].Subject.Kind == SubjectSanction {
			return SeverityHigh
		}
		return SeverityNormal
	}
	v, open := SeverityNormal, 0
	if slices.Contains(s.Held, x) {
		v = SeverityHigh // the talk waits for it
	}
	for _, n := range s.flagsOf[x] {
		if f := &s.Flags[n-1]; f.Outcome == FlagOpen {
			v, open = max(v, f.Reason.Severity()), open+1
		}
	}
	if open >= manyFlags {
		v = min(v+1, SeverityUrgent)
	}
	return v
}

// Claim says who works on a case. It lapses after [ClaimLife].
type Claim struct {
	Subject Subject
	By      Actor
	Time    int64 `class:"decision"`
}

// ClaimLife is how long a claim holds, in milliseconds.
const ClaimLife = 30 * 60 * 1000

// Check is a removal that waits for a second person.
type Check struct {
	Subject Subject
	By      Actor
	Reason  Digest `class:"decision"`
	Time    int64  `class:"decision"`
	Seq     uint64
}

// CheckOf answers the removal of a text that waits for a second person.
func (s *State) CheckOf(x Subject) (Check, bool) {
	at := slices.IndexFunc(s.Checks, func(c Check) bool { return c.Subject == x })
	if at < 0 {
		return Check{}, false
	}
	return s.Checks[at], true
}

// ClaimOf answers who works on a case at a time, false for nobody.
func (s *State) ClaimOf(x Subject, now int64) (Claim, bool) {
	at := slices.IndexFunc(s.Claims, func(c Claim) bool { return c.Subject == x })
	if at < 0 || now-s.Claims[at].Time >= ClaimLife {
		return Claim{}, false
	}
	return s.Claims[at], true
}

// closeCase forgets who worked on a case, and a removal that was proposed: its
// reason is kept until it is erased.
func (s *State) closeCase(x Subject) {
	s.Held = slices.DeleteFunc(s.Held, func(h Subject) bool { return h == x })
	s.Claims = slices.DeleteFunc(s.Claims, func(c Claim) bool { return c.Subject == x })
	if c, ok := s.CheckOf(x); ok {
		s.Superseded = append(s.Superseded, Superseded{Text: c.Reason})
		s.Checks = slices.DeleteFunc(s.Checks, func(c Check) bool { return c.Subject == x })
	}
}

// waits says that a case is open.
func (s *State) waits(x Subject) bool {
	if x.Kind == SubjectAppeal {
		return s.exists(x) && s.Appeals[x.Number-1].Outcome == AppealOpen
	}
	return s.openFlag(x) != 0 || slices.Contains(s.Held, x)
}

// CasesClaimed says that the actor works on cases, or works on them no more.
type CasesClaimed struct {
	Subjects []Subject
	Release  bool
}

func (*CasesClaimed) kind() Kind { return KindCasesClaimed }

func (b *CasesClaimed) apply(s *State, e *Event) uint64 {
	s.Claims = slices.DeleteFunc(s.Claims, func(c Claim) bool { return slices.Contains(b.Subjects, c.Subject) })
	if !b.Release {
		for _, x := range b.Subjects {
			s.Claims = append(s.Claims, Claim{Subject: x, By: e.Actor, Time: e.Time})
		}
	}
	return uint64(len(b.Subjects))
}

// MaxCases is how many cases one command concerns.
const MaxCases = 100

// ClaimCases says that one works on cases, so that nobody else does, or gives
// them back.
type ClaimCases struct {
	Subjects []Subject
	Release  bool
}

// Action names the policy's rule.
func (ClaimCases) Action() Action { return ActionHandleFlags }

func (c ClaimCases) decide(s *State, in *Input) error {
	if err := s.checkCases(c.Subjects); err != nil {
		return err
	}
	for _, x := range c.Subjects {
		if err := s.free(in, x); err != nil {
			return err
		}
	}
	in.emit(&CasesClaimed{c.Subjects, c.Release})
	return nil
}

func (s *State) checkCases(list []Subject) error {
	if len(list) == 0 || len(list) > MaxCases {
		return faultf(CodeInvalid, "choose 1 to %d cases, got %d", MaxCases, len(list))
	}
	for i, x := range list {
		switch {
		case slices.Contains(list[:i], x):
			return faultf(CodeInvalid, "%s %d stands twice", x.Kind, x.Number)
		case !s.exists(x):
			return faultf(CodeNotFound, "there is no %s %d", x.Kind, x.Number)
		case !s.waits(x):
			return faultf(CodeConflict, "nothing waits for a decision about %s %d any more", x.Kind, x.Number)
		}
	}
	return nil
}

// free answers who else works on a case.
func (s *State) free(in *Input, x Subject) error {
	if c, ok := s.ClaimOf(x, in.Time); ok && !s.wrote(in.Who.Pseudonym, c.By) {
		return faultf(CodeConflict, "%s %d works on this: take another one, or ask them", c.By.Role, c.By.Number)
	}
	return nil
}

// SettleCases decides on texts that were reported: they are kept or removed, with
// one reason for all of them, which authors and reporters read.
type SettleCases struct {
	Subjects []Subject
	Outcome  FlagOutcome
	Reason   Digest
}

// Action names the policy's rule.
func (SettleCases) Action() Action { return ActionHandleFlags }

func (c SettleCases) decide(s *State, in *Input) error {
	if err := s.checkCases(c.Subjects); err != nil {
		return err
	}
	for _, x := range c.Subjects {
		if x.Kind == SubjectAppeal {
			return faultf(CodeInvalid, "appeal %d is heard on its own", x.Number)
		}
		if err := s.settleCase(in, x, c.Outcome, c.Reason); err != nil {
			return err
		}
	}
	return nil
}

// settleCase emits what becomes of a text that was reported.
func (s *State) settleCase(in *Input, x Subject, o FlagOutcome, reason Digest) error {
	switch {
	case o != FlagKept && o != FlagRemoved:
		return faultf(CodeInvalid, "a report is settled by keeping or removing the text")
	case reason.IsZero():
		return faultf(CodeInvalid, "say why: the author and who reported it read it")
	case x.Kind == SubjectIdea && in.actor.Role != RoleModerator:
		return faultf(CodeForbidden, "moderators decide on ideas")
	case s.coauthored(in.Who.Pseudonym, x):
		return faultf(CodeForbidden, "this report is about a text of your own: somebody else settles it")
	}
	if err := s.free(in, x); err != nil {
		return err
	}
	if s.openFlag(x) == 0 { // it waits to be shown
		in.emit(&TextReviewed{x, o == FlagKept, reason})
		return nil
	}
	check, proposed := s.CheckOf(x)
	if o == FlagRemoved && s.Moderation.Second && s.Shown(x) {
		switch {
		case proposed && s.wrote(in.Who.Pseudonym, check.By):
			return faultf(CodeConflict, "you proposed to remove %s %d: somebody else confirms it", x.Kind, x.Number)
		case !proposed:
			in.emit(&RemovalProposed{x, reason})
			return nil
		}
	}
	if o == FlagRemoved && s.Shown(x) {
		if x.Kind == SubjectRemark {
			in.emit(&RemarkRemoved{Remark: uint32(x.Number), Reason: reason})
		} else {
			in.emit(&IdeasShown{Ideas: []uint32{uint32(x.Number)}, Reason: reason})
		}
	}
	in.emit(&FlagResolved{s.openFlag(x), o, reason})
	return nil
}

// RemovalProposed is one person's decision to remove a text, which waits for a
// second one's.
type RemovalProposed struct {
	Subject Subject
	Reason  Digest `class:"decision"`
}

func (*RemovalProposed) kind() Kind { return KindRemovalProposed }

func (b *RemovalProposed) apply(s *State, e *Event) uint64 {
	s.closeCase(b.Subject)
	s.Checks = append(s.Checks, Check{Subject: b.Subject, By: e.Actor, Reason: b.Reason, Time: e.Time, Seq: e.Seq})
	return b.Subject.Number
}
