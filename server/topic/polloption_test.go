package topic

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// ownOptions is a debate with an open poll of its participants that takes options
// of their own, anna and boris on the roll, and an idea of anna proposed for it.
func ownOptions(sc *scene) {
	sc.debate()
	terms := pollFor(ElectoratePanel)
	terms.Own = true
	sc.do(planner, MakePoll{PollMade{Terms: terms}})
	sc.do(planner, OpenPoll{1})
	sc.do(system, IssuePollBallots{PollBallotsIssued{Poll: 1, Pseudonyms: sorted(ballot("anna").Pseudonym, ballot("boris").Pseudonym)}})
	sc.do(citizen("anna"), ProposeOption{Poll: 1, Text: text("A ferry"), Lang: "en"})
}

func add(idea uint32, option string) AddOption { return AddOption{OptionAdded{1, idea, option}} }

// An option of a voter's own is an idea, joins the options, and takes nothing from
// the ballots that were cast before.
func TestOwnOption(t *testing.T) {
	sc := newScene(t)
	ownOptions(sc)
	idea := uint32(len(sc.state.Ideas))
	if x := sc.state.Ideas[idea-1]; x.Poll != 1 || x.Author != sc.state.ApplicationOf(citizen("anna").Pseudonym) {
		t.Errorf("proposed: %+v", x)
	}
	sc.do(ballot("anna"), cast(1, 2))
	sc.refused(ballot("boris"), cast(4), CodeNotFound)
	made := sc.log[slices.IndexFunc(sc.log, func(e Event) bool { return e.Kind() == KindPollMade })].Body.(*PollMade)
	if n := sc.do(moderator, add(idea, "A ferry across")); n != 4 {
		t.Errorf("added as option %d", n)
	}
	p := &sc.state.Polls[0]
	if got := fmt.Sprint(p.Options, p.Counts(), p.Added); got != fmt.Sprintf("[Stairs A slope Neither A ferry across] [1 1 0 0] [{4 %d %d %d 1}]", idea, sc.state.Seq, p.Added[0].Time) {
		t.Errorf("then it is %s", got)
	}
	if len(made.Terms.Options) != 3 || p.Cast[p.BallotOf(ballot("anna").Pseudonym)-1] >= p.Added[0].Seq {
		t.Errorf("the terms' event or a ballot has changed: %v", made.Terms.Options)
	}
	sc.do(ballot("boris"), cast(4))
	sc.do(ballot("anna"), cast(4))
	if got := fmt.Sprint(p.Counts()); got != "[0 0 0 2]" {
		t.Errorf("changed ballots come to %s", got)
	}
	sc.do(planner, ClosePoll{1})
	sc.do(planner, MakePoll{PollMade{Terms: PollTerms{After: 1, When: PollWindow, Own: true}}})
	if again := &sc.state.Polls[1]; again.Own || !slices.Equal(again.Options, p.Options) || len(again.Added) != 0 {
		t.Errorf("asked again: %+v", again.PollTerms)
	}
	read, err := ReadSnapshot(sc.state.AppendSnapshot(nil))
	if err != nil {
		t.Fatal(err)
	}
	if x := &read.Polls[0]; fmt.Sprint(x.Options, x.Counts(), x.Added) != fmt.Sprint(p.Options, p.Counts(), p.Added) {
		t.Errorf("read again: %v %v %v", x.Options, x.Counts(), x.Added)
	}
}

// A poll takes options up to what a ballot can name, and is asked again with all.
func TestMostOptions(t *testing.T) {
	sc := newScene(t)
	ownOptions(sc)
	for n := len(sc.state.Polls[0].Options); n < MaxBallotOptions; n++ {
		idea := uint32(sc.do(citizen("boris"), ProposeOption{Poll: 1, Text: text(fmt.Sprint("way ", n)), Lang: "en"}))
		sc.do(moderator, add(idea, fmt.Sprint("way ", n)))
	}
	sc.refused(citizen("anna"), ProposeOption{Poll: 1, Text: text("one more"), Lang: "en"}, CodeConflict)
	sc.refused(moderator, add(1, "one more"), CodeConflict)
	sc.do(ballot("anna"), cast(1, MaxBallotOptions))
	if marks := sc.state.Polls[0].Marks[sc.state.Polls[0].BallotOf(ballot("anna").Pseudonym)-1]; marks != 1|1<<31 {
		t.Errorf("the last option is marked %b", marks)
	}
	sc.do(planner, ClosePoll{1})
	sc.do(planner, MakePoll{PollMade{Terms: PollTerms{After: 1, When: PollWindow}}})
}

