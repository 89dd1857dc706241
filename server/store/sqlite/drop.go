package sqlite

import (
	"context"
	"fmt"

	"veche/server/store"
)

// What is destroyed in one transaction: others write between two of them.
const (
	dropBatches = 64
	dropRecords = 500
)

// DropLog implements [store.Log]. The content is overwritten as [Store.Delete]
// does.
func (s *Store) DropLog(ctx context.Context, topic string) error {
	err := store.CheckName("topic", topic)
	for more := true; more && err == nil; {
		err = s.submit(ctx, &op{multi: true, erases: true, do: func(w *writer) error {
			t, err := w.tail(topic)
			if err != nil {
				return err
			}
			delete(w.tails, topic)
			lo, hi := topicRange(t.id)
			n, err := w.exec(`DELETE FROM batches WHERE pos IN (SELECT pos FROM batches WHERE pos BETWEEN ? AND ? ORDER BY pos DESC LIMIT ?)`, lo, hi, dropBatches)
			if more = n == dropBatches; err != nil || more {
				return err
			}
			_, err = w.exec(`DELETE FROM topics WHERE id = ?`, t.id)
			return err
		}})
	}
	if err != nil {
		return fmt.Errorf("drop the log of topic %s: %w", topic, err)
	}
	return nil
}

// Purge implements [store.Records].
func (s *Store) Purge(ctx context.Context, kind, prefix string) error {
	err := store.CheckRef(kind, prefix)
	for more := true; more && err == nil; {
		err = s.submit(ctx, &op{multi: true, erases: true, do: func(w *writer) error {
			// The first ones, and of the index what is theirs: ids come in order.
			var last string
			const page = `SELECT id FROM records WHERE kind = ? AND id >= ? AND (? = '' OR id < ?) ORDER BY id LIMIT ?`
			end := store.AfterPrefix(prefix)
			found, err := w.row(`SELECT id FROM (`+page+`) ORDER BY id DESC LIMIT 1`, []any{kind, prefix, end, end, dropRecords}, &last)
			if err != nil || !found {
				more = false
				return err
			}
			for _, table := range []string{"record_index", "records"} {
				n, err := w.exec(`DELETE FROM `+table+` WHERE kind = ? AND id >= ? AND id <= ?`, kind, prefix, last)
				if more = n == dropRecords; err != nil {
					return err
				}
			}
			return nil
		}})
	}
	if err != nil {
		return fmt.Errorf("purge records %s/%s: %w", kind, prefix, err)
	}
	return nil
}
