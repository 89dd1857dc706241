package live

import (
	"context"
	"sort"

	"veche/server/journal"
	"veche/server/live/protocol"
	"veche/server/topic"
)

// enter puts the socket into the room, up to date: with what it missed since at
// if that can be had exactly, else with a reset.
func (r *room) enter(ctx context.Context, s *socket, seat *seat, at protocol.Position) (*member, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		past, err := r.past(ctx, at)
		if err != nil {
			return nil, err
		}
		if m := r.admit(s, seat, past); m != nil {
			return m, nil
		}
	}
}

// past is what someone who comes gets before the ring's events after upto.
type past struct {
	epoch, upto uint64
	json        []byte // a reset or events message, empty if the ring has it all
	edits       int    // removals in the room that json knows of
	frame       *frame // json as a frame of its own, where many get it
}

// past finds where the ring goes on from, reading the log where it must.
func (r *room) past(ctx context.Context, at protocol.Position) (past, error) {
	r.mu.Lock()
	p := past{epoch: r.epoch, upto: r.sent, edits: len(r.edits)}
	same := at.Epoch == r.epoch && at.Last <= r.sent
	inRing := same && r.reaches(at.Last)
	var what missed
	known := false
	if same && !inRing {
		what, known = r.missed(at.Last, r.sent)
	}
	r.mu.Unlock()
	if inRing {
		p.upto = at.Last
		return p, nil
	}
	if known {
		var err error
		p.json, err = r.lookUp(ctx, p.epoch, at.Last, p.upto, what)
		if err != nil || len(p.json) <= mostReturn {
			return p, err
		}
	}
	k, err := r.snapshot(ctx)
	if err != nil {
		return past{}, err
	}
	return k.past, nil
}

// reaches says that the ring goes on from seq, and with not too much. Called
// with mu held.
func (r *room) reaches(seq uint64) bool {
	size := 0
	for i := r.next - 1; i >= 0 && r.ring[i].seq > seq && size <= mostReturn; i-- {
		size += r.ring[i].size()
	}
	return seq >= r.base && size <= mostReturn
}

// admit adds the socket and writes what it gets, as of one moment of the room; it answers nil if the ring does not reach back to past any more.
func (r *room) admit(s *socket, seat *seat, p past) *member {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.epoch != r.epoch || p.upto < r.base || p.upto > r.sent || (p.json != nil && p.edits != len(r.edits)) {
		return nil
	}
	m := &member{socket: s, counted: r.counts(seat)}
	r.add(m)
	if m.counted {
		r.present.enter(s.person.ID, seat.who)
	}
	b := []byte{'['}
	if p.frame == nil {
		b = append(b, p.json...)
	}
	entries, last := r.ring[:r.next], p.upto
	entries = entries[sort.Search(len(entries), func(i int) bool { return entries[i].seq > p.upto }):]
	if len(entries) > 0 {
		last = entries[len(entries)-1].seq
	}
	b = r.appendEvents(b, p.upto, last, entries, true)
	b = append(r.appendPresence(b), ']')
	frame := newFrame(b)
	s.mu.Lock()
	if p.frame != nil {
		s.write(p.frame)
	}
	s.write(frame)
	s.mu.Unlock()
	r.wake() // for the others' presence
	return m
}

// exit takes the member out of the room.
func (r *room) exit(m *member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.remove(m)
	if m.counted {
		r.present.exit(m.socket.person.ID)
	}
	r.wake()
}

// missed is what someone has missed: remarks that are new or changed, and those
// that got reactions.
type missed struct{ remarks, reactions []uint32 }

// missed answers what was missed in (after, upto], false if it is too much.
// Called with mu held.
func (r *room) missed(after, upto uint64) (m missed, ok bool) {
	r.forum.view.Read(func(s *topic.State, _ uint64) {
		room, _ := s.Room(r.number)
		till := func(seq uint64) int {
			return sort.Search(len(room.Remarks), func(i int) bool { return s.Remarks[room.Remarks[i]-1].Seq > seq })
		}
		fresh := room.Remarks[till(after):till(upto)]
		if len(fresh) > mostMissed {
			return
		}
		m.remarks = append(m.remarks, fresh...)
		first := sort.Search(len(r.edits), func(i int) bool { return r.edits[i].seq > after })
		for _, e := range r.edits[first:] {
			if e.seq <= upto && s.Remarks[e.remark-1].Seq <= after {
				m.remarks = append(m.remarks, e.remark)
			}
		}
		m.reactions = r.reacted.since(after)
		ok = len(m.remarks) <= mostMissed && len(m.reactions) <= mostReactions
	})
	return m, ok
}

