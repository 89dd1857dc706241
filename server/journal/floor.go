package journal

import "veche/server/topic"

// Floor is what goes on in a room besides its remarks, as people see it, the
// same in every answer and every frame. People are author numbers, times are
// Unix milliseconds; no list is nil.
type Floor struct {
	Step   uint32 `json:"step"`   // of the agenda, from 1; 0 before it, one beyond the last once it has ended
	Opened int64  `json:"opened"` // when the step began
	Ends   int64  `json:"ends"`   // when its clock runs out, 0 without a clock; stands while paused
	Paused bool   `json:"paused"`
	Left   int64  `json:"left"` // milliseconds left of the step, while paused

	Turn      uint32 `json:"turn"`    // how many turns there were, with the one that is on
	Speaker   uint64 `json:"speaker"` // who has the floor, 0 for nobody
	TurnBegan int64  `json:"turn_began"`
	TurnEnds  int64  `json:"turn_ends"`
	TurnLeft  int64  `json:"turn_left"` // milliseconds left of the turn, while paused
	Extended  uint32 `json:"extended"`  // how often the turn was made longer

	Queue   []uint64 `json:"queue"`   // who wants to speak, next first; the first QueueShown
	Waiting int      `json:"waiting"` // how many there are, with those not shown
	MoveOn  []uint64 `json:"move_on"` // who wants the next step
	Pinned  []uint32 `json:"pinned"`  // remarks

	Closed      uint32   `json:"closed"` // the table it was joined with, 0 while it is open
	Report      bool     `json:"report"` // it has told the main hall what it came to
	ReportTime  int64    `json:"report_time" class:"conduct"`
	Seated      int      `json:"seated"`      // how many sit at the table
	Facilitator uint64   `json:"facilitator"` // who of the staff takes care of it, 0 for nobody
	Spoken      []Spoken `json:"spoken"`      // at tables
	Last        uint64   `json:"last"`        // seq of the last event of the room that is in this
}

// QueueShown is how many of those who wait a floor names: in the main hall a
// thousand may, and it is told to everyone.
const QueueShown = 20

// Spoken is how much someone has said at a table.
type Spoken struct {
	Number     uint64 `json:"number"`
	Remarks    uint32 `json:"remarks"`
	Characters uint32 `json:"characters"`
	Millis     uint64 `json:"ms"` // with the floor
}

// ShowFloor renders what goes on in a room; seated is how many sit there, which
// [Seated] counts.
func ShowFloor(s *topic.State, room uint32, seated int) Floor {
	f := s.Floor(room)
	shown := Floor{
		Step: f.Step, Opened: f.Opened, Ends: f.Ends, Paused: f.Paused, Left: f.Left,
		Turn: f.Turn, Speaker: s.Number(f.Speaker), TurnBegan: f.TurnBegan, TurnEnds: f.TurnEnds, TurnLeft: f.TurnLeft, Extended: f.Extended,
		Queue: numbers(s, f.Queue[:min(len(f.Queue), QueueShown)]), Waiting: len(f.Queue), MoveOn: numbers(s, f.MoveOn), Pinned: append([]uint32{}, f.Pinned...),
		Closed: f.Closed, Report: !f.Report.IsZero(), ReportTime: f.ReportTime, Seated: seated, Facilitator: f.Facilitator,
		Spoken: make([]Spoken, len(f.Spoken)), Last: f.Last,
	}
	for i, p := range f.Spoken {
		shown.Spoken[i] = Spoken{Number: s.Number(p.Application), Remarks: p.Remarks, Characters: p.Characters, Millis: p.Millis}
	}
	return shown
}

func numbers(s *topic.State, applications []uint64) []uint64 {
	list := make([]uint64, len(applications))
	for i, a := range applications {
		list[i] = s.Number(a)
	}
	return list
}

// Seated counts the people at each table, by room, in time proportional to the
// seats.
func Seated(s *topic.State) []int {
	at := make([]int, s.Tables+1)
	for i := range s.Seats {
		if seat := &s.Seats[i]; seat.Status == topic.SeatAccepted && seat.Table != 0 {
			at[seat.Table]++
		}
	}
	return at
}
