package selection

import (
	"context"
	"slices"
)

// Offers of an exchange in a round: so many over all groups, but for each person
// between a least and a most.
const (
	offersInAll = 2_000_000
	leastOffers = 200
	mostOffers  = 4_000
)

// patience is how many passes without an exchange end the search.
const patience = 6

// better offers exchanges to everyone, pass after pass. A fresh round begins with
// exchanges that may be a little worse: the limit sinks from two squared people
// to none over the first two thirds of the passes. At the end nobody sits with
// someone they are to sit apart from, or the error names two who do.
func (h *hall) better(ctx context.Context, d dice, fresh bool) error {
	n := h.people
	if h.tables < 2 {
		return h.parted()
	}
	passes := min(mostOffers, max(leastOffers, offersInAll/len(h.order)))
	if !fresh {
		passes = max(1, passes/2)
	}
	falling := passes * 2 / 3
	idle := 0
	for pass := range passes {
		if err := ctx.Err(); err != nil {
			return err
		}
		limit := int64(0)
		if pass < falling {
			limit = int64(n) * int64(falling-pass) / int64(falling)
			if fresh {
				limit *= 2
			}
		}
		made := 0
		for range n {
			if h.offer(int32(d.below(n)), int32(d.below(n)), limit) {
				made++
			}
		}
		if made > 0 {
			idle = 0
		} else if idle++; idle == patience && pass >= falling {
			break
		}
	}
	h.part()
	return h.parted()
}

// offer exchanges two people, with those who stay with them, if that changes
// what the round costs by less than the limit, or by nothing at worst where the
// limit is 0.
func (h *hall) offer(a, b int32, limit int64) bool {
	ta, tb := h.at[a], h.at[b]
	if ta == tb {
		return false
	}
	h.left = append(h.left[:0], h.team[h.unit[a]]...)
	h.right = append(h.right[:0], h.team[h.unit[b]]...)
	if len(h.left) != len(h.right) && !h.level(a, b) {
		return false
	}
	if len(h.left) == 1 {
		return h.single(a, b, limit)
	}
	cost := h.move(h.left, ta, tb) + h.move(h.right, tb, ta)
	for _, person := range h.left {
		h.moving[person] = 1
	}
	for _, person := range h.right {
		h.moving[person] = 2
	}
	more := int64(0)
	for _, person := range h.left {
		more += h.company(person, tb, 2) - h.company(person, ta, 1)
	}
	for _, person := range h.right {
		more += h.company(person, ta, 1) - h.company(person, tb, 2)
	}
	for _, list := range [][]int32{h.left, h.right} {
		for _, person := range list {
			h.moving[person] = 0
		}
	}
	if cost+more >= limit {
		h.move(h.left, tb, ta)
		h.move(h.right, ta, tb)
		return false
	}
	for _, person := range h.left {
		h.reseat(person, ta, tb)
	}
	for _, person := range h.right {
		h.reseat(person, tb, ta)
	}
	h.recountAt(ta)
	h.recountAt(tb)
	return true
}

// single is offer for two people who stay with nobody.
func (h *hall) single(a, b int32, limit int64) bool {
	ta, tb := h.at[a], h.at[b]
	cost := int64(0)
	la, lb := h.line(a), h.line(b)
	for k, va := range la {
		if vb := lb[k]; va != vb {
			cost += h.strain(int(ta), va, -1) + h.strain(int(ta), vb, 1) + h.strain(int(tb), vb, -1) + h.strain(int(tb), va, 1)
		}
	}
	n := int64(h.people)
	before := int64(h.again[a] + h.again[b])
	if len(h.apart[a])+len(h.apart[b]) > 0 {
		for _, person := range [2]int32{a, b} {
			from, to := ta, tb
			if person == b {
				from, to = tb, ta
			}
			for _, o := range h.apart[person] {
				if o != a && o != b {
					if h.at[o] == to {
						cost += parted
					} else if h.at[o] == from {
						cost -= parted
					}
				}
			}
		}
	}
	if cost-before*n/worthless >= limit {
		return false
	}
	after := int64(0)
	if h.Rounds > 1 {
		for _, o := range h.seats[tb] {
			if o != b {
				after += int64(h.met(a, o))
			}
		}
		for _, o := range h.seats[ta] {
			if o != a {
				after += int64(h.met(b, o))
			}
		}
	}
	if cost+(after-before)*n/worthless >= limit {
		return false
	}
	for k, va := range la {
		vb := lb[k]
		h.count[int(ta)*h.columns+int(va)]--
		h.count[int(ta)*h.columns+int(vb)]++
		h.count[int(tb)*h.columns+int(vb)]--
		h.count[int(tb)*h.columns+int(va)]++
	}
	h.reseat(a, ta, tb)
	h.reseat(b, tb, ta)
	if h.Rounds > 1 {
		h.recountAt(ta)
		h.recountAt(tb)
	}
	return true
}

