package backup

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/argon2"
)

// MinPassphrase is the fewest characters of a passphrase: it may be tried for
// years by whoever has found the file.
const MinPassphrase = 12

// keysFormat begins a file of keys.
const keysFormat = "veche-keys-1"

// Bounds of what a file of keys may ask of whoever opens it.
const (
	maxKeysFile = 16 << 20
	maxTime     = 20
	maxMemory   = 1 << 20 // KiB
	maxThreads  = 16
)

// sealing is how a file of keys is sealed: Argon2id (RFC 9106) makes a key of
// the passphrase, which opens Sealed by AES-256-GCM with all the rest as
// associated data.
type sealing struct {
	Format string `json:"format"`
	KDF    string `json:"kdf"`
	Time   uint32 `json:"time"`
	Memory uint32 `json:"memory_kib"`
	Lanes  uint8  `json:"lanes"`
	Salt   []byte `json:"salt"`
	Nonce  []byte `json:"nonce"`
	Sealed []byte `json:"sealed,omitempty"`
}

// Keys are the files of the directory of keys, by name.
type Keys map[string][]byte

// ReadKeys reads the directory of keys.
func ReadKeys(dir string) (Keys, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the keys: %w", err)
	}
	keys := Keys{}
	for _, e := range entries {
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("reading the keys: %w", err)
		}
		keys[e.Name()] = b
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("there are no keys in %s", dir)
	}
	return keys, nil
}

// Put writes the keys into a directory that has none.
func (k Keys) Put(dir string) error {
	if err := checkEmpty(dir); err != nil {
		return fmt.Errorf("putting back the keys: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for name, b := range k {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = f.Write(b)
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return syncDir(dir)
}

// SealKeys seals keys under a passphrase, in the form of a file.
func SealKeys(keys Keys, passphrase string) ([]byte, error) {
	if err := checkPassphrase(passphrase); err != nil {
		return nil, err
	}
	return sealing{Time: 3, Memory: 64 << 10, Lanes: 4}.seal(keys, passphrase)
}

// seal seals keys at the cost of s.
func (s sealing) seal(keys Keys, passphrase string) ([]byte, error) {
	s.Format, s.KDF, s.Salt, s.Nonce = keysFormat, "argon2id", make([]byte, 16), make([]byte, 12)
	rand.Read(s.Salt) // never fails
	rand.Read(s.Nonce)
	box, head, err := s.box(passphrase)
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	s.Sealed = box.Seal(nil, s.Nonce, plain, head)
	b, err := json.MarshalIndent(s, "", " ")
	return append(b, '\n'), err
}

// checkPassphrase refuses what would be guessed.
func checkPassphrase(passphrase string) error {
	if n := len([]rune(passphrase)); n < MinPassphrase {
		return fmt.Errorf("the passphrase has %d characters: take at least %d, such as six words", n, MinPassphrase)
	}
	return nil
}

// OpenKeys opens what SealKeys has sealed.
func OpenKeys(file []byte, passphrase string) (Keys, error) {
	var s sealing
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil || !strings.HasPrefix(s.Format, "veche-keys-") {
		return nil, errors.New("it is no file of keys that veche backup wrote")
	}
	if s.Format != keysFormat || s.KDF != "argon2id" {
		return nil, fmt.Errorf("it has the format %.40q: use a newer veche", s.Format)
	}
	if s.Time < 1 || s.Time > maxTime || s.Memory < 8 || s.Memory > maxMemory || s.Lanes < 1 || s.Lanes > maxThreads || len(s.Salt) < 8 || len(s.Nonce) != 12 {
		return nil, errors.New("it is damaged: it asks for a sealing that can't be")
	}
	box, head, err := s.box(passphrase)
	if err != nil {
		return nil, err
	}
	plain, err := box.Open(nil, s.Nonce, s.Sealed, head)
	if err != nil {
		return nil, errors.New("it does not open: the passphrase is wrong, or the file is damaged")
	}
	var keys Keys
	if err := json.Unmarshal(plain, &keys); err != nil || len(keys) == 0 {
		return nil, errors.New("it holds no keys")
	}
	for name := range keys {
		if name != filepath.Base(name) || strings.HasPrefix(name, ".") {
			return nil, fmt.Errorf("it names a file %.40q that can't be a key", name)
		}
	}
	return keys, nil
}

func (s sealing) box(passphrase string) (cipher.AEAD, []byte, error) {
	s.Sealed = nil
	head, err := json.Marshal(s)
	if err != nil {
		return nil, nil, err
	}
	block, err := aes.NewCipher(argon2.IDKey([]byte(passphrase), s.Salt, s.Time, s.Memory, s.Lanes, 32))
	if err != nil {
		return nil, nil, err
	}
	box, err := cipher.NewGCM(block)
	return box, head, err
}

// WriteKeys seals the keys of a directory into a file that only its owner may
// read.
func WriteKeys(dir, out, passphrase string) error {
	keys, err := ReadKeys(dir)
	if err != nil {
		return err
	}
	sealed, err := SealKeys(keys, passphrase)
	if err != nil {
		return err
	}
	if err := writeWhole(out, func(w io.Writer) error { _, err := w.Write(sealed); return err }); err != nil {
		return fmt.Errorf("writing the keys to %s: %w", out, err)
	}
	return nil
}

// LoadKeys reads and opens a file of keys.
func LoadKeys(path, passphrase string) (Keys, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, maxKeysFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if len(b) > maxKeysFile {
		return nil, fmt.Errorf("%s: it is too large for a file of keys", path)
	}
	keys, err := OpenKeys(b, passphrase)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return keys, nil
}
