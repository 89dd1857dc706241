package selection

import (
	"crypto/sha256"
	"encoding/binary"
	"runtime"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	rowDomain    = "veche/selection/row/v1\n"
	saltDomain   = "veche/selection/salt/v1\n"
	poolDomain   = "veche/selection/pool/v1\n"
	chanceDomain = "veche/selection/chance/v1\n"
)

// Roll is everyone who applied, in the order of their identifiers, under a
// Merkle root over salted canonical rows. The root gives nobody away; a row with
// its salt and the path proves to its owner that it is in.
type Roll struct {
	pool  *Pool
	order []int32 // leaf → person
	leaf  []int32 // person → leaf
	salt  func(i int) [16]byte
	alone bool // each row has a salt that nothing else gives
	rows  *tree
}

// NewRoll orders and hashes the pool. Salts are derived from key and identifier;
// without a key they come from the digest of the whole pool, so that whoever
// holds the pool can work them out and nobody else can guess rows one by one.
func NewRoll(pool *Pool, key *[32]byte) (*Roll, error) {
	order := pool.byID()
	var own [32]byte
	if key != nil {
		own = *key
	} else {
		var row []byte
		h := sha256.New()
		h.Write([]byte(poolDomain))
		for _, i := range order {
			row = appendPerson(row[:0], pool, int(i), nil)
			h.Write(row)
		}
		h.Sum(own[:0])
	}
	salts := make([][16]byte, pool.Len())
	spread(len(salts), func(i int) {
		var space [256]byte
		b := append(space[:0], saltDomain...)
		b = append(b, own[:]...)
		b = append(b, pool.ids.bytes(i)...)
		sum := sha256.Sum256(b)
		copy(salts[i][:], sum[:])
	})
	return orderedRoll(pool, order, func(i int) [16]byte { return salts[i] })
}

// newRoll orders and hashes the pool, person i with the salt given.
func newRoll(pool *Pool, salt func(i int) [16]byte) (*Roll, error) {
	return orderedRoll(pool, pool.byID(), salt)
}

func orderedRoll(pool *Pool, order []int32, salt func(i int) [16]byte) (*Roll, error) {
	r := &Roll{pool: pool, order: order, leaf: make([]int32, pool.Len()), salt: salt}
	for at, i := range r.order {
		r.leaf[i] = int32(at)
	}
	var err error
	r.rows, err = newTree(pool.Len(), func(b []byte, leaf int) []byte { return r.Row(b, int(r.order[leaf])) })
	return r, err
}

// Root is the Merkle root over the salted rows.
func (r *Roll) Root() Digest { return r.rows.root }

// Leaf is the number of person i's leaf, from 0.
func (r *Roll) Leaf(i int) int { return int(r.leaf[i]) }

// Person is whose leaf it is.
func (r *Roll) Person(leaf int) int { return int(r.order[leaf]) }

// Path is the inclusion proof of person i's row under the root.
func (r *Roll) Path(i int) ([]Digest, error) { return r.rows.path(r.Leaf(i)) }

// Salt is person i's salt: theirs to know, nobody else's.
func (r *Roll) Salt(i int) [16]byte { return r.salt(i) }

// Row appends the canonical salted bytes of person i, the content of the leaf.
func (r *Roll) Row(b []byte, i int) []byte {
	salt := r.Salt(i)
	return appendPerson(b, r.pool, i, salt[:])
}

func appendPerson(b []byte, pool *Pool, i int, salt []byte) []byte {
	var home []byte
	if h := pool.household[i]; h >= 0 {
		home = pool.households.bytes(int(h))
	}
	b = appendHead(b, salt, pool.ids.bytes(i), home, pool.Weight(i))
	for f, v := range pool.Values(i) {
		feature := &pool.features[f]
		b = appendValue(b, feature.Name, feature.Values[v])
	}
	return b
}

// appendHead begins a row: domain, salt, identifier, household and weight, each
// text behind its length.
func appendHead(b, salt, id, home []byte, weight float64) []byte {
	b = append(b, rowDomain...)
	b = append(b, salt...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(id)))
	b = append(b, id...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(home)))
	b = append(b, home...)
	return binary.BigEndian.AppendUint64(b, uint64(float64(weight*weightUnit)+0.5))
}

// appendValue adds name and value of a feature to a row.
func appendValue(b []byte, feature, value string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(feature)))
	b = append(b, feature...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(value)))
	return append(b, value...)
}

