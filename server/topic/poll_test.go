package topic

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// pollFor is a sensible poll.
func pollFor(e Electorate) PollTerms {
	return PollTerms{Question: "Stairs or a slope?", Options: []string{"Stairs", "A slope", "Neither"}, Min: 1, Max: 2, Electorate: e, When: PollWindow}
}

// polled is a debate with an open poll of its participants, anna and boris on
// the roll.
func polled(sc *scene) {
	sc.debate()
	sc.do(planner, MakePoll{PollMade{Terms: pollFor(ElectoratePanel)}})
	sc.do(planner, OpenPoll{1})
	sc.do(system, IssuePollBallots{PollBallotsIssued{Poll: 1, Pseudonyms: sorted(ballot("anna").Pseudonym, ballot("boris").Pseudonym)}})
}

func cast(options ...uint32) CastBallot { return CastBallot{Poll: 1, Options: options} }

// A ballot counts once, by its last word, until the poll closes; the close says
// how many were issued and cast.
func TestPoll(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.do(planner, MakePoll{PollMade{Terms: pollFor(ElectorateEveryone)}})
	sc.refused(ballot("anna"), cast(1), CodeWrongStage)
	sc.do(planner, OpenPoll{1})
	for i := range 6 {
		sc.do(ballot(fmt.Sprint("voter ", i)), cast(1, 3))
	}
	if at := sc.do(ballot("voter 2"), cast(2)); at != sc.state.Seq {
		t.Errorf("the receipt names event %d of %d", at, sc.state.Seq)
	}
	before := sc.state.Seq
	sc.do(ballot("voter 2"), cast(2))
	if sc.state.Seq != before {
		t.Error("the same ballot again is another event")
	}
	sc.do(planner, ClosePoll{1})
	b := sc.log[len(sc.log)-1].Body.(*PollClosed)
	if fmt.Sprint(b.Issued, b.Cast, b.Counts) != "6 6 [5 1 5]" {
		t.Errorf("closed with %+v", b)
	}
	sc.refused(ballot("voter 2"), cast(1), CodeWrongStage)
	if s := sc.state.Polls[0]; sc.state.Counts().Polls != 1 || s.Status != PollEnded || len(sc.state.Ballots) != 0 {
		t.Errorf("after the close: %+v", sc.state.Counts())
	}
}

// What fewer than FewBallots said is not told when the poll closes.
func TestFewBallots(t *testing.T) {
	sc := newScene(t)
	polled(sc)
	sc.do(ballot("anna"), cast(1))
	sc.do(planner, ClosePoll{1})
	if b := sc.log[len(sc.log)-1].Body.(*PollClosed); b.Counts != nil || b.Issued != 2 || b.Cast != 1 {
		t.Errorf("closed with %+v", b)
	}
}

// A poll that asks again takes over what the first asked and its roll of names.
func TestPollAskedAgain(t *testing.T) {
	sc := newScene(t)
	polled(sc)
	again := PollMade{Terms: PollTerms{After: 1, When: PollAfter, Live: true}}
	sc.refused(planner, MakePoll{again}, CodeConflict)
	sc.do(planner, ClosePoll{1})
	sc.do(planner, MakePoll{again})
	p := &sc.state.Polls[1]
	if p.Question != "Stairs or a slope?" || len(p.Options) != 3 || p.When != PollAfter || !p.Live || p.Group(2) != 1 || sc.state.Polls[0].Group(1) != 1 {
		t.Errorf("asked again: %+v", p.PollTerms)
	}
	sc.refused(planner, OpenPoll{2}, CodeWrongStage)
	sc.open(atResults)
	sc.do(planner, OpenPoll{2})
}

// The roll finds each pseudonym of a list that grows, and no other.
func TestRoll(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var r roll
		var list []Pseudonym
		place := map[Pseudonym]uint64{}
		for _, n := range rapid.SliceOfN(rapid.Uint32Range(0, 60), 0, 80).Draw(rt, "names") {
			var x Pseudonym
			binary.LittleEndian.PutUint32(x[:], n%7) // most meet in a slot
			binary.LittleEndian.PutUint32(x[8:], n)
			if got := r.find(list, x); got != place[x] {
				rt.Fatalf("%x is at %d, found at %d", x, place[x], got)
			}
			if place[x] == 0 {
				list = append(list, x)
				r.add(list)
				place[x] = uint64(len(list))
			}
		}
		var built roll
		built.build(list)
		for x, at := range place {
			if r.find(list, x) != at || built.find(list, x) != at {
				rt.Fatalf("%x is at %d, found at %d and %d", x, at, r.find(list, x), built.find(list, x))
			}
		}
	})
}

