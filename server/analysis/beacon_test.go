package analysis_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"veche/selection/beacon"
	"veche/server/analysis"
	"veche/server/analysis/rehearsal"
	"veche/server/topic"
)

// quicknetRound is a round that drand published, as its relay said it.
func quicknetRound(t *testing.T) (text string, round uint64, signature string) {
	t.Helper()
	file, err := os.ReadFile("../../selection/beacon/testdata/rounds.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(file)) {
		var r struct {
			Chain, Signature string
			Round            uint64
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if r.Chain == beacon.Quicknet.Name() && r.Round > 1000 {
			return line, r.Round, r.Signature
		}
	}
	t.Fatal("no round of quicknet")
	return "", 0, ""
}

// A drand round that is named before it is out draws, its signature checked, in
// whichever of the ways a planner enters it.
func TestDrandCeremony(t *testing.T) {
	text, round, signature := quicknetRound(t)
	out := beacon.Quicknet.Time(round)
	promised, err := analysis.BeaconWish{Kind: "drand", Round: round}.Promised(out.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if promised.Expected != out.UnixMilli() || promised.Chain != beacon.Quicknet.Hash() {
		t.Errorf("promised is %+v", promised)
	}
	if _, err := (analysis.BeaconWish{Kind: "drand", Round: round}).Promised(out); topic.CodeOf(err) != topic.CodeInvalid {
		t.Errorf("a round that is out was promised: %v", err)
	}
	p := rehearsal.New(t)
	p.Now = out.Add(-24 * time.Hour).UnixMilli() // people apply before that, and no event is dated before the last
	drawingAt(t, p)
	p.Now = out.Add(-time.Hour).UnixMilli()
	l := p.Lottery()
	p.Commit(promised)
	for _, entered := range [][2]string{{text, ""}, {"", signature}} {
		v, err := analysis.BeaconValue(promised, entered[0], entered[1])
		if err != nil {
			t.Fatal(err)
		}
		drawn, _, err := l.Draw(t.Context(), analysis.Drawing{Commitment: p.Commitment(1), Number: 1, Value: v})
		if err != nil {
			t.Fatal(err)
		}
		if !drawn.Checked || drawn.Signature != signature {
			t.Errorf("the signature of the draw: checked %v, %s", drawn.Checked, drawn.Signature)
		}
		if _, err := p.Try(rehearsal.Planner, topic.RecordDraw{Drawn: drawn}); topic.CodeOf(err) != topic.CodeConflict {
			t.Errorf("drawn before the round is out: %v", err)
		}
	}
	p.Now = out.UnixMilli()
	p.Keeping(l, text)
	wrong := "00" + signature[2:]
	v, err := analysis.BeaconValue(promised, "", wrong)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.Draw(t.Context(), analysis.Drawing{Commitment: p.Commitment(1), Number: 1, Value: v}); topic.CodeOf(err) != topic.CodeInvalid {
		t.Errorf("a wrong signature draws: %v", err)
	}
}

// What a planner can enter wrongly is refused in words.
func TestBeaconRefusals(t *testing.T) {
	now := time.UnixMilli(1_790_000_000_000)
	for _, w := range []analysis.BeaconWish{
		{}, {Kind: "moon"}, {Kind: "public"}, {Kind: "drand", Chain: "mine"}, {Kind: "drand", Chain: strings.Repeat("ab", 32)},
		{Kind: "drand", Expected: 5}, {Kind: "public", Source: "numbers", Expected: 5},
	} {
		if b, err := w.Promised(now); topic.CodeOf(err) != topic.CodeInvalid {
			t.Errorf("%+v promises %+v, %v", w, b, err)
		}
	}
	b, err := analysis.BeaconWish{Kind: "drand"}.Promised(now)
	if err != nil || b.Expected < now.Add(10*time.Minute).UnixMilli() || b.Expected > now.Add(11*time.Minute).UnixMilli() {
		t.Errorf("the round chosen is %+v, %v", b, err)
	}
	for _, entered := range [][2]string{{"", ""}, {"{}", ""}, {"{", ""}, {"", "xyz"}, {"00", strings.Repeat("ab", 48)}} {
		if v, err := analysis.BeaconValue(b, entered[0], entered[1]); topic.CodeOf(err) != topic.CodeInvalid {
			t.Errorf("%q is read as %+v, %v", entered, v, err)
		}
	}
	if _, err := analysis.BeaconValue(topic.Beacon{Kind: topic.BeaconPublic, Source: "numbers"}, " ", ""); topic.CodeOf(err) != topic.CodeInvalid {
		t.Errorf("an empty value: %v", err)
	}
}

func FuzzBeaconValue(f *testing.F) {
	f.Add(uint8(0), "a phrase", "")
	f.Add(uint8(1), `{"round":1,"signature":"ab"}`, "")
	f.Add(uint8(1), "ab", `","round":2,"x":"`)
	f.Fuzz(func(t *testing.T, kind uint8, value, signature string) {
		kinds := []string{topic.BeaconPhrase, topic.BeaconDrand, topic.BeaconPublic}
		b := topic.Beacon{Kind: kinds[int(kind)%len(kinds)], Chain: beacon.Quicknet.Hash(), Round: 7}
		v, err := analysis.BeaconValue(b, value, signature)
		if err == nil && b.Kind != topic.BeaconDrand && strings.TrimSpace(value) != v.Text {
			t.Fatalf("%q is read as %q", value, v.Text)
		}
	})
}
