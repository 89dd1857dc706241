package live

import (
	"context"
	"slices"
	"strconv"
	"time"

	"veche/server/topic"
)

// presence is who is in a room now: people, however many sockets they have.
type presence struct {
	here map[string]attendance // by person
	away int                   // how many are in it at other nodes
	was  int                   // how many, as last told
	at   time.Time             // when that was
}

type attendance struct {
	who     topic.Who
	sockets int
}

// counts says whether the seat's person is present in the room: not who only
// watches, and at a table nobody but those who sit there. Called with mu held.
func (r *room) counts(s *seat) (yes bool) {
	if s.watch || r.number == 0 {
		return !s.watch
	}
	r.forum.view.Read(func(st *topic.State, _ uint64) { yes = ownTable(st, s.who) == r.number })
	return yes
}

// recount makes a member present or not after seats have changed, where they go
// on reading.
func (r *room) recount(m *member, s *seat) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.holds(m) { // gone meanwhile
		return
	}
	counted := r.counts(s)
	if counted == m.counted {
		return
	}
	if m.counted = counted; counted {
		r.present.enter(m.socket.person.ID, s.who)
	} else {
		r.present.exit(m.socket.person.ID)
	}
	r.wake()
}

func (p *presence) enter(person string, who topic.Who) {
	p.here[person] = attendance{who, p.here[person].sockets + 1}
}

func (p *presence) exit(person string) {
	a := p.here[person]
	if a.sockets--; a.sockets == 0 {
		delete(p.here, person)
		return
	}
	p.here[person] = a
}

// due answers when the room's members are told again how many are here: the
// more there are, the more seldom.
func (p *presence) due(members int) (time.Time, bool) {
	if p.count() == p.was || members == 0 {
		return time.Time{}, false
	}
	return p.at.Add(presenceEvery * time.Duration(1+members/1000)), true
}

func (p *presence) told(now time.Time) { p.was, p.at = p.count(), now }

func (p *presence) count() int { return len(p.here) + p.away }

func (r *room) appendPresence(b []byte) []byte {
	b = append(comma(b), `{"t":"presence","room":`...)
	b = strconv.AppendUint(b, uint64(r.number), 10)
	b = append(b, `,"here":`...)
	b = strconv.AppendInt(b, int64(r.present.count()), 10)
	return append(b, '}')
}

// Here is how many people are in a room of a topic now: at a table those who sit
// there, in the main hall everyone who does not only watch.
func (h *Hub) Here(topicID string, room uint32) int {
	if f := h.known(topicID); f != nil {
		return f.here(room)
	}
	return h.elsewhere.count(topicID, room)
}

func (f *forum) here(number uint32) int {
	f.mu.Lock()
	r := f.rooms[number]
	f.mu.Unlock()
	if r == nil {
		return f.hub.elsewhere.count(f.id, number)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.present.count()
}

// PresentAt answers the participants who are in one room of a topic now, as
// ascending numbers of applications. It takes time in proportion to them.
func (h *Hub) PresentAt(topicID string, room uint32) []uint64 {
	if f := h.known(topicID); f != nil {
		return f.presentAt(room)
	}
	return h.elsewhere.at(topicID, room, nil)
}

func (f *forum) presentAt(number uint32) []uint64 {
	f.mu.Lock()
	r := f.rooms[number]
	f.mu.Unlock()
	var list []uint64
	if r != nil {
		people := r.attending()
		f.view.Read(func(s *topic.State, _ uint64) { list = r.participants(s, people) })
	}
	return f.hub.elsewhere.at(f.id, number, list)
}

// attending are those who are present in the room, in no order.
func (r *room) attending() []topic.Who {
	r.mu.Lock()
	defer r.mu.Unlock()
	people := make([]topic.Who, 0, len(r.present.here))
	for _, a := range r.present.here {
		people = append(people, a.who)
	}
	return people
}

// participants answers the applications of those of people who take part in the
// room, ascending.
func (r *room) participants(s *topic.State, people []topic.Who) (list []uint64) {
	for _, who := range people {
		if who.Role != topic.RoleCitizen {
			continue
		}
		n := s.ApplicationOf(who.Pseudonym)
		if table, ok := s.Participant(n); ok && (r.number == 0 || table == r.number) {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list
}

// Seated is how many people sit at a table; false if nobody has taken the topic
// up, so that it is not known here.
func (h *Hub) Seated(topicID string, table uint32) (int, bool) {
	f := h.known(topicID)
	if f == nil {
		return 0, false
	}
	if at := *f.seated.Load(); int(table) < len(at) {
		return at[table], true
	}
	return 0, true
}

// Present answers the participants who are in the rooms of a topic now, as
// ascending numbers of applications by room; rooms with none are left out. It
// takes time in proportion to the people.
func (h *Hub) Present(topicID string) map[uint32][]uint64 {
	present := h.presentHere(topicID)
	rooms := map[uint32]bool{}
	h.elsewhere.each(topicID, func(of map[uint32][]uint64) {
		for n := range of {
			rooms[n] = true
		}
	})
	for n := range rooms { // each on its own
		present[n] = h.elsewhere.at(topicID, n, present[n])
	}
	return present
}

// presentHere is Present of this node alone.
func (h *Hub) presentHere(topicID string) map[uint32][]uint64 {
	present := map[uint32][]uint64{}
	f := h.known(topicID)
	if f == nil {
		return present
	}
	f.mu.Lock()
	rooms := make([]*room, 0, len(f.rooms))
	for _, r := range f.rooms { // each on its own
		rooms = append(rooms, r)
	}
	f.mu.Unlock()
	people := make([][]topic.Who, len(rooms))
	for i, r := range rooms {
		people[i] = r.attending()
	}
	f.view.Read(func(s *topic.State, _ uint64) {
		for i, r := range rooms {
			if list := r.participants(s, people[i]); len(list) > 0 {
				present[r.number] = list
			}
		}
	})
	return present
}

// known answers the forum of a topic if it is taken up, nil if not.
func (h *Hub) known(topicID string) *forum {
	h.mu.RLock()
	f := h.forums[topicID]
	h.mu.RUnlock()
	if f == nil {
		return nil
	}
	select {
	case <-f.ready:
		if f.err == nil {
			return f
		}
	default:
	}
	return nil
}

// Attend takes a topic up though nobody is connected, so that its clocks run.
func (h *Hub) Attend(ctx context.Context, topicID string) error {
	_, err := h.forum(ctx, topicID)
	return err
}
