package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"veche/server/audit"
	"veche/server/backup"
	"veche/server/identity"
	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// BackupOrder says what is to be backed up and to where.
type BackupOrder struct {
	Data       string
	Out        string // the file, "" for the keys alone
	Keys       string // the file of the keys, "" for none
	Passphrase string // that the keys are sealed under
}

// Backup writes the data of an installation, its keys, or both, each to a file
// of its own, beside the server that may be running on it.
func Backup(ctx context.Context, o BackupOrder) (m backup.Manifest, err error) {
	for _, path := range []string{o.Out, o.Keys} {
		if _, err := os.Lstat(path); path != "" && err == nil {
			return m, fmt.Errorf("%s is there already: name a new file", path)
		}
	}
	clean := cleanlyStopped(o.Data)
	s, err := sqlite.OpenReadOnly(ctx, o.Data)
	if err != nil {
		return m, err
	}
	defer func() {
		err = errors.Join(err, s.Close())
		if clean && err == nil {
			err = leaveClean(ctx, o.Data)
		}
	}()
	if err := haveKeys(ctx, s, o.Data); err != nil {
		return m, err
	}
	keys, err := privacy.OpenKeyring(keysDir(o.Data))
	if err != nil {
		return m, err
	}
	signer, err := audit.NewSigner(signerName, keys.Signer())
	if err != nil {
		return m, err
	}
	if o.Out != "" {
		if m, err = backup.Write(ctx, s, o.Out, backup.Origin{Code: codeVersion(), Signer: signer.PublicKey(), Now: time.Now()}); err != nil {
			return m, err
		}
	}
	if o.Keys != "" { // after the data, so that its register of erasures is no older
		err = backup.WriteKeys(keysDir(o.Data), o.Keys, o.Passphrase)
	}
	return m, err
}

// RestoreOrder says what is to be restored and to where.
type RestoreOrder struct {
	File       string
	Data       string // a directory that is not there yet; "" only checks the file
	Keys       string // the file of the keys, "" where they are put there by hand
	Passphrase string
	Erased     string // a newer register of erasures, "" for none
	Topic      string // one that is restored to event To, "" for none
	To         uint64
}

// Restored is what was restored.
type Restored struct {
	backup.Restored
	Forgotten int // entries of the register of erasures that took something with them
}

// Restore makes an installation of a backup, and erases again in it what the
// register of erasures says.
func Restore(ctx context.Context, o RestoreOrder) (r Restored, err error) {
	order := backup.Order{File: o.File, Data: o.Data, Topic: o.Topic, To: o.To, Ends: identity.Passing()}
	if o.Keys != "" {
		if order.Keys, err = backup.LoadKeys(o.Keys, o.Passphrase); err != nil {
			return r, err
		}
		order.Finish = func(ctx context.Context, dir string) (err error) {
			r.Forgotten, err = finishRestore(ctx, dir, o.Erased)
			return err
		}
	}
	r.Restored, err = backup.Restore(ctx, order)
	return r, err
}

// RestoreKeys puts keys into a data directory that has none.
func RestoreKeys(o RestoreOrder) error {
	keys, err := backup.LoadKeys(o.Keys, o.Passphrase)
	if err != nil {
		return err
	}
	return keys.Put(keysDir(o.Data))
}

// finishRestore looks whether the keys are those of the data, and forgets what
// was erased after the backup was made. newer is a register that was kept apart.
func finishRestore(ctx context.Context, dir, newer string) (forgotten int, err error) {
	s, err := Open(ctx, Options{Data: dir})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if newer != "" {
		f, err := os.Open(newer)
		if err != nil {
			return 0, err
		}
		_, err = s.keys.Erased().Merge(f)
		if err = errors.Join(err, f.Close()); err != nil {
			return 0, err
		}
	}
	if err := s.People.People(ctx, func(identity.Person) error { return nil }); err != nil {
		return 0, fmt.Errorf("the keys are not those of this data: %w", err)
	}
	err = s.keys.Erased().Replay(ctx, func(ctx context.Context, e privacy.Erased) error {
		gone, err := s.forget(ctx, e)
		if gone {
			forgotten++
		}
		return err
	})
	return forgotten, err
}

// forget destroys what an entry of the register of erasures names, and says
// whether it was still there.
func (s *Server) forget(ctx context.Context, e privacy.Erased) (gone bool, err error) {
	if e.Person != "" {
		if _, err := s.Vault.Seal(ctx, e.Person, "look", nil); errors.Is(err, privacy.ErrErased) {
			return false, nil
		} else if err != nil {
			return false, err
		}
		return true, s.Vault.ErasePerson(ctx, e.Person)
	}
	d, err := topic.ParseDigest(e.Text)
	if err != nil {
		return false, err
	}
	x, err := s.store.Get(ctx, journal.TextKind, journal.TextID(e.Topic, d))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, s.store.Delete(ctx, journal.TextKind, x.ID, x.Rev)
}

// ErasedRegister is where the register of erasures of a data directory lies.
func ErasedRegister(data string) string { return filepath.Join(keysDir(data), privacy.RegisterFile) }
