package topic

import "slices"

// Question is from people at a table, or in the main hall, to the experts.
type Question struct {
	Room       uint32
	By         Actor
	Text       Digest `class:"text"`
	Time       int64  `class:"text"`
	Seq        uint64
	Supporters []uint64 // applications, who asked first
	Into       uint32   // the question that it is folded into, 0 for none
	Answer     Digest   `class:"decision"` // in writing
	Answerer   Actor
	Answered   int64
}

// QuestionAsked is a question to the experts.
type QuestionAsked struct {
	Room uint32
	Text Digest `class:"text"`
}

func (*QuestionAsked) kind() Kind { return KindQuestionAsked }

func (b *QuestionAsked) apply(s *State, e *Event) uint64 {
	q := Question{Room: b.Room, By: e.Actor, Text: b.Text, Time: e.Time, Seq: e.Seq}
	if e.Actor.Role == RoleCitizen {
		q.Supporters = []uint64{e.Actor.Number}
	}
	s.Questions = append(s.Questions, q)
	return uint64(len(s.Questions))
}

// AskQuestion puts a question to the experts; the answer is its number.
type AskQuestion struct {
	Room uint32
	Text Digest
}

// Action names the policy's rule.
func (AskQuestion) Action() Action { return ActionAsk }

func (c AskQuestion) decide(s *State, in *Input) error {
	if err := s.present(in, c.Room); err != nil {
		return err
	}
	if c.Text.IsZero() {
		return faultf(CodeInvalid, "the question is empty")
	}
	in.emit(&QuestionAsked{c.Room, c.Text})
	return nil
}

// asked answers the question that n is folded into, itself where it is not.
func (s *State) asked(n uint32) uint32 {
	for s.Questions[n-1].Into != 0 {
		n = s.Questions[n-1].Into
	}
	return n
}

// QuestionSupported is a person's support of a question, or its end.
type QuestionSupported struct {
	Question uint32
	Support  bool
}

func (*QuestionSupported) kind() Kind { return KindQuestionSupported }

func (b *QuestionSupported) apply(s *State, e *Event) uint64 {
	q := &s.Questions[b.Question-1]
	q.Supporters = without(q.Supporters, e.Actor.Number)
	if b.Support {
		q.Supporters = append(q.Supporters, e.Actor.Number)
	}
	return uint64(b.Question)
}

// SupportQuestion supports a question that others asked, or stops doing so.
type SupportQuestion struct {
	Question uint32
	Support  bool
}

// Action names the policy's rule.
func (SupportQuestion) Action() Action { return ActionAsk }

func (c SupportQuestion) decide(s *State, in *Input) error {
	if !among(c.Question, len(s.Questions)) {
		return faultf(CodeNotFound, "there is no question %d", c.Question)
	}
	if _, ok := s.Participant(in.actor.Number); in.actor.Role != RoleCitizen || !ok {
		return faultf(CodeForbidden, "only participants support questions")
	}
	q := &s.Questions[c.Question-1]
	if q.By == in.actor && !c.Support {
		return faultf(CodeConflict, "this question is your own")
	}
	if slices.Contains(q.Supporters, in.actor.Number) != c.Support {
		in.emit(&QuestionSupported{c.Question, c.Support})
	}
	return nil
}

// QuestionsFolded puts questions that ask the same under one of them, or takes
// them out again (Into 0).
type QuestionsFolded struct {
	Into uint32
	From []uint32
}

func (*QuestionsFolded) kind() Kind { return KindQuestionsFolded }

func (b *QuestionsFolded) apply(s *State, _ *Event) uint64 {
	for _, n := range b.From {
		if b.Into == 0 || !s.leads(b.Into, n) { // no circle, whatever a log says
			s.Questions[n-1].Into = b.Into
		}
	}
	return uint64(b.Into)
}

// leads says whether question n stands on the way from a question to the one
// that it is folded into, both included.
func (s *State) leads(from, n uint32) bool {
	for from != n {
		if from = s.Questions[from-1].Into; from == 0 {
			return false
		}
	}
	return true
}

// FoldQuestions puts questions that ask the same under one of them, or takes
// them out again (Into 0). What was folded into one of From stays with it.
type FoldQuestions struct {
	Into uint32
	From []uint32
}

