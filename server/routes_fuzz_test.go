package server

import (
	"encoding/json"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	fast "github.com/valyala/fasthttp"

	"veche/server/api"
)

// Whatever is sent to whichever route by whoever, the server answers, never with a
// fault of its own, and always with its headers.
func FuzzRoutes(f *testing.F) {
	w := openTown(f, f.TempDir(), "citizen")
	w.debate("bank", "citizen")
	var routes []fiber.Route
	for _, r := range w.server.app.GetRoutes(true) {
		if r.Method != fiber.MethodHead && !strings.HasSuffix(r.Path, "/bundle.zip") {
			routes = append(routes, r)
		}
	}
	everyone := []string{"", "citizen"}
	for _, r := range staffOf {
		everyone = append(everyone, r.String())
	}
	for i := range routes {
		f.Add(uint16(i), uint8(i), "1", "limit=5", `{"client_id":"1","text":"A bench","lang":"en"}`, "application/json")
	}
	f.Add(uint16(7), uint8(4), "-1", "after=99999999999999999999", "id,name\n1,\"", "text/csv")
	f.Add(uint16(9), uint8(4), "..%2f", "q=%ff", "\x00", "text/csv; charset=utf-16")
	handler := w.server.app.Handler()
	f.Fuzz(func(t *testing.T, route uint16, who uint8, part, query, body, media string) {
		r := routes[int(route)%len(routes)]
		path := strings.Replace(r.Path, ":topic", "bank", 1)
		for _, name := range r.Params {
			path = strings.Replace(path, ":"+name, part, 1)
		}
		ours, theirs := net.Pipe() // some routes ask their connection for more time
		defer func() { _, _ = ours.Close(), theirs.Close() }()
		var c fast.RequestCtx
		c.Init2(theirs, nil, false)
		c.Request.Header.SetMethod(r.Method)
		c.Request.SetRequestURI(path)
		c.Request.URI().SetQueryString(query)
		c.Request.Header.SetHost("127.0.0.1")
		c.Request.Header.SetContentType(media)
		if as := everyone[int(who)%len(everyone)]; as != "" {
			c.Request.Header.SetCookie(api.SessionCookie(false), w.cookies[as])
		}
		if r.Method != fiber.MethodGet {
			c.Request.SetBodyString(body)
		}
		handler(&c)
		status := c.Response.StatusCode()
		if status >= 500 && status != 503 {
			t.Fatalf("%s %s %s: %d %s", r.Method, path, body, status, c.Response.Body())
		}
		if len(c.Response.Header.Peek(fiber.HeaderContentSecurityPolicy)) == 0 {
			t.Fatalf("%s %s: %d without a policy", r.Method, path, status)
		}
	})
}

// The command line's door takes no harm from what comes through it.
func FuzzErrand(f *testing.F) {
	w := openTown(f, f.TempDir())
	f.Add([]byte(`{"do":"code","person":"nobody","life":1}`))
	f.Add([]byte(`{"do":"codes","topic":"../x"}{`))
	f.Add([]byte("\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		ours, theirs := net.Pipe()
		done := make(chan error, 1)
		go func() { done <- w.server.serveErrand(theirs) }()
		go func() {
			_, _ = ours.Write(b) // it may be answered before it was sent whole
			_, _ = ours.Write([]byte("\n\x00"))
		}()
		text, err := io.ReadAll(ours)
		if err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatalf("%q: %v", b, err)
		}
		if len(text) > 0 && !json.Valid(text) {
			t.Fatalf("%q is answered %q", b, text)
		}
		_ = ours.Close()
	})
}
