package server

import (
	"sync"
	"testing"
	"time"

	"veche/server/store/sqlite"
)

// While commits stand still, pages are answered, also those of somebody whose
// session is due to be written down; who changes something waits, is not told that
// it is done, and finds it done once.
func TestSlowDisk(t *testing.T) {
	var mu sync.Mutex
	var gate chan struct{}
	stands := make(chan struct{}, 1)
	set := func(to chan struct{}) (was chan struct{}) {
		mu.Lock()
		defer mu.Unlock()
		was, gate = gate, to
		return was
	}
	release := sync.OnceFunc(func() { close(set(nil)) })
	clock := clockAt(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	w := openTownWith(t, Options{Data: t.TempDir(), Clock: clock.now, fault: func() sqlite.Fault {
		mu.Lock()
		shut := gate
		mu.Unlock()
		if shut != nil {
			select {
			case stands <- struct{}{}:
			default:
			}
			<-shut
		}
		return sqlite.FaultNone
	}}, "anna", "boris")
	w.debate("bank", "anna", "boris")
	const remark = `{"client_id":"slow","text":"Is anybody there?","reply_to":0}`
	w.must(201, "POST", bankURL+"/rooms/0/remarks", "boris", `{"client_id":"first","text":"Good evening","reply_to":0}`)
	set(make(chan struct{}))
	defer release()
	said := make(chan answer, 1)
	go func() { said <- w.send("POST", bankURL+"/rooms/0/remarks", "anna", remark) }()
	<-stands
	clock.pass(2 * time.Hour)
	for _, who := range []string{"", "anna", "boris", "moderator"} {
		for _, path := range []string{"/api/topics", bankURL, bankURL + "/rooms/0/remarks", "/api/session", "/healthz", "/"} {
			if a := w.send("GET", path, who, ""); a.status != 200 {
				t.Errorf("while the disk stands, %q reads %s: %d %s", who, path, a.status, a.body)
			}
		}
	}
	if a := w.send("GET", bankURL+"/rooms/0/remarks", "boris", ""); len(a.field("remarks").([]any)) != 1 {
		t.Errorf("what is not on disk is shown: %s", a.body)
	}
	select {
	case a := <-said:
		t.Fatalf("while the disk stands, a remark was answered with %d %s", a.status, a.body)
	default:
	}
	release()
	first := <-said
	again := w.send("POST", bankURL+"/rooms/0/remarks", "anna", remark)
	if first.status != 201 || again.status/100 != 2 || again.field("seq") != first.field("seq") {
		t.Errorf("a remark: %d %s, sent again: %d %s", first.status, first.body, again.status, again.body)
	}
	if a := w.send("GET", bankURL+"/rooms/0/remarks", "boris", ""); len(a.field("remarks").([]any)) != 2 {
		t.Errorf("afterwards: %s", a.body)
	}
}
