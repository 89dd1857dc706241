package server

import (
	"fmt"
	"testing"

	"veche/server/journal"
	"veche/server/tally"
	"veche/server/topic"
)

// Whoever may count again reads how the rating stands since the count, through
// another count and on: from the log, and only once five ballots have spoken.
func TestStandingSinceTheCount(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna")
	staff := w.bringIn(agreed(8, tally.Statement{ID: "0", Text: "plant more trees"}, tally.Statement{ID: "1", Text: "mend the bridge"}))
	stands := func(want string) {
		t.Helper()
		a := w.send("GET", "/api/topics/bank/ranking/standing", "planner", "")
		if a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		got := "nothing"
		if s, ok := a.field("standing").(map[string]any); ok {
			got = fmt.Sprintf("%v votes:", s["votes"])
			for _, x := range s["items"].([]any) {
				x := x.(map[string]any)
				got += fmt.Sprintf(" %v of %v place %v", x["agree"], x["seen"], x["rank_support"])
			}
		}
		if got != want {
			t.Errorf("it stands at %q, want %q", got, want)
		}
	}
	vote := func(item uint32, v topic.VoteValue, ballots ...uint64) {
		t.Helper()
		b := topic.VotesImported{Ballots: ballots}
		for range ballots {
			b.Items, b.Values = append(b.Items, item), append(b.Values, v)
		}
		if _, err := w.server.Journal.Submit(t.Context(), "bank", journal.Request{Who: staff.Planner, Command: topic.ImportVotes{VotesImported: b}}); err != nil {
			t.Fatal(err)
		}
	}
	count := func(id string) { w.must(200, "POST", "/api/topics/bank/tally", "planner", `{"client_id":"`+id+`"}`) }
	stands("nothing") // was counted
	count("one")
	stands("nothing")
	vote(1, topic.Disagree, 1, 2, 3, 4)
	stands("nothing")
	vote(1, topic.Disagree, 5)
	stands("5 votes: 3 of 8 place 2 8 of 8 place 1")
	vote(2, topic.Disagree, 1, 2, 3, 4)
	stands("5 votes: 3 of 8 place 2 8 of 8 place 1")
	count("two")
	stands("nothing")
	vote(2, topic.Pass, 1, 2, 3, 4, 5, 6, 7)
	stands("7 votes: 3 of 8 place 1 1 of 8 place 2")
	if a := w.send("GET", "/api/topics/bank/ranking/standing", "anna", ""); a.status != 403 {
		t.Errorf("a citizen reads how it stands: %d %s", a.status, a.body)
	}
}
