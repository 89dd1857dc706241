package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"veche/server/store"
)

// A log grown only by what Follows allows has no gap, no seq twice and no
// falling epoch, whatever is tried.
func TestFollowsKeepsALogWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tail := store.Batch{Topic: "t"}
		grown := 0
		for range rapid.IntRange(1, 60).Draw(t, "tries") {
			near := func(n uint64, what string) uint64 { return n + uint64(rapid.IntRange(0, 2).Draw(t, what)) }
			b := store.Batch{Topic: "t", No: near(tail.No, "no"), First: near(tail.Last, "first"), Epoch: near(tail.Epoch, "epoch"), Bytes: []byte{1}}
			if b.Epoch > 0 && rapid.IntRange(0, 3).Draw(t, "older") == 0 {
				b.Epoch--
			}
			b.Last = near(b.First, "last")
			if b.Check() != nil {
				continue
			}
			err := b.Follows(tail)
			whole := b.No == tail.No+1 && b.First == tail.Last+1 && b.Epoch >= tail.Epoch
			if (err == nil) != whole {
				t.Fatalf("%+v after %+v: %v", b, tail, err)
			}
			if err == nil {
				tail = b
				grown++
			} else if !errors.Is(err, store.ErrConflict) {
				t.Fatalf("got %v, want ErrConflict", err)
			}
		}
		if uint64(grown) != tail.No {
			t.Fatalf("%d batches, the last is no %d", grown, tail.No)
		}
	})
}

func TestHeldErrorNamesTheHolder(t *testing.T) {
	err := error(&store.HeldError{Name: "topic/x", Owner: "node-2", Until: time.Unix(1e9, 0)})
	if !errors.Is(err, store.ErrHeld) || errors.Is(err, store.ErrLost) {
		t.Fatal("is not ErrHeld alone")
	}
	for _, want := range []string{"topic/x", "node-2", "2001-09-09T01:46:40Z"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %s", err, want)
		}
	}
}

func TestSameContent(t *testing.T) {
	r := store.Record{Kind: "k", ID: "i", Data: []byte("x"), Index: map[string]string{"a": "1"}}
	for _, c := range []struct {
		name string
		o    store.Record
		want bool
	}{
		{"other rev", store.Record{Rev: 7, Data: []byte("x"), Index: map[string]string{"a": "1"}}, true},
		{"other data", store.Record{Data: []byte("y"), Index: map[string]string{"a": "1"}}, false},
		{"other value", store.Record{Data: []byte("x"), Index: map[string]string{"a": "2"}}, false},
		{"no index", store.Record{Data: []byte("x")}, false},
	} {
		if got := r.SameContent(c.o); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if empty := (store.Record{}); !empty.SameContent(store.Record{Data: []byte{}, Index: map[string]string{}}) {
		t.Error("nothing and empty differ")
	}
}
