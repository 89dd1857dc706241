package selection

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Digest is a SHA-256 that reads and writes as hex in JSON.
type Digest [32]byte

// MarshalText writes hex.
func (d Digest) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(d[:])), nil }

// UnmarshalText reads hex.
func (d *Digest) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != 32 {
		return fmt.Errorf("%q is not a SHA-256 in hex", text)
	}
	copy(d[:], raw)
	return nil
}

const (
	rowDomain    = "veche/selection/row/v1\n"
	saltDomain   = "veche/selection/salt/v1\n"
	poolDomain   = "veche/selection/pool/v1\n"
	policyDomain = "veche/selection/policy/v1\n"
)

// Commitment binds the pool before the beacon's value can be known: a Merkle
// tree (RFC 6962 hashing) over salted canonical rows in the order of the
// identifiers. The root gives nobody away; a row with its salt and the path
// proves to its owner that it is in.
type Commitment struct {
	pool   *Pool
	order  []int32 // leaf → person
	leaf   []int32 // person → leaf
	key    [32]byte
	levels [][]tlog.Hash // roots of complete subtrees of 2^(lowLevel+i) leaves
	root   [32]byte
}

// lowLevel is the level below which nodes of the tree are worked out from the
// rows when asked for, which saves nine tenths of the memory.
const lowLevel = 4

// Commit builds the tree. Salts are derived from key and identifier; without a
// key they come from the digest of the whole pool, so that whoever holds the
// pool can work them out and nobody else can guess rows one by one.
func Commit(pool *Pool, key *[32]byte) (*Commitment, error) {
	c := &Commitment{pool: pool, order: pool.byID(), leaf: make([]int32, pool.Len())}
	var row []byte
	if key != nil {
		c.key = *key
	} else {
		h := sha256.New()
		h.Write([]byte(poolDomain))
		for _, i := range c.order {
			row = c.appendRow(row[:0], int(i), nil)
			h.Write(row)
		}
		h.Sum(c.key[:0])
	}
	for at, i := range c.order {
		c.leaf[i] = int32(at)
	}
	const chunk = 1 << lowLevel
	bottom := make([]tlog.Hash, 0, pool.Len()/chunk)
	for at := 0; at+chunk <= pool.Len(); at += chunk {
		bottom = append(bottom, c.node(lowLevel, at/chunk))
	}
	for level := bottom; len(level) > 0; {
		c.levels = append(c.levels, level)
		next := make([]tlog.Hash, len(level)/2)
		for i := range next {
			next[i] = tlog.NodeHash(level[2*i], level[2*i+1])
		}
		level = next
	}
	if pool.Len() == 0 {
		c.root = sha256.Sum256(nil)
		return c, nil
	}
	root, err := tlog.TreeHash(int64(pool.Len()), tlog.HashReaderFunc(c.stored))
	if err != nil {
		return nil, err
	}
	c.root = root
	return c, nil
}

// node is the root of the complete subtree number i of a level.
func (c *Commitment) node(level, i int) tlog.Hash {
	if at := level - lowLevel; at >= 0 && at < len(c.levels) {
		return c.levels[at][i]
	}
	var row [256]byte
	var stack [lowLevel + 1]tlog.Hash
	first := i << level
	for k := range 1 << level {
		h := tlog.RecordHash(c.Row(row[:0], int(c.order[first+k])))
		up := 0
		for ; k>>up&1 == 1; up++ {
			h = tlog.NodeHash(stack[up], h)
		}
		stack[up] = h
	}
	return stack[level]
}

// stored gives tlog the nodes it asks for.
func (c *Commitment) stored(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for k, index := range indexes {
		level, i := tlog.SplitStoredHashIndex(index)
		out[k] = c.node(level, int(i))
	}
	return out, nil
}

// Root is the Merkle root over the salted rows.
func (c *Commitment) Root() [32]byte { return c.root }

// Leaf is the number of person i's leaf.
func (c *Commitment) Leaf(i int) int { return int(c.leaf[i]) }

// Salt is person i's salt: theirs to know, nobody else's.
func (c *Commitment) Salt(i int) [16]byte {
	var space [256]byte
	b := append(space[:0], saltDomain...)
	b = append(b, c.key[:]...)
	b = append(b, c.pool.ids.bytes(i)...)
	sum := sha256.Sum256(b)
	return [16]byte(sum[:16])
}

// Row appends the canonical salted bytes of person i, the content of the leaf.
func (c *Commitment) Row(b []byte, i int) []byte {
	salt := c.Salt(i)
	return c.appendRow(b, i, salt[:])
}

