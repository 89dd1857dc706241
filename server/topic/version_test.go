package topic

import "testing"

// A new wording takes the place of the old one and leaves its votes; others
// suggest amendments beside it.
func TestVersions(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.do(citizen("anna"), SubmitIdea{Text: text("first"), Lang: "en"})
	refused(t, sc, citizen("boris"), RenewIdea{Text: text("mine"), Lang: "en", Of: 1, Relation: NewVersion}, CodeForbidden, "only its author")
	refused(t, sc, citizen("boris"), RenewIdea{Text: text("mine"), Lang: "en", Of: 1, Relation: PartOf}, CodeForbidden, "only its author")
	refused(t, sc, citizen("anna"), RenewIdea{Text: text("x"), Lang: "en", Of: 7, Relation: NewVersion}, CodeNotFound, "no idea 7")
	refused(t, sc, citizen("anna"), RenewIdea{Text: text("x"), Lang: "en", Of: 1}, CodeInvalid, "relation")
	refused(t, sc, citizen("anna"), RenewIdea{Lang: "en", Of: 1, Relation: NewVersion}, CodeInvalid, "empty")
	if n := sc.do(citizen("anna"), RenewIdea{Text: text("second"), Lang: "en", Of: 1, Relation: NewVersion}); n != 2 {
		t.Errorf("the new version is idea %d", n)
	}
	refused(t, sc, citizen("anna"), RenewIdea{Text: text("third"), Lang: "en", Of: 1, Relation: NewVersion}, CodeConflict, "as idea 2")
	sc.do(citizen("boris"), RenewIdea{Text: text("amended"), Lang: "en", Of: 2, Relation: AmendmentTo})
	for i, want := range []Idea{{Newer: 2}, {Of: 1, Relation: NewVersion}, {Of: 2, Relation: AmendmentTo}} {
		if x := sc.state.Ideas[i]; x.Newer != want.Newer || x.Of != want.Of || x.Relation != want.Relation {
			t.Errorf("idea %d is %+v", i+1, x)
		}
	}
	refused(t, sc, moderator, FreezeItems{[]Item{{Idea: 1}}}, CodeConflict, "as idea 2")
	sc.do(moderator, FreezeItems{[]Item{{Idea: 2}}})
	sc.open(atRating)
	sc.do(system, IssueBallots{Pseudonyms: sorted(ballot("boris").Pseudonym)})
	sc.do(ballot("boris"), Vote{Item: 1, Value: Agree})
	sc.do(citizen("anna"), RenewIdea{Text: text("after votes"), Lang: "en", Of: 2, Relation: NewVersion})
	if sc.state.Items[0].Idea != 2 || sc.state.VoteCount != 1 {
		t.Errorf("a new version moved votes: %+v, %d", sc.state.Items, sc.state.VoteCount)
	}
	sc.do(registrar, EraseText{Target: EraseIdea, Number: 4, Reason: "author-request"})
	refused(t, sc, citizen("anna"), RenewIdea{Text: text("y"), Lang: "en", Of: 4, Relation: NewVersion}, CodeConflict, "erased")
}

// A new wording stands where the old one stands until a run has seen it, and goes
// where it goes, unless a moderator puts it elsewhere.
func TestVersionsStandTogether(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.ideas(4)
	sc.cluster(2, 1, 1, 2, 2)
	b := &sc.state.Board
	second := uint32(sc.do(citizen("anna"), RenewIdea{Text: text("second"), Lang: "en", Of: 1, Relation: NewVersion}))
	third := uint32(sc.do(citizen("anna"), RenewIdea{Text: text("third"), Lang: "en", Of: second, Relation: NewVersion}))
	amended := uint32(sc.do(citizen("boris"), RenewIdea{Text: text("amended"), Lang: "en", Of: 1, Relation: AmendmentTo}))
	at := func(what string, wantSecond, wantThird, sizeOfOne, sizeOfTwo uint32) {
		t.Helper()
		if b.Cluster(second) != wantSecond || b.Cluster(third) != wantThird || b.Cluster(amended) != 0 || b.Size(1) != sizeOfOne || b.Size(2) != sizeOfTwo {
			t.Errorf("%s: the wordings are in %d and %d, the amendment in %d, the sizes %d and %d", what, b.Cluster(second), b.Cluster(third), b.Cluster(amended), b.Size(1), b.Size(2))
		}
	}
	at("submitted", 1, 1, 4, 2)
	sc.do(moderator, MoveIdeas{Ideas: []uint32{1}, To: 2, Reason: why})
	moved := sc.state.Seq
	at("moved with the old one", 2, 2, 1, 5)
	sc.do(moderator, MoveIdeas{Ideas: []uint32{third}, To: 1, Reason: why})
	at("moved alone", 2, 1, 2, 4)
	sc.do(moderator, UndoOperation{Operation: moved, Reason: why})
	at("put back with the old one", 1, 1, 4, 2)
	sc.do(moderator, RecordClustering{Clustered{InputSeq: sc.state.Seq, Result: text("run again"), Base: []uint32{1, 1, 2, 2, 2, 2, 0}}})
	at("seen by a run", 2, 1, 3, 3)
}
