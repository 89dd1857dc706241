package server

import (
	"compress/gzip"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gofiber/fiber/v2"
)

// Pages go packed to who takes that, and as they are to who doesn't; an address
// of the application is its one page.
func TestPagesGoPacked(t *testing.T) {
	script, shell := strings.Repeat("tell('a question'); ", 200), "<!doctype html>"+strings.Repeat(" ", 600)
	list, err := readPages(fstest.MapFS{
		".gitkeep": {}, "index.html": {Data: []byte(shell)}, "assets/a-1.js": {Data: []byte(script)}, "assets/a-2.js": {Data: []byte("1")}, "favicon.png": {Data: []byte(shell)},
	})
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New()
	app.Get("/*", list.serve)
	for _, c := range []struct {
		path, accepts string
		status        int
		packed        bool
		want          string
	}{
		{"/assets/a-1.js", "gzip, br", 200, true, script},
		{"/assets/a-1.js", "", 200, false, script},
		{"/assets/a-1.js", "gzip;q=0", 200, false, script},
		{"/assets/a-2.js", "gzip", 200, false, "1"},
		{"/favicon.png", "gzip", 200, false, shell},
		{"/topics/bank", "gzip", 200, true, shell},
		{"/.gitkeep", "", 200, false, shell},
		{"/assets/a-3.js", "gzip", 404, false, "Not Found"},
	} {
		for range 2 { // the second finds what the first has packed
			r := httptest.NewRequest("GET", c.path, nil)
			if c.accepts != "" {
				r.Header.Set("Accept-Encoding", c.accepts)
			}
			res, err := app.Test(r, -1)
			if err != nil {
				t.Fatal(err)
			}
			var body io.Reader = res.Body
			if packed := res.Header.Get("Content-Encoding") == "gzip"; packed != c.packed {
				t.Errorf("%s for %q: packed is %v", c.path, c.accepts, packed)
			} else if packed {
				if body, err = gzip.NewReader(res.Body); err != nil {
					t.Fatal(err)
				}
			}
			got, err := io.ReadAll(body)
			if err != nil || res.StatusCode != c.status || string(got) != c.want {
				t.Errorf("%s for %q: %d, %d bytes, %v", c.path, c.accepts, res.StatusCode, len(got), err)
			}
			if vary := res.Header.Get("Vary"); c.packed && vary != "Accept-Encoding" {
				t.Errorf("%s varies by %q", c.path, vary)
			}
			res.Body.Close()
		}
	}
}
