package server

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// A body that comes in parts never meets another connection's: neither ends the
// server, and everybody reads their own.
func TestBodiesInParts(t *testing.T) {
	w := openTown(t, t.TempDir())
	address := strings.TrimPrefix(w.url, "http://")
	until := time.Now().Add(time.Second)
	var work sync.WaitGroup
	for range 8 {
		work.Go(func() {
			for time.Now().Before(until) {
				c, err := net.Dial("tcp", address)
				if err != nil {
					t.Error(err)
					return
				}
				const body = 24_000
				_, _ = fmt.Fprintf(c, "POST /api/session HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", address, body, strings.Repeat(" ", 8192))
				for range 8 {
					time.Sleep(2 * time.Millisecond)
					_, _ = c.Write([]byte(strings.Repeat(" ", 100))) // it may be refused by then
				}
				_, _ = c.Write([]byte(strings.Repeat(" ", body-8192-800)))
				_ = c.SetReadDeadline(time.Now().Add(2 * time.Second))
				answer, _ := io.ReadAll(c)
				_ = c.Close()
				if !strings.HasPrefix(string(answer), "HTTP/1.1 4") {
					t.Errorf("an empty body was answered %.60q", answer)
					return
				}
			}
		})
	}
	for _, who := range []string{"planner", "moderator"} {
		work.Go(func() {
			for time.Now().Before(until) {
				if a := w.send("GET", "/api/session", who, ""); a.status != 200 || !strings.Contains(a.body, fmt.Sprintf("%q", who)) {
					t.Errorf("%s was answered %d %s", who, a.status, a.body)
					return
				}
			}
		})
	}
	work.Wait()
}
