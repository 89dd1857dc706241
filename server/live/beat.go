package live

import (
	"time"

	"veche/server/live/protocol"
)

// beatSlots spread the heartbeat of all sockets over its interval.
const beatSlots = 15

// mostOutside is how many beats a socket may be in no topic.
const mostOutside = 4

// beat pings every socket once an interval and tells it the tops of its rooms,
// cuts those from which nothing has come for three, and closes those that are in
// no topic for longer.
func (h *Hub) beat() {
	ticker := time.NewTicker(h.options.Beat / beatSlots)
	defer ticker.Stop()
	for slot := 0; ; slot = (slot + 1) % beatSlots {
		select {
		case <-ticker.C:
		case <-h.done:
			return
		}
		now := time.Now()
		var sockets []*socket
		h.mu.Lock()
		for s := range h.sockets { // in no order
			if s.slot == slot {
				sockets = append(sockets, s)
			}
		}
		h.doors.sweep(now)
		h.mu.Unlock()
		silent := now.Add(-3 * h.options.Beat).UnixNano()
		for _, s := range sockets {
			if s.heard.Load() < silent {
				_ = s.out.Close() // half open: there is no one to tell
				continue
			}
			if s.adrift() {
				s.close(protocol.CloseBye, "you have joined no topic")
				continue
			}
			s.beat()
			s.send(pingFrame)
		}
	}
}

// adrift counts a beat, and says that the socket has been in no topic for too
// many.
func (s *socket) adrift() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.outside++; s.seat != nil {
		s.outside = 0
	}
	return s.outside > mostOutside
}

// beat tells the tops of the socket's rooms, as of what was written to it.
func (s *socket) beat() {
	s.mu.Lock()
	var rooms []place
	if s.seat != nil {
		rooms = append(rooms, s.seat.rooms...)
	}
	s.mu.Unlock()
	m := protocol.Beat{T: "beat", Now: s.hub.options.Clock().UnixMilli(), Tops: [][2]uint64{}}
	for _, p := range rooms {
		p.room.mu.Lock()
		m.Epoch = p.room.epoch
		m.Tops = append(m.Tops, [2]uint64{uint64(p.room.number), p.room.told})
		p.room.mu.Unlock()
	}
	s.send(messages(m))
}
