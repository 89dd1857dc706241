// Package served lets several processes share one store over a network, for
// tests of several nodes where there is no database server: one process has the
// store, the others ask it.
//
// It is no way to run an installation: whoever reaches the address reads and
// writes everything, and a listing is held in memory whole.
//
// # Design
//
// A call is one request over TCP and its answer, in gob. Where the connection
// breaks under a change, or takes too long, the answer is
// store.ErrOutcomeUnknown, as with any database behind a network; reads fail.
// Nothing is tried twice: those who use a store must cope with that.
package served

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"veche/server/store"
)

// Wait is how long an answer is waited for.
const Wait = 2 * time.Second

// page is how many batches one reading of a log brings at most.
const page = 200

// ask is a call of any method of a store.
type ask struct {
	Method  string
	Batch   store.Batch
	Rows    []store.Record
	Seq     uint64
	Name    string // topic, kind, digest or lease
	ID      string // or index, or owner
	IDs     []string
	Range   store.Range
	Limit   int
	Rev     uint64 // or epoch
	Content []byte
	TTL     time.Duration
	Now     time.Time
}

// told is the answer.
type told struct {
	Batches []store.Batch
	Rows    []store.Record
	Names   []string
	Content []byte
	Number  uint64
	Failed  string
	Known   []int // which of known the error is
	Held    *store.HeldError
}

var known = []error{store.ErrNotFound, store.ErrConflict, store.ErrHeld, store.ErrLost, store.ErrOutcomeUnknown, store.ErrClosed, store.ErrReadOnly,
	store.ErrInvalid, store.ErrDigest, store.ErrCorrupt, store.ErrFull, store.ErrUnwritable}

// failure is an error of the far store.
type failure struct {
	text  string
	known []int
	held  *store.HeldError
}

func (f *failure) Error() string { return f.text }

// Is makes errors.Is true for what the far error was.
func (f *failure) Is(target error) bool {
	for _, n := range f.known {
		if n >= 0 && n < len(known) && known[n] == target {
			return true
		}
	}
	return false
}

// As makes errors.As find the holder of a lease.
func (f *failure) As(target any) bool {
	h, ok := target.(**store.HeldError)
	if ok && f.held != nil {
		*h = f.held
		return true
	}
	return false
}

// Serve answers calls on a store until the listener is closed and all who are
// connected are gone.
func Serve(l net.Listener, s store.Store) {
	var open sync.WaitGroup
	var mu sync.Mutex
	conns := map[net.Conn]bool{}
	for {
		c, err := l.Accept()
		if err != nil {
			break
		}
		mu.Lock()
		conns[c] = true
		mu.Unlock()
		open.Go(func() {
			defer func() {
				mu.Lock()
				delete(conns, c)
				mu.Unlock()
				_ = c.Close()
			}()
			in, out := gob.NewDecoder(c), gob.NewEncoder(c)
			for {
				var a ask
				if in.Decode(&a) != nil {
					return
				}
				if out.Encode(answer(s, a)) != nil {
					return
				}
			}
		})
	}
	mu.Lock()
	for c := range conns {
		_ = c.Close()
	}
	mu.Unlock()
	open.Wait()
}

var errPage = errors.New("the page is full")

