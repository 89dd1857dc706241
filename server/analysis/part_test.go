package analysis

import (
	"slices"
	"testing"

	"veche/server/topic"
)

// A tree of four parts: 5 joins 1 and 2, 6 joins 3 and 4, 7 joins 5 and 6.
func TestProposeSplit(t *testing.T) {
	tree := []MachineNode{{Label: "one"}, {Label: "two"}, {Label: "three"}, {Label: "four"}, {Joins: []int{1, 2}, Label: "low"}, {Joins: []int{3, 4}, Label: "high"}, {Joins: []int{5, 6}}}
	for _, x := range []struct {
		name   string
		tree   []MachineNode
		parts  []int // of each idea
		labels []string
		ideas  [][]uint32
	}{
		{"all parts", tree, []int{1, 2, 3, 4, 1}, []string{"low", "high"}, [][]uint32{{1, 2, 5}, {3, 4}}},
		{"two parts that are joined", tree, []int{3, 4, 4}, []string{"four", "three"}, [][]uint32{{2, 3}, {1}}},
		{"two parts that are far apart", tree, []int{1, 4}, []string{"low", "high"}, [][]uint32{{1}, {2}}},
		{"one part", tree, []int{2, 2, 2}, nil, nil},
		{"parts that nothing joins", tree[:6], []int{1, 3, 2}, []string{"low", "high"}, [][]uint32{{1, 3}, {2}}},
		{"no tree", nil, []int{1, 2}, nil, nil},
	} {
		t.Run(x.name, func(t *testing.T) {
			s := topic.NewState()
			result := &ClusterResult{Tree: x.tree, Parts: 4}
			base := make([]uint32, len(x.parts))
			for i, p := range x.parts {
				s.Ideas = append(s.Ideas, topic.Idea{})
				base[i] = 1
				result.Ideas = append(result.Ideas, MachineIdea{Idea: uint32(i + 1), Cluster: 1, Part: p, Score: 1 - float64(i)/10})
			}
			e := topic.Event{Seq: 1, Body: &topic.Clustered{New: 1, Base: base}}
			s.Apply(&e)
			got := ProposeSplit(s, result, 1)
			if len(got) != len(x.labels) {
				t.Fatalf("%d parts, want %d", len(got), len(x.labels))
			}
			for i, p := range got {
				if p.Label != x.labels[i] || !slices.Equal(p.Ideas, x.ideas[i]) || len(p.Representatives) == 0 {
					t.Errorf("part %d is %+v, want %s of %v", i+1, p, x.labels[i], x.ideas[i])
				}
			}
		})
	}
}
