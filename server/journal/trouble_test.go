package journal_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"veche/server/journal"
	"veche/server/store"
	"veche/server/store/sqlite"
)

// A disk that is full or can't be written is named to whoever wants to write,
// readers have the topic as it is, also where it was not live yet, and writing
// goes on by itself once the disk takes it.
func TestUnwritableDisk(t *testing.T) {
	for _, cause := range []error{store.ErrFull, store.ErrUnwritable} {
		for _, when := range []string{"under way", "at the start"} {
			t.Run(fmt.Sprint(cause, " ", when), func(t *testing.T) {
				h := newHall(t, sqlite.Options{}, 1)
				if when == "at the start" {
					h = h.reopen(sqlite.Options{}, journal.Options{})
				} else {
					h.seq()
				}
				before := len(h.log())
				h.store.set(nil, fmt.Errorf("commit: %w", cause))
				for i := range 3 {
					if _, err := h.say(0, fmt.Sprint(i), "x"); !errors.Is(err, cause) {
						t.Errorf("a remark: %v", err)
					}
				}
				if seq, _ := h.seq(); seq != uint64(before) {
					t.Errorf("readers see %d events of %d", seq, before)
				}
				if list := h.journal.Troubles(); len(list) != 1 || list[0].Topic != hallID || !errors.Is(list[0].Err, cause) || list[0].Damaged() || list[0].Since.IsZero() {
					t.Errorf("troubles %+v", list)
				}
				h.store.set(nil, nil)
				for end := time.Now().Add(20 * time.Second); ; {
					_, err := h.say(0, "1", "x")
					if err == nil {
						break
					}
					if !errors.Is(err, cause) || time.Now().After(end) {
						t.Fatalf("with room again: %v", err)
					}
					time.Sleep(5 * time.Millisecond)
				}
				if list := h.journal.Troubles(); len(list) != 0 {
					t.Errorf("troubles %+v", list)
				}
				if got := len(h.log()); got != before+1 {
					t.Errorf("%d events follow %d", got, before)
				}
			})
		}
	}
}

// broken is a store in which the log of one topic can't be read.
type broken struct {
	store.Store
	topic string
}

func (b broken) ReadAfter(ctx context.Context, topic string, seq uint64, f func(store.Batch) error) error {
	if topic == b.topic {
		return fmt.Errorf("%w: batch no 1", store.ErrCorrupt)
	}
	return b.Store.ReadAfter(ctx, topic, seq, f)
}

// A damaged topic is refused as such, and not listed; the others are as they were.
func TestDamagedTopic(t *testing.T) {
	h := newHall(t, sqlite.Options{}, 1)
	j := journal.Open(broken{h.store, "other"}, journal.Options{})
	defer func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := h.store.AppendBatch(background, store.Batch{Topic: "other", No: 1, First: 1, Last: 1, Epoch: 1, Bytes: []byte("x")}, nil); err != nil {
		t.Fatal(err)
	}
	if ids, err := j.Topics(background); err != nil || len(ids) != 2 {
		t.Errorf("before anybody looked: %q, %v", ids, err)
	}
	if _, err := j.View(background, "other"); !errors.Is(err, journal.ErrDamaged) {
		t.Errorf("the damaged topic: %v", err)
	}
	if ids, err := j.Topics(background); err != nil || len(ids) != 1 || ids[0] != hallID {
		t.Errorf("topics %q, %v", ids, err)
	}
	if list := j.Troubles(); len(list) != 1 || list[0].Topic != "other" || !list[0].Damaged() {
		t.Errorf("troubles %+v", list)
	}
}
