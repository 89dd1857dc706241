package server

import (
	"fmt"
	"strings"
)

// moderation is what follows reports of ideas and removals: appeals, a second
// person's check, sanctions, masking, statistics and problem reports. Remark 1 of
// SEATED1 was removed by the facilitator before; idea 3 is SEATED2's.
func moderation(topicURL string, client func(string) string) []step {
	keep := func(name, field string) func(*town, map[string]string, answer) {
		return func(_ *town, vars map[string]string, a answer) { vars[name] = fmt.Sprint(a.field(field)) }
	}
	const idea3 = `,"cases":[{"kind":"idea","number":3}]`
	return []step{
		// Rules.
		{"rules by a moderator", "PUT", topicURL + "/moderation", "moderator", client(`,"second":true`), nil, 403, nil, nil},
		{"rules that can't be kept", "PUT", topicURL + "/moderation", "planner", client(`,"urgent":5000`), nil, 422, []string{"5000"}, nil},
		{"rules", "PUT", topicURL + "/moderation", "planner", client(`,"second":true,"open":false,"urgent":1,"responsible":"The ombudsman","days":10`), nil, 200, nil, nil},
		{"replies by a planner", "PUT", topicURL + "/replies", "planner", client(`,"replies":[]`), nil, 403, nil, nil},
		{"replies", "PUT", topicURL + "/replies", "moderator", client(`,"replies":[{"for":"removed","lang":"en","text":"It names a private person."}]`), nil, 200, nil, nil},
		{"the rules for all", "GET", topicURL + "/moderation", "", "", nil, 200, []string{`"second":true`, `"high":24`, `"for":"removed","lang":"en","text":"It names a private person.","saved":true`, `"for":"merge","lang":"ru","text":"Говорят об одном и том же","saved":false`, `"statistics":null`}, nil},

		{"replies for no step", "PUT", topicURL + "/replies", "moderator", client(`,"replies":[{"for":"dance","lang":"en","text":"x"}]`), nil, 422, []string{"dance"}, nil},

		// An idea is reported; two people take it away; its author appeals.
		{"an idea reported by nobody", "POST", topicURL + "/ideas/3/flag", "", client(`,"reason":"spam","note":""`), nil, 401, nil, nil},
		{"an idea that is not there", "POST", topicURL + "/ideas/99/flag", "$SEATED1", client(`,"reason":"spam","note":""`), nil, 404, nil, nil},
		{"an idea reported", "POST", topicURL + "/ideas/3/flag", "$SEATED1", client(`,"reason":"personal-data","note":"My street"`), nil, 201, []string{`"flag":2`, `"receipt":"2-`}, nil},
		{"one's reports of both", "GET", topicURL + "/flags/mine", "$SEATED1", "", nil, 200, []string{`"subject":{"kind":"idea","number":3}`}, nil},
		{"the queue for a facilitator", "GET", topicURL + "/cases", "facilitator", "", nil, 200, []string{`"total":0`}, nil},
		{"the queue with an idea", "GET", topicURL + "/cases", "moderator", "", nil, 200, []string{`"total":1`, `"severity":"urgent"`, `"note":"My street"`, `"text":"Plant old trees by the water"`}, nil},
		{"an idea removed by one", "POST", topicURL + "/cases/settle", "moderator", client(idea3 + `,"outcome":"removed","reason":"It names a private person."`), nil, 200, []string{`"proposed":1`}, nil},
		{"who waits", "GET", topicURL + "/cases", "moderator", "", nil, 200, []string{`"proposed":{"by":"moderator 4","mine":true,"reason":"It names a private person."`}, func(w *town, vars map[string]string, a answer) {
			w.enter("colleague", staffOf[1])
		}},
		{"the same person again", "POST", topicURL + "/cases/settle", "moderator", client(idea3 + `,"outcome":"removed","reason":"Yes"`), nil, 409, []string{"somebody else"}, nil},
		{"an idea removed by two", "POST", topicURL + "/cases/settle", "colleague", client(idea3 + `,"outcome":"removed","reason":"It names a private person."`), nil, 200, []string{`"proposed":0`}, nil},
		{"what the author reads", "GET", topicURL + "/decisions", "$SEATED2", "", nil, 200, []string{`"what":"removed"`, `"reason":"It names a private person."`, `"text":"Plant old trees by the water"`, `"can_appeal":true`, `"flags":["personal-data"]`}, nil},
		{"what others read", "GET", topicURL + "/decisions", "stranger", "", nil, 200, []string{`"decisions":[]`}, nil},
		{"an appeal of another", "POST", topicURL + "/appeals", "$SEATED1", client(`,"subject":{"kind":"idea","number":3},"text":"Why?"`), nil, 403, nil, nil},
		{"an appeal of no words", "POST", topicURL + "/appeals", "$SEATED2", client(`,"subject":{"kind":"idea","number":3},"text":" "`), nil, 422, nil, nil},
		{"an appeal", "POST", topicURL + "/appeals", "$SEATED2", client(`,"subject":{"kind":"idea","number":3},"text":"It is the name of a park"`), nil, 201, nil, keep("APPEAL", "appeal")},
		{"an appeal twice", "POST", topicURL + "/appeals", "$SEATED2", client(`,"subject":{"kind":"idea","number":3},"text":"Again"`), nil, 409, []string{"appeal $APPEAL"}, nil},
		{"an appeal heard by who decided", "POST", topicURL + "/appeals/$APPEAL", "colleague", client(`,"outcome":"declined","reason":"No"`), nil, 403, []string{"another moderator"}, nil},
		{"an appeal in the queue", "GET", topicURL + "/cases", "moderator", "", nil, 200, []string{`"kind":"appeal"`, `"text":"It is the name of a park"`, `"removed":"Plant old trees by the water"`}, nil},
		{"an appeal heard", "POST", topicURL + "/appeals/$APPEAL", "moderator", client(`,"outcome":"granted","reason":"So it is"`), nil, 200, nil, nil},
		{"what became of it", "GET", topicURL + "/decisions", "$SEATED2", "", nil, 200, []string{`"over":true`, `"outcome":"granted","by":"moderator 4","because":"So it is"`}, nil},
		{"the idea is back", "GET", topicURL + "/ideas?q=old", "", "", nil, 200, []string{`"text":"Plant old trees by the water"`, `"status":"shown"`}, nil},

		// The message that was removed comes back too.
		{"an appeal about a message", "POST", topicURL + "/appeals", "$SEATED1", client(`,"subject":{"kind":"remark","number":1},"text":"I said it once"`), nil, 201, nil, keep("APPEAL", "appeal")},
		{"an appeal heard by a facilitator", "POST", topicURL + "/appeals/$APPEAL", "facilitator", client(`,"outcome":"granted","reason":"So"`), nil, 403, nil, nil},
		{"an appeal granted", "POST", topicURL + "/appeals/$APPEAL", "moderator", client(`,"outcome":"granted","reason":"So it is"`), nil, 200, nil, nil},
		{"the message is back", "GET", topicURL + "/remarks/1/thread", "moderator", "", nil, 200, []string{`"text":"Plant trees","removed":""`}, nil},

		// Personal data masked by the author.
		{"a remark with a number", "POST", topicURL + "/rooms/0/remarks", "$SEATED2", client(`,"text":"Call 🌳 555 1234, please"`), nil, 201, nil, keep("CALL", "id")},
		{"another's remark masked", "POST", topicURL + "/mask", "$SEATED1", client(`,"subject":{"kind":"remark","number":$CALL},"spans":[[8,16]]`), nil, 403, nil, nil},
		{"a mask beyond the text", "POST", topicURL + "/mask", "$SEATED2", client(`,"subject":{"kind":"remark","number":$CALL},"spans":[[8,160]]`), nil, 422, nil, nil},
		{"a mask that cuts a character", "POST", topicURL + "/mask", "$SEATED2", client(`,"subject":{"kind":"remark","number":$CALL},"spans":[[6,16]]`), nil, 422, nil, nil},
		{"a mask", "POST", topicURL + "/mask", "$SEATED2", client(`,"subject":{"kind":"remark","number":$CALL},"spans":[[8,16]]`), nil, 200, []string{`"text":"Call 🌳 ███ ████, please"`}, nil},
		{"the masked remark", "GET", topicURL + "/rooms/0/remarks", "", "", nil, 200, []string{`"text":"Call 🌳 ███ ████, please","removed":""`}, nil},

		// Sanctions.
		{"a time-out by a planner", "POST", topicURL + "/sanctions", "planner", client(`,"person":1,"kind":"time-out","minutes":5,"reason":"Shouting"`), nil, 403, nil, nil},
		{"a time-out of nobody", "POST", topicURL + "/sanctions", "moderator", client(`,"person":999,"kind":"time-out","minutes":5,"reason":"Shouting"`), nil, 404, nil, nil},
		{"a case against SEATED2", "POST", topicURL + "/remarks/$CALL/flag", "$SEATED1", client(`,"reason":"insult","note":""`), nil, 201, nil, nil},
		{"whom it is about", "GET", topicURL + "/cases", "moderator", "", nil, 200, []string{`"severity":"high"`}, func(w *town, vars map[string]string, a answer) {
			_, rest, _ := strings.Cut(a.body, `"person":`)
			vars["PERSON"], _, _ = strings.Cut(rest, ",")
		}},
		{"a time-out", "POST", topicURL + "/sanctions", "facilitator", client(`,"person":$PERSON,"kind":"time-out","minutes":5,"reason":"Shouting"`), nil, 201, []string{`"sanction":1`}, nil},
		{"a remark in a time-out", "POST", topicURL + "/rooms/0/remarks", "$SEATED2", client(`,"text":"Hello?"`), nil, 403, []string{"5 more minute"}, nil},
		{"an idea in a time-out", "POST", topicURL + "/ideas", "$SEATED2", client(`,"text":"An idea","lang":"en","origin_remark":0`), nil, 403, nil, nil},
		{"what one can do in a time-out", "GET", topicURL, "$SEATED2", "", nil, 200, []string{`"can":["answer-seat","react","flag","answer-invitation","claim-paper","appeal","report-problem","mask"]`, `"silenced":{"sanction":1,"until":`}, nil},
		{"one's time-out", "GET", topicURL + "/decisions", "$SEATED2", "", nil, 200, []string{`"what":"time-out"`, `"reason":"Shouting"`}, nil},
		{"all sanctions", "GET", topicURL + "/sanctions", "moderator", "", nil, 200, []string{`"person":$PERSON`, `"holds":true`}, nil},
		{"the history keeps still", "GET", topicURL + "/history?limit=1000", "", "", nil, 200, []string{`appeal 1 granted`}, func(w *town, _ map[string]string, a answer) {
			for _, hidden := range []string{"sanction", "time-out", "idea-flagged", "appeal-made", "cases-claimed"} {
				if strings.Contains(a.body, hidden) {
					w.Errorf("the history tells of %s: %s", hidden, a.body)
				}
			}
		}},
		{"the time-out lifted", "POST", topicURL + "/sanctions/1/lift", "moderator", client(`,"reason":"Calm again"`), nil, 200, nil, nil},
		{"a remark after that", "POST", topicURL + "/rooms/0/remarks", "$SEATED2", client(`,"text":"Sorry"`), nil, 201, nil, nil},

		// Texts that are read before others see them.
		{"texts read first", "PUT", topicURL + "/moderation", "planner", client(`,"before":true,"responsible":"The ombudsman","days":10`), nil, 200, nil, nil},
		{"a remark that waits", "POST", topicURL + "/rooms/0/remarks", "$SEATED2", client(`,"text":"May I?"`), nil, 201, nil, keep("HELD", "id")},
		{"what others see of it", "GET", topicURL + "/rooms/0/remarks", "$SEATED1", "", nil, 200, []string{`"text":"","removed":"held"`}, nil},
		{"who reads it", "GET", topicURL + "/cases", "facilitator", "", nil, 200, []string{`"held":"May I?"`}, nil},
		{"a remark shown", "POST", topicURL + "/cases/settle", "facilitator", client(`,"cases":[{"kind":"remark","number":$HELD}],"outcome":"kept","reason":"Read"`), nil, 200, nil, nil},
		{"what others see then", "GET", topicURL + "/rooms/0/remarks", "$SEATED1", "", nil, 200, []string{`"text":"May I?","removed":""`}, nil},

		// Statistics.
		{"the statistics for who moderates", "GET", topicURL + "/moderation", "moderator", "", nil, 200, []string{`"removed":2,"restored":2,"erased":0`, `"granted":2`, `"timeouts":1`, `{"text":"It names a private person.","count":1}`, `{"text":"","count":1}`, `"feature":"age"`}, nil},
		{"no second check any more", "PUT", topicURL + "/moderation", "planner", client(`,"open":true,"responsible":"The ombudsman","days":10`), nil, 200, nil, nil},
		{"the statistics for all", "GET", topicURL + "/moderation", "", "", nil, 200, []string{`"reason":"personal-data","kept":0,"removed":1`, `"role":"moderator"`}, nil},

		// Problem reports.
		{"a problem of nobody", "POST", topicURL + "/problems", "", client(`,"about":"process","text":"The hall closed early"`), nil, 401, nil, nil},
		{"a problem with nothing", "POST", topicURL + "/problems", "stranger", client(`,"about":"process","text":""`), nil, 422, nil, nil},
		{"a problem", "POST", topicURL + "/problems", "stranger", client(`,"about":"process","text":"The hall closed early"`), nil, 201, []string{`"problem":1`}, nil},
		{"one's problem", "GET", topicURL + "/problems", "stranger", "", nil, 200, []string{`"text":"The hall closed early"`, `"responsible":"The ombudsman"`, `"status":"open"`, `"mine":true`}, nil},
		{"the counts for all", "GET", topicURL + "/problems", "$SEATED1", "", nil, 200, []string{`"counts":{"reported":1,"open":1,"overdue":0`, `"problems":[]`}, nil},
		{"a step by the author", "POST", topicURL + "/problems/1/step", "stranger", client(`,"status":"solved","text":"x","responsible":"","due":0`), nil, 403, nil, nil},
		{"a problem in hand", "POST", topicURL + "/problems/1/step", "planner", client(`,"status":"in-hand","text":"We look","responsible":"Ms Petrova","due":1900000000000`), nil, 200, nil, nil},
		{"reopened too early", "POST", topicURL + "/problems/1/reopen", "stranger", client(`,"text":"Still"`), nil, 409, nil, nil},
		{"a problem solved", "POST", topicURL + "/problems/1/step", "planner", client(`,"status":"solved","text":"It opens again tomorrow","responsible":"Ms Petrova","due":0`), nil, 200, nil, nil},
		{"the personal report", "GET", topicURL + "/problems", "stranger", "", nil, 200, []string{`"text":"It opens again tomorrow"`, `"status":"solved"`, `"by":"planner `}, nil},
		{"another's problem reopened", "POST", topicURL + "/problems/1/reopen", "$SEATED1", client(`,"text":"Still"`), nil, 404, nil, nil},
		{"a problem reopened", "POST", topicURL + "/problems/1/reopen", "stranger", client(`,"text":"Still closed"`), nil, 200, nil, nil},
	}
}
