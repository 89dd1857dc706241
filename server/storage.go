package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"veche/server/store"
	"veche/server/store/mongo"
	"veche/server/store/move"
	"veche/server/store/sqlite"
)

// SQLite is the name of the store in the data directory itself.
const SQLite = "sqlite"

// OfMongoDB says whether a store's name is the address of a MongoDB.
func OfMongoDB(name string) bool {
	return strings.HasPrefix(name, "mongodb://") || strings.HasPrefix(name, "mongodb+srv://")
}

// openStore opens where an installation's data is kept. lost, nil where that
// cannot be, closes when another process has taken the database over.
func openStore(ctx context.Context, o Options) (s store.Store, lost <-chan struct{}, err error) {
	switch {
	case o.shared != nil:
		t, err := takeTenure(ctx, o.shared, o.Node.Name != "", o.Clock, o.Log)
		if err != nil {
			return nil, nil, err
		}
		return t, t.lost, nil
	case OfMongoDB(o.Store):
		if err := os.MkdirAll(o.Data, 0o700); err != nil { // for keys and desk
			return nil, nil, fmt.Errorf("make data directory: %w", err)
		}
		db, err := mongo.Open(ctx, o.Store, mongo.Options{Log: o.Log, ReadOnly: o.ReadOnly})
		if err != nil {
			return nil, nil, err
		}
		if err := move.Whole(ctx, db); err != nil {
			return nil, nil, errors.Join(err, db.Close())
		}
		if o.ReadOnly {
			return db, nil, nil
		}
		t, err := takeTenure(ctx, db, o.Node.Name != "", o.Clock, o.Log)
		if err != nil {
			return nil, nil, errors.Join(err, db.Close())
		}
		return t, t.lost, nil
	case o.Store != "" && o.Store != SQLite:
		return nil, nil, fmt.Errorf("the store %q is not known: want %s or mongodb://host:port/database", o.Store, SQLite)
	case o.ReadOnly:
		s, err = sqlite.OpenReadOnly(ctx, o.Data)
	default:
		s, err = sqlite.Open(ctx, o.Data, sqlite.Options{Log: o.Log, Fault: o.fault})
	}
	if err != nil {
		return nil, nil, err
	}
	if err := move.Whole(ctx, s); err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return s, nil, nil
}

const (
	tenureName  = "installation"
	tenureTTL   = 15 * time.Second
	tenureRenew = 5 * time.Second
	tenurePause = 500 * time.Millisecond
)

// tenure is a shared database of which this process is the only writer, as the
// lock file makes it of a data directory, or one of several that know of each
// other.
type tenure struct {
	store.Store
	several bool
	owner   string
	epoch   uint64
	clock   func() time.Time
	log     *slog.Logger
	lost    chan struct{}
	stop    chan struct{}
	done    chan struct{}
	once    sync.Once
}

// together is the owner's name of all processes that know of each other.
const together = "several nodes"

// takeTenure waits for the lease of a process that was killed to run out, and
// refuses where another keeps renewing its own.
func takeTenure(ctx context.Context, s store.Store, several bool, clock func() time.Time, log *slog.Logger) (*tenure, error) {
	t := &tenure{Store: s, several: several, owner: rand.Text(), clock: clock, log: log, lost: make(chan struct{}), stop: make(chan struct{}), done: make(chan struct{})}
	if several {
		t.owner = together
	}
	var first time.Time
	for {
		epoch, err := s.Claim(ctx, tenureName, t.owner, tenureTTL, clock())
		if err == nil {
			t.epoch = epoch
			go t.keep()
			return t, nil
		}
		var held *store.HeldError
		if !errors.As(err, &held) {
			return nil, err
		}
		if first.IsZero() {
			first = held.Until
			log.Warn("another veche process had the database: waiting whether it goes on", "until", held.Until)
		} else if held.Until.After(first) {
			return nil, errors.New("the database is in use by another veche process: stop that one first, or run all with --node")
		}
		select {
		case <-time.After(tenurePause):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (t *tenure) keep() {
	defer close(t.done)
	tick := time.NewTicker(tenureRenew)
	defer tick.Stop()
	for {
		select {
		case <-t.stop:
			return
		case <-tick.C:
		}
		var err error
		if t.several { // each of them prolongs it for all
			_, err = t.Claim(context.Background(), tenureName, t.owner, tenureTTL, t.clock())
		} else {
			err = t.Renew(context.Background(), tenureName, t.owner, t.epoch, tenureTTL, t.clock())
		}
		if errors.Is(err, store.ErrLost) || errors.Is(err, store.ErrHeld) {
			t.log.Error("another veche process has taken the database over", "error", err)
			close(t.lost)
			return
		}
		if err != nil { // it is asked again; until then the log itself is the fence
			t.log.Warn("the database's lease was not renewed", "error", err)
		}
	}
}

// Close gives the database back.
func (t *tenure) Close() error {
	var err error
	t.once.Do(func() {
		close(t.stop)
		<-t.done
		if t.several { // it runs out with the last of them
			return
		}
		err = t.Release(context.Background(), tenureName, t.owner, t.epoch)
		if errors.Is(err, store.ErrLost) {
			err = nil
		}
	})
	return errors.Join(err, t.Store.Close())
}

// errTakenOver ends a server whose database another process writes.
var errTakenOver = errors.New("another veche process has taken the database over: see which one is meant to run, and start that one alone")
