package audit_test

import (
	"bytes"
	"crypto/ed25519"
	"slices"
	"strings"
	"testing"
	"time"

	"veche/server/analysis/rehearsal"
	"veche/server/audit"
)

// witnessed is a topic's checkpoint after size events as the witness signed it.
func witnessed(tb testing.TB, p *rehearsal.Play, size int) (string, *audit.Witness) {
	tb.Helper()
	w, err := audit.NewCosigner("auditor.example", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize)))
	if err != nil {
		tb.Fatal(err)
	}
	signed := signedLog(tb, p, p.Events[:size])
	key, err := audit.ParseKey(p.Signer().PublicKey())
	if err != nil {
		tb.Fatal(err)
	}
	both, err := w.Cosign(signed, key, time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC))
	if err != nil {
		tb.Fatal(err)
	}
	return string(both), w.Witness
}

// signedLog is the checkpoint that the server signs over events.
func signedLog(tb testing.TB, p *rehearsal.Play, events [][]byte) []byte {
	tb.Helper()
	var cover audit.Cover
	for _, e := range events {
		cover.Append(audit.LeafHash(e))
	}
	signed, err := audit.SignCheckpoint(audit.Checkpoint{Origin: "rehearsal.example/river-park", Size: cover.Len(), Root: cover.Root()}, p.Signer())
	if err != nil {
		tb.Fatal(err)
	}
	return signed
}

// bareBundle is a bundle for the auditor that holds a log and nothing that follows from
// it, with everything signed, and what the witness signed before.
func bareBundle(tb testing.TB, p *rehearsal.Play, events [][]byte, witness string) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := audit.NewWriter(&out)
	for _, f := range []struct {
		name    string
		content []byte
	}{
		{audit.LogFile, rewriteLog(tb, events)}, {audit.KeyFile, []byte(p.Signer().PublicKey() + "\n")},
		{audit.CheckpointFile, signedLog(tb, p, events)}, {audit.WitnessFile(1), []byte(witness)},
	} {
		if err := w.Add(f.name, f.content); err != nil {
			tb.Fatal(err)
		}
	}
	var cover audit.Cover
	for _, e := range events {
		cover.Append(audit.LeafHash(e))
	}
	m := audit.Manifest{Topic: "river-park", For: audit.Auditor, Events: cover.Len(), Root: cover.Root()}
	if err := w.Close(m, func(text string) ([]byte, error) { return audit.SignText(text, p.Signer()) }); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// step is what came of a step, "" where there was none.
func step(r audit.Report, name string) audit.Outcome {
	for _, s := range r.Steps {
		if s.Name == name {
			return s.Outcome
		}
	}
	return ""
}

// changes are the ways to change record i of a log.
var changes = []struct {
	name string
	do   func(events [][]byte, i int) [][]byte
}{
	{"flip", func(events [][]byte, i int) [][]byte {
		events[i] = bytes.Clone(events[i])
		events[i][i*7%len(events[i])] ^= 1 << (i % 8)
		return events
	}},
	{"drop", func(events [][]byte, i int) [][]byte { return slices.Delete(events, i, i+1) }},
	{"swap", func(events [][]byte, i int) [][]byte {
		other := (i + 1) % len(events)
		events[i], events[other] = events[other], events[i]
		return events
	}},
	{"duplicate", func(events [][]byte, i int) [][]byte { return slices.Insert(events, i, events[i]) }},
	{"truncate", func(events [][]byte, i int) [][]byte { return events[:i] }},
}

