package api

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"veche/server/topic"
)

// What a request says in its query, its body and its headers is read or refused in
// words; it is never a panic and never another number than was written.
func FuzzRequest(f *testing.F) {
	f.Add("from=2026-03-31&limit=7&cursor=Mg", `{"client_id":"1","text":"A bench","lang":"en"}`, "http://city.example")
	f.Add("to=9999-12-31&limit=-1&among=1,2,3&n=4294967296", `{"text":1}`, "null")
	f.Add("cursor=%00&clusters=1e9&tolerance=NaN", "{}{}", "http://city.example@evil.example")
	f.Add("among=,&key=zz", `[`+strings.Repeat("[", 4096), "HTTP://CITY.EXAMPLE")
	app := fiber.New()
	f.Fuzz(func(t *testing.T, raw, body, origin string) {
		c := app.AcquireCtx(&fasthttp.RequestCtx{})
		defer app.ReleaseCtx(c)
		c.Request().URI().SetQueryString(raw)
		c.Request().SetBodyString(body)
		told := func(err error) {
			var fault *topic.Fault
			var refused *problem
			if err != nil && !(errors.As(err, &fault) && fault.Detail != "") && !(errors.As(err, &refused) && refused.Detail != "") {
				t.Fatalf("%q %q: refused as %v", raw, body, err)
			}
		}
		q, err := openQuery(c)
		told(err)
		if err == nil && (q.Limit < 1 || q.Limit > openMost) {
			t.Fatalf("%q: %d entries on a page", raw, q.Limit)
		}
		_, err = cursor(c)
		told(err)
		n, err := query(c, "n", 5, 1000)
		told(err)
		if n > 1000 {
			t.Fatalf("%q: %d", raw, n)
		}
		list, err := ideaNumbers(c.Query("among"))
		told(err)
		if len(list) > mostAmong {
			t.Fatalf("%q: %d ideas", raw, len(list))
		}
		if key, err := keyOf(c.Query("key")); err == nil && !strings.EqualFold(key.String(), c.Query("key")) {
			t.Fatalf("%q is the key %v", raw, key)
		}
		var idea struct {
			Text string   `json:"text"`
			Of   uint32   `json:"of"`
			List []string `json:"list"`
		}
		told(readJSON(c, &idea))
		told(readJSON(c, new(topic.Settings)))
		told(readJSON(c, new(topic.DrawRules)))
		if Allowed(origin, []string{"http://city.example"}) {
			if u, err := url.Parse(origin); err != nil || !strings.EqualFold(u.Hostname(), "city.example") {
				t.Fatalf("%q is let in", origin)
			}
		}
	})
}
