package server

import (
	"fmt"
	"testing"
)

// What a person may say is bounded whichever way it comes; what is sent again
// later is taken.
func TestRemarksAreBounded(t *testing.T) {
	w := openTown(t, t.TempDir(), "anna", "boris")
	must := func(method, path, as, body string, status int) {
		t.Helper()
		if a := w.send(method, path, as, body); a.status != status {
			t.Fatalf("%s %s as %s: %d %s", method, path, as, a.status, a.body)
		}
	}
	must("POST", "/api/topics", "planner", `{"client_id":"a","id":"open","title":"T","question":"Q","briefing":"","promise":"","lang":"en","stages":[{"kind":"debate","title":""}],"form":{"consent_version":"1","consent":"","features":[],"interests":[],"sessions":[],"languages":[]},"panel_size":0,"quotas":[],"table_size":0,"table_features":[]}`, 201)
	must("POST", "/api/topics/open/stage", "planner", `{"client_id":"b","stage":0}`, 200)
	for _, who := range []string{"anna", "boris"} {
		must("POST", "/api/topics/open/application", who, `{"client_id":"c","answers":{},"interests":[],"sessions":[],"languages":[],"household":"","consent":"1"}`, 201)
	}
	said := 0
	for i := range 40 {
		a := w.send("POST", "/api/topics/open/rooms/0/remarks", "anna", fmt.Sprintf(`{"client_id":"r%d","text":"Hello","reply_to":0}`, i))
		switch {
		case a.status == 201:
			said++
		case a.status != 429 || a.field("code") != "rate-limited" || a.header.Get("Retry-After") == "":
			t.Fatalf("remark %d: %d %s", i, a.status, a.body)
		}
	}
	if said < 10 || said > 20 { // 10 at once and one every two seconds
		t.Errorf("%d of 40 remarks at once were taken", said)
	}
	must("POST", "/api/topics/open/rooms/0/remarks", "boris", `{"client_id":"r","text":"Hello","reply_to":0}`, 201)
}
