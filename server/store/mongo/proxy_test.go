package mongo_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
)

// fault is what the proxy does to one message that carries a command.
type fault int

const (
	passOn     fault = iota
	cutBefore        // the connection breaks before the server has it
	cutAfter         // the server has answered, and the connection breaks
	sentTwice        // the server gets it twice and one answer is lost
	delayed          // it lies in the network for a while
	cutReplays       // the connection breaks, and the server gets it much later
)

// proxy stands between driver and server and does to each message what fault
// says of its command.
type proxy struct {
	listener net.Listener
	server   string
	fault    atomic.Pointer[func(command string) fault]
	work     sync.WaitGroup

	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
}

// throughProxy is the address of a server by way of a new proxy.
func throughProxy(t *testing.T, address string) (string, *proxy) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, server: u.Host, conns: map[net.Conn]bool{}}
	u.Host = l.Addr().String()
	p.work.Go(p.accept)
	t.Cleanup(p.close)
	return u.String(), p
}

// on sets what is done to the next n messages with one of the commands; all
// others pass.
func (p *proxy) on(f fault, n int64, commands ...string) (left *atomic.Int64) {
	left = &atomic.Int64{}
	left.Store(n)
	do := func(command string) fault {
		if slices.Contains(commands, command) && left.Add(-1) >= 0 {
			return f
		}
		return passOn
	}
	p.fault.Store(&do)
	return left
}

func (p *proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		s, err := net.Dial("tcp", p.server)
		if err != nil {
			c.Close()
			continue
		}
		if !p.keep(c, s) {
			return
		}
		p.work.Go(func() { p.serve(c, s) })
	}
}

func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		if p.closed {
			c.Close()
			continue
		}
		p.conns[c] = true
	}
	return !p.closed
}

// serve carries one connection's requests and answers, one after another.
func (p *proxy) serve(c, s net.Conn) {
	defer c.Close()
	defer s.Close()
	for {
		request, err := readMessage(c)
		if err != nil {
			return
		}
		what := passOn
		if f := p.fault.Load(); f != nil {
			what = (*f)(commandOf(request))
		}
		switch what {
		case cutBefore:
			return
		case cutReplays:
			c.Close()
			time.Sleep(150 * time.Millisecond)
			if _, err := s.Write(request); err == nil {
				_, _ = readMessage(s) // until it is done
			}
			return
		case delayed:
			time.Sleep(100 * time.Millisecond)
		case sentTwice:
			if _, err := s.Write(request); err != nil {
				return
			}
			if _, err := readMessage(s); err != nil {
				return
			}
		}
		if _, err := s.Write(request); err != nil {
			return
		}
		answer, err := readMessage(s)
		if err != nil || what == cutAfter {
			return
		}
		if _, err := c.Write(answer); err != nil {
			return
		}
	}
}

func (p *proxy) close() {
	p.listener.Close()
	p.mu.Lock()
	p.closed = true
	for c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.work.Wait()
}

func readMessage(r io.Reader) ([]byte, error) {
	head := make([]byte, 16)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(head)
	if n < 16 || n > 64<<20 {
		return nil, fmt.Errorf("a message of %d bytes", n)
	}
	message := append(head, make([]byte, n-16)...)
	_, err := io.ReadFull(r, message[16:])
	return message, err
}

// commandOf is the name of the command in an OP_MSG, "" of anything else.
func commandOf(message []byte) string {
	const opMsg = 2013
	if binary.LittleEndian.Uint32(message[12:]) != opMsg {
		return ""
	}
	for at := 20; at < len(message); {
		kind := message[at]
		at++
		if at+4 > len(message) {
			break
		}
		size := int(binary.LittleEndian.Uint32(message[at:]))
		if kind == 0 {
			first, err := bson.Raw(message[at:]).IndexErr(0)
			if err != nil {
				break
			}
			return first.Key()
		}
		at += size
	}
	return ""
}
