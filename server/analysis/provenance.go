package analysis

import (
	"slices"

	"veche/server/topic"
)

// Origin is where a rating item comes from and what was done to its cluster.
type Origin struct {
	Cluster    uint32 // live, 0 for none
	Ideas      int    // in the cluster now
	Authors    int    // different people among them; imported ideas count one each
	Papers     int    // ideas among them that came on paper, in a letter or from a meeting
	Operations []uint64
	Merges     []Merge
	Others     []uint32 // other rating items of the same cluster
}

// Merge is a merge that stands, with what it means for the ranking: the votes
// are on the item alone, so it moves none.
type Merge struct {
	Seq   uint64
	From  int      // how many clusters were joined to this one
	Items []uint32 // rating items of theirs, which hold places of their own
}

// OriginOf follows a rating item back. It takes time in proportion to ideas,
// items and operations.
func OriginOf(s *topic.State, item uint32) Origin {
	b, x := &s.Board, s.Items[item-1]
	o := Origin{Cluster: b.Live(x.Cluster)}
	if o.Cluster != 0 {
		authors := map[uint64]bool{}
		for n := range s.Ideas {
			if b.Cluster(uint32(n+1)) != o.Cluster || b.Hidden(uint32(n+1)) {
				continue
			}
			o.Ideas++
			if s.Ideas[n].Source != topic.SourceHere {
				o.Papers++
			}
			if author := s.Ideas[n].Author; author == 0 {
				o.Authors++
			} else if !authors[author] {
				authors[author] = true
				o.Authors++
			}
		}
	}
	for i, other := range s.Items {
		if n := uint32(i + 1); n != item && o.Cluster != 0 && b.Live(other.Cluster) == o.Cluster {
			o.Others = append(o.Others, n)
		}
	}
	for i := range b.Operations {
		p := &b.Operations[i]
		ofIdeas := p.Kind == topic.OperationHideIdeas || p.Kind == topic.OperationShowIdeas
		concerns := x.Idea != 0 && slices.Contains(p.Ideas, x.Idea)
		if !ofIdeas && o.Cluster != 0 {
			concerns = concerns || b.Live(p.Cluster) == o.Cluster
		}
		if !concerns {
			continue
		}
		o.Operations = append(o.Operations, p.Seq)
		if p.Kind == topic.OperationMerge && p.UndoneBy == 0 {
			m := Merge{Seq: p.Seq, From: len(p.Clusters)}
			for k, other := range s.Items {
				if slices.Contains(p.Clusters, other.Cluster) {
					m.Items = append(m.Items, uint32(k+1))
				}
			}
			o.Merges = append(o.Merges, m)
		}
	}
	return o
}
