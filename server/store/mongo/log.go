package mongo

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"veche/server/store"
)

const (
	// page is how many documents are read at once; a server cuts its answer at
	// 16 MiB, so that is what a reader holds.
	page     = 512
	mostTail = 10_000 // topics whose last batch is remembered
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// batchDoc is one batch. Its ID is the append's own, which tells whose a batch
// is that is found in the way.
type batchDoc struct {
	ID    primitive.ObjectID `bson:"_id"`
	Topic string             `bson:"t"`
	No    int64              `bson:"n"`
	First int64              `bson:"f"`
	Last  int64              `bson:"l"`
	Epoch int64              `bson:"e"`
	Sum   int64              `bson:"c"` // CRC-32C of Bytes
	Bytes []byte             `bson:"b"`
}

func (d *batchDoc) batch() store.Batch {
	return store.Batch{Topic: d.Topic, No: uint64(d.No), First: uint64(d.First), Last: uint64(d.Last), Epoch: uint64(d.Epoch), Bytes: d.Bytes}
}

// AppendBatch implements [store.Log]: rows, then the batch, which counts.
func (s *Store) AppendBatch(ctx context.Context, b store.Batch, rows []store.Record) error {
	if err := b.Check(); err != nil {
		return fmt.Errorf("append batch: %w", err)
	}
	for _, r := range rows {
		if err := r.CheckNew(); err != nil {
			return fmt.Errorf("append batch: %w", err)
		}
	}
	if err := s.appendBatch(ctx, b, rows); err != nil {
		if errors.Is(err, store.ErrConflict) {
			s.forgetTail(b.Topic)
		}
		return fmt.Errorf("append batch no %d of topic %s: %w", b.No, b.Topic, err)
	}
	b.Bytes = nil
	s.rememberTail(b)
	return nil
}

func (s *Store) appendBatch(ctx context.Context, b store.Batch, rows []store.Record) error {
	if err := s.follows(ctx, b); err != nil {
		return err
	}
	if len(rows) > 0 {
		if err := s.insert(ctx, rows, false); err != nil {
			return err
		}
		ctx = context.WithoutCancel(ctx) // it has begun
	}
	doc := batchDoc{ID: primitive.NewObjectID(), Topic: b.Topic, No: int64(b.No), First: int64(b.First), Last: int64(b.Last), Epoch: int64(b.Epoch),
		Sum: int64(crc32.Checksum(b.Bytes, castagnoli)), Bytes: b.Bytes}
	return s.change(ctx, func(ctx context.Context) error {
		_, err := s.batches.InsertOne(ctx, doc)
		return err
	}, func(ctx context.Context) (found, error) {
		var have batchDoc
		err := s.batches.FindOne(ctx, bson.D{{Key: "t", Value: b.Topic}, {Key: "n", Value: doc.No}}, options.FindOne().SetProjection(withoutBytes)).Decode(&have)
		switch {
		case errors.Is(err, mongo.ErrNoDocuments):
			return isAbsent, nil
		case err != nil:
			return 0, err
		case have.ID == doc.ID:
			return isStored, nil
		}
		return 0, fmt.Errorf("%w: it has been written at epoch %d, up to seq %d", store.ErrConflict, have.Epoch, have.Last)
	})
}

var withoutBytes = bson.D{{Key: "b", Value: int64(0)}}

// follows checks a batch against the one before it. A stored batch never
// changes, so that one remembered is as good as one read; whether the number
// itself is taken the unique index says.
func (s *Store) follows(ctx context.Context, b store.Batch) error {
	s.tailsMu.Lock()
	tail, known := s.tails[b.Topic]
	s.tailsMu.Unlock()
	if known && tail.No == b.No-1 {
		return b.Follows(tail)
	}
	tail, err := s.tail(ctx, b.Topic)
	if err != nil {
		return err
	}
	return b.Follows(tail)
}

func (s *Store) rememberTail(b store.Batch) {
	s.tailsMu.Lock()
	defer s.tailsMu.Unlock()
	if s.tails[b.Topic].No >= b.No {
		return
	}
	if len(s.tails) >= mostTail {
		clear(s.tails)
	}
	s.tails[b.Topic] = b
}

func (s *Store) forgetTail(topic string) {
	s.tailsMu.Lock()
	delete(s.tails, topic)
	s.tailsMu.Unlock()
}

func (s *Store) tail(ctx context.Context, topic string) (store.Batch, error) {
	doc := batchDoc{Topic: topic}
	err := s.read(ctx, func(ctx context.Context) error {
		err := s.batches.FindOne(ctx, bson.D{{Key: "t", Value: topic}},
			options.FindOne().SetSort(bson.D{{Key: "n", Value: int64(-1)}}).SetProjection(withoutBytes)).Decode(&doc)
		if errors.Is(err, mongo.ErrNoDocuments) {
			return nil
		}
		return err
	})
	return doc.batch(), err
}

// Tail implements [store.Log].
func (s *Store) Tail(ctx context.Context, topic string) (store.Batch, error) {
	err := store.CheckName("topic", topic)
	var tail store.Batch
	if err == nil {
		tail, err = s.tail(ctx, topic)
	}
	if err != nil {
		return store.Batch{}, fmt.Errorf("read the end of topic %s: %w", topic, err)
	}
	return tail, nil
}

// ReadAfter implements [store.Log]. It reads a page at a time and holds no
// cursor while f runs.
func (s *Store) ReadAfter(ctx context.Context, topic string, seq uint64, f func(store.Batch) error) error {
	fail := func(err error) error { return fmt.Errorf("read topic %s after seq %d: %w", topic, seq, err) }
	if err := store.CheckName("topic", topic); err != nil {
		return fail(err)
	}
	if seq >= 1<<62 {
		return nil
	}
	last, no := int64(seq), int64(0)
	for {
		filter := bson.D{{Key: "t", Value: topic}, {Key: "l", Value: bson.D{{Key: "$gt", Value: last}}}}
		docs, more, err := readPage[batchDoc](ctx, s, s.batches, filter, bson.D{{Key: "t", Value: int64(1)}, {Key: "l", Value: int64(1)}}, page)
		if err != nil {
			return fail(err)
		}
		for i := range docs {
			d := &docs[i]
			if no > 0 && (d.No != no+1 || d.First != last+1) {
				return fail(fmt.Errorf("%w: batch no %d from seq %d comes after no %d, seq %d", store.ErrCorrupt, d.No, d.First, no, last))
			}
			if int64(crc32.Checksum(d.Bytes, castagnoli)) != d.Sum {
				return fail(fmt.Errorf("%w: batch no %d has another checksum", store.ErrCorrupt, d.No))
			}
			no, last = d.No, d.Last
			if err := f(d.batch()); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
	}
}

// Topics implements [store.Log].
func (s *Store) Topics(ctx context.Context) ([]string, error) {
	var topics []string
	err := s.read(ctx, func(ctx context.Context) error {
		values, err := s.batches.Distinct(ctx, "t", bson.D{})
		topics = make([]string, 0, len(values))
		for _, v := range values {
			name, ok := v.(string)
			if !ok {
				return fmt.Errorf("%w: a topic's name is a %T", store.ErrCorrupt, v)
			}
			topics = append(topics, name)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list topics: %w", err)
	}
	slices.Sort(topics)
	return topics, nil
}

// readPage reads the beginning of a query's answer, at most limit documents
// and what a server sends at once; more says whether there may be others.
func readPage[D any](ctx context.Context, s *Store, c *mongo.Collection, filter, sort bson.D, limit int64) (docs []D, more bool, err error) {
	err = s.read(ctx, func(ctx context.Context) error {
		docs, more = docs[:0], false
		cursor, err := c.Find(ctx, filter, options.Find().SetSort(sort).SetLimit(limit).SetBatchSize(int32(limit)))
		if err != nil {
			return err
		}
		defer cursor.Close(ctx)
		for (len(docs) == 0 || cursor.RemainingBatchLength() > 0) && cursor.Next(ctx) {
			var d D
			if err := cursor.Decode(&d); err != nil {
				return fmt.Errorf("%w: %w", store.ErrCorrupt, err)
			}
			docs = append(docs, d)
		}
		more = int64(len(docs)) == limit || cursor.ID() != 0
		return cursor.Err()
	})
	return docs, more, err
}
