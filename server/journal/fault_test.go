package journal_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"veche/server/journal"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// nextFault makes one commit fail.
type nextFault struct {
	mu    sync.Mutex
	fault sqlite.Fault
}

func (n *nextFault) set(f sqlite.Fault) { n.mu.Lock(); n.fault = f; n.mu.Unlock() }

func (n *nextFault) take() (f sqlite.Fault) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f, n.fault = n.fault, sqlite.FaultNone
	return f
}

// When a commit fails, or nobody knows whether it did, those who wait are told
// to send again, the state is read anew under a higher epoch and said so; sent
// again, each command counts once.
func TestFailedCommit(t *testing.T) {
	for _, c := range []struct {
		name   string
		fault  sqlite.Fault
		stored bool
	}{
		{"aborted", sqlite.FaultAbort, false},
		{"unknown, lost", sqlite.FaultLost, false},
		{"unknown, stored", sqlite.FaultStored, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var fault nextFault
			const writers = 20
			h := newHall(t, sqlite.Options{Fault: fault.take}, writers)
			_, epoch := h.seq()
			entered, release := make(chan struct{}, 1), make(chan struct{})
			var once sync.Once
			h.store.set(func() { once.Do(func() { entered <- struct{}{}; <-release }) }, nil)

			first := make(chan error, 1)
			go func() { _, err := h.say(0, "0", "0"); first <- err }()
			<-entered // its batch is the one that fails; the others collect behind it
			others := make(chan error, writers)
			for w := 1; w < writers; w++ {
				go func() { _, err := h.say(w, fmt.Sprint(w), fmt.Sprint(w)); others <- err }()
			}
			fault.set(c.fault)
			close(release)
			if err := <-first; !errors.Is(err, journal.ErrRetry) {
				t.Errorf("who waited for the failed commit was answered with %v", err)
			}
			for range writers - 1 { // those decided before the failure are dropped, later ones count
				if err := <-others; err != nil && !errors.Is(err, journal.ErrRetry) {
					t.Error(err)
				}
			}
			ack, err := h.sayUntilSure(0, "0", "0")
			if err != nil || ack.Repeated != c.stored {
				t.Errorf("sent again: %+v, %v: want it found: %v", ack, err, c.stored)
			}
			for w := 1; w < writers; w++ {
				if _, err := h.sayUntilSure(w, fmt.Sprint(w), fmt.Sprint(w)); err != nil {
					t.Error(err)
				}
			}
			said := h.texts()
			for w := range writers {
				if said[fmt.Sprint(w)] != 1 {
					t.Errorf("remark %d is there %d times", w, said[fmt.Sprint(w)])
				}
			}
			if _, now := h.seq(); now <= epoch || ack.Epoch != now {
				t.Errorf("the epoch went from %d to %d, the acknowledgement has %d", epoch, now, ack.Epoch)
			}
			if n := h.news.resets(); n != 1 {
				t.Errorf("%d resets were published", n)
			}
		})
	}
}

