package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"veche/server/journal"
	"veche/server/live"
	"veche/server/live/client"
	"veche/server/live/protocol"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// witness writes down what a client was given of a room: the texts in order,
// how often it was reset, and any frame that did not continue what it had.
type witness struct {
	mu     sync.Mutex
	room   uint32
	texts  []string
	resets int
	broken []string
	epoch  uint64
	last   uint64
}

func (x *witness) observe(m *protocol.Message) {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case m.T == "reset" && m.Room == x.room:
		x.resets++
		x.epoch, x.last = m.Epoch, m.Last
		x.texts = nil
		for _, r := range m.Remarks {
			x.texts = append(x.texts, r.Text)
		}
	case m.T == "events" && m.Room == x.room:
		if m.Epoch != x.epoch || m.Prev != x.last {
			x.broken = append(x.broken, fmt.Sprintf("has epoch %d seq %d, got epoch %d prev %d", x.epoch, x.last, m.Epoch, m.Prev))
		}
		x.last = m.Last
		for _, e := range m.Events {
			if e.E == "remark" {
				x.texts = append(x.texts, e.Text)
			} else {
				x.texts = append(x.texts, fmt.Sprintf("removed %d %s", e.Gone, e.Reason))
			}
		}
	}
}

func (x *witness) seen() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.texts)
}

func (x *witness) check(t *testing.T, resets int) {
	t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.broken) > 0 {
		t.Errorf("frames that did not follow: %v", x.broken)
	}
	if x.resets != resets {
		t.Errorf("%d resets, want %d", x.resets, resets)
	}
}

// ready waits until the client is in the room.
func ready(t *testing.T, c *client.Client, room uint32) {
	t.Helper()
	eventually(t, "the client in the room", func() bool { r, ok := c.Room(room); return ok && r.Epoch != 0 })
}

