package audit

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"veche/server/topic"
)

// datedPair is a comparison with the day on which it was last changed.
type datedPair struct {
	topic.PairChoice
	day int32
}

const pairsHeader = "ballot,first,second,better,day\n"

func (v *Votes) compare(seq, ballot uint64, c topic.PairChoice, day int32) error {
	if ballot == 0 || ballot > uint64(len(v.Ballots)) {
		return fmt.Errorf("event %d compares with ballot %d, which was not issued", seq, ballot)
	}
	for len(v.pairs) < len(v.Ballots) {
		v.pairs = append(v.pairs, nil)
	}
	list := v.pairs[ballot-1]
	for i := range list {
		if list[i].First == c.First && list[i].Second == c.Second {
			list[i] = datedPair{c, day}
			return nil
		}
	}
	v.pairs[ballot-1] = append(list, datedPair{c, day})
	return nil
}

// Pairs are the comparisons by ballot, as a state has them.
func (v *Votes) Pairs() [][]topic.PairChoice {
	out := make([][]topic.PairChoice, len(v.pairs))
	for i, list := range v.pairs {
		for _, c := range list {
			out[i] = append(out[i], c.PairChoice)
		}
	}
	return out
}

// PairsCSV is pairs.csv: a line a comparison, ballots in the order of their
// random pseudonyms, items by number; nil where nobody compared.
func (v *Votes) PairsCSV() []byte {
	order := make([]int, len(v.pairs))
	any := false
	for i := range order {
		order[i] = i
		any = any || len(v.pairs[i]) > 0
	}
	if !any {
		return nil
	}
	slices.SortFunc(order, func(a, b int) int { return bytes.Compare(v.Ballots[a][:], v.Ballots[b][:]) })
	out := []byte(pairsHeader)
	for _, i := range order {
		list := slices.Clone(v.pairs[i])
		slices.SortFunc(list, func(x, y datedPair) int {
			return cmp.Or(cmp.Compare(x.First, y.First), cmp.Compare(x.Second, y.Second))
		})
		for _, c := range list {
			day := time.UnixMilli(int64(c.day) * dayMillis).UTC().Format(time.DateOnly)
			out = fmt.Appendf(out, "%x,%d,%d,%d,%s\n", v.Ballots[i], c.First, c.Second, c.Better, day)
		}
	}
	return out
}

// ReadPairs reads what PairsCSV writes, and nothing else, beside the votes of the
// same ballots. items is how many there are.
func (v *Votes) ReadPairs(r io.Reader, items int) error {
	s := newLines(r)
	if !s.Scan() || s.Text()+"\n" != pairsHeader {
		return fmt.Errorf("it does not begin with %q", strings.TrimSpace(pairsHeader))
	}
	last := -1
	for n := 2; s.Scan(); n++ {
		at, err := v.pairLine(s.Text(), items, last)
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		last = at
	}
	return s.Err()
}

// pairLine reads a line; last is the place of the ballot of the line before.
func (v *Votes) pairLine(text string, items, last int) (at int, err error) {
	f := strings.Split(text, ",")
	if len(f) != 5 {
		return 0, fmt.Errorf("it has %d columns, not 5", len(f))
	}
	p, err := parseBallot(f[0])
	if err != nil {
		return 0, err
	}
	var number [3]uint32
	for i := range number {
		n, err := strconv.ParseUint(f[1+i], 10, 32)
		if err != nil || n > uint64(items) || strconv.FormatUint(n, 10) != f[1+i] {
			return 0, fmt.Errorf("there is no item %.20q", f[1+i])
		}
		number[i] = uint32(n)
	}
	c := topic.PairChoice{First: number[0], Second: number[1], Better: number[2]}
	if c.First == 0 || c.First >= c.Second || (c.Better != 0 && c.Better != c.First && c.Better != c.Second) {
		return 0, errors.New("it does not compare two items in order, one of them or none the better")
	}
	day, err := parseDay(f[4])
	if err != nil {
		return 0, err
	}
	at, there := slices.BinarySearchFunc(v.Ballots, p, func(a, b topic.Pseudonym) int { return bytes.Compare(a[:], b[:]) })
	if !there {
		return 0, errors.New("its ballot has rated nothing")
	}
	if at < last {
		return 0, errors.New("its ballot is not in order")
	}
	for len(v.pairs) <= at {
		v.pairs = append(v.pairs, nil)
	}
	if list := v.pairs[at]; len(list) > 0 {
		before := list[len(list)-1]
		if cmp.Or(cmp.Compare(before.First, c.First), cmp.Compare(before.Second, c.Second)) >= 0 {
			return 0, errors.New("its items are not in order")
		}
	}
	v.pairs[at] = append(v.pairs[at], datedPair{c, day})
	return at, nil
}
