package topic

import "testing"

// openToAll plays up to the rating, by a rule that opens it to all.
func (sc *scene) openToAll() {
	sc.Helper()
	sc.debate()
	r := sc.rule(OrderSupport)
	r.Open = true
	sc.do(planner, SetRule{RuleSet{Rule: r}})
}

// A rating that is opened to all keeps two classes of votes: what one class says
// never shows in the counts of the other.
func TestOpenVotesStandApart(t *testing.T) {
	sc := newScene(t)
	sc.openToAll()
	sc.rating()
	sc.do(ballot("anna"), Vote{Item: 1, Value: Agree})
	sc.do(ballot("walker"), OpenVote{Item: 1, Value: Disagree})
	sc.do(ballot("walker"), OpenVote{Item: 2, Value: Agree})
	sc.do(ballot("walker"), OpenVote{Item: 1, Value: Pass})
	sc.do(ballot("runner"), OpenVote{Item: 1, Value: Disagree})
	events := len(sc.log)
	sc.do(ballot("runner"), OpenVote{Item: 1, Value: Disagree})
	if len(sc.log) != events {
		t.Error("the same word again is an event")
	}
	if got, want := sc.state.ItemCount(1), (ItemCount{Agree: 1}); got != want {
		t.Errorf("the panel's count is %+v, want %+v", got, want)
	}
	if got, want := sc.state.OpenCount(1), (ItemCount{Disagree: 1, Pass: 1}); got != want {
		t.Errorf("the open count is %+v, want %+v", got, want)
	}
	n := sc.state.OpenBallotOf(ballot("walker").Pseudonym)
	if got := sc.state.OpenChoice(n, 1); got.Value != Pass || len(sc.state.OpenBallots) != 2 || sc.state.VoteCount != 1 {
		t.Errorf("the walker says %+v; %d open ballots, %d votes of the panel", got, len(sc.state.OpenBallots), sc.state.VoteCount)
	}
	again, err := ReadSnapshot(sc.state.AppendSnapshot(nil))
	if err != nil || again.OpenCount(1) != sc.state.OpenCount(1) || again.OpenBallotOf(ballot("walker").Pseudonym) != n {
		t.Errorf("read from its snapshot the open count is another: %v", err)
	}
}

// One person rates once: who has a ballot of the panel gets no open one, and who
// gets one of the panel later counts on that alone.
func TestNobodyRatesInBothClasses(t *testing.T) {
	sc := newScene(t)
	sc.openToAll()
	sc.rating()
	sc.refused(ballot("anna"), OpenVote{Item: 1, Value: Agree}, CodeConflict)
	sc.do(ballot("reserve"), OpenVote{Item: 1, Value: Agree})
	sc.do(ballot("walker"), OpenVote{Item: 2, Value: Agree})
	sc.do(system, IssueBallots{Pseudonyms: []Pseudonym{ballot("reserve").Pseudonym}})
	sc.refused(ballot("reserve"), OpenVote{Item: 1, Value: Disagree}, CodeConflict)
	count := 0
	sc.state.OpenVotesThatCount(func(choices []Choice) {
		count += len(choices)
		if choices[0].Item != 2 {
			t.Errorf("counted: %+v", choices)
		}
	})
	if count != 1 {
		t.Errorf("%d open votes count, want the walker's one", count)
	}
}

func TestOpenVotesThatAreNone(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.rating()
	sc.refused(ballot("walker"), OpenVote{Item: 1, Value: Agree}, CodeForbidden)
	r := sc.rule(OrderSupport)
	r.Hidden, r.Open = true, true
	sc.refused(planner, SetRule{RuleSet{r, "More should rate."}}, CodeConflict)

	sc = newScene(t)
	sc.openToAll()
	sc.refused(ballot("walker"), OpenVote{Item: 1, Value: Agree}, CodeWrongStage)
	sc.rating()
	sc.refused(ballot("walker"), OpenVote{Item: 99, Value: Agree}, CodeNotFound)
	sc.refused(ballot("walker"), OpenVote{Item: 1}, CodeInvalid)
	sc.refused(citizen("walker"), OpenVote{Item: 1, Value: Agree}, CodeForbidden)
}
