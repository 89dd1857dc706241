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
