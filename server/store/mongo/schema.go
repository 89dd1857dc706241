package mongo

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// migrations bring a database from version i to i+1. Each may be run again, in
// part or by several processes at once, so that a kill in the middle does no
// harm. Those that were once released are never edited.
var migrations = []func(context.Context, *mongo.Database) error{
	// 1: a log's batches are unique by number and found by their last seq.
	func(ctx context.Context, db *mongo.Database) error {
		_, err := db.Collection(batchesName).Indexes().CreateMany(ctx, []mongo.IndexModel{
			{Keys: bson.D{{Key: "t", Value: int64(1)}, {Key: "n", Value: int64(1)}}, Options: options.Index().SetName("topic_no").SetUnique(true)},
			{Keys: bson.D{{Key: "t", Value: int64(1)}, {Key: "l", Value: int64(1)}}, Options: options.Index().SetName("topic_last")},
		})
		return err
	},
}

const schemaID = "schema"

type schemaDoc struct {
	ID      string `bson:"_id"`
	Version int64  `bson:"v"`
}

// migrate brings the database to the newest schema.
func (s *Store) migrate(ctx context.Context) error {
	meta := s.db.Collection(metaName)
	var have schemaDoc
	err := s.read(ctx, func(ctx context.Context) error {
		err := meta.FindOne(ctx, bson.D{{Key: "_id", Value: schemaID}}).Decode(&have)
		if errors.Is(err, mongo.ErrNoDocuments) {
			return nil
		}
		return err
	})
	newest := int64(len(migrations))
	switch {
	case err != nil:
		return fmt.Errorf("read the schema's version: %w", err)
	case have.Version > newest:
		return fmt.Errorf("database %s has schema %d, this binary knows up to %d: use a newer veche", s.db.Name(), have.Version, newest)
	case s.readOnly:
		return nil
	}
	if have.ID == "" {
		if err := s.mustBeOurs(ctx); err != nil {
			return err
		}
	}
	for version := have.Version; version < newest; version++ {
		err := s.repeat(ctx, func(ctx context.Context) error { return migrations[version](ctx, s.db) })
		if err == nil {
			err = s.repeat(ctx, func(ctx context.Context) error {
				// Never downwards: another process may be further already.
				_, err := meta.UpdateOne(ctx, bson.D{{Key: "_id", Value: schemaID}, {Key: "v", Value: bson.D{{Key: "$lte", Value: version}}}},
					bson.D{{Key: "$set", Value: bson.D{{Key: "v", Value: version + 1}}}}, options.Update().SetUpsert(true))
				if mongo.IsDuplicateKeyError(err) {
					return nil
				}
				return err
			})
		}
		if err != nil {
			return fmt.Errorf("migrate database %s from schema %d to %d: %w", s.db.Name(), version, version+1, err)
		}
	}
	return nil
}

// mustBeOurs refuses a database that another program fills.
func (s *Store) mustBeOurs(ctx context.Context) error {
	var names []string
	err := s.read(ctx, func(ctx context.Context) (err error) {
		names, err = s.db.ListCollectionNames(ctx, bson.D{})
		return err
	})
	if err != nil {
		return fmt.Errorf("list what the database holds: %w", err)
	}
	for _, name := range names {
		switch name {
		case batchesName, recordsName, blobsName, chunksName, uploadsName, leasesName, metaName:
		default:
			return fmt.Errorf("database %s holds %q and is not Veche's: name another in the address", s.db.Name(), name)
		}
	}
	return nil
}

// index makes sure that the records that have an index of this name are found
// by it. It costs a round trip for each name in a process's life.
func (s *Store) index(ctx context.Context, name string) error {
	s.indexesMu.Lock()
	known := s.indexes[name]
	s.indexesMu.Unlock()
	if known {
		return nil
	}
	err := s.repeat(ctx, func(ctx context.Context) error {
		_, err := s.records.Indexes().CreateOne(ctx, mongo.IndexModel{
			Keys: bson.D{{Key: "i." + name, Value: int64(1)}}, Options: options.Index().SetName("by_" + name).SetSparse(true)})
		return err
	})
	if err != nil {
		return fmt.Errorf("index records by %s: %w", name, err)
	}
	s.indexesMu.Lock()
	s.indexes[name] = true
	s.indexesMu.Unlock()
	return nil
}
