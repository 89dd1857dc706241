package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"veche/server/bus"
	"veche/server/journal"
	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// life is short, for quick tests, but long enough that a machine under load does
// not keep them changing hands; no assertion hangs on it.
const life = 1500 * time.Millisecond

// party is several nodes in one process, over one store and one bus.
type party struct {
	*testing.T
	db   store.Store
	mu   sync.Mutex
	all  []*fellow
	deaf bool // the bus loses everything
}

type fellow struct {
	*Node
	store   *stoppable
	journal *journal.Journal
	door    *Door
	once    sync.Once
}

// stoppable is the way to the store of one node, which can be held up.
type stoppable struct {
	store.Store
	mu   sync.Mutex
	held chan struct{} // nil where nothing holds it up
}

func (s *stoppable) pass() {
	s.mu.Lock()
	held := s.held
	s.mu.Unlock()
	if held != nil {
		<-held
	}
}

func (s *stoppable) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = make(chan struct{})
}

func (s *stoppable) goOn() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held != nil {
		close(s.held)
		s.held = nil
	}
}

func (s *stoppable) PutIfRev(ctx context.Context, r store.Record) (uint64, error) {
	s.pass()
	return s.Store.PutIfRev(ctx, r)
}

func (s *stoppable) AppendBatch(ctx context.Context, b store.Batch, rows []store.Record) error {
	s.pass()
	return s.Store.AppendBatch(ctx, b, rows)
}

func newParty(t *testing.T) *party {
	t.Helper()
	db, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return &party{T: t, db: db}
}

func (p *party) join(name string) *fellow {
	p.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.Fatal(err)
	}
	f := &fellow{store: &stoppable{Store: p.db}}
	var log *slog.Logger
	if os.Getenv("VECHE_TEST_LOG") != "" {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil)).With("at", name)
	}
	if f.Node, err = Join(p.Context(), f.store, time.Now, Options{Name: name, Address: l.Addr().String(), Secret: bytes.Repeat([]byte{7}, 32), Life: life, Log: log}); err != nil {
		p.Fatal(err)
	}
	f.journal = journal.Open(f.store, journal.Options{Owner: f.ID(), Peers: f.Node, Log: log, Publish: func(c journal.Committed) {
		if !c.Followed {
			p.carry(f, c)
		}
	}})
	if f.door, err = f.OpenDoor(l, Desk{Submit: f.journal.SubmitHere, Revoke: func(string) {}, Here: func(string, Presence) {}}); err != nil {
		p.Fatal(err)
	}
	p.mu.Lock()
	p.all = append(p.all, f)
	p.mu.Unlock()
	p.Cleanup(func() { p.leave(f) })
	return f
}

// carry is the bus.
func (p *party) carry(from *fellow, c journal.Committed) {
	body, err := Codec{}.Encode(c)
	if err != nil {
		p.Error(err)
		return
	}
	m := bus.Message{Topic: c.Topic, Epoch: c.Epoch, First: 1}
	if n := len(c.Events); n > 0 {
		m.First, m.Last = c.Events[0].Seq, c.Events[n-1].Seq
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.all {
		if f == from || p.deaf {
			continue
		}
		heard, err := Codec{}.Decode(m, body)
		if err != nil {
			p.Error(err)
			return
		}
		f.journal.Hear(heard.(Heard).Committed)
	}
}

func (p *party) leave(f *fellow) {
	f.once.Do(func() {
		f.store.goOn()
		if err := errors.Join(f.journal.Close(), f.door.Close(context.Background()), f.Node.Close()); err != nil {
			p.Error(err)
		}
	})
}

func person(n int) topic.Who {
	return topic.Who{Role: topic.RoleCitizen, Pseudonym: topic.Pseudonym{1, byte(n)}}
}

// hall makes a topic in a debate, with people in it.
func (p *party) hall(at *fellow, people int) {
	p.Helper()
	planner := topic.Who{Role: topic.RolePlanner, Pseudonym: topic.Pseudonym{0xff}}
	do := func(who topic.Who, c topic.Command, texts ...journal.Text) {
		p.Helper()
		r := journal.Request{Who: who, Command: c, Texts: texts, ClientID: fmt.Sprintf("%T", c)}
		var err error
		if _, create := c.(topic.Create); create {
			_, err = at.journal.Create(p.Context(), r)
		} else {
			_, err = at.journal.Submit(p.Context(), "t", r)
		}
		if err != nil {
			p.Fatalf("%T: %v", c, err)
		}
	}
	do(planner, topic.Create{Settings: topic.Settings{ID: "t", Title: "T", Question: "Q", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageDebate}}, Debate: topic.Debate{HallRate: 1_000_000}}})
	do(planner, topic.OpenStage{})
	for n := range people {
		row := journal.NewText("{}")
		do(person(n), topic.Apply{Row: row.Digest()}, row)
	}
}

