package mail

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"veche/server/mail/mailtest"
	"veche/server/privacy/memory"
)

// post is a queue over a sink, at a time of its own.
type post struct {
	*Queue
	records *memory.Records
	sink    *mailtest.Sink
	now     time.Time
	log     bytes.Buffer
}

func openPost(t *testing.T) *post {
	t.Helper()
	p := &post{records: memory.New(), sink: mailtest.Open(t), now: time.Date(2030, 5, 1, 12, 0, 0, 0, time.UTC)}
	p.restart()
	return p
}

// restart is a new program on the same records.
func (p *post) restart() {
	s := SMTP{Host: p.sink.Host, Port: p.sink.Port, Security: Plain, From: "City <city@veche.example>"}
	p.Queue = NewQueue(p.records, memory.Unsealed{}, s, func() time.Time { return p.now }, slog.New(slog.NewTextHandler(&p.log, nil)))
}

func (p *post) put(t *testing.T, to string) {
	t.Helper()
	m := SignIn(to, "en", "veche.example", "https://veche.example/sign-in#x", "123456", 15*time.Minute, p.now)
	if err := p.Put(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

// run sends what is due.
func (p *post) run(t *testing.T) {
	t.Helper()
	for p.sendDue(t.Context()) == 0 {
	}
}

func TestQueue(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer []string // of one step, attempt by attempt
		step   string
		tries  int
		taken  int
	}{
		{"taken at once", nil, "", 1, 1},
		{"recipient refused for now", []string{"450 wait", "250 ok"}, "RCPT", 2, 1},
		{"recipient refused for good", []string{"550 nobody"}, "RCPT", 1, 0},
		{"message refused for now", []string{"451 wait", "452 wait", "250 ok"}, "END", 3, 1},
		{"message refused for good", []string{"554 spam"}, "END", 1, 0},
		{"cut before the message", []string{mailtest.Cut, "354 go"}, "DATA", 2, 1},
		{"taken, and cut before the answer", []string{mailtest.Cut}, "END", 1, 1},
		{"never taken", []string{"450 a", "450 b", "450 c", "450 d", "450 e", "450 f", "450 g", "450 h"}, "RCPT", 4, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := openPost(t)
			tries := 0
			p.sink.Answer(func(step, _ string) string {
				if step == "RCPT" && c.step != "RCPT" || step != c.step && step != "RCPT" {
					return ""
				}
				if step == c.step && len(c.answer) > tries {
					tries++
					return c.answer[tries-1]
				}
				return ""
			})
			p.put(t, "anna.secret@mail.example")
			for range 12 {
				p.run(t)
				p.now = p.now.Add(2 * time.Minute)
			}
			if s := p.State(); s.Waiting != 0 || s.Sent.IsZero() != (c.taken == 0 || c.name == "taken, and cut before the answer") || s.Failed.IsZero() != (len(c.answer) == 0) {
				t.Errorf("the queue tells %+v", s)
			}
			if p.sink.Taken() != c.taken || p.Waiting() != 0 {
				t.Errorf("%d taken, %d wait; want %d and none\n%s", p.sink.Taken(), p.Waiting(), c.taken, p.log.String())
			}
			if c.step != "" && c.name != "never taken" && tries != c.tries && tries != len(c.answer) {
				t.Errorf("%d attempts, want %d", tries, c.tries)
			}
			if entries, err := p.entries(t.Context()); err != nil || len(entries) != 0 {
				t.Errorf("%d are kept: %v", len(entries), err)
			}
			if strings.Contains(p.log.String(), "secret") || strings.Contains(p.log.String(), "123456") {
				t.Errorf("the log tells: %s", p.log.String())
			}
		})
	}
}

// One message that breaks the conversation holds up no others.
func TestOthersAreSent(t *testing.T) {
	p := openPost(t)
	p.sink.Answer(func(step, line string) string {
		if step == "RCPT" && strings.Contains(line, "bad@") {
			return mailtest.Cut
		}
		return ""
	})
	p.put(t, "bad@mail.example")
	for i := range 5 {
		p.put(t, fmt.Sprintf("good%d@mail.example", i))
	}
	p.run(t)
	if p.sink.Taken() != 5 || p.Waiting() != 1 {
		t.Errorf("%d taken, %d wait", p.sink.Taken(), p.Waiting())
	}
}

