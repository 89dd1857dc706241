package journal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"veche/server/store"
	"veche/server/topic"
)

// The journal's own refusals.
var (
	// ErrRetry says that it is not known whether the command was written: send
	// it again with the same client id.
	ErrRetry = errors.New("the change could not be confirmed: send it again")
	// ErrBusy is an ErrRetry that was surely not written: the disk is behind.
	ErrBusy = fmt.Errorf("%w in a moment, for too many changes wait for the disk", ErrRetry)
	// ErrClosed says that the server is going down.
	ErrClosed = errors.New("the server is shutting down: send it again in a moment")
	// ErrReadOnly says that this journal only reads.
	ErrReadOnly = errors.New("the data is open for reading only")
	// ErrElsewhere says that another node owns the topic: nothing was done.
	ErrElsewhere = errors.New("another server has the topic: send it again")
)

// Committed is what was made durable by one batch, or the news that the topic
// was read anew under a higher epoch (Reset, no events).
type Committed struct {
	Topic string
	Epoch uint64
	Reset bool
	// Followed says that another node committed it, and Healed that it was read
	// in the log, so that Texts are missing.
	Followed, Healed bool
	// Events are shared: read them only. Texts are those that came with them.
	Events []topic.Event
	Texts  map[topic.Digest]Text
}

// Options are what a Journal needs besides its store.
type Options struct {
	// Owner names this run of this process; "" for a random name.
	Owner string
	// Clock is time.Now where nil.
	Clock func() time.Time
	// Reach is called with the time of a topic's newest event before this process
	// decides about the topic: Clock may be behind it. Nil for nobody.
	Reach func(time.Time)
	// Publish is called with every commit, in order for a topic, from the
	// topic's own goroutine: it must not block.
	Publish func(Committed)
	// Erasing is called before texts are destroyed that somebody asked to have
	// erased; if it fails they stay until the erasure is sent again.
	Erasing func(topicID, reason string, gone []topic.Digest) error
	// ReadOnly reads beside a process that owns the topics: no lease is
	// claimed, commands are refused, views stay as they were loaded.
	ReadOnly bool
	// Sole says that no other process can have the store open for writing, so
	// that another's lease is a dead one's and need not be waited for.
	Sole bool
	// Waiting is how many changes of one topic may wait for the disk, further ones
	// are refused with [ErrBusy]; 0 for [MaxWaiting].
	Waiting int
	// Peers are the other nodes over the same store; nil where there are none.
	Peers Peers
	Log   *slog.Logger
}

// Journal owns the live topics of one process.
type Journal struct {
	store   store.Store
	options Options

	mu     sync.Mutex
	topics map[string]*opening
	closed bool

	gone     map[string]bool // topics that are deleted, or were by this process
	troubles map[string]Trouble
	done     chan struct{}
	alive    sync.WaitGroup
}

// opening is a topic that is being loaded or is live.
type opening struct {
	loading *sequencer // from the start, so that what it is told meanwhile is not lost
	ready   chan struct{}
	seq     *sequencer
	err     error
}

