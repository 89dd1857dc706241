package topic

import (
	"slices"
	"testing"
)

// What was put before a voter is in the log with the vote and counts as
// exposure, answered or not; coming back to an item does not.
func TestVotesRecordWhatWasShown(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.rating()
	sc.do(ballot("anna"), Vote{Item: 2, Value: Agree, Way: WayRouted, Shown: []uint32{1, 2}})
	sc.do(ballot("boris"), Vote{Item: 1, Value: Pass, Way: WayChosen})
	sc.do(ballot("anna"), Vote{Item: 2, Value: Disagree, Unclear: true, Way: WayChosen})
	if got := []uint64{sc.state.Exposure(1), sc.state.Exposure(2)}; !slices.Equal(got, []uint64{2, 1}) {
		t.Errorf("exposures %v", got)
	}
	if got, want := sc.state.ItemCount(2), (ItemCount{Disagree: 1, Unclear: 1}); got != want {
		t.Errorf("item 2 stands at %+v, want %+v", got, want)
	}
	v := sc.log[len(sc.log)-3].Body.(*Voted)
	if v.Way != WayRouted || !slices.Equal(v.Shown, []uint32{1, 2}) {
		t.Errorf("the log says %+v", v)
	}
}

// Unclear is a flag beside the vote: raising it alone is a change, and the
// same word again is none.
func TestUnclearStandsBesideTheVote(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.rating()
	sc.do(ballot("anna"), Vote{Item: 1, Value: Agree})
	sc.do(ballot("anna"), Vote{Item: 1, Value: Agree, Unclear: true})
	if got := sc.state.Choice(sc.state.BallotOf(ballot("anna").Pseudonym), 1); got != (Choice{1, Agree, true}) {
		t.Errorf("anna says %+v", got)
	}
	events := len(sc.log)
	sc.do(ballot("anna"), Vote{Item: 1, Value: Agree, Unclear: true, Shown: []uint32{2}})
	if len(sc.log) != events || sc.state.VoteCount != 1 {
		t.Errorf("%d events more, %d votes", len(sc.log)-events, sc.state.VoteCount)
	}
}

func TestShownThatCantBe(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.rating()
	sc.refused(ballot("anna"), Vote{Item: 1, Value: Agree, Shown: []uint32{3}}, CodeNotFound)
	sc.refused(ballot("anna"), Vote{Item: 1, Value: Agree, Shown: []uint32{1, 1}}, CodeInvalid)
	sc.refused(ballot("anna"), Vote{Item: 1, Value: Agree, Shown: make([]uint32, MaxShown+1)}, CodeInvalid)
	sc.refused(ballot("anna"), Vote{Item: 1, Value: Agree, Way: 3}, CodeInvalid)
}
