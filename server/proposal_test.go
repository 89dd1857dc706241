package server

import (
	"context"
	"strings"
	"testing"

	"veche/server/journal"
	"veche/server/topic"
)

// An idea goes all the way: from a person to a cluster, a rating item, a count,
// a proposal, the city's answer and its progress; and its author reads each of
// these steps, with the moderators' reasons.
func TestFateOfAnIdea(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna", "boris", "vera")
	post := func(method, path, as, body string) answer {
		t.Helper()
		a := w.send(method, "/api/topics/bank"+path, as, body)
		if a.status >= 300 {
			t.Fatalf("%s %s as %s: %d %s", method, path, as, a.status, a.body)
		}
		return a
	}
	settings := `{"id":"bank","title":"The bank","question":"What should it be?","lang":"en","stages":[{"kind":"applications"},{"kind":"debate"},{"kind":"curation"},{"kind":"rating"},{"kind":"results"}],"form":{"consent_version":"1","consent":"You agree."}}`
	if a := w.send("POST", "/api/topics", "planner", settings); a.status >= 300 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	post("POST", "/stage", "planner", `{"client_id":"s0","stage":0}`)
	for _, who := range []string{"anna", "boris", "vera"} {
		post("POST", "/application", who, `{"client_id":"apply","consent":"1","answers":{},"interests":[],"sessions":[],"languages":[]}`)
	}
	post("POST", "/stage", "planner", `{"client_id":"s1","stage":1}`)
	post("POST", "/ideas", "anna", `{"client_id":"i1","text":"Stairs down to the water by the old bridge","lang":"en"}`)
	post("POST", "/ideas", "boris", `{"client_id":"i2","text":"More stairs to the water at the bridge","lang":"en"}`)
	post("POST", "/ideas", "vera", `{"client_id":"i3","text":"Plant lime trees along the street","lang":"en"}`)
	moderator, err := w.server.operator(t.Context(), "bank", topic.RoleModerator)
	if err != nil {
		t.Fatal(err)
	}
	made := topic.RecordClustering{Clustered: topic.Clustered{InputSeq: 1, Clusters: 2, New: 2, Seed: "by hand", Base: []uint32{1, 1, 2}}}
	if _, err := w.server.Journal.Submit(context.Background(), "bank", journal.Request{Who: moderator, Command: made}); err != nil {
		t.Fatal(err)
	}
	post("POST", "/stage", "planner", `{"client_id":"s2","stage":2}`)
	post("POST", "/board", "moderator", `{"client_id":"o1","reason":"says what they ask for","op":{"kind":"rename","cluster":1,"title":"Stairs to the water"}}`)
	post("POST", "/items", "moderator", `{"client_id":"f","items":[{"cluster":1,"idea":1},{"cluster":2,"summary":"Trees"}]}`)
	post("POST", "/stage", "planner", `{"client_id":"s3","stage":3}`)
	for _, who := range []string{"anna", "boris", "vera"} {
		post("PUT", "/votes/1", who, `{"client_id":"v1","vote":"agree"}`)
		post("PUT", "/votes/2", who, `{"client_id":"v2","vote":"pass"}`)
	}
	post("POST", "/stage", "planner", `{"client_id":"s4","stage":4}`)
	post("POST", "/tally", "planner", `{"client_id":"count"}`)
	before := post("GET", "/ideas/fate", "boris", "")
	if !strings.Contains(before.body, `"proposal":null`) || !strings.Contains(before.body, `"via":"representative"`) {
		t.Errorf("before a proposal: %s", before.body)
	}

	put := `{"client_id":"p1","items":[1],"title":"Build stairs","summary":"From the bridge to the water.","cost":"2 million"}`
	id := post("POST", "/proposals", "planner", put)
	if again := post("POST", "/proposals", "planner", put); again.body != id.body {
		t.Errorf("the same again: %s, first %s", again.body, id.body)
	}
	if a := w.send("POST", "/api/topics/bank/proposals", "planner", strings.Replace(put, "p1", "p2", 1)); a.status != 409 {
		t.Errorf("one item in two proposals: %d %s", a.status, a.body)
	}
	if a := w.send("POST", "/api/topics/bank/proposals", "anna", put); a.status != 403 {
		t.Errorf("a proposal by a citizen: %d", a.status)
	}
	post("POST", "/proposals/1/answer", "planner", `{"client_id":"a1","decision":"no","reason":"No money this year.","budget":"","responsible":"","due":0}`)
	post("POST", "/proposals/1/answer", "planner", `{"client_id":"a2","decision":"partly","reason":"One flight first.","budget":"1 million","responsible":"Parks office","due":1760000000000}`)
	post("POST", "/proposals/1/progress", "planner", `{"client_id":"g1","status":"started","note":"The ground is being looked at."}`)

	all := post("GET", "/proposals", "", "")
	for _, want := range []string{`"title":"Build stairs"`, `"decision":"partly"`, `"reason":"No money this year."`, `"status":"started"`, `"text":"Stairs down to the water by the old bridge"`, `"rank":1`, `"cluster_title":"Stairs to the water"`} {
		if !strings.Contains(all.body, want) {
			t.Errorf("the proposals lack %s: %s", want, all.body)
		}
	}
	for _, x := range []struct {
		who  string
		want []string
		not  string
	}{
		{"anna", []string{`"via":"own"`, `"title":"Stairs to the water"`, `"reason":"says what they ask for"`, `"rank":1`, `"decision":"partly"`, `"status":"started"`}, "lime trees"},
		{"boris", []string{`"via":"representative"`, `"decision":"partly"`}, "lime trees"},
		{"vera", []string{`"via":"summary"`, `"proposal":null`, `"rank":2`}, "by the old bridge"},
	} {
		a := post("GET", "/ideas/fate", x.who, "")
		for _, want := range x.want {
			if !strings.Contains(a.body, want) {
				t.Errorf("what %s reads lacks %s: %s", x.who, want, a.body)
			}
		}
		if strings.Contains(a.body, x.not) {
			t.Errorf("%s reads of others: %s", x.who, a.body)
		}
	}
	if a := w.send("GET", "/api/topics/bank/ideas/fate", "", ""); a.status != 401 {
		t.Errorf("nobody's ideas: %d", a.status)
	}
}
