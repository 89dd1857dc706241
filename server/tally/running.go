package tally

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Running counts a rating while votes come in: a vote costs O(1) whatever was
// cast before, and memory is ballots × items bytes. It has the opinion groups of
// the last full tally and finds none itself, so it tells how things stand and is
// never a result: that is what [Rank] gives.
type Running struct {
	items  []Item // by id
	column func(id uint32) (uint32, bool)
	said   [][]answer // by ballot, then item; nil for a ballot that said nothing
	voters int
	votes  int
	counts []Count // by item
	groups []Group
	place  []int     // by ballot, into groups, −1 none; ballots beyond it are in none
	within [][]Count // by item, then group
}

// answer is a Value plus 2, 0 for none.
type answer uint8

// Standing is how one item stands. Shares and bounds lie in [0, 1], ranks are 1 …
// number of items; each is what [Rank] would give with the same groups given.
type Standing struct {
	Item     uint32 `json:"item"`
	Excluded bool   `json:"excluded"`
	Count
	Seen           int     `json:"seen"`
	AgreeShare     float64 `json:"agree_share"`
	WilsonLow      float64 `json:"wilson_low"`
	WilsonHigh     float64 `json:"wilson_high"`
	GroupConsensus float64 `json:"group_consensus"`
	RankSupport    int     `json:"rank_support"`
	RankConsensus  int     `json:"rank_consensus"`
}

// NewRunning begins a count of items without votes or groups.
func NewRunning(items []Item) (*Running, error) {
	sorted, err := byID(items)
	if err != nil {
		return nil, err
	}
	r := &Running{items: sorted, column: columnIndex(sorted), counts: make([]Count, len(items))}
	r.regroup(nil, nil)
	return r, nil
}

// Add takes in one vote. Votes come in the order in which they were cast: the
// last of a ballot on an item counts. Ballots are numbered densely from 0, for
// each below the highest takes room.
func (r *Running) Add(ballot, item uint32, v Value) error {
	j, ok := r.column(item)
	switch {
	case !ok:
		return fmt.Errorf("tally: there is no item %d", item)
	case v < Disagree || v > Agree:
		return fmt.Errorf("tally: value %d is not 1, -1 or 0", int8(v))
	}
	if missing := int(ballot) + 1 - len(r.said); missing > 0 {
		r.said = append(r.said, make([][]answer, missing)...)
	}
	if r.said[ballot] == nil {
		r.said[ballot] = make([]answer, len(r.items))
		r.voters++
	}
	was, now := r.said[ballot][j], answer(v+2)
	if was == now {
		return nil
	}
	r.said[ballot][j] = now
	in := -1
	if int(ballot) < len(r.place) {
		in = r.place[ballot]
	}
	r.count(int(j), in, v, 1)
	if was == 0 {
		r.votes++
	} else {
		r.count(int(j), in, Value(was)-2, -1)
	}
	return nil
}

func (r *Running) count(item, group int, v Value, by int) {
	r.counts[item].addTimes(v, by)
	if group >= 0 {
		r.within[item][group].addTimes(v, by)
	}
}

// Voters is how many ballots said something, Votes how much they said.
func (r *Running) Voters() int { return r.voters }

// Votes is the number of last votes, one for a ballot and item.
func (r *Running) Votes() int { return r.votes }

// Regroup takes over the opinion groups of a full tally of exactly the votes that
// were added so far; it refuses one of other votes. O(votes · log votes).
func (r *Running) Regroup(ctx context.Context, full *Ranking) error {
	in := Input{Items: r.items}
	var ballots []uint32 // of the Input, as they are here
	for b, row := range r.said {
		if row == nil {
			continue
		}
		for j, x := range row {
			if x != 0 {
				in.Votes.Append(uint32(in.Ballots), r.items[j].ID, Value(x)-2)
			}
		}
		ballots = append(ballots, uint32(b))
		in.Ballots++
	}
	m, err := newMatrix(ctx, &in)
	if err != nil {
		return err
	}
	same := len(full.contents) == len(ballots) && len(full.Rows) == len(r.items)
	for j := 0; same && j < len(r.items); j++ {
		same = full.Rows[j].Item == r.items[j].ID && full.Rows[j].Count == r.counts[j]
	}
	if !same {
		return fmt.Errorf("tally: the full tally is of other votes than the %d of %d ballots that were added", r.votes, r.voters)
	}
	numbers := make([]int32, len(r.said))
	for b := range numbers {
		numbers[b] = -1
	}
	for row, b := range m.ballot {
		numbers[ballots[b]] = full.contents[row]
	}
	r.regroup(full.Groups, numbers)
	return nil
}

func (r *Running) regroup(groups []Group, numbers []int32) {
	r.groups, r.place = slices.Clone(groups), placesOf(numbers, groups)
	r.within = make([][]Count, len(r.items))
	for j := range r.within {
		r.within[j] = make([]Count, len(groups))
	}
	for b, g := range r.place {
		if g < 0 {
			continue
		}
		for j, x := range r.said[b] {
			if x != 0 {
				r.within[j][g].addTimes(Value(x)-2, 1)
			}
		}
	}
}

// Standing answers how the items stand, in the order of their ids; excluded says
// which moderators took out, which come after all others. O(items · (groups + log
// items)).
func (r *Running) Standing(excluded func(item uint32) bool) []Standing {
	rows := make([]Row, len(r.items))
	for j, it := range r.items {
		rows[j] = Row{Item: it.ID, Excluded: excluded(it.ID), Count: r.counts[j]}
		rows[j].weigh(r.within[j])
	}
	ordered := Ranking{Rows: rows}
	ordered.orderByCounts()
	list := make([]Standing, len(rows))
	for j := range rows {
		x := &rows[j]
		list[j] = Standing{
			Item: x.Item, Excluded: x.Excluded, Count: x.Count, Seen: x.Seen,
			AgreeShare: x.AgreeShare, WilsonLow: x.WilsonLow, WilsonHigh: x.WilsonHigh, GroupConsensus: x.GroupConsensus,
			RankSupport: x.RankSupport, RankConsensus: x.RankConsensus,
		}
	}
	return list
}

// byID sorts a copy of the items and refuses one listed twice.
func byID(items []Item) ([]Item, error) {
	sorted := slices.Clone(items)
	slices.SortFunc(sorted, func(a, b Item) int { return cmp.Compare(a.ID, b.ID) })
	for j := 1; j < len(sorted); j++ {
		if sorted[j].ID == sorted[j-1].ID {
			return nil, fmt.Errorf("tally: item %d is listed twice", sorted[j].ID)
		}
	}
	return sorted, nil
}
