package audit

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is the root over the first Size events of a log. Signed, it binds
// whoever signed it to every one of them.
type Checkpoint struct {
	Origin string // names the log: installation "/" topic
	Size   uint64
	Root   Hash
}

// Text is the checkpoint as it is signed: origin, size and root in base64, a
// line each (C2SP tlog-checkpoint).
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, tlog.Hash(c.Root))
}

// ParseCheckpoint reads what Text writes, and nothing else.
func ParseCheckpoint(text string) (Checkpoint, error) {
	bad := fmt.Errorf("%.80q is not a checkpoint: origin, size and root, a line each", text)
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] == "" || lines[3] != "" {
		return Checkpoint{}, bad
	}
	size, err := strconv.ParseUint(lines[1], 10, 62)
	if err != nil {
		return Checkpoint{}, bad
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, bad
	}
	c := Checkpoint{Origin: lines[0], Size: size, Root: Hash(root)}
	if c.Text() != text {
		return Checkpoint{}, bad
	}
	return c, nil
}

// Signer signs checkpoints and bundles with an Ed25519 key, as signed notes.
type Signer struct {
	name string
	hash uint32
	key  ed25519.PrivateKey
	text string
}

// NewSigner makes a signer. name names the installation: letters, digits, "."
// and "-" are safe; it must have no space and no "+".
func NewSigner(name string, key ed25519.PrivateKey) (*Signer, error) {
	text, err := note.NewEd25519VerifierKey(name, key.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, fmt.Errorf("signing as %q: %w", name, err)
	}
	v, err := note.NewVerifier(text)
	if err != nil {
		return nil, fmt.Errorf("signing as %q: %w", name, err)
	}
	return &Signer{name: name, hash: v.KeyHash(), key: key, text: text}, nil
}

// Name is the signer's name.
func (s *Signer) Name() string { return s.name }

// KeyHash tells keys of one name apart.
func (s *Signer) KeyHash() uint32 { return s.hash }

// Sign signs a message.
func (s *Signer) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// PublicKey is the key to check with, as one line of text.
func (s *Signer) PublicKey() string { return s.text }

// PublicKeyText is the key of a name and the public half of a key, 32 bytes, as
// [Signer.PublicKey] writes it.
func PublicKeyText(name string, public []byte) (string, error) {
	return note.NewEd25519VerifierKey(name, public)
}

// Key checks the signatures of one key.
type Key = note.Verifier

// ParseKey reads what PublicKey writes.
func ParseKey(text string) (note.Verifier, error) {
	v, err := note.NewVerifier(text)
	if err != nil {
		return nil, fmt.Errorf("%.80q is not a key such as name+hash+base64: %w", text, err)
	}
	return v, nil
}

// SignText signs lines of text as a note.
func SignText(text string, signer note.Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: text}, signer)
}

// OpenText answers the text of a note that key alone has signed.
func OpenText(signed []byte, key note.Verifier) (string, error) {
	n, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return "", fmt.Errorf("the signature does not hold under the key %q: %w", key.Name(), err)
	}
	if len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 {
		return "", errors.New("the note carries other signatures than the one of its key")
	}
	if _, err := signatureBytes(n.Sigs[0]); err != nil {
		return "", err
	}
	return n.Text, nil
}

// signatureBytes reads a signature in its one spelling: spare bits of base64 may
// hold anything.
func signatureBytes(s note.Signature) ([]byte, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(s.Base64)
	if err != nil || base64.StdEncoding.EncodeToString(raw) != s.Base64 {
		return nil, errors.New("the signature is not in its canonical form")
	}
	return raw, nil
}

// SignCheckpoint signs a checkpoint.
func SignCheckpoint(c Checkpoint, signer note.Signer) ([]byte, error) {
	return SignText(c.Text(), signer)
}

// OpenCheckpoint reads a checkpoint that key has signed.
func OpenCheckpoint(signed []byte, key note.Verifier) (Checkpoint, error) {
	text, err := OpenText(signed, key)
	if err != nil {
		return Checkpoint{}, err
	}
	return ParseCheckpoint(text)
}