// level adds others of the same table to the smaller side of an exchange until
// both sides are of the same size, and tells whether that went.
func (h *hall) level(a, b int32) bool {
	less, target, from := &h.left, len(h.right), a
	if len(h.left) > len(h.right) {
		less, target, from = &h.right, len(h.left), b
	}
	table := h.seats[h.at[from]]
	start := slices.Index(table, from)
	for k := 1; k < len(table) && len(*less) < target; k++ {
		team := h.team[h.unit[table[(start+k)%len(table)]]]
		if team[0] == table[(start+k)%len(table)] && h.unit[team[0]] != h.unit[from] && len(*less)+len(team) <= target {
			*less = append(*less, team...)
		}
	}
	return len(*less) == target
}

// move changes the counts for people who go from one table to another and
// returns the change of strain times the number of people.
func (h *hall) move(people []int32, from, to int32) int64 {
	cost := int64(0)
	for _, person := range people {
		for _, v := range h.line(person) {
			cost += h.strain(int(from), v, -1)
			h.count[int(from)*h.columns+int(v)]--
			cost += h.strain(int(to), v, 1)
			h.count[int(to)*h.columns+int(v)]++
		}
	}
	return cost
}

// company is what a person's company at a table costs, leaving out those who
// move with the mark.
func (h *hall) company(person, t int32, without int8) int64 {
	n := int64(0)
	for _, o := range h.seats[t] {
		if o != person && h.moving[o] != without {
			n += int64(h.met(person, o))
		}
	}
	n = n * int64(h.people) / worthless
	for _, o := range h.apart[person] {
		if h.at[o] == t && h.moving[o] != without {
			n += parted
		}
	}
	return n
}

// reseat puts one person at another table, without the counts.
func (h *hall) reseat(person, from, to int32) {
	k := slices.Index(h.seats[from], person)
	last := len(h.seats[from]) - 1
	h.seats[from][k] = h.seats[from][last]
	h.seats[from] = h.seats[from][:last]
	h.seats[to] = append(h.seats[to], person)
	h.at[person] = to
}

func (h *hall) recountAt(t int32) {
	table := h.seats[t]
	for _, person := range table {
		h.again[person] = 0
	}
	for i, person := range table {
		for _, o := range table[:i] {
			m := h.met(person, o)
			h.again[person] += m
			h.again[o] += m
		}
	}
}

// part tries every exchange for those who still sit with someone they are to
// sit apart from.
func (h *hall) part() {
	for a := range int32(h.people) {
		for b := int32(0); h.foes(a, h.at[a]) > 0 && b < int32(h.people); b++ {
			h.offer(a, b, 0)
		}
	}
}

// parted is an error where two sit at one table who are to sit apart.
func (h *hall) parted() error {
	for a := range h.at {
		for _, b := range h.apart[a] {
			if h.at[b] == h.at[a] {
				text := "%s and %s are to sit apart, which the tables of their session and language do not allow"
				if h.tables == 1 {
					text = "%s and %s are to sit apart, but there is one table only in their session and language"
				}
				return h.refuse(text+": allow smaller tables, or drop a pair", h.who[a], h.who[b])
			}
		}
	}
	return nil
}
