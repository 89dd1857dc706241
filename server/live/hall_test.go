package live_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"veche/server/journal"
	"veche/server/live"
	"veche/server/live/client"
	"veche/server/live/protocol"
	"veche/server/topic"
)

// A main hall that goes too fast leaves remarks out and says how many; removals
// are not left out, and the chain holds.
func TestACrowdedHallSaysWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	const remarks = 300
	w := &town{debate: topic.Debate{HallRate: 5}}
	w.start(t, 20, live.Options{})
	x := &witness{}
	var mu sync.Mutex
	shown, skipped, removed := 0, uint32(0), 0
	c := w.dial("p99", client.Options{Keep: 1000, Observe: func(m *protocol.Message) {
		x.observe(m)
		mu.Lock()
		defer mu.Unlock()
		skipped += m.Skipped
		for _, e := range m.Events {
			if e.E == "removed" {
				removed++
			} else if m.T == "events" {
				shown++
			}
		}
	}})
	ready(t, c, 0)
	a := w.leave("p98", 0)
	for i := range remarks {
		w.say(1+i%20, 0, fmt.Sprint("remark ", i))
		if i%50 == 49 {
			reason := journal.NewText("off topic")
			w.do(moderator, topic.RemoveRemark{Remark: uint32(i), Reason: reason.Digest()}, reason)
		}
	}
	w.settled(c, 0)
	mu.Lock()
	defer mu.Unlock()
	x.check(t, 1)
	if shown+int(skipped) != remarks || removed != remarks/50 {
		t.Errorf("%d shown, %d left out, %d removed of %d", shown, skipped, removed, remarks)
	}
	if shown == 0 || skipped == 0 {
		t.Errorf("%d shown and %d left out", shown, skipped)
	}
	if r, _ := c.Room(0); r.Skipped != skipped {
		t.Errorf("the client counts %d left out, not %d", r.Skipped, skipped)
	}
	// Who comes back from before gets the same choice, or all of it.
	got := w.comeBack("p98", a.position)
	last, told := a.position.Last, 0
	for _, m := range got {
		if m.T != "events" || m.Prev != last {
			t.Fatalf("coming back: %s with prev %d after %d", m.T, m.Prev, last)
		}
		last = m.Last
		told += int(m.Skipped)
		for _, e := range m.Events {
			if e.E == "remark" {
				told++
			}
		}
	}
	if told != remarks {
		t.Errorf("who comes back is told of %d of %d remarks", told, remarks)
	}
	page, err := w.journal.Remarks(t.Context(), topicID, 0, 0, 200)
	if err != nil || len(page.Remarks) != 200 || !strings.HasPrefix(page.Remarks[199].Text, "remark") {
		t.Errorf("the log has %d remarks, %v", len(page.Remarks), err)
	}
}
