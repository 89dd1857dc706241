package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/x/mongo/driver/auth"
	"go.mongodb.org/mongo-driver/x/mongo/driver/topology"

	"veche/server/store"
)

const (
	firstPause = 20 * time.Millisecond
	mostPause  = time.Second
	// attempts is how often a change is tried that the server refuses with an
	// error of no known kind, which may come of a race.
	attempts = 4
)

// passing are the codes of failures that another attempt may not meet: those
// of https://github.com/mongodb/specifications (retryable reads and writes),
// and write conflicts.
var passing = []int{
	6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, // hosts, network, elections
	63, 150, 13388, // a chunk is moving to another shard
	64, 100, // a majority did not answer in time
	112, 24, 46, 50, 134, 217, 246, // conflicts, locks, limits of time
}

// transient says whether another attempt may succeed.
func transient(err error) bool {
	if err == nil {
		return false
	}
	if refusedSignIn(err) {
		return false
	}
	if mongo.IsNetworkError(err) || mongo.IsTimeout(err) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	var selection topology.ServerSelectionError
	var connection topology.ConnectionError
	var pool topology.WaitQueueTimeoutError
	if errors.As(err, &selection) || errors.As(err, &connection) || errors.As(err, &pool) {
		return true
	}
	var answer mongo.ServerError
	if !errors.As(err, &answer) {
		// Not an answer of the server: the connection broke in some way.
		return !errors.Is(err, mongo.ErrNoDocuments) && !errors.Is(err, mongo.ErrClientDisconnected) && !errors.Is(err, store.ErrCorrupt)
	}
	return answer.HasErrorLabel("RetryableWriteError") || answer.HasErrorLabel("TransientTransactionError") ||
		slices.ContainsFunc(passing, answer.HasErrorCode)
}

// refusedSignIn says whether the server knows the name or the password not.
func refusedSignIn(err error) bool {
	var refused *auth.Error
	return errors.As(err, &refused)
}

// sent says whether a change that failed so may have been stored, or may yet be.
func sent(err error) bool {
	var selection topology.ServerSelectionError
	if errors.As(err, &selection) {
		return false
	}
	var write mongo.WriteException
	var bulk mongo.BulkWriteException
	switch {
	case errors.As(err, &write):
		return write.WriteConcernError != nil
	case errors.As(err, &bulk):
		return true
	}
	var answer mongo.ServerError
	return !errors.As(err, &answer) || transient(err)
}

// patience measures the time a call may spend on failures that pass.
type patience struct {
	until time.Time
	pause time.Duration
}

func (s *Store) newPatience() patience {
	return patience{until: time.Now().Add(s.patience), pause: firstPause}
}

// wait pauses before another attempt; false if there is no time for one.
func (p *patience) wait(ctx context.Context) bool {
	if time.Now().Add(p.pause).After(p.until) {
		return false
	}
	select {
	case <-time.After(p.pause):
	case <-ctx.Done():
		return false
	}
	p.pause = min(2*p.pause, mostPause)
	return true
}

// once runs one round trip, which Close awaits.
func (s *Store) once(ctx context.Context, f func(context.Context) error) error {
	end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	attempt, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	err = f(attempt)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	return err
}

// read runs f until it succeeds or fails for good. f may run several times.
func (s *Store) read(ctx context.Context, f func(context.Context) error) error {
	p := s.newPatience()
	for {
		err := s.once(ctx, f)
		if err == nil || context.Cause(ctx) != nil || errors.Is(err, store.ErrClosed) || !transient(err) || !p.wait(ctx) {
			return err
		}
	}
}

// repeat runs a change that may be made any number of times with one effect.
func (s *Store) repeat(ctx context.Context, f func(context.Context) error) error {
	if s.readOnly {
		return store.ErrReadOnly
	}
	return s.read(context.WithoutCancel(ctx), f)
}

// found is what a look at the stored state says of a change.
type found int

const (
	isStored found = iota + 1 // it is there
	isAbsent                  // it is not, and may be made again
	isUnsure                  // what would tell has been overwritten or deleted
)

// errRefused is answered by an attempt whose condition was not met.
var errRefused = errors.New("the condition of the change is not met")

// change makes a change that takes effect at most once however often it is
// sent, until it is certain what became of it. try makes one attempt. After any
// failure look tells what is stored; an error of look that is one of the
// store's is the change's answer. Once begun it does not heed ctx.
func (s *Store) change(ctx context.Context, try func(context.Context) error, look func(context.Context) (found, error)) error {
	if s.readOnly {
		return store.ErrReadOnly
	}
	end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer end() // one hold for all attempts: Close lets a begun change end
	ctx = context.WithoutCancel(ctx)
	attempt := func(f func(context.Context) error) error {
		ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
		defer cancel()
		return f(ctx)
	}
	p := s.newPatience()
	unsure := false // some attempt may have been stored
	for n := 1; ; n++ {
		err := attempt(try)
		if err == nil {
			return nil
		}
		known := errors.Is(err, errRefused) || mongo.IsDuplicateKeyError(err)
		unsure = unsure || !known && sent(err)
		var state found
		lookErr := attempt(func(ctx context.Context) (err error) { state, err = look(ctx); return err })
		switch {
		case lookErr != nil && settled(lookErr):
			if errors.Is(lookErr, store.ErrNotFound) && unsure {
				return fmt.Errorf("%w: it was sent, and is gone now", store.ErrOutcomeUnknown)
			}
			return lookErr
		case lookErr != nil && !transient(lookErr):
			return outcome(unsure, errors.Join(err, lookErr))
		case lookErr == nil && state == isStored:
			return nil
		case lookErr == nil && state == isUnsure:
			if unsure {
				return fmt.Errorf("%w: others have changed it since it was sent", store.ErrOutcomeUnknown)
			}
			return fmt.Errorf("%w: another change came first", store.ErrConflict)
		}
		// Absent, or not to be seen now. What was refused though nothing is seen
		// against it was overtaken by a change that no majority holds yet.
		if !known && !transient(err) && n >= attempts || !p.wait(ctx) {
			return outcome(unsure || known, err)
		}
	}
}

// settled says whether a look's error is the answer itself.
func settled(err error) bool {
	return errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrHeld) ||
		errors.Is(err, store.ErrLost) || errors.Is(err, store.ErrCorrupt)
}

func outcome(unsure bool, err error) error {
	if unsure {
		return fmt.Errorf("%w: %w", store.ErrOutcomeUnknown, err)
	}
	return err
}
