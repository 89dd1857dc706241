package topic

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew; a golden log may only grow")

// goldenScript drives a topic through commands that make an event of every
// kind. Add to its end only: what stands in the golden log stays there.
func goldenScript(sc *scene) {
	sc.debate()
	sc.do(planner, ChangeSettings{func() Settings {
		s := allStages()
		s.Promise = "An answer within 30 days. Ответим за 30 дней."
		return s
	}()})
	sc.do(citizen("gleb"), AnswerSeat{false})
	sc.do(planner, RecordDraw{Drawn: Drawn{InputSeq: sc.state.Seq, Size: 4, Seed: "replacements", Root: text("root 2"), Result: text("draw 2"), Seats: []uint64{5}}})
	sc.do(planner, AnswerForPanel{[]uint32{5}, true})
	hello := sc.do(citizen("anna"), Say{Room: 1, Text: text("hello")})
	sc.do(citizen("boris"), Say{Room: 1, ReplyTo: uint32(hello), Text: text("hello to you")})
	sc.do(facilitator, Say{Room: 0, Text: text("welcome")})
	sc.do(facilitator, RemoveRemark{Remark: 2, Reason: why})
	sc.do(citizen("anna"), SubmitIdea{Text: text("idea 1"), Lang: "en", Origin: uint32(hello)})
	sc.ideas(2)
	sc.open(atCuration)
	sc.do(planner, ImportIdeas{IdeasImported{Lang: "ru", Texts: []Digest{text("idea 4"), text("idea 5"), text("idea 6")}, Times: []int64{1_600_000_000_000, 0, -1}}})
	sc.cluster(3, 1, 1, 2, 2, 3)
	merged := sc.state.Seq + 1
	sc.do(moderator, MergeClusters{Into: 1, From: []uint32{3}, Reason: why})
	split := sc.do(moderator, SplitCluster{From: 1, Ideas: []uint32{2, 5}, Title: text("title"), Reason: why})
	sc.do(moderator, MoveIdeas{Ideas: []uint32{6}, To: uint32(split), Reason: why})
	sc.do(moderator, RenameCluster{Cluster: 2, Title: text("new title"), Reason: why})
	sc.do(moderator, ShowCluster{Cluster: 2, Reason: why})
	sc.do(moderator, ShowCluster{Cluster: 2, Shown: true, Reason: why})
	sc.do(moderator, ShowIdeas{Ideas: []uint32{3}, Reason: why})
	sc.do(moderator, ShowIdeas{Ideas: []uint32{3}, Shown: true, Reason: why})
	sc.do(moderator, UndoOperation{Operation: merged, Reason: why})
	sc.do(moderator, FreezeItems{[]Item{{Cluster: 1, Idea: 1}, {Cluster: 2, Summary: text("summary")}}})
	sc.do(planner, SetRule{RuleSet{Rule: sc.rule(OrderSupport)}})
	sc.open(atRating)
	sc.do(system, IssueBallots{Pseudonyms: sorted(ballot("anna").Pseudonym, ballot("boris").Pseudonym, ballot("vera").Pseudonym)})
	sc.do(ballot("anna"), Vote{Item: 1, Value: Agree})
	sc.do(ballot("boris"), Vote{Item: 1, Value: Disagree})
	sc.do(ballot("boris"), Vote{Item: 1, Value: Pass})
	sc.do(ballot("vera"), Vote{Item: 2, Value: Disagree, Unclear: true, Way: WayRouted, Shown: []uint32{1, 2}})
	sc.record(planner, ActionImport, &VotesImported{Ballots: []uint64{1, 2, 3, 3}, Items: []uint32{2, 2, 2, 1}, Values: []VoteValue{Agree, Disagree, Pass, Agree}})
	sc.do(planner, RecordTally{Tallied{InputSeq: sc.state.Seq, Seed: sc.state.Rule().Seed, Result: text("tally")}})
	sc.do(registrar, EraseText{Target: EraseIdea, Number: 2, Reason: "author-request"})
	sc.do(moderator, EraseText{Target: EraseRemark, Number: 3, Reason: "personal-data"})
	sc.do(registrar, EraseText{Target: EraseApplication, Number: 6, Reason: "retention"})
	sc.do(moderator, EraseText{Target: EraseReason, Number: merged + 1, Reason: "unlawful"}) // the split's
	sc.open(atApplications)
	sc.do(registrar, ImportPeople{People: []ImportedRow{{name("inna"), text("inna's row")}, {name("oleg"), text("oleg's row")}}})
	sc.do(registrar, CompleteImport{Import: 1})
	sc.do(citizen("inna"), Withdraw{})
	sc.do(planner, ChangeSettings{func() Settings {
		s := sc.state.Settings
		s.PanelSize, s.TableRounds = 6, 2
		s.Quotas = []Quota{{Feature: "age", Value: "young", Min: 2, Max: 4, MinFlex: 1, MaxFlex: 5}}
		s.Population = Population{[]PopulationTable{{[]string{"age", "district"}, []PopulationCell{{[]string{"young", "north"}, 40_000}, {[]string{"old", "south"}, 60_000}}}}}
		s.Draw = DrawRules{
			Objective: "leximin", Reserves: 2, Panels: 10, Eligible: []Eligible{{"district", []string{"north"}}}, Sessions: []string{"evening"},
			Languages: []string{"ru"}, Interests: []string{"parks"}, Weight: 150, FitFeatures: []string{"age"}, AnyHousehold: true,
		}
		return s
	}()})
	sc.do(registrar, MarkApplications{ApplicationsMarked{[]uint64{8}, MarkExcluded, "served in 2025"}})
	sc.open(atDraw)
	commit := func(b Beacon) {
		sc.do(planner, CommitDraw{DrawCommitted{InputSeq: sc.state.Seq, Round: 3, Size: 6, Root: text("root 3"), Policy: text("policy 3"), Code: text("code"), Beacon: b, Result: text("rules 3")}})
	}
	commit(Beacon{Kind: BeaconDrand, Chain: "quicknet", Round: 17, Expected: sc.clock + 60_000})
	sc.do(planner, AbortDraw{"The pool lacked a district: a second call follows. Не хватило района."})
	commit(Beacon{Kind: BeaconPublic, Source: "the lottery's numbers of 1 December", Expected: sc.clock + 3000})
	sc.do(citizen("oleg"), Withdraw{})
	sc.do(planner, RecordDraw{Drawn: Drawn{
		InputSeq: sc.state.Commitments[3].InputSeq, Size: 6, Seed: "4 8 15 16 23 42", Root: text("root 3"), Result: text("draw 3"), Seats: []uint64{8}, Commitment: 4, Signature: "ab", Checked: true,
	}})
	sc.record(planner, ActionSeatTables, &TablesSeated{
		InputSeq: sc.state.Seq, Seed: "rounds", Result: text("tables 2"), Tables: 2, Rounds: 2, Seats: []uint32{1, 1, 2, 0, 2, 2, 1, 2, 1, 0, 2, 1},
		Groups: []TableGroup{{Session: 1, Language: 1, Tables: 1}, {Session: 1, Language: 2, Tables: 1}},
	})
	sc.do(planner, OpenTableRound{2})
	sc.record(registrar, ActionImportPeople, &PeopleImported{Import: 2, People: []ImportedRow{{name("zoya"), text("zoya's row")}}})
	sc.record(registrar, ActionImportPeople, &ImportWithdrawn{Import: 2})
	sc.do(planner, ChangeSettings{func() Settings {
		s := sc.state.Settings
		s.Debate = Debate{
			Agenda: []Step{
				{Kind: StepOpening, Title: "Hello", Prompt: "Who are you?", Minutes: 5},
				{Kind: StepDiscussion, Title: "Обсуждение", Minutes: 20, Turns: true, TurnSeconds: 90}, {Kind: StepReport, Title: "Our report"},
			},
			HallAgenda: []Step{{Kind: StepQuestions, Title: "Questions", Minutes: 30}},
			Arguments:  []Argument{{"for", "It floods", "Every spring.", "the city's report"}, {"against", "It costs", "A lot.", ""}},
			CallLink:   "https://calls.example/{table}", HallRate: 5, Rebalance: true,
		}
		return s
	}()})
	sc.open(atDebate) // anna and vera sit in room 3, boris and dasha in room 4
	sc.do(facilitator, TakeTables{3, 4})
	sc.do(facilitator, OpenStep{0, 0, 1})
	sc.do(planner, OpenStep{3, 4, 1})
	sc.do(facilitator, OpenStep{3, 4, 2})
	sc.do(citizen("anna"), RaiseHand{3, true})
	sc.do(citizen("vera"), RaiseHand{3, true})
	said := uint32(sc.do(citizen("anna"), Say{Room: 3, Text: text("my turn"), Characters: 7}))
	sc.do(citizen("anna"), ExtendTurn{3, 1})
	sc.do(facilitator, PauseRooms{3, 4, true})
	sc.do(facilitator, ExtendStep{3, 4, 120})
	sc.do(facilitator, PauseRooms{3, 4, false})
	sc.do(citizen("vera"), React{said, ReactionInsight})
	sc.do(citizen("vera"), React{said, ReactionAgree})
	sc.do(citizen("anna"), PassTurn{3, 1})
	sc.do(facilitator, PinRemark{said, true})
	flag := uint32(sc.do(citizen("vera"), FlagRemark{said, FlagOffTopic, text("note")}))
	sc.do(facilitator, ResolveFlag{flag, FlagRemoved, why})
	sc.do(citizen("anna"), MoveOn{3, 2, true, []uint64{1, 3}})
	sc.do(citizen("vera"), MoveOn{3, 2, true, []uint64{1, 3}})
	sc.do(citizen("anna"), PostReport{3, text("report")})
	sc.do(citizen("vera"), PostReport{3, text("report 2")})
	first := uint32(sc.do(citizen("anna"), AskQuestion{3, text("question 1")}))
	second := uint32(sc.do(citizen("boris"), AskQuestion{0, text("question 2")}))
	sc.do(citizen("dasha"), SupportQuestion{second, true})
	sc.do(facilitator, FoldQuestions{first, []uint32{second}})
	sc.do(planner, TakeQuestion{first})
	sc.do(moderator, AnswerQuestion{first, text("answer")})
	sc.do(facilitator, PlacePeople{PlaceLatecomer, []uint64{sc.state.Seats[0].Application}, []uint32{4}})
	sc.record(facilitator, ActionPlace, &TablesMerged{3, 4})
	sc.clock += 3_600_000
	sc.do(system, EndStep{4, 2})
	sc.do(moderator, EraseText{Target: EraseFlagNote, Number: 1, Reason: "personal-data"})
	sc.do(moderator, EraseText{Target: EraseReport, Number: 3, Reason: "unlawful"})
	sc.open(atResults)
	sc.do(planner, SetRule{RuleSet{sc.rule(OrderConsensus), "The city council asked for it. Так решил совет."}})
	put := ProposalPut{Items: []uint32{2}, Title: "Build stairs. Сделать лестницу", Summary: "From the bridge to the water.", Cost: "2 million"}
	proposal := uint32(sc.do(planner, PutProposal{put}))
	put.Proposal, put.Items = proposal, []uint32{2, 1}
	sc.do(planner, PutProposal{put})
	sc.record(system, ActionIssueBallots, &BallotsStratified{First: 1, Strata: []string{"young · север", "old"}, Of: []uint32{1, 0, 2}})
	sc.do(planner, AnswerProposal{ProposalAnswered{Proposal: proposal, Decision: VerdictPartly, Reason: "One flight first.", Budget: "1 million", Responsible: "Parks office", Due: 1_760_000_000_000}})
	sc.do(planner, ReportProgress{ProposalProgressed{proposal, ProgressStarted, "The ground is being looked at."}})
	sc.open(atCuration)
	sc.do(moderator, LockCluster{Cluster: 1, Locked: true, Reason: why})
	sc.do(moderator, LockCluster{Cluster: 1, Reason: why})
	sc.do(moderator, SummariseCluster{Cluster: 2, Summary: text("what cluster 2 says"), Reason: why})
	sc.do(moderator, MarkIdeas{Ideas: []uint32{4}, Mark: MarkedTwoIdeas, Reason: why})
	sc.open(atDebate)
	sc.do(planner, ChangeModeration{Moderation{Second: true, Open: true, Urgent: 1, Responsible: "Ombudsman. Омбудсмен", Days: 10}})
	sc.do(moderator, SaveReplies{[]Reply{{ReplyRemoved, "ru", "Это оскорбление."}, {ReplyMerge, "en", "They say the same."}}})
	sc.do(citizen("vera"), FlagIdea{3, FlagPersonalData, text("a telephone number")})
	sc.do(moderator, ClaimCases{[]Subject{IdeaSubject(3)}, false})
	sc.do(moderator, SettleCases{[]Subject{IdeaSubject(3)}, FlagRemoved, text("proposed")})
	sc.do(colleague, SettleCases{[]Subject{IdeaSubject(3)}, FlagRemoved, why})
	idea := uint32(sc.do(moderator, ClaimCases{[]Subject{{SubjectAppeal, sc.do(citizen("anna"), MakeAppeal{IdeaSubject(3), text("it is the city's number")})}}, false}))
	sc.do(moderator, HearAppeal{idea, AppealGranted, text("so it is")})
	said = uint32(sc.do(citizen("vera"), Say{Room: 0, Text: text("call me on 555"), Characters: 14}))
	sc.do(citizen("vera"), MaskText{RemarkSubject(said), text("call me on ###"), 14})
	sc.do(facilitator, RemoveRemark{said, why})
	sc.do(citizen("vera"), MakeAppeal{RemarkSubject(said), text("why?")})
	sc.do(moderator, HearAppeal{2, AppealGranted, text("no harm")})
	sc.do(moderator, PunishPerson{sc.state.Seats[0].Application, SanctionTimeout, 30, text("shouting")})
	sc.do(moderator, LiftSanction{1, text("calm again")})
	sc.do(citizen("nobody yet"), ReportTrouble{TroublePromise, proposal, text("no stairs yet")})
	sc.do(planner, MoveTrouble{1, TroubleInHand, text("we look"), "Parks office", 1_770_000_000_000})
	sc.do(planner, MoveTrouble{1, TroubleSolved, text("built"), "Parks office", 1_770_000_000_000})
	sc.do(citizen("nobody yet"), ReopenTrouble{1, text("one flight is missing")})
	sc.do(moderator, EraseText{Target: EraseTrouble, Number: 1, Reason: "personal-data"})
	sc.do(moderator, LeaveOutCluster{Cluster: 2, Left: true, Reason: why})
	sc.do(moderator, LeaveOutCluster{Cluster: 2, Reason: why})
	sc.do(citizen("anna"), RenewIdea{Text: text("idea 1 anew"), Lang: "en", Of: 1, Relation: NewVersion})
	sc.do(citizen("vera"), RenewIdea{Text: text("idea 1 changed"), Lang: "en", Of: 1, Relation: AmendmentTo})
	sc.do(planner, ChangeModeration{Moderation{Before: true}})
	for i, shown := range []FlagOutcome{FlagKept, FlagRemoved} {
		waiting := []Subject{RemarkSubject(uint32(sc.do(citizen("vera"), Say{Text: text(fmt.Sprint("held ", i)), Characters: 6}))), IdeaSubject(uint32(sc.do(citizen("vera"), SubmitIdea{Text: text(fmt.Sprint("held idea ", i)), Lang: "en"})))}
		sc.do(moderator, SettleCases{waiting, shown, why})
	}
	sc.record(ballot("walker"), ActionVoteOpen, &OpenBallotIssued{ballot("walker").Pseudonym})
	sc.record(ballot("walker"), ActionVoteOpen, &OpenVoted{1, 2, Disagree})
	sc.do(analyst, RecordSignals{SignalsSought{InputSeq: sc.state.Seq, Result: text("signals")}})
	sc.do(analyst, HandleSignal{text("signal 1"), SignalNothing, text("one household")})
	sc.do(analyst, HandleSignal{text("signal 2"), SignalHandedOn, text("the same letter seven times")})
	sc.do(moderator, EraseText{Target: EraseSignalReason, Number: 2, Reason: "personal-data"})
	sc.record(ballot("anna"), ActionVote, &PairCompared{2, 1, PairRight})
	sc.do(planner, ChangeModeration{Moderation{Checked: 1<<OperationRename | 1<<OperationHideIdeas}})
	sc.do(moderator, RenameCluster{Cluster: 1, Title: text("a name for two"), Reason: why})
	sc.do(colleague, SettleDraft{Draft: 1, Outcome: DraftConfirmed})
	sc.do(moderator, ShowIdeas{Ideas: []uint32{1}, Reason: why})
	sc.do(colleague, SettleDraft{Draft: 2, Outcome: DraftRefused, Reason: text("it is about the question")})
	brought := []PaperIdea{
		{Text: text("on paper"), Lang: "ru", Source: SourcePaper, Written: 1_600_000_000_000, Receipt: name("receipt 1")},
		{Text: text("in a letter"), Lang: "en", Source: SourceLetter, Author: 1, Receipt: name("receipt 2")},
	}
	sc.do(registrar, EnterPaper{brought})
	sc.do(citizen("vera"), ClaimPaper{sc.state.PaperOf(name("receipt 1"))})
	terms := PollTerms{Question: "Stairs or a slope? Лестница?", Options: []string{"Stairs", "A slope", "Neither"}, Min: 1, Max: 2, Electorate: ElectoratePanel, When: PollDuring, Strata: []string{"age"}}
	poll := uint32(sc.do(planner, MakePoll{PollMade{Terms: terms}}))
	terms.Max, terms.Closes = 1, sc.clock+3_600_000
	sc.do(planner, MakePoll{PollMade{Poll: poll, Terms: terms}})
	sc.do(planner, OpenPoll{poll})
	slips := sorted(ballot("anna").Pseudonym, ballot("boris").Pseudonym, ballot("vera").Pseudonym)
	sc.do(system, IssuePollBallots{PollBallotsIssued{poll, slips, []string{"young · север"}, []uint32{1, 0, 1}}})
	sc.do(ballot("anna"), CastBallot{poll, []uint32{2}, [SaltedBallot]byte{1, 2, 3}})
	sc.do(ballot("anna"), CastBallot{poll, []uint32{3}, [SaltedBallot]byte{4}})
	sc.do(planner, ClosePoll{poll})
	poll = uint32(sc.do(planner, MakePoll{PollMade{Terms: PollTerms{Question: "Who?", Options: []string{"A", "B"}, Min: 1, Max: 2, Electorate: ElectorateEveryone, When: PollWindow, Live: true, Entitled: 1_200_000}}}))
	sc.do(planner, OpenPoll{poll})
	for i := range FewBallots {
		sc.do(ballot(fmt.Sprint("passer-by ", i)), CastBallot{poll, []uint32{1, 2}[:1+i%2], [SaltedBallot]byte{9}})
	}
	sc.do(planner, ClosePoll{poll})
	poll = uint32(sc.do(planner, MakePoll{PollMade{Terms: PollTerms{Question: "Which way down?", Options: []string{"A", "B"}, Min: 1, Max: 1, Electorate: ElectoratePanel, When: PollWindow, Own: true}}}))
	sc.do(planner, OpenPoll{poll})
	idea = uint32(sc.do(citizen("anna"), ProposeOption{poll, text("a ferry"), "en"}))
	sc.do(moderator, AddOption{OptionAdded{poll, idea, "A ferry · паром"}})
	claimed := sc.state.PaperOf(name("receipt 1"))
	numberOf := func(s string) uint64 { return sc.state.Number(sc.state.ApplicationOf(name(s))) }
	sc.do(citizen("vera"), InviteCoauthor{claimed, numberOf("boris")})
	sc.do(citizen("boris"), AnswerInvitation{claimed, true})
	sc.do(citizen("boris"), EndInvitation{Idea: claimed})
	sc.do(citizen("vera"), InviteCoauthor{claimed, numberOf("anna")})
	sc.do(citizen("anna"), AnswerInvitation{claimed, false})
	sc.do(moderator, UndoOperation{Operation: sc.state.Board.Drafts[0].Became, Reason: why})
	sc.do(colleague, SettleDraft{Draft: 3, Outcome: DraftConfirmed})
	sc.do(planner, ChangeSettings{func() Settings {
		s := sc.state.Settings
		s.Form.ConsentVersion, s.Form.Consent = "2", "You agree, and we say how long."
		return s
	}()})
	sc.do(citizen("anna"), GiveConsent{"2"})
	sc.do(citizen("anna"), EraseOwn{[]Own{{EraseRemark, uint64(hello)}, {EraseIdea, 1}}})
	sc.do(citizen("boris"), WithdrawConsent{TookBack})
	sc.do(citizen("vera"), WithdrawConsent{LeftForGood})
	sc.do(system, EraseRows{Applications: []uint64{2, 3}, Reason: "author-request"})
	sc.do(system, EraseRows{Applications: []uint64{1, 2}, Reason: "retention"})
	sc.do(registrar, AskDisclosure{DisclosureAskedFor{IdeaSubject(1), GroundOrder, text("file 7 of the court")}})
	sc.do(administrator, DecideDisclosure{DisclosureDecided{1, true, text("the order is here")}})
	sc.do(registrar, ShowDisclosure{1})
	sc.do(registrar, EraseText{Target: EraseDisclosure, Number: 1, Reason: "personal-data"})
	sc.do(administrator, AskDeletion{DeletionAskedFor{"It was a rehearsal. Это была проба."}, sc.state.Settings.Title})
	sc.do(planner, DecideDeletion{DeletionDecided{Outcome: DeletionAgreed}})
	sc.do(administrator, DecideDeletion{DeletionDecided{DeletionCalledOff, "It is wanted for comparison."}})
	sc.record(registrar, ActionJudgeDoubles, &DoubleJudged{1, 2, DoubleSame, 1, text("one phone")})
	sc.record(registrar, ActionJudgeDoubles, &DoubleJudged{1, 2, DoubleTakenBack, 0, text("twins")})
}

