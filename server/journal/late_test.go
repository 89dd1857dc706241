package journal

import (
	"context"
	"errors"
	"testing"
	"time"

	"veche/server/store/sqlite"
	"veche/server/topic"
)

// A call that found its topic just before the journal closed, and comes when
// nobody takes calls any more, is answered.
func TestCallAfterTheEnd(t *testing.T) {
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	j := Open(s, Options{})
	planner := topic.Who{Role: topic.RolePlanner}
	settings := topic.Settings{ID: "t", Title: "T", Question: "Q", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageDebate}}}
	if _, err := j.Create(t.Context(), Request{Who: planner, Command: topic.Create{Settings: settings}}); err != nil {
		t.Fatal(err)
	}
	q, err := j.open(t.Context(), "t", false)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	for range 20 { // whether it is put in the queue is chance
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		_, err := q.submit(ctx, Request{Who: planner, Command: topic.OpenStage{}})
		cancel()
		if !errors.Is(err, ErrClosed) {
			t.Fatalf("answered with %v", err)
		}
	}
}
