package topic

// DisclosureGround is why somebody has to know who wrote a text. There are few, and
// they are fixed: curiosity is none.
type DisclosureGround uint8

// The grounds.
const (
	GroundThreat DisclosureGround = iota + 1 // somebody's life or health is in danger
	GroundOrder                              // a court or an authority orders it
)

var groundNames = [...]string{"", "threat-to-life", "court-order"}

// String is the ground's name.
func (g DisclosureGround) String() string { return nameOf(groundNames[:], int(g)) }

// MarshalText writes the ground's name.
func (g DisclosureGround) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads the ground's name.
func (g *DisclosureGround) UnmarshalText(b []byte) error {
	n, err := parseName("ground for learning who wrote something", groundNames[:], b)
	*g = DisclosureGround(n)
	return err
}

// DisclosureStatus is where a wish to learn who wrote something stands.
type DisclosureStatus uint8

// The states.
const (
	DisclosureAsked DisclosureStatus = iota
	DisclosureGranted
	DisclosureRefused
	DisclosureMadeOnce // the name was shown, and is not shown again
)

var disclosureStates = [...]string{"asked", "granted", "refused", "shown"}

// String is the state's name.
func (d DisclosureStatus) String() string { return nameOf(disclosureStates[:], int(d)) }

// MarshalText writes the state's name.
func (d DisclosureStatus) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Disclosure is a registrar's wish to learn who wrote a text, and what became of it.
// No name and no text stands in it, in no event and in no state.
type Disclosure struct {
	Subject Subject
	Ground  DisclosureGround
	Reason  Digest `class:"request"`
	By      Actor
	Time    int64 `class:"request"`
	Status  DisclosureStatus
	Decided Actor
	Because Digest `class:"request"` // why it was granted or refused
	At      int64  // when
	Shown   int64
}

// DisclosureLife is how long a granted wish can be used, in milliseconds.
const DisclosureLife = 7 * 24 * 3600 * 1000

// maxDisclosures bounds the wishes of a topic; most have none.
const maxDisclosures = 10_000

// DisclosureAskedFor says that the actor asks who wrote a text.
type DisclosureAskedFor struct {
	Subject Subject
	Ground  DisclosureGround
	Reason  Digest `class:"request"`
}

func (*DisclosureAskedFor) kind() Kind { return KindDisclosureAskedFor }

func (b *DisclosureAskedFor) apply(s *State, e *Event) uint64 {
	s.Disclosures = append(s.Disclosures, Disclosure{Subject: b.Subject, Ground: b.Ground, Reason: b.Reason, By: e.Actor, Time: e.Time})
	return uint64(len(s.Disclosures))
}

// AskDisclosure asks who wrote a remark or an idea.
type AskDisclosure struct{ DisclosureAskedFor }

// Action names the policy's rule.
func (AskDisclosure) Action() Action { return ActionAskDisclosure }

func (c AskDisclosure) decide(s *State, in *Input) error {
	x := c.Subject
	switch author := s.AuthorOf(x); {
	case x.Kind != SubjectRemark && x.Kind != SubjectIdea:
		return faultf(CodeInvalid, "who wrote something can be asked of a message or an idea")
	case !s.exists(x):
		return faultf(CodeNotFound, "there is no %s %d", x.Kind, x.Number)
	case author.Role != RoleCitizen || author.Number == 0:
		return faultf(CodeConflict, "%s %d was written by no person of the panel: the staff's own messages say who wrote them, and imported ideas have no author here", x.Kind, x.Number)
	case c.Ground != GroundThreat && c.Ground != GroundOrder:
		return faultf(CodeInvalid, "say what makes it necessary: threat-to-life or court-order")
	case c.Reason.IsZero():
		return faultf(CodeInvalid, "say why: whoever approves it reads it")
	case len(s.Disclosures) >= maxDisclosures:
		return faultf(CodeConflict, "there are %d such wishes, the most there can be", maxDisclosures)
	}
	for i := range s.Disclosures {
		if d := &s.Disclosures[i]; d.Subject == x && (d.Status == DisclosureAsked || d.usable(in.Time)) {
			return faultf(CodeConflict, "it has been asked already who wrote %s %d, as number %d", x.Kind, x.Number, i+1)
		}
	}
	b := c.DisclosureAskedFor
	in.emit(&b)
	return nil
}

