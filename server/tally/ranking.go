package tally

import (
	"cmp"
	"context"
	"errors"
	"slices"
)

// Item is what was put to the rating.
type Item struct {
	ID uint32 // unique in an Input
	// Excluded items (taken out by moderators) are counted and measured, but
	// shape neither groups nor factors and come after all others in the ranks.
	Excluded bool
}

// Input is all that a ranking depends on. The same items, votes, given groups
// and seed give the same bytes on any machine, in whatever order they come.
type Input struct {
	Items   []Item
	Ballots int // ballots are 0 … Ballots−1; one without votes is allowed
	Votes   Votes
	// Given holds each ballot's opinion group, below 0 for none. Nil lets the
	// tally find the groups itself.
	Given []int32
	Seed  string // of the restarts of the grouping and the resamples; any text
	// Resamples is how often the ballots are drawn again to tell how far the
	// ranks can be trusted; 0 leaves Row.Stability nil, at most MostResamples.
	Resamples int
	Pairs     []Pair     // comparisons of near-ties, in any order
	Open      *OpenVotes // nil where nobody but the panel rates
}

// Ranking is the result of a tally.
type Ranking struct {
	Own    bool    // the groups were found by the tally, not given
	Groups []Group // by number
	Trials []Trial // numbers of own groups tried; none chosen: nothing divides the ballots
	Map    []Cell  // where the grouped ballots lie; nil with given groups, or where nothing divides them
	Rows   []Row   // one an item, by item id
	// Resamples is how many stand behind each Row.Stability; 0 without one.
	Resamples int
	// OpenBallots is how many stand behind each Row.Open.
	OpenBallots int
	// Ballots is the group of each ballot of the Input, −1 for none. Nil after decoding: the
	// canonical form knows the ballots by content only.
	Ballots []int32

	contents []int32 // the same by canonical row
}

// Group is a set of ballots that vote alike.
type Group struct {
	Number int `json:"group"` // from 1 for own groups, as given otherwise
	Size   int `json:"size"`  // ballots
}

// GroupCount is how one group answered one item.
type GroupCount struct {
	Group int `json:"group"` // a Group.Number
	Count
}

// Row is one item's result. Shares and bounds lie in [0, 1]; ranks are 1 …
// number of items, without ties.
type Row struct {
	Item     uint32 `json:"item"`
	Excluded bool   `json:"excluded"`
	Count
	Seen           int          `json:"seen"`
	AgreeShare     float64      `json:"agree_share"` // agree/seen, 0 where nobody answered
	WilsonLow      float64      `json:"wilson_low"`
	WilsonHigh     float64      `json:"wilson_high"`
	Posterior      float64      `json:"posterior"` // (agree+1)/(seen+2)
	GroupConsensus float64      `json:"group_consensus"`
	WorstGroup     float64      `json:"worst_group"`
	Bridging       float64      `json:"bridging"` // intercept i_n; about −1 … 1
	RankSupport    int          `json:"rank_support"`
	RankConsensus  int          `json:"rank_consensus"`
	RankBridging   int          `json:"rank_bridging"`
	Groups         []GroupCount `json:"groups"` // in the order of Ranking.Groups
	// Distinct is Count with ballots that say the same on everything counted
	// once: a what-if that never ranks.
	Distinct  Count      `json:"distinct"`
	Stability *Stability `json:"stability,omitempty"`
	Pairs     *Pairs     `json:"pairs,omitempty"` // nil where nobody compared it
	Open      *Open      `json:"open,omitempty"`  // nil where nobody but the panel rates
}

// Rank counts the votes and ranks the items by support, by group-informed
// consensus and by bridging intercept. It fails on contradictory input and
// when ctx ends. Time O(votes · (iterations + log votes)); see doc.go for
// figures.
func Rank(ctx context.Context, in Input) (*Ranking, error) {
	if len(in.Items) == 0 {
		return nil, errors.New("tally: there are no items to rank")
	}
	if err := checkResamples(in.Resamples); err != nil {
		return nil, err
	}
	m, err := newMatrix(ctx, &in)
	if err != nil {
		return nil, err
	}
	axes := principal(m, m.qualified())
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := &Ranking{Own: in.Given == nil, Resamples: in.Resamples, contents: m.given}
	if out.Own {
		if err := axes.judge(ctx, m, in.Seed); err != nil {
			return nil, err
		}
		if out.contents, out.Trials, err = opinionGroups(ctx, m, axes, in.Seed); err != nil {
			return nil, err
		}
		out.Map = opinionMap(m, axes, out.contents)
	}
	model, err := fitFactors(ctx, m, axes)
	if err != nil {
		return nil, err
	}
	out.Ballots = make([]int32, in.Ballots)
	for r, b := range m.ballot {
		out.Ballots[b] = out.contents[r]
	}
	out.Groups = groupSizes(out.contents)
	place := placesOf(out.contents, out.Groups)
	out.Rows = measure(m, out.Groups, place, model.items.intercept)
	if err := countOpen(ctx, &in, out.Rows); err != nil {
		return nil, err
	}
	if err := comparePairs(&in, out.Rows); err != nil {
		return nil, err
	}
	if in.Open != nil {
		out.OpenBallots = in.Open.Ballots
	}
	out.order()
	if in.Resamples > 0 {
		again := resampler{m: m, groups: len(out.Groups), place: place, factors: model, base: out.Rows}
		stability, err := again.resample(ctx, in.Seed, in.Resamples)
		if err != nil {
			return nil, err
		}
		for j := range out.Rows {
			out.Rows[j].Stability = &stability[j]
		}
	}
	return out, nil
}

