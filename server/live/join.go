package live

import (
	"context"
	"errors"
	"time"

	"veche/server/journal"
	"veche/server/live/protocol"
	"veche/server/topic"
)

// join puts the socket into rooms of a topic, instead of those it was in.
func (s *socket) join(ctx context.Context, m protocol.Join) {
	s.leave()
	f, err := s.hub.forum(ctx, m.Topic)
	if err != nil {
		s.notNow(err)
		return
	}
	who, err := s.person.Who(ctx, m.Topic)
	if err != nil {
		s.notNow(err)
		return
	}
	seat := &seat{forum: f, who: who, watch: m.Watch, member: &member{socket: s}}
	wanted := m.Rooms
	var refused []error
	joined := s.hub.joined(m.Topic)
	joined.As = s.person.Mark
	var application uint64 // of someone who comes late
	var granted []protocol.Position
	f.view.Read(func(st *topic.State, epoch uint64) {
		seat.me = journal.AuthorOf(st, who)
		seat.table = ownTable(st, who)
		var mine uint64
		if who.Role == topic.RoleCitizen {
			mine = st.ApplicationOf(who.Pseudonym)
		}
		if !m.Watch && late(st, mine) {
			application = mine
		}
		if len(wanted) == 0 && !m.Watch {
			wanted = s.ownRooms(st, who)
		}
		seen := map[uint32]bool{}
		for _, w := range wanted {
			if seen[w.Room] {
				continue
			}
			seen[w.Room] = true
			if err := s.mayRead(st, who, w.Room); err != nil {
				refused = append(refused, err)
				continue
			}
			granted = append(granted, w)
			joined.Rooms = append(joined.Rooms, w.Room)
			joined.Reacted = append(joined.Reacted, reactedBy(st, w.Room, mine)...)
		}
		joined.Epoch, joined.Table = epoch, seat.table
	})
	joined.Number, joined.Role = seat.me.Number, seat.me.Role
	list := []any{joined}
	for _, err := range refused {
		list = append(list, refusal("", err))
	}
	s.send(messages(list...))
	f.fan.mu.Lock()
	f.add(seat.member)
	f.fan.mu.Unlock()
	s.mu.Lock()
	s.seat = seat
	s.mu.Unlock()
	for _, at := range granted {
		if !s.out.settle() {
			return // the peer does not read
		}
		r := f.room(at.Room)
		member, err := r.enter(ctx, s, seat, at)
		if err != nil {
			s.notNow(err)
			return
		}
		s.mu.Lock()
		seat.rooms = append(seat.rooms, place{r, member})
		s.mu.Unlock()
	}
	s.recheck(f) // seats may have changed meanwhile
	if application != 0 {
		f.place(application)
	}
}

// joined begins the message that says where a socket is.
func (h *Hub) joined(topicID string) protocol.Joined {
	return protocol.Joined{T: "joined", Topic: topicID, Rooms: []uint32{}, Now: h.options.Clock().UnixMilli()}
}

// notNow ends a join that failed: a refusal by the domain is told; anything else
// closes the socket for the client to come back, since without its rooms it
// would be there in vain.
func (s *socket) notNow(err error) {
	s.refuse("", err)
	if topic.CodeOf(err) == "" {
		s.close(protocol.CloseRestart, s.hub.retryHint(1))
	}
}

// ownRooms are the main hall and the person's own table.
func (s *socket) ownRooms(st *topic.State, who topic.Who) []protocol.Position {
	rooms := []protocol.Position{{Room: 0}}
	if table := ownTable(st, who); table != 0 {
		rooms = append(rooms, protocol.Position{Room: table})
	}
	return rooms
}

// ownTable is where someone sits, 0 for nowhere.
func ownTable(st *topic.State, who topic.Who) uint32 {
	if who.Role != topic.RoleCitizen {
		return 0
	}
	table, _ := st.Participant(st.ApplicationOf(who.Pseudonym))
	return table
}

// readers are the roles that read along at every table.
var readers = [...]topic.Role{topic.RoleFacilitator, topic.RoleModerator, topic.RolePlanner, topic.RoleAuditor}

// mayRead answers nil if the person may read the room: everyone the main hall,
// those who sit there and the readers a table.
func (s *socket) mayRead(st *topic.State, who topic.Who, room uint32) error {
	if _, ok := st.Room(room); !ok {
		return topic.NewFault(topic.CodeNotFound, "there is no table %d", room)
	}
	if room == 0 {
		return nil
	}
	for _, have := range s.person.Roles {
		for _, may := range readers {
			if have == may {
				return nil
			}
		}
	}
	if ownTable(st, who) == room {
		return nil
	}
	return topic.NewFault(topic.CodeForbidden, "only the people of table %d read along there", room)
}

// settle waits until the peer has read most of what was sent to it; false if it
// is given up.
func (c *conn) settle() bool {
	for {
		c.mu.Lock()
		behind, ending := c.queued, c.ending
		c.mu.Unlock()
		if ending {
			return false
		}
		if behind <= kernelBuffer {
			return true
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// refuse tells the client what is wrong with its message.
func (s *socket) refuse(id string, err error) {
	if errors.Is(err, context.Canceled) && s.hub.ctx.Err() != nil {
		return // going down: the close frame says so
	}
	r := refusal(id, err)
	s.hub.metrics.refused.WithLabelValues(r.Problem.Code).Inc()
	s.send(messages(r))
	if topic.CodeOf(err) == "" && !retryable(err) {
		s.hub.options.Log.Error("a live message failed", "error", err)
	}
}
