package journal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"veche/server/journal"
	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// firstRead is where the hall's log was read from when it was opened.
func (h *hall) firstRead() uint64 {
	h.Helper()
	h.seq()
	h.store.mu.Lock()
	defer h.store.mu.Unlock()
	return h.store.reads[0]
}

// A topic opens from the snapshot that closing wrote; whatever is wrong with
// the snapshot, it opens from the log, to the same state.
func TestSnapshots(t *testing.T) {
	fill := func(t *testing.T, n int) *hall {
		h := newHall(t, sqlite.Options{}, 1)
		for i := range n {
			if _, err := h.say(0, fmt.Sprint(i), fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
		}
		return h
	}
	edit := func(change func(r map[string]any)) func(t *testing.T, h *hall) {
		return func(t *testing.T, h *hall) {
			record, err := h.store.Get(background, "snapshot", hallID)
			if err != nil {
				t.Fatal(err)
			}
			r := map[string]any{}
			if err := json.Unmarshal(record.Data, &r); err != nil {
				t.Fatal(err)
			}
			change(r)
			if record.Data, err = json.Marshal(r); err != nil {
				t.Fatal(err)
			}
			if _, err := h.store.PutIfRev(background, record); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name   string
		damage func(t *testing.T, h *hall)
		used   bool
	}{
		{"whole", func(*testing.T, *hall) {}, true},
		{"of other code", edit(func(r map[string]any) { r["layout"] = "another" }), false},
		{"of another seq", edit(func(r map[string]any) { r["seq"] = 3 }), false},
		{"without its blob", edit(func(r map[string]any) { r["blob"] = strings.Repeat("0", 64) }), false},
		{"that is no JSON", func(t *testing.T, h *hall) {
			record, err := h.store.Get(background, "snapshot", hallID)
			if err != nil {
				t.Fatal(err)
			}
			record.Data = []byte("{")
			if _, err := h.store.PutIfRev(background, record); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"that is cut short", func(t *testing.T, h *hall) { h.replaceSnapshot(t, func(b []byte) []byte { return b[:len(b)/2] }) }, false},
		{"with a byte changed", func(t *testing.T, h *hall) {
			h.replaceSnapshot(t, func(b []byte) []byte { b[0] ^= 1; return b }) // its seq
		}, false},
		{"ahead of the log", func(t *testing.T, h *hall) { longer := fill(t, 9); longer.close(); h.takeSnapshot(t, longer.dir) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := fill(t, 5)
			want, epoch := h.seq()
			if err := h.journal.Close(); err != nil {
				t.Fatal(err)
			}
			c.damage(t, h)
			h = h.reopen(sqlite.Options{}, journal.Options{})
			from := h.firstRead()
			if c.used && from != want || !c.used && from != 0 {
				t.Errorf("the log was read after seq %d; it ends at %d, the snapshot is used: %v", from, want, c.used)
			}
			got, now := h.seq()
			if got != want || now <= epoch {
				t.Errorf("opened at seq %d, epoch %d: it was closed at %d, %d", got, now, want, epoch)
			}
			h.folded()
			if ack, err := h.say(0, "4", "again"); err != nil || !ack.Repeated {
				t.Errorf("a client id from before the restart: %+v, %v", ack, err)
			}
			if _, err := h.say(0, "new", "new"); err != nil {
				t.Error(err)
			}
			h.folded()
		})
	}
}

// replaceSnapshot puts a changed snapshot in the place of the hall's.
func (h *hall) replaceSnapshot(t *testing.T, change func([]byte) []byte) {
	t.Helper()
	record, err := h.store.Get(background, "snapshot", hallID)
	if err != nil {
		t.Fatal(err)
	}
	r := map[string]any{}
	if err := json.Unmarshal(record.Data, &r); err != nil {
		t.Fatal(err)
	}
	b := change(readBlob(t, h.store, r["blob"].(string)))
	r["blob"] = putBlob(t, h.store, b)
	if record.Data, err = json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.PutIfRev(background, record); err != nil {
		t.Fatal(err)
	}
}

// takeSnapshot puts another hall's snapshot in the place of this one's.
func (h *hall) takeSnapshot(t *testing.T, dir string) {
	t.Helper()
	other, err := sqlite.Open(background, dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	theirs, err := other.Get(background, "snapshot", hallID)
	if err != nil {
		t.Fatal(err)
	}
	r := map[string]any{}
	if err := json.Unmarshal(theirs.Data, &r); err != nil {
		t.Fatal(err)
	}
	putBlob(t, h.store, readBlob(t, other, r["blob"].(string)))
	ours, err := h.store.Get(background, "snapshot", hallID)
	if err != nil {
		t.Fatal(err)
	}
	ours.Data = theirs.Data
	if _, err := h.store.PutIfRev(background, ours); err != nil {
		t.Fatal(err)
	}
}

func readBlob(t *testing.T, s store.Store, name string) []byte {
	t.Helper()
	r, err := s.GetBlob(background, name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func putBlob(t *testing.T, s store.Store, b []byte) string {
	sum := sha256.Sum256(b)
	t.Helper()
	name := hex.EncodeToString(sum[:])
	if err := s.PutBlob(background, name, bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	return name
}

// brokenErasures is a store whose texts can't be deleted.
type brokenErasures struct{ *watched }

func (brokenErasures) Delete(context.Context, string, string, uint64) error {
	return errors.New("the disk is full")
}

// An erased text and its salt are gone from every file; the log, byte for byte
// what it was and one event longer, still decodes and folds.
func TestEraseText(t *testing.T) {
	h := newHall(t, sqlite.Options{}, 2)
	secret := journal.NewText("a secret that must not stay: Zeltabor 7731")
	other := journal.NewText("what may stay: Quomfry 5502")
	for i, x := range []journal.Text{secret, other} {
		h.do(person(i), topic.SubmitIdea{Text: x.Digest(), Lang: "en"}, x)
	}
	before := h.bytes()
	h = h.reopen(sqlite.Options{}, journal.Options{})
	for _, what := range [][]byte{secret.Body, secret.Salt[:], other.Body} {
		if n := h.inFiles(what); n == 0 {
			t.Fatal("what is to be erased was not there: the test would show nothing")
		}
	}
	registrar := topic.Who{Role: topic.RoleRegistrar, Pseudonym: topic.Pseudonym{3}}
	erase := func() (journal.Ack, error) {
		return h.journal.EraseText(background, hallID, journal.Request{Who: registrar, ClientID: "erase"}, topic.EraseText{Target: topic.EraseIdea, Number: 1, Reason: "author-request"})
	}
	first, err := erase()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := erase(); err != nil || !again.Repeated || again.Seq != first.Seq {
		t.Errorf("sent again: %+v, %v, first %+v", again, err, first)
	}
	if _, err := h.journal.EraseText(background, hallID, journal.Request{Who: registrar, ClientID: "other"}, topic.EraseText{Target: topic.EraseIdea, Number: 1, Reason: "unlawful"}); topic.CodeOf(err) != topic.CodeConflict {
		t.Errorf("erased twice: %v", err)
	}
	if _, err := h.journal.EraseText(background, hallID, journal.Request{Who: registrar, ClientID: "erase"}, topic.EraseText{Target: topic.EraseIdea, Number: 2, Reason: "unlawful"}); topic.CodeOf(err) != topic.CodeConflict {
		t.Errorf("another text under the client id of the first: %v", err)
	}
	texts, err := h.journal.Texts(background, hallID, []topic.Digest{secret.Digest(), other.Digest()})
	if err != nil || len(texts) != 1 || string(texts[other.Digest()].Body) != string(other.Body) {
		t.Errorf("the texts are %v, %v", texts, err)
	}
	after := h.bytes()
	if len(after) <= len(before) || !bytes.Equal(bytes.Join(after[:len(before)], nil), bytes.Join(before, nil)) {
		t.Error("the erasure changed the log's earlier events")
	}
	if s := h.folded(); !s.Ideas[0].Erased || s.Ideas[0].Text != secret.Digest() || len(s.Erasures) != 1 {
		t.Errorf("the state has the idea as %+v", s.Ideas[0])
	}
	h.close()
	for _, what := range [][]byte{secret.Body, secret.Salt[:]} {
		if n := h.inFiles(what); n != 0 {
			t.Errorf("%q is still there %d times", what, n)
		}
	}
	if h.inFiles(other.Body) == 0 {
		t.Error("another text went too")
	}
}

// An erasure whose event was written but whose text was not destroyed is
// finished when the topic opens again.
func TestErasureIsFinishedOnOpening(t *testing.T) {
	h := newHall(t, sqlite.Options{}, 1)
	secret := journal.NewText("Zeltabor 7731")
	h.do(person(0), topic.Say{Text: secret.Digest()}, secret)
	if err := h.journal.Close(); err != nil {
		t.Fatal(err)
	}
	h.journal = journal.Open(brokenErasures{h.store}, journal.Options{})
	registrar := topic.Who{Role: topic.RoleRegistrar, Pseudonym: topic.Pseudonym{3}}
	if _, err := h.journal.EraseText(background, hallID, journal.Request{Who: registrar}, topic.EraseText{Target: topic.EraseRemark, Number: 1, Reason: "unlawful"}); err == nil || !strings.Contains(err.Error(), "not destroyed yet") {
		t.Fatalf("the erasure that could not be finished was answered with %v", err)
	}
	h = h.reopen(sqlite.Options{}, journal.Options{})
	h.seq()
	h.close()
	if n := h.inFiles(secret.Body); n != 0 {
		t.Errorf("the text is still there %d times", n)
	}
}

// bytes is each event's canonical bytes.
func (h *hall) bytes() (events [][]byte) {
	h.Helper()
	err := h.journal.ReadBytes(background, hallID, func(_ uint64, b []byte) error {
		events = append(events, bytes.Clone(b))
		return nil
	})
	if err != nil {
		h.Fatal(err)
	}
	return events
}

// inFiles counts what in all files of the data directory.
func (h *hall) inFiles(what []byte) (n int) {
	h.Helper()
	err := filepath.WalkDir(h.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		n += bytes.Count(b, what)
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return n
}
