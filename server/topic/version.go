package topic

// IdeaRelation is how an idea goes back to another one.
type IdeaRelation uint8

// The relations.
const (
	Unrelated   IdeaRelation = iota
	NewVersion               // its author's new wording, which takes the other's place
	AmendmentTo              // somebody's change to it, beside it
	PartOf                   // one of the ideas that were two in one
)

var relationNames = [...]string{"", "version", "amendment", "part"}

// String is the relation's name in the interface, "" for none.
func (r IdeaRelation) String() string { return relationNames[r] }

// ParseIdeaRelation reads what String writes, but for none.
func ParseIdeaRelation(s string) (IdeaRelation, error) {
	for r := NewVersion; r <= PartOf; r++ {
		if r.String() == s {
			return r, nil
		}
	}
	return 0, faultf(CodeInvalid, "%q is no relation between ideas: version, amendment or part", clip(s))
}

// IdeaLinked says which idea another one goes back to. It follows the idea's own
// event.
type IdeaLinked struct {
	Idea     uint32
	Of       uint32
	Relation IdeaRelation
}

func (*IdeaLinked) kind() Kind { return KindIdeaLinked }

func (b *IdeaLinked) apply(s *State, _ *Event) uint64 {
	i := &s.Ideas[b.Idea-1]
	i.Of, i.Relation = b.Of, b.Relation
	if b.Relation == NewVersion {
		s.Ideas[b.Of-1].Newer = b.Idea
		s.Linked++
		s.Board.follow(b.Idea, b.Of)
	}
	s.inviteAgain(b.Idea, b.Of, b.Relation)
	return uint64(b.Idea)
}

// RenewIdea submits an idea that goes back to another one. Texts never change: a
// new wording is an idea of its own that takes the place of the old one, and
// leaves the votes where they were given.
type RenewIdea struct {
	Text     Digest
	Lang     string
	Of       uint32
	Relation IdeaRelation
}

// Action names the policy's rule.
func (RenewIdea) Action() Action { return ActionRenewIdea }

func (c RenewIdea) decide(s *State, in *Input) error {
	if !among(c.Of, len(s.Ideas)) {
		return faultf(CodeNotFound, "there is no idea %d", c.Of)
	}
	of := &s.Ideas[c.Of-1]
	switch {
	case c.Relation < NewVersion || c.Relation > PartOf:
		return faultf(CodeInvalid, "there is no relation %d between ideas", c.Relation)
	case of.Erased:
		return faultf(CodeConflict, "the text of idea %d was erased", c.Of)
	case c.Relation != AmendmentTo && (of.Author == 0 || of.Author != in.actor.Number):
		return faultf(CodeForbidden, "only its author words idea %d anew or parts it: suggest an amendment instead", c.Of)
	case c.Relation == NewVersion && of.Newer != 0:
		return faultf(CodeConflict, "idea %d was worded anew already, as idea %d: change that one", c.Of, of.Newer)
	}
	n := uint32(len(s.Ideas) + 1)
	if err := (SubmitIdea{Text: c.Text, Lang: c.Lang}).decide(s, in); err != nil {
		return err
	}
	in.emit(&IdeaLinked{Idea: n, Of: c.Of, Relation: c.Relation})
	return nil
}
