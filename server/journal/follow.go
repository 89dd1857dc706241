package journal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"veche/server/store"
	"veche/server/topic"
)

// Peers is what a journal needs to know of the other nodes over its store. Its
// own node goes by [Options].Owner. All methods may be called from many
// goroutines.
type Peers interface {
	// Holds says that the others take this node for alive, for sure and still for
	// a while, by a clock that nobody sets. It never waits.
	Holds() bool
	// Gone says that a node has stopped deciding for good. It never waits.
	Gone(owner string) bool
	// Forward has the owner of a topic do a request, once. [ErrElsewhere] if
	// that one does not own it; any other error that is neither the journal's
	// nor a [*topic.Fault] says that it was not reached, or its answer was lost.
	Forward(ctx context.Context, owner, topicID string, r Request) (Ack, error)
}

const (
	// forwardPatience is how long a request is tried for while a topic changes
	// hands.
	forwardPatience = 10 * time.Second
	forwardPause    = 50 * time.Millisecond
	// catchUp is how long a node that has forwarded a request waits for what
	// became of it to come over the bus, before it reads the log.
	catchUp = 100 * time.Millisecond
	// followEvery is how often a follower asks the log itself how far it is:
	// what the bus lost altogether is found by then.
	followEvery = time.Second
	// holdsEvery is how often an owner asks whether it may still own.
	holdsEvery = 100 * time.Millisecond
	// mostHealed is how many events are handed on one by one; where more were
	// missed the topic is begun anew.
	mostHealed = 4096
	// claimed is how far apart the ends of two leases of a topic lie. Among peers
	// an end is no time but a number that grows: a lease lasts until it is given
	// back or its owner is gone.
	claimed    = time.Hour
	readingLog = 20 * time.Second
)

// noTime stands for now where no clock is asked.
var noTime = time.UnixMilli(1)

// nodes is the part of a sequencer that is one of several over one store.
type nodes struct {
	owning bool // of run's goroutine
	claims chan chan error
	wake   chan struct{}

	mu       sync.Mutex
	owner    string // as last known, "" for unknown
	inbox    []Committed
	behind   bool          // the log has to be read
	advanced chan struct{} // closes when the view has changed
}

func (n *nodes) init() {
	n.claims, n.wake, n.advanced = make(chan chan error), make(chan struct{}, 1), make(chan struct{})
}

func (n *nodes) rouse() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

func (n *nodes) setOwner(owner string) {
	n.mu.Lock()
	n.owner = owner
	n.mu.Unlock()
}

func (n *nodes) knownOwner() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.owner
}

// moved tells those who wait for the view that it has changed.
func (n *nodes) moved() {
	n.mu.Lock()
	close(n.advanced)
	n.advanced = make(chan struct{})
	n.mu.Unlock()
}

// Hear takes what another node committed, as the bus brought it. It never waits.
func (j *Journal) Hear(c Committed) {
	c.Followed = true
	if q := j.loaded(c.Topic); q != nil {
		q.mu.Lock()
		if len(q.inbox) >= mostHealed { // it reads the log anyway
			clear(q.inbox)
			q.inbox, q.behind = q.inbox[:0], true
		}
		q.inbox = append(q.inbox, c)
		q.mu.Unlock()
		q.rouse()
		return
	}
	j.options.Publish(c) // nobody shows it here; what it starts may be of interest
}

// Look has the topics that are followed read the log: the bus has lost something.
func (j *Journal) Look() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, o := range j.topics {
		o.loading.look()
	}
}

func (q *sequencer) look() {
	q.mu.Lock()
	q.behind = true
	q.mu.Unlock()
	q.rouse()
}

func (j *Journal) loaded(topicID string) *sequencer {
	j.mu.Lock()
	defer j.mu.Unlock()
	if o := j.topics[topicID]; o != nil {
		return o.loading
	}
	return nil
}

// Owns says that this process decides about a topic, as far as it knows.
func (j *Journal) Owns(topicID string) bool {
	if j.options.Peers == nil {
		return !j.options.ReadOnly
	}
	q := j.loaded(topicID)
	return q != nil && q.knownOwner() == j.options.Owner
}

// SubmitHere is Submit for a request that another node has forwarded:
// [ErrElsewhere] if this one does not own the topic.
func (j *Journal) SubmitHere(ctx context.Context, topicID string, r Request) (Ack, error) {
	_, create := r.Command.(topic.Create)
	q, err := j.open(ctx, topicID, create)
	if err != nil {
		return Ack{}, err
	}
	return q.submitHere(ctx, r)
}

