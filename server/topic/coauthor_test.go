package topic

import (
	"fmt"
	"slices"
	"testing"
)

// written is a debate with an idea of anna, and others who can be invited.
func written(t *testing.T, others int) (*scene, func(string) uint64) {
	sc := newScene(t)
	s := allStages()
	s.Stages = slices.DeleteFunc(s.Stages, func(x Stage) bool { return x.Kind == StageDraw })
	s.PanelSize, s.Quotas = 0, nil
	sc.do(planner, Create{s})
	sc.open(0)
	for _, who := range append([]string{"anna", "boris", "vera"}, list(others)...) {
		sc.do(citizen(who), Apply{Row: text(who), Consent: "1"})
	}
	sc.open(1)
	sc.do(citizen("anna"), SubmitIdea{Text: text("a bridge"), Lang: "en"})
	return sc, func(who string) uint64 { return sc.state.Number(sc.state.ApplicationOf(name(who))) }
}

func list(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprint("other ", i))
	}
	return names
}

// Who accepts an invitation has the say of an author, but for the text, until they
// leave; and it passes to the next wording.
func TestCoauthors(t *testing.T) {
	sc, number := written(t, 0)
	boris := sc.state.ApplicationOf(name("boris"))
	sc.do(citizen("anna"), InviteCoauthor{1, number("boris")})
	sc.do(citizen("anna"), InviteCoauthor{1, number("vera")})
	if sc.state.Owns(boris, 1) || len(sc.state.Coauthors(1)) != 0 {
		t.Error("an invitation alone makes an author")
	}
	sc.do(citizen("boris"), AnswerInvitation{1, true})
	sc.do(citizen("vera"), AnswerInvitation{1, false})
	if !slices.Equal(sc.state.Coauthors(1), []uint64{boris}) || !sc.state.Owns(boris, 1) {
		t.Fatalf("co-authors %v, want %d", sc.state.Coauthors(1), boris)
	}
	sc.refused(citizen("boris"), RenewIdea{Text: text("mine"), Lang: "en", Of: 1, Relation: NewVersion}, CodeForbidden)
	sc.refused(citizen("boris"), MaskText{IdeaSubject(1), text("###"), 3}, CodeForbidden)
	sc.refused(citizen("boris"), FlagIdea{1, FlagSpam, Digest{}}, CodeConflict)
	sc.do(moderator, ShowIdeas{Ideas: []uint32{1}, Reason: why})
	sc.refused(citizen("vera"), MakeAppeal{IdeaSubject(1), text("why")}, CodeForbidden)
	for _, who := range []string{"anna", "boris"} { // each for themselves
		sc.do(citizen(who), MakeAppeal{IdeaSubject(1), text("why")})
	}
	sc.do(colleague, HearAppeal{2, AppealGranted, why})
	if !sc.state.Shown(IdeaSubject(1)) {
		t.Error("a co-author's appeal was granted, and the idea is not shown")
	}
	sc.do(citizen("anna"), RenewIdea{Text: text("a bridge for walkers"), Lang: "en", Of: 1, Relation: NewVersion})
	if !sc.state.Owns(boris, 2) || sc.state.Owns(sc.state.ApplicationOf(name("vera")), 2) {
		t.Error("the new wording has other authors")
	}
	sc.do(citizen("boris"), RenewIdea{Text: text("with a bench"), Lang: "en", Of: 2, Relation: AmendmentTo})
	if len(sc.state.Coauthors(3)) != 0 {
		t.Error("an amendment has co-authors")
	}
	sc.open(len(sc.state.Settings.Stages) - 1)
	sc.do(citizen("boris"), EndInvitation{Idea: 2})
	if sc.state.Owns(boris, 2) || !sc.state.Owns(boris, 1) {
		t.Error("who left one wording is still an author of it, or of none")
	}
	sc.refused(citizen("boris"), EndInvitation{Idea: 2}, CodeConflict)
}

// A moderator who is a co-author decides nothing about the idea.
func TestCoauthorsDoNotJudge(t *testing.T) {
	sc, number := written(t, 0)
	sc.do(citizen("anna"), InviteCoauthor{1, number("boris")})
	sc.do(citizen("boris"), AnswerInvitation{1, true})
	both := Who{RoleModerator, name("boris")}
	sc.do(citizen("vera"), FlagIdea{1, FlagSpam, Digest{}})
	sc.refused(both, SettleCases{[]Subject{IdeaSubject(1)}, FlagKept, why}, CodeForbidden)
	sc.do(moderator, ShowIdeas{Ideas: []uint32{1}, Reason: why})
	sc.do(citizen("anna"), MakeAppeal{IdeaSubject(1), text("why")})
	sc.refused(both, HearAppeal{1, AppealGranted, why}, CodeForbidden)
}

