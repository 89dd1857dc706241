package server

import (
	"crypto/ed25519"
	"time"

	"veche/server/audit"
	"veche/server/privacy"
)

// signing signs as the installation, by the key that it has at the moment. It is a
// [note.Signer].
type signing struct{ keys *privacy.Keyring }

// signings are the key that signs now and the hand-overs that led to it.
type signings struct {
	key        ed25519.PrivateKey
	signer     *audit.Signer
	succession audit.Succession
}

func newSigning(keys *privacy.Keyring) (*signings, error) {
	s := &signings{key: keys.Signer()}
	var err error
	if s.signer, err = audit.NewSigner(signerName, s.key); err != nil {
		return nil, err
	}
	var notes []string
	for _, p := range keys.PastSigners() { // after the key: one who comes later does no harm
		if p.Handover != "" {
			notes = append(notes, p.Handover)
		}
	}
	s.succession, err = audit.OpenSuccession(notes)
	return s, err
}

// signing answers who signs checkpoints now, and which keys handed over to it. What
// the keyring holds was read when it was opened, so that it can be read again.
func (s *Server) signing() (*audit.Signer, audit.Succession) {
	now := s.signed.Load()
	if now == nil || !now.key.Equal(s.keys.Signer()) {
		var err error
		if now, err = newSigning(s.keys); err != nil {
			panic("server: the signing key can't be used any more: " + err.Error())
		}
		s.signed.Store(now)
	}
	return now.signer, now.succession
}

func (x signing) signer() *audit.Signer {
	s, err := audit.NewSigner(signerName, x.keys.Signer())
	if err != nil {
		panic("server: the signing key can't be used any more: " + err.Error())
	}
	return s
}

// Name implements [note.Signer].
func (x signing) Name() string { return x.signer().Name() }

// KeyHash implements [note.Signer].
func (x signing) KeyHash() uint32 { return x.signer().KeyHash() }

// Sign implements [note.Signer].
func (x signing) Sign(msg []byte) ([]byte, error) { return x.signer().Sign(msg) }

// handOver makes the note by which a signing key names the next one.
func handOver(old, fresh ed25519.PrivateKey, at time.Time) (string, error) {
	before, err := audit.NewSigner(signerName, old)
	if err != nil {
		return "", err
	}
	after, err := audit.NewSigner(signerName, fresh)
	if err != nil {
		return "", err
	}
	return audit.SignHandover(before, after, at)
}
