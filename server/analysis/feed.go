package analysis

import (
	"cmp"
	"math"
	"slices"

	"veche/server/topic"
)

// Feed is the remarks of a room that reply to none, in the orders in which they
// are read. Lists are remark numbers.
type Feed struct {
	Top     []uint32          // by [Heat], the hottest first; removed ones left out
	Replies map[uint32]uint32 // to a remark or below, of those that have any
	persons [][]uint32        // the last remark of each person, then the one before, …
}

// heatHalf is the age at which a remark's heat is about half, in milliseconds.
const heatHalf = 20 * 60_000

// Heat is how far up a remark stands in the order "top":
//
//	(1 + agree + 2·insight + ½·unsure + 2·people who replied) / (1 + age/20 min)^1.2
//
// People count, not clicks: a person reacts once, and many replies by one person,
// or the author's own, count as little. The decay is hyperbolic (as of Hacker
// News): in a live hour a new remark passes what is older, and after a quiet
// night the order of the evening still stands.
func Heat(reactions [topic.ReactionCount]uint32, repliers int, age int64) float64 {
	points := 1 + float64(reactions[topic.ReactionAgree]) + 2*float64(reactions[topic.ReactionInsight]) + 0.5*float64(reactions[topic.ReactionUnsure]) + 2*float64(repliers)
	return points / math.Pow(1+float64(max(0, age))/heatHalf, 1.2)
}

// Talk is what the orders of a room depend on, copied out of a state, so that
// nobody has to wait while they are worked out.
type Talk []talk

type talk struct {
	number, replyTo uint32
	shown           bool
	author          topic.Actor
	time            int64
	reactions       [topic.ReactionCount]uint32
}

// TalkOf copies remarks of a room, given in order. O(remarks).
func TalkOf(s *topic.State, remarks []uint32) Talk {
	t := make(Talk, len(remarks))
	for i, n := range remarks {
		m := &s.Remarks[n-1]
		t[i] = talk{n, m.ReplyTo, !m.Erased && m.Removed.IsZero(), m.Author, m.Time, m.Reactions()}
	}
	return t
}

// of answers remark n, which must be there.
func (t Talk) of(n uint32) *talk {
	i, _ := slices.BinarySearchFunc(t, n, func(m talk, n uint32) int { return cmp.Compare(m.number, n) })
	return &t[i]
}

// NewFeed orders a room at a time in Unix milliseconds. O(remarks · log remarks).
func NewFeed(t Talk, now int64) *Feed {
	f := &Feed{Replies: map[uint32]uint32{}}
	type reply struct {
		root  uint32
		actor topic.Actor
	}
	root := make(map[uint32]uint32, len(t)) // of replies
	repliers := map[uint32]int{}
	said := map[reply]bool{}
	for i := range t {
		m := &t[i]
		if m.replyTo == 0 {
			if m.shown {
				f.Top = append(f.Top, m.number)
			}
			continue
		}
		r := m.replyTo
		if above, ok := root[r]; ok {
			r = above
		}
		root[m.number] = r
		f.Replies[r]++
		if one := (reply{r, m.author}); m.shown && m.author != t.of(r).author && !said[one] {
			said[one] = true
			repliers[r]++
		}
	}
	f.tiers(t)
	heat := make(map[uint32]float64, len(f.Top))
	for _, n := range f.Top {
		m := t.of(n)
		heat[n] = Heat(m.reactions, repliers[n], now-m.time)
	}
	slices.SortFunc(f.Top, func(a, b uint32) int { return cmp.Or(cmp.Compare(heat[b], heat[a]), cmp.Compare(b, a)) })
	return f
}

// tiers puts the last remark of each person into the first tier, the one before
// into the second, and so on.
func (f *Feed) tiers(t Talk) {
	had := map[topic.Actor]int{}
	for i := len(f.Top) - 1; i >= 0; i-- { // in order of time yet
		a := t.of(f.Top[i]).author
		tier := had[a]
		had[a]++
		if tier == len(f.persons) {
			f.persons = append(f.persons, nil)
		}
		f.persons[tier] = append(f.persons[tier], f.Top[i])
	}
}

// Sample answers up to limit remarks from offset on of a fair order: every
// person's last remark comes before anyone's second last, and within that chance
// orders them, by the seed. It holds every remark of Top once. O(remarks of the
// tiers that the page touches · log).
func (f *Feed) Sample(seed uint64, offset, limit int) []uint32 {
	var page []uint32
	for i, tier := range f.persons {
		if offset >= len(tier) {
			offset -= len(tier)
			continue
		}
		order := make([]ticket, len(tier))
		for k, n := range tier {
			order[k] = ticket{lot(seed, uint64(i), n), n}
		}
		slices.SortFunc(order, func(a, b ticket) int { return cmp.Or(cmp.Compare(a.lot, b.lot), cmp.Compare(a.remark, b.remark)) })
		for _, x := range order[offset:min(len(order), offset+limit-len(page))] {
			page = append(page, x.remark)
		}
		offset = 0
		if len(page) == limit {
			break
		}
	}
	return page
}

// ticket is a remark with its lot.
type ticket struct {
	lot    uint64
	remark uint32
}

// lot is a remark's chance in a tier.
func lot(seed, tier uint64, remark uint32) uint64 {
	x := seed
	for _, v := range [...]uint64{tier, uint64(remark)} { // splitmix64 (Steele and others, 2014)
		x += v + 0x9e3779b97f4a7c15
		x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
		x = (x ^ x>>27) * 0x94d049bb133111eb
		x ^= x >> 31
	}
	return x
}

// Thread answers a remark and all replies below it, in order, up to most of
// them. remarks are those of its room.
func Thread(s *topic.State, remarks []uint32, root uint32, most int) []uint32 {
	list := []uint32{root}
	in := map[uint32]bool{root: true}
	at, _ := slices.BinarySearch(remarks, root)
	for _, n := range remarks[min(at+1, len(remarks)):] {
		if len(list) == most {
			break
		}
		if in[s.Remarks[n-1].ReplyTo] {
			in[n] = true
			list = append(list, n)
		}
	}
	return list
}
