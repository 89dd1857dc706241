package live

import (
	"net/netip"
	"time"

	"github.com/gofiber/fiber/v2"

	"veche/server/limit"
)

// Limits bound what one socket, person or address may take. Zero values mean
// the defaults; negative ones no limit.
type Limits struct {
	Sockets        int // in all; default 20,000
	PerPerson      int // sockets of one person; default 10
	PerAddress     int // sockets from one address (IPv6: /64); default 1,000: a hall may share one
	Messages       int // messages a second of one socket, over time; default 10
	MessagesBurst  int // at once; default 60
	Remarks        int // remarks a minute of one person, over time; default 30
	RemarksBurst   int // at once; default 10
	Acts           int // hands, turns, wishes and reactions a minute of one person, over time; default 60
	ActsBurst      int // at once; default 20
	RoomRemarks    int // remarks a second in one room, over time; default 500
	RoomBurst      int // at once; default 1,000
	MessageTimeout time.Duration
}

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		value *int
		by    int
	}{{&l.Sockets, 20_000}, {&l.PerPerson, 10}, {&l.PerAddress, 1000}, {&l.Messages, 10}, {&l.MessagesBurst, 60}, {&l.Remarks, 30}, {&l.RemarksBurst, 10}, {&l.Acts, 60}, {&l.ActsBurst, 20}, {&l.RoomRemarks, 500}, {&l.RoomBurst, 1000}} {
		if *d.value == 0 {
			*d.value = d.by
		}
	}
	if l.MessageTimeout <= 0 {
		l.MessageTimeout = 10 * time.Second
	}
	return l
}

// forgotten is after how long a bucket that nobody used is full again.
const forgotten = time.Minute

// doors counts who is in; the hub's mu guards it.
type doors struct {
	limits    Limits
	total     int
	people    map[string]*guest
	addresses map[netip.Prefix]int
	rooms     map[roomName]*limit.Bucket
}

// roomName is a room of any topic.
type roomName struct {
	topic  string
	number uint32
}

// guest is a person who has sockets, or had one lately enough to matter for
// how much they may say.
type guest struct {
	pending int // admitted, not open yet
	revoked int // how many times
	sockets []*socket
	remarks limit.Bucket
	acts    limit.Bucket
}

func newDoors(l Limits) *doors {
	return &doors{limits: l, people: map[string]*guest{}, addresses: map[netip.Prefix]int{}, rooms: map[roomName]*limit.Bucket{}}
}

// admit reserves a place and answers how many times the person was revoked, or
// why there is no place.
func (d *doors) admit(person string, address netip.Prefix) (int, error) {
	full := func(limit, n int) bool { return limit >= 0 && n >= limit }
	g := d.people[person]
	switch {
	case full(d.limits.Sockets, d.total):
		return 0, fiber.NewError(fiber.StatusServiceUnavailable, "the server is full: try again in a minute")
	case g != nil && full(d.limits.PerPerson, g.pending+len(g.sockets)):
		return 0, fiber.NewError(fiber.StatusTooManyRequests, "you have too many windows open: close some")
	case full(d.limits.PerAddress, d.addresses[address]):
		return 0, fiber.NewError(fiber.StatusTooManyRequests, "too many connections from your network: try again in a minute")
	}
	g = d.guest(person)
	g.pending++
	d.total++
	d.addresses[address]++
	return g.revoked, nil
}

// open turns a reservation into a socket; false if the person was revoked since.
func (d *doors) open(s *socket) bool {
	g := d.people[s.person.ID]
	g.pending--
	g.sockets = append(g.sockets, s)
	return g.revoked == s.revoked
}

// leave gives a place back; s is nil for one that was never opened.
func (d *doors) leave(person string, address netip.Prefix, s *socket) {
	d.total--
	if d.addresses[address]--; d.addresses[address] == 0 {
		delete(d.addresses, address)
	}
	g := d.people[person]
	if s == nil {
		g.pending--
	}
	for i, o := range g.sockets {
		if o == s {
			g.sockets[i] = g.sockets[len(g.sockets)-1]
			g.sockets[len(g.sockets)-1] = nil
			g.sockets = g.sockets[:len(g.sockets)-1]
			break
		}
	}
}

// sweep forgets those who are gone and whose bucket is full again.
func (d *doors) sweep(now time.Time) {
	for id, g := range d.people { // each on its own
		if g.pending == 0 && len(g.sockets) == 0 && g.remarks.Rested(now, forgotten) && g.acts.Rested(now, forgotten) {
			delete(d.people, id)
		}
	}
	for name, b := range d.rooms {
		if b.Rested(now, forgotten) {
			delete(d.rooms, name)
		}
	}
}

// revoke answers the person's sockets, and marks those on their way.
func (d *doors) revoke(person string) []*socket {
	g := d.people[person]
	if g == nil {
		return nil
	}
	g.revoked++
	return append([]*socket(nil), g.sockets...)
}

// mayRemark takes a token for one remark of the person, with or without a
// socket; mayAct for one act.
func (d *doors) mayRemark(person string, now time.Time) bool {
	return d.guest(person).remarks.Take(now, limit.Rate{PerSecond: float64(d.limits.Remarks) / 60, Burst: d.limits.RemarksBurst}) == 0
}

func (d *doors) mayAct(person string, now time.Time) bool {
	return d.guest(person).acts.Take(now, limit.Rate{PerSecond: float64(d.limits.Acts) / 60, Burst: d.limits.ActsBurst}) == 0
}

// mayHear takes a token for one remark in the room, by whomever.
func (d *doors) mayHear(room roomName, now time.Time) bool {
	b := d.rooms[room]
	if b == nil {
		b = &limit.Bucket{}
		d.rooms[room] = b
	}
	return b.Take(now, limit.Rate{PerSecond: float64(d.limits.RoomRemarks), Burst: d.limits.RoomBurst}) == 0
}

func (d *doors) guest(person string) *guest {
	g := d.people[person]
	if g == nil {
		g = &guest{}
		d.people[person] = g
	}
	return g
}
