package bus_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"veche/server/bus"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func message(topic string, seq uint64) bus.Message {
	return bus.Message{Topic: topic, Epoch: 1, First: seq, Last: seq, Payload: seq}
}

func subscribe(t testing.TB, b bus.Bus, topic string) bus.Subscription {
	t.Helper()
	s, err := b.Subscribe(topic)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func publish(t testing.TB, b bus.Bus, m bus.Message) {
	t.Helper()
	if err := b.Publish(m); err != nil {
		t.Fatal(err)
	}
}

func ready(s bus.Subscription) bool {
	select {
	case <-s.Ready():
		return true
	default:
		return false
	}
}

func TestEachTopicHasItsReaders(t *testing.T) {
	b := bus.NewLocal(0)
	a, all, other := subscribe(t, b, "a"), subscribe(t, b, ""), subscribe(t, b, "c")
	publish(t, b, message("a", 1))
	publish(t, b, message("b", 1))
	publish(t, b, message("a", 2))
	for _, c := range []struct {
		name string
		sub  bus.Subscription
		want int
	}{{"a", a, 2}, {"all", all, 3}, {"c", other, 0}} {
		if got := ready(c.sub); got != (c.want > 0) {
			t.Errorf("%s: ready is %v", c.name, got)
		}
		got, lost, err := c.sub.Take()
		if err != nil || lost || len(got) != c.want {
			t.Errorf("%s: %d messages, lost %v, %v; want %d", c.name, len(got), lost, err, c.want)
		}
		if got, lost, err := c.sub.Take(); len(got) != 0 || lost || err != nil {
			t.Errorf("%s: taken twice: %v, %v, %v", c.name, got, lost, err)
		}
	}
	if err := b.Publish(bus.Message{First: 1, Last: 1}); err == nil {
		t.Error("a message without a topic was taken")
	}
}

// A reader that never reads holds up nobody, holds a bounded queue, and learns
// of the loss and of the newest message even if nothing follows.
func TestSlowReaderIsTold(t *testing.T) {
	b := bus.NewLocal(10)
	slow, quick := subscribe(t, b, "t"), subscribe(t, b, "t")
	for seq := uint64(1); seq <= 10_003; seq++ {
		publish(t, b, message("t", seq))
		got, lost, err := quick.Take()
		if err != nil || lost || len(got) != 1 || got[0].Last != seq {
			t.Fatalf("quick reader at seq %d: %v, lost %v, %v", seq, got, lost, err)
		}
	}
	if !ready(slow) {
		t.Fatal("slow reader was not woken")
	}
	got, lost, err := slow.Take()
	if err != nil || !lost || len(got) == 0 || len(got) > 10 || got[len(got)-1].Last != 10_003 {
		t.Fatalf("slow reader: %d messages, lost %v, %v", len(got), lost, err)
	}
	publish(t, b, message("t", 10_004))
	if got, lost, err := slow.Take(); err != nil || lost || len(got) != 1 {
		t.Fatalf("once told, it goes on: %d messages, lost %v, %v", len(got), lost, err)
	}
}

func TestClose(t *testing.T) {
	b := bus.NewLocal(0)
	one, two := subscribe(t, b, "t"), subscribe(t, b, "t")
	one.Close()
	one.Close()
	publish(t, b, message("t", 1))
	if _, _, err := one.Take(); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	if got, _, err := two.Take(); err != nil || len(got) != 1 {
		t.Errorf("the other subscription: %v, %v", got, err)
	}
	if !ready(two) {
		t.Error("not woken by the message")
	}
	if err := errors.Join(b.Close(), b.Close()); err != nil {
		t.Fatal(err)
	}
	if !ready(two) {
		t.Error("not woken by the end")
	}
	if _, _, err := two.Take(); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	if err := b.Publish(message("t", 2)); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	if _, err := b.Subscribe("t"); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

// Whatever the interleaving of publishing and taking: a reader sees ascending
// seqs, a jump only where it was told of a loss, and the last one.
func TestGapsAreAlwaysTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 8).Draw(t, "queue")
		b := bus.NewLocal(size)
		s, err := b.Subscribe("t")
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		var published, seen uint64
		take := func() {
			got, lost, err := s.Take()
			if err != nil || len(got) > size {
				t.Fatalf("%d messages of at most %d, %v", len(got), size, err)
			}
			for i, m := range got {
				if m.Last != seen+1 && (!lost || i > 0 || m.Last <= seen) {
					t.Fatalf("seq %d after %d, lost %v", m.Last, seen, lost)
				}
				seen = m.Last
			}
		}
		for _, publishes := range rapid.SliceOf(rapid.Bool()).Draw(t, "steps") {
			if publishes {
				published++
				if err := b.Publish(message("t", published)); err != nil {
					t.Fatal(err)
				}
			} else {
				take()
			}
		}
		take()
		if seen != published {
			t.Fatalf("saw up to %d of %d", seen, published)
		}
	})
}

func TestConcurrentUse(t *testing.T) {
	b := bus.NewLocal(16)
	const topics, each = 4, 2000
	var readers, writers sync.WaitGroup
	for i := range topics * 3 {
		s, err := b.Subscribe(fmt.Sprint("t", i%topics))
		if err != nil {
			t.Fatal(err)
		}
		readers.Go(func() {
			defer s.Close()
			var seen uint64
			for seen < each {
				select {
				case <-s.Ready():
				case <-time.After(20 * time.Second):
					t.Errorf("never saw the end: at %d of %d", seen, each)
					return
				}
				got, lost, err := s.Take()
				if err != nil {
					t.Error(err)
					return
				}
				for k, m := range got {
					if m.Last != seen+1 && (!lost || k > 0) {
						t.Errorf("seq %d after %d, lost %v", m.Last, seen, lost)
					}
					seen = m.Last
				}
				if rand.IntN(10) == 0 {
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	for i := range topics {
		writers.Go(func() {
			for seq := uint64(1); seq <= each; seq++ {
				if err := b.Publish(message(fmt.Sprint("t", i), seq)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	readers.Wait()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkPublish(b *testing.B) {
	for _, readers := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(readers), func(b *testing.B) {
			l := bus.NewLocal(0)
			for range readers {
				subscribe(b, l, "t")
			}
			m := message("t", 1)
			for b.Loop() {
				publish(b, l, m)
			}
		})
	}
}
