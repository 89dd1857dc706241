package journal_test

import (
	"reflect"
	"slices"
	"testing"

	"veche/server/journal"
	"veche/server/topic"
)

// People are shown by their seats, and nobody sits in the main hall.
func TestFloorNamesPeopleBySeat(t *testing.T) {
	s := topic.NewState()
	s.Tables = 2
	s.Applications = []topic.Application{{Seat: 2}, {}, {Seat: 1}, {Seat: 3}}
	s.Seats = []topic.Seat{
		{Application: 3, Status: topic.SeatAccepted, Table: 2},
		{Application: 1, Status: topic.SeatAccepted, Table: 2},
		{Application: 4, Status: topic.SeatDeclined, Table: 2},
	}
	if got := journal.Seated(s); !reflect.DeepEqual(got, []int{0, 0, 2}) {
		t.Errorf("seated %v", got)
	}
	s.Floors = []topic.Floor{{}, {}, {
		Step: 1, Turn: 3, Speaker: 1, Queue: []uint64{3, 4}, MoveOn: []uint64{3}, Pinned: []uint32{7}, Report: topic.Digest{1}, ReportTime: 9,
		Spoken: []topic.Spoken{{Application: 3, Remarks: 2, Characters: 40, Turns: 1, Millis: 1500}}, Last: 77,
	}}
	want := journal.Floor{
		Step: 1, Turn: 3, Speaker: 2, Queue: []uint64{1, 3}, Waiting: 2, MoveOn: []uint64{1}, Pinned: []uint32{7}, Report: true, ReportTime: 9, Seated: 2,
		Spoken: []journal.Spoken{{Number: 1, Remarks: 2, Characters: 40, Millis: 1500}}, Last: 77,
	}
	if got := journal.ShowFloor(s, 2, 2); !reflect.DeepEqual(got, want) {
		t.Errorf("the floor is\n%+v, want\n%+v", got, want)
	}
	s.Floors = append(s.Floors[:0], topic.Floor{Queue: slices.Repeat([]uint64{1, 3, 4}, 100)})
	if got := journal.ShowFloor(s, 0, 0); got.Waiting != 300 || !slices.Equal(got.Queue, slices.Repeat([]uint64{2, 1, 3}, 7)[:20]) {
		t.Errorf("of 300 who wait it names %v, and says %d", got.Queue, got.Waiting)
	}
	none := journal.Floor{Queue: []uint64{}, MoveOn: []uint64{}, Pinned: []uint32{}, Spoken: []journal.Spoken{}}
	if got := journal.ShowFloor(s, 1, 0); !reflect.DeepEqual(got, none) {
		t.Errorf("where nothing has happened the floor is %+v", got)
	}
}
