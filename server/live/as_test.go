package live_test

import (
	"fmt"
	"testing"

	"github.com/gorilla/websocket"

	"veche/server/live"
	"veche/server/live/client"
	"veche/server/live/protocol"
	"veche/server/topic"
)

// What one person wrote is not taken from a browser in which another has signed
// in since.
func TestWordsOfAnotherPersonAreRefused(t *testing.T) {
	t.Parallel()
	w := newTown(t, 4, live.Options{})
	w.say(2, 1, "what do you think?")
	ws := w.wire("p1")
	write := func(format string, a ...any) {
		t.Helper()
		if err := ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, format, a...)); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"t":"join","topic":%q}`, topicID)
	var joined protocol.Message
	for joined.T != "joined" {
		for _, m := range next(t, ws) {
			if m.T == "joined" {
				joined = m
			}
		}
	}
	if joined.As != "mark of p1" {
		t.Errorf("the socket is said to be of %q", joined.As)
	}
	id := client.NewID()
	for _, c := range []struct {
		name, id, as, want string
	}{
		{"another's", id, "mark of p2", "other-person"},
		{"another's once more", id, "mark of p2", "other-person"},
		{"one's own, under the same id", id, joined.As, ""},
		{"whose it does not say", client.NewID(), "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			write(`{"t":"say","id":%q,"room":1,"text":"hello","as":%q}`, c.id, c.as)
			if m := answered(t, ws, c.id); m.Problem.Code != c.want {
				t.Errorf("a remark was answered %+v", m)
			}
			reaction := client.NewID()
			write(`{"t":"do","id":%q,"room":1,"what":"react","remark":1,"reaction":"agree","as":%q}`, reaction, c.as)
			if m := answered(t, ws, reaction); m.Problem.Code != c.want {
				t.Errorf("a reaction was answered %+v", m)
			}
		})
	}
	view, err := w.journal.View(t.Context(), topicID)
	if err != nil {
		t.Fatal(err)
	}
	view.Read(func(s *topic.State, _ uint64) {
		if n := len(s.Remarks); n != 3 {
			t.Errorf("%d remarks are there, want 3", n)
		}
	})
}
