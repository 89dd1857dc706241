package topic

// ApplicationStatus is where an application stands, apart from the draw.
type ApplicationStatus uint8

// The states of an application.
const (
	ApplicationNone ApplicationStatus = iota
	ApplicationOpen
	ApplicationWithdrawn
	ApplicationImporting // part of an import that is not complete yet
	ApplicationDouble    // set aside: another application of the same person stands
)

// Application is one person in the pool. What they answered is a pool row, an
// erasable text of which only the digest stands here.
type Application struct {
	Pseudonym Pseudonym `class:"pseudonym"`
	Row       Digest    `class:"answers"`
	Status    ApplicationStatus
	Import    uint32 // number of the import it came with, 0 for none
	Seat      uint32 // number of the seat it got, 0 for none
	Reserve   uint32 // place among the reserves, 0 for none
	Round     uint32 // the draw round of the seat or reserve place, from 1
	Marking   uint32 // number of the last marking that concerns it, 0 for none

	Consent   uint32  // number of the text that the person agreed to, 0 for people who came by file
	Consented int64   `class:"consent"` // when, Unix milliseconds
	Leaving   Leaving // whether the person took back what they agreed to
	Erased    bool    // the row is gone for good
}

// Applied adds the actor's application, or replaces the one it withdrew.
type Applied struct {
	Pseudonym Pseudonym `class:"pseudonym"`
	Row       Digest    `class:"answers"`
	Consent   string    `class:"consent"` // version of the consent given
}

func (*Applied) kind() Kind { return KindApplied }

func (b *Applied) apply(s *State, e *Event) uint64 {
	s.open++
	fresh := Application{Pseudonym: b.Pseudonym, Row: b.Row, Status: ApplicationOpen, Consent: uint32(len(s.Consents)), Consented: e.Time}
	if n, ok := s.byPseudonym[b.Pseudonym]; ok {
		was := &s.Applications[n-1]
		s.Superseded = append(s.Superseded, Superseded{Text: was.Row, Row: true, By: Actor{RoleCitizen, n}, Erased: was.Erased})
		*was = fresh
		return n
	}
	return s.addApplication(fresh)
}

func (s *State) addApplication(a Application) uint64 {
	s.Applications = append(s.Applications, a)
	n := uint64(len(s.Applications))
	s.byPseudonym[a.Pseudonym] = n
	return n
}

// Withdrawn takes the actor's application back.
type Withdrawn struct{ Application uint64 }

func (*Withdrawn) kind() Kind { return KindWithdrawn }

func (b *Withdrawn) apply(s *State, _ *Event) uint64 {
	s.Applications[b.Application-1].Status = ApplicationWithdrawn
	s.open--
	if n := s.Committed(); n != 0 {
		c := &s.Commitments[n-1]
		c.Withdrawn = append(c.Withdrawn, b.Application)
	}
	return b.Application
}

// Apply enters the actor into the pool with the row of that digest.
type Apply struct {
	Row     Digest
	Consent string
}

// Action names the policy's rule.
func (Apply) Action() Action { return ActionApply }

func (c Apply) decide(s *State, in *Input) error {
	if err := s.PoolOpen(); err != nil {
		return err
	}
	if c.Row.IsZero() {
		return faultf(CodeInvalid, "the application has no answers")
	}
	if c.Consent != s.Settings.Form.ConsentVersion {
		return faultf(CodeInvalid, "consent was given to version %q, the form asks for version %q: read it again and agree", clip(c.Consent), s.Settings.Form.ConsentVersion)
	}
	if n := in.actor.Number; n != 0 && (s.Applications[n-1].Status != ApplicationWithdrawn || s.seated(n)) {
		return faultf(CodeAlreadyApplied, "you have applied already: one person, one application")
	}
	in.emit(&Applied{Pseudonym: in.Who.Pseudonym, Row: c.Row, Consent: c.Consent})
	return nil
}

// Withdraw takes the actor's application back.
type Withdraw struct{}

// Action names the policy's rule.
func (Withdraw) Action() Action { return ActionWithdraw }

func (Withdraw) decide(s *State, in *Input) error {
	n := in.actor.Number
	if n == 0 || s.Applications[n-1].Status != ApplicationOpen {
		return faultf(CodeConflict, "there is no application of yours to withdraw")
	}
	if s.seated(n) { // a second application could draw a second seat
		return faultf(CodeConflict, "your application has a seat in the panel: decline the seat instead, in the step draw or debate")
	}
	in.emit(&Withdrawn{Application: n})
	return nil
}

// seated says that an application has a seat that was not declined.
func (s *State) seated(application uint64) bool {
	seat := s.Applications[application-1].Seat
	return seat != 0 && s.Seats[seat-1].Status != SeatDeclined
}

// ApplicationOf answers the number of a pseudonym's application, 0 for none.
func (s *State) ApplicationOf(p Pseudonym) uint64 { return s.byPseudonym[p] }

// PoolOpen answers nil while people can join the pool: in the applications, and
// where there is no draw, in the debate too, which is then open to all. A draw
// that was committed to and not made yet closes it.
func (s *State) PoolOpen() error {
	if s.Committed() != 0 {
		return s.bound("who is in the pool")
	}
	if s.StageKind() == StageDebate && s.hasStage(StageDraw) {
		return faultf(CodeWrongStage, "applications are closed: the participants have been drawn")
	}
	return nil
}
