package sqlite

import "errors"

// Fault is what a test lets go wrong with one commit.
type Fault int

const (
	FaultNone   Fault = iota
	FaultAbort        // nothing is stored, and the callers learn that it failed
	FaultLost         // nothing is stored, and the callers get store.ErrOutcomeUnknown
	FaultStored       // all is stored, and the callers get store.ErrOutcomeUnknown
)

var errInjected = errors.New("fault injected by a test")
