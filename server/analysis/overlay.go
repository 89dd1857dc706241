package analysis

import (
	"cmp"
	"slices"

	"veche/server/topic"
)

// LiveCluster is a cluster of the board: the machine's, with what moderators
// laid over it.
type LiveCluster struct {
	Cluster uint32
	Title   topic.Digest // the moderators' name, zero for none: Label then
	Label   string       // the machine's, "" where it has none
	// Alternatives are other labels that would do.
	Alternatives []string
	Lang         string
	Hidden       bool
	Size         int     // ideas shown in it
	Share        float64 // of all ideas shown, 0…1
	Cohesion     float64
	// Representatives are the most telling ideas shown in it, at most
	// MaxRepresentatives.
	Representatives []uint32
	Ideas           []uint32 // all in it, hidden ones too, not those erased
}

// MaxRepresentatives is how many ideas speak for a cluster at most.
const MaxRepresentatives = 5

// fewRepresentatives is below how many the best scores fill up.
const fewRepresentatives = 3

// Overlay describes the live clusters of the board, in the order of numbers.
// result is that of the last run. O(ideas · log ideas).
func Overlay(s *topic.State, result *ClusterResult) []LiveCluster {
	b := &s.Board
	numbers := b.Clusters()
	list := make([]LiveCluster, len(numbers))
	at := make([]int, len(b.Made)+1) // cluster → place in list + 1
	for i, n := range numbers {
		list[i] = LiveCluster{Cluster: n, Title: b.Title(n), Hidden: b.Veiled(n)}
		at[n] = i + 1
	}
	total := 0
	for i := range s.Ideas {
		n := uint32(i + 1)
		if s.Ideas[i].Erased {
			continue
		}
		if !b.Hidden(n) {
			total++
		}
		place := at[b.Cluster(n)]
		if place == 0 {
			continue
		}
		c := &list[place-1]
		c.Ideas = append(c.Ideas, n)
		if !b.Hidden(n) {
			c.Size++
		}
	}
	// Which of the machine's clusters stand behind each live one.
	behind := make([][]*MachineCluster, len(list))
	if result != nil {
		for i := range result.Clusters {
			m := &result.Clusters[i]
			if int(m.Cluster) > len(b.Made) || m.Size == 0 {
				continue
			}
			if place := at[b.Live(m.Cluster)]; place != 0 {
				behind[place-1] = append(behind[place-1], m)
			}
		}
	}
	for i := range list {
		c := &list[i]
		if total > 0 {
			c.Share = float64(c.Size) / float64(total)
		}
		c.describe(s, result, behind[i])
	}
	return list
}

// describe takes label and representatives from the machine's clusters behind
// the live one: its own first, then those merged into it, the largest first.
func (c *LiveCluster) describe(s *topic.State, result *ClusterResult, behind []*MachineCluster) {
	slices.SortStableFunc(behind, func(x, y *MachineCluster) int {
		if own := cmp.Compare(rank(y, c.Cluster), rank(x, c.Cluster)); own != 0 {
			return own
		}
		return cmp.Compare(y.Size, x.Size)
	})
	if len(behind) > 0 {
		c.Label, c.Lang, c.Cohesion = behind[0].Label, behind[0].Lang, behind[0].Cohesion
		c.Alternatives = slices.Clone(behind[0].Alternatives)
		for _, m := range behind[1:] {
			c.Alternatives = append(c.Alternatives, m.Label)
		}
	}
	shown := func(n uint32) bool {
		return !s.Ideas[n-1].Erased && !s.Board.Hidden(n) && s.Board.Mark(n) == topic.Unmarked && s.Ideas[n-1].Newer == 0 && s.Board.Cluster(n) == c.Cluster
	}
	add := func(n uint32) {
		if len(c.Representatives) < MaxRepresentatives && shown(n) && !slices.Contains(c.Representatives, n) {
			c.Representatives = append(c.Representatives, n)
		}
	}
	for place := 0; place < MaxRepresentatives; place++ { // the first of each, then the second of each
		for _, m := range behind {
			if place < len(m.Representatives) {
				add(m.Representatives[place])
			}
		}
	}
	if len(c.Representatives) < fewRepresentatives && len(c.Representatives) < c.Size {
		c.fill(result, add)
	}
	if c.Label == "" {
		c.Label, c.Lang = c.source(s, result)
	}
}

func rank(m *MachineCluster, own uint32) int {
	if m.Cluster == own {
		return 1
	}
	return 0
}

// fill adds the ideas with the best scores, then those that no run has seen.
func (c *LiveCluster) fill(result *ClusterResult, add func(uint32)) {
	type scored struct {
		idea  uint32
		score float64
	}
	list := make([]scored, len(c.Ideas))
	for i, n := range c.Ideas {
		list[i] = scored{idea: n, score: -2}
		if result != nil {
			if m, ok := result.Idea(n); ok && m.DuplicateOf == 0 {
				list[i].score = m.Score
			}
		}
	}
	slices.SortStableFunc(list, func(x, y scored) int { return cmp.Compare(y.score, x.score) })
	for _, x := range list {
		if len(c.Representatives) >= fewRepresentatives {
			return
		}
		add(x.idea)
	}
}

// source is the label of the cluster that a split took this one from, until a
// run gives it one of its own.
func (c *LiveCluster) source(s *topic.State, result *ClusterResult) (label, lang string) {
	for n := c.Cluster; result != nil && n != 0; n = s.Board.Made[n-1].From {
		if m := result.Cluster(n); m != nil && m.Label != "" {
			return m.Label, m.Lang
		}
	}
	return "", ""
}
