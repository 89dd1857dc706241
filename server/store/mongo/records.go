package mongo

import (
	"context"
	crand "crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"veche/server/store"
)

const (
	insertRows  = 1000    // records sent at once
	insertBytes = 8 << 20 // and their content
	// marks is how many of its last changes a record knows, so that one whose
	// answer was lost is found also after others have followed.
	marks = 8
)

// recordDoc is one record. Marks are random, one for each of its last changes.
type recordDoc struct {
	ID    string            `bson:"_id"` // kind/id
	Rev   int64             `bson:"r"`
	Marks []int64           `bson:"w"`
	Index map[string]string `bson:"i"` // name → indexKey
	Data  []byte            `bson:"d"`
}

func recordID(kind, id string) string { return kind + "/" + id }

// newMark tells one change from all others.
func newMark() int64 {
	var b [8]byte
	_, _ = crand.Read(b[:]) // never fails
	return int64(binary.LittleEndian.Uint64(b[:]))
}

func newRecordDoc(r store.Record, mark int64) recordDoc {
	d := recordDoc{ID: recordID(r.Kind, r.ID), Rev: int64(r.Rev) + 1, Marks: []int64{mark}, Index: packIndex(r), Data: r.Data}
	if d.Data == nil {
		d.Data = []byte{} // not null
	}
	return d
}

func packIndex(r store.Record) map[string]string {
	index := make(map[string]string, len(r.Index))
	for name, value := range r.Index {
		index[name] = indexKey(r.Kind, value, r.ID)
	}
	return index
}

func (d *recordDoc) record() (store.Record, error) {
	kind, id, ok := strings.Cut(d.ID, "/")
	r := store.Record{Kind: kind, ID: id, Rev: uint64(d.Rev), Data: d.Data}
	for name, key := range d.Index {
		var value string
		if value, ok = indexValue(kind, key); !ok {
			break
		}
		if r.Index == nil {
			r.Index = make(map[string]string, len(d.Index))
		}
		r.Index[name] = value
	}
	if !ok || d.Rev < 1 {
		return r, fmt.Errorf("%w: record %s", store.ErrCorrupt, d.ID)
	}
	return r, nil
}