// Open makes a journal over a store. Topics are loaded when first asked for.
func Open(s store.Store, o Options) *Journal {
	if o.Owner == "" {
		o.Owner = rand.Text()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Waiting == 0 {
		o.Waiting = MaxWaiting
	}
	if o.Publish == nil {
		o.Publish = func(Committed) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Journal{store: s, options: o, topics: map[string]*opening{}, troubles: map[string]Trouble{}, done: make(chan struct{})}
}

// Close ends every topic's sequencer after what it has begun, writes snapshots
// and gives the leases back.
func (j *Journal) Close() error {
	j.mu.Lock()
	if !j.closed {
		j.closed = true
		close(j.done)
	}
	j.mu.Unlock()
	j.alive.Wait()
	return nil
}

// Topics answers the ids of all topics, sorted, but for those that are known to
// be damaged: one must not keep the others from being read. See [Journal.Troubles].
func (j *Journal) Topics(ctx context.Context) ([]string, error) {
	ids, err := j.store.Topics(ctx)
	if err != nil {
		return nil, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.DeleteFunc(ids, func(id string) bool { return j.gone[id] || j.troubles[id].Damaged() }), nil
}

// Request is a command with its doer, the client's own id for it, and the texts
// that it names by digest.
type Request struct {
	Who      topic.Who
	ClientID string
	Command  topic.Command
	Texts    []Text
	// Quoted are texts that are there already and that the command shows again:
	// they are not stored, but come with what is published.
	Quoted []Text
}

// Ack says that a command is durable: the epoch, the seq of its last event, and
// the number of what it made. Repeated says that it was there already.
type Ack struct {
	Epoch    uint64 `json:"epoch"`
	Seq      uint64 `json:"seq"`
	Answer   uint64 `json:"-"`
	Repeated bool   `json:"-"`
}

// Create starts a new topic.
func (j *Journal) Create(ctx context.Context, r Request) (Ack, error) {
	c, ok := r.Command.(topic.Create)
	if !ok {
		return Ack{}, fmt.Errorf("journal: Create takes a topic.Create, not %T", r.Command)
	}
	if err := c.Settings.Validate(); err != nil {
		return Ack{}, err
	}
	for {
		q, err := j.open(ctx, c.Settings.ID, true)
		if topic.CodeOf(err) == topic.CodeNotFound {
			continue // someone looked for the topic a moment before it was there
		}
		if err != nil {
			return Ack{}, err
		}
		return q.submit(ctx, r)
	}
}

// Submit decides a command and waits until it is durable. Errors are a
// [*topic.Fault], [ErrRetry], [ErrClosed], or the context's.
func (j *Journal) Submit(ctx context.Context, topicID string, r Request) (Ack, error) {
	q, err := j.open(ctx, topicID, false)
	if err != nil {
		return Ack{}, err
	}
	return q.submit(ctx, r)
}

// View answers the committed state of a topic.
func (j *Journal) View(ctx context.Context, topicID string) (*View, error) {
	q, err := j.open(ctx, topicID, false)
	if err != nil {
		return nil, err
	}
	empty := false
	q.view.Read(func(s *topic.State, _ uint64) { empty = s.Seq == 0 })
	if empty { // it is being created
		return nil, NoTopic(topicID)
	}
	return &q.view, nil
}

// NoTopic says that a topic is not there, or not for who asks: nobody learns which.
func NoTopic(topicID string) error {
	return topic.NewFault(topic.CodeNotFound, "there is no topic %q", topicID)
}

// ReadAfter calls f with the committed events after seq, decoded.
func (j *Journal) ReadAfter(ctx context.Context, topicID string, seq uint64, f func(*topic.Event) error) error {
	return j.ReadBytesAfter(ctx, topicID, seq, func(n uint64, bytes []byte) error {
		e, err := topic.DecodeEvent(bytes, n)
		if err != nil {
			return err
		}
		return f(&e)
	})
}

// ReadBytes calls f with the canonical bytes of every committed event.
func (j *Journal) ReadBytes(ctx context.Context, topicID string, f func(seq uint64, event []byte) error) error {
	return j.ReadBytesAfter(ctx, topicID, 0, f)
}

// ReadBytesAfter is ReadBytes for the events after seq.
func (j *Journal) ReadBytesAfter(ctx context.Context, topicID string, seq uint64, f func(seq uint64, event []byte) error) error {
	return j.store.ReadAfter(ctx, topicID, seq, func(b store.Batch) error {
		return topic.ReadBatch(b.Bytes, b.First, func(n uint64, bytes []byte) error {
			if n <= seq {
				return nil
			}
			return f(n, bytes)
		})
	})
}

// open answers the topic's sequencer, loading the topic if it is not live.
func (j *Journal) open(ctx context.Context, topicID string, create bool) (*sequencer, error) {
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		return nil, ErrClosed
	}
	if j.gone[topicID] {
		j.mu.Unlock()
		return nil, errGone(topicID)
	}
	o := j.topics[topicID]
	if o == nil {
		o = &opening{ready: make(chan struct{}), loading: newSequencer(j, topicID)}
		j.topics[topicID] = o
		j.alive.Add(1)
		go j.load(topicID, create, o)
	}
	j.mu.Unlock()
	select {
	case <-o.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return o.seq, o.err
}

// load reads the topic and runs its sequencer until the journal closes.
func (j *Journal) load(topicID string, create bool, o *opening) {
	defer j.alive.Done()
	q := o.loading
	err := q.start(context.Background(), create)
	if err != nil {
		if diskWord(err) != nil && j.note(topicID, err) {
			j.options.Log.Error("a topic can't be opened", "topic", topicID, "error", err)
		}
		o.err = err
		j.forget(topicID, o)
		close(o.ready)
		return
	}
	o.seq = q
	close(o.ready)
	q.run()
	j.forget(topicID, o)
}

func (j *Journal) forget(topicID string, o *opening) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.topics[topicID] == o {
		delete(j.topics, topicID)
	}
}
