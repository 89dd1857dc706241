package topic

import "time"

// DeletionStatus is where the wish to delete a whole topic stands.
type DeletionStatus uint8

// The states.
const (
	DeletionNone DeletionStatus = iota
	DeletionAsked
	DeletionAgreed // by a second person: it will be done after [DeletionWindow]
	DeletionRefused
	DeletionCalledOff
)

var deletionStates = [...]string{"", "asked", "agreed", "refused", "called-off"}

// String is the state's name.
func (d DeletionStatus) String() string { return nameOf(deletionStates[:], int(d)) }

// MarshalText writes the state's name.
func (d DeletionStatus) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the state's name.
func (d *DeletionStatus) UnmarshalText(b []byte) error {
	n, err := parseName("answer to a wish to delete a topic", deletionStates[:], b)
	*d = DeletionStatus(n)
	return err
}

// Deletion is the last wish to delete the topic with all that it holds.
type Deletion struct {
	Status  DeletionStatus
	By      Actor
	Time    int64  `class:"decision"`
	Reason  string `class:"decision"` // public: it is what stays
	Decided Actor
	At      int64  // when
	Because string `class:"decision"` // why it was refused or called off
}

// DeletionWindow is how long a deletion that two people agreed on can be called
// off, in milliseconds.
const DeletionWindow = 7 * 24 * 3600 * 1000

// longestDeletionReason is in characters.
const longestDeletionReason = 1000

// Due is when the topic is destroyed, 0 where nobody agreed on that.
func (d *Deletion) Due() int64 {
	if d.Status != DeletionAgreed {
		return 0
	}
	return d.At + DeletionWindow
}

// closing are the actions that are still possible in a topic that is to be deleted:
// calling that off, what is owed to people whom data is about, and looking.
var closing = map[Action]bool{
	ActionDecideDeletion: true, ActionErase: true, ActionEraseOwn: true, ActionWithdrawConsent: true, ActionRetain: true,
	ActionAskDisclosure: true, ActionDecideDisclosure: true, ActionShowDisclosure: true,
}

// Closing says that an action is not possible any more, since the topic is to be
// deleted.
func (s *State) Closing(action Action) bool { return s.Deletion.Due() != 0 && !closing[action] }

// mayChange refuses what would go on in a topic that is to be deleted.
func (s *State) mayChange(in *Input, action Action) error {
	due := s.Deletion.Due()
	if in.Who.Role == RoleSystem || !s.Closing(action) {
		return nil
	}
	return faultf(CodeConflict, "this topic is closed and will be deleted on %s: %s", time.UnixMilli(due).UTC().Format("2 January 2006, 15:04 UTC"), s.Deletion.Reason)
}

// DeletionAskedFor says that the actor wants the topic to be deleted, and why.
type DeletionAskedFor struct {
	Reason string `class:"decision"`
}

func (*DeletionAskedFor) kind() Kind { return KindDeletionAskedFor }

func (b *DeletionAskedFor) apply(s *State, e *Event) uint64 {
	s.Deletion = Deletion{Status: DeletionAsked, By: e.Actor, Time: e.Time, Reason: b.Reason}
	return 0
}

// AskDeletion asks that the topic be deleted. Title is the topic's, typed again.
type AskDeletion struct {
	DeletionAskedFor
	Title string
}

// Action names the policy's rule.
func (AskDeletion) Action() Action { return ActionAskDeletion }

func (c AskDeletion) decide(s *State, in *Input) error {
	if s.Deletion.Status == DeletionAsked {
		return faultf(CodeConflict, "somebody asked for this already, and a second person has not answered yet")
	}
	if c.Title != s.Settings.Title {
		return faultf(CodeInvalid, "the title is not the topic's: type %q", s.Settings.Title)
	}
	reason, err := CleanText("reason", c.Reason, longestDeletionReason)
	if err != nil {
		return err
	}
	in.emit(&DeletionAskedFor{reason})
	return nil
}

// DeletionDecided says what became of the wish.
type DeletionDecided struct {
	Outcome DeletionStatus
	Reason  string `class:"decision"` // "" where it was agreed to
}

func (*DeletionDecided) kind() Kind { return KindDeletionDecided }

func (b *DeletionDecided) apply(s *State, e *Event) uint64 {
	d := &s.Deletion
	d.Status, d.Decided, d.At, d.Because = b.Outcome, e.Actor, e.Time, b.Reason
	return 0
}

// DecideDeletion agrees to a wish of somebody else, refuses it, or calls off what
// was agreed on.
type DecideDeletion struct{ DeletionDecided }

// Action names the policy's rule.
func (DecideDeletion) Action() Action { return ActionDecideDeletion }

func (c DecideDeletion) decide(s *State, in *Input) error {
	d := &s.Deletion
	switch c.Outcome {
	case DeletionAgreed, DeletionRefused:
		switch {
		case d.Status != DeletionAsked:
			return faultf(CodeConflict, "nobody waits for an answer whether this topic is to be deleted")
		case c.Outcome == DeletionAgreed && s.samePerson(d.By, in.Who):
			return faultf(CodeForbidden, "you asked for this yourself: it takes two people, whatever other roles you have")
		}
	case DeletionCalledOff:
		if d.Status != DeletionAgreed && d.Status != DeletionAsked {
			return faultf(CodeConflict, "this topic is not to be deleted: there is nothing to call off")
		}
	default:
		return faultf(CodeInvalid, "say whether the topic is to be deleted: agreed, refused or called-off")
	}
	b := DeletionDecided{Outcome: c.Outcome}
	if c.Outcome != DeletionAgreed {
		var err error
		if b.Reason, err = CleanText("reason", c.Reason, longestDeletionReason); err != nil {
			return err
		}
	}
	in.emit(&b)
	return nil
}

func (s *State) soundDeletion() bool {
	d := &s.Deletion
	return d.Status <= DeletionCalledOff && (d.Status == DeletionNone || among(d.By.Number, len(s.Staff)))
}
