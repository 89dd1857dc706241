package topic

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

const everyCheck = OperationSet(1<<OperationMerge | 1<<OperationSplit | 1<<OperationMove | 1<<OperationRename | 1<<OperationSummarise | 1<<OperationMark | 1<<OperationHideIdeas | 1<<OperationHide | 1<<OperationLock | 1<<OperationLeaveOut)

// checkedScene is a sortedScene in which these steps take a second person, whom
// the log knows.
func checkedScene(t *testing.T, checked OperationSet) *scene {
	sc := sortedScene(t)
	sc.do(otherModerator, RenameCluster{Cluster: 4, Title: text("known"), Reason: why})
	sc.do(planner, ChangeModeration{Moderation{Checked: checked}})
	return sc
}

// What takes a second person changes nothing until another one confirms it.
func TestSecondCheckOnTheBoard(t *testing.T) {
	sc := checkedScene(t, 1<<OperationMerge|1<<OperationHide)
	before := overlayOf(&sc.state.Board)
	n := uint32(sc.do(moderator, OnBoard{MergeClusters{Into: 1, From: []uint32{2}, Reason: text("the same")}, sc.state.Seq}))
	if d := sc.state.Board.Drafts[n-1]; d.Outcome != DraftOpen || d.Asked.Kind != OperationMerge || fmt.Sprint(overlayOf(&sc.state.Board)) != fmt.Sprint(before) {
		t.Fatalf("a merge that waits is %+v", d)
	}
	refused(t, sc, otherModerator, MergeClusters{Into: 1, From: []uint32{2}, Reason: why}, CodeConflict, "has proposed the same")
	refused(t, sc, moderator, SettleDraft{Draft: n, Outcome: DraftConfirmed}, CodeForbidden, "you proposed")
	refused(t, sc, Who{RolePlanner, moderator.Pseudonym}, SettleDraft{Draft: n, Outcome: DraftConfirmed}, CodeForbidden, "you proposed") // the same person in another role
	refused(t, sc, planner, SettleDraft{Draft: n, Outcome: DraftConfirmed}, CodeForbidden, "moderator")
	refused(t, sc, otherModerator, SettleDraft{Draft: n, Outcome: DraftWithdrawn}, CodeForbidden, "refuse it")
	refused(t, sc, otherModerator, SettleDraft{Draft: n, Outcome: DraftRefused}, CodeInvalid, "say why")
	refused(t, sc, otherModerator, SettleDraft{Draft: n}, CodeInvalid, "confirmed, refused or withdrawn")
	refused(t, sc, otherModerator, SettleDraft{Draft: n + 1, Outcome: DraftConfirmed}, CodeNotFound, "no proposed step")
	into := sc.do(otherModerator, SettleDraft{Draft: n, Outcome: DraftConfirmed})
	if d := sc.state.Board.DraftOf(sc.state.Seq); into != 1 || sc.state.Board.Live(2) != 1 || d == nil || d.Asked.Actor == d.By {
		t.Errorf("confirmed: into %d, cluster 2 stands in %d, draft %+v", into, sc.state.Board.Live(2), d)
	}
	refused(t, sc, otherModerator, SettleDraft{Draft: n, Outcome: DraftRefused, Reason: why}, CodeConflict, "confirmed already")

	// What does not take a check is done at once, and the way back takes one like the way there.
	sc.do(moderator, RenameCluster{Cluster: 3, Title: text("a"), Reason: why})
	merged := sc.state.Board.Drafts[n-1].Became
	undo := uint32(sc.do(moderator, UndoOperation{Operation: merged, Reason: why}))
	if sc.state.Board.Live(2) != 1 || sc.state.Board.Drafts[undo-1].Asked.Undoes != merged {
		t.Errorf("a merge is undone without a second person: %+v", sc.state.Board.Drafts)
	}
	refused(t, sc, otherModerator, UndoOperation{Operation: merged, Reason: why}, CodeConflict, "has proposed the same")
	refused(t, sc, moderator, SettleDraft{Draft: undo, Outcome: DraftConfirmed}, CodeForbidden, "you proposed")
	sc.do(otherModerator, SettleDraft{Draft: undo, Outcome: DraftConfirmed})
	if o := sc.state.Board.Operation(merged); sc.state.Board.Live(2) != 2 || o.UndoneBy != sc.state.Board.Drafts[undo-1].Became || o.UndoneBy != sc.state.Seq {
		t.Errorf("an undone merge that was confirmed holds on: %+v", o)
	}
	hide := uint32(sc.do(moderator, ShowCluster{Cluster: 3, Reason: why}))
	sc.do(otherModerator, SettleDraft{Draft: hide, Outcome: DraftConfirmed})
	show := uint32(sc.do(moderator, ShowCluster{Cluster: 3, Shown: true, Reason: why}))
	if !sc.state.Board.Veiled(3) {
		t.Error("a cluster is shown again without a second person")
	}
	sc.do(otherModerator, SettleDraft{Draft: show, Outcome: DraftRefused, Reason: why})
	again := uint32(sc.do(moderator, ShowCluster{Cluster: 3, Shown: true, Reason: why}))
	sc.do(moderator, SettleDraft{Draft: again, Outcome: DraftWithdrawn})
	if got := sc.state.Board.Drafts; got[show-1].Outcome != DraftRefused || got[again-1].Outcome != DraftWithdrawn || !sc.state.Board.Veiled(3) {
		t.Errorf("refused and withdrawn: %+v", got)
	}
}

