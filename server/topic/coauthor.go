package topic

import "slices"

// InvitationStanding is what became of an invitation to be a co-author.
type InvitationStanding uint8

// The standings.
const (
	InvitationOpen      InvitationStanding = iota
	InvitationAccepted                     // a co-author
	InvitationDeclined                     // by the person invited
	InvitationWithdrawn                    // by the author, before an answer
	InvitationLeft                         // a co-author who is one no more
)

var invitationNames = [...]string{"invited", "accepted", "declined", "withdrawn", "left"}

// String is the standing's name.
func (i InvitationStanding) String() string { return nameOf(invitationNames[:], int(i)) }

// MarshalText writes the standing's name.
func (i InvitationStanding) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// Invitation asks a person to be a co-author of an idea. A co-author reads what
// becomes of it and objects to what is done with it as its author does; the text
// stays the author's.
type Invitation struct {
	Idea        uint32
	Application uint64 // of who is invited
	Time        int64  `class:"text"`
	Standing    InvitationStanding
}

// Bounds of invitations to one idea.
const (
	MaxCoauthors   = 5  // and open invitations
	maxInvitations = 20 // ever, so that nobody asks the whole panel one by one
)

// InvitationsOf answers the invitations to an idea, the first first, in time
// proportional to them.
func (s *State) InvitationsOf(idea uint32) []Invitation {
	var list []Invitation
	for _, at := range s.invitationsOf[idea] {
		list = append(list, s.Invitations[at])
	}
	return list
}

// Coauthors answers the applications of an idea's co-authors, the first first.
func (s *State) Coauthors(idea uint32) []uint64 {
	var list []uint64
	for _, at := range s.invitationsOf[idea] {
		if x := &s.Invitations[at]; x.Standing == InvitationAccepted {
			list = append(list, x.Application)
		}
	}
	return list
}

// Owns says that someone is the author or a co-author of an idea.
func (s *State) Owns(application uint64, idea uint32) bool {
	return application != 0 && among(idea, len(s.Ideas)) &&
		(s.Ideas[idea-1].Author == application || slices.Contains(s.Coauthors(idea), application))
}

// AuthorsOf answers who wrote a text, co-authors too, or whom else a subject
// concerns.
func (s *State) AuthorsOf(x Subject) []Actor {
	list := []Actor{s.AuthorOf(x)}
	if x.Kind == SubjectIdea && s.exists(x) {
		for _, n := range s.Coauthors(uint32(x.Number)) {
			list = append(list, Actor{RoleCitizen, n})
		}
	}
	return list
}

// coauthored says that whoever has the pseudonym is among a subject's authors.
func (s *State) coauthored(who Pseudonym, x Subject) bool {
	return slices.ContainsFunc(s.AuthorsOf(x), func(a Actor) bool { return s.wrote(who, a) })
}

// invitation is the one of a person to an idea, nil where there is none.
func (s *State) invitation(idea uint32, application uint64) *Invitation {
	for _, at := range s.invitationsOf[idea] {
		if x := &s.Invitations[at]; x.Application == application {
			return x
		}
	}
	return nil
}

// invite keeps an invitation, as long as the bounds of honest logs hold.
func (s *State) invite(x Invitation) {
	if len(s.invitationsOf[x.Idea]) >= maxInvitations || s.invitation(x.Idea, x.Application) != nil {
		return
	}
	s.invitationsOf[x.Idea] = append(s.invitationsOf[x.Idea], uint32(len(s.Invitations)))
	s.Invitations = append(s.Invitations, x)
}

// inviteAgain has those who stand by an idea stand by one that words it anew, and
// co-authors by one that is parted from it.
func (s *State) inviteAgain(idea, of uint32, relation IdeaRelation) {
	for _, x := range s.InvitationsOf(of) {
		if x.Standing == InvitationAccepted && relation != AmendmentTo || x.Standing == InvitationOpen && relation == NewVersion {
			x.Idea = idea
			s.invite(x)
		}
	}
}

func (s *State) indexInvitations() {
	s.invitationsOf = map[uint32][]uint32{}
	for i := range s.Invitations {
		n := s.Invitations[i].Idea
		s.invitationsOf[n] = append(s.invitationsOf[n], uint32(i))
	}
}

// CoauthorInvited asks a person to be a co-author of the actor's idea.
type CoauthorInvited struct {
	Idea        uint32
	Application uint64
}

func (*CoauthorInvited) kind() Kind { return KindCoauthorInvited }

func (b *CoauthorInvited) apply(s *State, e *Event) uint64 {
	s.invite(Invitation{Idea: b.Idea, Application: b.Application, Time: e.Time})
	return uint64(b.Idea)
}

// InvitationAnswered makes the actor a co-author, or not.
type InvitationAnswered struct {
	Idea   uint32
	Accept bool
}

func (*InvitationAnswered) kind() Kind { return KindInvitationAnswered }

func (b *InvitationAnswered) apply(s *State, e *Event) uint64 {
	if x := s.invitation(b.Idea, e.Actor.Number); x != nil {
		x.Standing = InvitationDeclined
		if b.Accept {
			x.Standing = InvitationAccepted
		}
	}
	return uint64(b.Idea)
}

// CoauthorLeft ends what a person has to do with an idea: the author withdraws the
// invitation, or the co-author leaves.
type CoauthorLeft struct {
	Idea        uint32
	Application uint64
}

func (*CoauthorLeft) kind() Kind { return KindCoauthorLeft }

