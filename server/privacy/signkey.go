package privacy

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// signKeys are the key that signs checkpoints, and those that did before it.
// They are replaced as a whole, never changed.
type signKeys struct {
	key  ed25519.PrivateKey
	made time.Time
	past []PastSigner
}

// PastSigner is a key that signed checkpoints before, of which the public half is
// kept so that what it has signed can still be checked.
type PastSigner struct {
	Key   ed25519.PublicKey `json:"key"`
	Made  time.Time         `json:"made" class:"none"`
	Until time.Time         `json:"until" class:"none"`
	// Handover is the signed note by which it named the next one; "" where it was
	// lost before it could.
	Handover string `json:"handover,omitempty" class:"none"`
}

// signRecord is the file of the signing key. Those of earlier versions hold the
// seed alone.
type signRecord struct {
	Seed []byte       `json:"seed" class:"none"`
	Made time.Time    `json:"made" class:"none"`
	Past []PastSigner `json:"past,omitempty"` // the oldest first
}

func openSign(dir string, now time.Time) (*signKeys, error) {
	path := filepath.Join(dir, CheckpointFile)
	raw, err := secret(path, func() ([]byte, error) {
		seed := make([]byte, ed25519.SeedSize)
		rand.Read(seed)
		return json.Marshal(signRecord{Seed: seed, Made: now.UTC().Truncate(time.Second)})
	})
	if err != nil {
		return nil, err
	}
	r, err := parseSign(raw)
	if err != nil {
		return nil, fmt.Errorf("privacy: %s: %w: restore the folder from its backup", path, err)
	}
	if info, err := os.Stat(path); err == nil && r.Made.IsZero() { // at the latest
		r.Made = info.ModTime().UTC().Truncate(time.Second)
	}
	return &signKeys{key: ed25519.NewKeyFromSeed(r.Seed), made: r.Made, past: r.Past}, nil
}

// parseSign reads the file of the signing key.
func parseSign(raw []byte) (r signRecord, err error) {
	if len(raw) == ed25519.SeedSize {
		return signRecord{Seed: raw}, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil || len(r.Seed) != ed25519.SeedSize {
		return r, errors.New("it is damaged")
	}
	for _, p := range r.Past {
		if len(p.Key) != ed25519.PublicKeySize {
			return r, errors.New("it is damaged")
		}
	}
	return r, nil
}

func (k *Keyring) signing() *signKeys {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.sign
}

// Signer is the key that signs checkpoints of logs.
func (k *Keyring) Signer() ed25519.PrivateKey { return k.signing().key }

// PastSigners are the keys that signed before, the oldest first.
func (k *Keyring) PastSigners() []PastSigner { return k.signing().past }

// ReplaceSigner makes another key that signs. handover makes the note by which the
// old one names it. File and key change at once, so that a crash leaves either.
func (k *Keyring) ReplaceSigner(handover func(old, fresh ed25519.PrivateKey, at time.Time) (string, error)) error {
	if err := k.tidy(); err != nil {
		return err
	}
	before, now := k.signing(), k.clock().UTC().Truncate(time.Second)
	_, fresh, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	note, err := handover(before.key, fresh, now)
	if err != nil {
		return err
	}
	past := append(before.past[:len(before.past):len(before.past)], PastSigner{Key: before.key.Public().(ed25519.PublicKey), Made: before.made, Until: now, Handover: note})
	raw, err := json.Marshal(signRecord{Seed: fresh.Seed(), Made: now, Past: past})
	if err != nil {
		return err
	}
	if err := place(filepath.Join(k.dir, CheckpointFile), raw, os.Rename); err != nil {
		return err
	}
	k.mu.Lock()
	k.sign = &signKeys{key: fresh, made: now, past: past}
	k.mu.Unlock()
	return nil
}
