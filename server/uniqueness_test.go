package server

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"veche/server/identity"
	"veche/server/journal"
	"veche/server/topic"
)

// atOnce does something a hundred times at the same moment and answers how often it
// was answered with each status.
func atOnce(t *testing.T, do func(i int) int) map[int]int {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	count, start := map[int]int{}, make(chan struct{})
	for i := range 100 {
		all.Go(func() {
			<-start
			status := do(i)
			mu.Lock()
			count[status]++
			mu.Unlock()
		})
	}
	close(start)
	all.Wait()
	return count
}

// One verified person, one application, one seat, one ballot: a hundred sign-ins,
// applications, answers and ballots of one at the same moment come to one each.
func TestOnePersonIsOne(t *testing.T) {
	w := openTown(t, t.TempDir())
	w.poll("bank", topic.AssuranceMail)

	ids := map[string]bool{}
	var mu sync.Mutex
	atOnce(t, func(int) int {
		p, err := w.server.People.Verified(w.Context(), identity.AssuranceMail, "", "anna@example.org")
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		ids[p.ID] = true
		mu.Unlock()
		return 0
	})
	if len(ids) != 1 {
		t.Fatalf("a hundred sign-ins of one address made %d people", len(ids))
	}
	for id := range ids {
		w.signIn("anna", id)
	}

	send := func(method, path, body string) func(int) int {
		return func(i int) int {
			return w.send(method, "/api/topics/bank"+path, "anna", fmt.Sprintf(body, i)).status
		}
	}
	got := atOnce(t, send("POST", "/application", `{"client_id":"a%d","answers":{},"consent":""}`))
	if got[201] != 1 || got[409] != 99 {
		t.Errorf("a hundred applications were answered %v", got)
	}
	for i, body := range []string{`{"client_id":"s","stage":1}`, `{"client_id":"d","seed":"s"}`} {
		if a := w.send("POST", "/api/topics/bank/"+[]string{"stage", "draw"}[i], "planner", body); a.status != 200 {
			t.Fatalf("%s: %d %s", body, a.status, a.body)
		}
	}
	got = atOnce(t, send("POST", "/seat", `{"client_id":"s%d","answer":"accept"}`))
	if got[200] != 1 || got[409] != 99 {
		t.Errorf("a hundred answers to one seat were answered %v", got)
	}
	got = atOnce(t, func(i int) int {
		return w.send("PUT", "/api/topics/bank/polls/1/ballot", "anna", fmt.Sprintf(`{"client_id":"b%d","options":[%d]}`, i, 1+i%2)).status
	})
	if got[200] != 100 { // the last word counts
		t.Errorf("a hundred words of one ballot were answered %v", got)
	}
	view, err := w.server.Journal.View(w.Context(), "bank")
	if err != nil {
		t.Fatal(err)
	}
	view.Read(func(s *topic.State, _ uint64) {
		if len(s.Applications) != 1 || len(s.Seats) != 1 || s.Seats[0].Status != topic.SeatAccepted || len(s.Polls[0].Roll) != 1 {
			t.Errorf("there are %d applications, seats %+v, %d ballots", len(s.Applications), s.Seats, len(s.Polls[0].Roll))
		}
	})
}

// poll makes a topic in the step applications, then a draw, with a poll of everyone.
func (w *town) poll(id string, known topic.Assurance) {
	w.Helper()
	planner := topic.Who{Role: topic.RolePlanner}
	do := func(c topic.Command) {
		w.Helper()
		if _, err := w.server.Journal.Submit(w.Context(), id, journal.Request{Who: planner, Command: c}); err != nil {
			w.Fatal(err)
		}
	}
	_, err := w.server.Journal.Create(w.Context(), journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: id, Title: "T", Question: "Q", Lang: "en", PanelSize: 1, Assurance: known,
		Stages: []topic.Stage{{Kind: topic.StageApplications}, {Kind: topic.StageDraw}, {Kind: topic.StagePoll}},
	}}})
	if err != nil {
		w.Fatal(err)
	}
	do(topic.MakePoll{PollMade: topic.PollMade{Terms: topic.PollTerms{Question: "Which?", Options: []string{"A", "B"}, Min: 1, Max: 1, Electorate: topic.ElectorateEveryone, When: topic.PollWindow, Entitled: 10}}})
	do(topic.OpenPoll{Poll: 1})
	do(topic.OpenStage{})
}

