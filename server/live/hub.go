package live

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/websocket"

	"veche/server/journal"
	"veche/server/live/protocol"
	"veche/server/mishap"
	"veche/server/topic"
)

// CloseSlow is the close code for a peer that does not read; the others are in
// package protocol.
const CloseSlow = protocol.CloseSlow

// Person is who holds a socket, as identity knows them.
type Person struct {
	// ID names the person for limits and revocation. It is never sent.
	ID string
	// Mark names the person to their own browser alone, and who sends a message
	// with another one is refused.
	Mark string
	// Roles are those that an administrator gave.
	Roles []topic.Role
	// Who answers the role and pseudonym under which the person acts in a
	// topic's debate.
	Who func(ctx context.Context, topicID string) (topic.Who, error)
}

// Identify answers who makes a request, or the error to answer it with (401).
// The Person must not keep strings of the request.
type Identify func(c *fiber.Ctx) (Person, error)

// Options are what a Hub needs besides the journal. Zero values mean defaults.
type Options struct {
	Identify Identify // required
	// Origins are the origins a socket may come from, such as
	// "https://veche.example"; none means the one the request was sent to.
	Origins []string
	Limits  Limits
	// Proxies are those whose X-Forwarded-For says who a request comes from.
	Proxies []netip.Prefix
	Tick    time.Duration // default [Tick]
	Beat    time.Duration // default 15 s; a peer silent for three is cut
	// Clock is time.Now where nil; it must be the journal's.
	Clock func() time.Time
	// Place finds a table for a participant who comes when the tables have
	// begun and sits at none. It is not waited for, and called seldom for one
	// person.
	Place func(ctx context.Context, topicID string, application uint64)
	// Late is how much later than its time a topic's clock runs out here: another
	// node, which owns the topic, is to be first. Nil where there is none.
	Late func(topicID string) time.Duration
	Log  *slog.Logger
}

// Hub holds every live socket of the process.
type Hub struct {
	journal  *journal.Journal
	options  Options
	upgrader *websocket.Upgrader
	metrics  *metrics

	ctx    context.Context // ends with the hub
	cancel context.CancelFunc
	done   <-chan struct{}
	work   sync.WaitGroup

	revoked atomic.Uint64 // how many revocations there were

	mu      sync.RWMutex
	closing bool // takes no more sockets
	closed  bool // starts no more goroutines
	sockets map[*socket]struct{}
	doors   *doors
	forums  map[string]*forum
	slots   int

	elsewhere elsewhere
}

// New makes a hub. Hub and journal need each other, so the journal is opened
// first, with a Publish that calls the hub's:
//
//	var hub *live.Hub
//	j := journal.Open(s, journal.Options{Publish: func(c journal.Committed) { hub.Publish(c) }})
//	hub = live.New(j, live.Options{…})
func New(j *journal.Journal, o Options) *Hub {
	if o.Tick <= 0 {
		o.Tick = Tick
	}
	if o.Beat <= 0 {
		o.Beat = 15 * time.Second
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Late == nil {
		o.Late = func(string) time.Duration { return 0 }
	}
	o.Limits = o.Limits.withDefaults()
	h := &Hub{
		journal: j, options: o, upgrader: upgrader(), metrics: newMetrics(),
		sockets: map[*socket]struct{}{}, forums: map[string]*forum{}, doors: newDoors(o.Limits),
	}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	h.done = h.ctx.Done()
	h.spawn(h.beat)
	return h
}

// spawn runs f in a goroutine that Shutdown waits for, unless the hub is closed. A
// panic of what serves many ends the program, which starts anew from what is
// committed; it does not tell with whose words.
func (h *Hub) spawn(f func()) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.closed {
		return false
	}
	h.work.Add(1)
	go func() {
		defer h.work.Done()
		if err := mishap.Of(f); err != nil {
			panic(err)
		}
	}()
	return true
}

// Publish takes what the journal committed. It never waits.
func (h *Hub) Publish(c journal.Committed) {
	h.mu.RLock()
	f := h.forums[c.Topic]
	h.mu.RUnlock()
	switch {
	case f != nil:
		f.publish(c)
	case startsClock(c.Events): // nobody is there, but time passes
		h.spawn(func() {
			if err := h.Attend(h.ctx, c.Topic); err != nil && !retryable(err) {
				h.options.Log.Error("a topic's clocks could not be started", "topic", c.Topic, "error", err)
			}
		})
	}
}

