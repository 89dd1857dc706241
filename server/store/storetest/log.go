package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"veche/server/store"
)

var ctx = context.Background()

var logCases = []testCase{
	{name: "Log/EmptyTopic", run: func(t *testing.T, s store.Store) {
		topic := unique("topic")
		if got := readAll(t, s, topic, 0); len(got) != 0 {
			t.Fatalf("unknown topic has %d batches", len(got))
		}
		tail, err := s.Tail(ctx, topic)
		must(t, err)
		if tail.No != 0 || tail.Last != 0 {
			t.Fatalf("unknown topic ends in %+v", tail)
		}
	}},
	{name: "Log/ReadBack", run: func(t *testing.T, s store.Store) {
		topic, other := unique("topic"), unique("topic")
		var want []store.Batch
		first := uint64(1)
		for no := uint64(1); no <= 530; no++ { // more than a page
			b := batch(topic, no, first, first+no%3, 1+no/300)
			first = b.Last + 1
			must(t, s.AppendBatch(ctx, b, nil))
			want = append(want, b)
			if no%100 == 0 {
				must(t, s.AppendBatch(ctx, batch(other, no/100, no/100, no/100, 9), nil))
			}
		}
		if diff := cmp.Diff(want, readAll(t, s, topic, 0)); diff != "" {
			t.Fatal(diff)
		}
		for _, after := range []uint64{1, 2, 3, 4, 444, first - 2, first - 1, first, first + 1000} {
			i, _ := slices.BinarySearchFunc(want, after, func(b store.Batch, seq uint64) int {
				if b.Last <= seq {
					return -1
				}
				return 1
			})
			if diff := cmp.Diff(append([]store.Batch(nil), want[i:]...), readAll(t, s, topic, after)); diff != "" {
				t.Fatalf("after %d: %s", after, diff)
			}
		}
		tail, err := s.Tail(ctx, topic)
		must(t, err)
		last := want[len(want)-1]
		last.Bytes = nil
		if diff := cmp.Diff(last, tail); diff != "" {
			t.Fatal(diff)
		}
		topics, err := s.Topics(ctx)
		must(t, err)
		if !slices.IsSorted(topics) || !slices.Contains(topics, topic) || !slices.Contains(topics, other) {
			t.Fatalf("topics: %q", topics)
		}
	}},
	{name: "Log/LargeBatches", run: func(t *testing.T, s store.Store) {
		topic := unique("topic")
		for no := uint64(1); no <= 3; no++ {
			b := batch(topic, no, no, no, 1)
			b.Bytes = bytes.Repeat([]byte{byte(no), 0, 255}, store.MaxBytes/3)
			must(t, s.AppendBatch(ctx, b, nil))
		}
		for i, b := range readAll(t, s, topic, 1) {
			if want := bytes.Repeat([]byte{byte(i + 2), 0, 255}, store.MaxBytes/3); !bytes.Equal(b.Bytes, want) {
				t.Fatalf("batch %d came back changed", b.No)
			}
		}
	}},
	{name: "Log/RefusesWhatDoesNotFollow", run: func(t *testing.T, s store.Store) {
		topic := unique("topic")
		wantErr(t, s.AppendBatch(ctx, batch(topic, 2, 2, 2, 1), nil), store.ErrConflict)
		must(t, s.AppendBatch(ctx, batch(topic, 1, 1, 5, 3), nil))
		for _, b := range []store.Batch{
			batch(topic, 1, 1, 5, 3), // the same again
			batch(topic, 1, 1, 5, 4), // the same number by a newer owner
			batch(topic, 3, 6, 6, 3), // a number left out
			batch(topic, 2, 7, 7, 3), // a seq left out
			batch(topic, 2, 5, 6, 3), // a seq twice
			batch(topic, 2, 6, 6, 2), // an older owner
			batch(topic, 1, 6, 6, 3), // seq follows, number does not
		} {
			wantErr(t, s.AppendBatch(ctx, b, nil), store.ErrConflict)
		}
		must(t, s.AppendBatch(ctx, batch(topic, 2, 6, 6, 3), nil))
		if got := readAll(t, s, topic, 0); len(got) != 2 {
			t.Fatalf("%d batches, want 2", len(got))
		}
	}},
	{name: "Log/RefusesMalformed", run: func(t *testing.T, s store.Store) {
		topic := unique("topic")
		for _, b := range []store.Batch{
			batch("", 1, 1, 1, 1),
			batch("a\x00b", 1, 1, 1, 1),
			batch(string([]byte{0xff}), 1, 1, 1, 1),
			batch(topic, 0, 1, 1, 1),
			batch(topic, 1, 0, 0, 1),
			batch(topic, 1, 2, 1, 1),
			batch(topic, 1, 1, 1<<63, 1),
			{Topic: topic, No: 1, First: 1, Last: 1, Epoch: 1},
			{Topic: topic, No: 1, First: 1, Last: 1, Epoch: 1, Bytes: make([]byte, store.MaxBytes+1)},
		} {
			wantErr(t, s.AppendBatch(ctx, b, nil), store.ErrInvalid)
		}
		wantErr(t, s.AppendBatch(ctx, batch(topic, 1, 1, 1, 1), []store.Record{{Kind: "text", ID: "x", Rev: 1}}), store.ErrInvalid)
		wantErr(t, s.ReadAfter(ctx, "", 0, nil), store.ErrInvalid)
		if got := readAll(t, s, topic, 0); len(got) != 0 {
			t.Fatalf("%d batches, want none", len(got))
		}
	}},
	{name: "Log/RowsComeWithTheBatch", run: func(t *testing.T, s store.Store) {
		topic, kind := unique("topic"), "text"
		row := func(id, data string) store.Record {
			return store.Record{Kind: kind, ID: topic + id, Data: []byte(data), Index: map[string]string{"topic": topic}}
		}
		must(t, s.AppendBatch(ctx, batch(topic, 1, 1, 2, 1), []store.Record{row("a", "one"), row("b", "two")}))
		got, err := s.Get(ctx, kind, topic+"b")
		must(t, err)
		want := row("b", "two")
		want.Rev = 1
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		// A retry finds its rows there already.
		must(t, s.AppendBatch(ctx, batch(topic, 2, 3, 3, 1), []store.Record{row("b", "two"), row("c", "three")}))
		// Other content under a taken ID: the batch is refused.
		wantErr(t, s.AppendBatch(ctx, batch(topic, 3, 4, 4, 1), []store.Record{row("d", "four"), row("a", "other")}), store.ErrConflict)
		if got := readAll(t, s, topic, 0); len(got) != 2 {
			t.Fatalf("%d batches, want 2", len(got))
		}
		got, err = s.Get(ctx, kind, topic+"a")
		must(t, err)
		if string(got.Data) != "one" {
			t.Fatalf("row was replaced by %q", got.Data)
		}
		if ids := list(t, s, kind, "topic", store.Range{From: topic, To: topic + "\x00"}, 0); len(ids) < 3 {
			t.Fatalf("rows are not in their index: %q", ids)
		}
	}},
	{name: "Log/CallbackMayCallTheStore", run: func(t *testing.T, s store.Store) {
		topic := unique("topic")
		for no := uint64(1); no <= 20; no++ {
			must(t, s.AppendBatch(ctx, batch(topic, no, no, no, 1), nil))
		}
		var wg sync.WaitGroup
		for range 32 { // more than there are reading connections
			wg.Go(func() {
				err := s.ReadAfter(ctx, topic, 0, func(store.Batch) error {
					_, err := s.Tail(ctx, topic)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		stop := errors.New("enough")
		n := 0
		err := s.ReadAfter(ctx, topic, 5, func(b store.Batch) error {
			if n++; n == 3 {
				return stop
			}
			// An append while it is being read.
			return s.AppendBatch(ctx, batch(topic, 20+uint64(n), 20+uint64(n), 20+uint64(n), 1), nil)
		})
		if err != stop || n != 3 {
			t.Fatalf("ended with %v after %d batches, want the callback's own error after 3", err, n)
		}
	}},
	{name: "Log/OneWinnerPerBatch", concurrent: true, run: func(t *testing.T, s store.Store) {
		topic := unique("topic")
		const writers, rounds = 16, 25
		wins := make([]int, rounds+1)
		var mu sync.Mutex
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for no := uint64(1); no <= rounds; no++ {
					b := batch(topic, no, no, no, 1)
					b.Bytes = []byte{byte(w)}
					for try := 0; ; try++ {
						if try == 1000 {
							t.Errorf("batch no %d is refused for good, and the log does not grow", no)
							return
						}
						err := s.AppendBatch(ctx, b, nil)
						if err == nil {
							mu.Lock()
							wins[no]++
							mu.Unlock()
							break
						}
						if !errors.Is(err, store.ErrConflict) {
							t.Error(err)
							return
						}
						tail, err := s.Tail(ctx, topic)
						if err != nil {
							t.Error(err)
							return
						}
						if tail.No >= no {
							break
						}
					}
				}
			})
		}
		wg.Wait()
		for no := 1; no <= rounds; no++ {
			if wins[no] != 1 {
				t.Errorf("batch no %d was acknowledged to %d writers", no, wins[no])
			}
		}
		for i, b := range readAll(t, s, topic, 0) {
			if b.No != uint64(i+1) || b.First != uint64(i+1) {
				t.Fatalf("batch %d is no %d, seq %d", i+1, b.No, b.First)
			}
		}
	}},
	{name: "Log/TopicsSideBySide", concurrent: true, run: func(t *testing.T, s store.Store) {
		base := unique("topic")
		const topics, each = 8, 40
		var wg sync.WaitGroup
		for i := range topics {
			wg.Go(func() {
				topic := base + string(rune('a'+i))
				for no := uint64(1); no <= each; no++ {
					row := store.Record{Kind: "text", ID: topic + string(rune('A'+no)), Data: []byte(topic)}
					if err := s.AppendBatch(ctx, batch(topic, no, no*2-1, no*2, 1), []store.Record{row}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		for i := range topics {
			if got := readAll(t, s, base+string(rune('a'+i)), 0); len(got) != each {
				t.Errorf("topic %d has %d batches, want %d", i, len(got), each)
			}
		}
	}}, {name: "Log/Drop", run: func(t *testing.T, s store.Store) {
		topic, other := unique("topic"), unique("topic")
		must(t, s.DropLog(ctx, topic))
		for no := uint64(1); no <= 600; no++ { // more than a portion
			must(t, s.AppendBatch(ctx, batch(topic, no, no, no, 3), nil))
		}
		must(t, s.AppendBatch(ctx, batch(other, 1, 1, 1, 1), nil))
		must(t, s.DropLog(ctx, topic))
		must(t, s.DropLog(ctx, topic))
		tail, err := s.Tail(ctx, topic)
		must(t, err)
		topics, err := s.Topics(ctx)
		must(t, err)
		if len(readAll(t, s, topic, 0)) != 0 || tail.No != 0 || slices.Contains(topics, topic) {
			t.Fatalf("it is there still: %+v, %q", tail, topics)
		}
		wantErr(t, s.AppendBatch(ctx, batch(topic, 601, 601, 601, 3), nil), store.ErrConflict)
		must(t, s.AppendBatch(ctx, batch(topic, 1, 1, 1, 1), nil))
		if len(readAll(t, s, topic, 0)) != 1 || len(readAll(t, s, other, 0)) != 1 {
			t.Fatal("other logs changed")
		}
		wantErr(t, s.DropLog(ctx, ""), store.ErrInvalid)
	}},
}
