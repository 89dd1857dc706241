package selection

import (
	"errors"
	"fmt"
	"strings"
)

// InputError is one thing wrong in a file: where, what it says and what to do.
// Row counts from 1, the header being row 1, and is 0 where the file as a whole
// is meant.
type InputError struct {
	File    string `json:"file,omitempty"`
	Row     int    `json:"row"`
	Column  string `json:"column"`
	Value   string `json:"value"`
	Message string `json:"message"`
	More    int    `json:"more,omitempty"` // rows besides in which the same is wrong
}

func (e *InputError) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File + ": ")
	}
	if e.Row > 0 {
		fmt.Fprintf(&b, "row %d", e.Row)
		if e.Column != "" {
			fmt.Fprintf(&b, ", column %q", e.Column)
		}
		b.WriteString(": ")
	} else if e.Column != "" {
		fmt.Fprintf(&b, "column %q: ", e.Column)
	}
	b.WriteString(e.Message)
	return b.String()
}

// InputErrors are the things wrong in a file, each kind of fault once with the
// number of rows that have it; the last counts all that follow the first
// maxInputErrors.
type InputErrors []*InputError

const maxInputErrors = 50

// add puts an error to the others, or counts it with one that says the same.
func (e *InputErrors) add(one *InputError) {
	for _, old := range *e {
		if old.Column == one.Column && old.Value == one.Value && old.Message == one.Message {
			old.More++
			return
		}
	}
	if len(*e) == maxInputErrors {
		(*e)[maxInputErrors-1].More++
		return
	}
	*e = append(*e, one)
}

// Count is the number of rows or fields that are wrong.
func (e InputErrors) Count() int {
	n := 0
	for _, one := range e {
		n += 1 + one.More
	}
	return n
}

func (e InputErrors) Error() string {
	n := e.Count()
	if n == 1 {
		return e[0].Error()
	}
	return fmt.Sprintf("%v (and %d more like it)", e[0], n-1)
}

// Unwrap gives the single errors.
func (e InputErrors) Unwrap() []error {
	out := make([]error, len(e))
	for i, one := range e {
		out[i] = one
	}
	return out
}

// skippable tells whether reading may go on behind an error to find more.
func skippable(err error) (*InputError, bool) {
	var one *InputError
	return one, errors.As(err, &one)
}

func wrapInput(err error) error {
	if one, ok := skippable(err); ok {
		return InputErrors{one}
	}
	return err
}