// goldenLog is what goldenScript makes; oldLogs were made by earlier versions
// and are never written again.
const goldenLog = "testdata/log.3.golden"

var oldLogs = []string{"testdata/log.1.golden", "testdata/log.2.golden"}

// A log of an earlier version decodes, re-encodes to its bytes and folds.
func TestSameBytesOldLogs(t *testing.T) {
	for _, file := range oldLogs {
		log := read(t, file)
		events, err := DecodeBatch(log, 1)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(AppendBatch(nil, events), log) {
			t.Errorf("%s re-encodes to other bytes", file)
		}
		got := listing(t, log)
		if *update {
			write(t, file+".txt", []byte(got))
		}
		if want := string(read(t, file+".txt")); got != want {
			t.Errorf("%s reads differently:\n%s", file, firstDifference(got, want))
		}
	}
}

// Every schema that is no longer written stands in an old log.
func TestOldSchemasAreTested(t *testing.T) {
	seen := map[Kind]map[uint64]bool{}
	for _, file := range oldLogs {
		events, err := DecodeBatch(read(t, file), 1)
		if err != nil {
			t.Fatal(err)
		}
		for i := range events {
			k := events[i].Kind()
			if seen[k] == nil {
				seen[k] = map[uint64]bool{}
			}
			seen[k][events[i].version] = true
		}
	}
	for k, versions := range old {
		for v := range versions {
			if !seen[k][v] {
				t.Errorf("no old log holds version %d of %s", v, k)
			}
		}
	}
}

