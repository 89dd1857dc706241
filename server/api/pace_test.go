package api

import (
	"testing"

	"veche/server/limit"
)

// Every class has requests, and what costs more than it looks is of its own.
func TestClasses(t *testing.T) {
	want := map[string]limit.Class{
		"GET /topics/:topic": limit.Reads, "GET /search": limit.Searches, "POST /topics/:topic/similar": limit.Searches,
		"POST /session/mail": limit.SignIns, "GET /session": limit.Reads, "PUT /topics/:topic/votes/:item": limit.Writes,
		"POST /topics/:topic/ideas": limit.Texts, "POST /topics/:topic/rooms/:room/remarks": limit.Texts, "POST /topics/:topic/people": limit.Uploads,
		"GET /topics/:topic/bundle.zip": limit.Exports, "GET /topics/:topic/ranking.xlsx": limit.Exports, "GET /my-data/file": limit.Exports,
	}
	seen := map[limit.Class]int{}
	for _, rt := range routes {
		class := rt.class()
		seen[class]++
		name := rt.method + " " + rt.path
		if w, ok := want[name]; ok && w != class {
			t.Errorf("%s is of the %v, want %v", name, class, w)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("there is no route %s", name)
	}
	for _, p := range limit.Paces {
		if seen[p.Class] == 0 {
			t.Errorf("no route is of the %v", p.Class)
		}
	}
}
