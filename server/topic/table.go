package topic

// TablesSeated puts the seats at tables for a number of rounds. The result, with
// how balanced the tables are, is the blob of that digest.
type TablesSeated struct {
	InputSeq uint64
	Seed     string       `class:"none"`
	Result   Digest       `class:"none"`
	Tables   uint32       // in each round
	Rounds   uint32       // at least 1
	Seats    []uint32     // table of each seat, 0 for none, round after round
	Groups   []TableGroup // the tables of each round in order; none: no choice was given
}

// TableGroup is consecutive tables with one session and language, each an option
// of the form, counted from 1; 0 where the form has none.
type TableGroup struct {
	Session  uint32
	Language uint32
	Tables   uint32
}

// Seating is a TablesSeated event as the state keeps it.
type Seating struct {
	Seq      uint64
	InputSeq uint64
	Seed     string `class:"none"`
	Result   Digest `class:"none"`
	Tables   uint32
	Rounds   uint32
	Round    uint32 // the one that is on, from 1
	Groups   []TableGroup
	Seats    []uint32 // as in the event; of the last seating only
}

func (*TablesSeated) kind() Kind { return KindTablesSeated }

func (b *TablesSeated) apply(s *State, e *Event) uint64 {
	if n := len(s.Seating); n > 0 {
		s.Seating[n-1].Seats = nil
	}
	s.Seating = append(s.Seating, Seating{
		Seq: e.Seq, InputSeq: b.InputSeq, Seed: b.Seed, Result: b.Result,
		Tables: b.Tables, Rounds: b.Rounds, Groups: b.Groups, Seats: b.Seats,
	})
	s.Tables = max(s.Tables, b.Tables*b.Rounds)
	for room := 1; room < len(s.Floors); room++ { // other people sit there from now on
		s.supersede(s.Floors[room].Report, s.Floors[room].ReportBy)
		s.Floors[room] = Floor{Last: e.Seq}
	}
	s.openRound(1, e)
	return uint64(b.Tables)
}

// openRound sends everyone who is seated to their table of a round. Tables of
// different rounds are rooms of their own: table t of round r is room
// (r−1)·Tables + t.
func (s *State) openRound(round uint32, e *Event) {
	s.still(e)
	x := &s.Seating[len(s.Seating)-1]
	x.Round = round
	seats := x.Seats[len(x.Seats)/int(x.Rounds)*int(round-1):][:len(x.Seats)/int(x.Rounds)]
	for i := range s.Seats {
		s.Seats[i].Table = 0
		if i < len(seats) && seats[i] != 0 && s.Seats[i].Status == SeatAccepted {
			s.Seats[i].Table = s.joined((round-1)*x.Tables + seats[i])
		}
	}
}

// joined answers the table that a table's people sit at now: itself, unless it
// was joined with another.
func (s *State) joined(table uint32) uint32 {
	for range s.Floors {
		into := s.Floor(table).Closed
		if into == 0 {
			break
		}
		table = into
	}
	return table
}

// Sound says whether a seating's numbers fit together: at least one round, as
// many seats in each, no table beyond those there are, and groups that cover the
// tables.
func (b *TablesSeated) Sound() bool {
	if b.Rounds == 0 || b.Rounds > MaxTableRounds || len(b.Seats)%int(b.Rounds) != 0 || !atMost(b.Tables, len(b.Seats)/int(b.Rounds)) {
		return false
	}
	for _, t := range b.Seats {
		if t > b.Tables {
			return false
		}
	}
	grouped := uint64(0)
	for _, g := range b.Groups {
		grouped += uint64(g.Tables)
	}
	return len(b.Groups) == 0 || grouped == uint64(b.Tables)
}

// RecordTables records a seating made outside from the state at InputSeq.
type RecordTables struct{ TablesSeated }

// Action names the policy's rule.
func (RecordTables) Action() Action { return ActionSeatTables }

func (c RecordTables) decide(s *State, in *Input) error {
	c.Rounds = max(1, c.Rounds)
	if c.InputSeq > s.Seq || len(c.Seats)/int(c.Rounds) > len(s.Seats) {
		return faultf(CodeInvalid, "the seating's input lies ahead of the log")
	}
	if !atMost(c.Tables, len(s.Seats)) {
		return faultf(CodeInvalid, "%d tables are more than the %d seats", c.Tables, len(s.Seats))
	}
	for i := range s.Remarks {
		if s.Remarks[i].Room != 0 {
			return faultf(CodeConflict, "people have talked at their tables: a new seating would give others what they said there; move people one by one, or open the next round of tables")
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
	if !c.Sound() {
		return faultf(CodeInvalid, "the seating's %d rounds, %d seats, %d tables and %d groups do not fit together", c.Rounds, len(c.Seats), c.Tables, len(c.Groups))
	}
	form := &s.Settings.Form
	for i, g := range c.Groups {
		if !atMost(g.Session, len(form.Sessions)) || !atMost(g.Language, len(form.Languages)) {
			return faultf(CodeInvalid, "group %d of tables has a session or language that the form does not have", i+1)
		}
	}
	b := c.TablesSeated
	in.emit(&b)
	return nil
}

// TableRoundOpened sends everyone to their tables of a round.
type TableRoundOpened struct{ Round uint32 }

func (*TableRoundOpened) kind() Kind { return KindTableRoundOpened }

func (b *TableRoundOpened) apply(s *State, e *Event) uint64 {
	s.openRound(b.Round, e)
	return uint64(b.Round)
}

// OpenTableRound sends everyone to their tables of a round, forward or back.
type OpenTableRound struct{ Round uint32 }

// Action names the policy's rule.
func (OpenTableRound) Action() Action { return ActionSeatTables }

func (c OpenTableRound) decide(s *State, in *Input) error {
	if len(s.Seating) == 0 {
		return faultf(CodeConflict, "nobody is seated yet: seat tables first")
	}
	x := &s.Seating[len(s.Seating)-1]
	if !among(c.Round, int(x.Rounds)) {
		return faultf(CodeInvalid, "there is no round %d of tables: %d were seated", c.Round, x.Rounds)
	}
	if c.Round == x.Round {
		return faultf(CodeConflict, "round %d is on already", c.Round)
	}
	in.emit(&TableRoundOpened{Round: c.Round})
	return nil
}

// TableAt is what a table is: its round, and its session and language in the
// form's words, empty where there is no choice.
type TableAt struct {
	Round    uint32
	Session  string
	Language string
}

// TableAt answers what a table of the last seating is, false for any other room.
func (s *State) TableAt(room uint32) (TableAt, bool) {
	if len(s.Seating) == 0 || room == 0 {
		return TableAt{}, false
	}
	x := &s.Seating[len(s.Seating)-1]
	if x.Tables == 0 || room > x.Tables*x.Rounds {
		return TableAt{}, false
	}
	at := TableAt{Round: (room-1)/x.Tables + 1}
	t := (room - 1) % x.Tables
	for _, g := range x.Groups {
		if t < g.Tables {
			if g.Session != 0 {
				at.Session = s.Settings.Form.Sessions[g.Session-1]
			}
			if g.Language != 0 {
				at.Language = s.Settings.Form.Languages[g.Language-1]
			}
			break
		}
		t -= g.Tables
	}
	return at, true
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

// NumberedApplication answers the application of the participant who is shown to
// others under that number, 0 for none.
func (s *State) NumberedApplication(number uint64) uint64 {
	application := number
	if s.hasStage(StageDraw) {
		if !among(number, len(s.Seats)) {
			return 0
		}
		application = s.Seats[number-1].Application
	}
	if _, ok := s.Participant(application); !ok {
		return 0
	}
	return application
}
