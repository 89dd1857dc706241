package swarm

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"syscall"
	"time"
)

// user is what a connection is for.
type user interface {
	// opened is called once the connection stands.
	opened(c *conn)
	// received takes what has come and answers how much of it is done with;
	// the rest is given again with more behind it. An error ends the connection.
	received(c *conn, b []byte) (used int, err error)
	// closed is called once, at the end of a connection that the user did not
	// end itself.
	closed(c *conn, err error)
}

// conn is a TCP connection of a loop.
type conn struct {
	loop       *loop
	fd         int
	user       user
	in         []byte // come, but not done with
	out        []byte // not taken by the kernel yet
	connecting bool
	dead       bool
}

// loop waits for many connections with one thread.
type loop struct {
	epoll    int
	conns    []*conn // by file descriptor
	events   []syscall.EpollEvent
	buffer   []byte
	dead     []int // to be closed once their events are through
	accepted func(fd int)
	listener int
	now      time.Time // of the events that are being told
}

func newLoop() (*loop, error) {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll: %w", err)
	}
	return &loop{epoll: fd, events: make([]syscall.EpollEvent, 512), buffer: make([]byte, 256<<10), listener: -1, now: time.Now()}, nil
}

// close ends all connections without a word.
func (l *loop) close() {
	for _, c := range l.conns {
		if c != nil {
			c.end()
		}
	}
	l.bury()
	_ = syscall.Close(l.epoll) // there is nothing to do about it
}

// sockaddr is the IPv4 address of a listening server.
func sockaddr(address string) (*syscall.SockaddrInet4, error) {
	a, err := netip.ParseAddrPort(address)
	if err != nil || !a.Addr().Is4() {
		return nil, fmt.Errorf("the address %q is no IPv4 address and port", address)
	}
	return &syscall.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}, nil
}

// dial begins a connection. receiveBuffer 0 leaves it to the kernel.
func (l *loop) dial(to *syscall.SockaddrInet4, u user, receiveBuffer int) (*conn, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("a socket: %w", err)
	}
	if receiveBuffer > 0 {
		if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF, receiveBuffer); err != nil {
			return nil, errors.Join(fmt.Errorf("a receive buffer of %d: %w", receiveBuffer, err), syscall.Close(fd))
		}
	}
	err = syscall.Connect(fd, to)
	if err != nil && err != syscall.EINPROGRESS {
		return nil, errors.Join(fmt.Errorf("connecting: %w", err), syscall.Close(fd))
	}
	c, err := l.add(fd, u)
	if err != nil {
		return nil, err
	}
	c.connecting = true
	return c, l.watch(c, syscall.EPOLL_CTL_MOD)
}

// add takes a file descriptor in.
func (l *loop) add(fd int, u user) (*conn, error) {
	_ = syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1) // only makes it faster
	c := &conn{loop: l, fd: fd, user: u}
	if err := l.watch(c, syscall.EPOLL_CTL_ADD); err != nil {
		return nil, errors.Join(err, syscall.Close(fd))
	}
	for len(l.conns) <= fd {
		l.conns = append(l.conns, nil)
	}
	l.conns[fd] = c
	return c, nil
}

func (l *loop) watch(c *conn, op int) error {
	e := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(c.fd)}
	if c.connecting || len(c.out) > 0 {
		e.Events |= syscall.EPOLLOUT
	}
	if err := syscall.EpollCtl(l.epoll, op, c.fd, &e); err != nil {
		return fmt.Errorf("epoll: %w", err)
	}
	return nil
}

// ignore stops reading from the connection: its peer finds it stalled.
func (c *conn) ignore() error {
	return syscall.EpollCtl(c.loop.epoll, syscall.EPOLL_CTL_DEL, c.fd, nil)
}

// write sends b, now or as soon as the peer takes it. The connection may be
// over afterwards.
func (c *conn) write(b []byte) {
	if c.dead {
		return
	}
	if len(c.out) == 0 && !c.connecting {
		n, err := c.send(b)
		if err != nil {
			c.fail(err)
			return
		}
		b = b[n:]
	}
	if len(b) > 0 {
		c.out = append(c.out, b...)
		c.rewatch()
	}
}

