package analysis_test

import (
	"context"
	"testing"

	"veche/server/analysis"
	"veche/server/analysis/rehearsal"
	"veche/server/tally"
	"veche/server/topic"
)

// Between two counts the standing moves on by at least five ballots and is then
// what a count of these votes with the same groups gives; a new count starts it
// anew, and following the log in one go or in two ends alike.
func TestStandingMovesOnByFiveBallots(t *testing.T) {
	p := rehearsal.Whole(t)
	follow := func(r *analysis.Running, count topic.Tally) *analysis.Standing {
		t.Helper()
		full, err := analysis.ParseTally(p.Blobs[count.Result])
		if err != nil {
			t.Fatal(err)
		}
		err = p.ReadEvents(t.Context(), func(seq uint64, b []byte) error {
			if seq <= r.Seq() {
				return nil
			}
			e, err := topic.DecodeEvent(b, seq)
			if err != nil {
				return err
			}
			return r.Observe(context.Background(), &e, count.InputSeq, full)
		})
		if err != nil {
			t.Fatal(err)
		}
		return r.Standing(p.State)
	}
	begin := func() *analysis.Running {
		r, err := analysis.NewRunning(len(p.State.Items))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := begin()
	if x := follow(r, p.State.Tallies[0]); x != nil {
		t.Fatalf("nothing came since the count, yet: %+v", x)
	}
	p.Do(rehearsal.Planner, topic.OpenStage{Index: 4}) // the rating goes on
	turn := func(ballot int) {
		v := topic.Agree
		if p.State.Choice(uint64(ballot+1), 1).Value == v {
			v = topic.Disagree
		}
		p.Do(p.Ballot(ballot), topic.Vote{Item: 1, Value: v})
	}
	before, _ := analysis.ParseTally(p.Blobs[p.State.Tallies[0].Result])
	for ballot := range tally.SmallestCell - 1 {
		turn(ballot)
		turn(ballot) // a ballot that speaks twice is one
	}
	if x := follow(r, p.State.Tallies[0]); x != nil {
		t.Fatalf("four ballots are told: %+v", x)
	}
	turn(tally.SmallestCell - 1)
	turned := p.State.Seq
	x := follow(r, p.State.Tallies[0])
	if x == nil || x.Seq != turned || x.Votes != 2*tally.SmallestCell-1 || len(x.Items) != len(p.State.Items) {
		t.Fatalf("five ballots: %+v", x)
	}
	for i, row := range x.Items {
		if want := p.State.ItemCount(uint32(i + 1)); row.Agree != want.Agree || row.Disagree != want.Disagree || row.Pass != want.Pass {
			t.Errorf("item %d stands at %+v, the votes say %+v", i+1, row.Count, want)
		}
		if full := before.Rows[i]; i > 0 && (row.GroupConsensus != full.GroupConsensus || row.WilsonLow != full.WilsonLow) {
			t.Errorf("nobody said anything new on item %d, yet %+v, counted %+v", i+1, row, full)
		}
	}
	if again := follow(begin(), p.State.Tallies[0]); again == nil || again.Seq != x.Seq || again.Items[0] != x.Items[0] {
		t.Errorf("followed from the beginning it stands at %+v, want %+v", again, x)
	}
	turn(0)
	if again := follow(r, p.State.Tallies[0]); again == nil || again.Seq != turned || again.Items[0] != x.Items[0] {
		t.Errorf("one ballot more is told: %+v", again)
	}
	p.Do(rehearsal.Planner, topic.OpenStage{Index: 5})
	p.Tally()
	if count := p.State.Tallies[1]; !begin().Reaches(count.InputSeq) || r.Reaches(count.InputSeq) != (r.Seq() <= count.InputSeq) {
		t.Error("what can be reached is told wrongly")
	}
	if x := follow(r, p.State.Tallies[1]); x != nil {
		t.Errorf("nothing came since the second count, yet: %+v", x)
	}
}