// submitAnywhere has the topic's owner decide, whichever node that is, and makes
// this one the owner where there is none. It tries on while the topic changes
// hands, if a second try can do no harm.
func (q *sequencer) submitAnywhere(ctx context.Context, r Request) (Ack, error) {
	j := q.journal
	late := time.NewTimer(forwardPatience)
	defer late.Stop()
	for {
		ack, err := q.submitOnce(ctx, r)
		again := errors.Is(err, ErrElsewhere) || errors.Is(err, ErrRetry) && !errors.Is(err, ErrBusy) && r.ClientID != ""
		if !again || ctx.Err() != nil {
			return ack, err
		}
		select {
		case <-time.After(forwardPause):
		case <-late.C:
			j.options.Log.Warn("a change found no server that has the topic", "topic", q.topic, "owner", q.knownOwner())
			return Ack{}, ErrRetry
		case <-ctx.Done():
			return Ack{}, ctx.Err()
		case <-j.done:
			return Ack{}, ErrClosed
		}
	}
}

// submitOnce is one try of submitAnywhere: [ErrElsewhere] if nothing was done,
// [ErrRetry] if it may have been.
func (q *sequencer) submitOnce(ctx context.Context, r Request) (Ack, error) {
	peers, self := q.journal.options.Peers, q.journal.options.Owner
	owner := q.knownOwner()
	if owner == "" || owner != self && peers.Gone(owner) {
		if err := q.askClaim(ctx); err != nil {
			return Ack{}, err
		}
		owner = q.knownOwner()
	}
	switch owner {
	case "":
		return Ack{}, ErrElsewhere
	case self:
		return q.submitHere(ctx, r)
	}
	ack, err := peers.Forward(ctx, owner, q.topic, r)
	switch {
	case err == nil:
		q.await(ctx, ack)
		return ack, nil
	case errors.Is(err, ErrElsewhere), errors.Is(err, ErrClosed):
		q.setOwner("") // it has given the topic up
		return Ack{}, ErrElsewhere
	case topic.CodeOf(err) != "", errors.Is(err, ErrRetry), diskWord(err) != nil, ctx.Err() != nil:
		return Ack{}, err
	}
	q.journal.options.Log.Warn("another server was not reached", "topic", q.topic, "owner", owner, "error", err)
	return Ack{}, ErrRetry
}

// askClaim has run's goroutine find out who owns the topic.
func (q *sequencer) askClaim(ctx context.Context) error {
	answer := make(chan error, 1)
	select {
	case q.claims <- answer:
	case <-ctx.Done():
		return ctx.Err()
	case <-q.ended:
		return q.over()
	}
	return <-answer
}

// await waits until the view shows what was acknowledged elsewhere, so that who
// asked for a change reads it.
func (q *sequencer) await(ctx context.Context, ack Ack) {
	deadline := time.After(forwardPatience)
	look := time.NewTimer(catchUp)
	defer look.Stop()
	for {
		q.mu.Lock()
		advanced := q.advanced
		q.mu.Unlock()
		there := false
		q.view.Read(func(s *topic.State, epoch uint64) { there = s.Seq >= ack.Seq && epoch >= ack.Epoch })
		if there {
			return
		}
		select {
		case <-advanced:
		case <-look.C:
			q.look()
			look.Reset(catchUp)
		case <-deadline:
			return
		case <-ctx.Done():
			return
		case <-q.ended:
			return
		}
	}
}

// runAmongPeers follows the topic while another node owns it, and decides and
// commits while this one does, until the journal closes.
func (q *sequencer) runAmongPeers() {
	poll, holds := time.NewTicker(followEvery), time.NewTicker(holdsEvery)
	defer poll.Stop()
	defer holds.Stop()
	q.follow() // what was told while it was loaded
	for {
		select {
		case <-q.journal.done:
			q.finish()
			return
		case <-q.retired:
			q.finish()
			return
		default:
		}
		select {
		case c := <-q.accepting():
			if q.keepOwning() {
				q.decide(c)
			} else {
				c.answer <- answer{err: ErrElsewhere}
			}
		case err := <-q.results:
			q.committed(err)
		case answer := <-q.claims:
			answer <- q.claimAmongPeers()
		case <-q.wake:
			q.follow()
		case <-poll.C:
			q.askLog()
		case <-holds.C:
			q.keepOwning()
		case <-q.journal.done:
			q.finish()
			return
		case <-q.retired:
			q.finish()
			return
		}
		q.proceed()
	}
}

// keepOwning says whether this node owns the topic, and gives it up if it no
// longer may.
func (q *sequencer) keepOwning() bool {
	if q.owning && !q.journal.options.Peers.Holds() {
		q.stepDown(errors.New("the other servers may take this one for dead"))
	}
	return q.owning
}

// stepDown drops what is pending and follows. Who waited for what is on its way
// to the disk can't know what becomes of it; the rest was not done.
func (q *sequencer) stepDown(cause error) {
	q.journal.options.Log.Warn("a topic was given up", "topic", q.topic, "epoch", q.epoch, "error", cause)
	if q.flight != nil {
		for _, w := range q.flight.waiting {
			w.call.answer <- answer{err: refused(cause)}
		}
	}
	for _, w := range q.next.waiting {
		w.call.answer <- answer{err: ErrElsewhere}
	}
	if q.held != nil {
		q.held.answer <- answer{err: ErrElsewhere}
	}
	q.results = make(chan error, 1) // nobody waits for the batch in flight
	q.flight, q.next, q.held, q.state, q.owning = nil, batch{}, nil, nil, false
	q.setOwner("")
	q.look()
}

