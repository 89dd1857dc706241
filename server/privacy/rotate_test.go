package privacy_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"veche/server/privacy"
	"veche/server/privacy/memory"
)

// mortal are records whose process dies before the write of a number.
type mortal struct {
	*memory.Records
	left atomic.Int64
}

var errDied = errors.New("the process died")

func (m *mortal) Save(ctx context.Context, kind, id string, rev uint64, data []byte) error {
	if kind == privacy.PersonKeys && rev > 0 {
		if m.left.Add(-1) < 0 {
			return errDied
		}
	}
	err := m.Records.Save(ctx, kind, id, rev, data)
	if errors.Is(err, memory.ErrChanged) {
		return privacy.ErrChanged
	}
	return err
}

func person(n int) string { return fmt.Sprintf("person-%03d", n) }

// A new sealing key takes over from the old in steps, each of which may be the
// last of a process: everything opens after each, and what was left is done next
// time. The old key goes only once nobody needs it.
func TestSealKeyIsRotated(t *testing.T) {
	dir, people := t.TempDir(), 20
	records := &mortal{Records: memory.New()}
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	open := func() (*privacy.Keyring, *privacy.Vault) {
		t.Helper()
		k, err := privacy.OpenKeyring(dir, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		return k, privacy.NewVault(k, records, nil)
	}
	k, v := open()
	sealed := map[string][]byte{}
	for n := range people {
		err := v.AddPerson(t.Context(), person(n))
		if err == nil {
			sealed[person(n)], err = v.Seal(t.Context(), person(n), "name", []byte(person(n)))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	passing, err := v.SealPassing("mail/1", []byte("on its way"))
	if err != nil {
		t.Fatal(err)
	}
	opens := func(v *privacy.Vault) {
		t.Helper()
		for id, b := range sealed {
			if plain, err := v.Open(t.Context(), id, "name", b); err != nil || string(plain) != id {
				t.Fatalf("%s opens as %q, %v", id, plain, err)
			}
		}
	}
	_, other := open() // another process, which was there before
	now = now.Add(90 * 24 * time.Hour)
	if err := k.AddSealKey(); err != nil {
		t.Fatal(err)
	}
	for died := range people {
		records.left.Store(1)
		_, v = open()
		if _, err := v.Rewrap(t.Context(), nil); died < people-1 && !errors.Is(err, errDied) {
			t.Fatalf("time %d: %v", died, err)
		}
		opens(v)
		opens(other)
	}
	records.left.Store(100)
	if n, err := v.Rewrap(t.Context(), nil); err != nil || n != 0 {
		t.Errorf("%d were left, %v", n, err)
	}
	keys, err := v.Keys(t.Context())
	if err != nil || len(keys) != 4 {
		t.Fatal(keys, err)
	}
	old := 0
	for _, x := range keys {
		if x.Kind == privacy.KeySeal && x.InUse && (x.People != people || !x.Made.Equal(now)) || x.Kind == privacy.KeySeal && !x.InUse && (x.People != 0 || now.Sub(x.Made) != 90*24*time.Hour) {
			t.Errorf("a key is %+v", x)
		}
		if x.Kind == privacy.KeySeal && !x.InUse {
			old++
		}
	}
	if old != 1 {
		t.Errorf("%d older keys: %+v", old, keys)
	}
	// What another process wraps before it has looked is under the new key.
	if err := other.AddPerson(t.Context(), "latecomer"); err != nil {
		t.Fatal(err)
	}
	gone, err := v.RetireSealKeys(t.Context())
	if err != nil || len(gone) != 1 {
		t.Fatal(gone, err)
	}
	_, v = open()
	opens(v)
	opens(other)
	if has, err := v.HasKey(t.Context(), "latecomer"); !has || err != nil {
		t.Error(has, err)
	}
	if plain, err := v.OpenPassing("mail/1", passing); err == nil {
		t.Errorf("what the retired key sealed opens as %q", plain)
	}
	if gone, err := v.RetireSealKeys(t.Context()); err != nil || gone != nil {
		t.Errorf("again: %v %v", gone, err)
	}
}

// Keys of the first version are read, and become files of this one when they are
// rotated; the seed of a signer is kept in no second place.
func TestKeysOfTheFirstVersion(t *testing.T) {
	dir := t.TempDir()
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&b)); err != nil {
		t.Fatal(err)
	}
	seed := bytes.Repeat([]byte{7}, ed25519.SeedSize)
	for name, content := range map[string][]byte{"seal.json": b.Bytes(), "checkpoint.key": seed, ".key-123": []byte("cut off")} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k, err := privacy.OpenKeyring(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !k.Signer().Equal(ed25519.NewKeyFromSeed(seed)) {
		t.Error("another key signs")
	}
	first := k.Signer().Public().(ed25519.PublicKey)
	v := privacy.NewVault(k, &mortal{Records: memory.New()}, nil)
	if err := v.AddPerson(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	if err := k.AddSealKey(); err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	if err := k.ReplaceSigner(func(ed25519.PrivateKey, ed25519.PrivateKey, time.Time) (string, error) { return "", refused }); !errors.Is(err, refused) || !k.Signer().Equal(ed25519.NewKeyFromSeed(seed)) {
		t.Errorf("a hand-over that failed: %v", err)
	}
	for n := range 2 {
		if err := k.ReplaceSigner(func(old, fresh ed25519.PrivateKey, _ time.Time) (string, error) { return fmt.Sprint("note ", n), nil }); err != nil {
			t.Fatal(err)
		}
	}
	again, err := privacy.OpenKeyring(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	past := again.PastSigners()
	if !again.Signer().Equal(k.Signer()) || len(past) != 2 || !past[0].Key.Equal(first) || past[1].Handover != "note 1" {
		t.Errorf("the past is %+v", past)
	}
	if has, err := privacy.NewVault(again, memory.New(), nil).HasKey(t.Context(), "nobody"); has || err != nil {
		t.Error(has, err)
	}
	if _, err := os.Stat(filepath.Join(dir, ".key-123")); !os.IsNotExist(err) {
		t.Errorf("half a key stays: %v", err)
	}
	for _, damage := range []string{"", "{}", `{"seed":"AAAA"}`, string(seed[:31]), `{"seed":"` + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" + `","past":[{"key":"AA=="}]}`} {
		if err := os.WriteFile(filepath.Join(dir, "checkpoint.key"), []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := privacy.OpenKeyring(dir, nil); err == nil {
			t.Errorf("%q is taken for a key", damage)
		}
	}
}
