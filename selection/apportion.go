package selection

// apportion gives every member of a list one of several kinds at random, with
// given probabilities, so that the number of each kind ends within one of what
// is expected of it, and is exact where that is a whole number: dependent
// rounding in a bipartite graph (Gandhi, Khuller, Parthasarathy and Srinivasan,
// JACM 2006), which keeps every probability. Probabilities are whole units of
// ChanceUnit and so is all arithmetic: nothing is rounded anywhere.
//
// Members come one after the other. Edges with a probability strictly between 0
// and 1 are kept a forest over kinds and members; as every member in it has two
// edges or more, it holds fewer members than there are kinds, whatever the
// length of the list. Cost: O(kinds) a member.
type apportion struct {
	dice   dice
	active [][]*share // by kind: the edges that are still open
	chosen []int32    // by member: the kind it got

	path []*share // scratch of one search
	seen []int32  // by kind: the search that met it
	turn int32
	via  []*share // by kind: the edge over which the search came
}

// member is a member of the list while it is open.
type member struct {
	number int32
	shares []*share
}

// share is an edge: a member's probability of a kind.
type share struct {
	of    *member
	kind  int32
	units int64
}

func newApportion(kinds, members int, d dice) *apportion {
	return &apportion{dice: d, active: make([][]*share, kinds), chosen: make([]int32, members),
		seen: make([]int32, kinds), via: make([]*share, kinds)}
}

// put lets a member in: probabilities of the kinds, which add up to ChanceUnit.
func (a *apportion) put(number int32, kinds []int32, units []int64) {
	m := &member{number: number}
	for i, kind := range kinds {
		switch units[i] {
		case 0:
		case ChanceUnit:
			a.chosen[number] = kind
			return
		default:
			m.shares = append(m.shares, &share{of: m, kind: kind, units: units[i]})
		}
	}
	for i := 0; i < len(m.shares); {
		s := m.shares[i]
		if i > 0 && a.find(m.shares[:i], s.kind) {
			a.path = append(a.path, s)
			a.turnOver()
			i = 0 // shares that came to nothing are gone: count those linked again
			for i < len(m.shares) && a.linked(m.shares[i]) {
				i++
			}
			continue
		}
		a.active[s.kind] = append(a.active[s.kind], s)
		i++
	}
}

func (a *apportion) linked(s *share) bool {
	for _, one := range a.active[s.kind] {
		if one == s {
			return true
		}
	}
	return false
}

// find searches the forest for the way from a member's shares to a kind and
// leaves it in path, from the member's share to the share of that kind.
func (a *apportion) find(from []*share, kind int32) bool {
	a.turn++
	a.path = a.path[:0]
	queue := make([]int32, 0, 16)
	for _, s := range from {
		a.seen[s.kind], a.via[s.kind] = a.turn, s
		queue = append(queue, s.kind)
	}
	own := from[0].of
	for k := 0; k < len(queue); k++ {
		if queue[k] == kind {
			a.trace(kind, own)
			return true
		}
		for _, in := range a.active[queue[k]] {
			if in.of == own {
				continue
			}
			for _, out := range in.of.shares {
				if a.seen[out.kind] != a.turn {
					a.seen[out.kind], a.via[out.kind] = a.turn, out
					queue = append(queue, out.kind)
				}
			}
		}
	}
	return false
}

// trace follows the search back from a kind to the shares of its beginning. The
// way enters each member by the share of the kind nearer to the beginning, which
// is the one that the search met first.
func (a *apportion) trace(kind int32, own *member) {
	for {
		out := a.via[kind]
		a.path = append(a.path, out)
		if out.of == own {
			break
		}
		in := a.entry(out)
		a.path = append(a.path, in)
		kind = in.kind
	}
}

// entry is the share by which the search came to the member of out.
func (a *apportion) entry(out *share) *share {
	for _, s := range out.of.shares {
		if s != out && a.seen[s.kind] == a.turn && a.via[s.kind] != s {
			return s
		}
	}
	panic("apportion: a way without a beginning")
}

// turnOver moves probability around path, shares taken in turn up and down, one
// way or the other with the odds that keep every probability, until one share
// is 0; that takes at least one out.
func (a *apportion) turnOver() {
	up, down := int64(ChanceUnit), int64(ChanceUnit)
	for i, s := range a.path {
		if i%2 == 0 {
			up, down = min(up, ChanceUnit-s.units), min(down, s.units)
		} else {
			up, down = min(up, s.units), min(down, ChanceUnit-s.units)
		}
	}
	by := up
	if a.dice.wide(uint64(up+down)) >= uint64(down) {
		by = -down
	}
	for i, s := range a.path {
		if i%2 == 0 {
			s.units += by
		} else {
			s.units -= by
		}
	}
	for _, s := range a.path {
		a.settle(s.of)
	}
}

// settle takes out a member's shares that are 0, and the member with its last.
func (a *apportion) settle(m *member) {
	kept := m.shares[:0]
	for _, s := range m.shares {
		switch s.units {
		case 0:
			a.unlink(s)
		case ChanceUnit:
			a.unlink(s)
			a.chosen[m.number] = s.kind
		default:
			kept = append(kept, s)
		}
	}
	clear(m.shares[len(kept):])
	m.shares = kept
}

func (a *apportion) unlink(s *share) {
	list := a.active[s.kind]
	for i, one := range list {
		if one == s {
			a.active[s.kind] = append(list[:i], list[i+1:]...)
			return
		}
	}
}

// finish settles what is open: a forest, whose ends are kinds of which no whole
// number is expected. From end to end the same turn is made, until none is left.
func (a *apportion) finish() []int32 {
	for kind := range a.active {
		for len(a.active[kind]) == 1 {
			a.path = a.path[:0]
			at := a.active[kind][0]
			for {
				out := at.of.shares[0]
				if out == at {
					out = at.of.shares[1]
				}
				a.path = append(a.path, at, out)
				next := a.active[out.kind]
				if len(next) == 1 {
					break
				}
				if at = next[0]; at == out {
					at = next[1]
				}
			}
			a.turnOver()
		}
	}
	for kind := range a.active {
		if len(a.active[kind]) > 0 { // the ends of a forest: a later kind had freed it
			return a.finish()
		}
	}
	return a.chosen
}
