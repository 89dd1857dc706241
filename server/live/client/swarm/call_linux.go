package swarm

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"veche/server/live/client/load"
)

// Calls is what became of requests over HTTP.
type Calls struct {
	Answer       load.Latency // from the wish to call to a good answer
	Called, Done int
	Again        int // sent again after the connection broke
	Refused      int
}

// caller is one person's connection for requests, kept alive.
type caller struct {
	swarm *Swarm
	conn  *conn
	ready bool
	queue []call // the first is under way
}

type call struct {
	at    time.Time
	bytes []byte
}

// Call sends a request with a JSON body from person i, once the earlier ones of
// the same person are answered. If the connection breaks it is sent again: the
// body must carry its own id.
func (s *Swarm) Call(i int, method, path, cookie, body string) {
	for len(s.callers) <= i {
		s.callers = append(s.callers, &caller{swarm: s})
	}
	c := s.callers[i]
	s.Calls.Called++
	c.queue = append(c.queue, call{time.Now(), fmt.Appendf(nil,
		"%s %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nCookie: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		method, path, s.address, s.address, cookie, len(body), body)})
	if len(c.queue) == 1 {
		c.next()
	}
}

// Outstanding is how many requests have no answer yet.
func (s *Swarm) Outstanding() int { return s.Calls.Called - s.Calls.Done - s.Calls.Refused }

// next sends the first of the queue.
func (c *caller) next() {
	switch {
	case len(c.queue) == 0:
	case c.conn == nil:
		conn, err := c.swarm.loop.dial(c.swarm.to, c, 0)
		if err != nil {
			c.swarm.fault("calling: %v", err)
			c.swarm.after(minBackoff, c.next)
			return
		}
		c.conn = conn
	case c.ready:
		c.conn.write(c.queue[0].bytes)
	}
}

func (c *caller) opened(*conn) {
	c.ready = true
	c.next()
}

func (c *caller) closed(*conn, error) {
	c.conn, c.ready = nil, false
	if len(c.queue) > 0 {
		c.swarm.Calls.Again++
		c.swarm.after(minBackoff, c.next)
	}
}

func (c *caller) received(_ *conn, b []byte) (used int, err error) {
	status, n, err := readAnswer(b)
	if err != nil || n == 0 {
		return 0, err
	}
	if len(c.queue) == 0 {
		return 0, fmt.Errorf("an answer %d that nobody asked for", status)
	}
	if status/100 == 2 {
		c.swarm.Calls.Done++
		c.swarm.Calls.Answer.Add(time.Since(c.queue[0].at))
	} else {
		c.swarm.Calls.Refused++
		c.swarm.fault("a request was refused with %d: %.300s", status, b[:n])
	}
	c.queue = c.queue[1:]
	c.next()
	return n, nil
}

// readAnswer reads the HTTP answer that b begins with: its status and length, 0
// if it is not complete yet. Only answers that tell their length are taken.
func readAnswer(b []byte) (status, n int, err error) {
	end := bytes.Index(b, []byte("\r\n\r\n"))
	if end < 0 {
		return 0, 0, nil
	}
	lines := strings.Split(string(b[:end]), "\r\n")
	words := strings.Fields(lines[0])
	if len(words) < 2 || !strings.HasPrefix(words[0], "HTTP/1.") {
		return 0, 0, fmt.Errorf("an answer begins with %q", lines[0])
	}
	if status, err = strconv.Atoi(words[1]); err != nil {
		return 0, 0, fmt.Errorf("an answer begins with %q", lines[0])
	}
	length := -1
	for _, l := range lines[1:] {
		if name, v, _ := strings.Cut(l, ":"); strings.EqualFold(name, "Content-Length") {
			if length, err = strconv.Atoi(strings.TrimSpace(v)); err != nil || length < 0 || length > maxFrame {
				return 0, 0, fmt.Errorf("an answer of length %q", v)
			}
		}
	}
	if length < 0 {
		return 0, 0, fmt.Errorf("the answer %d does not tell its length", status)
	}
	if n = end + 4 + length; n > len(b) {
		return status, 0, nil
	}
	return status, n, nil
}
