package mongo

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"veche/server/store"
)

// What one message destroys.
const (
	dropBatches = 500
	dropRecords = 2000
)

// DropLog implements [store.Log].
func (s *Store) DropLog(ctx context.Context, topic string) error {
	err := store.CheckName("topic", topic)
	for err == nil {
		if err = ctx.Err(); err != nil {
			break
		}
		var tail store.Batch
		if tail, err = s.tail(ctx, topic); err != nil || tail.No == 0 {
			break
		}
		after := int64(tail.No) - dropBatches
		err = s.repeat(ctx, func(ctx context.Context) error {
			_, err := s.batches.DeleteMany(ctx, bson.D{{Key: "t", Value: topic}, {Key: "n", Value: bson.D{{Key: "$gt", Value: after}}}})
			return err
		})
		s.forgetTail(topic)
	}
	if err != nil {
		return fmt.Errorf("drop the log of topic %s: %w", topic, err)
	}
	return nil
}

// Purge implements [store.Records].
func (s *Store) Purge(ctx context.Context, kind, prefix string) error {
	err := store.CheckRef(kind, prefix)
	from := recordID(kind, prefix)
	end := store.AfterPrefix(from) // there is one: a kind has small letters
	for more := true; more && err == nil; {
		if err = ctx.Err(); err != nil {
			break
		}
		span := bson.D{{Key: "$gte", Value: from}, {Key: "$lt", Value: end}}
		var last recordDoc
		if err = s.read(ctx, func(ctx context.Context) error {
			err := s.records.FindOne(ctx, bson.D{{Key: "_id", Value: span}}, options.FindOne().SetSort(bson.D{{Key: "_id", Value: int64(1)}}).
				SetSkip(dropRecords-1).SetProjection(bson.D{{Key: "_id", Value: int64(1)}})).Decode(&last)
			if more = !errors.Is(err, mongo.ErrNoDocuments); !more {
				return nil
			}
			return err
		}); err != nil {
			break
		}
		if more {
			span = bson.D{{Key: "$gte", Value: from}, {Key: "$lte", Value: last.ID}}
		}
		err = s.repeat(ctx, func(ctx context.Context) error {
			_, err := s.records.DeleteMany(ctx, bson.D{{Key: "_id", Value: span}})
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("purge records %s/%s: %w", kind, prefix, err)
	}
	return nil
}
