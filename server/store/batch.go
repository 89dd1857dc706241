package store

import "fmt"

// MaxBytes is the largest Batch.Bytes and Record.Data, so that each fits in
// one document of any store.
const MaxBytes = 8 << 20

const (
	maxSeq = 1<<40 - 1 // a topic's events; leaves 23 bits for the topic in one integer key
)

// Batch is the unit of a topic's log: the events of one or more whole
// commands. Their canonical bytes are opaque to the store.
type Batch struct {
	Topic string
	No    uint64 // position among the topic's batches, from 1, contiguous
	First uint64 // seq of its first event; seqs run from 1, contiguous over batches
	Last  uint64 // seq of its last event, >= First
	Epoch uint64 // fencing epoch of the owner that wrote it; never falls along the log
	Bytes []byte // 1 to MaxBytes
}

// Check tells whether the batch is well formed in itself, as [ErrInvalid].
func (b Batch) Check() error {
	switch {
	case !validKey(b.Topic):
		return fmt.Errorf("%w: topic %q: want 1 to %d bytes of UTF-8 without NUL", ErrInvalid, b.Topic, MaxKey)
	case b.No == 0, b.First == 0, b.Last < b.First, b.First < b.No, b.Last > maxSeq, b.Epoch > maxSeq:
		return fmt.Errorf("%w: topic %q batch no %d: seqs %d to %d at epoch %d: numbers run from 1, a batch holds at least one event",
			ErrInvalid, b.Topic, b.No, b.First, b.Last, b.Epoch)
	case len(b.Bytes) == 0, len(b.Bytes) > MaxBytes:
		return fmt.Errorf("%w: topic %q batch no %d: %d bytes: want 1 to %d", ErrInvalid, b.Topic, b.No, len(b.Bytes), MaxBytes)
	}
	return nil
}

// Follows tells, as [ErrConflict], whether b is the next batch of a log that
// ends in tail (No 0: empty).
func (b Batch) Follows(tail Batch) error {
	switch {
	case b.No <= tail.No:
		return fmt.Errorf("%w: topic %q already has batch no %d, its log ends at no %d (seq %d, epoch %d)",
			ErrConflict, b.Topic, b.No, tail.No, tail.Last, tail.Epoch)
	case b.No > tail.No+1 || b.First != tail.Last+1:
		return fmt.Errorf("%w: topic %q: batch no %d from seq %d leaves a gap, the log ends at no %d, seq %d",
			ErrConflict, b.Topic, b.No, b.First, tail.No, tail.Last)
	case b.Epoch < tail.Epoch:
		return fmt.Errorf("%w: topic %q: batch no %d of epoch %d comes after epoch %d", ErrConflict, b.Topic, b.No, b.Epoch, tail.Epoch)
	}
	return nil
}
