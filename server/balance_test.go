package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"veche/server/analysis"
	"veche/server/job"
	"veche/server/live/client"
	"veche/server/topic"
)

// handClock is a clock that a test moves.
type handClock struct{ ms atomic.Int64 }

func clockAt(t time.Time) *handClock {
	c := &handClock{}
	c.ms.Store(t.UnixMilli())
	return c
}

func (c *handClock) now() time.Time { return time.UnixMilli(c.ms.Load()) }

func (c *handClock) pass(d time.Duration) { c.ms.Add(d.Milliseconds()) }

const bankURL = "/api/topics/bank"

// turnout is who comes to a debate at tables of eight.
type turnout struct {
	people    int      // of a file
	seated    []string // signed in, at tables with them
	late      []string // signed in, who have not answered when tables are seated
	rebalance bool
	turns     int // seconds a speaker has, 0 for no turns
}

// atTables is a town in such a debate. The tables' agenda is a talk of twenty
// minutes, in each of two rounds.
func atTables(t *testing.T, clock *handClock, g turnout) *town {
	t.Helper()
	return atTablesIn(t, t.TempDir(), clock, g)
}

func atTablesIn(t *testing.T, dir string, clock *handClock, g turnout) *town {
	t.Helper()
	invited := slices.Concat(g.seated, g.late)
	if clock.ms.Load() == 0 {
		clock.ms.Store(time.Now().UnixMilli())
	}
	w := openTownWith(t, Options{Data: dir, Clock: clock.now}, invited...)
	panel := g.people + len(invited)
	w.must(201, "POST", "/api/topics", "planner", fmt.Sprintf(`{"id":"bank","title":"The bank","question":"What should it be?","briefing":"","promise":"","lang":"en",
 "stages":[{"kind":"applications","title":""},{"kind":"draw","title":""},{"kind":"debate","title":""}],
 "form":{"consent_version":"1","consent":"","features":[{"name":"age","label":"","options":["young","old"]}],"interests":[],"sessions":[],"languages":[]},
 "panel_size":%d,"quotas":[{"feature":"age","value":"young","min":0,"max":%[1]d},{"feature":"age","value":"old","min":0,"max":%[1]d}],"table_size":8,"table_features":["age"],"table_rounds":2,
 "debate":{"agenda":[{"kind":"discussion","title":"Talk","prompt":"","minutes":20,"turns":%t,"turn_seconds":%d}],"hall_agenda":[],"arguments":[],"call_link":"","hall_rate":0,"rebalance":%t}}`, panel, g.turns > 0, g.turns, g.rebalance))
	w.must(200, "POST", bankURL+"/stage", "planner", `{"client_id":"s0","stage":0}`)
	w.must(200, "POST", bankURL+"/people", "registrar", peopleFile(1, g.people), "Content-Type", "text/csv")
	for _, name := range invited {
		w.must(201, "POST", bankURL+"/application", name, `{"client_id":"a","answers":{"age":"young"},"interests":[],"sessions":[],"languages":[],"consent":"1"}`)
	}
	w.must(200, "POST", bankURL+"/stage", "planner", `{"client_id":"s1","stage":1}`)
	w.must(200, "POST", bankURL+"/draw", "planner", `{"client_id":"d","seed":"s"}`)
	w.must(200, "POST", bankURL+"/seats/accept", "planner", `{"client_id":"c","all":true}`)
	for _, name := range g.seated {
		w.must(200, "POST", bankURL+"/seat", name, `{"client_id":"b","answer":"accept"}`)
	}
	w.must(200, "POST", bankURL+"/tables", "planner", `{"client_id":"t","seed":"t"}`)
	w.must(200, "POST", bankURL+"/stage", "planner", `{"client_id":"s2","stage":2}`)
	return w
}

// look answers what is in the topic's committed state.
func look[T any](w *town, f func(*topic.State) T) (v T) {
	w.Helper()
	view, err := w.server.Journal.View(w.Context(), "bank")
	if err != nil {
		w.Fatal(err)
	}
	view.Read(func(s *topic.State, _ uint64) { v = f(s) })
	return v
}

