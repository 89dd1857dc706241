package server

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"veche/server/api"
	"veche/server/config"
	"veche/server/identity"
)

// step is a request of the scenario and what must come back. In url and body
// $NAME stands for what an earlier step found out.
type step struct {
	name         string
	method, url  string
	as           string
	body         string
	headers      []string
	wantStatus   int
	wantContains []string
	after        func(w *town, vars map[string]string, a answer)
}

const openURL = api.OpenBase + "/topics/bank"

// poll is the rest of a poll's body.
func poll(electorate, more string) string {
	return `,"question":"Which?","options":["=Stairs","A slope"],"min":1,"max":1,"electorate":"` + electorate + `","when":"window"` + more
}

const topicBody = `{"id":"bank","title":"The bank","question":"What should it be?","briefing":"It floods.","promise":"An answer.","lang":"en",
 "stages":[{"kind":"applications","title":""},{"kind":"draw","title":""},{"kind":"debate","title":""},{"kind":"curation","title":""},{"kind":"rating","title":""},{"kind":"results","title":""}],
 "form":{"consent_version":"1","consent":"You agree.","features":[{"name":"age","label":"Age","options":["young","old"]}],"interests":["parks"],"sessions":["evening"],"languages":["en"]},
 "panel_size":6,"quotas":[{"feature":"age","value":"young","min":3,"max":3},{"feature":"age","value":"old","min":3,"max":3}],"table_size":3,"table_features":["age"],"table_rounds":2,` + debateSettings + `}`

// letter is what two people send as an idea of their own.
const letter = "Dear city, dig a pond where the old boat house stood, let frogs and newts live there, and put a fence around it"

var citizens = []string{"anna", "boris", "vera", "gleb"}

// The main job over HTTP, against a real server: every route once, and between
// them everything that can be wrong with a request, after which nothing has
// changed.
func TestScenario(t *testing.T) { playScenario(t, Options{Data: t.TempDir()}) }

func playScenario(t *testing.T, o Options) {
	o.Limits = config.Default().Limits
	o.Limits.RemarksBurst, o.Limits.RequestsPercent = 100, 0 // the scenario is quick
	o.Witnesses = []string{witness(t).PublicKey()}
	w := openTownWith(t, o, append(citizens, "stranger")...)
	vars := map[string]string{}
	ids := 0
	used := map[string]bool{"POST /api/session": true, "POST /api/topics/:topic/record/cosignatures": true} // everyone signed in by the one, the other follows the record
	for _, s := range scenario() {
		ids++
		vars["ID"] = fmt.Sprintf("id-%d", ids)
		fill := strings.NewReplacer(flatten(vars)...)
		as := fill.Replace(s.as)
		before := w.state()
		a := w.send(s.method, fill.Replace(s.url), as, fill.Replace(s.body), s.headers...)
		if a.status != s.wantStatus {
			t.Fatalf("%s: %s %s as %q: %d, want %d\n%s", s.name, s.method, fill.Replace(s.url), as, a.status, s.wantStatus, a.body)
		}
		for _, want := range s.wantContains {
			if !strings.Contains(a.body, fill.Replace(want)) {
				t.Errorf("%s: %s %s: the answer lacks %s\n%s", s.name, s.method, s.url, fill.Replace(want), a.body)
			}
		}
		w.secured(s.name, a)
		if a.status >= 400 {
			if kind := a.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/problem+json") || a.field("detail") == "" || a.field("code") == nil {
				t.Errorf("%s: the refusal is no problem: %s %s", s.name, kind, a.body)
			}
			if now := w.state(); now != before {
				t.Errorf("%s: refused, but the topic went from %s to %s", s.name, before, now)
			}
		} else {
			used[s.method+" "+w.route(s.method, fill.Replace(s.url))] = true
		}
		if s.after != nil {
			s.after(w, vars, a)
		}
	}
	for _, r := range w.server.app.GetRoutes(true) {
		if strings.HasPrefix(r.Path, "/api/session/") {
			continue // the ways to sign in have a file of their own: signin_test.go
		}
		if strings.HasPrefix(r.Path, "/api/") && r.Method != http.MethodHead && !used[r.Method+" "+r.Path] {
			t.Errorf("no step of the scenario uses %s %s", r.Method, r.Path)
		}
	}
}

func flatten(vars map[string]string) (pairs []string) {
	names := make([]string, 0, len(vars))
	for k := range vars {
		names = append(names, k)
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) }) // $SEAT10 before $SEAT1
	for _, k := range names {
		pairs = append(pairs, "$"+k, vars[k])
	}
	return pairs
}

// state is what a refused request must leave as it is.
func (w *town) state() string {
	w.Helper()
	a := w.send("GET", "/api/topics/bank", "planner", "")
	return fmt.Sprint(a.status, a.field("seq"), a.field("counts"), a.field("stage_index"))
}

// route is the path of the table that a request's path falls under.
func (w *town) route(method, path string) string {
	path, _, _ = strings.Cut(path, "?")
	got := strings.Split(path, "/")
	for _, r := range w.server.app.GetRoutes(true) {
		want := strings.Split(r.Path, "/")
		if r.Method != method || len(want) != len(got) {
			continue
		}
		same := true
		for i := range want {
			same = same && (want[i] == got[i] || strings.HasPrefix(want[i], ":"))
		}
		if same {
			return r.Path
		}
	}
	return path
}

// secured demands the security headers that every answer bears.
func (w *town) secured(name string, a answer) {
	w.Helper()
	for header, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := a.header.Get(header); got != want {
			w.Errorf("%s: %s is %q, want %q", name, header, got, want)
		}
	}
	csp := a.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(csp, want) {
			w.Errorf("%s: the content security policy %q lacks %s", name, csp, want)
		}
	}
	if strings.Contains(csp, "unsafe") {
		w.Errorf("%s: the content security policy %q allows what is unsafe", name, csp)
	}
}

