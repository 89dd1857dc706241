package tally

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
)

// matrix holds the counted votes, one row a ballot, in canonical order: items
// by id, ballots by the SHA-256 of their own votes (then by given group). Two
// ballots that cannot be told apart by that order have the same votes, so no
// result can depend on the order in which ballots, items or votes arrived.
type matrix struct {
	items  []Item
	start  []int // row r is entries start[r]:start[r+1]
	col    []uint32
	val    []Value
	ballot []uint32 // canonical row → ballot of the Input
	given  []int32  // canonical row → given group, −1 none; nil without given groups

	byItem itemView
}

// itemView is the same matrix by column; rows ascend within a column.
type itemView struct {
	start []int
	row   []uint32
	val   []Value
}

func (m *matrix) rows() int { return len(m.start) - 1 }

func (m *matrix) row(r int) ([]uint32, []Value) {
	a, b := m.start[r], m.start[r+1]
	return m.col[a:b], m.val[a:b]
}

func (v *itemView) column(j int) ([]uint32, []Value) {
	a, b := v.start[j], v.start[j+1]
	return v.row[a:b], v.val[a:b]
}

// newMatrix checks the input and lays it out. O(V log V) time, about 40 bytes
// a vote.
func newMatrix(ctx context.Context, in *Input) (*matrix, error) {
	if err := in.Votes.check(); err != nil {
		return nil, err
	}
	if in.Given != nil && len(in.Given) != in.Ballots {
		return nil, fmt.Errorf("tally: %d given groups for %d ballots", len(in.Given), in.Ballots)
	}
	if in.Ballots < 0 || int64(in.Ballots) > math.MaxUint32 {
		return nil, fmt.Errorf("tally: %d ballots is not a possible number", in.Ballots)
	}
	items, err := byID(in.Items)
	if err != nil {
		return nil, err
	}
	m := &matrix{items: items}
	column := columnIndex(m.items)
	entries, err := countedVotes(in, column)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.layOut(in, entries)
	m.turn()
	return m, nil
}

// columnIndex maps an item id to its place among the sorted items.
func columnIndex(items []Item) func(uint32) (uint32, bool) {
	if n := len(items); n > 0 && uint64(items[n-1].ID) < uint64(4*n+1024) {
		table := make([]int32, items[n-1].ID+1)
		for i := range table {
			table[i] = -1
		}
		for j, it := range items {
			table[it.ID] = int32(j)
		}
		return func(id uint32) (uint32, bool) {
			if int64(id) >= int64(len(table)) || table[id] < 0 {
				return 0, false
			}
			return uint32(table[id]), true
		}
	}
	return func(id uint32) (uint32, bool) {
		j, found := slices.BinarySearchFunc(items, id, func(it Item, id uint32) int { return compare(it.ID, id) })
		return uint32(j), found
	}
}

type entry struct {
	seq uint64
	col uint32
	val Value
}

// byBallot is the last vote of every ballot on every item; entries of ballot b
// are at[start[b]:end[b]], columns ascending.
type byBallot struct {
	start, end []int
	at         []entry
}

func countedVotes(in *Input, column func(uint32) (uint32, bool)) (*byBallot, error) {
	v := &in.Votes
	c := &byBallot{start: make([]int, in.Ballots+1), end: make([]int, in.Ballots), at: make([]entry, v.Len())}
	for i, b := range v.Ballot {
		if int64(b) >= int64(in.Ballots) {
			return nil, fmt.Errorf("tally: vote %d: ballot %d is not below %d", i, b, in.Ballots)
		}
		if v.Value[i] < Disagree || v.Value[i] > Agree {
			return nil, fmt.Errorf("tally: vote %d: value %d is not 1, -1 or 0", i, int8(v.Value[i]))
		}
		c.start[b+1]++
	}
	for b := range in.Ballots {
		c.start[b+1] += c.start[b]
		c.end[b] = c.start[b]
	}
	for i, b := range v.Ballot {
		j, ok := column(v.Item[i])
		if !ok {
			return nil, fmt.Errorf("tally: vote %d: there is no item %d", i, v.Item[i])
		}
		seq := uint64(i)
		if v.Seq != nil {
			seq = v.Seq[i]
		}
		c.at[c.end[b]] = entry{seq: seq, col: j, val: v.Value[i]}
		c.end[b]++
	}
	for b := range in.Ballots {
		cast := c.at[c.start[b]:c.end[b]]
		slices.SortFunc(cast, func(x, y entry) int {
			if x.col != y.col {
				return compare(x.col, y.col)
			}
			if x.seq != y.seq {
				return compare(y.seq, x.seq)
			}
			return compare(x.val, y.val)
		})
		kept := slices.CompactFunc(cast, func(x, y entry) bool { return x.col == y.col })
		c.end[b] = c.start[b] + len(kept)
	}
	return c, nil
}

// layOut orders the ballots by content and copies their votes.
func (m *matrix) layOut(in *Input, counted *byBallot) {
	digests := make([][sha256.Size]byte, in.Ballots)
	var content []byte
	total := 0
	for b := range in.Ballots {
		votes := counted.at[counted.start[b]:counted.end[b]]
		total += len(votes)
		content = append(content[:0], "veche/tally/ballot/1\x00"...)
		for _, e := range votes {
			id := m.items[e.col].ID
			content = append(content, byte(id>>24), byte(id>>16), byte(id>>8), byte(id), byte(e.val))
		}
		digests[b] = sha256.Sum256(content)
	}
	m.ballot = make([]uint32, in.Ballots)
	for b := range m.ballot {
		m.ballot[b] = uint32(b)
	}
	slices.SortFunc(m.ballot, func(x, y uint32) int {
		if c := bytes.Compare(digests[x][:], digests[y][:]); c != 0 {
			return c
		}
		if in.Given != nil && in.Given[x] != in.Given[y] {
			return compare(in.Given[x], in.Given[y])
		}
		return compare(x, y)
	})
	m.start = make([]int, 1, in.Ballots+1)
	m.col = make([]uint32, 0, total)
	m.val = make([]Value, 0, total)
	if in.Given != nil {
		m.given = make([]int32, in.Ballots)
	}
	for r, b := range m.ballot {
		for _, e := range counted.at[counted.start[b]:counted.end[b]] {
			m.col = append(m.col, e.col)
			m.val = append(m.val, e.val)
		}
		m.start = append(m.start, len(m.col))
		if in.Given != nil {
			m.given[r] = max(in.Given[b], -1)
		}
	}
}

// turn builds the view by column.
func (m *matrix) turn() {
	v := &m.byItem
	v.start = make([]int, len(m.items)+1)
	v.row = make([]uint32, len(m.col))
	v.val = make([]Value, len(m.col))
	for _, j := range m.col {
		v.start[j+1]++
	}
	for j := range m.items {
		v.start[j+1] += v.start[j]
	}
	next := slices.Clone(v.start)
	for r := range m.rows() {
		cols, vals := m.row(r)
		for i, j := range cols {
			v.row[next[j]], v.val[next[j]] = uint32(r), vals[i]
			next[j]++
		}
	}
}

// compare is cmp.Compare for integers, spelled out for the hot sorts.
func compare[T ~int8 | ~int32 | ~uint32 | ~uint64 | ~int](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
