package topic

// Drawn is one round of the lottery: its input, its seed, who got a seat and who
// stands ready. The result, with its report and proof, is the blob of that
// digest.
type Drawn struct {
	InputSeq uint64 // the state that it drew from
	Size     uint32 // seats of the whole panel
	Seed     string // the beacon or phrase
	Root     Digest // Merkle root of the salted pool rows
	Result   Digest // SHA-256 of the result blob
	Seats    []uint64
	Reserves []uint64
}

// Round is a Drawn event as the state keeps it.
type Round struct {
	Seq      uint64
	Time     int64
	InputSeq uint64
	Seed     string
	Root     Digest
	Result   Digest
	Seats    uint32
}

func (*Drawn) kind() Kind { return KindDrawn }

func (b *Drawn) apply(s *State, e *Event) uint64 {
	round := uint32(len(s.Rounds) + 1)
	s.Rounds = append(s.Rounds, Round{Seq: e.Seq, Time: e.Time, InputSeq: b.InputSeq, Seed: b.Seed, Root: b.Root, Result: b.Result, Seats: uint32(len(b.Seats))})
	for i := range s.Applications {
		s.Applications[i].Reserve = 0
	}
	for _, n := range b.Seats {
		s.Seats = append(s.Seats, Seat{Application: n, Round: round})
		a := &s.Applications[n-1]
		a.Seat, a.Round = uint32(len(s.Seats)), round
	}
	for i, n := range b.Reserves {
		a := &s.Applications[n-1]
		a.Reserve, a.Round = uint32(i+1), round
	}
	return uint64(round)
}

// RecordDraw records what a draw, made outside from the state at InputSeq,
// came to. The first fills the panel, later ones the seats that were declined.
type RecordDraw struct{ Drawn }

// Action names the policy's rule.
func (RecordDraw) Action() Action { return ActionDraw }

func (c RecordDraw) decide(s *State, in *Input) error {
	if c.InputSeq > s.Seq {
		return faultf(CodeInvalid, "the draw's input %d lies ahead of the log", c.InputSeq)
	}
	if len(c.Seats) == 0 {
		return faultf(CodeInvalid, "the draw filled no seat")
	}
	live := 0
	for i := range s.Seats {
		if s.Seats[i].Status != SeatDeclined {
			live++
		}
	}
	if live+len(c.Seats) > int(c.Size) {
		return faultf(CodeConflict, "the panel of %d has %d seats taken; %d more do not fit: seats were answered meanwhile, draw again", c.Size, live, len(c.Seats))
	}
	seen := make(map[uint64]bool, len(c.Seats)+len(c.Reserves))
	for _, list := range [][]uint64{c.Seats, c.Reserves} {
		for _, n := range list {
			if !among(n, len(s.Applications)) {
				return faultf(CodeInvalid, "there is no application %d", n)
			}
			a := &s.Applications[n-1]
			if a.Status != ApplicationOpen || a.Seat != 0 || seen[n] {
				return faultf(CodeConflict, "application %d can't get a seat: it was withdrawn, or has one already", n)
			}
			seen[n] = true
		}
	}
	drawn := c.Drawn
	in.emit(&drawn)
	return nil
}

// SeatStatus is the answer of the person who got a seat.
type SeatStatus uint8

// The answers.
const (
	SeatInvited SeatStatus = iota
	SeatAccepted
	SeatDeclined
)

// String is the status's name.
func (x SeatStatus) String() string { return [...]string{"invited", "accepted", "declined"}[x] }

// Seat is one place of the panel. A declined seat stays; its place is filled by
// a seat of a later round.
type Seat struct {
	Application uint64
	Round       uint32
	Status      SeatStatus
	Table       uint32 // 0 for none
}

// SeatAnswered accepts or declines a seat.
type SeatAnswered struct {
	Seat     uint32
	Accepted bool
}

func (*SeatAnswered) kind() Kind { return KindSeatAnswered }

func (b *SeatAnswered) apply(s *State, _ *Event) uint64 {
	seat := &s.Seats[b.Seat-1]
	seat.Status = SeatDeclined
	if b.Accepted {
		seat.Status = SeatAccepted
	} else {
		seat.Table = 0
	}
	return uint64(b.Seat)
}

// AnswerSeat accepts or declines the actor's seat. A seat that was accepted can
// still be given up; one that was declined is gone.
type AnswerSeat struct{ Accept bool }

// Action names the policy's rule.
func (AnswerSeat) Action() Action { return ActionAnswerSeat }

func (c AnswerSeat) decide(s *State, in *Input) error {
	n := in.actor.Number
	if n == 0 || s.Applications[n-1].Seat == 0 {
		return faultf(CodeForbidden, "you were not selected in this draw, so there is no seat to answer")
	}
	number := s.Applications[n-1].Seat
	switch status := s.Seats[number-1].Status; {
	case status == SeatDeclined:
		return faultf(CodeSeatTaken, "you declined this seat and it went to someone else")
	case status == SeatAccepted && c.Accept:
		return faultf(CodeSeatTaken, "you have accepted this seat already")
	}
	in.emit(&SeatAnswered{Seat: number, Accepted: c.Accept})
	return nil
}

// AcceptForPanel accepts every seat that is still open: for a panel whose
// members answered outside (letter, telephone).
type AcceptForPanel struct{ Seats []uint32 }

// Action names the policy's rule.
func (AcceptForPanel) Action() Action { return ActionSeatTables }

func (c AcceptForPanel) decide(s *State, in *Input) error {
	seen := make(map[uint32]bool, len(c.Seats))
	for _, n := range c.Seats {
		if !among(n, len(s.Seats)) {
			return faultf(CodeNotFound, "there is no seat %d", n)
		}
		if s.Seats[n-1].Status != SeatInvited || seen[n] {
			return faultf(CodeSeatTaken, "seat %d has been answered already", n)
		}
		seen[n] = true
		in.emit(&SeatAnswered{Seat: n, Accepted: true})
	}
	return nil
}
