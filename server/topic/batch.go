package topic

import (
	"encoding/binary"
	"fmt"
)

// AppendBatch appends the bytes of a batch: each event's canonical bytes behind
// its length.
func AppendBatch(b []byte, events []Event) []byte {
	var one []byte
	for i := range events {
		one = events[i].AppendTo(one[:0])
		b = binary.AppendUvarint(b, uint64(len(one)))
		b = append(b, one...)
	}
	return b
}

// ReadBatch calls f with each event's canonical bytes in a batch whose first
// event has sequence number first.
func ReadBatch(b []byte, first uint64, f func(seq uint64, event []byte) error) error {
	for seq := first; len(b) > 0; seq++ {
		n, rest, err := readUvarint(b)
		if err != nil || n > uint64(len(rest)) {
			return fmt.Errorf("batch at event %d: %w", seq, errCodec)
		}
		if err := f(seq, rest[:n]); err != nil {
			return err
		}
		b = rest[n:]
	}
	return nil
}

// DecodeBatch reads all events of a batch.
func DecodeBatch(b []byte, first uint64) ([]Event, error) {
	var events []Event
	err := ReadBatch(b, first, func(seq uint64, bytes []byte) error {
		e, err := DecodeEvent(bytes, seq)
		events = append(events, e)
		return err
	})
	return events, err
}
