package analysis

import (
	"slices"

	"veche/server/topic"
)

// Fate is what became of an idea, by numbers.
type Fate struct {
	Cluster    uint32   // it is in now, 0 for none
	Operations []uint64 // seqs of what moderators did to it or to its cluster, oldest first
	Item       uint32   // the rating item that speaks for it, 0 for none
	Via        Via
	Proposal   uint32 // that the item is in, 0 for none
}

// Via is how a rating item speaks for an idea.
type Via string

// The ways, the closest first.
const (
	ViaOwn            Via = "own"            // the item is this idea, word for word
	ViaRepresentative Via = "representative" // another idea of its cluster
	ViaSummary        Via = "summary"        // the moderators' summary of its cluster
	ViaNone           Via = ""
)

// FateOf follows an idea, which must exist, to what came of it. It takes time
// in proportion to the operations and items.
func FateOf(s *topic.State, idea uint32) Fate {
	b := &s.Board
	f := Fate{Cluster: b.Cluster(idea)}
	for i := range b.Operations {
		o := &b.Operations[i]
		ofIdeas := o.Kind == topic.OperationMove || o.Kind == topic.OperationSplit || o.Kind == topic.OperationHideIdeas || o.Kind == topic.OperationShowIdeas || o.Kind == topic.OperationMark
		concerns := slices.Contains(o.Ideas, idea)
		if !ofIdeas && f.Cluster != 0 {
			concerns = b.Live(o.Cluster) == f.Cluster
		}
		if concerns {
			f.Operations = append(f.Operations, o.Seq)
		}
	}
	for i, item := range s.Items {
		via := ViaNone
		switch {
		case item.Idea == idea:
			via = ViaOwn
		case f.Cluster == 0 || item.Cluster == 0 || b.Live(item.Cluster) != f.Cluster:
		case item.Idea != 0:
			via = ViaRepresentative
		default:
			via = ViaSummary
		}
		if via != ViaNone && (f.Item == 0 || via == ViaOwn) {
			f.Item, f.Via = uint32(i+1), via
		}
	}
	if f.Item != 0 {
		f.Proposal = s.ProposalOf(f.Item)
	}
	return f
}
