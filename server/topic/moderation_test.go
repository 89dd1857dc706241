package topic

import (
	"fmt"
	"slices"
	"testing"
)

func (sc *scene) shown(x Subject, want bool) {
	sc.Helper()
	if got := sc.state.Shown(x); got != want {
		sc.Errorf("%s %d is shown: %v, want %v", x.Kind, x.Number, got, want)
	}
}

// Reports of messages and ideas are cases of one queue; one command settles many
// of them, for one reason.
func TestCases(t *testing.T) {
	sc := newScene(t)
	said(sc)
	sc.ideas(2)
	sc.refused(citizen("stranger"), FlagIdea{1, FlagSpam, Digest{}}, CodeForbidden)
	sc.refused(citizen("boris"), FlagIdea{7, FlagSpam, Digest{}}, CodeNotFound)
	sc.refused(citizen("anna"), FlagIdea{1, FlagSpam, Digest{}}, CodeConflict)
	sc.do(citizen("egor"), FlagIdea{1, FlagUnlawful, text("note")})
	sc.refused(citizen("egor"), FlagIdea{1, FlagSpam, Digest{}}, CodeConflict)
	sc.do(citizen("boris"), FlagIdea{2, FlagSpam, Digest{}})
	sc.do(citizen("boris"), FlagRemark{1, FlagInsult, Digest{}})
	for x, want := range map[Subject]Severity{IdeaSubject(1): SeverityUrgent, IdeaSubject(2): SeverityNormal, RemarkSubject(1): SeverityHigh} {
		if got := sc.state.SeverityOf(x); got != want {
			t.Errorf("%s %d is %s, want %s", x.Kind, x.Number, got, want)
		}
	}
	sc.do(citizen("vera"), FlagIdea{2, FlagSpam, Digest{}})
	sc.do(citizen("gleb"), FlagIdea{2, FlagOther, Digest{}})
	if got := sc.state.SeverityOf(IdeaSubject(2)); got != SeverityHigh {
		t.Errorf("three reports are %s", got)
	}

	both := []Subject{IdeaSubject(1), RemarkSubject(1)}
	sc.do(moderator, ClaimCases{both, false})
	sc.refused(colleague, ClaimCases{both[:1], false}, CodeConflict)
	sc.refused(colleague, SettleCases{both, FlagRemoved, why}, CodeConflict)
	sc.refused(facilitator, ResolveFlag{3, FlagKept, why}, CodeConflict)
	sc.clock += ClaimLife // the claim has lapsed
	sc.do(colleague, ClaimCases{both, false})
	sc.do(colleague, ClaimCases{both[1:], true})
	sc.refused(moderator, SettleCases{both, FlagRemoved, why}, CodeConflict)
	sc.refused(facilitator, SettleCases{[]Subject{IdeaSubject(2)}, FlagKept, why}, CodeForbidden)
	sc.refused(colleague, SettleCases{both, FlagOpen, why}, CodeInvalid)
	sc.refused(colleague, SettleCases{both, FlagKept, Digest{}}, CodeInvalid)
	sc.refused(colleague, SettleCases{nil, FlagKept, why}, CodeInvalid)
	sc.refused(colleague, SettleCases{[]Subject{both[0], both[0]}, FlagKept, why}, CodeInvalid)
	sc.refused(colleague, SettleCases{[]Subject{RemarkSubject(9)}, FlagKept, why}, CodeNotFound)
	sc.do(colleague, SettleCases{both, FlagRemoved, why})
	sc.shown(both[0], false)
	sc.shown(both[1], false)
	if len(sc.state.Claims) != 0 {
		t.Errorf("settled, but claimed: %+v", sc.state.Claims)
	}
	for n, want := range []FlagOutcome{FlagRemoved, FlagOpen, FlagRemoved, FlagOpen, FlagOpen} {
		if got := sc.state.Flags[n].Outcome; got != want {
			t.Errorf("report %d is %s, want %s", n+1, got, want)
		}
	}
	sc.refused(colleague, SettleCases{both, FlagKept, why}, CodeConflict)

	// A text that is erased needs no decision any more.
	sc.do(moderator, EraseText{Target: EraseIdea, Number: 2, Reason: "unlawful"})
	if got := sc.state.Flags[1].Outcome; got != FlagRemoved {
		t.Errorf("the report of an erased idea is %s", got)
	}
}

