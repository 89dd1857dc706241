package topic

import (
	"slices"
	"testing"
)

// consentTo changes what applicants agree to.
func consentTo(sc *scene, version, text string) ChangeSettings {
	s := sc.state.Settings
	s.Form.ConsentVersion, s.Form.Consent = version, text
	return ChangeSettings{s}
}

// Each application keeps the text it was made under; another text is asked
// again, and never takes the place of the one that people agreed to.
func TestConsentVersions(t *testing.T) {
	sc := newScene(t)
	sc.create(nil)
	sc.open(atApplications)
	sc.apply("anna", "boris")
	sc.refused(planner, consentTo(sc, "1", "You agree to more."), CodeInvalid)
	sc.do(planner, consentTo(sc, "2", "You agree to less."))
	sc.refused(planner, consentTo(sc, "1", "You agree to more."), CodeInvalid)
	if !sc.state.AsksAgain(1) || !sc.state.AsksAgain(2) {
		t.Fatal("a changed text is not asked again")
	}
	sc.refused(citizen("anna"), GiveConsent{"1"}, CodeInvalid)
	sc.refused(citizen("nobody"), GiveConsent{"2"}, CodeConflict)
	sc.do(citizen("anna"), GiveConsent{"2"})
	for n, want := range map[uint64]string{1: "You agree to less.", 2: "You agree."} {
		a := sc.state.Applications[n-1]
		if got := sc.state.Consents[a.Consent-1]; got.Text != want || a.Consented == 0 {
			t.Errorf("application %d stands under %q since %d, want %q", n, got.Text, a.Consented, want)
		}
		if sc.state.AsksAgain(n) != (n == 2) {
			t.Errorf("application %d: asked again is %v", n, sc.state.AsksAgain(n))
		}
	}
}

// Consent can be taken back in every step: a seat goes, the answers go, and as
// long as a pool is bound by a commitment the answers wait.
func TestConsentTakenBack(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	n := sc.state.ApplicationOf(name("anna"))
	sc.do(citizen("anna"), WithdrawConsent{TookBack})
	a := sc.state.Applications[n-1]
	if a.Status != ApplicationWithdrawn || a.Leaving != TookBack || sc.state.Seats[a.Seat-1].Status != SeatDeclined {
		t.Errorf("the application is %+v, its seat %+v", a, sc.state.Seats[a.Seat-1])
	}
	if _, takesPart := sc.state.Participant(n); takesPart {
		t.Error("who took consent back still takes part")
	}
	sc.refused(citizen("nobody"), WithdrawConsent{TookBack}, CodeConflict)
	sc.do(citizen("anna"), WithdrawConsent{LeftForGood})
	if sc.state.Applications[n-1].Leaving != LeftForGood {
		t.Error("who took consent back can't leave for good")
	}
	sc.do(system, EraseRows{Applications: []uint64{n}, Reason: "author-request"})
	if !sc.state.Applications[n-1].Erased {
		t.Error("the answers are not erased")
	}
	sc.refused(registrar, EraseText{Target: EraseApplication, Number: n, Reason: "author-request"}, CodeConflict)
}

// Everyone erases what they wrote, all of it and nothing of others.
func TestEraseOwn(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	hers := sc.do(citizen("anna"), Say{Room: 1, Text: text("hers")})
	his := sc.do(citizen("boris"), Say{Room: 1, Text: text("his")})
	idea := sc.do(citizen("anna"), SubmitIdea{Text: text("her idea"), Lang: "en"})
	question := sc.do(citizen("anna"), AskQuestion{0, text("her question")})
	sc.refused(citizen("anna"), EraseOwn{[]Own{{EraseRemark, his}}}, CodeForbidden)
	sc.refused(citizen("anna"), EraseOwn{}, CodeInvalid)
	all := sc.state.OwnTexts(name("anna"))
	n := sc.state.ApplicationOf(name("anna"))
	for _, want := range []Own{{EraseRemark, hers}, {EraseIdea, idea}, {EraseQuestion, question}, {EraseApplication, n}} {
		if !slices.Contains(all, want) {
			t.Errorf("%v is not among what she wrote: %v", want, all)
		}
	}
	sc.do(citizen("anna"), EraseOwn{append(all, all...)})
	if left := sc.state.OwnTexts(name("anna")); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
	if sc.state.Remarks[his-1].Erased {
		t.Error("what he said went with it")
	}
}
