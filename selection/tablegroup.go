package selection

import (
	"fmt"
	"slices"
)

// cell is a session and a language, −1 where there is no choice.
type cell struct{ session, language int }

// gathering is the units of a seating being put into cells.
type gathering struct {
	*plan
	cells   []cell
	suits   [][]int // of each unit: cells, rising
	helped  [][]int // of each unit: cells where some of it interpret for the others
	open    []bool  // of each cell
	at      []int   // cell of each unit, −1 for none
	size    []int   // people of each cell
	several bool    // there is a choice at all
}

// divide gives everyone who can sit somewhere a session and a language, and
// notes the others.
func (p *plan) divide() ([]TableGroup, error) {
	g := &gathering{plan: p, several: len(p.Sessions.Options)+len(p.Languages.Options) > 0}
	if err := g.ask(); err != nil {
		return nil, err
	}
	d := newDice(p.Seed, "groups")
	g.openCells(d)
	if g.interpret() {
		g.openCells(d)
	}
	g.closeLanguages(d)
	g.fillTables()
	g.even(d)
	return g.groups(), nil
}

// ask lists the cells that suit each unit: a session that suits all of it, and a
// language that all speak, or one that some speak who can interpret for each of
// the others.
func (g *gathering) ask() error {
	sessions, languages := max(1, len(g.Sessions.Options)), max(1, len(g.Languages.Options))
	number := make([]int, sessions*languages)
	for i := range number {
		number[i] = -1
	}
	for _, team := range g.members {
		when := g.Sessions.suits(g.order[team[0]])
		speak := make([][]int, len(team))
		for i, k := range team {
			when = common(when, g.Sessions.suits(g.order[k]))
			speak[i] = g.Languages.suits(g.order[k])
		}
		text, people := listed8(team)
		if len(when) == 0 {
			return g.refuse(text+" stay together, but no session suits them all", people...)
		}
		all, some := spoken(speak)
		if len(some) == 0 {
			return g.refuse(text+" stay together, but speak no language in common and nobody can interpret for all", people...)
		}
		lists := [2][]int{}
		for i, tongues := range [2][]int{all, some} {
			for _, s := range when {
				for _, l := range tongues {
					lists[i] = append(lists[i], max(0, s)*languages+max(0, l))
				}
			}
			for _, c := range lists[i] {
				number[c] = 0
			}
		}
		g.suits, g.helped = append(g.suits, lists[0]), append(g.helped, lists[1])
	}
	for c, used := range number {
		if used == 0 {
			number[c] = len(g.cells)
			one := cell{c / languages, c % languages}
			if len(g.Sessions.Options) == 0 {
				one.session = -1
			}
			if len(g.Languages.Options) == 0 {
				one.language = -1
			}
			g.cells = append(g.cells, one)
		}
	}
	for _, list := range slices.Concat(g.suits, g.helped) {
		for i := range list {
			list[i] = number[list[i]]
		}
	}
	return nil
}

// interpret lets the units without a place sit where some of them interpret for
// the others, and tells whether there are such.
func (g *gathering) interpret() bool {
	any := false
	for u := range g.suits {
		if g.at[u] < 0 && len(g.helped[u]) > len(g.suits[u]) {
			g.suits[u] = g.helped[u]
			any = true
		}
	}
	return any
}

// spoken lists the languages that people who stay together all speak, and those
// in which they can sit if some interpret for the others.
func spoken(speak [][]int) (all, some []int) {
	all = slices.Clone(speak[0])
	for _, s := range speak {
		all = common(all, s)
	}
	for _, s := range speak {
		for _, l := range s {
			helped := !slices.Contains(some, l)
			for _, o := range speak {
				helped = helped && (slices.Contains(o, l) || slices.ContainsFunc(speak, func(x []int) bool {
					return slices.Contains(x, l) && len(common(x, o)) > 0
				}))
			}
			if helped {
				some = append(some, l)
			}
		}
	}
	slices.Sort(some)
	return all, some
}

// common is what two rising lists share.
func common(a, b []int) []int {
	var out []int
	for _, x := range a {
		if _, ok := slices.BinarySearch(b, x); ok {
			out = append(out, x)
		}
	}
	return out
}

// openCells opens all cells and closes, as long as some can't get the smallest
// table, the one among those that stand in its way which leaves the fewest
// people without any. Closed ones that would take someone in are tried again.
func (g *gathering) openCells(d dice) {
	g.open = make([]bool, len(g.cells))
	for c := range g.open {
		g.open[c] = true
	}
	order := make([]int, len(g.members))
	for u := range order {
		order[u] = u
	}
	shuffle(d, order)
	for g.several {
		short, blocked := g.place(order)
		if short < 0 {
			break
		}
		worst, strands := -1, 0
		for c := range g.cells {
			if n := g.strands(c); blocked[c] && (worst < 0 || n < strands || n == strands && g.size[c] < g.size[worst]) {
				worst, strands = c, n
			}
		}
		g.open[worst] = false
	}
	for c := range g.cells {
		if g.several && !g.open[c] && g.unserved(c) > 0 {
			g.open[c] = true
			if short, _ := g.place(order); short >= 0 {
				g.open[c] = false
			}
		}
	}
	g.place(order)
}

