package live

import (
	"bytes"
	"slices"
	"sync"
	"time"
)

// Tick is how often a member is spoken to at most. Under load as seldom as the
// pass over all takes, so that a room sends larger frames instead of falling
// behind.
const Tick = 50 * time.Millisecond

// rowSize is how many members are served as one: they get the same frame. Tests
// have smaller rows.
var rowSize = 1024

// fan brings what a source says to many sockets, to each not more often than the
// tick. Its goroutine lives only while there is something to send.
//
// Members stand in rows, which take turns. What is said is made into pieces, and
// a row gets, as one frame, all pieces since its last turn: so a row whose turn
// comes late in a pass hears what was said meanwhile, and does not wait for the
// next. A pass over 10,000 takes as long as a tick; without rows a remark would
// wait for up to one pass and take up to another.
type fan struct {
	hub *Hub
	src source

	mu       sync.Mutex
	rows     []*row
	size     int // members in all rows
	running  bool
	kick     chan struct{}
	pieces   []piece // that some row has not had yet
	made     uint64  // pieces made so far; pieces are the last of them
	composed time.Time
}

// row is up to rowSize members.
type row struct {
	members []*member
	had     uint64    // each of its members has had so many pieces
	at      time.Time // begin of its last turn
}

// piece is messages of the protocol with commas between them.
type piece struct {
	text []byte
	told func() // once all members have it
}

// source is what a fan sends; its methods are called with the fan's mu held.
type source interface {
	// due answers the earliest time of the next piece, false if there is
	// nothing to send. tick is when the fan may speak again.
	due(tick time.Time) (time.Time, bool)
	// compose answers the next piece; its text is empty if there is nothing to
	// tell, or nobody to be told.
	compose(now time.Time) piece
}

// member is a socket in a fan.
type member struct {
	socket *socket
	row    *row
	at     int    // index in the row, guarded by the fan's mu
	had    uint64 // pieces; of the fan's goroutine, once the member is in a row
	gone   bool   // guarded by the socket's mu

	counted bool // is present in the room; guarded by the fan's mu
}

func (f *fan) init(h *Hub, s source) {
	f.hub, f.src, f.kick = h, s, make(chan struct{}, 1)
}

// add and remove are called with mu held. Who is added knows all that was made
// into pieces.
func (f *fan) add(m *member) {
	at := slices.IndexFunc(f.rows, func(r *row) bool { return len(r.members) < rowSize })
	if at < 0 {
		at = len(f.rows)
		f.rows = append(f.rows, &row{})
	}
	m.row, m.had = f.rows[at], f.made
	if len(m.row.members) == 0 {
		m.row.had = f.made
	}
	m.at = len(m.row.members)
	m.row.members = append(m.row.members, m)
	f.size++
}

func (f *fan) remove(m *member) {
	in := m.row.members
	last := len(in) - 1
	in[m.at] = in[last]
	in[m.at].at = m.at
	in[last] = nil
	m.row.members = in[:last]
	f.size--
}

// holds says that the member has not been removed.
func (f *fan) holds(m *member) bool {
	return m.at < len(m.row.members) && m.row.members[m.at] == m
}

// all answers the members. Called with mu held.
func (f *fan) all() []*member {
	list := make([]*member, 0, f.size)
	for _, r := range f.rows {
		list = append(list, r.members...)
	}
	return list
}

// wake starts the fan's goroutine if there is something to send, or makes it
// look at the time again. Called with mu held.
func (f *fan) wake() {
	if f.running {
		select {
		case f.kick <- struct{}{}:
		default:
		}
		return
	}
	if _, pending := f.src.due(time.Time{}); pending {
		f.running = f.hub.spawn(f.run)
	}
}

