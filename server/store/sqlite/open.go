package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"veche/server/store"
)

// Files in the data directory. SQLite adds -wal and -shm beside DataFile.
const (
	DataFile = "veche.db"
	lockFile = "veche.lock"
)

// Options of [Open]. The zero value is what a server uses.
type Options struct {
	// Fault, if set, is asked before each commit of a group what is to go
	// wrong with it. For tests.
	Fault func() Fault
	// Log takes what nobody waits for: a clean-up that failed. Default
	// slog.Default(). Never keys or content.
	Log *slog.Logger
}

// Store is a [store.Store] in one SQLite file.
type Store struct {
	dir  string
	opts Options

	mu     sync.RWMutex // guards closed against calls that are under way
	closed bool

	reads *sql.DB
	stmts sync.Map // SQL → *sql.Stmt on reads

	ops     chan *op      // nil if read-only
	stopped chan struct{} // the committer has ended
	writes  *sql.DB
	w       *writer // the committer's own
	lock    *lock
	frozen  []string // parameters of every reading connection, see frozen
}

// frozen answers how a file is opened on a disk that can't be written: SQLite
// must then be told that nobody else writes it either, since it can't make the
// files beside it by which readers and writers get along. Where a write-ahead log
// is left it can't be read so.
func frozen(dir string) []string {
	s := Store{dir: dir}
	if info, err := os.Stat(s.path() + "-wal"); err == nil && info.Size() > 0 {
		return nil
	}
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_WRONLY, 0)
	if errors.Is(err, syscall.EROFS) {
		return []string{"immutable=1"}
	}
	if err == nil {
		_ = f.Close() // nothing was written
	}
	return nil
}

var _ store.Store = (*Store)(nil)

// Open opens the store in a data directory for reading and writing, makes
// both if they are missing, and brings the schema up to date. While it is
// open no other process can open it so.
func Open(ctx context.Context, dir string, opts Options) (_ *Store, err error) {
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	s := &Store{dir: dir, opts: opts, ops: make(chan *op, maxGroup), stopped: make(chan struct{})}
	if s.lock, err = takeLock(ctx, dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.closeFiles())
		}
	}()
	path := s.path()
	s.writes, err = sql.Open("sqlite", dsn(path, "_pragma=busy_timeout(10000)", "_pragma=journal_mode(wal)",
		"_pragma=synchronous(full)", "_pragma=secure_delete(on)", "_pragma=cache_size(-16000)", "_pragma=temp_store(memory)", "_pragma=wal_autocheckpoint(4000)"))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if s.w, err = openWriter(ctx, s.writes); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, translated(err))
	}
	if err = migrate(ctx, s.w.conn, path); err != nil {
		return nil, err
	}
	if err = s.w.tidy(); err != nil {
		if err = translated(err); !errors.Is(err, store.ErrFull) {
			return nil, fmt.Errorf("tidy %s: %w", path, err)
		}
		// What is there can be read, and written once there is room again.
		opts.Log.Error("sqlite: the disk is full, the data can be read only", "data", path, "error", err)
		if err = s.w.discard(); err != nil {
			return nil, err
		}
		s.w = nil
	}
	if err = s.openReads(); err != nil {
		return nil, err
	}
	go s.commitLoop()
	return s, nil
}

// OpenReadOnly opens the store of a data directory beside a process that may
// be writing it. Every change is refused with [store.ErrReadOnly].
func OpenReadOnly(ctx context.Context, dir string) (*Store, error) {
	s := &Store{dir: dir, opts: Options{Log: slog.Default()}}
	path := s.path()
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("no Veche data in %s: %w", dir, err)
	}
	if err := s.openReads(frozen(dir)...); err != nil {
		return nil, err
	}
	err := func() error {
		conn, err := s.reads.Conn(ctx)
		if err != nil {
			return fmt.Errorf("open %s: %w", path, translated(err))
		}
		defer conn.Close()
		version, err := checkVersion(ctx, conn, path)
		if err == nil && version < len(migrations) {
			err = fmt.Errorf("%s has schema %d, this binary reads %d: start the server once", path, version, len(migrations))
		}
		return err
	}()
	if err != nil {
		return nil, errors.Join(err, s.closeFiles())
	}
	return s, nil
}

// readerIdle is how long a reading connection that nobody uses keeps its memory.
const readerIdle = 2 * time.Second

// openReads opens the reading connections. Each has a cache of 2 MB: the system
// caches the file for all of them, and four times as much reads no faster.
func (s *Store) openReads(more ...string) (err error) {
	s.frozen = more
	s.reads, err = sql.Open("sqlite", dsn(s.path(), append(more, "mode=ro", "_pragma=busy_timeout(10000)", "_pragma=query_only(on)", "_pragma=cache_size(-2000)")...))
	if err != nil {
		return fmt.Errorf("open %s: %w", s.path(), err)
	}
	n := max(4, runtime.GOMAXPROCS(0))
	s.reads.SetMaxOpenConns(n)
	s.reads.SetMaxIdleConns(n)
	s.reads.SetConnMaxIdleTime(readerIdle)
	return nil
}

// Close implements [store.Store]. The log is merged into the database file,
// so a cleanly closed store is that one file.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	if s.ops != nil {
		close(s.ops)
		<-s.stopped
	}
	if err := s.closeFiles(); err != nil {
		return fmt.Errorf("close %s: %w", s.path(), err)
	}
	return nil
}

// closeFiles closes readers first: the last connection to close merges the
// write-ahead log, and only the writer may.
func (s *Store) closeFiles() error {
	var errs []error
	if s.reads != nil {
		s.stmts.Range(func(_, st any) bool {
			errs = append(errs, st.(*sql.Stmt).Close())
			return true
		})
		errs = append(errs, s.reads.Close())
	}
	if s.w != nil {
		errs = append(errs, s.w.close())
	}
	if s.writes != nil {
		errs = append(errs, s.writes.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.release())
	}
	return errors.Join(errs...)
}

func (s *Store) path() string { return filepath.Join(s.dir, DataFile) }

// dsn makes a data source name of a path, which may hold any character.
func dsn(path string, params ...string) string {
	p := filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" {
		p = "/" + p
	}
	u := url.URL{Path: p}
	return "file:" + u.EscapedPath() + "?" + strings.Join(params, "&")
}

// busy tells whether SQLite refused because another connection holds a lock.
func busy(err error) bool { return resultCode(err) == sqlite3.SQLITE_BUSY }

// sure tells whether SQLite is certain that a commit which failed stored nothing.
func sure(err error) bool {
	switch resultCode(err) {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY:
		return true
	}
	return false
}

// translated wraps what SQLite says of disk and file in the store's own words.
func translated(err error) error {
	var why error
	switch resultCode(err) {
	case sqlite3.SQLITE_FULL:
		why = store.ErrFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		why = store.ErrUnwritable
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		why = store.ErrCorrupt
	default:
		return err
	}
	return fmt.Errorf("%w: %w", why, err)
}

func resultCode(err error) int {
	var e *driver.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}