// appendRow writes a row: domain, salt, identifier, household, weight, then
// name and value of every feature, each text behind its length.
func (c *Commitment) appendRow(b []byte, i int, salt []byte) []byte {
	text := func(s string) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	b = append(b, rowDomain...)
	b = append(b, salt...)
	id := c.pool.ids.bytes(i)
	b = binary.BigEndian.AppendUint32(b, uint32(len(id)))
	b = append(b, id...)
	var home []byte
	if h := c.pool.household[i]; h >= 0 {
		home = c.pool.households.bytes(int(h))
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(home)))
	b = append(b, home...)
	b = binary.BigEndian.AppendUint64(b, uint64(float64(c.pool.Weight(i)*1e6)+0.5))
	for f, v := range c.pool.Values(i) {
		text(c.pool.features[f].Name)
		text(c.pool.features[f].Values[v])
	}
	return b
}

// Path is the inclusion proof of person i's row under the root.
func (c *Commitment) Path(i int) ([]Digest, error) {
	path, err := tlog.ProveRecord(int64(c.pool.Len()), int64(c.leaf[i]), tlog.HashReaderFunc(c.stored))
	if err != nil {
		return nil, err
	}
	out := make([]Digest, len(path))
	for k, h := range path {
		out[k] = Digest(h)
	}
	return out, nil
}

// leafHash is the RFC 6962 hash of person i's row.
func (c *Commitment) leafHash(i int) Digest { return Digest(tlog.RecordHash(c.Row(nil, i))) }

// chances is the digest of everyone's chance in the order of the leaves.
func (c *Commitment) chances(chance []int64) Digest {
	h := sha256.New()
	var one [8]byte
	for _, i := range c.order {
		binary.BigEndian.PutUint64(one[:], uint64(chance[i]))
		h.Write(one[:])
	}
	return Digest(h.Sum(nil))
}

// checkHash proves that a leaf's hash stands at its place under the root.
func checkHash(place ProofPlace, people int, root [32]byte) error {
	proof := make(tlog.RecordProof, len(place.Path))
	for i, d := range place.Path {
		proof[i] = tlog.Hash(d)
	}
	return tlog.CheckRecord(proof, int64(people), root, int64(place.Leaf), tlog.Hash(place.Hash))
}

// CheckPath tells whether a row's leaf hash stands at the given place of a tree
// of people leaves with the given root.
func CheckPath(path []Digest, people, leaf int, row []byte, root [32]byte) error {
	proof := make(tlog.RecordProof, len(path))
	for i, d := range path {
		proof[i] = tlog.Hash(d)
	}
	return tlog.CheckRecord(proof, int64(people), root, int64(leaf), tlog.RecordHash(row))
}

// Policy is what is settled before the beacon is known: everything about a draw
// but the people and the randomness.
type Policy struct {
	Quotas    Quotas    `json:"quotas"`
	Size      int       `json:"size"`
	Objective Objective `json:"objective"`
	ByType    bool      `json:"by_type,omitempty"`
	Reserves  int       `json:"reserves"`
	Panels    int       `json:"panels,omitempty"`
	Replays   int       `json:"replays,omitempty"`
	Fit       []string  `json:"fit_features,omitempty"`
	Seated    []List    `json:"seated"`   // who has a seat already
	Excluded  []List    `json:"excluded"` // who cannot be drawn
}

// List is a group of people in a policy: why, how many, and a digest of who.
type List struct {
	Reason string `json:"reason"`
	People int    `json:"people"`
	Digest Digest `json:"digest"`
}

// Taken is how many seats are filled already.
func (p *Policy) Taken() int {
	n := 0
	for _, l := range p.Seated {
		n += l.People
	}
	return n
}

// Policy extracts the policy of a problem. Lists of people enter as digests
// over their sorted identifiers and the pool's root stands for their salt.
func (p *Problem) Policy(root [32]byte) Policy {
	o, _ := ParseObjective(string(p.Objective))
	return Policy{Quotas: p.Quotas, Size: p.Size, Objective: o, ByType: p.ByType, Reserves: p.Reserves,
		Panels: p.Panels, Replays: p.Replays, Fit: p.FitFeatures,
		Seated: p.lists(root, p.Fixed), Excluded: p.lists(root, p.Excluded)}
}

func (p *Problem) lists(root [32]byte, groups []Group) []List {
	out := []List{}
	for _, g := range groups {
		out = append(out, List{Reason: g.Reason, People: len(g.People), Digest: p.listDigest(root, g.People)})
	}
	return out
}

func (p *Problem) listDigest(root [32]byte, people []int) Digest {
	ids := make([]string, len(people))
	for i, person := range people {
		ids[i] = p.Pool.ID(person)
	}
	slices.Sort(ids)
	h := sha256.New()
	h.Write([]byte(policyDomain))
	h.Write(root[:])
	for _, id := range slices.Compact(ids) {
		var size [4]byte
		binary.BigEndian.PutUint32(size[:], uint32(len(id)))
		h.Write(size[:])
		h.Write([]byte(id))
	}
	return Digest(h.Sum(nil))
}

// Digest is the SHA-256 of the policy's canonical JSON behind its domain.
func (p Policy) Digest() [32]byte {
	body, err := json.Marshal(p)
	if err != nil { // only texts and numbers
		panic(err)
	}
	return sha256.Sum256(append([]byte(policyDomain), body...))
}
