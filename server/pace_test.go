package server

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"veche/server/config"
	"veche/server/limit"
)

// Whoever asks too often is told how long to wait, by themselves: neither who signed
// in beside them, behind the same address, nor anybody elsewhere waits.
func TestOneFloodsAndOthersDoNotWait(t *testing.T) {
	clock := clockAt(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	limits := config.Default().Limits
	limits.RequestsPercent = 10 // a tenth of the requests makes the same test
	w := openTownWith(t, Options{Data: t.TempDir(), Limits: limits, Clock: clock.now, Proxies: config.Default().Proxies()}, "anna", "boris")
	w.debate("bank", "anna", "boris")
	from := func(who, address, path string) answer {
		return w.send("GET", path, who, "", "X-Forwarded-For", address)
	}
	flood := func(who, address, path string) (passed int, last answer) {
		for range 500 {
			if last = from(who, address, path); last.status != 429 {
				passed++
				continue
			}
			if wait, err := strconv.Atoi(last.header.Get("Retry-After")); err != nil || wait < 1 || last.field("code") != "rate-limited" {
				t.Fatalf("%s was refused with %q %s", path, last.header.Get("Retry-After"), last.body)
			}
			return passed, last
		}
		t.Fatalf("500 requests of %q for %s passed", who, path)
		return
	}
	const library, neighbour, elsewhere = "198.51.100.7", "198.51.100.200", "203.0.113.5"
	passes := func(what string, a answer) {
		t.Helper()
		if a.status != 200 {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
	}
	if passed, _ := flood("", library, "/api/topics"); passed != 300 {
		t.Errorf("%d requests of strangers passed, want 300", passed)
	}
	if a := from("", neighbour, "/api/topics"); a.status != 429 {
		t.Errorf("one network, a neighbouring address: %d", a.status)
	}
	passes("a stranger elsewhere", from("", elsewhere, "/api/topics"))
	passes("anna, behind the flooder's address", from("anna", library, "/api/topics"))
	if passed, _ := flood("anna", library, "/api/topics"); passed != 29 {
		t.Errorf("%d more requests of anna passed, want 29", passed)
	}
	if a := from("anna", elsewhere, "/api/topics"); a.status != 429 {
		t.Errorf("anna at another address: %d", a.status)
	}
	for i := range 20 {
		passes("boris, at the same table", from("boris", library, "/api/topics/bank"))
		passes("a stranger elsewhere", from("", elsewhere, "/api/topics/bank"))
		passes("a stranger of another line", from("", fmt.Sprintf("2001:db8:0:%d::1", i), "/api/topics"))
	}
	if _, last := flood("", "2001:db8::1", "/api/topics"); last.status == 429 {
		if a := from("", "2001:db8::2:1", "/api/topics"); a.status != 429 {
			t.Errorf("one line of IPv6, another address: %d", a.status)
		}
	}
	if a := w.send("POST", "/api/topics/bank/similar", "anna", `{"text":"a bench"}`, "X-Forwarded-For", library); a.status != 200 {
		t.Errorf("anna, of another class: %d %s", a.status, a.body)
	}
	clock.pass(time.Minute)
	passes("anna, a minute later", from("anna", library, "/api/topics"))
	passes("a stranger, a minute later", from("", library, "/api/topics"))
	// The machine itself is no place, and a person is slowed there too.
	for range 400 {
		passes("a stranger on the machine", from("", "", "/api/topics"))
	}
	flood("anna", "", "/api/topics")

	counted := map[limit.By]uint64{}
	w.server.guard.Refusals(func(_ limit.Class, by limit.By, n uint64) { counted[by] += n })
	if counted[limit.Stranger] != 4 || counted[limit.Person] != 3 || counted[limit.Place] != 0 {
		t.Errorf("%v refusals are counted", counted)
	}
}

// A client who is no trusted proxy comes from where it is, whatever it says.
func TestAddressesAreNotBelieved(t *testing.T) {
	limits := config.Default().Limits
	limits.RequestsPercent = 10
	clock := clockAt(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	w := openTownWith(t, Options{Data: t.TempDir(), Limits: limits, Clock: clock.now, Proxies: nil}, "anna")
	passed := 0
	for i := range 60 {
		if a := w.send("GET", "/api/topics", "anna", "", "X-Forwarded-For", fmt.Sprintf("203.0.%d.1", i)); a.status == 200 {
			passed++
		}
	}
	if passed != 30 {
		t.Errorf("%d of 60 passed, each with an address of its own, want 30", passed)
	}
}
