package server

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"veche/server/api"
)

// The session's cookie can't be read by a page or sent by another site; over
// https it is bound to the host. A sign-in code works once.
func TestSessionCookie(t *testing.T) {
	for _, c := range []struct {
		public, name string
		secure       bool
	}{{"", "veche_session", false}, {"https://veche.example", "__Host-veche_session", true}} {
		s, err := Open(t.Context(), Options{Data: t.TempDir(), Listen: "127.0.0.1:0", PublicURL: c.public})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		p, err := s.People.Add(t.Context(), "Anna")
		if err != nil {
			t.Fatal(err)
		}
		code, err := s.People.NewCode(t.Context(), p.ID, time.Hour, false)
		if err != nil {
			t.Fatal(err)
		}
		app := s.routes(api.Ways{}, "veche.example")
		signIn := func() *http.Response {
			r, err := http.NewRequest("POST", "http://127.0.0.1/api/session", strings.NewReader(`{"code":"`+code+`"}`))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			res, err := app.Test(r, 10_000)
			if err != nil {
				t.Fatal(err)
			}
			return res
		}
		res := signIn()
		cookies := res.Cookies()
		if res.StatusCode != 200 || len(cookies) != 1 {
			t.Fatalf("%q: signed in with %d, cookies %v", c.public, res.StatusCode, cookies)
		}
		k := cookies[0]
		if k.Name != c.name || k.Secure != c.secure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" || k.MaxAge <= 0 {
			t.Errorf("%q: the cookie is %v", c.public, k)
		}
		if hsts := res.Header.Get("Strict-Transport-Security"); (hsts != "") != c.secure {
			t.Errorf("%q: Strict-Transport-Security is %q", c.public, hsts)
		}
		if again := signIn(); again.StatusCode != 401 || len(again.Cookies()) != 0 {
			t.Errorf("%q: the code worked again: %d", c.public, again.StatusCode)
		}
	}
}

// Pages and files bear the security headers too, and what is not there says so.
func TestHeadersOfPages(t *testing.T) {
	w := openTown(t, t.TempDir())
	for path, status := range map[string]int{"/": 200, "/topics/bank": 200, "/assets/none.js": 404, "/api": 404, "/api/": 404, "/live": 0} {
		a := w.send("GET", path, "", "")
		w.secured(path, a)
		if status != 0 && a.status != status && !(path == "/assets/none.js" && a.status == 200 && strings.Contains(a.body, "not built")) {
			t.Errorf("GET %s: %d, want %d", path, a.status, status)
		}
	}
	if a := w.send("TRACE", "/api/topics", "", ""); a.status < 400 {
		t.Errorf("TRACE: %d", a.status)
	}
	if a := w.send("GET", "/healthz", "", "", "Cookie", strings.Repeat("x", 20_000)); a.status != 431 && a.status != 400 {
		t.Errorf("a head of 20 kB: %d", a.status)
	}
}
