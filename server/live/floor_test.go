package live_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"veche/server/journal"
	"veche/server/live"
	"veche/server/live/client"
	"veche/server/live/protocol"
	"veche/server/topic"
)

// agenda is a minute to arrive, a talk in turns, and an open end.
var agenda = topic.Debate{HallRate: everything, Agenda: []topic.Step{
	{Kind: topic.StepOpening, Title: "Welcome", Minutes: 1},
	{Kind: topic.StepDiscussion, Title: "In turns", Turns: true, TurnSeconds: 30},
	{Kind: topic.StepClosing, Title: "Last words"},
}, HallAgenda: []topic.Step{{Kind: topic.StepOpening, Title: "Welcome", Minutes: 2}, {Kind: topic.StepQuestions, Title: "Experts", Turns: true}}}

func newMeeting(t *testing.T, people int, o live.Options) *town {
	t.Helper()
	w := &town{debate: agenda}
	w.start(t, people, o)
	return w
}

// floor is what a room's floor is by the log.
func (w *town) floor(room uint32) journal.Floor {
	w.t.Helper()
	view, err := w.journal.View(context.Background(), topicID)
	if err != nil {
		w.t.Fatal(err)
	}
	var f journal.Floor
	view.Read(func(s *topic.State, _ uint64) { f = journal.ShowFloor(s, room, journal.Seated(s)[room]) })
	return f
}

