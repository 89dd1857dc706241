package crowd

import (
	"context"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"veche/server/journal"
	"veche/server/live/client"
	"veche/server/live/protocol"
)

// kind is how a person behaves.
type kind uint8

const (
	steady kind = iota
	absent
	latecomer
	staller // reads until told to stop
)

// person is one simulated participant.
type person struct {
	Seated
	crowd *Crowd
	kind  kind
	local net.Addr            // where they come from, nil for anywhere
	tap   atomic.Pointer[tap] // of the last connection

	client atomic.Pointer[client.Client]
	in     chan struct{} // closed once they were in the first time
	begun  time.Time     // of dialling
	up     atomic.Bool
	since  atomic.Int64 // Unix nanoseconds: in without a break since
	cuts   atomic.Int32
	moved  atomic.Bool // was put at another table, where they listen

	mu      sync.Mutex
	gone    time.Time // when they were cut, zero while in
	own     bool      // the cut was of our making
	floor   journal.Floor
	stepHad uint32
	from    uint32   // remarks before this one are not expected
	got     []uint32 // remarks of the table, ascending
	last    uint32   // the newest of anybody else, to react to
}

// enter connects and waits until the rooms are there.
func (p *person) enter(ctx context.Context) bool {
	p.begun = time.Now()
	dialer := &websocket.Dialer{HandshakeTimeout: patience, EnableCompression: true, NetDialContext: p.dial}
	c, err := client.Dial(ctx, p.crowd.plan.URL+"/live", p.Cookie, client.Options{
		Topic: p.crowd.plan.Topic, Keep: -1, Dialer: dialer, Observe: p.observe, Cut: p.cut, MaxBackoff: 5 * time.Second,
	})
	if err != nil {
		p.crowd.problem("getting in: " + short(err))
		return false
	}
	p.client.Store(c)
	select {
	case <-p.in:
		return true
	case <-c.Done():
		p.crowd.problem("getting in: " + short(c.Err()))
	case <-time.After(patience):
		p.crowd.problem("getting in: no answer")
	case <-ctx.Done():
	}
	return false
}

// patience is how long anything may take before it counts as failed.
const patience = 30 * time.Second

// short is an error's kind without what differs from one person to the next.
func short(err error) string {
	text := err.Error()
	if at := strings.LastIndex(text, ": "); at >= 0 {
		return text[at+2:]
	}
	return text
}

func (p *person) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: patience, LocalAddr: p.local}
	conn, err := d.DialContext(ctx, network, address)
	if err != nil || p.kind != staller {
		return conn, err
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		if err := tcp.SetReadBuffer(4 << 10); err != nil { // else the kernel reads on for long
			return nil, err
		}
	}
	t := &tap{Conn: conn, closed: make(chan struct{})}
	p.tap.Store(t)
	return t, nil
}

// tap is a connection that can be made to be read no more.
type tap struct {
	net.Conn
	shut   atomic.Bool
	closed chan struct{}
	once   sync.Once
}

func (t *tap) Read(b []byte) (int, error) {
	if t.shut.Load() {
		<-t.closed
		return 0, net.ErrClosed
	}
	return t.Conn.Read(b)
}

func (t *tap) Close() error {
	t.once.Do(func() { close(t.closed) })
	return t.Conn.Close()
}

// cut is called when a connection ended.
func (p *person) cut(error) {
	p.cuts.Add(1)
	p.up.Store(false)
	p.mu.Lock()
	p.gone = time.Now()
	p.mu.Unlock()
}

