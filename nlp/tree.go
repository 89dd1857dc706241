package nlp

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"
)

const (
	partsPerCluster = 3   // a tree's finest cut has so many times the clusters of the run,
	mostParts       = 100 // and at most so many
	partGroups      = 16  // tight groups into which a cluster is cut
	leastPart       = 4   // ideas of such a group in the mean
	partSample      = 800
	nodeTexts       = 250 // texts from which a part or a join is named
)

// Tree is all granularities of a clustering: below its clusters the parts into
// which each falls, above them how they join, by Ward's criterion. It is cut at
// any number of clusters by undoing joins, so that the next finer cut splits one
// cluster and leaves the others alone. The cut at the number of the run's
// clusters is the run's clusters.
type Tree struct {
	// Nodes are the parts, then the joins, each after what it joins, in the
	// order in which a cut takes them. Node n is Nodes[n-1].
	Nodes []TreeNode
	Parts int
}

// TreeNode is ideas that are one cluster in some cuts.
type TreeNode struct {
	Joins           [2]int // nodes, rising; 0 and 0 for a part
	Cluster         int    // the cluster of the run that it is, 0 for none
	Size            int    // ideas, repeats included
	Lang            string
	Label           string
	Alternatives    []string
	Representatives []string // ids
}

// CutCluster is a cluster of a cut.
type CutCluster struct {
	Number int   // the cluster of the run that it goes on from, 0 for a new one
	From   []int // clusters of the run that its ideas are in, rising
	Parts  []int // nodes, rising
	Node   int   // the node that it is; 0 where a bound cluster was left out of one
	Size   int   // ideas, repeats included
}