// What an invitation is refused for.
func TestInvitationsHaveBounds(t *testing.T) {
	sc, number := written(t, maxInvitations)
	invite := func(who string) InviteCoauthor { return InviteCoauthor{1, number(who)} }
	sc.refused(citizen("anna"), InviteCoauthor{9, number("boris")}, CodeNotFound)
	sc.refused(citizen("anna"), InviteCoauthor{1, 77}, CodeNotFound)
	sc.refused(citizen("anna"), invite("anna"), CodeInvalid)
	sc.refused(citizen("boris"), invite("vera"), CodeForbidden)
	sc.refused(citizen("a stranger"), invite("vera"), CodeForbidden)
	sc.refused(moderator, invite("vera"), CodeForbidden)
	sc.refused(citizen("boris"), AnswerInvitation{1, true}, CodeNotFound)
	sc.refused(citizen("a stranger"), AnswerInvitation{1, true}, CodeNotFound)
	sc.do(moderator, PunishPerson{sc.state.ApplicationOf(name("boris")), SanctionSuspension, 0, why})
	sc.refused(citizen("anna"), invite("boris"), CodeConflict)
	sc.do(moderator, LiftSanction{1, why})
	sc.do(citizen("anna"), invite("boris"))
	sc.refused(citizen("anna"), invite("boris"), CodeConflict)
	sc.refused(citizen("vera"), EndInvitation{1, number("boris")}, CodeForbidden)
	sc.do(citizen("anna"), EndInvitation{1, number("boris")})
	sc.refused(citizen("anna"), EndInvitation{1, number("boris")}, CodeNotFound)
	sc.refused(citizen("boris"), AnswerInvitation{1, true}, CodeConflict)
	sc.refused(citizen("anna"), invite("boris"), CodeConflict)
	for i := range maxInvitations - 1 {
		who := fmt.Sprint("other ", i)
		if i == MaxCoauthors {
			sc.refused(citizen("anna"), invite(who), CodeConflict)
		}
		if i >= MaxCoauthors {
			sc.do(citizen(fmt.Sprint("other ", i-1)), AnswerInvitation{1, false})
			if i == MaxCoauthors {
				sc.do(citizen("other 0"), AnswerInvitation{1, true})
				sc.refused(citizen("anna"), EndInvitation{1, number("other 0")}, CodeConflict)
				sc.refused(citizen("other 0"), AnswerInvitation{1, false}, CodeConflict)
			}
		}
		sc.do(citizen("anna"), invite(who))
	}
	last := fmt.Sprint("other ", maxInvitations-2)
	sc.do(moderator, PunishPerson{sc.state.ApplicationOf(name(last)), SanctionTimeout, 30, why})
	sc.refused(citizen(last), AnswerInvitation{1, true}, CodeForbidden)
	sc.do(citizen(last), AnswerInvitation{1, false})
	sc.refused(citizen("anna"), invite("vera"), CodeConflict) // no more, ever
	sc.do(citizen("anna"), SubmitIdea{Text: text("a ferry"), Lang: "en"})
	sc.do(citizen("anna"), InviteCoauthor{2, number("vera")})
	sc.do(moderator, ShowIdeas{Ideas: []uint32{2}, Reason: why})
	sc.refused(citizen("vera"), AnswerInvitation{2, true}, CodeConflict)
	sc.refused(citizen("anna"), InviteCoauthor{2, number("boris")}, CodeConflict)
	sc.do(moderator, ShowIdeas{Ideas: []uint32{2}, Shown: true, Reason: why})
	sc.do(citizen("anna"), RenewIdea{Text: text("two ferries"), Lang: "en", Of: 2, Relation: NewVersion})
	sc.refused(citizen("vera"), AnswerInvitation{2, true}, CodeConflict)
	sc.do(citizen("vera"), AnswerInvitation{3, true}) // it goes with the newer one
	sc.open(len(sc.state.Settings.Stages) - 1)
	sc.refused(citizen("anna"), InviteCoauthor{3, number("boris")}, CodeWrongStage)
}
