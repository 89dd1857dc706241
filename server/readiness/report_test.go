package readiness

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	f := good()
	f.Host.SyncP99, f.Play.Lost, f.Restart.P99 = 80, 2, Unknown
	f.Play.Problems = map[string]int{"rate-limited": 3, "conflict": 12}
	r := Report{Title: "Everyday (everyday)", Machine: "linux/amd64, 2 CPUs", People: 1200, Tables: 100, Steps: 5, Speed: 10, Seconds: 240, Notes: []string{"one machine"}}
	r.Conclude(f)
	var text strings.Builder
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"1200 simulated people at 100 tables, the agenda 10× faster, 240 s, linux/amd64, 2 CPUs",
		"  look   write to disk, p99                                      80 ms   ≤ 50 ms\n         → Every message waits",
		"  no-go  messages lost                                               2   none\n         → Do not open the debate.",
		"  look   99 % back after a restart                        not measured   ≤ 15 s\n         → Look yourself, it could not be measured. ",
		"Refusals\n      12  conflict\n       3  rate-limited\n",
		"Not as on the day\n  one machine\n",
		"NO-GO: 31 of 34 lines are go, 2 to look at, 1 no-go\n",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, text.String())
		}
	}
	var b strings.Builder
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Verdict string `json:"verdict"`
		Checks  []struct {
			Name    string   `json:"name"`
			Value   *float64 `json:"value"`
			Verdict string   `json:"verdict"`
		} `json:"checks"`
	}
	if err := json.Unmarshal([]byte(b.String()), &back); err != nil || back.Verdict != "no-go" || len(back.Checks) != len(rules) {
		t.Errorf("JSON %v: %+v", err, back)
	}
	for _, c := range back.Checks {
		if (c.Value == nil) != (c.Name == "99 % back after a restart") {
			t.Errorf("value of %s is %v", c.Name, c.Value)
		}
	}
}

// A topic without an agenda is to be looked at, and told from the first line on.
func TestWithoutAgenda(t *testing.T) {
	f := good()
	f.Topic.Steps = 0
	r := Report{Title: "T", Speed: 1}
	r.Conclude(f)
	var text strings.Builder
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"tables, without an agenda, ", "  look   steps of the agenda ", "→ Tables without an agenda have no clock"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, text.String())
		}
	}
}

// What is only to be looked at stops nothing.
func TestLookIsGo(t *testing.T) {
	f := good()
	f.Host.Backlog = 128
	var r Report
	r.Conclude(f)
	if r.Verdict != Go || r.Count(Look) != 1 {
		t.Errorf("%s with %d to look at", r.Verdict, r.Count(Look))
	}
}

func TestFigure(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 3: "3", 1234: "1,234", 1234567.8: "1,234,568", 0.12345: "0.123", 99.94: "99.9", -1234: "-1,234", 100: "100", -100: "-100"} {
		if got := figure(v); got != want {
			t.Errorf("%v is written %q, want %q", v, got, want)
		}
	}
}
