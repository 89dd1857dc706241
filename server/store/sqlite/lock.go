package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
)

// lock keeps a second writing process out of a data directory for as long as
// this one lives. It is an exclusive transaction on an empty database of its
// own, so it works wherever SQLite does, ends with the process however that
// ends, and leaves the real database open to readers.
type lock struct {
	db   *sql.DB
	conn *sql.Conn
}

// ErrInUse says that another process has a data directory open for writing.
var ErrInUse = errors.New("is in use by another veche process")

func takeLock(ctx context.Context, dir string) (*lock, error) {
	db, err := sql.Open("sqlite", dsn(filepath.Join(dir, lockFile), "_pragma=journal_mode(off)"))
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err == nil {
		if _, err = conn.ExecContext(ctx, "BEGIN EXCLUSIVE"); err == nil {
			return &lock{db: db, conn: conn}, nil
		}
		conn.Close()
	}
	db.Close()
	if busy(err) {
		return nil, fmt.Errorf("data directory %s %w: stop that one first", dir, ErrInUse)
	}
	return nil, fmt.Errorf("lock data directory %s: %w", dir, translated(err))
}

func (l *lock) release() error {
	_, err := l.conn.ExecContext(context.Background(), "ROLLBACK")
	if e := l.conn.Close(); err == nil {
		err = e
	}
	if e := l.db.Close(); err == nil {
		err = e
	}
	return err
}
