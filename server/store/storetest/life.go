package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"veche/server/store"
)

var lifeCases = []testCase{
	{name: "Life/EndedContext", run: func(t *testing.T, s store.Store) {
		ended, cancel := context.WithCancelCause(ctx)
		why := errors.New("client went away")
		cancel(why)
		topic, id := unique("topic"), unique("r")
		for verb, err := range everyVerb(ended, s, topic, id) {
			if !errors.Is(err, why) && !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got %v, want the context's error", verb, err)
			}
		}
		if got := readAll(t, s, topic, 0); len(got) != 0 {
			t.Error("a batch was stored all the same")
		}
		_, err := s.Get(ctx, "text", id)
		wantErr(t, err, store.ErrNotFound)
	}},
	{name: "Life/CancelledAmongOthers", concurrent: true, run: func(t *testing.T, s store.Store) {
		kind := "k" + strings.ToLower(unique("")[1:20])
		var mu sync.Mutex
		acked := map[string]bool{}
		var wg sync.WaitGroup
		for w := range 16 {
			wg.Go(func() {
				for i := range 30 {
					c, cancel := context.WithCancel(ctx)
					if w%2 == 0 {
						go cancel()
					}
					id := fmt.Sprintf("%d.%d", w, i)
					_, err := s.PutIfRev(c, store.Record{Kind: kind, ID: id})
					cancel()
					switch {
					case err == nil:
						mu.Lock()
						acked[id] = true
						mu.Unlock()
					case w%2 == 1 || !errors.Is(err, context.Canceled):
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		stored := map[string]bool{}
		for _, id := range list(t, s, kind, "", store.Range{}, 0) {
			stored[id] = true
		}
		if diff := cmp.Diff(acked, stored); diff != "" {
			t.Fatalf("acknowledged and stored differ: %s", diff)
		}
	}},
	{name: "Life/Closed", run: func(t *testing.T, s store.Store) {
		must(t, s.Close())
		must(t, s.Close())
		for verb, err := range everyVerb(ctx, s, unique("topic"), unique("r")) {
			if !errors.Is(err, store.ErrClosed) {
				t.Errorf("%s: got %v, want ErrClosed", verb, err)
			}
		}
	}},
	{name: "Life/ClosedUnderLoad", concurrent: true, run: func(t *testing.T, s store.Store) {
		var wg sync.WaitGroup
		begun := make(chan struct{}, 16)
		for w := range 16 {
			wg.Go(func() {
				for i := 0; ; i++ {
					_, err := s.PutIfRev(ctx, store.Record{Kind: "load", ID: fmt.Sprintf("%d.%d", w, i)})
					if err == nil {
						err = s.List(ctx, "load", "", store.Range{}, 10, func(store.Record) error { return nil })
					}
					if i == 3 {
						begun <- struct{}{}
					}
					if errors.Is(err, store.ErrClosed) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		for range 16 {
			<-begun
		}
		must(t, s.Close())
		wg.Wait()
	}},
}

// everyVerb calls all methods with what would otherwise be good arguments.
func everyVerb(c context.Context, s store.Store, topic, id string) map[string]error {
	data := []byte("blob " + id)
	errs := map[string]error{
		"AppendBatch": s.AppendBatch(c, batch(topic, 1, 1, 1, 1), nil),
		"ReadAfter":   s.ReadAfter(c, topic, 0, func(store.Batch) error { return nil }),
		"Insert":      s.Insert(c, []store.Record{{Kind: "text", ID: id}}),
		"List":        s.List(c, "text", "", store.Range{}, 0, func(store.Record) error { return nil }),
		"Delete":      s.Delete(c, "text", id, 1),
		"PutBlob":     s.PutBlob(c, digestOf(data), bytes.NewReader(data)),
		"DeleteBlob":  s.DeleteBlob(c, digestOf(data)),
		"Renew":       s.Renew(c, topic, "a", 1, ttl, start),
		"Release":     s.Release(c, topic, "a", 1),
	}
	_, errs["Tail"] = s.Tail(c, topic)
	_, errs["Topics"] = s.Topics(c)
	_, errs["PutIfRev"] = s.PutIfRev(c, store.Record{Kind: "text", ID: id})
	_, errs["Get"] = s.Get(c, "text", id)
	_, errs["GetMany"] = s.GetMany(c, "text", []string{id})
	_, errs["GetBlob"] = s.GetBlob(c, digestOf(data))
	_, errs["Claim"] = s.Claim(c, topic, "a", ttl, start)
	return errs
}

// persistence demands that all is there, and fenced, after a reopening.
func persistence(t *testing.T, target Target) {
	s := target.New(t)
	topic, name := unique("topic"), unique("lease")
	data := randomBytes(900 << 10)
	rec := store.Record{Kind: "text", ID: unique("r"), Data: []byte("kept"), Index: map[string]string{"by": name}}
	gone := store.Record{Kind: "text", ID: unique("r"), Data: []byte("gone")}
	must(t, s.AppendBatch(ctx, batch(topic, 1, 1, 3, 5), []store.Record{rec, gone}))
	must(t, s.PutBlob(ctx, digestOf(data), bytes.NewReader(data)))
	must(t, s.Delete(ctx, gone.Kind, gone.ID, 1))
	_, err := s.Claim(ctx, name, "a", ttl, start)
	must(t, err)

	s = target.Reopen(t, s)
	if diff := cmp.Diff([]store.Batch{batch(topic, 1, 1, 3, 5)}, readAll(t, s, topic, 0)); diff != "" {
		t.Fatal(diff)
	}
	rec.Rev = 1
	if diff := cmp.Diff(rec, get(t, s, rec)); diff != "" {
		t.Fatal(diff)
	}
	_, err = s.Get(ctx, gone.Kind, gone.ID)
	wantErr(t, err, store.ErrNotFound)
	if ids := list(t, s, "text", "by", store.Range{From: name, To: name + "\x00"}, 0); len(ids) != 1 {
		t.Fatalf("index lists %q", ids)
	}
	if !bytes.Equal(readBlob(t, s, digestOf(data)), data) {
		t.Fatal("blob came back changed")
	}
	wantErr(t, s.AppendBatch(ctx, batch(topic, 1, 1, 3, 5), nil), store.ErrConflict)
	wantErr(t, s.AppendBatch(ctx, batch(topic, 2, 4, 4, 4), nil), store.ErrConflict)
	must(t, s.AppendBatch(ctx, batch(topic, 2, 4, 4, 5), nil))
	_, err = s.Claim(ctx, name, "b", ttl, start)
	wantErr(t, err, store.ErrHeld)
	epoch, err := s.Claim(ctx, name, "b", ttl, start.Add(ttl))
	must(t, err)
	if epoch != 2 {
		t.Fatalf("epoch %d after reopening, want 2", epoch)
	}
}