func (b *CoauthorLeft) apply(s *State, _ *Event) uint64 {
	if x := s.invitation(b.Idea, b.Application); x != nil {
		if x.Standing == InvitationOpen {
			x.Standing = InvitationWithdrawn
		} else {
			x.Standing = InvitationLeft
		}
	}
	return uint64(b.Idea)
}

// InviteCoauthor asks a participant, by the number that others see, to be a
// co-author of an idea of one's own, each person once.
type InviteCoauthor struct {
	Idea   uint32
	Number uint64
}

// Action names the policy's rule.
func (InviteCoauthor) Action() Action { return ActionInviteCoauthor }

func (c InviteCoauthor) decide(s *State, in *Input) error {
	if !among(c.Idea, len(s.Ideas)) {
		return faultf(CodeNotFound, "there is no idea %d", c.Idea)
	}
	if in.actor.Number == 0 || s.Ideas[c.Idea-1].Author != in.actor.Number {
		return faultf(CodeForbidden, "only its author invites co-authors to idea %d", c.Idea)
	}
	if err := s.joinable(c.Idea); err != nil {
		return err
	}
	who := s.NumberedApplication(c.Number)
	switch {
	case who == 0:
		return faultf(CodeNotFound, "there is no participant %d", c.Number)
	case who == in.actor.Number:
		return faultf(CodeInvalid, "this is your own number: you are the author already")
	case s.SilencedBy(who, in.Time) != 0:
		return faultf(CodeConflict, "participant %d can't be invited now", c.Number)
	}
	if x := s.invitation(c.Idea, who); x != nil {
		return faultf(CodeConflict, "participant %d was invited to idea %d before (%s): each person is asked once", c.Number, c.Idea, x.Standing)
	}
	with, ever := 0, s.invitationsOf[c.Idea]
	for _, at := range ever {
		if s.Invitations[at].Standing <= InvitationAccepted {
			with++
		}
	}
	switch {
	case with >= MaxCoauthors:
		return faultf(CodeConflict, "an idea has %d co-authors at most, and those invited count: withdraw an invitation first", MaxCoauthors)
	case len(ever) >= maxInvitations:
		return faultf(CodeConflict, "%d people were invited to this idea, which is the most", maxInvitations)
	}
	in.emit(&CoauthorInvited{c.Idea, who})
	return nil
}

// joinable answers what keeps people from becoming co-authors of an idea.
func (s *State) joinable(idea uint32) error {
	x := &s.Ideas[idea-1]
	switch {
	case x.Newer != 0:
		return faultf(CodeConflict, "idea %d was worded anew as idea %d: the newer one counts", idea, x.Newer)
	case !s.Shown(IdeaSubject(idea)):
		return faultf(CodeConflict, "idea %d is not shown", idea)
	}
	return nil
}

// AnswerInvitation accepts or declines an invitation. Accepting is for the steps in
// which people are invited, and for those who may write.
type AnswerInvitation struct {
	Idea   uint32
	Accept bool
}

// Action names the policy's rule.
func (AnswerInvitation) Action() Action { return ActionAnswerInvitation }

func (c AnswerInvitation) decide(s *State, in *Input) error {
	x := s.invitation(c.Idea, in.actor.Number)
	if x == nil || in.actor.Number == 0 {
		return faultf(CodeNotFound, "you are not invited to idea %d", c.Idea)
	}
	if x.Standing != InvitationOpen {
		return faultf(CodeConflict, "this invitation is no longer open: %s", x.Standing)
	}
	if c.Accept {
		if err := s.Permit(in.actor.Role, ActionInviteCoauthor); err != nil {
			return err
		}
		if err := s.mayWrite(in, ActionInviteCoauthor); err != nil {
			return err
		}
		if err := s.joinable(c.Idea); err != nil {
			return err
		}
	}
	in.emit(&InvitationAnswered{c.Idea, c.Accept})
	return nil
}

// EndInvitation withdraws an open invitation to an idea of one's own, by the number
// of who was invited, or with number 0 leaves an idea as its co-author.
type EndInvitation struct {
	Idea   uint32
	Number uint64
}

// Action names the policy's rule.
func (EndInvitation) Action() Action { return ActionAnswerInvitation }

func (c EndInvitation) decide(s *State, in *Input) error {
	if !among(c.Idea, len(s.Ideas)) {
		return faultf(CodeNotFound, "there is no idea %d", c.Idea)
	}
	if in.actor.Number == 0 {
		return faultf(CodeForbidden, "idea %d is somebody else's", c.Idea)
	}
	if c.Number == 0 {
		if x := s.invitation(c.Idea, in.actor.Number); x == nil || x.Standing != InvitationAccepted {
			return faultf(CodeConflict, "you are not a co-author of idea %d", c.Idea)
		}
		in.emit(&CoauthorLeft{c.Idea, in.actor.Number})
		return nil
	}
	if s.Ideas[c.Idea-1].Author != in.actor.Number {
		return faultf(CodeForbidden, "only its author withdraws an invitation to idea %d", c.Idea)
	}
	for _, x := range s.InvitationsOf(c.Idea) {
		if s.Number(x.Application) != c.Number || x.Standing == InvitationWithdrawn {
			continue
		}
		if x.Standing != InvitationOpen {
			return faultf(CodeConflict, "participant %d has answered already (%s)", c.Number, x.Standing)
		}
		in.emit(&CoauthorLeft{c.Idea, x.Application})
		return nil
	}
	return faultf(CodeNotFound, "participant %d has no open invitation to idea %d", c.Number, c.Idea)
}
