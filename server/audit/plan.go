package audit

import "veche/server/topic"

// Plan is what a first reading of a log finds: which computations it records,
// and which texts were erased.
type Plan struct {
	Draws   []Computation[*topic.Drawn]
	Tables  []Computation[*topic.TablesSeated]
	Runs    []Computation[*topic.Clustered]
	Tallies []Computation[*topic.Tallied]
	Erased  map[topic.Digest]Erasure

	ideas   []uint64 // seq by idea
	remarks []uint32 // room by remark
	gone    []goneIdea
}

// Computation is an event that records a result.
type Computation[B any] struct {
	Event topic.Event
	Body  B
}

// Erasure is when and why a text was erased.
type Erasure struct {
	Seq    uint64
	Reason string
}

type goneIdea struct{ idea, erased uint64 } // both as seq

// NewPlan is the plan of an empty log.
func NewPlan() *Plan { return &Plan{Erased: map[topic.Digest]Erasure{}} }

// Observe takes in one event, whose body must not change afterwards.
func (p *Plan) Observe(e *topic.Event) {
	switch b := e.Body.(type) {
	case *topic.Drawn:
		p.Draws = append(p.Draws, Computation[*topic.Drawn]{*e, b})
	case *topic.TablesSeated:
		p.Tables = append(p.Tables, Computation[*topic.TablesSeated]{*e, b})
	case *topic.Clustered:
		p.Runs = append(p.Runs, Computation[*topic.Clustered]{*e, b})
	case *topic.Tallied:
		p.Tallies = append(p.Tallies, Computation[*topic.Tallied]{*e, b})
	case *topic.RemarkPosted:
		p.remarks = append(p.remarks, b.Room)
	case *topic.IdeaSubmitted:
		p.ideas = append(p.ideas, e.Seq)
	case *topic.IdeasImported:
		for range b.Texts {
			p.ideas = append(p.ideas, e.Seq)
		}
	case *topic.TextErased:
		p.Erased[b.Digest] = Erasure{Seq: e.Seq, Reason: b.Reason}
		if b.Target == topic.EraseIdea && b.Number > 0 && b.Number <= uint64(len(p.ideas)) {
			p.gone = append(p.gone, goneIdea{idea: p.ideas[b.Number-1], erased: e.Seq})
		}
	}
}

// Room answers the room of a remark, false where it has none or the log does
// not show it.
func (p *Plan) Room(remark uint64) (uint32, bool) {
	if remark == 0 || remark > uint64(len(p.remarks)) {
		return 0, false
	}
	return p.remarks[remark-1], true
}

// Stale counts the ideas that a clustering of the state at inputSeq used and
// that were erased since. Its result may repeat their words, so it stays out of
// bundles, and without the texts it can't be run again.
func (p *Plan) Stale(inputSeq uint64) int {
	n := 0
	for _, g := range p.gone {
		if g.idea <= inputSeq && g.erased > inputSeq {
			n++
		}
	}
	return n
}

// Counted is the seq up to which the last tally counted, 0 without one. The
// votes of a bundle are those of that moment.
func (p *Plan) Counted() uint64 {
	if len(p.Tallies) == 0 {
		return 0
	}
	return p.Tallies[len(p.Tallies)-1].Body.InputSeq
}
