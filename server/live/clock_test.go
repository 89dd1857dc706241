package live

import (
	"reflect"
	"testing"

	"veche/server/topic"
)

// What is due is all that has run out, else what runs out first.
func TestDeadlines(t *testing.T) {
	agenda := []topic.Step{{Kind: topic.StepDiscussion, Title: "Talk", Minutes: 1, Turns: true}, {Kind: topic.StepClosing, Title: "End"}}
	debate := topic.Settings{Stages: []topic.Stage{{Kind: topic.StageDebate}, {Kind: topic.StageResults}}, Debate: topic.Debate{Agenda: agenda, HallAgenda: agenda}}
	end := func(room uint32, at int64) due { return due{at, topic.EndStep{Room: room, Step: 1}} }
	pass := func(room uint32, at int64) due { return due{at, topic.PassTurn{Room: room, Turn: 7}} }
	for _, c := range []struct {
		name   string
		stage  int32
		floors []topic.Floor
		want   []due
	}{
		{"nothing has begun", 0, []topic.Floor{{}, {}}, nil},
		{"the first of several", 0, []topic.Floor{{Step: 1, Ends: 300}, {Step: 1, Ends: 200}, {Step: 1, Ends: 250}}, []due{end(1, 200)}},
		{"several at once", 0, []topic.Floor{{Step: 1, Ends: 300}, {Step: 1, Ends: 200}, {Step: 1, Ends: 200}}, []due{end(1, 200), end(2, 200)}},
		{"all that have run out", 0, []topic.Floor{{Step: 1, Ends: 300}, {Step: 1, Ends: 90}, {Step: 1, Ends: 100}, {Step: 1, Ends: 80}}, []due{end(1, 90), end(2, 100), end(3, 80)}},
		{"a turn for which somebody waits", 0, []topic.Floor{{}, {Step: 1, Ends: 300, Turn: 7, Speaker: 3, TurnEnds: 150, Queue: []uint64{4}}}, []due{pass(1, 150)}},
		{"a turn for which nobody waits", 0, []topic.Floor{{}, {Step: 1, Ends: 300, Turn: 7, Speaker: 3, TurnEnds: 150}}, []due{end(1, 300)}},
		{"a pause, a closed table, no clock, the agenda over", 0, []topic.Floor{{Step: 1, Ends: 50, Paused: true}, {Step: 1, Ends: 50, Closed: 2}, {Step: 2}, {Step: 3, Ends: 50}}, nil},
		{"after the debate", 1, []topic.Floor{{Step: 1, Ends: 50}}, nil},
	} {
		s := topic.NewState()
		s.Settings, s.StageIndex, s.Floors, s.Tables = debate, c.stage, c.floors, uint32(len(c.floors)-1)
		if got := deadlines(s, 100); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
