package audit

import (
	"fmt"

	"veche/server/topic"
)

// Plan is what a first reading of a log finds: which computations it records,
// and which texts were erased.
type Plan struct {
	Commitments []Computation[*topic.DrawCommitted]
	Draws       []Computation[*topic.Drawn]
	Tables      []Computation[*topic.TablesSeated]
	Runs        []Computation[*topic.Clustered]
	Tallies     []Computation[*topic.Tallied]
	Erased      map[topic.Digest]Erasure

	ended map[uint32]ending // of a commitment, by its number
	ideas []uint64          // seq by idea

	imported map[uint32][]topic.Digest // rows by import

	remarks []postedRemark
	before  bool                // remarks wait to be read
	removed map[uint64]bool     // seq of a remark that moderators removed
	masked  map[uint32][]uint64 // seqs of its later wordings, by remark
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

type postedRemark struct {
	seq  uint64
	room uint32
}

type goneIdea struct{ idea, erased uint64 } // both as seq

// NewPlan is the plan of an empty log.
func NewPlan() *Plan {
	return &Plan{ended: map[uint32]ending{}, Erased: map[topic.Digest]Erasure{}, removed: map[uint64]bool{}, masked: map[uint32][]uint64{}, imported: map[uint32][]topic.Digest{}}
}

// importWithdrawn is why the rows of an import that was taken back are not there.
const importWithdrawn = "import withdrawn"

// Observe takes in one event, whose body must not change afterwards.
func (p *Plan) Observe(e *topic.Event) {
	switch b := e.Body.(type) {
	case *topic.DrawCommitted:
		p.Commitments = append(p.Commitments, Computation[*topic.DrawCommitted]{*e, b})
	case *topic.DrawAborted:
		p.end(b.Commitment, ending{seq: e.Seq, reason: b.Reason})
	case *topic.Drawn:
		p.Draws = append(p.Draws, Computation[*topic.Drawn]{*e, b})
		p.end(b.Commitment, ending{seq: e.Seq, round: len(p.Draws)})
	case *topic.TablesSeated:
		p.Tables = append(p.Tables, Computation[*topic.TablesSeated]{*e, b})
	case *topic.Clustered:
		p.Runs = append(p.Runs, Computation[*topic.Clustered]{*e, b})
	case *topic.Tallied:
		p.Tallies = append(p.Tallies, Computation[*topic.Tallied]{*e, b})
	case *topic.RemarkPosted:
		p.remarks = append(p.remarks, postedRemark{e.Seq, b.Room})
		if p.before && e.Actor.Role == topic.RoleCitizen {
			p.withhold(uint32(len(p.remarks)), true)
		}
	case *topic.RemarkRemoved:
		p.withhold(b.Remark, true)
	case *topic.ModerationChanged:
		p.before = b.Moderation.Before
	case *topic.TextReviewed:
		if b.Subject.Kind == topic.SubjectRemark {
			p.withhold(uint32(b.Subject.Number), !b.Shown)
		}
	case *topic.RemarkRestored:
		p.withhold(b.Remark, false)
	case *topic.TextMasked:
		if n := b.Subject.Number; b.Subject.Kind == topic.SubjectRemark && n > 0 && n <= uint64(len(p.remarks)) {
			p.masked[uint32(n)] = append(p.masked[uint32(n)], e.Seq)
		}
	case *topic.IdeaSubmitted:
		p.ideas = append(p.ideas, e.Seq)
	case *topic.IdeasImported:
		for range b.Texts {
			p.ideas = append(p.ideas, e.Seq)
		}
	case *topic.PaperEntered:
		for range b.Ideas {
			p.ideas = append(p.ideas, e.Seq)
		}
	case *topic.PeopleImported:
		for _, r := range b.People {
			p.imported[b.Import] = append(p.imported[b.Import], r.Row)
		}
	case *topic.ImportWithdrawn:
		for _, row := range p.imported[b.Import] {
			if _, before := p.Erased[row]; !before {
				p.Erased[row] = Erasure{Seq: e.Seq, Reason: importWithdrawn}
			}
		}
	case *topic.RowsErased:
		for _, row := range b.Rows {
			p.Erased[row] = Erasure{Seq: e.Seq, Reason: b.Reason}
		}
	case *topic.TextErased:
		p.Erased[b.Digest] = Erasure{Seq: e.Seq, Reason: b.Reason}
		if b.Target == topic.EraseIdea && b.Number > 0 && b.Number <= uint64(len(p.ideas)) {
			p.gone = append(p.gone, goneIdea{idea: p.ideas[b.Number-1], erased: e.Seq})
		}
	}
}

// withhold notes that moderators removed a remark, in all its wordings, or show
// it again.
func (p *Plan) withhold(remark uint32, removed bool) {
	if remark == 0 || uint64(remark) > uint64(len(p.remarks)) {
		return
	}
	for _, seq := range append([]uint64{p.remarks[remark-1].seq}, p.masked[remark]...) {
		if removed {
			p.removed[seq] = true
		} else {
			delete(p.removed, seq)
		}
	}
}

// ending is what became of a commitment: drawn in a round, or aborted.
type ending struct {
	seq    uint64
	round  int // 0 where it was aborted
	reason string
}

// end notes the first ending of a commitment: what comes later does not count.
func (p *Plan) end(commitment uint32, e ending) {
	if _, ended := p.ended[commitment]; !ended {
		p.ended[commitment] = e
	}
}

// kept is the seq of the event that drew from a commitment, 0 where none did.
func (p *Plan) kept(commitment int) uint64 {
	if e := p.ended[uint32(commitment)]; e.round != 0 {
		return e.seq
	}
	return 0
}

// became says in words what became of a commitment.
func (p *Plan) became(commitment int) string {
	switch e, ended := p.ended[uint32(commitment)]; {
	case !ended:
		return "still open"
	case e.round == 0:
		return "aborted: " + e.reason
	default:
		return fmt.Sprintf("drawn as draw %d", e.round)
	}
}

// Removed says that moderators removed the remark posted by event seq. Like
// Room it needs every event, since remarks are counted.
func (p *Plan) Removed(seq uint64) bool { return p.removed[seq] }

// Room answers the room of a remark, false where there is no such remark.
func (p *Plan) Room(remark uint64) (uint32, bool) {
	if remark == 0 || remark > uint64(len(p.remarks)) {
		return 0, false
	}
	return p.remarks[remark-1].room, true
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
