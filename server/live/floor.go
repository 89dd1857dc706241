package live

import (
	"veche/server/journal"
	"veche/server/topic"
)

// shownFloor is a room's floor as JSON, kept while nothing happens there: many
// may come at once, and each gets it.
type shownFloor struct {
	last   uint64
	seated int
	json   []byte
}

// floorJSON answers what goes on in the room by the state. Called with mu held.
func (r *room) floorJSON(s *topic.State) []byte {
	last, seated := s.Floor(r.number).Last, 0
	if at := *r.forum.seated.Load(); int(r.number) < len(at) {
		seated = at[r.number]
	}
	if k := &r.floor; k.json == nil || k.last != last || k.seated != seated {
		*k = shownFloor{last, seated, encode(journal.ShowFloor(s, r.number, seated))}
	}
	return r.floor.json
}

// reseat counts anew how many sit at each table.
func (f *forum) reseat(s *topic.State) {
	at := journal.Seated(s)
	f.seated.Store(&at)
}
