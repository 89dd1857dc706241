package server

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"veche/server/api"
	"veche/server/config"
	"veche/server/identity"
	"veche/server/mail"
)

// SignIn is how people come in.
type SignIn struct {
	Mail config.Mail
	City config.City
	// Text sends a text to a telephone number of E.164, by whatever provider an
	// installation has; nil, and nobody signs in by telephone. It is not tried again.
	Text func(ctx context.Context, number, text string) error
	// NeedsFactor has people with a role need a second step.
	NeedsFactor bool
}

// openMail makes the queue of the mail, where the installation sends any.
func (s *Server) openMail() error {
	m := s.options.SignIn.Mail
	if m.Host == "" || s.options.ReadOnly {
		return nil
	}
	password, err := m.Password()
	if err != nil {
		return err
	}
	s.mail = mail.NewQueue(records{s.store}, s.Vault, mail.SMTP{
		Host: m.Host, Port: m.Port, Security: mail.Security(m.Security), User: m.User, Password: password, From: m.From,
	}, s.options.Clock, s.options.Log)
	if s.nodes.self != nil {
		s.mail.Share()
	}
	return nil
}

// ways are the ways to sign in that this installation has.
func (s *Server) ways() (api.Ways, error) {
	var w api.Ways
	if s.mail != nil {
		w.Post, w.Reset = s.postSignIn, s.tellReset
	}
	if s.options.SignIn.Text != nil {
		w.Text = s.textSignIn
	}
	if c := s.options.SignIn.City; c.Issuer != "" {
		secret, err := c.Secret()
		if err != nil {
			return w, err
		}
		w.City = identity.NewCity(c.Issuer, c.ClientID, secret, s.URL()+"/sign-in/city", s.clock.wall)
		w.CityLabel = c.Label
	}
	return w, nil
}

// postSignIn puts the letter of a sign-in into the queue. Its link holds the secret
// where browsers send it to no server, and leads to this installation whatever the
// request called it.
func (s *Server) postSignIn(ctx context.Context, l identity.Letter, lang, next string) error {
	link := s.URL() + "/sign-in/mail"
	if next != "" {
		link += "?next=" + url.QueryEscape(next)
	}
	return s.mail.Put(ctx, mail.SignIn(l.Address, lang, s.site(), link+"#"+l.Link, l.Digits, identity.MailLife, s.options.Clock()))
}

// tellReset tells somebody that their second step was taken away.
func (s *Server) tellReset(ctx context.Context, address string) error {
	return s.mail.Put(ctx, mail.StepReset(address, s.site(), s.options.Clock()))
}

// textSignIn sends the digits of a sign-in to a telephone. The host comes last, as
// browsers read it that fill in digits for the page they were sent for.
func (s *Server) textSignIn(ctx context.Context, l identity.Letter, lang string) error {
	words := "%s: your digits to sign in, for %d minutes. Nobody will ask you for them.\n@%s #%s"
	if lang == "ru" {
		words = "%s: ваши цифры для входа, на %d минут. Никто не попросит их у вас.\n@%s #%s"
	}
	if err := s.options.SignIn.Text(ctx, l.Address, fmt.Sprintf(words, l.Digits, int(identity.MailLife.Minutes()), s.site(), l.Digits)); err != nil {
		return fmt.Errorf("a text was not sent: %w", err)
	}
	return nil
}

// site is what people know the installation by: the host of its address.
func (s *Server) site() string {
	u, err := url.Parse(s.URL())
	if err != nil {
		return s.URL()
	}
	return u.Host
}

// sweepEvery is how often what has expired is destroyed.
const sweepEvery = time.Hour

// sweep destroys what has expired of sign-ins until ctx ends.
func (s *Server) sweep(ctx context.Context) {
	for {
		if err := s.People.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.options.Log.Error("what has expired of sign-ins could not be destroyed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(sweepEvery):
		}
	}
}