// lost is a wire in whose conversations the program ends.
type lost struct {
	wire
	after bool // once the message was taken
}

func (l lost) send(id string, m Message) error {
	if l.after {
		if err := l.wire.send(id, m); err != nil {
			return err
		}
	}
	panic("the program ends")
}

// A program that ends at any point sends no message twice and loses none that it
// had not begun to send.
func TestCrash(t *testing.T) {
	for _, c := range []struct {
		name  string
		after bool
		taken int
	}{{"before it was taken", false, 1}, {"once it was taken", true, 2}} {
		t.Run(c.name, func(t *testing.T) {
			p := openPost(t)
			p.put(t, "first@mail.example")
			p.now = p.now.Add(time.Second)
			p.put(t, "second@mail.example")
			dial := p.dial
			p.dial = func(ctx context.Context) (wire, error) {
				w, err := dial(ctx)
				return lost{w, c.after}, err
			}
			func() {
				defer func() { _ = recover() }()
				p.run(t)
			}()
			p.restart()
			if err := p.recover(t.Context()); err != nil {
				t.Fatal(err)
			}
			p.run(t)
			seen := map[string]int{}
			for range p.sink.Taken() {
				seen[p.sink.Next().To]++
			}
			if p.sink.Taken() != c.taken || seen["second@mail.example"] != 1 || seen["first@mail.example"] > 1 {
				t.Errorf("taken: %v", seen)
			}
		})
	}
}

// The mail server is away, and comes back.
func TestServerAway(t *testing.T) {
	p := openPost(t)
	dial := p.dial
	away := true
	p.dial = func(ctx context.Context) (wire, error) {
		if away {
			return nil, fmt.Errorf("away")
		}
		return dial(ctx)
	}
	p.put(t, "anna@mail.example")
	if wait := p.sendDue(t.Context()); wait <= 0 || p.Waiting() != 1 {
		t.Fatalf("next in %v, %d wait", wait, p.Waiting())
	}
	away = false
	p.now = p.now.Add(time.Minute)
	p.run(t)
	if p.sink.Taken() != 1 || p.Waiting() != 0 {
		t.Errorf("%d taken, %d wait", p.sink.Taken(), p.Waiting())
	}
}

func TestSignInMessage(t *testing.T) {
	p := openPost(t)
	const link = "https://veche.example/sign-in/mail#abc.DEF"
	for lang, subject := range map[string]string{"en": "Your sign-in link", "ru": "Ссылка для входа", "xx": "Your sign-in link"} {
		if err := p.Put(t.Context(), SignIn("anna@mail.example", lang, "veche.example", link, "012345", 15*time.Minute, p.now)); err != nil {
			t.Fatal(err)
		}
		p.run(t)
		l := p.sink.Next()
		if l.To != "anna@mail.example" || l.Subject != subject || !strings.HasSuffix(l.ID, "@veche.example>") || l.Header.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("%s: %+v", lang, l)
		}
		for _, body := range []string{l.Text, l.HTML} {
			if !strings.Contains(body, link) || !strings.Contains(body, "012 345") || !strings.Contains(body, "15") {
				t.Errorf("%s: %s", lang, body)
			}
		}
		if strings.Contains(l.Subject, "012") || strings.Contains(l.HTML, "src=") {
			t.Errorf("%s: %s\n%s", lang, l.Subject, l.HTML)
		}
	}
}

// Run sends by itself what is put while it runs, and ends.
func TestRun(t *testing.T) {
	p := openPost(t)
	p.clock = time.Now
	p.now = time.Now()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { p.Run(ctx); close(done) }()
	p.put(t, "anna@mail.example")
	if l := p.sink.Next(); l.To != "anna@mail.example" {
		t.Errorf("%+v", l)
	}
	stop()
	<-done
}
