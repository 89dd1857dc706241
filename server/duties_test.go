package server

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"veche/server/journal"
	"veche/server/topic"
)

// secret is something of one person that few may read.
type secret struct {
	what  string
	words string
	may   string // who may read it, by their names here; the others never do
	must  bool   // each of them reads it somewhere, else the test would show nothing
}

// secretsOf are what may be read by whom. Anna takes part and wrote, Vera takes part
// with her, and somebody came by the registrar's file.
func secretsOf(names map[string]string) []secret {
	list := []secret{
		{"Anna's name", "Zqanna Zqladova", "registrar anna", true},
		{"Vera's name", "Zqvera Zqmoroz", "registrar vera", true},
		{"Anna's address", "Zqforest street 77", "registrar anna", true},
		{"Vera's address", "Zqmeadow lane 78", "registrar vera", true},
		{"the name in the file", "Zqolga Zqberezina", "registrar", true},
		{"the phone in the file", "+7 900 771-04-19", "registrar", true},
		{"the mail in the file", "zqolga@qvorst.example", "registrar", true},
		{"the address in the file", "Zqriver road 79", "registrar", true},
		{"the number in the file", "zqfile4711", "registrar", true},
		{"who wrote on paper", "Zqagafya Zqlykova", "registrar", true},
		{"why two were judged to be one", "zqjudged they share a phone", "registrar", true},
		{"the words of a message that was removed", "zqremoved the heron stands still", "moderator facilitator anna", false},
		{"the note of a report", "zqnote it is about my street", "moderator facilitator vera", false},
	}
	for what, words := range names { // no name that joins one thing with another is in any answer
		list = append(list, secret{what, words, "", false})
	}
	return list
}

// bundled are the pseudonyms that the bundle for the public holds: that of a ballot with
// its votes, and that of a poll with its ballots, each alone.
const bundled = "/bundle.zip"

// Duties are apart: what people are called, where they live and how they can be reached
// is for the registrar and themselves, in every answer to everyone in every step.
// Nobody is told what would join a person with their words or their ballots.
func TestDutiesAreApart(t *testing.T) {
	w := openTown(t, t.TempDir(), "stranger")
	ids := map[string]string{}
	for _, who := range []struct{ name, called string }{{"anna", "Zqanna Zqladova"}, {"vera", "Zqvera Zqmoroz"}} {
		p := w.enter(who.called)
		w.cookies[who.name], ids[who.name] = w.cookies[who.called], p.ID
	}
	w.openDuties()
	names := map[string]string{"Anna's id": ids["anna"], "Vera's id": ids["vera"]}
	joined := map[string]string{}
	for _, who := range []string{"anna", "vera"} {
		p, err := w.server.Vault.Pseudonyms(t.Context(), ids[who], "bank")
		if err != nil {
			t.Fatal(err)
		}
		names[who+"'s name in debate"] = hex.EncodeToString(p.Debate[:])
		names[who+"'s name as staff"] = hex.EncodeToString(p.Staff[:])
		poll := p.InPoll(1)
		joined[who+"'s name on the ballot"], joined[who+"'s name in the poll"] = hex.EncodeToString(p.Ballot[:]), hex.EncodeToString(poll[:])
	}
	secrets := secretsOf(names)
	for what, words := range joined {
		secrets = append(secrets, secret{what, words, bundled, false})
	}
	people := []string{"", "stranger", "anna", "vera"}
	for _, r := range staffOf {
		people = append(people, r.String())
	}
	read := map[string]map[string]bool{}
	answers := 0
	walk := func(step string) {
		t.Helper()
		for _, path := range w.lookedAt(secrets) {
			for _, who := range people {
				a := w.send("GET", path, who, "")
				if a.status >= 500 {
					t.Errorf("GET %s as %q in %s: %d %s", path, who, step, a.status, a.body)
				}
				answers++
				body := strings.ToLower(unpacked(t, a))
				for _, s := range secrets {
					if !strings.Contains(body, strings.ToLower(s.words)) {
						continue
					}
					may := strings.Fields(s.may)
					switch {
					case s.may == bundled && strings.HasSuffix(path, bundled):
					case strings.HasSuffix(path, "/rating/receipt") && s.what == who+"'s name on the ballot": // one's own
					case !slices.Contains(may, who) || s.may == bundled:
						t.Errorf("GET %s tells %q in %s: %s", path, who, step, s.what)
					default:
						if read[s.what] == nil {
							read[s.what] = map[string]bool{}
						}
						read[s.what][who] = true
					}
				}
			}
		}
	}
	for _, step := range w.steps() {
		step.play()
		if step.walked {
			walk(step.name)
		}
	}
	for _, s := range secrets {
		for _, who := range strings.Fields(s.may) {
			if s.must && !read[s.what][who] {
				t.Errorf("%s never reads %s, so that the test shows nothing of it", who, s.what)
			}
		}
		if !s.must && s.may != "" && s.may != bundled && len(read[s.what]) == 0 {
			t.Errorf("nobody reads %s, so that the test shows nothing of it", s.what)
		}
	}
	t.Logf("%d secrets sought in %d answers to %d kinds of people", len(secrets), answers, len(people))
}

