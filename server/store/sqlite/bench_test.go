package sqlite_test

import (
	"bytes"
	"fmt"
	"sync/atomic"
	"testing"

	"veche/server/store"
	"veche/server/store/sqlite"
)

var payload = bytes.Repeat([]byte("canonical event "), 8) // 128 bytes

// BenchmarkDurable counts changes that are on disk when they return, by 1, 32
// and 256 writers at once, each in a topic of its own, beside a bare loop over
// the same driver, settings and payload that does nothing but insert and
// group-commit: at the end of one table (bare), or at the end of each writer's
// part of it (bare-by-topic), which is a page of its own for each.
func BenchmarkDurable(b *testing.B) {
	for _, writers := range []int{1, 32, 256} {
		b.Run(fmt.Sprintf("bare/%d", writers), func(b *testing.B) {
			x := openBare(b)
			spread(b, writers, func(int, uint64) error { return x.Insert(nil, payload) })
		})
		b.Run(fmt.Sprintf("bare-by-topic/%d", writers), func(b *testing.B) {
			x := openBare(b)
			spread(b, writers, func(w int, n uint64) error { return x.Insert(int64(w)<<40|int64(n), payload) })
		})
		b.Run(fmt.Sprintf("batches/%d", writers), func(b *testing.B) {
			s := open(b, b.TempDir(), sqlite.Options{})
			spread(b, writers, func(w int, n uint64) error {
				return s.AppendBatch(ctx, store.Batch{Topic: fmt.Sprint("topic", w), No: n, First: n, Last: n, Epoch: 1, Bytes: payload}, nil)
			})
		})
		b.Run(fmt.Sprintf("batches-with-text/%d", writers), func(b *testing.B) {
			s := open(b, b.TempDir(), sqlite.Options{})
			spread(b, writers, func(w int, n uint64) error {
				row := store.Record{Kind: "text", ID: fmt.Sprintf("%d/%d", w, n), Data: payload}
				return s.AppendBatch(ctx, store.Batch{Topic: fmt.Sprint("topic", w), No: n, First: n, Last: n, Epoch: 1, Bytes: payload}, []store.Record{row})
			})
		})
		b.Run(fmt.Sprintf("records/%d", writers), func(b *testing.B) {
			s := open(b, b.TempDir(), sqlite.Options{})
			spread(b, writers, func(w int, n uint64) error {
				_, err := s.PutIfRev(ctx, store.Record{Kind: "bench", ID: fmt.Sprint(w), Rev: n - 1, Data: payload})
				return err
			})
		})
	}
}

// BenchmarkInsert counts records in batches of 512, as an import stores them.
func BenchmarkInsert(b *testing.B) {
	s := open(b, b.TempDir(), sqlite.Options{})
	for n := 0; b.Loop(); n++ {
		rows := make([]store.Record, 512)
		for i := range rows {
			id := fmt.Sprintf("%016x", uint64(n*512+i)*0x9e3779b97f4a7c15)
			rows[i] = store.Record{Kind: "person", ID: id, Data: payload, Index: map[string]string{"topic": "city/" + id}}
		}
		if err := s.Insert(ctx, rows); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(512*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkReadAfter reads a log of 1,000,000 events of 128 bytes, in batches
// of 100.
func BenchmarkReadAfter(b *testing.B) {
	s := open(b, b.TempDir(), sqlite.Options{})
	const batches = 10_000
	large := bytes.Repeat(payload, 100)
	for n := uint64(1); n <= batches; n++ {
		if err := s.AppendBatch(ctx, store.Batch{Topic: "t", No: n, First: n*100 - 99, Last: n * 100, Epoch: 1, Bytes: large}, nil); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		n := 0
		if err := s.ReadAfter(ctx, "t", 0, func(store.Batch) error { n++; return nil }); err != nil || n != batches {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(batches*100*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkGet(b *testing.B) {
	s := open(b, b.TempDir(), sqlite.Options{})
	rows := make([]store.Record, 20_000)
	for i := range rows {
		rows[i] = store.Record{Kind: "text", ID: fmt.Sprint(i), Data: payload}
	}
	if err := s.Insert(ctx, rows); err != nil {
		b.Fatal(err)
	}
	var i atomic.Int64
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := s.Get(ctx, "text", fmt.Sprint(i.Add(7919)%20_000)); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// spread shares b.N calls out among writers; each counts its own from 1.
func spread(b *testing.B, writers int, f func(writer int, n uint64) error) {
	b.Helper()
	left := atomic.Int64{}
	left.Store(int64(b.N))
	done := make(chan error)
	b.ResetTimer()
	for w := range writers {
		go func() {
			for n := uint64(1); left.Add(-1) >= 0; n++ {
				if err := f(w, n); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range writers {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "changes/s")
}

// openBare opens the peer, with a table of its own.
func openBare(b *testing.B) *sqlite.Bare {
	b.Helper()
	x, err := sqlite.OpenBare(ctx, b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := x.Close(); err != nil {
			b.Error(err)
		}
	})
	return x
}
