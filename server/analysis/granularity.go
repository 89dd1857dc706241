package analysis

import (
	"slices"

	"veche/nlp"
	"veche/server/topic"
)

// Granularity is the board as it would be with another number of clusters.
type Granularity struct {
	Clusters         []CoarserOrFiner
	Coarsest, Finest int // numbers that can be asked for
	Now              int // the number that leaves the board as it is; moderators' merges and splits count in none
	Since            int // ideas that came after the last run; a run would place them
}

// CoarserOrFiner is a cluster of such a board.
type CoarserOrFiner struct {
	Cluster         uint32   // the live cluster that it goes on from, 0 for a new one
	From            []uint32 // live clusters that its ideas are in now, rising
	Lang            string
	Label           string // the machine's
	Alternatives    []string
	Size            int // ideas shown in it
	Representatives []uint32
}

// Cut shows the board as a run for n clusters would leave it, if no idea and no
// operation came since the last one: clusters of the last run joined or split
// along its tree, what moderators handled untouched. Nothing is recorded. result
// is that of the last run; nil, or one without a tree, gives no clusters.
// O(ideas + nodes²).
func Cut(s *topic.State, result *ClusterResult, n int) Granularity {
	var g Granularity
	if result == nil || len(result.Tree) == 0 {
		return g
	}
	b := &s.Board
	tree := treeOf(result)
	handled := handledClusters(s)
	options := clusterOptions(s, handled)
	bound := options.Bound()
	g.Coarsest, g.Finest = len(tree.Cut(0, bound)), len(tree.Cut(result.Parts, bound))
	for _, node := range result.Tree {
		if node.Cluster > 0 {
			g.Now++
		}
	}
	at := make([]int, result.Parts+1) // part → place in g.Clusters + 1
	live := map[uint32]int{}          // live cluster with moderators' work → the same
	for _, c := range tree.Cut(n, bound) {
		var from []uint32
		for _, f := range c.From {
			if l := b.Live(uint32(f)); !slices.Contains(from, l) {
				from = append(from, l)
			}
		}
		slices.Sort(from)
		place := 0
		if len(from) == 1 && handled[from[0]] { // clusters that a moderator merged are one
			place = live[from[0]]
		}
		if place == 0 {
			one := CoarserOrFiner{From: from}
			if c.Number > 0 {
				one.Cluster = b.Live(uint32(c.Number))
			}
			if c.Node > 0 {
				node := &result.Tree[c.Node-1]
				one.Lang, one.Label, one.Alternatives, one.Representatives = node.Lang, node.Label, slices.Clone(node.Alternatives), slices.Clone(node.Representatives)
				if m := result.Cluster(node.Cluster); node.Cluster > 0 && m != nil {
					one.Lang, one.Label, one.Alternatives, one.Representatives = m.Lang, m.Label, slices.Clone(m.Alternatives), slices.Clone(m.Representatives)
				}
			}
			g.Clusters = append(g.Clusters, one)
			place = len(g.Clusters)
			if one.Cluster > 0 {
				live[one.Cluster] = place
			}
		}
		for _, p := range c.Parts {
			at[p] = place
		}
	}
	g.fill(s, result, handled, at, live)
	return g
}

// fill counts the ideas shown and leaves those that are not out of the
// representatives.
func (g *Granularity) fill(s *topic.State, result *ClusterResult, handled []bool, at []int, live map[uint32]int) {
	b := &s.Board
	place := make([]int, len(s.Ideas)+1)
	for i := range s.Ideas {
		n := uint32(i + 1)
		if s.Ideas[i].Erased {
			continue
		}
		m, seen := result.Idea(n)
		now := b.Cluster(n)
		switch {
		case b.Pinned(n) != 0 || handled[now]:
			if place[n] = live[now]; place[n] == 0 {
				g.Clusters = append(g.Clusters, CoarserOrFiner{Cluster: now, From: []uint32{now}})
				place[n] = len(g.Clusters)
				live[now] = place[n]
			}
		case seen:
			place[n] = at[m.Part]
		default:
			g.Since++
		}
		if place[n] > 0 && !b.Hidden(n) {
			g.Clusters[place[n]-1].Size++
		}
	}
	for i := range g.Clusters {
		c := &g.Clusters[i]
		c.Representatives = slices.DeleteFunc(c.Representatives, func(n uint32) bool {
			return s.Ideas[n-1].Erased || b.Hidden(n) || place[n] != i+1
		})
		if c.Label == "" && c.Cluster > 0 {
			if m := result.Cluster(c.Cluster); m != nil {
				c.Lang, c.Label, c.Alternatives = m.Lang, m.Label, slices.Clone(m.Alternatives)
			}
		}
	}
}

// nodesOf keeps a tree; what is said of a cluster stands there once.
func nodesOf(t *nlp.Tree) []MachineNode {
	list := make([]MachineNode, 0, len(t.Nodes))
	for _, n := range t.Nodes {
		m := MachineNode{Cluster: uint32(n.Cluster)}
		if n.Joins[0] > 0 {
			m.Joins = n.Joins[:]
		}
		if n.Cluster == 0 {
			m.Lang, m.Label, m.Alternatives = n.Lang, n.Label, n.Alternatives
			for _, id := range n.Representatives {
				m.Representatives = append(m.Representatives, number(id))
			}
		}
		list = append(list, m)
	}
	return list
}

// treeOf reads a tree back, as far as a cut needs it.
func treeOf(r *ClusterResult) *nlp.Tree {
	t := &nlp.Tree{Parts: r.Parts}
	for _, m := range r.Tree {
		n := nlp.TreeNode{Cluster: int(m.Cluster)}
		copy(n.Joins[:], m.Joins)
		t.Nodes = append(t.Nodes, n)
	}
	for i := range r.Ideas {
		if p := r.Ideas[i].Part; p > 0 {
			t.Nodes[p-1].Size++
		}
	}
	return t
}

// checkTree says what is wrong with a tree, "" if nothing is.
func checkTree(r *ClusterResult) string {
	if r.Parts < 0 || r.Parts > len(r.Tree) {
		return "it has other parts than its tree"
	}
	for i, n := range r.Tree {
		switch {
		case i < r.Parts && len(n.Joins) != 0, i >= r.Parts && len(n.Joins) != 2:
			return "a node of its tree is neither a part nor a join"
		case i >= r.Parts && (n.Joins[0] < 1 || n.Joins[0] >= n.Joins[1] || n.Joins[1] > i):
			return "a join of its tree joins what does not come before it"
		}
	}
	for _, x := range r.Ideas {
		if x.Part < 0 || x.Part > r.Parts {
			return "an idea is in a part that its tree has not"
		}
	}
	return ""
}