// What is published, applied in order, gives the log's events, each once, but
// for those that a reset tells readers to fetch.
func TestFaultsUnderLoad(t *testing.T) {
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(3, 4))
	on := false
	h := newHall(t, sqlite.Options{Fault: func() sqlite.Fault {
		mu.Lock()
		defer mu.Unlock()
		if !on {
			return sqlite.FaultNone
		}
		return []sqlite.Fault{0, 0, 0, 0, 0, 0, 0, 0, 0, sqlite.FaultAbort, sqlite.FaultLost, sqlite.FaultStored}[rng.IntN(12)]
	}}, 12)
	mu.Lock()
	on = true
	mu.Unlock()
	var wg sync.WaitGroup
	for w := range 12 {
		wg.Go(func() {
			for i := range 10 {
				id := fmt.Sprintf("%d.%d", w, i)
				if _, err := h.sayUntilSure(w, id, id); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	mu.Lock()
	on = false
	mu.Unlock()
	said := h.texts()
	if len(said) != 120 {
		t.Errorf("%d remarks are there, want 120", len(said))
	}
	for id, n := range said {
		if n != 1 {
			t.Errorf("%s is there %d times", id, n)
		}
	}
	if h.news.resets() == 0 {
		t.Error("no commit failed: the test has shown nothing")
	}
	last := uint64(0)
	for _, c := range h.news.all() {
		for _, e := range c.Events {
			if e.Seq <= last {
				t.Fatalf("seq %d was published after %d", e.Seq, last)
			}
			last = e.Seq
		}
	}
}

// Of two journals on one store, the one whose lease was taken can't write; it
// says so at once, and goes on when it has the lease again.
func TestStaleOwnerIsFenced(t *testing.T) {
	h := newHall(t, sqlite.Options{}, 2)
	if _, err := h.say(0, "before", "before"); err != nil {
		t.Fatal(err)
	}
	other := &hall{T: t, dir: h.dir, store: h.store}
	other.journal = journal.Open(h.store, journal.Options{Clock: func() time.Time { return time.Now().Add(time.Hour) }})
	ack, err := other.say(1, "other", "other")
	if err != nil {
		t.Fatal(err)
	}
	if _, epoch := h.seq(); ack.Epoch <= epoch {
		t.Errorf("the new owner's epoch %d is not above the old one's %d", ack.Epoch, epoch)
	}
	for i := range 3 {
		if _, err := h.say(0, "stale", "stale"); !errors.Is(err, journal.ErrRetry) {
			t.Fatalf("try %d of the stale owner: %v", i, err)
		}
	}
	if _, err := other.say(1, "other again", "other again"); err != nil {
		t.Fatal(err)
	}
	if err := other.journal.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := h.sayUntilSure(0, "stale", "stale"); err != nil {
		t.Fatal(err)
	}
	said := h.texts()
	for _, body := range []string{"before", "other", "other again", "stale"} {
		if said[body] != 1 {
			t.Errorf("%q is there %d times", body, said[body])
		}
	}
}

// Whoever opens a topic that a dead process still holds is told to send again;
// the only process that can have the store takes it over at once.
func TestLeaseOfTheDead(t *testing.T) {
	h := newHall(t, sqlite.Options{}, 1)
	_, epoch := h.seq()
	later := &hall{T: t, dir: h.dir, store: h.store, journal: journal.Open(h.store, journal.Options{})}
	if _, err := later.say(0, "a", "a"); !errors.Is(err, journal.ErrRetry) {
		t.Errorf("with the lease held: %v", err)
	}
	if err := later.journal.Close(); err != nil {
		t.Fatal(err)
	}
	sole := &hall{T: t, dir: h.dir, store: h.store, journal: journal.Open(h.store, journal.Options{Sole: true})}
	ack, err := sole.say(0, "a", "a")
	if err != nil || ack.Epoch <= epoch {
		t.Errorf("the only process: %+v, %v, the dead one's epoch is %d", ack, err, epoch)
	}
	if err := sole.journal.Close(); err != nil {
		t.Fatal(err)
	}
}

// A journal that can't read its log again acknowledges nothing, not even what
// it had decided before, and closes all the same.
func TestCloseInABrokenRecovery(t *testing.T) {
	for range 5 {
		h := newHall(t, sqlite.Options{}, 1)
		h.store.set(nil, errors.New("the disk is gone"))
		if _, err := h.say(0, "lost", "lost"); !errors.Is(err, journal.ErrRetry) {
			t.Fatalf("answered with %v", err)
		}
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				for {
					ack, err := h.say(0, "lost", "lost")
					if err == nil {
						t.Errorf("acknowledged what is on no disk: %+v", ack)
					}
					if !errors.Is(err, journal.ErrRetry) {
						return
					}
				}
			})
		}
		time.Sleep(5 * time.Millisecond) // let them queue
		if err := h.journal.Close(); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		h.store.set(nil, nil)
		h = h.reopen(sqlite.Options{}, journal.Options{})
		if said := h.texts(); len(said) != 0 {
			t.Errorf("the log holds %v", said)
		}
		h.close()
	}
}

// Beside the owner, a journal that only reads claims nothing and changes
// nothing.
func TestReadOnlyBesideTheOwner(t *testing.T) {
	h := newHall(t, sqlite.Options{}, 1)
	if _, err := h.say(0, "a", "a"); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.OpenReadOnly(background, h.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r := &hall{T: t, dir: h.dir, store: &watched{Store: db}}
	r.journal = journal.Open(r.store, journal.Options{ReadOnly: true})
	if said := r.texts(); said["a"] != 1 {
		t.Errorf("the reader sees %v", said)
	}
	if _, err := r.say(0, "b", "b"); !errors.Is(err, journal.ErrReadOnly) {
		t.Errorf("the reader wrote: %v", err)
	}
	if _, err := r.journal.View(background, "nowhere"); topic.CodeOf(err) != topic.CodeNotFound {
		t.Errorf("a topic that is not there: %v", err)
	}
	if err := r.journal.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := h.say(0, "c", "c"); err != nil {
		t.Errorf("the owner was disturbed: %v", err)
	}
}
