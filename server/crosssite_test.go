package server

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"veche/server/store"
)

// writes is a store that keeps what was written through it, but for leases.
type writes struct {
	store.Store
	mu  sync.Mutex
	all []string
}

func (w *writes) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, fmt.Sprintf(format, args...))
}

// since answers what was written after the first n.
func (w *writes) since(n int) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.all[n:])
}

func (w *writes) AppendBatch(ctx context.Context, b store.Batch, rows []store.Record) error {
	w.note("events %d–%d of %s", b.First, b.Last, b.Topic)
	return w.Store.AppendBatch(ctx, b, rows)
}

func (w *writes) Insert(ctx context.Context, rows []store.Record) error {
	for _, r := range rows {
		w.note("a new %s", r.Kind)
	}
	return w.Store.Insert(ctx, rows)
}

func (w *writes) PutIfRev(ctx context.Context, r store.Record) (uint64, error) {
	w.note("a %s", r.Kind)
	return w.Store.PutIfRev(ctx, r)
}

func (w *writes) Delete(ctx context.Context, kind, id string, rev uint64) error {
	w.note("a %s destroyed", kind)
	return w.Store.Delete(ctx, kind, id, rev)
}

func (w *writes) PutBlob(ctx context.Context, digest string, r io.Reader) error {
	w.note("the blob %s", digest)
	return w.Store.PutBlob(ctx, digest, r)
}

func (w *writes) DeleteBlob(ctx context.Context, digest string) error {
	w.note("the blob %s destroyed", digest)
	return w.Store.DeleteBlob(ctx, digest)
}

// No page of another site changes anything in the name of who looks at it: every
// route that changes something refuses what such a page can send, before it looks
// who asks, and opens no socket. That no GET changes anything is seen by
// [TestPolicyHoldsEverywhere], in each of its requests.
func TestOtherSitesChangeNothing(t *testing.T) {
	kept := &writes{}
	w := openTownWith(t, Options{Data: t.TempDir(), wrap: func(s store.Store) store.Store { kept.Store = s; return kept }}, "anna")
	w.debate("bank", "anna")
	anna, err := w.server.People.Person(t.Context(), w.person("anna"))
	if err != nil {
		t.Fatal(err)
	}
	w.enter("all", staffOf...)
	own, evil := w.url, "https://evil.example"
	// What a page of another site can bring a browser to send, and requests on the
	// way to that.
	ways := []struct {
		name    string
		headers []string
		want    int
	}{
		{"a script elsewhere", []string{"Origin", evil}, 403},
		{"a script elsewhere that browsers tell of", []string{"Origin", "", "Sec-Fetch-Site", "cross-site"}, 403},
		{"a neighbouring host", []string{"Origin", "", "Sec-Fetch-Site", "same-site"}, 403},
		{"another port of this host", []string{"Origin", "http://127.0.0.1:1"}, 403},
		{"this host over another scheme", []string{"Origin", strings.Replace(own, "http:", "https:", 1)}, 403},
		{"a name that begins like this host", []string{"Origin", own + ".evil.example"}, 403},
		{"this host as a user name", []string{"Origin", own + "@evil.example"}, 403},
		{"a page in a box", []string{"Origin", "null"}, 403},
		{"our origin, said of another site", []string{"Origin", own, "Sec-Fetch-Site", "cross-site"}, 403},
		{"a form of text", []string{"Origin", "", "Content-Type", "text/plain"}, 415},
		{"a form", []string{"Origin", "", "Content-Type", "application/x-www-form-urlencoded"}, 415},
		{"a form with files", []string{"Origin", "", "Content-Type", "multipart/form-data; boundary=x"}, 415},
		{"text that calls itself JSON", []string{"Origin", "", "Content-Type", "text/plain; application/json"}, 415},
		{"nothing said", []string{"Origin", "", "Content-Type", ""}, 415},
	}
	tried := 0
	before := len(kept.since(0))
	for _, r := range w.server.app.GetRoutes(true) {
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodOptions:
			continue
		}
		tried++
		path := strings.Replace(r.Path, ":topic", "bank", 1)
		for _, name := range r.Params {
			path = strings.Replace(path, ":"+name, "1", 1)
		}
		for _, c := range ways {
			want := c.want
			if r.Method == http.MethodDelete && c.name == "nothing said" {
				continue // no form sends DELETE, and what a script sends is asked for first
			}
			if a := w.send(r.Method, path, "all", `{"client_id":"1"}`, c.headers...); a.status != want {
				t.Errorf("%s: %s %s was answered %d, want %d: %s", c.name, r.Method, r.Path, a.status, want, a.body)
			}
		}
		// Nobody but these is refused for where they come from: a page of our own, and
		// a program that is no browser, which names no origin and holds no one's cookie
		// but its own. The routes that end sessions do so.
		for _, headers := range [][]string{{"Origin", own, "Sec-Fetch-Site", "same-origin"}, {"Origin", ""}} {
			a := w.send(r.Method, path, "", `{`, headers...)
			if a.status == 415 || strings.Contains(a.body, "another site") {
				t.Errorf("our own: %s %s was answered %d %s", r.Method, r.Path, a.status, a.body)
			}
		}
	}
	if tried < 90 {
		t.Errorf("%d routes were tried", tried)
	}
	if found := kept.since(before); len(found) > 0 {
		t.Errorf("written meanwhile: %q", found)
	}
	for _, c := range ways { // sockets are asked for with GET, so every origin but ours is foreign
		if c.want == 415 || slices.Contains(c.headers, own) {
			continue
		}
		a := w.send("GET", "/live", "anna", "", append([]string{"Upgrade", "websocket", "Connection", "Upgrade", "Sec-Websocket-Version", "13",
			"Sec-Websocket-Key", "dGhlIHNhbXBsZSBub25jZQ==", "Sec-Websocket-Protocol", "veche.v1"}, c.headers...)...)
		if a.status != 403 {
			t.Errorf("%s: a socket was answered %d %s", c.name, a.status, a.body)
		}
	}
	if p, err := w.server.People.Resolve(t.Context(), w.cookies["anna"]); err != nil || p.Mark() != anna.Mark() {
		t.Errorf("the session is %v, %v", p, err)
	}
	t.Logf("%d routes × %d ways of other sites: all refused, nothing written", tried, len(ways))
}
