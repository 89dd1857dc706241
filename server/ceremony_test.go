package server

import (
	"fmt"
	"strings"

	"veche/selection"
)

// ceremony are the steps of a draw that is looked at, committed to, and aborted.
func ceremony(topicURL string, client func(string) string) []step {
	csv := []string{"Content-Type", "text/csv"}
	settings := func(was, becomes string) string {
		return `{"client_id":"$ID",` + strings.Replace(topicBody[1:], was, becomes, 1)
	}
	const counts = "feature,value,count\nage,young,30000\nage,old,70000\n"
	return []step{
		{"a check", "POST", topicURL + "/draw/check", "planner", "{}", nil, 200, []string{`"feasible":true`, `"eligible":8`, `"min_probability":0.7`, `"mean_probability":0.75`, `"curve":[[0,`}, nil},
		{"a check by a citizen", "POST", topicURL + "/draw/check", "anna", "{}", nil, 403, nil, nil},
		{"census counts", "POST", topicURL + "/population?size=10&tolerance=0.1", "planner", counts, csv, 200, []string{`"count":30000`, `"value":"young","min":2,"max":4`}, nil},
		{"census counts of another form", "POST", topicURL + "/population", "planner", "feature,value,count\nage,tall,7\n", csv, 422, []string{`"column":"age"`, `"value":"tall"`}, nil},
		{"census counts that are none", "POST", topicURL + "/population", "planner", "feature,value,count\nage,old,many\n", csv, 422, []string{`"row":2`, `"column":"count"`}, nil},
		{"census counts with a tolerance of 7", "POST", topicURL + "/population?tolerance=7", "planner", counts, csv, 400, nil, nil},
		{"census counts by a registrar", "POST", topicURL + "/population", "registrar", counts, csv, 403, nil, nil},
		{"a mark on a stranger", "POST", topicURL + "/marks", "registrar", client(`,"mark":"excluded","reason":"served in 2025","ids":["4","77"]`), nil, 422, []string{`"row":2`, `"value":"77"`}, nil},
		{"a mark that is none", "POST", topicURL + "/marks", "registrar", client(`,"mark":"banned","reason":"x","ids":["4"]`), nil, 422, nil, nil},
		{"a mark by a moderator", "POST", topicURL + "/marks", "moderator", client(`,"mark":"excluded","reason":"x","ids":["4"]`), nil, 403, nil, nil},
		{"a mark", "POST", topicURL + "/marks", "registrar", client(`,"mark":"excluded","reason":"served in 2025","ids":["4","4"]`), nil, 200, []string{`"marked":1`}, nil},
		{"a mark by receipt", "POST", topicURL + "/marks", "planner", client(`,"mark":"included","reason":"speaks for the school","ids":["$RECEIPT"]`), nil, 422, nil, nil},
		{"the pool knows it", "GET", topicURL + "/pool", "planner", "", nil, 200, []string{`"eligible":7`, `"left_out":[{"reason":"served in 2025","people":1}]`, `"seated_by":[]`}, nil},
		{"the marks", "GET", topicURL + "/marks", "planner", "", nil, 200, []string{`"mark":"excluded","reason":"served in 2025","people":1,"holds":1}`}, nil},
		{"the mark taken away", "POST", topicURL + "/marks", "registrar", client(`,"mark":"none","reason":"a mistake","ids":["4"]`), nil, 200, []string{`"marked":1`, `"replaced":1`}, nil},

		{"a commitment by a registrar", "POST", topicURL + "/draw/commit", "registrar", client(`,"beacon":{"kind":"phrase"}`), nil, 403, nil, nil},
		{"a commitment to nothing", "POST", topicURL + "/draw/commit", "planner", client(`,"beacon":{"kind":"moon"}`), nil, 422, []string{"phrase, public or drand"}, nil},
		{"a commitment to a past round", "POST", topicURL + "/draw/commit", "planner", client(`,"beacon":{"kind":"drand","round":5}`), nil, 422, []string{"later one"}, nil},
		{"nothing to abort", "POST", topicURL + "/draw/abort", "planner", client(`,"reason":"x"`), nil, 409, nil, nil},
		{"a value without a commitment", "POST", topicURL + "/draw", "planner", client(`,"beacon":"4 8 15"`), nil, 409, []string{"commit"}, nil},
		{"a commitment", "POST", topicURL + "/draw/commit", "planner", `{"client_id":"commit","beacon":{"kind":"drand"}}`, nil, 201, []string{`"number":1`, `"kind":"drand"`, `"status":"open"`, `"policy":{"quotas"`}, nil},
		{"the commitment as a file for anyone", "GET", topicURL + "/draw/commitments/1/commitment.json", "", "", nil, 200, []string{`"policy_digest"`}, func(w *town, _ map[string]string, a answer) {
			c, err := selection.ReadCommitment(strings.NewReader(a.body))
			if err != nil {
				w.Fatal(err)
			}
			list := w.send("GET", topicURL+"/draw", "", "")
			if !strings.Contains(list.body, `"digest":"`+c.Digest().String()+`"`) || a.header.Get("Content-Disposition") == "" {
				w.Errorf("the file's digest %s is not the one told: %s", c.Digest(), list.body)
			}
		}},
		{"a commitment that there is not", "GET", topicURL + "/draw/commitments/2/commitment.json", "", "", nil, 404, nil, nil},
		{"the commitment sent again", "POST", topicURL + "/draw/commit", "planner", `{"client_id":"commit","beacon":{"kind":"drand"}}`, nil, 201, []string{`"number":1`}, nil},
		{"a draw by the commitment's client id", "POST", topicURL + "/draw", "planner", `{"client_id":"commit"}`, nil, 409, []string{"client_id"}, nil},
		{"a second commitment", "POST", topicURL + "/draw/commit", "planner", client(`,"beacon":{"kind":"phrase"}`), nil, 409, nil, nil},
		{"other quotas meanwhile", "PUT", topicURL + "/settings", "planner", settings(`"young","min":3`, `"young","min":2`), nil, 409, []string{"abort the commitment"}, nil},
		{"more applicants meanwhile", "POST", topicURL + "/stage", "planner", client(`,"stage":0`), nil, 409, nil, nil},
		{"a mark meanwhile", "POST", topicURL + "/marks", "registrar", client(`,"mark":"excluded","reason":"x","ids":["4"]`), nil, 409, nil, nil},
		{"drawing before the round is out", "POST", topicURL + "/draw", "planner", client(`,"beacon":"","signature":"` + strings.Repeat("ab", 48) + `"`), nil, 409, []string{"the value is expected on "}, nil},
		{"an abortion without a reason", "POST", topicURL + "/draw/abort", "planner", client(`,"reason":""`), nil, 422, nil, nil},
		{"an abortion", "POST", topicURL + "/draw/abort", "planner", client(`,"reason":"The quota was mistyped."`), nil, 200, []string{`"ack"`}, nil},
		{"a commitment to numbers of a day", "POST", topicURL + "/draw/commit", "planner", client(`,"beacon":{"kind":"public","source":"the lottery's numbers","expected":4102444800000}`), nil, 201, []string{`"expected":4102444800000`}, nil},
		{"a draw before that day", "POST", topicURL + "/draw", "planner", client(`,"beacon":"4 8 15"`), nil, 409, []string{"expected on 1 January 2100"}, nil},
		{"that commitment aborted", "POST", topicURL + "/draw/abort", "planner", client(`,"reason":"The day is too far."`), nil, 200, nil, nil},
		{"what everyone reads", "GET", topicURL + "/draw", "", "", nil, 200, []string{`"status":"aborted","reason":"The quota was mistyped."`, `"rounds":[]`}, nil},
		{"no report of no draw", "GET", topicURL + "/draw/1/report.html", "", "", nil, 404, nil, nil},
	}
}