func TestEveryoneHearsOneOrder(t *testing.T) {
	t.Parallel()
	const people, remarks = 50, 8
	w := newTown(t, people, live.Options{Limits: live.Limits{Messages: -1, Remarks: -1}})
	var witnesses []*witness
	var clients []*client.Client
	for n := 1; n <= people; n++ {
		x := &witness{}
		c := w.dial(fmt.Sprint("p", n), client.Options{Observe: x.observe, Rooms: []uint32{0}})
		ready(t, c, 0)
		witnesses, clients = append(witnesses, x), append(clients, c)
	}
	var all sync.WaitGroup
	for n, c := range clients {
		all.Go(func() {
			for i := range remarks {
				if _, err := c.Say(t.Context(), 0, fmt.Sprintf("%d says %d", n, i), 0); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for _, x := range witnesses {
		eventually(t, "all remarks", func() bool { return len(x.seen()) == people*remarks })
		x.check(t, 1)
		if !slices.Equal(x.seen(), witnesses[0].seen()) {
			t.Fatal("two clients heard the remarks in different orders")
		}
	}
	next := map[string]int{}
	for _, text := range witnesses[0].seen() {
		var n, i int
		if _, err := fmt.Sscanf(text, "%d says %d", &n, &i); err != nil {
			t.Fatal(err)
		}
		if next[fmt.Sprint(n)] != i {
			t.Fatalf("%q came out of its speaker's order", text)
		}
		next[fmt.Sprint(n)]++
	}
}

// Cut again and again, a client gets each remark once and no reset.
func TestResumeIsExact(t *testing.T) {
	t.Parallel()
	w := newTown(t, 4, live.Options{})
	x := &witness{}
	c := w.dial("p1", client.Options{Observe: x.observe, Rooms: []uint32{0}})
	ready(t, c, 0)
	var want []string
	for i := range 120 {
		want = append(want, fmt.Sprint("remark ", i))
		w.say(2, 0, want[i])
		if i%10 == 5 {
			c.Drop()
		}
	}
	eventually(t, "all remarks", func() bool { return len(x.seen()) >= len(want) })
	if !slices.Equal(x.seen(), want) {
		t.Errorf("got %q", x.seen())
	}
	x.check(t, 1)
}

// away takes a client out of the debate, and back with what it had.
type away struct {
	position protocol.Position
	have     []string
}

func (w *town) leave(name string, room uint32) away {
	w.t.Helper()
	x := &witness{room: room}
	c := w.dial(name, client.Options{Observe: x.observe, Rooms: []uint32{room}})
	ready(w.t, c, room)
	r, _ := c.Room(room)
	c.Close()
	return away{protocol.Position{Room: room, Epoch: r.Epoch, Last: r.Last}, x.seen()}
}

// settled waits until the client has all that was committed in the room.
func (w *town) settled(c *client.Client, room uint32) {
	w.t.Helper()
	page, err := w.journal.Remarks(context.Background(), topicID, room, 0, 1)
	if err != nil {
		w.t.Fatal(err)
	}
	eventually(w.t, "all that was said", func() bool { r, _ := c.Room(room); return r.Epoch == page.Epoch && r.Last >= page.Top })
}

// comeBack joins with a position and answers the room's messages.
func (w *town) comeBack(name string, at protocol.Position) []protocol.Message {
	w.t.Helper()
	ws := w.wire(name)
	if err := ws.WriteJSON(protocol.Join{T: "join", Topic: topicID, Rooms: []protocol.Position{at}}); err != nil {
		w.t.Fatal(err)
	}
	var list []protocol.Message
	floor := false
	for {
		for _, m := range next(w.t, ws) {
			if m.Floor != nil {
				floor = true
				if m.T == "events" && m.Prev == m.Last && len(m.Events) == 0 {
					continue // nothing but the floor
				}
			}
			if m.Room == at.Room && (m.T == "events" || m.T == "reset") {
				list = append(list, m)
			}
			if m.T == "presence" { // ends what one who comes is given
				if !floor {
					w.t.Error("who came was not told what goes on in the room")
				}
				return list
			}
		}
	}
}

func TestComingBack(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long ", 200)
	for _, c := range []struct {
		name  string
		while func(w *town)
		want  func(t *testing.T, at protocol.Position, got []protocol.Message)
	}{
		{"nothing missed", func(*town) {}, func(t *testing.T, _ protocol.Position, got []protocol.Message) {
			if len(got) != 0 {
				t.Errorf("got %+v", got)
			}
		}},
		{"in the ring", func(w *town) { w.say(2, 1, "new") }, func(t *testing.T, at protocol.Position, got []protocol.Message) {
			if len(got) != 1 || got[0].T != "events" || got[0].Prev != at.Last || len(got[0].Events) != 1 || got[0].Events[0].Text != "new" {
				t.Errorf("got %+v", got)
			}
		}},
		{"beyond the ring, in the log", func(w *town) {
			for i := range 90 {
				w.say(2, 1, fmt.Sprint(i, long))
			}
			reason := journal.NewText("off topic")
			w.do(moderator, topic.RemoveRemark{Remark: 1, Reason: reason.Digest()}, reason)
			w.do(moderator, topic.RemoveRemark{Remark: 3, Reason: reason.Digest()}, reason)
		}, func(t *testing.T, at protocol.Position, got []protocol.Message) {
			var texts, gone int
			last := at.Last
			for _, m := range got {
				if m.T != "events" || m.Prev != last {
					t.Fatalf("got %s with prev %d after %d", m.T, m.Prev, last)
				}
				last = m.Last
				for _, e := range m.Events {
					switch {
					case e.E == "removed" && e.Gone == 1 && e.Reason == "off topic":
						gone++
					case e.E == "remark" && e.ID == 3 && e.Text == "" && e.Removed == "off topic":
						gone++
					case e.E == "remark" && e.Text != "":
						texts++
					}
				}
			}
			if texts != 89 || gone != 2 {
				t.Errorf("got %d texts and %d removals", texts, gone)
			}
		}},
		{"too much", func(w *town) {
			for i := range 260 {
				w.say(2, 1, fmt.Sprint(i, long))
			}
		}, func(t *testing.T, at protocol.Position, got []protocol.Message) {
			if len(got) == 0 || got[0].T != "reset" || !got[0].More || got[0].Last <= at.Last {
				t.Errorf("got %d messages, the first %s", len(got), got[0].T)
			}
		}},
		{"another epoch", func(w *town) { w.close(); w.open(w.address) }, func(t *testing.T, at protocol.Position, got []protocol.Message) {
			if len(got) != 1 || got[0].T != "reset" || got[0].Epoch <= at.Epoch || got[0].Last != at.Last || len(got[0].Remarks) != 2 {
				t.Errorf("got %+v", got)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newTown(t, 2, live.Options{})
			w.say(1, 1, "first")
			w.say(1, 1, "second")
			a := w.leave("p1", 1)
			if !slices.Equal(a.have, []string{"first", "second"}) {
				t.Fatalf("before: %q", a.have)
			}
			c.while(w)
			w.settled(w.dial("p2", client.Options{Rooms: []uint32{1}}), 1)
			c.want(t, a.position, w.comeBack("p1", a.position))
		})
	}
}

// A position that the server never gave is answered with a reset.
func TestPositionsThatNeverWere(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{})
	w.say(1, 1, "first")
	at := w.leave("p1", 1).position
	for _, wrong := range []protocol.Position{
		{Room: 1}, {Room: 1, Epoch: at.Epoch, Last: at.Last + 1000}, {Room: 1, Epoch: at.Epoch + 1, Last: at.Last}, {Room: 1, Epoch: 1 << 63, Last: 1 << 63},
	} {
		got := w.comeBack("p1", wrong)
		if len(got) != 1 || got[0].T != "reset" || got[0].Last != at.Last || len(got[0].Remarks) != 1 {
			t.Errorf("%+v was answered %+v", wrong, got)
		}
	}
}

// A failed commit raises the epoch: everyone in a room is reset at once, nothing
// that was acknowledged is missing and nothing else shown.
func TestResetWhenTheTopicIsReadAnew(t *testing.T) {
	t.Parallel()
	var fault atomic.Int32
	w := &town{debate: topic.Debate{HallRate: everything}}
	w.fault = func() sqlite.Fault { return sqlite.Fault(fault.Swap(0)) }
	w.start(t, 4, live.Options{})
	x := &witness{}
	c := w.dial("p1", client.Options{Observe: x.observe, Rooms: []uint32{0}})
	ready(t, c, 0)
	w.say(2, 0, "before")
	fault.Store(int32(sqlite.FaultLost))
	// The client sends again what could not be confirmed.
	if _, err := c.Say(t.Context(), 0, "confirmed at the second try", 0); err != nil {
		t.Fatal(err)
	}
	w.say(2, 0, "after")
	want := []string{"before", "confirmed at the second try", "after"}
	eventually(t, "all remarks", func() bool { return slices.Equal(x.seen(), want) })
	w.agrees(c, 0) // the reset brought the floor too
	x.check(t, 2)
}

func TestTheSameIDCountsOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{})
	c := w.dial("p1", client.Options{Rooms: []uint32{1}})
	ready(t, c, 1)
	id := client.NewID()
	first, err := c.SayAs(t.Context(), id, 1, "once", 0)
	if err != nil {
		t.Fatal(err)
	}
	c.Drop()
	again, err := c.SayAs(t.Context(), id, 1, "once", 0)
	if err != nil {
		t.Fatal(err)
	}
	if first != again {
		t.Errorf("acknowledged %+v and then %+v", first, again)
	}
	w.say(2, 1, "then")
	eventually(t, "the next remark", func() bool { r, _ := c.Room(1); return len(r.Remarks) >= 2 })
	if r, _ := c.Room(1); len(r.Remarks) != 2 || r.Remarks[0].Text != "once" || r.Remarks[1].Text != "then" {
		t.Errorf("the room has %+v", r.Remarks)
	}
}

func TestWhoMayReadAndSpeak(t *testing.T) {
	t.Parallel()
	w := newTown(t, 4, live.Options{})
	rooms := func(name string, want ...uint32) []uint32 {
		ws := w.wire(name)
		var at []protocol.Position
		for _, n := range want {
			at = append(at, protocol.Position{Room: n})
		}
		if err := ws.WriteJSON(protocol.Join{T: "join", Topic: topicID, Rooms: at}); err != nil {
			t.Fatal(err)
		}
		m := answer(t, ws)
		if m[0].T != "joined" {
			t.Fatalf("got %+v", m)
		}
		return m[0].Rooms
	}
	for _, c := range []struct {
		name string
		want []uint32
		got  []uint32
	}{
		{"p1", nil, []uint32{0, 1}},
		{"p3", nil, []uint32{0, 2}},
		{"p1", []uint32{1, 2}, []uint32{1}},
		{"p99", []uint32{0, 1}, []uint32{0}},
		{"p99", nil, []uint32{0}},
		{"f", []uint32{2, 1, 0, 2}, []uint32{2, 1, 0}},
		{"f", []uint32{3}, []uint32{}},
	} {
		if got := rooms(c.name, c.want...); !slices.Equal(got, c.got) {
			t.Errorf("%s asked for %v and is in %v, want %v", c.name, c.want, got, c.got)
		}
	}
	code := func(c *client.Client, room uint32, text string) string {
		_, err := c.Say(t.Context(), room, text, 0)
		var p *client.ProblemError
		if errors.As(err, &p) {
			return p.Code
		}
		return fmt.Sprint(err)
	}
	one, guest, f := w.dial("p1", client.Options{}), w.dial("p99", client.Options{}), w.dial("f", client.Options{Rooms: []uint32{1}})
	for _, c := range []struct {
		who  *client.Client
		room uint32
		text string
		want string
	}{
		{one, 2, "at another table", "forbidden"},
		{one, 9, "nowhere", "not-found"},
		{one, 1, " \n", "invalid"},
		{one, 1, strings.Repeat("x", topic.MaxRemark+1), "invalid"},
		{guest, 0, "from outside", "forbidden"},
		{f, 1, "welcome", "<nil>"},
		{one, 0, "in the hall", "<nil>"},
	} {
		if got := code(c.who, c.room, c.text); got != c.want {
			t.Errorf("%q in room %d: %s, want %s", c.text, c.room, got, c.want)
		}
	}
	if n, role := f.Author(); n == 0 || role != "facilitator" {
		t.Errorf("the facilitator is %q %d after speaking", role, n)
	}
	w.do(planner, topic.OpenStage{Index: 3})
	if got := code(one, 1, "too late"); got != "wrong-stage" {
		t.Errorf("after the debate: %s", got)
	}
}

func TestMovingToAnotherTable(t *testing.T) {
	t.Parallel()
	w := newTown(t, 4, live.Options{})
	x := &witness{room: 1}
	c := w.dial("p1", client.Options{Observe: x.observe})
	ready(t, c, 1)
	w.seat(2, 1, 2, 1)
	eventually(t, "out of table 1", func() bool { _, ok := c.Room(1); return !ok })
	w.say(2, 1, "not for the one who left")
	ready(t, c, 2)
	w.say(3, 2, "welcome")
	eventually(t, "what is said at table 2", func() bool { r, _ := c.Room(2); return len(r.Remarks) == 1 })
	if got := x.seen(); len(got) != 0 {
		t.Errorf("from table 1 came %q", got)
	}
}

func TestRemovedTextsAreNotSent(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{})
	c := w.dial("p1", client.Options{Rooms: []uint32{1}})
	ready(t, c, 1)
	before := w.leave("p2", 1).position
	for i := range 3 {
		w.say(2, 1, fmt.Sprint("secret ", i))
	}
	eventually(t, "three remarks", func() bool { r, _ := c.Room(1); return len(r.Remarks) == 3 })
	kept := w.comeBack("p2", protocol.Position{Room: 1}) // a reset that the room keeps
	if kept[0].T != "reset" {
		t.Fatalf("got %+v", kept)
	}
	reason := journal.NewText("a telephone number")
	w.do(moderator, topic.RemoveRemark{Remark: 1, Reason: reason.Digest()}, reason)
	if _, err := w.journal.EraseText(context.Background(), topicID, journal.Request{Who: moderator}, topic.EraseText{Target: topic.EraseRemark, Number: 2, Reason: "personal-data"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "both gone", func() bool {
		r, _ := c.Room(1)
		return r.Remarks[0].Text == "" && r.Remarks[0].Removed == "a telephone number" && r.Remarks[1].Text == "" && r.Remarks[1].Removed == "personal-data"
	})
	for _, at := range []protocol.Position{before, {Room: 1}, kept0(kept)} {
		b, err := json.Marshal(w.comeBack("p2", at))
		if err != nil {
			t.Fatal(err)
		}
		got := string(b)
		for i, gone := range []bool{true, true, false} {
			if at == kept0(kept) && !gone {
				continue // had it already
			}
			if strings.Contains(got, fmt.Sprint("secret ", i)) == gone {
				t.Errorf("coming back from %+v: secret %d in %s", at, i, got)
			}
		}
	}
}

func kept0(list []protocol.Message) protocol.Position {
	last := list[len(list)-1]
	return protocol.Position{Room: last.Room, Epoch: last.Epoch, Last: last.Last}
}

func TestPresenceCountsPeople(t *testing.T) {
	t.Parallel()
	w := newTown(t, 4, live.Options{})
	a := w.dial("p1", client.Options{Rooms: []uint32{1}})
	here := func(n int) func() bool {
		return func() bool { r, _ := a.Room(1); return r.Here == n }
	}
	eventually(t, "one here", here(1))
	w.dial("p1", client.Options{Rooms: []uint32{1}})
	b := w.dial("p2", client.Options{Rooms: []uint32{1}})
	eventually(t, "two here", here(2))
	b.Close()
	eventually(t, "one here again", here(1))
}

func TestNotices(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{})
	var mu sync.Mutex
	var boards, stages []int64
	c := w.dial("p99", client.Options{Observe: func(m *protocol.Message) {
		mu.Lock()
		defer mu.Unlock()
		switch m.T {
		case "board":
			boards = append(boards, int64(m.Seq))
		case "stage":
			stages = append(stages, int64(m.StageIndex))
		}
	}})
	ready(t, c, 0)
	x := journal.NewText("a bench under the tree")
	ack := w.do(person(1), topic.SubmitIdea{Text: x.Digest(), Lang: "en"}, x)
	w.do(planner, topic.OpenStage{Index: 3})
	eventually(t, "both notices", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return slices.Equal(stages, []int64{3}) && slices.Equal(boards, []int64{int64(ack.Seq)})
	})
}

