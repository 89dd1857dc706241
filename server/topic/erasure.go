package topic

// ErasureTarget is the kind of thing whose text was erased.
type ErasureTarget uint8

// The targets.
const (
	EraseRemark ErasureTarget = iota + 1
	EraseIdea
	EraseApplication
	EraseReason     // reason of the board's operation, or of the draft of one, with that seq
	EraseTitle      // name or summary given by it
	EraseUndoReason // reason for undoing the board's operation with that seq, or for refusing the draft
	EraseRemoval    // reason for removing the remark with that number
	EraseSummary    // summary of the rating item with that number
	EraseSuperseded // text that was replaced, by its number among those
	EraseFlagNote   // what someone wrote with the report of a remark of that number
	EraseFlagReason // why the report of that number was settled as it was
	EraseQuestion
	EraseAnswer // to the question with that number
	EraseReport // of the table with that number
	EraseAppeal // text of the appeal with that number
	EraseAppealReason
	EraseSanction     // reason of the sanction with that number
	EraseLift         // reason for lifting it
	EraseProposed     // reason of the removal that was proposed by the event with that seq
	EraseTrouble      // text of the problem report with that number
	EraseTroubleReply // what was said about one by the event with that seq
	EraseSignalReason // why what came of the look into a signal with that number did
	EraseDisclosure   // why the wish of that number to learn who wrote a text was put
	EraseDecision     // why it was granted or refused
	EraseDouble       // why two applications were judged as they were, by the judgement's number
)

// Superseded is a text that another took the place of. It is kept until it is
// erased: the log names it.
type Superseded struct {
	Text   Digest `class:"answers"`
	Row    bool   // a pool row, which is the registrar's
	By     Actor  // whose it was, the zero Actor where that is nobody's to say
	Erased bool   // of a row: it is gone for good
}

// Erasure is a text that is gone for good.
type Erasure struct {
	Seq    uint64
	Target ErasureTarget
	Number uint64
	Digest Digest `class:"text"`
	Reason string `class:"decision"`
	By     Actor
	Time   int64 `class:"decision"`
}

// ErasureReasons are the reasons for an erasure. They are few and fixed, since
// a reason in free words could say again what was erased.
var ErasureReasons = []string{"author-request", "personal-data", "unlawful", "retention", "court-order"}

// TextErased says that a text and its salt were destroyed. Its digest stays, so
// the log still verifies.
type TextErased struct {
	Target ErasureTarget
	Number uint64
	Digest Digest `class:"text"`
	Reason string `class:"decision"`
}

func (*TextErased) kind() Kind { return KindTextErased }

func (b *TextErased) apply(s *State, e *Event) uint64 {
	s.Erasures = append(s.Erasures, Erasure{Seq: e.Seq, Target: b.Target, Number: b.Number, Digest: b.Digest, Reason: b.Reason, By: e.Actor, Time: e.Time})
	switch b.Target {
	case EraseRemark:
		m := &s.Remarks[b.Number-1]
		m.Erased, m.Last = true, e.Seq
		f := s.touch(m.Room, e.Seq)
		f.Pinned = without(f.Pinned, uint32(b.Number))
		s.resolveFlags(RemarkSubject(uint32(b.Number)), FlagRemoved, Digest{}, e)
	case EraseIdea:
		s.Ideas[b.Number-1].Erased = true
		s.resolveFlags(IdeaSubject(uint32(b.Number)), FlagRemoved, Digest{}, e)
	case EraseApplication:
		a := &s.Applications[b.Number-1]
		a.Erased = true
		if a.Status == ApplicationOpen {
			a.Status = ApplicationWithdrawn
			s.open--
		}
	case EraseSuperseded:
		s.Superseded[b.Number-1].Erased = true
	}
	return b.Number
}

// EraseText destroys a text: the event comes first, then the row is deleted.
type EraseText struct {
	Target ErasureTarget
	Number uint64
	Reason string
}

// Action names the policy's rule.
func (EraseText) Action() Action { return ActionErase }

func (c EraseText) decide(s *State, in *Input) error {
	known := false
	for _, r := range ErasureReasons {
		known = known || r == c.Reason
	}
	if !known {
		return faultf(CodeInvalid, "%q is no reason for an erasure: author-request, personal-data, unlawful, retention or court-order", clip(c.Reason))
	}
	if in.Who.Role == RoleModerator && s.isRow(c.Target, c.Number) {
		return faultf(CodeForbidden, "what people answered when they applied is the registrar's: a moderator erases messages, ideas and reasons")
	}
	d, err := s.DigestFor(c.Target, c.Number)
	if err != nil {
		return err
	}
	if c.Target == EraseApplication && s.Committed() != 0 {
		return s.bound("what the pool holds (this answer is erased right after)")
	}
	gone := c.Target == EraseApplication && s.Applications[c.Number-1].Erased || c.Target == EraseSuperseded && s.Superseded[c.Number-1].Erased
	for i := range s.Erasures {
		gone = gone || s.Erasures[i].Digest == d
	}
	if gone {
		return faultf(CodeConflict, "this text has been erased already")
	}
	in.emit(&TextErased{Target: c.Target, Number: c.Number, Digest: d, Reason: c.Reason})
	return nil
}

