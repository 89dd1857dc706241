package topic

import "slices"

// AppealOutcome is what became of an appeal.
type AppealOutcome uint8

// The outcomes.
const (
	AppealOpen     AppealOutcome = iota
	AppealGranted                // what it was against is taken back
	AppealDeclined               // it stays
)

var appealOutcomes = [...]string{"open", "granted", "declined"}

// String is the outcome's name.
func (o AppealOutcome) String() string { return nameOf(appealOutcomes[:], int(o)) }

// MarshalText writes the outcome's name.
func (o AppealOutcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads the outcome's name.
func (o *AppealOutcome) UnmarshalText(b []byte) error {
	n, err := parseName("outcome of an appeal", appealOutcomes[:], b)
	*o = AppealOutcome(n)
	return err
}

// Appeal is an author's objection to what was decided about them: the removal of
// a remark or an idea, a sanction, or what moderators did with an idea's group.
type Appeal struct {
	Subject Subject
	Against uint64 // seq of the decision
	Judge   Actor  // who decided it; somebody else hears the appeal
	Text    Digest `class:"text"`
	By      Actor
	Time    int64 `class:"text"`
	Outcome AppealOutcome
	Handler Actor
	Because Digest `class:"decision"`
	Heard   int64
}

// AppealMade is an author's objection.
type AppealMade struct {
	Subject Subject
	Against uint64
	Judge   Actor
	Text    Digest `class:"text"`
}

func (*AppealMade) kind() Kind { return KindAppealMade }

func (b *AppealMade) apply(s *State, e *Event) uint64 {
	s.Appeals = append(s.Appeals, Appeal{Subject: b.Subject, Against: b.Against, Judge: b.Judge, Text: b.Text, By: e.Actor, Time: e.Time})
	return uint64(len(s.Appeals))
}

// AppealOf answers the number of the appeal against a decision about a subject, 0
// for none. Whoever does not act for the author asks with By zero.
func (s *State) AppealOf(x Subject, against uint64, by Actor) uint64 {
	for i := range s.Appeals {
		if a := &s.Appeals[i]; a.Subject == x && a.Against == against && (by == Actor{} || a.By == by) {
			return uint64(i + 1)
		}
	}
	return 0
}

// maxOpenAppeals is how many appeals of one person can wait to be heard.
const maxOpenAppeals = 20

// MakeAppeal objects to a decision about what one wrote or about oneself, once to
// each; the answer is the appeal's number.
type MakeAppeal struct {
	Subject Subject
	Text    Digest
}

// Action names the policy's rule.
func (MakeAppeal) Action() Action { return ActionAppeal }

func (c MakeAppeal) decide(s *State, in *Input) error {
	if c.Text.IsZero() {
		return faultf(CodeInvalid, "say why it should be decided otherwise")
	}
	if !s.exists(c.Subject) {
		return faultf(CodeNotFound, "there is no %s %d", c.Subject.Kind, c.Subject.Number)
	}
	against, judge, err := s.decided(in.actor, c.Subject)
	if err != nil {
		return err
	}
	if n := s.AppealOf(c.Subject, against, in.actor); n != 0 {
		return faultf(CodeConflict, "you have appealed against this already: it is appeal %d", n)
	}
	open := 0
	for i := range s.Appeals {
		if s.Appeals[i].By == in.actor && s.Appeals[i].Outcome == AppealOpen {
			open++
		}
	}
	if open >= maxOpenAppeals {
		return faultf(CodeConflict, "%d of your appeals are still to be heard: wait for that first", maxOpenAppeals)
	}
	in.emit(&AppealMade{c.Subject, against, judge, c.Text})
	return nil
}

// decided answers the decision about a subject that concerns someone, and who
// made it.
func (s *State) decided(who Actor, x Subject) (uint64, Actor, error) {
	switch x.Kind {
	case SubjectRemark, SubjectIdea:
		r, ok := s.RemovalOf(x)
		switch {
		case !slices.Contains(s.AuthorsOf(x), who):
			return 0, Actor{}, faultf(CodeForbidden, "%s %d is somebody else's: its author can appeal", x.Kind, x.Number)
		case !ok || r.Restored != 0 || s.Shown(x):
			return 0, Actor{}, faultf(CodeConflict, "%s %d has not been removed", x.Kind, x.Number)
		case x.Kind == SubjectRemark && s.Remarks[x.Number-1].Erased || x.Kind == SubjectIdea && s.Ideas[x.Number-1].Erased:
			return 0, Actor{}, faultf(CodeConflict, "the text of %s %d was erased for good and can't come back", x.Kind, x.Number)
		}
		return r.Seq, r.By, nil
	case SubjectSanction:
		v := &s.Sanctions[x.Number-1]
		if (Actor{RoleCitizen, v.Application}) != who {
			return 0, Actor{}, faultf(CodeForbidden, "this concerns somebody else")
		}
		if v.Lifted != 0 {
			return 0, Actor{}, faultf(CodeConflict, "this was lifted already")
		}
		return v.Seq, v.By, nil
	case SubjectOperation:
		o := s.operation(x.Number)
		if who.Role != RoleCitizen || s.Concerned(o, who.Number) == 0 {
			return 0, Actor{}, faultf(CodeForbidden, "this was not about an idea of yours")
		}
		if o.UndoneBy != 0 {
			return 0, Actor{}, faultf(CodeConflict, "this was undone already")
		}
		return o.Seq, o.Actor, nil
	}
	return 0, Actor{}, faultf(CodeInvalid, "there is no appeal against an appeal")
}

// Concerned answers an idea of someone that an operation of the board was about,
// itself or with the group that it is in, 0 for none.
func (s *State) Concerned(o *Operation, application uint64) uint32 {
	if application == 0 {
		return 0
	}
	for i := range s.Ideas {
		n := uint32(i + 1)
		if !s.Owns(application, n) {
			continue
		}
		if slices.Contains(o.Ideas, n) {
			return n
		}
		if at := s.Board.Cluster(n); at != 0 && len(o.Ideas) == 0 && o.Cluster != 0 && s.Board.Live(o.Cluster) == at {
			return n
		}
	}
	return 0
}

// MayAppeal answers what someone would appeal against who objects to an operation
// of the board, false where they can't: it was not about an idea of theirs, was
// taken back or appealed against already, or is nothing to object to.
func (s *State) MayAppeal(o *Operation, application uint64) (Subject, bool) {
	me, x := Actor{RoleCitizen, application}, Subject{SubjectOperation, o.Seq}
	switch {
	case o.Kind != o.Kind.forward() || o.Kind == OperationLock || o.Kind == OperationMark && o.Mark == Unmarked || o.Reason == HeldReason:
		return Subject{}, false
	case o.Kind == OperationHideIdeas:
		x = IdeaSubject(s.Concerned(o, application))
		if r, ok := s.RemovalOf(x); x.Number == 0 || !ok || r.Seq != o.Seq {
			return Subject{}, false
		}
	}
	against, _, err := s.decided(me, x)
	return x, err == nil && s.AppealOf(x, against, me) == 0
}

// AppealHeard decides an appeal.
type AppealHeard struct {
	Appeal  uint32
	Outcome AppealOutcome
	Reason  Digest `class:"decision"`
}

func (*AppealHeard) kind() Kind { return KindAppealHeard }

func (b *AppealHeard) apply(s *State, e *Event) uint64 {
	a := &s.Appeals[b.Appeal-1]
	a.Outcome, a.Handler, a.Because, a.Heard = b.Outcome, e.Actor, b.Reason, e.Time
	s.closeCase(Subject{SubjectAppeal, uint64(b.Appeal)})
	return uint64(b.Appeal)
}

// HearAppeal decides an appeal as somebody else than who decided first. A granted
// one takes back what it was against.
type HearAppeal struct {
	Appeal  uint32
	Outcome AppealOutcome
	Reason  Digest
}

// Action names the policy's rule.
func (HearAppeal) Action() Action { return ActionHearAppeals }

func (c HearAppeal) decide(s *State, in *Input) error {
	if !among(c.Appeal, len(s.Appeals)) {
		return faultf(CodeNotFound, "there is no appeal %d", c.Appeal)
	}
	a := &s.Appeals[c.Appeal-1]
	switch {
	case c.Outcome != AppealGranted && c.Outcome != AppealDeclined:
		return faultf(CodeInvalid, "an appeal is granted or declined")
	case c.Reason.IsZero():
		return faultf(CodeInvalid, "say why: the author reads it")
	case a.Outcome != AppealOpen:
		return faultf(CodeConflict, "appeal %d has been heard already: %s", c.Appeal, a.Outcome)
	case s.wrote(in.Who.Pseudonym, a.Judge):
		return faultf(CodeForbidden, "you made the decision that this appeal is against: another moderator hears it")
	case s.proposed(in.Who.Pseudonym, a.Against):
		return faultf(CodeForbidden, "you proposed the step that this appeal is against: another moderator hears it")
	case a.Subject.Kind == SubjectIdea && s.keeps(in.Who.Pseudonym, uint32(a.Subject.Number)):
		return faultf(CodeForbidden, "a step of yours keeps this idea hidden: another moderator hears the appeal")
	case s.wrote(in.Who.Pseudonym, a.By), s.coauthored(in.Who.Pseudonym, a.Subject):
		return faultf(CodeForbidden, "this appeal is your own: another moderator hears it")
	}
	if err := s.free(in, Subject{SubjectAppeal, uint64(c.Appeal)}); err != nil {
		return err
	}
	if x := a.Subject; c.Outcome == AppealDeclined && (x.Kind == SubjectIdea || x.Kind == SubjectRemark) && s.Shown(x) {
		return faultf(CodeConflict, "%s %d is shown again already, so that it can't stay removed: grant the appeal", x.Kind, x.Number)
	}
	if c.Outcome == AppealGranted {
		if err := s.takeBack(in, a, c.Reason); err != nil {
			return err
		}
	}
	in.emit(&AppealHeard{c.Appeal, c.Outcome, c.Reason})
	return nil
}

// proposed says that whoever has the pseudonym proposed the operation with that seq.
func (s *State) proposed(who Pseudonym, operation uint64) bool {
	d := s.Board.DraftOf(operation)
	return d != nil && s.wrote(who, d.Asked.Actor)
}

// keeps says that whoever has the pseudonym decided or proposed a step that keeps
// an idea hidden now.
func (s *State) keeps(who Pseudonym, idea uint32) bool {
	for i := len(s.Board.Operations) - 1; i >= 0; i-- {
		o := &s.Board.Operations[i]
		if o.UndoneBy == 0 && o.Kind == OperationShowIdeas && slices.Contains(o.Ideas, idea) {
			return false
		}
		if r, ok := hiding(o, idea); ok && (s.wrote(who, r.By) || s.proposed(who, r.Seq)) {
			return true
		}
	}
	return false
}

// takeBack emits what takes back the decision that an appeal is against, nothing
// where that was done already.
func (s *State) takeBack(in *Input, a *Appeal, reason Digest) error {
	n := uint32(a.Subject.Number)
	switch a.Subject.Kind {
	case SubjectRemark:
		if m := &s.Remarks[n-1]; m.Erased {
			return faultf(CodeConflict, "the text of message %d was erased meanwhile and can't come back: decline, and say so", n)
		} else if !m.Removed.IsZero() {
			in.emit(&RemarkRestored{n, reason})
		}
	case SubjectIdea:
		if s.Ideas[n-1].Erased {
			return faultf(CodeConflict, "the text of idea %d was erased meanwhile and can't come back: decline, and say so", n)
		}
		if s.Board.Hidden(n) {
			in.emit(&IdeasShown{Ideas: []uint32{n}, Shown: true, Reason: reason})
		}
	case SubjectSanction:
		if s.Sanctions[n-1].Lifted == 0 {
			in.emit(&SanctionLifted{n, reason})
		}
	case SubjectOperation:
		if o := s.operation(a.Subject.Number); o.UndoneBy == 0 {
			if err := s.CanUndo(o.Seq); err != nil {
				return err
			}
			in.emit(&OperationUndone{Operation: o.Seq, Reason: reason})
		}
	}
	return nil
}
