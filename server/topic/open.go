package topic

// An open rating lets everyone signed in rate beside the panel. Their ballots
// are another class, kept apart from the first: nothing that counts the panel
// ever meets them.

// OpenBallotIssued gives somebody without a seat a ballot of the open rating.
type OpenBallotIssued struct {
	Pseudonym Pseudonym `class:"pseudonym"`
}

func (*OpenBallotIssued) kind() Kind { return KindOpenBallotIssued }

func (b *OpenBallotIssued) apply(s *State, _ *Event) uint64 {
	s.OpenBallots = append(s.OpenBallots, b.Pseudonym)
	s.OpenVotes = append(s.OpenVotes, nil)
	s.byOpenBallot[b.Pseudonym] = uint64(len(s.OpenBallots))
	return uint64(len(s.OpenBallots))
}

// OpenVoted is an open ballot's word on an item; the last by sequence counts.
type OpenVoted struct {
	Ballot uint64 // of the open rating
	Item   uint32
	Value  VoteValue
}

func (*OpenVoted) kind() Kind { return KindOpenVoted }

func (b *OpenVoted) apply(s *State, e *Event) uint64 {
	c := Choice{Item: b.Item, Value: b.Value}
	if was := say(&s.OpenVotes[b.Ballot-1], c); was.Value != 0 {
		tellInto(s.openCounts, was, -1)
	}
	tellInto(s.openCounts, c, 1)
	s.LastVote = e.Seq
	return uint64(b.Item)
}

// OpenRating says whether the rule lets everyone signed in rate.
func (s *State) OpenRating() bool {
	r := s.Rule()
	return r != nil && r.Open
}

// OpenBallotOf answers the number of a pseudonym's ballot in the open rating, 0
// for none.
func (s *State) OpenBallotOf(p Pseudonym) uint64 { return s.byOpenBallot[p] }

// OpenChoice answers what an open ballot says to an item, the zero Choice for
// nothing yet.
func (s *State) OpenChoice(ballot uint64, item uint32) Choice {
	if !among(ballot, len(s.OpenVotes)) {
		return Choice{}
	}
	return choiceOn(s.OpenVotes[ballot-1], item)
}

// OpenCount answers how the open votes on an item stand.
func (s *State) OpenCount(item uint32) ItemCount { return s.openCounts[item-1] }

// OpenVote says somebody's word on an item who has no ballot of the panel.
type OpenVote struct {
	Item  uint32
	Value VoteValue
}

// Action names the policy's rule.
func (OpenVote) Action() Action { return ActionVoteOpen }

func (c OpenVote) decide(s *State, in *Input) error {
	switch {
	case !s.OpenRating():
		return faultf(CodeForbidden, "only the people who were drawn rate here: the rule of this rating does not open it to all")
	case in.actor.Number != 0:
		return faultf(CodeConflict, "you have a ballot as a participant: each person rates once, on that one")
	case !among(c.Item, len(s.Items)):
		return faultf(CodeNotFound, "there is no rating item %d", c.Item)
	case c.Value < Agree || c.Value > Pass:
		return faultf(CodeInvalid, "%d is no vote: agree, disagree or pass", c.Value)
	}
	n := s.byOpenBallot[in.Who.Pseudonym]
	if n == 0 {
		n = uint64(len(s.OpenBallots) + 1)
		in.emit(&OpenBallotIssued{in.Who.Pseudonym})
	} else if s.OpenChoice(n, c.Item).Value == c.Value {
		return nil // said already; nothing changes
	}
	in.emit(&OpenVoted{Ballot: n, Item: c.Item, Value: c.Value})
	return nil
}

// OpenVotesThatCount calls f for each open ballot with votes, but those of
// people who were given a ballot of the panel later: a person rates once.
func (s *State) OpenVotesThatCount(f func(choices []Choice)) {
	for i, choices := range s.OpenVotes {
		if len(choices) > 0 && s.byBallot[s.OpenBallots[i]] == 0 {
			f(choices)
		}
	}
}

func (s *State) indexOpen() {
	s.byOpenBallot = make(map[Pseudonym]uint64, len(s.OpenBallots))
	for i, p := range s.OpenBallots {
		s.byOpenBallot[p] = uint64(i + 1)
	}
	s.openCounts = make([]ItemCount, len(s.Items))
	for _, choices := range s.OpenVotes {
		for _, c := range choices {
			tellInto(s.openCounts, c, 1)
		}
	}
}

func (s *State) soundOpen() bool {
	return len(s.OpenVotes) == len(s.OpenBallots) && s.soundChoices(s.OpenVotes)
}
