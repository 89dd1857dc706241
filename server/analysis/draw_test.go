package analysis_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"veche/selection"
	"veche/server/analysis"
	"veche/server/analysis/rehearsal"
	"veche/server/topic"
)

// drawing is a topic of 60 people in the step of the draw.
func drawing(t *testing.T, change ...func(*topic.Settings)) *rehearsal.Play {
	return drawingAt(t, rehearsal.New(t), change...)
}

func drawingAt(t *testing.T, p *rehearsal.Play, change ...func(*topic.Settings)) *rehearsal.Play {
	t.Helper()
	p.Apply(60)
	p.Do(rehearsal.Planner, topic.OpenStage{Index: 1})
	for _, f := range change {
		f(&p.State.Settings)
	}
	return p
}

// drawn draws a first round with a phrase.
func drawn(t *testing.T, p *rehearsal.Play, phrase string) (topic.Drawn, analysis.Blobs, error) {
	t.Helper()
	b := topic.Beacon{Kind: topic.BeaconPhrase, Source: phrase}
	l, err := analysis.Prepare(context.Background(), p.State, analysis.RowsOf(p.Rows()), false)
	if err != nil {
		return topic.Drawn{}, nil, err
	}
	_, blobs, err := l.Commit(analysis.Terms{Program: rehearsal.Program, Beacon: b})
	if err != nil {
		return topic.Drawn{}, nil, err
	}
	c, err := analysis.ParseCommitment(blobs.Result())
	if err != nil {
		return topic.Drawn{}, nil, err
	}
	v, err := analysis.BeaconValue(b, "", "")
	if err != nil {
		return topic.Drawn{}, nil, err
	}
	return l.Draw(context.Background(), analysis.Drawing{Commitment: c, Value: v})
}

func TestDrawMeetsQuotasAndRunsAgain(t *testing.T) {
	p := drawing(t)
	first, blobs, err := drawn(t, p, "beacon")
	if err != nil {
		t.Fatal(err)
	}
	again, same, err := drawn(t, p, "beacon")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(blobs[0], same[0]) || !bytes.Equal(blobs[1], same[1]) || !slices.Equal(first.Seats, again.Seats) {
		t.Error("the same draw gave other bytes")
	}
	if other, _, _ := drawn(t, p, "another"); slices.Equal(first.Seats, other.Seats) {
		t.Error("another beacon drew the same panel")
	}
	if len(first.Seats) != 24 || first.InputSeq != p.State.Seq || first.Result != analysis.Digest(blobs.Result()) {
		t.Errorf("drew %d seats from event %d", len(first.Seats), first.InputSeq)
	}
	if slices.IsSorted(first.Seats) {
		t.Error("seats follow the order of applications")
	}
	result, err := analysis.ParseDraw(blobs[0])
	if err != nil {
		t.Fatal(err)
	}
	if !result.Report.QuotasMet || len(result.Report.Quotas) != 8 || result.Report.People != 59 || result.Round != 1 || !strings.HasPrefix(result.Report.Reason, "the default") {
		t.Errorf("report %+v", result.Report)
	}
	if len(result.Crosstabs) != 6 || result.Crosstabs[0].Of != "pool" || result.Crosstabs[0].Features != [2]string{"sex", "age"} || result.Crosstabs[0].Counts == nil {
		t.Errorf("crosstabs %+v", result.Crosstabs)
	}
	for _, c := range result.Crosstabs {
		for _, row := range c.Counts {
			for _, n := range row {
				if n >= 0 && n < 5 {
					t.Errorf("%v shows %d people", c.Features, n)
				}
			}
		}
	}
	for _, g := range result.Proof.Curve {
		if g.People < 10 {
			t.Errorf("the curve tells of %d people", g.People)
		}
	}
	if steps, err := selection.Verify(context.Background(), &result.Proof, nil, nil); err != nil || len(steps) < 5 || !result.Proof.SaltedRows || steps[len(steps)-1].Outcome != selection.Absent || steps[len(steps)-1].Detail != selection.SaltedRowsNote {
		t.Errorf("the proof: %+v, %v", steps, err)
	}
	roll, err := analysis.ParseRoll(blobs[1])
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := roll.Chance(7); ok {
		t.Error("the application that was withdrawn has a chance")
	}
	sum := int64(0)
	for _, u := range roll.Units {
		sum += u
	}
	if c, _ := roll.Chance(1); c < .3*selection.ChanceUnit || c > .5*selection.ChanceUnit || sum/1e9 != 24_000 && sum/1e9 != 23_999 {
		t.Errorf("chance of application 1 is %v, all add up to %d", c, sum)
	}
	home := map[string]int{}
	for _, n := range first.Seats {
		row, err := topic.ParseRow(p.Rows()[n].Body)
		if err != nil {
			t.Fatal(err)
		}
		if row.Household != "" {
			home["one"]++
		}
	}
	if home["one"] > 1 {
		t.Errorf("%d people of one household were drawn", home["one"])
	}
}

