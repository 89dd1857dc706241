package analysis_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"veche/selection"
	"veche/server/analysis"
	"veche/server/analysis/rehearsal"
	"veche/server/topic"
)

// Whom rules and marks leave out, and why, with how many.
func TestWhoCanBeDrawn(t *testing.T) {
	p := drawing(t, func(s *topic.Settings) {
		s.Draw.Eligible = []topic.Eligible{{Feature: "age", Values: []string{"16-34", "35-59"}}}
		s.Quotas = s.Quotas[:2]
	})
	mark := func(m topic.Mark, reason string, list ...uint64) {
		p.Do(rehearsal.Registrar, topic.MarkApplications{ApplicationsMarked: topic.ApplicationsMarked{Applications: list, Mark: m, Reason: reason}})
	}
	mark(topic.MarkExcluded, "served in 2025", 1, 2, 3)
	mark(topic.MarkIncluded, "speaks for the school", 5, 6) // by their age not eligible
	mark(topic.MarkNone, "a mistake", 3)
	l := p.Lottery()
	want := []selection.GroupCount{{Reason: "not eligible by age", People: 18}, {Reason: "served in 2025", People: 2}}
	if got := l.LeftOut(); !slices.Equal(got, want) {
		t.Errorf("left out are %+v, want %+v", got, want)
	}
	if got := l.Eligible(); got != 59-18-2-2 {
		t.Errorf("%d can be drawn", got)
	}
	count, err := analysis.Count(context.Background(), p.State, analysis.RowsOf(p.Rows()))
	if err != nil || count.Eligible != l.Eligible() || !slices.Equal(count.LeftOut, want) || count.People != 59 {
		t.Errorf("the count says %d of %d, %+v, %v", count.Eligible, count.People, count.LeftOut, err)
	}
	first, blobs, err := drawn(t, p, "x")
	if err != nil {
		t.Fatal(err)
	}
	result, err := analysis.ParseDraw(blobs[0])
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Seats) != 24 || !slices.Contains(first.Seats, 5) || !slices.Contains(first.Seats, 6) || result.Included != 2 {
		t.Errorf("seats %v, %d included", first.Seats, result.Included)
	}
	for _, n := range slices.Concat(first.Seats, first.Reserves) {
		row, err := topic.ParseRow(p.Rows()[n].Body)
		if err != nil {
			t.Fatal(err)
		}
		if n < 3 || n != 5 && n != 6 && row.Answers[1].Value == "60+" {
			t.Errorf("application %d was drawn", n)
		}
	}
	if r := result.Report; !slices.Equal(r.LeftOut, want) || len(r.SeatedBy) != 1 || r.SeatedBy[0].Reason != "speaks for the school" {
		t.Errorf("the report says %+v, %+v", r.LeftOut, r.SeatedBy)
	}
}

// People who ticked an interest weigh more, and their chances are higher.
func TestInterestWeighs(t *testing.T) {
	p := rehearsal.New(t)
	s := rehearsal.Settings()
	s.Form.Interests, s.Form.Sessions = []string{"parks", "roads"}, []string{"evening", "noon"}
	s.Quotas = s.Quotas[:2]
	s.Draw = topic.DrawRules{Interests: []string{"parks"}, Weight: 200, Sessions: []string{"evening"}, AnyHousehold: true}
	p.Do(rehearsal.Planner, topic.Create{Settings: s})
	p.Do(rehearsal.Planner, topic.OpenStage{Index: 0})
	for i := range 60 {
		answers := map[string]string{"sex": s.Form.Features[0].Options[i%2], "age": "60+", "district": "north"}
		row, err := s.Form.NewRow(answers, []string{s.Form.Interests[i/2%2]}, []string{s.Form.Sessions[i/50]}, nil, "1 Quay Street")
		if err != nil {
			t.Fatal(err)
		}
		p.Do(topic.Who{Role: topic.RoleCitizen, Pseudonym: p.Random()}, topic.Apply{Row: p.Text(string(row.Bytes())), Consent: "1"})
	}
	p.Do(rehearsal.Planner, topic.OpenStage{Index: 1})
	l := p.Lottery()
	if got := l.LeftOut(); len(got) != 1 || got[0] != (selection.GroupCount{Reason: analysis.ReasonSessions, People: 10}) {
		t.Errorf("left out are %+v", got)
	}
	_, blobs, err := drawn(t, p, "x")
	if err != nil {
		t.Fatal(err)
	}
	roll, err := analysis.ParseRoll(blobs[1])
	if err != nil {
		t.Fatal(err)
	}
	keen, _ := roll.Chance(1)
	other, _ := roll.Chance(3)
	if ratio := float64(keen) / float64(other); math.Abs(ratio-2) > .05 {
		t.Errorf("the chances are %d and %d, %v to 1", keen, other, ratio)
	}
	if c, ok := roll.Chance(55); !ok || c != 0 {
		t.Errorf("who can't attend has the chance %d", c)
	}
	result, err := analysis.ParseDraw(blobs[0])
	if err != nil || result.Report.Fit == nil || result.Report.Fit.People == 0 {
		t.Errorf("the report tells no price: %+v, %v", result.Report.Fit, err)
	}
}

