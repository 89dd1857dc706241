package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"veche/server/store"
)

// Insert implements [store.Records], all rows in one transaction.
func (s *Store) Insert(ctx context.Context, rows []store.Record) error {
	o := &op{multi: true}
	for _, r := range rows {
		if err := r.CheckNew(); err != nil {
			return fmt.Errorf("insert: %w", err)
		}
		o.size += len(r.Data)
	}
	if len(rows) == 0 {
		return nil
	}
	o.do = func(w *writer) error {
		for _, r := range rows {
			if err := w.insertRecord(r); err != nil {
				return err
			}
		}
		return nil
	}
	if err := s.submit(ctx, o); err != nil {
		return fmt.Errorf("insert %d records from %s/%s: %w", len(rows), rows[0].Kind, rows[0].ID, err)
	}
	return nil
}

// PutIfRev implements [store.Records].
func (s *Store) PutIfRev(ctx context.Context, r store.Record) (rev uint64, err error) {
	if err := r.Check(); err != nil {
		return 0, fmt.Errorf("put: %w", err)
	}
	o := &op{multi: true, size: len(r.Data)}
	if r.Rev == 0 {
		o.multi = len(r.Index) > 0
		o.do = func(w *writer) error {
			added, err := w.addRecord(r)
			if err == nil && !added {
				err = fmt.Errorf("%w: it exists", store.ErrConflict)
			}
			return err
		}
	} else {
		o.do = func(w *writer) error { return w.replaceRecord(r) }
	}
	if err := s.submit(ctx, o); err != nil {
		return 0, fmt.Errorf("put %s/%s at rev %d: %w", r.Kind, r.ID, r.Rev, err)
	}
	return r.Rev + 1, nil
}

// Delete implements [store.Records]. The row is overwritten with zeros in the
// file (secure_delete), and the write-ahead log is emptied within seconds.
func (s *Store) Delete(ctx context.Context, kind, id string, rev uint64) error {
	fail := func(err error) error { return fmt.Errorf("delete %s/%s at rev %d: %w", kind, id, rev, err) }
	if err := store.CheckRef(kind, id); err != nil {
		return fail(err)
	}
	o := &op{multi: true, erases: true, do: func(w *writer) error {
		row, old, err := w.recordAt(kind, id, rev)
		if err != nil {
			return err
		}
		if _, err := w.exec(`DELETE FROM records WHERE row = ?`, row); err != nil {
			return err
		}
		return w.reindex(row, old, store.Record{Kind: kind, ID: id})
	}}
	if err := s.submit(ctx, o); err != nil {
		return fail(err)
	}
	return nil
}

// addRecord inserts a record unless it exists.
func (w *writer) addRecord(r store.Record) (added bool, err error) {
	st, err := w.stmt(`INSERT INTO records (kind, id, rev, idx, data) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`)
	if err != nil {
		return false, err
	}
	res, err := st.Exec(r.Kind, r.ID, int64(r.Rev)+1, packIndex(r.Index), notNil(r.Data))
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	row, err := res.LastInsertId()
	if err != nil {
		return false, err
	}
	return true, w.reindex(row, store.Record{Kind: r.Kind, ID: r.ID}, r)
}

// insertRecord is addRecord that accepts a row with the same content.
func (w *writer) insertRecord(r store.Record) error {
	added, err := w.addRecord(r)
	if err != nil || added {
		return err
	}
	var idx, data []byte
	if _, err := w.row(`SELECT idx, data FROM records WHERE kind = ? AND id = ?`, []any{r.Kind, r.ID}, &idx, &data); err != nil {
		return err
	}
	old, err := unpackIndex(idx)
	if err != nil {
		return err
	}
	if !r.SameContent(store.Record{Index: old, Data: data}) {
		return fmt.Errorf("%w: record %s/%s exists with other content", store.ErrConflict, r.Kind, r.ID)
	}
	return nil
}

func (w *writer) replaceRecord(r store.Record) error {
	row, old, err := w.recordAt(r.Kind, r.ID, r.Rev)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("%w: it does not exist", store.ErrConflict)
	}
	if err != nil {
		return err
	}
	if _, err := w.exec(`UPDATE records SET rev = rev + 1, idx = ?, data = ? WHERE row = ?`, packIndex(r.Index), notNil(r.Data), row); err != nil {
		return err
	}
	return w.reindex(row, old, r)
}

