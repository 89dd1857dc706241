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

// Asked is what the order of questions depends on, copied out of a state, so that
// nobody has to wait while it is worked out.
type Asked []asked

type asked struct {
	into       uint32
	supporters []supporter
}

type supporter struct {
	application uint64
	table       uint32
	sits        bool // takes part yet
}

// AskedOf copies the questions of a topic. O(questions + supporters).
func AskedOf(s *topic.State) Asked {
	list := make(Asked, len(s.Questions))
	for i := range s.Questions {
		q := &s.Questions[i]
		list[i] = asked{q.Into, make([]supporter, len(q.Supporters))}
		for j, n := range q.Supporters {
			table, ok := s.Participant(n)
			list[i].supporters[j] = supporter{n, table, ok}
		}
	}
	return list
}

// Rank puts questions in the order in which they are taken to the experts: those
// that people of most tables support first, so that one busy table does not
// outweigh many; then by people, then the earlier. A question that is folded into
// another gives its support to that one and stands at the end. People without a
// table, in a debate that has none, count as one table.
// O(questions · log + supporters).
func (list Asked) Rank() []QuestionRank {
	ranks := make([]QuestionRank, len(list))
	people := make([]map[supporter]bool, len(list))
	for i := range list {
		ranks[i].Question = uint32(i + 1)
		top := i
		for list[top].into != 0 {
			top = int(list[top].into) - 1
		}
		if top != i {
			ranks[top].Folded = append(ranks[top].Folded, uint32(i+1))
		}
		for _, at := range []int{top, i} {
			if people[at] == nil {
				people[at] = map[supporter]bool{}
			}
			for _, x := range list[i].supporters {
				people[at][x] = true
			}
		}
	}
	for i := range ranks {
		tables := map[uint32]bool{}
		for x := range people[i] { // a set: in no order
			if x.sits {
				tables[x.table] = true
			}
		}
		ranks[i].Support, ranks[i].Tables = len(people[i]), len(tables)
	}
	folded := func(r QuestionRank) int {
		if list[r.Question-1].into != 0 {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(ranks, func(a, b QuestionRank) int {
		return cmp.Or(folded(a)-folded(b), b.Tables-a.Tables, b.Support-a.Support)
	})
	return ranks
}