// Where the topic asks for it, a removal takes two people.
func TestSecondCheck(t *testing.T) {
	sc := newScene(t)
	flagged(sc)
	sc.do(planner, ChangeModeration{Moderation{Second: true}})
	x := []Subject{RemarkSubject(1)}
	sc.do(moderator, SettleCases{x, FlagRemoved, text("first")})
	sc.shown(x[0], true)
	if c, ok := sc.state.CheckOf(x[0]); !ok || c.Reason != text("first") {
		t.Fatalf("what was proposed is %+v, %v", c, ok)
	}
	sc.refused(moderator, SettleCases{x, FlagRemoved, why}, CodeConflict)
	sc.refused(Who{RoleFacilitator, moderator.Pseudonym}, SettleCases{x, FlagRemoved, why}, CodeConflict) // the same person in another role
	sc.do(colleague, SettleCases{x, FlagRemoved, text("second")})
	sc.shown(x[0], false)
	if len(sc.state.Checks) != 0 || sc.state.Flags[0].Because != text("second") {
		t.Errorf("after the second person: %+v, %+v", sc.state.Checks, sc.state.Flags)
	}

	sc.do(citizen("anna"), Say{Room: 1, Text: text("again")})
	sc.do(citizen("boris"), FlagRemark{2, FlagInsult, Digest{}})
	x[0] = RemarkSubject(2)
	sc.do(moderator, SettleCases{x, FlagRemoved, why})
	sc.do(colleague, SettleCases{x, FlagKept, why})
	sc.shown(x[0], true)
	if len(sc.state.Checks) != 0 || sc.state.Flags[1].Outcome != FlagKept {
		t.Errorf("kept by the second person: %+v, %+v", sc.state.Checks, sc.state.Flags)
	}
}

// An appeal is the author's, once to each decision, and somebody else hears it.
func TestAppeals(t *testing.T) {
	sc := newScene(t)
	said(sc)
	sc.ideas(3)
	sc.cluster(2, 1, 1, 2)
	remark, idea := RemarkSubject(1), IdeaSubject(1)
	appeal := func(x Subject) MakeAppeal { return MakeAppeal{x, text("appeal")} }
	sc.refused(citizen("anna"), appeal(remark), CodeConflict)
	sc.do(facilitator, RemoveRemark{1, why})
	sc.refused(citizen("boris"), appeal(remark), CodeForbidden)
	sc.refused(citizen("anna"), MakeAppeal{remark, Digest{}}, CodeInvalid)
	sc.refused(citizen("anna"), appeal(RemarkSubject(9)), CodeNotFound)
	sc.refused(citizen("anna"), appeal(Subject{}), CodeNotFound)
	one := uint32(sc.do(citizen("anna"), appeal(remark)))
	sc.refused(citizen("anna"), appeal(remark), CodeConflict)
	sc.refused(citizen("anna"), appeal(Subject{SubjectAppeal, 1}), CodeInvalid)

	sc.refused(facilitator, HearAppeal{one, AppealGranted, why}, CodeForbidden)
	sc.refused(Who{RoleModerator, facilitator.Pseudonym}, HearAppeal{one, AppealGranted, why}, CodeForbidden) // who removed it
	sc.refused(moderator, HearAppeal{one, AppealOpen, why}, CodeInvalid)
	sc.refused(moderator, HearAppeal{one, AppealGranted, Digest{}}, CodeInvalid)
	sc.refused(moderator, HearAppeal{7, AppealGranted, why}, CodeNotFound)
	sc.do(moderator, HearAppeal{one, AppealGranted, text("no insult")})
	sc.shown(remark, true)
	sc.refused(moderator, HearAppeal{one, AppealGranted, why}, CodeConflict)
	if r, _ := sc.state.RemovalOf(remark); r.Restored == 0 || r.By.Role != RoleFacilitator {
		t.Errorf("the removal is %+v", r)
	}
	// Removed once more, it can be appealed against once more.
	sc.do(facilitator, RemoveRemark{1, text("why again")})
	again := uint32(sc.do(citizen("anna"), appeal(remark)))
	sc.do(moderator, HearAppeal{again, AppealDeclined, why})
	sc.shown(remark, false)

	sc.do(moderator, ShowIdeas{Ideas: []uint32{1, 2}, Reason: why})
	of := uint32(sc.do(citizen("anna"), appeal(idea)))
	sc.refused(moderator, HearAppeal{of, AppealGranted, why}, CodeForbidden)
	sc.do(colleague, HearAppeal{of, AppealGranted, why})
	sc.shown(idea, true)
	sc.shown(IdeaSubject(2), false)

	sc.do(moderator, MergeClusters{Into: 1, From: []uint32{2}, Reason: why})
	op := Subject{SubjectOperation, sc.state.Board.Operations[len(sc.state.Board.Operations)-1].Seq}
	sc.refused(citizen("boris"), appeal(op), CodeForbidden)
	against := uint32(sc.do(citizen("anna"), appeal(op)))
	sc.do(colleague, HearAppeal{against, AppealGranted, why})
	if sc.state.Board.Cluster(3) != 2 {
		t.Error("the merge stands after the appeal against it was granted")
	}

	sc.do(moderator, ShowIdeas{Ideas: []uint32{1}, Reason: why})
	gone := uint32(sc.do(citizen("anna"), appeal(idea)))
	sc.do(moderator, EraseText{Target: EraseIdea, Number: 1, Reason: "unlawful"})
	sc.refused(colleague, HearAppeal{gone, AppealGranted, why}, CodeConflict)
	sc.do(colleague, HearAppeal{gone, AppealDeclined, why})
}

