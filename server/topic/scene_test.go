package topic

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
)

// The scene is a topic that a test drives by commands, with its log. Names
// stand for pseudonyms and texts: "anna" and "anna's ballot" are two.

func name(s string) Pseudonym {
	d := sum("pseudonym " + s)
	return Pseudonym(d[:16])
}

func text(s string) Digest { return sum("text " + s) }

func sum(s string) [32]byte { return sha256.Sum256([]byte(s)) }

var (
	planner       = Who{RolePlanner, name("planner")}
	moderator     = Who{RoleModerator, name("moderator")}
	colleague     = Who{RoleModerator, name("another moderator")}
	facilitator   = Who{RoleFacilitator, name("facilitator")}
	registrar     = Who{RoleRegistrar, name("registrar")}
	administrator = Who{RoleAdministrator, name("administrator")}
	auditor       = Who{RoleAuditor, name("auditor")}
	analyst       = Who{RoleAnalyst, name("analyst")}
	system        = Who{Role: RoleSystem}
)

func citizen(s string) Who { return Who{RoleCitizen, name(s)} }

func ballot(s string) Who { return Who{RoleBallot, name(s + "'s ballot")} }

var why = text("why")

// allStages is a schedule with a step of every kind.
func allStages() Settings {
	return Settings{
		ID: "river", Title: "The river bank", Question: "What should the bank be?", Briefing: "It floods.", Promise: "An answer within 60 days.", Lang: "en",
		Stages: []Stage{
			{Kind: StageApplications, Title: "Apply", Opens: 1_700_000_000_000, Closes: 1_700_600_000_000},
			{Kind: StageDraw}, {Kind: StageDebate}, {Kind: StageCuration}, {Kind: StageRating}, {Kind: StagePoll}, {Kind: StageResults},
		},
		Form: Form{
			ConsentVersion: "1", Consent: "You agree.",
			Features:  []Feature{{Name: "age", Label: "Age", Options: []string{"young", "old"}}, {Name: "district", Options: []string{"north", "south"}}},
			Interests: []string{"parks", "transport"}, Sessions: []string{"evening"}, Languages: []string{"en", "ru"},
		},
		PanelSize: 4, Quotas: []Quota{{Feature: "age", Value: "young", Min: 1, Max: 3}, {Feature: "age", Value: "old", Min: 1, Max: 3}}, TableSize: 2, TableFeatures: []string{"age"},
	}
}

const (
	atApplications = iota
	atDraw
	atDebate
	atCuration
	atRating
	atPoll
	atResults
)

type scene struct {
	testing.TB
	state *State
	log   []Event
	clock int64
	ids   int
}

func newScene(t testing.TB) *scene {
	return &scene{TB: t, state: NewState(), clock: 1_700_000_000_000}
}

// try decides a command under a client id of its own and applies what it became.
func (sc *scene) try(who Who, c Command) (uint64, error) {
	sc.ids++
	return sc.tryAs(who, fmt.Sprintf("command %d", sc.ids), c)
}

func (sc *scene) tryAs(who Who, client string, c Command) (uint64, error) {
	sc.clock += 1000
	d, err := sc.state.Decide(c, Input{Who: who, Time: sc.clock, ClientID: client})
	if err != nil {
		return 0, err
	}
	answer := d.Answer
	for i := range d.Events {
		answer = sc.state.Apply(&d.Events[i])
	}
	sc.log = append(sc.log, d.Events...)
	return answer, nil
}

// record applies an event that no command makes in this topic any more, but that
// logs hold.
func (sc *scene) record(who Who, action Action, b Body) {
	sc.ids++
	sc.clock += 1000
	in := Input{Who: who}
	sc.state.resolve(&in)
	e := Event{Seq: sc.state.Seq + 1, Time: sc.clock, Actor: in.actor, Client: clientHash(who, action, fmt.Sprintf("command %d", sc.ids)), Body: b}
	sc.state.Apply(&e)
	sc.log = append(sc.log, e)
}

// do is try where the command must succeed.
func (sc *scene) do(who Who, c Command) uint64 {
	sc.Helper()
	answer, err := sc.try(who, c)
	if err != nil {
		sc.Fatalf("%T by %s: %v", c, who.Role, err)
	}
	return answer
}

// refused demands that a command is refused with a code, and changes nothing.
func (sc *scene) refused(who Who, c Command, code Code) {
	sc.Helper()
	before := string(sc.state.AppendSnapshot(nil))
	_, err := sc.try(who, c)
	var f *Fault
	if !errors.As(err, &f) {
		sc.Fatalf("%T by %s: got %v, want a refusal %q", c, who.Role, err, code)
	}
	if f.Code != code {
		sc.Errorf("%T by %s: refused as %q (%s), want %q", c, who.Role, f.Code, f.Detail, code)
	}
	if f.Detail == "" {
		sc.Errorf("%T by %s: the refusal says nothing", c, who.Role)
	}
	if string(sc.state.AppendSnapshot(nil)) != before {
		sc.Errorf("%T by %s: refused, but the state changed", c, who.Role)
	}
}

