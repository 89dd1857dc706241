package server

import (
	"fmt"
	"strings"
	"testing"

	"veche/server/identity"
	"veche/server/subject"
)

// doubles are the steps of looking through likely doubles: the registrar alone sees
// who they are, whoever draws sees how many there are, and what was judged is undone.
func doubles(topicURL string, client func(string) string) []step {
	path := topicURL + "/doubles"
	judge := func(rest string) string { return client(`,"a":5,"b":6,` + rest) }
	return []step{
		{"the doubles, for a planner", "GET", path, "planner", "", nil, 403, nil, nil},
		{"the doubles, for a moderator", "GET", path, "moderator", "", nil, 403, nil, nil},
		{"the doubles", "GET", path, "registrar", "", nil, 200, []string{
			`"found":2`, `"open":2`, `"name":"Иван Орлов"`, `"name":"Ivan Orlov"`, `"why":["name"]`, `"why":["phone"]`, `"birth":"03.05.1950"`, `"id":"1"`, `"answers":{"age":"old"}`, `"verdict":"taken-back"`,
		}, nil},
		{"a page of them", "GET", path + "?from=1&limit=1", "registrar", "", nil, 200, []string{`"total":2`, `"why":["phone"]`, `"from":1`}, nil},
		{"those judged", "GET", path + "?show=judged", "registrar", "", nil, 200, []string{`"doubles":[]`, `"total":0`}, nil},
		{"some of them", "GET", path + "?show=some", "registrar", "", nil, 400, nil, nil},
		{"how many they are, for a planner", "GET", path + "/count", "planner", "", nil, 200, []string{`{"found":2,"open":2}`}, nil},
		{"how many they are, for a citizen", "GET", path + "/count", "anna", "", nil, 403, nil, nil},
		{"judged by a planner", "POST", path, "planner", judge(`"verdict":"same","stands":5,"reason":"One person"`), nil, 403, nil, nil},
		{"judged for no reason", "POST", path, "registrar", judge(`"verdict":"same","stands":5,"reason":""`), nil, 422, nil, nil},
		{"judged without saying which stands", "POST", path, "registrar", judge(`"verdict":"same","stands":0,"reason":"One person"`), nil, 422, nil, nil},
		{"judged otherwise", "POST", path, "registrar", judge(`"verdict":"maybe","reason":"x"`), nil, 422, nil, nil},
		{"nobody's judgement taken back", "POST", path, "registrar", judge(`"verdict":"taken-back","reason":"A mistake"`), nil, 409, nil, nil},
		{"one person", "POST", path, "registrar", judge(`"verdict":"same","stands":5,"reason":"The register says so"`), nil, 200, []string{`"ack"`}, nil},
		{"the pool without the double", "GET", topicURL + "/pool", "planner", "", nil, 200, []string{`"people":7`}, nil},
		{"what was judged", "GET", path + "?show=judged", "registrar", "", nil, 200, []string{`"verdict":"same","stands":5,"reason":"The register says so","by":"registrar `, `"status":"double"`, `"open":1`}, nil},
		{"fewer are left", "GET", path + "/count", "auditor", "", nil, 200, []string{`{"found":2,"open":1}`}, nil},
		{"the judgement taken back", "POST", path, "registrar", judge(`"verdict":"taken-back","reason":"A mistake"`), nil, 200, nil, nil},
		{"the pool is whole again", "GET", topicURL + "/pool", "planner", "", nil, 200, []string{`"people":8`}, nil},
		{"the history names nobody", "GET", topicURL + "/history?limit=1000", "", "", nil, 200, []string{"applications 5 and 6 are of one person: 5 stands", "a judgement about applications 5 and 6 was taken back"}, func(w *town, _ map[string]string, a answer) {
			for _, secret := range []string{"Orlov", "Орлов", "The register says so", "4951234567"} {
				if strings.Contains(a.body, secret) {
					w.Errorf("the public history says %q", secret)
				}
			}
		}},
	}
}

// People who apply online are compared with each other and with those of files, by
// what signing in has shown and by what they answered. What a file said of them goes
// with the import, and once nobody can be judged any more.
func TestDoublesOnline(t *testing.T) {
	w := openTown(t, t.TempDir(), "boris")
	w.must(201, "POST", "/api/topics", "planner", strings.Replace(topicBody, `"lang":"en"`, `"lang":"en","assurance":"mail"`, 1))
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"a","stage":0}`)
	csv := []string{"Content-Type", "text/csv"}
	file := "id,age,name,email,household\n1,old,Anna Ladova,anna.ladova@example.org,\n2,old,,,\"Forest street 5, 12\"\n"
	w.must(200, "POST", peopleURL, "registrar", file, csv...)
	for name, address := range map[string]string{"anna": "anna.ladova+veche@example.org", "vera": "vera@example.org"} {
		p, err := w.server.People.Verified(t.Context(), identity.AssuranceMail, "", address)
		if err != nil {
			t.Fatal(err)
		}
		w.signIn(name, p.ID)
	}
	count := func(found, open float64) {
		t.Helper()
		if a := w.must(200, "GET", "/api/topics/bank/doubles/count", "planner", ""); a.field("found") != found || a.field("open") != open {
			t.Fatalf("%s, want %v found, %v open", a.body, found, open)
		}
	}
	count(0, 0)
	apply := func(who, household string) {
		t.Helper()
		w.must(201, "POST", "/api/topics/bank/application", who, `{"client_id":"a","answers":{"age":"old"},"interests":[],"sessions":[],"languages":[],"consent":"1","household":"`+household+`"}`)
	}
	apply("vera", "Forest street 5, 13")
	count(0, 0)
	apply("anna", "")
	count(1, 1)
	apply("boris", "forest st. 5 / 12") // the account has a name, the file has none
	count(2, 2)
	a := w.must(200, "GET", "/api/topics/bank/doubles", "registrar", "")
	for _, want := range []string{`"why":["mail"]`, `"mail":"anna.ladova@example.org"`, `"mail":"anna.ladova+veche@example.org"`, `"why":["answers"]`, `"address":"forest st. 5 / 12"`, `"file":true`, `"file":false`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the pairs lack %s: %s", want, a.body)
		}
	}
	w.must(200, "DELETE", "/api/topics/bank/application?client_id=w", "boris", "")
	count(1, 1)

	contacts := func(want int) {
		t.Helper()
		if n, err := w.server.Vault.Contacts(t.Context(), "bank"); n != want || err != nil {
			t.Fatalf("%d contacts are kept, want %d: %v", n, want, err)
		}
	}
	contacts(1) // nothing is kept of who has none
	w.must(200, "DELETE", importsURL+"/1", "registrar", "")
	contacts(0)
	count(0, 0)
	w.must(200, "POST", peopleURL, "registrar", file, csv...)
	contacts(1)
	for stage, want := range []int{1, 1, 0} { // applications, draw, debate
		if stage > 0 {
			w.must(200, "POST", "/api/topics/bank/stage", "planner", fmt.Sprintf(`{"client_id":"s%d","stage":%d}`, stage, stage))
		}
		if _, err := w.server.Subjects.Keep(t.Context(), subject.Times{}, false); err != nil {
			t.Fatal(err)
		}
		contacts(want)
	}
}
