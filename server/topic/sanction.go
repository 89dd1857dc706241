package topic

// SanctionKind is what follows for someone who breaks the rules of the debate.
type SanctionKind uint8

// The kinds. Reading, voting and reporting stay whatever the sanction.
const (
	SanctionWarning    SanctionKind = iota + 1 // nothing but to be told
	SanctionTimeout                            // does not write for some minutes
	SanctionSuspension                         // does not write for days, or to the topic's end
)

var sanctionNames = [...]string{"", "warning", "time-out", "suspension"}

// String is the kind's name.
func (k SanctionKind) String() string { return nameOf(sanctionNames[:], int(k)) }

// MarshalText writes the kind's name.
func (k SanctionKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the kind's name.
func (k *SanctionKind) UnmarshalText(b []byte) error {
	n, err := parseName("kind of sanction", sanctionNames[:], b)
	*k = SanctionKind(n)
	return err
}

// Sanction is a warning, a time-out or a suspension of a person in this topic.
type Sanction struct {
	Application uint64
	Kind        SanctionKind
	Until       int64  // Unix milliseconds; 0 for a warning, and for a suspension to the topic's end
	Reason      Digest `class:"conduct"`
	By          Actor
	Time        int64 `class:"conduct"`
	Seq         uint64
	Lifted      int64
	LiftedBy    Actor
	LiftReason  Digest `class:"conduct"`
}

// holds says that a sanction keeps the person from writing at a time.
func (v *Sanction) holds(now int64) bool {
	return v.Lifted == 0 && v.Kind != SanctionWarning && (v.Until == 0 || now < v.Until)
}

// SilencedBy answers the number of the sanction that keeps someone from writing
// at a time, the one that lasts longest, 0 for none.
func (s *State) SilencedBy(application uint64, now int64) uint32 {
	found := uint32(0)
	for _, n := range s.sanctionsOf[application] {
		v := &s.Sanctions[n-1]
		if !v.holds(now) {
			continue
		}
		if found == 0 || v.Until == 0 || (s.Sanctions[found-1].Until != 0 && v.Until > s.Sanctions[found-1].Until) {
			found = n
		}
	}
	return found
}

// SanctionsOf answers the numbers of all sanctions of someone, the first first.
func (s *State) SanctionsOf(application uint64) []uint32 { return s.sanctionsOf[application] }

func (s *State) indexSanctions() {
	s.sanctionsOf = map[uint64][]uint32{}
	for i := range s.Sanctions {
		n := s.Sanctions[i].Application
		s.sanctionsOf[n] = append(s.sanctionsOf[n], uint32(i+1))
	}
}

// writing are the actions that a sanction takes away.
var writing = map[Action]bool{ActionSay: true, ActionFloor: true, ActionAsk: true, ActionReport: true, ActionSubmitIdea: true, ActionRenewIdea: true, ActionProposeOption: true, ActionInviteCoauthor: true}

// Writes says that an action is one that a time-out or a suspension takes away.
func Writes(a Action) bool { return writing[a] }

// mayWrite answers the sanction that keeps the doer from an action.
func (s *State) mayWrite(in *Input, action Action) error {
	if in.actor.Role != RoleCitizen || !writing[action] {
		return nil
	}
	n := s.SilencedBy(in.actor.Number, in.Time)
	switch {
	case n == 0:
		return nil
	case s.Sanctions[n-1].Until == 0:
		return faultf(CodeForbidden, "you are suspended from writing in this topic: you may read, vote, and appeal")
	}
	left := (s.Sanctions[n-1].Until - in.Time + 59_999) / 60_000
	return faultf(CodeForbidden, "you can't write for %d more minute(s), by a decision of the moderators: you may read, vote, and appeal", left)
}

// Sanctioned is a sanction of a person.
type Sanctioned struct {
	Application uint64
	Sanction    SanctionKind
	Until       int64
	Reason      Digest `class:"conduct"`
}

func (*Sanctioned) kind() Kind { return KindSanctioned }

func (b *Sanctioned) apply(s *State, e *Event) uint64 {
	s.Sanctions = append(s.Sanctions, Sanction{Application: b.Application, Kind: b.Sanction, Until: b.Until, Reason: b.Reason, By: e.Actor, Time: e.Time, Seq: e.Seq})
	n := uint32(len(s.Sanctions))
	s.sanctionsOf[b.Application] = append(s.sanctionsOf[b.Application], n)
	if b.Sanction != SanctionWarning {
		s.leaveHall(b.Application, e)
		if table, ok := s.Participant(b.Application); ok && table != 0 {
			s.quit(b.Application, table, e)
		}
	}
	return uint64(n)
}

// Longest sanctions, in minutes.
const (
	MaxTimeout    = 24 * 60
	MaxSuspension = 365 * 24 * 60
	// maxFacilitatorTimeout is the longest that a facilitator gives without a
	// moderator.
	maxFacilitatorTimeout = 60
)

// PunishPerson gives a participant a warning, a time-out or a suspension; the
// answer is the sanction's number.
type PunishPerson struct {
	Application uint64
	Kind        SanctionKind
	Minutes     uint32 // 0 for a warning, and for a suspension to the topic's end
	Reason      Digest
}

// Action names the policy's rule.
func (PunishPerson) Action() Action { return ActionSanction }

func (c PunishPerson) decide(s *State, in *Input) error {
	switch {
	case !among(c.Application, len(s.Applications)):
		return faultf(CodeNotFound, "there is no such participant")
	case c.Kind == 0 || int(c.Kind) >= len(sanctionNames):
		return faultf(CodeInvalid, "choose a warning, a time-out or a suspension")
	case c.Reason.IsZero():
		return faultf(CodeInvalid, "say why: the person reads it")
	case s.wrote(in.Who.Pseudonym, Actor{RoleCitizen, c.Application}):
		return faultf(CodeForbidden, "this concerns yourself: somebody else decides")
	case c.Kind == SanctionWarning && c.Minutes != 0:
		return faultf(CodeInvalid, "a warning has no duration")
	case c.Kind == SanctionTimeout && (c.Minutes == 0 || c.Minutes > MaxTimeout):
		return faultf(CodeInvalid, "a time-out lasts 1 to %d minutes, not %d", MaxTimeout, c.Minutes)
	case c.Kind == SanctionSuspension && c.Minutes > MaxSuspension:
		return faultf(CodeInvalid, "a suspension lasts %d days at most, or to the topic's end", MaxSuspension/(24*60))
	case in.actor.Role == RoleFacilitator && (c.Kind == SanctionSuspension || c.Minutes > maxFacilitatorTimeout):
		return faultf(CodeForbidden, "facilitators give warnings and time-outs of up to %d minutes: a moderator decides on more", maxFacilitatorTimeout)
	}
	until := int64(0)
	if c.Minutes != 0 {
		until = in.Time + int64(c.Minutes)*60_000
	}
	in.emit(&Sanctioned{c.Application, c.Kind, until, c.Reason})
	return nil
}

// SanctionLifted ends a sanction.
type SanctionLifted struct {
	Sanction uint32
	Reason   Digest `class:"conduct"`
}

func (*SanctionLifted) kind() Kind { return KindSanctionLifted }

func (b *SanctionLifted) apply(s *State, e *Event) uint64 {
	v := &s.Sanctions[b.Sanction-1]
	v.Lifted, v.LiftedBy, v.LiftReason = e.Time, e.Actor, b.Reason
	return uint64(b.Sanction)
}

// LiftSanction ends a sanction before its time.
type LiftSanction struct {
	Sanction uint32
	Reason   Digest
}

// Action names the policy's rule.
func (LiftSanction) Action() Action { return ActionSanction }

func (c LiftSanction) decide(s *State, in *Input) error {
	switch {
	case !among(c.Sanction, len(s.Sanctions)):
		return faultf(CodeNotFound, "there is no sanction %d", c.Sanction)
	case c.Reason.IsZero():
		return faultf(CodeInvalid, "say why: the person reads it")
	case s.Sanctions[c.Sanction-1].Lifted != 0:
		return faultf(CodeConflict, "sanction %d was lifted already", c.Sanction)
	case s.wrote(in.Who.Pseudonym, Actor{RoleCitizen, s.Sanctions[c.Sanction-1].Application}):
		return faultf(CodeForbidden, "this concerns yourself: appeal, and somebody else decides")
	case in.actor.Role == RoleFacilitator && s.Sanctions[c.Sanction-1].By.Role != RoleFacilitator:
		return faultf(CodeForbidden, "a moderator decided this: a moderator lifts it")
	}
	in.emit(&SanctionLifted{c.Sanction, c.Reason})
	return nil
}
