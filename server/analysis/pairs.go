package analysis

import (
	"cmp"
	"math"
	"slices"

	"veche/server/tally"
	"veche/server/topic"
)

// mostTied bounds the items among which pairs are put, so that each is compared
// often enough to tell.
const mostTied = 16

// NearTop are the items between which the votes so far do not decide who is in
// the first top places by support, by number: those whose interval holds the
// border, the closest to it where there are many. O(items · log items).
func NearTop(s *topic.State, top int) []uint32 { return nearTop(s, top, mostTied, s.ItemCount) }

func nearTop(s *topic.State, top, most int, count func(item uint32) topic.ItemCount) []uint32 {
	type standing struct {
		item             uint32
		share, low, high float64
	}
	var list []standing
	for n := uint32(1); int(n) <= len(s.Items); n++ {
		c := count(n)
		if c.Seen() == 0 || TakenOut(s, n) {
			continue
		}
		x := standing{item: n, share: float64(c.Agree) / float64(c.Seen())}
		x.low, x.high = tally.Wilson(c.Agree, c.Seen())
		list = append(list, x)
	}
	if top <= 0 || len(list) <= top {
		return nil
	}
	slices.SortFunc(list, func(a, b standing) int { return cmp.Or(cmp.Compare(b.low, a.low), cmp.Compare(a.item, b.item)) })
	border := (list[top-1].share + list[top].share) / 2
	list = slices.DeleteFunc(list, func(x standing) bool { return x.low > border || x.high < border })
	slices.SortFunc(list, func(a, b standing) int {
		return cmp.Or(cmp.Compare(math.Abs(a.share-border), math.Abs(b.share-border)), cmp.Compare(a.item, b.item))
	})
	if len(list) < 2 {
		return nil
	}
	var items []uint32
	for _, x := range list[:min(most, len(list))] {
		items = append(items, x.item)
	}
	slices.Sort(items)
	return items
}

// RoutePairs are at most so many pairs to put before a ballot that has rated
// enough: those between which the answers so far decide least, least asked
// first, near ties by the ballot's own lot, which also says who stands left.
// Items that speak for an idea of the voter (mine) are in none.
func RoutePairs(s *topic.State, ballot uint64, most int, mine func(item uint32) bool) [][2]uint32 {
	r := s.Rule()
	if r == nil || r.Pairs == 0 || ballot == 0 || ballot > uint64(len(s.Ballots)) || !s.RatedEnough(ballot) {
		return nil
	}
	said := map[[2]uint32]bool{}
	for _, c := range s.PairsOf(ballot) {
		said[[2]uint32{c.First, c.Second}] = true
	}
	type place struct {
		pair [2]uint32
		key  float64
	}
	var places []place
	items := slices.DeleteFunc(NearTop(s, int(r.Pairs)), mine)
	for i, a := range items {
		for _, b := range items[i+1:] {
			if said[[2]uint32{a, b}] {
				continue
			}
			c := s.PairCount(a, b)
			n := float64(c.First + c.Second + c.Even)
			p := (float64(c.First) + float64(c.Even)/2 + 1) / (n + 2)
			lot := routeLot(s.Ballots[ballot-1], a*topic.MaxItems+b, len(said))
			places = append(places, place{[2]uint32{a, b}, (n + lot) / (4 * float64(p*(1-p)))})
		}
	}
	slices.SortFunc(places, func(x, y place) int {
		return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.pair[0], y.pair[0]), cmp.Compare(x.pair[1], y.pair[1]))
	})
	var pairs [][2]uint32
	for _, x := range places[:min(most, len(places))] {
		if routeLot(s.Ballots[ballot-1], x.pair[0], int(x.pair[1])) < .5 {
			x.pair[0], x.pair[1] = x.pair[1], x.pair[0]
		}
		pairs = append(pairs, x.pair)
	}
	return pairs
}

// PutsPair says that a pair may be put to a ballot, on whichever side its items
// stand: that [RoutePairs] would come to it. The votes of others move the border
// between a question and its answer, so twice as many near-ties pass as are put.
// What the ballot compared before it may compare again. Which of these pairs a
// voter answers, and how many of them, is not seen to: whoever sends their own
// requests may keep to pairs with one item, each counted once. Nor can a count
// leave out what somebody says to the idea of a friend.
func PutsPair(s *topic.State, ballot uint64, left, right uint32, mine func(item uint32) bool) bool {
	r := s.Rule()
	if r == nil || r.Pairs == 0 || ballot == 0 || ballot > uint64(len(s.Ballots)) || !s.RatedEnough(ballot) || left == right || mine(left) || mine(right) {
		return false
	}
	for _, c := range s.PairsOf(ballot) {
		if c.First == min(left, right) && c.Second == max(left, right) {
			return true
		}
	}
	ties := nearTop(s, int(r.Pairs), 2*mostTied, s.ItemCount)
	return slices.Contains(ties, left) && slices.Contains(ties, right)
}

// pairsThatCount are the ballots' last words on pairs of items that are near-ties
// by the votes of s: what was said of others, by whatever way it came in, moves
// nothing. O(votes + pairs).
func pairsThatCount(s *topic.State) (list []tally.Pair) {
	r := s.Rule()
	if r == nil || r.Pairs == 0 || len(s.Pairs) == 0 {
		return nil
	}
	counts := make([]topic.ItemCount, len(s.Items)) // a bundle's state has none
	for _, choices := range s.Votes {
		for _, c := range choices {
			switch x := &counts[c.Item-1]; c.Value {
			case topic.Agree:
				x.Agree++
			case topic.Disagree:
				x.Disagree++
			default:
				x.Pass++
			}
		}
	}
	tied := make([]bool, len(s.Items)+1)
	for _, item := range nearTop(s, int(r.Pairs), 2*mostTied, func(n uint32) topic.ItemCount { return counts[n-1] }) {
		tied[item] = true
	}
	for _, words := range s.Pairs {
		for _, c := range words {
			if tied[c.First] && tied[c.Second] {
				list = append(list, tally.Pair{First: c.First, Second: c.Second, Better: c.Better})
			}
		}
	}
	return list
}
