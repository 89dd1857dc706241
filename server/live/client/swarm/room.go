package swarm

// room is what a socket has seen of a room.
type room struct {
	number      uint32
	joined      bool // on this connection
	Epoch, Last uint64
}

// apply takes what a message says of the room, as package protocol has it, and
// answers what was missing or begun anew.
func (r *room) apply(m *message) (gap, reset bool) {
	switch m.kind {
	case "reset":
		r.Epoch, r.Last = m.epoch, m.last
		return false, true
	case "events":
		switch {
		case m.epoch < r.Epoch || (m.epoch == r.Epoch && m.last <= r.Last):
			return false, false // old news
		case m.epoch != r.Epoch || m.prev > r.Last:
			gap = true // a client would join again; it is counted, and what follows is held against this
		}
		r.Epoch, r.Last = m.epoch, m.last
	}
	return gap, false
}
