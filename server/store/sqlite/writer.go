package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"veche/server/store"
)

// writer is the one connection that writes, with its prepared statements and
// what it remembers of the log's ends. Only the committer uses it. It takes no
// context: a statement of a transaction that others share is never
// interrupted.
type writer struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	tails map[string]*tail
}

// tail is a topic's id and last batch. Nobody else writes the file, so it is
// read once.
type tail struct {
	id   int64
	last store.Batch
}

const maxTails = 1 << 14

func openWriter(ctx context.Context, db *sql.DB) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &writer{conn: conn, stmts: map[string]*sql.Stmt{}, tails: map[string]*tail{}}, nil
}

// run does one op inside the transaction; if it fails, its own writes are
// undone.
func (w *writer) run(o *op) error {
	if !o.multi {
		return o.do(w)
	}
	if _, err := w.exec("SAVEPOINT op"); err != nil {
		return err
	}
	err := o.do(w)
	if err != nil {
		if _, e := w.exec("ROLLBACK TO op"); e != nil {
			return e
		}
	}
	if _, e := w.exec("RELEASE op"); e != nil {
		return e
	}
	return err
}

func (w *writer) stmt(q string) (*sql.Stmt, error) {
	st := w.stmts[q]
	if st == nil {
		var err error
		if st, err = w.conn.PrepareContext(context.Background(), q); err != nil {
			return nil, err
		}
		w.stmts[q] = st
	}
	return st, nil
}

// exec runs a statement and returns the number of rows it changed.
func (w *writer) exec(q string, args ...any) (int64, error) {
	st, err := w.stmt(q)
	if err != nil {
		return 0, err
	}
	res, err := st.Exec(args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// insert runs an INSERT and returns the new row's key.
func (w *writer) insert(q string, args ...any) (int64, error) {
	st, err := w.stmt(q)
	if err != nil {
		return 0, err
	}
	res, err := st.Exec(args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// row reads one row into dest and tells whether there is one.
func (w *writer) row(q string, args []any, dest ...any) (bool, error) {
	st, err := w.stmt(q)
	if err != nil {
		return false, err
	}
	switch err := st.QueryRow(args...).Scan(dest...); {
	case err == nil:
		return true, nil
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	default:
		return false, err
	}
}

// tidy removes what a killed process has left behind: chunks of blobs that
// were never finished, and erased content in the write-ahead log.
func (w *writer) tidy() error {
	if _, err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for {
		var id int64
		found, err := w.row(`SELECT id FROM blobs WHERE digest IS NULL LIMIT 1`, nil, &id)
		if err != nil {
			return err
		}
		if !found {
			break
		}
		if err := w.deleteBlob(id); err != nil {
			return err
		}
	}
	if _, err := w.exec("COMMIT"); err != nil {
		return err
	}
	_, err := w.truncate()
	return err
}

// truncate merges the write-ahead log into the file and empties it, and tells
// whether it could: a reader may stand in the way.
func (w *writer) truncate() (bool, error) {
	// Never prepared: SQLite runs this pragma while it compiles it.
	wait := func(ms int) error {
		_, err := w.conn.ExecContext(context.Background(), fmt.Sprintf("PRAGMA busy_timeout = %d", ms))
		return err
	}
	if err := wait(50); err != nil {
		return false, err
	}
	var blocked, frames, moved int
	_, err := w.row("PRAGMA wal_checkpoint(TRUNCATE)", nil, &blocked, &frames, &moved)
	if e := wait(10000); err == nil {
		err = e
	}
	return err == nil && blocked == 0, err
}

func (w *writer) close() error {
	var errs []error
	for _, st := range w.stmts {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, w.conn.Close())...)
}

// discard closes the connection for good instead of giving it back to the
// pool.
func (w *writer) discard() error {
	var errs []error
	for _, st := range w.stmts {
		errs = append(errs, st.Close())
	}
	err := w.conn.Raw(func(any) error { return driver.ErrBadConn })
	if err != nil && !errors.Is(err, driver.ErrBadConn) {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
