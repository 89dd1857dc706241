package analysis_test

import (
	"context"
	"testing"

	"veche/selection"
	"veche/server/analysis"
	"veche/server/analysis/rehearsal"
	"veche/server/topic"
)

// Other objectives than the default draw over listed panels where the build
// holds the solver; a commitment made without it is kept without it.
func TestListedObjectives(t *testing.T) {
	if !analysis.Listing() {
		t.Skip("this build holds no solver: run ./scripts/setup")
	}
	p := drawing(t, func(s *topic.Settings) { s.Draw.Objective = "leximin" })
	rows := analysis.RowsOf(p.Rows())
	l, err := analysis.Prepare(context.Background(), p.State, rows, true)
	if err != nil {
		t.Fatal(err)
	}
	b := topic.Beacon{Kind: topic.BeaconPhrase, Source: "x"}
	_, blobs, err := l.Commit(analysis.Terms{Program: rehearsal.Program, Beacon: b})
	if err != nil {
		t.Fatal(err)
	}
	c, err := analysis.ParseCommitment(blobs.Result())
	if err != nil {
		t.Fatal(err)
	}
	if c.Policy.ByType || c.Policy.Objective != selection.Leximin {
		t.Errorf("the policy is %+v", c.Policy)
	}
	v, err := analysis.BeaconValue(b, "", "")
	if err != nil {
		t.Fatal(err)
	}
	first, blobs, err := l.Draw(context.Background(), analysis.Drawing{Commitment: c, Value: v})
	if err != nil {
		t.Fatal(err)
	}
	result, err := analysis.ParseDraw(blobs[0])
	if err != nil || result.Report.Objective != selection.Leximin || result.Report.Lottery == nil || len(first.Seats) != 24 {
		t.Errorf("the report is %+v, %v", result.Report, err)
	}

	// auto without the solver is by type, and stays so where there is one.
	p.State.Settings.Draw.Objective = "auto"
	without, err := analysis.Prepare(context.Background(), p.State, rows, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, blobs, err = without.Commit(analysis.Terms{Program: rehearsal.Program, Beacon: b}); err != nil {
		t.Fatal(err)
	}
	if c, err = analysis.ParseCommitment(blobs.Result()); err != nil || !c.Policy.ByType || c.Policy.Objective != selection.Nash {
		t.Errorf("the policy is %+v, %v", c.Policy, err)
	}
	if _, _, err := l.Draw(context.Background(), analysis.Drawing{Commitment: c, Value: v}); topic.CodeOf(err) != topic.CodeConflict {
		t.Errorf("a draw by other rules than committed: %v", err)
	}
}
