package swarm

import (
	"bytes"
	"container/heap"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Swarm is many clients of one server. It is used by one goroutine.
type Swarm struct {
	Figures
	Sockets []*Socket
	// ComeBack has sockets that are closed connect again, after a random time
	// up to what the server asked for, or to a limit that doubles from 200 ms.
	ComeBack bool

	dialect Dialect
	address string
	to      *syscall.SockaddrInet4
	loop    *loop
	tag     string // begins the ids of remarks
	random  *rand.Rand
	said    []saying
	padding string
	newest  uint64 // seq that was acknowledged
	seen    [4]understood
	next    int // of seen
	due     timers
	live    int
	dialled int // not live yet
	callers []*caller
	Calls   Calls
	drips   []*drip
	dripped time.Time
}

// understood is a frame with what it says.
type understood struct {
	payload []byte
	list    []message
}

// New makes a swarm of n sockets for the server at an address, 127.0.0.1:port.
// Its chance comes from seed.
func New(n int, address string, d Dialect, seed uint64) (*Swarm, error) {
	to, err := sockaddr(address)
	if err != nil {
		return nil, err
	}
	l, err := newLoop()
	if err != nil {
		return nil, err
	}
	s := &Swarm{dialect: d, address: address, to: to, loop: l, random: rand.New(rand.NewPCG(seed, 1)), padding: strings.Repeat("word ", 500)}
	var tag [4]byte
	binary.LittleEndian.PutUint32(tag[:], s.random.Uint32())
	s.tag = fmt.Sprintf("%x-0000-4000-8000-", tag)
	s.Sockets = make([]*Socket, n)
	for i := range s.Sockets {
		s.Sockets[i] = &Socket{Index: i, swarm: s}
	}
	s.Begin()
	return s, nil
}

// Close ends all connections without a word.
func (s *Swarm) Close() { s.loop.close() }

// Begin starts the figures anew.
func (s *Swarm) Begin() {
	s.Figures = Figures{Codes: map[int]int{}, Begun: time.Now()}
}

// Live is how many sockets are in their rooms.
func (s *Swarm) Live() int { return s.live }

// Poll tells what has happened, and waits for at most d if nothing has.
func (s *Swarm) Poll(d time.Duration) error {
	now := time.Now()
	for len(s.due) > 0 && !s.due[0].at.After(now) {
		t := heap.Pop(&s.due).(timer)
		t.do()
	}
	s.drip(now)
	if len(s.due) > 0 {
		d = min(d, s.due[0].at.Sub(now))
	}
	return s.loop.poll(max(0, d))
}

// Until polls until done says so, for at most d; it answers whether it did.
func (s *Swarm) Until(ctx context.Context, d time.Duration, done func() bool) (bool, error) {
	for end := time.Now().Add(d); ; {
		if done() {
			return true, nil
		}
		left := time.Until(end)
		if left <= 0 {
			return false, nil
		}
		if err := errors.Join(ctx.Err(), s.Poll(min(left, 50*time.Millisecond))); err != nil {
			return false, err
		}
	}
}

// Connect opens sockets, at most parallel at once, and waits until all are live
// or d is over.
func (s *Swarm) Connect(ctx context.Context, sockets []*Socket, parallel int, d time.Duration) error {
	next, want := 0, s.live+len(sockets)
	ok, err := s.Until(ctx, d, func() bool {
		for next < len(sockets) && s.dialled < parallel {
			sockets[next].dial()
			next++
		}
		return next == len(sockets) && s.live == want
	})
	if err == nil && !ok {
		err = fmt.Errorf("%d of %d sockets are in their rooms after %v: %w", s.live, want, d, errors.Join(s.Fault()))
	}
	return err
}

// Woken has stalled sockets read again and answers how many of them find that
// the server has closed them.
func (s *Swarm) Woken(ctx context.Context) (closed int, err error) {
	was := s.Cuts
	faults := s.Faults
	for _, k := range s.Sockets {
		if k.stalled && k.conn != nil {
			if err := s.loop.watch(k.conn, syscall.EPOLL_CTL_ADD); err != nil {
				return 0, err
			}
		}
	}
	_, err = s.Until(ctx, time.Second, func() bool { return false })
	closed = int(s.Cuts - was)
	s.Faults = faults // that they were closed is none
	return closed, err
}

const handshakeKey = "dGhlIHNhbXBsZSBub25jZQ=="

// The times a client waits before it connects again, as the browser's.
const (
	minBackoff = 200 * time.Millisecond
	maxBackoff = 30 * time.Second
)

// Cut breaks a live socket's connection, as a bad network does; it comes back if
// sockets are to.
func (s *Swarm) Cut(k *Socket) {
	if k.state != live {
		return
	}
	k.conn.cut()
	k.left()
	k.again()
}

// understand reads a frame, or finds that it was read for another socket.
func (s *Swarm) understand(payload []byte) []message {
	for i := range s.seen {
		if bytes.Equal(s.seen[i].payload, payload) {
			return s.seen[i].list
		}
	}
	u := &s.seen[s.next]
	s.next = (s.next + 1) % len(s.seen)
	u.payload, u.list = append(u.payload[:0], payload...), s.dialect.read(payload)
	return u.list
}

func (s *Swarm) receive(said []stamp, now time.Time) {
	for _, x := range said {
		if at := time.Unix(0, x.at); !at.Before(s.Begun) {
			s.Receipt.Add(now.Sub(at))
			s.Delivered++
			s.Last = now
		}
	}
}

// Say says a remark of so many bytes on a socket; it is sent again until it is
// acknowledged.
func (s *Swarm) Say(k *Socket, bytes int) {
	n := len(s.said)
	s.said = append(s.said, saying{socket: k, at: time.Now(), bytes: bytes})
	k.waiting = append(k.waiting, n)
	s.Said++
	if k.state == live {
		k.send(n)
	}
}

func (s *Swarm) id(n int) string { return fmt.Sprintf("%s%012x", s.tag, n) }

// Acknowledged tells for each remark, by number, whether it was acknowledged.
func (s *Swarm) Acknowledged() []bool {
	list := make([]bool, len(s.said))
	for n := range s.said {
		list[n] = s.said[n].acked
	}
	return list
}

// Waiting is how many remarks are not acknowledged.
func (s *Swarm) Waiting() int { return s.Said - s.Acked - s.Refused }

// saidAs answers the remark of an id.
func (s *Swarm) saidAs(id string) (int, bool) {
	n, err := strconv.ParseUint(id[strings.LastIndexByte(id, '-')+1:], 16, 64)
	return int(n), err == nil && n < uint64(len(s.said))
}

func (s *Swarm) acknowledge(id string, now time.Time) {
	n, ok := s.saidAs(id)
	if !ok {
		s.fault("an acknowledgement of what was not said: %q", id)
		return
	}
	x := &s.said[n]
	if x.acked {
		return // it was sent again before the first acknowledgement came
	}
	x.acked = true
	s.Acked++
	s.Ack.Add(now.Sub(x.at))
	x.socket.settled(n)
}

// refused says a remark again that may be, and counts one that may not.
func (s *Swarm) refused(k *Socket, m message) {
	n, ok := s.saidAs(m.id)
	if !ok {
		s.fault("refused: %s", m.code)
		return
	}
	if m.code == "retry" {
		s.after(time.Second, func() {
			if k.state == live && !s.said[n].acked {
				k.send(n)
			}
		})
		return
	}
	s.Refused++
	s.fault("remark %d was refused: %s", n, m.code)
	k.settled(n)
}

// Rate does something at a steady rate for d, whether or not what was done
// earlier has been answered.
func (s *Swarm) Rate(ctx context.Context, perSecond float64, d time.Duration, do func(n int)) error {
	begun := time.Now()
	for n := 0; n < int(perSecond*d.Seconds()); {
		at := begun.Add(time.Duration(float64(n) / perSecond * float64(time.Second)))
		if wait := time.Until(at); wait > 0 {
			if err := errors.Join(ctx.Err(), s.Poll(wait)); err != nil {
				return err
			}
			continue
		}
		do(n)
		n++
		if n%64 == 0 { // behind: what has come must still be read
			if err := errors.Join(ctx.Err(), s.Poll(0)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Level tells how many sockets have, in the first of their rooms, seen the newest
// event that anyone has, and the last that was acknowledged to anyone.
func (s *Swarm) Level() int {
	var epoch uint64
	top := s.newest
	for _, k := range s.Sockets {
		if len(k.rooms) > 0 {
			epoch, top = max(epoch, k.rooms[0].Epoch), max(top, k.rooms[0].Last)
		}
	}
	level := 0
	for _, k := range s.Sockets {
		if len(k.rooms) > 0 && k.rooms[0].Epoch == epoch && k.rooms[0].Last == top {
			level++
		}
	}
	return level
}

// timer is something to do at a time.
type timer struct {
	at time.Time
	do func()
}

type timers []timer

func (t timers) Len() int           { return len(t) }
func (t timers) Less(i, j int) bool { return t[i].at.Before(t[j].at) }
func (t timers) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *timers) Push(x any)        { *t = append(*t, x.(timer)) }
func (t *timers) Pop() any {
	last := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	return last
}

func (s *Swarm) after(d time.Duration, do func()) {
	heap.Push(&s.due, timer{time.Now().Add(d), do})
}
