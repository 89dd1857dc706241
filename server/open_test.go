package server

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"veche/server/api"
	"veche/server/config"
	"veche/server/tally"
)

// found are the entries of an answer, each as kind, topic and number, in order.
func found(t testing.TB, a answer) []string {
	t.Helper()
	var v struct {
		Entries []struct {
			Kind, Topic string
			Number      int
		}
	}
	if a.status != 200 || json.Unmarshal([]byte(a.body), &v) != nil {
		t.Fatalf("the list was answered %d %s", a.status, a.body)
	}
	list := []string{}
	for _, e := range v.Entries {
		list = append(list, fmt.Sprintf("%s %s %d", e.Kind, e.Topic, e.Number))
	}
	return list
}

// openBank opens a topic with a counted rating of four statements, the second of
// which moderators took out, and a proposal with its answer.
func openBank(t testing.TB, w *town) {
	t.Helper()
	c := &tally.Conversation{Topic: "The river bank"}
	for i, text := range []string{"plant more trees by the water", "an insult about the neighbour", "mend the bridges", "=SUM(A1) of benches"} {
		s := tally.Statement{ID: fmt.Sprint(i), Text: text, Time: time.Date(2026, 3, 1+i, 12, 0, 0, 0, time.UTC).UnixMilli()}
		if i == 1 {
			s.Moderation = tally.Out
		}
		c.Statements = append(c.Statements, s)
	}
	for p := range 4 {
		c.Participants = append(c.Participants, tally.Participant{ID: fmt.Sprint(p)})
		for s := range c.Statements {
			value := tally.Agree
			if p < s {
				value = tally.Disagree
			}
			c.Votes = append(c.Votes, tally.Cast{Statement: s, Participant: p, Value: value})
		}
	}
	w.bringIn(c)
	w.must(200, "POST", "/api/topics/bank/tally", "planner", `{"client_id":"count"}`)
	w.must(201, "POST", "/api/topics/bank/proposals", "planner", `{"client_id":"put","items":[3],"title":"Bridges","summary":"Mend every bridge.","cost":"2 million"}`)
	w.must(200, "POST", "/api/topics/bank/proposals/1/answer", "planner", `{"client_id":"answer","decision":"partly","reason":"Half of the bridges first.","budget":"","responsible":"Works","due":0}`)
}

// One search finds everything that everyone may read, in any form of its words,
// by its filters, in pages, with the way that led to it.
func TestSearchOfEverything(t *testing.T) {
	w := openTown(t, t.TempDir())
	openBank(t, w)
	const search = api.OpenBase + "/search"
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"?q=bridge", []string{"proposal bank 1", "answer bank 1", "idea bank 3"}},
		{"?q=tree", []string{"idea bank 1"}},
		{"?q=rivers", []string{"topic bank 1"}},
		{"?q=bridge&kind=idea", []string{"idea bank 3"}},
		{"?q=nothing+of+it", []string{}},
		{"?kind=idea&from=2026-03-02&to=2026-03-03", []string{"idea bank 3"}},
		{"?kind=idea&status=partly", []string{"idea bank 3"}},
		{"?kind=idea&status=rated", []string{"idea bank 4", "idea bank 1"}},
		{"?status=rating", []string{"topic bank 1"}},
		{"?topic=elsewhere", []string{}},
		{"?district=Harbour", []string{}},
		{"?topic=bank&kind=idea&number=3", []string{"idea bank 3"}},
		{"?topic=bank&kind=idea&number=2", []string{}},
		{"?kind=answer", []string{"answer bank 1"}},
	} {
		got := found(t, w.must(200, "GET", search+c.query, "", ""))
		if strings.HasPrefix(c.query, "?q=") {
			slices.Sort(got)
			slices.Sort(c.want)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.query, got, c.want)
		}
	}
	w.must(400, "GET", search+"?status=foo", "", "")
	w.must(400, "GET", "/api/search?status=none", "", "")
	a := w.must(200, "GET", search+"?q=bridges&kind=idea", "", "")
	for _, want := range []string{`"total":1`, `"kinds":{"answer":1,"idea":1,"proposal":1,"topic":0}`, `"uri":"` + w.url + `/id/bank/ideas/3"`, `"status":"partly"`, `"rank":`, `"proposal":{"uri":"` + w.url + `/id/bank/proposals/1"`, `"reason":"Half of the bridges first."`, `"marks":[[9,16]]`, `"licence":{"name":"CC BY 4.0"`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the bridge lacks %s: %s", want, a.body)
		}
	}
	// Page by page everything comes once.
	var all []string
	next := api.OpenBase + "/topics/bank/ideas?limit=1"
	for next != "" {
		a := w.must(200, "GET", next, "", "")
		all = append(all, found(t, a)...)
		next, _ = a.field("next").(string)
		if next != "" && !strings.Contains(strings.Join(a.header.Values("Link"), " "), next) {
			t.Errorf("the next page %s is not linked: %q", next, a.header.Values("Link"))
		}
	}
	if !slices.Equal(all, []string{"idea bank 1", "idea bank 3", "idea bank 4"}) {
		t.Errorf("page by page: %q", all)
	}
	// Lasting addresses lead on.
	no := *w.client
	no.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for path, to := range map[string]string{"/id/bank": "/topics/bank", "/id/bank/ideas/3": "/search?topic=bank&kind=idea&number=3", "/id/bank/answers/1": "/topics/bank/proposals#proposal-1", "/id/bank/ideas/03": "", "/id/bank/people/3": ""} {
		res, err := no.Get(w.url + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Header.Get("Location"); got != to || (to == "") != (res.StatusCode == 404) {
			t.Errorf("%s leads to %q with %d, want %q", path, got, res.StatusCode, to)
		}
	}
}