// Who is known less surely than a topic asks for neither applies nor votes there, and
// what came of a topic that asks for an address of mail only is marked so.
func TestAssuranceOfATopic(t *testing.T) {
	w := openTown(t, t.TempDir(), "roster")
	for level, name := range map[identity.Assurance]string{identity.AssuranceMail: "mail", identity.AssuranceCity: "city"} {
		p, err := w.server.People.Verified(w.Context(), level, "", "one")
		if err != nil {
			t.Fatal(err)
		}
		w.signIn(name, p.ID)
	}
	for _, asked := range []topic.Assurance{topic.AssuranceMail, topic.AssuranceRoster, topic.AssuranceCity} {
		id := "asks-" + asked.String()
		w.poll(id, asked)
		for i, who := range []string{"mail", "roster", "city"} { // ever surer
			known := map[string]topic.Assurance{"mail": topic.AssuranceMail, "roster": topic.AssuranceRoster, "city": topic.AssuranceCity}[who]
			for _, c := range []struct {
				method, path, body string
				ok                 int
			}{
				{"POST", "/application", `{"client_id":"a","answers":{},"consent":""}`, 201},
				{"PUT", "/polls/1/ballot", `{"client_id":"b","options":[1]}`, 200},
			} {
				want := http.StatusForbidden
				if known.Meets(asked) {
					want = c.ok
				}
				if a := w.send(c.method, "/api/topics/"+id+c.path, who, c.body); a.status != want || want == 403 && !strings.Contains(a.body, "each person counts once") {
					t.Errorf("%s of somebody known by %s (%d) where %s is asked for: %d %s", c.path, who, i, asked, a.status, a.body)
				}
			}
		}
	}
	for path, want := range map[string]bool{"/api/topics/asks-mail": true, "/api/topics/asks-roster": false} {
		if a := w.send("GET", path, "", ""); strings.Contains(a.body, `"assurance":"mail"`) != want {
			t.Errorf("%s: %s", path, a.body)
		}
	}
	for id, want := range map[string]string{"asks-mail": "KNOWN BY E-MAIL ONLY", "asks-roster": "is on a list of people", "asks-city": "the city's identity point"} {
		if files := w.bundle(id); !strings.Contains(files["README.txt"], want) {
			t.Errorf("the bundle of %s does not say %q: %s", id, want, files["README.txt"])
		}
	}
	changed := `{"client_id":"c","title":"T","question":"Q","lang":"en","panel_size":1,"assurance":"city","stages":[{"kind":"applications"},{"kind":"draw"},{"kind":"poll"}],"form":{}}`
	if a := w.send("PUT", "/api/topics/asks-mail/settings", "planner", changed); a.status != 409 || !strings.Contains(a.body, "how surely people are known") {
		t.Errorf("changed after people applied: %d %s", a.status, a.body)
	}
}

