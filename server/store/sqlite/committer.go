package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"veche/server/store"
)

const (
	maxGroup      = 512      // ops in one transaction
	maxGroupBytes = 16 << 20 // of content in one transaction
	scrubAfter    = time.Second
)

// op is one change that somebody waits for.
type op struct {
	do     func(*writer) error
	multi  bool // writes more than one row: undone by itself if it fails half-way
	erases bool // destroys content: the write-ahead log must forget it too
	size   int  // bytes of content

	state atomic.Int32
	err   error
	done  chan struct{}
}

const (
	opQueued = iota
	opTaken
	opCancelled
)

// submit hands an op to the committer and waits for its commit. Until the
// committer takes it the context can still stop it; after that the answer is
// awaited, which takes one commit.
func (s *Store) submit(ctx context.Context, o *op) error {
	if s.ops == nil {
		return store.ErrReadOnly
	}
	o.done = make(chan struct{})
	if err := s.enqueue(ctx, o); err != nil {
		return err
	}
	select {
	case <-o.done:
	case <-ctx.Done():
		if o.state.CompareAndSwap(opQueued, opCancelled) {
			return context.Cause(ctx)
		}
		<-o.done
	}
	return o.err
}

func (s *Store) enqueue(ctx context.Context, o *op) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return store.ErrClosed
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	select {
	case s.ops <- o:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// commitLoop runs until ops is closed and empty. It commits at once when
// idle; what arrives meanwhile shares the next transaction.
func (s *Store) commitLoop() {
	defer close(s.stopped)
	scrub := time.NewTimer(time.Hour)
	scrub.Stop()
	defer scrub.Stop()
	waiting := false
	group := make([]*op, 0, maxGroup)
	for {
		select {
		case o, ok := <-s.ops:
			if !ok {
				return
			}
			group = s.commit(o, group[:0])
			for i, o := range group {
				if o.erases && o.err == nil && !waiting {
					waiting = true
					scrub.Reset(scrubAfter)
				}
				close(o.done)
				group[i] = nil
			}
		case <-scrub.C:
			if waiting = !s.scrub(); waiting {
				scrub.Reset(scrubAfter)
			}
		}
	}
}

// commit runs first and what else is queued in one transaction, and returns
// them with their errors set.
func (s *Store) commit(first *op, group []*op) []*op {
	failAll := func(err error) []*op {
		for _, o := range group {
			o.err = err
		}
		return group
	}
	begun, changed, size := false, false, 0
	for o := first; o != nil; o = s.next() {
		if !o.state.CompareAndSwap(opQueued, opTaken) {
			continue
		}
		group = append(group, o)
		if !begun {
			if err := s.begin(); err != nil {
				return failAll(fmt.Errorf("begin: %w", translated(err)))
			}
			begun = true
		}
		o.err = s.w.run(o)
		if o.err != nil && !refusal(o.err) {
			err := fmt.Errorf("write rolled back: %w", translated(o.err))
			s.drop()
			return failAll(err)
		}
		changed = changed || o.err == nil
		if size += o.size; len(group) == maxGroup || size >= maxGroupBytes {
			break
		}
	}
	if !begun {
		return group
	}
	if !changed {
		if _, err := s.w.exec("ROLLBACK"); err != nil {
			s.drop()
		}
		return group
	}
	if err := s.end(); err != nil {
		s.drop()
		return failAll(err)
	}
	return group
}

// next returns the next queued op, or nil if there is none now. It lets the
// writers that the last commit has just woken have their say first: a group
// of one followed by a group of all the others costs two commits.
func (s *Store) next() *op {
	for range 2 {
		select {
		case o := <-s.ops: // nil once closed and empty
			return o
		default:
			runtime.Gosched()
		}
	}
	return nil
}

func (s *Store) begin() (err error) {
	if s.w == nil {
		if s.w, err = openWriter(context.Background(), s.writes); err != nil {
			return err
		}
	}
	if _, err = s.w.exec("BEGIN IMMEDIATE"); err != nil {
		s.drop()
	}
	return err
}

// end commits. An error that is not known to mean "nothing was stored" is
// store.ErrOutcomeUnknown: after a failed fsync nobody knows what the disk
// holds.
func (s *Store) end() error {
	fault := FaultNone
	if s.opts.Fault != nil {
		fault = s.opts.Fault()
	}
	switch fault {
	case FaultAbort:
		return errInjected
	case FaultLost:
		return fmt.Errorf("%w: %w", store.ErrOutcomeUnknown, errInjected)
	}
	_, err := s.w.exec("COMMIT")
	switch {
	case err == nil && fault == FaultStored:
		return fmt.Errorf("%w: %w", store.ErrOutcomeUnknown, errInjected)
	case err == nil:
		return nil
	case sure(err):
		return fmt.Errorf("commit: %w", translated(err))
	}
	return fmt.Errorf("%w: commit: %w", store.ErrOutcomeUnknown, err)
}

// drop throws the connection away, with its open transaction and all that is
// remembered of it; the next group opens another.
func (s *Store) drop() {
	if err := s.w.discard(); err != nil {
		s.opts.Log.Error("sqlite: close a failed connection", "error", err)
	}
	s.w = nil
}

// scrub empties the write-ahead log, which still holds what was erased, and
// tells whether it could.
func (s *Store) scrub() bool {
	if s.w == nil {
		return false
	}
	ok, err := s.w.truncate()
	if err != nil {
		s.opts.Log.Error("sqlite: overwrite erased content", "error", err)
	}
	return ok
}

// refusal tells an answer (the op changed nothing and said why) from a failure
// of the database, after which the transaction is not to be trusted.
func refusal(err error) bool {
	for _, e := range []error{store.ErrConflict, store.ErrNotFound, store.ErrHeld, store.ErrLost, store.ErrInvalid} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
