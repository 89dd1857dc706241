package live

import (
	"crypto/rand"
	"encoding/binary"
	"slices"
	"time"

	"veche/server/topic"
)

const (
	// sampleTicks is how many ticks a main hall collects that goes too fast.
	sampleTicks = 5
	// shownLately is how many of the remarks that went live can be replied to
	// with a preference.
	shownLately = 512
)

// sample chooses which remarks of the main hall go live when there come more
// than people can read. Nothing is lost by it: the rest is read as pages.
//
// What the staff says goes live always. Of what remains of the rate, replies to
// what went live get up to half; the rest is drawn among all, those first who
// were shown least. The draw is by a hash whose seed nobody knows, so that
// neither time nor wording helps, and speaking more often does not either.
type sample struct {
	tokens  float64   // how many could go live at that time
	since   time.Time // zero before the first
	rate    float64   // remarks a second
	seed    uint64
	waiting int // remarks that are not chosen among yet
	shown   map[topic.Actor]uint32
	lately  []uint32 // remarks that went live, a ring
	at      int
}

func newSample() *sample {
	var seed [8]byte
	rand.Read(seed[:]) // never fails
	return &sample{seed: binary.LittleEndian.Uint64(seed[:]), shown: map[topic.Actor]uint32{}}
}

// budget is how many remarks may go live now.
func (c *sample) budget(now time.Time) float64 {
	burst := max(1, 2*c.rate)
	if c.since.IsZero() {
		return burst
	}
	return min(burst, c.tokens+c.rate*max(0, now.Sub(c.since).Seconds()))
}

// crowded says that more is waiting than may go live.
func (c *sample) crowded(now time.Time) bool { return float64(c.waiting) > c.budget(now) }

// follow takes over the rate of the topic.
func (c *sample) follow(s *topic.State) {
	c.rate = topic.DefaultHallRate
	if own := s.Settings.Debate.HallRate; own != 0 {
		c.rate = float64(own)
	}
}

// choose decides about the remarks that wait in the ring.
func (r *room) choose(now time.Time) {
	c := r.sample
	if c.waiting == 0 {
		return
	}
	r.forum.view.Read(func(s *topic.State, _ uint64) { c.follow(s) })
	fresh := make([]*entry, 0, c.waiting)
	for i := len(r.ring) - 1; i >= r.next && len(fresh) < c.waiting; i-- {
		if r.ring[i].kind == remarkEntry {
			fresh = append(fresh, &r.ring[i])
		}
	}
	slices.Reverse(fresh)
	c.waiting = 0
	for _, e := range c.choose(now, fresh) {
		e.kind = skippedEntry
		r.hub.metrics.skipped.Inc()
		r.bytes -= len(e.json)
		e.json = nil
	}
}

// choose answers which of the remarks, oldest first, do not go live.
func (c *sample) choose(now time.Time, fresh []*entry) (skipped []*entry) {
	c.tokens, c.since = c.budget(now), now
	if float64(len(fresh)) <= c.tokens {
		for _, e := range fresh {
			c.show(e)
		}
		return nil
	}
	var replies, others []*entry
	for _, e := range fresh {
		switch {
		case e.from.Role != topic.RoleCitizen:
			c.show(e)
		case e.reply != 0 && slices.Contains(c.lately, e.reply):
			replies = append(replies, e)
		default:
			others = append(others, e)
		}
	}
	left := max(0, int(c.tokens))
	first := left
	if len(others) > 0 {
		first = (left + 1) / 2
	}
	replies, taken := c.draw(replies, first)
	others, more := c.draw(others, left-taken)
	replies, _ = c.draw(replies, left-taken-more)
	return append(replies, others...)
}

// draw shows up to n of the remarks and answers those that are left, and how
// many it has shown.
func (c *sample) draw(from []*entry, n int) (left []*entry, shown int) {
	for shown < n && len(from) > 0 {
		best := 0
		for i := 1; i < len(from); i++ {
			if c.before(from[i], from[best]) {
				best = i
			}
		}
		c.show(from[best])
		from = slices.Delete(from, best, best+1)
		shown++
	}
	return from, shown
}

// before says whether a goes live rather than b.
func (c *sample) before(a, b *entry) bool {
	if x, y := c.shown[a.from], c.shown[b.from]; x != y {
		return x < y
	}
	return mix(c.seed^a.seq) < mix(c.seed^b.seq)
}

func (c *sample) show(e *entry) {
	c.tokens--
	if e.from.Role == topic.RoleCitizen {
		c.shown[e.from]++
	}
	if len(c.lately) < shownLately {
		c.lately = append(c.lately, e.remark)
		return
	}
	c.lately[c.at] = e.remark
	c.at = (c.at + 1) % shownLately
}

// mix is the finalizer of SplitMix64: every bit of its answer depends on every
// bit of x.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
