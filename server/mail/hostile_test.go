package mail

import (
	"bytes"
	"fmt"
	"html"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// hostile are texts that try to become a header, a tag or a link of their own.
var hostile = []string{
	"Anna\r\nBcc: all@mail.example", "Anna\nBcc: all@mail.example", "Anna\rBcc: all@mail.example", "\r\n\r\n<script>alert(1)</script>", "Anna\u2028Bcc: all@mail.example",
	"=?utf-8?q?Anna=0D=0ABcc:_all=40mail.example?=", "=?utf-8?b?DQpCY2M6IGFsbEBtYWlsLmV4YW1wbGU=?=",
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</title><svg onload=alert(1)>`, "<a href=https://evil.example>here</a>",
	"<style>@import url(https://evil.example)</style>", "<meta http-equiv=refresh content=0;url=https://evil.example>", "{{.link}}", "&lt;script&gt;",
	"javascript:alert(1)", "\x00", "\u202Eelpmaxe.liam", strings.Repeat("x", 5000), "\r\n.\r\nMAIL FROM:<evil@evil.example>",
}

// every is all messages that the server sends, each with a text of others wherever
// one stands.
func every(text string) map[string]Message {
	now := time.Date(2030, 5, 1, 12, 0, 0, 0, time.UTC)
	list := map[string]Message{
		"reset, site":   StepReset("anna@mail.example", text, now),
		"sign-in, lang": SignIn("anna@mail.example", text, "veche.example", own+"#x", "123456", time.Minute, now),
	}
	for _, lang := range []string{"en", "ru"} {
		list["sign-in, site, "+lang] = SignIn("anna@mail.example", lang, text, own+"#x", "123456", time.Minute, now)
		list["sign-in, next, "+lang] = SignIn("anna@mail.example", lang, "veche.example", own+"?next="+url.QueryEscape(text)+"#x", "123456", time.Minute, now)
	}
	return list
}

const own = "https://veche.example/sign-in/mail"

// No text of others adds a header, a recipient, a tag or a link to a message, or
// breaks out of it; every link leads to the installation.
func TestHostileTextsInMails(t *testing.T) {
	s, plain := SMTP{From: "City <city@veche.example>"}, every("x")
	for _, text := range hostile {
		for name, m := range every(text) {
			inert(t, fmt.Sprintf("%s of %.40q", name, text), s, m)
			if got, want := tags(m), tags(plain[name]); got != want {
				t.Errorf("%s of %.40q: the page is of %s, want %s", name, text, got, want)
			}
			for _, link := range hrefs.FindAllStringSubmatch(m.HTML, -1) {
				if u, err := url.Parse(html.UnescapeString(link[1])); err != nil || u.Scheme+"://"+u.Host+u.Path != own {
					t.Errorf("%s of %.40q: leads to %s: %v", name, text, link[1], err)
				}
			}
		}
		for field, m := range map[string]Message{
			"subject":  {To: "anna@mail.example", Subject: text, Text: "x", HTML: "<p>x</p>", Lang: "en"},
			"language": {To: "anna@mail.example", Subject: "x", Text: "x", HTML: "<p>x</p>", Lang: text},
			"text":     {To: "anna@mail.example", Subject: "x", Text: text, HTML: "<p>x</p>", Lang: "en"},
		} {
			inert(t, fmt.Sprintf("%s of %.40q", field, text), s, m)
		}
		msg, err := s.compose("id", Message{To: text + "@mail.example", Subject: "x", Text: "x", HTML: "x", Lang: "en"})
		if err != nil {
			continue // no address
		}
		if to := msg.GetTo(); len(to) != 1 || strings.ContainsAny(to[0].Address, "\r\n") {
			t.Errorf("%.40q as a recipient is %d: %q", text, len(to), to)
		}
	}
}

// inert fails where a message has other headers, recipients, tags or links than it
// was made with.
func inert(t *testing.T, name string, s SMTP, m Message) {
	t.Helper()
	msg, err := s.compose("id", m)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	raw := strings.ReplaceAll(b.String(), "\r\n", "")
	if strings.ContainsAny(raw, "\r\n\x00") {
		t.Errorf("%s: a line ends in half a line break, or holds a zero", name)
	}
	read, err := mail.ReadMessage(&b)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	allowed := []string{"Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}
	for h, values := range read.Header {
		if !slices.Contains(allowed, h) || len(values) != 1 || h != "Subject" && h != "Content-Language" && strings.Contains(values[0], "evil") {
			t.Errorf("%s: the header %s: %q", name, h, values)
		}
	}
	if to, err := read.Header.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != "anna@mail.example" {
		t.Errorf("%s: goes to %v: %v", name, to, err)
	}
}

var (
	tag   = regexp.MustCompile(`<[^>]*>`)
	hrefs = regexp.MustCompile(`href="([^"]*)"`)
)

// tags is the page of a message without its texts, and without where links lead.
func tags(m Message) string {
	return hrefs.ReplaceAllString(strings.Join(tag.FindAllString(m.HTML, -1), ""), "href")
}