// Action names the policy's rule.
func (FoldQuestions) Action() Action { return ActionAnswer }

func (c FoldQuestions) decide(s *State, in *Input) error {
	if len(c.From) == 0 || !atMost(c.Into, len(s.Questions)) {
		return faultf(CodeInvalid, "name the questions to fold, and one that they are folded into")
	}
	if len(c.From) > len(s.Questions) {
		return faultf(CodeInvalid, "%d questions were named, there are %d", len(c.From), len(s.Questions))
	}
	var from []uint32
	seen := make(map[uint32]bool, len(c.From))
	for _, n := range c.From {
		switch {
		case !among(n, len(s.Questions)):
			return faultf(CodeNotFound, "there is no question %d", n)
		case c.Into != 0 && s.leads(c.Into, n):
			return faultf(CodeConflict, "question %d is the one, or on the way to the one, that this would fold it into", n)
		case s.Questions[n-1].Into != c.Into && !seen[n]:
			from, seen[n] = append(from, n), true
		}
	}
	if len(from) > 0 {
		in.emit(&QuestionsFolded{c.Into, from})
	}
	return nil
}

// QuestionTaken says which question is being answered in the main hall, 0 none.
type QuestionTaken struct{ Question uint32 }

func (*QuestionTaken) kind() Kind { return KindQuestionTaken }

func (b *QuestionTaken) apply(s *State, _ *Event) uint64 {
	s.Taken = b.Question
	return uint64(b.Question)
}

// TakeQuestion puts a question before the main hall, 0 takes it away.
type TakeQuestion struct{ Question uint32 }

// Action names the policy's rule.
func (TakeQuestion) Action() Action { return ActionAnswer }

func (c TakeQuestion) decide(s *State, in *Input) error {
	if !atMost(c.Question, len(s.Questions)) {
		return faultf(CodeNotFound, "there is no question %d", c.Question)
	}
	if s.Taken != c.Question {
		in.emit(&QuestionTaken{c.Question})
	}
	return nil
}

// QuestionAnswered is an answer in writing; the last one counts.
type QuestionAnswered struct {
	Question uint32
	Text     Digest `class:"decision"`
}

func (*QuestionAnswered) kind() Kind { return KindQuestionAnswered }

func (b *QuestionAnswered) apply(s *State, e *Event) uint64 {
	q := &s.Questions[b.Question-1]
	s.supersede(q.Answer, q.Answerer)
	q.Answer, q.Answerer, q.Answered = b.Text, e.Actor, e.Time
	if s.Taken == b.Question {
		s.Taken = 0
	}
	return uint64(b.Question)
}

// supersede keeps a text that another took the place of, for its erasure.
func (s *State) supersede(d Digest, by Actor) {
	if !d.IsZero() {
		s.Superseded = append(s.Superseded, Superseded{Text: d, By: by})
	}
}

// AnswerQuestion answers a question in writing.
type AnswerQuestion struct {
	Question uint32
	Text     Digest
}

// Action names the policy's rule.
func (AnswerQuestion) Action() Action { return ActionAnswer }

func (c AnswerQuestion) decide(s *State, in *Input) error {
	if !among(c.Question, len(s.Questions)) {
		return faultf(CodeNotFound, "there is no question %d", c.Question)
	}
	if c.Text.IsZero() {
		return faultf(CodeInvalid, "the answer is empty")
	}
	if into := s.asked(c.Question); into != c.Question {
		return faultf(CodeConflict, "question %d is folded into question %d: answer that one", c.Question, into)
	}
	in.emit(&QuestionAnswered{c.Question, c.Text})
	return nil
}

func (s *State) soundQuestions() bool {
	count := len(s.Questions)
	return atMost(s.Taken, count) && every(s.Questions, func(i int, q *Question) bool {
		steps := 0
		for n := q.Into; n != 0; n = s.Questions[n-1].Into {
			if steps++; !among(n, count) || steps > count {
				return false
			}
		}
		return atMost(q.Room, int(s.Tables)) &&
			every(q.Supporters, func(_ int, n *uint64) bool { return among(*n, len(s.Applications)) })
	})
}
