package privacy

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Files of the keyring in its directory.
const (
	sealFile       = "seal.json"
	lookupFile     = "lookup.key"
	checkpointFile = "checkpoint.key"
)

// KeyFiles are the files without which a keyring is not whole.
func KeyFiles() []string { return []string{sealFile, lookupFile, checkpointFile} }

// Keyring is the installation's secrets.
type Keyring struct {
	master tink.AEAD
	lookup []byte
	signer ed25519.PrivateKey
	erased *Register
}

// OpenKeyring reads the secrets in dir, making those that are missing. The
// files are as secret as the people they protect: back them up apart from the
// data.
func OpenKeyring(dir string) (*Keyring, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("privacy: making %s: %w", dir, err)
	}
	k := &Keyring{}
	sealed, err := secret(filepath.Join(dir, sealFile), newKeyset)
	if err != nil {
		return nil, err
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(sealed)))
	if err != nil {
		return nil, fmt.Errorf("privacy: %s is damaged: %w", filepath.Join(dir, sealFile), err)
	}
	if k.master, err = aead.New(handle); err != nil {
		return nil, fmt.Errorf("privacy: %s: %w", filepath.Join(dir, sealFile), err)
	}
	if k.lookup, err = secret(filepath.Join(dir, lookupFile), newRandom(32)); err != nil {
		return nil, err
	}
	seed, err := secret(filepath.Join(dir, checkpointFile), newRandom(ed25519.SeedSize))
	if err != nil {
		return nil, err
	}
	if len(k.lookup) != 32 || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("privacy: a key in %s has the wrong length: restore the folder from its backup", dir)
	}
	k.signer = ed25519.NewKeyFromSeed(seed)
	if k.erased, err = OpenRegister(dir); err != nil {
		return nil, err
	}
	return k, nil
}

// Erased is the register of erasures, which lies beside the keys.
func (k *Keyring) Erased() *Register { return k.erased }

// Signer is the key that signs checkpoints of logs.
func (k *Keyring) Signer() ed25519.PrivateKey { return k.signer }

// Lookup answers a keyed hash of value, by which something can be found again
// without keeping it. domain separates uses.
func (k *Keyring) Lookup(domain, value string) string {
	h := hmac.New(sha256.New, k.lookup)
	fmt.Fprintf(h, "%d:%s", len(domain), domain)
	h.Write([]byte(value))
	return hex.EncodeToString(h.Sum(nil))
}

// wrapNew makes a person's key, wrapped.
func (k *Keyring) wrapNew(person string) ([]byte, error) {
	key := make([]byte, 32)
	rand.Read(key)
	return k.master.Encrypt(key, []byte("person-key/"+person))
}

// fieldAEAD opens a person's wrapped key.
func (k *Keyring) fieldAEAD(person string, wrapped []byte) (tink.AEAD, error) {
	key, err := k.master.Decrypt(wrapped, []byte("person-key/"+person))
	if err != nil {
		return nil, fmt.Errorf("privacy: the key of person %s does not open: %w", person, err)
	}
	return subtle.NewAESGCM(key)
}

func newKeyset() ([]byte, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&b))
	return b.Bytes(), err
}

func newRandom(n int) func() ([]byte, error) {
	return func() ([]byte, error) {
		b := make([]byte, n)
		rand.Read(b)
		return b, nil
	}
}

// secret reads a file, making it if it does not exist; two processes that make
// it at once end with the same one.
func secret(path string, fresh func() ([]byte, error)) ([]byte, error) {
	b, err := os.ReadFile(path)
	if !errors.Is(err, os.ErrNotExist) {
		if err != nil {
			err = fmt.Errorf("privacy: %w", err)
		}
		return b, err
	}
	if b, err = fresh(); err != nil {
		return nil, fmt.Errorf("privacy: making a key: %w", err)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".key-*")
	if err != nil {
		return nil, fmt.Errorf("privacy: %w", err)
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(b)
	if err == nil {
		err = temp.Sync()
	}
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Link(temp.Name(), path)
	}
	if errors.Is(err, os.ErrExist) {
		return os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("privacy: writing %s: %w", path, err)
	}
	return b, nil
}
