package topic

import (
	"slices"
	"testing"
)

const minute = 60_000

// The floor goes from hand to hand; who has had fewer turns goes first; the
// clock ends a turn only where someone waits.
func TestTurns(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.agenda()
	sc.do(citizen("gleb"), AnswerSeat{false})
	sc.do(planner, RecordDraw{Drawn: Drawn{InputSeq: sc.state.Seq, Size: 4, Seed: "again", Root: text("r"), Result: text("d"), Seats: []uint64{5}}})
	sc.do(planner, AnswerForPanel{[]uint32{5}, true})
	sc.do(facilitator, PlacePeople{PlaceLatecomer, []uint64{5, 3}, []uint32{1, 1}})
	floor := func(speaker uint64, queue ...uint64) Floor {
		t.Helper()
		f := sc.state.Floor(1)
		if f.Speaker != speaker || !slices.Equal(f.Queue, queue) {
			t.Fatalf("%d has the floor and %v wait, want %d and %v", f.Speaker, f.Queue, speaker, queue)
		}
		return f
	}
	sc.do(citizen("anna"), RaiseHand{1, true})
	began := floor(1).TurnBegan
	if f := floor(1); f.TurnEnds != began+minute || f.Turn != 1 {
		t.Fatalf("%+v", f)
	}
	sc.clock = began + 2*minute
	sc.refused(system, PassTurn{1, 1}, CodeConflict) // nobody waits
	sc.do(citizen("boris"), RaiseHand{1, true})
	sc.do(citizen("vera"), RaiseHand{1, true})
	floor(1, 2, 3)
	sc.do(citizen("anna"), ExtendTurn{1, 1})
	sc.refused(system, PassTurn{1, 1}, CodeConflict) // more time, from now
	sc.clock += minute
	sc.do(system, PassTurn{1, 1})
	floor(2, 3)
	sc.do(citizen("anna"), RaiseHand{1, true})
	floor(2, 3, 1)
	sc.do(citizen("dasha"), RaiseHand{1, true}) // never spoke: before anna
	floor(2, 3, 5, 1)
	sc.do(citizen("vera"), RaiseHand{1, false})
	floor(2, 5, 1)
	sc.do(citizen("boris"), Say{Room: 1, Text: text("my turn"), Characters: 7})
	sc.do(facilitator, PauseRooms{1, 1, true})
	left := sc.state.Floor(1)
	sc.clock += 10 * minute
	sc.do(facilitator, PauseRooms{1, 1, false})
	f := floor(2, 5, 1)
	if f.TurnEnds-sc.clock != left.TurnLeft || f.Ends-sc.clock != left.Left || left.TurnLeft <= 0 || left.Left <= 0 {
		t.Errorf("after the pause %d and %d ms are left, before %d and %d", f.TurnEnds-sc.clock, f.Ends-sc.clock, left.TurnLeft, left.Left)
	}
	sc.do(citizen("boris"), PassTurn{1, 2})
	floor(5, 1)
	spoken := sc.state.Floor(1).Spoken
	at := slices.IndexFunc(spoken, func(x Spoken) bool { return x.Application == 2 })
	if x := spoken[at]; x.Remarks != 1 || x.Characters != 7 || x.Turns != 1 || x.Millis == 0 || x.Millis > 10*minute {
		t.Errorf("boris has spoken %+v: the pause does not count", x)
	}
	sc.do(citizen("dasha"), AnswerSeat{false}) // leaves: the floor goes on
	floor(1)
	sc.do(facilitator, PlacePeople{PlaceByFacilitator, []uint64{1}, []uint32{2}})
	floor(0)
	sc.refused(citizen("anna"), RaiseHand{1, true}, CodeForbidden)
}

