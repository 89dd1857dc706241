package topic

// TextMasked puts a text in the place of one from which its author took personal
// data. The erasure of the one before stands right before it in the log.
type TextMasked struct {
	Subject    Subject
	Text       Digest `class:"text"`
	Characters uint32
}

func (*TextMasked) kind() Kind { return KindTextMasked }

func (b *TextMasked) apply(s *State, e *Event) uint64 {
	n := b.Subject.Number
	switch b.Subject.Kind {
	case SubjectRemark:
		m := &s.Remarks[n-1]
		m.Text, m.Erased, m.Characters, m.Last = b.Text, false, b.Characters, e.Seq
		s.touch(m.Room, e.Seq)
	case SubjectIdea:
		s.Ideas[n-1].Text, s.Ideas[n-1].Erased = b.Text, false
	}
	return n
}

// MaskText takes personal data out of a text of one's own: the text of that
// digest takes its place, and the old one is destroyed.
type MaskText struct {
	Subject    Subject
	Text       Digest
	Characters uint32
}

// Action names the policy's rule.
func (MaskText) Action() Action { return ActionMask }

func (c MaskText) decide(s *State, in *Input) error {
	x := c.Subject
	target := EraseRemark
	switch {
	case x.Kind != SubjectRemark && x.Kind != SubjectIdea:
		return faultf(CodeInvalid, "messages and ideas can be masked")
	case !s.exists(x):
		return faultf(CodeNotFound, "there is no %s %d", x.Kind, x.Number)
	case s.AuthorOf(x) != in.actor:
		return faultf(CodeForbidden, "%s %d is somebody else's: report it, and a moderator decides", x.Kind, x.Number)
	case !s.Shown(x):
		return faultf(CodeConflict, "%s %d is not shown any more", x.Kind, x.Number)
	case c.Text.IsZero():
		return faultf(CodeInvalid, "nothing of the text would be left: ask a moderator to erase it")
	}
	if x.Kind == SubjectIdea {
		target = EraseIdea
		if s.VoteCount > 0 && s.onList(uint32(x.Number)) {
			return faultf(CodeConflict, "people have voted on this idea as it is: ask a moderator")
		}
	}
	old, err := s.DigestFor(target, x.Number)
	if err != nil {
		return err
	}
	if old == c.Text {
		return faultf(CodeInvalid, "nothing is masked: choose what others must not read")
	}
	in.emit(&TextErased{Target: target, Number: x.Number, Digest: old, Reason: "author-request"})
	in.emit(&TextMasked{x, c.Text, c.Characters})
	return nil
}

// onList says that an idea stands on the rating list word for word.
func (s *State) onList(idea uint32) bool {
	for i := range s.Items {
		if s.Items[i].Idea == idea {
			return true
		}
	}
	return false
}
