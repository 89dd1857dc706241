package live

import (
	"slices"
	"sort"
	"strconv"

	"veche/server/journal"
	"veche/server/topic"
)

// mostReactions is how many remarks' reactions are looked up for one who comes
// back; more is a reset.
const mostReactions = 500

// reacted are the reactions in a room, by seq: of each remark the last counts.
type reacted []edit

// add appends a reaction, and forgets those that later ones took the place of
// once they are the most.
func (r *reacted) add(e edit) {
	*r = append(*r, e)
	if n := len(*r); n >= 256 && n == cap(*r) {
		kept := r.compact()
		*r = slices.Grow(kept, len(kept)+256)
	}
}

func (r reacted) compact() reacted {
	seen := make(map[uint32]bool, len(r))
	var kept reacted
	for i := len(r) - 1; i >= 0; i-- {
		if !seen[r[i].remark] {
			seen[r[i].remark] = true
			kept = append(kept, r[i])
		}
	}
	slices.Reverse(kept)
	return kept
}

// since answers the remarks that got reactions after seq, each once, but no more
// than one beyond [mostReactions].
func (r reacted) since(after uint64) []uint32 {
	first := sort.Search(len(r), func(i int) bool { return r[i].seq > after })
	seen := map[uint32]bool{}
	var list []uint32
	for i := len(r) - 1; i >= first && len(list) <= mostReactions; i-- {
		if n := r[i].remark; !seen[n] {
			seen[n] = true
			list = append(list, n)
		}
	}
	return list
}

// reactionCounts answers the counts of remarks by kind, as the wire has them.
func reactionCounts(s *topic.State, remarks []uint32) (list [][topic.ReactionCount]uint32) {
	for _, n := range remarks {
		counts := journal.Reactions(&s.Remarks[n-1])
		list = append(list, [topic.ReactionCount]uint32{n, counts[0], counts[1], counts[2]})
	}
	return list
}

// appendReactions appends the counts of remarks, which may repeat.
func appendReactions(b []byte, s *topic.State, remarks []uint32) []byte {
	slices.Sort(remarks)
	b = append(b, `,"reactions":[`...)
	for _, counts := range reactionCounts(s, slices.Compact(remarks)) {
		b = append(comma(b), '[')
		for _, n := range counts {
			b = strconv.AppendUint(comma(b), uint64(n), 10)
		}
		b = append(b, ']')
	}
	return append(b, ']')
}

// reactedBy answers how someone reacted to the newest remarks of a room: remark,
// and the kind from 1.
func reactedBy(s *topic.State, room uint32, application uint64) (list [][2]uint32) {
	if application == 0 {
		return nil
	}
	r, _ := s.Room(room)
	for _, n := range r.Remarks[max(0, len(r.Remarks)-resetRemarks):] {
		if kind := s.ReactionOf(n, application); kind != topic.ReactionNone {
			list = append(list, [2]uint32{n, uint32(kind)})
		}
	}
	return list
}
