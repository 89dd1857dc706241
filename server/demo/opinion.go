package demo

import "math"

// Item is one rating item as the made participants see it.
type Item struct {
	Stance  float64 // −1 drivers like it, +1 walkers like it, 0 both alike
	Quality float64 // 0 hardly anyone's wish … 1 nearly everyone's
}

// Vote values, as in Polis exports.
const (
	Agree    int8 = 1
	Pass     int8 = 0
	Disagree int8 = -1
)

// The two opinion groups.
const (
	Walkers uint8 = 0 // three of five
	Drivers uint8 = 1
)

// Votes are columns of equal length, ordered by ballot and then in the order
// in which its owner voted; no (ballot, item) stands twice.
type Votes struct {
	Ballot []int32
	Item   []int32
	Value  []int8
	Group  []uint8 // by ballot: the group its owner was made in, which a tally should find again
}

// Items returns an item for each idea: its stance as written, its quality
// drawn; ideas that are off the topic please few.
func Items(seed [32]byte, ideas []Idea) []Item {
	s := newStream("quality", seed)
	out := make([]Item, len(ideas))
	for i, idea := range ideas {
		q := 250 + s.below(400) + s.below(351)
		if idea.Theme == OffTopic {
			q /= 5
		}
		out[i] = Item{Stance: idea.Stance, Quality: float64(q) / 1000}
	}
	return out
}

// Opinions returns the votes of participants 0 … p−1 on the items: 60 % are
// walkers and 40 % drivers, each holds its group's stance more or less
// strongly, and most rate every item, some stop early, a few soon. The sums
// are in integers, so that every machine draws the same votes.
func Opinions(seed [32]byte, p int, items []Item) Votes {
	s := newStream("opinions", seed)
	v := Votes{Group: make([]uint8, p)}
	for i := (p*3 + 4) / 5; i < p; i++ {
		v.Group[i] = Drivers
	}
	s.shuffle(p, func(i, j int) { v.Group[i], v.Group[j] = v.Group[j], v.Group[i] })

	stance, quality := make([]int, len(items)), make([]int, len(items))
	for i, it := range items {
		stance[i] = permille(it.Stance, -1)
		quality[i] = permille(it.Quality, 0)
	}
	order := make([]int, len(items))
	for b, group := range v.Group {
		side := 550 + s.below(650) // how strongly this person holds the stance
		if group == Drivers {
			side = -side
		}
		mood := s.below(161) - 80 // some agree more readily than others
		rates := len(items)
		switch kind := s.below(100); {
		case kind >= 90:
			rates = rates * (10 + s.below(40)) / 100
		case kind >= 70:
			rates = rates * (60 + s.below(36)) / 100
		}
		for i := range order {
			order[i] = i
		}
		s.shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, it := range order[:rates] {
			lean := 160 + quality[it]*640/1000 + stance[it]*side*450/1_000_000 + mood
			v.Ballot = append(v.Ballot, int32(b))
			v.Item = append(v.Item, int32(it))
			v.Value = append(v.Value, s.answer(min(max(lean, 30), 970)))
		}
	}
	return v
}

// answer draws a vote; who is torn passes more often.
func (s stream) answer(lean int) int8 {
	far := lean - 500
	if far < 0 {
		far = -far
	}
	at := s.below(1000)
	pass := 40 + (500-far)*200/500
	if at < pass {
		return Pass
	}
	if s.below(1000) < lean {
		return Agree
	}
	return Disagree
}

// permille rounds x, held to [low, 1], to thousandths; NaN counts as 0.
func permille(x, low float64) int {
	if math.IsNaN(x) {
		return 0
	}
	return int(math.Round(1000 * min(max(x, low), 1)))
}