// Every refusal of a poll, by what leads to it.
func TestPollFaults(t *testing.T) {
	with := func(e Electorate, change func(*PollTerms)) MakePoll {
		terms := pollFor(e)
		change(&terms)
		return MakePoll{PollMade{Terms: terms}}
	}
	drafted := func(change func(*PollTerms)) func(sc *scene) {
		return func(sc *scene) { sc.debate(); sc.do(planner, with(ElectorateEveryone, change)) }
	}
	closed := func(sc *scene) { polled(sc); sc.do(planner, ClosePoll{1}) }
	for _, c := range []struct {
		name string
		set  func(sc *scene)
		who  Who
		do   Command
		code Code
	}{
		{"a poll by a moderator", polled, moderator, with(ElectoratePanel, func(*PollTerms) {}), CodeForbidden},
		{"a change of a poll that is not there", polled, planner, MakePoll{PollMade{2, pollFor(ElectoratePanel)}}, CodeNotFound},
		{"a change of an open poll", polled, planner, MakePoll{PollMade{1, pollFor(ElectoratePanel)}}, CodeConflict},
		{"a poll without question", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.Question = "" }), CodeInvalid},
		{"a poll of one option", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.Options = t.Options[:1]; t.Max = 1 }), CodeInvalid},
		{"an option twice", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.Options = []string{"A", "A"} }), CodeInvalid},
		{"more choices than options", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.Max = 4 }), CodeInvalid},
		{"no choice", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.Min = 0 }), CodeInvalid},
		{"a poll of nobody", polled, planner, with(0, func(*PollTerms) {}), CodeInvalid},
		{"a poll of a table that is not there", polled, planner, with(ElectorateTable, func(t *PollTerms) { t.Table = 3 }), CodeNotFound},
		{"a panel at a table", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.Table = 1 }), CodeInvalid},
		{"a poll at no time", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.When = 0 }), CodeInvalid},
		{"an electorate of a panel told", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.Entitled = 9 }), CodeInvalid},
		{"strata of everyone", polled, planner, with(ElectorateEveryone, func(t *PollTerms) { t.Strata = []string{"age"} }), CodeInvalid},
		{"strata by nothing", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.Strata = []string{"height"} }), CodeInvalid},
		{"an end before 1970", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.Closes = -1 }), CodeInvalid},
		{"counts of a table while it votes", polled, planner, with(ElectorateTable, func(t *PollTerms) { t.Table, t.Live = 1, true }), CodeInvalid},
		{"counts at the tables while they vote", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.When, t.Live = PollDuring, true }), CodeInvalid},
		{"counts by feature while it is open", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.Strata, t.Live = []string{"age"}, true }), CodeInvalid},
		{"an end after the year 9999", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.Closes = maxTime + 1 }), CodeInvalid},
		{"asking again what is not there", polled, planner, with(ElectoratePanel, func(t *PollTerms) { t.After = 9 }), CodeNotFound},
		{"opening what is not there", polled, planner, OpenPoll{2}, CodeNotFound},
		{"opening twice", polled, planner, OpenPoll{1}, CodeConflict},
		{"opening after its end", drafted(func(t *PollTerms) { t.Closes = 1 }), planner, OpenPoll{1}, CodeConflict},
		{"opening before a debate that runs", drafted(func(t *PollTerms) { t.When = PollBefore }), planner, OpenPoll{1}, CodeWrongStage},
		{"opening after a debate that runs", drafted(func(t *PollTerms) { t.When = PollAfter }), planner, OpenPoll{1}, CodeWrongStage},
		{"opening at tables that have gone", func(sc *scene) { drafted(func(t *PollTerms) { t.When = PollDuring })(sc); sc.open(atResults) }, planner, OpenPoll{1}, CodeWrongStage},
		{"closing a draft", drafted(func(*PollTerms) {}), planner, ClosePoll{1}, CodeConflict},
		{"closing twice", closed, planner, ClosePoll{1}, CodeConflict},
		{"closing what is not there", polled, planner, ClosePoll{2}, CodeNotFound},
		{"ballots for a closed poll", closed, system, IssuePollBallots{PollBallotsIssued{Poll: 1, Pseudonyms: []Pseudonym{name("x")}}}, CodeConflict},
		{"ballots for everyone", func(sc *scene) { drafted(func(*PollTerms) {})(sc); sc.do(planner, OpenPoll{1}) }, system, IssuePollBallots{PollBallotsIssued{Poll: 1, Pseudonyms: []Pseudonym{name("x")}}}, CodeConflict},
		{"ballots out of order", polled, system, IssuePollBallots{PollBallotsIssued{Poll: 1, Pseudonyms: reversed(sorted(name("1"), name("2")))}}, CodeInvalid},
		{"ballots with other strata", polled, system, IssuePollBallots{PollBallotsIssued{Poll: 1, Pseudonyms: []Pseudonym{name("x")}, Of: []uint32{1, 1}}}, CodeInvalid},
		{"a stratum that is not there", polled, system, IssuePollBallots{PollBallotsIssued{Poll: 1, Pseudonyms: []Pseudonym{name("x")}, Of: []uint32{1}}}, CodeInvalid},
		{"ballots by a planner", polled, planner, IssuePollBallots{PollBallotsIssued{Poll: 1}}, CodeForbidden},
		{"a ballot under the debate's name", polled, citizen("anna"), cast(1), CodeForbidden},
		{"a ballot of nobody", polled, system, cast(1), CodeForbidden},
		{"a ballot that was not issued", polled, ballot("vera"), cast(1), CodeForbidden},
		{"a ballot for an option that is not there", polled, ballot("anna"), cast(4), CodeNotFound},
		{"a ballot for an option twice", polled, ballot("anna"), cast(2, 2), CodeInvalid},
		{"a ballot for nothing", polled, ballot("anna"), cast(), CodeInvalid},
		{"a ballot for too much", polled, ballot("anna"), cast(1, 2, 3), CodeInvalid},
		{"a ballot in a poll that is not there", polled, ballot("anna"), CastBallot{Poll: 2, Options: []uint32{1}}, CodeNotFound},
		{"a ballot after the end", func(sc *scene) {
			sc.debate()
			sc.do(planner, with(ElectorateEveryone, func(t *PollTerms) { t.Closes = sc.clock + 5000 }))
			sc.do(planner, OpenPoll{1})
			sc.clock += 5000
		}, ballot("anna"), cast(1), CodeWrongStage},
		{"a ballot at tables that have gone", func(sc *scene) {
			drafted(func(t *PollTerms) { t.When = PollDuring })(sc)
			sc.do(planner, OpenPoll{1})
			sc.open(atResults)
		}, ballot("anna"), cast(1), CodeWrongStage},
		{"a ballot before the debate, in it", func(sc *scene) {
			sc.create(nil)
			sc.do(planner, with(ElectorateEveryone, func(t *PollTerms) { t.When = PollBefore }))
			sc.do(planner, OpenPoll{1})
			sc.do(ballot("anna"), cast(1))
			sc.open(atDebate)
		}, ballot("anna"), cast(2), CodeWrongStage},
		{"a ballot after the debate, in it", func(sc *scene) {
			sc.debate()
			sc.do(planner, with(ElectorateEveryone, func(t *PollTerms) { t.When = PollAfter }))
			sc.open(atResults)
			sc.do(planner, OpenPoll{1})
			sc.do(ballot("anna"), cast(1))
			sc.open(atDebate)
		}, ballot("anna"), cast(2), CodeWrongStage},
	} {
		t.Run(c.name, func(t *testing.T) {
			sc := newScene(t)
			c.set(sc)
			sc.refused(c.who, c.do, c.code)
		})
	}
}