func scenario() []step {
	const topicURL = "/api/topics/bank"
	csv := []string{"Content-Type", "text/csv"}
	client := func(rest string) string { return `{"client_id":"$ID"` + rest + `}` }
	as := func(answers string) string {
		return `{"client_id":"$ID","answers":` + answers + `,"interests":["parks"],"sessions":[],"languages":["en"],"consent":"1"}`
	}
	young := as(`{"age":"young"}`)
	steps := []step{
		// Who one is.
		{"nobody", "GET", "/api/session", "", "", nil, 200, []string{`"signed_in":false`, `"demo":false`}, nil},
		{"a moderator", "GET", "/api/session", "moderator", "", nil, 200, []string{`"signed_in":true`, `"roles":["citizen","moderator"]`}, nil},
		{"a wrong code", "POST", "/api/session", "", `{"code":"ABCDEFGHIJKLMNOPQRSTUVWXYZ"}`, nil, 401, []string{`"code":"unauthenticated"`}, nil},
		{"the problems", "GET", "/api/problems", "", "", nil, 200, []string{`"wrong-stage"`, `"infeasible"`}, nil},
		{"health", "GET", "/healthz", "", "", nil, 200, []string{`"ok":true`}, nil},

		// A topic.
		{"a topic by a citizen", "POST", "/api/topics", "anna", topicBody, nil, 403, []string{`"code":"forbidden"`, "planner"}, nil},
		{"a topic by nobody", "POST", "/api/topics", "", topicBody, nil, 401, nil, nil},
		{"a topic of nothing", "POST", "/api/topics", "planner", `{}`, nil, 422, []string{`"field":"id"`, `"field":"title"`, `"field":"stages"`}, nil},
		{"a topic", "POST", "/api/topics", "planner", topicBody, nil, 201, []string{`"id":"bank"`}, nil},
		{"the topic again", "POST", "/api/topics", "planner", topicBody, nil, 409, []string{`"code":"conflict"`}, nil},
		{"all topics, for who has a duty", "GET", "/api/topics", "auditor", "", nil, 200, []string{`"id":"bank"`, `"stage":null`, `"draft":true`}, nil},
		{"all topics, without one that has not opened", "GET", "/api/topics", "anna", "", nil, 200, []string{`{"topics":[]}`}, nil},
		{"a topic that has not opened", "GET", topicURL, "anna", "", nil, 404, []string{"there is no topic"}, nil},
		{"its history", "GET", topicURL + "/history", "", "", nil, 404, []string{"there is no topic"}, nil},
		{"no such topic", "GET", "/api/topics/nowhere", "", "", nil, 404, []string{`"code":"not-found"`}, nil},
		{"no such topic for a command", "POST", "/api/topics/nowhere/stage", "planner", client(`,"stage":0`), nil, 404, nil, nil},
		{"nothing here", "GET", "/api/elsewhere", "", "", nil, 404, []string{`"code":"not-found"`}, nil},
		{"settings", "PUT", topicURL + "/settings", "planner", `{"client_id":"$ID",` + strings.Replace(topicBody[1:], "An answer.", "An answer within 60 days.", 1), nil, 200, []string{`"ack"`}, nil},
		{"settings of another id", "PUT", topicURL + "/settings", "planner", `{"client_id":"$ID",` + strings.Replace(topicBody[1:], `"bank"`, `"lake"`, 1), nil, 422, nil, nil},
		{"applying before it opens", "POST", topicURL + "/application", "anna", young, nil, 404, []string{"there is no topic"}, nil},
		{"applying before it opens, by who has a duty", "POST", topicURL + "/application", "planner", young, nil, 409, []string{`"code":"wrong-stage"`}, nil},
		{"a step that is not there", "POST", topicURL + "/stage", "planner", client(`,"stage":17`), nil, 422, nil, nil},
		{"a step by a moderator", "POST", topicURL + "/stage", "moderator", client(`,"stage":0`), nil, 403, nil, nil},
		{"applications open", "POST", topicURL + "/stage", "planner", client(`,"stage":0`), nil, 200, []string{`"ack"`}, nil},

		// What can be wrong with any request.
		{"no JSON", "POST", topicURL + "/application", "anna", `{"client_id":`, nil, 400, []string{`"code":"malformed"`}, nil},
		{"nothing", "POST", topicURL + "/application", "anna", ``, nil, 400, []string{`"code":"malformed"`}, nil},
		{"two values", "POST", topicURL + "/application", "anna", young + young, nil, 400, []string{`"code":"malformed"`}, nil},
		{"a field of another type", "POST", topicURL + "/application", "anna", `{"client_id":7}`, nil, 400, []string{"client_id"}, nil},
		{"an unknown field", "POST", topicURL + "/application", "anna", client(`,"colour":"red"`), nil, 400, []string{"colour"}, nil},
		{"invalid UTF-8", "POST", topicURL + "/application", "anna", client(`,"consent":"` + "\xff" + `"`), nil, 400, []string{"UTF-8"}, nil},
		{"a body too large", "POST", topicURL + "/application", "anna", `{"client_id":"` + strings.Repeat("x", 1<<20) + `"}`, nil, 413, []string{`"code":"too-large"`}, nil},
		{"no client id", "POST", topicURL + "/application", "anna", strings.Replace(young, "$ID", "", 1), nil, 422, []string{"client_id"}, nil},
		{"a form of another page", "POST", topicURL + "/application", "anna", "a=b", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, []string{`"code":"unsupported-media"`}, nil},
		{"plain text", "POST", topicURL + "/application", "anna", young, []string{"Content-Type", "text/plain"}, 415, nil, nil},
		{"no content type", "POST", topicURL + "/application", "anna", young, []string{"Content-Type", ""}, 415, nil, nil},
		{"another site's page", "POST", topicURL + "/application", "anna", young, []string{"Origin", "https://evil.example"}, 403, []string{"another site"}, nil},
		{"a page without an origin", "POST", topicURL + "/application", "anna", young, []string{"Origin", "null"}, 403, nil, nil},
		{"a page that the browser calls foreign", "POST", topicURL + "/application", "anna", young, []string{"Sec-Fetch-Site", "cross-site"}, 403, nil, nil},
		{"signing in from another site", "POST", "/api/session", "", `{"code":"x"}`, []string{"Origin", "https://evil.example"}, 403, nil, nil},
		{"a cookie of nobody", "POST", topicURL + "/application", "", young, []string{"Cookie", "veche_session=a.b"}, 401, []string{`"code":"unauthenticated"`}, nil},

		// Applications.
		{"applying as nobody", "POST", topicURL + "/application", "", young, nil, 401, nil, nil},
		{"an answer that is no option", "POST", topicURL + "/application", "anna", as(`{"age":"middling"}`), nil, 422, []string{`"field":"age"`}, nil},
		{"no answer", "POST", topicURL + "/application", "anna", as(`{}`), nil, 422, []string{`"field":"age"`}, nil},
		{"an old consent", "POST", topicURL + "/application", "anna", strings.Replace(young, `"consent":"1"`, `"consent":"0"`, 1), nil, 422, nil, nil},
		{"withdrawing nothing", "DELETE", topicURL + "/application?client_id=$ID", "anna", "", nil, 409, nil, nil},
		{"applying", "POST", topicURL + "/application", "anna", strings.Replace(young, "$ID", "once", 1), nil, 201, []string{`"status":"applied"`, `"receipt":"1-`}, func(_ *town, vars map[string]string, a answer) {
			vars["RECEIPT"] = fmt.Sprint(a.field("receipt"))
			vars["SEQ"] = fmt.Sprint(a.field("ack.seq"))
		}},
		{"the receipt of an application", "GET", topicURL + "/application/receipt", "anna", "", nil, 200, []string{`"kind": "application"`, `"seq": $SEQ`}, nil},
		{"no receipt without one", "GET", topicURL + "/application/receipt", "planner", "", nil, 404, nil, nil},
		{"the same client id", "POST", topicURL + "/application", "anna", strings.Replace(young, "$ID", "once", 1), nil, 201, []string{`"receipt":"$RECEIPT"`, `"seq":$SEQ`}, nil},
		{"applying twice", "POST", topicURL + "/application", "anna", young, nil, 409, []string{`"code":"already-applied"`}, nil},
		{"withdrawing", "DELETE", topicURL + "/application?client_id=$ID", "anna", "", nil, 200, []string{`"status":"withdrawn"`}, nil},
		{"applying again", "POST", topicURL + "/application", "anna", young, nil, 201, nil, nil},
		{"boris", "POST", topicURL + "/application", "boris", young, nil, 201, nil, nil},
		{"vera", "POST", topicURL + "/application", "vera", young, nil, 201, nil, nil},
		{"gleb", "POST", topicURL + "/application", "gleb", young, nil, 201, nil, nil},
		{"one's status", "GET", topicURL, "gleb", "", nil, 200, []string{`"application":{"status":"applied"`, `"can":["withdraw","answer-invitation","claim-paper","appeal","report-problem","mask"]`}, nil},

		// People by file.
		{"a file without its column", "POST", topicURL + "/people", "registrar", "id,name\n1,x\n", csv, 422, []string{`"row":1`, `"column":"age"`, "missing"}, nil},
		{"a file with an id twice", "POST", topicURL + "/people", "registrar", "id,age\n1,old\n2,old\n1,old\n", csv, 422, []string{`"row":4`, `"column":"id"`, "row 2"}, nil},
		{"a file that is no UTF-8", "POST", topicURL + "/people", "registrar", "id,age\n1,old\n2,ol\xff\n", csv, 422, []string{`"row":3`, `"column":"age"`, "UTF-8"}, nil},
		{"a file with a value that is no option", "POST", topicURL + "/people", "registrar", "id,age\n1,ancient\n", csv, 422, []string{`"row":2`, `"column":"age"`, `"value":"ancient"`}, nil},
		{"a file with a short row", "POST", topicURL + "/people", "registrar", "id,age\n1\n", csv, 422, []string{`"row":2`}, nil},
		{"a file with an open quote", "POST", topicURL + "/people", "registrar", "id,age\n\"1,old\n", csv, 422, []string{`"row":2`}, nil},
		{"an empty file", "POST", topicURL + "/people", "registrar", "", csv, 422, []string{"empty"}, nil},
		{"a file of nobody", "POST", topicURL + "/people", "registrar", "id,age\n", csv, 422, nil, nil},
		{"a file by a moderator", "POST", topicURL + "/people", "moderator", "id,age\n1,old\n", csv, 403, nil, nil},
		{"a file", "POST", topicURL + "/people", "registrar", "id,age,name,birth,phone\n1,old,Иван Орлов,1950,+7 495 123-45-67\n2,old,Ivan Orlov,03.05.1950,\n3,old,Olga Ladova,,84951234567\n4,old,,,\n", csv, 200, []string{`"imported":4`}, nil},
		{"another file", "POST", topicURL + "/people", "planner", "id,age\n8,old\n9,young\n", csv, 200, []string{`"imported":2`}, nil},
		{"the imports", "GET", topicURL + "/imports", "registrar", "", nil, 200, []string{`{"import":2,"people":2,"time":`, `"status":"complete"`, `"running":null`}, nil},
		{"the imports for a citizen", "GET", topicURL + "/imports", "anna", "", nil, 403, nil, nil},
		{"that file taken back", "DELETE", topicURL + "/imports/2", "planner", "", nil, 200, []string{`"status":"withdrawn"`}, nil},
		{"the file again", "POST", topicURL + "/people", "registrar", "id,age\n9,old\n2,old\n", csv, 422, []string{`"row":3`, "applied already"}, nil},
		{"the pool", "GET", topicURL + "/pool", "registrar", "", nil, 200, []string{`"people":8`, `"value":"young","pool":4,"min":3,"max":3`}, nil},
		{"the pool for a citizen", "GET", topicURL + "/pool", "anna", "", nil, 403, nil, nil},

		// Draw, seats, tables.
		{"a draw too early", "POST", topicURL + "/draw", "planner", client(`,"seed":"s"`), nil, 409, []string{`"code":"wrong-stage"`}, nil},
		{"the draw opens", "POST", topicURL + "/stage", "planner", client(`,"stage":1`), nil, 200, nil, nil},
		{"impossible quotas", "PUT", topicURL + "/settings", "planner", `{"client_id":"$ID",` + strings.Replace(topicBody[1:], `"young","min":3,"max":3`, `"young","min":5,"max":6`, 1), nil, 200, nil, nil},
		{"a draw of impossible quotas", "POST", topicURL + "/draw", "planner", client(`,"seed":"s"`), nil, 422, []string{`"code":"infeasible"`, `"conflicts"`, `"feature":"age"`}, nil},
		{"possible quotas again", "PUT", topicURL + "/settings", "planner", `{"client_id":"$ID",` + topicBody[1:], nil, 200, nil, nil},
		{"a draw by a registrar", "POST", topicURL + "/draw", "registrar", client(`,"seed":"s"`), nil, 403, nil, nil},
	}
	steps = append(steps, doubles(topicURL, client)...)
	steps = append(steps, ceremony(topicURL, client)...)
	steps = append(steps, []step{
		{"the draw", "POST", topicURL + "/draw", "planner", `{"client_id":"draw","seed":"s"}`, nil, 200, []string{`"round":1`, `"quotas_met":true`}, func(w *town, vars map[string]string, a answer) {
			n := 0
			for _, c := range citizens {
				me := w.send("GET", topicURL, c, "")
				if me.field("me.seat.status") == "invited" {
					n++
					vars[fmt.Sprint("SEATED", n)] = c
				} else {
					vars["RESERVE"] = c
				}
			}
			if n != 3 || vars["RESERVE"] == "" {
				w.Fatalf("%d of the four who applied by hand have a seat, want 3", n)
			}
		}},
		{"the draw sent again", "POST", topicURL + "/draw", "planner", `{"client_id":"draw","seed":"s"}`, nil, 200, []string{`"round":1`}, nil},
		{"a draw into a full panel", "POST", topicURL + "/draw", "planner", client(`,"seed":"s"`), nil, 409, nil, nil},
		{"all rounds", "GET", topicURL + "/draw", "", "", nil, 200, []string{`"seed":"s"`, `"min_probability"`}, nil},
	}...)
	steps = append(steps, afterDraw(topicURL)...)
	steps = append(steps, []step{
		{"a seat of a reserve", "POST", topicURL + "/seat", "$RESERVE", client(`,"answer":"accept"`), nil, 403, nil, nil},
		{"an answer that is none", "POST", topicURL + "/seat", "$SEATED1", client(`,"answer":"perhaps"`), nil, 422, nil, nil},
		{"accepting", "POST", topicURL + "/seat", "$SEATED1", client(`,"answer":"accept"`), nil, 200, []string{`"status":"accepted"`}, nil},
		{"accepting twice", "POST", topicURL + "/seat", "$SEATED1", client(`,"answer":"accept"`), nil, 409, []string{`"code":"seat-taken"`}, nil},
		{"declining", "POST", topicURL + "/seat", "$SEATED3", client(`,"answer":"decline"`), nil, 200, []string{`"status":"declined"`}, nil},
		{"a seat that went", "POST", topicURL + "/seat", "$SEATED3", client(`,"answer":"accept"`), nil, 409, []string{`"code":"seat-taken"`}, nil},
		{"a commitment to the replacement", "POST", topicURL + "/draw/commit", "planner", client(`,"beacon":{"kind":"public","source":"tomorrow's numbers"}`), nil, 201, []string{`"number":4`, `"round":2`, `"status":"open"`}, nil},
		{"a seat answered meanwhile", "POST", topicURL + "/seats/answer", "planner", client(`,"seats":[$LETTER],"answer":"accept"`), nil, 200, []string{`"answered":1`}, nil},
		{"the replacement", "POST", topicURL + "/replacements", "planner", client(`,"beacon":"4 8 15"`), nil, 200, []string{`"round":2`, `"filled":1`, `"commitment":4`, `"value":"4 8 15","signature":"none"`}, nil},
		{"the receipt over two rounds", "GET", topicURL + "/draw/2/receipt", "$RESERVE", "", nil, 200, []string{`"outcome": "selected"`, `"earlier": [`}, nil},
		{"the reserve's seat", "GET", topicURL, "$RESERVE", "", nil, 200, []string{`"seat":{"status":"invited"`}, nil},
		{"the others answered by letter", "POST", topicURL + "/seats/accept", "planner", client(`,"all":true`), nil, 200, []string{`"accepted":2`}, nil},
		{"who applied here was not accepted for", "GET", topicURL, "$RESERVE", "", nil, 200, []string{`"seat":{"status":"invited"`}, nil},
		{"the reserve accepts", "POST", topicURL + "/seat", "$RESERVE", client(`,"answer":"accept"`), nil, 200, []string{`"status":"accepted"`}, nil},
		{"the second accepts", "POST", topicURL + "/seat", "$SEATED2", client(`,"answer":"accept"`), nil, 200, []string{`"status":"accepted"`}, nil},
		{"a seat that is not there", "POST", topicURL + "/seats/accept", "planner", client(`,"seats":[99]`), nil, 404, nil, nil},
		{"tables", "POST", topicURL + "/tables", "planner", client(`,"seed":"t"`), nil, 200, []string{`"tables":2`}, func(w *town, vars map[string]string, _ answer) {
			for n := 1; n <= 2; n++ {
				me := w.send("GET", topicURL, vars[fmt.Sprint("SEATED", n)], "")
				vars[fmt.Sprint("TABLE", n)] = fmt.Sprint(me.field("me.seat.table"))
				vars[fmt.Sprint("NUMBER", n)] = fmt.Sprint(me.field("me.seat.number"))
			}
			vars["ELSEWHERE"] = map[string]string{"1": "2", "2": "1"}[vars["TABLE1"]]
		}},
		{"the tables", "GET", topicURL + "/tables", "", "", nil, 200, []string{`"table":1,"round":1,"session":"evening","language":"en","seats":3`, `"table":2,"round":1,"session":"evening","language":"en","seats":3`}, nil},
		{"the second round of tables", "POST", topicURL + "/tables/round", "planner", client(`,"round":2`), nil, 200, []string{`"round":2`}, nil},
		{"a round of tables that is not there", "POST", topicURL + "/tables/round", "planner", client(`,"round":3`), nil, 422, nil, nil},
		{"a round of tables by a participant", "POST", topicURL + "/tables/round", "$SEATED1", client(`,"round":1`), nil, 403, nil, nil},
		{"the first round of tables again", "POST", topicURL + "/tables/round", "planner", client(`,"round":1`), nil, 200, nil, nil},

		// Debate.
		{"a remark too early", "POST", topicURL + "/rooms/0/remarks", "$SEATED1", client(`,"text":"Hello"`), nil, 409, []string{`"code":"wrong-stage"`}, nil},
		{"the debate opens", "POST", topicURL + "/stage", "planner", client(`,"stage":2`), nil, 200, nil, nil},
		{"a remark", "POST", topicURL + "/rooms/$TABLE1/remarks", "$SEATED1", `{"client_id":"remark","text":"Plant trees","reply_to":0}`, nil, 201, []string{`"id":1`}, nil},
		{"the remark sent again", "POST", topicURL + "/rooms/$TABLE1/remarks", "$SEATED1", `{"client_id":"remark","text":"Plant trees","reply_to":0}`, nil, 201, []string{`"id":1`}, nil},
		{"an empty remark", "POST", topicURL + "/rooms/0/remarks", "$SEATED1", client(`,"text":"  "`), nil, 422, nil, nil},
		{"a remark too long", "POST", topicURL + "/rooms/0/remarks", "$SEATED1", client(`,"text":"` + strings.Repeat("x", 2001) + `"`), nil, 422, []string{"2000"}, nil},
		{"a remark at another table", "POST", topicURL + "/rooms/$ELSEWHERE/remarks", "$SEATED1", client(`,"text":"Hello"`), nil, 403, nil, nil},
		{"a remark at no table", "POST", topicURL + "/rooms/77/remarks", "$SEATED1", client(`,"text":"Hello"`), nil, 404, nil, nil},
		{"a remark at a table of no number", "POST", topicURL + "/rooms/x/remarks", "$SEATED1", client(`,"text":"Hello"`), nil, 404, nil, nil},
		{"a remark of who declined", "POST", topicURL + "/rooms/0/remarks", "$SEATED3", client(`,"text":"Hello"`), nil, 403, nil, nil},
		{"a reply to nothing", "POST", topicURL + "/rooms/0/remarks", "$SEATED1", client(`,"text":"Hello","reply_to":9`), nil, 404, nil, nil},
		{"one's table", "GET", topicURL + "/rooms/$TABLE1/remarks", "$SEATED1", "", nil, 200, []string{`"text":"Plant trees"`, `"mine":true`}, nil},
		{"another's table", "GET", topicURL + "/rooms/$TABLE1/remarks", "stranger", "", nil, 403, nil, nil},
		{"a table for nobody", "GET", topicURL + "/rooms/$TABLE1/remarks", "", "", nil, 403, nil, nil},
		{"the main hall", "GET", topicURL + "/rooms/0/remarks?limit=5", "", "", nil, 200, []string{`"remarks":[]`}, nil},
		{"a page of no number", "GET", topicURL + "/rooms/0/remarks?limit=x", "", "", nil, 400, nil, nil},
		{"removing without a reason", "POST", topicURL + "/remarks/1/remove", "moderator", client(`,"reason":""`), nil, 422, nil, nil},
		{"removing as a citizen", "POST", topicURL + "/remarks/1/remove", "$SEATED1", client(`,"reason":"x"`), nil, 403, nil, nil},
		{"removing what is not there", "POST", topicURL + "/remarks/9/remove", "moderator", client(`,"reason":"x"`), nil, 404, nil, nil},
		{"an idea from a remark", "POST", topicURL + "/ideas", "$SEATED1", client(`,"text":"Plant more trees along the bank","lang":"en","origin_remark":1`), nil, 201, []string{`"id":1`}, nil},
		{"an idea under the remark's client id", "POST", topicURL + "/ideas", "$SEATED1", `{"client_id":"remark","text":"Open the bank at night","lang":"en","origin_remark":0}`, nil, 201, []string{`"id":2`}, nil},
		{"an idea from no remark", "POST", topicURL + "/ideas", "$SEATED1", client(`,"text":"x","lang":"en","origin_remark":9`), nil, 404, nil, nil},
		{"a new wording of no idea", "POST", topicURL + "/ideas", "$SEATED1", client(`,"text":"x","lang":"en","origin_remark":0,"of":99,"relation":"version"`), nil, 404, nil, nil},
		{"somebody else's idea worded anew", "POST", topicURL + "/ideas", "$SEATED2", client(`,"text":"x","lang":"en","origin_remark":0,"of":1,"relation":"version"`), nil, 403, []string{"suggest an amendment instead"}, nil},
		{"a relation that is none", "POST", topicURL + "/ideas", "$SEATED2", client(`,"text":"x","lang":"en","origin_remark":0,"of":1,"relation":"cousin"`), nil, 422, nil, nil},
		{"an idea of a stranger", "POST", topicURL + "/ideas", "stranger", client(`,"text":"x","lang":"en","origin_remark":0`), nil, 403, nil, nil},
		{"removing the remark", "POST", topicURL + "/remarks/1/remove", "facilitator", client(`,"reason":"Said twice"`), nil, 200, nil, nil},
		{"the removed remark", "GET", topicURL + "/rooms/$TABLE1/remarks", "$SEATED1", "", nil, 200, []string{`"text":""`, `"removed":"Said twice"`}, nil},
		{"similar ideas", "POST", topicURL + "/similar", "$SEATED1", `{"text":"Plant trees along the bank","lang":"en"}`, nil, 200, []string{`"id":1`}, nil},
		{"personal data in a draft that is like others", "POST", topicURL + "/similar", "$SEATED1", `{"text":" Plant trees, call +44 20 7946 0958","lang":"en"}`, nil, 200, []string{`"text":"Plant trees, call +44 20 7946 0958"`, `"personal":[{"kind":"phone","from":18,"to":34,"mask":"[phone number]"}]`, `"id":1`}, nil},
		{"personal data in a draft", "POST", topicURL + "/personal", "$SEATED1", `{"text":"Деревья 🌳, звоните 8 (912) 345-67-89","lang":"ru"}`, nil, 200, []string{`"ideas":[]`, `"kind":"phone","from":20,"to":37`, `"mask":"[номер телефона]"`}, nil},
		{"nothing personal in a draft", "POST", topicURL + "/personal", "$SEATED1", `{"text":"Plant trees","lang":"en"}`, nil, 200, []string{`"personal":[]`}, nil},
		{"personal data in no text", "POST", topicURL + "/personal", "$SEATED1", `{"text":" ","lang":"en"}`, nil, 422, nil, nil},
		{"personal data for nobody", "POST", topicURL + "/personal", "", `{"text":"Plant trees","lang":"en"}`, nil, 401, nil, nil},
		{"one's ideas", "GET", topicURL + "/ideas?mine=1&q=trees", "$SEATED1", "", nil, 200, []string{`"total":1`, `"origin":{"room":$TABLE1,"remark":1}`}, nil},
	}...)
	for i, idea := range []string{"Plant old trees by the water", "More trees and shade at the river", "Trees for shade along the water", "A night bus to the river bank", "Buses at night along the bank", "Let the bus stop at the bank", "A bus line for the river quarter"} {
		steps = append(steps, step{"an idea", "POST", topicURL + "/ideas", "$SEATED2", client(fmt.Sprintf(`,"text":%q,"lang":"en","origin_remark":0`, idea)), nil, 201, []string{fmt.Sprintf(`"id":%d`, i+3)}, nil})
	}
	steps = append(steps, debate(topicURL, client)...)
	steps = append(steps, moderation(topicURL, client)...)
	steps = append(steps, []step{
		// Curation.
		{"the curation opens", "POST", topicURL + "/stage", "planner", client(`,"stage":3`), nil, 200, nil, nil},
		{"items before there are clusters", "POST", topicURL + "/items", "moderator", client(`,"items":[]`), nil, 409, nil, nil},
		{"too many clusters", "POST", topicURL + "/clustering", "moderator", client(`,"clusters":100000`), nil, 422, nil, nil},
		{"clustering", "POST", topicURL + "/clustering", "moderator", `{"client_id":"run","clusters":3}`, nil, 200, []string{`"run":1`}, nil},
		{"the clustering sent again", "POST", topicURL + "/clustering", "moderator", `{"client_id":"run","clusters":3}`, nil, 200, []string{`"run":1`}, nil},
		{"clustering by a citizen", "POST", topicURL + "/clustering", "anna", client(`,"clusters":3`), nil, 403, nil, nil},
		{"the board", "GET", topicURL + "/board", "moderator", "", nil, 200, []string{`"run":1`, `"clusters":[{`}, nil},
		{"a page of a group", "GET", topicURL + "/board/ideas?cluster=1&folded=1&limit=1", "moderator", "", nil, 200, []string{`"ideas":[{"id":`, `"total":`}, nil},
		{"what is unsorted", "GET", topicURL + "/board/ideas?only=unsorted", "", "", nil, 200, []string{`"ideas":[`}, nil},
		{"a filter that is none", "GET", topicURL + "/board/ideas?only=nonsense", "", "", nil, 422, nil, nil},
		{"ideas that have no numbers", "GET", topicURL + "/board/ideas?among=1,x", "", "", nil, 422, nil, nil},
		{"all of a group", "GET", topicURL + "/board/ideas?cluster=1&ids=1", "moderator", "", nil, 200, []string{`"ids":[`}, nil},
		{"a coarser board", "GET", topicURL + "/board/cut?clusters=1", "moderator", "", nil, 200, []string{`"clusters":[{`, `"from":[1,`, `"since":0`}, nil},
		{"what is told of the groups", "GET", topicURL + "/board/insights", "", "", nil, 200, []string{`"run":1`, `"growth":[`, `"charts":[{"clusters":[{"cluster":1`, `"waiting":{"ideas":0`, `"every":1`}, nil},
		{"who is behind the groups", "GET", topicURL + "/board/authors", "planner", "", nil, 200, []string{`"run":1`, `"features":[`}, nil},
		{"who is behind the groups, for a stranger", "GET", topicURL + "/board/authors", "stranger", "", nil, 403, nil, nil},
		{"where a draft would go", "POST", topicURL + "/similar", "$SEATED1", `{"text":"A night bus to the river bank","lang":"en"}`, nil, 200, []string{`"place":{"cluster":`, `"fits":true`, `"title":"`}, nil},
		{"a draft that is like nothing", "POST", topicURL + "/similar", "$SEATED1", `{"text":"Zyzzyva qwertz","lang":"en"}`, nil, 200, []string{`"place":null`}, nil},
		{"a board of none", "GET", topicURL + "/board/cut?clusters=0", "moderator", "", nil, 422, nil, nil},
		{"a coarser board for all", "GET", topicURL + "/board/cut?clusters=1", "", "", nil, 401, nil, nil},
		{"a move", "POST", topicURL + "/board", "moderator", client(`,"reason":"They ask for buses","op":{"kind":"move","ideas":[2],"cluster":1}`), nil, 200, []string{`"cluster":1`}, func(_ *town, vars map[string]string, a answer) {
			vars["MOVE"] = fmt.Sprint(a.field("seq"))
		}},
		{"a merge", "POST", topicURL + "/board", "moderator", client(`,"reason":"The same","op":{"kind":"merge","clusters":[1,2],"into":1}`), nil, 200, []string{`"cluster":1`}, nil},
		{"a merge of the merged", "POST", topicURL + "/board", "moderator", client(`,"reason":"The same","op":{"kind":"merge","clusters":[2,1],"into":2}`), nil, 409, nil, nil},
		{"a merge without a reason", "POST", topicURL + "/board", "moderator", client(`,"reason":"","op":{"kind":"merge","clusters":[1,2],"into":1}`), nil, 422, nil, nil},
		{"a split", "POST", topicURL + "/board", "moderator", client(`,"reason":"Another thing","op":{"kind":"split","cluster":1,"ideas":[2],"title":"Nights"}`), nil, 200, []string{`"cluster":4`}, nil},
		{"a name", "POST", topicURL + "/board", "moderator", client(`,"reason":"Clearer","op":{"kind":"rename","cluster":1,"title":"Trees and buses"}`), nil, 200, nil, nil},
		{"a summary", "POST", topicURL + "/board", "moderator", client(`,"reason":"Shorter","op":{"kind":"summarise","cluster":1,"summary":"More trees, more buses"}`), nil, 200, nil, nil},
		{"two ideas in one", "POST", topicURL + "/board", "moderator", client(`,"reason":"Two things","op":{"kind":"mark","ideas":[3],"mark":"two-ideas"}`), nil, 200, nil, nil},
		{"a mark that is none", "POST", topicURL + "/board", "moderator", client(`,"reason":"x","op":{"kind":"mark","ideas":[3],"mark":"silly"}`), nil, 422, nil, nil},
		{"what is marked", "GET", topicURL + "/board/ideas?only=marked", "", "", nil, 200, []string{`"total":1`, `"mark":"two-ideas"`}, nil},
		{"locking", "POST", topicURL + "/board", "moderator", client(`,"reason":"Finished","op":{"kind":"lock","cluster":1}`), nil, 200, nil, nil},
		{"a change of what is locked", "POST", topicURL + "/board", "moderator", client(`,"reason":"x","op":{"kind":"rename","cluster":1,"title":"y"}`), nil, 409, []string{"unlock it first"}, nil},
		{"unlocking", "POST", topicURL + "/board", "moderator", client(`,"reason":"More to do","op":{"kind":"unlock","cluster":1}`), nil, 200, nil, nil},
		{"a split that the machine proposes", "GET", topicURL + "/board/split?cluster=1", "moderator", "", nil, 200, []string{`"parts":[`}, nil},
		{"a split of nothing", "GET", topicURL + "/board/split?cluster=99", "moderator", "", nil, 404, nil, nil},
		{"a split for all", "GET", topicURL + "/board/split?cluster=1", "", "", nil, 401, nil, nil},
		{"where a moderator works", "PUT", topicURL + "/board/place", "moderator", `{"cluster":1}`, nil, 200, []string{`"others":[]`, `"board":"`}, nil},
		{"where a planner works", "PUT", topicURL + "/board/place", "planner", `{"cluster":1}`, nil, 403, nil, nil},
		{"leaving a group out of the rating", "POST", topicURL + "/board", "planner", client(`,"reason":"The county decides it","op":{"kind":"leave-out","cluster":1}`), nil, 200, nil, nil},
		{"why it is left out", "GET", topicURL + "/board", "", "", nil, 200, []string{`"left_out":"The county decides it"`}, nil},
		{"putting it back", "POST", topicURL + "/board", "moderator", client(`,"reason":"So it was asked","op":{"kind":"put-back","cluster":1}`), nil, 200, nil, nil},
		{"steps that take two, wrongly named", "PUT", topicURL + "/moderation", "planner", client(`,"checked":["show"]`), nil, 422, []string{"merge, split"}, nil},
		{"steps that take two", "PUT", topicURL + "/moderation", "planner", client(`,"checked":["rename","leave-out"]`), nil, 200, nil, nil},
		{"a name that waits", "POST", topicURL + "/board", "moderator", client(`,"reason":"Clearer still","op":{"kind":"rename","cluster":1,"title":"Leaves and buses"}`), nil, 200, []string{`"draft":1`, `"cluster":0`}, func(w *town, _ map[string]string, _ answer) {
			w.enter("second", staffOf[1])
		}},
		{"what waits, for who proposed it", "GET", topicURL + "/board", "moderator", "", nil, 200, []string{`"proposed":[{`, `"title":"Leaves and buses","mark":"","reason":"Clearer still"`, `"mine":true,"may_settle":false`}, nil},
		{"what waits, for all", "GET", topicURL + "/board", "", "", nil, 200, []string{`"proposed":[]`}, nil},
		{"confirming one's own", "POST", topicURL + "/board/drafts/1", "moderator", client(`,"outcome":"confirmed"`), nil, 403, []string{"another moderator"}, nil},
		{"refusing without a reason", "POST", topicURL + "/board/drafts/1", "second", client(`,"outcome":"refused"`), nil, 422, nil, nil},
		{"confirming as a planner", "POST", topicURL + "/board/drafts/1", "planner", client(`,"outcome":"confirmed"`), nil, 403, nil, nil},
		{"confirming", "POST", topicURL + "/board/drafts/1", "second", client(`,"outcome":"confirmed"`), nil, 200, nil, nil},
		{"confirming twice", "POST", topicURL + "/board/drafts/1", "second", client(`,"outcome":"confirmed"`), nil, 409, []string{"confirmed already"}, nil},
		{"who did it", "GET", topicURL + "/board", "", "", nil, 200, []string{`"title":"Leaves and buses"`, `"proposed":"moderator `}, nil},
		{"leaving out that waits", "POST", topicURL + "/board", "planner", client(`,"reason":"The county decides it","op":{"kind":"leave-out","cluster":1}`), nil, 200, []string{`"draft":2`}, nil},
		{"refusing", "POST", topicURL + "/board/drafts/2", "second", client(`,"outcome":"refused","reason":"The city decides it"`), nil, 200, nil, nil},
		{"what was refused", "GET", topicURL + "/board", "planner", "", nil, 200, []string{`"refused":[{`, `"because":"The city decides it"`}, nil},
		{"steps that take one again", "PUT", topicURL + "/moderation", "planner", client(``), nil, 200, []string{}, nil},
		{"hiding an idea", "POST", topicURL + "/board", "moderator", client(`,"reason":"Off topic","op":{"kind":"hide-idea","ideas":[9]}`), nil, 200, nil, nil},
		{"nothing that can be done", "POST", topicURL + "/board", "moderator", client(`,"reason":"x","op":{"kind":"burn","cluster":1}`), nil, 422, nil, nil},
		{"a cluster that is not there", "POST", topicURL + "/board", "moderator", client(`,"reason":"x","op":{"kind":"hide","cluster":99}`), nil, 404, nil, nil},
		{"curating as a planner", "POST", topicURL + "/board", "planner", client(`,"reason":"x","op":{"kind":"hide","cluster":1}`), nil, 403, nil, nil},
		{"undoing nothing", "POST", topicURL + "/board/undo", "moderator", client(`,"seq":1,"reason":"x"`), nil, 404, nil, nil},
		{"undoing", "POST", topicURL + "/board/undo", "moderator", client(`,"seq":$MOVE,"reason":"It was right before"`), nil, 200, nil, nil},
		{"undoing twice", "POST", topicURL + "/board/undo", "moderator", client(`,"seq":$MOVE,"reason":"x"`), nil, 409, nil, nil},
		{"what moderators did", "GET", topicURL + "/board/operations?limit=2", "", "", nil, 200, []string{`"operations":[{`, `"can_undo":false`}, nil},
		{"what has changed since the beginning", "GET", topicURL + "/board?epoch=1&since=1", "moderator", "", nil, 200, []string{`"whole":`}, nil},
		{"the board for all", "GET", topicURL + "/board", "", "", nil, 200, []string{`"title":"Trees and buses"`, `"title":"Nights"`}, nil},
		{"the rating without items", "POST", topicURL + "/stage", "planner", client(`,"stage":4`), nil, 409, nil, nil},
		{"an item that is not there", "POST", topicURL + "/items", "moderator", client(`,"items":[{"cluster":1,"idea":99}]`), nil, 404, nil, nil},
		{"an item of a hidden idea", "POST", topicURL + "/items", "moderator", client(`,"items":[{"cluster":0,"idea":9}]`), nil, 409, nil, nil},
		{"items", "POST", topicURL + "/items", "moderator", client(`,"items":[{"cluster":1,"idea":1},{"cluster":4,"summary":"Open it at night"}]`), nil, 200, []string{`"items":2`}, nil},

		// Rating.
		{"a vote too early", "PUT", topicURL + "/votes/1", "$SEATED1", client(`,"vote":"agree"`), nil, 409, []string{`"code":"wrong-stage"`}, nil},
		{"a rule of a citizen", "PUT", topicURL + "/rule", "anna", client(`,"order":"support"`), nil, 403, nil, nil},
		{"a rule of no order", "PUT", topicURL + "/rule", "planner", client(`,"order":"loudest"`), nil, 422, nil, nil},
		{"a rule with a reason too early", "PUT", topicURL + "/rule", "planner", client(`,"order":"support","reason":"x"`), nil, 422, nil, nil},
		{"a rule that watches what is not asked", "PUT", topicURL + "/rule", "planner", client(`,"order":"support","strata":["height"]`), nil, 422, nil, nil},
		{"a quorum of nothing", "PUT", topicURL + "/rule", "planner", client(`,"order":"support","quorum":40`), nil, 422, nil, nil},
		{"the rule", "PUT", topicURL + "/rule", "planner", client(`,"order":"support","hidden":false,"open":true,"pairs":1`), nil, 200, []string{`"ack"`}, nil},
		{"the rating opens", "POST", topicURL + "/stage", "planner", client(`,"stage":4`), nil, 200, nil, nil},
		{"counting nothing", "POST", topicURL + "/tally", "planner", client(`,"seed":"c"`), nil, 409, nil, nil},
		{"no file of nothing", "GET", topicURL + "/ranking.csv", "planner", "", nil, 409, nil, nil},
		{"what one rates", "GET", topicURL + "/rating", "$SEATED1", "", nil, 200, []string{`"total":2`, `"voted":0`, `"text":"Open it at night"`}, nil},
		{"a vote", "PUT", topicURL + "/votes/1", "$SEATED1", `{"client_id":"vote","vote":"agree"}`, nil, 200, []string{`"ack"`}, nil},
		{"the vote sent again", "PUT", topicURL + "/votes/1", "$SEATED1", `{"client_id":"vote","vote":"agree"}`, nil, 200, []string{`"ack"`}, nil},
		{"a vote with what was shown", "PUT", topicURL + "/votes/1", "$SEATED1", client(`,"vote":"agree","unclear":true,"way":"routed","shown":[2,1]`), nil, 200, []string{`"ack"`}, nil},
		{"a vote shown what is not", "PUT", topicURL + "/votes/1", "$SEATED1", client(`,"vote":"pass","shown":[3]`), nil, 404, nil, nil},
		{"a vote by no way", "PUT", topicURL + "/votes/1", "$SEATED1", client(`,"vote":"pass","way":"dream"`), nil, 422, nil, nil},
		{"the receipt of what one rated", "GET", topicURL + "/rating/receipt", "$SEATED1", "", nil, 200, []string{`"kind": "rating"`, `"value": "agree"`}, nil},
		{"no receipt of no rating", "GET", topicURL + "/rating/receipt", "$SEATED2", "", nil, 404, nil, nil},
		{"what comes next", "GET", topicURL + "/rating/next", "$SEATED1", "", nil, 200, []string{`"next":[2]`}, nil},
		{"what comes next for a stranger", "GET", topicURL + "/rating/next", "stranger", "", nil, 200, []string{`"next":[`}, nil},
		{"what one found unclear", "GET", topicURL + "/rating", "$SEATED1", "", nil, 200, []string{`"unclear":true`, `"voted":1`}, nil},
		{"another mind", "PUT", topicURL + "/votes/1", "$SEATED1", client(`,"vote":"disagree"`), nil, 200, nil, nil},
		{"another's vote", "PUT", topicURL + "/votes/2", "$SEATED2", client(`,"vote":"pass"`), nil, 200, nil, nil},
		{"a vote that is none", "PUT", topicURL + "/votes/1", "$SEATED1", client(`,"vote":"maybe"`), nil, 422, nil, nil},
		{"a vote on nothing", "PUT", topicURL + "/votes/3", "$SEATED1", client(`,"vote":"agree"`), nil, 404, nil, nil},
		{"pairs for who has rated one of two", "GET", topicURL + "/rating/pairs", "$SEATED1", "", nil, 200, []string{`"pairs":[]`, `"compared":0`}, nil},
		{"a pair before one has rated enough", "PUT", topicURL + "/pairs", "$SEATED1", client(`,"left":2,"right":1,"word":"left"`), nil, 409, []string{"rate more items first"}, nil},
		{"the other item", "PUT", topicURL + "/votes/2", "$SEATED1", client(`,"vote":"pass"`), nil, 200, nil, nil},
		{"a pair with one's own idea", "PUT", topicURL + "/pairs", "$SEATED1", client(`,"left":2,"right":1,"word":"left"`), nil, 409, []string{"not put to you side by side"}, nil},
		{"a third rates one", "PUT", topicURL + "/votes/1", "$RESERVE", client(`,"vote":"pass"`), nil, 200, nil, nil},
		{"and the other", "PUT", topicURL + "/votes/2", "$RESERVE", client(`,"vote":"pass"`), nil, 200, nil, nil},
		{"the pair that is put to them", "GET", topicURL + "/rating/pairs", "$RESERVE", "", nil, 200, []string{`"pairs":[{"left":`}, nil},
		{"a pair", "PUT", topicURL + "/pairs", "$RESERVE", client(`,"left":2,"right":1,"word":"left"`), nil, 200, []string{`"ack"`}, nil},
		{"a pair of one", "PUT", topicURL + "/pairs", "$RESERVE", client(`,"left":2,"right":2,"word":"left"`), nil, 422, nil, nil},
		{"no word on a pair", "PUT", topicURL + "/pairs", "$RESERVE", client(`,"left":2,"right":1,"word":"up"`), nil, 422, nil, nil},
		{"a pair of a stranger", "PUT", topicURL + "/pairs", "stranger", client(`,"left":2,"right":1,"word":"left"`), nil, 403, nil, nil},
		{"pairs for who has compared them all", "GET", topicURL + "/rating/pairs", "$RESERVE", "", nil, 200, []string{`"pairs":[]`, `"compared":1`}, nil},
		{"pairs for a stranger", "GET", topicURL + "/rating/pairs", "", "", nil, 200, []string{`"pairs":[]`, `"compared":0`}, nil},
		{"an open vote", "PUT", topicURL + "/open-votes/1", "stranger", client(`,"vote":"agree"`), nil, 200, []string{`"ack"`}, nil},
		{"an open vote that is none", "PUT", topicURL + "/open-votes/1", "stranger", client(`,"vote":"yes"`), nil, 422, nil, nil},
		{"an open vote on nothing", "PUT", topicURL + "/open-votes/3", "stranger", client(`,"vote":"agree"`), nil, 404, nil, nil},
		{"an open vote of a participant", "PUT", topicURL + "/open-votes/1", "$SEATED1", client(`,"vote":"agree"`), nil, 409, nil, nil},
		{"what a stranger rates", "GET", topicURL + "/rating", "stranger", "", nil, 200, []string{`"total":2`, `"voted":1`, `"my_vote":"agree"`}, nil},
		{"a vote of a stranger", "PUT", topicURL + "/votes/1", "stranger", client(`,"vote":"agree"`), nil, 403, nil, nil},
		{"a vote of who declined", "PUT", topicURL + "/votes/1", "$SEATED3", client(`,"vote":"agree"`), nil, 403, nil, nil},
		{"other items now", "POST", topicURL + "/items", "moderator", client(`,"items":[{"cluster":1,"idea":1}]`), nil, 409, nil, nil},
		{"the count", "POST", topicURL + "/tally", "planner", `{"client_id":"count","seed":"c"}`, nil, 200, []string{`"run":1`, `"items":2`, `"ballots":3`}, nil},
		{"the count sent again", "POST", topicURL + "/tally", "planner", `{"client_id":"count","seed":"c"}`, nil, 200, []string{`"run":1`}, nil},
		{"the ranking", "GET", topicURL + "/ranking", "", "", nil, 200, []string{`"stale":false`, `"disagree":1`}, nil},
		{"another rule without a reason", "PUT", topicURL + "/rule", "planner", client(`,"order":"consensus","hidden":false,"open":true,"pairs":1`), nil, 422, nil, nil},
		{"hiding what was promised to be open", "PUT", topicURL + "/rule", "planner", client(`,"order":"support","hidden":true,"reason":"x"`), nil, 409, nil, nil},
		{"closing what was promised to be open to all", "PUT", topicURL + "/rule", "planner", client(`,"order":"consensus","hidden":false,"reason":"x"`), nil, 409, nil, nil},
		{"another rule", "PUT", topicURL + "/rule", "planner", client(`,"order":"consensus","hidden":false,"open":true,"pairs":1,"reason":"The city asked for it"`), nil, 200, []string{`"ack"`}, nil},
		{"the rules", "GET", topicURL + "/rule", "", "", nil, 200, []string{`"order":"support"`, `"order":"consensus"`, `"reason":"The city asked for it"`}, nil},
		{"no what-if while people rate, and none without strata", "GET", topicURL + "/ranking/what-if", "", "", nil, 200, []string{`"features":[]`, `"what_if":null`}, nil},
		{"nothing stands otherwise since the count", "GET", topicURL + "/ranking/standing", "planner", "", nil, 200, []string{`"standing":null`}, nil},
		{"how it stands, for a moderator", "GET", topicURL + "/ranking/standing", "moderator", "", nil, 403, nil, nil},
		{"the ranking by both rules", "GET", topicURL + "/ranking", "", "", nil, 200, []string{`"order":"support"`, `"order":"consensus"`, `"rank_consensus"`}, nil},
		{"why an item stands there", "GET", topicURL + "/ranking/1", "", "", nil, 200, []string{`"item":1`, `"cluster":1`, `"operations":[{`, `"reason"`}, nil},
		{"why what is not there", "GET", topicURL + "/ranking/9", "", "", nil, 404, nil, nil},
		{"the printed report", "GET", topicURL + "/ranking.html", "planner", "", nil, 200, []string{"<h2>Ranked by agreement across groups</h2>", "The city asked for it"}, nil},
		{"the ranking as CSV", "GET", topicURL + "/ranking.csv", "planner", "", nil, 200, []string{"wilson_low"}, nil},
		{"the ranking as a workbook", "GET", topicURL + "/ranking.xlsx", "auditor", "", nil, 200, []string{"PK"}, nil},
		{"the ranking as JSON", "GET", topicURL + "/ranking.json", "planner", "", nil, 200, []string{"Open it at night"}, nil},
		{"a file for a citizen", "GET", topicURL + "/ranking.csv", "anna", "", nil, 403, nil, nil},
		// Polls. What one ballot of six says is not told.
		{"a poll by a moderator", "POST", topicURL + "/polls", "moderator", client(poll("panel", "")), nil, 403, nil, nil},
		{"a poll of one option", "POST", topicURL + "/polls", "planner", client(`,"question":"Stairs?","options":["Yes"],"min":1,"max":1,"electorate":"panel","when":"window"`), nil, 422, nil, nil},
		{"a poll of nobody", "POST", topicURL + "/polls", "planner", client(poll("friends", "")), nil, 422, nil, nil},
		{"a poll of participants", "POST", topicURL + "/polls", "planner", client(poll("panel", "")), nil, 201, []string{`"poll":1`}, nil},
		{"a poll changed", "PUT", topicURL + "/polls/1", "planner", client(poll("panel", `,"live":true`)), nil, 200, []string{`"poll":1`}, nil},
		{"a poll 0", "PUT", topicURL + "/polls/0", "planner", client(poll("panel", "")), nil, 404, nil, nil},
		{"the draft for a planner", "GET", topicURL + "/polls", "planner", "", nil, 200, []string{`"status":"draft"`, `"cast":null`, `"results":null`}, nil},
		{"no draft for a citizen", "GET", topicURL + "/polls", "$SEATED1", "", nil, 200, []string{`"polls":[]`}, nil},
		{"a ballot too early", "PUT", topicURL + "/polls/1/ballot", "$SEATED1", client(`,"options":[1]`), nil, 404, []string{`"code":"not-found"`, "there is no poll 1"}, nil},
		{"the history tells no draft's words", "GET", topicURL + "/history?limit=1000", "", "", nil, 200, []string{`"poll prepared"`, `"poll 1 prepared anew"`}, func(w *town, _ map[string]string, a answer) {
			if strings.Contains(a.body, "Which?") {
				w.Errorf("the history tells what a draft asks: %s", a.body)
			}
		}},
		{"opening by a citizen", "POST", topicURL + "/polls/1/open", "anna", client(``), nil, 403, nil, nil},
		{"the poll opens", "POST", topicURL + "/polls/1/open", "planner", client(``), nil, 200, []string{`"ack"`}, nil},
		{"the poll changed too late", "PUT", topicURL + "/polls/1", "planner", client(poll("panel", "")), nil, 409, nil, nil},
		{"the open poll", "GET", topicURL + "/polls", "$SEATED1", "", nil, 200, []string{`"status":"open"`, `"issued":6`, `"may_vote":true`, `"mine":[]`}, nil},
		{"the open poll for a stranger", "GET", topicURL + "/polls", "stranger", "", nil, 200, []string{`"status":"open"`, `"may_vote":false`}, nil},
		{"a ballot of nobody", "PUT", topicURL + "/polls/1/ballot", "", client(`,"options":[1]`), nil, 401, nil, nil},
		{"a ballot of a stranger", "PUT", topicURL + "/polls/1/ballot", "stranger", client(`,"options":[1]`), nil, 403, nil, nil},
		{"a ballot of who declined", "PUT", topicURL + "/polls/1/ballot", "$SEATED3", client(`,"options":[1]`), nil, 403, nil, nil},
		{"the signed record", "GET", "/api/open/v1" + strings.TrimPrefix(topicURL, "/api") + "/record", "", "", nil, 200, []string{`"topic":"bank"`, `"cosigned":[]`, "veche/bank"}, func(w *town, _ map[string]string, a answer) {
			w.must(200, "POST", topicURL+"/record/cosignatures", "", cosigned(w, a))
		}},
		{"that it begins as it did", "GET", "/api/open/v1" + strings.TrimPrefix(topicURL, "/api") + "/record/consistency?older=3", "", "", nil, 200, []string{`"older":3`, `"proof":["`}, nil},
		{"64 entries of it", "GET", "/api/open/v1" + strings.TrimPrefix(topicURL, "/api") + "/record/groups/1", "", "", nil, 200, []string{`"first":1`, `"events":64`}, nil},
		{"none of its groups", "GET", "/api/open/v1" + strings.TrimPrefix(topicURL, "/api") + "/record/groups/99", "", "", nil, 404, nil, nil},
		{"a witness that nobody knows", "POST", topicURL + "/record/cosignatures", "", `{"note":"bank"}`, nil, 422, nil, nil},
		{"a ballot for nothing", "PUT", topicURL + "/polls/1/ballot", "$SEATED1", client(`,"options":[]`), nil, 422, nil, nil},
		{"a ballot in no poll", "PUT", topicURL + "/polls/9/ballot", "$SEATED1", client(`,"options":[1]`), nil, 404, nil, nil},
		{"no receipt of no ballot", "GET", topicURL + "/polls/1/receipt", "$SEATED1", "", nil, 404, nil, nil},
		{"a ballot", "PUT", topicURL + "/polls/1/ballot", "$SEATED1", `{"client_id":"ballot","options":[2]}`, nil, 200, []string{`"ack"`}, nil},
		{"the ballot sent again", "PUT", topicURL + "/polls/1/ballot", "$SEATED1", `{"client_id":"ballot","options":[2]}`, nil, 200, []string{`"ack"`}, nil},
		{"a ballot changed", "PUT", topicURL + "/polls/1/ballot", "$SEATED1", client(`,"options":[1]`), nil, 200, []string{`"ack"`}, nil},
		{"the receipt", "GET", topicURL + "/polls/1/receipt", "$SEATED1", "", nil, 200, []string{`"topic":"bank"`, `"poll":1`, `"options":[1]`, `"leaf"`}, nil},
		{"one's own ballot", "GET", topicURL + "/polls", "$SEATED1", "", nil, 200, []string{`"mine":[1]`, `"cast":0`, `"results":null`}, nil},
		{"closing by a citizen", "POST", topicURL + "/polls/1/close", "anna", client(``), nil, 403, nil, nil},
		{"the poll closes", "POST", topicURL + "/polls/1/close", "planner", client(``), nil, 200, []string{`"ack"`}, nil},
		{"a ballot too late", "PUT", topicURL + "/polls/1/ballot", "$SEATED1", client(`,"options":[2]`), nil, 409, nil, nil},
		{"no table of one ballot", "GET", topicURL + "/polls/1/results.csv", "planner", "", nil, 409, nil, nil},
		{"no table of no poll", "GET", topicURL + "/polls/7/results.csv", "planner", "", nil, 404, nil, nil},
		{"a poll of everyone", "POST", topicURL + "/polls", "planner", client(poll("everyone", `,"entitled":1000`)), nil, 201, []string{`"poll":2`}, nil},
		{"it opens", "POST", topicURL + "/polls/2/open", "planner", client(``), nil, 200, nil, nil},
		{"a ballot of anna", "PUT", topicURL + "/polls/2/ballot", "anna", client(`,"options":[1]`), nil, 200, nil, nil},
		{"a ballot of vera", "PUT", topicURL + "/polls/2/ballot", "vera", client(`,"options":[1]`), nil, 200, nil, nil},
		{"a ballot of a stranger now", "PUT", topicURL + "/polls/2/ballot", "stranger", client(`,"options":[2]`), nil, 200, nil, nil},
		{"a ballot of the planner", "PUT", topicURL + "/polls/2/ballot", "planner", client(`,"options":[2]`), nil, 200, nil, nil},
		{"a ballot of the moderator", "PUT", topicURL + "/polls/2/ballot", "moderator", client(`,"options":[2]`), nil, 200, nil, nil},
		{"nothing told while it is open", "GET", topicURL + "/polls", "anna", "", nil, 200, []string{`"mine":[1]`, `"issued":5`, `"cast":null`, `"results":null`}, nil},
		{"it closes", "POST", topicURL + "/polls/2/close", "planner", client(``), nil, 200, nil, nil},
		{"the results", "GET", topicURL + "/polls", "", "", nil, 200, []string{`"cast":5`, `"count":2`, `"count":3`}, nil},
		{"the table", "GET", topicURL + "/polls/2/results.csv", "", "", nil, 200, []string{"question,stratum,option", "'=Stairs", "0.600000"}, nil},
		{"asking again by a citizen", "POST", topicURL + "/polls", "anna", client(`,"after":2,"when":"window"`), nil, 403, nil, nil},
		{"asking again", "POST", topicURL + "/polls", "planner", client(`,"after":2,"when":"window"`), nil, 201, []string{`"poll":3`}, nil},
		{"it opens too", "POST", topicURL + "/polls/3/open", "planner", client(``), nil, 200, nil, nil},
		{"anna again", "PUT", topicURL + "/polls/3/ballot", "anna", client(`,"options":[2]`), nil, 200, nil, nil},
		{"vera again", "PUT", topicURL + "/polls/3/ballot", "vera", client(`,"options":[2]`), nil, 200, nil, nil},
		{"the stranger again", "PUT", topicURL + "/polls/3/ballot", "stranger", client(`,"options":[2]`), nil, 200, nil, nil},
		{"the planner again", "PUT", topicURL + "/polls/3/ballot", "planner", client(`,"options":[2]`), nil, 200, nil, nil},
		{"the moderator again", "PUT", topicURL + "/polls/3/ballot", "moderator", client(`,"options":[2]`), nil, 200, nil, nil},
		{"it closes too", "POST", topicURL + "/polls/3/close", "planner", client(``), nil, 200, nil, nil},
		{"the shift", "GET", topicURL + "/polls", "", "", nil, 200, []string{`"shift":{"first":2,"both":5,"table":[[-1,-1],[-1,-1]]`, `"before":3,"after":5,"net":0.4`}, nil},
		// Options of voters' own: an idea first, an option by a moderator, told to who voted before.
		{"an own option where none are taken", "POST", topicURL + "/ideas", "$SEATED1", client(`,"text":"A ferry across.","lang":"en","poll":2`), nil, 409, nil, nil},
		{"a poll that takes own options", "POST", topicURL + "/polls", "planner", client(poll("panel", `,"own":true,"live":true`)), nil, 201, []string{`"poll":4`}, nil},
		{"it opens for them", "POST", topicURL + "/polls/4/open", "planner", client(``), nil, 200, nil, nil},
		{"a ballot before", "PUT", topicURL + "/polls/4/ballot", "$SEATED1", client(`,"options":[1]`), nil, 200, nil, nil},
		{"what is like an own option", "POST", topicURL + "/similar", "$SEATED1", `{"text":"Stairs to the water","lang":"en","poll":4}`, nil, 200, []string{`"options":[{"id":1,"text":"=Stairs"`}, nil},
		{"an own option", "POST", topicURL + "/ideas", "$SEATED1", client(`,"text":"A ferry across, each hour.","lang":"en","poll":4`), nil, 201, []string{`"id"`}, func(w *town, vars map[string]string, a answer) {
			vars["OWN"] = regexp.MustCompile(`"id":(\d+)`).FindStringSubmatch(a.body)[1]
		}},
		{"an own option out of another idea", "POST", topicURL + "/ideas", "$SEATED1", client(`,"text":"A ferry across.","lang":"en","poll":4,"of":1,"relation":"amendment"`), nil, 422, nil, nil},
		{"an own option of a stranger", "POST", topicURL + "/ideas", "stranger", client(`,"text":"A ferry across.","lang":"en","poll":4`), nil, 403, nil, nil},
		{"it is an idea of that poll", "GET", topicURL + "/ideas?limit=500", "", "", nil, 200, []string{`"poll":4`, "A ferry across, each hour."}, nil},
		{"it waits for its author", "GET", topicURL + "/polls", "$SEATED1", "", nil, 200, []string{`"text":"A ferry across, each hour.","lang":"en","mine":true,"status":"shown","option":0}]`}, nil},
		{"and for nobody else", "GET", topicURL + "/polls", "$SEATED2", "", nil, 200, []string{`"may_propose":true,"proposed":[]`}, nil},
		{"an option by a planner", "POST", topicURL + "/polls/4/options", "planner", client(`,"idea":$OWN,"option":"A ferry"`), nil, 403, nil, nil},
		{"an option without words", "POST", topicURL + "/polls/4/options", "moderator", client(`,"idea":$OWN,"option":""`), nil, 422, nil, nil},
		{"an option of no poll", "POST", topicURL + "/polls/9/options", "moderator", client(`,"idea":$OWN,"option":"A ferry"`), nil, 404, nil, nil},
		{"an option", "POST", topicURL + "/polls/4/options", "moderator", client(`,"idea":$OWN,"option":"A ferry"`), nil, 201, []string{`"option":3`}, nil},
		{"who voted before is told", "GET", topicURL + "/polls", "$SEATED1", "", nil, 200, []string{`"options":["=Stairs","A slope","A ferry"]`, `"new_options":[3]`, `"voted":1`, `"option":3}]`}, nil},
		{"who did not vote has all before them", "GET", topicURL + "/polls", "$SEATED2", "", nil, 200, []string{`"new_options":[]`}, nil},
		{"a ballot for it", "PUT", topicURL + "/polls/4/ballot", "$SEATED1", client(`,"options":[3]`), nil, 200, nil, nil},
		{"nothing is new then", "GET", topicURL + "/polls", "$SEATED1", "", nil, 200, []string{`"mine":[3]`, `"new_options":[]`}, nil},
		{"the history tells no ballot", "GET", topicURL + "/history?limit=1000", "", "", nil, 200, []string{"poll 2 closed: 5 ballots issued, 5 cast"}, func(w *town, _ map[string]string, a answer) {
			if strings.Contains(a.body, "ballot-cast") || strings.Contains(a.body, "poll-ballots") {
				w.Errorf("the history tells of ballots: %s", a.body)
			}
		}},
	}...)
	steps = append(steps, disclosures(topicURL, client)...)
	return append(steps, []step{
		{"the bundle before the results", "GET", topicURL + "/bundle.zip", "", "", nil, 409, []string{`"code":"wrong-stage"`}, nil},
		{"the auditor's bundle for a citizen", "GET", topicURL + "/bundle.zip?for=auditor", "anna", "", nil, 403, nil, nil},
		{"a bundle for nobody", "GET", topicURL + "/bundle.zip?for=nobody", "anna", "", nil, 422, nil, nil},
		{"the results", "POST", topicURL + "/stage", "planner", client(`,"stage":5`), nil, 200, nil, nil},
		{"the bundle", "GET", topicURL + "/bundle.zip", "", "", nil, 200, []string{"manifest.json"}, nil},
		{"the auditor's bundle", "GET", topicURL + "/bundle.zip?for=auditor", "auditor", "", nil, 200, []string{"manifest.json"}, nil},

		// Erasure and history.
		{"an erasure for a reason in free words", "POST", topicURL + "/texts/erase", "registrar", client(`,"idea":3,"reason":"it names X"`), nil, 422, nil, nil},
		{"an erasure of nothing", "POST", topicURL + "/texts/erase", "registrar", client(`,"reason":"unlawful"`), nil, 422, nil, nil},
		{"an erasure of what is not there", "POST", topicURL + "/texts/erase", "registrar", client(`,"idea":99,"reason":"unlawful"`), nil, 404, nil, nil},
		{"an erasure by a planner", "POST", topicURL + "/texts/erase", "planner", client(`,"idea":3,"reason":"unlawful"`), nil, 403, nil, nil},
		{"an erasure", "POST", topicURL + "/texts/erase", "registrar", client(`,"idea":3,"reason":"author-request"`), nil, 200, []string{`"ack"`}, nil},
		{"an erasure twice", "POST", topicURL + "/texts/erase", "registrar", client(`,"idea":3,"reason":"author-request"`), nil, 409, nil, nil},
		{"the erased idea", "GET", topicURL + "/ideas?mine=1", "$SEATED2", "", nil, 200, []string{`"status":"removed","reason":"author-request"`}, nil},
		{"the history", "GET", topicURL + "/history?after=0&limit=3", "", "", nil, 200, []string{`"kind":"topic-created"`}, nil},

		// Proposals and what became of ideas.
		{"a proposal by a moderator", "POST", topicURL + "/proposals", "moderator", client(`,"items":[1],"title":"Trees","summary":"Plant them.","cost":""`), nil, 403, nil, nil},
		{"a proposal of no item", "POST", topicURL + "/proposals", "planner", client(`,"items":[99],"title":"Trees","summary":"Plant them.","cost":""`), nil, 404, nil, nil},
		{"a proposal", "POST", topicURL + "/proposals", "planner", client(`,"items":[1],"title":"Trees","summary":"Plant them.","cost":""`), nil, 201, []string{`"id":1`}, nil},
		{"a proposal worded anew", "PUT", topicURL + "/proposals/1", "planner", client(`,"items":[1],"title":"Trees on the bank","summary":"Plant them.","cost":"2 million"`), nil, 200, nil, nil},
		{"an answer that decides nothing", "POST", topicURL + "/proposals/1/answer", "planner", client(`,"decision":"perhaps","reason":"We will see.","budget":"","responsible":"","due":0`), nil, 422, nil, nil},
		{"the city's answer", "POST", topicURL + "/proposals/1/answer", "planner", client(`,"decision":"accepted","reason":"Shade is cheap.","budget":"","responsible":"Parks","due":0`), nil, 200, nil, nil},
		{"progress", "POST", topicURL + "/proposals/1/progress", "planner", client(`,"status":"started","note":"Dug."`), nil, 200, nil, nil},
		{"the proposals", "GET", topicURL + "/proposals", "", "", nil, 200, []string{`"title":"Trees on the bank"`, `"decision":"accepted"`, `"status":"started"`}, nil},
		{"the way of one's ideas", "GET", topicURL + "/ideas/fate", "$SEATED1", "", nil, 200, []string{`"ideas":[{`}, nil},
		{"the way of nobody's ideas", "GET", topicURL + "/ideas/fate", "", "", nil, 401, nil, nil},

		// What everyone may read, in one place.
		{"the open interface", "GET", api.OpenBase, "", "", nil, 200, []string{`"licence":{"name":"CC BY 4.0"`, `"path":"/api/open/v1/topics/{topic}/ideas"`}, nil},
		{"its description", "GET", api.OpenBase + "/openapi.yaml", "", "", nil, 200, []string{"openapi: 3.1"}, nil},
		{"what data there are", "GET", api.OpenBase + "/catalog.jsonld", "", "", nil, 200, []string{`"dcat:Catalog"`}, nil},
		{"what data of the topic there are", "GET", openURL + "/catalog.jsonld", "", "", nil, 200, []string{`"dcat:Dataset"`, "bundle.zip"}, nil},
		{"a search", "GET", api.OpenBase + "/search?q=tree", "", "", nil, 200, []string{`"kind":"proposal"`}, nil},
		{"a search of the page", "GET", "/api/search?q=tree&kind=answer", "anna", "", nil, 200, []string{`"next":null`}, nil},
		{"the vocabularies of the page", "GET", "/api/vocabularies", "anna", "", nil, 200, []string{`"districts":[]`}, nil},
		{"the vocabularies", "GET", api.OpenBase + "/vocabularies", "", "", nil, 200, []string{`"themes":[{"label":"parks","topics":["bank"]}]`}, nil},
		{"the open topics", "GET", api.OpenBase + "/topics", "", "", nil, 200, []string{`"kind":"topic","topic":"bank"`}, nil},
		{"the open topic", "GET", openURL, "", "", nil, 200, []string{`"status":"results"`}, nil},
		{"its changes", "GET", openURL + "/changes?since=3", "", "", nil, 200, []string{`"whole":true`}, nil},
		{"its events", "GET", openURL + "/events?limit=2", "", "", nil, 200, []string{`"kind":"topic-created"`}, nil},
		{"its groups", "GET", openURL + "/clusters", "", "", nil, 200, []string{`"clusters":[{"uri":`}, nil},
		{"a group that was merged", "GET", openURL + "/clusters/2", "", "", nil, 200, []string{`"number":1`}, nil},
		{"no group", "GET", openURL + "/clusters/99", "", "", nil, 404, nil, nil},
		{"its rating list", "GET", openURL + "/items", "", "", nil, 200, []string{`"result":{"rank":`}, nil},
		{"a rating item", "GET", openURL + "/items/1", "", "", nil, 200, []string{`"proposal":{"uri":`}, nil},
		{"no rating item", "GET", openURL + "/items/99", "", "", nil, 404, nil, nil},
		{"all ideas, line by line", "GET", openURL + "/ideas.ndjson", "", "", nil, 200, []string{`"kind":"idea"`}, nil},
		{"all ideas as a table", "GET", openURL + "/ideas.csv", "", "", nil, 200, []string{"uri,number,time,"}, nil},
		{"the ideas", "GET", openURL + "/ideas?limit=1", "", "", nil, 200, []string{`"next":"/api/open/v1/topics/bank/ideas?cursor=`}, nil},
		{"an idea", "GET", openURL + "/ideas/1", "", "", nil, 200, []string{`"cluster":{"uri":`, `"status":"accepted"`}, nil},
		{"all proposals, line by line", "GET", openURL + "/proposals.ndjson", "", "", nil, 200, []string{`"title":"Trees on the bank"`}, nil},
		{"all proposals as a table", "GET", openURL + "/proposals.csv", "", "", nil, 200, []string{"2 million"}, nil},
		{"the open proposals", "GET", openURL + "/proposals", "", "", nil, 200, []string{`"cost":"2 million"`, `"progress":[{"status":"started"`}, nil},
		{"a proposal's record", "GET", openURL + "/proposals/1", "", "", nil, 200, []string{`"items":[{"uri":`}, nil},
		{"the answers", "GET", openURL + "/answers", "", "", nil, 200, []string{`"text":"Shade is cheap."`}, nil},
		{"an answer", "GET", openURL + "/answers/1", "", "", nil, 200, []string{`"proposal":{"uri":`}, nil},

		// Signals.
		{"no signals yet", "GET", topicURL + "/signals", "analyst", "", nil, 200, []string{`"run":null`, `"may":true`}, nil},
		{"a look at nothing", "POST", topicURL + "/signals/look", "analyst", client(`,"key":"` + strings.Repeat("ab", 32) + `","outcome":"nothing","reason":"x"`), nil, 409, nil, nil},
		{"signals sought by a planner", "POST", topicURL + "/signals", "planner", client(``), nil, 403, nil, nil},
		{"the debate goes on", "POST", topicURL + "/stage", "planner", client(`,"stage":2`), nil, 200, nil, nil},
		{"a letter", "POST", topicURL + "/ideas", "$SEATED1", client(`,"text":"` + letter + `","lang":"en","origin_remark":0`), nil, 201, nil, nil},
		{"the same letter", "POST", topicURL + "/ideas", "$SEATED2", client(`,"text":"` + letter + `","lang":"en","origin_remark":0`), nil, 201, nil, nil},
		{"signals sought", "POST", topicURL + "/signals", "analyst", client(``), nil, 200, []string{`"run":1`}, nil},
		{"the signals", "GET", topicURL + "/signals", "auditor", "", nil, 200, []string{`"number":1`, `"may":false`, `"kind":"texts"`, `"text":"` + letter}, func(_ *town, vars map[string]string, a answer) {
			_, key, _ := strings.Cut(a.body, `"key":"`)
			vars["SIGNAL"], _, _ = strings.Cut(key, `"`)
		}},
		{"the signals for moderators before", "GET", topicURL + "/signals", "moderator", "", nil, 200, []string{`"signals":[]`}, nil},
		{"the signals for a citizen", "GET", topicURL + "/signals", "anna", "", nil, 403, nil, nil},
		{"a look at a signal that is not there", "POST", topicURL + "/signals/look", "analyst", client(`,"key":"` + strings.Repeat("ab", 32) + `","outcome":"nothing","reason":"x"`), nil, 404, nil, nil},
		{"a look at what is no key", "POST", topicURL + "/signals/look", "analyst", client(`,"key":"ab","outcome":"nothing","reason":"x"`), nil, 422, nil, nil},
		{"a look without a reason", "POST", topicURL + "/signals/look", "analyst", client(`,"key":"$SIGNAL","outcome":"nothing","reason":" "`), nil, 422, nil, nil},
		{"a look that finds what is not asked", "POST", topicURL + "/signals/look", "analyst", client(`,"key":"$SIGNAL","outcome":"guilty","reason":"x"`), nil, 422, nil, nil},
		{"a look by an auditor", "POST", topicURL + "/signals/look", "auditor", client(`,"key":"$SIGNAL","outcome":"nothing","reason":"x"`), nil, 403, nil, nil},
		{"a look", "POST", topicURL + "/signals/look", "analyst", client(`,"key":"$SIGNAL","outcome":"handed-on","reason":"One letter, two names"`), nil, 200, nil, nil},
		{"the signals for moderators", "GET", topicURL + "/signals", "moderator", "", nil, 200, []string{`"outcome":"handed-on"`, `"reason":"One letter, two names"`}, nil},
		{"the signals for planners", "GET", topicURL + "/signals", "planner", "", nil, 200, []string{`"signals":[]`}, nil},
		{"erasing the reason of a look", "POST", topicURL + "/texts/erase", "moderator", client(`,"look":1,"reason":"personal-data"`), nil, 200, nil, nil},
		{"the erased reason of a look", "GET", topicURL + "/signals", "analyst", "", nil, 200, []string{`"outcome":"handed-on","reason":""`}, nil},

		// What comes on paper.
		{"an idea on paper", "POST", topicURL + "/paper", "registrar", client(`,"text":"A ferry","lang":"en","source":"letter","author":"Agafya"`), nil, 201, []string{`"known":false`}, func(_ *town, vars map[string]string, a answer) {
			vars["PAPER"], vars["CODE"] = fmt.Sprint(a.field("idea")), a.field("code").(string)
		}},
		{"one by a planner", "POST", topicURL + "/paper", "planner", client(`,"text":"A ferry","lang":"en","source":"letter"`), nil, 403, nil, nil},
		{"a file of them, looked at", "POST", topicURL + "/paper/file?check=1", "registrar", "id,text,source\n1,A raft,paper\n", csv, 200, []string{`"rows":1`, "A raft"}, nil},
		{"a file of them with a fault", "POST", topicURL + "/paper/file?client_id=$ID", "registrar", "id,text,source\n1,A raft,pigeon\n", csv, 422, []string{`"row":2`, `"column":"source"`, `"value":"pigeon"`}, nil},
		{"a file of them", "POST", topicURL + "/paper/file?client_id=$ID", "registrar", "id,text,source\n1,A raft,paper\n", csv, 200, []string{`"known":0`}, nil},
		{"the receipts", "GET", topicURL + "/paper", "registrar", "", nil, 200, []string{`"author":"Agafya"`, `"code":"$CODE"`}, nil},
		{"a receipt", "POST", topicURL + "/paper/find", "", `{"number":$PAPER,"code":"$CODE"}`, nil, 200, []string{`"text":"A ferry"`, `"source":"letter"`}, nil},
		{"a receipt with another code", "POST", topicURL + "/paper/find", "", `{"number":$PAPER,"code":"AAAA-AAAA"}`, nil, 404, nil, nil},
		{"an idea that its author takes", "POST", topicURL + "/paper/claim", "$SEATED1", client(`,"number":$PAPER,"code":"$CODE"`), nil, 200, nil, nil},

		// Ideas of several authors.
		{"inviting nobody", "POST", topicURL + "/ideas/$PAPER/coauthors", "$SEATED1", client(`,"number":9999`), nil, 404, nil, nil},
		{"inviting to another's idea", "POST", topicURL + "/ideas/$PAPER/coauthors", "$SEATED2", client(`,"number":1`), nil, 403, nil, nil},
		{"inviting", "POST", topicURL + "/ideas/$PAPER/coauthors", "$SEATED1", client(`,"number":$NUMBER2`), nil, 200, nil, nil},
		{"the invitation", "GET", topicURL + "/ideas/fate", "$SEATED2", "", nil, 200, []string{`"invitations":[{"idea":{"id":$PAPER,`, `"text":"A ferry"`}, nil},
		{"whom an author invited", "GET", topicURL + "/ideas/fate", "$SEATED1", "", nil, 200, []string{`"coauthors":[{"number":$NUMBER2,"standing":"invited"}]`}, nil},
		{"accepting it", "POST", topicURL + "/ideas/$PAPER/coauthors/answer", "$SEATED2", client(`,"accept":true`), nil, 200, nil, nil},
		{"an idea of two", "GET", topicURL + "/ideas", "", "", nil, 200, []string{`"together":[$NUMBER2]`}, nil},
		{"what became of it, for the co-author", "GET", topicURL + "/ideas/fate", "$SEATED2", "", nil, 200, []string{`"invitations":[]`, `"mine":false`, `"coauthor":true`, `"text":"A ferry"`, `"coauthors":null`}, nil},
		{"leaving it", "POST", topicURL + "/ideas/$PAPER/coauthors/end", "$SEATED2", client(``), nil, 200, nil, nil},
		{"answering no invitation", "POST", topicURL + "/ideas/$PAPER/coauthors/answer", "$SEATED2", client(`,"accept":true`), nil, 409, nil, nil},
		{"leaving without having joined", "POST", topicURL + "/ideas/$PAPER/coauthors/end", "$SEATED2", client(``), nil, 409, nil, nil},

		{"data protection, for a citizen", "GET", "/api/data-protection", "$SEATED1", "", nil, 403, nil, nil},
		{"data protection", "GET", "/api/data-protection", "planner", "", nil, 200, []string{`Classes of personal data`, `Addresses and numbers`}, nil},
		{"data protection, as facts", "GET", "/api/data-protection?file=json", "administrator", "", nil, 200, []string{`"recipients":["own","registrar"]`}, nil},
		{"a breach of nothing", "GET", "/api/data-protection/breach?exposed=door", "administrator", "", nil, 422, nil, nil},
		{"a breach", "GET", "/api/data-protection/breach?exposed=data&noticed=2026-03-01T09:00:00Z", "administrator", "", nil, 200, []string{`by 2026-03-04 09:00 UTC (72 hours`, `can’t be read`}, nil},
		{"how the installation is, for a planner", "GET", "/api/installation", "planner", "", nil, 403, nil, nil},
		{"how the installation is", "GET", "/api/installation", "administrator", "", nil, 200, []string{`"kind":"seal"`, `"state":"used"`, `"class":"panel"`, `"troubles":[]`}, nil},
		{"examining it, for a planner", "GET", "/api/installation/examination", "planner", "", nil, 403, nil, nil},
		{"examining it", "GET", "/api/installation/examination", "administrator", "", nil, 200, []string{`"findings":`}, nil},
		// What is held of people is theirs.
		{"what is held of nobody", "GET", "/api/my-data", "", "", nil, 401, nil, nil},
		{"what is held of someone", "GET", "/api/my-data", "$SEATED1", "", nil, 200, []string{`"name":"$SEATED1"`, `"version":"1","text":"You agree."`, letter}, nil},
		{"the file of it", "GET", "/api/my-data/file", "$SEATED1", "", nil, 200, []string{letter}, nil},
		{"agreeing to no text", "PUT", topicURL + "/consent", "$SEATED1", client(`,"version":"7"`), nil, 422, nil, nil},
		{"agreeing again", "PUT", topicURL + "/consent", "$SEATED1", client(`,"version":"1"`), nil, 200, nil, nil},
		{"taking back the consent of a stranger", "DELETE", topicURL + "/consent?client_id=$ID", "stranger", "", nil, 409, nil, nil},
		{"taking back consent", "DELETE", topicURL + "/consent?client_id=$ID", "$SEATED2", "", nil, 200, []string{`"answers":1`}, nil},
		{"erasing, of which it is not said what", "POST", "/api/my-data/erasure", "$SEATED2", `{}`, nil, 422, nil, nil},
		{"erasing everything", "POST", "/api/my-data/erasure", "$SEATED2", `{"texts":true}`, nil, 200, []string{`Certificate of erasure`, `"id":"bank"`}, nil},
		{"what is held afterwards", "GET", "/api/my-data", "$SEATED2", "", nil, 401, nil, nil},

		{"the people of the installation", "GET", "/api/people", "administrator", "", nil, 200, []string{`"changes":[]`, `"name":"planner","roles":["planner"],"step":false`}, func(w *town, vars map[string]string, _ answer) {
			p, err := w.server.People.Verified(w.Context(), identity.AssuranceMail, "", "olga@mail.example")
			if err != nil {
				w.Fatal(err)
			}
			vars["OLGA"] = p.ID
		}},
		{"the people, for a planner", "GET", "/api/people", "planner", "", nil, 403, nil, nil},
		{"whose address it is", "POST", "/api/people/find", "administrator", `{"address":"olga@mail.example"}`, nil, 200, []string{`"id":"$OLGA"`}, nil},
		{"nobody's address", "POST", "/api/people/find", "administrator", `{"address":"nobody@mail.example"}`, nil, 404, nil, nil},
		{"a second step taken away", "POST", "/api/people/$OLGA/reset", "administrator", "{}", nil, 200, []string{`"told":false`}, nil},
		{"that of nobody", "POST", "/api/people/nobody/reset", "administrator", "{}", nil, 404, nil, nil},

		{"nobody's account", "GET", "/api/account", "", "", nil, 401, nil, nil},
		{"one's own account", "GET", "/api/account", "stranger", "", nil, 200, []string{`"assurance":"roster"`, `"here":true`}, nil},
		{"ending what is not there", "POST", "/api/account/sign-ins/end", "stranger", `{"id":"x"}`, nil, 404, nil, nil},
		{"signing out everywhere", "POST", "/api/account/sign-ins/end", "stranger", `{"all":true}`, nil, 200, nil, nil},
		{"the account afterwards", "GET", "/api/account", "stranger", "", nil, 401, nil, nil},

		// The session ends.
		{"signing out", "DELETE", "/api/session", "vera", "", []string{"Content-Type", ""}, 200, []string{`"signed_in":false`}, func(w *town, _ map[string]string, a answer) {
			if c := a.cookie(); c.Expires.IsZero() || c.Expires.After(time.Now()) || c.Value != "" {
				w.Errorf("signing out leaves the cookie %v", c)
			}
		}},
		{"an ended session", "DELETE", topicURL + "/application?client_id=$ID", "vera", "", nil, 401, []string{`"code":"unauthenticated"`}, nil},
		{"an ended session, reading", "GET", "/api/session", "vera", "", nil, 200, []string{`"signed_in":false`}, nil},

		// The whole topic is to go, and stays after all.
		{"deleting the topic, by a planner", "POST", topicURL + "/deletion", "planner", client(`,"title":"The bank","reason":"A rehearsal"`), nil, 403, nil, nil},
		{"deleting it with another title", "POST", topicURL + "/deletion", "administrator", client(`,"title":"The river","reason":"A rehearsal"`), nil, 422, nil, nil},
		{"deleting it without a reason", "POST", topicURL + "/deletion", "administrator", client(`,"title":"The river bank","reason":" "`), nil, 422, nil, nil},
		{"deleting it", "POST", topicURL + "/deletion", "administrator", client(`,"title":"The bank","reason":"A rehearsal"`), nil, 201, nil, nil},
		{"agreed by who asked", "POST", topicURL + "/deletion/answer", "administrator", client(`,"outcome":"agreed"`), nil, 403, []string{"two people"}, nil},
		{"agreed by a moderator", "POST", topicURL + "/deletion/answer", "moderator", client(`,"outcome":"agreed"`), nil, 403, nil, nil},
		{"an outcome that is none", "POST", topicURL + "/deletion/answer", "planner", client(`,"outcome":"perhaps"`), nil, 422, nil, nil},
		{"agreed", "POST", topicURL + "/deletion/answer", "planner", client(`,"outcome":"agreed"`), nil, 200, nil, nil},
		{"the topic meanwhile", "GET", topicURL, "", "", nil, 200, []string{`"deletion":{"status":"agreed","reason":"A rehearsal"`, `"due":`, `"mine":false`}, nil},
		{"what goes on no more", "POST", topicURL + "/stage", "planner", client(`,"stage":1`), nil, 409, []string{"will be deleted on"}, nil},
		{"called off for no reason", "POST", topicURL + "/deletion/answer", "administrator", client(`,"outcome":"called-off"`), nil, 422, nil, nil},
		{"called off", "POST", topicURL + "/deletion/answer", "administrator", client(`,"outcome":"called-off","reason":"It is wanted"`), nil, 200, nil, nil},
		{"the topic afterwards", "GET", topicURL, "administrator", "", nil, 200, []string{`"status":"called-off"`, `"because":"It is wanted"`, `"mine":true`}, nil},
		{"topics that were deleted", "GET", "/api/deleted", "", "", nil, 200, []string{`{"deleted":[]}`}, nil},
	}...)
}
