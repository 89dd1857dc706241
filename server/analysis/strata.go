package analysis

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"veche/server/topic"
)

// betweenValues stands between the values of a stratum's features.
const betweenValues = " · "

// restOf names what is left of small strata put together.
const restOf = "…"

// Strata puts people into strata by what they answered to the features: by all
// of them, where too few say the same by the first alone, and where that is too
// few still with all such others, so that none has fewer than
// [topic.MinStratum]. It answers the names of the strata, sorted, and for each
// person the number of theirs, 0 where there are too few people for any.
func Strata(features []string, rows []Text) (names []string, of []uint32) {
	of = make([]uint32, len(rows))
	if len(rows) < topic.MinStratum {
		return nil, of
	}
	name := make([]string, len(rows))
	first := make([]string, len(rows))
	for i, text := range rows {
		var row topic.Row
		if json.Unmarshal(text.Body, &row) != nil { // erased: with the others
			name[i], first[i] = restOf, restOf
			continue
		}
		var values []string
		for _, f := range features {
			for _, a := range row.Answers {
				if a.Feature == f {
					values = append(values, a.Value)
				}
			}
		}
		name[i], first[i] = strings.Join(values, betweenValues), restOf
		if len(features) > 1 && len(values) > 0 {
			first[i] = values[0] + betweenValues + restOf
		}
	}
	coarsen(name, func(i int) string { return first[i] })
	coarsen(name, func(int) string { return restOf })
	for sizes := sizesOf(name); 0 < sizes[restOf] && sizes[restOf] < topic.MinStratum; sizes = sizesOf(name) {
		smallest := ""
		for n, size := range sizes { // the least by size and name
			if n != restOf && (smallest == "" || cmp.Or(cmp.Compare(size, sizes[smallest]), cmp.Compare(n, smallest)) < 0) {
				smallest = n
			}
		}
		for i := range name {
			if name[i] == smallest {
				name[i] = restOf
			}
		}
	}
	names = slices.Clone(name)
	slices.Sort(names)
	names = slices.Compact(names)
	for i := range name {
		at, _ := slices.BinarySearch(names, name[i])
		of[i] = uint32(at + 1)
	}
	return names, of
}

func sizesOf(names []string) map[string]int {
	sizes := map[string]int{}
	for _, n := range names {
		sizes[n]++
	}
	return sizes
}

// coarsen gives those in strata that are too small another name.
func coarsen(name []string, to func(i int) string) {
	sizes := sizesOf(name)
	for i := range name {
		if sizes[name[i]] < topic.MinStratum {
			name[i] = to(i)
		}
	}
}