// agrees waits until the client has seen the room's last event and shows what
// the log says of its floor.
func (w *town) agrees(c *client.Client, room uint32) {
	w.t.Helper()
	want := w.floor(room)
	eventually(w.t, fmt.Sprintf("room %d to come to %d", room, want.Last), func() bool { r, _ := c.Room(room); return r.Last == want.Last })
	if room == 0 { // its floor is told once a second
		eventually(w.t, "the hall's floor", func() bool {
			r, _ := c.Room(0)
			r.Floor.Last = want.Last
			return reflect.DeepEqual(r.Floor, want)
		})
		return
	}
	// A floor comes behind the reset that it belongs to.
	var got journal.Floor
	for range 4000 {
		if got = floorSeen(c, room); reflect.DeepEqual(got, want) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	w.t.Errorf("the floor of room %d is shown as\n%+v, by the log it is\n%+v", room, got, want)
}

// floorSeen is a table's floor as the client has it, with the remarks after the
// floor's own seq, which the client adds up.
func floorSeen(c *client.Client, room uint32) journal.Floor {
	r, _ := c.Room(room)
	got := r.Floor
	for _, m := range r.Remarks {
		if m.Seq <= got.Last || m.Author.Role != "participant" {
			continue
		}
		at := slices.IndexFunc(got.Spoken, func(s journal.Spoken) bool { return s.Number == m.Author.Number })
		if at < 0 {
			got.Spoken = append(slices.Clone(got.Spoken), journal.Spoken{Number: m.Author.Number, Remarks: 1, Characters: m.Characters})
			continue
		}
		got.Spoken = slices.Clone(got.Spoken)
		got.Spoken[at].Remarks++
		got.Spoken[at].Characters += m.Characters
	}
	got.Last = r.Last
	return got
}

func codeOf(err error) string {
	var p *client.ProblemError
	if errors.As(err, &p) {
		return p.Code
	}
	return fmt.Sprint(err)
}

// Two people talk in turns, and everyone at the table sees the same, in one
// chain of seqs; another table hears nothing of it.
func TestATableTalksInTurns(t *testing.T) {
	t.Parallel()
	w := newMeeting(t, 4, live.Options{})
	x, other := &witness{room: 1}, &witness{room: 2}
	a, b := w.dial("p1", client.Options{Observe: x.observe}), w.dial("p2", client.Options{})
	c := w.dial("p3", client.Options{Observe: other.observe})
	ready(t, a, 1)
	ready(t, b, 1)
	ready(t, c, 2)
	do := func(c *client.Client, want string, m protocol.Do) {
		t.Helper()
		if _, err := c.Do(t.Context(), m); codeOf(err) != want {
			t.Errorf("%s: %v, want %s", m.What, err, want)
		}
	}
	do(a, "conflict", protocol.Do{Room: 1, What: protocol.Raise}) // anyone may speak yet
	w.do(facilitator, topic.OpenStep{From: 1, To: 2, Step: 2})
	do(a, "<nil>", protocol.Do{Room: 1, What: protocol.Raise})
	do(b, "<nil>", protocol.Do{Room: 1, What: protocol.Raise})
	eventually(t, "a's turn and b waiting", func() bool {
		r, _ := b.Room(1)
		return r.Floor.Speaker == 1 && slices.Equal(r.Floor.Queue, []uint64{2}) && r.Floor.Turn == 1
	})
	if _, err := b.Say(t.Context(), 1, "out of turn", 0); codeOf(err) != "conflict" {
		t.Errorf("out of turn: %v", err)
	}
	if _, err := a.Say(t.Context(), 1, "in turn", 0); err != nil {
		t.Error(err)
	}
	do(b, "forbidden", protocol.Do{Room: 1, What: protocol.Yield, Turn: 1})
	do(a, "<nil>", protocol.Do{Room: 1, What: protocol.MoreTime, Turn: 1})
	do(a, "<nil>", protocol.Do{Room: 1, What: protocol.Yield, Turn: 1})
	do(a, "conflict", protocol.Do{Room: 1, What: protocol.Yield, Turn: 1}) // over
	do(c, "forbidden", protocol.Do{Room: 1, What: protocol.Raise})
	for _, at := range []*client.Client{a, b} {
		w.agrees(at, 1)
	}
	w.agrees(c, 2)
	if f := w.floor(1); f.Speaker != 2 || len(f.Spoken) != 2 || f.Spoken[0].Characters != 7 {
		t.Errorf("in the end the floor is %+v", f)
	}
	x.check(t, 1)
	other.check(t, 1)
	if got := other.seen(); len(got) != 0 {
		t.Errorf("table 2 heard %q", got)
	}
}

// One step opened for all tables reaches each once, in one frame.
func TestAStepForAllTables(t *testing.T) {
	t.Parallel()
	const tables = 40
	w := newMeeting(t, 2*tables, live.Options{})
	var mu sync.Mutex
	told := map[uint32]int{}
	var clients []*client.Client
	for n := 1; n <= tables; n++ {
		room := uint32(n)
		c := w.dial(fmt.Sprint("p", 2*n), client.Options{Rooms: []uint32{room}, Observe: func(m *protocol.Message) {
			mu.Lock()
			defer mu.Unlock()
			if m.T == "events" && m.Floor != nil && m.Floor.Step == 1 {
				told[room]++
			}
		}})
		ready(t, c, room)
		clients = append(clients, c)
	}
	w.do(facilitator, topic.OpenStep{From: 1, To: tables, Step: 1})
	for i, c := range clients {
		w.agrees(c, uint32(i+1))
	}
	mu.Lock()
	defer mu.Unlock()
	for room, times := range told {
		if times != 1 {
			t.Errorf("table %d was told %d times", room, times)
		}
	}
	if len(told) != tables {
		t.Errorf("%d of %d tables were told", len(told), tables)
	}
}

// Whatever is done to rooms, who is there comes to the log's seq and shows its
// floor: no kind of event is forgotten.
func TestEveryEventReachesItsRooms(t *testing.T) {
	t.Parallel()
	w := newMeeting(t, 8, live.Options{})
	hall, x := &witness{}, &witness{room: 1}
	clients := map[uint32]*client.Client{
		0: w.dial("p99", client.Options{Observe: hall.observe}),
		1: w.dial("f", client.Options{Rooms: []uint32{1}, Observe: x.observe}),
		2: w.dial("p3", client.Options{Rooms: []uint32{2}}),
		3: w.dial("f", client.Options{Rooms: []uint32{3}}),
		4: w.dial("f", client.Options{Rooms: []uint32{4}}),
	}
	for n, c := range clients {
		ready(t, c, n)
	}
	text := journal.NewText("because")
	say := func(n int, room uint32) func() { return func() { w.say(n, room, "well") } }
	do := func(who topic.Who, c topic.Command) func() { return func() { w.do(who, c, text) } }
	for i, act := range []func(){
		say(1, 1), say(1, 0), say(3, 2),
		do(person(2), topic.React{Remark: 1, Reaction: topic.ReactionAgree}),
		do(person(2), topic.React{Remark: 1, Reaction: topic.ReactionNone}),
		do(facilitator, topic.PinRemark{Remark: 2, Pinned: true}),
		do(facilitator, topic.OpenStep{From: 0, To: 0, Step: 1}),
		do(facilitator, topic.OpenStep{From: 1, To: 4, Step: 1}),
		do(facilitator, topic.ExtendStep{From: 1, To: 3, Seconds: 60}),
		do(facilitator, topic.PauseRooms{From: 2, To: 4, Paused: true}),
		do(facilitator, topic.PauseRooms{From: 1, To: 4, Paused: false}),
		do(person(1), topic.MoveOn{Room: 1, Step: 1, Wish: true, Here: []uint64{1, 2}}),
		do(person(2), topic.MoveOn{Room: 1, Step: 1, Wish: true, Here: []uint64{1, 2}}),
		do(person(1), topic.RaiseHand{Room: 1, Up: true}),
		do(person(1), topic.ExtendTurn{Room: 1, Turn: 1}),
		do(facilitator, topic.PassTurn{Room: 1, Turn: 1}),
		do(facilitator, topic.TakeTables{First: 1, Last: 3}),
		do(facilitator, topic.TakeTables{First: 3, Last: 4}),
		do(person(3), topic.PostReport{Room: 2, Text: text.Digest()}),
		do(facilitator, topic.PlacePeople{Cause: topic.PlaceByFacilitator, People: []uint64{5}, Tables: []uint32{4}}),
		do(moderator, topic.RemoveRemark{Remark: 1, Reason: text.Digest()}),
		do(facilitator, topic.MergeTables{From: 3, Into: 4}),
		do(person(2), topic.FlagRemark{Remark: 2, Reason: topic.FlagSpam}),
		do(facilitator, topic.ResolveFlag{Flag: 1, Outcome: topic.FlagRemoved, Reason: text.Digest()}),
		func() {
			if _, err := w.journal.EraseText(t.Context(), topicID, journal.Request{Who: moderator}, topic.EraseText{Target: topic.EraseRemark, Number: 3, Reason: "personal-data"}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		act()
		for room, c := range clients {
			w.agrees(c, room)
		}
		if t.Failed() {
			t.Fatal("after act ", i+1)
		}
	}
	x.check(t, 1)
	hall.check(t, 1)
}

// Steps and turns end when their time is over, also after a restart, and not
// while paused.
func TestClocksRunOut(t *testing.T) {
	t.Parallel()
	w := newMeeting(t, 4, live.Options{})
	c, other := w.dial("p1", client.Options{}), w.dial("p3", client.Options{})
	at := func(c *client.Client, room, step uint32, speaker uint64) {
		t.Helper()
		eventually(t, fmt.Sprintf("table %d at step %d, %d speaking", room, step, speaker), func() bool {
			r, _ := c.Room(room)
			return r.Floor.Step == step && r.Floor.Speaker == speaker
		})
	}
	ready(t, c, 1)
	ready(t, other, 2)
	w.do(facilitator, topic.OpenStep{From: 0, To: 0, Step: 1})
	w.do(facilitator, topic.OpenStep{From: 1, To: 2, Step: 1})
	w.do(facilitator, topic.PauseRooms{From: 2, To: 2, Paused: true})
	w.pass(time.Minute)
	at(c, 1, 2, 0) // the opening is over
	at(other, 2, 1, 0)
	w.do(person(1), topic.RaiseHand{Room: 1, Up: true})
	w.pass(time.Minute)
	at(c, 0, 2, 0)
	at(c, 1, 2, 1) // the speaker goes on while nobody waits
	w.do(person(2), topic.RaiseHand{Room: 1, Up: true})
	at(c, 1, 2, 2) // and no longer
	w.do(person(1), topic.RaiseHand{Room: 1, Up: true})
	w.do(facilitator, topic.PauseRooms{From: 2, To: 2, Paused: false})
	w.close()
	w.pass(time.Minute)
	w.open(w.address)
	at(c, 1, 2, 1)
	at(other, 2, 2, 0)
	w.agrees(c, 1)
	w.agrees(other, 2)
	for room := range uint32(3) {
		if f := w.floor(room); f.Step != 2 {
			t.Errorf("room %d is at step %d", room, f.Step)
		}
	}
}

// Time passes for a topic though nobody is connected.
func TestClocksNeedNobody(t *testing.T) {
	t.Parallel()
	w := newMeeting(t, 2, live.Options{})
	w.do(facilitator, topic.OpenStep{From: 1, To: 1, Step: 1})
	w.pass(time.Minute)
	eventually(t, "the second step", func() bool { return w.floor(1).Step == 2 })
	w.do(facilitator, topic.OpenStep{From: 1, To: 1, Step: 1})
	w.close()
	w.pass(time.Minute)
	w.open(w.address)
	if err := w.hub.Attend(t.Context(), topicID); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the second step again", func() bool { return w.floor(1).Step == 2 })
	if err := w.hub.Attend(t.Context(), "nowhere"); topic.CodeOf(err) != topic.CodeNotFound {
		t.Errorf("an unknown topic: %v", err)
	}
}

// More than half of those who are there move a table on; who only watches and
// who looks after the table are not counted.
func TestATableMovesOn(t *testing.T) {
	t.Parallel()
	w := &town{debate: agenda}
	w.start(t, 6, live.Options{})
	w.seat(1, 1, 1, 2, 2, 2)
	w.do(facilitator, topic.OpenStep{From: 1, To: 2, Step: 1})
	a, b, c := w.dial("p1", client.Options{}), w.dial("p2", client.Options{}), w.dial("p3", client.Options{Rooms: []uint32{1}, Watch: true})
	w.dial("p1", client.Options{}) // a second window
	f := w.dial("f", client.Options{Rooms: []uint32{1}})
	for _, x := range []*client.Client{a, b, c, f} {
		ready(t, x, 1)
	}
	eventually(t, "two here", func() bool { r, _ := c.Room(1); return r.Here == 2 && w.hub.Here(topicID, 1) == 2 })
	wish := func(c *client.Client, what string, step uint32) error {
		_, err := c.Do(t.Context(), protocol.Do{Room: 1, What: what, Step: step})
		return err
	}
	if err := wish(a, protocol.MoveOn, 1); err != nil {
		t.Fatal(err)
	}
	w.agrees(f, 1)
	if f := w.floor(1); f.Step != 1 || !slices.Equal(f.MoveOn, []uint64{1}) {
		t.Errorf("after one wish of two: %+v", f)
	}
	if err := wish(a, protocol.Stay, 1); err != nil {
		t.Fatal(err)
	}
	if err := wish(a, protocol.MoveOn, 1); err != nil {
		t.Fatal(err)
	}
	if err := wish(b, protocol.MoveOn, 1); err != nil {
		t.Fatal(err)
	}
	w.agrees(f, 1)
	if f := w.floor(1); f.Step != 2 || len(f.MoveOn) != 0 {
		t.Errorf("after two wishes of two: %+v", f)
	}
	if err := wish(b, protocol.MoveOn, 1); codeOf(err) != "conflict" {
		t.Errorf("a wish that comes too late: %v", err)
	}
}

// However many hands go up in the main hall, everyone is told its floor once a
// second at most, with the first who wait, and in the end what it is.
func TestTheHallsFloorIsToldOnceASecond(t *testing.T) {
	t.Parallel()
	const people = 40
	w := newMeeting(t, people, live.Options{})
	var mu sync.Mutex
	var told []time.Time
	c := w.dial("p1", client.Options{Observe: func(m *protocol.Message) {
		mu.Lock()
		defer mu.Unlock()
		if m.T == "events" && m.Room == 0 && m.Floor != nil {
			told = append(told, time.Now())
		}
	}})
	ready(t, c, 0)
	mu.Lock()
	told = nil // what it came to was told to it alone
	mu.Unlock()
	w.do(facilitator, topic.OpenStep{From: 0, To: 0, Step: 2})
	for n := 1; n <= people; n++ {
		w.do(person(n), topic.RaiseHand{Room: 0, Up: true})
		time.Sleep(30 * time.Millisecond)
	}
	w.agrees(c, 0)
	if f := w.floor(0); f.Waiting != people-1 || len(f.Queue) != journal.QueueShown {
		t.Errorf("%d of %d who wait are shown", len(f.Queue), f.Waiting)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(told) < 2 || len(told) > 4 {
		t.Errorf("the floor was told %d times", len(told))
	}
	for i := 1; i < len(told); i++ {
		if gap := told[i].Sub(told[i-1]); gap < 800*time.Millisecond {
			t.Errorf("the floor was told again after %v", gap)
		}
	}
}
