package server

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"veche/server/config"
	"veche/server/identity"
	"veche/server/mail/mailtest"
	"veche/server/topic"
)

// The server's clock never goes back, never stands while time passes, follows every
// jump forward, and is right again in time, however the machine's clock is set.
func TestSteadyClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		machine := clockAt(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
		c := newSteadyClock(machine.now)
		last, ahead := c.now(), time.Duration(0)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			set := time.Duration(rapid.SampledFrom([]int{0, 0, 0, -3_600_000, -1, 86_400_000, 1}).Draw(t, "set")) * time.Millisecond
			passed := time.Duration(rapid.IntRange(0, 600_000).Draw(t, "passed")) * time.Millisecond
			machine.pass(set)
			c.now() // as often as anybody asks
			machine.pass(passed)
			now := c.now()
			if now.Before(last) || passed > 0 && !now.After(last) {
				t.Fatalf("%v passed, and %v became %v", passed, last, now)
			}
			if now.Before(machine.now()) {
				t.Fatalf("the clock is behind the machine's: %v, %v", now, machine.now())
			}
			if set >= 0 && now.Sub(machine.now()) > ahead {
				t.Fatalf("the clock goes away from the machine's: by %v, then by %v", ahead, now.Sub(machine.now()))
			}
			last, ahead = now, now.Sub(machine.now())
		}
		machine.pass(10*ahead + time.Millisecond)
		if now := c.now(); !now.Equal(machine.now()) {
			t.Fatalf("%v ahead, the clock is still %v ahead after ten times that", ahead, now.Sub(machine.now()))
		}
	})
}

