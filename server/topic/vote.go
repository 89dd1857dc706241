package topic

import "bytes"

// VoteValue is what a person says to a rating item.
type VoteValue uint8

// The values.
const (
	Agree VoteValue = iota + 1
	Disagree
	Pass
)

var voteNames = [...]string{"", "agree", "disagree", "pass"}

// String is the value's name, "" for none.
func (v VoteValue) String() string {
	if int(v) < len(voteNames) {
		return voteNames[v]
	}
	return "unknown"
}

// ParseVote reads a value's name.
func ParseVote(name string) (VoteValue, error) {
	for i, n := range voteNames {
		if i > 0 && n == name {
			return VoteValue(i), nil
		}
	}
	return 0, faultf(CodeInvalid, "%q is no vote: agree, disagree or pass", clip(name))
}

// Choice is what a ballot says to an item now.
type Choice struct {
	Item  uint32
	Value VoteValue
}

// BallotsIssued gives ballots their numbers. Their pseudonyms are random and
// sorted, so that the order tells nothing about the people.
type BallotsIssued struct{ Pseudonyms []Pseudonym }

func (*BallotsIssued) kind() Kind { return KindBallotsIssued }

func (b *BallotsIssued) apply(s *State, _ *Event) uint64 {
	for _, p := range b.Pseudonyms {
		s.Ballots = append(s.Ballots, p)
		s.Votes = append(s.Votes, nil)
		s.byBallot[p] = uint64(len(s.Ballots))
	}
	return uint64(len(s.Ballots))
}

// IssueBallots gives ballots to the pseudonyms that have none yet.
type IssueBallots struct{ Pseudonyms []Pseudonym }

// Action names the policy's rule.
func (IssueBallots) Action() Action { return ActionIssueBallots }

func (c IssueBallots) decide(s *State, in *Input) error { return issue(s, in, c.Pseudonyms) }

func issue(s *State, in *Input, pseudonyms []Pseudonym) error {
	var fresh []Pseudonym
	for i, p := range pseudonyms {
		if i > 0 && bytes.Compare(pseudonyms[i-1][:], p[:]) >= 0 {
			return faultf(CodeInvalid, "ballot pseudonyms are not sorted and unique")
		}
		if s.byBallot[p] == 0 {
			fresh = append(fresh, p)
		}
	}
	if len(fresh) > 0 {
		in.emit(&BallotsIssued{Pseudonyms: fresh})
	}
	return nil
}

// BallotOf answers the number of a ballot pseudonym, 0 for none.
func (s *State) BallotOf(p Pseudonym) uint64 { return s.byBallot[p] }

// Voted is the actor ballot's word on an item; the last by sequence counts.
type Voted struct {
	Item  uint32
	Value VoteValue
}

func (*Voted) kind() Kind { return KindVoted }

func (b *Voted) apply(s *State, e *Event) uint64 {
	s.choose(e.Actor.Number, b.Item, b.Value)
	s.LastVote = e.Seq
	return uint64(b.Item)
}

func (s *State) choose(ballot uint64, item uint32, value VoteValue) {
	choices := s.Votes[ballot-1]
	for i := range choices {
		if choices[i].Item == item {
			choices[i].Value = value
			return
		}
	}
	if len(choices) == 0 {
		s.voters++
	}
	s.Votes[ballot-1] = append(choices, Choice{Item: item, Value: value})
	s.VoteCount++
	s.itemSeen[item-1]++
}

// Vote says the actor ballot's word on an item.
type Vote struct {
	Item  uint32
	Value VoteValue
}

// Action names the policy's rule.
func (Vote) Action() Action { return ActionVote }

func (c Vote) decide(s *State, in *Input) error {
	if in.actor.Number == 0 {
		return faultf(CodeForbidden, "there is no ballot for you in this rating: only participants rate")
	}
	if !among(c.Item, len(s.Items)) {
		return faultf(CodeNotFound, "there is no rating item %d", c.Item)
	}
	if c.Value < Agree || c.Value > Pass {
		return faultf(CodeInvalid, "%d is no vote: agree, disagree or pass", c.Value)
	}
	if s.Choice(in.actor.Number, c.Item) == c.Value {
		return nil // said already; nothing changes
	}
	in.emit(&Voted{Item: c.Item, Value: c.Value})
	return nil
}

// Choice answers what a ballot says to an item, 0 for nothing yet.
func (s *State) Choice(ballot uint64, item uint32) VoteValue {
	if !among(ballot, len(s.Votes)) {
		return 0
	}
	for _, c := range s.Votes[ballot-1] {
		if c.Item == item {
			return c.Value
		}
	}
	return 0
}

// Seen is how many ballots have voted on an item.
func (s *State) Seen(item uint32) uint64 { return s.itemSeen[item-1] }

// VoteChunk is the most votes of one VotesImported event.
const VoteChunk = 20_000

// VotesImported is votes cast elsewhere, in the order they were cast.
type VotesImported struct {
	Ballots []uint64
	Items   []uint32
	Values  []VoteValue
}

func (*VotesImported) kind() Kind { return KindVotesImported }

func (b *VotesImported) apply(s *State, e *Event) uint64 {
	s.LastVote = e.Seq
	for i := range b.Ballots {
		s.choose(b.Ballots[i], b.Items[i], b.Values[i])
	}
	return s.VoteCount
}

// ImportBallots gives ballots to people who voted elsewhere.
type ImportBallots struct{ Pseudonyms []Pseudonym }

// Action names the policy's rule.
func (ImportBallots) Action() Action { return ActionImport }

func (c ImportBallots) decide(s *State, in *Input) error {
	if err := s.ownVotes(); err != nil {
		return err
	}
	return issue(s, in, c.Pseudonyms)
}

// ownVotes answers nil unless people take part in the topic itself: beside
// their ballots none can be made, and for their ballots no one else votes.
func (s *State) ownVotes() error {
	if len(s.Applications) > 0 {
		return faultf(CodeConflict, "people take part in this topic themselves: import votes from elsewhere into a topic of their own")
	}
	return nil
}

// ImportVotes adds votes cast elsewhere, at most VoteChunk, as columns.
type ImportVotes struct{ VotesImported }

// Action names the policy's rule.
func (ImportVotes) Action() Action { return ActionImport }

func (c ImportVotes) decide(s *State, in *Input) error {
	if err := s.ownVotes(); err != nil {
		return err
	}
	n := len(c.Ballots)
	if n == 0 || n > VoteChunk || len(c.Items) != n || len(c.Values) != n {
		return faultf(CodeInvalid, "an import has 1 to %d votes in three columns of one length, got %d, %d and %d", VoteChunk, n, len(c.Items), len(c.Values))
	}
	for i := range n {
		if !among(c.Ballots[i], len(s.Ballots)) || !among(c.Items[i], len(s.Items)) || c.Values[i] < Agree || c.Values[i] > Pass {
			return faultf(CodeInvalid, "vote %d names ballot %d, item %d, value %d: one of them does not exist", i+1, c.Ballots[i], c.Items[i], c.Values[i])
		}
	}
	b := c.VotesImported
	in.emit(&b)
	return nil
}

// VotedSince says whether a vote was cast after seq.
func (s *State) VotedSince(seq uint64) bool { return s.LastVote > seq }