// Every record of a log is flipped, dropped, swapped with its neighbour, doubled,
// and the log is cut off before it. Without the server's key the signed root finds
// each; a server that signs its change anew is found by the checkpoint that the
// witness signed, a cut end by it alone.
func TestEveryRecordIsHeld(t *testing.T) {
	p := rehearsal.Whole(t)
	n := len(p.Events)
	witness, _ := witnessed(t, p, n)
	kept, err := audit.CheckpointOf([]byte(witness))
	if err != nil {
		t.Fatal(err)
	}
	tried, bySignature, byWitness := 0, 0, 0
	for _, c := range changes {
		for i := range n {
			if c.name == "swap" && bytes.Equal(p.Events[i], p.Events[(i+1)%n]) {
				continue // it stays the same log
			}
			// A copy behind the last record is a new one: the witness signed none there.
			added := c.name == "duplicate" && i == n-1
			tried++
			log := rewriteLog(t, c.do(slices.Clone(p.Events), i))
			cover, err := audit.ReadLog(bytes.NewReader(log), func(uint64, []byte) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			if cover.Len() != kept.Size || cover.Root() != kept.Root {
				bySignature++
			}
			roots, err := audit.ReadRoots(bytes.NewReader(log), kept.Size)
			if err != nil {
				t.Fatal(err)
			}
			root, ok := roots[kept.Size]
			switch changed := !ok || root != kept.Root; {
			case added == changed:
				t.Errorf("%s of record %d: found is %v", c.name, i+1, changed)
			case changed:
				byWitness++
			}
		}
	}
	t.Logf("%d records, %d changes: %d found by the signed root, %d by the witness's checkpoint", n, tried, bySignature, byWitness)
	if bySignature != tried || byWitness != tried-1 || tried < 5*n-20 {
		t.Errorf("%d and %d of %d changes are found", bySignature, byWitness, tried)
	}
}

// A server that signs its change anew is found by the steps of a verification: by
// the witness's signature, or by a checkpoint that the reader kept.
func TestAWitnessFindsWhatWasSignedAnew(t *testing.T) {
	p := rehearsal.Whole(t)
	note, witness := witnessed(t, p, len(p.Events))
	older, _ := witnessed(t, p, 200)
	for _, c := range changes {
		for _, i := range []int{1, 150, 199, len(p.Events) - 1} {
			if c.name == "duplicate" && i == len(p.Events)-1 {
				continue // a new record behind all that was signed
			}
			events := c.do(slices.Clone(p.Events), i)
			bundle := bareBundle(t, p, events, note)
			r := verify(t, bundle, audit.Options{Witnesses: []*audit.Witness{witness}})
			if step(r, "signature") != audit.Proved || step(r, "witness") != audit.Failed {
				t.Errorf("%s %d with the witness's key: signature %s, witness %s", c.name, i, step(r, "signature"), step(r, "witness"))
			}
			if r = verify(t, bundle, audit.Options{}); step(r, "witness") != audit.Failed {
				t.Errorf("%s %d without the key: witness %s", c.name, i, step(r, "witness"))
			}
			r = verify(t, bundle, audit.Options{Kept: []byte(older)})
			changed := len(events) < 200 || !slices.EqualFunc(events[:200], p.Events[:200], bytes.Equal)
			if (step(r, "kept checkpoint") == audit.Failed) != changed {
				t.Errorf("%s %d with a kept checkpoint over 200: %s", c.name, i, step(r, "kept checkpoint"))
			}
		}
	}
}

func TestWitnessOfABundle(t *testing.T) {
	p := rehearsal.Whole(t)
	note, witness := witnessed(t, p, 250)
	p.Cosigned = []string{note}
	for _, audience := range []audit.Audience{audit.Public, audit.Auditor} {
		bundle := p.Bundle(audience)
		r := verify(t, bundle, audit.Options{Witnesses: []*audit.Witness{witness}, Kept: []byte(note)})
		if r.Failures() > 0 || step(r, "witness") != audit.Proved || step(r, "kept checkpoint") != audit.Proved {
			t.Errorf("%s: %+v", audience, r.Steps)
		}
		if r := verify(t, bundle, audit.Options{}); r.Failures() > 0 || step(r, "witness") != audit.NotInBundle {
			t.Errorf("%s without the key: %+v", audience, r.Steps)
		}
		stranger, err := audit.NewCosigner("stranger.example", ed25519.NewKeyFromSeed(make([]byte, 32)))
		if err != nil {
			t.Fatal(err)
		}
		if r := verify(t, bundle, audit.Options{Witnesses: []*audit.Witness{stranger.Witness}}); step(r, "witness") != audit.Failed {
			t.Errorf("%s: a witness that never signed: %s", audience, step(r, "witness"))
		}
		lie := reseal(t, bundle, p.Signer(), replace(audit.WitnessFile(1), "river-park", "river-bank"))
		if r := verify(t, lie, audit.Options{}); step(r, "witness") != audit.Failed {
			t.Errorf("%s: a changed note: %s", audience, step(r, "witness"))
		}
	}
	if r := verify(t, p.Bundle(audit.Public), audit.Options{Kept: []byte(strings.Replace(note, "250", "251", 1))}); step(r, "kept checkpoint") != audit.Failed {
		t.Error("a kept checkpoint with another number is taken")
	}
}