// closeLanguages closes the languages of a session that nobody needs, those with
// the fewest people who could sit there first: who speaks several sits where
// most people are.
func (g *gathering) closeLanguages(d dice) {
	if len(g.Languages.Options) < 2 {
		return
	}
	can := make([]int, len(g.cells))
	for u, list := range g.suits {
		for _, c := range list {
			can[c] += len(g.members[u])
		}
	}
	byFew := make([]int, len(g.cells))
	for c := range byFew {
		byFew[c] = c
	}
	slices.SortStableFunc(byFew, func(a, b int) int { return can[a] - can[b] })
	order := make([]int, len(g.members))
	for u := range order {
		order[u] = u
	}
	shuffle(d, order)
	for _, c := range byFew {
		if !g.open[c] || g.strands(c) > 0 {
			continue
		}
		others := 0
		for o := range g.cells {
			if o != c && g.open[o] && g.cells[o].session == g.cells[c].session {
				others++
			}
		}
		if others == 0 {
			continue
		}
		g.open[c] = false
		if short, _ := g.place(order); short >= 0 {
			g.open[c] = true
		}
	}
	g.place(order)
}

// strands counts the people who can sit at no other open cell.
func (g *gathering) strands(c int) int {
	n := 0
	for u, list := range g.suits {
		if slices.Contains(list, c) && !slices.ContainsFunc(list, func(o int) bool { return o != c && g.open[o] }) {
			n += len(g.members[u])
		}
	}
	return n
}

// unserved counts the people without a place who could sit at a cell.
func (g *gathering) unserved(c int) int {
	n := 0
	for u, list := range g.suits {
		if g.at[u] < 0 && slices.Contains(list, c) {
			n += len(g.members[u])
		}
	}
	return n
}

// place puts every unit into the smallest of the open cells that suit it, those
// with the least choice first, and fills cells that are short of the smallest
// table along paths of exchanges. It returns a cell that stays short, −1 if
// none, and with it the cells whose people are needed where they are.
func (g *gathering) place(order []int) (short int, blocked []bool) {
	g.at = make([]int, len(g.members))
	g.size = make([]int, len(g.cells))
	free := make([][]int, len(g.members))
	for u, list := range g.suits {
		for _, c := range list {
			if g.open[c] {
				free[u] = append(free[u], c)
			}
		}
	}
	order = slices.Clone(order)
	slices.SortStableFunc(order, func(a, b int) int { return len(free[a]) - len(free[b]) })
	for _, u := range order {
		g.at[u] = -1
		for _, c := range free[u] {
			if g.at[u] < 0 || g.size[c] < g.size[g.at[u]] {
				g.at[u] = c
			}
		}
		if c := g.at[u]; c >= 0 {
			g.size[c] += len(g.members[u])
		}
	}
	for c := range g.cells {
		for g.open[c] && g.size[c] < g.Smallest {
			if blocked = g.fill(c, free); blocked != nil {
				return c, blocked
			}
		}
	}
	return -1, nil
}

// fill brings one unit into a cell from another that can spare one, over others
// where need be. Where there is none it returns the cells in question.
func (g *gathering) fill(c int, free [][]int) (blocked []bool) {
	// mover[f][t] is the smallest unit at f that could go to t, plus 1.
	n := len(g.cells)
	mover := make([]int, n*n)
	for u, list := range free {
		if f := g.at[u]; f >= 0 && len(list) > 1 {
			for _, t := range list {
				if m := mover[f*n+t]; t != f && (m == 0 || len(g.members[u]) < len(g.members[m-1])) {
					mover[f*n+t] = u + 1
				}
			}
		}
	}
	to := make([]int, n) // the next cell on the way to c, plus 1
	to[c] = c + 1
	for queue := []int{c}; len(queue) > 0; queue = queue[1:] {
		t := queue[0]
		for f := range n {
			m := mover[f*n+t]
			if m == 0 || to[f] != 0 {
				continue
			}
			to[f] = t + 1
			if g.size[f]-len(g.members[m-1]) >= g.Smallest {
				for f != c {
					next := to[f] - 1
					u := mover[f*n+next] - 1
					g.shift(u, next)
					f = next
				}
				return nil
			}
			queue = append(queue, f)
		}
	}
	blocked = make([]bool, n)
	for f := range to {
		blocked[f] = to[f] != 0
	}
	return blocked
}

func (g *gathering) shift(u, to int) {
	n := len(g.members[u])
	g.size[g.at[u]] -= n
	g.size[to] += n
	g.at[u] = to
}

