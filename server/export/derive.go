package export

import (
	"cmp"
	"slices"

	"veche/server/tally"
)

// Mark is an item that marks a group off from all others, by both of Polis's
// tests.
type Mark struct {
	Group  int        `json:"group"`
	Item   identifier `json:"item"`
	Agree  bool       `json:"agree"`  // else it is their disagreement
	Share  float64    `json:"share"`  // that says so in the group
	Others float64    `json:"others"` // that says so elsewhere
	Z      float64    `json:"z"`
	RatioZ float64    `json:"ratio_z"`
}

// marksEach is how many marks of a group are told.
const marksEach = 5

// Derive fills in what follows from a tally whose rows are those of r, in their
// order: the official rank by r.Order (support where empty), the shares, the
// proportional order, the what-ifs, the map and what marks the groups off.
func (r *Ranking) Derive(count *tally.Ranking) {
	proportional := map[uint32]int{}
	for i, item := range count.Proportional() {
		proportional[item] = i + 1
	}
	distinct := distinctRanks(count)
	official := count.ByPairs(r.Pairs, func(c *tally.Row) int {
		return byOrder(r.Order, c.RankSupport, c.RankConsensus, c.RankBridging)
	}, func(s *tally.Stability) tally.Spread {
		return byOrder(r.Order, s.Support, s.Consensus, s.Bridging)
	})
	name := map[uint32]string{}
	for i := range r.Rows {
		row, c := &r.Rows[i], &count.Rows[i]
		name[c.Item] = row.Item
		row.Rank, row.Without, row.Pairs = official[i], row.RankBy(r.Order), c.Pairs
		row.AgreeOfDecided, row.AgreeOfAll = c.OfDecided(), c.OfAll(r.Ballots)
		row.Open = c.Open
		row.RankProportional, row.RankDistinct = proportional[c.Item], distinct[i]
	}
	r.Map, r.Open = count.Map, count.OpenBallots
	r.Marks = nil
	for g, group := range count.Groups {
		if len(count.Groups) < 2 {
			break
		}
		for _, m := range count.Marks(g, marksEach) {
			others := m.Against.Agree
			if !m.Agree {
				others = m.Against.Disagree
			}
			r.Marks = append(r.Marks, Mark{
				Group: group.Number, Item: identifier(name[m.Item]), Agree: m.Agree, Share: m.Share, Others: tally.Posterior(others, m.Against.Seen()), Z: m.Z, RatioZ: m.RatioZ,
			})
		}
	}
}

// RankBy is the row's place by an order; by support where there is none of that
// name.
func (row *Row) RankBy(order string) int {
	return byOrder(order, row.RankSupport, row.RankConsensus, row.RankBridging)
}

// byOrder is the one of three that belongs to an order, that of support where
// there is none of that name.
func byOrder[T any](order string, support, consensus, bridging T) T {
	switch order {
	case "consensus":
		return consensus
	case "bridging":
		return bridging
	}
	return support
}

// distinctRanks are the places by support if lookalike ballots counted once.
func distinctRanks(count *tally.Ranking) []int {
	order := make([]int, len(count.Rows))
	low := make([]float64, len(count.Rows))
	for i, row := range count.Rows {
		order[i] = i
		low[i], _ = tally.Wilson(row.Distinct.Agree, row.Distinct.Seen())
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := &count.Rows[a], &count.Rows[b]
		if x.Excluded != y.Excluded {
			return cmp.Compare(x.RankSupport, y.RankSupport) // excluded items stand last
		}
		return cmp.Or(cmp.Compare(low[b], low[a]), cmp.Compare(x.RankSupport, y.RankSupport))
	})
	ranks := make([]int, len(order))
	for place, i := range order {
		ranks[i] = place + 1
	}
	return ranks
}