func (sc *scene) open(stage int) { sc.Helper(); sc.do(planner, OpenStage{stage}) }

func (sc *scene) bytes() []byte { return AppendBatch(nil, sc.log) }

// create makes the topic of allStages, with what change does to it.
func (sc *scene) create(change func(*Settings)) {
	sc.Helper()
	s := allStages()
	if change != nil {
		change(&s)
	}
	sc.do(planner, Create{s})
}

// apply has people apply, whose numbers follow.
func (sc *scene) apply(people ...string) {
	sc.Helper()
	for _, p := range people {
		sc.do(citizen(p), Apply{Row: text(p + "'s row"), Consent: "1"})
	}
}

// debate takes a new topic to the debate: anna, boris and vera have accepted a
// seat, anna and boris at table 1, vera at table 2; gleb is invited, dasha the
// reserve, and egor applied only.
func (sc *scene) debate() {
	sc.Helper()
	sc.create(nil)
	sc.open(atApplications)
	sc.apply("anna", "boris", "vera", "gleb", "dasha", "egor")
	sc.open(atDraw)
	sc.do(planner, RecordDraw{Drawn: Drawn{InputSeq: sc.state.Seq, Size: 4, Seed: "beacon", Root: text("root"), Result: text("draw"), Seats: []uint64{1, 2, 3, 4}, Reserves: []uint64{5}}})
	for _, p := range []string{"anna", "boris", "vera"} {
		sc.do(citizen(p), AnswerSeat{true})
	}
	sc.do(planner, RecordTables{TablesSeated{InputSeq: sc.state.Seq, Seed: "tables", Result: text("tables"), Tables: 2, Seats: []uint32{1, 1, 2, 0}}})
	sc.open(atDebate)
}

// agenda gives the tables an agenda, without a clock first, then with turns.
func (sc *scene) agenda() {
	sc.Helper()
	s := sc.state.Settings
	s.Debate.Agenda = []Step{{Kind: StepOpening, Title: "Hello"}, {Kind: StepDiscussion, Title: "In turn", Minutes: 10, Turns: true, TurnSeconds: 60}, {Kind: StepClosing, Title: "End", Minutes: 1}}
	s.Debate.HallAgenda = []Step{{Kind: StepQuestions, Title: "Questions", Turns: true}}
	sc.do(planner, ChangeSettings{s})
	sc.do(facilitator, OpenStep{1, 2, 2})
}

// ideas has anna submit ideas.
func (sc *scene) ideas(n int) {
	sc.Helper()
	for range n {
		sc.do(citizen("anna"), SubmitIdea{Text: text(fmt.Sprint("idea ", len(sc.state.Ideas)+1)), Lang: "en"})
	}
}

// cluster records a run with that base and as many new clusters.
func (sc *scene) cluster(clusters uint32, base ...uint32) {
	sc.Helper()
	sc.do(moderator, RecordClustering{Clustered{InputSeq: sc.state.Seq, Clusters: clusters, Seed: "run", Result: text(fmt.Sprint("run ", sc.state.Seq)), New: clusters, Base: base}})
}

// imported is a topic with an open rating that came from elsewhere: two items,
// two ballots, nobody of its own.
func (sc *scene) imported() {
	sc.Helper()
	sc.create(nil)
	sc.open(atCuration)
	sc.do(planner, ImportIdeas{IdeasImported{Lang: "en", Texts: []Digest{text("1"), text("2")}, Times: []int64{1, 2}}})
	sc.do(planner, ImportItems{FreezeItems{[]Item{{Idea: 1}, {Idea: 2}}}})
	sc.open(atRating)
	sc.do(planner, ImportBallots{sorted(ballot("anna").Pseudonym, ballot("boris").Pseudonym)})
	sc.do(planner, ImportVotes{VotesImported{[]uint64{1, 2}, []uint32{1, 1}, []VoteValue{Agree, Pass}}})
}

// rating takes a debate on to the rating of two items, with two ballots.
func (sc *scene) rating() {
	sc.Helper()
	sc.ideas(4)
	sc.cluster(2, 1, 1, 2, 2)
	sc.open(atCuration)
	sc.do(moderator, FreezeItems{[]Item{{Cluster: 1, Idea: 1}, {Cluster: 2, Summary: text("summary")}}})
	sc.open(atRating)
	sc.do(system, IssueBallots{Pseudonyms: sorted(ballot("anna").Pseudonym, ballot("boris").Pseudonym)})
}

// rule is an open rule by an order.
func (sc *scene) rule(o Order) RatingRule {
	r := sc.state.DefaultRule()
	r.Order, r.Hidden = o, false
	return r
}

func sorted(list ...Pseudonym) []Pseudonym {
	for i := range list {
		for j := range i {
			if string(list[i][:]) < string(list[j][:]) {
				list[i], list[j] = list[j], list[i]
			}
		}
	}
	return list
}
