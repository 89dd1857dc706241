package topic

// Tally is a tally as the state keeps it.
type Tally struct {
	Seq      uint64
	Time     int64 `class:"none"`
	InputSeq uint64
	Seed     string `class:"none"`
	Result   Digest `class:"none"`
}

// Tallied is a count and ranking of the votes in the state at InputSeq. The
// result is the blob of that digest.
type Tallied struct {
	InputSeq uint64
	Seed     string `class:"none"`
	Result   Digest `class:"none"`
}

func (*Tallied) kind() Kind { return KindTallied }

func (b *Tallied) apply(s *State, e *Event) uint64 {
	s.Tallies = append(s.Tallies, Tally{Seq: e.Seq, Time: e.Time, InputSeq: b.InputSeq, Seed: b.Seed, Result: b.Result})
	return uint64(len(s.Tallies))
}

// RecordTally records a tally made outside from the state at InputSeq.
type RecordTally struct{ Tallied }

// Action names the policy's rule.
func (RecordTally) Action() Action { return ActionTally }

func (c RecordTally) decide(s *State, in *Input) error {
	if c.InputSeq > s.Seq {
		return faultf(CodeInvalid, "the tally's input lies ahead of the log")
	}
	if s.VoteCount == 0 {
		return faultf(CodeConflict, "there are no votes to count yet")
	}
	if s.ResultsHidden() {
		return faultf(CodeConflict, "the rule of this rating hides its results until it closes: open the next step, then count")
	}
	if r := s.Rule(); r != nil && r.Seed != c.Seed {
		return faultf(CodeConflict, "the count's seed is not the rule's, %q", clip(r.Seed))
	}
	b := c.Tallied
	in.emit(&b)
	return nil
}
