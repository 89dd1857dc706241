package live_test

import (
	"context"
	"flag"
	"testing"

	"go.uber.org/goleak"

	"veche/server/live"
	"veche/server/live/client"
)

func TestMain(m *testing.M) {
	// A check of the life of sockets takes a second.
	flag.Parse()
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set("10"); err != nil {
			panic(err)
		}
	}
	// fasthttp's own housekeeping ends up to 10 s after its server.
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"))
}

func TestRemarkReachesTheTable(t *testing.T) {
	t.Parallel()
	w := newTown(t, 4, live.Options{})
	a, b, c := w.dial("p1", client.Options{}), w.dial("p2", client.Options{}), w.dial("p3", client.Options{})
	ack, err := a.Say(context.Background(), 1, "hello", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []*client.Client{a, b} {
		eventually(t, "the remark at table 1", func() bool {
			r, _ := x.Room(1)
			return len(r.Remarks) == 1 && r.Remarks[0].Text == "hello" && r.Last == ack.Seq && r.Epoch == ack.Epoch && r.Remarks[0].Author.Number == 1
		})
	}
	if _, ok := c.Room(1); ok {
		t.Error("someone from table 2 reads table 1")
	}
}
