package identity

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"veche/server/privacy/memory"
)

// signedIn is a directory with a person who has a session, and its cookie.
func signedIn(t *testing.T) (*Directory, *memory.Records, Person, string) {
	t.Helper()
	m := memory.New()
	d := NewDirectory(m, memory.Unsealed{}, time.Now)
	p, err := d.Add(t.Context(), "Anna")
	if err != nil {
		t.Fatal(err)
	}
	code, err := d.NewCode(t.Context(), p.ID, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := d.Redeem(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	return d, m, p, Cookie(p, token)
}

// Only who proves a session ends it, and only then are sockets closed.
func TestEndNeedsTheSession(t *testing.T) {
	d, _, p, cookie := signedIn(t)
	var ended []string
	d.OnEnd(func(person string) { ended = append(ended, person) })
	for _, forged := range []string{p.ID + ".guessed", p.ID + ".", p.ID, "", ".", "\xff.x", strings.Repeat("x", 300) + ".y"} {
		if err := d.End(t.Context(), forged); err != nil || len(ended) != 0 {
			t.Errorf("%q ended sessions of %v: %v", forged, ended, err)
		}
	}
	if got, err := d.Resolve(t.Context(), cookie); err != nil || got.ID != p.ID {
		t.Errorf("the session is gone: %v", err)
	}
	if err := d.End(t.Context(), cookie); err != nil || !slices.Equal(ended, []string{p.ID}) {
		t.Errorf("ended sessions of %v: %v", ended, err)
	}
	if _, err := d.Resolve(t.Context(), cookie); !errors.Is(err, ErrSession) {
		t.Errorf("the session was ended and answers %v", err)
	}
}

// A session that is ended between the reading of its record and its keeping in
// memory does not live on there.
func TestEndAllBesideResolve(t *testing.T) {
	d, m, p, cookie := signedIn(t)
	m.After = func(kind string) {
		if kind != kindSession {
			return
		}
		m.After = nil
		if err := d.EndAll(t.Context(), p.ID); err != nil {
			t.Error(err)
		}
	}
	if _, err := d.Resolve(t.Context(), cookie); err != nil {
		t.Fatal(err) // it was there when it was read
	}
	if _, err := d.Resolve(t.Context(), cookie); !errors.Is(err, ErrSession) {
		t.Errorf("the session was ended and answers %v", err)
	}
}

func TestMark(t *testing.T) {
	if m := (Person{}).Mark(); m != "" {
		t.Errorf("the mark of nobody is %q", m)
	}
	seen := map[string]bool{}
	for range 100 {
		p := Person{ID: NewID(), Name: "Anna"}
		m := p.Mark()
		if m != (Person{ID: p.ID}).Mark() {
			t.Error("it changes with the name")
		}
		if len(m) != 20 || strings.ContainsFunc(m, func(r rune) bool { return r == '.' || r == '=' || r == '/' }) || strings.Contains(m, p.ID) || seen[m] {
			t.Errorf("the mark of %s is %q", p.ID, m)
		}
		seen[m] = true
	}
}

// A session ends after its time without use, and after its whole life however it
// is used; memory keeps none longer than the record says.
func TestSessionsEndByTime(t *testing.T) {
	for _, c := range []struct {
		name  string
		every time.Duration // it is used
		want  time.Duration // it lives
	}{
		{"used each hour", time.Hour, SessionLife},
		{"used each day", 24 * time.Hour, SessionLife},
		{"used too seldom", SessionIdle + time.Hour, 0},
	} {
		o := openOffice()
		p, err := o.Add(t.Context(), "Anna")
		if err != nil {
			t.Fatal(err)
		}
		cookie := o.firstStep(t, p.ID)
		began := o.now
		if _, err := o.Resolve(t.Context(), cookie); err != nil {
			t.Fatal(err)
		}
		lived := time.Duration(0)
		for o.now = o.now.Add(c.every); o.now.Sub(began) < 2*SessionLife; o.now = o.now.Add(c.every) {
			if _, err := o.Resolve(t.Context(), cookie); err != nil {
				break
			}
			lived = o.now.Sub(began)
		}
		if lived > c.want || c.want > 0 && lived < c.want-c.every {
			t.Errorf("%s: it lived for %v, want %v", c.name, lived, c.want)
		}
	}
}
