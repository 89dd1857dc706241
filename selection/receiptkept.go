package selection

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// KeptRoll is what to keep of a round's roll so that people can still get their
// receipts when the rows of others have been erased: hashes of leaves, and
// chances. It holds no row and no salt. Lists are in the order of the leaves.
type KeptRoll struct {
	Rows    []Digest // RFC 6962 hash of each row's leaf
	Units   []int64  // chances in units of ChanceUnit
	Chances []Digest // RFC 6962 hash of each chance's leaf
}

// Keep is what to keep of a round's roll, whose chances are those that Draw gave,
// in the order of the pool.
func (r *Roll) Keep(chances []int64) *KeptRoll {
	k := &KeptRoll{}
	var space [256]byte
	for leaf, i := range r.order {
		k.Rows = append(k.Rows, Digest(tlog.RecordHash(r.Row(space[:0], int(i)))))
		k.Units = append(k.Units, chances[i])
		k.Chances = append(k.Chances, Digest(tlog.RecordHash(appendChance(space[:0], r.Salt(int(i)), leaf, chances[i]))))
	}
	return k
}

// ErrOtherRow says that a row or its salt is not the one that stands at the leaf.
var ErrOtherRow = errors.New("this is not the row that stands there in the roll")

// Receipt makes the receipt of whose row and salt they are, at the leaf; it is
// ErrOtherRow where others stand there. Earlier are their receipts of the rounds before, the
// first first. It takes one pass over the leaves.
func (k *KeptRoll) Receipt(proof *Proof, leaf int, row ReceiptRow, salt Salt, earlier ...Receipt) (*Receipt, error) {
	if leaf < 0 || leaf >= len(k.Rows) || len(k.Rows) != proof.People || len(k.Chances) != proof.People || len(k.Units) != proof.People {
		return nil, fmt.Errorf("leaf %d of %d rows, %d chances and %d people", leaf, len(k.Rows), len(k.Units), proof.People)
	}
	if Digest(tlog.RecordHash(row.bytes(salt))) != k.Rows[leaf] {
		return nil, ErrOtherRow
	}
	places, err := proof.places()
	if err != nil {
		return nil, err
	}
	at := places.at(leaf)
	r := &Receipt{Version: ReceiptVersion, Topic: proof.Topic, Commitment: proof.CommitmentDigest, Round: proof.Round,
		Row: row, Salt: salt, Leaf: leaf, People: proof.People, Path: pathOf(k.Rows, leaf), Root: proof.Root,
		Standing: at.standing, Reason: at.reason, Outcome: at.outcome, Reserve: at.reserve,
		Chance: k.Units[leaf], ChancePath: pathOf(k.Chances, leaf), ChancesRoot: proof.Chances, Earlier: earlier}
	for i := range r.Earlier { // one level: each round once
		r.Earlier[i].Earlier = nil
	}
	r.Total = r.total()
	return r, r.check()
}

// pathOf is the inclusion proof of a leaf among hashed leaves (RFC 6962, 2.1.1).
func pathOf(leaves []Digest, leaf int) []Digest {
	if len(leaves) < 2 {
		return nil
	}
	split := halfOf(len(leaves))
	if leaf < split {
		return append(pathOf(leaves[:split], leaf), rootOf(leaves[split:]))
	}
	return append(pathOf(leaves[split:], leaf-split), rootOf(leaves[:split]))
}

// rootOf is the root over hashed leaves.
func rootOf(leaves []Digest) Digest {
	if len(leaves) == 1 {
		return leaves[0]
	}
	split := halfOf(len(leaves))
	return Digest(tlog.NodeHash(tlog.Hash(rootOf(leaves[:split])), tlog.Hash(rootOf(leaves[split:]))))
}

// halfOf is the largest power of two below n, n > 1.
func halfOf(n int) int {
	half := 1
	for 2*half < n {
		half *= 2
	}
	return half
}
