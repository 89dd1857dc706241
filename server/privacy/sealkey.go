package privacy

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// sealKeys are the keys that wrap the keys of persons: the newest wraps, all open.
// They are replaced as a whole, never changed.
type sealKeys struct {
	file   os.FileInfo // where it was read from since, nil before
	handle *keyset.Handle
	aead   tink.AEAD
	made   map[string]time.Time // by number
}

// sealRecord is the file of the sealing keys. Those of earlier versions hold the
// keyset alone.
type sealRecord struct {
	Made   map[string]time.Time `json:"made" class:"none"` // by number of the key
	Keyset json.RawMessage      `json:"keyset"`
}

func openSeal(dir string, now time.Time) (*sealKeys, error) {
	path := filepath.Join(dir, sealFile)
	raw, err := secret(path, func() ([]byte, error) {
		handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
		if err != nil {
			return nil, err
		}
		return encodeSeal(handle, map[string]time.Time{number(primary(handle)): now.UTC().Truncate(time.Second)})
	})
	if err != nil {
		return nil, err
	}
	k, err := parseSeal(raw)
	if err != nil {
		return nil, fmt.Errorf("privacy: %s is damaged: %w", path, err)
	}
	if k.made == nil {
		k.made = map[string]time.Time{}
		if info, err := os.Stat(path); err == nil { // at the latest
			k.made[number(primary(k.handle))] = info.ModTime().UTC().Truncate(time.Second)
		}
	}
	return k, nil
}

// parseSeal reads the file of the sealing keys.
func parseSeal(raw []byte) (*sealKeys, error) {
	var r sealRecord
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, err
	}
	if r.Keyset == nil {
		r.Keyset = raw
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(r.Keyset)))
	if err != nil {
		return nil, err
	}
	a, err := aead.New(handle)
	if err != nil {
		return nil, err
	}
	return &sealKeys{handle: handle, aead: a, made: r.Made}, nil
}

func encodeSeal(handle *keyset.Handle, made map[string]time.Time) ([]byte, error) {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&b)); err != nil {
		return nil, err
	}
	return json.Marshal(sealRecord{Made: made, Keyset: b.Bytes()})
}

func primary(handle *keyset.Handle) uint32 { return handle.KeysetInfo().GetPrimaryKeyId() }

func number(id uint32) string { return strconv.FormatUint(uint64(id), 10) }

// sealedUnder answers the number of the key that something was sealed under, 0 for
// what no key of a keyset has sealed.
func sealedUnder(b []byte) uint32 {
	if len(b) < 5 || b[0] != 1 { // Tink's prefix: 1, and the key's number
		return 0
	}
	return binary.BigEndian.Uint32(b[1:])
}

// encrypt seals under the newest key.
func (k *Keyring) encrypt(plain, associated []byte) ([]byte, error) {
	if err := k.again(); err != nil {
		return nil, err
	}
	return k.sealing().aead.Encrypt(plain, associated)
}

// decrypt opens what any key has sealed.
func (k *Keyring) decrypt(sealed, associated []byte) ([]byte, error) {
	plain, err := k.sealing().aead.Decrypt(sealed, associated)
	if err == nil {
		return plain, nil
	}
	if e := k.again(); e != nil {
		return nil, errors.Join(err, e)
	}
	return k.sealing().aead.Decrypt(sealed, associated)
}

func (k *Keyring) sealing() *sealKeys {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.seal
}

// again reads the file of the sealing keys if another process has replaced it. One
// that is gone is not missed before the next start: some keep it elsewhere.
func (k *Keyring) again() error {
	path := filepath.Join(k.dir, sealFile)
	info, err := os.Stat(path)
	k.mu.Lock()
	defer k.mu.Unlock()
	if errors.Is(err, os.ErrNotExist) || err == nil && k.seal.file != nil && os.SameFile(info, k.seal.file) && info.ModTime().Equal(k.seal.file.ModTime()) {
		return nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("privacy: the sealing keys can't be read: %w", err)
	}
	fresh, err := parseSeal(raw)
	if err != nil {
		return fmt.Errorf("privacy: %s was replaced by what is no keyset: %w", path, err)
	}
	if fresh.made == nil {
		fresh.made = k.seal.made
	}
	fresh.file = info
	k.seal = fresh
	return nil
}

// replaceSeal puts other sealing keys in the place of those there.
func (k *Keyring) replaceSeal(handle *keyset.Handle, made map[string]time.Time) error {
	if err := k.tidy(); err != nil {
		return err
	}
	raw, err := encodeSeal(handle, made)
	if err != nil {
		return err
	}
	fresh, err := parseSeal(raw)
	if err != nil {
		return err
	}
	if err := place(filepath.Join(k.dir, sealFile), raw, os.Rename); err != nil {
		return err
	}
	k.mu.Lock()
	k.seal = fresh
	k.mu.Unlock()
	return nil
}

// tidy removes what a crash left half written: it holds secrets.
func (k *Keyring) tidy() error {
	entries, err := os.ReadDir(k.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), unplaced) {
			if err := os.Remove(filepath.Join(k.dir, e.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// AddSealKey makes a new key that wraps from now on; the others go on opening
// what they have wrapped. It is on the disk before it is used.
func (k *Keyring) AddSealKey() error {
	before := k.sealing()
	m := keyset.NewManagerFromHandle(before.handle)
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err == nil {
		err = m.SetPrimary(id)
	}
	if err != nil {
		return err
	}
	handle, err := m.Handle()
	if err != nil {
		return err
	}
	made := map[string]time.Time{number(id): k.clock().UTC().Truncate(time.Second)}
	for n, t := range before.made {
		made[n] = t
	}
	return k.replaceSeal(handle, made)
}

// dropSealKeys destroys every sealing key but the newest, and answers their numbers.
func (k *Keyring) dropSealKeys() ([]string, error) {
	before := k.sealing()
	m := keyset.NewManagerFromHandle(before.handle)
	newest := primary(before.handle)
	var gone []string
	for _, info := range before.handle.KeysetInfo().GetKeyInfo() {
		if id := info.GetKeyId(); id != newest {
			if err := m.Delete(id); err != nil {
				return nil, err
			}
			gone = append(gone, number(id))
		}
	}
	if gone == nil {
		return nil, nil
	}
	handle, err := m.Handle()
	if err != nil {
		return nil, err
	}
	slices.Sort(gone)
	return gone, k.replaceSeal(handle, map[string]time.Time{number(newest): before.made[number(newest)]})
}
