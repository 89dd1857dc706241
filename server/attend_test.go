package server

import (
	"testing"
	"time"

	"veche/server/topic"
)

// A step whose time ended while the server was down ends as soon as it is up,
// though nobody has come back yet.
func TestClocksAfterARestart(t *testing.T) {
	dir, clock := t.TempDir(), &handClock{}
	t.Run("before", func(t *testing.T) {
		w := atTablesIn(t, dir, clock, turnout{people: 16})
		w.must(200, "POST", bankURL+"/steer", "facilitator", `{"client_id":"e","from":1,"to":2,"action":"step","step":1}`)
	})
	clock.pass(21 * time.Minute)
	w := openTownWith(t, Options{Data: dir, Clock: clock.now})
	steps := func() [2]uint32 {
		return look(w, func(s *topic.State) [2]uint32 { return [2]uint32{s.Floor(1).Step, s.Floor(2).Step} })
	}
	for end := time.Now().Add(10 * time.Second); steps() != [2]uint32{2, 2}; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the tables are at steps %v", steps())
		}
	}
}
