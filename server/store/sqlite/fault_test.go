package sqlite_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"veche/server/store"
	"veche/server/store/sqlite"
)

func one(topic string, no uint64) store.Batch {
	return store.Batch{Topic: topic, No: no, First: no, Last: no, Epoch: 1, Bytes: fmt.Appendf(nil, "%s %d", topic, no)}
}

// nextFault makes one commit fail.
type nextFault struct {
	mu sync.Mutex
	f  sqlite.Fault
}

func (n *nextFault) set(f sqlite.Fault) { n.mu.Lock(); n.f = f; n.mu.Unlock() }

func (n *nextFault) take() (f sqlite.Fault) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f, n.f = n.f, sqlite.FaultNone
	return f
}

func TestFailedCommit(t *testing.T) {
	for _, c := range []struct {
		name    string
		fault   sqlite.Fault
		unknown bool
		stored  bool
	}{
		{"abort", sqlite.FaultAbort, false, false},
		{"outcome unknown, not stored", sqlite.FaultLost, true, false},
		{"outcome unknown, stored", sqlite.FaultStored, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var fault nextFault
			s := open(t, t.TempDir(), sqlite.Options{Fault: fault.take})
			if err := s.AppendBatch(ctx, one("t", 1), nil); err != nil {
				t.Fatal(err)
			}
			fault.set(c.fault)
			row := store.Record{Kind: "text", ID: "x", Data: []byte("x")}
			err := s.AppendBatch(ctx, one("t", 2), []store.Record{row})
			if err == nil || errors.Is(err, store.ErrOutcomeUnknown) != c.unknown {
				t.Fatalf("got %v, want an error, outcome unknown: %v", err, c.unknown)
			}
			tail, err := s.Tail(ctx, "t")
			if err != nil {
				t.Fatal(err)
			}
			if (tail.No == 2) != c.stored {
				t.Fatalf("log ends at no %d, stored should be %v", tail.No, c.stored)
			}
			// What the store remembers of the log's end is what is there.
			err = s.AppendBatch(ctx, one("t", 2), []store.Record{row})
			if c.stored != errors.Is(err, store.ErrConflict) || !c.stored && err != nil {
				t.Fatalf("second attempt: %v", err)
			}
			if err := s.AppendBatch(ctx, one("t", 3), nil); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Under random faults what is acknowledged is there, and what is refused for
// sure is not.
func TestFaultsUnderLoad(t *testing.T) {
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(1, 2))
	s := open(t, t.TempDir(), sqlite.Options{Fault: func() sqlite.Fault {
		mu.Lock()
		defer mu.Unlock()
		return []sqlite.Fault{0, 0, 0, sqlite.FaultAbort, sqlite.FaultLost, sqlite.FaultStored}[rng.IntN(6)]
	}})
	acked, refused := map[string]bool{}, map[string]bool{}
	var wg sync.WaitGroup
	for w := range 12 {
		wg.Go(func() {
			for i := range 40 {
				id := fmt.Sprintf("%d.%d", w, i)
				_, err := s.PutIfRev(ctx, store.Record{Kind: "load", ID: id, Index: map[string]string{"by": id}})
				mu.Lock()
				switch {
				case err == nil:
					acked[id] = true
				case !errors.Is(err, store.ErrOutcomeUnknown):
					refused[id] = true
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	stored := map[string]bool{}
	for _, index := range []string{"", "by"} {
		clear(stored)
		if err := s.List(ctx, "load", index, store.Range{}, 0, func(r store.Record) error { stored[r.ID] = true; return nil }); err != nil {
			t.Fatal(err)
		}
		for id := range acked {
			if !stored[id] {
				t.Errorf("%s was acknowledged and is not there", id)
			}
		}
		for id := range refused {
			if stored[id] {
				t.Errorf("%s was refused and is there", id)
			}
		}
	}
	if len(acked) == 0 || len(refused) == 0 {
		t.Fatalf("%d acknowledged, %d refused: the test has shown nothing", len(acked), len(refused))
	}
}

// One op that is refused leaves the others of its transaction alone.
func TestRefusalIsAlone(t *testing.T) {
	release, entered := make(chan struct{}), make(chan struct{}, 1)
	var once sync.Once
	s := open(t, t.TempDir(), sqlite.Options{Fault: func() sqlite.Fault {
		once.Do(func() { entered <- struct{}{}; <-release })
		return sqlite.FaultNone
	}})
	// The first commit is held up, so that the rest make one group.
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = s.PutIfRev(ctx, store.Record{Kind: "first", ID: "x"}) })
	<-entered
	results := map[string]error{}
	var mu sync.Mutex
	put := func(name string, f func() error) {
		wg.Go(func() {
			err := f()
			mu.Lock()
			results[name] = err
			mu.Unlock()
		})
	}
	for i := range 5 {
		put(fmt.Sprintf("good %d", i), func() error {
			return s.Insert(ctx, []store.Record{{Kind: "a", ID: fmt.Sprint(i), Index: map[string]string{"by": "x"}}})
		})
		put(fmt.Sprintf("bad %d", i), func() error {
			// Half of it goes well.
			return s.AppendBatch(ctx, one(fmt.Sprint(i), 1), []store.Record{
				{Kind: "b", ID: fmt.Sprint(i), Index: map[string]string{"by": "x"}}, {Kind: "first", ID: "x", Data: []byte("other")}})
		})
	}
	close(release)
	wg.Wait()
	for i := range 5 {
		if err := results[fmt.Sprintf("good %d", i)]; err != nil {
			t.Error(err)
		}
		if err := results[fmt.Sprintf("bad %d", i)]; !errors.Is(err, store.ErrConflict) {
			t.Errorf("got %v, want ErrConflict", err)
		}
	}
	for kind, want := range map[string]int{"a": 5, "b": 0} {
		for _, index := range []string{"", "by"} {
			n := 0
			if err := s.List(ctx, kind, index, store.Range{}, 0, func(store.Record) error { n++; return nil }); err != nil {
				t.Fatal(err)
			}
			if n != want {
				t.Errorf("kind %s by %q: %d records, want %d", kind, index, n, want)
			}
		}
	}
	if topics, err := s.Topics(ctx); err != nil || len(topics) != 0 {
		t.Errorf("topics %q, %v", topics, err)
	}
}

func TestFullDisk(t *testing.T) {
	s := open(t, t.TempDir(), sqlite.Options{})
	if err := s.AppendBatch(ctx, one("t", 1), nil); err != nil {
		t.Fatal(err)
	}
	if err := s.LimitPages(-1); err != nil {
		t.Fatal(err)
	}
	big := one("t", 2)
	big.Bytes = make([]byte, 1<<20)
	err := s.AppendBatch(ctx, big, nil)
	if !errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrOutcomeUnknown) || errors.Is(err, store.ErrConflict) {
		t.Fatalf("got %v, want a plain ErrFull", err)
	}
	data := bytes.Repeat([]byte("x"), 3<<20)
	if err := s.PutBlob(ctx, sha(data), bytes.NewReader(data)); err != nil {
		t.Fatalf("the limit goes with the failed connection: %v", err)
	}
	if err := s.AppendBatch(ctx, big, nil); err != nil {
		t.Fatal(err)
	}
	var got []uint64
	if err := s.ReadAfter(ctx, "t", 0, func(b store.Batch) error { got = append(got, b.No); return nil }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]uint64{1, 2}, got); diff != "" {
		t.Fatal(diff)
	}
}
