package live_test

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"testing"

	"veche/server/live"
	"veche/server/live/client"
	"veche/server/live/protocol"
	"veche/server/topic"
)

// Who comes when the tables have begun and sits at none is handed over to be
// placed, once, and is at the table as soon as that is done.
func TestLatecomersArePlaced(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var asked []uint64
	w := &town{debate: agenda}
	w.start(t, 5, live.Options{Place: func(_ context.Context, id string, application uint64) {
		mu.Lock()
		defer mu.Unlock()
		if id == topicID {
			asked = append(asked, application)
		}
	}})
	w.seat(1, 1, 2, 2, 0)
	placed := func() []uint64 {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(asked)
	}
	early := w.dial("p5", client.Options{})
	ready(t, early, 0)
	early.Close()
	w.do(facilitator, topic.OpenStep{From: 1, To: 2, Step: 1})
	seated, watching, guest := w.dial("p1", client.Options{}), w.dial("p5", client.Options{Watch: true}), w.dial("p99", client.Options{})
	ready(t, seated, 1)
	ready(t, guest, 0)
	late := w.dial("p5", client.Options{})
	eventually(t, "asked for a table", func() bool { return len(placed()) > 0 })
	late.Drop()
	w.dial("p5", client.Options{})
	ready(t, late, 0)
	w.do(facilitator, topic.PlacePeople{Cause: topic.PlaceLatecomer, People: []uint64{5}, Tables: []uint32{2}})
	ready(t, late, 2)
	w.agrees(late, 2)
	if got := placed(); !slices.Equal(got, []uint64{5}) {
		t.Errorf("asked for a table for %v", got)
	}
	if n := w.floor(2).Seated; n != 3 {
		t.Errorf("%d people sit at table 2", n)
	}
	if _, ok := watching.Room(2); ok {
		t.Error("who watches was put into a room")
	}
}

// A room that opens between a commit and its handing out has the state of after
// and the seats of before: it is told them when they are handed out.
func TestARoomOpensBeforeItsSeatsAreHandedOut(t *testing.T) {
	t.Parallel()
	w := &town{debate: agenda}
	w.start(t, 5, live.Options{})
	w.seat(1, 1, 2, 2, 0)
	w.do(facilitator, topic.OpenStep{From: 1, To: 2, Step: 1})
	ready(t, w.dial("p1", client.Options{}), 1) // the topic is attached
	w.handing.Lock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.do(facilitator, topic.PlacePeople{Cause: topic.PlaceLatecomer, People: []uint64{5}, Tables: []uint32{2}})
	}()
	eventually(t, "the seat in the log", func() bool { return w.floor(2).Seated == 3 })
	late := w.dial("p5", client.Options{})
	ready(t, late, 2)
	w.handing.Unlock()
	<-done
	w.agrees(late, 2)
}

// Only those who move are told where they sit now; nobody else is made to ask.
func TestWhoMovesIsTold(t *testing.T) {
	t.Parallel()
	w := newMeeting(t, 6, live.Options{})
	var mu sync.Mutex
	heard := map[string][]uint32{}
	boards := 0
	watch := func(name string) *client.Client {
		c := w.dial(name, client.Options{Observe: func(m *protocol.Message) {
			mu.Lock()
			defer mu.Unlock()
			switch m.T {
			case "joined":
				heard[name] = append(heard[name], m.Table)
			case "board":
				boards++
			}
		}})
		ready(t, c, 0)
		return c
	}
	one, three, five := watch("p1"), watch("p3"), watch("p5")
	w.do(facilitator, topic.PlacePeople{Cause: topic.PlaceByFacilitator, People: []uint64{3}, Tables: []uint32{1}})
	ready(t, three, 1)
	w.do(facilitator, topic.MergeTables{From: 3, Into: 1})
	ready(t, five, 1)
	w.agrees(one, 1)
	w.agrees(five, 1)
	mu.Lock()
	defer mu.Unlock()
	// Who moves hears of it and joins anew.
	if want := map[string][]uint32{"p1": {1}, "p3": {2, 1, 1}, "p5": {3, 1, 1}}; !reflect.DeepEqual(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
	if boards != 0 {
		t.Errorf("everyone was made to ask %d times", boards)
	}
}

// Each person is present once, in the rooms where they take part.
func TestWhoIsPresent(t *testing.T) {
	t.Parallel()
	w := newTown(t, 6, live.Options{})
	if got := w.hub.Present(topicID); len(got) != 0 || w.hub.Here(topicID, 0) != 0 {
		t.Errorf("before anyone came: %v", got)
	}
	for _, name := range []string{"p1", "p1", "p4", "p99"} {
		ready(t, w.dial(name, client.Options{}), 0)
	}
	staff := w.dial("f", client.Options{Rooms: []uint32{0, 1, 2}})
	ready(t, staff, 2)
	ready(t, w.dial("p2", client.Options{Watch: true, Rooms: []uint32{0, 1}}), 1)
	none := w.dial("p3", client.Options{Watch: true})
	want := map[uint32][]uint64{0: {1, 4}, 1: {1}, 2: {4}}
	eventually(t, "everyone present", func() bool { return reflect.DeepEqual(w.hub.Present(topicID), want) })
	for room, n := range []int{4, 1, 1, 0} { // the guest and the staff are in the hall too
		if got := w.hub.Here(topicID, uint32(room)); got != n {
			t.Errorf("%d here in room %d, want %d", got, room, n)
		}
	}
	eventually(t, "the count", func() bool { r, _ := staff.Room(0); return r.Here == 4 })
	if _, ok := none.Room(0); ok {
		t.Error("who watches without rooms is in one")
	}
}

// At a table only those who sit there are present, also when a moderator reads
// along who is a participant elsewhere, and it follows them when they move.
func TestWhoReadsATableIsNotPresent(t *testing.T) {
	t.Parallel()
	w := newTown(t, 6, live.Options{})
	one := w.dial("p1", client.Options{})
	ready(t, one, 1)
	for _, name := range []string{"m3", "m90"} {
		ready(t, w.dial(name, client.Options{Rooms: []uint32{0, 1, 2}}), 2)
	}
	are := func(want ...[]uint64) {
		t.Helper()
		eventually(t, "the present", func() bool {
			for table, people := range want {
				r, _ := one.Room(1)
				if room := uint32(table + 1); w.hub.Here(topicID, room) != len(people) || !slices.Equal(w.hub.PresentAt(topicID, room), people) || table == 0 && r.Here != len(people) {
					return false
				}
			}
			return true
		})
	}
	are([]uint64{1}, []uint64{3}, nil)
	w.do(facilitator, topic.PlacePeople{Cause: topic.PlaceByFacilitator, People: []uint64{3}, Tables: []uint32{1}})
	are([]uint64{1, 3}, nil, nil)
	if got := w.hub.PresentAt(topicID, 0); !slices.Equal(got, []uint64{1, 3}) {
		t.Errorf("in the main hall: %v", got)
	}
	w.do(facilitator, topic.PlacePeople{Cause: topic.PlaceByFacilitator, People: []uint64{3}, Tables: []uint32{2}})
	are([]uint64{1}, []uint64{3}, nil)
	if n, ok := w.hub.Seated(topicID, 1); !ok || n != 2 {
		t.Errorf("%d sit at table 1, known %t", n, ok)
	}
}
