package signal

import (
	"math/bits"
	"slices"
)

// Value is a vote on an item.
type Value uint8

// The values.
const (
	Disagree Value = iota
	Pass
	Agree
	values = 3
)

// Vote is what a ballot says to an item last.
type Vote struct {
	Ballot uint64 // any number
	Item   uint32 // any number
	Value  Value
	Time   int64 // Unix milliseconds of it, 0 where unknown
}

// rating is votes as rows of ballots, each in the order of its items.
type rating struct {
	ballots []uint64 // sorted
	items   []uint32 // sorted
	first   []int    // by row, and one more
	item    []int32  // column of each vote
	value   []Value
	time    []int64
	words   int      // of a row of bits
	said    []uint64 // rows of bits: for each value the items it was said on
	before  []uint16 // by row and word: votes of the row in earlier words
}

// newRating sorts votes; of several of one ballot on one item the last counts.
func newRating(votes []Vote) *rating {
	order := make([]int32, len(votes))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(x, y int32) int {
		a, b := &votes[x], &votes[y]
		switch {
		case a.Ballot != b.Ballot && a.Ballot < b.Ballot:
			return -1
		case a.Ballot != b.Ballot:
			return 1
		}
		return int(int64(a.Item) - int64(b.Item))
	})
	r := &rating{items: make([]uint32, 0, 256)}
	for i := range votes {
		r.items = append(r.items, votes[i].Item)
		if len(r.items) > 1<<16 {
			slices.Sort(r.items)
			r.items = slices.Compact(r.items)
		}
	}
	slices.Sort(r.items)
	r.items = slices.Compact(r.items)
	r.words = (len(r.items) + 63) / 64
	for at, i := range order {
		v := &votes[i]
		if at+1 < len(order) && votes[order[at+1]].Ballot == v.Ballot && votes[order[at+1]].Item == v.Item {
			continue
		}
		if len(r.ballots) == 0 || r.ballots[len(r.ballots)-1] != v.Ballot {
			r.ballots, r.first = append(r.ballots, v.Ballot), append(r.first, len(r.item))
		}
		column, _ := slices.BinarySearch(r.items, v.Item)
		r.item, r.value, r.time = append(r.item, int32(column)), append(r.value, v.Value), append(r.time, v.Time)
	}
	r.first = append(r.first, len(r.item))
	r.index()
	return r
}

func (r *rating) index() {
	r.said = make([]uint64, len(r.ballots)*values*r.words)
	r.before = make([]uint16, len(r.ballots)*r.words)
	for row := range r.ballots {
		for i := r.first[row]; i < r.first[row+1]; i++ {
			word, bit := int(r.item[i])/64, uint(r.item[i])%64
			r.said[(row*values+int(r.value[i]))*r.words+word] |= 1 << bit
		}
		n := 0
		for w := range r.words {
			r.before[row*r.words+w] = uint16(n)
			n += bits.OnesCount64(r.answered(row, w))
		}
	}
}

// answered are the items of a word that the row's ballot voted on.
func (r *rating) answered(row, word int) uint64 {
	at := row*values*r.words + word
	return r.said[at] | r.said[at+r.words] | r.said[at+2*r.words]
}

// vote is where the row's vote on an item stands; it must have one.
func (r *rating) vote(row, word int, bit uint) int {
	return r.first[row] + int(r.before[row*r.words+word]) + bits.OnesCount64(r.answered(row, word)&(1<<bit-1))
}

// common counts the items that two rows both voted on, and those of them where
// they say the same. O(items/64).
func (r *rating) common(a, b int) (both, same int) {
	x, y := r.said[a*values*r.words:(a+1)*values*r.words], r.said[b*values*r.words:(b+1)*values*r.words]
	n := r.words
	for w := range n {
		x0, x1, x2, y0, y1, y2 := x[w], x[w+n], x[w+2*n], y[w], y[w+n], y[w+2*n]
		both += bits.OnesCount64((x0 | x1 | x2) & (y0 | y1 | y2))
		same += bits.OnesCount64(x0&y0 | x1&y1 | x2&y2)
	}
	return both, same
}