// The golden log decodes, re-encodes to its bytes and folds to the state it
// always folded to; the commands that made it make it again.
func TestSameBytesGoldenLog(t *testing.T) {
	sc := newScene(t)
	goldenScript(sc)
	if *update {
		old, _ := os.ReadFile(goldenLog)
		if !bytes.HasPrefix(sc.bytes(), old) {
			t.Fatalf("%s would change in what it holds. Logs are for good: give the changed event a new schema version and an upcast, and add to the end of the script", goldenLog)
		}
		write(t, goldenLog, sc.bytes())
		write(t, goldenLog+".txt", []byte(listing(t, sc.bytes())))
	}
	golden := read(t, goldenLog)
	events, err := DecodeBatch(golden, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(AppendBatch(nil, events), golden) {
		t.Fatal("the golden log re-encodes to other bytes")
	}
	if got, want := listing(t, golden), string(read(t, goldenLog+".txt")); got != want {
		t.Errorf("the golden log reads differently:\n%s", firstDifference(got, want))
	}
	if !bytes.Equal(sc.bytes(), golden) {
		t.Errorf("the same commands make another log than %s: a decision is not what it was", goldenLog)
	}
	seen := map[Kind]bool{}
	for i := range events {
		seen[events[i].Kind()] = true
	}
	for k, s := range current {
		if s.fresh != nil && !seen[Kind(k)] {
			t.Errorf("the golden log holds no %s: add one at the end of goldenScript and run with -update", Kind(k))
		}
	}
}

// listing is a log for people: an event a line, with its bytes and its body, and
// at the end the digest of the state it folds to.
func listing(t *testing.T, log []byte) string {
	t.Helper()
	var b strings.Builder
	s := NewState()
	err := ReadBatch(log, 1, func(seq uint64, raw []byte) error {
		e, err := DecodeEvent(raw, seq)
		if err != nil {
			return err
		}
		body, err := json.Marshal(plain(e.Body))
		if err != nil {
			return err
		}
		answer := s.Apply(&e)
		fmt.Fprintf(&b, "%d %s at %d by %s %d, client %x, answers %d: %s\n  %s\n  %s\n", seq, e.Kind(), e.Time, e.Actor.Role, e.Actor.Number, e.Client, answer, e.Summary(), body, hex.EncodeToString(raw))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "state %x\n", sha256.Sum256(s.AppendSnapshot(nil)))
	return b.String()
}

// plain turns a body into what JSON shows well: byte strings in hexadecimal.
func plain(v any) any {
	var walk func(v reflect.Value) any
	walk = func(v reflect.Value) any {
		switch v.Kind() {
		case reflect.Pointer:
			return walk(v.Elem())
		case reflect.Array:
			b := make([]byte, v.Len())
			reflect.Copy(reflect.ValueOf(b), v)
			return hex.EncodeToString(b)
		case reflect.Slice:
			list := make([]any, v.Len())
			for i := range list {
				list[i] = walk(v.Index(i))
			}
			return list
		case reflect.Struct:
			fields := map[string]any{}
			for _, i := range exportedFields(v.Type()) {
				fields[v.Type().Field(i).Name] = walk(v.Field(i))
			}
			return fields
		}
		return v.Interface()
	}
	return walk(reflect.ValueOf(v))
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		t.Fatalf("%v: make it with go test -run %s -update", err, t.Name())
	}
	return b
}

func write(t *testing.T, file string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.FromSlash(file), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, g[i], strings.Join(w[min(i, len(w)):min(i+1, len(w))], ""))
		}
	}
	return "it ends earlier"
}