// More than half of those present move a table on.
func TestMoveOn(t *testing.T) {
	for _, c := range []struct{ present, needs uint32 }{{0, 2}, {1, 1}, {2, 2}, {3, 2}, {4, 3}, {12, 7}} {
		if got := MoveOnNeeds(c.present); got != c.needs {
			t.Errorf("of %d, %d move on, want %d", c.present, got, c.needs)
		}
	}
	sc := newScene(t)
	talk(sc)
	sc.do(citizen("anna"), MoveOn{1, 2, true, []uint64{1, 2}})
	if f := sc.state.Floor(1); f.Step != 2 || !slices.Equal(f.MoveOn, []uint64{1}) {
		t.Fatalf("%+v", f)
	}
	sc.do(citizen("anna"), MoveOn{1, 2, false, []uint64{1, 2}})
	sc.do(citizen("boris"), MoveOn{1, 2, true, []uint64{1, 2}})
	if f := sc.state.Floor(1); f.Step != 2 {
		t.Fatalf("one of two moved the table on: %+v", f)
	}
	sc.do(citizen("anna"), MoveOn{1, 2, true, []uint64{1, 2}})
	f := sc.state.Floor(1)
	if f.Step != 3 || len(f.MoveOn) != 0 || f.Ends != f.Opened+minute {
		t.Fatalf("%+v", f)
	}
	if other := sc.state.Floor(2); other.Step != 2 {
		t.Errorf("another table moved too: %+v", other)
	}
	sc.clock = f.Ends
	sc.do(system, EndStep{1, 3})
	if f := sc.state.Floor(1); f.Step != 4 || sc.state.StepNow(1) != nil || f.Ends != 0 {
		t.Errorf("the agenda should be over: %+v", f)
	}
	sc.do(citizen("anna"), Say{Room: 1, Text: text("freely")})
}

// A paused table stays so when a step opens; its time begins when it goes on.
func TestStepOfAPausedTable(t *testing.T) {
	sc := newScene(t)
	talk(sc)
	sc.do(facilitator, PauseRooms{1, 1, true})
	sc.do(facilitator, OpenStep{1, 2, 3})
	if f := sc.state.Floor(1); !f.Paused || f.Step != 3 || f.Left != minute {
		t.Fatalf("%+v", f)
	}
	sc.clock += 10 * minute
	sc.refused(system, EndStep{1, 3}, CodeConflict)
	sc.do(facilitator, PauseRooms{1, 1, false})
	if f := sc.state.Floor(1); f.Paused || f.Ends != sc.clock+minute {
		t.Errorf("%+v", f)
	}
}

// A step's end moves; one that is over gets its time from now.
func TestExtendStep(t *testing.T) {
	sc := newScene(t)
	talk(sc)
	ends := sc.state.Floor(1).Ends
	sc.do(facilitator, ExtendStep{1, 1, 120})
	if f := sc.state.Floor(1); f.Ends != ends+2*minute {
		t.Errorf("ends at %d, want %d", f.Ends, ends+2*minute)
	}
	if f := sc.state.Floor(2); f.Ends != ends {
		t.Error("the other table moved too")
	}
	sc.clock = ends + 60*minute
	sc.do(facilitator, ExtendStep{1, 2, 60})
	if f := sc.state.Floor(2); f.Ends != sc.clock+minute {
		t.Errorf("a step that was over ends %d ms from now", f.Ends-sc.clock)
	}
	sc.do(facilitator, ExtendStep{1, 2, -3600})
	if f := sc.state.Floor(2); f.Ends != sc.clock {
		t.Errorf("a step can't end in the past: %d ms from now", f.Ends-sc.clock)
	}
}

