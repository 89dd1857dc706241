package audit

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Whatever bytes are given for a checkpoint, only what the log's key has signed
// is opened, kept or cosigned, and only with the witness's name is it cosigned.
func FuzzCosigned(f *testing.F) {
	seed := bytes.Repeat([]byte{7}, ed25519.SeedSize)
	log, err := NewSigner("city.example", ed25519.NewKeyFromSeed(seed))
	if err != nil {
		f.Fatal(err)
	}
	key, err := ParseKey(log.PublicKey())
	if err != nil {
		f.Fatal(err)
	}
	who, err := NewCosigner("auditor.example", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize)))
	if err != nil {
		f.Fatal(err)
	}
	text := Checkpoint{Origin: "city.example/t", Size: 7}.Text()
	signed, err := note.Sign(&note.Note{Text: text}, log)
	if err != nil {
		f.Fatal(err)
	}
	both, err := who.Cosign(signed, key, time.Unix(1_700_000_000, 0))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed, hex.EncodeToString(seed))
	f.Add(both, "00")
	f.Fuzz(func(t *testing.T, b []byte, secret string) {
		if k, err := ParseSeed(secret); err == nil && len(k) != ed25519.PrivateKeySize {
			t.Errorf("%q is read as a key of %d bytes", secret, len(k))
		}
		if c, err := openKept(b, key); err == nil && c.Text() != text {
			t.Errorf("%q was never signed", c.Text())
		}
		if c, err := OpenCosigned(b, key, who.Witness); err == nil && (c.Text() != text || c.Witness != who.Witness) {
			t.Errorf("%q was never cosigned", c.Text())
		}
		if again, err := who.Cosign(b, key, time.Unix(1, 0)); err == nil && !bytes.HasPrefix(again, []byte(text)) {
			t.Errorf("cosigned %q", again)
		}
	})
}

func FuzzEventReceipt(f *testing.F) {
	f.Add([]byte(`{"kind":"application","topic":"t","seq":1,"leaf":"","event":"AQ=="}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := ParseEventReceipt(b); err == nil && LeafHash(r.Event) != r.Leaf {
			t.Errorf("%s agrees with itself", b)
		}
	})
}
