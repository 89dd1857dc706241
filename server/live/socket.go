package live

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"veche/server/journal"
	"veche/server/limit"
	"veche/server/live/protocol"
	"veche/server/mishap"
	"veche/server/topic"
)

// socket is one connection of a person. One goroutine at a time reads, decides
// and answers; others only write frames to it.
type socket struct {
	hub     *Hub
	person  Person
	address netip.Prefix
	revoked int
	slot    int
	ws      *websocket.Conn
	in      *bufio.Reader // what ws reads from
	out     *conn

	heard  atomic.Int64 // Unix nanoseconds of the last whole message or pong
	bucket limit.Bucket // of the reading goroutine

	mu      sync.Mutex // writing data frames, and what follows
	seat    *seat      // nil outside a topic
	closed  bool       // a close frame has been written
	code    uint16     // and its code
	outside uint8      // beats without a topic
}

// seat is a socket's place in a topic. The socket's mu guards rooms and
// table; the rest does not change but me.
type seat struct {
	forum  *forum
	member *member
	who    topic.Who
	watch  bool // only watches
	rooms  []place
	table  uint32               // where the person sits, as last told
	me     journal.RemarkAuthor // of the reading goroutine
}

// place is a socket in a room.
type place struct {
	room   *room
	member *member
}

// serve begins the socket's life.
func (s *socket) serve(ws *websocket.Conn, in *bufio.Reader, out *conn) {
	s.ws, s.in, s.out = ws, in, out
	code := s.hub.enter(s)
	if code < 0 {
		_ = out.Close()
		return
	}
	s.heard.Store(time.Now().UnixNano())
	switch code {
	case protocol.CloseSignedOut:
		s.close(code, "you have been signed out")
	case protocol.CloseRestart:
		s.close(code, s.hub.retryHint(1))
	}
	ws.SetReadLimit(protocol.MaxMessage + 1024) // of compressed bytes; read bounds the rest
	ws.SetPingHandler(s.pinged)
	ws.SetPongHandler(s.ponged)
	go s.run()
}

// run waits for one message or sign of life, does it, and hands on to a
// goroutine of its own kind, until the connection ends. Doing a message takes a
// stack several times as deep as waiting for one; a new goroutine has a small
// one again.
func (s *socket) run() {
	end := s.next()
	if end == nil {
		go s.run()
		return
	}
	s.leave()
	if end.code == 0 && !end.answered {
		end.code = s.out.closeCode() // that gorilla has sent by itself
	}
	if end.code != 0 {
		s.close(end.code, end.reason)
	}
	if !end.answered {
		s.linger()
	}
	_ = s.out.Close() // it may be closed already
	s.ended()
	s.hub.exit(s)
}

// next waits for one message or sign of life and does it. A fault of the program ends
// this socket alone; its client comes back.
func (s *socket) next() (end *ending) {
	defer func() {
		if r := recover(); r != nil {
			s.hub.options.Log.Error("a socket was closed: its message met a fault of the program", "error", mishap.Told(r))
			_ = s.out.Close() // without a close frame: what is half written stays so
			end = &ending{answered: true}
		}
	}()
	done, end := s.control()
	if done {
		return nil
	}
	var b []byte
	if end == nil {
		b, end = s.read()
	}
	if end == nil {
		s.handle(b)
	}
	return end
}

// control waits for a frame, and takes it if it is a ping or pong; all else, and
// those that come within a message, are gorilla's. Gorilla would wait for the
// next message, with twice the stack that waiting takes here.
func (s *socket) control() (done bool, end *ending) {
	const final, headSize = 0x80, 6
	head, err := s.in.Peek(2)
	if err != nil || head[1]&0x7f > 125 {
		return false, nil
	}
	answer, size := s.ponged, headSize+int(head[1]&0x7f)
	switch head[0] {
	case final | websocket.PongMessage:
	case final | websocket.PingMessage:
		answer = s.pinged
	default:
		return false, nil
	}
	frame, err := s.in.Peek(size)
	if err != nil {
		return false, nil
	}
	data := make([]byte, size-headSize)
	for i := range data {
		data[i] = frame[headSize+i] ^ frame[2+i%4]
	}
	if _, err = s.in.Discard(size); err == nil {
		err = answer(string(data))
	}
	if err != nil {
		return false, &ending{}
	}
	return true, nil
}

// ending is why a socket ends: the close code and reason that are still to be
// sent, 0 for none. answered says that both sides have sent a close frame.
type ending struct {
	code     int
	reason   string
	answered bool
}

