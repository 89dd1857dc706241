package journal

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"veche/server/store"
	"veche/server/topic"
)

// What one batch collects at most. A single command may exceed it: its events
// never straddle batches.
const (
	MaxBatch      = 512
	maxBatchBytes = 2 << 20
)

// MaxWaiting is how many changes of a topic wait for the disk at most: a hall of
// 10,000 who all act in one moment, and some. A change of 4 KiB each, that is 64 MiB.
const MaxWaiting = 16_384

const (
	leaseTTL   = 15 * time.Second
	renewEvery = 5 * time.Second
	// retryLoad is the pause before a failed recovery is tried again; it doubles
	// up to maxRetryLoad.
	retryLoad    = 200 * time.Millisecond
	maxRetryLoad = 3 * time.Second
)

// sequencer owns one live topic: its pending state belongs to run's goroutine.
type sequencer struct {
	journal *Journal
	topic   string
	view    View

	requests chan *call
	waiting  atomic.Int64  // calls that are not answered yet
	results  chan error    // of the batch in flight
	ended    chan struct{} // closed once no call will be answered any more
	retired  chan struct{} // closed when the topic is deleted
	retiring sync.Once

	state   *topic.State // pending
	epoch   uint64
	batchNo uint64 // of the last batch in pending state
	next    batch  // collecting
	held    *call  // would have made next too large, nil for none
	flight  *batch // being written, nil when idle
	saved   uint64 // seq of the last snapshot
	stuck   error  // why the topic could be read but not owned, nil once it is

	nodes // of several over one store
}

// call is a request that waits for its answer.
type call struct {
	Request
	answer chan answer // buffered: answering never waits
}

type answer struct {
	ack Ack
	err error
}

// batch is what will be, or is being, written at once.
type batch struct {
	events  []topic.Event
	bytes   []byte // canonical, made once
	texts   map[topic.Digest]Text
	quoted  map[topic.Digest]bool // those of texts that are stored already
	waiting []waiter
}

type waiter struct {
	call *call
	ack  Ack
}

func newSequencer(j *Journal, topicID string) *sequencer {
	q := &sequencer{journal: j, topic: topicID, requests: make(chan *call, 256), results: make(chan error, 1), ended: make(chan struct{}), retired: make(chan struct{})}
	q.nodes.init()
	return q
}

func (q *sequencer) submit(ctx context.Context, r Request) (Ack, error) {
	if q.journal.options.ReadOnly {
		return Ack{}, ErrReadOnly
	}
	if q.journal.options.Peers != nil {
		return q.submitAnywhere(ctx, r)
	}
	return q.submitHere(ctx, r)
}

// submitHere has this process's own sequencer decide.
func (q *sequencer) submitHere(ctx context.Context, r Request) (Ack, error) {
	if q.waiting.Add(1) > int64(q.journal.options.Waiting) {
		q.waiting.Add(-1)
		return Ack{}, ErrBusy
	}
	defer q.waiting.Add(-1)
	c := &call{Request: r, answer: make(chan answer, 1)}
	select {
	case q.requests <- c:
	case <-ctx.Done():
		return Ack{}, ctx.Err()
	case <-q.journal.done:
		return Ack{}, ErrClosed
	case <-q.ended:
		return Ack{}, q.over()
	}
	select {
	case a := <-c.answer:
		return a.ack, a.err
	case <-ctx.Done():
		return Ack{}, ctx.Err()
	case <-q.ended:
	}
	select {
	case a := <-c.answer: // both at once
		return a.ack, a.err
	default: // it came when nobody took calls any more
		return Ack{}, q.over()
	}
}

// retire ends the sequencer of a topic that is deleted.
func (q *sequencer) retire() { q.retiring.Do(func() { close(q.retired) }) }

// over is what callers hear once the sequencer has ended.
func (q *sequencer) over() error {
	select {
	case <-q.retired:
		return errGone(q.topic)
	default:
		return ErrClosed
	}
}

