package topic

import (
	"errors"
	"fmt"
)

// Code says what is wrong, in a word that a program can act on. The API maps
// codes to RFC 9457 problems in one place.
type Code string

// The codes of the domain.
const (
	CodeForbidden      Code = "forbidden"       // the role may not do this
	CodeNotFound       Code = "not-found"       // no such thing in this topic
	CodeWrongStage     Code = "wrong-stage"     // not now
	CodeConflict       Code = "conflict"        // it changed meanwhile
	CodeAlreadyApplied Code = "already-applied" // one person, one application
	CodeSeatTaken      Code = "seat-taken"      // answered before
	CodeInvalid        Code = "invalid"         // the value is wrong
	CodeInfeasible     Code = "infeasible"      // the quotas cannot be met together
	CodeContradiction  Code = "contradiction"   // wishes for tables contradict each other
	CodeNobodyLeft     Code = "nobody-left"     // there is no one to draw
	CodeGone           Code = "gone"            // the topic was deleted
)

// Fault is a refusal by the domain: a code, and a sentence that says what is
// wrong and what to do.
type Fault struct {
	Code   Code
	Detail string
	// Places says where, one entry a fault of a larger input.
	Places []Place
}

// Place is one fault in a larger input: a row and column of a file, a field of
// a form, a value of a quota.
type Place struct {
	Row     int    `json:"row,omitempty"`
	Column  string `json:"column,omitempty" class:"none"`
	Field   string `json:"field,omitempty" class:"none"`
	Feature string `json:"feature,omitempty" class:"none"`
	Value   string `json:"value,omitempty" class:"answers"`
	Message string `json:"message" class:"none"`
}

func (f *Fault) Error() string { return f.Detail }

// NewFault makes a refusal.
func NewFault(code Code, format string, args ...any) *Fault {
	return &Fault{Code: code, Detail: fmt.Sprintf(format, args...)}
}

func faultf(code Code, format string, args ...any) error { return NewFault(code, format, args...) }

// CodeOf is the code of a refusal anywhere in err's chain, "" if there is none.
func CodeOf(err error) Code {
	var f *Fault
	if errors.As(err, &f) {
		return f.Code
	}
	return ""
}
