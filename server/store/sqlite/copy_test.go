package sqlite_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"veche/server/store"
	"veche/server/store/sqlite"
)

// A copy that is made while others write is one moment of the store: in each
// topic the first batches and nothing else, and of what one transaction stored
// all or nothing. What was erased is not in the file.
func TestCopyIsOneMoment(t *testing.T) {
	s := open(t, t.TempDir(), sqlite.Options{})
	secret := bytes.Repeat([]byte("withdrawn words "), 64)
	if _, err := s.PutIfRev(ctx, store.Record{Kind: "text", ID: "gone", Data: secret}); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(ctx, "text", "gone", 1); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	begun := make(chan struct{}, 4)
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			name := fmt.Sprint("t", w)
			for no := uint64(1); ; no++ {
				select {
				case <-stop:
					return
				default:
				}
				row := store.Record{Kind: "text", ID: fmt.Sprintf("%s/%d", name, no)}
				if err := s.AppendBatch(ctx, one(name, no), []store.Record{row}); err != nil {
					t.Error(err)
					return
				}
				if no == 5 {
					begun <- struct{}{}
				}
			}
		})
	}
	for range 4 {
		<-begun
	}
	dir := t.TempDir()
	err := s.CopyTo(ctx, dir)
	close(stop)
	writers.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, sqlite.DataFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the copy: %v, %v", info.Mode(), err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, sqlite.DataFile))
	if err != nil || bytes.Contains(raw, []byte("withdrawn words")) {
		t.Errorf("the copy holds what was erased (%v)", err)
	}
	c, err := sqlite.OpenReadOnly(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if flaws, err := c.Check(ctx); err != nil || len(flaws) != 0 {
		t.Errorf("flaws %q, %v", flaws, err)
	}
	for w := range 4 {
		name := fmt.Sprint("t", w)
		tail, err := c.Tail(ctx, name)
		if err != nil || tail.No < 5 {
			t.Fatalf("%s ends at batch %d, %v", name, tail.No, err)
		}
		if err := c.ReadAfter(ctx, name, 0, func(store.Batch) error { return nil }); err != nil {
			t.Error(err)
		}
		rows := 0
		if err := c.List(ctx, "text", "", store.Range{From: name + "/", To: name + "0"}, 0, func(store.Record) error { rows++; return nil }); err != nil {
			t.Error(err)
		}
		if rows != int(tail.No) {
			t.Errorf("%s has %d batches and %d texts", name, tail.No, rows)
		}
	}
	if err := s.CopyTo(ctx, dir); err == nil {
		t.Error("a copy was written over another")
	}
}

// A log that was cut ends where it was told, goes on from there under an epoch
// that no one has seen, and other logs are as they were.
func TestCutLog(t *testing.T) {
	s := open(t, t.TempDir(), sqlite.Options{})
	for no := uint64(1); no <= 4; no++ {
		for _, name := range []string{"a", "b"} {
			if err := s.AppendBatch(ctx, one(name, no), nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	before, err := s.Claim(ctx, "topic/a", "x", time.Minute, time.Unix(1_700_000_000, 0))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.CutLog(ctx, "a", 2); err != nil || n != 2 {
		t.Fatalf("cut %d batches, %v", n, err)
	}
	if err := s.LeapEpochs(ctx); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint64{"a": 2, "b": 4} {
		if tail, err := s.Tail(ctx, name); err != nil || tail.No != want {
			t.Errorf("%s ends at %d, %v, want %d", name, tail.No, err, want)
		}
	}
	if err := s.AppendBatch(ctx, one("a", 4), nil); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a gap: %v", err)
	}
	if err := s.AppendBatch(ctx, one("a", 3), nil); err != nil {
		t.Error(err)
	}
	if after, err := s.Claim(ctx, "topic/a", "y", time.Minute, time.Unix(1_700_000_000, 0)); err != nil || after < before+1000 {
		t.Errorf("epoch %d follows %d, %v", after, before, err)
	}
	if _, err := s.CutLog(ctx, "", 0); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("no topic: %v", err)
	}
}

// Records are dropped by name or all, with what they are found by.
func TestDrop(t *testing.T) {
	s := open(t, t.TempDir(), sqlite.Options{})
	for _, kind := range []string{"session", "person"} {
		for i := range 5 {
			if _, err := s.PutIfRev(ctx, store.Record{Kind: kind, ID: fmt.Sprint(i), Index: map[string]string{"by": "x"}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		kind string
		ids  []string
		want int64
		left map[string]int
	}{
		{"session", []string{"1", "3", "9"}, 2, map[string]int{"session": 3, "person": 5}},
		{"session", []string{}, 0, map[string]int{"session": 3, "person": 5}},
		{"session", nil, 3, map[string]int{"session": 0, "person": 5}},
	} {
		if n, err := s.Drop(ctx, c.kind, c.ids); err != nil || n != c.want {
			t.Errorf("dropped %d, %v, want %d", n, err, c.want)
		}
		for kind, want := range c.left {
			for _, index := range []string{"", "by"} {
				n := 0
				if err := s.List(ctx, kind, index, store.Range{}, 0, func(store.Record) error { n++; return nil }); err != nil || n != want {
					t.Errorf("%d of kind %s by %q, %v, want %d", n, kind, index, err, want)
				}
			}
		}
	}
}
