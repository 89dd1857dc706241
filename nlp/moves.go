package nlp

// Move is an idea that a warm run put elsewhere than it was.
type Move struct {
	ID       string
	From, To int    // clusters, 0 for unsorted
	Why      string // one of MovedByHand, MovedByCut, MovedWithRepeat, MovedFromGone, MovedCloser, MovedByWords
	Gain     float64
}

// Why an idea moved. Gain is how much nearer it is to the middle of its new
// cluster than to that of the old one, as a difference of cosines.
const (
	MovedByHand     = "by hand"     // a moderator placed it there
	MovedByCut      = "by cut"      // its cluster was split or joined, to have as many as were wanted
	MovedWithRepeat = "with repeat" // it goes where the idea goes that it repeats
	MovedFromGone   = "from gone"   // its cluster has no middle any more
	MovedCloser     = "closer"      // it is nearer to the ideas there
	MovedByWords    = "by words"    // its words are rather those of the ideas there
)

// moved tells how a row came from its cluster to another.
func (r *run) moved(g *group, i int32, x []float32, known bool, to int32) Move {
	row := &r.corpus.rows[i]
	m := Move{ID: row.id, From: int(r.before[i])}
	if to >= 0 {
		m.To = g.ids[to]
	}
	from := -1
	for j, id := range g.ids {
		if id == m.From && g.middle.live[j] {
			from = j
		}
	}
	if from >= 0 && to >= 0 && known {
		m.Gain = float64(g.space.likeness(dot(x, g.middle.row(int(to)))) - g.space.likeness(dot(x, g.middle.row(from))))
	}
	switch {
	case r.held[i] > 0:
		m.Why = MovedByHand
	case r.recuts:
		m.Why = MovedByCut
	case r.leader[i] != i && !r.bound(int(i)):
		m.Why = MovedWithRepeat
	case from < 0:
		m.Why = MovedFromGone
	case m.Gain > 0:
		m.Why = MovedCloser
	default:
		m.Why = MovedByWords
	}
	return m
}