// A table that is joined with another takes its people there, and none else.
func TestMergeTables(t *testing.T) {
	sc := newScene(t)
	turn(sc)
	moved := sc.do(facilitator, MergeTables{1, 2})
	if moved != 2 {
		t.Errorf("%d people moved", moved)
	}
	for i, want := range []uint32{2, 2, 2, 0} {
		if got := sc.state.Seats[i].Table; got != want {
			t.Errorf("seat %d at table %d, want %d", i+1, got, want)
		}
	}
	if f := sc.state.Floor(1); f.Closed != 2 || f.Speaker != 0 || len(f.Queue) != 0 {
		t.Errorf("%+v", f)
	}
	sc.do(facilitator, OpenStep{1, 2, 3})
	if sc.state.Floor(1).Step == 3 || sc.state.Floor(2).Step != 3 {
		t.Error("a closed table takes part in the agenda")
	}
	if n := len(sc.state.Placements); n != 1 || sc.state.Placements[0].Cause != PlaceMerge || len(sc.state.Placements[0].People) != 2 {
		t.Errorf("%+v", sc.state.Placements)
	}
}

// A reaction replaces the one before; counts follow.
func TestReactions(t *testing.T) {
	sc := newScene(t)
	said(sc)
	for _, c := range []struct {
		reaction Reaction
		want     [ReactionCount]uint32
	}{{ReactionAgree, [4]uint32{0, 1, 0, 0}}, {ReactionUnsure, [4]uint32{0, 0, 0, 1}}, {ReactionNone, [4]uint32{1, 0, 0, 0}}} {
		sc.do(citizen("boris"), React{1, c.reaction})
		m := &sc.state.Remarks[0]
		if m.Reactions() != c.want || m.Reacted != sc.state.Seq || sc.state.ReactionOf(1, 2) != c.reaction {
			t.Errorf("%s: counts %v, want %v", c.reaction, m.Reactions(), c.want)
		}
	}
	before := sc.state.Seq
	sc.do(citizen("boris"), React{1, ReactionNone})
	if sc.state.Seq != before {
		t.Error("the same again is an event")
	}
}

// Removing a remark settles every report of it and takes it from the top.
func TestFlags(t *testing.T) {
	sc := newScene(t)
	flagged(sc)
	sc.do(facilitator, FlagRemark{1, FlagThreat, text("note")})
	sc.do(facilitator, PinRemark{1, true})
	sc.do(moderator, ResolveFlag{2, FlagRemoved, why})
	if m := &sc.state.Remarks[0]; m.Flags != 0 || m.Removed != why || len(sc.state.Floor(1).Pinned) != 0 {
		t.Errorf("%+v, pinned %v", m, sc.state.Floor(1).Pinned)
	}
	for i, f := range sc.state.Flags {
		if f.Outcome != FlagRemoved || f.Because != why || f.Handled == 0 || f.Handler.Role != RoleModerator {
			t.Errorf("report %d: %+v", i+1, f)
		}
	}
	sc.do(citizen("anna"), Say{Room: 1, Text: text("again")})
	sc.do(citizen("boris"), FlagRemark{2, FlagSpam, Digest{}})
	sc.do(facilitator, ResolveFlag{3, FlagKept, why})
	if m := &sc.state.Remarks[1]; m.Flags != 0 || !m.Removed.IsZero() {
		t.Errorf("a kept remark: %+v", m)
	}
}

// Whoever has applied may report what stands in the main hall.
func TestFlagsFromThePublic(t *testing.T) {
	sc := newScene(t)
	said(sc)
	sc.do(citizen("anna"), Say{Text: text("to all")})
	sc.do(citizen("egor"), FlagRemark{2, FlagSpam, Digest{}})
	sc.refused(citizen("egor"), FlagRemark{1, FlagSpam, Digest{}}, CodeForbidden)
	sc.refused(citizen("nobody"), FlagRemark{2, FlagSpam, Digest{}}, CodeForbidden)
}

