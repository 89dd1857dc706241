package selection

import (
	"fmt"
	"slices"
	"strings"
)

// ties are the people who share every table, as units, and those who share none.
// Most units are one person.
type ties struct {
	unit    []int32   // of each canonical position
	members [][]int32 // of each unit, rising
	apart   [][]int32 // of each canonical position, rising
}

// tie reads the pairs and refuses those that contradict each other.
func (p *plan) tie() error {
	at := make(map[int]int, len(p.order))
	for k := range p.order {
		at[p.person(k)] = k
	}
	together, err := p.pairs(p.Together, at, "together")
	if err != nil {
		return err
	}
	apart, err := p.pairs(p.Apart, at, "apart")
	if err != nil {
		return err
	}
	friends := neighbours(len(p.order), together)
	p.apart = neighbours(len(p.order), apart)
	p.unit = make([]int32, len(p.order))
	for k := range p.unit {
		p.unit[k] = -1
	}
	for k := range p.unit {
		if p.unit[k] >= 0 {
			continue
		}
		u := int32(len(p.members))
		group := []int32{int32(k)}
		p.unit[k] = u
		for next := 0; next < len(group); next++ {
			for _, o := range friends[group[next]] {
				if p.unit[o] < 0 {
					p.unit[o] = u
					group = append(group, o)
				}
			}
		}
		slices.Sort(group)
		p.members = append(p.members, group)
		if len(group) > p.TableSize {
			text, people := listed8(group)
			return p.refuse(text+fmt.Sprintf(" stay together, which makes %d people: a table has at most %d", len(group), p.TableSize), people...)
		}
	}
	for _, pair := range apart {
		a, b := pair[0], pair[1]
		if p.unit[a] != p.unit[b] {
			continue
		}
		chain := path(friends, a, b)
		if len(chain) == 2 {
			return p.refuse("%s and %s are to sit together and apart: drop one of the two", a, b)
		}
		text := "%s and %s are to sit apart, but pairs that stay together join them: %s" + strings.Repeat(" – %s", len(chain)-1)
		return p.refuse(text, append([]int{a, b}, chain...)...)
	}
	return nil
}

// pairs turns pairs of people into pairs of canonical positions, sorted, each once.
func (p *plan) pairs(list [][2]int, at map[int]int, how string) ([][2]int, error) {
	var out [][2]int
	for _, pair := range list {
		var k [2]int
		for i, person := range pair {
			var ok bool
			if k[i], ok = at[person]; ok {
				continue
			}
			if person < 0 || person >= p.Pool.Len() {
				return nil, fmt.Errorf("person number %d is not in the pool of %d", person, p.Pool.Len())
			}
			return nil, &SeatingError{Text: "%s is to sit " + how + " with someone, but is not among the people to seat", People: []string{p.Pool.ID(person)}}
		}
		if k[0] > k[1] {
			k[0], k[1] = k[1], k[0]
		}
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	for _, k := range out {
		if k[0] == k[1] {
			return nil, p.refuse("%s is to sit "+how+" with themself: a pair is two people", k[0])
		}
	}
	return slices.Compact(out), nil
}

func neighbours(n int, pairs [][2]int) [][]int32 {
	out := make([][]int32, n)
	for _, pair := range pairs {
		out[pair[0]] = append(out[pair[0]], int32(pair[1]))
		out[pair[1]] = append(out[pair[1]], int32(pair[0]))
	}
	return out
}

// path is a shortest way from a to b.
func path(next [][]int32, a, b int) []int {
	from := map[int]int{a: a}
	for queue := []int{a}; len(queue) > 0; queue = queue[1:] {
		for _, o := range next[queue[0]] {
			if _, ok := from[int(o)]; !ok {
				from[int(o)] = queue[0]
				queue = append(queue, int(o))
			}
		}
	}
	way := []int{b}
	for b != a {
		b = from[b]
		way = append(way, b)
	}
	slices.Reverse(way)
	return way
}

// listed8 names up to eight people in a text.
func listed8(people []int32) (string, []int) {
	var list []int
	for _, k := range people[:min(8, len(people))] {
		list = append(list, int(k))
	}
	text := "%s" + strings.Repeat(", %s", len(list)-1)
	if more := len(people) - len(list); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text, list
}
