package server

import (
	"fmt"
	"strings"
)

// disclosures are the steps of learning who wrote something: two people, a reason
// each, one look, and a log that names nobody.
func disclosures(topicURL string, client func(string) string) []step {
	const about = `,"subject":{"kind":"idea","number":$OWN},"ground":"court-order","reason":"File 7 of the district court"`
	nameless := func(w *town, vars map[string]string, a answer) {
		if who := vars["SEATED1"]; strings.Contains(a.body, `"`+who+`"`) {
			w.Errorf("it names %s: %s", who, a.body)
		}
	}
	path := topicURL + "/disclosures"
	return []step{
		{"asking who wrote something, by a moderator", "POST", path, "moderator", client(about), nil, 403, nil, nil},
		{"asking for no reason", "POST", path, "registrar", client(`,"subject":{"kind":"idea","number":$OWN},"ground":"court-order","reason":""`), nil, 422, nil, nil},
		{"asking out of curiosity", "POST", path, "registrar", client(`,"subject":{"kind":"idea","number":$OWN},"ground":"curiosity","reason":"x"`), nil, 422, nil, nil},
		{"asking of nothing", "POST", path, "registrar", client(strings.Replace(about, "$OWN", "999", 1)), nil, 404, nil, nil},
		{"asking who wrote something", "POST", path, "registrar", client(about), nil, 201, []string{`"number":1`}, nil},
		{"seen before it was approved", "POST", path + "/1/show", "registrar", client(``), nil, 409, nil, nil},
		{"approved by who asked", "POST", path + "/1/answer", "registrar", client(`,"granted":true,"reason":"It is mine"`), nil, 403, []string{"two people"}, nil},
		{"approved by a planner", "POST", path + "/1/answer", "planner", client(`,"granted":true,"reason":"Why not"`), nil, 403, nil, nil},
		{"the wishes, for the second person", "GET", path, "administrator", "", nil, 200, []string{`"reason":"File 7 of the district court"`, `"may_decide":true`, `"may_show":false`}, nameless},
		{"the wishes, for who asked", "GET", path, "registrar", "", nil, 200, []string{`"mine":true`, `"may_decide":false`}, nameless},
		{"the wishes, for a planner", "GET", path, "planner", "", nil, 403, nil, nil},
		{"approved", "POST", path + "/1/answer", "administrator", client(`,"granted":true,"reason":"The order is here"`), nil, 200, []string{`"ack"`}, nameless},
		{"seen by who approved", "POST", path + "/1/show", "administrator", client(``), nil, 403, nil, nil},
		{"seen", "POST", path + "/1/show", "registrar", `{"client_id":"look"}`, nil, 200, []string{`"author":{"name":"$SEATED1","ids":[]}`}, nil},
		{"seen twice", "POST", path + "/1/show", "registrar", client(``), nil, 409, []string{"shown once"}, nil},
		{"the look sent again", "POST", path + "/1/show", "registrar", `{"client_id":"look"}`, nil, 409, []string{"shown once"}, nil},
		{"what is left of it", "GET", path, "auditor", "", nil, 200, []string{`"status":"shown"`, `"because":"The order is here"`}, nameless},
		{"the log says that it was done", "GET", topicURL + "/history?limit=1000", "", "", nil, 200, []string{"a registrar asked who wrote idea $OWN: court-order", "a second person approved", "was shown who wrote"}, func(w *town, vars map[string]string, a answer) {
			nameless(w, vars, a)
			if strings.Contains(a.body, "File 7") {
				w.Error("the public history tells the reason's words")
			}
			w.oneInTwoRoles(topicURL, vars["OWN"])
		}},
	}
}

// oneInTwoRoles lets somebody ask as a registrar who is an administrator too.
func (w *town) oneInTwoRoles(topicURL, idea string) {
	w.Helper()
	p := w.enter("both", staffOf[3], staffOf[4])
	if a := w.send("POST", topicURL+"/disclosures", "both", `{"client_id":"b1","subject":{"kind":"idea","number":`+idea+`},"ground":"threat-to-life","reason":"A threat"}`); a.status != 201 {
		w.Fatalf("asking: %d %s", a.status, a.body)
	}
	if err := w.server.People.SetRoles(w.Context(), p.ID, staffOf[4:5]); err != nil { // an administrator only, now
		w.Fatal(err)
	}
	w.signIn("both", p.ID)
	for i := range 2 {
		a := w.send("POST", topicURL+"/disclosures/2/answer", "both", fmt.Sprintf(`{"client_id":"b2%d","granted":true,"reason":"I say so"}`, i))
		if a.status != 403 || !strings.Contains(a.body, "two people") {
			w.Errorf("one person in two roles approved their own wish: %d %s", a.status, a.body)
		}
	}
	if a := w.send("POST", topicURL+"/disclosures/2/answer", "administrator", `{"client_id":"b3","granted":false,"reason":"No threat at all"}`); a.status != 200 {
		w.Errorf("refusing: %d %s", a.status, a.body)
	}
}