func answer(s store.Store, a ask) (t told) {
	ctx := context.Background()
	var err error
	switch a.Method {
	case "append":
		err = s.AppendBatch(ctx, a.Batch, a.Rows)
	case "read":
		err = s.ReadAfter(ctx, a.Name, a.Seq, func(b store.Batch) error {
			t.Batches = append(t.Batches, b)
			if len(t.Batches) == page {
				return errPage
			}
			return nil
		})
		if errors.Is(err, errPage) {
			err = nil
		}
	case "tail":
		t.Batches = make([]store.Batch, 1)
		t.Batches[0], err = s.Tail(ctx, a.Name)
	case "topics":
		t.Names, err = s.Topics(ctx)
	case "insert":
		err = s.Insert(ctx, a.Rows)
	case "put":
		t.Number, err = s.PutIfRev(ctx, a.Rows[0])
	case "get":
		t.Rows = make([]store.Record, 1)
		t.Rows[0], err = s.Get(ctx, a.Name, a.ID)
	case "get-many":
		t.Rows, err = s.GetMany(ctx, a.Name, a.IDs)
	case "list":
		err = s.List(ctx, a.Name, a.ID, a.Range, a.Limit, func(r store.Record) error {
			t.Rows = append(t.Rows, r)
			return nil
		})
	case "delete":
		err = s.Delete(ctx, a.Name, a.ID, a.Rev)
	case "purge":
		err = s.Purge(ctx, a.Name, a.ID)
	case "drop-log":
		err = s.DropLog(ctx, a.Name)
	case "put-blob":
		err = s.PutBlob(ctx, a.Name, bytes.NewReader(a.Content))
	case "get-blob":
		var blob io.ReadCloser
		if blob, err = s.GetBlob(ctx, a.Name); err == nil {
			t.Content, err = io.ReadAll(blob)
			err = errors.Join(err, blob.Close())
		}
	case "delete-blob":
		err = s.DeleteBlob(ctx, a.Name)
	case "claim":
		t.Number, err = s.Claim(ctx, a.Name, a.ID, a.TTL, a.Now)
	case "renew":
		err = s.Renew(ctx, a.Name, a.ID, a.Rev, a.TTL, a.Now)
	case "release":
		err = s.Release(ctx, a.Name, a.ID, a.Rev)
	default:
		err = fmt.Errorf("%w: method %q", store.ErrInvalid, a.Method)
	}
	if err != nil {
		t.Failed = err.Error()
		for n, k := range known {
			if errors.Is(err, k) {
				t.Known = append(t.Known, n)
			}
		}
		var held *store.HeldError
		if errors.As(err, &held) {
			t.Held = held
		}
	}
	return t
}

// Store asks a store that another process serves.
type Store struct {
	address string

	mu     sync.Mutex
	closed bool
	idle   []*line
	wg     sync.WaitGroup // calls under way
}

type line struct {
	net.Conn
	in  *gob.Decoder
	out *gob.Encoder
}

var _ store.Store = (*Store)(nil)

// Open answers the store that is served at an address. It does not look whether
// it is.
func Open(address string) *Store { return &Store{address: address} }

func (s *Store) line() (*line, error) {
	s.mu.Lock()
	if n := len(s.idle); n > 0 {
		l := s.idle[n-1]
		s.idle = s.idle[:n-1]
		s.mu.Unlock()
		return l, nil
	}
	s.mu.Unlock()
	c, err := net.DialTimeout("tcp", s.address, Wait)
	if err != nil {
		return nil, err
	}
	return &line{Conn: c, in: gob.NewDecoder(c), out: gob.NewEncoder(c)}, nil
}

func (s *Store) call(ctx context.Context, a ask) (t told, err error) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return t, store.ErrClosed
	}
	s.wg.Add(1)
	s.mu.Unlock()
	defer s.wg.Done()
	if err := ctx.Err(); err != nil {
		return t, err
	}
	l, err := s.line()
	if err != nil {
		return t, fmt.Errorf("the served store is not reached: %w", err)
	}
	deadline := time.Now().Add(Wait)
	if d, ok := ctx.Deadline(); ok && reads[a.Method] && d.Before(deadline) {
		deadline = d
	}
	err = l.SetDeadline(deadline)
	if err == nil {
		err = l.out.Encode(a)
	}
	if err == nil {
		err = l.in.Decode(&t)
	}
	if err != nil {
		_ = l.Close()
		if !reads[a.Method] {
			err = fmt.Errorf("%w: %w", store.ErrOutcomeUnknown, err)
		}
		return told{}, fmt.Errorf("the served store did not answer: %w", err)
	}
	s.mu.Lock()
	s.idle = append(s.idle, l)
	s.mu.Unlock()
	if t.Failed != "" {
		return t, &failure{text: t.Failed, known: t.Known, held: t.Held}
	}
	return t, nil
}

var reads = map[string]bool{"read": true, "tail": true, "topics": true, "get": true, "get-many": true, "list": true, "get-blob": true}

// AppendBatch implements [store.Log].
func (s *Store) AppendBatch(ctx context.Context, b store.Batch, rows []store.Record) error {
	_, err := s.call(ctx, ask{Method: "append", Batch: b, Rows: rows})
	return err
}

// ReadAfter implements [store.Log].
func (s *Store) ReadAfter(ctx context.Context, topic string, seq uint64, f func(store.Batch) error) error {
	for {
		t, err := s.call(ctx, ask{Method: "read", Name: topic, Seq: seq})
		if err != nil {
			return err
		}
		for _, b := range t.Batches {
			if err := f(b); err != nil {
				return err
			}
			seq = b.Last
		}
		if len(t.Batches) < page {
			return nil
		}
	}
}

