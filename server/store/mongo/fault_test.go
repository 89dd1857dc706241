package mongo_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"veche/server/store"
	"veche/server/store/mongo"
	"veche/server/store/mongo/mongotest"
)

// Whatever happens to the message that carries a change, it is made once and
// its caller is told the truth.
func TestFaultsOnTheWire(t *testing.T) {
	at := mongotest.Double(t)
	now := time.Date(2031, 3, 4, 5, 6, 7, 0, time.UTC)
	for name, f := range map[string]fault{"cut before": cutBefore, "cut after": cutAfter, "sent twice": sentTwice, "delayed": delayed, "sent again late": cutReplays} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // most of the time goes by in the driver's pause before it looks again
			address, p := throughProxy(t, at.Database(t))
			s := open(t, address, mongo.Options{})
			// Each case has to meet the fault with its change, not with the making of an index.
			if err := s.Insert(ctx, []store.Record{{Kind: "warm", ID: "up", Index: map[string]string{"by": "x"}}}); err != nil {
				t.Fatal(err)
			}
			key := fmt.Sprint("k", int(f))
			met := func(what string, f fault, commands ...string) func() {
				left := p.on(f, 1, commands...)
				return func() {
					t.Helper()
					if left.Load() > 0 {
						t.Errorf("%s met no fault", what)
					}
				}
			}
			for no := uint64(1); no <= 2; no++ {
				done := met("append", f, "insert")
				row := store.Record{Kind: "text", ID: fmt.Sprint(key, no), Index: map[string]string{"by": key}}
				if err := s.AppendBatch(ctx, store.Batch{Topic: key, No: no, First: no, Last: no, Epoch: 1, Bytes: []byte(key)}, []store.Record{row}); err != nil {
					t.Fatalf("append %d: %v", no, err)
				}
				done()
				done = met("append without rows", f, "insert")
				b := store.Batch{Topic: key + "bare", No: no, First: no, Last: no, Epoch: 1, Bytes: []byte(key)}
				if err := s.AppendBatch(ctx, b, nil); err != nil {
					t.Fatalf("append %d without rows: %v", no, err)
				}
				done()
				if err := s.AppendBatch(ctx, b, nil); !errors.Is(err, store.ErrConflict) {
					t.Fatalf("the same batch by another call: %v", err)
				}
			}
			n := 0
			if err := s.ReadAfter(ctx, key, 0, func(store.Batch) error { n++; return nil }); err != nil || n != 2 {
				t.Fatalf("%d batches, %v", n, err)
			}

			r := store.Record{Kind: "r", ID: key}
			for rev := uint64(0); rev < 3; rev++ {
				r.Rev, r.Data = rev, append(r.Data, 'x')
				done := met("put", f, "insert", "update")
				got, err := s.PutIfRev(ctx, r)
				if err != nil || got != rev+1 {
					t.Fatalf("put at rev %d: rev %d, %v", rev, got, err)
				}
				done()
				if _, err := s.PutIfRev(ctx, r); !errors.Is(err, store.ErrConflict) {
					t.Fatalf("put at rev %d by another call: %v", rev, err)
				}
			}
			if got, err := s.Get(ctx, "r", key); err != nil || string(got.Data) != "xxx" || got.Rev != 3 {
				t.Fatalf("%+v, %v", got, err)
			}
			done := met("delete", f, "delete")
			err := s.Delete(ctx, "r", key, 3)
			// Gone after an answer was lost: nobody can tell by whom. A server with
			// retryable writes would, and would answer a message twice alike.
			may := map[fault]error{cutAfter: store.ErrOutcomeUnknown, cutReplays: store.ErrOutcomeUnknown, sentTwice: store.ErrNotFound}[f]
			if err != nil && (may == nil || !errors.Is(err, may)) {
				t.Fatalf("delete: %v", err)
			}
			done()
			if _, err := s.Get(ctx, "r", key); !errors.Is(err, store.ErrNotFound) {
				t.Fatalf("after delete: %v", err)
			}

			rows := make([]store.Record, 50)
			for i := range rows {
				rows[i] = store.Record{Kind: "many", ID: fmt.Sprintf("%s/%02d", key, i), Data: []byte{byte(i)}}
			}
			done = met("insert", f, "insert")
			if err := s.Insert(ctx, rows); err != nil {
				t.Fatalf("insert: %v", err)
			}
			done()
			if n := count(t, s, "many", key+"/"); n != len(rows) {
				t.Fatalf("%d records, want %d", n, len(rows))
			}

			for _, command := range []string{"insert", "delete"} {
				data := bytes.Repeat([]byte(key+command), 200_000)
				sum := sha256.Sum256(data)
				digest := hex.EncodeToString(sum[:])
				if command == "insert" {
					done = met("put blob", f, command)
				}
				if err := s.PutBlob(ctx, digest, bytes.NewReader(data)); err != nil {
					t.Fatalf("put blob: %v", err)
				}
				if command == "delete" {
					done = met("delete blob", f, command)
				} else {
					done()
				}
				b, err := s.GetBlob(ctx, digest)
				if err != nil {
					t.Fatal(err)
				}
				if n, err := io.Copy(io.Discard, b); err != nil || int(n) != len(data) {
					t.Fatalf("%d bytes, %v", n, err)
				}
				b.Close()
				if err := s.DeleteBlob(ctx, digest); err != nil {
					t.Fatalf("delete blob: %v", err)
				}
				if command == "delete" {
					done()
				}
			}

			for epoch := uint64(1); epoch <= 2; epoch++ {
				done := met("claim", f, "insert", "update")
				got, err := s.Claim(ctx, key, "a", time.Minute, now)
				if err != nil || got != epoch {
					t.Fatalf("claim: epoch %d, want %d: %v", got, epoch, err)
				}
				done()
			}
			done = met("renew", f, "update")
			if err := s.Renew(ctx, key, "a", 2, time.Minute, now); err != nil {
				t.Fatalf("renew: %v", err)
			}
			done()
			if _, err := s.Claim(ctx, key, "b", time.Minute, now); !errors.Is(err, store.ErrHeld) {
				t.Fatalf("claim by another: %v", err)
			}

			for _, read := range []func() error{
				func() error { _, err := s.Get(ctx, "many", key+"/07"); return err },
				func() error { _, err := s.Tail(ctx, key); return err },
				func() error { return s.ReadAfter(ctx, key, 0, func(store.Batch) error { return nil }) },
			} {
				done := met("read", f, "find")
				if err := read(); err != nil {
					t.Fatal(err)
				}
				done()
			}
		})
	}
}

