package journal_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"veche/server/journal"
	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var background = context.Background()

// The hall is a topic in a debate that is open to all, in a real store.
const hallID = "hall"

type hall struct {
	*testing.T
	dir     string
	store   *watched
	journal *journal.Journal
	news    news
}

// watched is a store whose appends can be held up, refused and looked at.
type watched struct {
	store.Store
	mu      sync.Mutex
	gate    func()        // called before each append
	look    func()        // called before the next Tail
	refuse  error         // instead of each append and claim
	batches []store.Batch // appended
	reads   []uint64      // what was asked for in ReadAfter
}

func (w *watched) AppendBatch(ctx context.Context, b store.Batch, rows []store.Record) error {
	w.mu.Lock()
	gate, refuse := w.gate, w.refuse
	w.mu.Unlock()
	if gate != nil {
		gate()
	}
	if refuse != nil {
		return refuse
	}
	err := w.Store.AppendBatch(ctx, b, rows)
	if err == nil {
		w.mu.Lock()
		w.batches = append(w.batches, b)
		w.mu.Unlock()
	}
	return err
}

func (w *watched) Claim(ctx context.Context, name, owner string, ttl time.Duration, now time.Time) (uint64, error) {
	w.mu.Lock()
	refuse := w.refuse
	w.mu.Unlock()
	if refuse != nil {
		return 0, refuse
	}
	return w.Store.Claim(ctx, name, owner, ttl, now)
}

func (w *watched) Tail(ctx context.Context, topic string) (store.Batch, error) {
	w.mu.Lock()
	look := w.look
	w.look = nil
	w.mu.Unlock()
	if look != nil {
		look()
	}
	return w.Store.Tail(ctx, topic)
}

func (w *watched) ReadAfter(ctx context.Context, topic string, seq uint64, f func(store.Batch) error) error {
	w.mu.Lock()
	w.reads = append(w.reads, seq)
	w.mu.Unlock()
	return w.Store.ReadAfter(ctx, topic, seq, f)
}

func (w *watched) set(gate func(), refuse error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gate, w.refuse = gate, refuse
}

// news is what a journal published.
type news struct {
	mu   sync.Mutex
	list []journal.Committed
}

func (n *news) take(c journal.Committed) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, c)
}

func (n *news) all() []journal.Committed {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]journal.Committed{}, n.list...)
}

func (n *news) resets() (count int) {
	for _, c := range n.all() {
		if c.Reset {
			count++
		}
	}
	return count
}

var planner = topic.Who{Role: topic.RolePlanner, Pseudonym: topic.Pseudonym{0xFF}}

func person(n int) topic.Who {
	return topic.Who{Role: topic.RoleCitizen, Pseudonym: topic.Pseudonym{1, byte(n >> 8), byte(n)}}
}

// openHall opens a journal over the data in dir.
func openHall(t *testing.T, dir string, s sqlite.Options, o journal.Options) *hall {
	t.Helper()
	db, err := sqlite.Open(background, dir, s)
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{T: t, dir: dir, store: &watched{Store: db}}
	o.Publish = h.news.take
	h.journal = journal.Open(h.store, o)
	t.Cleanup(h.close)
	return h
}

// newHall makes the topic with people 0 to n−1 in it.
func newHall(t *testing.T, s sqlite.Options, people int) *hall {
	t.Helper()
	h := openHall(t, t.TempDir(), s, journal.Options{})
	if _, err := h.journal.Create(background, journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: hallID, Title: "The hall", Question: "What shall it be?", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageDebate}},
	}}}); err != nil {
		t.Fatal(err)
	}
	h.do(planner, topic.OpenStage{Index: 0})
	for i := range people {
		row := journal.NewText("row")
		h.do(person(i), topic.Apply{Row: row.Digest()}, row)
	}
	return h
}

// close ends journal and store; it may be called twice.
func (h *hall) close() {
	h.Helper()
	if err := h.journal.Close(); err != nil {
		h.Error(err)
	}
	if err := h.store.Close(); err != nil {
		h.Error(err)
	}
}

// reopen closes the journal and opens the data again.
func (h *hall) reopen(s sqlite.Options, o journal.Options) *hall {
	h.Helper()
	h.close()
	return openHall(h.T, h.dir, s, o)
}

func (h *hall) do(who topic.Who, c topic.Command, texts ...journal.Text) journal.Ack {
	h.Helper()
	ack, err := h.journal.Submit(background, hallID, journal.Request{Who: who, Command: c, Texts: texts})
	if err != nil {
		h.Fatalf("%T: %v", c, err)
	}
	return ack
}

// say has person n say something under a client id.
func (h *hall) say(n int, client, body string) (journal.Ack, error) {
	x := journal.NewText(body)
	return h.journal.Submit(background, hallID, journal.Request{Who: person(n), ClientID: client, Command: topic.Say{Text: x.Digest()}, Texts: []journal.Text{x}})
}

// sayUntilSure sends until it is acknowledged, as clients do.
func (h *hall) sayUntilSure(n int, client, body string) (journal.Ack, error) {
	for {
		ack, err := h.say(n, client, body)
		if err != journal.ErrRetry {
			return ack, err
		}
	}
}

func (h *hall) seq() (seq, epoch uint64) {
	h.Helper()
	v, err := h.journal.View(background, hallID)
	if err != nil {
		h.Fatal(err)
	}
	v.Read(func(s *topic.State, e uint64) { seq, epoch = s.Seq, e })
	return seq, epoch
}

// log reads the whole log and demands that it is contiguous, with the seqs of
// its batches.
func (h *hall) log() (events []topic.Event) {
	h.Helper()
	next := uint64(1)
	err := h.store.Store.ReadAfter(background, hallID, 0, func(b store.Batch) error {
		if b.First != next {
			return fmt.Errorf("batch %d begins with seq %d, want %d", b.No, b.First, next)
		}
		list, err := topic.DecodeBatch(b.Bytes, b.First)
		next += uint64(len(list))
		if next != b.Last+1 {
			return fmt.Errorf("batch %d says it ends with seq %d, its bytes with %d", b.No, b.Last, next-1)
		}
		events = append(events, list...)
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return events
}

// folded demands that the view is the fold of the log.
func (h *hall) folded() *topic.State {
	h.Helper()
	want := topic.NewState()
	for _, e := range h.log() {
		want.Apply(&e)
	}
	v, err := h.journal.View(background, hallID)
	if err != nil {
		h.Fatal(err)
	}
	got, err := v.Copy()
	if err != nil {
		h.Fatal(err)
	}
	if !bytes.Equal(got.AppendSnapshot(nil), want.AppendSnapshot(nil)) {
		h.Fatalf("the view at seq %d is not the fold of the log to seq %d", got.Seq, want.Seq)
	}
	return got
}

// said counts the remarks by the digest of their text.
func (h *hall) texts() map[string]int {
	h.Helper()
	s := h.folded()
	digests := make([]topic.Digest, len(s.Remarks))
	for i := range s.Remarks {
		digests[i] = s.Remarks[i].Text
	}
	texts, err := h.journal.Texts(background, hallID, digests)
	if err != nil {
		h.Fatal(err)
	}
	said := map[string]int{}
	for _, d := range digests {
		t, ok := texts[d]
		if !ok {
			h.Fatalf("the text %s is missing", d)
		}
		said[string(t.Body)]++
	}
	return said
}
