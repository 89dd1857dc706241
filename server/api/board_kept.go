package api

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"veche/server/analysis"
	"veche/server/topic"
)

// boardKey names the state of a board: what shows on it changes with one of
// these only. A debate goes on beside it.
type boardKey struct {
	epoch, frozen, linked                                       uint64
	run                                                         uint32
	ideas, operations, undone, items, erasures, rounds, settled int
	flags, handled                                              int
}

func boardKeyOf(s *topic.State, epoch uint64) boardKey {
	k := boardKey{
		epoch: epoch, frozen: s.ItemsSeq, linked: s.Linked, run: s.Board.Run, ideas: len(s.Ideas), operations: len(s.Board.Operations), items: len(s.Items),
		erasures: len(s.Erasures), rounds: len(s.Rounds), settled: len(s.Superseded),
	}
	for i := range s.Board.Operations {
		if s.Board.Operations[i].UndoneBy != 0 {
			k.undone++
		}
	}
	for i := range s.Flags {
		if k.flags++; s.Flags[i].Outcome != topic.FlagOpen {
			k.handled++
		}
	}
	return k
}

// tag tells two states of the board apart.
func (k boardKey) tag() string {
	return fmt.Sprintf("%d.%d.%d.%d.%d.%d.%d.%d.%d", k.epoch, k.run, k.ideas, k.operations, k.undone, k.items, k.erasures, k.flags, k.handled)
}

// board is the board at one moment, kept for all who ask until it changes. It is
// shared: nothing in it changes once it is made.
type board struct {
	key      boardKey
	seq      uint64
	first    uint64 // seq of the first board of those that this one follows: what changed since is known from there on
	run      uint32
	inputSeq uint64
	result   *analysis.ClusterResult

	counts   boardCounts
	langs    []string
	clusters []clusterView // by number
	looks    []uint64      // of each, a sum over how its ideas look: hidden or marked
	members  [][]uint32    // of each, the most telling first; hidden ones too for moderators, erased ones never
	unsorted []uint32      // the newest first
	repeats  map[uint32][]uint32
	flagged  map[uint32]bool   // ideas with a report that waits, for moderators only
	gone     map[uint32]uint64 // cluster → seq at which it was found gone

	order  []uint32                // of all ideas that the last run saw, the most typical first
	titles map[topic.Digest]string // names and summaries
}

// newBoard lays the board out, all but the texts. Readers who are no moderators
// see what is shown. O(ideas · log ideas) after a run, else O(ideas).
func newBoard(s *topic.State, epoch uint64, run *analysis.ClusterResult, moderator bool, last *board) *board {
	b := &board{
		key: boardKeyOf(s, epoch), seq: s.Seq, first: s.Seq, run: s.Board.Run, inputSeq: s.Board.InputSeq, result: run,
		repeats: map[uint32][]uint32{}, flagged: map[uint32]bool{}, gone: map[uint32]uint64{}, titles: map[topic.Digest]string{},
	}
	if last != nil && last.key.epoch == epoch {
		b.first = last.first
		if last.key.erasures == b.key.erasures {
			b.titles = last.titles
		}
		for c, at := range last.gone { // each on its own
			b.gone[c] = at
		}
	}
	if last != nil && last.result == run && last.order != nil {
		b.order = last.order
	} else {
		b.order = typical(run)
	}
	for i := range s.Flags {
		if f := &s.Flags[i]; moderator && f.Outcome == topic.FlagOpen && f.Subject.Kind == topic.SubjectIdea {
			b.flagged[uint32(f.Subject.Number)] = true
		}
	}
	live := analysis.Overlay(s, run)
	at := make([]int32, len(s.Board.Made)+1) // cluster → place in clusters + 1
	for _, l := range live {
		if !moderator && (l.Hidden || l.Size == 0) {
			continue
		}
		b.clusters = append(b.clusters, clusterView{
			ID: l.Cluster, Label: l.Label, Alternatives: orEmpty(l.Alternatives), Lang: l.Lang, Cohesion: l.Cohesion, Size: l.Size,
			Share: l.Share, Hidden: l.Hidden, Representatives: orEmpty(l.Representatives), title: l.Title,
			Locked: s.Board.Locked(l.Cluster), summary: s.Board.Summary(l.Cluster), left: s.Board.LeftOut(l.Cluster),
		})
		b.members = append(b.members, slices.Clone(l.Representatives))
		b.looks = append(b.looks, 0)
		at[l.Cluster] = int32(len(b.clusters))
	}
	for i := range s.Items {
		if c := s.Items[i].Cluster; c != 0 {
			if place := at[s.Board.Live(c)]; place != 0 && b.clusters[place-1].Item == 0 {
				b.clusters[place-1].Item = uint32(i + 1)
			}
		}
	}
	b.sort(s, at, moderator)
	return b
}