func (f *fan) run() {
	var batch []*member
	for {
		f.mu.Lock()
		now := time.Now()
		r, at, pending := f.turn()
		if !pending {
			f.running = false
			f.mu.Unlock()
			return
		}
		if wait := at.Sub(now); wait > 0 {
			f.mu.Unlock()
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-f.kick:
				timer.Stop()
			case <-f.hub.done:
				timer.Stop()
				return
			}
			continue
		}
		f.compose(now)
		if r == nil { // nobody is here to be told
			f.forget()
			f.mu.Unlock()
			continue
		}
		r.at = now
		batch = append(batch[:0], r.members...)
		said := saying{pieces: f.pieces, first: f.made - uint64(len(f.pieces))}
		size := f.size
		f.mu.Unlock()
		had := said.end()
		for _, m := range batch {
			had = min(had, m.tell(&said))
		}
		f.hub.metrics.sent(said.frame, len(batch), size, time.Since(now))
		clear(batch)
		f.mu.Lock()
		r.had = had
		f.forget()
		f.mu.Unlock()
	}
}

// turn answers whose turn is next, nil if there is nobody, and when; false if
// there is nothing to send. Called with mu held.
func (f *fan) turn() (next *row, at time.Time, pending bool) {
	due, pending := f.src.due(f.composed.Add(f.pause()))
	for _, r := range f.rows {
		behind := r.had < f.made
		if len(r.members) == 0 || !behind && !pending {
			continue
		}
		t := r.at.Add(f.hub.options.Tick)
		if !behind && t.Before(due) {
			t = due
		}
		if next == nil || t.Before(at) {
			next, at = r, t
		}
	}
	if next == nil {
		at = due
	}
	return next, at, pending || next != nil
}

// pause is how long is waited between two pieces: rows that take turns within a
// tick each get one of their own.
func (f *fan) pause() time.Duration {
	return f.hub.options.Tick / time.Duration(max(1, len(f.rows)))
}

// compose makes a piece if one is due. Called with mu held.
func (f *fan) compose(now time.Time) {
	due, pending := f.src.due(f.composed.Add(f.pause()))
	if !pending || due.After(now) {
		return
	}
	f.composed = now
	p := f.src.compose(now)
	if len(p.text) > 0 {
		f.pieces = append(f.pieces, p)
		f.made++
	} else if p.told != nil {
		p.told()
	}
}

// forget drops the pieces that every row has had. Called with mu held.
func (f *fan) forget() {
	had := f.made
	for _, r := range f.rows {
		if len(r.members) > 0 {
			had = min(had, r.had)
		}
	}
	for first := f.made - uint64(len(f.pieces)); first < had; first++ {
		if told := f.pieces[0].told; told != nil {
			told()
		}
		f.pieces[0] = piece{}
		f.pieces = f.pieces[1:]
	}
	if len(f.pieces) == 0 {
		f.pieces = nil
	}
}

// saying is what a row is told in one turn, and the frame that most of it gets.
type saying struct {
	pieces   []piece
	first    uint64 // how many were made before pieces
	from, to uint64 // of frame
	frame    *frame
}

func (s *saying) end() uint64 { return s.first + uint64(len(s.pieces)) }

// since answers a frame of the pieces after the first so many, up to mostEvents
// bytes but at least one, and how many one has had with it.
func (s *saying) since(had uint64) (*frame, uint64) {
	if s.frame != nil && s.from == had {
		return s.frame, s.to
	}
	text := []byte{'['}
	to := had
	for _, p := range s.pieces[had-s.first:] {
		if to > had && len(text)+len(p.text) > mostEvents {
			break
		}
		text = append(comma(text), p.text...)
		to++
	}
	s.frame, s.from, s.to = newFrame(append(text, ']')), had, to
	return s.frame, to
}

// tell writes what the member has not had, unless it has left the fan, and
// answers how many pieces it has had then.
func (m *member) tell(what *saying) uint64 {
	if m.had >= what.end() {
		return m.had
	}
	frame, to := what.since(m.had)
	s := m.socket
	s.mu.Lock()
	if !m.gone {
		s.write(frame)
	}
	s.mu.Unlock()
	m.had = to
	return to
}

// enclosed takes the brackets off a frame's text that was begun with one.
func enclosed(b []byte) []byte { return bytes.TrimPrefix(b, []byte{'['}) }
