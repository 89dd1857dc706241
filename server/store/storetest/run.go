package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"

	"veche/server/store"
)

// Target is the store under test.
type Target struct {
	// New opens an empty store; it is closed by t.Cleanup.
	New func(t *testing.T) store.Store
	// Reopen closes s and opens the same data again.
	Reopen func(t *testing.T, s store.Store) store.Store
	// Serial skips the cases that need atomic concurrent updates, for a
	// double that is known to lose them. Each is named as skipped.
	Serial bool
}

type testCase struct {
	name       string
	concurrent bool
	run        func(t *testing.T, s store.Store)
}

// Run runs the whole suite.
func Run(t *testing.T, target Target) {
	t.Helper()
	for _, group := range [][]testCase{logCases, recordCases, blobCases, leaseCases, moveCases, lifeCases} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				if c.concurrent && target.Serial {
					t.Skip("needs atomic concurrent updates, which this target does not have")
				}
				c.run(t, target.New(t))
			})
		}
	}
	t.Run("Persistence", func(t *testing.T) { persistence(t, target) })
}

// unique makes a name that no other case and no earlier run has used.
func unique(prefix string) string { return prefix + "-" + rand.Text() }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantErr demands one of the store's errors and a message that names what it
// concerns.
func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
	if err != nil && err.Error() == want.Error() {
		t.Fatalf("error %q names neither the operation nor its subject", err)
	}
}

func batch(topic string, no, first, last, epoch uint64) store.Batch {
	return store.Batch{Topic: topic, No: no, First: first, Last: last, Epoch: epoch, Bytes: fmt.Appendf(nil, "%s/%d/%d-%d", topic, no, first, last)}
}

func readAll(t *testing.T, s store.Store, topic string, after uint64) []store.Batch {
	t.Helper()
	var all []store.Batch
	must(t, s.ReadAfter(context.Background(), topic, after, func(b store.Batch) error {
		all = append(all, b)
		return nil
	}))
	return all
}

func list(t *testing.T, s store.Store, kind, index string, r store.Range, limit int) []string {
	t.Helper()
	var ids []string
	must(t, s.List(context.Background(), kind, index, r, limit, func(r store.Record) error {
		ids = append(ids, r.ID)
		return nil
	}))
	return ids
}
