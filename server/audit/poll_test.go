package audit_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"veche/server/analysis/rehearsal"
	"veche/server/audit"
	"veche/server/topic"
)

// polled adds a poll of everyone with seven ballots, one of them changed, and
// answers the receipts: of the changed one first as it was, then as it stands,
// then of the others.
func polled(t testing.TB, p *rehearsal.Play) (receipts []audit.BallotReceipt) {
	terms := topic.PollTerms{Question: "Which?", Options: []string{"Stairs", "A slope", "Neither"}, Min: 1, Max: 2, Electorate: topic.ElectorateEveryone, When: topic.PollWindow}
	p.Do(rehearsal.Planner, topic.MakePoll{PollMade: topic.PollMade{Terms: terms}})
	p.Do(rehearsal.Planner, topic.OpenPoll{Poll: 1})
	names := make([]topic.Pseudonym, 7)
	for i := range names {
		names[i] = p.Random()
	}
	cast := func(voter int, options ...uint32) {
		seq := p.Do(topic.Who{Role: topic.RoleBallot, Pseudonym: names[voter]}, topic.CastBallot{Poll: 1, Options: options, Salt: p.Random()})
		e, err := topic.DecodeEvent(p.Events[seq-1], seq)
		if err != nil {
			t.Fatal(err)
		}
		receipts = append(receipts, audit.NewBallotReceipt(p.State.Settings.ID, &e, names[voter]))
	}
	cast(0, 3)
	cast(0, 1, 2)
	for voter := 1; voter < 7; voter++ {
		cast(voter, uint32(1+voter%3))
	}
	p.Do(rehearsal.Planner, topic.ClosePoll{Poll: 1})
	return receipts
}

func stepOf(r audit.Report, name string) audit.Step {
	for _, s := range r.Steps {
		if s.Name == name {
			return s
		}
	}
	return audit.Step{}
}

// Anyone counts a poll again; its voters find their ballots; nobody else does.
func TestPollInBundle(t *testing.T) {
	p := rehearsal.Whole(t)
	receipts := polled(t, p)
	for _, audience := range []audit.Audience{audit.Public, audit.Auditor} {
		bundle := p.Bundle(audience)
		for i := range receipts {
			text, err := json.Marshal(receipts[i])
			if err != nil {
				t.Fatal(err)
			}
			receipt, err := audit.ParseBallotReceipt(text)
			if err != nil {
				t.Fatal(err)
			}
			r := verify(t, bundle, audit.Options{Receipt: receipt})
			want := audit.Proved
			if i == 0 { // another ballot took its place
				want = audit.Failed
			}
			if s := stepOf(r, "receipt"); s.Outcome != want {
				t.Errorf("%s: receipt %d: %+v", audience, i, s)
			}
			if s := stepOf(r, "poll 1"); s.Outcome != audit.ReRun || !strings.Contains(s.Detail, "7 ") {
				t.Errorf("%s: %+v", audience, s)
			}
		}
		files := unzip(t, bundle)
		list := string(files[audit.PollFile(1)])
		if lines := strings.Split(strings.TrimSpace(list), "\n")[1:]; len(lines) != 7 || !slices.IsSorted(lines) {
			t.Errorf("%s: the ballots are\n%s", audience, list)
		}
		for _, r := range receipts {
			if n := bytes.Count(files[audit.LogFile], r.Event); audience == audit.Public && n != 0 {
				t.Errorf("the public sees the event of a ballot %d times", n)
			}
		}
	}
}

func TestFewBallotsStayUntold(t *testing.T) {
	p := rehearsal.Whole(t)
	terms := topic.PollTerms{Question: "Which?", Options: []string{"A", "B"}, Min: 1, Max: 1, Electorate: topic.ElectorateEveryone, When: topic.PollWindow}
	p.Do(rehearsal.Planner, topic.MakePoll{PollMade: topic.PollMade{Terms: terms}})
	p.Do(rehearsal.Planner, topic.OpenPoll{Poll: 1})
	p.Do(topic.Who{Role: topic.RoleBallot, Pseudonym: p.Random()}, topic.CastBallot{Poll: 1, Options: []uint32{1}, Salt: p.Random()})
	p.Do(rehearsal.Planner, topic.ClosePoll{Poll: 1})
	bundle := p.Bundle(audit.Public)
	if _, there := unzip(t, bundle)[audit.PollFile(1)]; there {
		t.Error("one ballot is published")
	}
	if s := stepOf(verify(t, bundle, audit.Options{}), "poll 1"); s.Outcome != audit.NotInBundle {
		t.Errorf("%+v", s)
	}
}

