package server

import (
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// reservedFiles is how many open files the connections of the public leave to
// the rest: the database, the metrics, the command line.
const reservedFiles = 256

// mostConnections is how many connections a process that may open files files
// takes: all but the reserve, or half of them where they are few.
func mostConnections(files uint64) int64 {
	return int64(min(max(files/2, files-min(files, reservedFiles)), 1<<30))
}

// How long the listener waits where the system has nothing to give, doubling
// from one to the other, and how often it says so.
const (
	shortestPause = 5 * time.Millisecond
	longestPause  = time.Second
	sayEvery      = time.Minute
)

// listener is a listener that outlives a system that is short of files or
// memory, and takes no more connections than the process has files for.
type listener struct {
	net.Listener
	most atomic.Int64
	log  *slog.Logger

	open    atomic.Int64 // now
	refused atomic.Int64 // ever
	failed  atomic.Int64
	closed  chan struct{}
	once    sync.Once
	said    map[string]time.Time // of the accepting goroutine: when each warning was last given
}

func newListener(l net.Listener, most int64, log *slog.Logger) *listener {
	n := &listener{Listener: l, log: log, closed: make(chan struct{}), said: map[string]time.Time{}}
	n.most.Store(most)
	return n
}

// Accept implements [net.Listener]. Its errors are those that do not pass.
func (l *listener) Accept() (net.Conn, error) {
	pause := shortestPause
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			if !passing(err) {
				return nil, err
			}
			l.failed.Add(1)
			l.warn("connections can't be taken now: raise the limit of open files, or look who holds so many", "error", err)
			select {
			case <-time.After(pause):
			case <-l.closed:
				return nil, net.ErrClosed
			}
			pause = min(2*pause, longestPause)
			continue
		}
		pause = shortestPause
		if most := l.most.Load(); l.open.Add(1) > most {
			l.open.Add(-1)
			l.refused.Add(1)
			l.warn("there are as many connections as there may be: raise the limit of open files", "connections", most)
			_ = c.Close() // it is not taken
			continue
		}
		if t, ok := c.(*net.TCPConn); ok {
			return &tcpConnection{TCPConn: t, listener: l}, nil
		}
		return &connection{Conn: c, listener: l}, nil
	}
}

// Close implements [net.Listener].
func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

func (l *listener) warn(text string, args ...any) {
	if now := time.Now(); l.said[text].IsZero() || now.Sub(l.said[text]) >= sayEvery {
		l.said[text] = now
		l.log.Warn(text, args...)
	}
}

// passing says that err is of the system's state, or of one peer, not of the listener.
func passing(err error) bool {
	for _, e := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED, syscall.EINTR} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// tcpConnection is a counted connection that can do all that one of TCP can:
// a socket writes to its file without waiting.
type tcpConnection struct {
	*net.TCPConn
	listener *listener
	gone     atomic.Bool
}

// Close implements [net.Conn].
func (c *tcpConnection) Close() error {
	err := c.TCPConn.Close()
	c.listener.leave(&c.gone)
	return err
}

// connection is a counted connection of another kind.
type connection struct {
	net.Conn
	listener *listener
	gone     atomic.Bool
}

// Close implements [net.Conn].
func (c *connection) Close() error {
	err := c.Conn.Close()
	c.listener.leave(&c.gone)
	return err
}

// leave counts a connection's end once.
func (l *listener) leave(gone *atomic.Bool) {
	if !gone.Swap(true) {
		l.open.Add(-1)
	}
}

var (
	connectionsNow     = prometheus.NewDesc("veche_connections", "Connections of the public that are open, with those of sockets.", nil, nil)
	connectionsRefused = prometheus.NewDesc("veche_connections_refused_total", "Connections that were closed at once because there were as many as the process has files for.", nil, nil)
	acceptsFailed      = prometheus.NewDesc("veche_accepts_failed_total", "Times that the system could give no connection, for want of files or memory.", nil, nil)
)

// Describe implements [prometheus.Collector].
func (l *listener) Describe(to chan<- *prometheus.Desc) {
	to <- connectionsNow
	to <- connectionsRefused
	to <- acceptsFailed
}

// Collect implements [prometheus.Collector].
func (l *listener) Collect(to chan<- prometheus.Metric) {
	to <- prometheus.MustNewConstMetric(connectionsNow, prometheus.GaugeValue, float64(l.open.Load()))
	to <- prometheus.MustNewConstMetric(connectionsRefused, prometheus.CounterValue, float64(l.refused.Load()))
	to <- prometheus.MustNewConstMetric(acceptsFailed, prometheus.CounterValue, float64(l.failed.Load()))
}
