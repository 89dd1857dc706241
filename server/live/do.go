package live

import (
	"context"
	"time"

	"veche/server/journal"
	"veche/server/live/protocol"
	"veche/server/topic"
)

// Actions are the actions of topic.Policy that a socket's messages fall under: that
// of a message which says something, and those of one which does something else, by
// what it does. Joining and leaving a topic is what "join" lets do.
var Actions = map[string]topic.Action{
	"say":             topic.ActionSay,
	protocol.Raise:    topic.ActionFloor,
	protocol.Lower:    topic.ActionFloor,
	protocol.Yield:    topic.ActionFloor,
	protocol.MoreTime: topic.ActionFloor,
	protocol.MoveOn:   topic.ActionFloor,
	protocol.Stay:     topic.ActionFloor,
	protocol.React:    topic.ActionReact,
}

// do does what one can do in a room besides speaking, and acknowledges it once
// it is durable.
func (s *socket) do(ctx context.Context, m protocol.Do) {
	seat := s.seat // only this goroutine changes it
	if seat == nil {
		s.refuse(m.ID, errNoTopic)
		return
	}
	if !s.hub.MayAct(s.person.ID) {
		s.refuse(m.ID, errActs)
		return
	}
	f := seat.forum
	command, err := f.command(m)
	if err != nil {
		s.refuse(m.ID, err)
		return
	}
	began := time.Now()
	ack, err := s.hub.journal.Submit(ctx, f.id, journal.Request{Who: seat.who, ClientID: m.ID, Command: command})
	if err != nil {
		s.refuse(m.ID, err)
		return
	}
	s.hub.metrics.acked("act", began)
	s.send(messages(protocol.Ack{T: "ack", ID: m.ID, Epoch: ack.Epoch, Seq: f.told(m, ack.Seq), Remark: ack.Answer}))
}

// command is what the message asks the topic for.
func (f *forum) command(m protocol.Do) (topic.Command, error) {
	switch m.What {
	case protocol.Raise, protocol.Lower:
		return topic.RaiseHand{Room: m.Room, Up: m.What == protocol.Raise}, nil
	case protocol.Yield:
		return topic.PassTurn{Room: m.Room, Turn: m.Turn}, nil
	case protocol.MoreTime:
		return topic.ExtendTurn{Room: m.Room, Turn: m.Turn}, nil
	case protocol.MoveOn, protocol.Stay:
		return topic.MoveOn{Room: m.Room, Step: m.Step, Wish: m.What == protocol.MoveOn, Here: f.presentAt(m.Room)}, nil
	}
	reaction, err := topic.ParseReaction(m.Reaction)
	return topic.React{Remark: m.Remark, Reaction: reaction}, err
}

// told is up to which seq of the room the doer must have come to see what became
// of it: that of the event, or, where there was nothing to change, the room's
// last one.
func (f *forum) told(m protocol.Do, seq uint64) uint64 {
	f.view.Read(func(s *topic.State, _ uint64) {
		room := m.Room
		if n := m.Remark; m.What == protocol.React && n != 0 && int(n) <= len(s.Remarks) {
			room = s.Remarks[n-1].Room
		}
		seq = min(seq, s.Floor(room).Last)
	})
	return seq
}
