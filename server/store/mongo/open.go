package mongo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/readpref"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/x/mongo/driver/connstring"

	"veche/server/store"
)

// Names of what a database holds.
const (
	batchesName = "batches"
	recordsName = "records"
	blobsName   = "blobs"
	chunksName  = "chunks"
	uploadsName = "uploads"
	leasesName  = "leases"
	metaName    = "meta"
)

// DefaultDatabase is used where the address names none.
const DefaultDatabase = "veche"

const (
	defaultPatience  = 45 * time.Second
	attemptTimeout   = 15 * time.Second
	selectionTimeout = 5 * time.Second
	leastWireVersion = 9 // MongoDB 4.4
)

// Options are what may be said of a store; the zero value is right for most.
type Options struct {
	Log *slog.Logger
	// Patience is how long a call goes on through failures that pass, such as
	// the election of a new primary; 45 s if zero.
	Patience time.Duration
	// ReadOnly refuses every change, also of the schema.
	ReadOnly bool
}

// Store keeps everything in one MongoDB database.
type Store struct {
	client   *mongo.Client
	db       *mongo.Database
	log      *slog.Logger
	patience time.Duration
	readOnly bool

	batches, records, blobs, chunks, uploads, leases *mongo.Collection

	mu     sync.RWMutex // held for reading while a round trip runs
	closed bool

	tailsMu sync.Mutex
	tails   map[string]store.Batch // last batches known to be stored, without Bytes

	indexesMu sync.Mutex
	indexes   map[string]bool // names that are indexed
}

var _ store.Store = (*Store)(nil)

// Open connects to the database of a mongodb:// or mongodb+srv:// address and
// brings its schema up to date. What the address says of concerns and retries
// is overruled.
func Open(ctx context.Context, address string, o Options) (*Store, error) {
	parsed, err := connstring.ParseAndValidate(address)
	if err != nil {
		return nil, fmt.Errorf("the store's address %s can't be used: %w: want mongodb://host:port/database", Redact(address), hide(err, address))
	}
	name := parsed.Database
	if name == "" {
		name = DefaultDatabase
	}
	journaled := writeconcern.Majority()
	journaled.Journal = new(true)
	if o.Patience <= 0 {
		o.Patience = defaultPatience
	}
	client, err := mongo.Connect(ctx, options.Client().ApplyURI(address).
		SetAppName("veche").
		SetWriteConcern(journaled).
		SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary()).
		SetRetryWrites(true).
		SetRetryReads(true).
		SetServerSelectionTimeout(min(selectionTimeout, o.Patience)))
	if err != nil {
		return nil, fmt.Errorf("the store's address %s can't be used: %w", Redact(address), hide(err, address))
	}
	s := &Store{client: client, db: client.Database(name), log: o.Log, patience: o.Patience, readOnly: o.ReadOnly,
		tails: map[string]store.Batch{}, indexes: map[string]bool{}}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	for name, c := range map[string]**mongo.Collection{batchesName: &s.batches, recordsName: &s.records, blobsName: &s.blobs,
		chunksName: &s.chunks, uploadsName: &s.uploads, leasesName: &s.leases} {
		*c = s.db.Collection(name)
	}
	if err := s.prepare(ctx); err != nil {
		err = fmt.Errorf("open the store at %s: %w", Redact(address), hide(err, address))
		return nil, errors.Join(err, client.Disconnect(context.WithoutCancel(ctx)))
	}
	return s, nil
}

// prepare checks the server and the schema.
func (s *Store) prepare(ctx context.Context) error {
	var hello struct {
		MaxWireVersion int64  `bson:"maxWireVersion"`
		SetName        string `bson:"setName"`
		Msg            string `bson:"msg"`
	}
	err := s.read(ctx, func(ctx context.Context) error {
		return s.client.Database("admin").RunCommand(ctx, bson.D{{Key: "hello", Value: int64(1)}}).Decode(&hello)
	})
	if err != nil {
		return fmt.Errorf("the server does not answer: %w", err)
	}
	if hello.MaxWireVersion < leastWireVersion {
		return fmt.Errorf("the server is older than MongoDB 4.4: use a newer one")
	}
	if hello.SetName == "" && hello.Msg != "isdbgrid" {
		s.log.Warn("the database is no replica set: what is acknowledged lies on one machine only")
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if s.readOnly {
		return nil
	}
	return s.sweep(ctx)
}

// Close implements [store.Store].
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), attemptTimeout)
	defer cancel()
	if err := s.client.Disconnect(ctx); err != nil {
		return fmt.Errorf("close the store: %w", err)
	}
	return nil
}

// begin lets a call run until the function it answers is called.
func (s *Store) begin(ctx context.Context) (end func(), err error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	if s.closed {
		s.mu.RUnlock()
		return nil, store.ErrClosed
	}
	return s.mu.RUnlock, nil
}

// Redact is an address without its password, for logs and errors.
func Redact(address string) string {
	u, err := url.Parse(address)
	if err == nil {
		return u.Redacted()
	}
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return "(unreadable)"
	}
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		rest = "xxxxx@" + rest[at+1:]
	}
	return scheme + "://" + rest
}

// redactedError says what another error does without the password.
type redactedError struct {
	error
	text string
}

func (e redactedError) Error() string { return e.text }
func (e redactedError) Unwrap() error { return e.error }

// hide keeps the address and its password out of an error's text.
func hide(err error, address string) error {
	text := strings.ReplaceAll(err.Error(), address, Redact(address))
	if _, rest, ok := strings.Cut(address, "://"); ok {
		if at := strings.LastIndex(rest, "@"); at >= 0 {
			if _, password, ok := strings.Cut(rest[:at], ":"); ok && password != "" {
				text = strings.ReplaceAll(text, password, "xxxxx")
			}
		}
	}
	return redactedError{err, text}
}
