package server

import (
	"strings"
	"testing"

	"veche/server/tally"
)

// What moderators took out is shown to those who work on the topic and to no
// one else, in the list, by search, in the rating and in the ranking.
func TestTakenOutIsWithheld(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna")
	w.bringIn(agreed(4,
		tally.Statement{ID: "0", Text: "plant more trees"},
		tally.Statement{ID: "1", Text: "an insult about the neighbour", Moderation: tally.Out},
		tally.Statement{ID: "2", Text: "mend the bridge"}))
	if a := w.send("POST", "/api/topics/bank/tally", "planner", `{"client_id":"count"}`); a.status != 200 {
		t.Fatalf("counting: %d %s", a.status, a.body)
	}
	for _, x := range []struct{ path, workers string }{
		{"/ideas", "moderator"}, {"/ideas?q=INSULT", "moderator"}, {"/board/ideas", "moderator"}, {"/rating", ""}, {"/ranking", "moderator planner auditor"},
	} {
		for _, who := range []string{"", "anna", "moderator", "planner", "auditor"} {
			a := w.send("GET", "/api/topics/bank"+x.path, who, "")
			if a.status != 200 {
				t.Fatalf("GET %s as %q: %d %s", x.path, who, a.status, a.body)
			}
			told, may := strings.Contains(a.body, "an insult"), who != "" && strings.Contains(x.workers, who)
			if told != may {
				t.Errorf("GET %s as %q: the text is told %v, want %v", x.path, who, told, may)
			}
			if x.path != "/ideas?q=INSULT" && !strings.Contains(a.body, "mend the bridge") {
				t.Errorf("GET %s as %q lacks what is shown: %s", x.path, who, a.body)
			}
		}
	}
	a := w.send("GET", "/api/topics/bank/ideas?q=E&limit=1&offset=1", "", "")
	if a.field("total") != 2.0 || !strings.Contains(a.body, "mend the bridge") || strings.Contains(a.body, "trees") {
		t.Errorf("the second page of a search: %s", a.body)
	}
	if a := w.send("GET", "/api/topics/bank/ideas?q="+strings.Repeat("x", 401), "", ""); a.status != 422 {
		t.Errorf("a search for 401 bytes: %d", a.status)
	}
	// An erasure counts though the ranking was asked for a moment ago.
	if a := w.send("POST", "/api/topics/bank/texts/erase", "registrar", `{"client_id":"erase","idea":1,"reason":"unlawful"}`); a.status != 200 {
		t.Fatalf("erasing: %d %s", a.status, a.body)
	}
	if a := w.send("GET", "/api/topics/bank/ranking", "planner", ""); strings.Contains(a.body, "trees") || !strings.Contains(a.body, "[removed]") {
		t.Errorf("the ranking after an erasure: %s", a.body)
	}
}
