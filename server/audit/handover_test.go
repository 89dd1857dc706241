package audit

import (
	"bytes"
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

func seeded(tb testing.TB, name string, seed byte) *Signer {
	tb.Helper()
	s, err := NewSigner(name, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

var handed = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func handedOver(tb testing.TB, from, to *Signer) string {
	tb.Helper()
	signed, err := SignHandover(from, to, handed)
	if err != nil {
		tb.Fatal(err)
	}
	return signed
}

// A hand-over counts if both keys have signed it and nobody else; trust goes from
// the old key to the new, over any number of them, and not back.
func TestHandover(t *testing.T) {
	a, b, c, thief := seeded(t, "city", 1), seeded(t, "city", 2), seeded(t, "city", 3), seeded(t, "city", 4)
	good := handedOver(t, a, b)
	h, err := OpenHandover(good)
	if err != nil || h.Old != a.PublicKey() || h.New != b.PublicKey() || !h.Time.Equal(handed) {
		t.Fatalf("%+v, %v", h, err)
	}
	text, _, _ := strings.Cut(good, "\n\n")
	signed := func(text string, signers ...note.Signer) string {
		b, err := note.Sign(&note.Note{Text: text}, signers...)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for what, bad := range map[string]string{
		"nothing":            "",
		"without signature":  text + "\n\n",
		"the old alone":      signed(text+"\n", a),
		"the new alone":      signed(text+"\n", b),
		"in another order":   signed(text+"\n", b, a),
		"a third":            signed(text+"\n", a, b, c),
		"a thief's heir":     strings.Replace(good, b.PublicKey(), thief.PublicKey(), 1),
		"another time":       strings.Replace(good, "12:00", "13:00", 1),
		"another name":       signed(strings.Replace(text, b.PublicKey(), seeded(t, "town", 2).PublicKey(), 1)+"\n", a, seeded(t, "town", 2)),
		"to itself":          signed(strings.Replace(text, b.PublicKey(), a.PublicKey(), 1)+"\n", a),
		"a checkpoint":       signed(Checkpoint{Origin: "city/t", Size: 1}.Text(), a, b),
		"another day format": signed(strings.Replace(text, "Z", "+00:00", 1)+"\n", a, b),
	} {
		if h, err := OpenHandover(bad); err == nil {
			t.Errorf("%s is taken: %+v", what, h)
		}
	}
	if _, err := SignHandover(a, a, handed); err == nil {
		t.Error("to itself")
	}
	s, err := OpenSuccession([]string{good, handedOver(t, b, c), handedOver(t, thief, c)})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		from, to *Signer
		want     bool
	}{{a, b, true}, {a, c, true}, {b, c, true}, {a, a, true}, {b, a, false}, {c, a, false}, {a, thief, false}, {thief, b, false}} {
		if got := s.Leads(x.from.PublicKey(), x.to.PublicKey()); got != x.want {
			t.Errorf("from %s to %s: %v", x.from.PublicKey(), x.to.PublicKey(), got)
		}
	}
	circle, err := OpenSuccession([]string{good, handedOver(t, b, a)})
	if err != nil || len(circle.Before(a.PublicKey())) != 2 {
		t.Errorf("in a circle: %v, %v", circle, err)
	}
	if _, err := OpenSuccession([]string{good, text}); err == nil || !strings.Contains(err.Error(), "hand-over 2") {
		t.Error(err)
	}
}

// Whatever is given for a hand-over, only what both keys have signed is one.
func FuzzHandover(f *testing.F) {
	a, b := seeded(f, "city", 1), seeded(f, "city", 2)
	good := handedOver(f, a, b)
	f.Add(good)
	f.Add(strings.Replace(good, "city", "town", 1))
	f.Fuzz(func(t *testing.T, text string) {
		h, err := OpenHandover(text)
		if err == nil && (h.Old == a.PublicKey() || h.New == b.PublicKey()) && text != good {
			t.Errorf("%q was never signed by both", text)
		}
	})
}
