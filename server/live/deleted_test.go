package live_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"veche/server/journal"
	"veche/server/live"
	"veche/server/live/client"
	"veche/server/topic"
)

// When a topic is deleted its sockets close for good, its clocks stop, and nobody
// comes in again.
func TestADeletedTopicClosesItsRooms(t *testing.T) {
	t.Parallel()
	w := &town{debate: agenda}
	w.start(t, 6, live.Options{})
	w.seat(1, 1, 1, 2, 2, 2)
	w.do(facilitator, topic.OpenStep{From: 1, To: 2, Step: 1})
	a, b := w.dial("p1", client.Options{}), w.dial("f", client.Options{Rooms: []uint32{2}})
	ready(t, a, 1)
	ready(t, b, 2)
	err := w.journal.Destroy(t.Context(), journal.Tombstone{Topic: topicID, Note: "note"}, func(context.Context) error {
		w.hub.CloseTopic(topicID)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	late := time.After(20 * time.Second)
	for _, c := range []*client.Client{a, b} {
		select {
		case <-c.Done():
			if err := c.Err(); err == nil || !strings.Contains(err.Error(), "4003") {
				t.Errorf("a socket ended with %v", err)
			}
		case <-late:
			t.Fatal("a socket is open")
		}
	}
	if err := w.hub.Attend(t.Context(), topicID); topic.CodeOf(err) != topic.CodeGone {
		t.Errorf("its clocks are kept: %v", err)
	}
	if open := w.hub.Topics(); len(open) != 0 {
		t.Errorf("open are %q", open)
	}
	w.hub.CloseTopic(topicID)
}