// say has a person speak at a node, until it is acknowledged.
func (p *party) say(at *fellow, n int, body string) journal.Ack {
	p.Helper()
	text := journal.NewText(body)
	for range 100 {
		ack, err := at.journal.Submit(p.Context(), "t", journal.Request{Who: person(n), ClientID: body, Command: topic.Say{Text: text.Digest(), Characters: uint32(len(body))}, Texts: []journal.Text{text}})
		if err == nil {
			return ack
		}
		if !errors.Is(err, journal.ErrRetry) {
			p.Errorf("%s: %v", body, err)
			return ack
		}
	}
	p.Errorf("%s was never acknowledged", body)
	return journal.Ack{}
}

func (p *party) seq(at *fellow) (seq, epoch uint64) {
	p.Helper()
	v, err := at.journal.View(p.Context(), "t")
	if err != nil {
		p.Fatal(err)
	}
	v.Read(func(s *topic.State, e uint64) { seq, epoch = s.Seq, e })
	return seq, epoch
}

// same waits until all nodes show the same, to the byte.
func (p *party) same(all ...*fellow) {
	p.Helper()
	state := func(f *fellow) (b []byte) {
		v, err := f.journal.View(p.Context(), "t")
		if err != nil {
			p.Fatal(err)
		}
		v.Read(func(s *topic.State, epoch uint64) { b = fmt.Appendf(s.AppendSnapshot(nil), "epoch %d", epoch) })
		return b
	}
	var want []byte
	for range 1000 {
		want = state(all[0])
		equal := true
		for _, f := range all[1:] {
			equal = equal && bytes.Equal(state(f), want)
		}
		if equal {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.Error("the nodes do not come to show the same")
}

// once checks that the log has each text that was acknowledged once, at the seq
// that was told.
func (p *party) once(at *fellow, acked map[string]journal.Ack) {
	p.Helper()
	found := map[uint64]topic.Digest{}
	var digests []topic.Digest
	next := uint64(1)
	err := at.journal.ReadAfter(p.Context(), "t", 0, func(e *topic.Event) error {
		if e.Seq != next {
			return fmt.Errorf("seq %d follows %d", e.Seq, next-1)
		}
		next++
		if r, ok := e.Body.(*topic.RemarkPosted); ok {
			found[e.Seq] = r.Text
			digests = append(digests, r.Text)
		}
		return nil
	})
	if err != nil {
		p.Fatal(err)
	}
	texts, err := at.journal.Texts(p.Context(), "t", digests)
	if err != nil {
		p.Fatal(err)
	}
	seen := map[string]int{}
	for _, d := range digests {
		seen[string(texts[d].Body)]++
	}
	for body, ack := range acked {
		if got := string(texts[found[ack.Seq]].Body); seen[body] != 1 || got != body {
			p.Errorf("%s is there %d times, and at its seq %d stands %q", body, seen[body], ack.Seq, got)
		}
	}
	if len(seen) != len(acked) {
		p.Errorf("%d texts are there, %d were acknowledged", len(seen), len(acked))
	}
}

// What is asked of any node is done by the one that owns the topic, and who asked
// reads it where they asked; a node that leaves hands its topics over.
func TestForwardAndHandOver(t *testing.T) {
	p := newParty(t)
	a, b := p.join("a"), p.join("b")
	p.hall(a, 2)
	acked := map[string]journal.Ack{}
	for i := range 10 {
		for n, at := range []*fellow{a, b} {
			body := fmt.Sprintf("%d at %s", i, at.Name())
			acked[body] = p.say(at, n, body)
			if seq, _ := p.seq(at); seq < acked[body].Seq {
				t.Fatalf("%s shows seq %d after it acknowledged %d", at.Name(), seq, acked[body].Seq)
			}
		}
	}
	if !a.journal.Owns("t") || b.journal.Owns("t") {
		t.Error("the topic did not stay with the one that made it")
	}
	p.same(a, b)
	// A refusal comes as it is.
	_, err := b.journal.Submit(t.Context(), "t", journal.Request{Who: person(1), Command: topic.Vote{}})
	if topic.CodeOf(err) == "" {
		t.Errorf("a refusal came as %v", err)
	}
	_, before := p.seq(b)
	p.leave(a)
	acked["after"] = p.say(b, 1, "after")
	if !b.journal.Owns("t") || acked["after"].Epoch <= before {
		t.Errorf("b owns the topic: %v, at epoch %d after %d", b.journal.Owns("t"), acked["after"].Epoch, before)
	}
	c := p.join("c")
	acked["late"] = p.say(c, 0, "late")
	p.same(b, c)
	p.once(c, acked)
}

// A bus that loses everything delays what followers show, and no more.
func TestBusIsDeaf(t *testing.T) {
	p := newParty(t)
	a, b := p.join("a"), p.join("b")
	p.hall(a, 1)
	p.mu.Lock()
	p.deaf = true
	p.mu.Unlock()
	acked := map[string]journal.Ack{"one": p.say(a, 0, "one")}
	p.same(a, b)
	acked["two"] = p.say(b, 0, "two") // b waits until it shows it
	if seq, _ := p.seq(b); seq < acked["two"].Seq {
		t.Errorf("b shows seq %d after it acknowledged %d", seq, acked["two"].Seq)
	}
	p.same(a, b)
	p.once(b, acked)
}

// A node that is held up for longer than the others wait for it loses its topics,
// and what it then still writes neither stands twice nor is lost; it goes on as
// one of those that follow.
func TestOwnerIsHeldUp(t *testing.T) {
	p := newParty(t)
	a, b, c := p.join("a"), p.join("b"), p.join("c")
	const people = 6
	p.hall(a, people)
	var mu sync.Mutex
	acked := map[string]journal.Ack{}
	var writing sync.WaitGroup
	stop := make(chan struct{})
	for n := range people {
		writing.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				body := fmt.Sprintf("%d.%d", n, i)
				ack := p.say([]*fellow{a, b, c}[n%3], n, body)
				mu.Lock()
				acked[body] = ack
				mu.Unlock()
			}
		})
	}
	progress := func() {
		mu.Lock()
		from := len(acked)
		mu.Unlock()
		for range 2000 {
			mu.Lock()
			n := len(acked)
			mu.Unlock()
			if n >= from+3*people {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Error("nobody is served")
	}
	for _, f := range []*fellow{a, b, c} {
		progress()
		f.store.stop()
		progress()
		f.store.goOn()
	}
	progress()
	close(stop)
	writing.Wait()
	p.same(a, b, c)
	p.once(a, acked)
}

// Two servers can't go by one name; one that was killed is outlasted.
func TestNameIsTaken(t *testing.T) {
	p := newParty(t)
	a := p.join("a")
	o := a.options
	if _, err := Join(t.Context(), p.db, time.Now, o); err == nil {
		t.Error("a second node goes by the name of the first")
	}
	a.Node.stop() // it is killed
	a.Node.work.Wait()
	again, err := Join(t.Context(), p.db, time.Now, o)
	if err != nil {
		t.Fatal(err)
	}
	if !again.Gone(a.ID()) || again.Gone(again.ID()) {
		t.Error("the one that was killed is not known to be")
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// Who has another secret gets nowhere.
func TestStranger(t *testing.T) {
	p := newParty(t)
	a := p.join("a")
	o := a.options
	o.Name, o.Secret = "x", bytes.Repeat([]byte{8}, 32)
	x, err := Join(t.Context(), p.db, time.Now, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}()
	_, err = x.Forward(t.Context(), a.ID(), "t", journal.Request{Command: topic.OpenStage{}})
	if err == nil || topic.CodeOf(err) != "" {
		t.Errorf("a stranger was answered with %v", err)
	}
}
