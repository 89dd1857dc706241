//go:build !unix

package live

import (
	"net"
	"syscall"
)

// rawConn answers nil: every write goes through the queue.
func rawConn(net.Conn) syscall.RawConn { return nil }

func (c *conn) attempt(uintptr) bool { return true }