// Bound lists the clusters that moderators' edits keep as they are, whatever
// the granularity, rising.
func (o *Options) Bound() []int {
	list := append(slices.Clone(o.Locked), o.Keep...)
	for _, h := range o.Held {
		if h.Cluster > 0 {
			list = append(list, h.Cluster)
		}
	}
	for _, p := range o.Apart {
		list = append(list, p[0], p[1])
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Cut gives n clusters, or as near to n as the tree goes, in the order of
// their first parts. Bound clusters are neither split nor joined. What is left
// of a cluster or joins others keeps the number of the largest. O(nodes²).
func (t *Tree) Cut(n int, bound []int) []CutCluster {
	owner := t.owners()
	fixed := func(part int) bool { return slices.Contains(bound, owner[part-1]) }
	of := make([]int, len(t.Nodes)) // node → the cluster of the cut that holds what is free of it, −1 none
	var cut []CutCluster
	whole := map[int]int{} // bound cluster → its place in cut
	live := 0
	for p := 1; p <= t.Parts; p++ {
		if at, ok := whole[owner[p-1]]; ok && fixed(p) {
			of[p-1] = -1
			cut[at].Parts = append(cut[at].Parts, p)
			continue
		}
		if of[p-1] = len(cut); fixed(p) {
			of[p-1] = -1
			whole[owner[p-1]] = len(cut)
		}
		cut = append(cut, CutCluster{Parts: []int{p}, Node: p})
		live++
	}
	for i := t.Parts; i < len(t.Nodes); i++ {
		a, b := of[t.Nodes[i].Joins[0]-1], of[t.Nodes[i].Joins[1]-1]
		if of[i] = max(a, b); a < 0 || b < 0 {
			continue
		}
		if live <= n {
			break
		}
		of[i] = min(a, b)
		into, gone := &cut[min(a, b)], &cut[max(a, b)]
		into.Parts, gone.Parts = append(into.Parts, gone.Parts...), nil
		slices.Sort(into.Parts)
		live--
	}
	cut = slices.DeleteFunc(cut, func(c CutCluster) bool { return len(c.Parts) == 0 })
	t.identify(cut, owner)
	return cut
}

// owners is for each part the cluster of the run that it is part of, 0 if none.
func (t *Tree) owners() []int {
	owner := make([]int, len(t.Nodes))
	for i := len(t.Nodes) - 1; i >= 0; i-- {
		if c := t.Nodes[i].Cluster; c > 0 {
			owner[i] = c
		}
		for _, j := range t.Nodes[i].Joins {
			if j > 0 {
				owner[j-1] = owner[i]
			}
		}
	}
	return owner[:t.Parts]
}

// identify tells which node each cluster of a cut is and which number it keeps.
func (t *Tree) identify(cut []CutCluster, owner []int) {
	parts := make([][]int, len(t.Nodes))
	at := map[int]int{} // number → the cluster that keeps it
	for i, n := range t.Nodes {
		if i < t.Parts {
			parts[i] = []int{i + 1}
			continue
		}
		parts[i] = append(slices.Clone(parts[n.Joins[0]-1]), parts[n.Joins[1]-1]...)
		slices.Sort(parts[i])
	}
	for i := range cut {
		c := &cut[i]
		c.Node = 1 + slices.IndexFunc(parts, func(p []int) bool { return slices.Equal(p, c.Parts) })
		size := map[int]int{}
		for _, p := range c.Parts {
			c.Size += t.Nodes[p-1].Size
			size[owner[p-1]] += t.Nodes[p-1].Size
			if !slices.Contains(c.From, owner[p-1]) {
				c.From = append(c.From, owner[p-1])
			}
		}
		slices.Sort(c.From)
		for _, f := range c.From {
			if c.Number == 0 || size[f] > size[c.Number] {
				c.Number = f
			}
		}
		if first, ok := at[c.Number]; ok { // one more part of the same cluster
			if c.Size > cut[first].Size {
				cut[first].Number, first = 0, i
			} else {
				c.Number = 0
			}
			at[cut[first].Number] = first
			continue
		}
		at[c.Number] = i
	}
}

// branch is a join that a tree is made of, in one group.
type branch struct {
	group, cluster int // −1: of clusters
	a, b           int32
	height         float64
	order          int
}

func compareBranches(x, y branch) int {
	return cmp.Or(cmp.Compare(x.height, y.height), cmp.Compare(x.group, y.group), cmp.Compare(x.cluster, y.cluster), cmp.Compare(x.order, y.order))
}

// rising appends a tree's joins with heights that never fall, as rounding may
// make them.
func rising(out []branch, tree []merge, group, cluster int, scale float64) []branch {
	height := 0.0
	for i, t := range tree {
		height = max(height, t.height*scale)
		out = append(out, branch{group, cluster, t.a, t.b, height, i})
	}
	return out
}

// inner is what a cluster falls into.
type inner struct {
	of     []int32 // member → tight group
	groups int
	tree   []merge
	scale  float64 // of the heights, which come from a sample
}

// split cuts a cluster into tight groups and joins them to a tree. Nothing of
// the run's seed enters: the same clusters fall apart alike in every run.
func split(v *vectors, list []int32) (in inner) {
	in.of = make([]int32, len(list))
	if in.groups = min(partGroups, len(list)/leastPart); in.groups < 2 {
		in.groups = 1
		return in
	}
	sample := v.pick(list[:min(len(list), partSample)])
	of, middle := microClusters(sample, in.groups, 5, uint64(len(list)))
	clear(middle.live)
	for _, j := range of {
		middle.live[j] = true
	}
	in.tree = wardTree(sample, of, middle.k)
	in.scale = float64(len(list)) / float64(sample.n)
	for i, u := range list {
		in.of[i] = int32(0)
		if best, _, _ := middle.nearest(v.row(int(u))); best >= 0 {
			in.of[i] = int32(best)
		}
	}
	return in
}

// grow makes the tree of all groups, with at least least parts if there are
// enough ideas, and tells each unit its part.
func (r *run) grow(least int) {
	var below, above []branch
	inners := make([][]inner, len(r.groups))
	live := 0
	for n, g := range r.groups {
		lists := members(g.of, len(g.ids))
		inners[n] = make([]inner, len(lists))
		inBlocks(len(lists), 1, func(j, _, _ int) { inners[n][j] = split(g.v, lists[j]) })
		for j, in := range inners[n] {
			if len(lists[j]) > 0 {
				live++
			}
			below = rising(below, in.tree, n, j, in.scale)
		}
		above = rising(above, wardTree(g.v, g.of, len(g.ids)), n, -1, 1)
	}
	slices.SortFunc(below, compareBranches)
	slices.SortFunc(above, compareBranches)
	parts := max(live, min(partsPerCluster*live, mostParts), least)
	below = below[max(0, len(below)-max(0, parts-live)):]
	t := &Tree{}
	nodeOf := make([][][]int, len(r.groups)) // group, cluster, tight group → node
	clusterOf := make([][]int, len(r.groups))
	for n, g := range r.groups {
		kept := make([]int, len(g.ids))
		for _, b := range below {
			if b.group == n {
				kept[b.cluster]++
			}
		}
		g.part, g.first = make([]int32, len(g.units)), make([]int32, len(g.ids))
		nodeOf[n], clusterOf[n] = make([][]int, len(g.ids)), make([]int, len(g.ids))
		for j, list := range members(g.of, len(g.ids)) {
			if len(list) == 0 {
				continue
			}
			in := &inners[n][j]
			part, found := make([]int32, in.groups), 1
			if len(in.tree) > 0 {
				// Groups that no sampled row is in are in no part and in no row.
				joined := make([]int32, 0, in.groups)
				for _, m := range in.tree {
					joined = append(joined, m.a, m.b)
				}
				part, found = cut(in.tree, joined, in.groups, kept[j]+1)
			}
			for i, u := range list {
				g.part[u] = int32(len(t.Nodes)) + part[in.of[i]] + 1
			}
			g.first[j] = int32(len(t.Nodes)) + 1
			nodeOf[n][j] = make([]int, in.groups)
			for m, p := range part {
				nodeOf[n][j][m] = len(t.Nodes) + int(p) + 1
			}
			for range found {
				t.Nodes = append(t.Nodes, TreeNode{})
			}
			clusterOf[n][j] = len(t.Nodes) // the node of a cluster of one part; joins put another here
		}
	}
	t.Parts = len(t.Nodes)
	join := func(a, b int) int {
		t.Nodes = append(t.Nodes, TreeNode{Joins: [2]int{min(a, b), max(a, b)}})
		return len(t.Nodes)
	}
	for _, b := range below {
		at := nodeOf[b.group][b.cluster]
		x, y := at[b.a], at[b.b]
		made := join(x, y)
		for m, node := range at {
			if node == x || node == y {
				at[m] = made
			}
		}
		clusterOf[b.group][b.cluster] = made
	}
	for n, g := range r.groups {
		for j, node := range clusterOf[n] {
			if node > 0 {
				t.Nodes[node-1].Cluster = g.ids[j]
			}
		}
	}
	for _, b := range above {
		at := clusterOf[b.group]
		at[b.a] = join(at[b.a], at[b.b])
	}
	r.tree = t
}

// recut gives the groups the clusters of another cut of the tree.
func (r *run) recut(n int) {
	r.grow(n)
	for _, g := range r.groups {
		for u, p := range g.part {
			if p > 0 {
				r.tree.Nodes[p-1].Size += g.ideas[u]
			}
		}
	}
	at := make([]int, r.tree.Parts)
	clusters := r.tree.Cut(n, r.options.Bound())
	for i, c := range clusters {
		for _, p := range c.Parts {
			at[p-1] = i
		}
	}
	for _, g := range r.groups {
		index := map[int]int32{}
		g.ids = g.ids[:0:0]
		for u, p := range g.part {
			if p == 0 {
				continue
			}
			j, ok := index[at[p-1]]
			if !ok {
				j = int32(len(g.ids))
				index[at[p-1]] = j
				g.ids = append(g.ids, clusters[at[p-1]].Number)
			}
			g.of[u] = j
		}
		g.middle = newCentroids(len(g.ids), g.v.d)
		g.middle.settle(g.v, g.of, g.fixed(r).boost())
	}
}

// nodes lists the units of the nodes of a group that are no clusters, up to
// nodeTexts each, which are a sample because rows go by digest, with the part
// of the node that they are.
func (r *run) nodes(g *group) (at []int, lists [][]int32, sampled []float64) {
	t := r.tree
	first, size := make([][]int32, len(t.Nodes)), make([]int, len(t.Nodes))
	for u, p := range g.part {
		if p > 0 {
			if size[p-1]++; len(first[p-1]) < nodeTexts {
				first[p-1] = append(first[p-1], int32(u))
			}
		}
	}
	for i, n := range t.Nodes {
		if i >= t.Parts {
			a, b := n.Joins[0]-1, n.Joins[1]-1
			list := append(slices.Clone(first[a]), first[b]...)
			slices.Sort(list)
			first[i], size[i] = list[:min(len(list), nodeTexts)], size[a]+size[b]
		}
		if n.Cluster == 0 && size[i] > 0 {
			at, lists, sampled = append(at, i), append(lists, first[i]), append(sampled, float64(len(first[i]))/float64(size[i]))
		}
	}
	return at, lists, sampled
}

// WriteTree writes tree.json: `{"parts", "nodes"}`, where the first nodes are
// parts, with the ids of their ideas, and the others join two nodes that come
// before them (numbered from 1), in the order in which a cut takes them: n
// clusters are the parts after the first parts − n joins.
func WriteTree(w io.Writer, r *Result) error {
	type node struct {
		Node            int      `json:"node"`
		Joins           []int    `json:"joins"`
		Cluster         int      `json:"cluster"`
		Lang            string   `json:"lang"`
		Label           string   `json:"label"`
		Alternatives    []string `json:"alternatives"`
		Size            int      `json:"size"`
		Representatives []string `json:"representatives"`
		Ideas           []string `json:"ideas,omitempty"`
	}
	list := make([]node, 0, len(r.Tree.Nodes))
	for i, n := range r.Tree.Nodes {
		one := node{i + 1, []int{}, n.Cluster, n.Lang, n.Label, append([]string{}, n.Alternatives...), n.Size, append([]string{}, n.Representatives...), nil}
		if n.Joins[0] > 0 {
			one.Joins = n.Joins[:]
		}
		list = append(list, one)
	}
	for _, a := range r.Assignments {
		if a.Part > 0 {
			list[a.Part-1].Ideas = append(list[a.Part-1].Ideas, a.ID)
		}
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	return out.Encode(struct {
		Parts int    `json:"parts"`
		Nodes []node `json:"nodes"`
	}{r.Tree.Parts, list})
}

// describeNodes names nodes of a group and picks who speaks for them.
func (r *run) describeNodes(g *group, at []int, lists [][]int32, titles []title) {
	rows := r.corpus.rows
	inBlocks(len(at), 4, func(_, from, to int) {
		for i := from; i < to; i++ {
			n := &r.tree.Nodes[at[i]]
			var texts []int32
			for _, u := range lists[i] {
				texts = append(texts, g.units[u])
			}
			n.Lang = languageCode(languageNumber(mostLanguage(r.corpus, texts)))
			n.Label, n.Alternatives = titles[i].label, titles[i].alternatives
			of := make([]int32, g.v.n)
			for u := range of {
				of[u] = -1
			}
			for _, u := range lists[i] {
				of[u] = 0
			}
			middle := newCentroids(1, g.v.d)
			middle.settle(g.v, of, nil)
			for _, u := range representatives(g.v, rows, g.units, lists[i], middle.row(0)) {
				n.Representatives = append(n.Representatives, rows[g.units[u]].id)
			}
		}
	})
}

// fillTree counts ideas, and says of the nodes that are clusters what is said
// of these.
func (r *run) fillTree(out *Result) {
	t := r.tree
	out.Tree = t
	for i := range t.Nodes {
		t.Nodes[i].Size = 0
	}
	for _, a := range out.Assignments {
		if a.Part > 0 {
			t.Nodes[a.Part-1].Size++
		}
	}
	for i := range t.Nodes {
		n := &t.Nodes[i]
		if n.Joins[0] > 0 {
			n.Size = t.Nodes[n.Joins[0]-1].Size + t.Nodes[n.Joins[1]-1].Size
		}
		for _, c := range out.Clusters {
			if n.Cluster > 0 && c.ID == n.Cluster {
				n.Lang, n.Label, n.Alternatives, n.Representatives = c.Lang, c.Label, c.Alternatives, c.Representatives
			}
		}
	}
}
