package topic

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// SaltedBallot is the length of a ballot's salt in bytes: without it the hash of
// a ballot's event would tell the few things that a ballot can say.
const SaltedBallot = 16

// PollBallotsIssued puts ballots on the roll of a poll. Where many are issued at
// once they are sorted, so that the order tells nothing about the people.
type PollBallotsIssued struct {
	Poll       uint32
	Pseudonyms []Pseudonym `class:"pseudonym"`
	Strata     []string    `class:"none"`
	Of         []uint32    // by pseudonym, from 1, 0 for none; empty where nothing is watched
}

func (*PollBallotsIssued) kind() Kind { return KindPollBallotsIssued }

func (b *PollBallotsIssued) apply(s *State, _ *Event) uint64 {
	p := &s.Polls[b.Poll-1]
	first := len(p.Roll)
	for _, x := range b.Pseudonyms {
		p.Roll = append(p.Roll, x)
		p.Marks, p.Cast = append(p.Marks, 0), append(p.Cast, 0)
		p.roll.add(p.Roll)
	}
	if len(b.Of) > 0 {
		p.Strata, p.StratumOf = stratify(p.Strata, p.StratumOf, len(p.Roll), first, b.Strata, b.Of)
	}
	return uint64(len(p.Roll))
}

// IssuePollBallots puts those on the roll of an open poll who are not on it yet.
// Where everyone may vote each ballot is issued as it is cast.
type IssuePollBallots struct{ PollBallotsIssued }

// Action names the policy's rule.
func (IssuePollBallots) Action() Action { return ActionIssuePollBallots }

func (c IssuePollBallots) decide(s *State, in *Input) error {
	p, err := s.poll(c.Poll)
	switch {
	case err != nil:
		return err
	case p.Status != PollOpen:
		return faultf(CodeConflict, "poll %d is not open", c.Poll)
	case p.Electorate == ElectorateEveryone:
		return faultf(CodeConflict, "in poll %d everyone may vote: each ballot is issued as it is cast", c.Poll)
	case len(c.Of) > 0 && len(c.Of) != len(c.Pseudonyms) || len(c.Strata) > maxStratumCount:
		return faultf(CodeInvalid, "%d strata for %d ballots", len(c.Of), len(c.Pseudonyms))
	}
	b := PollBallotsIssued{Poll: c.Poll, Strata: c.Strata}
	for i, x := range c.Pseudonyms {
		if i > 0 && bytes.Compare(c.Pseudonyms[i-1][:], x[:]) >= 0 {
			return faultf(CodeInvalid, "ballot pseudonyms are not sorted and unique")
		}
		if p.BallotOf(x) != 0 {
			continue
		}
		b.Pseudonyms = append(b.Pseudonyms, x)
		if len(c.Of) > 0 {
			if !atMost(c.Of[i], len(c.Strata)) {
				return faultf(CodeInvalid, "there is no stratum %d", c.Of[i])
			}
			b.Of = append(b.Of, c.Of[i])
		}
	}
	if len(b.Pseudonyms) > 0 {
		in.emit(&b)
	}
	return nil
}

// BallotCast is the actor ballot's word in a poll; the last by sequence counts.
// The actor's number is the ballot's place on that poll's roll.
type BallotCast struct {
	Poll  uint32
	Marks uint32             // bit i is option i+1
	Salt  [SaltedBallot]byte `class:"ballot"`
}

func (*BallotCast) kind() Kind { return KindBallotCast }

func (b *BallotCast) apply(s *State, e *Event) uint64 {
	p := &s.Polls[b.Poll-1]
	at := e.Actor.Number - 1
	first := p.Marks[at] == 0
	p.count(p.Marks[at], -1)
	p.Marks[at], p.Cast[at] = b.Marks, e.Seq
	p.count(b.Marks, 1)
	if first && p.cast%FewBallots == 0 {
		p.Step = append(p.Step[:0], p.counts...)
	}
	return e.Seq
}

func (p *Poll) count(marks uint32, by int) {
	if marks == 0 {
		return
	}
	p.cast += uint64(by)
	for m := marks; m != 0; m &= m - 1 {
		p.counts[bits.TrailingZeros32(m)] += uint64(by)
	}
}

