package server

import (
	"context"
	"errors"

	"veche/server/privacy"
	"veche/server/store"
)

// records gives identity and privacy the few verbs they need of a store.
type records struct{ store store.Store }

func (r records) Load(ctx context.Context, kind, id string) ([]byte, uint64, error) {
	record, err := r.store.Get(ctx, kind, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, nil
	}
	return record.Data, record.Rev, err
}

func (r records) Save(ctx context.Context, kind, id string, rev uint64, data []byte) error {
	_, err := r.store.PutIfRev(ctx, store.Record{Kind: kind, ID: id, Rev: rev, Data: data})
	if errors.Is(err, store.ErrConflict) {
		return privacy.ErrChanged
	}
	return err
}

func (r records) SaveNew(ctx context.Context, kind string, data map[string][]byte) error {
	rows := make([]store.Record, 0, len(data))
	for id, d := range data {
		rows = append(rows, store.Record{Kind: kind, ID: id, Data: d})
	}
	err := r.store.Insert(ctx, rows)
	if errors.Is(err, store.ErrConflict) {
		return privacy.ErrChanged
	}
	return err
}

func (r records) Remove(ctx context.Context, kind, id string) error {
	for {
		record, err := r.store.Get(ctx, kind, id)
		if err == nil {
			err = r.store.Delete(ctx, kind, id, record.Rev)
		}
		switch {
		case errors.Is(err, store.ErrNotFound):
			return nil
		case errors.Is(err, store.ErrConflict):
			continue // changed meanwhile: look again
		}
		return err
	}
}

// Purge destroys all records of a kind whose id begins with prefix.
func (r records) Purge(ctx context.Context, kind, prefix string) error {
	return r.store.Purge(ctx, kind, prefix)
}

func (r records) Each(ctx context.Context, kind, prefix string, f func(id string, data []byte) error) error {
	span := store.Range{}
	if prefix != "" {
		end := []byte(prefix)
		end[len(end)-1]++ // prefixes end in "/"
		span = store.Range{From: prefix, To: string(end)}
	}
	return r.store.List(ctx, kind, "", span, 0, func(record store.Record) error { return f(record.ID, record.Data) })
}
