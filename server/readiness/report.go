package readiness

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Report is the list that a rehearsal ends with.
type Report struct {
	Title   string   `json:"topic"`
	Machine string   `json:"machine"`
	People  int      `json:"people"`
	Tables  int      `json:"tables"`
	Steps   int      `json:"steps"` // of the agenda
	Speed   float64  `json:"speed"` // of the agenda
	Seconds float64  `json:"seconds"`
	Verdict Verdict  `json:"verdict"` // the worst of Checks, but what is to be looked at stops nothing
	Checks  []Check  `json:"checks"`
	Notes   []string `json:"notes"` // what was not as it will be

	Problems map[string]int `json:"problems"` // refusals by code
}

// Judge holds figures against the rules.
func Judge(f Figures) []Check {
	var list []Check
	for _, r := range rules {
		if r.applies != nil && !r.applies(&f) {
			continue
		}
		good, stop := r.bounds(&f)
		list = append(list, Check{Area: r.area, Name: r.name, Value: r.value(&f), Unit: r.unit, Most: r.most, Go: good, Stop: stop, Advice: r.advice}.judge())
	}
	return list
}

// Count answers how many checks have the verdict.
func (r *Report) Count(v Verdict) int {
	n := 0
	for i := range r.Checks {
		if r.Checks[i].Verdict == v {
			n++
		}
	}
	return n
}

// Conclude judges figures and sets the verdict.
func (r *Report) Conclude(f Figures) {
	r.Checks, r.Problems, r.Verdict = Judge(f), f.Play.Problems, Go
	if r.Count(NoGo) > 0 {
		r.Verdict = NoGo
	}
}

// Ready says that nothing is no-go.
func (r *Report) Ready() bool { return r.Verdict != NoGo }

// areas are the headings of the list.
var areas = map[string]string{"topic": "The topic", "host": "This machine", "server": "The server", "room": "In the room", "restart": "After a restart"}

// Write prints the list for people to read.
func (r *Report) Write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%d simulated people at %d tables, %s, %.0f s, %s\n", r.Title, r.People, r.Tables, Pace(r.Steps, r.Speed), r.Seconds, r.Machine)
	area := ""
	for _, c := range r.Checks {
		if c.Area != area {
			area = c.Area
			fmt.Fprintf(&b, "\n%s\n", areas[area])
		}
		fmt.Fprintf(&b, "  %-6s %s %14s   %s\n", c.Verdict, padded(c.Name, 46), c.Measured(), c.Want())
		if c.Verdict != Go {
			fmt.Fprintf(&b, "         → %s\n", c.Advice)
		}
	}
	if len(r.Problems) > 0 {
		b.WriteString("\nRefusals\n")
		for _, code := range slices.Sorted(maps.Keys(r.Problems)) {
			fmt.Fprintf(&b, "  %6d  %s\n", r.Problems[code], code)
		}
	}
	if len(r.Notes) > 0 {
		b.WriteString("\nNot as on the day\n")
		for _, n := range r.Notes {
			fmt.Fprintf(&b, "  %s\n", n)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", r.Summary())
	_, err := io.WriteString(w, b.String())
	return err
}

// Pace says how fast an agenda of so many steps was played.
func Pace(steps int, speed float64) string {
	if steps == 0 {
		return "without an agenda"
	}
	return fmt.Sprintf("the agenda %.3g× faster", speed)
}

// Summary is the report in one line.
func (r *Report) Summary() string {
	return fmt.Sprintf("%s: %d of %d lines are go, %d to look at, %d no-go", strings.ToUpper(r.Verdict.String()), r.Count(Go), len(r.Checks), r.Count(Look), r.Count(NoGo))
}

// padded fills a text up with blanks to a number of characters.
func padded(text string, n int) string {
	return text + strings.Repeat(" ", max(0, n-utf8.RuneCountInString(text)))
}

// WriteJSON writes the report for programs.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
