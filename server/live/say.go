package live

import (
	"context"
	"time"
	"unicode/utf8"

	"veche/server/journal"
	"veche/server/live/protocol"
	"veche/server/topic"
)

// speaksFor refuses what somebody else wrote, whom the socket is not for: another
// person has signed in in that browser since.
func (s *socket) speaksFor(id, as string) bool {
	if as == "" || as == s.person.Mark {
		return true
	}
	s.refuse(id, errOther)
	return false
}

// say posts a remark and acknowledges it once it is durable. One of a socket is
// under way at a time, so a socket's remarks keep their order.
func (s *socket) say(ctx context.Context, m protocol.Say) {
	seat := s.seat // only this goroutine changes it
	if seat == nil {
		s.refuse(m.ID, errNoTopic)
		return
	}
	body, err := topic.CleanText("message", m.Text, topic.MaxRemark)
	if err != nil {
		s.refuse(m.ID, err)
		return
	}
	if !s.hub.MayRemark(s.person.ID) {
		s.refuse(m.ID, errRemarks)
		return
	}
	text, began := journal.NewText(body), time.Now()
	request := journal.Request{
		Who: seat.who, ClientID: m.ID,
		Command: topic.Say{Room: m.Room, ReplyTo: m.ReplyTo, Text: text.Digest(), Characters: uint32(utf8.RuneCountInString(body))},
		Texts:   []journal.Text{text},
	}
	// Who may not speak in the room takes nothing from those who may.
	adds, err := s.hub.journal.Try(ctx, seat.forum.id, request)
	if err == nil && adds && !s.hub.MayHear(seat.forum.id, m.Room) {
		err = errRoom
	}
	if err != nil {
		s.refuse(m.ID, err)
		return
	}
	ack, err := s.hub.journal.Submit(ctx, seat.forum.id, request)
	if err != nil {
		s.refuse(m.ID, err)
		return
	}
	s.hub.metrics.acked("remark", began)
	list := []any{protocol.Ack{T: "ack", ID: m.ID, Epoch: ack.Epoch, Seq: ack.Seq, Remark: ack.Answer}}
	if seat.me.Number == 0 { // the log has named its author with this remark
		list = append(s.named(seat), list...)
	}
	s.send(messages(list...))
}

// named tells someone the number that their remarks have.
func (s *socket) named(seat *seat) []any {
	joined := s.hub.joined(seat.forum.id)
	seat.forum.view.Read(func(st *topic.State, epoch uint64) {
		seat.me, joined.Epoch, joined.Table = journal.AuthorOf(st, seat.who), epoch, ownTable(st, seat.who)
	})
	joined.Number, joined.Role = seat.me.Number, seat.me.Role
	s.mu.Lock()
	for _, p := range seat.rooms {
		joined.Rooms = append(joined.Rooms, p.room.number)
	}
	s.mu.Unlock()
	return []any{joined}
}
