package audit_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"veche/server/analysis/rehearsal"
	"veche/server/audit"
	"veche/server/topic"
)

// drawnAt plays a draw whose beacon is out an hour after the commitment.
func drawnAt(tb testing.TB) (p *rehearsal.Play, commitment, draw int) {
	p = rehearsal.New(tb)
	p.Apply(60)
	p.Do(rehearsal.Planner, topic.OpenStage{Index: 1})
	l := p.Lottery()
	out := p.Now + time.Hour.Milliseconds()
	p.Commit(topic.Beacon{Kind: topic.BeaconPublic, Source: "the city lottery's numbers", Expected: out})
	commitment = len(p.Events)
	p.Now = out
	p.Keeping(l, "4 8 15")
	return p, commitment, len(p.Events)
}

// retime writes event seq anew with another time.
func retime(tb testing.TB, p *rehearsal.Play, seq int, to func(was int64) int64) {
	tb.Helper()
	e, err := topic.DecodeEvent(p.Events[seq-1], uint64(seq))
	if err != nil {
		tb.Fatal(err)
	}
	e.Time = to(e.Time)
	p.Events[seq-1] = e.AppendTo(nil)
}

// A draw is worth nothing unless its pool and rules were fixed before anyone could
// know its randomness. A server that signs another order, or other times, is found
// out by whoever has the bundle for the public.
func TestCommitmentComesBeforeItsBeacon(t *testing.T) {
	hour := time.Hour.Milliseconds()
	tests := []struct {
		name  string
		step  string // that must fail; "" for none
		words string
		edit  func(p *rehearsal.Play, commitment, draw int)
	}{
		{"as it was", "", "", func(*rehearsal.Play, int, int) {}},
		{"the commitment is as old as the beacon's value", "commitment 1", "could be known", func(p *rehearsal.Play, commitment, _ int) {
			retime(t, p, commitment, func(was int64) int64 { return was + hour })
		}},
		{"the commitment is a day later", "commitment 1", "could be known", func(p *rehearsal.Play, commitment, _ int) {
			retime(t, p, commitment, func(was int64) int64 { return was + 24*hour })
		}},
		{"the commitment is older than it says itself", "commitment 1", "after it was put into the log", func(p *rehearsal.Play, commitment, _ int) {
			retime(t, p, commitment, func(was int64) int64 { return was - 24*hour })
		}},
		{"the draw is older than the beacon's value", "draw 1", "before the beacon's value", func(p *rehearsal.Play, _, draw int) {
			retime(t, p, draw, func(was int64) int64 { return was - hour })
		}},
		{"the draw stands before its commitment", "draw 1", "behind it in the log", func(p *rehearsal.Play, commitment, draw int) {
			e := p.Events
			e[commitment-1], e[draw-1] = e[draw-1], e[commitment-1]
		}},
		{"the commitment is taken out", "draw 1", "", func(p *rehearsal.Play, commitment, _ int) {
			p.Events = append(p.Events[:commitment-1:commitment-1], p.Events[commitment:]...)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, commitment, draw := drawnAt(t)
			tt.edit(p, commitment, draw)
			r := verify(t, p.Bundle(audit.Public), audit.Options{})
			var failed bytes.Buffer
			for _, s := range r.Steps {
				if s.Outcome == audit.Failed && (s.Name == tt.step || tt.step == "") {
					failed.WriteString(s.Detail)
				}
			}
			if tt.step == "" {
				if failed.Len() > 0 {
					t.Fatalf("refused: %s", failed.String())
				}
				return
			}
			if failed.Len() == 0 || !strings.Contains(failed.String(), tt.words) {
				t.Errorf("the step %s says %q; all: %+v", tt.step, failed.String(), r.Steps)
			}
		})
	}
}