// Insert implements [store.Records], up to 1,000 rows a round trip.
func (s *Store) Insert(ctx context.Context, rows []store.Record) error {
	for _, r := range rows {
		if err := r.CheckNew(); err != nil {
			return fmt.Errorf("insert: %w", err)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := s.insert(ctx, rows, false); err != nil {
		return fmt.Errorf("insert %d records from %s/%s: %w", len(rows), rows[0].Kind, rows[0].ID, err)
	}
	return nil
}

// insert stores rows at the Rev after theirs. One that is there must have the
// same content, and, where exact, the same Rev.
func (s *Store) insert(ctx context.Context, rows []store.Record, exact bool) error {
	if s.readOnly {
		return store.ErrReadOnly
	}
	if end, err := s.begin(ctx); err != nil {
		return err
	} else {
		end()
	}
	for _, r := range rows {
		if err := s.indexAll(ctx, r); err != nil {
			return err
		}
	}
	for len(rows) > 0 {
		n, size := 0, 0
		for n < len(rows) && n < insertRows && (n == 0 || size+len(rows[n].Data) <= insertBytes) {
			size += len(rows[n].Data)
			n++
		}
		if err := s.insertSome(ctx, rows[:n], exact); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func (s *Store) indexAll(ctx context.Context, r store.Record) error {
	for name := range r.Index {
		if err := s.index(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// insertSome stores rows that fit one message. After any failure it looks which
// are there and sends the others again.
func (s *Store) insertSome(ctx context.Context, rows []store.Record, exact bool) error {
	want := make(map[string]store.Record, len(rows))
	docs := make([]any, 0, len(rows))
	for _, r := range rows {
		id := recordID(r.Kind, r.ID)
		if first, twice := want[id]; twice {
			if !first.SameContent(r) {
				return fmt.Errorf("%w: record %s/%s is given twice with other content", store.ErrConflict, r.Kind, r.ID)
			}
			continue
		}
		want[id] = r
		docs = append(docs, newRecordDoc(r, newMark()))
	}
	return s.change(ctx, func(ctx context.Context) error {
		_, err := s.records.InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
		return err
	}, func(ctx context.Context) (found, error) {
		ids := make([]string, len(docs))
		for i, d := range docs {
			ids[i] = d.(recordDoc).ID
		}
		there := make(map[string]bool, len(ids))
		cursor, err := s.records.Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}})
		if err != nil {
			return 0, err
		}
		defer cursor.Close(ctx)
		for cursor.Next(ctx) {
			var d recordDoc
			if err := cursor.Decode(&d); err != nil {
				return 0, fmt.Errorf("%w: %w", store.ErrCorrupt, err)
			}
			have, err := d.record()
			if err != nil {
				return 0, err
			}
			if w := want[d.ID]; !have.SameContent(w) || exact && have.Rev != w.Rev+1 {
				return 0, fmt.Errorf("%w: record %s exists with other content", store.ErrConflict, d.ID)
			}
			there[d.ID] = true
		}
		if err := cursor.Err(); err != nil {
			return 0, err
		}
		docs = slices.DeleteFunc(docs, func(d any) bool { return there[d.(recordDoc).ID] })
		if len(docs) > 0 {
			return isAbsent, nil
		}
		return isStored, nil
	})
}

// PutIfRev implements [store.Records].
func (s *Store) PutIfRev(ctx context.Context, r store.Record) (rev uint64, err error) {
	if err := r.Check(); err != nil {
		return 0, fmt.Errorf("put: %w", err)
	}
	if err := s.put(ctx, r); err != nil {
		return 0, fmt.Errorf("put %s/%s at rev %d: %w", r.Kind, r.ID, r.Rev, err)
	}
	return r.Rev + 1, nil
}

func (s *Store) put(ctx context.Context, r store.Record) error {
	end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	end()
	if err := s.indexAll(ctx, r); err != nil {
		return err
	}
	doc := newRecordDoc(r, newMark())
	try := func(ctx context.Context) error {
		_, err := s.records.InsertOne(ctx, doc)
		return err
	}
	if r.Rev > 0 {
		try = func(ctx context.Context) error {
			done, err := s.records.UpdateOne(ctx, at(doc.ID, r.Rev), bson.D{
				{Key: "$set", Value: bson.D{{Key: "r", Value: doc.Rev}, {Key: "i", Value: doc.Index}, {Key: "d", Value: doc.Data}}},
				{Key: "$push", Value: bson.D{{Key: "w", Value: bson.D{{Key: "$each", Value: doc.Marks}, {Key: "$slice", Value: int64(-marks)}}}}},
			})
			if err == nil && done.MatchedCount == 0 {
				err = errRefused
			}
			return err
		}
	}
	return s.change(ctx, try, func(ctx context.Context) (found, error) {
		have, err := s.revision(ctx, doc.ID)
		switch {
		case errors.Is(err, mongo.ErrNoDocuments) && r.Rev == 0:
			return isAbsent, nil
		case errors.Is(err, mongo.ErrNoDocuments):
			return isUnsure, nil
		case err != nil:
			return 0, err
		case slices.Contains(have.Marks, doc.Marks[0]):
			return isStored, nil
		case have.Rev == int64(r.Rev):
			return isAbsent, nil
		case have.Rev > int64(r.Rev) && have.Rev-int64(r.Rev) <= int64(len(have.Marks)):
			// The mark of the change that came instead is known.
			return 0, fmt.Errorf("%w: it is at rev %d", store.ErrConflict, have.Rev)
		}
		return isUnsure, nil
	})
}

func at(id string, rev uint64) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "r", Value: int64(rev)}}
}

// revision reads a record's revision and marks alone.
func (s *Store) revision(ctx context.Context, id string) (d recordDoc, err error) {
	err = s.records.FindOne(ctx, bson.D{{Key: "_id", Value: id}},
		options.FindOne().SetProjection(bson.D{{Key: "r", Value: int64(1)}, {Key: "w", Value: int64(1)}})).Decode(&d)
	return d, err
}

// Delete implements [store.Records].
func (s *Store) Delete(ctx context.Context, kind, id string, rev uint64) error {
	err := store.CheckRef(kind, id)
	if err == nil {
		key := recordID(kind, id)
		err = s.change(ctx, func(ctx context.Context) error {
			done, err := s.records.DeleteOne(ctx, at(key, rev))
			if err == nil && done.DeletedCount == 0 {
				err = errRefused
			}
			return err
		}, func(ctx context.Context) (found, error) {
			have, err := s.revision(ctx, key)
			switch {
			case errors.Is(err, mongo.ErrNoDocuments):
				return 0, store.ErrNotFound
			case err != nil:
				return 0, err
			case have.Rev == int64(rev):
				return isAbsent, nil
			}
			return 0, fmt.Errorf("%w: it is at rev %d", store.ErrConflict, have.Rev)
		})
	}
	if err != nil {
		return fmt.Errorf("delete %s/%s at rev %d: %w", kind, id, rev, err)
	}
	return nil
}

// Get implements [store.Records].
func (s *Store) Get(ctx context.Context, kind, id string) (store.Record, error) {
	var r store.Record
	err := store.CheckRef(kind, id)
	if err == nil {
		err = s.read(ctx, func(ctx context.Context) error {
			var d recordDoc
			err := s.records.FindOne(ctx, bson.D{{Key: "_id", Value: recordID(kind, id)}}).Decode(&d)
			if errors.Is(err, mongo.ErrNoDocuments) {
				return err
			}
			if err == nil {
				r, err = d.record()
			}
			return err
		})
	}
	if errors.Is(err, mongo.ErrNoDocuments) {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Record{}, fmt.Errorf("get %s/%s: %w", kind, id, err)
	}
	return r, nil
}

// GetMany implements [store.Records].
func (s *Store) GetMany(ctx context.Context, kind string, ids []string) ([]store.Record, error) {
	fail := func(err error) ([]store.Record, error) {
		return nil, fmt.Errorf("get %d of kind %s: %w", len(ids), kind, err)
	}
	if err := store.CheckWord("kind", kind); err != nil {
		return fail(err)
	}
	for _, id := range ids {
		if err := store.CheckName("id", id); err != nil {
			return fail(err)
		}
	}
	if end, err := s.begin(ctx); err != nil {
		return fail(err)
	} else {
		end()
	}
	wanted := slices.Clone(ids)
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	all := make([]store.Record, 0, len(wanted))
	for len(wanted) > 0 {
		n := min(page, len(wanted))
		keys := make([]string, n)
		for i, id := range wanted[:n] {
			keys[i] = recordID(kind, id)
		}
		filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: keys}}}}
		docs, more, err := readPage[recordDoc](ctx, s, s.records, filter, bson.D{{Key: "_id", Value: int64(1)}}, page)
		if err != nil {
			return fail(err)
		}
		for i := range docs {
			r, err := docs[i].record()
			if err != nil {
				return fail(err)
			}
			all = append(all, r)
		}
		if more && len(docs) < n { // cut by its size: go on behind the last one
			last, _ := slices.BinarySearch(wanted, all[len(all)-1].ID)
			n = last + 1
		}
		wanted = wanted[n:]
	}
	return all, nil
}
