package server

import (
	"strings"
	"testing"
	"time"

	"veche/server/live/client"
)

// A topic is nobody's but its organisers' until its first step opens: not in the list,
// the search, open data or a bundle, at none of its addresses and in no room. Who has a
// duty sees it, marked.
func TestDraftIsHidden(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna")
	w.must(201, "POST", "/api/topics", "planner", strings.Replace(topicBody, `"The bank"`, `"Zeltabor"`, 1))
	join := func(who string) string { // the first frame that answers it
		t.Helper()
		frames := make(chan string, 100)
		c, err := client.Dial(t.Context(), w.url+"/live", "veche_session="+w.cookies[who], client.Options{Topic: "bank", Frame: func(b []byte) bool {
			select {
			case frames <- string(b):
			default:
			}
			return false
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		timer := time.NewTimer(20 * time.Second)
		defer timer.Stop()
		for {
			select {
			case f := <-frames:
				if strings.Contains(f, `"t":"joined"`) || strings.Contains(f, `"detail"`) {
					return f
				}
			case <-timer.C:
				t.Fatalf("%s: the socket does not answer", who)
			}
		}
	}
	paths := []string{"/api/topics", "/api/topics/bank", "/api/topics/bank/history", "/api/topics/bank/bundle.zip", "/api/topics/bank/ideas", "/api/search?q=Zeltabor", "/api/open/v1/topics", "/api/open/v1/topics/bank", "/api/open/v1/search?q=Zeltabor", "/catalog.jsonld", "/topics/bank/catalog.jsonld"}
	look := func(who string, shown bool) {
		t.Helper()
		for _, path := range paths {
			a := w.send("GET", path, who, "")
			if strings.Contains(a.body, "Zeltabor") && !shown {
				t.Errorf("%s tells %q of a draft: %d %s", path, who, a.status, a.body)
			}
			if strings.Contains(path, "/bank") && a.status != 404 && !shown {
				t.Errorf("%s for %q: %d %s", path, who, a.status, a.body)
			}
		}
	}
	look("", false)
	look("anna", false)
	if f := join("anna"); !strings.Contains(f, "there is no topic") || strings.Contains(f, "Zeltabor") {
		t.Errorf("a room of a draft: %s", f)
	}
	for _, who := range []string{"planner", "moderator", "auditor"} {
		for _, path := range paths[:2] {
			if a := w.must(200, "GET", path, who, ""); !strings.Contains(a.body, "Zeltabor") || !strings.Contains(a.body, `"draft":true`) {
				t.Errorf("%s for %s: %s", path, who, a.body)
			}
		}
		if f := join(who); !strings.Contains(f, `"t":"joined"`) {
			t.Errorf("a room of a draft, for %s: %s", who, f)
		}
	}
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"a","stage":0}`)
	for _, path := range paths[:2] {
		if a := w.must(200, "GET", path, "", ""); !strings.Contains(a.body, "Zeltabor") || !strings.Contains(a.body, `"draft":false`) {
			t.Errorf("%s: %s", path, a.body)
		}
	}
	if f := join("anna"); !strings.Contains(f, `"t":"joined"`) {
		t.Errorf("a room of a topic that opened: %s", f)
	}
}