// Who accepts late and comes when the tables have begun gets a table, by an event
// that says why, and may speak there.
func TestLatecomer(t *testing.T) {
	w := atTables(t, &handClock{}, turnout{people: 16, late: []string{"anna"}})
	w.must(200, "POST", bankURL+"/seat", "anna", `{"client_id":"b","answer":"accept"}`)
	w.must(200, "POST", bankURL+"/steer", "facilitator", `{"client_id":"e","from":1,"to":2,"action":"step","step":1}`)
	if table := w.must(200, "GET", bankURL, "anna", "").field("me.seat.table"); table != float64(0) {
		t.Fatalf("anna sits at table %v before she came", table)
	}
	c, err := client.Dial(t.Context(), w.url+"/live", "veche_session="+w.cookies["anna"], client.Options{Topic: "bank"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	annas := func() uint32 {
		return look(w, func(s *topic.State) uint32 { return s.Seats[s.Applications[16].Seat-1].Table })
	}
	w.until("anna has a table", func() bool { return annas() != 0 })
	table := annas()
	w.must(201, "POST", fmt.Sprintf("%s/rooms/%d/remarks", bankURL, table), "anna", `{"client_id":"r","text":"Good evening","reply_to":0}`)
	placed := look(w, func(s *topic.State) []topic.Placement { return s.Placements })
	if len(placed) != 1 || placed[0].Cause != topic.PlaceLatecomer || len(placed[0].People) != 1 || placed[0].People[0] != 17 {
		t.Errorf("placements %+v", placed)
	}
	// After a new seating their chair is gone, and they need not come again.
	w.must(200, "POST", bankURL+"/tables/round", "planner", `{"client_id":"n","round":2}`)
	if err := w.server.Jobs.PlaceLate(t.Context(), "bank", func(string) map[uint32][]uint64 { return map[uint32][]uint64{0: {17}} }); err != nil {
		t.Fatal(err)
	}
	if table := annas(); table != 0 {
		t.Errorf("before the agenda of the second round begins anna is at table %d", table)
	}
	w.must(200, "POST", bankURL+"/steer", "facilitator", `{"client_id":"e2","from":3,"to":4,"action":"step","step":1}`)
	if err := w.server.Jobs.PlaceLate(t.Context(), "bank", func(string) map[uint32][]uint64 { return map[uint32][]uint64{0: {17}} }); err != nil {
		t.Fatal(err)
	}
	if table := annas(); table != 3 && table != 4 {
		t.Errorf("in the second round anna is at table %d", table)
	}
	if history := w.must(200, "GET", bankURL+"/history?limit=1000", "", ""); !strings.Contains(history.body, "latecomer") {
		t.Errorf("the history says nothing of a latecomer: %s", history.body)
	}
}

// Small tables are joined once they have been small for a while in a step that
// has settled, and never for a lost network; joined tables stay as they are.
func TestSmallTablesAreJoined(t *testing.T) {
	clock := &handClock{}
	w := atTables(t, clock, turnout{people: 32, rebalance: true})
	w.must(200, "POST", bankURL+"/steer", "facilitator", `{"client_id":"e","from":1,"to":4,"action":"step","step":1}`)
	// who is there: of each table so many, by number of application
	here := func(counts ...int) map[uint32][]uint64 {
		return look(w, func(s *topic.State) map[uint32][]uint64 {
			rooms := map[uint32][]uint64{0: {1, 2, 3}}
			for i := range s.Seats {
				if t := s.Seats[i].Table; int(t) <= len(counts) && len(rooms[t]) < counts[t-1] {
					rooms[t] = append(rooms[t], s.Seats[i].Application)
				}
			}
			return rooms
		})
	}
	var present map[uint32][]uint64
	b := job.NewBalancer(w.server.Jobs, func(string) map[uint32][]uint64 { return present })
	watch := func(d time.Duration) (joined int) {
		t.Helper()
		for range d / (10 * time.Second) {
			clock.pass(10 * time.Second)
			joins, err := b.Look(t.Context(), "bank")
			if err != nil {
				t.Fatal(err)
			}
			joined += len(joins.Joins)
		}
		return joined
	}
	closed := func() []uint32 {
		return look(w, func(s *topic.State) (list []uint32) {
			for room := uint32(1); room <= s.Tables; room++ {
				if s.Floor(room).Closed != 0 {
					list = append(list, room)
				}
			}
			return list
		})
	}

	present = here(8, 3, 6, 6)
	if n := watch(150 * time.Second); n != 0 {
		t.Fatalf("%d tables joined in the first minutes of a step", n)
	}
	w.must(200, "POST", bankURL+"/steer", "facilitator", `{"client_id":"p","from":1,"to":4,"action":"pause"}`)
	if n := watch(2 * time.Minute); n != 0 {
		t.Fatalf("%d tables joined in a pause", n)
	}
	w.must(200, "POST", bankURL+"/steer", "facilitator", `{"client_id":"q","from":1,"to":4,"action":"resume"}`)
	present = nil // the network is lost
	if n := watch(20 * time.Second); n != 0 {
		t.Fatalf("%d tables joined while the network was lost", n)
	}
	clock.pass(5 * time.Minute) // the server stands still
	present = here(8, 3, 6, 6)
	if n := watch(80 * time.Second); n != 0 {
		t.Fatalf("%d tables joined right after a start", n)
	}
	dry := func() string {
		t.Helper()
		return w.must(200, "POST", bankURL+"/tables/rebalance", "facilitator", `{"client_id":"x","dry":true}`).body
	}
	if got := dry(); got != `{"filled":0,"joins":[]}` { // nobody has a socket
		t.Errorf("a dry run says %s", got)
	}
	if n := watch(30 * time.Second); n != 1 || fmt.Sprint(closed()) != "[2]" {
		t.Fatalf("%d tables joined, closed are %v, want table 2", n, closed())
	}
	for _, p := range look(w, func(s *topic.State) []topic.Placement { return s.Placements }) {
		if p.Cause != topic.PlaceMerge {
			t.Errorf("placed by %s", p.Cause)
		}
	}
	for range 30 { // people come and go a little
		present = here(8, 0, 6, 5)
		if n := watch(20 * time.Second); n != 0 {
			t.Fatalf("%d more tables joined, closed are %v", n, closed())
		}
		present = here(7, 0, 5, 6)
		if n := watch(20 * time.Second); n != 0 {
			t.Fatalf("%d more tables joined, closed are %v", n, closed())
		}
	}
}

// Without the planner's word tables stay as they are.
func TestTablesStay(t *testing.T) {
	clock := &handClock{}
	w := atTables(t, clock, turnout{people: 16})
	w.must(200, "POST", bankURL+"/steer", "facilitator", `{"client_id":"e","from":1,"to":2,"action":"step","step":1}`)
	b := job.NewBalancer(w.server.Jobs, func(string) map[uint32][]uint64 { return map[uint32][]uint64{1: {1}, 2: {2}} })
	for range 60 {
		clock.pass(10 * time.Second)
		if joins, err := b.Look(t.Context(), "bank"); err != nil || len(joins.Joins) > 0 {
			t.Fatalf("%+v, %v", joins, err)
		}
	}
}

// Joining that is sent again is answered as it was, and does nothing more.
func TestTablesAreJoinedOnce(t *testing.T) {
	w := atTables(t, &handClock{}, turnout{people: 24})
	rooms := look(w, func(s *topic.State) map[uint32][]uint64 {
		rooms := map[uint32][]uint64{}
		for i := range s.Seats {
			if t := s.Seats[i].Table; t != 1 || len(rooms[1]) < 2 {
				rooms[t] = append(rooms[t], s.Seats[i].Application)
			}
		}
		return rooms
	})
	task := job.Task{Topic: "bank", ClientID: "once", Who: topic.Who{Role: topic.RolePlanner, Pseudonym: topic.Pseudonym{1}}}
	join := func() (string, uint64) {
		t.Helper()
		joins, ack, err := w.server.Jobs.JoinTables(t.Context(), task, nil, func(*topic.State) analysis.Attendance { return analysis.Present(rooms) })
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(joins.Joins), ack.Seq
	}
	joins, seq := join()
	if !strings.HasPrefix(joins, "[{1 ") || seq == 0 {
		t.Fatalf("joined %s at %d", joins, seq)
	}
	if again, at := join(); again != joins || at != seq {
		t.Errorf("again: %s at %d, the first time %s at %d", again, at, joins, seq)
	}
	task.ClientID = "anew"
	if again, _ := join(); again != "[]" {
		t.Errorf("once more: %s", again)
	}
	task.Who.Role = topic.RoleModerator
	if _, _, err := w.server.Jobs.JoinTables(t.Context(), task, nil, nil); topic.CodeOf(err) != topic.CodeForbidden {
		t.Errorf("by a moderator: %v", err)
	}
}

// A facilitator sees who is there by their sockets, joins the table that has
// become too small, and its people are told where they sit now.
func TestWallAndRebalancing(t *testing.T) {
	var names []string
	for i := range 12 {
		names = append(names, fmt.Sprint("citizen", i))
	}
	w := atTables(t, &handClock{}, turnout{people: 1, seated: names})
	sit := map[float64][]string{}
	for _, name := range names {
		table, _ := w.must(200, "GET", bankURL, name, "").field("me.seat.table").(float64)
		sit[table] = append(sit[table], name)
	}
	if len(sit[1]) < 5 || len(sit[2]) < 5 {
		t.Fatalf("tables of %v", sit)
	}
	here := append(slices.Clone(sit[1][:2]), sit[2]...)
	for _, name := range here {
		c, err := client.Dial(t.Context(), w.url+"/live", "veche_session="+w.cookies[name], client.Options{Topic: "bank"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
	}
	type sight struct {
		Room, Here, Seated, Closed int
		Why                        []string
	}
	wall := func() map[int]sight {
		t.Helper()
		var v struct{ Rooms []sight }
		if err := json.Unmarshal([]byte(w.must(200, "GET", bankURL+"/wall", "facilitator", "").body), &v); err != nil {
			t.Fatal(err)
		}
		rooms := map[int]sight{}
		for _, x := range v.Rooms {
			rooms[x.Room] = x
		}
		return rooms
	}
	w.until("everyone is there", func() bool { r := wall(); return r[1].Here == 2 && r[2].Here == len(sit[2]) })
	if why := wall()[1].Why; !slices.Contains(why, "small") {
		t.Errorf("the need of a table of two is %v", why)
	}
	proposal := w.must(200, "POST", bankURL+"/tables/rebalance", "facilitator", `{"client_id":"r","dry":true}`).body
	if want := `{"filled":0,"joins":[{"from":1,"into":2,"here":2,"elsewhere":0}]}`; proposal != want {
		t.Fatalf("the proposal is %s, want %s", proposal, want)
	}
	if only := w.must(200, "POST", bankURL+"/tables/rebalance", "facilitator", `{"client_id":"r","dry":true,"from":[2]}`).body; only != `{"filled":0,"joins":[]}` {
		t.Errorf("without the small one: %s", only)
	}
	for range 2 { // sent again
		if a := w.must(200, "POST", bankURL+"/tables/rebalance", "facilitator", `{"client_id":"r","dry":false,"from":[1]}`); !strings.Contains(a.body, `"joins":[{"from":1,"into":2,"here":2`) || a.field("ack.seq") == nil {
			t.Errorf("done: %s", a.body)
		}
	}
	for _, name := range names {
		if table := w.must(200, "GET", bankURL, name, "").field("me.seat.table"); table != float64(2) {
			t.Errorf("%s sits at table %v", name, table)
		}
	}
	if r := wall(); r[1].Closed != 2 || r[2].Seated != 13 || len(r[1].Why) != 0 {
		t.Errorf("the wall shows %+v", r)
	}
}

// until waits for something that others bring about.
func (w *town) until(what string, is func() bool) {
	w.Helper()
	for end := time.Now().Add(10 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			w.Fatalf("waited in vain: %s", what)
		}
	}
}