// chances is the Merkle tree over everyone's chance, in units of ChanceUnit, in
// the order of the leaves. A leaf holds its owner's salt, so that nobody can try
// out the chances of a neighbour in the tree.
func (r *Roll) chances(chance []int64) (*tree, error) {
	return newTree(len(r.order), func(b []byte, leaf int) []byte {
		i := int(r.order[leaf])
		return appendChance(b, r.Salt(i), leaf, chance[i])
	})
}

// ChancesRoot is the Merkle root over everyone's chance, in units of ChanceUnit
// and in the order of the pool.
func (r *Roll) ChancesRoot(chance []int64) (Digest, error) {
	t, err := r.chances(chance)
	if err != nil {
		return Digest{}, err
	}
	return t.root, nil
}

func appendChance(b []byte, salt [16]byte, leaf int, chance int64) []byte {
	b = append(b, chanceDomain...)
	b = append(b, salt[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(leaf))
	return binary.BigEndian.AppendUint64(b, uint64(chance))
}

// lowLevel is the level below which nodes of a tree are worked out from the
// contents when asked for, which saves nine tenths of the memory.
const lowLevel = 4

// spread does the same for each of many things, on as many cores as there are.
func spread(many int, do func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), 1+many/4096)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w * many / workers; i < (w+1)*many/workers; i++ {
				do(i)
			}
		})
	}
	all.Wait()
}

// tree is a Merkle tree with the hashing of RFC 6962 over leaves whose contents
// can be had again.
type tree struct {
	leaves  int
	content func(b []byte, leaf int) []byte // appended; called from several goroutines
	levels  [][]tlog.Hash                   // roots of complete subtrees of 2^(lowLevel+i) leaves
	root    Digest
}

func newTree(leaves int, content func([]byte, int) []byte) (*tree, error) {
	t := &tree{leaves: leaves, content: content}
	const chunk = 1 << lowLevel
	bottom := make([]tlog.Hash, leaves/chunk)
	spread(len(bottom), func(i int) { bottom[i] = t.node(lowLevel, i) })
	for level := bottom; len(level) > 0; {
		t.levels = append(t.levels, level)
		next := make([]tlog.Hash, len(level)/2)
		for i := range next {
			next[i] = tlog.NodeHash(level[2*i], level[2*i+1])
		}
		level = next
	}
	if leaves == 0 {
		t.root = sha256.Sum256(nil)
		return t, nil
	}
	root, err := tlog.TreeHash(int64(leaves), tlog.HashReaderFunc(t.stored))
	t.root = Digest(root)
	return t, err
}

// node is the root of the complete subtree number i of a level.
func (t *tree) node(level, i int) tlog.Hash {
	if at := level - lowLevel; at >= 0 && at < len(t.levels) {
		return t.levels[at][i]
	}
	var space [256]byte
	var stack [lowLevel + 1]tlog.Hash
	first := i << level
	for k := range 1 << level {
		h := tlog.Hash(sha256.Sum256(t.content(space[:1], first+k))) // as tlog.RecordHash: behind a 0
		up := 0
		for ; k>>up&1 == 1; up++ {
			h = tlog.NodeHash(stack[up], h)
		}
		stack[up] = h
	}
	return stack[level]
}

// stored gives tlog the nodes it asks for.
func (t *tree) stored(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for k, index := range indexes {
		level, i := tlog.SplitStoredHashIndex(index)
		out[k] = t.node(level, int(i))
	}
	return out, nil
}

func (t *tree) path(leaf int) ([]Digest, error) {
	path, err := tlog.ProveRecord(int64(t.leaves), int64(leaf), tlog.HashReaderFunc(t.stored))
	if err != nil {
		return nil, err
	}
	out := make([]Digest, len(path))
	for k, h := range path {
		out[k] = Digest(h)
	}
	return out, nil
}

// CheckPath tells whether a leaf's content stands at the given place of a tree
// of so many leaves with the given root.
func CheckPath(path []Digest, leaves, leaf int, content []byte, root [32]byte) error {
	proof := make(tlog.RecordProof, len(path))
	for i, d := range path {
		proof[i] = tlog.Hash(d)
	}
	return tlog.CheckRecord(proof, int64(leaves), root, int64(leaf), tlog.RecordHash(content))
}
