package main

import (
	"errors"
	"fmt"
	"strings"

	"veche/selection"
)

// fileError names the file that an error is about, and lists what is wrong in it.
type fileError struct {
	path string
	err  error
}

func (e *fileError) Unwrap() error { return e.err }

// mostListed bounds the faults of a file that are listed.
const mostListed = 10

// Error is the first fault and how many there are, and where several kinds are
// wrong a line for each of them.
func (e *fileError) Error() string {
	out := e.path + ": " + e.err.Error()
	var faults selection.InputErrors
	if !errors.As(e.err, &faults) || len(faults) < 2 {
		return out
	}
	var b strings.Builder
	b.WriteString(out)
	left := faults.Count()
	for i, one := range faults {
		if i == mostListed {
			break
		}
		left -= 1 + one.More
		fmt.Fprintf(&b, "\n  %v", one)
		if one.More > 0 {
			fmt.Fprintf(&b, " (in %d rows)", one.More+1)
		}
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n  and %d more", left)
	}
	return b.String()
}

// refusal says what to do where quotas cannot be met, then why.
type refusal struct {
	why  *selection.InfeasibleError
	file string // with the quotas widened, empty where none was written
}

func (e *refusal) Unwrap() error { return e.why }

func (e *refusal) Error() string {
	var b strings.Builder
	b.WriteString("no panel meets these quotas")
	seats := 0
	for _, c := range e.why.Changes {
		seats += c.Min - c.NewMin + c.NewMax - c.Max
	}
	switch n := len(e.why.Changes); {
	case n == 0 && e.why.Least:
		b.WriteString(", nor any others: seats or people must change")
	case n == 0:
		b.WriteString(", and no smallest change was found: see below what conflicts")
	default:
		fmt.Fprintf(&b, ": widen %d of them by %s in all", n, count(seats, "seat", "seats"))
		if e.file != "" {
			fmt.Fprintf(&b, ", as %s does, and draw again with --quotas %s", e.file, e.file)
		}
	}
	for _, c := range e.why.Conflicts {
		b.WriteString("\n  conflict: " + c.Message)
	}
	for _, c := range e.why.Changes {
		b.WriteString("\n  change:   " + c.Message)
	}
	if len(e.why.Changes) > 0 && e.why.Least {
		b.WriteString("\n  No change of fewer seats in all would do.")
	}
	return b.String()
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
