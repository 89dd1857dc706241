package server

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"veche/server/bus"
	"veche/server/journal"
	"veche/server/topic"
)

// A reader that falls behind is told to read every topic again, and gets what
// comes after, even where the store can't say at first which topics there are.
func TestRelayTellsOfLostCommits(t *testing.T) {
	local := bus.NewLocal(2)
	held := make(chan struct{})
	got := make(chan journal.Committed, 100)
	asked := 0
	topics := func(context.Context) ([]string, error) {
		if asked++; asked < 3 {
			return nil, errors.New("the disk does not answer")
		}
		return []string{"a", "b"}, nil
	}
	r, err := newRelay(local, topics, func(c journal.Committed) {
		got <- c
		<-held
	})
	if err != nil {
		t.Fatal(err)
	}
	commit := func(seq uint64) {
		if err := r.publish(journal.Committed{Topic: "a", Events: []topic.Event{{Seq: seq}}}); err != nil {
			t.Fatal(err)
		}
	}
	commit(1)
	<-got // it is being delivered, and held
	for seq := uint64(2); seq <= 20; seq++ {
		commit(seq)
	}
	close(held)
	var resets []string
	for last := uint64(0); last < 20; {
		select {
		case c := <-got:
			if c.Reset {
				resets = append(resets, c.Topic)
			} else {
				last = c.Events[0].Seq
			}
		case <-time.After(10 * time.Second):
			t.Fatal("the last commit never came")
		}
	}
	if !slices.Equal(resets, []string{"a", "b"}) {
		t.Errorf("resets of %v, want of both topics", resets)
	}
	if err := r.close(); err != nil {
		t.Error(err)
	}
}
