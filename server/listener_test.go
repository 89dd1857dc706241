package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shortListener fails with each of errs in turn before it accepts.
type shortListener struct {
	net.Listener
	errs []error
}

func (l *shortListener) Accept() (net.Conn, error) {
	if len(l.errs) > 0 {
		err := l.errs[0]
		l.errs = l.errs[1:]
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", err)}
	}
	return l.Listener.Accept()
}

func openPort(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // it may be closed already
	return l
}

func TestListenerOutlivesAShortSystem(t *testing.T) {
	var log bytes.Buffer
	port := openPort(t)
	passing := []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED, syscall.EINTR}
	l := newListener(&shortListener{Listener: port, errs: append(passing, syscall.EBADF)}, 10, slog.New(slog.NewTextHandler(&log, nil)))
	began := time.Now()
	if _, err := l.Accept(); !errors.Is(err, syscall.EBADF) {
		t.Fatalf("%v, want the error that does not pass", err)
	}
	if took := time.Since(began); took < 63*shortestPause { // 1+2+4+8+16+32
		t.Errorf("%d failures took %v: it does not wait longer each time", len(passing), took)
	}
	if n := l.failed.Load(); n != int64(len(passing)) {
		t.Errorf("counted %v failures, want %d", n, len(passing))
	}
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Errorf("%d lines in the log, want one a minute:\n%s", n, &log)
	}
	c, err := net.Dial("tcp", port.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if taken, err := l.Accept(); err != nil {
		t.Errorf("afterwards: %v", err)
	} else if err := taken.Close(); err != nil {
		t.Error(err)
	}
}

// A listener that waits stops waiting once it is closed.
func TestListenerClosesWhileItWaits(t *testing.T) {
	errs := make([]error, 100)
	for i := range errs {
		errs[i] = syscall.EMFILE
	}
	l := newListener(&shortListener{Listener: openPort(t), errs: errs}, 10, slog.New(slog.DiscardHandler))
	ended := make(chan error, 1)
	go func() {
		_, err := l.Accept()
		ended <- err
	}()
	for l.failed.Load() < 8 { // it now waits for longer than half a second
		time.Sleep(time.Millisecond)
	}
	began := time.Now()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) || time.Since(began) > 300*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

// The connections over the limit are closed at once, those that are open go on,
// and a place that becomes free is given again.
func TestListenerTakesNoMoreThanItMay(t *testing.T) {
	w := openTown(t, t.TempDir())
	w.server.listener.most.Store(3)
	talk := func(c net.Conn) error {
		if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
			return err
		}
		// The request may meet a connection that is closed already.
		_, _ = fmt.Fprintf(c, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", strings.TrimPrefix(w.url, "http://"))
		b := make([]byte, 4096)
		n, err := c.Read(b)
		if err == nil && !bytes.HasPrefix(b[:n], []byte("HTTP/1.1 200")) {
			return fmt.Errorf("answered %.40q", b[:n])
		}
		return err
	}
	dial := func() net.Conn {
		t.Helper()
		c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() }) // it may be closed already
		return c
	}
	w.client.CloseIdleConnections()
	http.DefaultClient.CloseIdleConnections()
	become := func(n int64) {
		t.Helper()
		for range 500 {
			if w.server.listener.open.Load() == n {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("%d connections are open, want %d", w.server.listener.open.Load(), n)
	}
	become(0)
	var held []net.Conn
	for range 3 {
		c := dial()
		if err := talk(c); err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	for range 4 {
		if err := talk(dial()); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("one too many: %v", err)
		}
	}
	for _, c := range held {
		if err := talk(c); err != nil {
			t.Errorf("one that was open: %v", err)
		}
	}
	if n := w.server.listener.refused.Load(); n != 4 {
		t.Errorf("counted %v refused, want 4", n)
	}
	if err := held[0].Close(); err != nil {
		t.Fatal(err)
	}
	become(2)
	if err := talk(dial()); err != nil {
		t.Errorf("the place that became free: %v", err)
	}
}

// Connections leave files to the database and the command line.
func TestMostConnections(t *testing.T) {
	for files, want := range map[uint64]int64{0: 0, 2: 1, 256: 128, 512: 256, 1024: 768, 20_000: 19_744, math.MaxUint64: 1 << 30} {
		if got := mostConnections(files); got != want {
			t.Errorf("%d files: %d connections, want %d", files, got, want)
		}
	}
	if most := mostConnections(mostFiles()); most < 1 {
		t.Errorf("here: %d", most)
	}
}