// Authors object to what was done with their idea or its group, once, and to
// nothing that is no harm.
func TestMayAppeal(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	for _, who := range []string{"anna", "boris", "anna"} {
		sc.do(citizen(who), SubmitIdea{Text: text("idea of " + who), Lang: "en"})
	}
	sc.open(atCuration)
	sc.cluster(2, 1, 1, 2)
	anna, boris := sc.state.Ideas[0].Author, sc.state.Ideas[1].Author
	for _, x := range []struct {
		name        string
		cmd         Command
		anna, boris bool
	}{
		{"a move", MoveIdeas{Ideas: []uint32{2}, To: 2, Reason: why}, false, true},
		{"a mark", MarkIdeas{Ideas: []uint32{1}, Mark: MarkedOffTopic, Reason: why}, true, false},
		{"no mark", MarkIdeas{Ideas: []uint32{1}, Reason: why}, false, false},
		{"a hidden idea", ShowIdeas{Ideas: []uint32{1, 2}, Reason: why}, true, true},
		{"an idea shown again", ShowIdeas{Ideas: []uint32{1, 2}, Shown: true, Reason: why}, false, false},
		{"a group of anna's", RenameCluster{Cluster: 1, Title: text("a"), Reason: why}, true, false},
		{"a group of both", LeaveOutCluster{Cluster: 2, Left: true, Reason: why}, true, true},
		{"a group put back", LeaveOutCluster{Cluster: 2, Reason: why}, false, false},
		{"a lock", LockCluster{Cluster: 2, Locked: true, Reason: why}, false, false},
	} {
		sc.do(moderator, x.cmd)
		o := &sc.state.Board.Operations[len(sc.state.Board.Operations)-1]
		for who, want := range map[uint64]bool{anna: x.anna, boris: x.boris, 0: false} {
			about, may := sc.state.MayAppeal(o, who)
			if may != want {
				t.Errorf("%s: application %d may appeal: %v, want %v", x.name, who, may, want)
			}
			if may && who == boris {
				sc.do(citizen("boris"), MakeAppeal{about, text("no")})
				if _, again := sc.state.MayAppeal(o, who); again {
					t.Errorf("%s: appealed against twice", x.name)
				}
			}
		}
	}
}

