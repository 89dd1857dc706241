package store

import (
	"errors"
	"fmt"
	"time"
)

// What can go wrong, for errors.Is. Stores wrap these with the operation and
// the names it concerns.
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("conflict")
	ErrHeld     = errors.New("lease is held by another owner")
	ErrLost     = errors.New("lease is lost")
	// ErrOutcomeUnknown: the write may or may not have been stored. Read
	// back, then decide.
	ErrOutcomeUnknown = errors.New("outcome of the write is unknown")
	ErrClosed         = errors.New("store is closed")
	ErrReadOnly       = errors.New("store is open for reading only")
	ErrInvalid        = errors.New("invalid argument")
	ErrDigest         = errors.New("content does not have the digest it was given under")
	// ErrCorrupt: what was read back is not what was written.
	ErrCorrupt = errors.New("stored data is damaged")
	// ErrFull: there is no room on the disk. Nothing was stored.
	ErrFull = errors.New("the disk is full")
	// ErrUnwritable: the disk, or the file on it, can't be written. Nothing
	// was stored.
	ErrUnwritable = errors.New("the disk can't be written")
)

// HeldError is an [ErrHeld] that names the holder.
type HeldError struct {
	Name  string
	Owner string
	Until time.Time
}

func (e *HeldError) Error() string {
	return fmt.Sprintf("lease %q is held by %q until %s", e.Name, e.Owner, e.Until.UTC().Format(time.RFC3339))
}

// Is makes errors.Is(err, ErrHeld) true.
func (e *HeldError) Is(target error) bool { return target == ErrHeld }