// DigestFor answers the digest of a thing's text.
func (s *State) DigestFor(target ErasureTarget, n uint64) (Digest, error) {
	switch {
	case target == EraseRemark && n > 0 && n <= uint64(len(s.Remarks)):
		return s.Remarks[n-1].Text, nil
	case target == EraseIdea && n > 0 && n <= uint64(len(s.Ideas)):
		return s.Ideas[n-1].Text, nil
	case target == EraseApplication && n > 0 && n <= uint64(len(s.Applications)):
		return s.Applications[n-1].Row, nil
	case target == EraseRemoval && n > 0 && n <= uint64(len(s.Remarks)):
		r, _ := s.RemovalOf(RemarkSubject(uint32(n)))
		return named(r.Reason)
	case target == EraseSummary && n > 0 && n <= uint64(len(s.Items)):
		return named(s.Items[n-1].Summary)
	case target == EraseFlagNote && among(n, len(s.Flags)):
		return named(s.Flags[n-1].Note)
	case target == EraseFlagReason && among(n, len(s.Flags)):
		return named(s.Flags[n-1].Because)
	case target == EraseQuestion && among(n, len(s.Questions)):
		return s.Questions[n-1].Text, nil
	case target == EraseAnswer && among(n, len(s.Questions)):
		return named(s.Questions[n-1].Answer)
	case target == EraseReport && n > 0 && n < uint64(len(s.Floors)):
		return named(s.Floors[n].Report)
	case target == EraseSuperseded && n > 0 && n <= uint64(len(s.Superseded)):
		return s.Superseded[n-1].Text, nil
	}
	if target >= EraseAppeal {
		return named(s.moderationText(target, n))
	}
	for i := range s.Board.Operations {
		if o := &s.Board.Operations[i]; o.Seq == n {
			switch target {
			case EraseReason:
				return named(o.Reason)
			case EraseTitle:
				return named(o.Title)
			case EraseUndoReason:
				return named(o.UndoReason)
			}
		}
	}
	for i := range s.Board.Drafts {
		if d := &s.Board.Drafts[i]; d.Asked.Seq == n {
			switch target {
			case EraseReason:
				return named(d.Asked.Reason)
			case EraseTitle:
				return named(d.Asked.Title)
			case EraseUndoReason:
				return named(d.Because)
			}
		}
	}
	return named(Digest{})
}

// moderationText is the digest of a text of moderation, zero for none.
func (s *State) moderationText(target ErasureTarget, n uint64) Digest {
	switch {
	case target == EraseAppeal && among(n, len(s.Appeals)):
		return s.Appeals[n-1].Text
	case target == EraseAppealReason && among(n, len(s.Appeals)):
		return s.Appeals[n-1].Because
	case target == EraseSanction && among(n, len(s.Sanctions)):
		return s.Sanctions[n-1].Reason
	case target == EraseLift && among(n, len(s.Sanctions)):
		return s.Sanctions[n-1].LiftReason
	case target == EraseTrouble && among(n, len(s.Troubles)):
		return s.Troubles[n-1].Text
	case target == EraseSignalReason && among(n, len(s.SignalLooks)):
		return s.SignalLooks[n-1].Reason
	case target == EraseDisclosure && among(n, len(s.Disclosures)):
		return s.Disclosures[n-1].Reason
	case target == EraseDecision && among(n, len(s.Disclosures)):
		return s.Disclosures[n-1].Because
	case target == EraseDouble && among(n, len(s.Doubles)):
		return s.Doubles[n-1].Reason
	case target == EraseTroubleReply:
		for i := range s.Troubles {
			for _, x := range s.Troubles[i].Steps {
				if x.Seq == n {
					return x.Text
				}
			}
		}
	case target == EraseProposed:
		for i := range s.Checks {
			if s.Checks[i].Seq == n {
				return s.Checks[i].Reason
			}
		}
	}
	return Digest{}
}

func named(d Digest) (Digest, error) {
	if d.IsZero() || d == HeldReason {
		return d, faultf(CodeNotFound, "there is no such text in this topic")
	}
	return d, nil
}

// isRow says whether the target is what someone answered when they applied.
func (s *State) isRow(target ErasureTarget, n uint64) bool {
	return target == EraseApplication || (target == EraseSuperseded && n > 0 && n <= uint64(len(s.Superseded)) && s.Superseded[n-1].Row)
}
