package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"veche/server/store"
)

// CopyTo writes what the store holds at one moment into a directory, as a store
// of its own that [Open] and [OpenReadOnly] open. Others go on reading and
// writing meanwhile; the write-ahead log can't be merged until it ends. Content
// that was erased is not in the copy, not even in its free pages.
func (s *Store) CopyTo(ctx context.Context, dir string) (err error) {
	fail := func(err error) error { return fmt.Errorf("copy %s to %s: %w", s.path(), dir, err) }
	if s.isClosed() {
		return fail(store.ErrClosed)
	}
	path := filepath.Join(dir, DataFile)
	// Made here and empty, so that nobody else can ever read what comes into it.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fail(err)
	}
	if err := f.Close(); err != nil {
		return fail(err)
	}
	// A connection of its own: query_only, which readers have, forbids it.
	db, err := sql.Open("sqlite", dsn(s.path(), append(slices.Clone(s.frozen), "mode=ro", "_pragma=busy_timeout(10000)", "_pragma=cache_size(-16000)", "_pragma=temp_store(memory)")...))
	if err != nil {
		return fail(err)
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	if closed := db.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fail(translated(err))
	}
	return nil
}

func (s *Store) isClosed() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.closed
}

// CutLog removes the batches of a topic after the one with that number, and
// answers how many there were. Only a restore may do this: what is cut off was
// acknowledged. Rows and blobs that it named stay.
func (s *Store) CutLog(ctx context.Context, topic string, last uint64) (cut int64, err error) {
	if err = store.CheckName("topic", topic); err == nil {
		err = s.submit(ctx, &op{multi: true, erases: true, do: func(w *writer) error {
			t, err := w.tail(topic)
			if err != nil {
				return err
			}
			delete(w.tails, topic)
			lo, hi := topicRange(t.id)
			cut, err = w.exec(`DELETE FROM batches WHERE pos BETWEEN ? AND ? AND no > ?`, lo, hi, int64(last))
			return err
		}})
	}
	if err != nil {
		return 0, fmt.Errorf("cut the log of topic %s after batch no %d: %w", topic, last, err)
	}
	return cut, nil
}

// Drop destroys those records of a kind that exist, all if ids is nil, in one
// transaction whatever their revisions, and answers how many there were. Only a
// restore may do this.
func (s *Store) Drop(ctx context.Context, kind string, ids []string) (n int64, err error) {
	fail := func(err error) (int64, error) { return 0, fmt.Errorf("drop records of kind %s: %w", kind, err) }
	if err := store.CheckWord("kind", kind); err != nil {
		return fail(err)
	}
	which, args := "kind = ?", []any{kind}
	if ids != nil {
		list, err := json.Marshal(ids)
		if err != nil {
			return fail(err)
		}
		which, args = which+" AND id IN (SELECT value FROM json_each(?))", append(args, string(list))
	}
	err = s.submit(ctx, &op{multi: true, erases: true, do: func(w *writer) (err error) {
		if _, err = w.exec(`DELETE FROM record_index WHERE `+which, args...); err == nil {
			n, err = w.exec(`DELETE FROM records WHERE `+which, args...)
		}
		return err
	}})
	if err != nil {
		return fail(err)
	}
	return n, nil
}

// epochLeap is what a restored log's epochs rise by: more than any server
// claims in its life.
const epochLeap = 1 << 20

// LeapEpochs raises the epochs of all leases, frees them, and so makes what
// follows another life of every log: a client that knows events which a restore
// has lost is told to read anew, and does not take later ones for them.
func (s *Store) LeapEpochs(ctx context.Context) error {
	err := s.submit(ctx, &op{do: func(w *writer) error {
		_, err := w.exec(`UPDATE leases SET owner = '', until = 0, epoch = epoch + ?`, epochLeap)
		return err
	}})
	if err != nil {
		return fmt.Errorf("raise the epochs: %w", err)
	}
	return nil
}
