package play

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"veche/server/demo"
	"veche/server/live/client"
)

// Voice is a simulated participant: a session cookie and the table of the
// person it belongs to.
type Voice struct {
	Cookie string
	Table  uint32
}

// Debate is a simulated debate of a live topic over real sockets.
type Debate struct {
	URL    string
	Topic  string
	Lang   demo.Lang
	Voices []Voice
	Pause  time.Duration // between two remarks of one table
	Most   int           // remarks in all: a demo left running must not grow for ever
	Log    *slog.Logger
}

// Run has the voices take turns until ctx ends or Most remarks were said.
func (d Debate) Run(ctx context.Context) error {
	remarks, err := demo.Remarks(d.Lang)
	if err != nil {
		return err
	}
	tables := map[uint32][]*client.Client{}
	var open []*client.Client
	defer func() {
		for _, c := range open {
			c.Close()
		}
	}()
	for _, v := range d.Voices {
		c, err := client.Dial(ctx, d.URL+"/live", v.Cookie, client.Options{Topic: d.Topic})
		if err != nil {
			return err
		}
		open = append(open, c)
		tables[v.Table] = append(tables[v.Table], c)
	}
	var wg sync.WaitGroup
	for table, clients := range tables {
		wg.Go(func() { d.table(ctx, table, clients, remarks, d.Most/len(tables)) })
	}
	wg.Wait()
	return nil
}

// table has one table go through the themes, each person of a theme's dialogue
// a voice of its own.
func (d Debate) table(ctx context.Context, table uint32, clients []*client.Client, remarks []demo.Remark, most int) {
	rng := rand.New(rand.NewPCG(uint64(table), 1))
	start := rng.IntN(len(remarks))
	said := make(map[int]uint32, len(remarks))
	for k := range most {
		pause := d.Pause/2 + time.Duration(rng.Int64N(int64(d.Pause)))
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		i := (start + k) % len(remarks)
		r := remarks[i]
		c := clients[(len(r.Theme)+r.Voice)%len(clients)]
		reply := uint32(0)
		if r.Reply >= 0 {
			reply = said[r.Reply]
		}
		ack, err := c.Say(ctx, table, r.Text, reply)
		if err != nil {
			if ctx.Err() == nil {
				d.Log.Info("a simulated participant stopped", "table", table, "error", err)
			}
			return // the stage moved on, or the server is going down
		}
		said[i] = uint32(ack.Remark)
	}
}