// A new round ends what went on at the tables of the last.
func TestRoundsEndTalk(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.do(planner, RecordTables{TablesSeated{InputSeq: sc.state.Seq, Seed: "two", Result: text("two"), Tables: 2, Rounds: 2, Seats: []uint32{1, 1, 2, 0, 2, 1, 1, 0}}})
	sc.agenda()
	sc.do(citizen("anna"), RaiseHand{1, true})
	sc.do(planner, OpenTableRound{2})
	if f := sc.state.Floor(1); f.Speaker != 0 || f.Step != 0 || f.Ends != 0 || f.Last != sc.state.Seq {
		t.Errorf("%+v", f)
	}
	sc.refused(facilitator, OpenStep{1, 2, 1}, CodeInvalid)
	sc.do(facilitator, OpenStep{3, 4, 2})
	sc.do(citizen("anna"), RaiseHand{4, true})
	if f := sc.state.Floor(4); f.Speaker != 1 {
		t.Errorf("%+v", f)
	}
}

// Questions can't be folded in a circle, and a log that says so is healed.
func TestFoldedQuestionsEnd(t *testing.T) {
	sc := newScene(t)
	asked(sc)
	sc.do(citizen("boris"), AskQuestion{1, text("q3")})
	sc.do(facilitator, FoldQuestions{2, []uint32{3}})
	sc.do(facilitator, FoldQuestions{1, []uint32{2, 2}})
	for _, c := range []FoldQuestions{{3, []uint32{2}}, {3, []uint32{1}}, {2, []uint32{2}}, {3, []uint32{3}}} {
		sc.refused(facilitator, c, CodeConflict)
	}
	sc.record(facilitator, ActionAnswer, &QuestionsFolded{3, []uint32{2}})
	sc.refused(facilitator, AnswerQuestion{3, text("a")}, CodeConflict) // ends
	sc.do(facilitator, AnswerQuestion{1, text("a")})
	if _, err := ReadSnapshot(sc.state.AppendSnapshot(nil)); err != nil {
		t.Error(err)
	}
}

// Who comes back to a round sits where their table was joined to.
func TestRoundsKeepJoinedTables(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.do(planner, RecordTables{TablesSeated{InputSeq: sc.state.Seq, Seed: "two", Result: text("two"), Tables: 2, Rounds: 2, Seats: []uint32{1, 1, 2, 0, 2, 1, 1, 0}}})
	sc.do(facilitator, MergeTables{From: 1, Into: 2})
	sc.do(planner, OpenTableRound{2})
	sc.do(planner, OpenTableRound{1})
	if at, _ := sc.state.Participant(1); at != 2 {
		t.Fatalf("anna sits at table %d", at)
	}
	sc.do(citizen("anna"), Say{Room: 2, Text: text("back")})
}

// What was said at a table is not given to others by seating anew.
func TestNoNewSeatingOverTalk(t *testing.T) {
	sc := newScene(t)
	said(sc)
	sc.open(atDraw)
	sc.refused(planner, RecordTables{TablesSeated{InputSeq: sc.state.Seq, Seed: "anew", Result: text("anew"), Tables: 2, Seats: []uint32{2, 2, 1, 0}}}, CodeConflict)
}

// Who gives the seat up leaves the main hall's floor and queue too.
func TestLeavingTheHall(t *testing.T) {
	sc := newScene(t)
	talk(sc)
	sc.do(facilitator, OpenStep{0, 0, 1})
	for _, p := range []string{"anna", "boris", "vera"} {
		sc.do(citizen(p), RaiseHand{0, true})
	}
	sc.do(citizen("boris"), AnswerSeat{false})
	sc.do(citizen("anna"), AnswerSeat{false})
	if f := sc.state.Floor(0); f.Speaker != 3 || len(f.Queue) != 0 {
		t.Errorf("%d has the hall's floor, %v wait", f.Speaker, f.Queue)
	}
}

