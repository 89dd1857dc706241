package nlp

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

const (
	mostRepresentatives = 5
	readRepresentatives = 200 // so many of the most central members are looked at
	sameness            = 0.5 // what likeness to one already chosen costs
)

// representatives picks members that speak for a cluster and differ from
// each other: maximal marginal relevance (Carbonell and Goldstein 1998),
// cosine to the middle − ½·greatest cosine to those chosen. Very short and
// very long texts stand back, because they read badly in a list.
func representatives(v *vectors, rows []row, units, of []int32, middle []float32) []int32 {
	type candidate struct {
		unit  int32
		value float32
	}
	all := make([]candidate, 0, len(of))
	for _, u := range of {
		value := dot(v.row(int(u)), middle)
		switch runes := utf8.RuneCountInString(rows[units[u]].text); {
		case runes < 15:
			value -= 0.2
		case runes > 400:
			value -= 0.1
		}
		all = append(all, candidate{u, value})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.value, a.value) })
	all = all[:min(len(all), readRepresentatives)]
	closest := make([]float32, len(all))
	var chosen []int32
	for len(chosen) < min(mostRepresentatives, len(all)) {
		best, top := -1, float32(0)
		for i, c := range all {
			if c.unit < 0 {
				continue
			}
			if value := c.value - float32(closest[i]*sameness); best < 0 || value > top {
				best, top = i, value
			}
		}
		pick := all[best].unit
		chosen = append(chosen, pick)
		all[best].unit = -1
		for i, c := range all {
			if c.unit >= 0 {
				closest[i] = max(closest[i], dot(v.row(int(c.unit)), v.row(int(pick))))
			}
		}
	}
	return chosen
}
