package live

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"sync"
	"time"

	"veche/server/journal"
	"veche/server/topic"
)

// noticeEvery is how seldom a topic's sockets are told to fetch again: everyone
// who hears it asks.
const noticeEvery = time.Second

// forum is the live side of a topic: its rooms, and as a fan of its own what
// concerns everyone in it.
type forum struct {
	fan
	hub *Hub
	id  string

	ready chan struct{} // closed when attached
	err   error
	view  *journal.View

	// What the journal has published and the rooms have not taken yet.
	queueMu  sync.Mutex
	queue    []journal.Committed
	attached bool
	pumping  bool

	mu    sync.Mutex // before any room's mu
	rooms map[uint32]*room

	// Guarded by fan.mu: notices that are due.
	stage   int32
	staged  bool
	board   uint64 // seq, 0 for none
	boardAt time.Time
}

func newForum(h *Hub, id string) *forum {
	f := &forum{hub: h, id: id, ready: make(chan struct{}), rooms: map[uint32]*room{}}
	f.init(h, f)
	return f
}

// attach connects the forum with the topic's committed state. What is published
// meanwhile waits in the queue, so that nothing falls between.
func (f *forum) attach(ctx context.Context) {
	f.view, f.err = f.hub.journal.View(ctx, f.id)
	if f.err == nil {
		f.queueMu.Lock()
		f.attached = true
		f.startPump()
		f.queueMu.Unlock()
	}
	close(f.ready)
}

// publish takes what was committed. It only queues: the journal must not wait.
func (f *forum) publish(c journal.Committed) {
	f.queueMu.Lock()
	defer f.queueMu.Unlock()
	f.queue = append(f.queue, c)
	f.startPump()
}

func (f *forum) startPump() {
	if f.attached && !f.pumping && len(f.queue) > 0 {
		f.pumping = f.hub.spawn(f.pump)
	}
}

// pump gives the queue to the rooms, in order, and ends when it is empty.
func (f *forum) pump() {
	for {
		f.queueMu.Lock()
		queue := f.queue
		f.queue = nil
		if len(queue) == 0 {
			f.pumping = false
			f.queueMu.Unlock()
			return
		}
		f.queueMu.Unlock()
		for i := range queue {
			if queue[i].Reset {
				f.rebase()
			} else {
				f.deliver(&queue[i])
			}
		}
	}
}

// parcel is one event on its way to a room.
type parcel struct {
	room  uint32
	seq   uint64
	gone  bool
	shown journal.Remark
}

// deliver renders a commit's events and gives them to the rooms that are open.
func (f *forum) deliver(c *journal.Committed) {
	var parcels []parcel
	var staged *topic.StageOpened
	board, moved := uint64(0), false
	f.view.Read(func(s *topic.State, _ uint64) {
		for i := range c.Events {
			e := &c.Events[i]
			p := parcel{seq: e.Seq}
			var number uint32
			switch b := e.Body.(type) {
			case *topic.RemarkPosted:
				number = remarkAt(s, e.Seq)
			case *topic.RemarkRemoved:
				number, p.gone = b.Remark, true
			case *topic.TextErased:
				if b.Target == topic.EraseRemark {
					number, p.gone = uint32(b.Number), true
				} else {
					board = e.Seq
				}
			case *topic.StageOpened:
				staged = b
			case *topic.StaffNamed, *topic.Voted, *topic.Applied, *topic.Withdrawn, *topic.PeopleImported:
			case *topic.SeatAnswered, *topic.TablesSeated, *topic.TableRoundOpened, *topic.Drawn:
				board, moved = e.Seq, true
			default:
				board = e.Seq
			}
			if number != 0 {
				p.shown = journal.ShowRemark(s, number, c.Texts)
				p.room = p.shown.Room
				parcels = append(parcels, p)
			}
		}
	})
	f.mu.Lock()
	for i := range parcels {
		p := &parcels[i]
		if r := f.rooms[p.room]; r != nil {
			f.hand(r, p)
		}
	}
	f.mu.Unlock()
	if staged != nil || board != 0 {
		f.fan.mu.Lock()
		if staged != nil {
			f.stage, f.staged = int32(staged.Index), true
		}
		if board != 0 {
			f.board = board
		}
		f.wake()
		f.fan.mu.Unlock()
	}
	if moved {
		f.recheck()
	}
}

func (f *forum) hand(r *room, p *parcel) {
	whole := encode(shown(&p.shown))
	if p.gone {
		r.deliver(entry{seq: p.seq, json: encode(removed(&p.shown))}, p.shown.ID, whole)
		return
	}
	e := entry{seq: p.seq, json: whole}
	if p.shown.Removed == "" {
		e.remark = p.shown.ID
	}
	r.deliver(e, 0, nil)
}

// remarkAt answers the number of the remark posted with that seq.
func remarkAt(s *topic.State, seq uint64) uint32 {
	return uint32(1 + sort.Search(len(s.Remarks), func(i int) bool { return s.Remarks[i].Seq >= seq }))
}

// rebase starts every room anew after the topic was read anew, and resets all
// who are in it.
func (f *forum) rebase() {
	f.mu.Lock()
	rooms := make([]*room, 0, len(f.rooms))
	for _, r := range f.rooms { // each on its own
		r.rebase()
		rooms = append(rooms, r)
	}
	f.mu.Unlock()
	for _, r := range rooms {
		r.resetAll()
	}
	f.fan.mu.Lock()
	f.view.Read(func(s *topic.State, _ uint64) { f.stage, f.staged, f.board = s.StageIndex, true, s.Seq })
	f.wake()
	f.fan.mu.Unlock()
}

// recheck takes those out of tables who may not read them any more, after seats
// or tables have changed.
func (f *forum) recheck() {
	f.fan.mu.Lock()
	members := append([]*member(nil), f.members...)
	f.fan.mu.Unlock()
	for _, m := range members {
		m.socket.recheck(f)
	}
}

// room opens a room of the topic; it stays open while the hub lives.
func (f *forum) room(n uint32) *room {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.rooms[n]
	if r == nil {
		r = newRoom(f, n)
		f.rooms[n] = r
	}
	return r
}

func (f *forum) due(tick time.Time) (time.Time, bool) {
	if f.staged {
		return tick, true
	}
	at := f.boardAt.Add(noticeEvery)
	if at.Before(tick) {
		at = tick
	}
	return at, f.board != 0
}

func (f *forum) compose(now time.Time) (*frame, func()) {
	b := []byte{'['}
	if f.staged {
		b = append(b, `{"t":"stage","stage_index":`...)
		b = append(strconv.AppendInt(b, int64(f.stage), 10), '}')
		f.staged = false
	}
	if f.board != 0 && !f.boardAt.Add(noticeEvery).After(now) {
		b = append(comma(b), `{"t":"board","seq":`...)
		b = append(strconv.AppendUint(b, f.board, 10), '}')
		f.board, f.boardAt = 0, now
	}
	if len(b) == 1 || len(f.members) == 0 {
		return nil, nil
	}
	return newFrame(append(b, ']')), nil
}

// encode writes JSON of the protocol's own types, which can't fail.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("live: %T has no JSON: %v", v, err))
	}
	return b
}
