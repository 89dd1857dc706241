package topic

// HeldReason stands for the reason of a text that is not shown because nobody has
// read it yet: the topic has texts read before others see them. It names no text.
var HeldReason = Digest{0: 0xff, 31: 0xff}

// hold keeps what a citizen wrote from others until it has been read.
func (s *State) hold(x Subject, e *Event) {
	if !s.Moderation.Before || e.Actor.Role != RoleCitizen {
		return
	}
	s.Held = append(s.Held, x)
	switch x.Kind {
	case SubjectRemark:
		s.Remarks[x.Number-1].Removed = HeldReason
	case SubjectIdea:
		s.Board.add(operation(e, OperationHideIdeas, 0, nil, []uint32{uint32(x.Number)}, Digest{}, HeldReason))
	}
}

// holdIdeas keeps ideas that came together from others until each has been read.
func (s *State) holdIdeas(first, last uint32, e *Event) {
	ideas := make([]uint32, 0, last-first+1)
	for n := first; n <= last; n++ {
		ideas = append(ideas, n)
		s.Held = append(s.Held, IdeaSubject(n))
	}
	s.Board.add(operation(e, OperationHideIdeas, 0, nil, ideas, Digest{}, HeldReason))
}

// Holds says that a text waits to be read before others see it.
func (s *State) Holds(x Subject) bool {
	switch {
	case !s.exists(x):
	case x.Kind == SubjectRemark:
		return s.Remarks[x.Number-1].Removed == HeldReason && !s.Remarks[x.Number-1].Erased
	case x.Kind == SubjectIdea:
		n := uint32(x.Number)
		return s.Board.Hidden(n) && s.Board.HiddenReason(n) == HeldReason && !s.Ideas[n-1].Erased
	}
	return false
}

// TextReviewed says that a text that waited was read, and is shown from now on or
// not.
type TextReviewed struct {
	Subject Subject
	Shown   bool
	Reason  Digest `class:"decision"`
}

func (*TextReviewed) kind() Kind { return KindTextReviewed }

func (b *TextReviewed) apply(s *State, e *Event) uint64 {
	n := uint32(b.Subject.Number)
	switch b.Subject.Kind {
	case SubjectRemark:
		m := &s.Remarks[n-1]
		m.Removed, m.Last = Digest{}, e.Seq
		s.touch(m.Room, e.Seq)
		if !b.Shown {
			m.Removed = b.Reason
			s.removed(n, b.Reason, e)
		}
	case SubjectIdea:
		kind := OperationHideIdeas
		if b.Shown {
			kind = OperationShowIdeas
		}
		s.Board.add(operation(e, kind, 0, nil, []uint32{n}, Digest{}, b.Reason))
	}
	s.closeCase(b.Subject)
	return b.Subject.Number
}
