package topic

// Idea is a proposal text. Where it was made from a remark, Origin keeps which.
type Idea struct {
	Author uint64 // application number, 0 for an imported one
	Text   Digest `class:"text"`
	Lang   string `class:"text"`
	Origin uint32 // remark number, 0 for none
	Seq    uint64
	Time   int64 `class:"text"`
	Erased bool
	Source Source // other than here: from paper, a letter or a meeting
	Poll   uint32 // among whose options its author would have it, 0 for none

	Of       uint32 // the idea that it goes back to, 0 for none
	Relation IdeaRelation
	Newer    uint32 // its author's next version, 0 for none
}

// IdeaSubmitted is a proposal of the actor.
type IdeaSubmitted struct {
	Text   Digest `class:"text"`
	Lang   string `class:"text"`
	Origin uint32
	Poll   uint32 // among whose options the actor would have it, 0 for none
}

func (*IdeaSubmitted) kind() Kind { return KindIdeaSubmitted }

func (b *IdeaSubmitted) apply(s *State, e *Event) uint64 {
	s.Ideas = append(s.Ideas, Idea{Author: e.Actor.Number, Text: b.Text, Lang: b.Lang, Origin: b.Origin, Poll: b.Poll, Seq: e.Seq, Time: e.Time})
	s.Board.grow(len(s.Ideas))
	s.hold(IdeaSubject(uint32(len(s.Ideas))), e)
	return uint64(len(s.Ideas))
}

// SubmitIdea adds a proposal.
type SubmitIdea struct {
	Text   Digest
	Lang   string
	Origin uint32
}

// Action names the policy's rule.
func (SubmitIdea) Action() Action { return ActionSubmitIdea }

func (c SubmitIdea) decide(s *State, in *Input) error {
	if err := wellWritten(c.Text, c.Lang); err != nil {
		return err
	}
	if _, ok := s.Participant(in.actor.Number); !ok {
		return faultf(CodeForbidden, "only participants may submit ideas in this topic")
	}
	if !atMost(c.Origin, len(s.Remarks)) {
		return faultf(CodeNotFound, "there is no message %d that the idea could come from", c.Origin)
	}
	if c.Origin != 0 {
		room := s.Remarks[c.Origin-1].Room
		if table, _ := s.Participant(in.actor.Number); room != 0 && room != table {
			return faultf(CodeForbidden, "message %d was said at another table", c.Origin)
		}
	}
	in.emit(&IdeaSubmitted{Text: c.Text, Lang: c.Lang, Origin: c.Origin})
	return nil
}

// wellWritten answers nil where an idea has a text and a language code.
func wellWritten(text Digest, lang string) error {
	if text.IsZero() {
		return faultf(CodeInvalid, "the idea is empty")
	}
	if len(lang) > 3 {
		return faultf(CodeInvalid, "%q is no language code such as en or ru", clip(lang))
	}
	return nil
}

// IdeaChunk is the most ideas of one IdeasImported event.
const IdeaChunk = 5000

// IdeasImported adds proposals collected elsewhere.
type IdeasImported struct {
	Lang  string   `class:"text"`
	Texts []Digest `class:"text"`
	Times []int64  // when each was written, Unix milliseconds
}

func (*IdeasImported) kind() Kind { return KindIdeasImported }

func (b *IdeasImported) apply(s *State, e *Event) uint64 {
	for i, t := range b.Texts {
		s.Ideas = append(s.Ideas, Idea{Text: t, Lang: b.Lang, Seq: e.Seq, Time: b.Times[i]})
	}
	s.Board.grow(len(s.Ideas))
	return uint64(len(s.Ideas))
}

// ImportIdeas adds proposals collected elsewhere, at most IdeaChunk.
type ImportIdeas struct{ IdeasImported }

// Action names the policy's rule.
func (ImportIdeas) Action() Action { return ActionImport }

func (c ImportIdeas) decide(_ *State, in *Input) error {
	if len(c.Texts) == 0 || len(c.Texts) > IdeaChunk || len(c.Texts) != len(c.Times) {
		return faultf(CodeInvalid, "an import has 1 to %d ideas, each with its time, got %d and %d", IdeaChunk, len(c.Texts), len(c.Times))
	}
	b := c.IdeasImported
	in.emit(&b)
	return nil
}
