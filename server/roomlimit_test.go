package server

import (
	"fmt"
	"testing"

	"veche/server/config"
)

// A room takes no more than its limit over HTTP either, from however many people.
func TestRoomLimitOverHTTP(t *testing.T) {
	people := []string{"anna", "boris", "vera"}
	w := openTownWith(t, Options{Data: t.TempDir(), Limits: config.Limits{RoomPerSecond: 1, RoomBurst: 1}}, people...)
	do := func(path, as, body string) answer { return w.send("POST", "/api/topics"+path, as, body) }
	for _, a := range []answer{
		do("", "planner", `{"id":"bank","title":"The bank","question":"What?","lang":"en","stages":[{"kind":"applications"},{"kind":"debate"}]}`),
		do("/bank/stage", "planner", `{"client_id":"0","stage":0}`),
	} {
		if a.status >= 300 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	for _, who := range people {
		if a := do("/bank/application", who, `{"client_id":"a","answers":{},"interests":[],"sessions":[],"languages":[],"consent":""}`); a.status >= 300 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if a := do("/bank/stage", "planner", `{"client_id":"1","stage":1}`); a.status >= 300 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for i := range 3 { // who takes no part takes nothing from those who do
		if a := do("/bank/rooms/0/remarks", "planner", fmt.Sprintf(`{"client_id":"p%d","text":"hello","reply_to":99}`, i)); a.status == 201 || a.status == 429 {
			t.Errorf("the planner was answered %d %s", a.status, a.body)
		}
	}
	refused, taken := 0, 0
	for i, who := range people {
		if a := do("/bank/rooms/0/remarks", who, fmt.Sprintf(`{"client_id":"r%d","text":"hello","reply_to":0}`, i)); a.status == 429 {
			refused++
		} else if a.status != 201 {
			t.Fatalf("%d %s", a.status, a.body)
		} else {
			taken++
		}
	}
	if taken == 0 {
		t.Error("those who do were refused")
	}
	if refused == 0 {
		t.Error("three remarks at once went through a room that takes one")
	}
}
