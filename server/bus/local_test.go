package bus_test

import (
	"fmt"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"veche/server/bus"
	"veche/server/bus/bustest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ready(s bus.Subscription) bool {
	select {
	case <-s.Ready():
		return true
	default:
		return false
	}
}

// The suite that every bus passes.
func TestConformance(t *testing.T) {
	bustest.Run(t, func(t *testing.T, queue int) (from, to bus.Bus) {
		b := bus.NewLocal(queue)
		t.Cleanup(func() { b.Close() })
		return b, b
	})
}

// A loss on the way here is told to the topic's readers with what comes next, a
// loss of anything to all.
func TestLossIsTold(t *testing.T) {
	b := bus.NewLocal(0)
	one, other, all := bustest.Subscribe(t, b, "t"), bustest.Subscribe(t, b, "u"), bustest.Subscribe(t, b, "")
	bustest.Publish(t, b, bustest.Message("t", 1))
	b.Lose(bustest.Message("t", 5))
	bustest.Publish(t, b, bustest.Message("t", 6))
	for name, s := range map[string]bus.Subscription{"the topic's": one, "all topics'": all} {
		got, lost, err := s.Take()
		if err != nil || !lost || len(got) != 2 || got[0].First != 5 {
			t.Errorf("%s reader got %v, lost %v, %v", name, got, lost, err)
		}
	}
	if got, lost, _ := other.Take(); len(got) > 0 || lost {
		t.Errorf("another topic's reader got %v, lost %v", got, lost)
	}
	b.LoseAll()
	for _, s := range []bus.Subscription{one, other, all} {
		if !ready(s) {
			t.Error("not woken")
		}
		if got, lost, err := s.Take(); len(got) > 0 || !lost || err != nil {
			t.Errorf("got %v, lost %v, %v", got, lost, err)
		}
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
				if err := b.Publish(bustest.Message("t", published)); err != nil {
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

func BenchmarkPublish(b *testing.B) {
	for _, readers := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(readers), func(b *testing.B) {
			l := bus.NewLocal(0)
			for range readers {
				bustest.Subscribe(b, l, "t")
			}
			m := bustest.Message("t", 1)
			for b.Loop() {
				bustest.Publish(b, l, m)
			}
		})
	}
}
