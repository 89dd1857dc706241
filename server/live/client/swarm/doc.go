// Package swarm is ten thousand clients in one thread: it opens websockets by
// the thousand, says remarks on them at a rate, and counts what comes back and
// how late. Measurements need it because a goroutine a socket would itself take
// the processor time that is to be measured.
//
// It holds the server against others on the same work: [Raw] is the least that
// a server can do (one write(2) a socket and tick, nothing else), [Centrifuge]
// the wire of the library of that name. It needs Linux (epoll).
//
// # Design
//
// Everything belongs to one goroutine, the one that calls [Swarm.Poll] and the
// methods that call it; there are no locks. A socket that is not written to or
// read from costs no memory but its entry.
//
// All sockets of a room get the same bytes, so a frame is understood once: the
// next socket's is compared with the last ones and not read again. That leaves
// about a microsecond for a delivery besides the system call.
//
// A remark's text begins with the time it was said and its number, by which its
// receipts are found and its latency taken: the clock is that of the one machine.
package swarm