func TestReplacementsKeepThePanel(t *testing.T) {
	p := rehearsal.New(t)
	p.Apply(60)
	p.Draw()
	if len(p.State.Seats) != 26 || len(p.State.Rounds) != 2 {
		t.Fatalf("%d seats after %d rounds", len(p.State.Seats), len(p.State.Rounds))
	}
	counts := map[string]int{}
	for i := range p.State.Seats {
		if p.State.Seats[i].Status == topic.SeatDeclined {
			continue
		}
		row, err := topic.ParseRow(p.Rows()[p.State.Seats[i].Application].Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range row.Answers {
			counts[a.Feature+"="+a.Value]++
		}
	}
	for _, q := range p.State.Settings.Quotas {
		if n := counts[q.Feature+"="+q.Value]; n < int(q.Min) || n > int(q.Max) {
			t.Errorf("%s = %s has %d seats, its quota is %d to %d", q.Feature, q.Value, n, q.Min, q.Max)
		}
	}
	_, _, err := drawn(t, p, "third")
	if topic.CodeOf(err) != topic.CodeConflict {
		t.Errorf("drawing for a full panel: %v", err)
	}
}

// Someone's row is erased after they accepted: they stay, and a replacement for
// somebody else can still be drawn and seated.
func TestErasedRowOnThePanel(t *testing.T) {
	p := rehearsal.New(t)
	p.Apply(60)
	p.Draw()
	p.Erase(topic.EraseApplication, p.State.Seats[0].Application, "author-request")
	p.Do(p.Citizen(p.State.Seats[1].Application), topic.AnswerSeat{Accept: false})
	p.Round("third")
	last := len(p.State.Seats) - 1
	p.Do(p.Citizen(p.State.Seats[last].Application), topic.AnswerSeat{Accept: true})
	seated, _, err := analysis.Tables(context.Background(), p.State, p.Rows(), "tables", nil)
	if err != nil {
		t.Fatal(err)
	}
	if seated.Seats[0] == 0 || seated.Seats[1] != 0 || seated.Seats[last] == 0 {
		t.Errorf("tables by seat: %v", seated.Seats)
	}
}

func TestDrawRefusals(t *testing.T) {
	t.Run("infeasible", func(t *testing.T) {
		p := drawing(t)
		p.State.Settings.Quotas[7] = topic.Quota{Feature: "district", Value: "islands", Min: 20, Max: 24}
		_, _, err := drawn(t, p, "x")
		var f *topic.Fault
		if !errors.As(err, &f) || f.Code != topic.CodeInfeasible || len(f.Places) == 0 || f.Places[0].Feature != "district" {
			t.Errorf("got %+v", err)
		}
		l := p.Lottery()
		if err := l.Feasible(context.Background()); topic.CodeOf(err) != topic.CodeInfeasible {
			t.Errorf("the check says %v", err)
		}
		check, err := l.Check(context.Background())
		if err != nil || check.Feasible || len(check.Conflicts) == 0 || check.Preview != nil || check.Eligible != 59 {
			t.Errorf("the check says %+v, %v", check, err)
		}
	})
	t.Run("missing row", func(t *testing.T) {
		p := drawing(t)
		delete(p.Texts, p.State.Applications[8].Row)
		_, _, err := drawn(t, p, "x")
		var missing *analysis.MissingError
		if !errors.As(err, &missing) || missing.Number != 9 || missing.Digest != p.State.Applications[8].Row {
			t.Errorf("got %v", err)
		}
	})
	t.Run("another row", func(t *testing.T) {
		p := drawing(t)
		p.Texts[p.State.Applications[8].Row] = p.Texts[p.State.Applications[9].Row]
		if _, _, err := drawn(t, p, "x"); err == nil {
			t.Error("a row that is not the one in the log was taken")
		}
	})
	t.Run("no panel size", func(t *testing.T) {
		p := drawing(t)
		p.State.Settings.PanelSize = 0
		if _, _, err := drawn(t, p, "x"); topic.CodeOf(err) != topic.CodeInvalid {
			t.Errorf("got %v", err)
		}
	})
	t.Run("leximin without the solver", func(t *testing.T) {
		p := drawing(t, func(s *topic.Settings) { s.Draw.Objective = "leximin" })
		if _, _, err := drawn(t, p, "x"); topic.CodeOf(err) != topic.CodeInvalid {
			t.Errorf("got %v", err)
		}
	})
	t.Run("another pool than committed", func(t *testing.T) {
		p := drawing(t)
		p.Commit(topic.Beacon{Kind: topic.BeaconPhrase, Source: "x"})
		p.State.Applications[3].Status = topic.ApplicationWithdrawn
		v, err := analysis.BeaconValue(p.State.Commitments[0].Beacon, "", "")
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = p.Lottery().Draw(context.Background(), analysis.Drawing{Commitment: p.Commitment(1), Number: 1, Value: v})
		if topic.CodeOf(err) != topic.CodeConflict {
			t.Errorf("got %v", err)
		}
	})
	t.Run("another value than promised", func(t *testing.T) {
		p := drawing(t)
		l := p.Lottery()
		p.Commit(topic.Beacon{Kind: topic.BeaconPublic, Source: "numbers"})
		v, err := analysis.BeaconValue(topic.Beacon{Kind: topic.BeaconPhrase}, "mine", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := l.Draw(context.Background(), analysis.Drawing{Commitment: p.Commitment(1), Number: 1, Value: v}); topic.CodeOf(err) != topic.CodeInvalid {
			t.Errorf("got %v", err)
		}
	})
}

func TestTablesAreBalanced(t *testing.T) {
	p := rehearsal.New(t)
	p.Apply(60)
	p.Draw()
	result, err := analysis.ParseTables(p.Blobs[p.State.Seating[0].Result])
	if err != nil {
		t.Fatal(err)
	}
	if result.Report.Tables != 3 || result.Report.Smallest != 8 || result.Report.Largest != 8 || result.Report.MaxDeviation > 1 {
		t.Errorf("report %+v", result.Report)
	}
	for i := range p.State.Seats {
		if (p.State.Seats[i].Status == topic.SeatAccepted) != (p.State.Seats[i].Table != 0) {
			t.Errorf("seat %d: %v at table %d", i+1, p.State.Seats[i].Status, p.State.Seats[i].Table)
		}
	}
}
