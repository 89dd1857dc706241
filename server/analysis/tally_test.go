package analysis_test

import (
	"bytes"
	"context"
	"testing"

	"pgregory.net/rapid"

	"veche/server/analysis"
	"veche/server/analysis/rehearsal"
	"veche/server/topic"
)

func TestTallyCountsTheLastVotes(t *testing.T) {
	p := rehearsal.Whole(t)
	r, err := analysis.ParseTally(p.Blobs[p.State.Tallies[0].Result])
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != len(p.State.Items) || len(r.Groups) < 2 {
		t.Fatalf("%d rows, %d groups", len(r.Rows), len(r.Groups))
	}
	for i, row := range r.Rows {
		agree, seen := 0, 0
		for b := range p.State.Ballots {
			switch p.State.Choice(uint64(b+1), uint32(i+1)).Value {
			case topic.Agree:
				agree++
				seen++
			case topic.Disagree, topic.Pass:
				seen++
			}
		}
		if row.Agree != agree || row.Seen != seen {
			t.Errorf("item %d: %d of %d agree, the ballots say %d of %d", i+1, row.Agree, row.Seen, agree, seen)
		}
	}
}

func TestTakenOutItemsRankLast(t *testing.T) {
	p := rehearsal.Whole(t)
	idea := p.State.Items[0].Idea
	p.Erase(topic.EraseIdea, uint64(idea), "unlawful")
	p.Tally()
	r, err := analysis.ParseTally(p.Blobs[p.State.Tallies[1].Result])
	if err != nil {
		t.Fatal(err)
	}
	if !r.Rows[0].Excluded || r.Rows[0].RankSupport != len(r.Rows) || r.Rows[1].Excluded {
		t.Errorf("rows %+v", r.Rows[:2])
	}
}

// However the ballots are numbered, the result has the same bytes: the public
// bundle numbers them anew.
func TestTallyForgetsTheOrderOfBallots(t *testing.T) {
	p := rehearsal.Whole(t)
	_, want, err := analysis.Tally(context.Background(), p.State, "seed")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := *p.State
		s.Votes = rapid.Permutation(p.State.Votes).Draw(t, "votes")
		_, got, err := analysis.Tally(context.Background(), &s, "seed")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Result(), want.Result()) {
			t.Fatal("another order of ballots gave other bytes")
		}
	})
}

// The open public's votes are told beside the panel's, those of people who were
// given a seat after all left out.
func TestTallyTellsTheOpenPublicApart(t *testing.T) {
	p := rehearsal.Whole(t)
	r, err := analysis.ParseTally(p.Blobs[p.State.Tallies[0].Result])
	if err != nil {
		t.Fatal(err)
	}
	if len(p.State.OpenBallots) != 4 || r.OpenBallots != 3 {
		t.Errorf("%d open ballots, %d counted", len(p.State.OpenBallots), r.OpenBallots)
	}
	row := r.Rows[0]
	if row.Open.Agree != 3 || row.Open.Seen != 3 || row.Open.Gap != 1-row.AgreeShare {
		t.Errorf("item 1 stands openly at %+v, with the panel at %+v", row.Open, row.Count)
	}
}
