//go:build unix

package live

import (
	"net"
	"syscall"
)

// rawConn answers the connection's file for writes that do not wait, nil where
// there is none (TLS).
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

// attempt writes as much of out as the kernel takes now.
func (c *conn) attempt(fd uintptr) bool {
	for c.outN < len(c.out) {
		n, err := syscall.Write(int(fd), c.out[c.outN:])
		if n > 0 {
			c.outN += n
		}
		switch err {
		case nil, syscall.EINTR:
		case syscall.EAGAIN:
			return true
		default:
			c.outE = err
			return true
		}
	}
	return true
}
