package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"

	"veche/server/identity"
	"veche/server/live/client"
	"veche/server/store/sqlite"
	lent "veche/server/store/storetest/served"
	"veche/server/topic"
)

// pair is two servers in this process as nodes of one installation.
type pair struct {
	*testing.T
	far, bus, secret string
	a, b             *Server
}

func newPair(t *testing.T) *pair {
	t.Helper()
	db, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() {
		lent.Serve(l, db)
		close(served)
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-served
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	news, err := natsserver.NewServer(&natsserver.Options{Host: "127.0.0.1", Port: -1, NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	go news.Start()
	if !news.ReadyForConnections(20 * time.Second) {
		t.Fatal("nats-server does not start")
	}
	t.Cleanup(func() {
		news.Shutdown()
		news.WaitForShutdown()
	})
	p := &pair{T: t, far: l.Addr().String(), bus: news.ClientURL(), secret: filepath.Join(t.TempDir(), "secret")}
	if err := os.WriteFile(p.secret, []byte(strings.Repeat("s", 32)), 0o600); err != nil {
		t.Fatal(err)
	}
	p.a = p.serve("a", "")
	p.b = p.serve("b", p.a.options.Data)
	return p
}

func (p *pair) options(name, keysOf string) Options {
	p.Helper()
	dir := p.TempDir()
	if keysOf != "" {
		if err := os.CopyFS(keysDir(dir), os.DirFS(keysDir(keysOf))); err != nil {
			p.Fatal(err)
		}
	}
	return nodeOptions(dir, name, "127.0.0.1:0", "127.0.0.1:0", lent.Open(p.far), p.bus, p.secret)
}

func (p *pair) serve(name, keysOf string) *Server {
	p.Helper()
	s, err := Open(p.Context(), p.options(name, keysOf))
	if err != nil {
		p.Fatal(err)
	}
	if err := s.Listen(); err != nil {
		p.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	p.Cleanup(func() {
		stop()
		if err := errors.Join(<-ended, s.Close()); err != nil {
			p.Error(err)
		}
	})
	return s
}

// me asks a server who holds a cookie, and answers the status.
func (p *pair) me(s *Server, cookie string) int {
	p.Helper()
	r, err := http.NewRequest("GET", "http://"+s.listener.Addr().String()+"/api/account", nil)
	if err != nil {
		p.Fatal(err)
	}
	r.Host = "veche.test"
	r.AddCookie(&http.Cookie{Name: "veche_session", Value: cookie})
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// Whoever is signed out at one node is so at all: their sockets there close, and
// what is remembered of their session is dropped.
func TestSignOutReachesAllNodes(t *testing.T) {
	p := newPair(t)
	person, err := p.a.People.Add(t.Context(), "Anna", topic.RoleModerator)
	if err != nil {
		t.Fatal(err)
	}
	code, err := p.a.People.NewCode(t.Context(), person.ID, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	token, person, err := p.a.People.Redeem(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	cookie := identity.Cookie(person, token)
	cut := make(chan error, 8)
	c, err := client.Dial(t.Context(), "http://"+p.b.listener.Addr().String()+"/live", "veche_session="+cookie, client.Options{Origin: publicName, Cut: func(err error) { cut <- err }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	for range 2000 {
		if p.b.hub.Sockets() == 1 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	for _, s := range []*Server{p.a, p.b} {
		if got := p.me(s, cookie); got != http.StatusOK {
			t.Fatalf("signed in, a node answers %d", got)
		}
	}
	began := time.Now()
	if err := p.a.People.EndAll(t.Context(), person.ID); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-cut:
		t.Logf("the socket at the other node was closed after %v: %v", time.Since(began), err)
		if !strings.Contains(fmt.Sprint(err), "4001") {
			t.Errorf("it was closed with %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the socket at the other node was not closed")
	}
	for _, s := range []*Server{p.a, p.b} {
		if got := p.me(s, cookie); got != http.StatusUnauthorized {
			t.Errorf("signed out, a node answers %d", got)
		}
	}
}

// One node at a time does what is to be done once; a node with other keys, and a
// server that knows nothing of the others, are refused.
func TestNodesAmongThemselves(t *testing.T) {
	p := newPair(t)
	release, ok := p.a.alone(t.Context(), "job/t")
	if !ok {
		t.Fatal("nobody may do it")
	}
	if _, ok := p.b.alone(t.Context(), "job/t"); ok {
		t.Error("two do it at once")
	}
	release()
	if _, ok := p.b.alone(t.Context(), "job/t"); !ok {
		t.Error("it can't be done any more")
	}
	if s, err := Open(t.Context(), p.options("c", "")); err == nil || !strings.Contains(err.Error(), "keys") {
		if err == nil {
			_ = s.Close()
		}
		t.Errorf("a node with other keys: %v", err)
	}
	o := p.options("", p.a.options.Data)
	o.Node, o.Bus = NodeOptions{}, ""
	if s, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "--node") {
		if err == nil {
			_ = s.Close()
		}
		t.Errorf("a server that knows nothing of the others: %v", err)
	}
}
