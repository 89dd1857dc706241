package swarm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"veche/server/live/protocol"
)

// Socket is one client.
type Socket struct {
	Index   int
	swarm   *Swarm
	conn    *conn
	state   state
	begun   time.Time
	rooms   []room
	waiting []int // remarks that are not acknowledged
	backoff time.Duration
	code    int // of the server's close frame
	reason  string
	stalled bool

	Heard  int // remarks received, each once; from the last Forget on
	Resets int // rooms begun anew; from the last Forget on
}

// Live says that the socket is in its rooms.
func (k *Socket) Live() bool { return k.state == live }

// Forget starts the socket's own counts anew.
func (k *Socket) Forget() { k.Heard, k.Resets = 0, 0 }

// state is how far a connection is.
type state uint8

const (
	off state = iota
	upgrading
	joining
	live
)

// saying is a remark that was said.
type saying struct {
	socket *Socket
	at     time.Time
	bytes  int
	acked  bool
}

func (k *Socket) dial() {
	k.begun, k.code = time.Now(), 0
	buffer := 0
	if k.stalled {
		buffer = 4096
	}
	c, err := k.swarm.loop.dial(k.swarm.to, k, buffer)
	if err != nil {
		k.swarm.fault("socket %d: %v", k.Index+1, err)
		k.again()
		return
	}
	k.conn, k.state = c, upgrading
	k.swarm.dialled++
}

// Stall makes the socket one that never reads, from its next connection on.
func (k *Socket) Stall() { k.stalled = true }

func (k *Socket) opened(c *conn) {
	path, header := k.swarm.dialect.request(k)
	c.write(handshake(path, k.swarm.address, header))
}

func handshake(path, host, header string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + handshakeKey +
		"\r\nSec-WebSocket-Version: 13\r\n" + header + "\r\n")
}

// closedError is a close frame, or a handshake that was refused with a status.
type closedError struct{ code int }

func (e closedError) Error() string { return fmt.Sprintf("closed with %d", e.code) }

func (k *Socket) received(c *conn, b []byte) (used int, err error) {
	if k.state == upgrading {
		end := bytes.Index(b, []byte("\r\n\r\n"))
		if end < 0 {
			return 0, nil
		}
		if err := upgraded(b[:end]); err != nil {
			return 0, err
		}
		used = end + 4
		if err := k.greet(c); err != nil {
			return 0, err
		}
	}
	for !c.dead {
		f, n, err := readFrame(b[used:], false)
		if err != nil || n == 0 {
			return used, err
		}
		used += n
		switch f.op {
		case opText:
			k.swarm.Frames++
			k.swarm.Bytes += int64(n)
			k.take(f.payload)
		case opPing:
			c.write(appendFrame(nil, opPong, f.payload, true))
		case opClose:
			k.code, k.reason = 1005, ""
			if len(f.payload) >= 2 {
				k.code, k.reason = int(binary.BigEndian.Uint16(f.payload)), string(f.payload[2:])
			}
			c.write(appendFrame(nil, opClose, f.payload[:min(2, len(f.payload))], true))
			return used, closedError{k.code}
		}
	}
	return used, nil
}

// upgraded says what is wrong with the answer to a handshake.
func upgraded(head []byte) error {
	status, _, _ := bytes.Cut(head, []byte("\r\n"))
	words := strings.Fields(string(status))
	if len(words) < 2 {
		return fmt.Errorf("the handshake was answered with %q", status)
	}
	if words[1] != "101" {
		code, err := strconv.Atoi(words[1])
		if err != nil {
			return fmt.Errorf("the handshake was answered with %q", status)
		}
		return closedError{code}
	}
	if !bytes.Contains(head, []byte(answerKey(handshakeKey))) {
		return errors.New("the handshake's answer does not prove that it was read")
	}
	return nil
}

// greet says what is said first.
func (k *Socket) greet(c *conn) error {
	k.state = joining
	hello, more := k.swarm.dialect.hello(k)
	if hello != nil {
		c.write(appendFrame(nil, opText, hello, true))
	}
	if c.dead {
		return nil
	}
	if !more {
		k.entered()
	}
	if k.stalled { // it will not even see that it is live
		k.entered()
		return c.ignore()
	}
	return nil
}

// entered makes the socket live, and says again what was not acknowledged.
func (k *Socket) entered() {
	if k.state != joining {
		return
	}
	s := k.swarm
	k.state, k.backoff = live, 0
	s.live++
	s.dialled--
	s.Entry.Add(time.Since(k.begun))
	for _, n := range k.waiting {
		k.send(n)
	}
}

// closed is told when the connection ends.
func (k *Socket) closed(_ *conn, err error) {
	s := k.swarm
	k.left()
	s.Cuts++
	code := 1006
	var closed closedError
	if errors.As(err, &closed) {
		code = closed.code
	}
	s.Codes[code]++
	if !s.ComeBack {
		s.fault("socket %d: %v", k.Index+1, err)
	}
	k.again()
}

func (k *Socket) left() {
	switch k.state {
	case live:
		k.swarm.live--
	case upgrading, joining:
		k.swarm.dialled--
	}
	k.conn, k.state = nil, off
}

// again has the socket come back, if it is to.
func (k *Socket) again() {
	if !k.swarm.ComeBack {
		return
	}
	k.backoff = min(maxBackoff, max(minBackoff, 2*k.backoff))
	wait := k.backoff
	if text, ok := strings.CutPrefix(k.reason, protocol.RetryHintPrefix); ok && k.code == protocol.CloseRestart {
		if ms, err := strconv.Atoi(text); err == nil {
			wait, k.backoff = time.Duration(ms)*time.Millisecond, 0
		}
	}
	k.code, k.reason = 0, ""
	k.swarm.after(time.Duration(k.swarm.random.Int64N(int64(wait))), k.dial)
}

// take does what a frame says.
func (k *Socket) take(payload []byte) {
	s := k.swarm
	now := time.Now()
	for i, m := range s.understand(payload) {
		if len(m.said) > 0 {
			s.receive(m.said, now)
		}
		switch m.kind {
		case "":
		case "ack":
			s.acknowledge(m.id, now)
			s.newest = max(s.newest, m.seq)
		case "problem":
			s.refused(k, m)
		case "broken":
			s.fault("message %d of a frame of %d bytes can't be read: %.60q", i+1, len(payload), payload)
		case "live":
			k.entered()
		case "events", "reset", "presence":
			k.room(&m)
		}
	}
}

// room applies a message of a room.
func (k *Socket) room(m *message) {
	entered := true
	for i := range k.rooms {
		r := &k.rooms[i]
		if r.number == m.room {
			before := r.Last
			gap, reset := r.apply(m)
			if gap {
				k.swarm.Gaps++
			}
			if reset {
				k.swarm.Resets++
				k.Resets++
			} else if r.Last != before {
				k.Heard += len(m.said)
			}
			r.joined = true
		}
		entered = entered && r.joined
	}
	k.swarm.Skipped += int64(m.skipped)
	if entered {
		k.entered()
	}
}

func (k *Socket) send(n int) {
	s := k.swarm
	x := &s.said[n]
	head := fmt.Sprintf("@%d #%d ", x.at.UnixNano(), n)
	text := head + s.padding[:max(1, x.bytes-len(head)-1)] + "."
	s.Sent++
	k.conn.write(appendFrame(nil, opText, s.dialect.say(k, s.id(n), text), true))
}

func (k *Socket) settled(n int) {
	for i, w := range k.waiting {
		if w == n {
			k.waiting = append(k.waiting[:i], k.waiting[i+1:]...)
			return
		}
	}
}
