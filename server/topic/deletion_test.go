package topic

import "testing"

// A topic is deleted by two people, with its title typed and a reason; until the
// window is over it can be called off by either, and nothing goes on meanwhile but
// what is owed to the people whom data is about.
func TestDeletionTakesTwoPeople(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.ideas(2)
	title := sc.state.Settings.Title
	ask := AskDeletion{DeletionAskedFor{"It was a rehearsal."}, title}
	decide := func(o DeletionStatus, reason string) DecideDeletion {
		return DecideDeletion{DeletionDecided{o, reason}}
	}
	another := Who{RoleAdministrator, name("another administrator")}

	sc.refused(administrator, decide(DeletionAgreed, ""), CodeConflict)
	sc.refused(administrator, decide(DeletionCalledOff, "x"), CodeConflict)
	for _, who := range []Who{planner, moderator, registrar, auditor, citizen("anna")} {
		sc.refused(who, ask, CodeForbidden)
	}
	sc.refused(administrator, AskDeletion{ask.DeletionAskedFor, "the river bank"}, CodeInvalid)
	sc.refused(administrator, AskDeletion{DeletionAskedFor{" \u200b"}, title}, CodeInvalid)
	sc.do(administrator, ask)
	sc.refused(another, ask, CodeConflict)
	sc.do(citizen("anna"), Say{Text: text("still here"), Characters: 10})
	sc.refused(administrator, decide(DeletionAgreed, ""), CodeForbidden)
	sc.refused(Who{RolePlanner, administrator.Pseudonym}, decide(DeletionAgreed, ""), CodeForbidden) // one person, two roles
	sc.refused(moderator, decide(DeletionAgreed, ""), CodeForbidden)
	sc.refused(another, decide(DeletionRefused, ""), CodeInvalid)
	sc.refused(another, decide(DeletionAsked, "x"), CodeInvalid)
	if d := sc.state.Deletion; d.Due() != 0 {
		t.Errorf("due without a second person: %+v", d)
	}
	sc.do(another, decide(DeletionRefused, "The city answers in May."))
	sc.do(administrator, ask)
	sc.do(planner, decide(DeletionAgreed, "not kept"))
	if d := sc.state.Deletion; d.Because != "" || d.Due() != d.At+DeletionWindow || d.Reason != "It was a rehearsal." {
		t.Errorf("agreed on: %+v", d)
	}

	sc.refused(citizen("anna"), Say{Text: text("too late"), Characters: 8}, CodeConflict)
	sc.refused(planner, OpenStage{atCuration}, CodeConflict)
	sc.refused(another, ask, CodeConflict)
	sc.do(citizen("anna"), EraseOwn{[]Own{{EraseIdea, 1}}})
	sc.do(citizen("boris"), WithdrawConsent{TookBack})
	sc.do(registrar, EraseText{Target: EraseIdea, Number: 2, Reason: "personal-data"})

	// Who asked may call it off, too.
	sc.refused(administrator, decide(DeletionCalledOff, ""), CodeInvalid)
	sc.do(administrator, decide(DeletionCalledOff, "It is wanted for comparison."))
	sc.refused(planner, decide(DeletionAgreed, ""), CodeConflict)
	sc.do(citizen("anna"), Say{Text: text("on we go"), Characters: 8})
	if d := sc.state.Deletion; d.Due() != 0 || d.Status != DeletionCalledOff {
		t.Errorf("called off: %+v", d)
	}
}
