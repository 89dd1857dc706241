package move_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"veche/server/store"
	"veche/server/store/move"
	"veche/server/store/sqlite"
)

var ctx = context.Background()

func open(t *testing.T, dir string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fill makes an installation of some size: 3 topics, 1,800 records of 3 kinds,
// 5 blobs.
func fill(t *testing.T, s store.Store) {
	t.Helper()
	now := time.Date(2031, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, topic := range []string{"a", "b", "z"} {
		for no := uint64(1); no <= 40; no++ {
			must(t, s.AppendBatch(ctx, store.Batch{Topic: topic, No: no, First: 2*no - 1, Last: 2 * no, Epoch: 1 + no/20, Bytes: fmt.Appendf(nil, "%s %d", topic, no)}, nil))
		}
		for range 5 {
			_, err := s.Claim(ctx, "topic/"+topic, "owner", time.Second, now)
			must(t, err)
		}
	}
	for _, kind := range []string{"person", "person-key", "text"} {
		var rows []store.Record
		for i := range 600 {
			rows = append(rows, store.Record{Kind: kind, ID: fmt.Sprintf("%04d", i), Data: bytes.Repeat([]byte{byte(i)}, i), Index: map[string]string{"topic": "a"}})
		}
		must(t, s.Insert(ctx, rows))
		for rev := uint64(1); rev < 5; rev++ {
			_, err := s.PutIfRev(ctx, store.Record{Kind: kind, ID: "0007", Rev: rev, Data: []byte("changed")})
			must(t, err)
		}
	}
	for i := range 5 {
		data := bytes.Repeat([]byte{byte(i)}, i*300_000)
		sum := sha256.Sum256(data)
		must(t, s.PutBlob(ctx, hex.EncodeToString(sum[:]), bytes.NewReader(data)))
	}
}

// cut is a store that fails for good after so many writes, as a process does
// that is killed.
type cut struct {
	store.Movable
	left int
}

var errCut = errors.New("killed")

func (c *cut) spend() error {
	if c.left--; c.left < 0 {
		return errCut
	}
	return nil
}

func (c *cut) AppendBatch(ctx context.Context, b store.Batch, rows []store.Record) error {
	if err := c.spend(); err != nil {
		return err
	}
	return c.Movable.AppendBatch(ctx, b, rows)
}

func (c *cut) Restore(ctx context.Context, rows []store.Record) error {
	if err := c.spend(); err != nil { // half of them came through
		return errors.Join(err, c.Movable.Restore(ctx, rows[:len(rows)/2]))
	}
	return c.Movable.Restore(ctx, rows)
}

func (c *cut) PutIfRev(ctx context.Context, r store.Record) (uint64, error) {
	if err := c.spend(); err != nil {
		return 0, err
	}
	return c.Movable.PutIfRev(ctx, r)
}

func (c *cut) RestoreEpoch(ctx context.Context, name string, epoch uint64) error {
	if err := c.spend(); err != nil {
		return err
	}
	return c.Movable.RestoreEpoch(ctx, name, epoch)
}

// Cut off again and again, a copy goes on and ends with the same content.
func TestCopyGoesOnAfterEveryCut(t *testing.T) {
	from, to := open(t, t.TempDir()), open(t, t.TempDir())
	fill(t, from)
	var told []string
	order := move.Order{From: from, Source: "here", Tell: func(s string) { told = append(told, s) }}
	cuts := 0
	for left := 1; ; left += 3 {
		order.To = &cut{to, left}
		counts, err := move.Copy(ctx, order)
		if err == nil {
			if want := (move.Counts{Topics: 3, Batches: 120, Records: 1800, Blobs: 5, Bytes: counts.Bytes}); counts != want || counts.Bytes < 3_000_000 {
				t.Fatalf("%+v, want %+v", counts, want)
			}
			break
		}
		if !errors.Is(err, errCut) {
			t.Fatal(err)
		}
		if cuts++; left > 1 { // there is a note by now
			if err := move.Whole(ctx, to); err == nil || !strings.Contains(err.Error(), "here") {
				t.Fatalf("half a copy passes as whole: %v", err)
			}
		}
	}
	if cuts < 5 {
		t.Fatalf("cut off %d times only", cuts)
	}
	must(t, move.Whole(ctx, to))
	if !strings.Contains(strings.Join(told, ","), "going on") {
		t.Errorf("told %q", told)
	}
	r, err := to.Get(ctx, "person", "0007")
	if err != nil || r.Rev != 5 || string(r.Data) != "changed" {
		t.Fatalf("%+v, %v", r, err)
	}
	epoch, err := to.Claim(ctx, "topic/z", "new", time.Second, time.Now())
	if err != nil || epoch != 6 {
		t.Fatalf("epoch %d, %v", epoch, err)
	}
	must(t, to.AppendBatch(ctx, store.Batch{Topic: "z", No: 41, First: 81, Last: 81, Epoch: epoch, Bytes: []byte("on")}, nil))
}

func TestWhatIsNotCopied(t *testing.T) {
	from, to := open(t, t.TempDir()), open(t, filepath.Join(t.TempDir(), "to"))
	fill(t, from)
	must(t, to.Insert(ctx, []store.Record{{Kind: "person", ID: "x"}}))
	if _, err := move.Copy(ctx, move.Order{From: from, To: to, Source: "here"}); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("over another installation: %v", err)
	}
	half := open(t, t.TempDir())
	if _, err := move.Copy(ctx, move.Order{From: from, To: &cut{half, 4}, Source: "here"}); !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	if _, err := move.Copy(ctx, move.Order{From: from, To: half, Source: "elsewhere"}); err == nil || !strings.Contains(err.Error(), "half filled from here") {
		t.Errorf("on with another source: %v", err)
	}
	if _, err := move.Copy(ctx, move.Order{From: half, To: open(t, t.TempDir()), Source: "half"}); err == nil || !strings.Contains(err.Error(), "half filled") {
		t.Errorf("from half a copy: %v", err)
	}
	// What differs in the end is named.
	if _, err := move.Copy(ctx, move.Order{From: from, To: &changed{half}, Source: "here"}); err == nil || !strings.Contains(err.Error(), "kind text") {
		t.Errorf("a record that came through changed: %v", err)
	}
	if move.Whole(ctx, half) == nil {
		t.Error("passes as whole though it differs")
	}
}

// changed is a store that damages one record.
type changed struct{ store.Movable }

func (c *changed) Restore(ctx context.Context, rows []store.Record) error {
	for i := range rows {
		if rows[i].Kind == "text" && rows[i].ID == "0100" {
			rows[i].Data = []byte("damaged")
		}
	}
	return c.Movable.Restore(ctx, rows)
}
