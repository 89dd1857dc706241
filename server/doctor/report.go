package doctor

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Level is how bad a finding is.
type Level uint8

// The levels.
const (
	Sound Level = iota
	Look        // somebody should look at it when there is time
	Fault       // something is broken or lost, or soon will be
)

var levelNames = [...]string{"ok", "look", "fault"}

// String is the level's name.
func (l Level) String() string { return levelNames[l] }

// MarshalText writes the level's name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Finding is one thing that was examined.
type Finding struct {
	Level Level  `json:"level"`
	Area  string `json:"area"`  // place, keys, database, topic, text, result, record
	Where string `json:"where"` // a path, a topic, a text's digest
	What  string `json:"what"`
	Do    string `json:"do,omitempty"` // "" where nothing is to be done
}

// Report is all that was found.
type Report struct {
	Dir      string    `json:"data"`
	Level    Level     `json:"level"` // the worst of Findings
	Findings []Finding `json:"findings"`
	// Unopened says that the database could not be opened at all.
	Unopened bool `json:"unopened,omitempty"`
}

// Faulty says that there is a fault.
func (r *Report) Faulty() bool { return r.Level == Fault }

func (r *Report) add(level Level, area, where, do, format string, args ...any) {
	r.Findings = append(r.Findings, Finding{level, area, where, fmt.Sprintf(format, args...), do})
	r.Level = max(r.Level, level)
}

// mostAlike is how many findings of one area and level are listed.
const mostAlike = 20

// settle leaves out what would be the same line over and over, and sorts the rest
// by area as examined, the worst first.
func (r *Report) settle() {
	type key struct {
		area  string
		level Level
	}
	seen := map[key]int{}
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		k := key{f.Area, f.Level}
		seen[k]++
		return f.Level != Sound && seen[k] > mostAlike
	})
	for k, n := range seen {
		if k.level != Sound && n > mostAlike {
			at := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Area == k.area && f.Level == k.level })
			r.Findings[at].What += fmt.Sprintf(" (and %d more of the kind)", n-mostAlike)
		}
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return int(b.Level) - int(a.Level) })
}

// Count is how many findings have that level.
func (r *Report) Count(l Level) int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Level == l {
			n++
		}
	}
	return n
}

// Write prints the report for people to read.
func (r *Report) Write(w io.Writer) error {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%-5s  %s  %s\n", f.Level, padded(strings.TrimSpace(f.Area+" "+f.Where), 34), f.What)
		if f.Do != "" {
			fmt.Fprintf(&b, "       → %s\n", f.Do)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Summary is the report in one line.
func (r *Report) Summary() string {
	return fmt.Sprintf("%s: %s, %s to look at", r.Dir, counted(r.Count(Fault), "fault"), counted(r.Count(Look), "thing"))
}

func counted(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func padded(text string, n int) string {
	return text + strings.Repeat(" ", max(0, n-utf8.RuneCountInString(text)))
}