// groupSizes lists the groups in use by number.
func groupSizes(numbers []int32) []Group {
	sorted := slices.Clone(numbers)
	slices.Sort(sorted)
	var groups []Group
	for _, n := range sorted {
		if n < 0 {
			continue
		}
		if k := len(groups); k == 0 || groups[k-1].Number != int(n) {
			groups = append(groups, Group{Number: int(n)})
		}
		groups[len(groups)-1].Size++
	}
	return groups
}

// placesOf turns group numbers into indices into groups, −1 for none.
func placesOf(numbers []int32, groups []Group) []int {
	place := make([]int, len(numbers))
	for r, n := range numbers {
		place[r] = -1
		if n >= 0 {
			place[r], _ = slices.BinarySearchFunc(groups, int(n), func(g Group, n int) int { return cmp.Compare(g.Number, n) })
		}
	}
	return place
}

func measure(m *matrix, groups []Group, place []int, bridging []float64) []Row {
	rows := make([]Row, len(m.items))
	counts := make([]Count, len(groups))
	again := m.lookalikes()
	for j, it := range m.items {
		clear(counts)
		row := Row{Item: it.ID, Excluded: it.Excluded, Bridging: bridging[j]}
		rs, vs := m.byItem.column(j)
		for i, r := range rs {
			row.addTimes(vs[i], 1)
			if !again[r] {
				row.Distinct.addTimes(vs[i], 1)
			}
			if g := place[r]; g >= 0 {
				counts[g].addTimes(vs[i], 1)
			}
		}
		row.weigh(counts)
		row.Groups = make([]GroupCount, len(groups))
		for g := range groups {
			row.Groups[g] = GroupCount{Group: groups[g].Number, Count: counts[g]}
		}
		rows[j] = row
	}
	return rows
}

// weigh fills in what follows from the row's counts and those of the groups.
func (row *Row) weigh(groups []Count) {
	row.Seen = row.Count.Seen()
	row.AgreeShare = portion(row.Agree, row.Seen)
	row.WilsonLow, row.WilsonHigh = Wilson(row.Agree, row.Seen)
	row.Posterior = Posterior(row.Agree, row.Seen)
	if len(groups) == 0 {
		groups = []Count{row.Count} // nobody is grouped: everyone is one group
	}
	row.GroupConsensus, row.WorstGroup = Consensus(groups), Worst(groups)
}

// order fills in the three ranks. Ties go by the other measures, then by the
// counts, then by item id; excluded items come last.
func (r *Ranking) order() {
	r.orderByCounts()
	bridging := func(a, b *Row) int { return down(a.Bridging, b.Bridging) }
	r.rank(func(row *Row, n int) { row.RankBridging = n }, bridging, compareConsensus, compareSupport, compareCounts)
}

// orderByCounts fills in the two ranks that counts alone decide.
func (r *Ranking) orderByCounts() {
	r.rank(func(row *Row, n int) { row.RankSupport = n }, compareSupport, compareConsensus, compareCounts)
	r.rank(func(row *Row, n int) { row.RankConsensus = n }, compareConsensus, compareSupport, compareCounts)
}

func down(a, b float64) int { return cmp.Compare(b, a) }

func compareSupport(a, b *Row) int {
	return cmp.Or(down(a.WilsonLow, b.WilsonLow), down(a.AgreeShare, b.AgreeShare))
}

func compareConsensus(a, b *Row) int {
	return cmp.Or(down(a.GroupConsensus, b.GroupConsensus), down(a.WorstGroup, b.WorstGroup))
}

func compareCounts(a, b *Row) int {
	return cmp.Or(cmp.Compare(b.Agree, a.Agree), cmp.Compare(a.Disagree, b.Disagree), cmp.Compare(a.Item, b.Item))
}

func (r *Ranking) rank(set func(*Row, int), by ...func(a, b *Row) int) {
	rows := make([]*Row, len(r.Rows))
	for i := range r.Rows {
		rows[i] = &r.Rows[i]
	}
	slices.SortFunc(rows, func(a, b *Row) int {
		if a.Excluded != b.Excluded {
			if b.Excluded {
				return -1
			}
			return 1
		}
		for _, c := range by {
			if d := c(a, b); d != 0 {
				return d
			}
		}
		return 0
	})
	for i, row := range rows {
		set(row, i+1)
	}
}
