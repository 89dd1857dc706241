package audit

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"veche/server/topic"
)

// GroupSize is how many neighbouring events a proof of inclusion is asked for at
// once: whoever asks for theirs tells which 64 it is among, no more.
const GroupSize = 64

const groupLevel = 6

// Leaf is an event as its log's tree has it.
type Leaf struct {
	Hash Hash
	veil veil
}

// veil says how far the hash of an event keeps it from being guessed.
type veil uint8

const (
	harmless  veil = iota // it is public, or the sender's own random id keeps it
	guessable             // a vote: time, ballot, item and value could be tried out
	salted                // random bytes keep it, and whatever is hashed with it
)

// manyVotes are too many to be tried out together.
const manyVotes = 4

// NewLeaf makes the leaf of event seq.
func NewLeaf(seq uint64, event []byte) (Leaf, error) {
	e, err := topic.DecodeEvent(event, seq)
	if err != nil {
		return Leaf{}, err
	}
	l := Leaf{Hash: LeafHash(event)}
	switch e.Body.(type) {
	case *topic.BallotCast, *topic.BallotsIssued, *topic.PollBallotsIssued, *topic.Applied:
		l.veil = salted
	default:
		if e.Actor.Role == topic.RoleBallot {
			l.veil = guessable
		}
	}
	return l, nil
}

// veiled says that the hash over these events may be told to everyone.
func veiled(events []Leaf) bool {
	votes := 0
	for _, l := range events {
		switch l.veil {
		case salted:
			return true
		case guessable:
			votes++
		}
	}
	return votes == 0 || votes >= manyVotes
}

func votesIn(events []Leaf) (n int) {
	for _, l := range events {
		n += one(l.veil == guessable)
	}
	return n
}

// ErrVeiled says that a proof would name a hash by which a vote could be guessed.
var ErrVeiled = errors.New("the proof would name a hash over so few votes that they could be guessed from it: take a checkpoint of another size")

// Grove is the Merkle tree of a whole log for proofs that may be told to
// everyone. It holds a hash for 32 events; what lies below groups of 64 is read
// again when it is asked for. It is not safe for concurrent use.
type Grove struct {
	size   uint64
	levels [][]Hash // complete subtrees, from level 6
	tail   []Leaf   // after the last complete group
	// Read answers the leaves of a complete group, counted from 0.
	Read func(group uint64) ([]Leaf, error)
}

// Size is how many events it has.
func (g *Grove) Size() uint64 { return g.size }

// Append adds the next event.
func (g *Grove) Append(l Leaf) {
	g.size++
	if g.tail = append(g.tail, l); len(g.tail) < GroupSize {
		return
	}
	h := rootOf(g.tail)
	g.tail = g.tail[:0]
	for level := 0; ; level++ {
		if level == len(g.levels) {
			g.levels = append(g.levels, nil)
		}
		g.levels[level] = append(g.levels[level], h)
		n := len(g.levels[level])
		if n%2 == 1 {
			return
		}
		h = nodeHash(g.levels[level][n-2], g.levels[level][n-1])
	}
}

// rootOf is the root over events that begin where a group does.
func rootOf(events []Leaf) Hash {
	var c Cover
	for _, l := range events {
		c.Append(l.Hash)
	}
	return c.Root()
}

// leaves answers the events of a group, as far as there are any.
func (g *Grove) leaves(group uint64) ([]Leaf, error) {
	if group == g.size/GroupSize {
		return g.tail, nil
	}
	list, err := g.Read(group)
	if err == nil && len(list) != GroupSize {
		err = fmt.Errorf("group %d has %d events", group, len(list))
	}
	if err == nil && rootOf(list) != g.levels[0][group] {
		err = fmt.Errorf("group %d of the log has changed since it was read", group)
	}
	return list, err
}

// Publishable answers the largest size whose root may be signed for everyone
// now. While votes are being cast it is a whole number of groups, so that no two
// checkpoints differ by one vote.
func (g *Grove) Publishable(voting bool) uint64 {
	whole := g.size - g.size%GroupSize
	if voting {
		return whole
	}
	if votesIn(g.tail) == 0 {
		return g.size
	}
	for n := len(g.tail); n > 0; n-- {
		ok, at := votesIn(g.tail[:n]) >= manyVotes, 0
		for level := groupLevel - 1; level >= 0 && ok; level-- {
			if n>>level&1 == 1 {
				ok = veiled(g.tail[at : at+1<<level])
				at += 1 << level
			}
		}
		if ok {
			return whole + uint64(n)
		}
	}
	return whole
}

// ReadHashes makes the grove a tlog.HashReader of what may be told.
func (g *Grove) ReadHashes(indexes []int64) ([]tlog.Hash, error) { return g.read(indexes, false) }

// unveiled reads every hash.
type unveiled struct{ *Grove }

func (g unveiled) ReadHashes(indexes []int64) ([]tlog.Hash, error) { return g.read(indexes, true) }

func (g *Grove) read(indexes []int64, all bool) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		if level >= groupLevel {
			level -= groupLevel
			if level >= len(g.levels) || n >= int64(len(g.levels[level])) {
				return nil, fmt.Errorf("the log of %d events has no such hash", g.size)
			}
			out[i] = tlog.Hash(g.levels[level][n])
			continue
		}
		first := uint64(n) << level
		list, err := g.leaves(first / GroupSize)
		if err != nil {
			return nil, err
		}
		first %= GroupSize
		if first+1<<level > uint64(len(list)) {
			return nil, fmt.Errorf("the log of %d events has no such hash", g.size)
		}
		events := list[first : first+1<<level]
		if !all && !veiled(events) {
			return nil, ErrVeiled
		}
		out[i] = tlog.Hash(rootOf(events))
	}
	return out, nil
}

