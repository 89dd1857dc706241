package topic

import (
	"bytes"
	"slices"
)

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
	Item    uint32
	Value   VoteValue
	Unclear bool // the voter finds its wording unclear
}

// VoteWay is how a voter came to an item.
type VoteWay uint8

// The ways. Votes of earlier versions don't say.
const (
	WayUnknown VoteWay = iota
	WayRouted          // it was put before the voter
	WayChosen          // the voter picked it, or came back to it
)

var wayNames = [...]string{"", "routed", "chosen"}

// UnmarshalText reads a way's name, "" for unknown.
func (w *VoteWay) UnmarshalText(b []byte) error {
	n, err := parseName("way to an item", wayNames[:], b)
	*w = VoteWay(n)
	return err
}

// MaxShown is the most items of one vote's record of what was shown.
const MaxShown = 20

// BallotsIssued gives ballots their numbers. Their pseudonyms are random and
// sorted, so that the order tells nothing about the people.
type BallotsIssued struct {
	Pseudonyms []Pseudonym `class:"pseudonym"`
}

func (*BallotsIssued) kind() Kind { return KindBallotsIssued }

func (b *BallotsIssued) apply(s *State, _ *Event) uint64 {
	for _, p := range b.Pseudonyms {
		s.Ballots = append(s.Ballots, p)
		s.Votes = append(s.Votes, nil)
		s.byBallot[p] = uint64(len(s.Ballots))
	}
	return uint64(len(s.Ballots))
}

// IssueBallots gives ballots to the pseudonyms that have none yet, and tells the
// strata of their people where the rule watches them.
type IssueBallots struct {
	Pseudonyms []Pseudonym
	Strata     []string
	Of         []uint32 // by pseudonym, from 1, 0 for none; empty where nothing is watched
}

// Action names the policy's rule.
func (IssueBallots) Action() Action { return ActionIssueBallots }

func (c IssueBallots) decide(s *State, in *Input) error {
	fresh, err := issue(s, in, c.Pseudonyms)
	if err != nil || len(fresh) == 0 {
		return err
	}
	return c.stratify(s, in, fresh, uint64(len(s.Ballots)+1))
}

// issue answers which of the pseudonyms had no ballot yet.
func issue(s *State, in *Input, pseudonyms []Pseudonym) (at []int, err error) {
	var fresh []Pseudonym
	for i, p := range pseudonyms {
		if i > 0 && bytes.Compare(pseudonyms[i-1][:], p[:]) >= 0 {
			return nil, faultf(CodeInvalid, "ballot pseudonyms are not sorted and unique")
		}
		if s.byBallot[p] == 0 {
			fresh, at = append(fresh, p), append(at, i)
		}
	}
	if len(fresh) > 0 {
		in.emit(&BallotsIssued{Pseudonyms: fresh})
	}
	return at, nil
}

// BallotOf answers the number of a ballot pseudonym, 0 for none.
func (s *State) BallotOf(p Pseudonym) uint64 { return s.byBallot[p] }

// Voted is the actor ballot's word on an item; the last by sequence counts.
type Voted struct {
	Item    uint32
	Value   VoteValue
	Unclear bool
	Way     VoteWay
	Shown   []uint32 // items put before the voter since their last vote, in that order
}

func (*Voted) kind() Kind { return KindVoted }

func (b *Voted) apply(s *State, e *Event) uint64 {
	first := s.choose(e.Actor.Number, Choice{b.Item, b.Value, b.Unclear})
	for _, n := range b.Shown {
		s.expose(n)
	}
	if first && !slices.Contains(b.Shown, b.Item) {
		s.expose(b.Item)
	}
	s.LastVote = e.Seq
	return uint64(b.Item)
}

// choose keeps a ballot's word and says whether it is its first on the item.
func (s *State) choose(ballot uint64, c Choice) bool {
	new := len(s.Votes[ballot-1]) == 0
	was := say(&s.Votes[ballot-1], c)
	tellInto(s.itemCounts, c, 1)
	if was.Value != 0 {
		tellInto(s.itemCounts, was, -1)
		return false
	}
	if new {
		s.voters++
	}
	s.VoteCount++
	return true
}

// say puts a choice in the place of the one on the same item, which it answers,
// or adds it.
func say(choices *[]Choice, c Choice) (was Choice) {
	for i, x := range *choices {
		if x.Item == c.Item {
			(*choices)[i] = c
			return x
		}
	}
	*choices = append(*choices, c)
	return Choice{}
}

// ItemCount is how the votes on an item stand.
type ItemCount struct{ Agree, Disagree, Pass, Unclear int }

// Seen is how many ballots have voted.
func (c ItemCount) Seen() int { return c.Agree + c.Disagree + c.Pass }

func tellInto(counts []ItemCount, c Choice, by int) {
	n := &counts[c.Item-1]
	switch c.Value {
	case Agree:
		n.Agree += by
	case Disagree:
		n.Disagree += by
	default:
		n.Pass += by
	}
	if c.Unclear {
		n.Unclear += by
	}
}

// expose counts that an item was put before somebody.
func (s *State) expose(item uint32) {
	if missing := len(s.Items) - len(s.Exposures); missing > 0 {
		s.Exposures = append(s.Exposures, make([]uint64, missing)...)
	}
	s.Exposures[item-1]++
}

// Exposure is how often an item was put before somebody, voted on or not.
func (s *State) Exposure(item uint32) uint64 {
	if !among(item, len(s.Exposures)) {
		return 0
	}
	return s.Exposures[item-1]
}

// Vote says the actor ballot's word on an item, and what was put before the
// voter since their last one.
type Vote struct {
	Item    uint32
	Value   VoteValue
	Unclear bool
	Way     VoteWay
	Shown   []uint32
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
	if int(c.Way) >= len(wayNames) {
		return faultf(CodeInvalid, "%d is no way to an item", c.Way)
	}
	if len(c.Shown) > MaxShown {
		return faultf(CodeInvalid, "a vote tells at most %d items shown before it, not %d", MaxShown, len(c.Shown))
	}
	for i, n := range c.Shown {
		if !among(n, len(s.Items)) {
			return faultf(CodeNotFound, "there is no rating item %d", n)
		}
		if slices.Contains(c.Shown[:i], n) {
			return faultf(CodeInvalid, "item %d is told twice as shown", n)
		}
	}
	if was := s.Choice(in.actor.Number, c.Item); was.Value == c.Value && was.Unclear == c.Unclear {
		return nil // said already; nothing changes
	}
	in.emit(&Voted{Item: c.Item, Value: c.Value, Unclear: c.Unclear, Way: c.Way, Shown: c.Shown})
	return nil
}

// Choice answers what a ballot says to an item, the zero Choice for nothing yet.
func (s *State) Choice(ballot uint64, item uint32) Choice {
	if !among(ballot, len(s.Votes)) {
		return Choice{}
	}
	return choiceOn(s.Votes[ballot-1], item)
}

func choiceOn(choices []Choice, item uint32) Choice {
	for _, c := range choices {
		if c.Item == item {
			return c
		}
	}
	return Choice{}
}

// ItemCount answers how the votes on an item stand.
func (s *State) ItemCount(item uint32) ItemCount { return s.itemCounts[item-1] }

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
		if s.choose(b.Ballots[i], Choice{Item: b.Items[i], Value: b.Values[i]}) {
			s.expose(b.Items[i])
		}
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
	_, err := issue(s, in, c.Pseudonyms)
	return err
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