// Whoever proposed or confirmed a step does not hear the appeal against it.
func TestAppealAgainstAConfirmedStep(t *testing.T) {
	sc := checkedScene(t, 1<<OperationHideIdeas)
	sc.do(moderator, ShowIdeas{Ideas: []uint32{1}, Reason: why})
	sc.do(otherModerator, SettleDraft{Draft: 1, Outcome: DraftConfirmed})
	n := uint32(sc.do(citizen("anna"), MakeAppeal{IdeaSubject(1), text("it is about the question")}))
	refused(t, sc, moderator, HearAppeal{n, AppealGranted, why}, CodeForbidden, "you proposed the step")
	refused(t, sc, otherModerator, HearAppeal{n, AppealGranted, why}, CodeForbidden, "you made the decision")
	sc.do(Who{RoleModerator, name("a third moderator")}, HearAppeal{n, AppealGranted, why})
	sc.shown(IdeaSubject(1), true)
}

// What is hidden is not hidden again, and nobody hears an appeal about an idea that
// a step of their own keeps hidden.
func TestHidingWhatIsHidden(t *testing.T) {
	sc := checkedScene(t, 0)
	third := Who{RoleModerator, name("a third moderator")}
	refused(t, sc, moderator, ShowIdeas{Ideas: []uint32{1}, Shown: true, Reason: why}, CodeConflict, "shown already")
	sc.do(moderator, ShowIdeas{Ideas: []uint32{1}, Reason: why})
	refused(t, sc, otherModerator, ShowIdeas{Ideas: []uint32{2, 1}, Reason: why}, CodeConflict, "idea 1 is hidden already: moderator")
	n := uint32(sc.do(citizen("anna"), MakeAppeal{IdeaSubject(1), text("it is about the question")}))
	sc.do(third, ShowIdeas{Ideas: []uint32{1}, Shown: true, Reason: why})
	showed := sc.state.Seq
	refused(t, sc, third, HearAppeal{n, AppealDeclined, why}, CodeConflict, "is shown again already")
	sc.do(otherModerator, ShowIdeas{Ideas: []uint32{1}, Reason: why})
	sc.do(third, UndoOperation{Operation: showed, Reason: why}) // both hold it now
	refused(t, sc, moderator, HearAppeal{n, AppealDeclined, why}, CodeForbidden, "you made the decision")
	refused(t, sc, otherModerator, HearAppeal{n, AppealDeclined, why}, CodeForbidden, "keeps this idea hidden")
	sc.do(third, HearAppeal{n, AppealGranted, why})
	sc.shown(IdeaSubject(1), true)
}

// What was changed meanwhile is told to whoever confirms, who may do it knowing
// that; what can't be any more is refused.
func TestDraftClash(t *testing.T) {
	sc := checkedScene(t, 1<<OperationRename)
	rename := uint32(sc.do(moderator, RenameCluster{Cluster: 1, Title: text("a"), Reason: why}))
	other := uint32(sc.do(otherModerator, RenameCluster{Cluster: 1, Title: text("b"), Reason: why}))
	seen := sc.state.Seq
	if sc.state.DraftClash(rename) != nil {
		t.Error("what only waits is in the way")
	}
	sc.do(moderator, SettleDraft{Draft: other, Outcome: DraftConfirmed})
	if c := sc.state.DraftClash(rename); c == nil || c.Seq != sc.state.Seq {
		t.Errorf("the clash is %+v", c)
	}
	refused(t, sc, colleague, SettleDraft{Draft: rename, Outcome: DraftConfirmed, Seen: seen}, CodeConflict, "has meanwhile changed")
	sc.do(colleague, SettleDraft{Draft: rename, Outcome: DraftConfirmed, Seen: sc.state.Seq})
	if sc.state.Board.Title(1) != text("a") {
		t.Error("the name that was confirmed knowing of the other is not there")
	}
	gone := uint32(sc.do(moderator, RenameCluster{Cluster: 2, Title: text("c"), Reason: why}))
	sc.do(otherModerator, MergeClusters{Into: 1, From: []uint32{2}, Reason: why})
	if err := sc.state.DraftProblem(gone); CodeOf(err) != CodeConflict {
		t.Errorf("a merged cluster can be renamed: %v", err)
	}
	refused(t, sc, otherModerator, SettleDraft{Draft: gone, Outcome: DraftConfirmed, Seen: sc.state.Seq}, CodeConflict, "was merged")
}

