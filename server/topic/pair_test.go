package topic

import (
	"slices"
	"testing"
)

// A ballot's last word on a pair counts, on whichever side the items stood.
func TestPairsKeepTheLastWord(t *testing.T) {
	sc := newScene(t)
	sc.inPairs()
	sc.do(ballot("anna"), ComparePair{PairCompared{2, 1, PairLeft}})
	sc.do(ballot("boris"), ComparePair{PairCompared{1, 2, PairEven}})
	if got := sc.state.PairCount(1, 2); got != (PairCount{Second: 1, Even: 1}) {
		t.Errorf("the pair stands at %+v", got)
	}
	sc.do(ballot("anna"), ComparePair{PairCompared{1, 2, PairLeft}})
	if got := sc.state.PairCount(1, 2); got != (PairCount{First: 1, Even: 1}) {
		t.Errorf("after another word the pair stands at %+v", got)
	}
	events := len(sc.log)
	sc.do(ballot("anna"), ComparePair{PairCompared{2, 1, PairRight}})
	if len(sc.log) != events {
		t.Error("the same word from the other side is an event")
	}
	again, err := ReadSnapshot(sc.state.AppendSnapshot(nil))
	if err != nil || again.PairCount(1, 2) != sc.state.PairCount(1, 2) {
		t.Errorf("read from its snapshot the pair stands at %+v: %v", again.PairCount(1, 2), err)
	}
	if got := sc.state.PairsOf(sc.state.BallotOf(ballot("anna").Pseudonym)); !slices.Equal(got, []PairChoice{{1, 2, 1}}) {
		t.Errorf("anna says %+v", got)
	}
	if sc.state.VoteCount != 4 || sc.state.ItemCount(2).Seen() != 2 {
		t.Error("a comparison counts as a vote")
	}
}

func TestPairsThatAreNone(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.rating()
	sc.refused(ballot("anna"), ComparePair{PairCompared{1, 2, PairLeft}}, CodeConflict)
	r := *sc.state.Rule()
	r.Pairs = 10
	sc.refused(planner, SetRule{RuleSet{r, "It is close."}}, CodeConflict)

	sc = newScene(t)
	sc.inPairs()
	sc.do(system, IssueBallots{Pseudonyms: []Pseudonym{ballot("late").Pseudonym}})
	sc.refused(ballot("late"), ComparePair{PairCompared{1, 2, PairLeft}}, CodeConflict)
	sc.do(ballot("late"), Vote{Item: 1, Value: Agree})
	sc.refused(ballot("late"), ComparePair{PairCompared{1, 2, PairLeft}}, CodeConflict) // one of two is not enough
	sc.do(ballot("late"), Vote{Item: 2, Value: Agree})
	sc.do(ballot("late"), ComparePair{PairCompared{1, 2, PairLeft}})
	sc.refused(ballot("walker"), ComparePair{PairCompared{1, 2, PairLeft}}, CodeForbidden)
	sc.refused(ballot("anna"), ComparePair{PairCompared{1, 1, PairLeft}}, CodeInvalid)
	sc.refused(ballot("anna"), ComparePair{PairCompared{1, 9, PairLeft}}, CodeInvalid)
	sc.refused(ballot("anna"), ComparePair{PairCompared{1, 2, 0}}, CodeInvalid)
	sc.open(atResults)
	sc.refused(ballot("anna"), ComparePair{PairCompared{1, 2, PairLeft}}, CodeWrongStage)
}

// One ballot compares an item with so many others and no more, but may change its
// mind on each.
func TestPairsOfOneItemAreBounded(t *testing.T) {
	sc := newScene(t)
	sc.inPairs()
	s := sc.state
	anna := s.BallotOf(ballot("anna").Pseudonym)
	for len(s.Items) < maxPairsEach+3 {
		s.Items = append(s.Items, s.Items[0])
	}
	for len(s.Votes[anna-1]) < enoughRated {
		s.Votes[anna-1] = append(s.Votes[anna-1], Choice{Item: uint32(len(s.Votes[anna-1]) + 1), Value: Agree})
	}
	say := func(left, right uint32, word PairWord) error {
		_, err := s.Decide(ComparePair{PairCompared{left, right, word}}, Input{Who: ballot("anna"), Time: sc.clock})
		return err
	}
	for item := uint32(2); item < maxPairsEach+2; item++ {
		if err := say(1, item, PairLeft); err != nil {
			t.Fatal(err)
		}
		s.Apply(&Event{Seq: s.Seq + 1, Actor: Actor{Role: RoleBallot, Number: anna}, Body: &PairCompared{1, item, PairLeft}})
	}
	if err := say(1, maxPairsEach+2, PairLeft); CodeOf(err) != CodeConflict {
		t.Errorf("one item with %d others: %v", maxPairsEach+1, err)
	}
	for _, err := range []error{say(1, 2, PairRight), say(2, maxPairsEach+2, PairLeft)} {
		if err != nil {
			t.Error(err)
		}
	}
}

// inPairs plays up to an open rating whose rule puts pairs.
func (sc *scene) inPairs() {
	sc.Helper()
	sc.debate()
	r := sc.rule(OrderSupport)
	r.Pairs = 1
	sc.do(planner, SetRule{RuleSet{Rule: r}})
	sc.rating()
	for _, b := range []Who{ballot("anna"), ballot("boris")} {
		sc.do(b, Vote{Item: 1, Value: Agree})
		sc.do(b, Vote{Item: 2, Value: Pass})
	}
}