// observe folds what the server says.
func (p *person) observe(m *protocol.Message) {
	now := time.Now()
	if m.Now != 0 {
		p.crowd.skew(now.UnixMilli() - m.Now)
	}
	switch m.T {
	case "joined":
		for _, room := range m.Rooms {
			if room != 0 && p.Table != 0 && room != p.Table {
				p.moved.Store(true)
			}
		}
		p.arrive(now)
	case "reset":
		if m.Room != p.Table || p.Table == 0 {
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if m.More && len(m.Remarks) > 0 {
			p.from = m.Remarks[0].ID
		}
		for i := range m.Remarks {
			p.keep(m.Remarks[i].ID)
		}
		p.take(m.Floor, now)
	case "events":
		for i := range m.Events {
			if e := &m.Events[i]; e.E == "remark" && e.Remark != nil {
				p.receive(e.Remark, now)
			}
		}
		if m.Room == p.Table && m.Floor != nil {
			p.mu.Lock()
			p.take(m.Floor, now)
			p.mu.Unlock()
		}
	}
}

// arrive notes that the person is in.
func (p *person) arrive(now time.Time) {
	if !p.up.CompareAndSwap(false, true) {
		return // the rooms changed while in
	}
	p.since.Store(now.UnixNano())
	select {
	case <-p.in:
		p.mu.Lock()
		gone, own := p.gone, p.own
		p.own = false
		p.mu.Unlock()
		if own {
			p.crowd.back(now.Sub(gone))
		}
		p.crowd.returned(now)
	default:
		p.crowd.connect.Add(now.Sub(p.begun))
		close(p.in)
	}
}

// away says that the person was cut and is not back.
func (p *person) away() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.own
}

// receive notes a remark that came as news.
func (p *person) receive(r *journal.Remark, now time.Time) {
	if said, ok := saidAt(r.Text); ok && said > p.since.Load() && p.kind != staller {
		p.crowd.receipt(time.Duration(now.UnixNano() - said))
	}
	if r.Room != p.Table || p.Table == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keep(r.ID)
	if r.Author.Number != p.Number {
		p.last = r.ID
	}
}

// keep enters a remark of the table; they come in order, but for repeats.
func (p *person) keep(id uint32) {
	if n := len(p.got); n == 0 || p.got[n-1] < id {
		p.got = append(p.got, id)
	} else if at, found := slices.BinarySearch(p.got, id); !found {
		p.got = slices.Insert(p.got, at, id)
	}
}

// take keeps the floor, with mu held.
func (p *person) take(f *journal.Floor, now time.Time) {
	if f == nil || f.Last < p.floor.Last {
		return
	}
	p.floor = *f
	if f.Step != p.stepHad {
		p.stepHad = f.Step
		p.crowd.stepSeen(f.Step, p.since.Load(), now)
	}
}

// now answers the floor of the table and a remark of somebody else.
func (p *person) now() (journal.Floor, uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.floor, p.last
}

// missing counts those of a table's remarks, ascending, that never came.
func (p *person) missing(remarks []uint32) (n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range remarks {
		if id < p.from {
			continue
		}
		if _, ok := slices.BinarySearch(p.got, id); !ok {
			n++
		}
	}
	return n
}

// head is the beginning of a text: when it was said, and its number.
func head(at time.Time, number uint32) string {
	return "@" + strconv.FormatInt(at.UnixNano(), 36) + "." + strconv.FormatUint(uint64(number), 10) + " "
}

// parseHead reads what head wrote.
func parseHead(text string) (at int64, number uint32, ok bool) {
	first, _, _ := strings.Cut(text, " ")
	time, count, ok := strings.Cut(strings.TrimPrefix(first, "@"), ".")
	if !ok || !strings.HasPrefix(text, "@") {
		return 0, 0, false
	}
	at, err := strconv.ParseInt(time, 36, 64)
	n, err2 := strconv.ParseUint(count, 10, 32)
	return at, uint32(n), err == nil && err2 == nil
}

func saidAt(text string) (int64, bool) {
	at, _, ok := parseHead(text)
	return at, ok
}

// Number answers the number of a text that the crowd said, false of any other.
func Number(text string) (uint32, bool) {
	_, n, ok := parseHead(text)
	return n, ok
}
