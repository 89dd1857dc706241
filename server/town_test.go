package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"veche/server/config"
	"veche/server/identity"
	"veche/server/intake"
	"veche/server/tally"
	"veche/server/topic"
)

// staffOf is a person of each role, by its name.
var staffOf = []topic.Role{topic.RoleFacilitator, topic.RoleModerator, topic.RolePlanner, topic.RoleRegistrar, topic.RoleAdministrator, topic.RoleAuditor, topic.RoleAnalyst}

// town is a real server on a port of its own, with people who are signed in:
// one for each role, named after it, and citizens.
type town struct {
	testing.TB
	server  *Server
	url     string
	client  *http.Client
	cookies map[string]string
}

func openTown(t testing.TB, dir string, citizens ...string) *town {
	t.Helper()
	return openTownWith(t, Options{Data: dir}, citizens...)
}

func openTownWith(t testing.TB, o Options, citizens ...string) *town {
	t.Helper()
	o.Listen = "127.0.0.1:0"
	if o.Open == (config.Open{}) {
		o.Open = config.Default().Open
		o.Open.Burst = 100_000 // tests are quick
	}
	if o.Limits == (config.Limits{}) {
		o.Limits = config.Default().Limits
		o.Limits.RequestsPercent = 0
	}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	w := &town{TB: t, server: s, url: s.URL(), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 3 * time.Minute}, cookies: map[string]string{}}
	t.Cleanup(func() {
		w.client.CloseIdleConnections()
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, r := range staffOf {
		w.enter(r.String(), r)
	}
	for _, name := range citizens {
		w.enter(name)
	}
	return w
}

// enter makes a person and signs them in.
func (w *town) enter(name string, roles ...topic.Role) identity.Person {
	w.Helper()
	p, err := w.server.People.Add(w.Context(), name, roles...)
	if err != nil {
		w.Fatal(err)
	}
	w.signIn(name, p.ID)
	return p
}

// signIn gives a person a session.
func (w *town) signIn(name, id string) {
	w.Helper()
	code, err := w.server.People.NewCode(w.Context(), id, time.Hour, false)
	if err != nil {
		w.Fatal(err)
	}
	a := w.send("POST", "/api/session", "", `{"code":"`+code+`"}`)
	if a.status != 200 {
		w.Fatalf("signing in %s: %d %s", name, a.status, a.body)
	}
	w.cookies[name] = a.cookie().Value
}

type answer struct {
	status int
	body   string
	header http.Header
}

func (a answer) cookie() *http.Cookie {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		return c
	}
	return &http.Cookie{}
}

// field reads a field of a JSON answer by its path, such as "me.seat.status".
func (a answer) field(path string) any {
	var v any
	if json.Unmarshal([]byte(a.body), &v) != nil {
		return nil
	}
	for name := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

// send sends a request as someone ("" for nobody), with headers in pairs. Unsafe
// ones are of the server's own page and, where they say no other, JSON.
func (w *town) send(method, path, as, body string, headers ...string) answer {
	w.Helper()
	r, err := http.NewRequest(method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	if method != http.MethodGet {
		r.Header.Set("Origin", w.url)
		r.Header.Set("Content-Type", "application/json")
	}
	if as != "" {
		r.AddCookie(&http.Cookie{Name: "veche_session", Value: w.cookies[as]})
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Del(headers[i])
		if headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	res, err := w.client.Do(r)
	if err != nil {
		w.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.Fatalf("%s %s: reading: %v", method, path, err)
	}
	return answer{res.StatusCode, string(b), res.Header}
}

// agreed is a conversation in which everybody of so many people agrees with
// each statement.
func agreed(people int, statements ...tally.Statement) *tally.Conversation {
	c := &tally.Conversation{Topic: "The bank", Statements: statements}
	for p := range people {
		c.Participants = append(c.Participants, tally.Participant{ID: fmt.Sprint(p)})
		for s := range c.Statements {
			c.Votes = append(c.Votes, tally.Cast{Statement: s, Participant: p, Value: tally.Agree})
		}
	}
	return c
}

// bringIn makes a conversation the topic "bank", and answers who did it.
func (w *town) bringIn(c *tally.Conversation) (staff intake.Staff) {
	w.Helper()
	var err error
	if staff.Planner, err = w.server.operator(w.Context(), "bank", topic.RolePlanner); err != nil {
		w.Fatal(err)
	}
	if staff.Moderator, err = w.server.operator(w.Context(), "bank", topic.RoleModerator); err != nil {
		w.Fatal(err)
	}
	if err := w.server.Intake.Polis(w.Context(), "bank", "en", c, staff); err != nil {
		w.Fatal(err)
	}
	return staff
}
