package live

import (
	"slices"
	"sync"
	"time"
)

// elsewhereLife is how long what another node said of who is there holds.
const elsewhereLife = 10 * time.Second

// elsewhere is who is connected to the other nodes.
type elsewhere struct {
	mu sync.Mutex
	of map[string]absence // by node
}

type absence struct {
	at    time.Time
	rooms map[string]map[uint32][]uint64 // by topic
}

// Elsewhere takes from another node who is in its rooms, by topic: they count as
// present here for a while.
func (h *Hub) Elsewhere(node string, rooms map[string]map[uint32][]uint64) {
	h.elsewhere.take(node, rooms)
	h.Recount()
}

// Recount tells rooms how many are in them at other nodes; what those said gets
// old.
func (h *Hub) Recount() {
	for _, id := range h.Topics() {
		f := h.known(id)
		if f == nil {
			continue
		}
		f.mu.Lock()
		open := make([]*room, 0, len(f.rooms))
		for _, r := range f.rooms { // each on its own
			open = append(open, r)
		}
		f.mu.Unlock()
		for _, r := range open {
			n := h.elsewhere.count(id, r.number)
			r.mu.Lock()
			if r.present.away != n {
				r.present.away = n
				r.wake()
			}
			r.mu.Unlock()
		}
	}
}

func (e *elsewhere) take(node string, rooms map[string]map[uint32][]uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.of == nil {
		e.of = map[string]absence{}
	}
	e.of[node] = absence{at: time.Now(), rooms: rooms}
	for id, a := range e.of {
		if time.Since(a.at) > elsewhereLife {
			delete(e.of, id)
		}
	}
}

// Everyone answers who is connected to this node alone, by topic.
func (h *Hub) Everyone() map[string]map[uint32][]uint64 {
	all := map[string]map[uint32][]uint64{}
	for _, id := range h.Topics() {
		if here := h.presentHere(id); len(here) > 0 {
			all[id] = here
		}
	}
	return all
}

// each calls f with who is at other nodes, by room.
func (e *elsewhere) each(topicID string, f func(rooms map[uint32][]uint64)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, a := range e.of { // together they are a set
		if time.Since(a.at) <= elsewhereLife {
			f(a.rooms[topicID])
		}
	}
}

// at adds who is in a room at other nodes to those here, ascending, each once.
func (e *elsewhere) at(topicID string, room uint32, here []uint64) []uint64 {
	e.each(topicID, func(rooms map[uint32][]uint64) { here = append(here, rooms[room]...) })
	slices.Sort(here)
	return slices.Compact(here)
}

// count is how many are in a room at other nodes. Who is connected to several is
// counted at each.
func (e *elsewhere) count(topicID string, room uint32) (n int) {
	e.each(topicID, func(rooms map[uint32][]uint64) { n += len(rooms[room]) })
	return n
}
