package live_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"veche/server/live"
	"veche/server/live/client"
	"veche/server/live/protocol"
	"veche/server/topic"
)

// Reactions come as counts, once a tick however many there are, and without a
// remark of their own.
func TestReactionsAreCounted(t *testing.T) {
	t.Parallel()
	const people = 30
	w := newTown(t, people, live.Options{})
	w.say(1, 0, "a bench under the tree")
	x := &witness{}
	c := w.dial("p99", client.Options{Observe: x.observe})
	ready(t, c, 0)
	clients := map[int]*client.Client{}
	for n := 2; n <= people; n++ {
		clients[n] = w.dial(fmt.Sprint("p", n), client.Options{Rooms: []uint32{0}})
		ready(t, clients[n], 0)
	}
	for n, who := range clients {
		if _, err := who.Do(t.Context(), protocol.Do{What: protocol.React, Remark: 1, Reaction: protocol.Reactions[n%3]}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := clients[2].Do(t.Context(), protocol.Do{What: protocol.React, Remark: 1}); err != nil {
		t.Fatal(err)
	}
	w.agrees(c, 0)
	r, _ := c.Room(0)
	// 2 to 30, of which 2, an unsure one, took it back.
	if got := r.Remarks[0].Reactions; got != [3]uint32{10, 9, 9} {
		t.Errorf("counted %v", got)
	}
	x.check(t, 1)
	if got := x.seen(); !slices.Equal(got, []string{"a bench under the tree"}) {
		t.Errorf("heard %q", got)
	}
	for _, remark := range []uint32{0, 9} {
		if _, err := clients[2].Do(t.Context(), protocol.Do{What: protocol.React, Remark: remark, Reaction: "agree"}); codeOf(err) != "not-found" {
			t.Errorf("a reaction to remark %d: %v", remark, err)
		}
	}
}

// Who was away gets the counts that have changed, from the ring, from the log or
// with a reset, and its own reactions.
func TestReactionsWhileAway(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long ", 200)
	for _, c := range []struct {
		name  string
		says  int
		kind  string
		among bool // the remark that got the reaction is told
	}{{"in the ring", 2, "events", true}, {"in the log", 90, "events", true}, {"too much", 260, "reset", false}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t, 2, live.Options{})
			w.say(1, 1, "first")
			a := w.leave("p1", 1)
			keep := w.dial("f", client.Options{Rooms: []uint32{1}}) // else there is no ring
			ready(t, keep, 1)
			w.do(person(2), topic.React{Remark: 1, Reaction: topic.ReactionInsight})
			for i := range c.says {
				w.say(2, 1, fmt.Sprint(i, long))
			}
			w.settled(keep, 1)
			got := w.comeBack("p1", a.position)
			if len(got) == 0 || got[0].T != c.kind {
				t.Fatalf("got %+v", got)
			}
			told := false
			for _, m := range got {
				told = told || slices.Contains(m.Reactions, [4]uint32{1, 0, 1, 0})
			}
			if told != c.among {
				t.Errorf("told of the reaction: %v, in %+v", told, got)
			}
			ws := w.wire("p2")
			if err := ws.WriteJSON(protocol.Join{T: "join", Topic: topicID, Rooms: []protocol.Position{{Room: 1}, {Room: 0}}}); err != nil {
				t.Fatal(err)
			}
			var want [][2]uint32
			if c.says < 50 {
				want = [][2]uint32{{1, 2}}
			}
			if m := answer(t, ws); !slices.Equal(m[0].Reacted, want) {
				t.Errorf("whose reaction it was is told %v, want %v", m[0].Reacted, want)
			}
		})
	}
}

// A person's acts are limited apart from what they say, and the same id counts
// once.
func TestActs(t *testing.T) {
	t.Parallel()
	w := newMeeting(t, 2, live.Options{Limits: live.Limits{Acts: 1, ActsBurst: 5, RemarksBurst: 2}})
	w.do(facilitator, topic.OpenStep{From: 1, To: 1, Step: 2})
	c, d := w.dial("p1", client.Options{}), w.dial("p1", client.Options{})
	ready(t, c, 1)
	id := client.NewID()
	first, err := c.Do(t.Context(), protocol.Do{ID: id, Room: 1, What: protocol.Raise})
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Do(t.Context(), protocol.Do{ID: id, Room: 1, What: protocol.Raise})
	if err != nil || again != first {
		t.Errorf("acknowledged %+v, then %+v, %v", first, again, err)
	}
	w.say(1, 0, "elsewhere the log goes on")
	same, err := c.Do(t.Context(), protocol.Do{Room: 1, What: protocol.Lower}) // has the floor, and no hand up
	if err != nil || same.Seq != w.floor(1).Last {
		t.Errorf("nothing to change: %+v, %v, the room is at %d", same, err, w.floor(1).Last)
	}
	for _, which := range []string{"fourth", "fifth"} {
		if !w.hub.MayAct("p1") {
			t.Errorf("the %s act was refused", which)
		}
	}
	if _, err := d.Do(t.Context(), protocol.Do{Room: 1, What: protocol.Lower}); codeOf(err) != "rate-limited" {
		t.Errorf("the sixth act: %v", err)
	}
	if _, err := c.Say(t.Context(), 1, "still may speak", 0); err != nil {
		t.Error(err)
	}
	ws := w.wire("p2")
	if err := ws.WriteJSON(protocol.Do{T: "do", ID: id, Room: 1, What: protocol.Raise}); err != nil {
		t.Fatal(err)
	}
	if m := answer(t, ws); m[0].T != "problem" || m[0].ID != id || m[0].Problem.Code != "conflict" {
		t.Errorf("outside a topic: %+v", m)
	}
}
