package audit

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"veche/server/topic"
)

// Votes are the votes that stand, by ballot, each with the day on which it was
// last changed: what a bundle says of a rating.
type Votes struct {
	Ballots []topic.Pseudonym
	choices [][]dated

	pairs [][]datedPair // by ballot, in the order first said; may be shorter than Ballots

	open *Votes // those of the open rating, nil for none
}

type dated struct {
	topic.Choice
	day int32 // days since 1970-01-01, UTC
}

const votesHeader = "ballot,item,vote,day\n"

const dayMillis = 24 * 60 * 60 * 1000

// Observe takes in one event. It is an error where a vote names a ballot that
// was not issued.
func (v *Votes) Observe(e *topic.Event) error {
	day := int32(e.Time / dayMillis)
	switch b := e.Body.(type) {
	case *topic.BallotsIssued:
		v.Ballots = append(v.Ballots, b.Pseudonyms...)
		v.choices = append(v.choices, make([][]dated, len(b.Pseudonyms))...)
	case *topic.Voted:
		return v.choose(e.Seq, e.Actor.Number, b.Item, b.Value, day)
	case *topic.PairCompared:
		return v.compare(e.Seq, e.Actor.Number, b.Choice(), day)
	case *topic.OpenBallotIssued:
		if v.open == nil {
			v.open = new(Votes)
		}
		v.open.Ballots = append(v.open.Ballots, b.Pseudonym)
		v.open.choices = append(v.open.choices, nil)
	case *topic.OpenVoted:
		if v.open == nil {
			return fmt.Errorf("event %d votes with open ballot %d, which was not issued", e.Seq, b.Ballot)
		}
		return v.open.choose(e.Seq, b.Ballot, b.Item, b.Value, day)
	case *topic.VotesImported:
		if len(b.Items) != len(b.Ballots) || len(b.Values) != len(b.Ballots) {
			return fmt.Errorf("event %d: its columns have different lengths", e.Seq)
		}
		for i := range b.Ballots {
			if err := v.choose(e.Seq, b.Ballots[i], b.Items[i], b.Values[i], day); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *Votes) choose(seq, ballot uint64, item uint32, value topic.VoteValue, day int32) error {
	if ballot == 0 || ballot > uint64(len(v.choices)) {
		return fmt.Errorf("event %d votes with ballot %d, which was not issued", seq, ballot)
	}
	list := v.choices[ballot-1]
	for i := range list {
		if list[i].Item == item {
			list[i].Value, list[i].day = value, day
			return nil
		}
	}
	v.choices[ballot-1] = append(list, dated{topic.Choice{Item: item, Value: value}, day})
	return nil
}

// Open are the votes of the open rating that count, nil where nobody cast any:
// not those of people who were given a ballot of the panel later.
func (v *Votes) Open() *Votes {
	if v.open == nil {
		return nil
	}
	panel := make(map[topic.Pseudonym]bool, len(v.Ballots))
	for _, p := range v.Ballots {
		panel[p] = true
	}
	o := new(Votes)
	for i, p := range v.open.Ballots {
		if !panel[p] {
			o.Ballots, o.choices = append(o.Ballots, p), append(o.choices, v.open.choices[i])
		}
	}
	if len(o.Ballots) == 0 {
		return nil
	}
	return o
}

// WriteTo writes votes.csv: a line a vote, ballots in the order of their random
// pseudonyms, items by number, so that the order of lines tells nothing.
func (v *Votes) WriteTo(w io.Writer) (int64, error) {
	order := make([]int, len(v.Ballots))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return bytes.Compare(v.Ballots[a][:], v.Ballots[b][:]) })
	b := bufio.NewWriterSize(w, 1<<16)
	total, err := b.WriteString(votesHeader)
	if err != nil {
		return int64(total), err
	}
	var line []byte
	for _, i := range order {
		list := slices.Clone(v.choices[i])
		slices.SortFunc(list, func(x, y dated) int { return cmp.Compare(x.Item, y.Item) })
		for _, c := range list {
			line = hex.AppendEncode(line[:0], v.Ballots[i][:])
			line = strconv.AppendUint(append(line, ','), uint64(c.Item), 10)
			line = append(append(line, ','), c.Value.String()...)
			line = time.UnixMilli(int64(c.day)*dayMillis).UTC().AppendFormat(append(line, ','), time.DateOnly)
			line = append(line, '\n')
			n, err := b.Write(line)
			total += n
			if err != nil {
				return int64(total), err
			}
		}
	}
	return int64(total), b.Flush()
}

// Choices are the votes by ballot, as a state has them.
func (v *Votes) Choices() [][]topic.Choice {
	out := make([][]topic.Choice, len(v.choices))
	for i, list := range v.choices {
		for _, c := range list {
			out[i] = append(out[i], c.Choice)
		}
	}
	return out
}

// Count is how many votes stand.
func (v *Votes) Count() (n uint64) {
	for _, list := range v.choices {
		n += uint64(len(list))
	}
	return n
}

// ReadVotes reads what WriteTo writes, and nothing else. items is how many
// there are to vote on.
func ReadVotes(r io.Reader, items int) (*Votes, error) {
	v := new(Votes)
	s := newLines(r)
	if !s.Scan() || s.Text()+"\n" != votesHeader {
		return nil, fmt.Errorf("it does not begin with %q", strings.TrimSpace(votesHeader))
	}
	for n := 2; s.Scan(); n++ {
		if err := v.line(s.Text(), items); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return v, s.Err()
}

func (v *Votes) line(text string, items int) error {
	f := strings.Split(text, ",")
	if len(f) != 4 {
		return fmt.Errorf("it has %d columns, not 4", len(f))
	}
	p, err := parseBallot(f[0])
	if err != nil {
		return err
	}
	item, err := strconv.ParseUint(f[1], 10, 32)
	if err != nil || item == 0 || item > uint64(items) || strconv.FormatUint(item, 10) != f[1] {
		return fmt.Errorf("there is no item %.20q", f[1])
	}
	value, err := topic.ParseVote(f[2])
	if err != nil {
		return err
	}
	day, err := parseDay(f[3])
	if err != nil {
		return err
	}
	last := len(v.Ballots) - 1
	switch {
	case last < 0 || bytes.Compare(v.Ballots[last][:], p[:]) < 0:
		v.Ballots, v.choices = append(v.Ballots, p), append(v.choices, nil)
		last++
	case v.Ballots[last] != p:
		return errors.New("its ballot is not in order")
	}
	list := v.choices[last]
	if n := len(list); n > 0 && uint64(list[n-1].Item) >= item {
		return errors.New("its item is not in order")
	}
	v.choices[last] = append(list, dated{topic.Choice{Item: uint32(item), Value: value}, day})
	return nil
}

// parseBallot reads a ballot's pseudonym in its one form.
func parseBallot(text string) (p topic.Pseudonym, err error) {
	if len(text) != 2*len(p) || strings.ToLower(text) != text {
		return p, errors.New("its ballot is not 32 small hexadecimal digits")
	}
	if _, err := hex.Decode(p[:], []byte(text)); err != nil {
		return p, errors.New("its ballot is not 32 small hexadecimal digits")
	}
	return p, nil
}

// parseDay reads a day in its one form, as days since 1970.
func parseDay(text string) (int32, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Format(time.DateOnly) != text {
		return 0, fmt.Errorf("%.20q is no day", text)
	}
	return int32(day.UnixMilli() / dayMillis), nil
}