// send offers b to the kernel and answers how much it took.
func (c *conn) send(b []byte) (int, error) {
	for {
		n, err := syscall.Write(c.fd, b)
		switch {
		case err == syscall.EINTR:
		case err == syscall.EAGAIN:
			return 0, nil
		case err != nil:
			return 0, err
		default:
			return n, nil
		}
	}
}

func (c *conn) rewatch() {
	if err := c.loop.watch(c, syscall.EPOLL_CTL_MOD); err != nil {
		c.fail(err)
	}
}

// cut ends the connection as a broken network does: by a reset.
func (c *conn) cut() {
	_ = syscall.SetsockoptLinger(c.fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1})
	c.end()
}

// end ends the connection; its user is not told.
func (c *conn) end() {
	if c.dead {
		return
	}
	c.dead, c.in, c.out = true, nil, nil
	c.loop.conns[c.fd] = nil
	c.loop.dead = append(c.loop.dead, c.fd)
}

func (c *conn) fail(err error) {
	if c.dead {
		return
	}
	c.end()
	c.user.closed(c, err)
}

// bury closes the file descriptors of connections that have ended. Not earlier:
// a new connection with the same number would get their events.
func (l *loop) bury() {
	for _, fd := range l.dead {
		_ = syscall.Close(fd) // it is gone either way
	}
	l.dead = l.dead[:0]
}

// poll tells what has happened, and waits for at most d if nothing has.
func (l *loop) poll(d time.Duration) error {
	l.bury()
	n, err := syscall.EpollWait(l.epoll, l.events, int((d+time.Millisecond-1)/time.Millisecond))
	l.now = time.Now()
	if err == syscall.EINTR {
		return nil
	}
	if err != nil {
		return fmt.Errorf("epoll: %w", err)
	}
	for i := range n {
		e := &l.events[i]
		if int(e.Fd) == l.listener {
			l.accept()
			continue
		}
		if c := l.conns[e.Fd]; c != nil {
			c.happened(e.Events)
		}
	}
	return nil
}

func (c *conn) happened(events uint32) {
	if c.connecting && events&(syscall.EPOLLOUT|syscall.EPOLLERR|syscall.EPOLLHUP) != 0 {
		code, err := syscall.GetsockoptInt(c.fd, syscall.SOL_SOCKET, syscall.SO_ERROR)
		if err == nil && code != 0 {
			err = syscall.Errno(code)
		}
		if err != nil {
			c.fail(fmt.Errorf("connecting: %w", err))
			return
		}
		c.connecting = false
		c.user.opened(c)
		if !c.dead && len(c.out) == 0 {
			c.rewatch()
		}
	}
	if !c.dead && !c.connecting && len(c.out) > 0 && events&syscall.EPOLLOUT != 0 {
		n, err := c.send(c.out)
		if err != nil {
			c.fail(err)
			return
		}
		if c.out = c.out[n:]; len(c.out) == 0 {
			c.out = nil
			c.rewatch()
		}
	}
	if !c.dead && events&(syscall.EPOLLIN|syscall.EPOLLHUP|syscall.EPOLLERR) != 0 {
		c.read()
	}
}

func (c *conn) read() {
	n, err := syscall.Read(c.fd, c.loop.buffer)
	switch {
	case err == syscall.EAGAIN || err == syscall.EINTR:
		return
	case err != nil:
		c.fail(err)
		return
	case n == 0:
		c.fail(io.EOF)
		return
	}
	b := c.loop.buffer[:n]
	if len(c.in) > 0 {
		c.in = append(c.in, b...)
		b = c.in
	}
	used, err := c.user.received(c, b)
	if err != nil {
		c.fail(err)
		return
	}
	if c.dead {
		return
	}
	switch {
	case used == len(b):
		c.in = nil
	case used == 0 && len(c.in) > 0: // b is c.in: a long frame is not copied with each of its parts
	case len(c.in) > 0:
		c.in = append(c.in[:0], b[used:]...)
	default:
		c.in = append([]byte(nil), b[used:]...)
	}
}

// accept takes all who knock at the listener.
func (l *loop) accept() {
	for {
		fd, _, err := syscall.Accept4(l.listener, syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
		if err == syscall.EINTR || err == syscall.ECONNABORTED {
			continue
		}
		if err != nil { // EAGAIN: that was all; anything else is tried again at the next event
			return
		}
		l.accepted(fd)
	}
}