// claimAmongPeers takes the topic if nobody has it. Afterwards the owner is
// known, unless there is an error.
func (q *sequencer) claimAmongPeers() error {
	j, self := q.journal, q.journal.options.Owner
	if q.owning {
		return nil
	}
	if !j.options.Peers.Holds() {
		return ErrElsewhere
	}
	ctx, cancel := context.WithTimeout(context.Background(), readingLog)
	defer cancel()
	epoch, err := j.store.Claim(ctx, leaseName(q.topic), self, claimed, noTime)
	var held *store.HeldError
	if errors.As(err, &held) && j.options.Peers.Gone(held.Owner) {
		epoch, err = j.store.Claim(ctx, leaseName(q.topic), self, claimed, held.Until.Add(time.Millisecond))
	}
	if errors.As(err, &held) {
		q.setOwner(held.Owner)
		return nil
	}
	if err == nil {
		q.owning = true // what it is told of no longer counts
		if err = q.heal(ctx, epoch); err == nil {
			err = q.depart(epoch)
		}
		if err == nil {
			err = q.finishErasures(ctx)
		}
	}
	if err != nil {
		q.owning = false
		q.setOwner("")
		j.note(q.topic, err)
		j.options.Log.Error("a topic could not be taken", "topic", q.topic, "error", err)
		return ErrElsewhere
	}
	j.note(q.topic, nil)
	q.setOwner(self)
	j.options.Log.Info("a topic was taken", "topic", q.topic, "epoch", epoch)
	return nil
}

// askLog asks how far the log is.
func (q *sequencer) askLog() {
	if q.owning {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), followEvery)
	defer cancel()
	tail, err := q.journal.store.Tail(ctx, q.topic)
	if err == nil && (tail.Last > q.view.state.Seq || tail.Epoch > q.view.epoch) {
		q.mu.Lock()
		q.behind = true
		q.mu.Unlock()
		q.follow()
	}
}

// follow takes in what other nodes have committed.
func (q *sequencer) follow() {
	q.mu.Lock()
	inbox, behind := q.inbox, q.behind
	q.inbox, q.behind = nil, false
	q.mu.Unlock()
	if q.owning { // the words of an owner that was
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), readingLog)
	defer cancel()
	heal := func(epoch uint64) bool {
		if err := q.heal(ctx, epoch); err != nil {
			q.journal.options.Log.Warn("a topic is behind", "topic", q.topic, "error", err)
			return false
		}
		return true
	}
	if behind && !heal(0) {
		return // the next look at the log finds it
	}
	for i := range inbox {
		c := &inbox[i]
		seq, epoch := q.view.state.Seq, q.view.epoch
		switch {
		case c.Epoch == epoch && len(c.Events) > 0 && c.Events[0].Seq == seq+1:
			q.view.apply(c.Events, q.view.batch+1)
			q.journal.options.Publish(*c)
			q.moved()
		case c.Epoch > epoch, len(c.Events) > 0 && c.Events[len(c.Events)-1].Seq > seq:
			if !heal(c.Epoch) {
				return
			}
		}
	}
}

// heal reads what the view lacks of the log and hands it on. The view then is of
// that epoch at least.
func (q *sequencer) heal(ctx context.Context, epoch uint64) error {
	seq, batchNo := q.view.state.Seq, q.view.batch
	was := q.view.epoch
	epoch = max(epoch, was)
	var events []topic.Event
	missed := 0
	grow := func() {
		if len(events) > 0 {
			q.view.apply(events, batchNo)
		}
	}
	err := q.journal.store.ReadAfter(ctx, q.topic, seq, func(b store.Batch) error {
		if b.No != batchNo+1 {
			return fmt.Errorf("the log of topic %s lacks batch %d", q.topic, batchNo+1)
		}
		before := len(events)
		err := topic.ReadBatch(b.Bytes, b.First, func(seq uint64, bytes []byte) error {
			e, err := topic.DecodeEvent(bytes, seq)
			if err == nil {
				events = append(events, e)
			}
			return err
		})
		if err != nil {
			events = events[:before]
			return err
		}
		missed += len(events) - before
		batchNo, epoch = b.No, max(epoch, b.Epoch)
		if missed > mostHealed {
			grow()
			events = events[:0:0]
		}
		return nil
	})
	grow() // also what was read before it failed
	q.view.setEpoch(epoch)
	switch {
	case epoch > was || missed > mostHealed:
		q.journal.options.Publish(Committed{Topic: q.topic, Epoch: epoch, Reset: true, Followed: !q.owning})
		if epoch > was && !q.owning {
			q.setOwner("") // it has changed hands
		}
	case len(events) > 0:
		q.journal.options.Publish(Committed{Topic: q.topic, Epoch: epoch, Events: events, Followed: true, Healed: true})
	}
	if epoch > was || missed > 0 {
		q.moved()
	}
	return err
}