// CastBallot says the word of a poll's ballot; it takes the place of an earlier
// one. The doer's pseudonym is the one of the poll's roll. The answer is the seq
// of the event that holds the ballot.
type CastBallot struct {
	Poll    uint32
	Options []uint32 // from 1
	Salt    [SaltedBallot]byte
}

// Action names the policy's rule.
func (CastBallot) Action() Action { return ActionCastBallot }

func (c CastBallot) decide(s *State, in *Input) error {
	p, err := s.poll(c.Poll)
	if err != nil {
		return err
	}
	if in.actor.Role != RoleBallot {
		return faultf(CodeForbidden, "a ballot is cast under its own name")
	}
	if p.Status != PollOpen || p.Closes != 0 && in.Time >= p.Closes {
		return faultf(CodeWrongStage, "poll %d takes no ballots now", c.Poll)
	}
	if why := s.outOfTime(p); why != "" {
		return faultf(CodeWrongStage, "%s: it takes no ballots now", why)
	}
	if n := uint32(len(c.Options)); n < p.Min || n > p.Max {
		return faultf(CodeInvalid, "a ballot chooses %d to %d options here, not %d", p.Min, p.Max, n)
	}
	var marks uint32
	for _, n := range c.Options {
		if !among(n, len(p.Options)) {
			return faultf(CodeNotFound, "poll %d has no option %d", c.Poll, n)
		}
		if marks&(1<<(n-1)) != 0 {
			return faultf(CodeInvalid, "option %d is chosen twice", n)
		}
		marks |= 1 << (n - 1)
	}
	ballot := p.BallotOf(in.Who.Pseudonym)
	switch {
	case ballot != 0 && p.Marks[ballot-1] == marks:
		return nil // said already; nothing changes
	case ballot != 0:
	case p.Electorate != ElectorateEveryone:
		return faultf(CodeForbidden, "there is no ballot for you in this poll: it is for %s", map[Electorate]string{ElectoratePanel: "participants", ElectorateTable: "one table"}[p.Electorate])
	default:
		ballot = uint64(len(p.Roll) + 1)
	}
	in.actor.Number = ballot
	if ballot > uint64(len(p.Roll)) {
		in.emit(&PollBallotsIssued{Poll: c.Poll, Pseudonyms: []Pseudonym{in.Who.Pseudonym}})
	}
	in.emit(&BallotCast{Poll: c.Poll, Marks: marks, Salt: c.Salt})
	return nil
}

// OptionsOf are the numbers of the options that marks name.
func OptionsOf(marks uint32) []uint32 {
	list := []uint32{}
	for m := marks; m != 0; m &= m - 1 {
		list = append(list, uint32(bits.TrailingZeros32(m))+1)
	}
	return list
}

// roll finds a pseudonym's place in a list that grows: an open-addressed table
// of places, 5 to 11 bytes a ballot where a map would take 40. Pseudonyms are
// random, so their first bytes are hash enough.
type roll struct{ slots []uint32 } // place from 1, 0 free; a power of two

func slot(x Pseudonym) uint32 { return binary.LittleEndian.Uint32(x[:4]) }

func (r *roll) find(list []Pseudonym, x Pseudonym) uint64 {
	if len(r.slots) == 0 {
		return 0
	}
	mask := uint32(len(r.slots) - 1)
	for at := slot(x) & mask; r.slots[at] != 0; at = (at + 1) & mask {
		if n := r.slots[at]; list[n-1] == x {
			return uint64(n)
		}
	}
	return 0
}

// add takes in the last of the list.
func (r *roll) add(list []Pseudonym) {
	if 4*len(list) > 3*len(r.slots) {
		r.build(list)
		return
	}
	r.put(list, len(list))
}

func (r *roll) put(list []Pseudonym, place int) {
	mask := uint32(len(r.slots) - 1)
	at := slot(list[place-1]) & mask
	for r.slots[at] != 0 {
		at = (at + 1) & mask
	}
	r.slots[at] = uint32(place)
}

func (r *roll) build(list []Pseudonym) {
	if len(list) == 0 {
		r.slots = nil
		return
	}
	r.slots = make([]uint32, 1<<bits.Len(uint(2*len(list)-1)))
	for place := range list {
		r.put(list, place+1)
	}
}
