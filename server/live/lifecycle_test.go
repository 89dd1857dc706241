package live_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"veche/server/journal"
	"veche/server/live"
	"veche/server/live/client"
	"veche/server/live/protocol"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// sight checks what one client is given as it comes: in each room an unbroken
// chain or a reset, nothing twice, nothing of rooms that are not the person's.
type sight struct {
	may   []uint32
	truth *truth

	mu       sync.Mutex
	rooms    map[uint32]*seen
	wrong    []string
	rejoined bool // it asked for rooms again while it was connected
}

type seen struct {
	epoch, last uint64
	newest      uint32 // remark
}

// truth is what all clients have been given together: of a remark always the
// same, and its text never together with its removal.
type truth struct {
	mu      sync.Mutex
	remarks map[uint32]string
	shown   map[uint32]uint64 // the last seq of a message that had the remark's text
	wrong   []string
}

func (x *truth) saw(m *journal.Remark, last uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if m.Text == "" {
		return
	}
	x.shown[m.ID] = max(x.shown[m.ID], last)
	one := fmt.Sprint(m.Seq, m.Room, m.Author, m.Text, m.ReplyTo)
	if other, ok := x.remarks[m.ID]; ok && other != one {
		x.wrong = append(x.wrong, fmt.Sprintf("remark %d is %s to one and %s to another", m.ID, other, one))
	}
	x.remarks[m.ID] = one
}

func (x *sight) observe(m *protocol.Message) {
	x.mu.Lock()
	defer x.mu.Unlock()
	bad := func(format string, args ...any) {
		x.wrong = append(x.wrong, fmt.Sprintf(format, args...))
	}
	if m.T != "reset" && m.T != "events" {
		return
	}
	if !slices.Contains(x.may, m.Room) {
		bad("was given room %d", m.Room)
	}
	r := x.rooms[m.Room]
	if r == nil {
		r = &seen{}
		x.rooms[m.Room] = r
	}
	if m.T == "reset" {
		*r = seen{epoch: m.Epoch, last: m.Last}
		for i := range m.Remarks {
			if m.Remarks[i].ID <= r.newest {
				bad("a reset of room %d has remark %d after %d", m.Room, m.Remarks[i].ID, r.newest)
			}
			r.newest = m.Remarks[i].ID
			x.truth.saw(&m.Remarks[i], m.Last)
		}
		return
	}
	again := x.rejoined && m.Prev < r.last // it asked with what it had, and more was on its way
	if m.Epoch != r.epoch || m.Prev != r.last && !again || m.Last < m.Prev {
		bad("room %d at epoch %d seq %d was given epoch %d, %d to %d", m.Room, r.epoch, r.last, m.Epoch, m.Prev, m.Last)
	}
	for i := range m.Events {
		if e := m.Events[i]; e.E == "remark" {
			if again && e.ID <= r.newest && e.Seq <= r.last {
				x.truth.saw(e.Remark, m.Last)
				continue
			}
			if e.ID <= r.newest || e.Seq <= m.Prev || e.Seq > m.Last {
				bad("room %d: after remark %d came %d, seq %d in %d to %d", m.Room, r.newest, e.ID, e.Seq, m.Prev, m.Last)
			}
			r.newest = e.ID
			x.truth.saw(e.Remark, m.Last)
		}
	}
	r.last = max(r.last, m.Last)
}

// peer is one window of a person.
type peer struct {
	n     int // person
	c     *client.Client
	sight *sight
}

// life is a town under random events, and the model of what must come of them.
type life struct {
	*town
	faults  atomic.Int32
	peers   []*peer
	truth   truth
	log     []string
	mu      sync.Mutex
	said    map[uint64]string // remark → text, as acknowledged
	removed map[uint32]uint64 // remark → seq of the removal
	texts   int
}

const lifePeople = 6

func tableOf(n int) uint32 { return uint32(n+1) / 2 }

