package server

import (
	"testing"

	"pgregory.net/rapid"

	"veche/server/topic"
)

func TestCompareRehearsal(t *testing.T) {
	for _, c := range []struct {
		name          string
		said          map[uint32][]uint32
		acked         [][2]uint32
		lost, doubled int
	}{
		{"all there", map[uint32][]uint32{1: {10}, 2: {11}}, [][2]uint32{{1, 10}, {2, 11}}, 0, 0},
		{"said and never acknowledged", map[uint32][]uint32{1: {10}, 2: {11}}, [][2]uint32{{1, 10}}, 0, 0},
		{"lost", map[uint32][]uint32{1: {10}}, [][2]uint32{{1, 10}, {2, 11}}, 1, 0},
		{"acknowledged as another", map[uint32][]uint32{1: {10}}, [][2]uint32{{1, 11}}, 1, 0},
		{"twice", map[uint32][]uint32{1: {10, 12, 13}, 2: {11}}, [][2]uint32{{1, 12}, {2, 11}}, 0, 2},
	} {
		if lost, doubled := compareRehearsal(c.said, c.acked); lost != c.lost || doubled != c.doubled {
			t.Errorf("%s: %d lost, %d doubled, want %d and %d", c.name, lost, doubled, c.lost, c.doubled)
		}
	}
}

// Whatever the agenda and however fast it is played, the copy's settings are
// ones that the topic takes, and its clock never ends a step before the
// facilitator does.
func TestRehearsedSettingsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rehearsed{people: rapid.IntRange(2, 5000).Draw(t, "people"), tables: rapid.IntRange(0, 400).Draw(t, "tables")}
		r.settings = topic.Settings{ID: "real", Title: "T", Question: "Q?", Lang: "en", TableSize: 12, Stages: []topic.Stage{{Kind: topic.StageDebate}}}
		for range rapid.IntRange(0, 8).Draw(t, "steps") {
			r.settings.Debate.Agenda = append(r.settings.Debate.Agenda, topic.Step{
				Kind: topic.StepDiscussion, Title: "S", Minutes: rapid.Uint32Range(0, 1000).Draw(t, "minutes"),
				Turns: rapid.Bool().Draw(t, "turns"), TurnSeconds: rapid.SampledFrom([]uint32{0, 10, 90, 1800}).Draw(t, "turn"),
			})
		}
		before := append([]topic.Step{}, r.settings.Debate.Agenda...)
		speed := rapid.Float64Range(1, 500).Draw(t, "speed")
		s := r.copied(speed)
		if err := s.Validate(); err != nil {
			t.Fatalf("the copy's settings: %v", err)
		}
		for i, step := range s.Debate.Agenda {
			was := before[i]
			if was != r.settings.Debate.Agenda[i] {
				t.Fatalf("the real step %d became %+v", i+1, r.settings.Debate.Agenda[i])
			}
			if (step.Minutes == 0) != (was.Minutes == 0) || step.Minutes != 0 && float64(step.Minutes) < float64(was.Minutes)/speed {
				t.Fatalf("step %d of %d min at %g× became %d min", i+1, was.Minutes, speed, step.Minutes)
			}
		}
	})
}
