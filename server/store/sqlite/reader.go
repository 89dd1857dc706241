package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"

	"veche/server/store"
)

// What is read before a connection is given back and the caller sees it: a
// reading that lasts never keeps the write-ahead log from being merged, nor a
// connection from a caller's own nested call.
const (
	maxPage      = 512
	maxPageBytes = 4 << 20
)

// query runs one statement on a reading connection and calls each for its
// rows until it returns false.
func (s *Store) query(ctx context.Context, q string, args []any, each func(*sql.Rows) (more bool, err error)) error {
	err := s.rows(ctx, q, args, each)
	if resultCode(err) == sqlite3.SQLITE_CORRUPT || resultCode(err) == sqlite3.SQLITE_NOTADB {
		err = translated(err)
	}
	return err
}

func (s *Store) rows(ctx context.Context, q string, args []any, each func(*sql.Rows) (more bool, err error)) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return store.ErrClosed
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	st, err := s.readStmt(ctx, q)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		more, err := each(rows)
		if err != nil {
			return err
		}
		if !more {
			return rows.Close()
		}
	}
	return rows.Err()
}

func (s *Store) readStmt(ctx context.Context, q string) (*sql.Stmt, error) {
	if st, ok := s.stmts.Load(q); ok {
		return st.(*sql.Stmt), nil
	}
	st, err := s.reads.PrepareContext(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	if have, ok := s.stmts.LoadOrStore(q, st); ok {
		return have.(*sql.Stmt), st.Close()
	}
	return st, nil
}

// scanOne is an each for a query of one row and column.
func scanOne(dest any) func(*sql.Rows) (bool, error) {
	return func(rows *sql.Rows) (bool, error) { return false, rows.Scan(dest) }
}
