package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"veche/server/store"
)

var _ store.Movable = (*Store)(nil)

// Epochs implements [store.Movable].
func (s *Store) Epochs(ctx context.Context, f func(string, uint64) error) error {
	type entry struct {
		name  string
		epoch int64
	}
	for last := ""; ; {
		var page []entry
		err := s.query(ctx, `SELECT name, epoch FROM leases WHERE name > ? ORDER BY name LIMIT ?`, []any{last, maxPage}, func(rows *sql.Rows) (bool, error) {
			var e entry
			err := rows.Scan(&e.name, &e.epoch)
			page = append(page, e)
			return true, err
		})
		if err != nil {
			return fmt.Errorf("list leases: %w", err)
		}
		for _, e := range page {
			if err := f(e.name, uint64(e.epoch)); err != nil {
				return err
			}
			last = e.name
		}
		if len(page) < maxPage {
			return nil
		}
	}
}

// Restore implements [store.Movable], all rows in one transaction.
func (s *Store) Restore(ctx context.Context, rows []store.Record) error {
	o := &op{multi: true}
	for _, r := range rows {
		if err := r.CheckStored(); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
		o.size += len(r.Data)
	}
	if len(rows) == 0 {
		return nil
	}
	o.do = func(w *writer) error {
		for _, r := range rows {
			rev := r.Rev
			r.Rev-- // as adding counts one up
			if err := w.insertRecord(r); err != nil {
				return err
			}
			if _, _, err := w.recordAt(r.Kind, r.ID, rev); err != nil {
				return err
			}
		}
		return nil
	}
	if err := s.submit(ctx, o); err != nil {
		return fmt.Errorf("restore %d records from %s/%s: %w", len(rows), rows[0].Kind, rows[0].ID, err)
	}
	return nil
}

// RestoreEpoch implements [store.Movable].
func (s *Store) RestoreEpoch(ctx context.Context, name string, epoch uint64) error {
	err := store.CheckName("lease name", name)
	if err == nil {
		err = s.submit(ctx, &op{do: func(w *writer) error {
			_, err := w.exec(`INSERT INTO leases (name, owner, epoch, until) VALUES (?, '', ?, 0)
				ON CONFLICT (name) DO UPDATE SET epoch = max(epoch, excluded.epoch)`, name, int64(epoch))
			return err
		}})
	}
	if err != nil {
		return fmt.Errorf("restore the epoch of lease %s: %w", name, err)
	}
	return nil
}