// What is not for everyone shows neither as a record nor as a hit nor in a count:
// hidden, erased and masked texts, those that wait to be read, topics that have
// not opened.
func TestSearchKeepsWhatIsHidden(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna")
	openBank(t, w)
	w.must(201, "POST", "/api/topics", "planner", strings.NewReplacer(`"id":"bank"`, `"id":"lake"`, "The bank", "A secret zeppelin").Replace(topicBody))
	w.debate("square", "anna")
	idea := func(n int, text string) {
		w.must(201, "POST", "/api/topics/square/ideas", "anna", fmt.Sprintf(`{"client_id":"idea-%d","text":%q,"lang":"en","origin_remark":0}`, n, text))
	}
	idea(1, "Call Zacharias about the fountain")
	idea(2, "A fountain with goldfish")
	w.must(200, "PUT", "/api/topics/square/moderation", "planner", `{"client_id":"before","before":true,"responsible":"The ombudsman","days":10}`)
	idea(3, "A fountain that waits to be read")

	paths := []string{"/search?q=%s", "/search?kind=idea&limit=500", "/topics", "/topics/square/ideas", "/topics/square/ideas.ndjson", "/topics/square/ideas.csv", "/topics/square/changes", "/topics/square/events?limit=1000", "/topics/bank/ideas", "/topics/bank/items", "/topics/bank/ideas.csv", "/topics/bank/ideas.ndjson", "/topics/bank/changes", "/topics/bank/clusters", "/vocabularies"}
	hidden := func(words ...string) {
		t.Helper()
		for _, word := range words {
			for _, p := range paths {
				path := api.OpenBase + strings.ReplaceAll(p, "%s", url.QueryEscape(word))
				for _, who := range []string{"", "anna", "moderator"} { // who asks makes no difference
					a := w.must(200, "GET", path, who, "")
					if strings.Contains(strings.ToLower(a.body), strings.ToLower(word)) {
						t.Errorf("%s as %q tells of %q: %s", path, who, word, a.body)
					}
				}
			}
			if a := w.send("GET", api.OpenBase+"/search?q="+word, "", ""); a.field("total") != 0.0 || strings.Contains(a.body, `"idea":1`) {
				t.Errorf("a search counts what says %q: %s", word, a.body)
			}
		}
	}
	if got := found(t, w.send("GET", api.OpenBase+"/search?q=Zacharias", "", "")); !slices.Equal(got, []string{"idea square 1"}) {
		t.Fatalf("before the mask: %q", got)
	}
	since := fmt.Sprint(w.send("GET", api.OpenBase+"/topics/square/changes", "", "").field("top"))
	w.must(200, "POST", "/api/topics/square/mask", "anna", `{"client_id":"mask","subject":{"kind":"idea","number":1},"spans":[[5,14]]}`)
	w.must(200, "POST", "/api/topics/square/texts/erase", "registrar", `{"client_id":"erase","idea":2,"reason":"author-request"}`)
	hidden("insult", "Zacharias", "goldfish", "waits", "zeppelin")
	if got := found(t, w.send("GET", api.OpenBase+"/search?q=fountain", "", "")); !slices.Equal(got, []string{"idea square 1"}) {
		t.Errorf("of the masked idea the rest is found: %q", got)
	}
	// Who follows the changes is told of what went.
	a := w.must(200, "GET", api.OpenBase+"/topics/square/changes?since="+since, "", "")
	if !strings.Contains(a.body, `"number":2,"removed":true}`) || !strings.Contains(a.body, `"number":1,"removed":false,"entry":{`) || strings.Contains(a.body, `"number":3,"removed":false`) {
		t.Errorf("the changes: %s", a.body)
	}
	for _, path := range []string{"/topics/square/ideas/2", "/topics/square/ideas/3", "/topics/bank/ideas/2", "/topics/lake"} {
		if a := w.send("GET", api.OpenBase+path, "moderator", ""); a.status != 404 {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	// What moderators hide goes at once, and comes back when they show it again.
	const board = "/api/topics/square/board"
	w.must(200, "POST", board, "moderator", `{"client_id":"hide","reason":"Off topic","op":{"kind":"hide-idea","ideas":[1]}}`)
	hidden("fountain")
	w.must(200, "POST", board, "moderator", `{"client_id":"show","reason":"It is not","op":{"kind":"show-idea","ideas":[1]}}`)
	if got := found(t, w.send("GET", api.OpenBase+"/search?q=fountain", "", "")); !slices.Equal(got, []string{"idea square 1"}) {
		t.Errorf("shown again: %q", got)
	}
}

// The open interface answers every site's pages without cookies, by tags, so many
// times a second, and refuses in the one form of problems.
func TestOpenInterfaceAsAGuest(t *testing.T) {
	clock := clockAt(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	open := config.Default().Open
	open.PerSecond, open.Burst, open.Licence, open.LicenceURL = 1, 12, "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"
	w := openTownWith(t, Options{Data: t.TempDir(), Open: open, Clock: clock.now}, "anna")
	w.debate("square", "anna")
	a := w.must(200, "GET", api.OpenBase+"/topics/square", "anna", "", "Origin", "https://elsewhere.example")
	if a.header.Get("Access-Control-Allow-Origin") != "*" || a.header.Get("Access-Control-Allow-Credentials") != "" || a.header.Get("Set-Cookie") != "" || strings.Contains(a.header.Get("Vary"), "Cookie") {
		t.Errorf("its headers are %v", a.header)
	}
	if link := a.header.Get("Link"); link != `<https://creativecommons.org/publicdomain/zero/1.0/>; rel="license"` || a.field("licence.name") != "CC0 1.0" {
		t.Errorf("the licence is %q, %v", link, a.field("licence"))
	}
	tag := a.header.Get("ETag")
	if a := w.send("GET", api.OpenBase+"/topics/square", "", "", "If-None-Match", tag); a.status != 304 || a.body != "" {
		t.Errorf("what one has already: %d %s", a.status, a.body)
	}
	w.must(201, "POST", "/api/topics/square/ideas", "anna", `{"client_id":"i","text":"A bench","lang":"en","origin_remark":0}`)
	if a := w.send("GET", api.OpenBase+"/topics/square", "", "", "If-None-Match", tag); a.status != 200 || a.header.Get("ETag") == tag {
		t.Errorf("what changed meanwhile: %d, tag %s", a.status, a.header.Get("ETag"))
	}
	if a := w.send("OPTIONS", api.OpenBase+"/topics/square", "", "", "Origin", "https://elsewhere.example"); a.status != 204 || a.header.Get("Access-Control-Allow-Headers") != "If-None-Match" || a.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("asking whether one may: %d %v", a.status, a.header)
	}
	for path, status := range map[string]int{"/topics/none": 404, "/nothing": 404, "/search?kind=people": 422, "/search?from=March": 400, "/search?cursor=!": 400, "/topics/square/ideas/0": 404} {
		a := w.send("GET", api.OpenBase+path, "", "")
		if a.status != status || !strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json") || a.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d %s %v", path, a.status, a.body, a.header)
		}
	}
	if a := w.send("POST", api.OpenBase+"/topics/square", "planner", "{}"); a.status != 405 {
		t.Errorf("writing: %d", a.status)
	}
	// Nine of twelve are gone; the clock stands still.
	limited := answer{}
	for range 4 {
		limited = w.send("GET", api.OpenBase+"/topics", "", "")
	}
	if limited.status != 429 || limited.header.Get("Retry-After") != "1" {
		t.Errorf("too often: %d %v", limited.status, limited.header)
	}
	if a := w.send("GET", "/api/topics", "", ""); a.status != 200 {
		t.Errorf("the pages' own interface: %d", a.status)
	}
	clock.pass(time.Second)
	if a := w.send("GET", api.OpenBase+"/topics", "", ""); a.status != 200 {
		t.Errorf("a second later: %d", a.status)
	}
}

