// Package bustest is the conformance suite of package bus: every bus passes it,
// within one process or between two.
package bustest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"veche/server/bus"
)

// New makes a bus whose subscriptions hold at most queue messages. What is
// published at from is read at to; within one process they are the same. Both
// are closed by t.Cleanup.
type New func(t *testing.T, queue int) (from, to bus.Bus)

// soon bounds how long a message may take that must come.
const soon = 20 * time.Second

// Run runs the whole suite.
func Run(t *testing.T, make New) {
	t.Helper()
	t.Run("EachTopicHasItsReaders", func(t *testing.T) { eachTopic(t, make) })
	t.Run("SlowReaderIsTold", func(t *testing.T) { slowReader(t, make) })
	t.Run("Close", func(t *testing.T) { closing(t, make) })
	t.Run("ConcurrentUse", func(t *testing.T) { concurrent(t, make) })
}

// Message is a message of one event, whose payload is its seq in words.
func Message(topic string, seq uint64) bus.Message {
	return bus.Message{Topic: topic, Epoch: 1, First: seq, Last: seq, Payload: fmt.Sprint(seq)}
}

// Subscribe subscribes until the test ends.
func Subscribe(t testing.TB, b bus.Bus, topic string) bus.Subscription {
	t.Helper()
	s, err := b.Subscribe(topic)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Publish publishes.
func Publish(t testing.TB, b bus.Bus, m bus.Message) {
	t.Helper()
	if err := b.Publish(m); err != nil {
		t.Error(err)
	}
}

// Reader follows one topic as the live rooms do: a jump without a word of loss
// is a failure; where there was one, it reads on in the log.
type Reader struct {
	Sub   bus.Subscription
	Seen  uint64
	Heals int // how often the log had to be read
	// Log answers how far the log has come; where nil, the log reaches as far as
	// the message that came with the word.
	Log func() uint64
}

// Follow reads until the topic's log has been seen up to last.
func (r *Reader) Follow(t testing.TB, last uint64) {
	t.Helper()
	end := time.After(soon)
	for r.Seen < last {
		select {
		case <-r.Sub.Ready():
		case <-end:
			t.Errorf("never saw the end: at %d of %d", r.Seen, last)
			return
		}
		got, lost, err := r.Sub.Take()
		if err != nil {
			t.Error(err)
			return
		}
		r.apply(t, got, lost)
	}
}

func (r *Reader) apply(t testing.TB, got []bus.Message, lost bool) {
	t.Helper()
	if lost {
		r.Heals++
		if r.Log != nil {
			r.Seen = max(r.Seen, r.Log())
		}
	}
	for i, m := range got {
		switch {
		case r.Log != nil && m.Last <= r.Seen: // read in the log already
		case m.Last < m.First: // says how far the log has come
			if m.Last > r.Seen && !lost {
				t.Errorf("the log is at %d, seen up to %d, and no word of a loss", m.Last, r.Seen)
			}
			r.Seen = max(r.Seen, m.Last)
		case m.First == r.Seen+1:
			if m.Payload != fmt.Sprint(m.First) && m.Payload != nil {
				t.Errorf("seq %d came as %v", m.First, m.Payload)
			}
			r.Seen = m.Last
		case lost && i == 0 && m.Last > r.Seen:
			r.Seen = m.Last
		default:
			t.Errorf("seq %d after %d, lost %v", m.First, r.Seen, lost)
			r.Seen = m.Last
		}
	}
}

func eachTopic(t *testing.T, make New) {
	from, to := make(t, 0)
	a, all, other := Subscribe(t, to, "a"), Subscribe(t, to, ""), Subscribe(t, to, "c")
	Publish(t, from, Message("a", 1))
	Publish(t, from, Message("b", 1))
	Publish(t, from, Message("a", 2))
	var got []string
	for end := time.After(soon); len(got) < 3; {
		select {
		case <-all.Ready():
		case <-end:
			t.Fatalf("got %v", got)
		}
		messages, lost, err := all.Take()
		if err != nil || lost {
			t.Fatal(lost, err)
		}
		for _, m := range messages {
			got = append(got, fmt.Sprintf("%s %d:%d-%d %v", m.Topic, m.Epoch, m.First, m.Last, m.Payload))
		}
	}
	if want := []string{"a 1:1-1 1", "b 1:1-1 1", "a 1:2-2 2"}; !slices.Equal(got, want) {
		t.Errorf("all topics gave %q, want %q", got, want)
	}
	reader := Reader{Sub: a}
	reader.Follow(t, 2)
	if reader.Heals > 0 {
		t.Error("messages were lost")
	}
	if messages, lost, err := other.Take(); len(messages) > 0 || lost || err != nil {
		t.Errorf("a reader of another topic got %v, %v, %v", messages, lost, err)
	}
	if err := from.Publish(bus.Message{First: 1, Last: 1}); err == nil {
		t.Error("a message without a topic was taken")
	}
}

// A reader that never reads holds up nobody, holds a bounded queue, and learns
// of the loss and of how far the log has come even if nothing follows.
func slowReader(t *testing.T, make New) {
	const last = 10_003
	from, to := make(t, 10)
	slow, quick := Subscribe(t, to, "t"), Reader{Sub: Subscribe(t, to, "t")}
	for seq := uint64(1); seq <= last; seq++ {
		Publish(t, from, Message("t", seq))
	}
	quick.Follow(t, last)
	select {
	case <-slow.Ready():
	default:
		t.Fatal("slow reader was not woken")
	}
	told, seen := false, uint64(0)
	for end := time.After(soon); seen < last; {
		got, lost, err := slow.Take()
		if err != nil || len(got) > 10 {
			t.Fatalf("slow reader: %d messages, %v", len(got), err)
		}
		told = told || lost
		for _, m := range got {
			seen = m.Last
		}
		if seen < last { // it is just being handed over
			select {
			case <-slow.Ready():
			case <-end:
				t.Fatalf("slow reader never saw the end: at %d of %d", seen, last)
			}
		}
	}
	if !told {
		t.Fatal("slow reader was not told")
	}
	reader := Reader{Sub: slow, Seen: last}
	Publish(t, from, Message("t", last+1))
	reader.Follow(t, last+1)
	if reader.Heals > 0 {
		t.Error("once told, it is told again")
	}
}

func closing(t *testing.T, make New) {
	from, to := make(t, 0)
	one, two := Subscribe(t, to, "t"), Subscribe(t, to, "t")
	one.Close()
	one.Close()
	Publish(t, from, Message("t", 1))
	if _, _, err := one.Take(); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	reader := Reader{Sub: two}
	reader.Follow(t, 1)
	if err := errors.Join(to.Close(), to.Close(), from.Close()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-two.Ready():
	default:
		t.Error("not woken by the end")
	}
	if _, _, err := two.Take(); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	if err := from.Publish(Message("t", 2)); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	if _, err := to.Subscribe("t"); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

func concurrent(t *testing.T, make New) {
	from, to := make(t, 16)
	const topics, each = 4, 2000
	var work sync.WaitGroup
	for i := range topics * 3 {
		reader := Reader{Sub: Subscribe(t, to, fmt.Sprint("t", i%topics))}
		work.Go(func() {
			for seq := uint64(50); seq <= each; seq += 50 {
				reader.Follow(t, seq)
				if rand.IntN(10) == 0 {
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	for i := range topics {
		work.Go(func() {
			for seq := uint64(1); seq <= each; seq++ {
				Publish(t, from, Message(fmt.Sprint("t", i), seq))
			}
		})
	}
	work.Wait()
}