// play has random events happen, and then looks whether everyone has what the
// log has. It answers what happened.
func play(t *testing.T, r *rapid.T) []string {
	l := &life{
		town: &town{debate: topic.Debate{HallRate: everything}}, said: map[uint64]string{}, removed: map[uint32]uint64{},
		truth: truth{remarks: map[uint32]string{}, shown: map[uint32]uint64{}},
	}
	l.fault = func() sqlite.Fault { return sqlite.Fault(l.faults.Swap(0)) }
	l.begin(t, lifePeople, live.Options{Limits: live.Limits{Remarks: -1, Acts: -1, Messages: -1, PerPerson: -1}})
	defer l.close()
	defer func() {
		for _, p := range l.peers {
			p.c.Close()
		}
	}()
	r.Repeat(map[string]func(*rapid.T){
		"connect":      l.connect,
		"connect more": l.connect,
		"drop":         l.with("drop", func(_ *rapid.T, p *peer) { p.c.Drop() }),
		"close":        l.with("close", func(_ *rapid.T, p *peer) { l.forget(p) }),
		"join":         l.with("join", l.join),
		"say":          l.say,
		"say more":     l.say,
		"act":          l.with("act", l.act),
		"remove":       l.remove,
		"revoke":       l.revoke,
		"fail":         func(r *rapid.T) { l.faults.Store(rapid.Int32Range(1, 3).Draw(r, "fault")); l.did("fail a commit") },
		"restart":      l.restart,
		"":             func(r *rapid.T) { l.check(r) },
	})
	l.end(r)
	return l.log
}

func (l *life) did(format string, args ...any) { l.log = append(l.log, fmt.Sprintf(format, args...)) }

// with does something to one of the peers.
func (l *life) with(what string, f func(*rapid.T, *peer)) func(*rapid.T) {
	return func(r *rapid.T) {
		if len(l.peers) == 0 {
			r.Skip("nobody is here")
		}
		p := rapid.SampledFrom(l.peers).Draw(r, "peer")
		l.did("%s of %d", what, p.n)
		f(r, p)
	}
}

func (l *life) forget(p *peer) {
	p.c.Close()
	l.peers = slices.DeleteFunc(l.peers, func(o *peer) bool { return o == p })
}

func (l *life) connect(r *rapid.T) {
	if len(l.peers) == 8 {
		r.Skip("enough are here")
	}
	n := rapid.IntRange(1, lifePeople).Draw(r, "person")
	x := &sight{may: []uint32{0, tableOf(n)}, truth: &l.truth, rooms: map[uint32]*seen{}}
	o := client.Options{Topic: topicID, MinBackoff: 2 * time.Millisecond, MaxBackoff: 20 * time.Millisecond, Observe: x.observe, Keep: 500}
	o.Rooms = rapid.SampledFrom([][]uint32{nil, {0}, {tableOf(n)}, {0, tableOf(n)}, {0, tableOf(n)%3 + 1}}).Draw(r, "rooms")
	l.did("connect %d %v", n, o.Rooms)
	l.peers = append(l.peers, &peer{n: n, c: l.dial(fmt.Sprint("p", n), o), sight: x})
}

func (l *life) join(r *rapid.T, p *peer) {
	rooms := rapid.SampledFrom([][]uint32{{0}, {tableOf(p.n)}, {0, tableOf(p.n)}}).Draw(r, "rooms")
	p.sight.mu.Lock()
	p.sight.rejoined = true
	p.sight.mu.Unlock()
	if err := p.c.Join(topicID, rooms...); err != nil && p.c.Err() != nil {
		r.Fatal(err)
	}
}

// say has some people speak at once.
func (l *life) say(r *rapid.T) {
	if len(l.peers) == 0 {
		r.Skip("nobody is here")
	}
	speakers := rapid.SliceOfN(rapid.SampledFrom(l.peers), 1, 4).Draw(r, "speakers")
	hall := rapid.Bool().Draw(r, "hall")
	l.did("say %d", len(speakers))
	var all sync.WaitGroup
	for _, p := range speakers {
		l.texts++
		text, room := fmt.Sprint("text ", l.texts), uint32(0)
		if !hall {
			room = tableOf(p.n)
		}
		all.Go(func() {
			ack, err := p.c.Say(l.t.Context(), room, text, 0)
			l.mu.Lock()
			defer l.mu.Unlock()
			switch other, twice := l.said[ack.Remark]; {
			case err != nil:
				l.truth.mu.Lock()
				l.truth.wrong = append(l.truth.wrong, fmt.Sprintf("%s: %v", text, err))
				l.truth.mu.Unlock()
			case twice:
				l.truth.mu.Lock()
				l.truth.wrong = append(l.truth.wrong, fmt.Sprintf("%q and %q are both remark %d", other, text, ack.Remark))
				l.truth.mu.Unlock()
			default:
				l.said[ack.Remark] = text
			}
		})
	}
	all.Wait()
}

