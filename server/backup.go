package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"veche/server/backup"
	"veche/server/identity"
	"veche/server/notary"
	"veche/server/privacy"
	"veche/server/store/sqlite"
)

// BackupOrder says what is to be backed up and to where.
type BackupOrder struct {
	Data       string
	Store      string // where the data is kept, "" for the directory itself
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
	if name := missingKey(o.Data); name != "" {
		return m, fmt.Errorf("%s is missing: a backup without the keys that belong to it is worth nothing", name)
	}
	if o.Out != "" {
		if m, err = backupData(ctx, o); err != nil {
			return m, err
		}
	}
	if o.Keys != "" { // after the data, so that its register of erasures is no older
		err = backup.WriteKeys(keysDir(o.Data), o.Keys, o.Passphrase)
	}
	if err != nil {
		return m, err
	}
	if err := noteBackup(o, time.Now()); err != nil { // of a disk that is full or takes no writing it is worth the most
		slog.Warn("The backup is whole; its time could not be noted for the administrator's page.", "error", err)
	}
	return m, nil
}

func backupData(ctx context.Context, o BackupOrder) (m backup.Manifest, err error) {
	if OfMongoDB(o.Store) {
		return m, errors.New("the data is in MongoDB, which mongodump backs up; --with-keys alone backs up the keys")
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
	keys, err := privacy.OpenKeyring(keysDir(o.Data), nil)
	if err != nil {
		return m, err
	}
	sign, err := newSigning(keys)
	if err != nil {
		return m, err
	}
	return backup.Write(ctx, s, o.Out, backup.Origin{Code: codeVersion(), Signer: sign.signer.PublicKey(), Now: time.Now()})
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
	Forgotten int // topics, people and texts that the register of erasures had erased again
}

// Restore makes an installation of a backup, and erases again in it what the
// register of erasures says.
func Restore(ctx context.Context, o RestoreOrder) (r Restored, err error) {
	order := backup.Order{File: o.File, Data: o.Data, Topic: o.Topic, To: o.To, Ends: identity.Passing(), Tied: []string{notary.RecordKind}}
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
	topics, err := s.Deletions.Again(ctx)
	if err != nil {
		return 0, err
	}
	people, texts, err := s.Subjects.Again(ctx)
	return len(topics) + people + texts, err
}

// ErasedRegister is where the register of erasures of a data directory lies.
func ErasedRegister(data string) string { return filepath.Join(keysDir(data), privacy.RegisterFile) }