// A clock that is begun anew goes on from what was told before, up to a day.
func TestClockReaches(t *testing.T) {
	machine := clockAt(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	for _, x := range []struct{ ahead, want time.Duration }{{-time.Hour, 0}, {time.Hour, time.Hour}, {24 * time.Hour, 24 * time.Hour}, {48 * time.Hour, 0}} {
		c := newSteadyClock(machine.now)
		c.reach(machine.now().Add(x.ahead))
		if got := c.now().Sub(machine.now()); got != x.want {
			t.Errorf("an event %v ahead: the clock is %v ahead, want %v", x.ahead, got, x.want)
		}
	}
}

// times are those of the events of the topic, which never go back.
func (w *town) times(when string) (list []int64) {
	w.Helper()
	err := w.server.Journal.ReadAfter(w.Context(), "bank", 0, func(e *topic.Event) error {
		if n := len(list); n > 0 && e.Time < list[n-1] {
			w.Errorf("%s: event %d is of %v, before the one ahead of it", when, e.Seq, time.UnixMilli(e.Time).UTC())
		}
		list = append(list, e.Time)
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return list
}

// ended answers how often the clock ended a step or a turn of the first table.
func (w *town) ended() (steps, turns int) {
	w.Helper()
	if err := w.server.Journal.ReadAfter(w.Context(), "bank", 0, func(e *topic.Event) error {
		switch b := e.Body.(type) {
		case *topic.StepOpened:
			if b.Cause == topic.CauseClock && b.From == 1 {
				steps++
			}
		case *topic.TurnPassed:
			if b.Cause == topic.CauseClock && b.Room == 1 {
				turns++
			}
		}
		return nil
	}); err != nil {
		w.Fatal(err)
	}
	return steps, turns
}

// The machine's clock is set back by an hour, before and while the server is down,
// and forward by a day, during a step with turns: events stay in the order of time,
// each turn and step ends once, when its time has passed, and the record verifies.
func TestClockJumpsInADebate(t *testing.T) {
	dir, clock := t.TempDir(), clockAt(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	floor := func(w *town) topic.Floor { return look(w, func(s *topic.State) topic.Floor { return s.Floor(1) }) }
	t.Run("in one run", func(t *testing.T) {
		w := atTablesIn(t, dir, clock, turnout{people: 1, seated: []string{"anna", "boris"}, turns: 60})
		hand := func(id, name string) {
			w.must(200, "POST", bankURL+"/rooms/1/floor", name, `{"client_id":"`+id+`","what":"raise"}`)
		}
		w.must(200, "POST", bankURL+"/steer", "facilitator", `{"client_id":"e","from":1,"to":1,"action":"step","step":1}`)
		hand("1", "anna")
		hand("2", "boris")
		begun := floor(w)
		clock.pass(-time.Hour)
		w.must(201, "POST", bankURL+"/rooms/1/remarks", "anna", `{"client_id":"r","text":"As I said","reply_to":0}`)
		if f := floor(w); f.Turn != begun.Turn || f.Step != 1 {
			t.Fatalf("an hour back ended a turn or a step: %+v", f)
		}
		w.times("an hour back")
		clock.pass(70 * time.Second) // a ninth more than a minute, and some
		w.until("the turn ends though the clock is behind", func() bool { return floor(w).Turn == begun.Turn+1 })
		hand("3", "anna")
		if steps, turns := w.ended(); steps != 0 || turns != 1 {
			t.Errorf("%d steps and %d turns ended, want a turn", steps, turns)
		}
		w.times("a turn later")
	})
	before := clock.now()
	clock.pass(-time.Hour) // while nobody looks
	t.Run("after a restart", func(t *testing.T) {
		w := openTownWith(t, Options{Data: dir, Clock: clock.now})
		turn := floor(w).Turn
		clock.pass(70 * time.Second)
		w.until("the next turn ends", func() bool { return floor(w).Turn == turn+1 })
		clock.pass(23 * time.Minute)
		w.until("the step ends", func() bool { return floor(w).Step == 2 })
		if !clock.now().Before(before) {
			t.Fatal("the clock is not behind any more: this has shown nothing")
		}
		w.must(200, "POST", bankURL+"/steer", "facilitator", `{"client_id":"again","from":1,"to":1,"action":"step","step":1}`)
		clock.pass(24 * time.Hour)
		w.until("a day forward, the step ends", func() bool { return floor(w).Step == 2 })
		clock.pass(-24 * time.Hour)
		w.must(200, "POST", bankURL+"/steer", "facilitator", `{"client_id":"back","from":1,"to":1,"action":"pause"}`)
		if steps, turns := w.ended(); steps != 2 || turns != 2 {
			t.Errorf("%d steps and %d turns ended by the clock, want 2 and 2", steps, turns)
		}
		w.times("in the end")
		w.verifies()
	})
}

// During a rating, and between what is signed.
func TestClockJumpsInARating(t *testing.T) {
	clock := clockAt(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	jumps := []time.Duration{-time.Hour, 24 * time.Hour, -time.Hour, 0, -25 * time.Hour, time.Hour}
	n := 0
	w := ratedBy(t, clock, func(w *town) {
		if n < len(jumps) {
			clock.pass(jumps[n])
		}
		n++
		w.times(fmt.Sprint("after jump ", n))
	})
	w.times("in the end")
	w.verifies()
}

// No jump of the clock lengthens what lets somebody in by more than a ninth, nor a
// session by more than the jump; and the codes of apps go by the true time.
func TestClockJumpsAndSignIn(t *testing.T) {
	sink, clock := mailtest.Open(t), clockAt(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	m := config.Mail{Host: sink.Host, Port: sink.Port, Security: "none", From: "City <city@veche.example>"}
	w := openTownWith(t, Options{Data: t.TempDir(), SignIn: SignIn{Mail: m}, Clock: clock.now}, "anna", "boris")
	for i, x := range []struct {
		jump, passed time.Duration
		want         int
	}{
		{-time.Hour, identity.MailLife*10/9 + time.Second, 401},
		{-time.Hour, identity.MailLife - time.Second, 200},
		{24 * time.Hour, 0, 401},
		{-24 * time.Hour, identity.MailLife*10/9 + time.Second, 401},
	} {
		letter, _ := w.ask(sink, fmt.Sprintf("citizen%d@mail.example", i))
		word, _ := w.secrets(letter)
		clock.pass(x.jump)
		w.server.clock.now() // a clock moved by hand does not know by itself what passed
		clock.pass(x.passed)
		if a := w.link(word); a.status != x.want {
			t.Errorf("a link, the clock set by %v and %v later: %d %s", x.jump, x.passed, a.status, a.body)
		}
	}
	in := func(name string) bool { return w.send("GET", "/api/session", name, "").field("signed_in") == true }
	if !in("anna") || !in("boris") {
		t.Fatal("the jumps ended a session")
	}
	clock.pass(-time.Hour)
	w.server.clock.now()
	w.stepUp("planner", clock.now())
	if !in("anna") {
		t.Error("an hour back ended a session")
	}
	clock.pass(identity.SessionIdle + 26*time.Hour + time.Minute)
	if in("anna") {
		t.Error("a session that nobody used outlived its time by more than the clock was set back")
	}
}