// forum answers the live side of a topic, making it if it is not there.
func (h *Hub) forum(ctx context.Context, topicID string) (*forum, error) {
	h.mu.Lock()
	f := h.forums[topicID]
	made := f == nil
	if made {
		f = newForum(h, topicID)
		h.forums[topicID] = f
	}
	h.mu.Unlock()
	if made {
		f.attach(h.ctx)
		if f.err != nil {
			h.mu.Lock()
			delete(h.forums, topicID)
			h.mu.Unlock()
		}
	}
	select {
	case <-f.ready:
		return f, f.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Revoke closes the person's sockets with 4001 and refuses those on their way.
// The caller must have ended the person's sessions before.
func (h *Hub) Revoke(personID string) {
	h.revoked.Add(1)
	h.mu.Lock()
	sockets := h.doors.revoke(personID)
	h.mu.Unlock()
	for _, s := range sockets {
		s.close(protocol.CloseSignedOut, "you have been signed out")
	}
}

// CloseTopic closes the rooms of a topic that was deleted, and the sockets in them.
// The caller must have seen to it that it can't be opened again.
func (h *Hub) CloseTopic(topicID string) {
	h.mu.Lock()
	f := h.forums[topicID]
	delete(h.forums, topicID)
	h.mu.Unlock()
	if f == nil {
		return
	}
	f.deleted.Store(true)
	f.fan.mu.Lock()
	members := f.all()
	f.fan.mu.Unlock()
	for _, m := range members {
		m.socket.close(protocol.CloseForbidden, "this topic was deleted")
	}
}

// MayRemark takes one from what the person may say now, for remarks that come
// by another way than a socket.
func (h *Hub) MayRemark(personID string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.doors.mayRemark(personID, time.Now())
}

// MayHear takes one from what a room may be told now, by whomever.
func (h *Hub) MayHear(topicID string, room uint32) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.doors.mayHear(roomName{topicID, room}, time.Now())
}

// MayAct takes one from what the person may do now besides speaking, for what is
// done by another way than a socket.
func (h *Hub) MayAct(personID string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.doors.mayAct(personID, time.Now())
}

// Topics answers the topics that have a live side, sorted.
func (h *Hub) Topics() []string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return slices.Sorted(maps.Keys(h.forums))
}

// Sockets is how many there are.
func (h *Hub) Sockets() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.sockets)
}

// reconnects is how many sockets a second the hint of a closing server spreads
// those who come back over; a restarted server takes several times as many.
const reconnects = 2000

func (h *Hub) retryHint(sockets int) string {
	return fmt.Sprintf("%s%d", protocol.RetryHintPrefix, 1000+sockets*1000/reconnects)
}

// Shutdown takes no more sockets, tells the present ones to come back (close
// code 1012 with a hint over how long to spread), and waits until they are gone
// or ctx ends; then it cuts them. What was acknowledged is in the log, and what
// was not sent yet is what the clients resume with. It must be called before
// the journal is closed.
func (h *Hub) Shutdown(ctx context.Context) error {
	h.mu.Lock()
	h.closing = true
	sockets := make([]*socket, 0, len(h.sockets))
	for s := range h.sockets { // in no order
		sockets = append(sockets, s)
	}
	h.mu.Unlock()
	hint := h.retryHint(len(sockets))
	for _, s := range sockets {
		s.close(protocol.CloseRestart, hint)
	}
	err := h.emptied(ctx)
	h.mu.Lock()
	h.closed = true
	for s := range h.sockets {
		_ = s.out.Close() // it may be closed already
	}
	h.mu.Unlock()
	h.cancel()
	h.work.Wait()
	return err
}

// Scatter has all who are connected come back, here or at another node, as at a
// Shutdown.
func (h *Hub) Scatter() {
	h.mu.Lock()
	sockets := make([]*socket, 0, len(h.sockets))
	for s := range h.sockets { // in no order
		sockets = append(sockets, s)
	}
	h.mu.Unlock()
	hint := h.retryHint(len(sockets))
	for _, s := range sockets {
		s.close(protocol.CloseRestart, hint)
	}
}

func (h *Hub) emptied(ctx context.Context) error {
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for h.Sockets() > 0 {
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("%d sockets did not close in time: %w", h.Sockets(), ctx.Err())
		}
	}
	return nil
}
