package live

import (
	"bytes"
	"net"
	"sync"
	"syscall"
	"time"
)

// maxQueued is how many bytes a socket's peer may be behind before it is closed
// as slow, besides what the kernel holds ([kernelBuffer]).
const (
	maxQueued    = 256 << 10
	kernelBuffer = 64 << 10
)

const (
	// chunkTimeout is how long one queued frame may take to leave.
	chunkTimeout = 10 * time.Second
	// closeGrace is how long a closing socket may take to read the rest and
	// to answer the close frame; slowGrace the same for one that is behind.
	closeGrace = 2 * time.Second
	slowGrace  = 5 * time.Second
)

// conn is a connection whose Write never blocks: what the kernel does not take
// at once goes to a bounded queue, drained by a goroutine that lives as long as
// there is something in it. Each Write must be whole websocket frames, so that
// dropping the queue leaves the stream well formed.
//
// It swallows write deadlines: gorilla sets one before every frame and would
// overwrite the drainer's.
type conn struct {
	net.Conn
	raw      syscall.RawConn // nil where the system or TLS allows no tries
	frames   frames          // of the reading goroutine
	greeted  bool            // the 101 was written
	deflates bool            // and says that frames may be compressed

	mu       sync.Mutex
	queue    [][]byte
	queued   int // bytes in queue and in the drainer's hands
	draining bool
	ending   bool   // no more writes: the peer is to close
	slow     bool   // ended because the peer did not read
	closing  uint16 // the code of the close frame that was written, 0 for none
}

// deflateAgreed stands in an answer to a handshake that agrees on compressing.
var deflateAgreed = []byte("\r\nSec-WebSocket-Extensions: permessage-deflate")

// slowClose is the frame that tells a peer that it was too slow.
var slowClose = serverClose(CloseSlow, "you were too slow to read: connect again and resume")

func newConn(c net.Conn) *conn {
	w := &conn{Conn: c}
	if t, ok := c.(interface{ SetWriteBuffer(int) error }); ok {
		// The kernel's own tuning lets one stalled peer take megabytes. An
		// error leaves that tuning, which is no reason to refuse the peer.
		_ = t.SetWriteBuffer(kernelBuffer)
	}
	w.raw = rawConn(c)
	return w
}

// Read reads what the client sends up to the first frame that is broken.
func (c *conn) Read(p []byte) (int, error) {
	if c.frames.broken != 0 {
		return 0, c.frames.broken
	}
	n, err := c.Conn.Read(p)
	if passed := c.frames.pass(p[:n]); passed < n {
		if passed == 0 {
			return 0, c.frames.broken
		}
		return passed, nil
	}
	return n, err
}

// Write hands p to the kernel or the queue; it never waits.
func (c *conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending || c.closing != 0 {
		return 0, net.ErrClosed
	}
	if !c.greeted {
		c.greeted, c.deflates = true, bytes.Contains(p, deflateAgreed)
	}
	if len(p) >= 4 && p[0] == 0x88 {
		c.closing = uint16(p[2])<<8 | uint16(p[3])
	}
	n := 0
	if !c.draining && c.raw != nil {
		var err error
		if n, err = tryWrite(c.raw, p); err != nil {
			return n, err
		}
		if n == len(p) {
			return n, nil
		}
	}
	rest := p[n:]
	if c.queued+len(rest) > maxQueued {
		c.overflow(rest, n > 0)
		return n, net.ErrClosed
	}
	c.enqueue(append([]byte(nil), rest...))
	return len(p), nil
}

func (c *conn) enqueue(b []byte) {
	c.queued += len(b)
	if c.draining {
		c.queue = append(c.queue, b)
		return
	}
	c.draining = true
	go c.drain(b)
}

// overflow gives a peer up: only what makes the frame under way whole, and the
// reason, are still sent.
func (c *conn) overflow(rest []byte, begun bool) {
	c.ending, c.slow = true, true
	for _, b := range c.queue {
		c.queued -= len(b)
	}
	c.queue = nil
	if begun {
		c.enqueue(append([]byte(nil), rest...))
	}
	c.enqueue(slowClose)
	c.endReading(slowGrace)
}

func (c *conn) drain(b []byte) {
	for {
		timeout := chunkTimeout
		c.mu.Lock()
		if c.ending {
			timeout = slowGrace
		}
		c.mu.Unlock()
		err := c.Conn.SetWriteDeadline(time.Now().Add(timeout))
		if err == nil {
			_, err = c.Conn.Write(b)
		}
		c.mu.Lock()
		c.queued -= len(b)
		if err != nil {
			c.ending, c.slow, c.draining, c.queue = true, true, false, nil
			c.mu.Unlock()
			_ = c.Conn.Close()
			return
		}
		if len(c.queue) == 0 {
			c.draining = false
			if c.Conn.SetWriteDeadline(time.Time{}) != nil || c.ending {
				c.closeWrite()
			}
			c.mu.Unlock()
			return
		}
		b, c.queue = c.queue[0], c.queue[1:]
		c.mu.Unlock()
	}
}

// end stops writing once the queue is out. The peer gets closeGrace to read
// what was sent and to close; until then reading goes on, since closing with
// unread bytes would reset the connection and lose the close frame.
func (c *conn) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending {
		return
	}
	c.ending = true
	if !c.draining {
		c.closeWrite()
	}
	c.endReading(closeGrace)
}

func (c *conn) endReading(grace time.Duration) {
	if c.Conn.SetReadDeadline(time.Now().Add(grace)) != nil {
		_ = c.Conn.Close()
	}
}

func (c *conn) closeWrite() {
	w, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok || w.CloseWrite() != nil {
		_ = c.Conn.Close()
	}
}

// closeCode answers the code of the close frame that was written, 0 for none.
func (c *conn) closeCode() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int(c.closing)
}

// isSlow says that the peer was given up because it did not read.
func (c *conn) isSlow() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.slow
}

func (c *conn) SetWriteDeadline(time.Time) error { return nil }

func (c *conn) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// SetReadDeadline is without effect once the connection ends.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending {
		return nil
	}
	return c.Conn.SetReadDeadline(t)
}

// serverClose is the bytes of an unmasked close frame.
func serverClose(code int, reason string) []byte {
	b := []byte{0x88, byte(2 + len(reason)), byte(code >> 8), byte(code)}
	return append(b, reason...)
}
