package topic

import "testing"

// Whatever people wrote can be erased, also what another text took the place of.
func TestEveryTextCanBeErased(t *testing.T) {
	sc := newScene(t)
	sc.create(nil)
	sc.open(atApplications)
	sc.apply("anna", "boris", "vera", "gleb", "dasha")
	first := sc.state.Applications[0].Row
	sc.do(citizen("anna"), Withdraw{})
	sc.do(citizen("anna"), Apply{Row: text("anna's second row"), Consent: "1"})
	sc.open(atDraw)
	sc.do(planner, RecordDraw{Drawn: Drawn{InputSeq: sc.state.Seq, Size: 4, Seed: "beacon", Root: text("root"), Result: text("draw"), Seats: []uint64{1, 2, 3, 4}, Reserves: []uint64{5}}})
	sc.do(citizen("anna"), AnswerSeat{true})
	sc.open(atDebate)
	remark := sc.do(citizen("anna"), Say{Text: text("hello")})
	sc.do(moderator, RemoveRemark{Remark: uint32(remark), Reason: text("why removed")})
	sc.ideas(3)
	sc.cluster(2, 1, 1, 2)
	sc.do(moderator, RenameCluster{Cluster: 1, Title: text("title"), Reason: text("why renamed")})
	op := sc.state.Board.Operations[0].Seq
	sc.do(moderator, UndoOperation{Operation: op, Reason: text("why undone")})
	sc.do(moderator, FreezeItems{[]Item{{Cluster: 1, Summary: text("old summary")}}})
	sc.do(moderator, FreezeItems{[]Item{{Cluster: 1, Summary: text("summary")}}})

	sc.do(citizen("boris"), AnswerSeat{true})
	sc.do(planner, RecordTables{TablesSeated{InputSeq: sc.state.Seq, Seed: "tables", Result: text("tables"), Tables: 2, Seats: []uint32{2, 1, 0, 0}}})
	said := sc.do(citizen("anna"), Say{Text: text("again")})
	flag := sc.do(citizen("boris"), FlagRemark{uint32(said), FlagOther, text("note")})
	sc.do(moderator, ResolveFlag{uint32(flag), FlagKept, text("why kept")})
	question := sc.do(citizen("boris"), AskQuestion{1, text("question")})
	sc.do(planner, AnswerQuestion{uint32(question), text("old answer")})
	sc.do(planner, AnswerQuestion{uint32(question), text("answer")})
	sc.do(citizen("boris"), PostReport{1, text("report")})

	sc.do(moderator, PunishPerson{2, SanctionTimeout, 5, text("why timed out")})
	sc.do(moderator, LiftSanction{1, text("why lifted")})
	appeal := sc.do(citizen("anna"), MakeAppeal{RemarkSubject(uint32(remark)), text("appeal")})
	sc.do(colleague, HearAppeal{uint32(appeal), AppealDeclined, text("why declined")})
	sc.do(citizen("boris"), ReportTrouble{TroubleProcess, 0, text("trouble")})
	moved := sc.do(planner, MoveTrouble{1, TroubleSolved, text("solved"), "", 0})
	sc.do(analyst, RecordSignals{SignalsSought{InputSeq: sc.state.Seq, Result: text("signals")}})
	sc.do(analyst, HandleSignal{text("signal"), SignalNothing, text("one household")})
	sc.do(registrar, AskDisclosure{DisclosureAskedFor{RemarkSubject(uint32(remark)), GroundThreat, text("why asked")}})
	sc.do(administrator, DecideDisclosure{DisclosureDecided{1, false, text("why refused")}})
	sc.do(planner, ChangeModeration{Moderation{Second: true}})
	sc.do(citizen("boris"), FlagIdea{3, FlagSpam, Digest{}})
	sc.do(moderator, SettleCases{[]Subject{IdeaSubject(3)}, FlagRemoved, text("why proposed")})

	row := uint64(1)
	for _, c := range []struct {
		target ErasureTarget
		n      uint64
		want   Digest
		who    Who
	}{
		{EraseSuperseded, row, first, registrar},
		{EraseApplication, 1, text("anna's second row"), registrar},
		{EraseRemark, remark, text("hello"), moderator},
		{EraseRemoval, remark, text("why removed"), moderator},
		{EraseIdea, 2, text("idea 2"), moderator},
		{EraseReason, op, text("why renamed"), moderator},
		{EraseTitle, op, text("title"), moderator},
		{EraseUndoReason, op, text("why undone"), moderator},
		{EraseSummary, 1, text("summary"), moderator},
		{EraseSuperseded, 2, text("old summary"), moderator},
		{EraseSuperseded, 3, text("old answer"), moderator},
		{EraseFlagNote, flag, text("note"), moderator},
		{EraseFlagReason, flag, text("why kept"), moderator},
		{EraseQuestion, question, text("question"), moderator},
		{EraseAnswer, question, text("answer"), moderator},
		{EraseReport, 1, text("report"), moderator},
		{EraseSanction, 1, text("why timed out"), moderator},
		{EraseLift, 1, text("why lifted"), moderator},
		{EraseAppeal, appeal, text("appeal"), moderator},
		{EraseAppealReason, appeal, text("why declined"), moderator},
		{EraseTrouble, moved, text("trouble"), moderator},
		{EraseTroubleReply, sc.state.Troubles[0].Steps[0].Seq, text("solved"), registrar},
		{EraseSignalReason, 1, text("one household"), moderator},
		{EraseDisclosure, 1, text("why asked"), registrar},
		{EraseDecision, 1, text("why refused"), registrar},
		{EraseProposed, sc.state.Checks[0].Seq, text("why proposed"), moderator},
	} {
		d, err := sc.state.DigestFor(c.target, c.n)
		if err != nil || d != c.want {
			t.Errorf("target %d number %d names %s (%v), want %s", c.target, c.n, d, err, c.want)
		}
		erase := EraseText{Target: c.target, Number: c.n, Reason: "personal-data"}
		if sc.state.isRow(c.target, c.n) {
			sc.refused(moderator, erase, CodeForbidden)
		}
		sc.do(c.who, erase)
		sc.refused(c.who, erase, CodeConflict)
	}
	for _, target := range []ErasureTarget{EraseRemoval, EraseTitle, EraseUndoReason, EraseSummary, EraseSuperseded, EraseFlagNote, EraseFlagReason, EraseQuestion, EraseAnswer, EraseReport,
		EraseAppeal, EraseAppealReason, EraseSanction, EraseLift, EraseProposed, EraseTrouble, EraseTroubleReply, EraseSignalReason, EraseDisclosure, EraseDecision, EraseDouble} {
		sc.refused(registrar, EraseText{Target: target, Number: 99, Reason: "personal-data"}, CodeNotFound)
	}
	replayed := NewState()
	events, err := DecodeBatch(sc.bytes(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range events {
		replayed.Apply(&events[i])
	}
	if string(replayed.AppendSnapshot(nil)) != string(sc.state.AppendSnapshot(nil)) {
		t.Error("the log folds to another state")
	}
}
