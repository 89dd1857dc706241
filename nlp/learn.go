package nlp

import "context"

// Learn makes a model of clusters as they stand, for placing ideas between runs:
// Options.Previous says which idea is where, moderators' work included, and
// nothing of it is changed. Documents that are in none are the ideas since; they
// teach the words they use, and those that are like each other and unlike every
// cluster are proposed as new ones. Clusters without ideas place none.
//
// It returns the errors of [Cluster]. About 60 % of the time of a run.
func Learn(ctx context.Context, documents []Document, options Options) (*Model, []Proposal, error) {
	options.Clusters, options.Held = 0, nil
	r, err := begin(ctx, documents, options)
	if err != nil {
		return nil, nil, err
	}
	for _, g := range r.groups {
		if err := r.represent(g); err != nil {
			return nil, nil, err
		}
		g.stand(r)
	}
	model := newModel(r)
	nouns := newNounPhrases(options.NounPhrases)
	var proposals []Proposal
	for _, g := range r.groups {
		for u, j := range g.of {
			if j < 0 && g.known[u] {
				best, _, _ := g.middle.nearest(g.v.row(u))
				g.of[u] = int32(best)
			}
		}
		proposals = append(proposals, r.propose(g, nouns)...)
	}
	return model, proposals, ctx.Err()
}

// stand leaves each unit in the cluster it was in.
func (g *group) stand(r *run) {
	g.ids = append(g.ids, g.numbers...)
	g.middle = newCentroids(len(g.ids), g.v.d)
	g.of = make([]int32, len(g.units))
	at := map[int32]int32{}
	for j, id := range g.ids {
		at[int32(id)] = int32(j)
	}
	unitOf := map[int32]int{}
	for u, i := range g.units {
		g.of[u], unitOf[i] = -1, u
	}
	for _, i := range g.rows { // a repeat says where its leader is, but not against it
		u, own := unitOf[i]
		if !own {
			u, own = unitOf[r.leader[i]]
		}
		if j, ok := at[r.previous[i]]; own && ok && (g.of[u] < 0 || g.units[u] == i) {
			g.of[u], g.warm = j, true
		}
	}
	g.middle.settle(g.v, g.of, nil)
}
