package notary_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"testing"
	"time"

	"veche/server/audit"
	"veche/server/notary"
	"veche/server/topic"
)

// city is a log, and records, in memory.
type city struct {
	events  [][]byte
	voting  bool
	records map[string][]byte
	revs    map[string]uint64
}

func (c *city) ReadBytesAfter(_ context.Context, _ string, seq uint64, f func(uint64, []byte) error) error {
	for i, e := range c.events {
		if uint64(i) >= seq {
			if err := f(uint64(i+1), e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *city) Voting(context.Context, string) (bool, error) { return c.voting, nil }

func (c *city) Load(_ context.Context, kind, id string) ([]byte, uint64, error) {
	return c.records[kind+id], c.revs[kind+id], nil
}

func (c *city) Save(_ context.Context, kind, id string, rev uint64, data []byte) error {
	if c.revs[kind+id] != rev {
		return errors.New("changed")
	}
	c.records[kind+id], c.revs[kind+id] = data, rev+1
	return nil
}

func (c *city) add(n int, body topic.Body, actor topic.Actor) {
	for range n {
		e := topic.Event{Time: int64(len(c.events)), Actor: actor, Body: body}
		c.events = append(c.events, e.AppendTo(nil))
	}
}

func (c *city) open(n int) { c.add(n, &topic.StageOpened{}, topic.Actor{}) }
func (c *city) vote(n int) {
	c.add(n, &topic.Voted{Item: 1, Value: topic.Agree}, topic.Actor{Role: topic.RoleBallot, Number: 1})
}

func newCity() *city { return &city{records: map[string][]byte{}, revs: map[string]uint64{}} }

func (c *city) notary(tb testing.TB, witnesses ...*audit.Witness) *notary.Notary {
	s, err := audit.NewSigner("veche", ed25519.NewKeyFromSeed(make([]byte, 32)))
	if err != nil {
		tb.Fatal(err)
	}
	return notary.New(c, c, func() (*audit.Signer, audit.Succession) { return s, nil }, witnesses)
}

func newest(tb testing.TB, n *notary.Notary) notary.Checkpoint {
	tb.Helper()
	p, err := n.Newest(tb.Context(), "t")
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func TestCheckpointsGrowAndNeverShrink(t *testing.T) {
	c := newCity()
	n := c.notary(t)
	if _, err := n.Newest(t.Context(), "t"); !errors.Is(err, notary.ErrEmpty) {
		t.Fatalf("an empty log: %v", err)
	}
	var last notary.Checkpoint
	for i, step := range []struct {
		do   func()
		size uint64
	}{
		{func() { c.open(70) }, 70},
		{func() { c.voting = true; c.open(2) }, 70},
		{func() { c.vote(30) }, 70}, // not 64, which is smaller, and not 102
		{func() { c.vote(30) }, 128},
		{func() { c.voting = false }, 132}, // four votes at once
		{func() { c.open(4) }, 136},
	} {
		step.do()
		p := newest(t, n)
		if p.Size != step.size {
			t.Fatalf("step %d: %d of %d events are signed, want %d", i, p.Size, len(c.events), step.size)
		}
		if i > 0 && p.Size > last.Size {
			proof, err := n.Consistency(t.Context(), "t", last.Size, p.Size)
			if err != nil {
				t.Fatal(err)
			}
			if err := audit.CheckConsistency(proof, last.Checkpoint, p.Checkpoint); err != nil {
				t.Fatal(err)
			}
		}
		for group := range (p.Size + 63) / 64 {
			g, err := n.Group(t.Context(), "t", group, p.Size)
			if err != nil || g.Check(p.Checkpoint) != nil {
				t.Fatal(group, err)
			}
		}
		last = p
	}
	c.voting = true
	c.vote(1)
	if p := newest(t, c.notary(t)); p.Size != last.Size || p.Root != last.Root {
		t.Errorf("started again it signs %d events, before it were %d", p.Size, last.Size)
	}
	if _, err := n.Consistency(t.Context(), "t", 70, 99); !errors.Is(err, notary.ErrUnknown) {
		t.Errorf("a size that was never signed: %v", err)
	}
	if _, err := n.Group(t.Context(), "t", 0, 99); !errors.Is(err, notary.ErrUnknown) {
		t.Errorf("a size that was never signed: %v", err)
	}
}

func cosigner(tb testing.TB, name string) *audit.Cosigner {
	w, err := audit.NewCosigner(name, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32)))
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

func TestOnlyTrustedCosignaturesAreTaken(t *testing.T) {
	c := newCity()
	c.open(10)
	known, stranger := cosigner(t, "auditor.example"), cosigner(t, "stranger.example")
	n := c.notary(t, known.Witness)
	key, err := audit.ParseKey(n.Key())
	if err != nil {
		t.Fatal(err)
	}
	first := newest(t, n)
	sign := func(w *audit.Cosigner, note string) []byte {
		b, err := w.Cosign([]byte(note), key, time.Unix(1_800_000_000, 0))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	mine := sign(known, first.Note)
	for name, bad := range map[string][]byte{
		"a stranger's": sign(stranger, first.Note), "none": []byte(first.Note), "nothing": nil,
		"another's bytes": bytes.Replace(mine, []byte("\n10\n"), []byte("\n11\n"), 1),
	} {
		if err := n.Cosign(t.Context(), "t", bad); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if err := n.Cosign(t.Context(), "other", mine); err == nil {
		t.Error("it is taken for another topic")
	}
	if err := n.Cosign(t.Context(), "t", mine); err != nil {
		t.Fatal(err)
	}
	c.open(5)
	second := newest(t, n)
	if err := n.Cosign(t.Context(), "t", sign(known, second.Note)); err != nil {
		t.Fatal(err)
	}
	if err := n.Cosign(t.Context(), "t", mine); err == nil {
		t.Error("an older one replaces a newer one")
	}
	if list, err := n.Watching(t.Context(), []string{"t"}); err != nil || len(list) != 1 || list[0].Topics != 1 || list[0].Behind != 0 || list[0].Last.Unix() != 1_800_000_000 {
		t.Errorf("who has signed the newest watches so: %+v, %v", list, err)
	}
	c.open(5)
	newest(t, n)
	if list, err := n.Watching(t.Context(), []string{"t"}); err != nil || list[0].Topics != 1 || list[0].Behind != 1 {
		t.Errorf("who has not signed the newest watches so: %+v, %v", list, err)
	}
	again := c.notary(t, known.Witness)
	newest(t, again)
	kept, err := again.Cosigned(t.Context(), "t")
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	if got, err := audit.OpenCosigned([]byte(kept[0]), key, known.Witness); err != nil || got.Size != 15 {
		t.Errorf("after a new start %+v is kept: %v", got, err)
	}
}

// A log that was set back and went on otherwise has no proof that the witness's
// last checkpoint is its beginning.
func TestALogSetBackIsFound(t *testing.T) {
	for cut := 1; cut <= 40; cut++ {
		c := newCity()
		c.open(40)
		before := newest(t, c.notary(t))
		c.events = c.events[:40-cut]
		c.records = map[string][]byte{}
		c.revs = map[string]uint64{}
		c.vote(cut + 60)
		n := c.notary(t)
		after := newest(t, n)
		if after.Size <= before.Size {
			continue // shorter: its size says so
		}
		proof, err := n.Consistency(t.Context(), "t", before.Size, after.Size)
		if err == nil {
			err = audit.CheckConsistency(proof, before.Checkpoint, after.Checkpoint)
		}
		if err == nil {
			t.Errorf("%d events taken off and others put there are not found", cut)
		}
	}
}

func TestWitnessesAreNamedOnce(t *testing.T) {
	w := cosigner(t, "auditor.example").PublicKey()
	if list, err := notary.ParseWitnesses([]string{w}); err != nil || len(list) != 1 {
		t.Error(err)
	}
	for _, bad := range [][]string{{w, w}, {"auditor"}, {fmt.Sprint(w, "A")}} {
		if _, err := notary.ParseWitnesses(bad); err == nil {
			t.Errorf("%q are taken", bad)
		}
	}
}
