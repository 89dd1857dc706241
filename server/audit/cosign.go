package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// cosignature is the type of a witness's key and signatures (C2SP
// tlog-cosignature): what is signed is the time and the checkpoint's text, and a
// signature is 8 bytes of time, seconds since 1970, and 64 of Ed25519.
const cosignature = 4

// Witness checks the cosignatures of one witness. It is a [note.Verifier].
type Witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

// ParseWitness reads a witness's key, name+hash+base64, as Cosigner.PublicKey
// writes it.
func ParseWitness(text string) (*Witness, error) {
	bad := fmt.Errorf("%.80q is not the key of a witness such as name+hash+base64", text)
	name, rest, _ := strings.Cut(text, "+")
	digits, encoded, ok := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if !ok || err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != cosignature || !isKeyName(name) {
		return nil, bad
	}
	w := newWitness(name, raw[1:])
	if fmt.Sprintf("%08x", w.hash) != digits {
		return nil, bad
	}
	return w, nil
}

func isKeyName(name string) bool { return name != "" && !strings.ContainsAny(name, " +\n\t\r") }

func newWitness(name string, key ed25519.PublicKey) *Witness {
	sum := sha256.Sum256(append([]byte(name+"\n"), append([]byte{cosignature}, key...)...))
	return &Witness{name: name, hash: binary.BigEndian.Uint32(sum[:4]), key: key}
}

// Name is the witness's name.
func (w *Witness) Name() string { return w.name }

// KeyHash tells keys of one name apart.
func (w *Witness) KeyHash() uint32 { return w.hash }

// String is the key as ParseWitness reads it.
func (w *Witness) String() string {
	return fmt.Sprintf("%s+%08x+%s", w.name, w.hash, base64.StdEncoding.EncodeToString(append([]byte{cosignature}, w.key...)))
}

// Verify says whether sig is the witness's cosignature of a checkpoint's text.
func (w *Witness) Verify(text, sig []byte) bool {
	return len(sig) == 8+ed25519.SignatureSize && ed25519.Verify(w.key, cosigned(binary.BigEndian.Uint64(sig), text), sig[8:])
}

func cosigned(at uint64, text []byte) []byte {
	return append([]byte("cosignature/v1\ntime "+strconv.FormatUint(at, 10)+"\n"), text...)
}

// Cosigner signs checkpoints as a witness. It signs what it is given: whoever
// calls it has checked that nothing signed before was taken back.
type Cosigner struct {
	*Witness
	key ed25519.PrivateKey
	at  uint64
}

// NewCosigner makes a witness of a name and a key.
func NewCosigner(name string, key ed25519.PrivateKey) (*Cosigner, error) {
	if !isKeyName(name) {
		return nil, fmt.Errorf("%.80q is no name for a witness: no spaces, no plus signs", name)
	}
	return &Cosigner{Witness: newWitness(name, key.Public().(ed25519.PublicKey)), key: key}, nil
}

// PublicKey is the key to check with, as one line of text.
func (c *Cosigner) PublicKey() string { return c.Witness.String() }

// Sign makes the signature of a checkpoint's text at the cosigner's time.
func (c *Cosigner) Sign(text []byte) ([]byte, error) {
	return append(binary.BigEndian.AppendUint64(nil, c.at), ed25519.Sign(c.key, cosigned(c.at, text))...), nil
}

// Cosign adds the witness's signature to a checkpoint that key has signed.
func (c *Cosigner) Cosign(signed []byte, key note.Verifier, now time.Time) ([]byte, error) {
	if _, err := OpenCheckpoint(signed, key); err != nil {
		return nil, err
	}
	n, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return nil, err
	}
	at := Cosigner{Witness: c.Witness, key: c.key, at: uint64(now.Unix())}
	return note.Sign(n, &at)
}

// Cosigned is a checkpoint that a witness has signed too.
type Cosigned struct {
	Checkpoint
	Witness *Witness
	Time    time.Time // when the witness says that it signed
}

// OpenCosigned reads a checkpoint that key and one of the witnesses have signed,
// in this order, and nobody else.
func OpenCosigned(signed []byte, key note.Verifier, witnesses ...*Witness) (Cosigned, error) {
	known := []note.Verifier{key}
	for _, w := range witnesses {
		known = append(known, w)
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	if err != nil {
		return Cosigned{}, fmt.Errorf("the signature does not hold under the key %q: %w", key.Name(), err)
	}
	if len(n.UnverifiedSigs) != 0 || len(n.Sigs) != 2 || n.Sigs[0].Name != key.Name() || n.Sigs[0].Hash != key.KeyHash() {
		return Cosigned{}, errors.New("it is not signed by the log's key and then by one witness that is known")
	}
	if _, err := signatureBytes(n.Sigs[0]); err != nil {
		return Cosigned{}, err
	}
	raw, err := signatureBytes(n.Sigs[1])
	if err != nil {
		return Cosigned{}, err
	}
	c, err := ParseCheckpoint(n.Text)
	if err != nil {
		return Cosigned{}, err
	}
	for _, w := range witnesses {
		if w.name == n.Sigs[1].Name && w.hash == n.Sigs[1].Hash {
			return Cosigned{Checkpoint: c, Witness: w, Time: time.Unix(int64(binary.BigEndian.Uint64(raw[4:12])), 0).UTC()}, nil
		}
	}
	return Cosigned{}, errors.New("the second signature is no cosignature of a witness that is known")
}

// ParseSeed reads an Ed25519 private key as 64 hexadecimal digits.
func ParseSeed(text string) (ed25519.PrivateKey, error) {
	seed, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, errors.New("it is no private key of 64 hexadecimal digits")
	}
	return ed25519.NewKeyFromSeed(seed), nil
}