// A time-out or a suspension takes writing away, not the rest, and ends.
func TestSanctions(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.agenda()
	sc.do(citizen("anna"), RaiseHand{1, true})
	sc.do(citizen("boris"), RaiseHand{1, true})
	if f := sc.state.Floor(1); f.Speaker != 1 {
		t.Fatalf("the floor is %+v", f)
	}
	punish := func(k SanctionKind, minutes uint32) PunishPerson { return PunishPerson{1, k, minutes, why} }
	sc.refused(planner, punish(SanctionWarning, 0), CodeForbidden)
	sc.refused(facilitator, punish(SanctionSuspension, 0), CodeForbidden)
	sc.refused(facilitator, punish(SanctionTimeout, 61), CodeForbidden)
	for _, c := range []PunishPerson{punish(0, 0), punish(4, 0), punish(SanctionWarning, 5), punish(SanctionTimeout, 0), punish(SanctionTimeout, MaxTimeout+1), punish(SanctionSuspension, MaxSuspension+1), {1, SanctionWarning, 0, Digest{}}} {
		sc.refused(moderator, c, CodeInvalid)
	}
	sc.refused(moderator, PunishPerson{99, SanctionWarning, 0, why}, CodeNotFound)
	sc.refused(Who{RoleModerator, citizen("anna").Pseudonym}, punish(SanctionWarning, 0), CodeForbidden)

	sc.do(facilitator, punish(SanctionWarning, 0))
	sc.do(citizen("anna"), Say{Room: 1, Text: text("warned")})
	sc.do(facilitator, punish(SanctionTimeout, 10))
	if f := sc.state.Floor(1); f.Speaker != 2 {
		t.Errorf("who may not write keeps the floor: %+v", f)
	}
	writes := []Command{Say{Room: 0, Text: text("x")}, SubmitIdea{Text: text("x"), Lang: "en"}, RaiseHand{0, true}, AskQuestion{0, text("x")}, PostReport{1, text("x")}}
	for _, c := range writes {
		sc.refused(citizen("anna"), c, CodeForbidden)
	}
	sc.do(citizen("boris"), Say{Room: 0, Text: text("others write")})
	sc.do(citizen("anna"), React{2, ReactionAgree})
	sc.do(citizen("anna"), FlagRemark{2, FlagSpam, Digest{}})
	sc.do(citizen("anna"), MakeAppeal{Subject{SubjectSanction, 2}, text("why me?")})
	sc.clock += 10 * 60_000
	sc.do(citizen("anna"), Say{Room: 0, Text: text("back")})

	sc.do(moderator, punish(SanctionSuspension, 0))
	sc.do(moderator, punish(SanctionTimeout, 1))
	if n := sc.state.SilencedBy(1, sc.clock); n != 3 {
		t.Errorf("silenced by %d, want the suspension 3", n)
	}
	sc.clock += 300 * 24 * 3_600_000
	sc.refused(citizen("anna"), writes[0], CodeForbidden)
	sc.refused(facilitator, LiftSanction{3, why}, CodeForbidden)
	sc.refused(moderator, LiftSanction{3, Digest{}}, CodeInvalid)
	sc.refused(moderator, LiftSanction{9, why}, CodeNotFound)
	n := uint32(sc.do(citizen("anna"), MakeAppeal{Subject{SubjectSanction, 3}, text("it was a joke")}))
	sc.refused(citizen("boris"), MakeAppeal{Subject{SubjectSanction, 3}, text("x")}, CodeForbidden)
	sc.do(colleague, HearAppeal{n, AppealGranted, why})
	sc.do(citizen("anna"), writes[0])
	sc.refused(moderator, LiftSanction{3, why}, CodeConflict)
	sc.refused(citizen("anna"), MakeAppeal{Subject{SubjectSanction, 3}, text("x")}, CodeConflict)
}

