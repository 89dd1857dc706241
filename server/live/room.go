package live

import (
	"cmp"
	"slices"
	"strconv"
	"sync"
	"time"

	"veche/server/topic"
)

const (
	// What a room remembers for those who come back.
	tableRing = 64 << 10
	hallRing  = 512 << 10
	// mostEvents bounds one frame, so that one pass can't fill a healthy
	// peer's buffers.
	mostEvents = 96 << 10
	// mostMissed is how many events are looked up in the log for one who
	// comes back; more is a reset.
	mostMissed = 200
	// resetRemarks is how many remarks a reset has at most.
	resetRemarks = 50
	// mostReturn bounds what one who comes back is sent at once, in two parts
	// (what the log or a reset gives, and what the ring goes on with), so that
	// it is not cut as slow before it could read.
	mostReturn = 128 << 10
	// entryCost is what an event costs in the ring besides its JSON.
	entryCost = 48
	// presenceEvery is how often a room of up to a thousand people tells how
	// many it has; larger ones do in proportion more seldom.
	presenceEvery = time.Second
	// hallFloorEvery is how seldom the main hall is told its floor: thousands
	// raise hands there, and each floor goes to everyone.
	hallFloorEvery = time.Second
)

// room is the live side of the main hall or a table.
type room struct {
	fan
	forum  *forum
	number uint32

	// Guarded by fan.mu.
	epoch   uint64
	from    uint64  // events up to this seq of the topic are in what the room began with
	ring    []entry // newest last; those from next on are not sent yet
	next    int
	bytes   int    // in ring
	base    uint64 // seq of the room's event before ring
	sent    uint64 // seq of the last event sent
	told    uint64 // like sent, once everyone has it
	edits   []edit // all removals in the room, by seq
	reacted reacted
	reset   []byte // a reset message that is due to everyone
	kept    *snapshot
	floor   shownFloor
	moved   bool      // the floor is to be told
	movedAt time.Time // when it last was, in the main hall
	sample  *sample   // of the main hall
	present presence

	building sync.Mutex // one snapshot is made at a time
}

// entry is one event of a room, ready to send.
type entry struct {
	seq    uint64
	kind   entryKind
	remark uint32 // what it is about, 0 where its text is not shown
	json   []byte // nil where the event is told by what became of it
	from   topic.Actor
	reply  uint32
}

// entryKind is how an event is told.
type entryKind uint8

const (
	remarkEntry   entryKind = iota
	changedEntry            // an older text is not shown any more, again, or in other words
	floorEntry              // the floor has changed
	reactionEntry           // the counts of a remark have
	skippedEntry            // a remark that does not go live
)

// movesFloor says that the floor is to be told after the event. What a remark
// does to it everyone adds up on their own.
func (e *entry) movesFloor() bool { return e.kind == floorEntry || e.kind == changedEntry }

// edit is a change of an older remark.
type edit struct {
	seq    uint64
	remark uint32
}

// snapshot is a reset message that is kept.
type snapshot struct{ past }

func newRoom(f *forum, number uint32) *room {
	r := &room{forum: f, number: number, present: presence{here: map[string]attendance{}, away: f.hub.elsewhere.count(f.id, number)}}
	r.init(f.hub, r)
	if number == 0 {
		r.sample = newSample()
	}
	r.rebase()
	return r
}

// rebase begins anew from the committed state: at first, and when the topic was
// read anew. It is called with the forum's mu held, or before the room is known.
func (r *room) rebase() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ring, r.next, r.bytes, r.edits, r.kept, r.reset = nil, 0, 0, nil, nil, nil
	r.reacted, r.floor = nil, shownFloor{}
	r.forum.view.Read(func(s *topic.State, epoch uint64) {
		room, _ := s.Room(r.number)
		r.epoch, r.from = epoch, s.Seq
		if r.sample != nil {
			r.sample.waiting = 0
			r.sample.follow(s)
		}
		r.base, r.sent, r.told = room.Last, room.Last, room.Last
		for _, n := range room.Remarks {
			m := &s.Remarks[n-1]
			if m.Last != m.Seq {
				r.edits = append(r.edits, edit{seq: m.Last, remark: n})
			}
			if m.Reacted != 0 {
				r.reacted = append(r.reacted, edit{seq: m.Reacted, remark: n})
			}
		}
	})
	for _, list := range [][]edit{r.edits, r.reacted} {
		slices.SortFunc(list, func(a, b edit) int { return cmp.Compare(a.seq, b.seq) })
	}
}

// deliver takes the room's next event, rendered. Where it changes the text of a
// remark, gone is that remark and instead how it is shown from now on.
func (r *room) deliver(e entry, gone uint32, instead []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.seq <= r.from {
		if e.movesFloor() { // who came before this was handed out has the seats of before
			r.moved = true
			r.wake()
		}
		return
	}
	if e.kind == reactionEntry {
		r.reacted.add(edit{seq: e.seq, remark: e.remark})
	}
	if gone != 0 {
		r.edits = append(r.edits, edit{seq: e.seq, remark: gone})
		r.forget(gone, instead)
	}
	r.ring = append(r.ring, e)
	r.bytes += e.size()
	if e.kind == remarkEntry && r.sample != nil {
		r.sample.waiting++
	}
	limit := tableRing
	if r.number == 0 {
		limit = hallRing
	}
	for r.bytes > limit && r.next > 0 {
		r.base = r.ring[0].seq
		r.bytes -= r.ring[0].size()
		r.ring[0].json = nil
		r.ring = r.ring[1:]
		r.next--
	}
	r.wake()
}

