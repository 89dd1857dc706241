package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
)

// Bare inserts rows into one table of the same engine, under the same settings,
// all that come while one transaction is written in the next, and does nothing
// else. It is what measurements of durable changes are held against.
type Bare struct {
	db    *sql.DB
	conn  *sql.Conn
	stmts [3]*sql.Stmt // begin, insert, commit
	rows  chan bareRow
	ended chan struct{}
}

type bareRow struct {
	key   any
	bytes []byte
	done  chan error
}

const bareGroup = 512 // rows of a transaction, at most

// OpenBare makes the table in an empty directory.
func OpenBare(ctx context.Context, dir string) (*Bare, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "bare.db")+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=wal_autocheckpoint(4000)")
	if err != nil {
		return nil, err
	}
	b := &Bare{db: db, rows: make(chan bareRow, bareGroup), ended: make(chan struct{})}
	if b.conn, err = db.Conn(ctx); err == nil {
		_, err = b.conn.ExecContext(ctx, "CREATE TABLE log (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT")
	}
	for i, q := range []string{"BEGIN IMMEDIATE", "INSERT INTO log VALUES (?, ?)", "COMMIT"} {
		if err == nil {
			b.stmts[i], err = b.conn.PrepareContext(ctx, q)
		}
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	go b.loop()
	return b, nil
}

// Insert returns once the row is on the disk. A nil key is the next one.
func (b *Bare) Insert(key any, bytes []byte) error {
	r := bareRow{key, bytes, make(chan error, 1)}
	b.rows <- r
	return <-r.done
}

// Close ends it; no Insert may be under way.
func (b *Bare) Close() error {
	close(b.rows)
	<-b.ended
	return errors.Join(b.conn.Close(), b.db.Close())
}

func (b *Bare) loop() {
	defer close(b.ended)
	for first := range b.rows {
		group := []bareRow{first}
		for more := true; more && len(group) < bareGroup; {
			select {
			case r, open := <-b.rows:
				if more = open; open {
					group = append(group, r)
				}
			default:
				more = false
			}
		}
		err := b.write(group)
		for _, r := range group {
			r.done <- err
		}
	}
}

func (b *Bare) write(group []bareRow) error {
	if _, err := b.stmts[0].Exec(); err != nil {
		return err
	}
	for _, r := range group {
		if _, err := b.stmts[1].Exec(r.key, r.bytes); err != nil {
			return err
		}
	}
	_, err := b.stmts[2].Exec()
	return err
}
