package server

import (
	"fmt"
	"strings"
	"testing"

	"veche/server/config"
)

// ideasOf opens a topic in debate in which anna takes part, and answers how to
// give an idea of hers.
func ideasOf(t *testing.T, limits config.Limits) func(id int) answer {
	t.Helper()
	w := openTownWith(t, Options{Data: t.TempDir(), Limits: limits}, "anna")
	for _, r := range [][3]string{
		{"", "planner", `{"id":"bank","title":"The bank","question":"What?","lang":"en","stages":[{"kind":"applications"},{"kind":"debate"}]}`},
		{"/bank/stage", "planner", `{"client_id":"0","stage":0}`},
		{"/bank/application", "anna", `{"client_id":"a","answers":{},"interests":[],"sessions":[],"languages":[],"consent":""}`},
		{"/bank/stage", "planner", `{"client_id":"1","stage":1}`},
	} {
		if a := w.send("POST", "/api/topics"+r[0], r[1], r[2]); a.status >= 300 {
			t.Fatalf("%s: %d %s", r[0], a.status, a.body)
		}
	}
	return func(id int) answer {
		return w.send("POST", "/api/topics/bank/ideas", "anna", fmt.Sprintf(`{"client_id":"i%d","text":"Idea %d","lang":"en","origin_remark":0}`, id, id))
	}
}

// Ideas count as what a person writes, like messages.
func TestIdeasAreNoFasterThanMessages(t *testing.T) {
	give := ideasOf(t, config.Limits{RemarksPerMinute: 1, RemarksBurst: 3})
	for id := range 3 {
		if a := give(id); a.status != 201 {
			t.Fatalf("idea %d: %d %s", id, a.status, a.body)
		}
	}
	if a := give(3); a.status != 429 {
		t.Errorf("a fourth idea at once: %d %s", a.status, a.body)
	}
}

// One person fills no board, however long they take.
func TestOnePersonHasSoManyIdeas(t *testing.T) {
	const most = 100
	give := ideasOf(t, config.Limits{RemarksPerMinute: -1, RemarksBurst: -1})
	for id := range most {
		if a := give(id); a.status != 201 {
			t.Fatalf("idea %d: %d %s", id, a.status, a.body)
		}
	}
	if a := give(most); a.status != 409 || !strings.Contains(a.body, "100 ideas") {
		t.Errorf("one more: %d %s", a.status, a.body)
	}
	if a := give(most - 1); a.status != 201 || a.field("id") != 100.0 {
		t.Errorf("the last one sent again: %d %s", a.status, a.body)
	}
}

// An author words an idea anew: the old one stays, and says which took its place.
func TestIdeaWordedAnew(t *testing.T) {
	w := openTownWith(t, Options{Data: t.TempDir()}, "anna")
	for _, r := range [][3]string{
		{"", "planner", `{"id":"bank","title":"The bank","question":"What?","lang":"en","stages":[{"kind":"applications"},{"kind":"debate"}]}`},
		{"/bank/stage", "planner", `{"client_id":"0","stage":0}`},
		{"/bank/application", "anna", `{"client_id":"a","answers":{},"interests":[],"sessions":[],"languages":[],"consent":""}`},
		{"/bank/stage", "planner", `{"client_id":"1","stage":1}`},
		{"/bank/ideas", "anna", `{"client_id":"i","text":"A bridge","lang":"en","origin_remark":0}`},
		{"/bank/ideas", "anna", `{"client_id":"v","text":"A bridge for walkers","lang":"en","origin_remark":0,"of":1,"relation":"version"}`},
		{"/bank/ideas", "anna", `{"client_id":"v","text":"A bridge for walkers","lang":"en","origin_remark":0,"of":1,"relation":"version"}`}, // sent again
	} {
		if a := w.send("POST", "/api/topics"+r[0], r[1], r[2]); a.status >= 300 {
			t.Fatalf("%s: %d %s", r[0], a.status, a.body)
		}
	}
	a := w.send("GET", "/api/topics/bank/ideas", "", "")
	if a.field("total") != 2.0 || !strings.Contains(a.body, `"newer":2`) || !strings.Contains(a.body, `"of":1,"relation":"version"`) || !strings.Contains(a.body, `"text":"A bridge"`) {
		t.Errorf("the ideas: %s", a.body)
	}
}
