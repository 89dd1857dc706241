package topic

// SignalRun is a search for behaviour signals as the state keeps it.
type SignalRun struct {
	Seq      uint64
	Time     int64 `class:"conduct"`
	InputSeq uint64
	Result   Digest `class:"conduct"`
}

// SignalsSought is a search for behaviour signals in the state at InputSeq. The
// result is the blob of that digest. It names ballots and authors, though never
// both in one signal, so it is for those who look into it.
type SignalsSought struct {
	InputSeq uint64
	Result   Digest `class:"conduct"`
}

func (*SignalsSought) kind() Kind { return KindSignalsSought }

func (b *SignalsSought) apply(s *State, e *Event) uint64 {
	s.SignalRuns = append(s.SignalRuns, SignalRun{Seq: e.Seq, Time: e.Time, InputSeq: b.InputSeq, Result: b.Result})
	return uint64(len(s.SignalRuns))
}

// RecordSignals records a search made outside from the state at InputSeq.
type RecordSignals struct{ SignalsSought }

// Action names the policy's rule.
func (RecordSignals) Action() Action { return ActionSeekSignals }

func (c RecordSignals) decide(s *State, in *Input) error {
	if c.InputSeq > s.Seq {
		return faultf(CodeInvalid, "the search's input lies ahead of the log")
	}
	b := c.SignalsSought
	in.emit(&b)
	return nil
}

// SignalOutcome is what came of looking into a signal.
type SignalOutcome uint8

// The outcomes.
const (
	SignalNothing  SignalOutcome = iota + 1 // there is nothing to it
	SignalHandedOn                          // moderators or organisers go on with it
)

var signalOutcomes = [...]string{"", "nothing", "handed-on"}

// String is the outcome's name.
func (o SignalOutcome) String() string { return nameOf(signalOutcomes[:], int(o)) }

// MarshalText writes the name.
func (o SignalOutcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads the name.
func (o *SignalOutcome) UnmarshalText(b []byte) error {
	n, err := parseName("outcome of a signal", signalOutcomes[:], b)
	*o = SignalOutcome(n)
	return err
}

// SignalLook is what somebody found who looked into a signal; of several about one
// the last counts.
type SignalLook struct {
	Key     Digest `class:"conduct"`
	Outcome SignalOutcome
	Reason  Digest `class:"conduct"`
	By      Actor
	Time    int64 `class:"conduct"`
}

// SignalHandled says that the actor looked into a signal, and what came of it. It
// changes nothing else: no text is hidden and no vote is moved by it.
type SignalHandled struct {
	Key     Digest `class:"conduct"`
	Outcome SignalOutcome
	Reason  Digest `class:"conduct"`
}

func (*SignalHandled) kind() Kind { return KindSignalHandled }

func (b *SignalHandled) apply(s *State, e *Event) uint64 {
	s.SignalLooks = append(s.SignalLooks, SignalLook{Key: b.Key, Outcome: b.Outcome, Reason: b.Reason, By: e.Actor, Time: e.Time})
	return uint64(len(s.SignalLooks))
}

// maxSignalLooks bounds what is kept of looking into signals.
const maxSignalLooks = 100_000

// HandleSignal says what came of looking into a signal, with the reason. That the
// key is one of the last search's is for who has its result to check.
type HandleSignal struct {
	Key     Digest
	Outcome SignalOutcome
	Reason  Digest
}

// Action names the policy's rule.
func (HandleSignal) Action() Action { return ActionHandleSignals }

func (c HandleSignal) decide(s *State, in *Input) error {
	switch {
	case len(s.SignalRuns) == 0:
		return faultf(CodeConflict, "nobody has looked for signals yet")
	case c.Key.IsZero():
		return faultf(CodeInvalid, "say which signal it is about")
	case c.Outcome != SignalNothing && c.Outcome != SignalHandedOn:
		return faultf(CodeInvalid, "say what came of it: nothing, or handed-on")
	case c.Reason.IsZero():
		return faultf(CodeInvalid, "say why: whoever asks later reads it")
	case len(s.SignalLooks) >= maxSignalLooks:
		return faultf(CodeConflict, "signals were looked into %d times, the most there can be", maxSignalLooks)
	}
	in.emit(&SignalHandled{c.Key, c.Outcome, c.Reason})
	return nil
}

// LookAt answers the last look into a signal, false where nobody has looked.
func (s *State) LookAt(key Digest) (SignalLook, bool) {
	for i := len(s.SignalLooks) - 1; i >= 0; i-- {
		if s.SignalLooks[i].Key == key {
			return s.SignalLooks[i], true
		}
	}
	return SignalLook{}, false
}
