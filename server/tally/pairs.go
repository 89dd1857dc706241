package tally

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Pair is one ballot's word on two items side by side. The same ballot says it
// once on the same two items.
type Pair struct {
	First, Second uint32 // two Item.IDs
	Better        uint32 // one of them, 0 for can't say
}

// Pairs is how an item stands in the comparisons of pairs.
type Pairs struct {
	Won  int `json:"won"`
	Lost int `json:"lost"`
	Even int `json:"even"`
	// Strength is its Bradley–Terry strength against an item of middling
	// strength: s/(s+1) of the voters put it before such a one.
	Strength float64 `json:"strength"`
}

// Answers is how often the item was compared.
func (p *Pairs) Answers() int { return p.Won + p.Lost + p.Even }

const (
	// pairPrior is how many comparisons of each item with one of strength 1 are
	// added, half of them won: who lost every one is weak, not nothing.
	pairPrior = 1.0
	// pairSweeps bounds the fit; it ends where nothing moves by pairClose.
	pairSweeps = 2000
	pairClose  = 1e-12
)

// comparePairs counts the pairs into the rows, which are in the order of the
// items, and fits their strengths.
func comparePairs(in *Input, rows []Row) error {
	if len(in.Pairs) == 0 {
		return nil
	}
	at := make(map[uint32]int, len(rows))
	for j := range rows {
		at[rows[j].Item] = j
	}
	type met struct {
		a, b  int // a < b
		times int
	}
	games := map[[2]int]*met{}
	for i, p := range in.Pairs {
		a, ok := at[p.First]
		b, there := at[p.Second]
		if !ok || !there || a == b || (p.Better != 0 && p.Better != p.First && p.Better != p.Second) {
			return fmt.Errorf("tally: pair %d compares items %d and %d, better %d: it needs two items of the list", i, p.First, p.Second, p.Better)
		}
		for _, j := range []int{a, b} {
			row := &rows[j]
			if row.Pairs == nil {
				row.Pairs = new(Pairs)
			}
			switch p.Better {
			case 0:
				row.Pairs.Even++
			case row.Item:
				row.Pairs.Won++
			default:
				row.Pairs.Lost++
			}
		}
		key := [2]int{min(a, b), max(a, b)}
		if games[key] == nil {
			games[key] = &met{a: key[0], b: key[1]}
		}
		games[key].times++
	}
	list := make([]*met, 0, len(games))
	for _, g := range games { // sorted right after
		list = append(list, g)
	}
	slices.SortFunc(list, func(x, y *met) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	strength := make([]float64, len(rows))
	for j := range strength {
		strength[j] = 1
	}
	// Hunter 2004, MM algorithms for generalized Bradley–Terry models: each sweep
	// raises the likelihood, whatever it begins with.
	below := make([]float64, len(rows))
	for range pairSweeps {
		for j := range below {
			below[j] = pairPrior / (strength[j] + 1)
		}
		for _, g := range list {
			share := float64(g.times) / (strength[g.a] + strength[g.b])
			below[g.a] += share
			below[g.b] += share
		}
		moved := 0.0
		for j := range rows {
			p := rows[j].Pairs
			if p == nil {
				continue
			}
			next := (float64(p.Won) + float64(p.Even)/2 + pairPrior/2) / below[j]
			moved = max(moved, math.Abs(next-strength[j])/next)
			strength[j] = next
		}
		if moved < pairClose {
			break
		}
	}
	for j := range rows {
		if rows[j].Pairs != nil {
			rows[j].Pairs.Strength = strength[j]
		}
	}
	return nil
}

// NearTies are the rows, by index, between which the first top places are not
// decided: those whose likely places (95 % of the resamples) lie on both sides
// of the last one. place and likely are the measure that the list goes by. None
// without resamples, or where one row alone is unsure.
func (r *Ranking) NearTies(top int, place func(*Row) int, likely func(*Stability) Spread) []int {
	var ties []int
	for i := range r.Rows {
		row := &r.Rows[i]
		if row.Excluded || row.Stability == nil {
			continue
		}
		if s := likely(row.Stability); min(s.Low, place(row)) <= top && max(s.High, place(row)) > top {
			ties = append(ties, i)
		}
	}
	if len(ties) < 2 {
		return nil
	}
	return ties
}

// ByPairs are the places, by row, where the near-ties at the end of the first
// top places are put into the order of their strengths in the pairs. They share
// the places that they had among themselves; all others keep theirs, as do ties
// that nobody compared.
func (r *Ranking) ByPairs(top int, place func(*Row) int, likely func(*Stability) Spread) []int {
	places := make([]int, len(r.Rows))
	for i := range r.Rows {
		places[i] = place(&r.Rows[i])
	}
	ties := slices.DeleteFunc(r.NearTies(top, place, likely), func(i int) bool { return r.Rows[i].Pairs == nil })
	var theirs []int
	for _, i := range ties {
		theirs = append(theirs, places[i])
	}
	slices.Sort(theirs)
	slices.SortFunc(ties, func(a, b int) int {
		x, y := &r.Rows[a], &r.Rows[b]
		return cmp.Or(cmp.Compare(y.Pairs.Strength, x.Pairs.Strength), cmp.Compare(place(x), place(y)))
	})
	for n, i := range ties {
		places[i] = theirs[n]
	}
	return places
}
