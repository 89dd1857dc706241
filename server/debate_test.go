package server

import (
	"fmt"
	"net/http"
	"strings"
)

// debateSettings go into the scenario's topic.
const debateSettings = `"debate":{"agenda":[{"kind":"discussion","title":"In turn","prompt":"","minutes":10,"turns":true,"turn_seconds":60},{"kind":"report","title":"What we tell","prompt":"","minutes":0,"turns":false,"turn_seconds":0}],
 "hall_agenda":[{"kind":"opening","title":"Welcome","prompt":"","minutes":5,"turns":false,"turn_seconds":0}],
 "arguments":[{"side":"for","title":"Shade","text":"Trees cool.","source":"City"}],"call_link":"https://call.example/{table}","hall_rate":0,"rebalance":false}`

// debate is what goes on in rooms besides remarks: floor, reactions, reports of
// remarks, the wall, questions, the tables' reports, the feed. Remark 1 was
// removed before; SEATED1 and SEATED2 take part.
func debate(topicURL string, client func(string) string) []step {
	table := topicURL + "/rooms/$TABLE1"
	keep := func(name, field string) func(*town, map[string]string, answer) {
		return func(_ *town, vars map[string]string, a answer) { vars[name] = fmt.Sprint(a.field(field)) }
	}
	return []step{
		// The floor.
		{"the floor of one's table", "GET", table + "/floor", "$SEATED1", "", nil, 200, []string{`"agenda":[{"kind":"discussion","title":"In turn"`, `"step":0`, `"call_link":"https://call.example/$TABLE1"`, `"title":"Shade"`}, nil},
		{"the floor for who places people", "GET", table + "/floor", "facilitator", "", nil, 200, []string{`"people":[{"number":`, `"here":false`}, nil},
		{"the floor of another table", "GET", table + "/floor", "stranger", "", nil, 403, nil, nil},
		{"the topic has no table's call for others", "GET", topicURL, "", "", nil, 200, []string{`"call_link":""`}, nil},
		{"nor for staff without tables", "GET", topicURL, "registrar", "", nil, 200, []string{`"call_link":""`}, nil},
		{"one's own table's call", "GET", topicURL, "$SEATED1", "", nil, 200, []string{`"call_link":"https://call.example/$TABLE1"`}, nil},
		{"the floor of the main hall", "GET", topicURL + "/rooms/0/floor", "", "", nil, 200, []string{`"title":"Welcome"`, `"call_link":""`, `"queue":[]`}, nil},
		{"what one can do", "GET", topicURL, "$SEATED1", "", nil, 200, []string{`"can":["answer-seat","say","floor","react","flag","ask","report","submit-idea","renew-idea","invite-coauthor","answer-invitation","claim-paper","appeal","report-problem","mask"]`}, nil},
		{"what a facilitator can do", "GET", topicURL, "facilitator", "", nil, 200, []string{`"steer"`, `"handle-flags"`, `"answer"`, `"place"`}, nil},
		{"a hand while all speak", "POST", table + "/floor", "$SEATED1", client(`,"what":"raise"`), nil, 409, []string{"just write"}, nil},
		{"a step by a participant", "POST", topicURL + "/steer", "$SEATED1", client(`,"from":1,"to":2,"action":"step","step":1`), nil, 403, nil, nil},
		{"a step of no tables", "POST", topicURL + "/steer", "facilitator", client(`,"from":1,"to":9,"action":"step","step":1`), nil, 422, []string{"9"}, nil},
		{"an action that is none", "POST", topicURL + "/steer", "facilitator", client(`,"from":1,"to":2,"action":"shout"`), nil, 422, []string{`use step`}, nil},
		{"the first step", "POST", topicURL + "/steer", "facilitator", client(`,"from":1,"to":2,"action":"step","step":1`), nil, 200, []string{`"answer":1`}, nil},
		{"more time for all", "POST", topicURL + "/steer", "planner", client(`,"from":1,"to":2,"action":"extend","seconds":60`), nil, 200, nil, nil},
		{"tables taken", "POST", topicURL + "/steer", "facilitator", client(`,"from":1,"to":2,"action":"take"`), nil, 200, nil, nil},
		{"a remark out of turn", "POST", table + "/remarks", "$SEATED1", client(`,"text":"Me first"`), nil, 409, []string{"raise your hand"}, nil},
		{"a hand", "POST", table + "/floor", "$SEATED1", client(`,"what":"raise"`), nil, 200, []string{`"seq":`}, nil},
		{"the floor taken", "GET", table + "/floor", "$SEATED1", "", nil, 200, []string{`"turn":1`, `"extended":0`}, keep("SPEAKER", "floor.speaker")},
		{"a wish that is none", "POST", table + "/floor", "$SEATED1", client(`,"what":"sing"`), nil, 422, []string{"use raise"}, nil},
		{"more time for a turn that is over", "POST", table + "/floor", "$SEATED1", client(`,"what":"more-time","turn":7`), nil, 409, nil, nil},
		{"more time", "POST", table + "/floor", "$SEATED1", client(`,"what":"more-time","turn":1`), nil, 200, []string{`"answer":1`}, nil},
		{"a remark in turn", "POST", table + "/remarks", "$SEATED1", client(`,"text":"Benches, too"`), nil, 201, nil, keep("INTURN", "id")},
		{"the floor given back", "POST", table + "/floor", "$SEATED1", client(`,"what":"yield","turn":1`), nil, 200, nil, nil},
		{"a turn passed on that is over", "POST", table + "/floor", "facilitator", client(`,"what":"next","turn":1`), nil, 409, []string{"over already"}, nil},
		{"a pause", "POST", topicURL + "/steer", "facilitator", client(`,"from":$TABLE1,"to":$TABLE1,"action":"pause"`), nil, 200, nil, nil},
		{"a remark in a pause", "POST", table + "/remarks", "$SEATED1", client(`,"text":"Hello?"`), nil, 409, []string{"paused"}, nil},
		{"the pause over", "POST", topicURL + "/steer", "facilitator", client(`,"from":$TABLE1,"to":$TABLE1,"action":"resume"`), nil, 200, nil, nil},
		{"on to the next step", "POST", table + "/floor", "$SEATED1", client(`,"what":"move-on","step":1`), nil, 200, nil, nil},
		{"the hall opened", "POST", topicURL + "/steer", "planner", client(`,"from":0,"to":0,"action":"step","step":1`), nil, 200, nil, nil},

		// The wall.
		{"the wall", "GET", topicURL + "/wall", "facilitator", "", nil, 200, []string{`"mine":[[1,2]]`, `"flags":0,"moves":[]`, `"round":1`, `"room":1`, `"room":2`, `"why":[`, `"hall":{"step":1`}, func(w *town, _ map[string]string, a answer) {
			if again := w.send("GET", topicURL+"/wall", "facilitator", "", "If-None-Match", a.header.Get("Etag")); again.status != 304 || again.body != "" {
				w.Errorf("the wall that one has: %d %s", again.status, again.body)
			}
			for _, taken := range []string{"identity", "br"} {
				if plain := w.send("GET", topicURL+"/wall", "facilitator", "", "Accept-Encoding", taken); plain.header.Get("Content-Encoding") != "" || !strings.HasPrefix(plain.body, `{"now":1`) {
					w.Errorf("the wall for who takes %s only: %v %s", taken, plain.header, plain.body)
				}
			}
			w.client.Transport.(*http.Transport).DisableCompression = true
			defer func() { w.client.Transport.(*http.Transport).DisableCompression = false }()
			if plain := w.send("GET", topicURL+"/wall", "facilitator", ""); !strings.HasPrefix(plain.body, `{"now":1`) {
				w.Errorf("the wall for who says nothing of encodings: %s", plain.body)
			}
		}},
		{"the wall for a participant", "GET", topicURL + "/wall", "$SEATED1", "", nil, 403, nil, nil},

		// The feed of the hall, threads, reactions.
		{"a remark in the hall", "POST", topicURL + "/rooms/0/remarks", "$SEATED1", client(`,"text":"Trees first"`), nil, 201, nil, keep("HALL", "id")},
		{"a reply", "POST", topicURL + "/rooms/0/remarks", "$SEATED2", client(`,"text":"And benches","reply_to":$HALL`), nil, 201, nil, keep("REPLY", "id")},
		{"a reply to the reply", "POST", topicURL + "/rooms/0/remarks", "$SEATED1", client(`,"text":"Of oak","reply_to":$REPLY`), nil, 201, nil, nil},
		{"the thread", "GET", topicURL + "/remarks/$HALL/thread", "", "", nil, 200, []string{`"text":"Trees first"`, `"text":"And benches"`, `"text":"Of oak"`}, nil},
		{"the thread of a table for a stranger", "GET", topicURL + "/remarks/$INTURN/thread", "stranger", "", nil, 403, nil, nil},
		{"the thread of nothing", "GET", topicURL + "/remarks/9999/thread", "", "", nil, 404, nil, nil},
		{"a reaction to one's own", "PUT", topicURL + "/remarks/$HALL/reaction", "$SEATED1", client(`,"reaction":"agree"`), nil, 409, nil, nil},
		{"a reaction that is none", "PUT", topicURL + "/remarks/$HALL/reaction", "$SEATED2", client(`,"reaction":"love"`), nil, 422, []string{"agree"}, nil},
		{"a reaction of a stranger", "PUT", topicURL + "/remarks/$HALL/reaction", "stranger", client(`,"reaction":"agree"`), nil, 403, nil, nil},
		{"a reaction", "PUT", topicURL + "/remarks/$HALL/reaction", "$SEATED2", client(`,"reaction":"insight"`), nil, 200, nil, nil},
		{"the feed", "GET", topicURL + "/rooms/0/feed", "$SEATED2", "", nil, 200, []string{`"more":false`, `"reactions":[0,1,0],"reacted":"insight"`, `"replies":2`}, nil},
		{"the feed by time", "GET", topicURL + "/rooms/0/feed?order=new&limit=1&offset=0", "", "", nil, 200, []string{`"text":"Trees first"`, `"more":false`}, nil},
		{"a sample of the feed", "GET", topicURL + "/rooms/0/feed?order=sample&seed=7", "", "", nil, 200, []string{`"text":"Trees first"`}, nil},
		{"the feed beyond its end", "GET", topicURL + "/rooms/0/feed?order=sample&offset=50", "", "", nil, 200, []string{`"remarks":[]`}, nil},
		{"the feed in no order", "GET", topicURL + "/rooms/0/feed?order=best", "", "", nil, 422, []string{"top, new or sample"}, nil},
		{"a pin by a moderator", "POST", topicURL + "/remarks/$HALL/pin", "moderator", client(`,"pinned":true`), nil, 403, nil, nil},
		{"a pin", "POST", topicURL + "/remarks/$HALL/pin", "facilitator", client(`,"pinned":true`), nil, 200, nil, nil},
		{"the pinned", "GET", topicURL + "/rooms/0/floor", "", "", nil, 200, []string{`"pinned":[$HALL]`}, nil},

		// Reports of remarks.
		{"a report for no reason", "POST", topicURL + "/remarks/$HALL/flag", "$SEATED2", client(`,"reason":"boring","note":""`), nil, 422, []string{"off-topic"}, nil},
		{"a report by a stranger", "POST", topicURL + "/remarks/$HALL/flag", "stranger", client(`,"reason":"spam","note":""`), nil, 403, nil, nil},
		{"a report", "POST", topicURL + "/remarks/$HALL/flag", "$SEATED2", `{"client_id":"flag","reason":"off-topic","note":"Not about the bank"}`, nil, 201, []string{`"flag":1`, `"receipt":"1-`}, keep("FLAG", "receipt")},
		{"the report sent again", "POST", topicURL + "/remarks/$HALL/flag", "$SEATED2", `{"client_id":"flag","reason":"off-topic","note":"Not about the bank"}`, nil, 201, []string{`"receipt":"$FLAG"`}, nil},
		{"a second report of the same", "POST", topicURL + "/remarks/$HALL/flag", "$SEATED2", client(`,"reason":"insult","note":""`), nil, 409, []string{"report 1"}, nil},
		{"the report is not in the history", "GET", topicURL + "/history?limit=1000", "", "", nil, 200, []string{`"kind":"remark-posted"`}, func(w *town, _ map[string]string, a answer) {
			if strings.Contains(a.body, "flag") || strings.Contains(a.body, "report") || a.field("next") != a.field("top") {
				w.Errorf("the history tells of a report, or ends too early: %s", a.body)
			}
		}},
		{"one's reports", "GET", topicURL + "/flags/mine", "$SEATED2", "", nil, 200, []string{`"receipt":"$FLAG"`, `"outcome":"open"`, `"because":""`}, nil},
		{"another's reports", "GET", topicURL + "/flags/mine", "$SEATED1", "", nil, 200, []string{`"flags":[]`}, nil},
		{"the queue for a participant", "GET", topicURL + "/cases", "$SEATED1", "", nil, 403, nil, nil},
		{"the queue", "GET", topicURL + "/cases", "moderator", "", nil, 200, []string{`"total":1`, `"text":"Trees first"`, `"note":"Not about the bank"`, `"role":"participant"`, `"severity":"normal"`, `"claim":null`}, nil},
		{"a case claimed", "POST", topicURL + "/cases/claim", "moderator", client(`,"cases":[{"kind":"remark","number":$HALL}],"release":false`), nil, 200, nil, nil},
		{"a case that somebody else works on", "POST", topicURL + "/cases/settle", "facilitator", client(`,"cases":[{"kind":"remark","number":$HALL}],"outcome":"kept","reason":"So"`), nil, 409, []string{"works on this"}, nil},
		{"a case given back", "POST", topicURL + "/cases/claim", "moderator", client(`,"cases":[{"kind":"remark","number":$HALL}],"release":true`), nil, 200, nil, nil},
		{"a case settled without a reason", "POST", topicURL + "/cases/settle", "facilitator", client(`,"cases":[{"kind":"remark","number":$HALL}],"outcome":"kept","reason":""`), nil, 422, nil, nil},
		{"a case left open", "POST", topicURL + "/cases/settle", "facilitator", client(`,"cases":[{"kind":"remark","number":$HALL}],"outcome":"open","reason":"Later"`), nil, 422, nil, nil},
		{"a case settled", "POST", topicURL + "/cases/settle", "facilitator", client(`,"cases":[{"kind":"remark","number":$HALL}],"outcome":"kept","reason":"Trees stand on the bank"`), nil, 200, []string{`"proposed":0`}, nil},
		{"a case settled twice", "POST", topicURL + "/cases/settle", "moderator", client(`,"cases":[{"kind":"remark","number":$HALL}],"outcome":"removed","reason":"No"`), nil, 409, nil, nil},
		{"what was settled", "GET", topicURL + "/cases", "facilitator", "", nil, 200, []string{`"total":0`, `"settled":[{"subject":{"kind":"remark"`, `"because":"Trees stand on the bank"`}, nil},
		{"what became of it", "GET", topicURL + "/flags/mine", "$SEATED2", "", nil, 200, []string{`"outcome":"kept","because":"Trees stand on the bank"`}, nil},

		// Questions to the experts.
		{"a question", "POST", table + "/questions", "$SEATED1", client(`,"text":"What does a tree on the bank cost?"`), nil, 201, []string{`"question":1`}, nil},
		{"an empty question", "POST", table + "/questions", "$SEATED1", client(`,"text":" "`), nil, 422, nil, nil},
		{"a question at another table", "POST", topicURL + "/rooms/$ELSEWHERE/questions", "$SEATED1", client(`,"text":"And here?"`), nil, 403, nil, nil},
		{"a similar question", "POST", topicURL + "/questions/similar", "$SEATED2", `{"text":"What is the cost of a tree on the bank?"}`, nil, 200, []string{`"question":1`, `"score":`}, nil},
		{"a question in the hall", "POST", topicURL + "/rooms/0/questions", "$SEATED2", client(`,"text":"How much is a tree?"`), nil, 201, []string{`"question":2`}, nil},
		{"support", "PUT", topicURL + "/questions/1/support", "$SEATED2", client(`,"support":true`), nil, 200, nil, nil},
		{"support of nothing", "PUT", topicURL + "/questions/9/support", "$SEATED2", client(`,"support":true`), nil, 404, nil, nil},
		{"folding by a participant", "POST", topicURL + "/questions/fold", "$SEATED1", client(`,"into":1,"from":[2]`), nil, 403, nil, nil},
		{"folding", "POST", topicURL + "/questions/fold", "moderator", client(`,"into":1,"from":[2]`), nil, 200, nil, nil},
		{"a question taken", "POST", topicURL + "/questions/take", "facilitator", client(`,"question":1`), nil, 200, nil, nil},
		{"the questions", "GET", topicURL + "/questions", "$SEATED2", "", nil, 200, []string{`"taken":1`, `"support":2`, `"mine":true`, `"folded":[2]`, `"into":1`}, nil},
		{"an answer to what is folded", "POST", topicURL + "/questions/2/answer", "planner", client(`,"text":"200 euros"`), nil, 409, []string{"question 1"}, nil},
		{"an answer", "POST", topicURL + "/questions/1/answer", "planner", client(`,"text":"About 200 euros, with three years of water."`), nil, 200, nil, nil},
		{"the answer", "GET", topicURL + "/questions", "", "", nil, 200, []string{`"taken":0`, `"answer":"About 200 euros, with three years of water."`}, nil},

		{"the first questions only", "GET", topicURL + "/questions?limit=0", "stranger", "", nil, 200, []string{`"more":true,"questions":[]`}, nil},
		{"and one's own", "GET", topicURL + "/questions?limit=0", "$SEATED1", "", nil, 200, []string{`"question":1`, `"question":2`, `"more":false`}, nil},
		{"all questions for who takes them to the experts", "GET", topicURL + "/questions?limit=0", "moderator", "", nil, 200, []string{`"question":1`, `"question":2`}, nil},

		// What a table tells the hall.
		{"a report of another table", "POST", topicURL + "/rooms/$ELSEWHERE/report", "$SEATED1", client(`,"text":"We want trees"`), nil, 403, nil, nil},
		{"a report of the hall", "POST", topicURL + "/rooms/0/report", "facilitator", client(`,"text":"We want trees"`), nil, 422, nil, nil},
		{"a table's report", "POST", table + "/report", "$SEATED1", client(`,"text":"We want trees"`), nil, 200, nil, nil},
		{"the tables' reports", "GET", topicURL + "/reports", "", "", nil, 200, []string{`"room":$TABLE1,"text":"We want trees"`}, nil},
		{"the report of a table", "GET", topicURL + "/reports?room=$TABLE1", "", "", nil, 200, []string{`"text":"We want trees"`, `"total":1`}, nil},
		{"the report of a table that has none", "GET", topicURL + "/reports?room=$ELSEWHERE", "", "", nil, 200, []string{`"reports":[],"total":0`}, nil},
		{"the last reports only", "GET", topicURL + "/reports?limit=0", "", "", nil, 200, []string{`"reports":[],"total":1`}, nil},
		{"a report erased", "POST", topicURL + "/texts/erase", "moderator", client(`,"report":$TABLE1,"reason":"personal-data"`), nil, 200, nil, nil},
		{"the reports without it", "GET", topicURL + "/reports", "$SEATED1", "", nil, 200, []string{`"room":$TABLE1,"text":"","removed":"personal-data"`, `"mine":true`}, nil},

		// Tables.
		{"small tables with nobody there", "POST", topicURL + "/tables/rebalance", "facilitator", client(`,"dry":true`), nil, 200, []string{`"joins":[]`}, nil},
		{"nothing to join", "POST", topicURL + "/tables/rebalance", "facilitator", client(`,"dry":false,"from":[1]`), nil, 200, []string{`"joins":[]`}, nil},
		{"rebalancing by a moderator", "POST", topicURL + "/tables/rebalance", "moderator", client(`,"dry":true`), nil, 403, nil, nil},
		{"nobody placed", "POST", topicURL + "/places", "facilitator", client(`,"people":[],"table":1`), nil, 422, nil, nil},
		{"a seat placed that is not there", "POST", topicURL + "/places", "facilitator", client(`,"people":[99],"table":1`), nil, 404, nil, nil},
		{"someone placed", "POST", topicURL + "/places", "facilitator", client(`,"people":[$SPEAKER],"table":$ELSEWHERE`), nil, 200, []string{`"answer":1`}, nil},
		{"their table", "GET", topicURL, "$SEATED1", "", nil, 200, []string{`"table":$ELSEWHERE`}, nil},
		{"a table joined with itself", "POST", topicURL + "/tables/merge", "facilitator", client(`,"from":1,"into":1`), nil, 422, nil, nil},
		{"a table joined with another", "POST", topicURL + "/tables/merge", "facilitator", client(`,"from":$ELSEWHERE,"into":$TABLE1`), nil, 200, nil, nil},
		{"their table again", "GET", topicURL, "$SEATED1", "", nil, 200, []string{`"table":$TABLE1`}, nil},
		{"the wall after that", "GET", topicURL + "/wall", "facilitator", "", nil, 200, []string{`"moves":[{"time":`, `"cause":"merge"`, `"cause":"facilitator","count":1,"people":[$SPEAKER],"tables":[$ELSEWHERE]`}, nil},
		{"someone placed at a table that is closed", "POST", topicURL + "/places", "facilitator", client(`,"people":[$SPEAKER],"table":$ELSEWHERE`), nil, 409, nil, nil},
	}
}