// afterDraw are the steps of everyone who looks at what came of the first draw.
func afterDraw(topicURL string) []step {
	return []step{
		{"commitments and rounds", "GET", topicURL + "/draw", "", "", nil, 200, []string{`"number":3`, `"status":"drawn"`, `"drawn_round":1`, `"commitment":3`, `"mean_probability":0.75`, `"limits":["it cannot show`, "not proof against the organiser"}, nil},
		{"the printable report", "GET", topicURL + "/draw/1/report.html", "", "", nil, 200, []string{"<!doctype html>", "The bank", "</html>"}, func(w *town, _ map[string]string, a answer) {
			if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "style-src 'self' 'sha256-") {
				w.Errorf("the report's style is not allowed: %s", csp)
			}
		}},
		{"the printable report in Russian", "GET", topicURL + "/draw/1/report.html?lang=ru", "", "", nil, 200, []string{`lang="ru"`}, nil},
		{"the proof", "GET", topicURL + "/draw/1/proof.json", "", "", nil, 200, []string{`"chances_root"`, `"commitment_digest"`}, func(w *town, vars map[string]string, a answer) { vars["PROOF"] = a.body }},
		{"a receipt", "GET", topicURL + "/draw/1/receipt", "$SEATED1", "", nil, 200, []string{`"chance_path"`, `"outcome": "selected"`}, proven},
		{"the reserve's receipt", "GET", topicURL + "/draw/1/receipt", "$RESERVE", "", nil, 200, []string{`"outcome": "reserve"`}, proven},
		{"a stranger's receipt", "GET", topicURL + "/draw/1/receipt", "stranger", "", nil, 404, nil, nil},
		{"nobody's receipt", "GET", topicURL + "/draw/1/receipt", "", "", nil, 401, nil, nil},
		{"a receipt of no draw", "GET", topicURL + "/draw/9/receipt", "$SEATED1", "", nil, 404, nil, nil},
		{"the seats", "GET", topicURL + "/seats", "planner", "", nil, 200, []string{`"seat":6`, `"status":"invited"`, `"features":{"age":"old"}`}, nil},
		{"the seats for a citizen", "GET", topicURL + "/seats", "anna", "", nil, 403, nil, nil},
		{"the seats as a file", "GET", topicURL + "/draw/1/seats.csv", "planner", "", nil, 200, []string{"seat,round,status,table,seated_by,age\r\n", ",1,invited,0,draw,"}, nil},
		{"the registrar's file", "GET", topicURL + "/draw/1/seats.csv", "registrar", "", nil, 200, []string{"id,seat,round,status,table,seated_by,age\r\n"}, func(w *town, vars map[string]string, a answer) {
			for line := range strings.Lines(a.body) { // someone who came by file answers by letter
				if f := strings.Split(line, ","); f[0] >= "1" && f[0] <= "4" {
					vars["LETTER"], vars["LETTERID"] = f[1], f[0]
				}
			}
			if vars["LETTER"] == "" {
				w.Errorf("no id in %q", a.body)
			}
		}},
		{"the planner learns where the names are", "GET", topicURL + "/seats", "planner", "", nil, 200, []string{`"ids":"the ids of the people who came by file are with the registrar`}, func(w *town, _ map[string]string, a answer) {
			if strings.Contains(a.body, `"id":`) {
				w.Errorf("the planner sees ids: %s", a.body)
			}
		}},
		{"the registrar's list has ids", "GET", topicURL + "/seats", "registrar", "", nil, 200, []string{`"id":"$LETTERID"`, `"seated_by":"draw"`}, nil},
		{"a seat by its person's id", "GET", topicURL + "/seats?id=$LETTERID", "registrar", "", nil, 200, []string{`{"seats":[{"seat":$LETTER,`, `"id":"$LETTERID"`}, nil},
		{"a seat by an id for the planner", "GET", topicURL + "/seats?id=$LETTERID", "planner", "", nil, 403, nil, nil},
		{"a seat by an id of nobody", "GET", topicURL + "/seats?id=99", "registrar", "", nil, 404, []string{"99"}, nil},
		{"a file of no draw", "GET", topicURL + "/draw/7/seats.csv", "registrar", "", nil, 404, nil, nil},
		{"an answer of no seat", "POST", topicURL + "/seats/answer", "planner", `{"client_id":"$ID","seats":[],"answer":"accept"}`, nil, 422, nil, nil},
		{"an answer that is none", "POST", topicURL + "/seats/answer", "planner", `{"client_id":"$ID","seats":[1],"answer":"perhaps"}`, nil, 422, nil, nil},
		{"an answer by a registrar", "POST", topicURL + "/seats/answer", "registrar", fmt.Sprintf(`{"client_id":"$ID","seats":[%s],"answer":"accept"}`, "1"), nil, 403, nil, nil},
	}
}

// proven demands that the files that people download check each other, as
// veche verify does.
func proven(w *town, vars map[string]string, a answer) {
	w.Helper()
	proof, err := selection.ReadProof(strings.NewReader(vars["PROOF"]))
	if err != nil {
		w.Fatal(err)
	}
	receipt, err := selection.ReadReceipt(strings.NewReader(a.body))
	if err != nil {
		w.Fatal(err)
	}
	steps, err := receipt.Verify(proof)
	if err != nil {
		w.Errorf("the receipt does not hold: %v\n%+v", err, steps)
	}
	receipt.Chance++
	if _, err := receipt.Verify(proof); err == nil {
		w.Error("a receipt with another chance holds too")
	}
}
