package catalogue

import (
	"veche/server/analysis"
	"veche/server/topic"
)

// Visible says that everyone may read an idea: neither it nor its cluster was
// hidden, and its text is there.
func Visible(s *topic.State, n uint32) bool {
	c := s.Board.Cluster(n)
	return !s.Ideas[n-1].Erased && !s.Board.Hidden(n) && (c == 0 || !s.Board.Veiled(c))
}

// ways are how ideas lead to rating items and those to proposals, of one state.
type ways struct {
	s         *topic.State
	ofIdea    map[uint32]uint32 // item
	ofCluster map[uint32]uint32 // its first item
	proposal  []uint32          // by item, 0 for none
	tally     int               // the last that is public, 0 for none
}

func waysOf(s *topic.State) *ways {
	w := &ways{s: s, ofIdea: map[uint32]uint32{}, ofCluster: map[uint32]uint32{}, proposal: make([]uint32, len(s.Items)+1)}
	for i, item := range s.Items {
		n := uint32(i + 1)
		if item.Idea != 0 && w.ofIdea[item.Idea] == 0 {
			w.ofIdea[item.Idea] = n
		}
		if live := s.Board.Live(item.Cluster); live != 0 && w.ofCluster[live] == 0 {
			w.ofCluster[live] = n
		}
	}
	for i := range s.Proposals {
		for _, item := range s.Proposals[i].Items {
			w.proposal[item] = uint32(i + 1)
		}
	}
	if !s.ResultsHidden() {
		w.tally = len(s.Tallies)
	}
	return w
}

// item speaks for an idea: itself, else the first of its cluster; 0 for none.
func (w *ways) item(idea uint32) uint32 {
	if n := w.ofIdea[idea]; n != 0 {
		return n
	}
	return w.ofCluster[w.s.Board.Cluster(idea)]
}

// status of an idea.
func (w *ways) status(idea uint32) Status {
	item := w.item(idea)
	switch {
	case item != 0 && w.proposal[item] != 0:
		return decision(&w.s.Proposals[w.proposal[item]-1])
	case item != 0:
		return StatusRated
	case w.s.Board.Cluster(idea) != 0:
		return StatusGrouped
	}
	return StatusNew
}

// decision of a proposal.
func decision(p *topic.Proposal) Status {
	if a := lastAnswer(p); a != nil {
		return Status(a.Decision.String())
	}
	return StatusProposed
}

// titleOf is the moderators' name for a cluster by its digest, else the
// machine's: its own, else that of the one it was split from.
func titleOf(s *topic.State, run *analysis.ClusterResult, cluster uint32) (topic.Digest, string) {
	if d := s.Board.Title(cluster); !d.IsZero() {
		return d, ""
	}
	for n := cluster; run != nil && n != 0; n = s.Board.Made[n-1].From {
		if m := run.Cluster(n); m != nil && m.Label != "" {
			return topic.Digest{}, m.Label
		}
	}
	return topic.Digest{}, ""
}
