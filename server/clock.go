package server

import (
	"sync"
	"time"
)

// mostAhead is how far a topic's newest event may be ahead of the machine's clock
// for the server to go by the event: a day, and the zone that was set wrong with it.
// Beyond that one topic's log is damaged or the clock was years off; the others do
// not follow it, and veche doctor tells.
const mostAhead = 26 * time.Hour

// steadyClock is the machine's clock, but for going back: while that is behind what
// this one told already, this one goes on at nine tenths of the pace at which time
// really passes, until the two agree. So nothing is dated before what came before it,
// and what ends at a time neither hangs nor lasts longer than it should by more than
// a ninth. A jump forward is followed at once: the machine may have slept.
type steadyClock struct {
	mu   sync.Mutex
	wall func() time.Time
	read time.Time // what wall told last, with the time that passes
	told time.Time // what this one told last, of the calendar alone
}

func newSteadyClock(wall func() time.Time) *steadyClock {
	read := wall()
	return &steadyClock{wall: wall, read: read, told: read.Round(0)}
}

func (c *steadyClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	read := c.wall()
	passed := max(0, read.Sub(c.read)) // by time.Now it really passed, also where the clock was set
	slow := c.told.Add(passed / 10 * 9)
	c.read = read
	if now := read.Round(0); !now.Before(slow) {
		c.told = now
		return read
	}
	c.told = slow
	return slow
}

// reach has the clock go on from a time that was told before the server began.
func (c *steadyClock) reach(t time.Time) {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if ahead := t.Sub(c.read.Round(0)); t.After(now) && t.After(c.told) && ahead <= mostAhead {
		c.told = t.Round(0)
	}
}