// Undoing waits for a second person like the step it takes back, whichever it is,
// and what changed meanwhile is told to whoever confirms.
func TestUndoTakesTheCheckOfItsStep(t *testing.T) {
	sc := checkedScene(t, 1<<OperationHideIdeas)
	sc.do(moderator, ShowIdeas{Ideas: []uint32{1}, Reason: why})
	sc.do(otherModerator, SettleDraft{Draft: 1, Outcome: DraftConfirmed})
	hid := sc.state.Seq
	undo := uint32(sc.do(moderator, UndoOperation{Operation: hid, Reason: why}))
	sc.shown(IdeaSubject(1), false)
	sc.do(otherModerator, SettleDraft{Draft: undo, Outcome: DraftRefused, Reason: why})
	sc.shown(IdeaSubject(1), false)
	undo = uint32(sc.do(moderator, UndoOperation{Operation: hid, Reason: why}))
	show := uint32(sc.do(moderator, ShowIdeas{Ideas: []uint32{1}, Shown: true, Reason: why}))
	if sc.state.DraftClash(undo) != nil {
		t.Error("what only waits is in the way")
	}
	sc.do(otherModerator, SettleDraft{Draft: show, Outcome: DraftConfirmed})
	if c := sc.state.DraftClash(undo); c == nil || c.Seq != sc.state.Seq {
		t.Errorf("the clash is %+v", c)
	}
	sc.do(otherModerator, SettleDraft{Draft: undo, Outcome: DraftConfirmed, Seen: sc.state.Seq})
	refused(t, sc, moderator, UndoOperation{Operation: hid, Reason: why}, CodeConflict, "undone already")

	// What takes no check is undone at once.
	sc.do(moderator, RenameCluster{Cluster: 1, Title: text("a"), Reason: why})
	sc.do(moderator, UndoOperation{Operation: sc.state.Seq, Reason: why})
	if !sc.state.Board.Title(1).IsZero() {
		t.Error("undoing a name that takes no check waits for one")
	}
}

// Steps that are proposed and confirmed leave the board that the same steps leave
// where nobody has to confirm; undoing any of them does too.
func TestConfirmedStepsAreTheSteps(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		one, two := checkedScene(t, 0), checkedScene(t, everyCheck)
		m := &machine{T: rt, scene: one}
		who := []Who{moderator, otherModerator}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			c, by := m.operation(), rapid.IntRange(0, 1).Draw(rt, "by")
			_, direct := one.try(who[by], c)
			_, asked := two.try(who[by], c)
			if (direct == nil) != (asked == nil) {
				rt.Fatalf("%#v: at once %v, proposed %v", c, direct, asked)
			}
			if asked == nil {
				two.do(who[1-by], SettleDraft{Draft: uint32(len(two.state.Board.Drafts)), Outcome: DraftConfirmed})
			}
		}
		same := func() {
			if got, want := overlayOf(&two.state.Board), overlayOf(&one.state.Board); fmt.Sprint(got) != fmt.Sprint(want) {
				rt.Fatalf("confirmed steps lead to\n%+v, the steps to\n%+v", got, want)
			}
		}
		same()
		ops := slices.Clone(one.state.Board.Operations)
		for k := range ops {
			twin := two.state.Board.Operations[k].Seq
			if one.state.CanUndo(ops[k].Seq) != nil || rapid.Bool().Draw(rt, "keep") {
				continue
			}
			one.do(moderator, UndoOperation{Operation: ops[k].Seq, Reason: why})
			two.do(moderator, UndoOperation{Operation: twin, Reason: why})
			two.do(otherModerator, SettleDraft{Draft: uint32(len(two.state.Board.Drafts)), Outcome: DraftConfirmed})
			same()
		}
	})
}

// A draft is turned into its command and back without loss.
func TestDraftIsItsCommand(t *testing.T) {
	sc := sortedScene(t)
	rapid.Check(t, func(rt *rapid.T) {
		m := &machine{T: rt, scene: sc}
		c := m.operation()
		if rapid.Bool().Draw(rt, "undo") {
			c = m.undo()
		}
		o, ok := draft(c)
		if !ok || fmt.Sprintf("%#v", o.command()) != fmt.Sprintf("%#v", c) {
			rt.Fatalf("%#v is drafted as %+v, which is %#v", c, o, o.command())
		}
	})
}

func TestOperationSet(t *testing.T) {
	names := everyCheck.Names()
	back, err := ParseOperationSet(names)
	if err != nil || back != everyCheck || len(names) != 10 || !everyCheck.sound() || OperationSet(1<<OperationShow).sound() {
		t.Errorf("%v is read as %b, %v", names, back, err)
	}
	for _, k := range []OperationKind{OperationShow, OperationShowIdeas, OperationUnlock, OperationPutBack} {
		if !everyCheck.Has(k) || OperationSet(1<<OperationMerge).Has(k) {
			t.Errorf("%s is not asked for under what it takes back", k)
		}
	}
	if _, err := ParseOperationSet([]string{"show"}); CodeOf(err) != CodeInvalid {
		t.Errorf("show: %v", err)
	}
}