// typical orders the ideas of a run by how typical they are of their clusters,
// those that repeat others behind all.
func typical(run *analysis.ClusterResult) []uint32 {
	if run == nil {
		return nil
	}
	by := make([]int, len(run.Ideas))
	for i := range by {
		by[i] = i
	}
	slices.SortFunc(by, func(i, j int) int {
		x, y := &run.Ideas[i], &run.Ideas[j]
		if c := cmp.Compare(min(x.DuplicateOf, 1), min(y.DuplicateOf, 1)); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.Idea, y.Idea))
	})
	order := make([]uint32, len(by))
	for i, x := range by {
		order[i] = run.Ideas[x].Idea
	}
	return order
}

// sort puts each idea in its place and counts.
func (b *board) sort(s *topic.State, at []int32, moderator bool) {
	told := map[uint32]bool{} // representatives stand first
	for i := range b.members {
		for _, n := range b.members[i] {
			told[n] = true
		}
	}
	langs := map[string]int{}
	var seen []bool
	put := func(n uint32) {
		seen[n-1] = true
		idea := &s.Ideas[n-1]
		if idea.Erased || !moderator && !visible(s, n) {
			return
		}
		m, hidden := b.machine(n), s.Board.Hidden(n)
		c := s.Board.Cluster(n)
		b.counts.Ideas++
		langs[idea.Lang]++
		var v *clusterView
		if c == 0 {
			b.unsorted = append(b.unsorted, n)
		} else if place := at[c]; place != 0 {
			v = &b.clusters[place-1]
			b.looks[place-1] += binary.LittleEndian.Uint64(idea.Text[:8]) // its author may mask a part of it
			if look := uint64(s.Board.Mark(n)) << 1; hidden || look != 0 || b.flagged[n] {
				if hidden {
					look++
				}
				if b.flagged[n] {
					look += 8
				}
				b.looks[place-1] += (uint64(n)<<4 | look) * 0x9E3779B97F4A7C15
			}
			if !told[n] {
				b.members[place-1] = append(b.members[place-1], n)
			}
		}
		if hidden {
			b.counts.Hidden++
		}
		if s.Board.Mark(n) != topic.Unmarked {
			b.counts.Marked++
		}
		if b.flagged[n] {
			b.counts.Flagged++
		}
		if isNew := idea.Seq > b.inputSeq && b.run != 0; isNew {
			b.counts.New++
			if v != nil {
				v.New++
			}
		}
		if b.doubtful(s, n, m) {
			b.counts.Doubtful++
			if v != nil {
				v.Doubtful++
			}
		}
		if v == nil {
			return
		}
		if hidden {
			v.HiddenIdeas++
		}
		if d := m.DuplicateOf; d != 0 && s.Board.Cluster(d) == c {
			b.repeats[d] = append(b.repeats[d], n)
			v.Repeats++
		}
	}
	seen = make([]bool, len(s.Ideas))
	for _, n := range b.order {
		put(n)
	}
	for i := len(seen); i > 0; i-- { // those that no run has seen, the newest first
		if !seen[i-1] {
			put(uint32(i))
		}
	}
	slices.SortFunc(b.unsorted, func(x, y uint32) int { return cmp.Compare(y, x) })
	b.counts.Unsorted = len(b.unsorted)
	for lang := range langs { // sorted below
		b.langs = append(b.langs, lang)
	}
	slices.SortFunc(b.langs, func(x, y string) int { return cmp.Or(cmp.Compare(langs[y], langs[x]), cmp.Compare(x, y)) })
}

