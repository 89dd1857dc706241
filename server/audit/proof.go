package audit

import (
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Receipt proves to whoever holds it that an event stands in a log under a
// signed checkpoint. It is checked without the log.
type Receipt struct {
	Seq        uint64 `json:"seq"`
	Event      []byte `json:"event"`      // canonical bytes
	Path       []Hash `json:"path"`       // from the leaf up
	Checkpoint string `json:"checkpoint"` // the signed note
}

// Receipt makes the receipt of event seq under a signed checkpoint.
func (t *Tree) Receipt(seq uint64, event []byte, signed []byte, c Checkpoint) (Receipt, error) {
	if seq == 0 || seq > c.Size || c.Size > t.Size() {
		return Receipt{}, fmt.Errorf("event %d is not among the %d events of the checkpoint", seq, c.Size)
	}
	path, err := tlog.ProveRecord(int64(c.Size), int64(seq-1), t)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{Seq: seq, Event: event, Path: hashes(path), Checkpoint: string(signed)}, nil
}

// Check tells whether the receipt holds under a key, and answers the checkpoint.
func (r *Receipt) Check(key note.Verifier) (Checkpoint, error) {
	c, err := OpenCheckpoint([]byte(r.Checkpoint), key)
	if err != nil {
		return c, err
	}
	if r.Seq == 0 || r.Seq > c.Size {
		return c, fmt.Errorf("event %d is not among the %d events of the checkpoint", r.Seq, c.Size)
	}
	if err := tlog.CheckRecord(nodes(r.Path), int64(c.Size), tlog.Hash(c.Root), int64(r.Seq-1), tlog.RecordHash(r.Event)); err != nil {
		return c, fmt.Errorf("event %d does not stand in the log under this checkpoint", r.Seq)
	}
	return c, nil
}

// Consistency proves that the log of the first older events is the beginning of
// that of the first newer.
func (t *Tree) Consistency(older, newer uint64) ([]Hash, error) {
	if older == 0 || older > newer || newer > t.Size() {
		return nil, fmt.Errorf("there is no proof from %d to %d events in a log of %d", older, newer, t.Size())
	}
	proof, err := tlog.ProveTree(int64(newer), int64(older), t)
	return hashes(proof), err
}

// CheckConsistency tells whether older is the beginning of newer.
func CheckConsistency(proof []Hash, older, newer Checkpoint) error {
	if older.Origin != newer.Origin {
		return fmt.Errorf("the checkpoints are of two logs, %q and %q", older.Origin, newer.Origin)
	}
	if older.Size == 0 || older.Size > newer.Size {
		return fmt.Errorf("a log of %d events can't begin with %d", newer.Size, older.Size)
	}
	if err := tlog.CheckTree(nodes(proof), int64(newer.Size), tlog.Hash(newer.Root), int64(older.Size), tlog.Hash(older.Root)); err != nil {
		return fmt.Errorf("the log of %d events does not begin with that of %d: something was changed or taken out", newer.Size, older.Size)
	}
	return nil
}

func hashes(list []tlog.Hash) []Hash {
	out := make([]Hash, len(list))
	for i, h := range list {
		out[i] = Hash(h)
	}
	return out
}

func nodes(list []Hash) []tlog.Hash {
	out := make([]tlog.Hash, len(list))
	for i, h := range list {
		out[i] = tlog.Hash(h)
	}
	return out
}
