package swarm

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"syscall"
	"time"
)

// Raw is the least that a server of one room can do: what any socket says goes
// to all at the next tick, as one frame, by one write(2) each from one thread.
// Nothing is decided, kept, or written to disk. A tick takes at least as long as
// a pass over the sockets, as Veche's does, and waits while anyone is far behind:
// what is too much for the clients makes frames longer, not queues.
type Raw struct {
	loop    *loop
	tick    time.Duration
	port    int
	open    []*rawPeer
	pending []byte
	due     time.Time // of the next frame, if there is something to send
}

// NewRaw listens on a free port of 127.0.0.1.
func NewRaw(tick time.Duration) (*Raw, error) {
	l, err := newLoop()
	if err != nil {
		return nil, err
	}
	r := &Raw{loop: l, tick: tick}
	l.accepted = func(fd int) {
		_ = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_SNDBUF, 64<<10) // as Veche has it
		// One that can't be watched is refused: its client says so.
		_, _ = l.add(fd, &rawPeer{raw: r})
	}
	if err := r.listen(); err != nil {
		l.close()
		return nil, fmt.Errorf("listening: %w", err)
	}
	return r, nil
}

func (r *Raw) listen() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	r.loop.listener = fd
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return err
	}
	if err := syscall.Listen(fd, 4096); err != nil {
		return err
	}
	at, err := syscall.Getsockname(fd)
	if err != nil {
		return err
	}
	r.port = at.(*syscall.SockaddrInet4).Port
	return syscall.EpollCtl(r.loop.epoll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)})
}

// Address is where it listens.
func (r *Raw) Address() string { return fmt.Sprintf("127.0.0.1:%d", r.port) }

// Serve serves until ctx ends.
func (r *Raw) Serve(ctx context.Context) error {
	defer func() {
		r.loop.dead = append(r.loop.dead, r.loop.listener)
		r.loop.close()
	}()
	for ctx.Err() == nil {
		wait := 100 * time.Millisecond
		if len(r.pending) > 0 {
			if wait = time.Until(r.due); wait <= 0 {
				if r.behind() { // looking costs as much as a frame to a hundred
					r.due = time.Now().Add(r.tick / 5)
				} else {
					r.send()
				}
				continue
			}
		}
		if err := r.loop.poll(wait); err != nil {
			return err
		}
	}
	return nil
}

// rawQueue is how far behind a client may be while the others are written to.
const rawQueue = 128 << 10

// behind says that somebody is further behind than that.
func (r *Raw) behind() bool {
	for _, p := range r.open {
		if len(p.conn.out) > rawQueue {
			return true
		}
	}
	return false
}

func (r *Raw) send() {
	begun := time.Now()
	b := appendFrame(nil, opText, r.pending, false)
	r.pending = r.pending[:0]
	for i := 0; i < len(r.open); i++ {
		p := r.open[i]
		p.conn.write(b)
		if p.conn.dead { // and out of the list: another stands here
			i--
		}
	}
	r.due = begun.Add(max(r.tick, time.Since(begun)))
}

// rawPeer is a client of Raw.
type rawPeer struct {
	raw  *Raw
	conn *conn // once upgraded
	at   int
}

func (p *rawPeer) opened(*conn) {}

func (p *rawPeer) closed(*conn, error) {
	if p.conn == nil {
		return
	}
	last := len(p.raw.open) - 1
	p.raw.open[p.at] = p.raw.open[last]
	p.raw.open[p.at].at = p.at
	p.raw.open = p.raw.open[:last]
}

var errGoodbye = errors.New("the client has closed")

func (p *rawPeer) received(c *conn, b []byte) (used int, err error) {
	if p.conn == nil {
		end := bytes.Index(b, []byte("\r\n\r\n"))
		if end < 0 {
			return 0, nil
		}
		accept, err := acceptKey(b[:end+2])
		if err != nil {
			return 0, err
		}
		p.conn, p.at = c, len(p.raw.open)
		p.raw.open = append(p.raw.open, p)
		c.write([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n\r\n"))
		used = end + 4
	}
	for !c.dead {
		f, n, err := readFrame(b[used:], true)
		if err != nil || n == 0 {
			return used, err
		}
		used += n
		switch f.op {
		case opText:
			if len(p.raw.pending) > 0 {
				p.raw.pending = append(p.raw.pending, '\n')
			}
			p.raw.pending = append(p.raw.pending, f.payload...)
		case opClose:
			return used, errGoodbye
		}
	}
	return used, nil
}

// acceptKey answers a handshake's Sec-WebSocket-Key, RFC 6455 4.2.2.
func acceptKey(head []byte) (string, error) {
	for line := range bytes.Lines(head) {
		name, v, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte("Sec-WebSocket-Key")) {
			return answerKey(string(bytes.TrimSpace(v))), nil
		}
	}
	return "", errors.New("the handshake has no Sec-WebSocket-Key")
}

func answerKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}