// A preview tells chances and a curve that never falls, and nothing of who.
func TestPreview(t *testing.T) {
	p := drawing(t)
	check, err := p.Lottery().Check(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	v := check.Preview
	if !check.Feasible || v == nil || v.MinProbability <= 0 || v.MinProbability > v.MaxProbability || v.UpperBoundMinProbability < v.MinProbability || v.Objective != selection.Nash {
		t.Fatalf("%+v", check)
	}
	last := [2]float64{}
	for _, x := range v.Curve {
		if x[0] < last[0] || x[1] < last[1] {
			t.Errorf("the curve falls from %v to %v", last, x)
		}
		last = x
	}
	if len(v.Curve) < 2 || len(v.Curve) > 200 || last != [2]float64{1, v.MaxProbability} || v.Curve[0] != [2]float64{0, v.MinProbability} {
		t.Errorf("the curve is %v", v.Curve)
	}
}

// A curve of many groups is thinned.
func TestCurveIsShort(t *testing.T) {
	var groups []selection.ChanceGroup
	for i := range int64(1000) {
		groups = append(groups, selection.ChanceGroup{People: 10, Low: i, High: i})
	}
	if got := analysis.Curve(groups); len(got) > 200 || len(got) < 100 || got[len(got)-1][0] != 1 {
		t.Errorf("%d points, the last %v", len(got), got[len(got)-1])
	}
	if got := analysis.Curve(nil); got == nil || len(got) != 0 {
		t.Errorf("no groups give %v", got)
	}
}

// Everyone who was in the pool gets a receipt that the proof bears out, also
// when somebody else's row has been erased; over two rounds the chances add up.
func TestReceipts(t *testing.T) {
	p := rehearsal.New(t)
	p.Apply(60)
	p.Draw()
	p.Erase(topic.EraseApplication, 30, "author-request")
	var proofs []*selection.Proof
	var rolls []*analysis.Roll
	var results []*analysis.DrawResult
	for _, r := range p.State.Rounds {
		result, err := analysis.ParseDraw(p.Blobs[r.Result])
		if err != nil {
			t.Fatal(err)
		}
		roll, err := analysis.ParseRoll(p.Blobs[topic.Digest(result.Roll)])
		if err != nil {
			t.Fatal(err)
		}
		results, rolls, proofs = append(results, result), append(rolls, roll), append(proofs, &result.Proof)
	}
	form := &p.State.Settings.Form
	selected := 0
	for n := uint64(1); n <= 60; n++ {
		text, ok := p.Rows()[n]
		if !ok || n == 7 {
			continue
		}
		first, in, err := results[0].Receipt(rolls[0], form, n, text)
		if err != nil || !in {
			t.Fatalf("application %d: %v, in the pool %v", n, err, in)
		}
		second, in, err := results[1].Receipt(rolls[1], form, n, text, *first)
		if err != nil || !in {
			t.Fatalf("application %d: %v, in the pool %v", n, err, in)
		}
		if steps, err := second.Verify(proofs...); err != nil {
			t.Fatalf("application %d: %v\n%+v", n, err, steps)
		}
		if second.Total < first.Chance || len(second.Earlier) != 1 {
			t.Errorf("application %d: in total %d after %d", n, second.Total, first.Chance)
		}
		if seat := p.State.Applications[n-1].Seat; (first.Outcome == selection.Selected) != (seat != 0 && p.State.Seats[seat-1].Round == 1) {
			t.Errorf("application %d has seat %d, its receipt says %s", n, seat, first.Outcome)
		} else if seat != 0 {
			selected++
		}
	}
	if selected < 20 {
		t.Errorf("%d receipts of selected people", selected)
	}
	if _, in, err := results[0].Receipt(rolls[0], form, 7, p.Rows()[7]); in || err != nil {
		t.Errorf("who withdrew before has a receipt: %v", err)
	}
	if _, in, err := results[0].Receipt(rolls[0], form, 8, p.Rows()[9]); in || err != nil {
		t.Errorf("another's row makes a receipt: %v", err)
	}
}

// Bytes that are no roll are refused.
func TestParseRoll(t *testing.T) {
	for _, bad := range []string{"", "veche", "veche roll 1\nx", "veche roll 2\n"} {
		if _, err := analysis.ParseRoll([]byte(bad)); err == nil {
			t.Errorf("%q is read as a roll", bad)
		}
	}
	if r, err := analysis.ParseRoll([]byte("veche roll 1\n")); err != nil || len(r.Applications) != 0 {
		t.Errorf("an empty roll: %v", err)
	}
}
