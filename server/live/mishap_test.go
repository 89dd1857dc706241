package live_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"veche/server/live"
	"veche/server/live/client"
)

// page is a log that may be read while it is written.
type page struct {
	mu   sync.Mutex
	text strings.Builder
}

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// A fault of the program in one socket's message ends that socket alone, and the log
// tells where it was and not with whose words.
func TestAPanicEndsOneSocket(t *testing.T) {
	t.Parallel()
	var log page
	w := newTown(t, 4, live.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	a, b := w.dial("p1", client.Options{}), w.dial("p2", client.Options{})
	for i := range 3 { // each gives its place back
		ws := w.wire(stumbling)
		if err := ws.WriteMessage(websocket.TextMessage, []byte(`{"t":"join","topic":"`+topicID+`"}`)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := ws.ReadMessage(); err == nil {
			t.Fatalf("socket %d goes on", i)
		}
		eventually(t, "only the others are left", func() bool { return w.hub.Sockets() == 2 })
	}
	if _, err := a.Say(context.Background(), 1, "still here", 0); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the others talk on", func() bool {
		r, _ := b.Room(1)
		return len(r.Remarks) == 1 && r.Remarks[0].Text == "still here"
	})
	if said := log.String(); strings.Count(said, "panic with a string at server/live") != 3 || strings.Contains(said, stumblingWords) {
		t.Errorf("the log says:\n%s", said)
	}
}
