package deletion

import (
	"bytes"
	"crypto/ed25519"
	"testing"

	"veche/server/audit"
)

// Whatever is given for a notice, only what the installation has signed is one where
// its key is known, and none is without a topic.
func FuzzNotice(f *testing.F) {
	signer, err := audit.NewSigner("city", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)))
	if err != nil {
		f.Fatal(err)
	}
	key, err := audit.ParseKey(signer.PublicKey())
	if err != nil {
		f.Fatal(err)
	}
	signed, err := (&Notice{Topic: "river", Events: 7}).sign(signer)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed)
	f.Add("This topic was deleted.\n{}\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := Read(text, nil); err == nil && n.Topic == "" {
			t.Errorf("%q is of no topic", text)
		}
		if n, err := Read(text, key); err == nil && (n.Topic != "river" || n.Events != 7) {
			t.Errorf("%q was never signed", text)
		}
	})
}