// A server that stays away is waited for as long as was asked, and no longer;
// what was sent then is of unknown outcome, what was not is not.
func TestServerGoesAway(t *testing.T) {
	at := mongotest.Double(t)
	address, p := throughProxy(t, at.Database(t))
	s := open(t, address, mongo.Options{Patience: 300 * time.Millisecond})
	if err := s.AppendBatch(ctx, store.Batch{Topic: "t", No: 1, First: 1, Last: 1, Epoch: 1, Bytes: []byte("x")}, nil); err != nil {
		t.Fatal(err)
	}
	p.on(cutAfter, 1<<30, "insert", "find")
	err := s.AppendBatch(ctx, store.Batch{Topic: "t", No: 2, First: 2, Last: 2, Epoch: 1, Bytes: []byte("x")}, nil)
	if !errors.Is(err, store.ErrOutcomeUnknown) {
		t.Fatalf("got %v, want ErrOutcomeUnknown", err)
	}
	p.on(passOn, 0)
	if tail, err := s.Tail(ctx, "t"); err != nil || tail.No != 2 {
		t.Fatalf("the log ends at %d, %v: the batch was stored", tail.No, err)
	}
	p.close()
	if _, err := s.Get(ctx, "k", "i"); err == nil || errors.Is(err, store.ErrNotFound) {
		t.Fatalf("got %v of a server that is gone", err)
	}
	if _, err := s.PutIfRev(ctx, store.Record{Kind: "k", ID: "i"}); err == nil || errors.Is(err, store.ErrConflict) {
		t.Fatalf("got %v of a server that is gone", err)
	}
}

func count(t *testing.T, s store.Store, kind, head string) (n int) {
	t.Helper()
	if err := s.List(ctx, kind, "", store.Range{From: head, To: head + "\xff"}, 0, func(store.Record) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}