// Tail implements [store.Log].
func (s *Store) Tail(ctx context.Context, topic string) (store.Batch, error) {
	t, err := s.call(ctx, ask{Method: "tail", Name: topic})
	if err != nil {
		return store.Batch{}, err
	}
	return t.Batches[0], nil
}

// Topics implements [store.Log].
func (s *Store) Topics(ctx context.Context) ([]string, error) {
	t, err := s.call(ctx, ask{Method: "topics"})
	return t.Names, err
}

// Insert implements [store.Records].
func (s *Store) Insert(ctx context.Context, rows []store.Record) error {
	_, err := s.call(ctx, ask{Method: "insert", Rows: rows})
	return err
}

// PutIfRev implements [store.Records].
func (s *Store) PutIfRev(ctx context.Context, r store.Record) (uint64, error) {
	t, err := s.call(ctx, ask{Method: "put", Rows: []store.Record{r}})
	return t.Number, err
}

// Get implements [store.Records].
func (s *Store) Get(ctx context.Context, kind, id string) (store.Record, error) {
	t, err := s.call(ctx, ask{Method: "get", Name: kind, ID: id})
	if err != nil {
		return store.Record{}, err
	}
	return t.Rows[0], nil
}

// GetMany implements [store.Records].
func (s *Store) GetMany(ctx context.Context, kind string, ids []string) ([]store.Record, error) {
	t, err := s.call(ctx, ask{Method: "get-many", Name: kind, IDs: ids})
	return t.Rows, err
}

// List implements [store.Records].
func (s *Store) List(ctx context.Context, kind, index string, r store.Range, limit int, f func(store.Record) error) error {
	t, err := s.call(ctx, ask{Method: "list", Name: kind, ID: index, Range: r, Limit: limit})
	if err != nil {
		return err
	}
	for _, x := range t.Rows {
		if err := f(x); err != nil {
			return err
		}
	}
	return nil
}

// Delete implements [store.Records].
func (s *Store) Delete(ctx context.Context, kind, id string, rev uint64) error {
	_, err := s.call(ctx, ask{Method: "delete", Name: kind, ID: id, Rev: rev})
	return err
}

// Purge implements [store.Records].
func (s *Store) Purge(ctx context.Context, kind, prefix string) error {
	_, err := s.call(ctx, ask{Method: "purge", Name: kind, ID: prefix})
	return err
}

// DropLog implements [store.Log].
func (s *Store) DropLog(ctx context.Context, topic string) error {
	_, err := s.call(ctx, ask{Method: "drop-log", Name: topic})
	return err
}

// PutBlob implements [store.Blobs].
func (s *Store) PutBlob(ctx context.Context, digest string, r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	_, err = s.call(ctx, ask{Method: "put-blob", Name: digest, Content: b})
	return err
}

// GetBlob implements [store.Blobs].
func (s *Store) GetBlob(ctx context.Context, digest string) (io.ReadCloser, error) {
	t, err := s.call(ctx, ask{Method: "get-blob", Name: digest})
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(t.Content)), nil
}

// DeleteBlob implements [store.Blobs].
func (s *Store) DeleteBlob(ctx context.Context, digest string) error {
	_, err := s.call(ctx, ask{Method: "delete-blob", Name: digest})
	return err
}

// Claim implements [store.Leases].
func (s *Store) Claim(ctx context.Context, name, owner string, ttl time.Duration, now time.Time) (uint64, error) {
	t, err := s.call(ctx, ask{Method: "claim", Name: name, ID: owner, TTL: ttl, Now: now})
	return t.Number, err
}

// Renew implements [store.Leases].
func (s *Store) Renew(ctx context.Context, name, owner string, epoch uint64, ttl time.Duration, now time.Time) error {
	_, err := s.call(ctx, ask{Method: "renew", Name: name, ID: owner, Rev: epoch, TTL: ttl, Now: now})
	return err
}

// Release implements [store.Leases].
func (s *Store) Release(ctx context.Context, name, owner string, epoch uint64) error {
	_, err := s.call(ctx, ask{Method: "release", Name: name, ID: owner, Rev: epoch})
	return err
}

// Close implements [store.Store]; the store that is served stays open.
func (s *Store) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.wg.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.idle {
		_ = l.Close()
	}
	s.idle = nil
	return nil
}
