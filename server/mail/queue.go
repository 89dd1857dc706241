package mail

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Records is what the queue lies in; see package privacy's interface of that name.
type Records interface {
	Load(ctx context.Context, kind, id string) (data []byte, rev uint64, err error)
	Save(ctx context.Context, kind, id string, rev uint64, data []byte) error
	Remove(ctx context.Context, kind, id string) error
	Each(ctx context.Context, kind, prefix string, f func(id string, data []byte) error) error
}

// Sealer seals what lies in the queue.
type Sealer interface {
	SealPassing(place string, plain []byte) ([]byte, error)
	OpenPassing(place string, sealed []byte) ([]byte, error)
}

// ErrFull says that too many messages wait.
var ErrFull = errors.New("too many messages wait to be sent: try again in some minutes")

const kindMail = "mail"

// mostWaiting bounds the queue, rescan is how often it is read from the store
// anew, for messages that another server of the installation has put there.
const (
	mostWaiting = 20_000
	rescan      = time.Minute
)

// waits are between attempts; the last goes on.
var waits = []time.Duration{5 * time.Second, 20 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute}

type entry struct {
	Sending bool      `json:"sending"` // a conversation about it has begun
	Tries   int       `json:"tries"`
	Next    time.Time `json:"next" class:"contact"`
	Expires time.Time `json:"expires" class:"contact"`
	Sealed  []byte    `json:"sealed" class:"contact"`
}

// Queue is messages that wait to be sent.
type Queue struct {
	records Records
	sealer  Sealer
	dial    func(context.Context) (wire, error)
	clock   func() time.Time
	log     *slog.Logger
	woken   chan struct{}
	shared  bool

	mu      sync.Mutex
	waiting map[string]time.Time // when each is due
	state   State
}

// State is how the queue does. Its times are since the program started, zero for never.
type State struct {
	Waiting int
	Sent    time.Time // when the last message was taken by the mail server
	Failed  time.Time // when the last attempt failed
}

// State answers how the queue does.
func (q *Queue) State() State {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := q.state
	s.Waiting = len(q.waiting)
	return s
}

// tried notes that an attempt succeeded or failed.
func (q *Queue) tried(sent bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if sent {
		q.state.Sent = q.clock()
	} else {
		q.state.Failed = q.clock()
	}
}

// NewQueue makes a queue that sends by s once it runs.
func NewQueue(records Records, sealer Sealer, s SMTP, clock func() time.Time, log *slog.Logger) *Queue {
	return &Queue{records: records, sealer: sealer, dial: s.dial, clock: clock, log: log, woken: make(chan struct{}, 1), waiting: map[string]time.Time{}}
}

// Share says that other servers send from the same queue. It must be called before
// Run.
func (q *Queue) Share() { q.shared = true }

// Put keeps a message until it is sent. Once it returns nil the message survives
// a crash.
func (q *Queue) Put(ctx context.Context, m Message) error {
	q.mu.Lock()
	full := len(q.waiting) >= mostWaiting
	q.mu.Unlock()
	if full {
		return ErrFull
	}
	id := strings.ToLower(rand.Text())
	plain, err := json.Marshal(m)
	if err != nil {
		return err
	}
	e := entry{Next: q.clock(), Expires: m.Expires}
	if e.Sealed, err = q.sealer.SealPassing(kindMail+"/"+id, plain); err != nil {
		return fmt.Errorf("mail: sealing a message: %w", err)
	}
	if err := q.save(ctx, id, 0, e); err != nil {
		return err
	}
	q.wait(id, e.Next)
	select {
	case q.woken <- struct{}{}:
	default:
	}
	return nil
}

func (q *Queue) save(ctx context.Context, id string, rev uint64, e entry) error {
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return q.records.Save(ctx, kindMail, id, rev, data)
}

func (q *Queue) wait(id string, due time.Time) {
	q.mu.Lock()
	q.waiting[id] = due
	q.mu.Unlock()
}

func (q *Queue) forget(id string) {
	q.mu.Lock()
	delete(q.waiting, id)
	q.mu.Unlock()
}

// Waiting is how many messages wait.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}

