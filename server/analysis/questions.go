package analysis

import (
	"cmp"
	"slices"

	"veche/server/topic"
)

// QuestionRank is how a question to the experts stands.
type QuestionRank struct {
	Question uint32
	Support  int      // people who support it or one folded into it
	Tables   int      // at which those sit
	Folded   []uint32 // questions folded into it, or into one of those
}

// RankQuestions puts questions in the order in which they are taken to the
// experts: those that people of most tables support first, so that one busy
// table does not outweigh many; then by people, then the earlier. A question that
// is folded into another gives its support to that one and stands at the end.
// People without a table, in a debate that has none, count as one table.
// O(questions · log + supporters).
func RankQuestions(s *topic.State) []QuestionRank {
	ranks := make([]QuestionRank, len(s.Questions))
	people := make([]map[uint64]bool, len(s.Questions))
	for i := range s.Questions {
		ranks[i].Question = uint32(i + 1)
		top := i
		for s.Questions[top].Into != 0 {
			top = int(s.Questions[top].Into) - 1
		}
		if top != i {
			ranks[top].Folded = append(ranks[top].Folded, uint32(i+1))
		}
		for _, at := range []int{top, i} {
			if people[at] == nil {
				people[at] = map[uint64]bool{}
			}
			for _, n := range s.Questions[i].Supporters {
				people[at][n] = true
			}
		}
	}
	for i := range ranks {
		tables := map[uint32]bool{}
		for n := range people[i] { // a set: in no order
			if table, ok := s.Participant(n); ok {
				tables[table] = true
			}
		}
		ranks[i].Support, ranks[i].Tables = len(people[i]), len(tables)
	}
	folded := func(r QuestionRank) int {
		if s.Questions[r.Question-1].Into != 0 {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(ranks, func(a, b QuestionRank) int {
		return cmp.Or(folded(a)-folded(b), b.Tables-a.Tables, b.Support-a.Support)
	})
	return ranks
}
