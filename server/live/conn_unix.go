//go:build unix

package live

import (
	"net"
	"sync"
	"syscall"
)

// rawConn answers the connection's file for what does not wait, nil where there
// is none (TLS).
func rawConn(c net.Conn) syscall.RawConn {
	s, ok := c.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}

// attempt is one write that does not wait.
type attempt struct {
	run func(fd uintptr) bool
	b   []byte
	n   int
	err error
}

var attempts = sync.Pool{New: func() any {
	a := &attempt{}
	a.run = a.write
	return a
}}

// tryWrite writes as much of b as the kernel takes now.
func tryWrite(raw syscall.RawConn, b []byte) (int, error) {
	a := attempts.Get().(*attempt)
	a.b, a.n, a.err = b, 0, nil
	err := raw.Write(a.run)
	if err == nil {
		err = a.err
	}
	n := a.n
	a.b, a.err = nil, nil
	attempts.Put(a)
	return n, err
}

func (a *attempt) write(fd uintptr) bool {
	for a.n < len(a.b) {
		n, err := syscall.Write(int(fd), a.b[a.n:])
		if n > 0 {
			a.n += n
		}
		switch err {
		case nil, syscall.EINTR:
		case syscall.EAGAIN:
			return true
		default:
			a.err = err
			return true
		}
	}
	return true
}
