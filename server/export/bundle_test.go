package export_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"veche/server/analysis/rehearsal"
	"veche/server/audit"
	"veche/server/export"
	"veche/server/topic"
)

func bundleOf(p *rehearsal.Play) export.Bundle {
	return export.Bundle{Topic: p.State.Settings.ID, For: audit.Public, Code: "test", Signer: p.Signer(), Events: p, Texts: p, Blobs: p}
}

func TestBundleRefusesWhatIsNotWhole(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(p *rehearsal.Play, b *export.Bundle)
		want  string
	}{
		{"nobody's", func(_ *rehearsal.Play, b *export.Bundle) { b.For = "everyone" }, "public or auditor"},
		{"empty log", func(p *rehearsal.Play, _ *export.Bundle) { p.Events = nil }, "its log is empty"},
		{"lost text", func(p *rehearsal.Play, _ *export.Bundle) { delete(p.Texts, p.State.Ideas[2].Text) }, "is missing though no erasure is recorded"},
		{"damaged text", func(p *rehearsal.Play, _ *export.Bundle) {
			x := p.Texts[p.State.Ideas[2].Text]
			x.Body = []byte("Something else.")
			p.Texts[p.State.Ideas[2].Text] = x
		}, "is damaged"},
		{"lost result", func(p *rehearsal.Play, _ *export.Bundle) { delete(p.Blobs, p.State.Tallies[0].Result) }, "tally/tally-1.json"},
		{"swapped result", func(p *rehearsal.Play, _ *export.Bundle) {
			p.Blobs[p.State.Rounds[0].Result] = p.Blobs[p.State.Rounds[1].Result]
		}, "is another one"},
		{"damaged event", func(p *rehearsal.Play, _ *export.Bundle) { p.Events[40] = p.Events[40][:3] }, "event 41"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := rehearsal.Whole(t)
			b := bundleOf(p)
			tt.spoil(p, &b)
			var out bytes.Buffer
			if err := b.Write(context.Background(), &out); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// growing lets the log grow while it is read a second time.
type growing struct {
	*rehearsal.Play
	readings int
}

func (g *growing) ReadEvents(ctx context.Context, f func(uint64, []byte) error) error {
	g.readings++
	if g.readings == 2 {
		g.Tally()
	}
	return g.Play.ReadEvents(ctx, f)
}

func TestBundleOfALogThatGrows(t *testing.T) {
	p := rehearsal.Whole(t)
	want := p.Bundle(audit.Public)
	b := bundleOf(p)
	b.Code = "rehearsal"
	b.Events = &growing{Play: p}
	var out bytes.Buffer
	if err := b.Write(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Error("the bundle holds something that came after it was begun")
	}
}

// Every kind of event has been thought about: what is not listed is hidden.
func TestOnlyListedEventsAreShown(t *testing.T) {
	p := rehearsal.Whole(t)
	plan := audit.NewPlan()
	shown, hidden := map[topic.Kind]int{}, map[topic.Kind]int{}
	for i, b := range p.Events {
		e, err := topic.DecodeEvent(b, uint64(i+1))
		if err != nil {
			t.Fatal(err)
		}
		plan.Observe(&e)
		if export.Shown(&e, plan) {
			shown[e.Kind()]++
		} else {
			hidden[e.Kind()]++
		}
	}
	for _, k := range []topic.Kind{topic.KindApplied, topic.KindWithdrawn, topic.KindSeatAnswered, topic.KindBallotsIssued, topic.KindVoted,
		topic.KindHandRaised, topic.KindTurnPassed, topic.KindReacted, topic.KindRemarkFlagged, topic.KindFlagResolved, topic.KindPeoplePlaced,
		topic.KindIdeaFlagged, topic.KindCasesClaimed, topic.KindAppealMade, topic.KindAppealHeard, topic.KindSanctioned, topic.KindTroubleReported, topic.KindTroubleMoved,
		topic.KindOperationDrafted, topic.KindUndoDrafted, topic.KindDraftSettled} {
		if shown[k] > 0 || hidden[k] == 0 {
			t.Errorf("%s: %d shown, %d hidden", k, shown[k], hidden[k])
		}
	}
	for _, k := range []topic.Kind{topic.KindTopicCreated, topic.KindStageOpened, topic.KindDrawn, topic.KindTablesSeated, topic.KindIdeaSubmitted, topic.KindClustered, topic.KindClustersMerged, topic.KindItemsFrozen, topic.KindTallied,
		topic.KindStepOpened, topic.KindTablesTaken, topic.KindQuestionAsked, topic.KindQuestionAnswered, topic.KindReportPosted,
		topic.KindModerationChanged, topic.KindRepliesSaved, topic.KindTextMasked, topic.KindRemarkRestored} {
		if shown[k] == 0 || hidden[k] > 0 {
			t.Errorf("%s: %d shown, %d hidden", k, shown[k], hidden[k])
		}
	}
	for _, k := range []topic.Kind{topic.KindRemarkPosted, topic.KindTextErased} {
		if shown[k] == 0 || hidden[k] == 0 {
			t.Errorf("%s: %d shown, %d hidden; what is of a table is hidden, the rest is shown", k, shown[k], hidden[k])
		}
	}
}
