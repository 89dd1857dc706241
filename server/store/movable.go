package store

import (
	"context"
	"fmt"
)

// Movable is a store whose whole content can be listed and put as it is into
// another, for moving an installation from engine to engine. While it is used
// so, nobody else may write either store.
type Movable interface {
	Store

	// Kinds returns the kinds of all records, sorted.
	Kinds(ctx context.Context) ([]string, error)

	// BlobList returns the digests of all blobs, sorted.
	BlobList(ctx context.Context) ([]string, error)

	// Epochs calls f for every lease that there ever was, sorted by name, with
	// its last epoch. An error of f ends the listing and is returned unchanged.
	Epochs(ctx context.Context, f func(name string, epoch uint64) error) error

	// Restore stores records under their Rev, at least 1. One that exists with
	// the same Rev, Data and Index is accepted, so that a retry is harmless;
	// with other content it is [ErrConflict].
	Restore(ctx context.Context, rows []Record) error

	// RestoreEpoch makes the lease's last epoch at least this.
	RestoreEpoch(ctx context.Context, name string, epoch uint64) error
}

// CheckStored tells whether the record is well formed and has been stored, as
// [ErrInvalid].
func (r Record) CheckStored() error {
	if r.Rev == 0 {
		return fmt.Errorf("%w: record %s/%s to restore has no rev", ErrInvalid, r.Kind, r.ID)
	}
	return r.Check()
}
