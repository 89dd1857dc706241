// Package mishap tells of a panic by where it was, and not with what: a value may be
// somebody's words.
package mishap

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
)

// Told turns what recover answered, in the function that was deferred, into an error.
// Of the runtime's own errors it tells what they say: they tell only numbers.
func Told(r any) error {
	said := fmt.Sprintf("a %T", r)
	var own runtime.Error
	if e, ok := r.(error); ok && errors.As(e, &own) {
		said = own.Error()
	}
	return fmt.Errorf("panic with %s at %s", said, place())
}

// Of answers the panic that f ends with, nil for none.
func Of(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = Told(r)
		}
	}()
	f()
	return nil
}

// place are the functions of Veche that a panic went through, innermost first.
func place() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs)]) // behind the deferred function
	var list []string
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "veche/") {
			list = append(list, fmt.Sprintf("%s:%d", strings.TrimPrefix(f.Function, "veche/"), f.Line))
		}
		if !more || len(list) == 12 {
			return strings.Join(list, " < ")
		}
	}
}