// A suspended person votes like everyone.
func TestSanctionsLeaveTheVote(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.do(moderator, PunishPerson{1, SanctionSuspension, 0, why})
	sc.do(moderator, LiftSanction{1, why}) // to write the ideas of the rating
	sc.rating()
	sc.do(moderator, PunishPerson{1, SanctionSuspension, 0, why})
	sc.do(ballot("anna"), Vote{Item: 1, Value: Agree})
}

// A problem report has someone responsible and a deadline from the first moment;
// its author alone reopens it.
func TestTroubles(t *testing.T) {
	sc := newScene(t)
	sc.create(nil)
	sc.do(planner, ChangeModeration{Moderation{Responsible: "Ombudsman", Days: 3}})
	reporter := citizen("nobody yet")
	sc.refused(reporter, ReportTrouble{0, 0, text("x")}, CodeInvalid)
	sc.refused(reporter, ReportTrouble{TroubleProcess, 0, Digest{}}, CodeInvalid)
	sc.refused(reporter, ReportTrouble{TroublePromise, 4, text("x")}, CodeNotFound)
	sc.do(reporter, ReportTrouble{TroubleProcess, 0, text("closed at noon")})
	if v := sc.state.Troubles[0]; v.Responsible != "Ombudsman" || v.Due != sc.clock+3*day || v.Status != TroubleOpen {
		t.Errorf("the report is %+v", v)
	}
	move := func(v TroubleStatus, who string) MoveTrouble {
		return MoveTrouble{1, v, text("reply"), who, sc.clock + day}
	}
	sc.refused(moderator, move(TroubleSolved, "x"), CodeForbidden)
	sc.refused(planner, move(TroubleReopened, "x"), CodeInvalid)
	sc.refused(planner, move(TroubleInHand, ""), CodeInvalid)
	sc.refused(planner, MoveTrouble{1, TroubleSolved, Digest{}, "x", 0}, CodeInvalid)
	sc.refused(planner, MoveTrouble{2, TroubleSolved, why, "x", 0}, CodeNotFound)
	sc.refused(reporter, ReopenTrouble{1, text("x")}, CodeConflict)
	sc.do(planner, move(TroubleInHand, "Ms Petrova"))
	if c := sc.state.TroubleCounts(sc.clock + 2*day); c != (TroubleCounts{Reported: 1, Open: 1, Overdue: 1}) {
		t.Errorf("counts %+v", c)
	}
	sc.do(planner, move(TroubleSolved, "Ms Petrova"))
	if c := sc.state.TroubleCounts(sc.clock); c != (TroubleCounts{Reported: 1, Solved: 1, InTime: 1}) {
		t.Errorf("counts %+v", c)
	}
	sc.refused(planner, move(TroubleSolved, "x"), CodeConflict)
	sc.refused(citizen("anna"), ReopenTrouble{1, text("x")}, CodeNotFound)
	sc.refused(reporter, ReopenTrouble{1, Digest{}}, CodeInvalid)
	sc.do(reporter, ReopenTrouble{1, text("still closed")})
	if c := sc.state.TroubleCounts(sc.clock); c != (TroubleCounts{Reported: 1, Open: 1, Reopened: 1}) {
		t.Errorf("counts %+v", c)
	}
	for n := range 9 {
		sc.do(reporter, ReportTrouble{TroubleOther, 0, text(fmt.Sprint(n))})
	}
	sc.refused(reporter, ReportTrouble{TroubleOther, 0, text("one too many")}, CodeConflict)
}

