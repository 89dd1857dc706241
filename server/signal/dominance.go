package signal

import (
	"cmp"
	"slices"
)

// Seating is what the people of a table said there.
type Seating struct {
	Table  uint32
	People []Spoken // all who sit there, those who said nothing too
}

// Spoken is how much one person said.
type Spoken struct {
	Person     uint64
	Remarks    int
	Characters int
}

// Dominance is a table where one person says most.
type Dominance struct {
	Table   uint32  `json:"table"`
	Person  uint64  `json:"person"`
	People  int     `json:"people"`
	Remarks int     `json:"remarks"` // of all
	Own     int     `json:"own"`     // of the person
	Share   float64 `json:"share"`   // of all characters, by the person
	Gini    float64 `json:"gini"`    // of the characters of all, 0 (all alike) to 1
}

const (
	leastPeople  = 3
	leastRemarks = 20
	leastShare   = 0.4 // and thrice an equal one at least
	timesEqual   = 3.0
)

// dominances finds tables where one person has far more turns than an equal chance
// at each gives: the exact binomial tail for the person with the most, times the
// people, for it might have been anyone. Some talk more than others at any honest
// table; so the share must be large, too, not only improbable.
func dominances(tables []Seating) []Signal {
	type found struct {
		Dominance
		chance float64
	}
	var list []found
	tests := 0
	for _, t := range tables {
		x := found{Dominance: Dominance{Table: t.Table, People: len(t.People)}}
		characters, most := 0, 0
		for _, p := range t.People {
			x.Remarks += p.Remarks
			characters += p.Characters
			if p.Characters > most || p.Characters == most && p.Remarks > x.Own {
				x.Person, x.Own, most = p.Person, p.Remarks, p.Characters
			}
		}
		if x.People < leastPeople || x.Remarks < leastRemarks || characters == 0 {
			continue
		}
		tests++
		share := float64(most) / float64(characters)
		if share < leastShare || share < timesEqual/float64(x.People) {
			continue
		}
		x.Share, x.Gini = rounded(share, 1000), rounded(gini(t.People, characters), 1000)
		x.chance = min(0, binomialTail(x.Own, x.Remarks, 1/float64(x.People))+ln(float64(x.People)))
		list = append(list, x)
	}
	slices.SortStableFunc(list, func(a, b found) int { return cmp.Compare(a.chance, b.chance) })
	chances := make([]float64, len(list))
	for i := range list {
		chances[i] = list[i].chance
	}
	var out []Signal
	for _, x := range list[:discoveries(chances, float64(max(1, tests)))] {
		out = append(out, Signal{Key: newKey(Airtime, uint64(x.Table), x.Person), Kind: Airtime, Chance: inAll(x.chance, float64(tests)), Table: &x.Dominance})
	}
	return out
}

// gini is Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n Σ x) of what people said.
func gini(people []Spoken, total int) float64 {
	said := make([]int, len(people))
	for i, p := range people {
		said[i] = p.Characters
	}
	slices.Sort(said)
	sum := 0
	for i, x := range said {
		sum += (2*i + 1 - len(said)) * x
	}
	return float64(sum) / (float64(len(said)) * float64(total))
}
