package privacy

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Files of the keyring in its directory.
const (
	sealFile   = "seal.json"
	lookupFile = "lookup.key"
	// CheckpointFile holds the key that signs.
	CheckpointFile = "checkpoint.key"
)

// KeyFiles are the files without which a keyring is not whole.
func KeyFiles() []string { return []string{sealFile, lookupFile, CheckpointFile} }

// Loss says what can't be done without a file of the keyring, and what is left to
// do where no copy of it is.
func Loss(file string) (lost, left string) {
	switch file {
	case sealFile:
		return "the people of this data can't be read", "without a copy their names, answers and links never open again; logs, texts and bundles hold and verify: publish them from a server that still runs, and begin anew with an empty data directory"
	case lookupFile:
		return "the people of this data can't be found again when they come back", "without a copy whoever comes by mail or by the city would count as somebody new: export what runs from a server that still does, and begin anew with an empty data directory"
	}
	return "nothing can be signed", "without a copy stop the server and make another key with veche keys replace checkpoint, publish it, and tell the witnesses: nothing leads from the lost key to it"
}

// Keyring is the installation's secrets. Those that are rotated are read anew where
// another process has put others in their files.
type Keyring struct {
	dir    string
	clock  func() time.Time
	lookup []byte
	erased *Register

	// wraps is held for reading from wrapping a person's key until it is stored, so
	// that none is stored under a key that was retired meanwhile.
	wraps sync.RWMutex

	mu   sync.Mutex
	seal *sealKeys
	sign *signKeys
}

// OpenKeyring reads the secrets in dir, making those that are missing. The
// files are as secret as the people they protect: back them up apart from the
// data. clock is time.Now where nil.
func OpenKeyring(dir string, clock func() time.Time) (*Keyring, error) {
	if clock == nil {
		clock = time.Now
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("privacy: making %s: %w", dir, err)
	}
	k := &Keyring{dir: dir, clock: clock}
	var err error
	if k.seal, err = openSeal(dir, clock()); err != nil {
		return nil, err
	}
	if k.sign, err = openSign(dir, clock()); err != nil {
		return nil, err
	}
	if k.lookup, err = secret(filepath.Join(dir, lookupFile), newRandom(32)); err != nil {
		return nil, err
	}
	if len(k.lookup) != 32 {
		return nil, fmt.Errorf("privacy: %s has the wrong length: restore the folder from its backup", filepath.Join(dir, lookupFile))
	}
	if k.erased, err = OpenRegister(dir); err != nil {
		return nil, err
	}
	return k, nil
}

// Erased is the register of erasures, which lies beside the keys.
func (k *Keyring) Erased() *Register { return k.erased }

// Lookup answers a keyed hash of value, by which something can be found again
// without keeping it. domain separates uses.
func (k *Keyring) Lookup(domain, value string) string {
	h := hmac.New(sha256.New, k.lookup)
	fmt.Fprintf(h, "%d:%s", len(domain), domain)
	h.Write([]byte(value))
	return hex.EncodeToString(h.Sum(nil))
}

// wrapNew makes a person's key, wrapped. The caller holds wraps until it is stored.
func (k *Keyring) wrapNew(person string) ([]byte, error) {
	key := make([]byte, 32)
	rand.Read(key)
	return k.encrypt(key, []byte(wrapping+person))
}

// wrapping begins the associated data of a wrapped key.
const wrapping = "person-key/"

// fieldAEAD opens a person's wrapped key.
func (k *Keyring) fieldAEAD(person string, wrapped []byte) (tink.AEAD, error) {
	key, err := k.decrypt(wrapped, []byte(wrapping+person))
	if err != nil {
		return nil, fmt.Errorf("privacy: the key of person %s does not open: %w", person, err)
	}
	return subtle.NewAESGCM(key)
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
	err = place(path, b, os.Link)
	if errors.Is(err, os.ErrExist) {
		return os.ReadFile(path)
	}
	return b, err
}

// unplaced begins the name of a file that a crash left before it had its own.
const unplaced = ".key-"

// place writes a file so that it is there whole, or not; as puts it under its name.
func place(path string, b []byte, as func(from, to string) error) error {
	temp, err := os.CreateTemp(filepath.Dir(path), unplaced+"*")
	if err != nil {
		return fmt.Errorf("privacy: %w", err)
	}
	_, err = temp.Write(b)
	err = errors.Join(err, temp.Sync(), temp.Close())
	if err == nil {
		err = as(temp.Name(), path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if gone := os.Remove(temp.Name()); err == nil && gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = gone
	}
	if err != nil {
		return fmt.Errorf("privacy: writing %s: %w", path, err)
	}
	return nil
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