func (l *life) act(r *rapid.T, p *peer) {
	m := protocol.Do{What: rapid.SampledFrom([]string{protocol.Raise, protocol.Lower, protocol.MoveOn, protocol.React, protocol.React}).Draw(r, "what"), Room: tableOf(p.n)}
	if m.What == protocol.React {
		if len(l.said) == 0 {
			return
		}
		m.Room, m.Remark = 0, uint32(rapid.SampledFrom(slices.Sorted(maps.Keys(l.said))).Draw(r, "remark"))
		m.Reaction = rapid.SampledFrom([]string{"agree", "insight", "unsure", ""}).Draw(r, "reaction")
	}
	_, err := p.c.Do(l.t.Context(), m)
	var problem *client.ProblemError
	if err != nil && !errors.As(err, &problem) {
		r.Fatalf("%s: %v", m.What, err)
	}
}

func (l *life) remove(r *rapid.T) {
	if len(l.said) == 0 {
		r.Skip("nothing was said")
	}
	n := uint32(rapid.SampledFrom(slices.Sorted(maps.Keys(l.said))).Draw(r, "remark"))
	if l.removed[n] != 0 {
		return
	}
	l.did("remove %d", n)
	reason := journal.NewText("off topic")
	for range 10 {
		ack, err := l.journal.Submit(l.t.Context(), topicID, journal.Request{Who: moderator, ClientID: fmt.Sprint("remove ", n), Command: topic.RemoveRemark{Remark: n, Reason: reason.Digest()}, Texts: []journal.Text{reason}})
		if err == nil {
			l.removed[n] = ack.Seq
			return
		}
		if code := topic.CodeOf(err); code != "" { // all else is a commit that was made to fail
			r.Fatalf("a removal is refused: %v", err)
		}
	}
	r.Fatal("a removal is not taken")
}

// revoke ends all windows of a person, with 4001, within a second.
func (l *life) revoke(r *rapid.T) {
	n := rapid.IntRange(1, lifePeople).Draw(r, "person")
	l.did("revoke %d", n)
	var theirs []*peer
	for _, p := range l.peers {
		if p.n == n {
			theirs = append(theirs, p)
			p := p.c
			eventually(l.t, "the window open before it is revoked", func() bool { return l.isOpen(p) })
		}
	}
	l.hub.Revoke(fmt.Sprint("p", n))
	late := time.After(time.Second)
	for _, p := range theirs {
		select {
		case <-p.c.Done():
			if err := p.c.Err(); err == nil || !strings.Contains(err.Error(), "4001") {
				r.Fatalf("a revoked window ended with %v", err)
			}
		case <-late:
			r.Fatalf("after %v a revoked window is open", l.log)
		}
		l.forget(p)
	}
}

// isOpen says that the client is connected: what it asks is answered.
func (l *life) isOpen(c *client.Client) bool {
	_, err := c.Do(l.t.Context(), protocol.Do{What: protocol.Raise, Room: 99})
	var problem *client.ProblemError
	return errors.As(err, &problem)
}

func (l *life) restart(r *rapid.T) {
	if rapid.IntRange(0, 3).Draw(r, "dice") != 0 {
		r.Skip("seldom")
	}
	l.did("restart")
	l.faults.Store(0)
	l.close()
	l.open(l.address)
}

