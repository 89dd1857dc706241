package server

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"veche/server/journal"
	"veche/server/live/client/crowd"
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

// However fast the agenda shall go, no step is over before anybody spoke.
func TestBoundSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agenda := make([]crowd.Step, rapid.IntRange(0, 8).Draw(t, "steps"))
		for i := range agenda {
			agenda[i].Minutes = float64(rapid.IntRange(0, 200).Draw(t, "minutes"))
		}
		asked := rapid.Float64Range(1, 1e5).Draw(t, "speed")
		speed := boundSteps(agenda, asked)
		if speed > asked || speed < 1 {
			t.Fatalf("%g× became %g×", asked, speed)
		}
		for i, s := range agenda {
			if lasts := 60 * s.Minutes / speed; lasts < leastStep-1e-9 {
				t.Fatalf("step %d lasts %.2f s at %g×", i+1, lasts, speed)
			}
		}
	})
	if speed := boundSteps([]crowd.Step{{Minutes: 1}, {Minutes: 60}}, 500); speed != 20 {
		t.Errorf("a step of a minute goes %g× faster, want 20×", speed)
	}
	if speed := boundSteps([]crowd.Step{{Minutes: 10}}, 50); speed != 50 {
		t.Errorf("what is slow enough goes %g× faster, want 50×", speed)
	}
}

// A server that starts says what it has to say in the log; one that does not,
// in the error alone.
func TestStartVoice(t *testing.T) {
	var log strings.Builder
	v := &startVoice{log: &log}
	fmt.Fprint(v, "one ")
	if log.Len() > 0 {
		t.Errorf("%q was said before the start", log.String())
	}
	if err := v.release(); err != nil {
		t.Fatal(err)
	}
	if fmt.Fprint(v, "two"); log.String() != "one two" {
		t.Errorf("the log has %q", log.String())
	}
}

// What is read for a rehearsal is as it was: one file where nobody has it open,
// and a running server keeps the files that it needs.
func TestReadRehearsedLeavesNothing(t *testing.T) {
	ctx, data := t.Context(), t.TempDir()
	s, err := Open(ctx, Options{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	settings := topic.Settings{ID: "river", Title: "T", Question: "Q?", Lang: "en", PanelSize: 24, TableSize: 6, Stages: []topic.Stage{{Kind: topic.StageDraw}, {Kind: topic.StageDebate}}}
	if _, err := s.Journal.Create(ctx, journal.Request{Who: topic.Who{Role: topic.RolePlanner}, Command: topic.Create{Settings: settings}}); err != nil {
		t.Fatal(err)
	}
	read := func(when string, clean bool) {
		t.Helper()
		r, err := readRehearsed(ctx, data, "river", 0)
		if err != nil || r.people != 24 {
			t.Fatalf("%s %d people are found: %v", when, r.people, err)
		}
		if cleanlyStopped(data) != clean {
			t.Errorf("%s the database is one file: %v, want %v", when, !clean, clean)
		}
	}
	read("beside a server", false)
	if err := leaveClean(ctx, data); err != nil {
		t.Errorf("beside a server: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !cleanlyStopped(data) {
		t.Fatal("the server did not stop cleanly")
	}
	before, err := os.ReadFile(filepath.Join(data, "veche.db"))
	if err != nil {
		t.Fatal(err)
	}
	read("after it", true)
	after, err := os.ReadFile(filepath.Join(data, "veche.db"))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the database was changed: %v", err)
	}
}