// An author masks what they wrote, and the text before is gone.
func TestMask(t *testing.T) {
	sc := newScene(t)
	said(sc)
	sc.ideas(1)
	masked := text("hello, ###")
	mask := func(x Subject) MaskText { return MaskText{x, masked, 10} }
	sc.refused(citizen("boris"), mask(RemarkSubject(1)), CodeForbidden)
	sc.refused(citizen("anna"), mask(RemarkSubject(2)), CodeNotFound)
	sc.refused(citizen("anna"), mask(Subject{SubjectSanction, 1}), CodeInvalid)
	sc.refused(citizen("anna"), MaskText{RemarkSubject(1), Digest{}, 0}, CodeInvalid)
	sc.refused(citizen("anna"), MaskText{RemarkSubject(1), text("hello"), 5}, CodeInvalid)
	sc.do(citizen("anna"), mask(RemarkSubject(1)))
	sc.do(citizen("anna"), mask(IdeaSubject(1)))
	if m := sc.state.Remarks[0]; m.Text != masked || m.Erased || m.Last != sc.log[len(sc.log)-3].Seq {
		t.Errorf("the message is %+v", m)
	}
	if sc.state.Ideas[0].Text != masked || sc.state.Ideas[0].Erased {
		t.Errorf("the idea is %+v", sc.state.Ideas[0])
	}
	for i, want := range []Digest{text("hello"), text("idea 1")} {
		if got := sc.state.Erasures[i]; got.Digest != want {
			t.Errorf("erasure %d is of %s", i+1, got.Digest)
		}
	}
	sc.do(moderator, RemoveRemark{1, why})
	sc.refused(citizen("anna"), mask(RemarkSubject(1)), CodeConflict)
}

// A rating that has begun keeps the words that people voted on.
func TestMaskKeepsWhatWasVotedOn(t *testing.T) {
	sc := newScene(t)
	rated(sc)
	sc.do(ballot("anna"), Vote{Item: 1, Value: Agree})
	sc.refused(citizen("anna"), MaskText{IdeaSubject(1), text("other"), 5}, CodeConflict)
	sc.do(citizen("anna"), MaskText{IdeaSubject(2), text("other"), 5})
}

func TestModerationRules(t *testing.T) {
	sc := newScene(t)
	sc.create(nil)
	sc.refused(moderator, ChangeModeration{Moderation{Open: true}}, CodeForbidden)
	sc.refused(planner, ChangeModeration{Moderation{High: 1001}}, CodeInvalid)
	sc.refused(planner, ChangeModeration{Moderation{Days: 366}}, CodeInvalid)
	sc.refused(planner, ChangeModeration{Moderation{Responsible: " x "}}, CodeInvalid)
	sc.do(planner, ChangeModeration{Moderation{High: 5}})
	m := sc.state.Moderation
	for v, hours := range map[Severity]int64{SeverityUrgent: 2, SeverityHigh: 5, SeverityNormal: 72} {
		if got := m.Deadline(v, 1000); got != 1000+hours*3_600_000 {
			t.Errorf("a %s case is due after %d ms", v, got)
		}
	}
	sc.refused(planner, SaveReplies{nil}, CodeForbidden)
	for what, list := range map[string][]Reply{
		"for nothing":         {{0, "en", "x"}},
		"for what is unknown": {{ReplyBack + 1, "en", "x"}},
		"in no language":      {{ReplyKept, "", "x"}},
		"without words":       {{ReplyKept, "en", ""}},
		"twice":               {{ReplyMerge, "en", "x"}, {ReplyMerge, "en", "x"}},
		"more than can be":    make([]Reply, MaxReplies+1),
	} {
		t.Run(what, func(*testing.T) { sc.refused(moderator, SaveReplies{list}, CodeInvalid) })
	}
	var long []Reply
	for i := range MaxRepliesFor + 1 {
		long = append(long, Reply{ReplyMove, "en", fmt.Sprint(i)})
	}
	sc.refused(moderator, SaveReplies{long}, CodeInvalid)
	long[0].Lang = "ru"
	sc.do(moderator, SaveReplies{append(long, Reply{ReplyKept, "en", "x"}, Reply{ReplyRemoved, "en", "x"})})
	if got := len(sc.state.Replies); got != MaxRepliesFor+3 {
		t.Errorf("%d reasons were kept", got)
	}
}

// What is offered where nothing was saved could be saved as it is, and every step
// has something in both languages.
func TestDefaultReplies(t *testing.T) {
	sc := newScene(t)
	sc.create(nil)
	list := DefaultReplies()
	sc.do(moderator, SaveReplies{list})
	for of := ReplyKept; of <= ReplyBack; of++ {
		for _, lang := range []string{"en", "ru"} {
			if !slices.ContainsFunc(list, func(r Reply) bool { return r.For == of && r.Lang == lang }) {
				t.Errorf("nothing is offered for %s in %s", of, lang)
			}
		}
		var read ReplyFor
		if err := read.UnmarshalText([]byte(of.String())); err != nil || read != of {
			t.Errorf("%s is read as %s: %v", of, read, err)
		}
	}
}

