package topic

import (
	"testing"
	"time"
)

// Who wrote a text is learnt by two people, never by one in two roles; it is shown
// once, to who asked, within a week; and the log says that and why, and no name.
func TestDisclosureTakesTwoPeople(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.ideas(2)
	idea := IdeaSubject(1)
	ask := func(x Subject) AskDisclosure {
		return AskDisclosure{DisclosureAskedFor{x, GroundThreat, text("a threat against a neighbour")}}
	}
	decide := func(n uint32, granted bool) DecideDisclosure {
		return DecideDisclosure{DisclosureDecided{n, granted, text("read it")}}
	}
	colleague := Who{RoleRegistrar, name("another registrar")}

	sc.refused(moderator, ask(idea), CodeForbidden)
	sc.refused(planner, ask(idea), CodeForbidden)
	sc.refused(administrator, ask(idea), CodeForbidden)
	sc.refused(registrar, ask(IdeaSubject(99)), CodeNotFound)
	sc.refused(registrar, ask(Subject{SubjectSanction, 1}), CodeInvalid)
	sc.refused(registrar, AskDisclosure{DisclosureAskedFor{idea, 0, text("x")}}, CodeInvalid)
	sc.refused(registrar, AskDisclosure{DisclosureAskedFor{idea, GroundOrder, Digest{}}}, CodeInvalid)
	sc.do(facilitator, Say{Text: text("good evening"), Characters: 12})
	sc.refused(registrar, ask(RemarkSubject(uint32(len(sc.state.Remarks)))), CodeConflict) // the staff's own

	sc.do(registrar, ask(idea))
	sc.refused(colleague, ask(idea), CodeConflict) // once at a time
	sc.refused(registrar, ShowDisclosure{1}, CodeConflict)
	sc.refused(registrar, decide(1, true), CodeForbidden)
	sc.refused(Who{RoleAdministrator, registrar.Pseudonym}, decide(1, true), CodeForbidden) // one person, two roles
	sc.refused(moderator, decide(1, true), CodeForbidden)
	sc.refused(administrator, DecideDisclosure{DisclosureDecided{1, true, Digest{}}}, CodeInvalid)
	sc.refused(administrator, decide(2, true), CodeNotFound)
	sc.do(administrator, decide(1, true))
	sc.refused(colleague, decide(1, false), CodeConflict)
	sc.refused(colleague, ShowDisclosure{1}, CodeForbidden)
	sc.refused(administrator, ShowDisclosure{1}, CodeForbidden)
	sc.do(registrar, ShowDisclosure{1})
	sc.refused(registrar, ShowDisclosure{1}, CodeConflict)
	if d := sc.state.Disclosures[0]; d.Status != DisclosureMadeOnce || d.Shown == 0 || d.Ground != GroundThreat {
		t.Errorf("the wish is %+v", d)
	}

	// Asked again, refused, and asked once more: what was approved long ago is over.
	sc.do(registrar, ask(idea))
	sc.do(colleague, decide(2, false))
	sc.refused(registrar, ShowDisclosure{2}, CodeConflict)
	sc.do(registrar, ask(idea))
	sc.do(colleague, decide(3, true))
	sc.clock += (8 * 24 * time.Hour).Milliseconds()
	sc.refused(registrar, ShowDisclosure{3}, CodeConflict)
	sc.do(registrar, ask(idea))
}