// Wishes of those who have left do not count, and a wish said again does.
func TestMoveOnOfThoseHere(t *testing.T) {
	sc := newScene(t)
	talk(sc)
	sc.do(facilitator, PlacePeople{PlaceByFacilitator, []uint64{3}, []uint32{1}})
	sc.do(citizen("anna"), MoveOn{1, 2, true, []uint64{1, 2, 3}})
	sc.do(citizen("boris"), MoveOn{1, 2, true, []uint64{2, 3}}) // anna is gone
	if f := sc.state.Floor(1); f.Step != 2 {
		t.Fatal("one of two who are here moved the table on")
	}
	sc.do(citizen("boris"), MoveOn{1, 2, true, []uint64{2}}) // vera too
	if f := sc.state.Floor(1); f.Step != 3 {
		t.Errorf("everyone who is here wishes it, and the table stays: %+v", f)
	}
}

// A table's hands, and how much its people have said, come along to the table
// that it is joined with.
func TestHandsComeAlong(t *testing.T) {
	sc := newScene(t)
	turn(sc)
	sc.do(citizen("anna"), Say{Room: 1, Text: text("x"), Characters: 5})
	sc.do(citizen("vera"), RaiseHand{2, true})
	sc.do(facilitator, MergeTables{From: 1, Into: 2})
	f := sc.state.Floor(2)
	if f.Speaker != 3 || !slices.Equal(f.Queue, []uint64{2, 1}) { // boris had no turn yet
		t.Errorf("%d has the floor, %v wait", f.Speaker, f.Queue)
	}
	at := slices.IndexFunc(f.Spoken, func(x Spoken) bool { return x.Application == 1 })
	if at < 0 || f.Spoken[at].Characters != 5 || f.Spoken[at].Turns != 1 {
		t.Errorf("%+v", f.Spoken)
	}
}

// Nobody settles a report of what they said themselves.
func TestOwnFlag(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	said := uint32(sc.do(facilitator, Say{Room: 1, Text: text("hm")}))
	sc.do(citizen("anna"), FlagRemark{said, FlagInsult, Digest{}})
	sc.refused(facilitator, ResolveFlag{1, FlagKept, why}, CodeForbidden)
	sc.do(moderator, ResolveFlag{1, FlagKept, why})
}

// Someone who reports without end is stopped until the reports are handled.
func TestOpenFlagsAreBounded(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	for n := range uint32(maxOpenFlags + 1) {
		sc.do(facilitator, Say{Text: text("x")})
		if n < maxOpenFlags {
			sc.do(citizen("egor"), FlagRemark{n + 1, FlagSpam, Digest{}})
		}
	}
	sc.refused(citizen("egor"), FlagRemark{maxOpenFlags + 1, FlagSpam, Digest{}}, CodeConflict)
	sc.do(moderator, ResolveFlag{1, FlagKept, why})
	sc.do(citizen("egor"), FlagRemark{maxOpenFlags + 1, FlagSpam, Digest{}})
}

// The agenda can change while it runs, but not under those who are in it.
func TestAgendaChangesWhileItRuns(t *testing.T) {
	sc := newScene(t)
	talk(sc) // both tables at step 2
	change := func(f func(d *Debate)) ChangeSettings {
		s := sc.state.Settings
		s.Debate.Agenda = slices.Clone(s.Debate.Agenda)
		f(&s.Debate)
		return ChangeSettings{s}
	}
	sc.refused(planner, change(func(d *Debate) { d.Agenda = d.Agenda[1:] }), CodeConflict)
	sc.refused(planner, change(func(d *Debate) { d.Agenda = nil }), CodeConflict)
	sc.refused(planner, change(func(d *Debate) { d.Agenda[1].Turns = false }), CodeConflict)
	sc.do(planner, change(func(d *Debate) { d.Agenda[1].Title, d.Agenda[1].Minutes = "By turns", 12 }))
	sc.do(planner, change(func(d *Debate) { d.Agenda = d.Agenda[:2] }))
	sc.do(planner, change(func(d *Debate) { d.Agenda = append(d.Agenda, Step{Kind: StepClosing, Title: "End"}) }))
	sc.do(facilitator, OpenStep{1, 2, 4}) // over
	sc.do(planner, change(func(d *Debate) { d.Agenda = nil }))
}
