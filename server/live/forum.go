package live

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"veche/server/journal"
	"veche/server/topic"
)

const (
	// noticeEvery is how seldom a topic's sockets are told to fetch again, at
	// least: everyone who hears it asks.
	noticeEvery = time.Second
	// askers is how many a second may ask for what is shown of a topic, besides
	// all else that a debate does; after a new stage, which everyone waits for,
	// it is [reconnects].
	askers = 250
)

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

	mu      sync.Mutex // before any room's mu, and before reading the state
	rooms   map[uint32]*room
	placing map[uint64]time.Time // applications for whom a table was asked

	seated  atomic.Pointer[[]int] // people at each table
	deleted atomic.Bool
	clock   clock

	// Guarded by fan.mu: notices that are due.
	stage   int32
	staged  bool
	board   uint64 // seq, 0 for none
	boardAt time.Time
}

func newForum(h *Hub, id string) *forum {
	f := &forum{hub: h, id: id, ready: make(chan struct{}), rooms: map[uint32]*room{}, placing: map[uint64]time.Time{}, clock: clock{kick: make(chan struct{}, 1)}}
	f.init(h, f)
	return f
}

// attach connects the forum with the topic's committed state. What is published
// meanwhile waits in the queue, so that nothing falls between.
func (f *forum) attach(ctx context.Context) {
	f.view, f.err = f.hub.journal.View(ctx, f.id)
	if f.err == nil {
		f.view.Read(func(s *topic.State, _ uint64) { f.reseat(s) })
		f.queueMu.Lock()
		f.attached = true
		f.startPump()
		f.queueMu.Unlock()
		f.look()
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

// remarkAt answers the number of the remark posted with that seq.
func remarkAt(s *topic.State, seq uint64) uint32 {
	return uint32(1 + sort.Search(len(s.Remarks), func(i int) bool { return s.Remarks[i].Seq >= seq }))
}

// rebase starts every room anew after the topic was read anew, and resets all
// who are in it.
func (f *forum) rebase() {
	f.mu.Lock()
	f.view.Read(func(s *topic.State, _ uint64) { f.reseat(s) })
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
	f.view.Read(func(s *topic.State, _ uint64) {
		f.stage, f.staged, f.board = s.StageIndex, true, s.Seq
	})
	f.wake()
	f.fan.mu.Unlock()
	f.look()
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
	at := f.boardAt.Add(noticeEvery + f.spread(askers))
	if at.Before(tick) {
		at = tick
	}
	return at, f.board != 0
}

// spread is how long all who are here take to ask, at so many a second.
func (f *forum) spread(perSecond int) time.Duration {
	return time.Duration(f.size) * time.Second / time.Duration(perSecond)
}

// appendWithin ends a message with over how long those who ask should spread.
func appendWithin(b []byte, d time.Duration) []byte {
	if ms := d.Milliseconds(); ms >= 100 {
		b = append(b, `,"within":`...)
		b = strconv.AppendInt(b, ms, 10)
	}
	return append(b, '}')
}

func (f *forum) compose(now time.Time) piece {
	b := []byte{'['}
	if f.staged {
		b = append(b, `{"t":"stage","stage_index":`...)
		b = appendWithin(strconv.AppendInt(b, int64(f.stage), 10), f.spread(reconnects))
		f.staged = false
	}
	if f.board != 0 && !f.boardAt.Add(noticeEvery+f.spread(askers)).After(now) {
		b = append(comma(b), `{"t":"board","seq":`...)
		b = appendWithin(strconv.AppendUint(b, f.board, 10), f.spread(askers))
		f.board, f.boardAt = 0, now
	}
	if f.size == 0 {
		b = nil
	}
	return piece{text: enclosed(b)}
}

// encode writes JSON of the protocol's own types, which can't fail.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("live: %T has no JSON: %v", v, err))
	}
	return b
}