func TestSlowReaderIsClosedAndOthersAreNot(t *testing.T) {
	t.Parallel()
	w := newTown(t, 4, live.Options{})
	healthy := &witness{}
	c := w.dial("p1", client.Options{Observe: healthy.observe, Rooms: []uint32{0}, Cut: func(err error) { t.Log("healthy cut:", err) }})
	ready(t, c, 0)
	slow, r := w.raw("p2", "", "")
	// Else the kernel takes it all and nobody is slow.
	if err := slow.(*net.TCPConn).SetReadBuffer(64 << 10); err != nil {
		t.Fatal(err)
	}
	if _, err := slow.Write(masked(0x81, []byte(`{"t":"join","topic":"square","rooms":[{"room":0,"epoch":0,"last":0}]}`))); err != nil {
		t.Fatal(err)
	}
	eventually(t, "two here", func() bool { r, _ := c.Room(0); return r.Here == 2 })
	remarks := 0
	for ; w.hub.Slow() == 0 && remarks < 2000; remarks++ {
		w.say(3, 0, fmt.Sprintf("%04d %s", remarks, strings.Repeat("я", 1900)))
	}
	code := make(chan int)
	go func() { // it may still read why
		defer slow.Close()
		code <- closeCode(t, slow, r)
	}()
	for range 20 {
		w.say(3, 0, fmt.Sprintf("%04d after", remarks))
		remarks++
	}
	eventually(t, "all remarks at the healthy one", func() bool { return len(healthy.seen()) == remarks })
	healthy.check(t, 1)
	if got := <-code; got != protocol.CloseSlow {
		t.Errorf("the slow one was closed with %d", got)
	}
	eventually(t, "the slow one gone", func() bool { return w.hub.Sockets() == 1 })
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	w := newTown(t, 4, live.Options{})
	ended := make(chan error, 2)
	a := w.dial("p1", client.Options{Cut: func(err error) { ended <- err }})
	b := w.dial("p1", client.Options{Cut: func(err error) { ended <- err }})
	other := w.dial("p2", client.Options{Cut: func(err error) { t.Log("other cut:", err) }})
	ready(t, a, 0)
	ready(t, b, 0)
	ready(t, other, 0)
	begun := time.Now()
	w.hub.Revoke("p1")
	for range 2 {
		if err := <-ended; !websocket.IsCloseError(err, protocol.CloseSignedOut) {
			t.Errorf("cut with %v", err)
		}
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("revoking took %v", took)
	}
	eventually(t, "the client gives up", func() bool { return a.Err() != nil && b.Err() != nil })
	if other.Err() != nil || w.hub.Sockets() == 0 {
		t.Error("someone else was cut")
	}
	w.hub.Revoke("nobody")
}

