package topic

import "testing"

// Rounds of tables are rooms of their own, and everyone sits in the room of the
// round that is on; a table knows its round, session and language.
func TestTableRounds(t *testing.T) {
	sc := newScene(t)
	sc.debate()
	sc.do(planner, RecordTables{TablesSeated{
		InputSeq: sc.state.Seq, Result: text("tables"), Tables: 2, Rounds: 2, Seats: []uint32{1, 1, 2, 0, 1, 2, 1, 0},
		Groups: []TableGroup{{Session: 1, Language: 1, Tables: 1}, {Session: 1, Language: 2, Tables: 1}},
	}})
	tables := func() (list [4]uint32) {
		for i := range sc.state.Seats {
			list[i] = sc.state.Seats[i].Table
		}
		return list
	}
	if got, want := tables(), [4]uint32{1, 1, 2, 0}; got != want || sc.state.Tables != 4 {
		t.Fatalf("tables %v of %d, want %v", got, sc.state.Tables, want)
	}
	sc.do(citizen("anna"), Say{Room: 1, Text: text("in round 1")})
	sc.do(planner, OpenTableRound{2})
	if got, want := tables(), [4]uint32{3, 4, 3, 0}; got != want {
		t.Fatalf("tables in round 2 %v, want %v", got, want)
	}
	sc.refused(citizen("anna"), Say{Room: 1, Text: text("too late")}, CodeForbidden)
	sc.do(citizen("anna"), Say{Room: 3, Text: text("in round 2")})
	for room, want := range map[uint32]TableAt{1: {1, "evening", "en"}, 2: {1, "evening", "ru"}, 3: {2, "evening", "en"}, 4: {2, "evening", "ru"}} {
		if got, ok := sc.state.TableAt(room); !ok || got != want {
			t.Errorf("table %d is %+v, want %+v", room, got, want)
		}
	}
	if _, ok := sc.state.TableAt(5); ok {
		t.Error("there is no table 5")
	}
	again, err := ReadSnapshot(sc.state.AppendSnapshot(nil))
	if err != nil || again.Seating[1].Round != 2 {
		t.Fatalf("the snapshot: %v", err)
	}
	sc.do(planner, OpenTableRound{1})
	if got, want := tables(), [4]uint32{1, 1, 2, 0}; got != want {
		t.Fatalf("tables again in round 1 %v, want %v", got, want)
	}
}