// lookedAt are the addresses of every route that is read, filled in with what is
// there, and with questions that could find secrets.
func (w *town) lookedAt(secrets []secret) []string {
	w.Helper()
	seen := map[string]bool{}
	for _, r := range w.server.app.GetRoutes(true) {
		if r.Method != http.MethodGet || r.Path == "/live" || strings.HasSuffix(r.Path, "*") {
			continue
		}
		for _, n := range []string{"0", "1", "2"} {
			parts := strings.Split(r.Path, "/")
			for i, p := range parts {
				switch {
				case p == ":topic":
					parts[i] = "bank"
				case strings.HasPrefix(p, ":"):
					parts[i] = n
				}
			}
			seen[strings.Join(parts, "/")] = true
		}
	}
	if len(seen) < 100 {
		w.Fatalf("only %d addresses", len(seen))
	}
	for _, path := range []string{"/api/topics/bank/doubles?show=judged", "/api/topics/bank/history?limit=1000", "/api/topics/bank/seats?id=zqfile4711"} {
		seen[path] = true
	}
	for _, s := range secrets {
		if s.must {
			q := url.QueryEscape(s.words)
			seen["/api/search?q="+q+"#"+s.what], seen["/api/open/v1/search?q="+q+"#"+s.what] = false, false
		}
	}
	var list []string
	for _, path := range slices.Sorted(maps.Keys(seen)) {
		path, _, _ = strings.Cut(path, "#")
		list = append(list, path)
	}
	return list
}