// read answers the next message.
func (s *socket) read() ([]byte, *ending) {
	kind, r, err := s.ws.NextReader()
	if err != nil {
		if end := brokenEnding(err); end != nil {
			return nil, end
		}
		var closed *websocket.CloseError
		return nil, &ending{answered: errors.As(err, &closed)}
	}
	if kind != websocket.TextMessage {
		return nil, &ending{code: protocol.CloseBinary, reason: "messages are text"}
	}
	if !s.take() {
		return nil, &ending{code: protocol.CloseTooMany, reason: "too many messages"}
	}
	// A message that has begun must come to its end.
	if err := s.out.SetReadDeadline(time.Now().Add(s.hub.options.Limits.MessageTimeout)); err != nil {
		return nil, &ending{}
	}
	// gorilla's own limit counts compressed bytes only.
	b, err := io.ReadAll(io.LimitReader(r, protocol.MaxMessage+1))
	if end := brokenEnding(err); end != nil {
		return nil, end
	}
	switch {
	case overdue(err):
		return nil, &ending{code: protocol.CloseLate, reason: "the message took too long"}
	case corrupt(err):
		return nil, &ending{code: protocol.CloseProtocol, reason: "the compressed message is broken"}
	case err != nil:
		return nil, &ending{}
	case len(b) > protocol.MaxMessage:
		return nil, &ending{code: protocol.CloseTooBig, reason: "the message is too big"}
	case !utf8.Valid(b):
		return nil, &ending{code: protocol.CloseInvalid, reason: "the message is not UTF-8"}
	}
	if err := s.out.SetReadDeadline(time.Time{}); err != nil {
		return nil, &ending{}
	}
	s.heard.Store(time.Now().UnixNano())
	return b, nil
}

// overdue says that err is of a deadline.
func overdue(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

func (s *socket) take() bool {
	l := s.hub.options.Limits
	return s.bucket.Take(time.Now(), limit.Rate{PerSecond: float64(l.Messages), Burst: l.MessagesBurst}) == 0
}

var errTooMany = errors.New("too many control frames")

func (s *socket) pinged(data string) error {
	if !s.take() {
		s.close(protocol.CloseTooMany, "too many messages")
		return errTooMany
	}
	s.heard.Store(time.Now().UnixNano())
	err := s.ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
	if errors.Is(err, websocket.ErrCloseSent) {
		return nil
	}
	return err
}

func (s *socket) ponged(string) error {
	if !s.take() {
		s.close(protocol.CloseTooMany, "too many messages")
		return errTooMany
	}
	s.heard.Store(time.Now().UnixNano())
	return nil
}

// handle does what one message asks for.
func (s *socket) handle(b []byte) {
	m, err := protocol.Decode(b)
	if err != nil {
		s.hub.metrics.refused.WithLabelValues("malformed").Inc()
		s.send(messages(malformed(err)))
		return
	}
	ctx, cancel := context.WithTimeout(s.hub.ctx, answerTimeout)
	defer cancel()
	switch m := m.(type) {
	case protocol.Join:
		s.bucket.Charge(joinCost)
		s.join(ctx, m)
	case protocol.Say:
		if s.speaksFor(m.ID, m.As) {
			s.say(ctx, m)
		}
	case protocol.Do:
		if s.speaksFor(m.ID, m.As) {
			s.do(ctx, m)
		}
	case protocol.Leave:
		s.leave()
	case protocol.Ping:
		s.beat()
	}
}

// joinCost is what a join takes of a socket's messages besides itself: it may be
// answered by a frame a hundred times as large as others.
const joinCost = 4

// answerTimeout is how long a message may take to be done; then the client is
// told to send it again.
const answerTimeout = 15 * time.Second

// send writes a frame for this socket alone.
func (s *socket) send(f *frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.write(f)
}

// write writes a frame; mu is held. An error ends the connection, which the
// reading goroutine sees.
func (s *socket) write(f *frame) {
	if s.closed {
		return
	}
	if err := f.write(s.out); err != nil && !s.out.isSlow() {
		_ = s.out.Close()
	}
}

// close writes the close frame and gives the peer a moment to answer it; the
// reading goroutine then ends. It may be called from any goroutine, and again.
func (s *socket) close(code int, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.closed, s.code = true, uint16(code)
	err := s.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(time.Second))
	if err != nil && !errors.Is(err, websocket.ErrCloseSent) && !s.out.isSlow() {
		_ = s.out.Close()
		return
	}
	s.out.end()
}

// linger reads on until the peer has closed, for [closeGrace] at most: closing
// with bytes unread would reset the connection and take the close frame with it.
func (s *socket) linger() {
	s.out.end()
	_, _ = io.CopyN(io.Discard, s.out.Conn, lingerBytes) // what ends it does not matter
}

const lingerBytes = 1 << 20

// leave takes the socket out of its topic.
func (s *socket) leave() {
	s.mu.Lock()
	seat := s.seat
	s.seat = nil
	if seat != nil {
		seat.member.gone = true
		for _, p := range seat.rooms {
			p.member.gone = true
		}
	}
	s.mu.Unlock()
	if seat == nil {
		return
	}
	for _, p := range seat.rooms {
		p.room.exit(p.member)
	}
	seat.forum.fan.mu.Lock()
	seat.forum.remove(seat.member)
	seat.forum.fan.mu.Unlock()
}
