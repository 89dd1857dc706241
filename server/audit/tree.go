package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a node of a log's Merkle tree (RFC 6962, section 2.1). It reads and
// writes as hexadecimal digits.
type Hash [sha256.Size]byte

// LeafHash is the leaf of an event's canonical bytes: SHA-256(0x00 ‖ bytes).
func LeafHash(event []byte) Hash { return Hash(tlog.RecordHash(event)) }

func nodeHash(left, right Hash) Hash {
	return Hash(tlog.NodeHash(tlog.Hash(left), tlog.Hash(right)))
}

// String is the hash in lower-case hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes String.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (h *Hash) UnmarshalText(b []byte) error {
	if len(b) != 2*len(h) {
		return fmt.Errorf("%q is not a hash of 64 hexadecimal digits", b)
	}
	if _, err := hex.Decode(h[:], b); err != nil {
		return fmt.Errorf("%q is not a hash: %w", b, err)
	}
	return nil
}

// Subtree stands for 2^Level events that begin at a multiple of 2^Level.
type Subtree struct {
	Level int  `json:"level"`
	Hash  Hash `json:"hash"`
}

// maxLevel bounds a subtree: 2^40 events are more than any log has.
const maxLevel = 40

// Cover is the fewest complete subtrees over a stretch of a log that begins
// after Start events. Over a whole log (Start 0) it is enough for the root. It
// holds O(log n) hashes.
type Cover struct {
	Start uint64
	size  uint64
	trees []Subtree
}

// Append adds the leaf of the next event.
func (c *Cover) Append(leaf Hash) { c.push(Subtree{Hash: leaf}) }

// AppendSubtree adds the next 2^Level events at once. It is an error where they
// would not begin at a multiple of their number.
func (c *Cover) AppendSubtree(t Subtree) error {
	if t.Level < 0 || t.Level > maxLevel || (c.Start+c.size)%(1<<t.Level) != 0 {
		return fmt.Errorf("a subtree of level %d can't follow %d events", t.Level, c.Start+c.size)
	}
	c.push(t)
	return nil
}

func (c *Cover) push(t Subtree) {
	c.size += 1 << t.Level
	c.trees = append(c.trees, t)
	for n := len(c.trees); n >= 2 && c.trees[n-2].Level == c.trees[n-1].Level; n = len(c.trees) {
		level := c.trees[n-1].Level
		if (c.Start+c.size)%(1<<(level+1)) != 0 || c.size < 1<<(level+1) {
			return
		}
		c.trees[n-2] = Subtree{Level: level + 1, Hash: nodeHash(c.trees[n-2].Hash, c.trees[n-1].Hash)}
		c.trees = c.trees[:n-1]
	}
}

// Len is how many events it covers.
func (c *Cover) Len() uint64 { return c.size }

// Subtrees answers the subtrees in the order of the log.
func (c *Cover) Subtrees() []Subtree { return slices.Clone(c.trees) }

// Root is the Merkle root over the whole log; Start must be 0.
func (c *Cover) Root() Hash {
	n := len(c.trees)
	if n == 0 {
		return sha256.Sum256(nil)
	}
	h := c.trees[n-1].Hash
	for i := n - 2; i >= 0; i-- {
		h = nodeHash(c.trees[i].Hash, h)
	}
	return h
}

// Tree is the whole Merkle tree of a log, grown event by event, for proofs. It
// holds two hashes an event. It is not safe for concurrent use.
type Tree struct {
	size   int64
	hashes []tlog.Hash
}

// ReadHashes makes the tree a tlog.HashReader.
func (t *Tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		if at < 0 || at >= int64(len(t.hashes)) {
			return nil, fmt.Errorf("the tree of %d events has no hash %d", t.size, at)
		}
		out[i] = t.hashes[at]
	}
	return out, nil
}

// Append adds the next event's canonical bytes.
func (t *Tree) Append(event []byte) error {
	more, err := tlog.StoredHashes(t.size, event, t)
	if err != nil {
		return err
	}
	t.hashes = append(t.hashes, more...)
	t.size++
	return nil
}

// Size is how many events the tree has.
func (t *Tree) Size() uint64 { return uint64(t.size) }

// Root is the root over the first size events.
func (t *Tree) Root(size uint64) (Hash, error) {
	if size > uint64(t.size) {
		return Hash{}, fmt.Errorf("the tree has %d events, not %d", t.size, size)
	}
	if size == 0 {
		return sha256.Sum256(nil), nil
	}
	h, err := tlog.TreeHash(int64(size), t)
	return Hash(h), err
}
