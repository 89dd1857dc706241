package topic

import "slices"

// Mark says that the registrar has set something about applications that
// matters for the draw.
type Mark uint8

// The marks.
const (
	MarkNone     Mark = iota // takes an earlier mark away
	MarkExcluded             // can't be drawn, such as: served before
	MarkIncluded             // gets a seat without a draw
)

var markNames = [...]string{"none", "excluded", "included"}

// String is the mark's name.
func (m Mark) String() string {
	if int(m) < len(markNames) {
		return markNames[m]
	}
	return "unknown"
}

// ParseMark reads the name of a mark.
func ParseMark(name string) (Mark, error) {
	if i := slices.Index(markNames[:], name); i >= 0 {
		return Mark(i), nil
	}
	return 0, faultf(CodeInvalid, "%q is no mark: excluded, included or none", clip(name))
}

// MarkChunk is the most applications of one event, MaxMarkReason the longest
// reason in characters.
const (
	MarkChunk     = 50_000
	MaxMarkReason = 100
)

// ApplicationsMarked sets a mark on applications, for a short official reason
// that is published with how many people it concerns.
type ApplicationsMarked struct {
	Applications []uint64
	Mark         Mark
	Reason       string `class:"decision"`
}

// Marking is an ApplicationsMarked event as the state keeps it.
type Marking struct {
	Seq    uint64
	Mark   Mark
	Reason string `class:"decision"`
	People uint32
}

func (*ApplicationsMarked) kind() Kind { return KindApplicationsMarked }

func (b *ApplicationsMarked) apply(s *State, e *Event) uint64 {
	s.Markings = append(s.Markings, Marking{Seq: e.Seq, Mark: b.Mark, Reason: b.Reason, People: uint32(len(b.Applications))})
	number := uint32(len(s.Markings))
	for _, n := range b.Applications {
		s.Applications[n-1].Marking = number
	}
	return uint64(number)
}

// MarkOf answers an application's mark with its reason.
func (s *State) MarkOf(application uint64) (Mark, string) {
	if n := s.Applications[application-1].Marking; n != 0 {
		return s.Markings[n-1].Mark, s.Markings[n-1].Reason
	}
	return MarkNone, ""
}

// MarkApplications marks applications.
type MarkApplications struct{ ApplicationsMarked }

// Action names the policy's rule.
func (MarkApplications) Action() Action { return ActionMark }

func (c MarkApplications) decide(s *State, in *Input) error {
	if s.Committed() != 0 {
		return s.bound("who is left out or included")
	}
	if int(c.Mark) >= len(markNames) {
		return faultf(CodeInvalid, "there is no such mark")
	}
	if len(c.Applications) == 0 || len(c.Applications) > MarkChunk {
		return faultf(CodeInvalid, "1 to %d people can be marked at once, got %d", MarkChunk, len(c.Applications))
	}
	reason, err := CleanText("reason", c.Reason, MaxMarkReason)
	if err != nil {
		return err
	}
	seen := make(map[uint64]bool, len(c.Applications))
	for _, n := range c.Applications {
		if !among(n, len(s.Applications)) || s.Applications[n-1].Status != ApplicationOpen {
			return faultf(CodeNotFound, "application %d is not in the pool", n)
		}
		if seen[n] {
			return faultf(CodeInvalid, "application %d stands twice", n)
		}
		seen[n] = true
	}
	in.emit(&ApplicationsMarked{Applications: c.Applications, Mark: c.Mark, Reason: reason})
	return nil
}