// usable says that the name can be shown.
func (d *Disclosure) usable(now int64) bool {
	return d.Status == DisclosureGranted && now < d.At+DisclosureLife
}

// DisclosureDecided says whether the name may be shown.
type DisclosureDecided struct {
	Disclosure uint32
	Granted    bool
	Reason     Digest `class:"request"`
}

func (*DisclosureDecided) kind() Kind { return KindDisclosureDecided }

func (b *DisclosureDecided) apply(s *State, e *Event) uint64 {
	d := &s.Disclosures[b.Disclosure-1]
	d.Status, d.Decided, d.Because, d.At = DisclosureRefused, e.Actor, b.Reason, e.Time
	if b.Granted {
		d.Status = DisclosureGranted
	}
	return uint64(b.Disclosure)
}

// DecideDisclosure grants or refuses a wish of somebody else.
type DecideDisclosure struct{ DisclosureDecided }

// Action names the policy's rule.
func (DecideDisclosure) Action() Action { return ActionDecideDisclosure }

func (c DecideDisclosure) decide(s *State, in *Input) error {
	d, err := s.disclosure(c.Disclosure)
	switch {
	case err != nil:
		return err
	case s.samePerson(d.By, in.Who):
		return faultf(CodeForbidden, "you asked for this yourself: it takes two people, and another registrar or an administrator decides, whatever other roles you have")
	case d.Status != DisclosureAsked:
		return faultf(CodeConflict, "this has been decided already: it was %s", d.Status)
	case c.Reason.IsZero():
		return faultf(CodeInvalid, "say why: auditors read it")
	}
	b := c.DisclosureDecided
	in.emit(&b)
	return nil
}

func (s *State) disclosure(n uint32) (*Disclosure, error) {
	if !among(n, len(s.Disclosures)) {
		return nil, faultf(CodeNotFound, "nobody asked for this: there is no number %d", n)
	}
	return &s.Disclosures[n-1], nil
}

// samePerson says that a member of the staff is the one of who, in whichever role: a
// person has one pseudonym for all their duties in a topic.
func (s *State) samePerson(by Actor, who Who) bool {
	return among(by.Number, len(s.Staff)) && s.Staff[by.Number-1].Pseudonym == who.Pseudonym
}

// DisclosureShown says that the actor was shown who wrote the text.
type DisclosureShown struct{ Disclosure uint32 }

func (*DisclosureShown) kind() Kind { return KindDisclosureShown }

func (b *DisclosureShown) apply(s *State, e *Event) uint64 {
	d := &s.Disclosures[b.Disclosure-1]
	d.Status, d.Shown = DisclosureMadeOnce, e.Time
	return uint64(b.Disclosure)
}

// ShowDisclosure lets who asked see the name, once.
type ShowDisclosure struct{ Disclosure uint32 }

// Action names the policy's rule.
func (ShowDisclosure) Action() Action { return ActionShowDisclosure }

func (c ShowDisclosure) decide(s *State, in *Input) error {
	d, err := s.disclosure(c.Disclosure)
	switch {
	case err != nil:
		return err
	case !s.samePerson(d.By, in.Who):
		return faultf(CodeForbidden, "only who asked is shown the name")
	case d.Status == DisclosureMadeOnce:
		return faultf(CodeConflict, "the name was shown already, and is shown once: ask again, with a reason")
	case d.Status != DisclosureGranted:
		return faultf(CodeConflict, "nobody else has approved this yet: it is %s", d.Status)
	case !d.usable(in.Time):
		return faultf(CodeConflict, "this was approved more than a week ago: ask again")
	}
	in.emit(&DisclosureShown{c.Disclosure})
	return nil
}

func (s *State) soundDisclosures() bool {
	return every(s.Disclosures, func(_ int, d *Disclosure) bool {
		return (d.Subject.Kind == SubjectRemark || d.Subject.Kind == SubjectIdea) && s.exists(d.Subject) && d.Status <= DisclosureMadeOnce &&
			among(s.AuthorOf(d.Subject).Number, len(s.Applications)) && among(d.By.Number, len(s.Staff))
	})
}
