package analysis

import "veche/server/topic"

// Periods is into how many equal parts a topic's time is cut to tell how a
// cluster grew.
const Periods = 10

// Insight is what can be told of a live cluster beside its members.
type Insight struct {
	Cluster uint32
	// Growth is how many of its ideas came in each period, from the topic's first
	// idea to its last.
	Growth    [Periods]int
	Authors   int                         // different ones
	Discussed int                         // ideas that came out of a remark
	Reactions [topic.ReactionCount]uint32 // to those remarks, by [topic.Reaction]
}

// Insights tells of each live cluster, in the order of numbers, by the ideas that
// are shown. from and to are the times of the topic's first and last idea.
// O(ideas).
func Insights(s *topic.State) (list []Insight, from, to int64) {
	b := &s.Board
	numbers := b.Clusters()
	at := make([]int, len(b.Made)+1) // cluster → place in list + 1
	list = make([]Insight, len(numbers))
	for i, n := range numbers {
		list[i].Cluster = n
		at[n] = i + 1
	}
	for i := range s.Ideas {
		if t := s.Ideas[i].Time; i == 0 {
			from, to = t, t
		} else {
			from, to = min(from, t), max(to, t)
		}
	}
	authors := make([]map[uint64]bool, len(list))
	for i := range s.Ideas {
		idea, n := &s.Ideas[i], uint32(i+1)
		place := at[b.Cluster(n)]
		if place == 0 || idea.Erased || b.Hidden(n) {
			continue
		}
		c := &list[place-1]
		if to > from {
			c.Growth[min(Periods-1, int((idea.Time-from)*Periods/(to-from)))]++
		} else {
			c.Growth[0]++
		}
		if authors[place-1] == nil {
			authors[place-1] = map[uint64]bool{}
		}
		authors[place-1][idea.Author] = true
		if idea.Origin != 0 {
			c.Discussed++
			for r, count := range s.Remarks[idea.Origin-1].Reactions() {
				c.Reactions[r] += count
			}
		}
	}
	for i := range list {
		list[i].Authors = len(authors[i])
	}
	return list, from, to
}
