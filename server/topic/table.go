package topic

// TablesSeated puts the seats at tables. The result, with how balanced the
// tables are, is the blob of that digest.
type TablesSeated struct {
	InputSeq uint64
	Seed     string
	Result   Digest
	Tables   uint32
	Seats    []uint32 // table of seat i+1, 0 for none
}

// Seating is a TablesSeated event as the state keeps it.
type Seating struct {
	Seq      uint64
	InputSeq uint64
	Seed     string
	Result   Digest
	Tables   uint32
}

func (*TablesSeated) kind() Kind { return KindTablesSeated }

func (b *TablesSeated) apply(s *State, e *Event) uint64 {
	s.Seating = append(s.Seating, Seating{Seq: e.Seq, InputSeq: b.InputSeq, Seed: b.Seed, Result: b.Result, Tables: b.Tables})
	s.Tables = max(s.Tables, b.Tables)
	for i := range s.Seats {
		s.Seats[i].Table = 0
		if i < len(b.Seats) && s.Seats[i].Status == SeatAccepted {
			s.Seats[i].Table = b.Seats[i]
		}
	}
	return uint64(b.Tables)
}

// RecordTables records a seating made outside from the state at InputSeq.
type RecordTables struct{ TablesSeated }

// Action names the policy's rule.
func (RecordTables) Action() Action { return ActionSeatTables }

func (c RecordTables) decide(s *State, in *Input) error {
	if c.InputSeq > s.Seq || len(c.Seats) > len(s.Seats) {
		return faultf(CodeInvalid, "the seating's input lies ahead of the log")
	}
	if !atMost(c.Tables, len(s.Seats)) {
		return faultf(CodeInvalid, "%d tables are more than the %d seats", c.Tables, len(s.Seats))
	}
	if s.StageKind() == StageDebate && len(s.Seating) > 0 {
		for i := range s.Remarks {
			if s.Remarks[i].Room != 0 {
				return faultf(CodeConflict, "people are talking at their tables: a new seating would move them all, so seat them before the debate opens")
			}
		}
	}
	seated := 0
	for i, t := range c.Seats {
		if t > c.Tables {
			return faultf(CodeInvalid, "seat %d was put at table %d of %d", i+1, t, c.Tables)
		}
		if t != 0 {
			seated++
		}
	}
	if seated == 0 {
		return faultf(CodeConflict, "nobody has accepted a seat yet, so there is no one to seat")
	}
	b := c.TablesSeated
	in.emit(&b)
	return nil
}

// Participant answers whether the application may take part in the debate, and
// at which table it sits (0 for none). Without a draw everyone who applied may.
func (s *State) Participant(application uint64) (table uint32, ok bool) {
	if application == 0 || application > uint64(len(s.Applications)) {
		return 0, false
	}
	a := &s.Applications[application-1]
	if !s.hasStage(StageDraw) {
		return 0, a.Status == ApplicationOpen
	}
	if a.Seat == 0 || s.Seats[a.Seat-1].Status != SeatAccepted {
		return 0, false
	}
	return s.Seats[a.Seat-1].Table, true
}

// Number is how an application is shown to others: by its seat where it has
// one, else by its own number.
func (s *State) Number(application uint64) uint64 {
	if application == 0 || application > uint64(len(s.Applications)) {
		return 0
	}
	if seat := s.Applications[application-1].Seat; seat != 0 {
		return uint64(seat)
	}
	return application
}
