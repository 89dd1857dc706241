package topic

// Moderation is how a topic is moderated. Zero numbers stand for the defaults.
type Moderation struct {
	Before bool // what citizens write is shown when one of the staff has read it
	Second bool // a removal from the queue takes effect when a second person confirms it
	Open   bool // the statistics of removals are public

	// Hours in which a case of each severity is to be decided.
	Urgent uint32
	High   uint32
	Normal uint32

	Responsible string `class:"decision"` // who answers problem reports, by name or office
	Days        uint32 // in which they are to be solved

	Checked OperationSet // steps on the board that take effect when a second person confirms them
}

// Defaults of Moderation.
const (
	defaultUrgent = 2
	defaultHigh   = 24
	defaultNormal = 72
	defaultDays   = 14
	maxHours      = 1000
	maxDays       = 365
)

// Deadline is when a case of that severity, waiting since, is to be decided.
func (m *Moderation) Deadline(v Severity, since int64) int64 {
	hours := [...]uint32{SeverityNormal: m.Normal, SeverityHigh: m.High, SeverityUrgent: m.Urgent}[v]
	if hours == 0 {
		hours = [...]uint32{SeverityNormal: defaultNormal, SeverityHigh: defaultHigh, SeverityUrgent: defaultUrgent}[v]
	}
	return since + int64(hours)*3_600_000
}

// Complete answers the rules with the defaults filled in.
func (m Moderation) Complete() Moderation {
	for _, x := range []struct {
		n         *uint32
		otherwise uint32
	}{{&m.Urgent, defaultUrgent}, {&m.High, defaultHigh}, {&m.Normal, defaultNormal}, {&m.Days, defaultDays}} {
		if *x.n == 0 {
			*x.n = x.otherwise
		}
	}
	return m
}

// ModerationChanged sets how the topic is moderated.
type ModerationChanged struct{ Moderation Moderation }

func (*ModerationChanged) kind() Kind { return KindModerationChanged }

func (b *ModerationChanged) apply(s *State, _ *Event) uint64 {
	s.Moderation = b.Moderation
	return 0
}

// ChangeModeration sets how the topic is moderated.
type ChangeModeration struct{ Moderation }

// Action names the policy's rule.
func (ChangeModeration) Action() Action { return ActionPlan }

func (c ChangeModeration) decide(s *State, in *Input) error {
	for _, x := range []struct {
		what  string
		hours uint32
	}{{"urgent", c.Urgent}, {"high", c.High}, {"normal", c.Normal}} {
		if x.hours > maxHours {
			return faultf(CodeInvalid, "%d hours for %s cases are more than %d", x.hours, x.what, maxHours)
		}
	}
	if !c.Checked.sound() {
		return faultf(CodeInvalid, "the steps of the board that take a second check are not among those that can")
	}
	if c.Days > maxDays {
		return faultf(CodeInvalid, "%d days for problem reports are more than %d", c.Days, maxDays)
	}
	if err := wordings([]wording{{"responsible", c.Responsible, false, MaxTitle}}); err != nil {
		return err
	}
	if c.Moderation != s.Moderation {
		in.emit(&ModerationChanged{c.Moderation})
	}
	return nil
}
