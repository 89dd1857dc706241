package live

import (
	"context"
	"sort"
	"strconv"
	"sync"
	"time"

	"veche/server/journal"
	"veche/server/live/protocol"
	"veche/server/topic"
)

const (
	// What a room remembers for those who come back.
	tableRing = 64 << 10
	hallRing  = 512 << 10
	// mostEvents bounds one frame, so that one pass can't fill a healthy
	// peer's buffers.
	mostEvents = 48 << 10
	// mostMissed is how many events are looked up in the log for one who
	// comes back; more is a reset.
	mostMissed = 200
	// resetRemarks is how many remarks a reset has at most.
	resetRemarks = 50
	// mostReturn bounds what one who comes back is sent at once, in two parts
	// (what the log or a reset gives, and what the ring goes on with), so that
	// it is not cut as slow before it could read.
	mostReturn = 128 << 10
	// presenceEvery is how often a room of up to a thousand people tells how
	// many it has; larger ones do in proportion more seldom.
	presenceEvery = time.Second
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
	floor   uint64 // seq of the room's event before ring
	sent    uint64 // seq of the last event sent
	told    uint64 // like sent, once the pass is done
	edits   []edit // all removals in the room, by seq
	reset   []byte // a reset message that is due to everyone
	kept    *snapshot
	here    map[string]int // sockets by person
	hereWas int            // as last told
	hereAt  time.Time

	building sync.Mutex // one snapshot is made at a time
}

// entry is one event of a room, ready to send.
type entry struct {
	seq    uint64
	remark uint32 // the remark that its text is of, 0 for none
	json   []byte
}

// edit is a change of an older remark.
type edit struct {
	seq    uint64
	remark uint32
}

// snapshot is a reset message that is kept.
type snapshot struct{ past }

func newRoom(f *forum, number uint32) *room {
	r := &room{forum: f, number: number, here: map[string]int{}}
	r.init(f.hub, r)
	r.rebase()
	return r
}

// rebase begins anew from the committed state: at first, and when the topic was
// read anew. It is called with the forum's mu held, or before the room is known.
func (r *room) rebase() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ring, r.next, r.bytes, r.edits, r.kept, r.reset = nil, 0, 0, nil, nil, nil
	r.forum.view.Read(func(s *topic.State, epoch uint64) {
		room, _ := s.Room(r.number)
		r.epoch, r.from = epoch, s.Seq
		r.floor, r.sent, r.told = room.Last, room.Last, room.Last
		for _, n := range room.Remarks {
			if m := &s.Remarks[n-1]; m.Last != m.Seq {
				r.edits = append(r.edits, edit{seq: m.Last, remark: n})
			}
		}
	})
	sort.Slice(r.edits, func(i, j int) bool { return r.edits[i].seq < r.edits[j].seq })
}

// deliver takes the room's next event, rendered. Where it takes the text of a
// remark away, gone is that remark and instead how it is shown from now on.
func (r *room) deliver(e entry, gone uint32, instead []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.seq <= r.from {
		return
	}
	if gone != 0 {
		r.edits = append(r.edits, edit{seq: e.seq, remark: gone})
		r.forget(gone, instead)
	}
	r.ring = append(r.ring, e)
	r.bytes += len(e.json)
	limit := tableRing
	if r.number == 0 {
		limit = hallRing
	}
	for r.bytes > limit && r.next > 0 {
		r.floor = r.ring[0].seq
		r.bytes -= len(r.ring[0].json)
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
		if e := &r.ring[i]; e.remark == remark {
			r.bytes += len(instead) - len(e.json)
			e.json, e.remark = instead, 0
		}
	}
}

func (r *room) presenceDue() (time.Time, bool) {
	if len(r.here) == r.hereWas || len(r.members) == 0 {
		return time.Time{}, false
	}
	every := presenceEvery * time.Duration(1+len(r.members)/1000)
	return r.hereAt.Add(every), true
}

func (r *room) due(tick time.Time) (time.Time, bool) {
	if r.next < len(r.ring) || r.reset != nil {
		return tick, true
	}
	at, pending := r.presenceDue()
	if at.Before(tick) {
		at = tick
	}
	return at, pending
}

func (r *room) compose(now time.Time) (*frame, func()) {
	b := []byte{'['}
	if r.reset != nil {
		b = append(b, r.reset...)
		r.reset = nil
	}
	end, size := r.next, 0
	for end < len(r.ring) && (size == 0 || size+len(r.ring[end].json) <= mostEvents) {
		size += len(r.ring[end].json)
		end++
	}
	if end > r.next {
		b = r.appendEvents(b, r.sent, r.ring[r.next:end])
		r.next, r.sent = end, r.ring[end-1].seq
	}
	if at, pending := r.presenceDue(); pending && !at.After(now) {
		b = r.appendPresence(b)
		r.hereWas, r.hereAt = len(r.here), now
	}
	sent := r.sent
	told := func() { r.told = max(r.told, sent) }
	if len(b) == 1 || len(r.members) == 0 {
		return nil, told
	}
	return newFrame(append(b, ']')), told
}

