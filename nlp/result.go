package nlp

import (
	"cmp"
	"slices"

	"veche/nlp/lang"
)

// result describes the clusters once every idea has its place.
func (r *run) result(documents []Document) (*Result, error) {
	r.options.Progress("labels")
	out := &Result{Assignments: make([]Assignment, len(documents)), Model: newModel(r)}
	for i, d := range documents {
		out.Assignments[i].ID = d.ID
	}
	nouns := newNounPhrases(r.options.NounPhrases)
	moves := make([]*Move, len(documents))
	for n, g := range r.groups {
		out.Spaces = append(out.Spaces, g.named)
		r.placeRows(g, out.Assignments, moves)
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		for _, c := range r.describe(g, out.Assignments, nouns) {
			c.Group = n + 1
			out.Clusters = append(out.Clusters, c)
		}
		out.Proposals = append(out.Proposals, r.propose(g, nouns)...)
	}
	for _, m := range moves {
		if m != nil {
			out.Moves = append(out.Moves, *m)
		}
	}
	out.NounPhrases = nouns.recorded()
	r.fillTree(out)
	for _, id := range r.known {
		kept := slices.Contains(r.options.Keep, id) || slices.Contains(r.options.Locked, id)
		if kept && !slices.ContainsFunc(out.Clusters, func(c ClusterInfo) bool { return c.ID == id }) {
			out.Clusters = append(out.Clusters, ClusterInfo{ID: id, Continues: true})
		}
	}
	slices.SortFunc(out.Clusters, func(a, b ClusterInfo) int {
		return cmp.Or(cmp.Compare(b.Size, a.Size), cmp.Compare(a.ID, b.ID))
	})
	markDoubtful(out.Assignments)
	return out, r.ctx.Err()
}

// placeRows writes the assignment of every row of a group; a repeat goes
// where its leader went, unless it is held elsewhere.
func (r *run) placeRows(g *group, out []Assignment, moves []*Move) {
	rows := r.corpus.rows
	unitOf := make([]int32, len(rows))
	for i := range unitOf {
		unitOf[i] = -1
	}
	for u, i := range g.units {
		unitOf[i] = int32(u)
	}
	inBlocks(len(g.rows), 256, func(_, from, to int) {
		x := make([]float32, g.space.dims())
		var index []int32
		var value []float32
		for _, i := range g.rows[from:to] {
			a := &out[rows[i].document]
			u := unitOf[i]
			if leader := r.leader[i]; leader != i {
				a.DuplicateOf = rows[leader].id
				if u < 0 {
					u = unitOf[leader] // −1 where the leader is in another group
				}
			}
			index, value = g.vocab.weigh(rows[i].words, index, value)
			known := g.space.place(index, value, rows[i].language.Script, x)
			at := int32(-1)
			switch {
			case u >= 0:
				at = g.of[u]
			case known:
				best, _, _ := g.middle.nearest(x)
				at = int32(best)
			}
			if at >= 0 {
				a.Cluster = g.ids[at]
				if a.Part = int(g.first[at]); u >= 0 {
					a.Part = int(g.part[u])
				}
			}
			if r.before[i] > 0 && int(r.before[i]) != a.Cluster {
				m := r.moved(g, i, x, known, at)
				moves[rows[i].document] = &m
			}
			if at < 0 {
				continue
			}
			if !known {
				continue
			}
			score, other := dot(x, g.middle.row(int(at))), float32(-1)
			for j := range g.middle.k {
				if j == int(at) || !g.middle.live[j] {
					continue
				}
				if c := dot(x, g.middle.row(j)); a.Near == 0 || c > other {
					a.Near, other = g.ids[j], max(other, c)
				}
			}
			score, other = g.space.likeness(score), g.space.likeness(other)
			a.Score = clamp(float64(score), -1, 1)
			a.Margin = clamp(float64(score)-float64(other), 0, 2)
		}
	})
}

func clamp(x, low, high float64) float64 { return min(max(x, low), high) }

// describe makes the clusters of a group that have ideas.
func (r *run) describe(g *group, assignments []Assignment, nouns *nounPhrases) []ClusterInfo {
	rows := r.corpus.rows
	k := len(g.ids)
	what := unnamed(g.of, k)
	lists := what.lists
	at, nodes, sampled := r.nodes(g)
	what.lists, what.sampled = append(slices.Clone(lists), nodes...), append(what.sampled, sampled...)
	titles := r.titles(g, what, nouns)
	r.describeNodes(g, at, nodes, titles[k:])
	size, score := make([]int, k), make([]float64, k)
	speak := make([][]int, k)
	for _, i := range g.rows {
		a := &assignments[rows[i].document]
		if a.Cluster == 0 {
			continue
		}
		j := slices.Index(g.ids, a.Cluster)
		if speak[j] == nil {
			speak[j] = make([]int, len(languages)+3)
		}
		size[j]++
		score[j] += a.Score
		speak[j][languageNumber(rows[i].language)]++
	}
	places := layout(g.middle)
	steady(places, g.ids, anchors(g.ids))
	steady(places, g.ids, r.options.PreviousMap)
	var out []ClusterInfo
	for j, id := range g.ids {
		if size[j] == 0 {
			continue
		}
		_, continues := slices.BinarySearch(r.known, id)
		c := ClusterInfo{
			ID: id, Size: size[j], Continues: continues,
			Share:    float64(size[j]) / float64(len(rows)),
			Cohesion: score[j] / float64(size[j]),
			Map:      places[j],
		}
		most := 0
		for n, count := range speak[j] {
			if count > speak[j][most] {
				most = n
			}
		}
		c.Lang = languageCode(most)
		c.Label, c.Alternatives = titles[j].label, titles[j].alternatives
		for _, u := range representatives(g.v, rows, g.units, lists[j], g.middle.row(j)) {
			c.Representatives = append(c.Representatives, rows[g.units[u]].id)
		}
		out = append(out, c)
	}
	return out
}

func languageNumber(l *lang.Language) int {
	if i := slices.Index(languages, l); i >= 0 {
		return i
	}
	return len(languages) + slices.Index([]*lang.Language{otherLatin, otherCyrillic, otherScript}, l)
}

func languageCode(n int) string {
	if n < len(languages) {
		return languages[n].Code
	}
	return []*lang.Language{otherLatin, otherCyrillic, otherScript}[n-len(languages)].Code
}

// markDoubtful marks the fifth of the sorted ideas with the lowest margins.
func markDoubtful(list []Assignment) {
	var margins []float64
	for _, a := range list {
		if a.Cluster > 0 {
			margins = append(margins, a.Margin)
		}
	}
	if len(margins) < 5 {
		return
	}
	slices.Sort(margins)
	limit := margins[len(margins)/5]
	for i := range list {
		list[i].Check = list[i].Cluster > 0 && list[i].Margin < limit
	}
}