// A receipt of a ballot whose poll tells nothing is proved as far as it can be:
// the ballot stands; that it was counted nobody can see.
func TestReceiptOfAnUntoldPoll(t *testing.T) {
	for name, closes := range map[string]bool{"open": false, "closed with one ballot": true} {
		t.Run(name, func(t *testing.T) {
			p := rehearsal.Whole(t)
			terms := topic.PollTerms{Question: "Which?", Options: []string{"A", "B"}, Min: 1, Max: 1, Electorate: topic.ElectorateEveryone, When: topic.PollWindow}
			p.Do(rehearsal.Planner, topic.MakePoll{PollMade: topic.PollMade{Terms: terms}})
			p.Do(rehearsal.Planner, topic.OpenPoll{Poll: 1})
			voter := topic.Pseudonym(p.Random())
			seq := p.Do(topic.Who{Role: topic.RoleBallot, Pseudonym: voter}, topic.CastBallot{Poll: 1, Options: []uint32{1}, Salt: p.Random()})
			if closes {
				p.Do(rehearsal.Planner, topic.ClosePoll{Poll: 1})
			}
			e, err := topic.DecodeEvent(p.Events[seq-1], seq)
			if err != nil {
				t.Fatal(err)
			}
			receipt := audit.NewBallotReceipt(p.State.Settings.ID, &e, voter)
			bundle := p.Bundle(audit.Public)
			r := verify(t, bundle, audit.Options{Receipt: &receipt})
			if s, c := stepOf(r, "receipt"), stepOf(r, "receipt's count"); s.Outcome != audit.Proved || c.Outcome != audit.NotInBundle {
				t.Errorf("%+v, %+v", s, c)
			}
			receipt.Leaf = strings.Repeat("0", 64)
			if s := stepOf(verify(t, bundle, audit.Options{Receipt: &receipt}), "receipt"); s.Outcome != audit.Failed {
				t.Errorf("of a ballot that is not in the log: %+v", s)
			}
		})
	}
}

// A poll whose options grew while it was open is counted again with all of them;
// a ballot for one that was not there yet is none.
func TestPollWithAddedOption(t *testing.T) {
	p := rehearsal.Whole(t)
	terms := topic.PollTerms{Question: "Which?", Options: []string{"Stairs", "A slope"}, Min: 1, Max: 1, Electorate: topic.ElectorateEveryone, When: topic.PollWindow, Own: true}
	p.Do(rehearsal.Planner, topic.MakePoll{PollMade: topic.PollMade{Terms: terms}})
	p.Do(rehearsal.Planner, topic.OpenPoll{Poll: 1})
	cast := func(option uint32) {
		p.Do(topic.Who{Role: topic.RoleBallot, Pseudonym: p.Random()}, topic.CastBallot{Poll: 1, Options: []uint32{option}, Salt: p.Random()})
	}
	cast(1)
	idea := p.Do(p.Citizen(1), topic.ProposeOption{Poll: 1, Text: p.Text("A ferry across, each hour."), Lang: "en"})
	p.Do(rehearsal.Moderator, topic.AddOption{OptionAdded: topic.OptionAdded{Poll: 1, Idea: uint32(idea), Option: "A ferry"}})
	for _, option := range []uint32{3, 3, 2, 3, 1} {
		cast(option)
	}
	p.Do(rehearsal.Planner, topic.ClosePoll{Poll: 1})
	for _, audience := range []audit.Audience{audit.Public, audit.Auditor} {
		if s := stepOf(verify(t, p.Bundle(audience), audit.Options{}), "poll 1"); s.Outcome != audit.ReRun || !strings.Contains(s.Detail, "6 ") {
			t.Errorf("%s: %+v", audience, s)
		}
	}
	early := audit.Polls{List: []audit.PollRecord{{Options: 2}}}
	for i, b := range []topic.Body{&topic.PollBallotsIssued{Poll: 1, Pseudonyms: []topic.Pseudonym{{1}}}, &topic.BallotCast{Poll: 1, Marks: 4}, &topic.OptionAdded{Poll: 1, Idea: 1, Option: "A ferry"}, &topic.BallotCast{Poll: 1, Marks: 4}} {
		err := early.Observe(&topic.Event{Seq: uint64(i + 1), Actor: topic.Actor{Role: topic.RoleBallot, Number: 1}, Body: b})
		if (err != nil) != (i == 1) {
			t.Errorf("event %d: %v", i+1, err)
		}
	}
	if err := early.Observe(&topic.Event{Seq: 5, Body: &topic.OptionAdded{Poll: 2}}); err == nil {
		t.Error("an option of a poll that was not made passes")
	}
}

