package audit_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"testing"

	"pgregory.net/rapid"

	"veche/server/audit"
)

func signer(tb testing.TB, seed byte) *audit.Signer {
	tb.Helper()
	s, err := audit.NewSigner("city.example", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// The root of RFC 6962, section 2.1, written down as it reads there.
func plainRoot(events [][]byte) [32]byte {
	switch n := len(events); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, events[0]...))
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		left, right := plainRoot(events[:k]), plainRoot(events[k:])
		return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
	}
}

// Whatever is hidden, cover, tree and the plain definition give one root, and
// the log reads back as it was written.
func TestHidingKeepsTheRoot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 70).Draw(t, "events")
		events := make([][]byte, n)
		tree := new(audit.Tree)
		var out bytes.Buffer
		w := audit.NewLogWriter(&out)
		shown := map[uint64][]byte{}
		for i := range events {
			events[i] = rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "event")
			if err := tree.Append(events[i]); err != nil {
				t.Fatal(err)
			}
			if rapid.IntRange(0, 3).Draw(t, "shown") == 0 {
				shown[uint64(i+1)] = events[i]
				w.Show(events[i])
			} else {
				w.Hide(events[i])
			}
		}
		size, root, err := w.Close()
		if err != nil || size != uint64(n) {
			t.Fatal(size, err)
		}
		whole, err := tree.Root(uint64(n))
		if err != nil || root != whole || root != audit.Hash(plainRoot(events)) {
			t.Fatalf("roots %s, %s, %x: %v", root, whole, plainRoot(events), err)
		}
		seen := 0
		cover, err := audit.ReadLog(bytes.NewReader(out.Bytes()), func(seq uint64, b []byte) error {
			seen++
			if !bytes.Equal(shown[seq], b) {
				t.Fatalf("event %d reads %x", seq, b)
			}
			return nil
		})
		if err != nil || seen != len(shown) || cover.Len() != size || cover.Root() != root {
			t.Fatalf("%d of %d events, root %s: %v", seen, len(shown), cover.Root(), err)
		}
	})
}

func TestHiddenRunsTakeFewHashes(t *testing.T) {
	var out bytes.Buffer
	w := audit.NewLogWriter(&out)
	for i := range 100_000 {
		w.Hide([]byte{byte(i), byte(i >> 8), byte(i >> 16)})
	}
	if _, _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 40*34 {
		t.Errorf("100,000 hidden events take %d bytes", out.Len())
	}
}

func TestReceiptsAndConsistency(t *testing.T) {
	tree, key := new(audit.Tree), signer(t, 1)
	verifier, err := audit.ParseKey(key.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	var points []audit.Checkpoint
	for i := range 40 {
		if err := tree.Append([]byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
		root, err := tree.Root(tree.Size())
		if err != nil {
			t.Fatal(err)
		}
		points = append(points, audit.Checkpoint{Origin: "city.example/t", Size: tree.Size(), Root: root})
	}
	last := points[len(points)-1]
	signed, err := audit.SignCheckpoint(last, key)
	if err != nil {
		t.Fatal(err)
	}
	for i, older := range points {
		receipt, err := tree.Receipt(uint64(i+1), []byte{byte(i)}, signed, last)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := receipt.Check(verifier); err != nil || got != last {
			t.Errorf("receipt of event %d: %v", i+1, err)
		}
		forged := receipt
		forged.Event = []byte{byte(i + 1)}
		if _, err := forged.Check(verifier); err == nil {
			t.Errorf("a receipt of event %d holds for another event", i+1)
		}
		forged = receipt
		forged.Seq = receipt.Seq%40 + 1
		if _, err := forged.Check(verifier); err == nil {
			t.Errorf("a receipt of event %d holds at another place", i+1)
		}
		proof, err := tree.Consistency(older.Size, last.Size)
		if err != nil {
			t.Fatal(err)
		}
		if err := audit.CheckConsistency(proof, older, last); err != nil {
			t.Errorf("from %d events: %v", older.Size, err)
		}
		older.Root[0] ^= 1
		if err := audit.CheckConsistency(proof, older, last); err == nil {
			t.Errorf("another beginning of %d events is taken", older.Size)
		}
	}
	other, err := audit.ParseKey(signer(t, 2).PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := audit.OpenCheckpoint(signed, other); err == nil {
		t.Error("a checkpoint opens under another key")
	}
}

// Every character of a signed note counts, the last ones of the signature too.
func TestSignedNotesHaveOneForm(t *testing.T) {
	key := signer(t, 1)
	verifier, err := audit.ParseKey(key.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	signed, err := audit.SignCheckpoint(audit.Checkpoint{Origin: "city.example/t", Size: 7}, key)
	if err != nil {
		t.Fatal(err)
	}
	for at := range signed {
		for bit := range 8 {
			b := bytes.Clone(signed)
			b[at] ^= 1 << bit
			if _, err := audit.OpenCheckpoint(b, verifier); err == nil {
				t.Errorf("byte %d changed from %q to %q still opens", at, signed[at], b[at])
			}
		}
	}
}
