package mongo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"veche/server/store"
)

var _ store.Movable = (*Store)(nil)

var byID = bson.D{{Key: "_id", Value: int64(1)}}

// Kinds implements [store.Movable]: a look for each kind there is.
func (s *Store) Kinds(ctx context.Context) ([]string, error) {
	var kinds []string
	for from := ""; ; {
		docs, _, err := readPage[recordDoc](ctx, s, s.records, bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: from}}}}, byID, 1)
		if err != nil {
			return nil, fmt.Errorf("list kinds: %w", err)
		}
		if len(docs) == 0 {
			slices.Sort(kinds) // the ID's slash sorts behind a hyphen
			return kinds, nil
		}
		kind, _, _ := strings.Cut(docs[0].ID, "/")
		kinds = append(kinds, kind)
		from = kind + "0" // the byte after the slash
	}
}

// BlobList implements [store.Movable].
func (s *Store) BlobList(ctx context.Context) (digests []string, err error) {
	for last := ""; ; {
		docs, more, err := readPage[blobDoc](ctx, s, s.blobs, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: last}}}}, byID, page)
		if err != nil {
			return nil, fmt.Errorf("list blobs: %w", err)
		}
		for _, d := range docs {
			digests = append(digests, d.Digest)
			last = d.Digest
		}
		if !more {
			return digests, nil
		}
	}
}

// Epochs implements [store.Movable].
func (s *Store) Epochs(ctx context.Context, f func(string, uint64) error) error {
	for last := ""; ; {
		docs, more, err := readPage[leaseDoc](ctx, s, s.leases, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: last}}}}, byID, page)
		if err != nil {
			return fmt.Errorf("list leases: %w", err)
		}
		for _, d := range docs {
			if err := f(d.Name, uint64(d.Epoch)); err != nil {
				return err
			}
			last = d.Name
		}
		if !more {
			return nil
		}
	}
}

// Restore implements [store.Movable].
func (s *Store) Restore(ctx context.Context, rows []store.Record) error {
	before := slices.Clone(rows)
	for i, r := range rows {
		if err := r.CheckStored(); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
		before[i].Rev-- // as inserting counts one up
	}
	if len(rows) == 0 {
		return nil
	}
	if err := s.insert(ctx, before, true); err != nil {
		return fmt.Errorf("restore %d records from %s/%s: %w", len(rows), rows[0].Kind, rows[0].ID, err)
	}
	return nil
}

// RestoreEpoch implements [store.Movable].
func (s *Store) RestoreEpoch(ctx context.Context, name string, epoch uint64) error {
	err := store.CheckName("lease name", name)
	if err == nil {
		err = s.repeat(ctx, func(ctx context.Context) error {
			_, err := s.leases.UpdateOne(ctx, bson.D{{Key: "_id", Value: name}}, bson.D{
				{Key: "$max", Value: bson.D{{Key: "e", Value: int64(epoch)}}},
				{Key: "$setOnInsert", Value: bson.D{{Key: "o", Value: ""}, {Key: "u", Value: int64(0)}, {Key: "w", Value: int64(0)}}},
			}, options.Update().SetUpsert(true))
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("restore the epoch of lease %s: %w", name, err)
	}
	return nil
}