// bundle answers the files of a topic's bundle for the public.
func (w *town) bundle(id string) map[string]string {
	w.Helper()
	var b bytes.Buffer
	if err := w.server.WriteBundle(w.Context(), id, "public", &b); err != nil {
		w.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		w.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			w.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			w.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

// One verified person has one ballot at every level that a topic can ask for, in a rating
// that is open to all and in a poll of everyone, however often and at whatever moment
// they vote; who is known less surely has none, and what addresses of mail alone came to
// is marked.
func TestOneBallotAtEveryLevel(t *testing.T) {
	w := openTown(t, t.TempDir(), "roster")
	levels := []identity.Assurance{identity.AssuranceMail, identity.AssuranceRoster, identity.AssuranceCity} // ever surer
	asked := []topic.Assurance{topic.AssuranceMail, topic.AssuranceRoster, topic.AssuranceCity}
	w.signInVerified("city", identity.AssuranceCity, "one")
	w.signInVerified("mail", identity.AssuranceMail, "one@example.org")
	voters := []string{"mail", "roster", "city"}
	for i, level := range asked {
		id := "rates-" + level.String()
		w.openRating(id, level, voters[max(i, 1)])
		for k, who := range voters {
			for path, body := range map[string]string{"/open-votes/1": `"vote":"agree"`, "/polls/1/ballot": `"options":[1]`} {
				got := atOnce(t, func(n int) int {
					return w.send("PUT", "/api/topics/"+id+path, who, fmt.Sprintf(`{"client_id":"b%d",%s}`, n, body)).status
				})
				want := 200
				if k < i {
					want = http.StatusForbidden
				}
				if who == voters[max(i, 1)] && path == "/open-votes/1" { // takes part, and rates as such
					want = http.StatusConflict
				}
				if got[want] != 100 {
					t.Errorf("%s of somebody known by %s where %s is asked for: %v, want %d", path, levels[k], level, got, want)
				}
			}
		}
		view, err := w.server.Journal.View(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		open, cast := 0, len(voters)-i
		view.Read(func(s *topic.State, _ uint64) {
			open = len(s.OpenBallots)
			if n := len(s.Polls[0].Roll); n != cast {
				t.Errorf("%s: %d ballots in the poll, want %d", id, n, cast)
			}
		})
		if open != cast-1 { // one of them takes part
			t.Errorf("%s: %d open ballots, want %d", id, open, cast-1)
		}
		if marked := strings.Contains(w.bundle(id)["README.txt"], "KNOWN BY E-MAIL ONLY"); marked != (level == topic.AssuranceMail) {
			t.Errorf("%s: its bundle is marked as of addresses of mail only: %v", id, marked)
		}
	}
}

// Who was found to have applied twice votes in one name: not as the application that was
// set aside.
func TestSetAsideVotesOnce(t *testing.T) {
	w := openTown(t, t.TempDir(), "one", "again")
	w.poll("bank", topic.AssuranceRoster)
	for _, who := range []string{"one", "again"} {
		w.must(201, "POST", "/api/topics/bank/application", who, `{"client_id":"a","answers":{},"consent":""}`)
	}
	w.must(200, "POST", "/api/topics/bank/doubles", "registrar", `{"client_id":"j","a":1,"b":2,"verdict":"same","stands":1,"reason":"Said so"}`)
	ballot := `{"client_id":"b","options":[1]}`
	w.must(200, "PUT", "/api/topics/bank/polls/1/ballot", "one", ballot)
	if a := w.send("PUT", "/api/topics/bank/polls/1/ballot", "again", ballot); a.status != 403 || !strings.Contains(a.body, "another application of yours stands") {
		t.Errorf("a second ballot: %d %s", a.status, a.body)
	}
	w.must(200, "POST", "/api/topics/bank/doubles", "registrar", `{"client_id":"k","a":1,"b":2,"verdict":"taken-back","stands":0,"reason":"Two people"}`)
	w.must(200, "PUT", "/api/topics/bank/polls/1/ballot", "again", ballot)
}

// signInVerified signs in somebody who was verified by value.
func (w *town) signInVerified(name string, level identity.Assurance, value string) {
	w.Helper()
	p, err := w.server.People.Verified(w.Context(), level, "", value)
	if err != nil {
		w.Fatal(err)
	}
	w.signIn(name, p.ID)
}

// openRating makes a topic without a lottery in a rating that is open to all, with a poll
// of everyone. Who takes part has a ballot of their own.
func (w *town) openRating(id string, known topic.Assurance, participant string) {
	w.Helper()
	n := 0
	do := func(status int, method, path, as, body string) {
		w.Helper()
		n++
		w.must(status, method, "/api/topics/"+id+path, as, fmt.Sprintf(`{"client_id":"r%d"%s}`, n, body))
	}
	_, err := w.server.Journal.Create(w.Context(), journal.Request{Who: topic.Who{Role: topic.RolePlanner}, Command: topic.Create{Settings: topic.Settings{
		ID: id, Title: "T", Question: "Q", Lang: "en", Assurance: known,
		Stages: []topic.Stage{{Kind: topic.StageDebate}, {Kind: topic.StageCuration}, {Kind: topic.StageRating}},
	}}})
	if err != nil {
		w.Fatal(err)
	}
	do(200, "PUT", "/rule", "planner", `,"order":"support","open":true`)
	do(200, "POST", "/stage", "planner", `,"stage":0`)
	do(201, "POST", "/application", participant, `,"answers":{},"consent":""`)
	do(201, "POST", "/ideas", participant, `,"text":"Plant willows along the bank, and let the water have the meadow","lang":"en"`)
	do(200, "POST", "/stage", "planner", `,"stage":1`)
	do(200, "POST", "/items", "moderator", `,"items":[{"idea":1}]`)
	do(200, "POST", "/stage", "planner", `,"stage":2`)
	do(201, "POST", "/polls", "planner", `,"question":"Which?","options":["A","B"],"min":1,"max":1,"electorate":"everyone","when":"window","entitled":10`)
	do(200, "POST", "/polls/1/open", "planner", ``)
}
