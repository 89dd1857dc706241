//go:build unix

package api

import (
	"context"
	"net"
	"syscall"
	"time"
)

// watch calls gone once the client has closed the connection, until ctx ends. It
// only peeks: what the client sends stays to be read.
func watch(ctx context.Context, c net.Conn, gone func()) {
	s, ok := c.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return
	}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var one [1]byte
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		ended := false
		err := raw.Control(func(fd uintptr) {
			n, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
			ended = n == 0 && err == nil || err == syscall.ECONNRESET
		})
		if ended || err != nil {
			gone()
			return
		}
	}
}
