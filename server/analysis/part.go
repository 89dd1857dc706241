package analysis

import (
	"cmp"
	"slices"

	"veche/server/topic"
)

// SplitPart is a part of a cluster in a proposed split.
type SplitPart struct {
	Label           string // the machine's
	Lang            string
	Ideas           []uint32 // shown ones, the most typical first
	Representatives []uint32
}

// worthSplitting is the least share of a cluster that is proposed as a part of its
// own, where there is such a part.
const worthSplitting = 0.05

// ProposeSplit parts a live cluster in two where the last run would part it: at
// the highest join of its tree that has a fair share of the ideas on either side,
// or where its ideas hang on several trees, by those. Ideas that the run has not
// seen, and a few that lie apart from both parts, are in neither. Nothing is
// recorded. It answers no parts where the run found none: the ideas are then too
// alike for it. O(ideas · log ideas + nodes).
func ProposeSplit(s *topic.State, result *ClusterResult, cluster uint32) []SplitPart {
	if result == nil || len(result.Tree) == 0 {
		return nil
	}
	count := make([]int, len(result.Tree)) // ideas of the cluster below each node
	var members []*MachineIdea
	for i := range result.Ideas {
		x := &result.Ideas[i]
		if int(x.Idea) > len(s.Ideas) || s.Ideas[x.Idea-1].Erased || s.Board.Hidden(x.Idea) || s.Board.Cluster(x.Idea) != cluster || x.Part == 0 {
			continue
		}
		members = append(members, x)
		count[x.Part-1]++
	}
	fair := max(1, int(worthSplitting*float64(len(members))))
	// A join comes behind what it joins. The last fair one is the highest; else the
	// one that comes nearest.
	at, best := -1, 0
	for i, n := range result.Tree {
		if len(n.Joins) != 2 {
			continue
		}
		one, two := count[n.Joins[0]-1], count[n.Joins[1]-1]
		count[i] = one + two
		if smaller := min(one, two, fair); smaller > 0 && smaller >= best {
			at, best = i, smaller
		}
	}
	first, second := result.largestRoots(count)
	var sides [2]int
	switch {
	case second >= 0 && count[second] >= best:
		sides = [2]int{first, second}
	case at >= 0:
		sides = [2]int{result.Tree[at].Joins[0] - 1, result.Tree[at].Joins[1] - 1}
	default:
		return nil
	}
	below := make([]int, len(result.Tree)) // 1 or 2 below those nodes
	below[sides[0]], below[sides[1]] = 1, 2
	for i := len(result.Tree) - 1; i >= 0; i-- {
		if below[i] != 0 {
			for _, j := range result.Tree[i].Joins {
				below[j-1] = below[i]
			}
		}
	}
	parts := []SplitPart{result.part(sides[0] + 1), result.part(sides[1] + 1)}
	for _, x := range members {
		if k := below[x.Part-1]; k != 0 {
			parts[k-1].Ideas = append(parts[k-1].Ideas, x.Idea)
		}
	}
	return finishParts(result, parts)
}

// largestRoots are the two nodes that nothing joins with the most ideas below
// them, -1 where there is none with any.
func (r *ClusterResult) largestRoots(count []int) (first, second int) {
	joined := make([]bool, len(r.Tree))
	for _, n := range r.Tree {
		for _, j := range n.Joins {
			joined[j-1] = true
		}
	}
	first, second = -1, -1
	for i := range r.Tree {
		switch {
		case joined[i] || count[i] == 0:
		case first < 0 || count[i] > count[first]:
			first, second = i, first
		case second < 0 || count[i] > count[second]:
			second = i
		}
	}
	return first, second
}

// part is what the run says of a node, counted from 1.
func (r *ClusterResult) part(node int) SplitPart {
	n := &r.Tree[node-1]
	p := SplitPart{Label: n.Label, Lang: n.Lang, Representatives: slices.Clone(n.Representatives)}
	if m := r.Cluster(n.Cluster); n.Cluster > 0 && m != nil {
		p.Label, p.Lang, p.Representatives = m.Label, m.Lang, slices.Clone(m.Representatives)
	}
	return p
}

// finishParts orders each part's ideas and keeps of the representatives those
// that are in it. The larger part comes first.
func finishParts(result *ClusterResult, parts []SplitPart) []SplitPart {
	for i := range parts {
		p := &parts[i]
		slices.SortStableFunc(p.Ideas, func(x, y uint32) int {
			a, _ := result.Idea(x)
			b, _ := result.Idea(y)
			return cmp.Or(cmp.Compare(min(a.DuplicateOf, 1), min(b.DuplicateOf, 1)), cmp.Compare(b.Score, a.Score), cmp.Compare(x, y))
		})
		in := make(map[uint32]bool, len(p.Ideas))
		for _, n := range p.Ideas {
			in[n] = true
		}
		p.Representatives = slices.DeleteFunc(p.Representatives, func(n uint32) bool { return !in[n] })
		for _, n := range p.Ideas {
			if len(p.Representatives) >= fewRepresentatives {
				break
			}
			if !slices.Contains(p.Representatives, n) {
				p.Representatives = append(p.Representatives, n)
			}
		}
	}
	slices.SortStableFunc(parts, func(x, y SplitPart) int { return cmp.Compare(len(y.Ideas), len(x.Ideas)) })
	return parts
}
