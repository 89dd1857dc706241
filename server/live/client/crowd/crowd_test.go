package crowd

import (
	"fmt"
	"testing"
	"time"

	"veche/server/journal"
	"veche/server/live/protocol"
)

func plan(people, tables int) Plan {
	p := Plan{Tables: uint32(tables), Texts: []string{"text"}, Rate: 1, Seconds: 60, Seed: 1}
	for i := range people {
		p.People = append(p.People, Seated{Cookie: fmt.Sprint(i), Table: uint32(i%max(tables, 1) + 1), Number: uint64(i + 1)})
	}
	return p
}

func TestKindsOfPeople(t *testing.T) {
	for _, c := range []struct{ people, absent, late, stalled int }{{1000, 30, 50, 20}, {20, 1, 1, 1}, {10, 0, 1, 0}, {1, 0, 0, 0}} {
		crowd := New(plan(c.people, 2))
		if a, l, s := len(crowd.of(absent)), len(crowd.of(latecomer)), len(crowd.of(staller)); a != c.absent || l != c.late || s != c.stalled {
			t.Errorf("of %d people %d stay away, %d are late, %d stall, want %d, %d, %d", c.people, a, l, s, c.absent, c.late, c.stalled)
		}
		same := New(plan(c.people, 2))
		for i := range crowd.people {
			if crowd.people[i].kind != same.people[i].kind {
				t.Fatalf("the same seed makes person %d of another kind", i)
			}
		}
	}
}

// Four people share an address, and no two groups of four have the same.
func TestAddresses(t *testing.T) {
	seen := map[string]int{}
	for i := range 10_000 {
		ip := address(i)
		if !ip.IsLoopback() {
			t.Fatalf("person %d comes from %v", i, ip)
		}
		seen[ip.String()]++
	}
	for ip, n := range seen {
		if n != 4 {
			t.Errorf("%d people come from %s", n, ip)
		}
	}
}

func TestHead(t *testing.T) {
	at := time.Unix(0, 1_795_000_000_123_456_789)
	text := head(at, 42) + "what I say @1.2 "
	if got, ok := saidAt(text); !ok || got != at.UnixNano() {
		t.Errorf("said at %d, %v", got, ok)
	}
	if n, ok := Number(text); !ok || n != 42 {
		t.Errorf("number %d, %v", n, ok)
	}
	for _, other := range []string{"", "@", "@abc", "@abc. ", "@.1 x", "@a.b x", "what @1.2 ", "@1.99999999999 x"} {
		if n, ok := Number(other); ok {
			t.Errorf("%q has the number %d", other, n)
		}
	}
}

func remark(id uint32, room uint32, by uint64) protocol.Event {
	return protocol.Event{E: "remark", Remark: &journal.Remark{ID: id, Room: room, Author: journal.RemarkAuthor{Number: by}}}
}

// What never came is told, what came late or twice is not.
func TestMissing(t *testing.T) {
	c := New(plan(4, 1))
	p := c.people[0]
	p.observe(&protocol.Message{T: "joined"})
	reset := func(more bool, ids ...uint32) *protocol.Message {
		m := &protocol.Message{T: "reset", Room: 1, More: more}
		for _, id := range ids {
			m.Remarks = append(m.Remarks, journal.Remark{ID: id, Room: 1})
		}
		return m
	}
	p.observe(reset(true, 5, 6)) // 1 to 4 are older than what a newcomer gets
	p.observe(&protocol.Message{T: "events", Room: 1, Events: []protocol.Event{remark(8, 1, 2), remark(9, 1, 2), remark(9, 1, 2)}})
	p.observe(&protocol.Message{T: "events", Room: 0, Events: []protocol.Event{remark(10, 0, 2)}}) // of the main hall
	all := []uint32{1, 2, 5, 6, 7, 8, 9, 11}
	if n := p.missing(all); n != 2 {
		t.Errorf("%d missing of 7 and 11, want 2", n)
	}
	p.observe(&protocol.Message{T: "events", Room: 1, Events: []protocol.Event{remark(7, 1, 2)}}) // late
	if n := p.missing(all); n != 1 {
		t.Errorf("%d missing, want 1", n)
	}
	p.observe(reset(true, 11)) // told that there is a gap
	if n := p.missing(all); n != 0 {
		t.Errorf("%d missing after a reset, want 0", n)
	}
}