// machine is what the last run said of an idea, zero where it has not seen it.
func (b *board) machine(n uint32) analysis.MachineIdea {
	if b.result == nil {
		return analysis.MachineIdea{}
	}
	if i := int(n) - 1; i < len(b.result.Ideas) && b.result.Ideas[i].Idea == n { // where none was erased before it
		return b.result.Ideas[i]
	}
	m, _ := b.result.Idea(n)
	return m
}

// doubtful says that an idea is where the machine put it without being sure.
func (b *board) doubtful(s *topic.State, n uint32, m analysis.MachineIdea) bool {
	return m.Check && s.Board.Pinned(n) == 0 && m.Cluster != 0 && s.Board.Cluster(n) == s.Board.Live(m.Cluster)
}

// finish names the clusters, once the titles are there, and finds what has
// changed since the last board.
func (b *board) finish(last *board) {
	for i := range b.clusters {
		v := &b.clusters[i]
		v.Title = cmp.Or(b.titles[v.title], v.Label, fmt.Sprintf("%d", v.ID))
		v.Summary = b.titles[v.summary]
		if !v.left.IsZero() {
			v.LeftOut = cmp.Or(b.titles[v.left], "removed")
		}
		v.Changed = b.seq
	}
	if last == nil || last.key.epoch != b.key.epoch {
		return
	}
	for i := range last.clusters {
		v := &last.clusters[i]
		at, ok := b.find(v.ID)
		if !ok {
			b.gone[v.ID] = b.seq
			continue
		}
		if same(v, &b.clusters[at]) && slices.Equal(last.members[i], b.members[at]) && last.looks[i] == b.looks[at] {
			b.clusters[at].Changed = v.Changed
		}
	}
	for i := range b.clusters {
		delete(b.gone, b.clusters[i].ID)
	}
}

// same says that two views tell the same of a cluster. Its share of all ideas is
// not compared: it follows from sizes.
func same(x, y *clusterView) bool {
	return x.Title == y.Title && x.Label == y.Label && x.Lang == y.Lang && x.Size == y.Size && x.Hidden == y.Hidden && x.Locked == y.Locked && x.Summary == y.Summary && x.LeftOut == y.LeftOut && x.Item == y.Item &&
		x.HiddenIdeas == y.HiddenIdeas && x.Doubtful == y.Doubtful && x.New == y.New && x.Repeats == y.Repeats &&
		x.Cohesion == y.Cohesion && slices.Equal(x.Alternatives, y.Alternatives) && slices.Equal(x.Representatives, y.Representatives)
}

// find answers the place of a cluster.
func (b *board) find(cluster uint32) (int, bool) {
	return slices.BinarySearchFunc(b.clusters, cluster, func(v clusterView, id uint32) int { return cmp.Compare(v.ID, id) })
}

// since tells what has changed after that seq of that epoch, or all.
func (b *board) since(epoch, seq uint64) boardView {
	out := boardView{
		Epoch: b.key.epoch, Seq: b.seq, Run: b.run, InputSeq: b.inputSeq, Counts: b.counts, Langs: orEmpty(b.langs),
		Whole:    epoch != b.key.epoch || seq < b.first || seq > b.seq,
		Clusters: []clusterView{}, Gone: []uint32{}, Ideas: []ideaView{}, Operations: []operationView{}, Proposed: []stepView{}, Refused: []refusedView{}, Checked: []string{}, Reworded: []uint32{},
	}
	for i := range b.clusters {
		if out.Whole || b.clusters[i].Changed > seq {
			out.Clusters = append(out.Clusters, b.clusters[i])
		}
	}
	if !out.Whole {
		for c, at := range b.gone { // sorted below
			if at > seq {
				out.Gone = append(out.Gone, c)
			}
		}
		slices.Sort(out.Gone)
	}
	return out
}

// idea views an idea with what the machine said of it, all but the text.
func (b *board) idea(s *topic.State, n uint32, mine uint64) ideaView {
	v := ideaOf(s, n, mine)
	m := b.machine(n)
	v.Score, v.Margin, v.DuplicateOf, v.Doubtful = m.Score, m.Margin, m.DuplicateOf, b.doubtful(s, n, m)
	v.Flagged = b.flagged[n]
	v.New, v.Repeats = s.Ideas[n-1].Seq > b.inputSeq && b.run != 0, len(b.repeats[n])
	return v
}