// A server that changes a poll and signs it again is found out.
func TestALyingPollIsFound(t *testing.T) {
	p := rehearsal.Whole(t)
	receipts := polled(t, p)
	mine := receipts[1]
	list := audit.PollFile(1)
	for name, edit := range map[string]func(files map[string][]byte) []string{
		"a ballot says something else": replace(list, mine.Ballot+",1 2", mine.Ballot+",1 3"),
		"a ballot is left out":         replace(list, mine.Ballot+",1 2\n", ""),
		"options out of order":         replace(list, ",1 2", ",2 1"),
		"an option that is not there":  replace(list, ",1 2", ",1 4"),
		"another header":               replace(list, "ballot,", "Ballot,"),
		"capital digits": func(files map[string][]byte) []string {
			files[list] = bytes.Replace(files[list], []byte(mine.Ballot), []byte(strings.ToUpper(mine.Ballot)), 1)
			return nil
		},
		"no list": func(files map[string][]byte) []string { delete(files, list); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			r := verify(t, reseal(t, p.Bundle(audit.Public), p.Signer(), edit), audit.Options{Receipt: &mine})
			if s := stepOf(r, "poll 1"); s.Outcome != audit.Failed {
				t.Errorf("%+v", s)
			}
		})
	}
	// Two ballots changed so that the counts stay: only their voters find out.
	other := receipts[2] // option 2
	r := verify(t, reseal(t, p.Bundle(audit.Public), p.Signer(), func(files map[string][]byte) []string {
		text := strings.Replace(string(files[list]), mine.Ballot+",1 2", mine.Ballot+",2", 1)
		files[list] = []byte(strings.Replace(text, other.Ballot+",2", other.Ballot+",1 2", 1))
		return nil
	}), audit.Options{Receipt: &mine})
	if stepOf(r, "poll 1").Outcome != audit.ReRun || stepOf(r, "receipt").Outcome != audit.Failed {
		t.Errorf("swapped ballots: %+v, %+v", stepOf(r, "poll 1"), stepOf(r, "receipt"))
	}
}

func TestParseBallotReceipt(t *testing.T) {
	receipts := polled(t, rehearsal.Whole(t))
	for name, change := range map[string]func(r *audit.BallotReceipt){
		"no event":       func(r *audit.BallotReceipt) { r.Event = nil },
		"other options":  func(r *audit.BallotReceipt) { r.Options = []uint32{3} },
		"another poll":   func(r *audit.BallotReceipt) { r.Poll = 2 },
		"another leaf":   func(r *audit.BallotReceipt) { r.Leaf = strings.Repeat("0", 64) },
		"a short ballot": func(r *audit.BallotReceipt) { r.Ballot = "0" },
	} {
		r := receipts[1]
		change(&r)
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := audit.ParseBallotReceipt(text); err == nil {
			t.Errorf("%s: it passes", name)
		}
	}
	if _, err := audit.ParseBallotReceipt([]byte("{")); err == nil {
		t.Error("half an object passes")
	}
}