// amiss is by how many people a cell of n misses whole tables.
func (g *gathering) amiss(n int) int {
	t := tablesFor(n, g.TableSize)
	if n == 0 || n >= t*g.Smallest {
		return 0
	}
	return min(t*g.Smallest-n, n-(t-1)*g.TableSize)
}

// fillTables moves people between cells while that makes more tables whole.
func (g *gathering) fillTables() {
	for moved := true; moved; {
		moved = false
		for u, list := range g.suits {
			from := g.at[u]
			if from < 0 || g.amiss(g.size[from]) == 0 {
				continue
			}
			n := len(g.members[u])
			best, gain := -1, 0
			for _, to := range list {
				if !g.open[to] || to == from || g.size[from]-n < g.Smallest {
					continue
				}
				less := g.amiss(g.size[from]) + g.amiss(g.size[to]) - g.amiss(g.size[from]-n) - g.amiss(g.size[to]+n)
				if less > gain {
					best, gain = to, less
				}
			}
			if best >= 0 {
				g.shift(u, best)
				moved = true
			}
		}
	}
}

// even exchanges units of the same size between cells while that brings them
// closer to the make-up of all, and keeps two apart where a cell has one table.
func (g *gathering) even(d dice) {
	h := &headcount{columns: g.width, total: make([]int64, g.width), size: make([]int64, len(g.cells)), count: make([]int64, len(g.cells)*g.width)}
	move := func(u, from, to int) int64 {
		cost := int64(0)
		for _, k := range g.members[u] {
			for _, v := range g.line(int(k)) {
				// Squared deviations count against the size of the cell.
				cost += h.strain(from, v, -1) * h.size[to]
				h.count[from*h.columns+int(v)]--
				cost += h.strain(to, v, 1) * h.size[from]
				h.count[to*h.columns+int(v)]++
			}
		}
		return cost
	}
	var flexible []int
	for u, c := range g.at {
		if c < 0 {
			continue
		}
		h.people += len(g.members[u])
		h.size[c] += int64(len(g.members[u]))
		for _, k := range g.members[u] {
			for _, v := range g.line(int(k)) {
				h.total[v]++
				h.count[c*h.columns+int(v)]++
			}
		}
		if slices.ContainsFunc(g.suits[u], func(o int) bool { return o != c && g.open[o] }) {
			flexible = append(flexible, u)
		}
	}
	if len(flexible) < 2 {
		return
	}
	goes := func(u, to int) bool { return slices.Contains(g.suits[u], to) }
	for range leastOffers * len(flexible) {
		a, b := flexible[d.below(len(flexible))], flexible[d.below(len(flexible))]
		ca, cb := g.at[a], g.at[b]
		if ca == cb || len(g.members[a]) != len(g.members[b]) || !goes(a, cb) || !goes(b, ca) {
			continue
		}
		before := g.clashes(a) + g.clashes(b)
		cost := move(a, ca, cb) + move(b, cb, ca)
		g.at[a], g.at[b] = cb, ca
		if clash := g.clashes(a) + g.clashes(b) - before; clash < 0 || clash == 0 && cost < 0 {
			continue
		}
		g.at[a], g.at[b] = ca, cb
		move(a, cb, ca)
		move(b, ca, cb)
	}
}

// clashes counts those whom a unit is to sit apart from in a cell of one table.
func (g *gathering) clashes(u int) int {
	c, n := g.at[u], 0
	if g.size[c] > g.TableSize {
		return 0
	}
	for _, k := range g.members[u] {
		for _, o := range g.apart[k] {
			if g.at[g.unit[o]] == c {
				n++
			}
		}
	}
	return n
}

// line is the values of the person at a canonical position.
func (p *plan) line(k int) []int32 {
	f := len(p.features)
	return p.value[k*f : (k+1)*f]
}

// groups lists the people of each cell, in canonical positions, and notes those
// who have none.
func (g *gathering) groups() []TableGroup {
	out := make([]TableGroup, len(g.cells))
	for c, one := range g.cells {
		out[c].Session, out[c].Language = one.session, one.language
	}
	for k, u := range g.unit {
		if c := g.at[u]; c >= 0 {
			out[c].People = append(out[c].People, k)
			continue
		}
		g.unplaced = append(g.unplaced, Unplaced{Person: g.order[k], Reason: g.why(int(u))})
	}
	return slices.DeleteFunc(out, func(t TableGroup) bool { return len(t.People) == 0 })
}

// why says what stands in the way of a unit: the fullest of its cells.
func (g *gathering) why(u int) string {
	best, most := g.helped[u][0], 0
	for _, c := range g.suits[u] {
		if n := g.unserved(c); n > most {
			best, most = c, n
		}
	}
	where := GroupReport{Session: g.Sessions.name(g.cells[best].session), Language: g.Languages.name(g.cells[best].language)}
	reason := fmt.Sprintf("only %s without a table can sit in %s: a table takes at least %d", plural(most, "person"), where.name(), g.Smallest)
	if len(g.suits[u]) > 1 {
		reason += ", and the other choices have no more"
	}
	return reason
}