// forget takes a text out of all that the room keeps: it must not be sent again.
func (r *room) forget(remark uint32, instead []byte) {
	r.kept = nil
	for i := range r.ring {
		if e := &r.ring[i]; e.remark == remark && e.kind == remarkEntry {
			r.bytes += len(instead) - len(e.json)
			e.json, e.remark = instead, 0
		}
	}
}

func (e *entry) size() int { return len(e.json) + entryCost }

func (r *room) due(tick time.Time) (time.Time, bool) {
	if r.reset != nil {
		return tick, true
	}
	if r.next < len(r.ring) {
		if r.sample != nil && r.sample.crowded(time.Now()) {
			// More to choose from makes a better choice.
			tick = tick.Add((sampleTicks - 1) * r.hub.options.Tick)
		}
		return tick, true
	}
	at, pending := r.present.due(r.size)
	if r.moved {
		if floor := r.movedAt.Add(hallFloorEvery); !pending || floor.Before(at) {
			at, pending = floor, true
		}
	}
	if at.Before(tick) {
		at = tick
	}
	return at, pending
}

func (r *room) compose(now time.Time) piece {
	b := []byte{'['}
	if r.reset != nil {
		b = r.appendReset(b)
	}
	if r.sample != nil {
		r.choose(now)
	}
	end, size := r.next, 0
	for end < len(r.ring) && (size == 0 || size+r.ring[end].size() <= mostEvents) {
		size += r.ring[end].size()
		r.moved = r.moved || r.ring[end].movesFloor()
		end++
	}
	floor := r.moved && (r.number != 0 || !r.movedAt.Add(hallFloorEvery).After(now))
	if floor {
		r.moved, r.movedAt = false, now
	}
	if end > r.next {
		b = r.appendEvents(b, r.sent, r.ring[end-1].seq, r.ring[r.next:end], floor)
		r.next, r.sent = end, r.ring[end-1].seq
	} else if floor {
		b = r.appendEvents(b, r.sent, r.sent, nil, true)
	}
	if at, pending := r.present.due(r.size); pending && !at.After(now) {
		b = r.appendPresence(b)
		r.present.told(now)
	}
	sent := r.sent
	told := func() { r.told = max(r.told, sent) }
	if r.size == 0 {
		b = nil
	}
	return piece{text: enclosed(b), told: told}
}

// appendEvents appends an events message, after a comma if it is not the first:
// entries as the next after prev, up to last, and the floor as it is by now if
// moved.
func (r *room) appendEvents(b []byte, prev, last uint64, entries []entry, moved bool) []byte {
	b = comma(b)
	b = append(b, `{"t":"events","room":`...)
	b = strconv.AppendUint(b, uint64(r.number), 10)
	b = append(b, `,"epoch":`...)
	b = strconv.AppendUint(b, r.epoch, 10)
	b = append(b, `,"prev":`...)
	b = strconv.AppendUint(b, prev, 10)
	b = append(b, `,"last":`...)
	b = strconv.AppendUint(b, last, 10)
	b = append(b, `,"events":[`...)
	skipped := 0
	var reactions []uint32
	for i := range entries {
		e := &entries[i]
		switch e.kind {
		case skippedEntry:
			skipped++
		case reactionEntry:
			reactions = append(reactions, e.remark)
		}
		if e.json != nil {
			b = append(comma(b), e.json...)
		}
	}
	b = append(b, ']')
	if moved || len(reactions) > 0 {
		b = r.appendState(b, moved, reactions)
	}
	if skipped > 0 {
		b = append(b, `,"skipped":`...)
		b = strconv.AppendInt(b, int64(skipped), 10)
	}
	return append(b, '}')
}

// appendState appends the members that tell what became of the room: its floor,
// and the counts of reactions to remarks.
func (r *room) appendState(b []byte, floor bool, reactions []uint32) []byte {
	r.forum.view.Read(func(s *topic.State, epoch uint64) {
		if epoch != r.epoch {
			return // a reset is on its way
		}
		if floor {
			b = append(b, `,"floor":`...)
			b = append(b, r.floorJSON(s)...)
		}
		if len(reactions) > 0 {
			b = appendReactions(b, s, reactions)
		}
	})
	return b
}

// appendReset appends the reset that is due to everyone, with the floor.
func (r *room) appendReset(b []byte) []byte {
	b = append(comma(b), r.reset[:len(r.reset)-1]...)
	r.reset, r.moved = nil, false
	return append(r.appendState(b, true, nil), '}')
}

func comma(b []byte) []byte {
	if b[len(b)-1] == '[' {
		return b
	}
	return append(b, ',')
}
