package live

import (
	"sync"
	"time"
)

// Tick is how often a room speaks at most. Under load a room speaks as seldom
// as its own pass over the members takes, so that it sends larger frames
// instead of falling behind.
const Tick = 50 * time.Millisecond

// fan sends one prepared frame to many sockets, not more often than the tick.
// Its goroutine lives only while there is something to send.
type fan struct {
	hub *Hub
	src source

	mu      sync.Mutex
	members []*member
	shared  bool // a pass reads members: copy before changing
	running bool
	kick    chan struct{}
	last    time.Time // begin of the last pass
	pass    time.Duration
}

// source is what a fan sends; its methods are called with the fan's mu held.
type source interface {
	// due answers the earliest time of the next frame, false if there is
	// nothing to send. tick is when the fan may speak again.
	due(tick time.Time) (time.Time, bool)
	// compose answers the next frame and what to call once it is with the
	// members; both may be nil.
	compose(now time.Time) (*frame, func())
}

// member is a socket in a fan.
type member struct {
	socket *socket
	at     int  // index in members, guarded by the fan's mu
	gone   bool // guarded by the socket's mu

	counted bool // is present in the room; guarded by the fan's mu
}

func (f *fan) init(h *Hub, s source) {
	f.hub, f.src, f.kick = h, s, make(chan struct{}, 1)
}

func (f *fan) own() {
	if f.shared {
		f.members, f.shared = append([]*member(nil), f.members...), false
	}
}

// add and remove are called with mu held.
func (f *fan) add(m *member) {
	f.own()
	m.at = len(f.members)
	f.members = append(f.members, m)
}

func (f *fan) remove(m *member) {
	f.own()
	last := len(f.members) - 1
	f.members[m.at] = f.members[last]
	f.members[m.at].at = m.at
	f.members[last] = nil
	f.members = f.members[:last]
}

// wake starts the fan's goroutine if there is something to send, or makes it
// look at the time again. Called with mu held.
func (f *fan) wake() {
	if f.running {
		select {
		case f.kick <- struct{}{}:
		default:
		}
		return
	}
	if _, pending := f.src.due(time.Time{}); pending {
		f.running = f.hub.spawn(f.run)
	}
}

func (f *fan) run() {
	for {
		f.mu.Lock()
		now := time.Now()
		at, pending := f.src.due(f.last.Add(max(f.hub.options.Tick, f.pass)))
		if !pending {
			f.running = false
			f.mu.Unlock()
			return
		}
		if wait := at.Sub(now); wait > 0 {
			f.mu.Unlock()
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-f.kick:
				timer.Stop()
			case <-f.hub.done:
				timer.Stop()
				return
			}
			continue
		}
		frame, told := f.src.compose(now)
		members := f.members
		f.shared = true
		f.mu.Unlock()
		if frame != nil {
			for _, m := range members {
				m.send(frame)
			}
		}
		took := time.Since(now)
		f.hub.metrics.sent(frame, len(members), took)
		f.mu.Lock()
		f.last, f.pass = now, took
		if told != nil {
			told()
		}
		f.mu.Unlock()
	}
}

// send writes to the member's socket unless it has left the fan.
func (m *member) send(frame *frame) {
	s := m.socket
	s.mu.Lock()
	if !m.gone {
		s.write(frame)
	}
	s.mu.Unlock()
}