// run decides and commits until the journal closes.
func (q *sequencer) run() {
	defer close(q.ended)
	if q.journal.options.Peers != nil {
		q.runAmongPeers()
		return
	}
	renew := time.NewTicker(renewEvery)
	defer renew.Stop()
	if q.stuck != nil {
		q.fail(&batch{}, q.stuck)
	}
	for {
		select {
		case <-q.journal.done: // before all else: the state may be of a recovery that was broken off
			q.finish()
			return
		case <-q.retired:
			q.finish()
			return
		default:
		}
		select {
		case c := <-q.accepting():
			q.decide(c)
		case err := <-q.results:
			q.committed(err)
		case <-renew.C:
			q.renew()
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

// accepting is where calls come from, nil while the batch is full: the committer
// has to catch up.
func (q *sequencer) accepting() chan *call {
	if q.held != nil || len(q.next.events) >= MaxBatch || len(q.next.bytes) >= maxBatchBytes {
		return nil
	}
	return q.requests
}

// proceed writes what is collected if nothing is in flight, and takes up the
// call that had no room in it.
func (q *sequencer) proceed() {
	for {
		if q.flight == nil && len(q.next.waiting) > 0 {
			q.write()
		}
		c := q.held
		if c == nil || len(q.next.waiting) > 0 {
			return
		}
		q.held = nil
		q.decide(c)
	}
}

// decide turns a call into events of the next batch, or refuses it.
func (q *sequencer) decide(c *call) {
	d, err := q.state.Decide(c.Command, topic.Input{Who: c.Who, Time: q.journal.options.Clock().UnixMilli(), ClientID: c.ClientID})
	if err != nil {
		c.answer <- answer{err: err}
		return
	}
	w := waiter{call: c, ack: Ack{Epoch: q.epoch, Seq: d.Seq, Answer: d.Answer, Repeated: d.Repeated}}
	if d.Repeated {
		if !q.undurable() {
			c.answer <- answer{ack: w.ack}
			return
		}
		// What it repeats may still be on its way to the disk: wait with it.
		q.next.waiting = append(q.next.waiting, w)
		return
	}
	if n := len(q.next.events); n > 0 && n+len(d.Events) > MaxBatch {
		q.held = c // for the next batch, decided anew
		return
	}
	for i := range d.Events {
		w.ack.Answer = q.state.Apply(&d.Events[i])
	}
	q.next.events = append(q.next.events, d.Events...)
	q.next.bytes = topic.AppendBatch(q.next.bytes, d.Events)
	for _, t := range c.Texts {
		if q.next.texts == nil {
			q.next.texts = map[topic.Digest]Text{}
		}
		q.next.texts[t.Digest()] = t
	}
	for _, t := range c.Quoted {
		if q.next.texts == nil {
			q.next.texts = map[topic.Digest]Text{}
		}
		if q.next.quoted == nil {
			q.next.quoted = map[topic.Digest]bool{}
		}
		q.next.texts[t.Digest()], q.next.quoted[t.Digest()] = t, true
	}
	q.next.waiting = append(q.next.waiting, w)
}

// undurable says that the pending state is ahead of the disk.
func (q *sequencer) undurable() bool { return q.flight != nil || len(q.next.events) > 0 }

// write hands the collected batch to the committer.
func (q *sequencer) write() {
	b := q.next
	q.next = batch{}
	q.flight = &b
	if len(b.events) == 0 { // only repeats, of what is durable by now
		q.results <- nil
		return
	}
	q.batchNo++
	record := store.Batch{
		Topic: q.topic, No: q.batchNo, Epoch: q.epoch,
		First: b.events[0].Seq, Last: b.events[len(b.events)-1].Seq,
		Bytes: b.bytes,
	}
	rows := make([]store.Record, 0, len(b.texts))
	for d, t := range b.texts { // rows of one batch have no order
		if !b.quoted[d] {
			rows = append(rows, t.record(q.topic))
		}
	}
	results := q.results // of this tenure
	go func() { results <- q.journal.store.AppendBatch(context.Background(), record, rows) }()
}

// committed ends the batch in flight: on success the view, the callers and the
// world learn of it; on failure everything pending is dropped.
func (q *sequencer) committed(err error) {
	b := q.flight
	q.flight = nil
	if err != nil {
		q.fail(b, err)
		return
	}
	if len(b.events) > 0 {
		q.view.apply(b.events, q.batchNo)
	}
	for _, w := range b.waiting {
		w.call.answer <- answer{ack: w.ack}
	}
	if len(b.events) > 0 {
		q.journal.options.Publish(Committed{Topic: q.topic, Epoch: q.epoch, Events: b.events, Texts: b.texts})
		q.snapshotWhenDue()
	}
}

// fail drops the pending state, tells everyone waiting to send again, and reads
// the log anew under a higher epoch.
func (q *sequencer) fail(flight *batch, cause error) {
	j := q.journal
	j.note(q.topic, cause)
	if j.options.Peers != nil { // another node may have it by now: whoever comes next sees
		q.flight = flight
		q.stepDown(cause)
		return
	}
	j.options.Log.Error("commit failed, reading the log again", "topic", q.topic, "epoch", q.epoch, "error", cause)
	for _, b := range []*batch{flight, &q.next} {
		for _, w := range b.waiting {
			w.call.answer <- answer{err: refused(cause)}
		}
	}
	if q.held != nil {
		q.held.answer <- answer{err: refused(cause)}
	}
	q.next, q.held = batch{}, nil
	for wait := retryLoad; ; wait = min(2*wait, maxRetryLoad) {
		err := q.recover(context.Background())
		if err == nil && q.stuck != nil { // it was not done at the start
			err = q.finishErasures(context.Background())
		}
		if err == nil {
			break
		}
		if cause = err; j.note(q.topic, err) || wait == retryLoad {
			j.options.Log.Error("reading the log failed, trying on", "topic", q.topic, "error", err)
		}
		if !q.pause(wait, refused(cause)) {
			return
		}
	}
	q.stuck = nil
	if j.note(q.topic, nil) {
		j.options.Log.Info("the topic can be changed again", "topic", q.topic)
	}
	j.options.Publish(Committed{Topic: q.topic, Epoch: q.epoch, Reset: true})
}

// pause waits, refusing who calls meanwhile, and answers false if the journal
// closes.
func (q *sequencer) pause(d time.Duration, refusal error) bool {
	over := time.After(d)
	for {
		select {
		case <-q.journal.done:
			return false
		case <-q.retired:
			return false
		case <-over:
			return true
		case c := <-q.requests:
			c.answer <- answer{err: refusal}
		}
	}
}

// renew keeps the lease; without it the topic is read anew.
func (q *sequencer) renew() {
	j := q.journal
	if j.options.ReadOnly {
		return
	}
	err := j.store.Renew(context.Background(), leaseName(q.topic), j.options.Owner, q.epoch, leaseTTL, j.options.Clock())
	if !errors.Is(err, store.ErrLost) {
		// A store that can't answer now will be asked again.
		if err == nil || diskWord(err) != nil {
			j.note(q.topic, err)
		}
		return
	}
	if q.flight != nil { // its result decides: the batch number fences a stale owner
		return
	}
	q.fail(&batch{}, err)
}

// finish ends the sequencer: what is in flight or collected is written, later
// calls are refused.
func (q *sequencer) finish() {
	for q.flight != nil || len(q.next.waiting) > 0 {
		if q.flight == nil {
			q.write()
		}
		b := q.flight
		q.flight = nil
		err := <-q.results
		if err == nil && len(b.events) > 0 {
			q.view.apply(b.events, q.batchNo)
			q.journal.options.Publish(Committed{Topic: q.topic, Epoch: q.epoch, Events: b.events, Texts: b.texts})
		}
		for _, w := range b.waiting {
			if err != nil {
				w.call.answer <- answer{err: ErrRetry}
			} else {
				w.call.answer <- answer{ack: w.ack}
			}
		}
		if err != nil {
			break
		}
	}
	for _, w := range q.next.waiting {
		w.call.answer <- answer{err: ErrRetry}
	}
	over := q.over()
	if !q.journal.options.ReadOnly && (q.journal.options.Peers == nil || q.owning) {
		if errors.Is(over, ErrClosed) { // not of a topic that is deleted
			q.snapshot()
		}
		q.journal.release(q.topic, q.epoch)
	}
	if q.held != nil {
		q.held.answer <- answer{err: over}
	}
	for {
		select {
		case c := <-q.requests:
			c.answer <- answer{err: over}
		default:
			return
		}
	}
}
