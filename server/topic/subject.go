package topic

// SubjectKind is the kind of thing that moderation is about.
type SubjectKind uint8

// The kinds.
const (
	SubjectRemark SubjectKind = iota + 1
	SubjectIdea
	SubjectSanction
	SubjectOperation // of the board, by its seq
	SubjectAppeal
)

var subjectNames = [...]string{"", "remark", "idea", "sanction", "operation", "appeal"}

// String is the kind's name.
func (k SubjectKind) String() string { return nameOf(subjectNames[:], int(k)) }

// MarshalText writes the kind's name.
func (k SubjectKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the kind's name.
func (k *SubjectKind) UnmarshalText(b []byte) error {
	n, err := parseName("kind of thing to decide on", subjectNames[:], b)
	*k = SubjectKind(n)
	return err
}

// Subject is what a report, a claim or an appeal is about.
type Subject struct {
	Kind   SubjectKind `json:"kind"`
	Number uint64      `json:"number"`
}

// RemarkSubject and IdeaSubject name a text of the debate.
func RemarkSubject(n uint32) Subject { return Subject{SubjectRemark, uint64(n)} }

// IdeaSubject names an idea.
func IdeaSubject(n uint32) Subject { return Subject{SubjectIdea, uint64(n)} }

// exists says that there is such a thing.
func (s *State) exists(x Subject) bool {
	switch x.Kind {
	case SubjectRemark:
		return among(x.Number, len(s.Remarks))
	case SubjectIdea:
		return among(x.Number, len(s.Ideas))
	case SubjectSanction:
		return among(x.Number, len(s.Sanctions))
	case SubjectOperation:
		return s.operation(x.Number) != nil
	case SubjectAppeal:
		return among(x.Number, len(s.Appeals))
	}
	return false
}

// operation is the operation of the board with that seq, nil if there is none.
func (s *State) operation(seq uint64) *Operation {
	for i := range s.Board.Operations {
		if s.Board.Operations[i].Seq == seq {
			return &s.Board.Operations[i]
		}
	}
	return nil
}

// AuthorOf answers who wrote a remark or an idea, or whom a sanction concerns;
// the zero Actor for what nobody of the topic wrote.
func (s *State) AuthorOf(x Subject) Actor {
	switch {
	case !s.exists(x):
	case x.Kind == SubjectRemark:
		return s.Remarks[x.Number-1].Author
	case x.Kind == SubjectIdea:
		if n := s.Ideas[x.Number-1].Author; n != 0 {
			return Actor{RoleCitizen, n}
		}
	case x.Kind == SubjectSanction:
		return Actor{RoleCitizen, s.Sanctions[x.Number-1].Application}
	case x.Kind == SubjectAppeal:
		return s.Appeals[x.Number-1].By
	}
	return Actor{}
}

// Shown says that a remark or an idea is shown: neither removed nor erased.
func (s *State) Shown(x Subject) bool {
	switch x.Kind {
	case SubjectRemark:
		m := &s.Remarks[x.Number-1]
		return m.Removed.IsZero() && !m.Erased
	case SubjectIdea:
		return !s.Board.Hidden(uint32(x.Number)) && !s.Ideas[x.Number-1].Erased
	}
	return false
}

// Removal is what took a remark or an idea away.
type Removal struct {
	Subject  Subject
	Seq      uint64
	Time     int64 `class:"decision"`
	By       Actor
	Reason   Digest `class:"decision"`
	Restored uint64 // seq, 0 while it is away
}

// RemovalOf answers the last removal of a remark or an idea, false where it was
// never removed.
func (s *State) RemovalOf(x Subject) (Removal, bool) {
	switch x.Kind {
	case SubjectRemark:
		if at, ok := s.removalOf[uint32(x.Number)]; ok {
			return s.Removals[at], true
		}
	case SubjectIdea:
		ops := s.Board.Operations
		for i := len(ops) - 1; i >= 0; i-- {
			if r, ok := hiding(&ops[i], uint32(x.Number)); ok {
				if s.Shown(x) {
					r.Restored = s.Seq
				}
				return r, true
			}
		}
	}
	return Removal{}, false
}

// hiding is an operation as the removal of an idea, false where it is none.
func hiding(o *Operation, idea uint32) (Removal, bool) {
	if o.Kind != OperationHideIdeas || o.UndoneBy != 0 || o.Reason == HeldReason {
		return Removal{}, false
	}
	for _, n := range o.Ideas {
		if n == idea {
			return Removal{Subject: IdeaSubject(idea), Seq: o.Seq, Time: o.Time, By: o.Actor, Reason: o.Reason}, true
		}
	}
	return Removal{}, false
}

// removed notes that a remark was removed. The reason of an earlier removal that
// was taken back is kept until it is erased.
func (s *State) removed(remark uint32, reason Digest, e *Event) {
	if at, ok := s.removalOf[remark]; ok {
		s.Superseded = append(s.Superseded, Superseded{Text: s.Removals[at].Reason})
	}
	s.Removals = append(s.Removals, Removal{Subject: RemarkSubject(remark), Seq: e.Seq, Time: e.Time, By: e.Actor, Reason: reason})
	s.removalOf[remark] = len(s.Removals) - 1
}

func (s *State) indexRemovals() {
	s.removalOf = make(map[uint32]int, len(s.Removals))
	for i := range s.Removals {
		s.removalOf[uint32(s.Removals[i].Subject.Number)] = i
	}
}

// RemarkRestored shows a removed remark again.
type RemarkRestored struct {
	Remark uint32
	Reason Digest `class:"decision"`
}

func (*RemarkRestored) kind() Kind { return KindRemarkRestored }

func (b *RemarkRestored) apply(s *State, e *Event) uint64 {
	m := &s.Remarks[b.Remark-1]
	m.Removed, m.Last = Digest{}, e.Seq
	s.touch(m.Room, e.Seq)
	if at, ok := s.removalOf[b.Remark]; ok {
		s.Removals[at].Restored = e.Seq
	}
	return uint64(b.Remark)
}
