package topic

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Beacon is where the randomness of a draw comes from: named before its value
// can be known.
type Beacon struct {
	Kind     string `class:"none"` // drand, public or phrase
	Chain    string `class:"none"` // of drand
	Round    uint64 // of drand
	Source   string `class:"none"` // of a public one: what will be published, by whom; of a phrase: the phrase, where it is given at once
	Expected int64  // Unix milliseconds before which the value can't be known; 0 where that can't be told
}

// The kinds of a beacon.
const (
	BeaconDrand  = "drand"  // a round of the drand network
	BeaconPublic = "public" // a value that others publish
	BeaconPhrase = "phrase" // a text that the organiser names: no proof against the organiser
)

// String says in words where the randomness comes from.
func (b Beacon) String() string {
	switch b.Kind {
	case BeaconDrand:
		return fmt.Sprintf("drand round %d", b.Round)
	case BeaconPublic:
		return "published by others: " + b.Source
	}
	return "a phrase, which is not proof against the organiser"
}

// DrawCommitted fixes all of a draw but its randomness: who is in the pool, the
// rules, the program, and where the randomness will come from.
type DrawCommitted struct {
	InputSeq uint64 // the state that the draw will be made from
	Round    uint32 // of the draw, from 1
	Size     uint32 // seats of the whole panel
	Root     Digest `class:"none"` // Merkle root of the salted pool rows
	Policy   Digest `class:"none"` // of the rules
	Code     Digest `class:"none"` // of the program
	Beacon   Beacon
	Result   Digest `class:"none"` // of the blob with the rules
}

// CommitmentStatus is what became of a commitment.
type CommitmentStatus uint8

// The states of a commitment.
const (
	CommitmentOpen CommitmentStatus = iota
	CommitmentDrawn
	CommitmentAborted
)

// String is the status's name.
func (x CommitmentStatus) String() string { return [...]string{"open", "drawn", "aborted"}[x] }

// Commitment is a DrawCommitted event as the state keeps it.
type Commitment struct {
	Seq    uint64
	Time   int64 `class:"none"`
	Status CommitmentStatus
	Reason string `class:"decision"` // for which it was aborted
	Ended  int64  // when it was drawn from or aborted
	DrawCommitted
	Withdrawn []uint64 // applications that were withdrawn while it was open
}

func (*DrawCommitted) kind() Kind { return KindDrawCommitted }

func (b *DrawCommitted) apply(s *State, e *Event) uint64 {
	s.Commitments = append(s.Commitments, Commitment{Seq: e.Seq, Time: e.Time, DrawCommitted: *b})
	return uint64(len(s.Commitments))
}

// Committed answers the number of the commitment that is open, 0 for none. It
// is always the last.
func (s *State) Committed() uint32 {
	if n := len(s.Commitments); n > 0 && s.Commitments[n-1].Status == CommitmentOpen {
		return uint32(n)
	}
	return 0
}

// bound refuses a change of what an open commitment has fixed.
func (s *State) bound(what string) error {
	return faultf(CodeConflict, "draw %d has been committed and not drawn yet, so %s can't change: draw first, or abort the commitment with a reason", s.Commitments[len(s.Commitments)-1].Round, what)
}

// CommitDraw records a commitment made outside from the state at InputSeq.
type CommitDraw struct{ DrawCommitted }

// Action names the policy's rule.
func (CommitDraw) Action() Action { return ActionDraw }

func (c CommitDraw) decide(s *State, in *Input) error {
	if err := c.check(s, in); err != nil {
		return err
	}
	b := c.DrawCommitted
	in.emit(&b)
	return nil
}