// Root is the root over the first size events.
func (g *Grove) Root(size uint64) (Hash, error) {
	if size == 0 || size > g.size {
		return Hash{}, fmt.Errorf("there is no root over %d of %d events", size, g.size)
	}
	h, err := tlog.TreeHash(int64(size), g)
	return Hash(h), err
}

// Consistency proves that the log of the first older events is the beginning of
// that of the first newer. Without all it tells no hash from which a vote could
// be guessed, and is [ErrVeiled] where it would have to.
func (g *Grove) Consistency(older, newer uint64, all bool) ([]Hash, error) {
	if older == 0 || older > newer || newer > g.size {
		return nil, fmt.Errorf("there is no proof from %d to %d events in a log of %d", older, newer, g.size)
	}
	var from tlog.HashReader = g
	if all {
		from = unveiled{g}
	}
	proof, err := tlog.ProveTree(int64(newer), int64(older), from)
	return hashes(proof), err
}

// Group proves which events stand at 64 neighbouring places of a log.
type Group struct {
	Size   uint64    `json:"size"`  // of the log that Path leads to
	First  uint64    `json:"first"` // the seq of the first event
	Events uint64    `json:"events"`
	Nodes  []Subtree `json:"nodes"` // side by side they cover the group; those of level 0 are leaves
	Path   []Hash    `json:"path"`  // from the group's root up: groups are the leaves
}

// Group answers a group, counted from 0, of the log of the first size events.
// Votes stand in it under hashes over several of them.
func (g *Grove) Group(group, size uint64) (Group, error) {
	if size > g.size || group >= size/GroupSize+1 || group*GroupSize >= size {
		return Group{}, fmt.Errorf("a log of %d events has no group %d", min(size, g.size), group)
	}
	list, err := g.leaves(group)
	if err != nil {
		return Group{}, err
	}
	list = list[:min(uint64(len(list)), size-group*GroupSize)]
	out := Group{Size: size, First: group*GroupSize + 1, Events: uint64(len(list))}
	for at := 0; at < len(list); {
		level := groupLevel
		for at%(1<<level) != 0 || at+1<<level > len(list) {
			level--
		}
		out.Nodes = spread(out.Nodes, list[at:at+1<<level], level)
		at += 1 << level
	}
	upper := &groups{Grove: g, size: size}
	path, err := tlog.ProveRecord(int64((size+GroupSize-1)/GroupSize), int64(group), upper)
	out.Path = hashes(path)
	return out, err
}

// spread lists a complete subtree as finely as may be told.
func spread(out []Subtree, events []Leaf, level int) []Subtree {
	half := len(events) / 2
	if level == 0 || !veiled(events[:half]) || !veiled(events[half:]) {
		return append(out, Subtree{Level: level, Hash: rootOf(events)})
	}
	return spread(spread(out, events[:half], level-1), events[half:], level-1)
}

// groups is the tree whose leaves are the roots of groups: above them it is the
// log's own.
type groups struct {
	*Grove
	size uint64
}

func (u *groups) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		h, err := u.node(level, uint64(n))
		if err != nil {
			return nil, err
		}
		out[i] = tlog.Hash(h)
	}
	return out, nil
}

func (u *groups) node(level int, n uint64) (Hash, error) {
	if (n+1)<<level <= u.size/GroupSize {
		return u.levels[level][n], nil
	}
	if level == 0 {
		list, err := u.leaves(n)
		if err != nil {
			return Hash{}, err
		}
		return rootOf(list[:u.size-n*GroupSize]), nil
	}
	left, err := u.node(level-1, 2*n)
	if err != nil {
		return Hash{}, err
	}
	right, err := u.node(level-1, 2*n+1)
	return nodeHash(left, right), err
}

// Check tells whether the group stands in the log under a checkpoint.
func (p *Group) Check(c Checkpoint) error {
	bad := fmt.Errorf("the group from event %d does not stand in the log under this checkpoint", p.First)
	if p.Size != c.Size || p.First == 0 || p.First > c.Size || (p.First-1)%GroupSize != 0 || p.Events != min(GroupSize, c.Size-p.First+1) {
		return bad
	}
	var cover Cover
	for _, n := range p.Nodes {
		if err := cover.AppendSubtree(n); err != nil || cover.Len() > p.Events {
			return bad
		}
	}
	if cover.Len() != p.Events {
		return bad
	}
	if tlog.CheckRecord(nodes(p.Path), int64((c.Size+GroupSize-1)/GroupSize), tlog.Hash(c.Root), int64((p.First-1)/GroupSize), tlog.Hash(cover.Root())) != nil {
		return bad
	}
	return nil
}

// Holds says whether an event's leaf stands at its place in the group.
func (p *Group) Holds(seq uint64, leaf Hash) bool {
	at := p.First
	for _, n := range p.Nodes {
		if at == seq && n.Level == 0 {
			return n.Hash == leaf
		}
		at += 1 << n.Level
	}
	return false
}
