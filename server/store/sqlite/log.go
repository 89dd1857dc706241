package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"hash/crc32"

	"veche/server/store"
)

const (
	seqBits = 40
	seqMask = 1<<seqBits - 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// AppendBatch implements [store.Log]: rows and batch in one transaction.
func (s *Store) AppendBatch(ctx context.Context, b store.Batch, rows []store.Record) error {
	if err := b.Check(); err != nil {
		return fmt.Errorf("append batch: %w", err)
	}
	o := &op{multi: len(rows) > 0, size: len(b.Bytes)}
	for _, r := range rows {
		if err := r.CheckNew(); err != nil {
			return fmt.Errorf("append batch: %w", err)
		}
		o.size += len(r.Data)
	}
	o.do = func(w *writer) error { return w.appendBatch(b, rows) }
	if err := s.submit(ctx, o); err != nil {
		return fmt.Errorf("append batch no %d of topic %s: %w", b.No, b.Topic, err)
	}
	return nil
}

func (w *writer) appendBatch(b store.Batch, rows []store.Record) error {
	t, err := w.tail(b.Topic)
	if err != nil {
		return err
	}
	if err := b.Follows(t.last); err != nil {
		return err
	}
	for _, r := range rows {
		if err := w.insertRecord(r); err != nil {
			return err
		}
	}
	id := t.id
	if id == 0 {
		if id, err = w.insert(`INSERT INTO topics (name) VALUES (?)`, b.Topic); err != nil {
			return err
		}
		if id >= 1<<(63-seqBits) {
			return fmt.Errorf("%w: too many topics", store.ErrInvalid)
		}
	}
	_, err = w.exec(`INSERT INTO batches (pos, no, count, epoch, crc, bytes) VALUES (?, ?, ?, ?, ?, ?)`,
		id<<seqBits|int64(b.First), int64(b.No), int64(b.Last-b.First+1), int64(b.Epoch), int64(crc32.Checksum(b.Bytes, castagnoli)), b.Bytes)
	if err != nil {
		return err
	}
	b.Bytes = nil
	t.id, t.last = id, b
	return nil
}

func (w *writer) tail(topic string) (*tail, error) {
	if t := w.tails[topic]; t != nil {
		return t, nil
	}
	t := &tail{last: store.Batch{Topic: topic}}
	found, err := w.row(topicID, []any{topic}, &t.id)
	if err != nil {
		return nil, err
	}
	if found {
		var pos, no, count, epoch int64
		lo, hi := topicRange(t.id)
		if found, err = w.row(lastBatch, []any{lo, hi}, &pos, &no, &count, &epoch); err != nil {
			return nil, err
		}
		if found {
			t.last = makeBatch(topic, pos, no, count, epoch, nil)
		}
	}
	if len(w.tails) >= maxTails {
		clear(w.tails)
	}
	w.tails[topic] = t
	return t, nil
}

const (
	topicID   = `SELECT id FROM topics WHERE name = ?`
	lastBatch = `SELECT pos, no, count, epoch FROM batches WHERE pos BETWEEN ? AND ? ORDER BY pos DESC LIMIT 1`
	// The batch that holds a seq, or the last before it.
	batchAt     = `SELECT pos FROM batches WHERE pos BETWEEN ? AND ? ORDER BY pos DESC LIMIT 1`
	batchesFrom = `SELECT pos, no, count, epoch, crc, bytes FROM batches WHERE pos BETWEEN ? AND ? ORDER BY pos`
)

func topicRange(id int64) (lo, hi int64) { return id << seqBits, id<<seqBits | seqMask }

func makeBatch(topic string, pos, no, count, epoch int64, bytes []byte) store.Batch {
	first := uint64(pos & seqMask)
	return store.Batch{Topic: topic, No: uint64(no), First: first, Last: first + uint64(count) - 1, Epoch: uint64(epoch), Bytes: bytes}
}

// ReadAfter implements [store.Log]. It reads a few MiB at a time and holds no
// transaction while f runs. Damage is [store.ErrCorrupt].
func (s *Store) ReadAfter(ctx context.Context, topic string, seq uint64, f func(store.Batch) error) error {
	fail := func(err error) error { return fmt.Errorf("read log of topic %s: %w", topic, err) }
	if err := store.CheckName("topic", topic); err != nil {
		return fail(err)
	}
	id, err := s.topicID(ctx, topic)
	if err != nil {
		return fail(err)
	}
	if id == 0 || seq >= seqMask {
		return nil
	}
	lo, hi := topicRange(id)
	from := lo
	if err := s.query(ctx, batchAt, []any{lo, lo | int64(seq+1)}, scanOne(&from)); err != nil {
		return fail(err)
	}
	last := store.Batch{Topic: topic} // zero until the first is read
	for {
		var page []store.Batch
		size := 0
		err := s.query(ctx, batchesFrom, []any{from, hi}, func(rows *sql.Rows) (bool, error) {
			var pos, no, count, epoch, crc int64
			var bytes []byte
			if err := rows.Scan(&pos, &no, &count, &epoch, &crc, &bytes); err != nil {
				return false, err
			}
			b := makeBatch(topic, pos, no, count, epoch, bytes)
			if int64(crc32.Checksum(bytes, castagnoli)) != crc {
				return false, fmt.Errorf("%w: batch no %d, seqs %d to %d: checksum does not match", store.ErrCorrupt, b.No, b.First, b.Last)
			}
			if last.No == 0 && b.First == 1 || last.No != 0 {
				if err := b.Follows(last); err != nil {
					return false, fmt.Errorf("%w: %w", store.ErrCorrupt, err)
				}
			}
			last = b
			page = append(page, b)
			size += len(bytes)
			return len(page) < maxPage && size < maxPageBytes, nil
		})
		if err != nil {
			return fail(err)
		}
		if len(page) == 0 {
			return nil
		}
		for _, b := range page {
			if b.Last <= seq {
				continue
			}
			if err := f(b); err != nil {
				return err
			}
		}
		from = lo | int64(last.Last+1)
	}
}

// Tail implements [store.Log].
func (s *Store) Tail(ctx context.Context, topic string) (store.Batch, error) {
	b, err := s.readTail(ctx, topic)
	if err != nil {
		return store.Batch{}, fmt.Errorf("read the end of topic %s: %w", topic, err)
	}
	return b, nil
}

func (s *Store) readTail(ctx context.Context, topic string) (store.Batch, error) {
	b := store.Batch{Topic: topic}
	if err := store.CheckName("topic", topic); err != nil {
		return b, err
	}
	id, err := s.topicID(ctx, topic)
	if err != nil || id == 0 {
		return b, err
	}
	lo, hi := topicRange(id)
	err = s.query(ctx, lastBatch, []any{lo, hi}, func(rows *sql.Rows) (bool, error) {
		var pos, no, count, epoch int64
		err := rows.Scan(&pos, &no, &count, &epoch)
		b = makeBatch(topic, pos, no, count, epoch, nil)
		return false, err
	})
	return b, err
}

// Topics implements [store.Log].
func (s *Store) Topics(ctx context.Context) ([]string, error) {
	var names []string
	err := s.query(ctx, `SELECT name FROM topics ORDER BY name`, nil, func(rows *sql.Rows) (bool, error) {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return true, err
	})
	if err != nil {
		return nil, fmt.Errorf("list topics: %w", err)
	}
	return names, nil
}

// topicID returns 0 for an unknown topic.
func (s *Store) topicID(ctx context.Context, topic string) (id int64, err error) {
	err = s.query(ctx, topicID, []any{topic}, scanOne(&id))
	return id, err
}
