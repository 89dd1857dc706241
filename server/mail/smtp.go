package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// Message is what one person is sent.
type Message struct {
	To      string    `json:"to" class:"contact"` // an address alone
	Subject string    `json:"subject" class:"none"`
	Text    string    `json:"text" class:"sign-in"`
	HTML    string    `json:"html" class:"sign-in"`
	Lang    string    `json:"lang" class:"contact"`    // BCP 47
	Expires time.Time `json:"expires" class:"sign-in"` // not sent after that
}

// Security is how the connection to the server of the mail is protected.
type Security string

// The securities.
const (
	StartTLS Security = "starttls" // encrypted after a greeting, refused without
	TLS      Security = "tls"      // encrypted from the first byte
	Plain    Security = "none"     // on this machine only
)

// SMTP says how messages are handed over.
type SMTP struct {
	Host     string
	Port     int
	Security Security
	User     string // "" to send without signing in
	Password string
	From     string // address, or "Name <address>"
}

// failure is why a message was not taken. It names no address.
type failure struct {
	step   string // of the conversation
	code   int    // of the server's answer, 0 where there was none
	result result
}

func (f *failure) Error() string {
	if f.code == 0 {
		return "the mail server did not answer: " + f.step
	}
	return fmt.Sprintf("the mail server refused with %d: %s", f.code, f.step)
}

// result is what became of an attempt.
type result int

const (
	taken   result = iota
	later          // certainly not taken, worth another attempt
	refused        // will never be taken
	unknown        // may have been taken
)

// wire is an open conversation with the server of the mail.
type wire interface {
	// send hands over one message; what is not taken is a *failure.
	send(id string, m Message) error
	close()
}

// dialTimeout bounds each step of a conversation.
const dialTimeout = 20 * time.Second

func (s SMTP) dial(ctx context.Context) (wire, error) {
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(dialTimeout)}
	switch s.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	c, err := gomail.NewClient(s.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail: settings of the mail server: %w", err)
	}
	open, err := c.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("mail: the mail server %s can't be reached: %w", net.JoinHostPort(s.Host, fmt.Sprint(s.Port)), err)
	}
	return &conversation{s, c, open}, nil
}

type conversation struct {
	settings SMTP
	client   *gomail.Client
	open     *smtp.Client
}

func (c *conversation) close() {
	_ = c.client.CloseWithSMTPClient(c.open) // what was taken is taken
}

func (c *conversation) send(id string, m Message) error {
	msg, err := c.settings.compose(id, m)
	if err != nil {
		return &failure{step: "the message can't be written", result: refused}
	}
	err = c.client.SendWithSMTPClient(c.open, msg)
	if err == nil || msg.IsDelivered() {
		return nil
	}
	f := &failure{step: "the connection", result: later}
	var s *gomail.SendError
	if !errors.As(err, &s) {
		return f
	}
	f.step, f.code = s.Reason.String(), s.ErrorCode()
	switch {
	case f.code >= 500:
		f.result = refused
	case f.code == 0 && s.Reason == gomail.ErrSMTPDataClose:
		f.result = unknown
	case s.Reason == gomail.ErrGetSender, s.Reason == gomail.ErrGetRcpts:
		f.result = refused
	}
	return f
}

func (s SMTP) compose(id string, m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.From(s.From), msg.To(m.To)); err != nil {
		return nil, err
	}
	_, host, _ := cutLast(msg.GetFrom()[0].Address, '@')
	msg.SetMessageIDWithValue(id + "@" + host)
	msg.Subject(m.Subject)
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("Content-Language", m.Lang)
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}

func cutLast(s string, at byte) (before, after string, found bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == at {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}
