package tally

import (
	"fmt"
	"strings"
)

// Value is one person's answer to one item.
type Value int8

// The three answers. They are Polis's export signs: 1 agree, −1 disagree, 0 pass.
const (
	Disagree Value = -1
	Pass     Value = 0
	Agree    Value = 1
)

// String returns the word of DESIGN's vote files: agree, disagree or pass.
func (v Value) String() string {
	switch v {
	case Agree:
		return "agree"
	case Disagree:
		return "disagree"
	case Pass:
		return "pass"
	}
	return fmt.Sprintf("Value(%d)", int8(v))
}

// ParseValue reads agree, disagree or pass in any case, or Polis's 1, −1, 0.
func ParseValue(s string) (Value, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "agree", "1", "+1", "1.0":
		return Agree, nil
	case "disagree", "-1", "−1", "-1.0":
		return Disagree, nil
	case "pass", "0", "0.0", "-0.0":
		return Pass, nil
	}
	return 0, fmt.Errorf("%q is not agree, disagree, pass, 1, -1 or 0", s)
}

// Votes are cast votes as columns of equal length. The same ballot may answer
// the same item several times: the entry with the highest Seq counts. Where
// two entries have the same Seq, the less supportive value counts (disagree
// before pass before agree), so that the order of the columns never matters.
// A nil Seq means that the position is the sequence.
type Votes struct {
	Ballot []uint32 // 0 ≤ Ballot < Input.Ballots
	Item   []uint32 // an Item.ID of the same Input
	Value  []Value
	Seq    []uint64
}

// Append adds one vote; it keeps Seq only where it is already in use.
func (v *Votes) Append(ballot, item uint32, value Value) {
	v.Ballot = append(v.Ballot, ballot)
	v.Item = append(v.Item, item)
	v.Value = append(v.Value, value)
}

// Len is the number of entries, repeats included.
func (v *Votes) Len() int { return len(v.Ballot) }

func (v *Votes) check() error {
	n := len(v.Ballot)
	if len(v.Item) != n || len(v.Value) != n || (v.Seq != nil && len(v.Seq) != n) {
		return fmt.Errorf("tally: vote columns differ in length: %d ballots, %d items, %d values, %d sequence numbers",
			n, len(v.Item), len(v.Value), len(v.Seq))
	}
	return nil
}
