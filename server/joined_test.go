package server

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"veche/server/audit"
	"veche/server/topic"
)

// rated is a topic that twelve people played to its end: they said something, put
// ideas, rated, and voted in two polls. Between any two acts some milliseconds
// pass, so that each has a time of its own.
func rated(t *testing.T, watch func(*town)) *town {
	return ratedBy(t, clockAt(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)), watch)
}

func ratedBy(t *testing.T, clock *handClock, watch func(*town)) *town {
	people := make([]string, 12)
	for i := range people {
		people[i] = fmt.Sprintf("citizen-%02d", i)
	}
	w := openTownWith(t, Options{Data: t.TempDir(), Clock: clock.now}, people...)
	id := 0
	do := func(status int, method, path, as, body string) answer {
		id++
		clock.pass(time.Duration(1013+37*id) * time.Millisecond)
		return w.must(status, method, bankURL+path, as, fmt.Sprintf(`{"client_id":"act %d"%s}`, id, body))
	}
	w.must(201, "POST", "/api/topics", "planner", strings.Replace(forum, `{"kind":"rating"}]`, `{"kind":"rating"},{"kind":"results"}]`, 1))
	do(200, "POST", "/stage", "planner", `,"stage":0`)
	for i, p := range people {
		do(201, "POST", "/application", p, fmt.Sprintf(`,"answers":{"age":%q},"languages":["en"],"consent":"1"`, []string{"young", "old"}[i%2]))
	}
	do(200, "POST", "/stage", "planner", `,"stage":1`)
	for i, p := range people {
		do(201, "POST", "/rooms/0/remarks", p, fmt.Sprintf(`,"text":"remark of %s"`, p))
		do(201, "POST", "/ideas", p, fmt.Sprintf(`,"text":"Bench number %d at the water","lang":"en"`, i))
	}
	do(200, "POST", "/stage", "planner", `,"stage":2`)
	do(200, "POST", "/clustering", "moderator", `,"clusters":2`)
	do(200, "POST", "/items", "moderator", `,"items":[{"idea":1,"cluster":0},{"idea":2,"cluster":0},{"idea":3,"cluster":0}]`)
	do(200, "POST", "/stage", "planner", `,"stage":3`)
	for poll := 1; poll <= 2; poll++ {
		do(201, "POST", "/polls", "planner", `,"question":"Which?","options":["One","Two"],"min":1,"max":1,"electorate":"panel","when":"window","live":true`)
		do(200, "POST", fmt.Sprintf("/polls/%d/open", poll), "planner", ``)
	}
	for i, p := range people {
		for item := 1; item <= 1+i%3; item++ {
			do(200, "PUT", fmt.Sprintf("/votes/%d", item), p, fmt.Sprintf(`,"vote":%q`, []string{"agree", "disagree"}[(i+item)%2]))
		}
		for poll := 1; poll <= 2; poll++ {
			do(200, "PUT", fmt.Sprintf("/polls/%d/ballot", poll), p, fmt.Sprintf(`,"options":[%d]`, 1+(i/poll)%2))
		}
		clock.pass(time.Minute)
		watch(w)
	}
	for poll := 1; poll <= 2; poll++ {
		do(200, "POST", fmt.Sprintf("/polls/%d/close", poll), "planner", ``)
	}
	do(200, "POST", "/stage", "planner", `,"stage":4`)
	do(200, "POST", "/tally", "planner", `,"seed":"s"`)
	return w
}

// readPublic reads everything that nobody has to sign in for: answers of routes with
// their headers, by address, and the files of the bundle.
func (w *town) readPublic() map[string]string {
	w.Helper()
	all := map[string]string{}
	param := strings.NewReplacer(":topic", "bank", ":room", "0", ":remark", "1", ":idea", "1", ":item", "1", ":poll", "1", ":number", "1", ":round", "1", ":commitment", "1", ":question", "1", "*", "")
	for route, actions := range served() {
		method, path, _ := strings.Cut(route, " ")
		if method != http.MethodGet || !slices.ContainsFunc(actions, func(a topic.Action) bool { return topic.RuleOf(a).Lets(false, nil) }) ||
			strings.HasSuffix(path, "bundle.zip") || strings.HasPrefix(path, "/*") {
			continue
		}
		a := w.send("GET", param.Replace(path), "", "")
		if a.status == 200 {
			all[path] = a.body + "\n" + a.header.Get("Last-Modified") + "\n" + a.header.Get("ETag")
		}
	}
	for name, body := range w.bundle("bank") {
		all["bundle/"+name] = body
	}
	return all
}