// unpacked is an answer's body, and what is in it where it is an archive.
func unpacked(t *testing.T, a answer) string {
	t.Helper()
	if !strings.HasPrefix(a.body, "PK\x03\x04") {
		return a.body
	}
	z, err := zip.NewReader(bytes.NewReader([]byte(a.body)), int64(len(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&b, r); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// openDuties makes a topic of every step with a poll of its panel.
func (w *town) openDuties() {
	w.Helper()
	s := topic.Settings{ID: "bank", Title: "The bank", Question: "What?", Lang: "en", PanelSize: 3,
		Form: topic.Form{ConsentVersion: "1", Features: []topic.Feature{{Name: "age", Options: []string{"young", "old"}}}}}
	for _, k := range allStages {
		s.Stages = append(s.Stages, topic.Stage{Kind: k})
	}
	if _, err := w.server.Journal.Create(w.Context(), journal.Request{Who: topic.Who{Role: topic.RolePlanner}, Command: topic.Create{Settings: s}}); err != nil {
		w.Fatal(err)
	}
}

// dutyStep is a part of the play, after which everything may be looked at.
type dutyStep struct {
	name   string
	walked bool
	play   func()
}

func (w *town) steps() []dutyStep {
	n := 0
	do := func(status int, method, path, as, body string, headers ...string) {
		w.Helper()
		n++
		w.must(status, method, "/api/topics/bank"+path, as, fmt.Sprintf(`{"client_id":"d%d"%s`, n, body), headers...)
	}
	stage := func(i int) { do(200, "POST", "/stage", "planner", fmt.Sprintf(`,"stage":%d}`, i)) }
	apply := func(who, home string) {
		do(201, "POST", "/application", who, `,"answers":{"age":"old"},"interests":[],"sessions":[],"languages":[],"consent":"1","household":"`+home+`"}`)
	}
	return []dutyStep{
		{"applications", true, func() {
			stage(0)
			apply("anna", "Zqforest street 77")
			apply("vera", "Zqmeadow lane 78")
			file := "id,age,name,phone,email,household\n" +
				"zqfile4711,old,Zqolga Zqberezina,+7 900 771-04-19,zqolga@qvorst.example,Zqriver road 79\n" +
				"zqfile4712,old,Zqanna Zqladova,+7 900 771-04-19,,Zqmeadow lane 78\n" + // likely each of the others
				"zqfile4713,old,Zqvera Zqmoroz,,,\n"
			w.must(200, "POST", peopleURL, "registrar", file, "Content-Type", "text/csv")
			do(200, "POST", "/doubles", "registrar", `,"a":3,"b":4,"verdict":"same","stands":3,"reason":"zqjudged they share a phone"}`)
			do(200, "POST", "/doubles", "registrar", `,"a":2,"b":5,"verdict":"same","stands":2,"reason":"zqjudged they share a phone"}`)
		}},
		{"draw", false, func() {
			stage(1)
			do(200, "POST", "/draw", "planner", `,"seed":"s"}`)
			do(200, "POST", "/seat", "anna", `,"answer":"accept"}`)
			do(200, "POST", "/seat", "vera", `,"answer":"accept"}`)
		}},
		{"debate", true, func() {
			stage(2)
			do(201, "POST", "/rooms/0/remarks", "anna", `,"text":"zqremoved the heron stands still","reply_to":0}`)
			do(201, "POST", "/remarks/1/flag", "vera", `,"reason":"personal-data","note":"zqnote it is about my street"}`)
			do(201, "POST", "/ideas", "anna", `,"text":"Plant willows along the bank, and let the water have the meadow","lang":"en"}`)
			do(201, "POST", "/ideas", "vera", `,"text":"Put benches under the old lime trees by the mill, and a lamp","lang":"en"}`)
			do(201, "POST", "/paper", "registrar", `,"id":"zqpaper1","text":"Hang lanterns along the quay, for the long evenings","source":"paper","lang":"en","author":"Zqagafya Zqlykova"}`)
			do(200, "POST", "/remarks/1/remove", "moderator", `,"reason":"It names somebody"}`)
		}},
		{"curation", false, func() {
			stage(3)
			do(200, "POST", "/items", "moderator", `,"items":[{"idea":1},{"idea":2}]}`)
		}},
		{"rating", true, func() {
			stage(4)
			do(200, "PUT", "/votes/1", "anna", `,"vote":"agree"}`)
			do(200, "PUT", "/votes/1", "vera", `,"vote":"disagree"}`)
		}},
		{"poll", true, func() {
			do(201, "POST", "/polls", "planner", `,"question":"Which?","options":["Stairs","A slope"],"min":1,"max":1,"electorate":"panel","when":"window"}`)
			stage(5)
			do(200, "POST", "/polls/1/open", "planner", `}`)
			do(200, "PUT", "/polls/1/ballot", "anna", `,"options":[1]}`)
			do(200, "PUT", "/polls/1/ballot", "vera", `,"options":[2]}`)
		}},
		{"results", true, func() { stage(6) }},
	}
}