// Run sends what is due until ctx ends.
func (q *Queue) Run(ctx context.Context) {
	if err := q.recover(ctx); err != nil && ctx.Err() == nil {
		q.log.Error("the queue of mail could not be read", "error", err)
	}
	read := q.clock()
	for {
		next := q.sendDue(ctx)
		if now := q.clock(); now.Sub(read) >= rescan {
			read = now
			if err := q.scan(ctx); err != nil && ctx.Err() == nil {
				q.log.Error("the queue of mail could not be read", "error", err)
			}
		}
		timer := time.NewTimer(min(next, rescan))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-q.woken:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// recover reads the queue at the start and gives up what was being sent when the
// program ended.
func (q *Queue) recover(ctx context.Context) error {
	entries, err := q.entries(ctx)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		if e := entries[id]; e.Sending {
			if q.shared && q.clock().Before(e.Expires) {
				continue // another server may be sending it now
			}
			q.log.Warn("a message was being sent when the program ended: it is not sent again, for it may have been taken", "message", id)
			if err := q.records.Remove(ctx, kindMail, id); err != nil {
				return err
			}
			continue
		}
		q.wait(id, entries[id].Next)
	}
	return nil
}

// scan takes over what was put into the store by others.
func (q *Queue) scan(ctx context.Context) error {
	entries, err := q.entries(ctx)
	for id, e := range entries {
		if !e.Sending {
			q.wait(id, e.Next)
		}
	}
	return err
}

func (q *Queue) entries(ctx context.Context) (map[string]entry, error) {
	entries := map[string]entry{}
	err := q.records.Each(ctx, kindMail, "", func(id string, data []byte) error {
		var e entry
		if err := json.Unmarshal(data, &e); err != nil {
			return fmt.Errorf("mail: message %s is damaged: %w", id, err)
		}
		entries[id] = e
		return nil
	})
	return entries, err
}

// sendDue sends what is due in one conversation and answers how long it is until
// more is.
func (q *Queue) sendDue(ctx context.Context) time.Duration {
	next, now := rescan, q.clock()
	var due []string
	q.mu.Lock()
	for id, at := range q.waiting {
		if !at.After(now) {
			due = append(due, id)
		} else {
			next = min(next, at.Sub(now))
		}
	}
	slices.SortFunc(due, func(a, b string) int {
		if c := q.waiting[a].Compare(q.waiting[b]); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	q.mu.Unlock()
	if len(due) == 0 {
		return next
	}
	w, err := q.dial(ctx)
	if err != nil {
		q.tried(false)
		if ctx.Err() == nil {
			q.log.Error("mail waits", "messages", len(due), "error", err)
		}
		for _, id := range due {
			q.postpone(ctx, id)
		}
		return waits[0]
	}
	defer w.close()
	for _, id := range due {
		if ctx.Err() != nil {
			break
		}
		switch err := q.sendOne(ctx, w, id); {
		case errors.Is(err, errBroken):
			return 0 // the others may do better in a new one
		case err != nil:
			if ctx.Err() == nil {
				q.log.Error("the queue of mail can't be kept", "message", id, "error", err)
			}
			return waits[0]
		}
	}
	return 0
}

// postpone has a message wait on after the mail server could not be reached.
func (q *Queue) postpone(ctx context.Context, id string) {
	e, rev, err := q.load(ctx, id)
	if err == nil && rev != 0 && !e.Sending {
		err = q.again(ctx, id, rev, e)
	}
	if err != nil && ctx.Err() == nil {
		q.log.Error("the queue of mail can't be kept", "message", id, "error", err)
	}
}

func (q *Queue) load(ctx context.Context, id string) (e entry, rev uint64, err error) {
	data, rev, err := q.records.Load(ctx, kindMail, id)
	if err == nil && rev != 0 {
		err = json.Unmarshal(data, &e)
	}
	if err == nil && (rev == 0 || e.Sending) { // another server has it
		q.forget(id)
	}
	return e, rev, err
}

// again has a message wait for its next attempt, or gives it up.
func (q *Queue) again(ctx context.Context, id string, rev uint64, e entry) error {
	e.Sending = false
	e.Next = q.clock().Add(waits[min(e.Tries, len(waits)-1)])
	e.Tries++
	if e.Next.After(e.Expires) {
		q.log.Warn("a message was given up: it could not be sent in time", "message", id, "attempts", e.Tries)
		return q.drop(ctx, id)
	}
	if err := q.save(ctx, id, rev, e); err != nil {
		return err
	}
	q.wait(id, e.Next)
	return nil
}

func (q *Queue) drop(ctx context.Context, id string) error {
	q.forget(id)
	return q.records.Remove(ctx, kindMail, id)
}

// errBroken says that a conversation can't go on.
var errBroken = errors.New("mail: the conversation is broken")

// sendOne sends a message; an error is of the store, or errBroken.
func (q *Queue) sendOne(ctx context.Context, w wire, id string) error {
	e, rev, err := q.load(ctx, id)
	if err != nil || rev == 0 || e.Sending {
		return err
	}
	if q.clock().After(e.Expires) {
		q.log.Warn("a message was given up: it could not be sent in time", "message", id, "attempts", e.Tries)
		return q.drop(ctx, id)
	}
	plain, err := q.sealer.OpenPassing(kindMail+"/"+id, e.Sealed)
	if err != nil {
		q.log.Error("a message was given up: it does not open", "message", id)
		return q.drop(ctx, id)
	}
	var m Message
	if err := json.Unmarshal(plain, &m); err != nil {
		return err
	}
	e.Sending = true
	if err := q.save(ctx, id, rev, e); err != nil {
		return err // another server was first, or the disk is full: nothing was sent
	}
	sent := w.send(id, m)
	q.tried(sent == nil)
	// Whatever became of it must be written down though the program ends.
	ctx = context.WithoutCancel(ctx)
	var f *failure
	switch {
	case sent == nil:
		return q.drop(ctx, id)
	case !errors.As(sent, &f):
		f = &failure{step: "the message", result: unknown}
	}
	switch f.result {
	case refused:
		q.log.Warn("a message was given up", "message", id, "error", f)
		err = q.drop(ctx, id)
	case later:
		q.log.Warn("a message waits", "message", id, "error", f)
		err = q.again(ctx, id, rev+1, e)
	default:
		q.log.Warn("a message may have been taken: it is not sent again", "message", id, "error", f)
		err = q.drop(ctx, id)
	}
	if err == nil && f.code == 0 {
		err = errBroken
	}
	return err
}
