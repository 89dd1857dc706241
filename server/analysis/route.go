package analysis

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"

	"veche/server/topic"
)

// routeSpread is how far apart two items' exposures may be, relative to the
// mean, and still be drawn in either order: many voters who ask at the same time
// would otherwise all be sent to the one item that was seen least.
const routeSpread = 0.25

// Route puts the items on which a ballot has not voted into the order in which
// they are to be put before the voter: least seen first, weighted by how unsure
// the votes so far leave an item, which counts for up to twice a sure one. The
// number of an item plays no part; near ties fall by lot, each ballot its own.
// mine says that an item speaks for an idea of the voter: such a one is never
// the first. Items that moderators took out are left out. O(items · log items).
func Route(s *topic.State, ballot uint64, mine func(item uint32) bool) []uint32 {
	if ballot == 0 || ballot > uint64(len(s.Ballots)) {
		return nil
	}
	return routeBy(s, s.Ballots[ballot-1], s.Votes[ballot-1], s.Exposure, s.ItemCount, mine)
}

// RouteOpen is [Route] for a voter of the open rating, by what is known from the
// open votes alone: what the panel says stays hidden from it. voter may have no
// ballot yet.
func RouteOpen(s *topic.State, voter topic.Pseudonym, mine func(item uint32) bool) []uint32 {
	var choices []topic.Choice
	if n := s.OpenBallotOf(voter); n != 0 {
		choices = s.OpenVotes[n-1]
	}
	return routeBy(s, voter, choices, func(item uint32) uint64 { return uint64(s.OpenCount(item).Seen()) }, s.OpenCount, mine)
}

func routeBy(s *topic.State, voter topic.Pseudonym, choices []topic.Choice, exposure func(item uint32) uint64, count func(item uint32) topic.ItemCount, mine func(item uint32) bool) []uint32 {
	answered := map[uint32]bool{}
	for _, c := range choices {
		answered[c.Item] = true
	}
	type place struct {
		item uint32
		key  float64
	}
	var places []place
	total := uint64(0)
	for n := uint32(1); int(n) <= len(s.Items); n++ {
		total += exposure(n)
	}
	blur := 1 + float64(routeSpread*float64(total))/float64(max(1, len(s.Items)))
	for n := uint32(1); int(n) <= len(s.Items); n++ {
		if answered[n] || TakenOut(s, n) {
			continue
		}
		seen := float64(exposure(n)) + float64(blur*routeLot(voter, n, len(answered)))
		places = append(places, place{n, seen / (1 + Unsure(count(n)))})
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.item, b.item)) })
	order := make([]uint32, len(places))
	for i, p := range places {
		order[i] = p.item
	}
	for i := 1; i < len(order) && mine(order[0]); i++ {
		order[0], order[i] = order[i], order[0]
	}
	return order
}

// Unsure is how unsure the votes leave whether an item is agreed with, 0 …1: the
// standard deviation of the Beta(1,1) posterior's mean share, 1 at one half.
func Unsure(c topic.ItemCount) float64 {
	p := float64(c.Agree+1) / float64(c.Seen()+2)
	return 2 * math.Sqrt(float64(p*(1-p)))
}

// routeLot is a number in [0, 1) of a ballot and an item, another after each vote.
func routeLot(p topic.Pseudonym, item uint32, votes int) float64 {
	b := binary.BigEndian.AppendUint32(append([]byte("veche/route\x00"), p[:]...), item)
	h := sha256.Sum256(binary.BigEndian.AppendUint32(b, uint32(votes)))
	return float64(binary.BigEndian.Uint64(h[:])>>11) / (1 << 53)
}