// appendEvents appends an events message, after a comma if it is not the first.
func (r *room) appendEvents(b []byte, prev uint64, entries []entry) []byte {
	b = comma(b)
	b = append(b, `{"t":"events","room":`...)
	b = strconv.AppendUint(b, uint64(r.number), 10)
	b = append(b, `,"epoch":`...)
	b = strconv.AppendUint(b, r.epoch, 10)
	b = append(b, `,"prev":`...)
	b = strconv.AppendUint(b, prev, 10)
	b = append(b, `,"last":`...)
	b = strconv.AppendUint(b, entries[len(entries)-1].seq, 10)
	b = append(b, `,"events":[`...)
	for i, e := range entries {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, e.json...)
	}
	return append(b, "]}"...)
}

func (r *room) appendPresence(b []byte) []byte {
	b = append(comma(b), `{"t":"presence","room":`...)
	b = strconv.AppendUint(b, uint64(r.number), 10)
	b = append(b, `,"here":`...)
	b = strconv.AppendInt(b, int64(len(r.here)), 10)
	return append(b, '}')
}

func comma(b []byte) []byte {
	if b[len(b)-1] == '[' {
		return b
	}
	return append(b, ',')
}

// enter puts the socket into the room, up to date: with what it missed since at
// if that can be had exactly, else with a reset.
func (r *room) enter(ctx context.Context, s *socket, at protocol.Position) (*member, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		past, err := r.past(ctx, at)
		if err != nil {
			return nil, err
		}
		if m := r.admit(s, past); m != nil {
			return m, nil
		}
	}
}

// past is what someone who comes gets before the ring's events after upto.
type past struct {
	epoch, upto uint64
	json        []byte // a reset or events message, empty if the ring has it all
	edits       int    // removals in the room that json knows of
}

// past finds where the ring goes on from, reading the log where it must.
func (r *room) past(ctx context.Context, at protocol.Position) (past, error) {
	r.mu.Lock()
	p := past{epoch: r.epoch, upto: r.sent, edits: len(r.edits)}
	same := at.Epoch == r.epoch && at.Last <= r.sent
	inRing := same && r.reaches(at.Last)
	var missed []uint32
	if same && !inRing {
		missed = r.missed(at.Last, r.sent)
	}
	r.mu.Unlock()
	if inRing {
		p.upto = at.Last
		return p, nil
	}
	if len(missed) > 0 {
		var err error
		p.json, err = r.lookUp(ctx, p.epoch, at.Last, p.upto, missed)
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
		size += len(r.ring[i].json)
	}
	return seq >= r.floor && size <= mostReturn
}

// admit adds the socket and writes what it gets in one frame, at one moment of
// the room; it answers nil if the ring does not reach back to past any more.
func (r *room) admit(s *socket, p past) *member {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.epoch != r.epoch || p.upto < r.floor || p.upto > r.sent || (p.json != nil && p.edits != len(r.edits)) {
		return nil
	}
	m := &member{socket: s}
	r.add(m)
	r.here[s.person.ID]++
	b := append([]byte{'['}, p.json...)
	first := sort.Search(r.next, func(i int) bool { return r.ring[i].seq > p.upto })
	if first < r.next {
		b = r.appendEvents(b, p.upto, r.ring[first:r.next])
	}
	b = append(r.appendPresence(b), ']')
	frame := frameFor(b)
	s.mu.Lock()
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
	id := m.socket.person.ID
	if r.here[id]--; r.here[id] == 0 {
		delete(r.here, id)
	}
	r.wake()
}

// missed answers the remarks that are new or changed in (after, upto], none if
// they are too many. Called with mu held.
func (r *room) missed(after, upto uint64) (numbers []uint32) {
	r.forum.view.Read(func(s *topic.State, _ uint64) {
		room, _ := s.Room(r.number)
		till := func(seq uint64) int {
			return sort.Search(len(room.Remarks), func(i int) bool { return s.Remarks[room.Remarks[i]-1].Seq > seq })
		}
		fresh := room.Remarks[till(after):till(upto)]
		if len(fresh) > mostMissed {
			return
		}
		numbers = append(numbers, fresh...)
		first := sort.Search(len(r.edits), func(i int) bool { return r.edits[i].seq > after })
		for _, e := range r.edits[first:] {
			if e.seq <= upto && s.Remarks[e.remark-1].Seq <= after {
				numbers = append(numbers, e.remark)
			}
		}
	})
	if len(numbers) > mostMissed {
		return nil
	}
	return numbers
}

// lookUp makes an events message of what was missed: new remarks as they are
// now, and older ones whose text is not shown any more.
func (r *room) lookUp(ctx context.Context, epoch, after, upto uint64, numbers []uint32) ([]byte, error) {
	remarks, err := r.hub.journal.ShowRemarks(ctx, r.forum.id, numbers)
	if err != nil {
		return nil, err
	}
	m := protocol.Events{T: "events", Room: r.number, Epoch: epoch, Prev: after, Last: upto}
	for i := range remarks {
		if remarks[i].Seq > after {
			m.Events = append(m.Events, shown(&remarks[i]))
		} else {
			m.Events = append(m.Events, removed(&remarks[i]))
		}
	}
	return encode(m), nil
}

func shown(r *journal.Remark) protocol.Event { return protocol.Event{E: "remark", Remark: r} }

func removed(r *journal.Remark) protocol.Event {
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
	empty := len(r.members) == 0
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
	members := append([]*member(nil), r.members...)
	r.mu.Unlock()
	for _, m := range members {
		m.socket.close(protocol.CloseRestart, r.hub.retryHint(len(members)))
	}
}
