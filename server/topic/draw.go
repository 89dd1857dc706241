package topic

// Drawn is one round of the lottery: the commitment that it keeps, the beacon's
// value, who got a seat and who stands ready. The result, with its report and
// proof, is the blob of that digest.
type Drawn struct {
	InputSeq   uint64 // the state that it drew from
	Size       uint32 // seats of the whole panel
	Seed       string `class:"none"` // the beacon's value
	Root       Digest `class:"none"` // Merkle root of the salted pool rows
	Result     Digest `class:"none"` // SHA-256 of the result blob
	Seats      []uint64
	Reserves   []uint64
	Commitment uint32 // 0 in logs of older versions, which had none
	Signature  string `class:"none"` // of the beacon's value, "" where it has none
	Checked    bool   // the signature was checked with the chain's key when it was drawn
}

// Round is a Drawn event as the state keeps it.
type Round struct {
	Seq      uint64
	Time     int64 `class:"none"`
	InputSeq uint64
	Seed     string `class:"none"`
	Root     Digest `class:"none"`
	Result   Digest `class:"none"`
	Seats    uint32

	Commitment uint32 // 0 where there was none
	Signature  string `class:"none"`
	Checked    bool
}

func (*Drawn) kind() Kind { return KindDrawn }

func (b *Drawn) apply(s *State, e *Event) uint64 {
	round := uint32(len(s.Rounds) + 1)
	s.Rounds = append(s.Rounds, Round{Seq: e.Seq, Time: e.Time, InputSeq: b.InputSeq, Seed: b.Seed, Root: b.Root, Result: b.Result, Seats: uint32(len(b.Seats)),
		Commitment: b.Commitment, Signature: b.Signature, Checked: b.Checked})
	if b.Commitment != 0 {
		c := &s.Commitments[b.Commitment-1]
		c.Status, c.Ended = CommitmentDrawn, e.Time
	}
	for i := range s.Applications {
		s.Applications[i].Reserve = 0
	}
	for _, n := range b.Seats {
		a := &s.Applications[n-1]
		seat := Seat{Application: n, Round: round}
		if a.Status == ApplicationWithdrawn { // after the commitment: their seat is declined
			seat.Status = SeatDeclined
		}
		s.Seats = append(s.Seats, seat)
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
// It keeps the open commitment, or where none is open makes one of its own just
// before: then only Policy, Code, Beacon and Result of Own are looked at.
type RecordDraw struct {
	Drawn
	Own DrawCommitted
}

// Action names the policy's rule.
func (RecordDraw) Action() Action { return ActionDraw }

func (c RecordDraw) decide(s *State, in *Input) error {
	if c.InputSeq > s.Seq {
		return faultf(CodeInvalid, "the draw's input %d lies ahead of the log", c.InputSeq)
	}
	if len(c.Seats) == 0 {
		return faultf(CodeInvalid, "the draw filled no seat")
	}
	drawn, own := c.Drawn, c.Own
	open := s.Committed()
	switch {
	case open != c.Commitment && open != 0:
		return faultf(CodeConflict, "commitment %d is open: draw from it, or abort it with a reason", open)
	case open != c.Commitment:
		return faultf(CodeConflict, "commitment %d is not open any more", c.Commitment)
	case open == 0:
		own.InputSeq, own.Round, own.Size, own.Root = c.InputSeq, uint32(len(s.Rounds)+1), c.Size, c.Root
		if own.Beacon.Kind == "" {
			own.Beacon.Kind = BeaconPhrase
		}
		if err := own.check(s, in); err != nil {
			return err
		}
		drawn.Commitment = uint32(len(s.Commitments) + 1)
	default:
		if err := s.Commitments[open-1].kept(&drawn); err != nil {
			return err
		}
		own = s.Commitments[open-1].DrawCommitted
	}
	if err := own.Beacon.value(c.Seed, in.Time); err != nil {
		return err
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
	if err := s.drawable(open, c.Seats, c.Reserves); err != nil {
		return err
	}
	if open == 0 {
		in.emit(&own)
	}
	in.emit(&drawn)
	return nil
}

// kept says whether a draw is the one that was committed to.
func (c *Commitment) kept(d *Drawn) error {
	if d.InputSeq != c.InputSeq || d.Root != c.Root || d.Size != c.Size {
		return faultf(CodeConflict, "the draw is not from the pool and for the seats that were committed to")
	}
	return nil
}

// drawable says whether the applications can get a seat or stand ready, each
// once. Who withdrew while the commitment was open was drawn all the same: the
// pool is the one that was published.
func (s *State) drawable(commitment uint32, lists ...[]uint64) error {
	left := map[uint64]bool{}
	if commitment != 0 {
		for _, n := range s.Commitments[commitment-1].Withdrawn {
			left[n] = true
		}
	}
	seen := map[uint64]bool{}
	for _, list := range lists {
		for _, n := range list {
			if !among(n, len(s.Applications)) {
				return faultf(CodeInvalid, "there is no application %d", n)
			}
			a := &s.Applications[n-1]
			if a.Status != ApplicationOpen && !left[n] || a.Seat != 0 || seen[n] {
				return faultf(CodeConflict, "application %d can't get a seat: it was withdrawn, or has one already", n)
			}
			seen[n] = true
		}
	}
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

func (b *SeatAnswered) apply(s *State, e *Event) uint64 {
	if b.Accepted {
		s.Seats[b.Seat-1].Status = SeatAccepted
	} else {
		s.decline(b.Seat, e)
	}
	return uint64(b.Seat)
}

// decline frees a seat, and the place at a table with it.
func (s *State) decline(number uint32, e *Event) {
	seat := &s.Seats[number-1]
	seat.Status = SeatDeclined
	s.vacate(seat.Application, seat.Table, e)
	s.leaveHall(seat.Application, e)
	seat.Table = 0
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
		if s.refilled(s.Seats[number-1].Round) {
			return faultf(CodeSeatTaken, "you declined this seat and it went to someone else")
		}
		return faultf(CodeSeatTaken, "you declined this seat: an answer is final; write to the organisers if you changed your mind")
	case status == SeatAccepted && c.Accept:
		return faultf(CodeSeatTaken, "you have accepted this seat already")
	}
	in.emit(&SeatAnswered{Seat: number, Accepted: c.Accept})
	return nil
}

// refilled says that declined seats of a round have been filled since.
func (s *State) refilled(round uint32) bool { return len(s.Rounds) > int(round) }

// AnswerForPanel answers seats for people who answered outside, by letter or
// telephone. A seat that was accepted can still be given up.
type AnswerForPanel struct {
	Seats  []uint32
	Accept bool
}

// Action names the policy's rule.
func (AnswerForPanel) Action() Action { return ActionSeatTables }

func (c AnswerForPanel) decide(s *State, in *Input) error {
	seen := make(map[uint32]bool, len(c.Seats))
	for _, n := range c.Seats {
		if !among(n, len(s.Seats)) {
			return faultf(CodeNotFound, "there is no seat %d", n)
		}
		status := s.Seats[n-1].Status
		if status == SeatDeclined || (status == SeatAccepted && c.Accept) || seen[n] {
			return faultf(CodeSeatTaken, "seat %d has been answered already: it is %s", n, status)
		}
		seen[n] = true
		in.emit(&SeatAnswered{Seat: n, Accepted: c.Accept})
	}
	return nil
}