// check says whether a commitment can be made now.
func (b *DrawCommitted) check(s *State, in *Input) error {
	if n := s.Committed(); n != 0 {
		return faultf(CodeConflict, "commitment %d is open already: draw from it, or abort it with a reason", n)
	}
	if b.InputSeq > s.Seq {
		return faultf(CodeInvalid, "the commitment's input %d lies ahead of the log", b.InputSeq)
	}
	if b.Round != uint32(len(s.Rounds)+1) || b.Size != s.Settings.PanelSize {
		return faultf(CodeConflict, "the commitment is to round %d of %d seats, the next is round %d of %d: it changed meanwhile, commit again", b.Round, b.Size, len(s.Rounds)+1, s.Settings.PanelSize)
	}
	return b.Beacon.check(in.Time)
}

func (b *Beacon) check(now int64) error {
	switch {
	case len(b.Chain) > 100 || len(b.Source) > 500 || !utf8.ValidString(b.Chain) || !utf8.ValidString(b.Source):
		return faultf(CodeInvalid, "the beacon's chain or source is too long (100 and 500 bytes) or not valid UTF-8")
	case b.Kind == BeaconDrand:
		if b.Round == 0 || b.Chain == "" || b.Expected == 0 {
			return faultf(CodeInvalid, "a drand beacon needs its chain, a round and the time of that round")
		}
		if b.Expected <= now {
			return faultf(CodeInvalid, "drand round %d is not in the future: its value could be known already, name a later round", b.Round)
		}
	case b.Kind == BeaconPublic:
		if strings.TrimSpace(b.Source) == "" {
			return faultf(CodeInvalid, "say what will be published, by whom and when, such as: the six numbers of the lottery of 1 December, as announced")
		}
		if b.Expected != 0 && b.Expected <= now {
			return faultf(CodeInvalid, "what is to be published must not be known yet: its time lies in the past")
		}
	case b.Kind != BeaconPhrase:
		return faultf(CodeInvalid, "%q is no kind of beacon: drand, public or phrase", clip(b.Kind))
	}
	return nil
}

// value says whether a beacon's value may be used now.
func (b *Beacon) value(seed string, now int64) error {
	switch {
	case strings.TrimSpace(seed) == "" || len(seed) > MaxBeacon || !utf8.ValidString(seed):
		return faultf(CodeInvalid, "the beacon's value is missing, longer than %d bytes or not valid UTF-8", MaxBeacon)
	case b.Due(now) != nil:
		return b.Due(now)
	case b.Kind == BeaconPhrase && b.Source != "" && seed != b.Source:
		return faultf(CodeConflict, "the phrase was committed to already and can't be another one now")
	}
	return nil
}

// Due refuses a draw before the time at which the beacon's value is expected; now
// is Unix milliseconds.
func (b *Beacon) Due(now int64) error {
	if now >= b.Expected {
		return nil
	}
	return faultf(CodeConflict, "the value is expected on %s and can't be known before: wait until it is published, or abort the commitment with a reason",
		time.UnixMilli(b.Expected).UTC().Format("2 January 2006, 15:04:05 UTC"))
}

// MaxBeacon is the longest value of a beacon in bytes.
const MaxBeacon = 1000

// DrawAborted ends a commitment without a draw. The reason is official and
// stands in the log.
type DrawAborted struct {
	Commitment uint32
	Reason     string `class:"decision"`
}

func (*DrawAborted) kind() Kind { return KindDrawAborted }

func (b *DrawAborted) apply(s *State, e *Event) uint64 {
	c := &s.Commitments[b.Commitment-1]
	c.Status, c.Reason, c.Ended = CommitmentAborted, b.Reason, e.Time
	return uint64(b.Commitment)
}

// AbortDraw ends the open commitment for a reason.
type AbortDraw struct{ Reason string }

// Action names the policy's rule.
func (AbortDraw) Action() Action { return ActionAbortDraw }

func (c AbortDraw) decide(s *State, in *Input) error {
	n := s.Committed()
	if n == 0 {
		return faultf(CodeConflict, "no commitment is open, so there is none to abort")
	}
	reason, err := CleanText("reason", c.Reason, MaxReason)
	if err != nil {
		return err
	}
	in.emit(&DrawAborted{Commitment: n, Reason: reason})
	return nil
}
