package topic

// MaxPairsTop bounds [RatingRule.Pairs].
const MaxPairsTop = 50

const (
	// maxPairs is how many pairs one ballot compares at most, maxPairsEach how many
	// with one and the same item: what is put to it stays below both.
	maxPairs     = 500
	maxPairsEach = 30
	// enoughRated is how many items a voter rates before pairs are put, all where
	// there are fewer.
	enoughRated = 15
)

// PairWord is what somebody says to two items: which is to come first.
type PairWord uint8

// The words.
const (
	PairLeft PairWord = iota + 1
	PairRight
	PairEven // can't say
)

var pairWords = [...]string{"", "left", "right", "even"}

// UnmarshalText reads a word's name.
func (w *PairWord) UnmarshalText(b []byte) error {
	n, err := parseName("answer to a pair", pairWords[:], b)
	*w = PairWord(n)
	return err
}

// PairCompared is the actor ballot's word on two items as they were put before
// the voter, side by side; the last on the two by sequence counts.
type PairCompared struct {
	Left, Right uint32
	Word        PairWord
}

func (*PairCompared) kind() Kind { return KindPairCompared }

func (b *PairCompared) apply(s *State, e *Event) uint64 {
	if missing := len(s.Ballots) - len(s.Pairs); missing > 0 {
		s.Pairs = append(s.Pairs, make([][]PairChoice, missing)...)
	}
	c := b.Choice()
	list := &s.Pairs[e.Actor.Number-1]
	s.LastVote = e.Seq
	for i := range *list {
		if x := &(*list)[i]; x.First == c.First && x.Second == c.Second {
			s.tellPair(*x, -1)
			s.tellPair(c, 1)
			*x = c
			return uint64(len(*list))
		}
	}
	*list = append(*list, c)
	s.tellPair(c, 1)
	return uint64(len(*list))
}

// PairChoice is what a ballot says to two items, First < Second, now.
type PairChoice struct {
	First, Second uint32
	Better        uint32 // one of them, 0 for neither
}

// Choice is the comparison without the sides on which the items stood.
func (b *PairCompared) Choice() PairChoice {
	c := PairChoice{First: min(b.Left, b.Right), Second: max(b.Left, b.Right)}
	switch b.Word {
	case PairLeft:
		c.Better = b.Left
	case PairRight:
		c.Better = b.Right
	}
	return c
}

// PairCount is how the comparisons of two items stand.
type PairCount struct{ First, Second, Even int }

type pairKey struct{ first, second uint32 }

func (s *State) tellPair(c PairChoice, by int) {
	n := s.pairCounts[pairKey{c.First, c.Second}]
	switch c.Better {
	case c.First:
		n.First += by
	case c.Second:
		n.Second += by
	default:
		n.Even += by
	}
	s.pairCounts[pairKey{c.First, c.Second}] = n
}

// PairCount answers how the comparisons of two items stand, first < second.
func (s *State) PairCount(first, second uint32) PairCount {
	return s.pairCounts[pairKey{first, second}]
}

// PairsOf are the comparisons of a ballot.
func (s *State) PairsOf(ballot uint64) []PairChoice {
	if !among(ballot, len(s.Pairs)) {
		return nil
	}
	return s.Pairs[ballot-1]
}

// ComparePair says the actor ballot's word on two items.
type ComparePair struct{ PairCompared }

// Action names the policy's rule.
func (ComparePair) Action() Action { return ActionVote }

func (c ComparePair) decide(s *State, in *Input) error {
	r := s.Rule()
	switch {
	case r == nil || r.Pairs == 0:
		return faultf(CodeConflict, "the rule of this rating puts no pairs")
	case in.actor.Number == 0:
		return faultf(CodeForbidden, "there is no ballot for you in this rating: only participants compare")
	case !s.RatedEnough(in.actor.Number):
		return faultf(CodeConflict, "rate more items first: pairs come when the items are known")
	case !among(c.Left, len(s.Items)) || !among(c.Right, len(s.Items)) || c.Left == c.Right:
		return faultf(CodeInvalid, "a pair is two different rating items, not %d and %d", c.Left, c.Right)
	case c.Word < PairLeft || c.Word > PairEven:
		return faultf(CodeInvalid, "%d is no answer to a pair: left, right or even", c.Word)
	}
	said, now := c.Choice(), s.PairsOf(in.actor.Number)
	first, second, again := 0, 0, false
	for _, x := range now {
		if x == said {
			return nil // said already; nothing changes
		}
		again = again || x.First == said.First && x.Second == said.Second
		if x.First == said.First || x.Second == said.First {
			first++
		}
		if x.First == said.Second || x.Second == said.Second {
			second++
		}
	}
	switch {
	case again: // another word on it
	case len(now) >= maxPairs:
		return faultf(CodeConflict, "one ballot compares %d pairs at most", maxPairs)
	case max(first, second) >= maxPairsEach:
		return faultf(CodeConflict, "one ballot compares one item with %d others at most", maxPairsEach)
	}
	b := c.PairCompared
	in.emit(&b)
	return nil
}

// RatedEnough says that a ballot has rated so many items that pairs are put to it.
// Its number must be that of a ballot.
func (s *State) RatedEnough(ballot uint64) bool {
	there := 0
	for n := uint32(1); int(n) <= len(s.Items) && there < enoughRated; n++ {
		if !s.TakenOut(n) {
			there++
		}
	}
	return len(s.Votes[ballot-1]) >= max(1, there)
}

func (s *State) indexPairs() {
	s.pairCounts = map[pairKey]PairCount{}
	for _, list := range s.Pairs {
		for _, c := range list {
			s.tellPair(c, 1)
		}
	}
}

func (s *State) soundPairs() bool {
	return len(s.Pairs) <= len(s.Ballots) && every(s.Pairs, func(_ int, list *[]PairChoice) bool {
		return every(*list, func(_ int, c *PairChoice) bool {
			return among(c.First, len(s.Items)) && among(c.Second, len(s.Items)) && c.First < c.Second && (c.Better == 0 || c.Better == c.First || c.Better == c.Second)
		})
	})
}
