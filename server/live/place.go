package live

import (
	"context"
	"time"

	"veche/server/journal"
	"veche/server/live/protocol"
	"veche/server/topic"
)

// placeEvery is how seldom someone without a table is asked to be placed: it may
// be that there is no place.
const placeEvery = time.Minute

// late says that someone comes when the tables have begun and has none: a
// participant who accepted late, or whom no table fitted.
func late(s *topic.State, application uint64) bool {
	table, ok := s.Participant(application)
	if !ok || table != 0 || s.StageKind() != topic.StageDebate {
		return false
	}
	first, last := s.RoundTables()
	if first == 0 {
		return false
	}
	if len(s.Settings.Debate.Agenda) == 0 {
		return true
	}
	for room := first; room <= last; room++ {
		if s.Floor(room).Step != 0 {
			return true
		}
	}
	return false
}

// place asks for a table for someone, without waiting.
func (f *forum) place(application uint64) {
	if f.hub.options.Place == nil {
		return
	}
	now := time.Now()
	f.mu.Lock()
	asked := now.Sub(f.placing[application]) < placeEvery
	if !asked {
		f.placing[application] = now
	}
	f.mu.Unlock()
	if !asked {
		f.hub.spawn(func() {
			ctx, cancel := context.WithTimeout(f.hub.ctx, answerTimeout)
			defer cancel()
			f.hub.options.Place(ctx, f.id, application)
		})
	}
}

// moved are the people whom an event sends to other tables.
type moved struct {
	all    bool
	people map[topic.Pseudonym]bool
}

func (m *moved) add(s *topic.State, applications []uint64) {
	for _, n := range applications {
		m.name(s.Applications[n-1].Pseudonym)
	}
}

func (m *moved) name(p topic.Pseudonym) {
	if m.people == nil {
		m.people = map[topic.Pseudonym]bool{}
	}
	m.people[p] = true
}

// tell lets people know, and nobody else, that something was decided about them:
// they fetch again what is shown to them.
func (f *forum) tell(m moved, events []topic.Event) {
	if m.people == nil {
		return
	}
	f.fan.mu.Lock()
	members := f.all()
	f.fan.mu.Unlock()
	for _, x := range members {
		if s := x.socket; s.sits(f, m.people) {
			s.mu.Lock()
			s.write(messages(protocol.Board{T: "board", Seq: events[len(events)-1].Seq}))
			s.mu.Unlock()
		}
	}
}

// recheck takes those out of tables who may not read them any more, after seats
// or tables have changed, and tells them where they sit.
func (f *forum) recheck(m moved) {
	if !m.all && m.people == nil {
		return
	}
	f.fan.mu.Lock()
	members := f.all()
	f.fan.mu.Unlock()
	for _, x := range members {
		s := x.socket
		if m.all || s.sits(f, m.people) {
			s.recheck(f)
		}
	}
}

// sits says whether the socket is in the topic as one of people.
func (s *socket) sits(f *forum, people map[topic.Pseudonym]bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seat != nil && s.seat.forum == f && s.seat.who.Role == topic.RoleCitizen && people[s.seat.who.Pseudonym]
}

// recheck takes the socket out of rooms that it may not read any more, and
// tells it which are left if they or its table have changed.
func (s *socket) recheck(f *forum) {
	s.mu.Lock()
	seat := s.seat
	var rooms []place
	table := uint32(0)
	if seat != nil && seat.forum == f {
		rooms, table = append(rooms, seat.rooms...), seat.table
	}
	s.mu.Unlock()
	if seat == nil || seat.forum != f {
		return
	}
	lost := map[*member]bool{}
	joined := s.hub.joined(f.id)
	f.view.Read(func(st *topic.State, epoch uint64) {
		me := journal.AuthorOf(st, seat.who)
		joined.Epoch, joined.Number, joined.Role, joined.Table = epoch, me.Number, me.Role, ownTable(st, seat.who)
		for _, p := range rooms {
			if s.mayRead(st, seat.who, p.room.number) != nil {
				lost[p.member] = true
			}
		}
	})
	for _, p := range rooms { // whoever reads all tables stays where they sat
		if p.room.number != 0 {
			p.room.recount(p.member, seat)
		}
	}
	if len(lost) == 0 && joined.Table == table {
		return
	}
	var left []place
	s.mu.Lock()
	if s.seat != seat {
		s.mu.Unlock()
		return
	}
	seat.table = joined.Table
	kept := seat.rooms[:0:0]
	for _, p := range seat.rooms {
		if lost[p.member] {
			p.member.gone = true
			left = append(left, p)
			continue
		}
		kept = append(kept, p)
		joined.Rooms = append(joined.Rooms, p.room.number)
	}
	seat.rooms = kept
	s.write(messages(joined))
	s.mu.Unlock()
	for _, p := range left {
		p.room.exit(p.member)
	}
}
