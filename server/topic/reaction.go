package topic

// Reaction is what someone lets a remark know without words.
type Reaction uint8

// The reactions.
const (
	ReactionNone    Reaction = iota
	ReactionAgree            // I think so too
	ReactionInsight          // this is new to me
	ReactionUnsure           // this does not convince me
	ReactionCount   = 4
)

var reactionNames = [...]string{"", "agree", "insight", "unsure"}

// String is the reaction's name, "" for none.
func (r Reaction) String() string { return nameOf(reactionNames[:], int(r)) }

// ParseReaction reads a reaction's name, "" for none.
func ParseReaction(name string) (Reaction, error) {
	n, err := parseName("reaction", reactionNames[:], []byte(name))
	return Reaction(n), err
}

// Reacting is what someone let a remark know, the last time.
type Reacting struct {
	Remark      uint32
	Application uint64
	Reaction    Reaction
}

// reactionKey is a person and a remark: remarks are fewer than 2³², people than
// 2³².
func reactionKey(remark uint32, application uint64) uint64 { return uint64(remark)<<32 | application }

// Reacted is a person's reaction to a remark; none takes it back.
type Reacted struct {
	Remark   uint32
	Reaction Reaction
}

func (*Reacted) kind() Kind { return KindReacted }

func (b *Reacted) apply(s *State, e *Event) uint64 {
	m := &s.Remarks[b.Remark-1]
	key := reactionKey(b.Remark, e.Actor.Number)
	if at, ok := s.byReaction[key]; ok {
		m.reactions[s.Reactions[at].Reaction]--
		s.Reactions[at].Reaction = b.Reaction
	} else {
		s.byReaction[key] = uint32(len(s.Reactions))
		s.Reactions = append(s.Reactions, Reacting{b.Remark, e.Actor.Number, b.Reaction})
	}
	m.reactions[b.Reaction]++
	m.Reacted = e.Seq
	s.touch(m.Room, e.Seq)
	return uint64(b.Remark)
}

// indexReactions rebuilds what is derived from the reactions.
func (s *State) indexReactions() {
	s.byReaction = make(map[uint64]uint32, len(s.Reactions))
	for i, r := range s.Reactions {
		s.byReaction[reactionKey(r.Remark, r.Application)] = uint32(i)
		s.Remarks[r.Remark-1].reactions[r.Reaction]++
	}
}

// Reactions counts the reactions to a remark, by kind; those taken back stand
// under none.
func (m *Remark) Reactions() [ReactionCount]uint32 { return m.reactions }

// ReactionOf is what someone let a remark know.
func (s *State) ReactionOf(remark uint32, application uint64) Reaction {
	if at, ok := s.byReaction[reactionKey(remark, application)]; ok {
		return s.Reactions[at].Reaction
	}
	return ReactionNone
}

// React lets a remark know something, instead of what the person let it know
// before.
type React struct {
	Remark   uint32
	Reaction Reaction
}

// Action names the policy's rule.
func (React) Action() Action { return ActionReact }

func (c React) decide(s *State, in *Input) error {
	m, err := s.remarkFor(in, c.Remark, false)
	if err != nil {
		return err
	}
	switch {
	case c.Reaction >= ReactionCount:
		return faultf(CodeInvalid, "%d is no reaction", c.Reaction)
	case m.Author == in.actor:
		return faultf(CodeConflict, "this message is your own: others react to it")
	case s.ReactionOf(c.Remark, in.actor.Number) == c.Reaction:
		return nil
	}
	in.emit(&Reacted{c.Remark, c.Reaction})
	return nil
}

// remarkFor answers a remark that is still shown, and that the doer may see as a
// participant; of others only where they may too.
func (s *State) remarkFor(in *Input, n uint32, others bool) (*Remark, error) {
	if !among(n, len(s.Remarks)) {
		return nil, faultf(CodeNotFound, "there is no message %d", n)
	}
	m := &s.Remarks[n-1]
	if in.actor.Role == RoleCitizen && !others {
		table, ok := s.Participant(in.actor.Number)
		if !ok {
			return nil, faultf(CodeForbidden, "only participants may do this; everyone may read the main hall")
		}
		if m.Room != 0 && m.Room != table {
			return nil, faultf(CodeForbidden, "message %d was written at another table", n)
		}
	}
	if m.Erased || !m.Removed.IsZero() {
		return nil, faultf(CodeConflict, "this message has been removed")
	}
	return m, nil
}