// lookUp makes an events message of what was missed: new remarks as they are
// now, older ones whose text is not shown any more, and counts of reactions.
func (r *room) lookUp(ctx context.Context, epoch, after, upto uint64, what missed) ([]byte, error) {
	remarks, err := r.hub.journal.ShowRemarks(ctx, r.forum.id, what.remarks)
	if err != nil {
		return nil, err
	}
	m := protocol.Events{T: "events", Room: r.number, Epoch: epoch, Prev: after, Last: upto, Events: []protocol.Event{}}
	r.forum.view.Read(func(s *topic.State, now uint64) {
		if now == epoch {
			m.Reactions = reactionCounts(s, what.reactions)
		}
	})
	for i := range remarks {
		if remarks[i].Seq > after {
			m.Events = append(m.Events, shown(&remarks[i]))
		} else {
			m.Events = append(m.Events, changed(&remarks[i]))
		}
	}
	return encode(m), nil
}

func shown(r *journal.Remark) protocol.Event { return protocol.Event{E: "remark", Remark: r} }

// changed tells how an older remark is shown from now on.
func changed(r *journal.Remark) protocol.Event {
	if r.Removed == "" {
		return shown(r)
	}
	return protocol.Event{E: "removed", Gone: r.ID, Reason: r.Removed}
}

// snapshot answers a reset message that the ring goes on from: the one that is
// kept, or a new one. Any number of sockets that come at once cost one reading.
func (r *room) snapshot(ctx context.Context) (*snapshot, error) {
	r.building.Lock()
	defer r.building.Unlock()
	for {
		r.mu.Lock()
		k := &snapshot{past{epoch: r.epoch, upto: r.sent, edits: len(r.edits)}}
		if r.kept != nil && r.reaches(r.kept.upto) {
			k = r.kept
		}
		r.mu.Unlock()
		if k.json != nil {
			return k, nil
		}
		page, err := r.hub.journal.Remarks(ctx, r.forum.id, r.number, k.upto+1, resetRemarks)
		if err != nil {
			return nil, err
		}
		for {
			k.json = encode(protocol.Reset{T: "reset", Room: r.number, Epoch: k.epoch, Last: k.upto, More: page.More, Remarks: page.Remarks})
			if len(k.json) <= mostReturn || len(page.Remarks) < 2 {
				break
			}
			page.Remarks, page.More = page.Remarks[(len(page.Remarks)+1)/2:], true
		}
		k.frame = newFrame(append(append([]byte{'['}, k.json...), ']'))
		r.mu.Lock()
		current := r.epoch == k.epoch && len(r.edits) == k.edits
		if current {
			r.kept = k
		}
		r.mu.Unlock()
		if current {
			return k, nil
		}
	}
}

// resetAll tells everyone in the room to begin anew.
func (r *room) resetAll() {
	r.mu.Lock()
	empty := r.size == 0
	r.mu.Unlock()
	if empty {
		return
	}
	k, err := r.snapshot(r.hub.ctx)
	if err != nil {
		// They can't be told what there is: they find out by the epoch.
		r.hub.options.Log.Error("a room could not be reset", "topic", r.forum.id, "room", r.number, "error", err)
		r.dropAll()
		return
	}
	r.mu.Lock()
	if k.epoch == r.epoch && k.upto == r.sent {
		r.reset = k.json
		r.wake()
	}
	r.mu.Unlock()
}

// dropAll closes the sockets of the room for them to connect again.
func (r *room) dropAll() {
	r.mu.Lock()
	members := r.all()
	r.mu.Unlock()
	for _, m := range members {
		m.socket.close(protocol.CloseRestart, r.hub.retryHint(len(members)))
	}
}
