package nlp

import (
	"cmp"
	"slices"
)

const (
	proposalIdeas = 15   // a proposed cluster has so many ideas at least,
	proposalShare = .005 // and this share of its group
	proposalFar   = 2    // looked for among new ideas that lie farther from what was there than one in so many of the old ones
	proposalGain  = 0.12 // so much nearer are its ideas to each other than to any cluster
	proposalLike  = 0.75 // a cluster whose middle is so near is the same subject
	mostProposals = 5
)

// Proposal is new ideas that fit each other well and no cluster as it was: a
// subject that came up after the clusters were made. Each of them is in the
// cluster that is nearest; a moderator may make them one of their own.
type Proposal struct {
	Ideas    []string // ids, the most typical first, repeats left out
	Label    string
	Cohesion float64 // mean cosine to the middle they would have
	Gain     float64 // the same less the mean cosine to the middles they have now
}

// propose looks for subjects among the ideas that came since the last run. It
// cuts those that lie far from what the clusters held before into tight groups,
// joins these by Ward's criterion and takes the largest that are many, alike,
// and unlike every cluster. O(m²·d), m ≤ 300.
func (r *run) propose(g *group, nouns *nounPhrases) []Proposal {
	if !g.warm || len(g.units) < learnFrom {
		return nil
	}
	was := make([]int32, len(g.units))
	for u, i := range g.units {
		was[u] = int32(slices.Index(g.ids, int(r.before[i])))
	}
	old := newCentroids(len(g.ids), g.v.d)
	old.settle(g.v, was, nil)
	// An idea is far where most of those that were in clusters are nearer to theirs.
	var fits []float32
	for u, j := range was {
		if j >= 0 && g.known[u] {
			fits = append(fits, dot(g.v.row(u), old.row(int(j))))
		}
	}
	need := max(proposalIdeas, int(proposalShare*float64(len(g.units))))
	if len(fits) < need {
		return nil
	}
	slices.Sort(fits)
	far := fits[len(fits)/proposalFar]
	var rows []int32
	for u, i := range g.units {
		if was[u] >= 0 || !g.known[u] || r.held[i] > 0 || g.of[u] < 0 {
			continue
		}
		if _, fit, _ := old.nearest(g.v.row(u)); fit < far {
			rows = append(rows, int32(u))
		}
	}
	if len(rows) < need {
		return nil
	}
	v := g.v.pick(rows)
	micro, middle := microClusters(v, min(300, max(20, v.n/6)), 8, r.seed)
	tree := wardTree(v, micro, middle.k)
	// Each join of the tree, from the largest on, is looked at until one serves;
	// what lies below it then does not.
	inside := make([][]int32, middle.k+len(tree)) // rows of v
	node := make([]int, middle.k)
	for j, list := range members(micro, middle.k) {
		inside[j], node[j] = list, j
	}
	below := make([][2]int, middle.k+len(tree))
	for n, t := range tree {
		at := middle.k + n
		below[at] = [2]int{node[t.a], node[t.b]}
		inside[at] = append(slices.Clone(inside[node[t.a]]), inside[node[t.b]]...)
		node[t.a] = at
	}
	var out []Proposal
	var walk func(at int)
	walk = func(at int) {
		if len(inside[at]) < need {
			return
		}
		if p, ok := r.proposal(g, old, v, rows, inside[at]); ok {
			out = append(out, p)
			return
		}
		if at >= middle.k {
			walk(below[at][0])
			walk(below[at][1])
		}
	}
	if len(tree) > 0 {
		walk(middle.k + len(tree) - 1)
	}
	slices.SortStableFunc(out, func(a, b Proposal) int { return cmp.Compare(len(b.Ideas), len(a.Ideas)) })
	out = out[:min(len(out), mostProposals)]
	r.entitle(g, out, nouns)
	return out
}

// entitle labels proposals as the clusters that they would be.
func (r *run) entitle(g *group, list []Proposal, nouns *nounPhrases) {
	if len(list) == 0 {
		return
	}
	with := *g
	with.of = slices.Clone(g.of)
	at := map[string]int{}
	for n, p := range list {
		for _, id := range p.Ideas {
			at[id] = len(g.ids) + n
		}
	}
	for u, i := range g.units {
		if j, ok := at[r.corpus.rows[i].id]; ok {
			with.of[u] = int32(j)
		}
	}
	titles := r.titles(&with, unnamed(with.of, len(g.ids)+len(list)), nouns)
	for n := range list {
		list[n].Label = titles[len(g.ids)+n].label
	}
}

// proposal makes one of some rows of v, false where they are not alike enough or
// too near to a cluster. units are the units of all rows of v.
func (r *run) proposal(g *group, old *centroids, v *vectors, units, rows []int32) (Proposal, bool) {
	own := newCentroids(1, v.d)
	of := make([]int32, v.n)
	for i := range of {
		of[i] = -1
	}
	for _, i := range rows {
		of[i] = 0
	}
	own.settle(v, of, nil)
	if !own.live[0] {
		return Proposal{}, false
	}
	near, now := 0.0, 0.0
	for _, i := range rows {
		near += float64(g.space.likeness(dot(v.row(int(i)), own.row(0)))) / float64(len(rows))
		_, fit, _ := old.nearest(v.row(int(i)))
		now += float64(g.space.likeness(fit)) / float64(len(rows))
	}
	if near-now < proposalGain {
		return Proposal{}, false
	}
	if _, like, _ := old.nearest(own.row(0)); float64(g.space.likeness(like)) > proposalLike {
		return Proposal{}, false
	}
	p := Proposal{Cohesion: near, Gain: near - now}
	order := slices.Clone(rows)
	slices.SortStableFunc(order, func(a, b int32) int {
		return cmp.Compare(dot(v.row(int(b)), own.row(0)), dot(v.row(int(a)), own.row(0)))
	})
	for _, i := range order {
		p.Ideas = append(p.Ideas, r.corpus.rows[g.units[units[i]]].id)
	}
	return p, true
}