// An operation's reason is counted with what it was done for.
func TestReplyForOperation(t *testing.T) {
	got := ""
	for k := OperationMerge; k <= OperationPutBack; k++ {
		for m := Unmarked; m <= MarkedTwoIdeas && (m == Unmarked || k == OperationMark); m++ {
			got += fmt.Sprintf("%s %s: %s\n", k, m, (&Operation{Kind: k, Mark: m}).ReplyFor())
		}
	}
	want := `merge : merge
split : split
move : move
rename : rename
hide : hide
show : back
hide-idea : hide-idea
show-idea : back
lock : lock
unlock : back
summarise : summarise
mark : back
mark off-topic: off-topic
mark two-ideas: two-ideas
leave-out : leave-out
put-back : back
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

// Where the topic asks for it, what citizens write is shown when it has been read.
func TestReadBeforeShown(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.do(planner, ChangeModeration{Moderation{Before: true}})
	sc.do(facilitator, Say{Room: 0, Text: text("welcome")})
	sc.shown(RemarkSubject(1), true) // the staff's is shown at once
	remark, idea := RemarkSubject(uint32(sc.do(citizen("anna"), Say{Room: 0, Text: text("hello")}))), IdeaSubject(uint32(sc.do(citizen("anna"), SubmitIdea{Text: text("an idea"), Lang: "en"})))
	for _, x := range []Subject{remark, idea} {
		sc.shown(x, false)
		if !sc.state.Holds(x) || sc.state.SeverityOf(x) != SeverityHigh {
			t.Errorf("%s %d does not wait, or as %s", x.Kind, x.Number, sc.state.SeverityOf(x))
		}
		sc.refused(citizen("anna"), MakeAppeal{x, text("appeal")}, CodeConflict)
	}
	sc.refused(citizen("boris"), React{uint32(remark.Number), ReactionAgree}, CodeConflict)
	sc.refused(citizen("boris"), FlagIdea{uint32(idea.Number), FlagSpam, Digest{}}, CodeConflict)
	sc.refused(moderator, EraseText{Target: EraseRemoval, Number: remark.Number, Reason: "unlawful"}, CodeNotFound)
	sc.do(moderator, SettleCases{[]Subject{remark, idea}, FlagKept, why})
	sc.shown(remark, true)
	sc.shown(idea, true)
	sc.refused(moderator, SettleCases{[]Subject{remark}, FlagKept, why}, CodeConflict)

	remark, idea = RemarkSubject(uint32(sc.do(citizen("anna"), Say{Room: 0, Text: text("pigs")}))), IdeaSubject(uint32(sc.do(citizen("anna"), SubmitIdea{Text: text("pigs too"), Lang: "en"})))
	sc.do(moderator, SettleCases{[]Subject{remark, idea}, FlagRemoved, why})
	for _, x := range []Subject{remark, idea} {
		sc.shown(x, false)
		if sc.state.Holds(x) {
			t.Errorf("%s %d still waits", x.Kind, x.Number)
		}
		n := uint32(sc.do(citizen("anna"), MakeAppeal{x, text("appeal")}))
		sc.do(colleague, HearAppeal{n, AppealGranted, why})
		sc.shown(x, true)
	}
	held := RemarkSubject(uint32(sc.do(citizen("anna"), Say{Room: 0, Text: text("unlawful")})))
	sc.do(moderator, EraseText{Target: EraseRemark, Number: held.Number, Reason: "unlawful"})
	if len(sc.state.Held) != 0 {
		t.Errorf("still held: %+v", sc.state.Held)
	}
	sc.do(planner, ChangeModeration{Moderation{}})
	sc.shown(RemarkSubject(uint32(sc.do(citizen("anna"), Say{Room: 0, Text: text("at once")}))), true)
}
