package analysis_test

import (
	"bytes"
	"slices"
	"testing"

	"veche/server/analysis"
	"veche/server/signal"
	"veche/server/topic"
)

// A table where one person talks, two ideas in the same words, and ballots that
// copy one another: each is told, and neither names the other's people.
func TestFindSignals(t *testing.T) {
	a := assembled(3, 10)
	for i := range 200 { // an even talk at tables 2 and 3, one voice at table 1
		a.now += minute
		a.say(uint64(11+i%20), 100)
		if i%4 == 0 {
			a.say(3, 300)
		}
	}
	const plea = "Plant lime trees along the whole of River Street and water them for the first three summers"
	texts := map[uint32]string{}
	idea := func(author uint64, body string) uint32 {
		a.now += 20 * minute
		n := uint32(a.do(person(author), &topic.IdeaSubmitted{Text: topic.Digest{byte(len(texts)), 9}, Lang: "en"}))
		texts[n] = body
		return n
	}
	first := idea(1, plea)
	for i, body := range []string{"Build a tram line from the station to the hospital", "More benches and a drinking fountain near the old playground", "Open school yards at weekends so that children can play"} {
		idea(uint64(5+i), body)
	}
	second := idea(2, plea+", please")
	a.do(nobody, &topic.IdeaLinked{Idea: idea(4, plea+" or so"), Of: first, Relation: topic.AmendmentTo}) // says itself where it comes from
	items := make([]topic.Item, 60)
	for i := range items {
		items[i] = topic.Item{Idea: first}
	}
	a.do(nobody, &topic.ItemsFrozen{Items: items})
	pseudonyms := make([]topic.Pseudonym, 120)
	for i := range pseudonyms {
		pseudonyms[i] = topic.Pseudonym{byte(i), 7}
	}
	a.do(nobody, &topic.BallotsIssued{Pseudonyms: pseudonyms})
	var times analysis.VoteTimes
	vote := func(ballot, item uint64, v topic.VoteValue) {
		a.now += 1000
		e := topic.Event{Seq: a.Seq + 1, Time: a.now, Actor: topic.Actor{Role: topic.RoleBallot, Number: ballot}, Body: &topic.Voted{Item: uint32(item), Value: v}}
		a.Apply(&e)
		times.Observe(&e)
	}
	for ballot := uint64(1); ballot <= 120; ballot++ {
		from := ballot
		if ballot > 114 {
			from = 114 // copies
		}
		x := from * 0x9e3779b97f4a7c15
		for item := uint64(1); item <= 60; item++ {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
			vote(ballot, item, []topic.VoteValue{topic.Agree, topic.Disagree, topic.Agree, topic.Pass, topic.Disagree}[x>>32%5])
		}
	}
	for ballot := uint64(1); ballot <= 3; ballot++ { // nobody to compare with
		e := topic.Event{Seq: a.Seq + 1, Time: a.now, Body: &topic.OpenBallotIssued{Pseudonym: topic.Pseudonym{byte(ballot), 8}}}
		a.Apply(&e)
		e = topic.Event{Seq: a.Seq + 1, Time: a.now, Body: &topic.OpenVoted{Ballot: ballot, Item: 1, Value: topic.Agree}}
		a.Apply(&e)
		times.Observe(&e)
	}
	event, blobs, err := analysis.FindSignals(t.Context(), a.State, texts, &times)
	if err != nil {
		t.Fatal(err)
	}
	if event.InputSeq != a.Seq || event.Result != analysis.Digest(blobs.Result()) {
		t.Errorf("the event is %+v", event)
	}
	again, blobs2, err := analysis.FindSignals(t.Context(), a.State, texts, &times)
	if err != nil || again != event || !bytes.Equal(blobs[0], blobs2[0]) {
		t.Errorf("the same search gives another result: %v", err)
	}
	r, err := analysis.ParseSignals(blobs.Result())
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[signal.Kind][]signal.Signal{}
	for _, s := range r.Signals {
		kinds[s.Kind] = append(kinds[s.Kind], s)
	}
	if x := kinds[signal.Votes]; len(x) != 1 || !slices.Equal(x[0].Accord.Ballots, []uint64{114, 115, 116, 117, 118, 119, 120}) || x[0].Accord.Near < 0 || x[0].Accord.Open {
		t.Errorf("of votes: %+v", x)
	}
	if x := kinds[signal.Texts]; len(x) != 1 || !slices.Equal(x[0].Copies.Texts, []uint32{first, second}) || !slices.Equal(x[0].Copies.People, []uint64{1, 2}) {
		t.Errorf("of texts: %+v", x)
	}
	if x := kinds[signal.Airtime]; len(x) != 1 || x[0].Table.Table != 1 || x[0].Table.Person != 3 || x[0].Table.Share != 1 || x[0].Table.People != 10 {
		t.Errorf("of tables: %+v", x)
	}
	delete(texts, second)
	if _, _, err := analysis.FindSignals(t.Context(), a.State, texts, &times); err == nil {
		t.Error("a text that is missing is not missed")
	}
	if _, err := analysis.ParseSignals(append(blobs.Result(), ' ')); err == nil {
		t.Error("a result that is not canonical is read")
	}
}

// While a rating hides its results, its votes are not looked at.
func TestHiddenVotesAreNotLookedAt(t *testing.T) {
	a := assembled(1, 8)
	a.Rules = []topic.RuleEntry{{Rule: topic.RatingRule{Hidden: true}}}
	a.Settings.Stages = append(a.Settings.Stages, topic.Stage{Kind: topic.StageRating})
	a.StageIndex = 2
	_, blobs, err := analysis.FindSignals(t.Context(), a.State, nil, new(analysis.VoteTimes))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := analysis.ParseSignals(blobs.Result()); err != nil || r.VotesShown || !a.ResultsHidden() || r.Ballots != 0 {
		t.Errorf("the result is %+v, %v", r, err)
	}
}