// check looks for what has been seen to be wrong so far.
func (l *life) check(r *rapid.T) {
	l.truth.mu.Lock()
	wrong := slices.Clone(l.truth.wrong)
	for n, seq := range l.removed {
		if l.truth.shown[n] >= seq {
			wrong = append(wrong, fmt.Sprintf("the text of remark %d was shown up to %d, though it was removed at %d", n, l.truth.shown[n], seq))
		}
	}
	l.truth.mu.Unlock()
	for _, p := range l.peers {
		p.sight.mu.Lock()
		for _, x := range p.sight.wrong {
			wrong = append(wrong, fmt.Sprintf("a window of %d %s", p.n, x))
		}
		p.sight.mu.Unlock()
	}
	if len(wrong) > 0 {
		r.Fatalf("after %v: %s", l.log, strings.Join(wrong, "; "))
	}
}

// end compares all windows with the log.
func (l *life) end(r *rapid.T) {
	l.faults.Store(0)
	there := map[uint64]string{}
	for room := uint32(0); room <= tableOf(lifePeople); room++ {
		page, err := l.journal.Remarks(l.t.Context(), topicID, room, 0, 10_000)
		if err != nil {
			r.Fatal(err)
		}
		if page.More {
			r.Fatal("more remarks than a page has")
		}
		for _, m := range page.Remarks {
			there[uint64(m.ID)] = m.Text
		}
		for _, p := range l.peers {
			if at, ok := p.c.Room(room); !ok || at.Epoch == 0 {
				continue
			}
			eventually(l.t, fmt.Sprintf("room %d of a window of %d level with the log after %v", room, p.n, l.log), func() bool {
				at, ok := p.c.Room(room)
				return !ok || at.Epoch == page.Epoch && at.Last == page.Top
			})
			at, ok := p.c.Room(room)
			if !ok {
				continue
			}
			want := page.Remarks[max(0, len(page.Remarks)-len(at.Remarks)):]
			same := slices.EqualFunc(at.Remarks, want, func(a, b journal.Remark) bool {
				return a.ID == b.ID && a.Text == b.Text && a.Removed == b.Removed && a.Reactions == b.Reactions
			})
			if !same || len(at.Remarks) == 0 && len(page.Remarks) > 0 {
				r.Fatalf("after %v room %d of a window of %d shows\n%+v\nthe log has\n%+v", l.log, room, p.n, at.Remarks, want)
			}
			l.agrees(p.c, room)
		}
	}
	for n, text := range l.said {
		if got, ok := there[n]; !ok || got != text && l.removed[uint32(n)] == 0 {
			r.Errorf("after %v %q was acknowledged as remark %d, which is %q", l.log, text, n, got)
		}
	}
	if len(there) != len(l.said) {
		r.Errorf("after %v %d remarks are in the log, %d were acknowledged", l.log, len(there), len(l.said))
	}
	l.check(r)
	for _, p := range l.peers {
		p.c.Close()
	}
	l.peers = nil
	eventually(l.t, "all sockets gone", func() bool { return l.hub.Sockets() == 0 })
}

// Whatever happens to people, sockets, commits and the server, each client has
// of each room an unbroken chain or was told to begin anew, all have the same,
// and in the end what the log has.
func TestLifeOfSockets(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) { play(t, r) })
}

func FuzzLifeOfSockets(f *testing.F) {
	f.Add(lifeBytes(1))
	f.Fuzz(func(t *testing.T, b []byte) {
		rapid.MakeFuzz(func(r *rapid.T) { play(t, r) })(t, b)
	})
}

func lifeBytes(seed uint64) []byte {
	random, b := rand.New(rand.NewPCG(seed, 7)), make([]byte, 64<<10)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	return b
}

// In some lives that are always the same, all that can happen does.
func TestTheSameLives(t *testing.T) {
	t.Parallel()
	happened := map[string]int{}
	for seed := range uint64(6) {
		rapid.MakeFuzz(func(r *rapid.T) {
			for _, what := range play(t, r) {
				happened[strings.Fields(what)[0]]++
			}
		})(t, lifeBytes(seed))
	}
	t.Log(happened)
	for _, what := range []string{"connect", "drop", "close", "join", "say", "act", "remove", "revoke", "fail", "restart"} {
		if happened[what] == 0 {
			t.Errorf("nobody saw %s", what)
		}
	}
}
