package topic

// ConsentText is one text that applicants agreed to. The words stand in the
// settings of the event Seq.
type ConsentText struct {
	Version string `class:"none"`
	Text    string `class:"none"`
	Seq     uint64
	Time    int64 `class:"none"` // Unix milliseconds
}

// consents notes the text that applicants are asked to agree to from now on.
func (s *State) consents(e *Event) {
	f := &s.Settings.Form
	if n := len(s.Consents); n == 0 || s.Consents[n-1].Version != f.ConsentVersion || s.Consents[n-1].Text != f.Consent {
		s.Consents = append(s.Consents, ConsentText{Version: f.ConsentVersion, Text: f.Consent, Seq: e.Seq, Time: e.Time})
	}
}

// consentStands says whether an application's person has agreed to the text of
// today. People who came by file have agreed elsewhere.
func (s *State) consentStands(a *Application) bool {
	return a.Consent == 0 || int(a.Consent) == len(s.Consents)
}

// AsksAgain says whether the person of an application has to read and agree to
// a text that changed since.
func (s *State) AsksAgain(application uint64) bool {
	a := &s.Applications[application-1]
	return a.Status == ApplicationOpen && !s.consentStands(a)
}

// ConsentGiven says that the person of an application agreed to the text of that
// version, which came after the one that they had agreed to.
type ConsentGiven struct {
	Application uint64
	Version     string `class:"consent"`
}

func (*ConsentGiven) kind() Kind { return KindConsentGiven }

func (b *ConsentGiven) apply(s *State, e *Event) uint64 {
	a := &s.Applications[b.Application-1]
	a.Consent, a.Consented = uint32(len(s.Consents)), e.Time
	return b.Application
}

// GiveConsent agrees to the text of today for the actor's application.
type GiveConsent struct{ Version string }

// Action names the policy's rule.
func (GiveConsent) Action() Action { return ActionGiveConsent }

func (c GiveConsent) decide(s *State, in *Input) error {
	n := in.actor.Number
	switch {
	case n == 0 || s.Applications[n-1].Status != ApplicationOpen:
		return faultf(CodeConflict, "there is no application of yours to agree for")
	case c.Version != s.Settings.Form.ConsentVersion:
		return faultf(CodeInvalid, "consent was given to version %q, the form asks for version %q: read it again and agree", clip(c.Version), s.Settings.Form.ConsentVersion)
	case !s.AsksAgain(n):
		return nil
	}
	in.emit(&ConsentGiven{Application: n, Version: c.Version})
	return nil
}

// Leaving is why nobody stands behind an application any more.
type Leaving uint8

// The ways to leave.
const (
	Stays        Leaving = iota
	TookBack             // took back what they agreed to
	LeftForGood          // had everything about them erased
	leavingCount         // how many there are
)

// ConsentWithdrawn ends an application, in whatever step: the person took back
// what they agreed to. A seat is declined. What they answered is destroyed as
// soon as no draw is committed to.
type ConsentWithdrawn struct {
	Application uint64
	Leaving     Leaving
}

func (*ConsentWithdrawn) kind() Kind { return KindConsentWithdrawn }

func (b *ConsentWithdrawn) apply(s *State, e *Event) uint64 {
	a := &s.Applications[b.Application-1]
	a.Leaving = b.Leaving
	if a.Status == ApplicationOpen {
		a.Status = ApplicationWithdrawn
		s.open--
		if n := s.Committed(); n != 0 && a.Seat == 0 {
			c := &s.Commitments[n-1]
			c.Withdrawn = append(c.Withdrawn, b.Application)
		}
	}
	if a.Seat != 0 && s.Seats[a.Seat-1].Status != SeatDeclined {
		s.decline(a.Seat, e)
	}
	return b.Application
}

// WithdrawConsent takes back what the actor agreed to.
type WithdrawConsent struct{ Leaving Leaving }

// Action names the policy's rule.
func (WithdrawConsent) Action() Action { return ActionWithdrawConsent }

func (c WithdrawConsent) decide(s *State, in *Input) error {
	n := in.actor.Number
	switch {
	case c.Leaving == Stays || c.Leaving >= leavingCount:
		return faultf(CodeInvalid, "%d is no way to leave", c.Leaving)
	case n == 0:
		return faultf(CodeConflict, "there is no application of yours, so there is no consent to take back")
	case s.Applications[n-1].Status == ApplicationImporting:
		return faultf(CodeConflict, "the import that you came with is not complete: try again in a moment")
	case s.Applications[n-1].Leaving >= c.Leaving:
		return nil
	}
	in.emit(&ConsentWithdrawn{Application: n, Leaving: c.Leaving})
	return nil
}
