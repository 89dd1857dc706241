package live_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"veche/server/journal"
	"veche/server/live"
	"veche/server/live/client"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// Whatever happens to connections, commits and the server, in the end every
// client shows exactly what the log holds, and what was acknowledged is there
// once.
func TestLifecycle(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			lifecycle(t, rand.New(rand.NewPCG(seed, 7)))
		})
	}
}

func lifecycle(t *testing.T, random *rand.Rand) {
	var fault atomic.Int32
	w := &town{fault: func() sqlite.Fault { return sqlite.Fault(fault.Swap(0)) }, debate: topic.Debate{HallRate: everything}}
	w.start(t, 6, live.Options{Limits: live.Limits{Remarks: -1}})
	var clients []*client.Client
	for n := 1; n <= 4; n++ {
		clients = append(clients, w.dial(fmt.Sprint("p", n), client.Options{Rooms: []uint32{0}}))
	}
	acknowledged := map[uint64]string{}
	var log []string
	for step := range 60 {
		c := clients[random.IntN(len(clients))]
		did := "say"
		switch d := random.IntN(20); {
		case d < 3:
			did = "drop"
			c.Drop()
		case d == 3 && len(acknowledged) > 0:
			did = "remove"
			n := uint32(1 + random.IntN(len(acknowledged)))
			reason := journal.NewText("off topic")
			_, err := w.journal.Submit(t.Context(), topicID, journal.Request{Who: moderator, Command: topic.RemoveRemark{Remark: n, Reason: reason.Digest()}, Texts: []journal.Text{reason}})
			if err != nil && topic.CodeOf(err) != topic.CodeConflict && topic.CodeOf(err) != topic.CodeNotFound {
				t.Fatal(err)
			}
		case d == 4:
			did = "fail a commit"
			fault.Store(int32(1 + random.IntN(3)))
			fallthrough
		case d < 19:
			text := fmt.Sprint("step ", step)
			ack, err := c.Say(t.Context(), 0, text, 0)
			if err != nil {
				t.Fatalf("after %v: %v", log, err)
			}
			if earlier, twice := acknowledged[ack.Remark]; twice {
				t.Fatalf("%q and %q were both acknowledged as remark %d", earlier, text, ack.Remark)
			}
			acknowledged[ack.Remark] = text
		default:
			did = "restart"
			w.close()
			w.open(w.address)
		}
		log = append(log, did)
	}
	fault.Store(0)
	var want []journal.Remark
	page, err := w.journal.Remarks(t.Context(), topicID, 0, 0, 200)
	if err != nil {
		t.Fatal(err)
	}
	for n, text := range acknowledged {
		if r := page.Remarks[n-1]; uint64(r.ID) != n || (r.Text != text && r.Removed != "off topic") {
			t.Errorf("%q was acknowledged as remark %d, which is %+v", text, n, r)
		}
	}
	if len(page.Remarks) != len(acknowledged) {
		t.Errorf("%d remarks are in the log, %d were acknowledged", len(page.Remarks), len(acknowledged))
	}
	for i, c := range clients {
		var r client.Room
		eventually(t, fmt.Sprintf("client %d level with the log after %v", i, log), func() bool {
			r, _ = c.Room(0)
			return r.Epoch == page.Epoch && r.Last == page.Top
		})
		want = page.Remarks[max(0, len(page.Remarks)-len(r.Remarks)):]
		shown := func(list []journal.Remark) (texts []string) {
			for _, m := range list {
				texts = append(texts, fmt.Sprintf("%d %q %q", m.ID, m.Text, m.Removed))
			}
			return texts
		}
		if len(r.Remarks) == 0 || !slices.Equal(shown(r.Remarks), shown(want)) {
			t.Errorf("client %d after %v shows\n%q, the log\n%q", i, log, shown(r.Remarks), shown(want))
		}
	}
}