// recordAt finds a record by its revision; the Record has no Data.
func (w *writer) recordAt(kind, id string, rev uint64) (row int64, r store.Record, err error) {
	var have int64
	var idx []byte
	r = store.Record{Kind: kind, ID: id}
	found, err := w.row(`SELECT row, rev, idx FROM records WHERE kind = ? AND id = ?`, []any{kind, id}, &row, &have, &idx)
	switch {
	case err != nil:
		return 0, r, err
	case !found:
		return 0, r, store.ErrNotFound
	case uint64(have) != rev:
		return 0, r, fmt.Errorf("%w: it is at rev %d", store.ErrConflict, have)
	}
	r.Rev = rev
	r.Index, err = unpackIndex(idx)
	return row, r, err
}

// reindex replaces the index entries of old by those of new.
func (w *writer) reindex(row int64, old, new store.Record) error {
	for _, name := range sortedNames(old.Index) {
		if v, ok := new.Index[name]; ok && v == old.Index[name] {
			continue
		}
		if _, err := w.exec(`DELETE FROM record_index WHERE kind = ? AND name = ? AND value = ? AND id = ?`, old.Kind, name, old.Index[name], old.ID); err != nil {
			return err
		}
	}
	for _, name := range sortedNames(new.Index) {
		if v, ok := old.Index[name]; ok && v == new.Index[name] {
			continue
		}
		if _, err := w.exec(`INSERT INTO record_index (kind, name, value, id, row) VALUES (?, ?, ?, ?, ?)`, new.Kind, name, new.Index[name], new.ID, row); err != nil {
			return err
		}
	}
	return nil
}

// Get implements [store.Records].
func (s *Store) Get(ctx context.Context, kind, id string) (store.Record, error) {
	r := store.Record{}
	err := store.CheckRef(kind, id)
	if err == nil {
		err = s.query(ctx, `SELECT id, rev, idx, data FROM records WHERE kind = ? AND id = ?`, []any{kind, id}, func(rows *sql.Rows) (_ bool, err error) {
			r, err = scanRecord(rows, kind)
			return false, err
		})
	}
	if err == nil && r.Rev == 0 {
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
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	found := make([]store.Record, 0, len(ids))
	for chunk := range slices.Chunk(ids, maxPage) {
		for _, id := range chunk {
			if err := store.CheckName("id", id); err != nil {
				return fail(err)
			}
		}
		list, err := json.Marshal(chunk)
		if err != nil {
			return fail(err)
		}
		err = s.query(ctx, `SELECT id, rev, idx, data FROM records WHERE kind = ? AND id IN (SELECT value FROM json_each(?))`,
			[]any{kind, string(list)}, func(rows *sql.Rows) (bool, error) {
				r, err := scanRecord(rows, kind)
				found = append(found, r)
				return true, err
			})
		if err != nil {
			return fail(err)
		}
	}
	return found, nil
}

func scanRecord(rows *sql.Rows, kind string, more ...any) (store.Record, error) {
	r := store.Record{Kind: kind}
	var rev int64
	var idx []byte
	if err := rows.Scan(append([]any{&r.ID, &rev, &idx, &r.Data}, more...)...); err != nil {
		return r, err
	}
	r.Rev = uint64(rev)
	var err error
	r.Index, err = unpackIndex(idx)
	return r, err
}

// packIndex writes name NUL value NUL …, by name; nil if there are none.
func packIndex(index map[string]string) []byte {
	var b []byte
	for _, name := range sortedNames(index) {
		b = append(append(b, name...), 0)
		b = append(append(b, index[name]...), 0)
	}
	return b
}

func unpackIndex(b []byte) (map[string]string, error) {
	if len(b) == 0 {
		return nil, nil
	}
	parts := strings.Split(string(b), "\x00")
	if len(parts)%2 == 0 || parts[len(parts)-1] != "" {
		return nil, fmt.Errorf("%w: index entries of a record", store.ErrCorrupt)
	}
	index := make(map[string]string, len(parts)/2)
	for i := 0; i+1 < len(parts); i += 2 {
		index[parts[i]] = parts[i+1]
	}
	return index, nil
}

func sortedNames(index map[string]string) []string {
	if len(index) == 0 {
		return nil
	}
	names := make([]string, 0, len(index))
	for name := range index {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// notNil keeps empty content apart from NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
