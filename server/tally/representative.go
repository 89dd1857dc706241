package tally

import (
	"cmp"
	"math"
	"slices"
)

// clearly is the z above which Polis keeps an item: 90 % on one side.
const clearly = 1.2816

// Mark says that an item marks a group off: what it says there, how clearly,
// and how much more often than everywhere else.
type Mark struct {
	Item    uint32  `json:"item"`
	Agree   bool    `json:"agree"`   // what marks the group is agreement, else disagreement
	Share   float64 `json:"share"`   // (count+1)/(seen+2) inside the group
	Z       float64 `json:"z"`       // of the share against one half
	Ratio   float64 `json:"ratio"`   // of the share to that of the others
	RatioZ  float64 `json:"ratio_z"` // of the two shares, pooled
	Against Count   `json:"others"`  // what the others said
}

// MarkOf measures how far one answer to an item marks a group off against the
// others, as Polis does (math/src/polismath/math/repness.clj and stats.clj):
// the share with one vote added on either side, its test against one half, its
// ratio to the others' share and the test of two proportions with one added to
// all four counts. Passes count as seen.
func MarkOf(group, others Count, agree bool) Mark {
	count := func(c Count) (n, seen float64) {
		if agree {
			return float64(c.Agree), float64(c.Seen())
		}
		return float64(c.Disagree), float64(c.Seen())
	}
	n, seen := count(group)
	m, total := count(others)
	mark := Mark{Agree: agree, Against: others}
	mark.Share = (n + 1) / (seen + 2)
	mark.Z = float64(2 * math.Sqrt(seen+1) * ((n+1)/(seen+1) - 0.5))
	mark.Ratio = mark.Share / ((m + 1) / (total + 2))
	pooled := (n + m + 2) / (seen + total + 2)
	if spread := float64(pooled * (1 - pooled)); spread > 0 {
		mark.RatioZ = ((n+1)/(seen+1) - (m+1)/(total+1)) / math.Sqrt(float64(spread*(1/(seen+1)+1/(total+1))))
	}
	return mark
}

// clear says that both tests tell.
func (m *Mark) clear() bool { return m.Z > clearly && m.RatioZ > clearly }

func (m *Mark) weight() float64 { return float64(float64(m.Ratio*m.RatioZ) * float64(m.Share*m.Z)) }

// Marks answers the items that mark group i of Ranking.Groups off, the clearest
// first, agreements before disagreements, at most so many. Excluded items don't
// count.
func (r *Ranking) Marks(i, most int) []Mark {
	var marks []Mark
	for _, row := range r.Rows {
		if row.Excluded {
			continue
		}
		var others Count
		for g, c := range row.Groups {
			if g != i {
				others.Agree, others.Disagree, others.Pass = others.Agree+c.Agree, others.Disagree+c.Disagree, others.Pass+c.Pass
			}
		}
		if others.Seen() == 0 {
			continue
		}
		for _, agree := range []bool{true, false} {
			m := MarkOf(row.Groups[i].Count, others, agree)
			if m.Item = row.Item; m.clear() {
				marks = append(marks, m)
			}
		}
	}
	slices.SortFunc(marks, func(a, b Mark) int {
		if a.Agree != b.Agree {
			if a.Agree {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.weight(), a.weight()), cmp.Compare(a.Item, b.Item))
	})
	return marks[:min(most, len(marks))]
}
