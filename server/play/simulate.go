package play

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"veche/server/demo"
	"veche/server/live/client"
	"veche/server/live/protocol"
	"veche/server/topic"
)

// Voice is a simulated participant: a session cookie, the table of the person it
// belongs to, and whether the person only listens.
type Voice struct {
	Cookie string
	Table  uint32
	Quiet  bool
}

// Debate is a simulated debate of a live topic over real sockets.
type Debate struct {
	URL    string
	Topic  string
	Lang   demo.Lang
	Agenda []topic.Step // of the tables
	Voices []Voice
	Pause  time.Duration // between two remarks of one table
	Most   int           // remarks in all: a demo left running must not grow for ever
	Log    *slog.Logger
}

// Run has the voices debate until ctx ends or Most remarks were said.
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
		if !v.Quiet {
			tables[v.Table] = append(tables[v.Table], c)
		}
	}
	var wg sync.WaitGroup
	for room, clients := range tables {
		t := &liveTable{Debate: d, room: room, clients: clients, rng: rand.New(rand.NewPCG(uint64(room), 1))}
		wg.Go(func() {
			if err := t.talk(ctx, remarks, d.Most/len(tables)); err != nil && ctx.Err() == nil {
				d.Log.Info("a simulated table stopped", "table", room, "error", err) // the stage moved on, or the server is going down
			}
		})
	}
	wg.Wait()
	return nil
}

// liveTable is a table of a simulated debate.
type liveTable struct {
	Debate
	room    uint32
	clients []*client.Client
	rng     *rand.Rand
}

// talk has the table go through the themes, each person of a theme's dialogue a
// voice of its own.
func (t *liveTable) talk(ctx context.Context, remarks []demo.Remark, most int) error {
	start := t.rng.IntN(len(remarks))
	said := make(map[int]uint32, len(remarks))
	of := func(i int) *client.Client {
		r := remarks[i%len(remarks)]
		return t.clients[(len(r.Theme)+r.Voice)%len(t.clients)]
	}
	for k := range most {
		i := (start + k) % len(remarks)
		if !t.wait(ctx, t.Pause) {
			return nil
		}
		reply := uint32(0)
		if remarks[i].Reply >= 0 {
			reply = said[remarks[i].Reply]
		}
		n, err := t.say(ctx, of(i), of(i+1), remarks[i].Text, reply)
		if err != nil && !late(err) {
			return err
		}
		if n != 0 {
			said[i] = n
			if err := t.react(ctx, n, of(i)); err != nil && !late(err) {
				return err
			}
		}
	}
	return nil
}

// wait sleeps about as long as given, false if ctx ended.
func (t *liveTable) wait(ctx context.Context, about time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(about/2 + time.Duration(t.rng.Int64N(int64(about)))):
		return true
	}
}

// patience is how long a simulated person waits for the floor.
const patience = 2 * time.Minute

// say has someone say something, in their turn where people take turns; the next
// one raises their hand meanwhile. The answer is 0 where the floor did not come.
func (t *liveTable) say(ctx context.Context, speaker, next *client.Client, text string, reply uint32) (uint32, error) {
	if !t.turns(speaker) {
		ack, err := speaker.Say(ctx, t.room, text, reply)
		return uint32(ack.Remark), err
	}
	for _, c := range []*client.Client{speaker, next} {
		if _, err := c.Do(ctx, protocol.Do{Room: t.room, What: protocol.Raise}); err != nil && !late(err) {
			return 0, err
		}
	}
	own, _ := speaker.Author()
	for begun := time.Now(); ; {
		room, _ := speaker.Room(t.room)
		if room.Floor.Speaker == own {
			break
		}
		if !t.turns(speaker) || time.Since(begun) > patience || !t.wait(ctx, 500*time.Millisecond) {
			return 0, nil
		}
	}
	if !t.wait(ctx, t.Pause/2) {
		return 0, nil
	}
	ack, err := speaker.Say(ctx, t.room, text, reply)
	if err != nil || !t.wait(ctx, t.Pause/2) {
		return uint32(ack.Remark), err
	}
	room, _ := speaker.Room(t.room)
	if room.Floor.Speaker == own {
		_, err = speaker.Do(ctx, protocol.Do{Room: t.room, What: protocol.Yield, Turn: room.Floor.Turn})
	}
	return uint32(ack.Remark), err
}

// turns says whether people take turns at the table now.
func (t *liveTable) turns(c *client.Client) bool {
	room, _ := c.Room(t.room)
	step := int(room.Floor.Step)
	return step >= 1 && step <= len(t.Agenda) && t.Agenda[step-1].Turns
}

// react has some of the others react to a remark.
func (t *liveTable) react(ctx context.Context, remark uint32, speaker *client.Client) error {
	for range t.rng.IntN(4) {
		c := t.clients[t.rng.IntN(len(t.clients))]
		if c == speaker {
			continue
		}
		kind := protocol.Reactions[min(t.rng.IntN(6)/3+t.rng.IntN(2), len(protocol.Reactions)-1)]
		if _, err := c.Do(ctx, protocol.Do{Room: t.room, What: protocol.React, Remark: remark, Reaction: kind}); err != nil {
			return err
		}
	}
	return nil
}

// late says that something came too late for the turn or the step, which
// happens to people, too.
func late(err error) bool {
	var problem *client.ProblemError
	return errors.As(err, &problem) && slices.Contains([]string{"conflict", "rate-limited"}, problem.Code)
}