// Nothing that is published joins what somebody said with how they voted, nor a
// ballot with another of the same person: no file has names of both, no vote has a
// time, none stands where it was cast, and no two lists name one ballot alike.
func TestNothingPublishedJoins(t *testing.T) {
	var votes []topic.Counts
	var meanwhile map[string]string
	w := rated(t, func(w *town) {
		view, err := w.server.Journal.View(t.Context(), "bank")
		if err != nil {
			t.Fatal(err)
		}
		view.Read(func(s *topic.State, _ uint64) { votes = append(votes, s.Told()) })
		a := w.must(200, "GET", bankURL, "", "")
		told := votes[len(votes)-1]
		if a.field("counts.voters") != float64(told.Voters) || a.field("counts.votes") != float64(told.Votes) || int(a.field("seq").(float64))%64 != 0 {
			t.Errorf("while people vote everyone is told %s", a.body)
		}
		if len(votes) == 12 {
			meanwhile = w.readPublic()
		}
	})
	if last := votes[len(votes)-1]; last.Voters != 10 || last.Votes != 15 {
		t.Errorf("of 12 ballots and 24 votes %d and %d are told", last.Voters, last.Votes)
	}
	public := w.readPublic()
	if len(public) < 40 {
		t.Errorf("only %d things are public", len(public))
	}
	for name, body := range meanwhile {
		public["while people vote: "+name] = body
	}

	var debate, ballots []topic.Pseudonym
	pollNames := map[uint32][]topic.Pseudonym{}
	var moments []int64 // of what nobody is to know the time of
	if err := w.server.Journal.ReadAfter(t.Context(), "bank", 0, func(e *topic.Event) error {
		switch b := e.Body.(type) {
		case *topic.Applied:
			debate = append(debate, b.Pseudonym)
		case *topic.BallotsIssued:
			ballots = append(ballots, b.Pseudonyms...)
			if !slices.IsSortedFunc(b.Pseudonyms, func(x, y topic.Pseudonym) int { return bytes.Compare(x[:], y[:]) }) {
				t.Error("ballots are issued in an order that is not their own")
			}
		case *topic.PollBallotsIssued:
			pollNames[b.Poll] = append(pollNames[b.Poll], b.Pseudonyms...)
		case *topic.Voted, *topic.BallotCast:
			moments = append(moments, e.Time)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(debate) != 12 || len(ballots) != 12 || len(pollNames[1]) != 12 || len(pollNames[2]) != 12 || len(moments) != 24+24 {
		t.Fatalf("%d, %d, %d, %d names, %d votes", len(debate), len(ballots), len(pollNames[1]), len(pollNames[2]), len(moments))
	}
	holds := func(what string, body string, p []byte) bool {
		return strings.Contains(body, string(p)) || strings.Contains(body, hex.EncodeToString(p)) || strings.Contains(body, base64.StdEncoding.EncodeToString(p)) || strings.Contains(body, base64.RawURLEncoding.EncodeToString(p))
	}
	for name, body := range public {
		for _, p := range debate {
			if holds(name, body, p[:]) {
				t.Errorf("%s names somebody as in debate", name)
			}
		}
		for _, p := range ballots {
			if name != "bundle/"+audit.VotesFile && holds(name, body, p[:]) {
				t.Errorf("%s names a ballot of the rating", name)
			}
		}
		for poll, list := range pollNames {
			for _, p := range list {
				id := audit.BallotID(poll, p)
				if holds(name, body, p[:]) || name != "bundle/"+audit.PollFile(poll) && holds(name, body, id[:]) {
					t.Errorf("%s names a ballot of poll %d", name, poll)
				}
			}
		}
		for _, ms := range moments {
			at := time.UnixMilli(ms).UTC()
			for _, text := range []string{strconv.FormatInt(ms, 10), at.Format("2006-01-02T15:04:05"), at.Format(http.TimeFormat)} {
				if strings.Contains(body, text) {
					t.Errorf("%s tells when a vote was cast: %s", name, text)
				}
			}
		}
	}
	for _, file := range []string{audit.VotesFile, audit.PollFile(1), audit.PollFile(2)} {
		lines := strings.Split(strings.TrimSpace(public["bundle/"+file]), "\n")
		if len(lines) < 13 || !slices.IsSorted(lines[1:]) {
			t.Errorf("%s has %d lines, which stand in an order that is not that of their random names", file, len(lines))
		}
	}
}