// A step's times are ones that calendars know.
func TestStepTimesAreBounded(t *testing.T) {
	for _, c := range []struct {
		name string
		step Stage
		ok   bool
	}{
		{"none", Stage{}, true},
		{"the last there is", Stage{Opens: 1, Closes: maxTime}, true},
		{"an end after the year 9999", Stage{Closes: maxTime + 1}, false},
		{"a start after the year 9999", Stage{Opens: maxTime + 1}, false},
		{"a start before 1970", Stage{Opens: -1}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			sc := newScene(t)
			sc.create(nil)
			s := sc.state.Settings
			s.Stages = slices.Clone(s.Stages)
			s.Stages[0].Opens, s.Stages[0].Closes = c.step.Opens, c.step.Closes
			if c.ok {
				sc.do(planner, ChangeSettings{s})
			} else {
				sc.refused(planner, ChangeSettings{s}, CodeInvalid)
			}
		})
	}
}

// Counts of an open poll move by FewBallots ballots at once, never by a changed
// one, and come through a snapshot; the close tells all.
func TestOpenPollTellsInSteps(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	terms := pollFor(ElectorateEveryone)
	terms.Live = true
	sc.do(planner, MakePoll{PollMade{Terms: terms}})
	sc.do(planner, OpenPoll{1})
	told := func(want string) {
		t.Helper()
		again, err := ReadSnapshot(sc.state.AppendSnapshot(nil))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*State{sc.state, again} {
			counts, cast := s.Polls[0].Told()
			if got := fmt.Sprint(cast, counts); got != want {
				t.Errorf("told %s, want %s", got, want)
			}
		}
	}
	for i := range 12 {
		sc.do(ballot(fmt.Sprint("voter ", i)), cast(1))
		told([]string{"0 [0 0 0]", "5 [5 0 0]", "10 [10 0 0]"}[(i+1)/FewBallots])
	}
	sc.do(ballot("voter 3"), cast(2))
	told("10 [10 0 0]")
	sc.do(planner, ClosePoll{1})
	told("12 [11 1 0]")
}