// Who was put at another table is not held against this one.
func TestMoved(t *testing.T) {
	defer func(d time.Duration) { settling = d }(settling)
	settling = time.Millisecond
	c := New(plan(4, 2))
	p := c.people[0]
	p.observe(&protocol.Message{T: "joined", Rooms: []uint32{0, 1}})
	c.tables[1].acked = []uint32{3}
	c.finish(t.Context())
	if c.r.Missed != 1 {
		t.Errorf("%d missed of a remark that never came, want 1", c.r.Missed)
	}
	p.observe(&protocol.Message{T: "joined", Rooms: []uint32{0, 2}})
	c.finish(t.Context())
	if r := c.result(); r.Missed != 0 || r.Moved != 1 {
		t.Errorf("%d missed and %d moved, want 0 and 1", r.Missed, r.Moved)
	}
}

// Waits across a cut measure the cut.
func TestReceipts(t *testing.T) {
	c := New(plan(4, 1))
	p := c.people[0]
	say := func(at time.Time) {
		e := remark(1, 1, 2)
		e.Text = head(at, 1) + "x"
		p.observe(&protocol.Message{T: "events", Room: 1, Events: []protocol.Event{e}})
	}
	begun := time.Now()
	time.Sleep(time.Millisecond)
	p.observe(&protocol.Message{T: "joined"})
	say(begun)
	if c.receipts.Load() != 0 {
		t.Error("what was said before they were in counts")
	}
	say(time.Now())
	if c.receipts.Load() != 1 {
		t.Errorf("%d receipts, want 1", c.receipts.Load())
	}
	p.cut(nil)
	during := time.Now()
	p.observe(&protocol.Message{T: "joined"})
	say(during)
	if c.receipts.Load() != 1 || c.r.Back != 0 {
		t.Errorf("%d receipts and %d back after a cut that was not ours", c.receipts.Load(), c.r.Back)
	}
}

// The wait for 99 % after a restart ends with the person that makes it so.
func TestReturned(t *testing.T) {
	c := New(plan(200, 1))
	for _, p := range c.people {
		p.observe(&protocol.Message{T: "joined"})
	}
	c.awaited = len(c.people)
	at := time.Now()
	c.restart.Store(at.UnixNano())
	if !c.recovering() {
		t.Error("the server was started anew, and waits count as if nothing was")
	}
	for i, p := range c.people {
		p.cut(nil)
		select {
		case <-c.enough:
			if i < 198 {
				t.Fatalf("enough after %d of 200", i)
			}
		default:
			if i >= 198 {
				t.Fatalf("not enough after %d of 200", i)
			}
		}
		p.observe(&protocol.Message{T: "joined"})
	}
	if c.recovering() {
		t.Error("people are back, and their waits still count for the restart")
	}
	if r := c.result(); r.RestartBack != 200 || r.RestartP99 <= 0 {
		t.Errorf("%d back, 99 %% after %v ms", r.RestartBack, r.RestartP99)
	}
	if r := New(plan(20, 1)).result(); r.RestartP99 != -1 {
		t.Errorf("nobody came back, and 99 %% did after %v ms", r.RestartP99)
	}
}

func TestSpeed(t *testing.T) {
	p := plan(4, 1)
	p.Agenda = []Step{{Minutes: 20}, {Minutes: 40}}
	if got := New(p).speed(); got != 60 { // an hour in a minute
		t.Errorf("%g×, want 60×", got)
	}
	p.Speed = 5
	if got := New(p).speed(); got != 5 {
		t.Errorf("%g×, want 5×", got)
	}
	p.Speed, p.Seconds = 0, 7200
	if got := New(p).speed(); got != 1 {
		t.Errorf("%g× where there is time enough, want 1×", got)
	}
}