// Everyone comes back after a restart, has what was acknowledged, and the
// server tells over how long to spread.
func TestRestartAndReconnectStorm(t *testing.T) {
	t.Parallel()
	const people = 60
	w := newTown(t, people, live.Options{})
	var clients []*client.Client
	var witnesses []*witness
	var hinted atomic.Int32
	for n := 1; n <= people; n++ {
		x := &witness{}
		c := w.dial(fmt.Sprint("p", n), client.Options{Observe: x.observe, Rooms: []uint32{0}, Cut: func(err error) {
			var closed *websocket.CloseError
			if errors.As(err, &closed) && closed.Code == protocol.CloseRestart && strings.HasPrefix(closed.Text, protocol.RetryHintPrefix) {
				hinted.Add(1)
			}
		}})
		ready(t, c, 0)
		clients, witnesses = append(clients, c), append(witnesses, x)
	}
	w.say(1, 0, "before")
	w.close()
	if got := hinted.Load(); got != people {
		t.Errorf("%d of %d clients were told when to come back", got, people)
	}
	w.open(w.address)
	eventually(t, "everyone back", func() bool { return w.hub.Sockets() == people })
	if _, err := clients[0].Say(t.Context(), 0, "after", 0); err != nil {
		t.Fatal(err)
	}
	for _, x := range witnesses {
		eventually(t, "both remarks", func() bool { return slices.Equal(x.seen(), []string{"before", "after"}) })
		x.check(t, 2)
	}
}

func TestRemarksOfOnePersonAreLimited(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{Limits: live.Limits{RemarksBurst: 3, Remarks: 1}})
	c, d := w.dial("p1", client.Options{}), w.dial("p1", client.Options{})
	var codes []string
	for i := range 5 {
		_, err := []*client.Client{c, d}[i%2].Say(t.Context(), 0, "again", 0)
		var p *client.ProblemError
		if errors.As(err, &p) {
			codes = append(codes, p.Code)
		}
	}
	if !slices.Equal(codes, []string{"rate-limited", "rate-limited"}) {
		t.Errorf("refused %v, want the last two of five", codes)
	}
}

func TestUnknownTopic(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, live.Options{})
	ws := w.wire("p1")
	for _, m := range []any{
		protocol.Join{T: "join", Topic: "nowhere"},
		protocol.Join{T: "join", Topic: "../etc"},
		protocol.Say{T: "say", ID: client.NewID(), Text: "x"},
	} {
		if err := ws.WriteJSON(m); err != nil {
			t.Fatal(err)
		}
		got := answer(t, ws)
		if got[0].T != "problem" || (got[0].Problem.Code != "not-found" && got[0].Problem.Code != "conflict") {
			t.Errorf("%+v was answered %+v", m, got)
		}
	}
}