func TestOwnOptionFaults(t *testing.T) {
	propose := ProposeOption{Poll: 1, Text: text("A bridge"), Lang: "en"}
	fixed := func(sc *scene) { polled(sc) }
	closed := func(sc *scene) { ownOptions(sc); sc.do(planner, ClosePoll{1}) }
	for _, c := range []struct {
		name string
		set  func(sc *scene)
		who  Who
		do   Command
		code Code
	}{
		{"proposing where the options are fixed", fixed, citizen("anna"), propose, CodeConflict},
		{"proposing for no poll", ownOptions, citizen("anna"), ProposeOption{Poll: 2, Text: text("x"), Lang: "en"}, CodeNotFound},
		{"proposing for a draft", func(sc *scene) { ownOptions(sc); sc.do(planner, MakePoll{PollMade{Terms: pollFor(ElectoratePanel)}}) }, citizen("anna"), ProposeOption{Poll: 2, Text: text("x"), Lang: "en"}, CodeNotFound},
		{"proposing too late", closed, citizen("anna"), propose, CodeWrongStage},
		{"proposing nothing", ownOptions, citizen("anna"), ProposeOption{Poll: 1, Lang: "en"}, CodeInvalid},
		{"proposing in no language", ownOptions, citizen("anna"), ProposeOption{Poll: 1, Text: text("x"), Lang: "english"}, CodeInvalid},
		{"proposing by who may not vote", ownOptions, citizen("a stranger"), propose, CodeForbidden},
		{"proposing under a ballot's name", ownOptions, ballot("anna"), propose, CodeForbidden},
		{"proposing by who was silenced", func(sc *scene) {
			ownOptions(sc)
			sc.do(moderator, PunishPerson{Application: sc.state.ApplicationOf(citizen("anna").Pseudonym), Kind: SanctionTimeout, Minutes: 5, Reason: text("why")})
		}, citizen("anna"), propose, CodeForbidden},
		{"adding by a planner", ownOptions, planner, add(1, "A ferry"), CodeForbidden},
		{"adding an idea that was not proposed", func(sc *scene) {
			ownOptions(sc)
			sc.do(citizen("anna"), SubmitIdea{Text: text("else"), Lang: "en"})
		}, moderator, add(2, "Else"), CodeNotFound},
		{"adding what is not there", ownOptions, moderator, add(9, "A ferry"), CodeNotFound},
		{"adding without words", ownOptions, moderator, add(1, ""), CodeInvalid},
		{"adding too many words", ownOptions, moderator, add(1, strings.Repeat("x", maxPollOption+1)), CodeInvalid},
		{"adding an option that is there", ownOptions, moderator, add(1, "Stairs"), CodeConflict},
		{"adding twice", func(sc *scene) { ownOptions(sc); sc.do(moderator, add(1, "A ferry")) }, moderator, add(1, "A boat"), CodeConflict},
		{"adding what is hidden", func(sc *scene) {
			ownOptions(sc)
			sc.do(moderator, ShowIdeas{Ideas: []uint32{1}, Shown: false, Reason: text("why")})
		}, moderator, add(1, "A ferry"), CodeConflict},
		{"adding what was erased", func(sc *scene) {
			ownOptions(sc)
			sc.do(moderator, EraseText{Target: EraseIdea, Number: 1, Reason: ErasureReasons[0]})
		}, moderator, add(1, "A ferry"), CodeConflict},
		{"adding too late", closed, moderator, add(1, "A ferry"), CodeWrongStage},
	} {
		t.Run(c.name, func(t *testing.T) {
			sc := newScene(t)
			c.set(sc)
			sc.refused(c.who, c.do, c.code)
		})
	}
}
