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
	answered := map[uint32]bool{}
	for _, c := range s.Votes[ballot-1] {
		answered[c.Item] = true
	}
	type place struct {
		item uint32
		key  float64
	}
	var places []place
	total := uint64(0)
	for n := uint32(1); int(n) <= len(s.Items); n++ {
		total += s.Exposure(n)
	}
	blur := 1 + float64(routeSpread*float64(total))/float64(max(1, len(s.Items)))
	for n := uint32(1); int(n) <= len(s.Items); n++ {
		if answered[n] || TakenOut(s, n) {
			continue
		}
		seen := float64(s.Exposure(n)) + float64(blur*routeLot(s.Ballots[ballot-1], n, len(answered)))
		places = append(places, place{n, seen / (1 + Unsure(s.ItemCount(n)))})
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
