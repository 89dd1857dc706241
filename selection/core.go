package selection

// core is an instance without what the quotas settle already: types that a
// value's maximum of 0 keeps out, and types all of whose people a minimum needs.
// What is left has room on both sides, as an interior point method wants.
type core struct {
	*instance
	of    []int32 // the core's types in the whole instance
	out   int     // a row that keeps somebody out, −1: none
	needs []int   // rows that need all their people
	all   []int32 // types that are needed whole
	none  []int32 // types that cannot get a seat
}

// core works out the core of an instance. It is nil where the quotas leave no
// room at all for some seat, so that no chances exist.
func (in *instance) core() *core {
	c := &core{out: -1}
	live := make([]bool, in.types())
	for t := range live {
		live[t] = true
	}
	rest := *in
	rest.rows = append([]row(nil), in.rows...)
	drop := func(r int, whole bool) {
		for t := range live {
			if !live[t] || !contains(in.rowsOf(t), r) {
				continue
			}
			live[t] = false
			n := in.count[t]
			for _, other := range in.rowsOf(t) {
				one := &rest.rows[other]
				one.people -= n
				if whole {
					one.lo, one.hi = max(0, one.lo-n), one.hi-n
				}
			}
			rest.eligible -= n
			if whole {
				rest.size -= n
				c.all = append(c.all, int32(t))
			} else {
				c.none = append(c.none, int32(t))
			}
		}
	}
	for again := true; again; {
		again = false
		rest.tighten()
		for r, one := range rest.rows {
			switch {
			case one.least > one.most || rest.size < 0:
				return nil
			case one.people == 0:
			case one.most == 0:
				if c.out < 0 {
					c.out = r
				}
				drop(r, false)
				again = true
			case one.least == one.people:
				c.needs = append(c.needs, r)
				drop(r, true)
				again = true
			}
			if again {
				break
			}
		}
	}
	rest.vals, rest.count, rest.weight = nil, nil, nil
	for t, alive := range live {
		if !alive {
			continue
		}
		c.of = append(c.of, int32(t))
		rest.vals = append(rest.vals, in.rowsOf(t)...)
		rest.count = append(rest.count, in.count[t])
		if in.weight != nil {
			rest.weight = append(rest.weight, in.weight[t])
		}
	}
	c.instance = &rest
	return c
}

// without leaves further types out, by their number in the core: people who get
// no seat in any lottery though no single value keeps them out.
func (c *core) without(gone []bool) *core {
	next := *c
	rest := *c.instance
	rest.rows = append([]row(nil), c.rows...)
	rest.vals, rest.count, rest.weight = nil, nil, nil
	next.of, next.none = nil, append([]int32(nil), c.none...)
	for t := range c.count {
		if gone[t] {
			next.none = append(next.none, c.of[t])
			rest.eligible -= c.count[t]
			for _, r := range c.rowsOf(t) {
				rest.rows[r].people -= c.count[t]
			}
			continue
		}
		next.of = append(next.of, c.of[t])
		rest.vals = append(rest.vals, c.rowsOf(t)...)
		rest.count = append(rest.count, c.count[t])
		if c.weight != nil {
			rest.weight = append(rest.weight, c.weight[t])
		}
	}
	rest.tighten()
	next.instance = &rest
	return &next
}

func contains(rows []int32, r int) bool {
	for _, one := range rows {
		if int(one) == r {
			return true
		}
	}
	return false
}
