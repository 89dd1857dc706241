package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"veche/server/backup"
	"veche/server/doctor"
	"veche/server/identity"
	"veche/server/privacy"
	"veche/server/store"
	"veche/server/topic"
)

// DoctorReport is what an examination found.
type DoctorReport = doctor.Report

// Doctor examines a data directory, beside the server that may run on it. against
// is a backup whose logs it must begin with, "" for none.
func Doctor(ctx context.Context, data, against string) (r *DoctorReport, err error) {
	var m *backup.Manifest
	if against != "" {
		read, err := backup.ReadManifest(against)
		if err != nil {
			return nil, err
		}
		m = &read
	}
	clean := cleanlyStopped(data)
	r, err = examine(ctx, data, m)
	if clean && err == nil && !r.Unopened {
		err = leaveClean(ctx, data)
	}
	return r, err
}

// examine examines a data directory, which a server may have open.
func examine(ctx context.Context, data string, against *backup.Manifest) (*DoctorReport, error) {
	o := doctor.Order{Against: against, Data: data, Now: time.Now(), KeyFiles: privacy.KeyFiles(), Loss: privacy.Loss, Keys: func(ctx context.Context, s store.Store) (int, error) {
		return openSealed(ctx, s, data)
	}}
	erased, err := privacy.OpenRegister(keysDir(data))
	if err != nil {
		return nil, err
	}
	texts := map[string]bool{}
	if err := erased.Replay(ctx, func(_ context.Context, e privacy.Erased) error {
		texts[e.Topic+"/"+e.Text] = true
		return nil
	}); err != nil {
		return nil, err
	}
	o.Erased = func(topicID string, d topic.Digest) bool { return texts[topicID+"/"+d.String()] }
	return doctor.Examine(ctx, o)
}

// openSealed opens everything that is sealed under people's keys, and answers how
// many have an account.
func openSealed(ctx context.Context, s store.Store, data string) (people int, err error) {
	keys, err := privacy.OpenKeyring(keysDir(data), nil)
	if err != nil {
		return 0, err
	}
	vault := privacy.NewVault(keys, records{s}, time.Now)
	directory := identity.NewDirectory(records{s}, vault, time.Now)
	if err := directory.People(ctx, func(identity.Person) error { people++; return nil }); err != nil {
		return 0, fmt.Errorf("the keys are not those of this data, or a record is damaged: %w", err)
	}
	topics, err := s.Topics(ctx)
	for _, id := range topics {
		if e := vault.Members(ctx, id, func(privacy.Pseudonyms) {}); e != nil {
			err = errors.Join(err, fmt.Errorf("members of topic %s can't be opened: %w", id, e))
		}
	}
	return people, err
}
