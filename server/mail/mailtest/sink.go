// Package mailtest is a mail server inside a test: it takes messages, or refuses
// as it is told.
package mailtest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"
)

// Letter is a message that was taken.
type Letter struct {
	To, ID, Subject, Text, HTML string
	Header                      mail.Header
}

// Sink is a mail server on the loopback address.
type Sink struct {
	Host string
	Port int

	tb       testing.TB
	listener net.Listener
	letters  chan Letter
	wait     sync.WaitGroup

	mu     sync.Mutex
	answer func(step, line string) string
	taken  int
	conns  map[net.Conn]bool
}

// Cut instead of an answer ends the connection.
const Cut = "cut"

// Open starts a sink that takes everything.
func Open(tb testing.TB) *Sink {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	at := l.Addr().(*net.TCPAddr)
	s := &Sink{Host: "127.0.0.1", Port: at.Port, tb: tb, listener: l, letters: make(chan Letter, 1000), conns: map[net.Conn]bool{}}
	s.wait.Go(s.serve)
	tb.Cleanup(func() {
		_ = l.Close()
		s.mu.Lock()
		for c := range s.conns {
			_ = c.Close()
		}
		s.mu.Unlock()
		s.wait.Wait()
	})
	return s
}

// Answer has f answer each step of a conversation (MAIL, RCPT, DATA, or END for a
// whole message): "" as usual, a line of SMTP, or [Cut]. nil takes everything.
func (s *Sink) Answer(f func(step, line string) string) {
	s.mu.Lock()
	s.answer = f
	s.mu.Unlock()
}

// Taken is how many messages were taken.
func (s *Sink) Taken() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

// Next answers the next message that is taken.
func (s *Sink) Next() Letter {
	s.tb.Helper()
	ctx, cancel := context.WithTimeout(s.tb.Context(), 30*time.Second)
	defer cancel()
	select {
	case l := <-s.letters:
		return l
	case <-ctx.Done():
		s.tb.Fatal("no mail came")
		return Letter{}
	}
}

func (s *Sink) serve() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[c] = true
		s.mu.Unlock()
		s.wait.Go(func() {
			s.talk(c)
			_ = c.Close()
			s.mu.Lock()
			delete(s.conns, c)
			s.mu.Unlock()
		})
	}
}

func (s *Sink) told(step, line, usual string) string {
	s.mu.Lock()
	f := s.answer
	s.mu.Unlock()
	if f != nil {
		if a := f(step, line); a != "" {
			return a
		}
	}
	return usual
}

func (s *Sink) talk(c net.Conn) {
	r := bufio.NewReader(c)
	say := func(line string) bool {
		if line == Cut {
			return false
		}
		_, err := fmt.Fprintf(c, "%s\r\n", line)
		return err == nil
	}
	if !say("220 sink") {
		return
	}
	to := ""
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb := strings.ToUpper(strings.SplitN(line, " ", 2)[0])
		ok := true
		switch verb {
		case "EHLO", "HELO":
			ok = say("250-sink") && say("250 8BITMIME")
		case "RCPT":
			to = strings.Trim(strings.TrimPrefix(strings.ToUpper(line[:min(8, len(line))]), "RCPT TO:")+line[min(8, len(line)):], "<> ")
			ok = say(s.told("RCPT", line, "250 ok"))
		case "DATA":
			if a := s.told("DATA", line, "354 go"); a != "354 go" {
				ok = say(a)
				break
			}
			ok = say("354 go")
			var body strings.Builder
			for ok {
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if strings.TrimRight(line, "\r\n") == "." {
					break
				}
				body.WriteString(strings.TrimPrefix(line, "."))
			}
			a := s.told("END", to, "250 taken")
			if strings.HasPrefix(a, "250") || a == Cut { // cut: taken, and never said
				s.take(to, body.String())
			}
			ok = say(a)
		case "MAIL":
			ok = say(s.told("MAIL", line, "250 ok"))
		case "QUIT":
			say("221 bye")
			return
		default:
			ok = say("250 ok")
		}
		if !ok {
			return
		}
	}
}

func (s *Sink) take(to, raw string) {
	l := Letter{To: to}
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		s.tb.Errorf("a message that can't be read: %v", err)
		return
	}
	l.Header, l.ID = m.Header, m.Header.Get("Message-Id")
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		s.tb.Errorf("a subject that can't be read: %v", err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		s.tb.Errorf("a content type that can't be read: %v", err)
		return
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			s.tb.Errorf("a part that can't be read: %v", err)
			return
		}
		var body io.Reader = p
		if p.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			body = quotedprintable.NewReader(p)
		}
		b, err := io.ReadAll(body)
		if err != nil {
			s.tb.Errorf("a part that can't be read: %v", err)
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			l.HTML = string(b)
		} else {
			l.Text = strings.ReplaceAll(string(b), "\r\n", "\n")
		}
	}
	s.mu.Lock()
	s.taken++
	s.mu.Unlock()
	s.letters <- l
}