// The metadata of the data is DCAT-AP, tells the size and digest of what is then
// downloaded, and stays as it was committed.
func TestMetadataOfOpenData(t *testing.T) {
	w := openTownWith(t, Options{Data: t.TempDir(), Clock: clockAt(time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)).now})
	openBank(t, w)
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"results","stage":2}`)
	// The address is part of what is told, so it must not change with the port.
	get := func(path string) answer {
		t.Helper()
		r, err := http.NewRequest("GET", w.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "localhost:8080"
		res, err := w.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != 200 {
			t.Fatalf("%s: %d %v %s", path, res.StatusCode, err, b)
		}
		return answer{res.StatusCode, string(b), res.Header}
	}
	for path, file := range map[string]string{"/catalog.jsonld": "testdata/catalog.jsonld", "/topics/bank/catalog.jsonld": "testdata/catalog-bank.jsonld"} {
		a := get(path)
		if kind := a.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/ld+json") || a.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s is a %s of %v", path, kind, a.header)
		}
		if *update {
			if err := os.WriteFile(file, []byte(a.body), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if a.body != string(want) {
			t.Errorf("%s is not as in %s: run with -update and read what changed\n%s", path, file, a.body)
		}
	}
	files := listOf(get("/topics/bank/catalog.jsonld").field("dcat:distribution"))
	if len(files) != 5 {
		t.Fatalf("%d files", len(files))
	}
	for _, f := range files[:4] {
		f := orNone(f)
		path := strings.TrimPrefix(f["@id"].(string), "http://localhost:8080")
		a := get(path)
		sum := sha256.Sum256([]byte(a.body))
		if size := orNone(f["dcat:byteSize"])["@value"]; size != fmt.Sprint(len(a.body)) {
			t.Errorf("%s has %d bytes, not %v", path, len(a.body), size)
		}
		if told := orNone(orNone(f["spdx:checksum"])["spdx:checksumValue"])["@value"]; told != hex.EncodeToString(sum[:]) {
			t.Errorf("%s is %x, not %v", path, sum, told)
		}
		if got := a.header.Get("Repr-Digest"); got != "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":" {
			t.Errorf("%s says its digest is %s", path, got)
		}
	}
	if a := get(api.OpenBase + "/topics/bank/ideas.csv"); !strings.Contains(a.body, ",'=SUM(A1) of benches,") {
		t.Errorf("a text that a spreadsheet would run: %s", a.body)
	}
}

// A counted rating goes out in Polis's format and comes in again with equal
// statements, last votes and groups; what moderators took out keeps its place
// without its text.
func TestRatingOutAndInByPolis(t *testing.T) {
	w := openTown(t, t.TempDir())
	openBank(t, w)
	dir := filepath.Join(t.TempDir(), "out")
	out, err := w.server.WritePolis(t.Context(), "bank", dir)
	if err != nil {
		t.Fatal(err)
	}
	in, err := w.server.ImportPolis(t.Context(), "again", "en", dir)
	if err != nil {
		t.Fatal(err)
	}
	w.must(200, "POST", "/api/topics/again/tally", "planner", `{"client_id":"count"}`)
	twice, err := w.server.WritePolis(t.Context(), "again", filepath.Join(t.TempDir(), "again"))
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{"plant more trees by the water", "", "mend the bridges", "=SUM(A1) of benches"}
	for i, text := range texts {
		if out.Statements[i].Text != text || in.Statements[i].Text != text || (in.Statements[i].Moderation == tally.Out) != (i == 1) {
			t.Errorf("statement %d went out as %+v and came in as %+v", i+1, out.Statements[i], in.Statements[i])
		}
	}
	// Ballots get new random names in a topic, so people are told apart by how they
	// voted and with whom.
	profiles := func(c *tally.Conversation) []string {
		list := make([]string, len(c.Participants))
		for _, v := range c.Votes {
			list[v.Participant] += fmt.Sprint(c.Statements[v.Statement].ID, "=", v.Value, " ")
		}
		for i := range list {
			list[i] += fmt.Sprint("in group ", c.Participants[i].Group)
		}
		slices.Sort(list)
		return list
	}
	if a, b, c := profiles(out), profiles(in), profiles(twice); len(a) != 4 || !slices.Equal(a, b) || !slices.Equal(b, c) {
		t.Errorf("out %q, in %q, counted again %q", a, b, c)
	}
	if _, err := w.server.WritePolis(t.Context(), "bank", dir); err == nil {
		t.Error("files were overwritten")
	}
}
