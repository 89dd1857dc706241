package crowd

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"veche/server/live/client"
	"veche/server/live/protocol"
)

// table is a room and who debates there; room 0 is the main hall.
type table struct {
	crowd  *Crowd
	room   uint32
	people []*person

	saying   sync.WaitGroup
	mu       sync.Mutex
	acked    []uint32 // remarks
	turns    uint32
	reported bool
}

// hallShare is how much less often somebody says something in the main hall than
// at a table.
const hallShare = 0.01

// talk has people do things until ctx ends, and waits for what they said.
func (t *table) talk(ctx context.Context) {
	defer t.saying.Wait()
	if len(t.people) == 0 || t.crowd.plan.Rate <= 0 {
		return
	}
	pause := t.pause()
	rng := t.crowd.random(100 + uint64(t.room))
	for wait := time.Duration(rng.Int64N(int64(pause) + 1)); ; wait = pause/2 + time.Duration(rng.Int64N(int64(pause)+1)) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		t.act(ctx, rng)
	}
}

// pause is how long it is, on average, until somebody does something.
func (t *table) pause() time.Duration {
	share := 1.0
	if t.room == 0 {
		share = hallShare
	}
	pause := time.Duration(float64(time.Minute) / (t.crowd.plan.Rate * share * float64(max(1, len(t.people)))))
	if t.room == 0 {
		return min(max(pause, 200*time.Millisecond), 5*time.Second)
	}
	return pause
}

// present answers the people who are in and read.
func (t *table) present() []*person {
	var list []*person
	for _, p := range t.people {
		if p.up.Load() && p.client.Load() != nil && p.kind != staller && !p.moved.Load() {
			list = append(list, p)
		}
	}
	return list
}

// act has somebody do the next thing.
func (t *table) act(ctx context.Context, rng *rand.Rand) {
	people := t.present()
	if len(people) == 0 {
		return
	}
	anyone := func() *person { return people[rng.IntN(len(people))] }
	if t.room == 0 {
		t.say(ctx, anyone(), nil)
		return
	}
	floor, last := people[0].now()
	if floor.Turn > t.turns {
		t.turns = floor.Turn
	}
	if last != 0 && rng.IntN(2) == 0 {
		p, reaction := anyone(), protocol.Reactions[rng.IntN(len(protocol.Reactions))]
		if _, own := p.now(); own != 0 { // the newest that is not their own
			t.do(ctx, p, protocol.Do{Room: t.room, What: protocol.React, Remark: own, Reaction: reaction})
		}
	}
	var step Step
	if n := int(floor.Step); n >= 1 && n <= len(t.crowd.plan.Agenda) {
		step = t.crowd.plan.Agenda[n-1]
	}
	switch {
	case floor.Paused || floor.Closed != 0:
	case step.Turns:
		t.takeTurns(ctx, people, anyone, floor.Speaker, floor.Turn, floor.Queue)
	default:
		t.say(ctx, anyone(), nil)
		t.extras(ctx, anyone(), step.Kind, last, rng)
	}
}

// takeTurns has who has the floor speak and give it back, and others raise their
// hands.
func (t *table) takeTurns(ctx context.Context, people []*person, anyone func() *person, speaker uint64, turn uint32, queue []uint64) {
	if p := anyone(); len(queue) < 3 && p.Number != speaker && !slices.Contains(queue, p.Number) {
		t.do(ctx, p, protocol.Do{Room: t.room, What: protocol.Raise})
	}
	at := slices.IndexFunc(people, func(p *person) bool { return p.Number == speaker })
	if speaker == 0 || at < 0 {
		return // nobody, or somebody who is away: the clock takes the floor on
	}
	p := people[at]
	t.say(ctx, p, func() { t.do(ctx, p, protocol.Do{Room: t.room, What: protocol.Yield, Turn: turn}) })
}

// extras are what people do besides talking.
func (t *table) extras(ctx context.Context, p *person, kind string, last uint32, rng *rand.Rand) {
	text := t.crowd.text(rng)
	switch {
	case kind == "report" && !t.reported:
		t.reported = true
		t.post(ctx, p, "/rooms/", t.room, "/report", map[string]any{"text": text}, &t.crowd.r.Reports)
	case kind == "questions" && rng.IntN(4) == 0:
		t.post(ctx, p, "/rooms/", t.room, "/questions", map[string]any{"text": text}, &t.crowd.r.Asked)
	case last != 0 && rng.IntN(200) == 0:
		t.post(ctx, p, "/remarks/", last, "/flag", map[string]any{"reason": "other", "note": ""}, &t.crowd.r.Flagged)
	}
}

// say has somebody say the next text, and then is called once it is
// acknowledged. It does not wait for that.
func (t *table) say(ctx context.Context, p *person, then func()) {
	c := t.crowd
	number := c.texts.Add(1)
	t.saying.Go(func() {
		// What was begun is waited for, or it could not be told lost from refused.
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer stop()
		at, cuts := time.Now(), p.cuts.Load()
		ack, err := p.client.Load().Say(ctx, t.room, head(at, number)+c.plan.Texts[int(number)%len(c.plan.Texts)], 0)
		if err != nil {
			c.refused(err, true)
			return
		}
		if p.cuts.Load() == cuts && !c.recovering() {
			c.ack.Add(time.Since(at))
		}
		t.mu.Lock()
		t.acked = append(t.acked, uint32(ack.Remark))
		t.mu.Unlock()
		c.mu.Lock()
		c.r.Said++
		c.r.Acked = append(c.r.Acked, [2]uint32{number, uint32(ack.Remark)})
		c.mu.Unlock()
		if then != nil {
			then()
		}
	})
}

// do has somebody do something besides speaking, without waiting for the answer.
func (t *table) do(ctx context.Context, p *person, m protocol.Do) {
	t.saying.Go(func() {
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer stop()
		if _, err := p.client.Load().Do(ctx, m); err != nil {
			t.crowd.refused(err, false)
			return
		}
		if m.What == protocol.React {
			t.crowd.mu.Lock()
			t.crowd.r.Reacted++
			t.crowd.mu.Unlock()
		}
	})
}

// refused counts a refusal. What came too late for a turn or a step is no fault
// of anybody.
func (c *Crowd) refused(err error, remark bool) {
	var problem *client.ProblemError
	if !errors.As(err, &problem) {
		c.problem("no answer: " + short(err))
		c.mu.Lock()
		defer c.mu.Unlock()
		c.r.Failed++
		return
	}
	c.problem(problem.Code)
	if remark && problem.Code != "conflict" {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.r.Refused++
	}
}

func (c *Crowd) text(rng *rand.Rand) string { return c.plan.Texts[rng.IntN(len(c.plan.Texts))] }
