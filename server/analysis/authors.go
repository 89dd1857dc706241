package analysis

import (
	"cmp"
	"context"
	"slices"

	"veche/server/topic"
)

// roundTo is what counts of authors are rounded to, so that two runs that differ
// by one author hardly ever tell of that one.
const roundTo = 5

// fewAuthors is below how many a cluster is told of together with the other small
// ones: its counts would all be small.
const fewAuthors = 4 * smallCell

// AuthorMix is who is behind the clusters of the last run, by feature.
type AuthorMix struct {
	Run      uint32
	Features []FeatureMix
}

// FeatureMix counts the authors of clusters by one feature.
type FeatureMix struct {
	Name, Label string
	Values      []string
	Clusters    []ClusterMix // the largest first, then all others as cluster 0
}

// ClusterMix is the different authors of a cluster's ideas by value, rounded to
// fives. −1 hides a small count, and what would give it away.
type ClusterMix struct {
	Cluster uint32
	Counts  []int
}

// Authors counts the different authors of each cluster by the features of the
// form. Ideas that the last run did not see, and hidden ones, count nowhere, so
// that an idea that comes alone does not tell of its author. Authors whose row was
// erased count nowhere. A feature whose small counts can't be hidden has no
// clusters. result is that of the last run, nil for none.
func Authors(ctx context.Context, s *topic.State, result *ClusterResult, rows Rows) (AuthorMix, error) {
	mix := AuthorMix{Run: s.Board.Run, Features: []FeatureMix{}}
	if result == nil {
		return mix, nil
	}
	b := &s.Board
	of := map[uint32]map[uint64]bool{} // live cluster → authors
	var clusters []uint32
	var people []uint64
	known := map[uint64]bool{}
	for i := range result.Ideas {
		n := result.Ideas[i].Idea
		c, idea := b.Cluster(n), &s.Ideas[n-1]
		if c == 0 || b.Veiled(c) || b.Hidden(n) || idea.Erased || idea.Author == 0 {
			continue
		}
		if of[c] == nil {
			of[c] = map[uint64]bool{}
			clusters = append(clusters, c)
		}
		of[c][idea.Author] = true
		if !known[idea.Author] {
			known[idea.Author] = true
			people = append(people, idea.Author)
		}
	}
	slices.SortFunc(clusters, func(x, y uint32) int {
		return cmp.Or(cmp.Compare(len(of[y]), len(of[x])), cmp.Compare(x, y))
	})
	large := clusters
	if i := slices.IndexFunc(clusters, func(c uint32) bool { return len(of[c]) < fewAuthors }); i >= 0 {
		large = clusters[:i]
	}
	features := s.Settings.Form.Features
	values := make(map[topic.Answer]int)
	for _, f := range features {
		for v, o := range f.Options {
			values[topic.Answer{Feature: f.Name, Value: o}] = v
		}
	}
	answers := map[uint64][]topic.Answer{}
	slices.Sort(people)
	if err := rows.each(ctx, people, func(n uint64, row *topic.Row) { answers[n] = row.Answers }); err != nil {
		return mix, err
	}
	for _, f := range features {
		x := FeatureMix{Name: f.Name, Label: f.Label, Values: slices.Clone(f.Options)}
		if len(f.Options) < 2 || len(clusters) == 0 {
			continue
		}
		told := slices.Clone(large[:min(len(large), max(1, mostCells/len(f.Options)))])
		if len(told) < len(clusters) {
			of[0] = map[uint64]bool{}
			for _, c := range clusters[len(told):] {
				for _, author := range people {
					if of[c][author] {
						of[0][author] = true
					}
				}
			}
			told = append(told, 0)
		}
		counts := make([][]int, len(told))
		for i, c := range told {
			counts[i] = make([]int, len(f.Options))
			for _, author := range people {
				if !of[c][author] {
					continue
				}
				for _, answer := range answers[author] {
					if v, ok := values[answer]; ok && answer.Feature == f.Name {
						counts[i][v]++
					}
				}
			}
		}
		for i, line := range suppress(counts) {
			for v, n := range line {
				if n > 0 {
					line[v] = (n + roundTo/2) / roundTo * roundTo
				}
			}
			x.Clusters = append(x.Clusters, ClusterMix{told[i], line})
		}
		mix.Features = append(mix.Features, x)
	}
	return mix, nil
}
