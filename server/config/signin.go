package config

import (
	"fmt"
	"net/mail"
	"net/url"
	"os"
	"strings"
)

// Mail says how messages are sent; without a host none are, and nobody can sign
// in by mail.
type Mail struct {
	Host         string `koanf:"host"` // of the SMTP server
	Port         int    `koanf:"port"`
	Security     string `koanf:"security"`      // "starttls", "tls", or "none" on this machine
	User         string `koanf:"user"`          // "" to send without signing in
	PasswordFile string `koanf:"password_file"` // a file with the password alone
	From         string `koanf:"from"`          // address, or "Name <address>"
}

// Password reads the password's file; "" where there is none.
func (m Mail) Password() (string, error) { return secretOf("mail.password_file", m.PasswordFile) }

// City is the city's identity point (OpenID Connect); without an issuer nobody can
// sign in by it.
type City struct {
	Issuer     string `koanf:"issuer"` // https://…, as the point names itself
	ClientID   string `koanf:"client_id"`
	SecretFile string `koanf:"secret_file"` // a file with the client's secret alone; "" for a public client
	Label      string `koanf:"label"`       // what people know it by, on the button
}

// Secret reads the secret's file; "" where there is none.
func (c City) Secret() (string, error) { return secretOf("city.secret_file", c.SecretFile) }

// SignIn is how people come in.
type SignIn struct {
	// SecondFactor of people with a role: "required", "off", or "auto", which is
	// required but in the demo and where only this machine is listened to.
	SecondFactor string `koanf:"second_factor"`
}

func secretOf(key, path string) (string, error) {
	if path == "" {
		return "", nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("setting %s: %w", key, err)
	}
	return strings.TrimSpace(string(b)), nil
}

// NeedsFactor says whether people with a role need a second factor.
func (c Config) NeedsFactor() bool {
	switch c.SignIn.SecondFactor {
	case "required":
		return true
	case "off":
		return false
	}
	host, _, _ := hostPort(c.Listen)
	return !c.Demo && (!loopback(host) || c.PublicURL != "" && !loopback(hostOf(c.PublicURL)))
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// checkSignIn answers what is wrong with the settings of mail and sign-in, and
// says it of a key.
func (s *Settings) checkSignIn(bad func(key, format string, args ...any)) {
	m := s.Mail
	switch m.Security {
	case "starttls", "tls":
	case "none":
		if m.Host != "" && !loopback(m.Host) {
			bad("mail.security", "is \"none\", which is for a mail server on this machine: want starttls or tls")
		}
	default:
		bad("mail.security", "is %q: want starttls, tls or none", m.Security)
	}
	if m.Port < 1 || m.Port > 65535 {
		bad("mail.port", "is %d: want 1 to 65535", m.Port)
	}
	host, _, _ := hostPort(s.Listen)
	addressless := s.PublicURL == "" && !loopback(host)
	if m.Host != "" {
		if _, err := mail.ParseAddress(m.From); err != nil {
			bad("mail.from", "is %q: want the address that messages come from, such as \"City <veche@city.example>\"", m.From)
		}
		if strings.ContainsAny(m.Host, "/: ") {
			bad("mail.host", "is %q: want a host's name alone, such as mail.city.example", m.Host)
		}
		if addressless {
			bad("public_url", "is empty: messages need the address that their links lead to")
		}
	}
	if c := s.City; c.Issuer != "" {
		u, err := url.Parse(c.Issuer)
		if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
			bad("city.issuer", "is %q: want the https address of the identity point", redact(c.Issuer))
		}
		if c.ClientID == "" {
			bad("city.client_id", "is empty: write the name that the identity point gave this installation")
		}
		if addressless {
			bad("public_url", "is empty: the identity point needs the address to send people back to")
		}
	}
	switch s.SignIn.SecondFactor {
	case "auto", "required", "off":
	default:
		bad("sign_in.second_factor", "is %q: want auto, required or off", s.SignIn.SecondFactor)
	}
}
