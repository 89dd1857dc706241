package selection

import "slices"

// deputies are an instance in which every household has one person, who stands
// for all of it: drawn among its members in proportion to their chances, with
// the sum of these as the chance to be drawn then. So everybody's chance is as
// before, and no two of one household can meet.
type deputies struct {
	*instance
	units    []int64   // chance of each member, in the order of member
	expected []float64 // seats of each type
}

// deputise draws the deputies. Which member stands for a household is settled
// by the cube's flight, two types at a time, so that the rows' expected seats do
// not move but for the last few households, and in a large pool for most of them
// one by one, with the others bearing what that moves. The sums of the households'
// chances must not be above ChanceUnit. O(R²) a meeting in the flight, R quota rows.
func (in *instance) deputise(h *homes, chance []int64, d dice) *deputies {
	b := in.balancing()
	c := newCube(b.size, h.len())
	c.renew = 1024 // what errors move is moved back with the last households
	one := float64(in.size) / float64(in.eligible) * ChanceUnit
	contests := make([]contest, h.len())
	order := make([]int32, h.len())
	for k := range order {
		order[k] = int32(k)
		contests[k].open(h.people(k), in, chance)
	}
	shuffle(d, order)
	column := make([]term, 0, 2*in.width)
	var open []int32
	for _, k := range in.decide(b, h, contests, order, chance, one, c.phi, d) {
		for open = append(open, k); len(open) > 0; {
			k, open = open[len(open)-1], open[:len(open)-1]
			p := &contests[k]
			if p.rival == 0 {
				if !p.call(h.people(int(k)), in, chance) {
					continue
				}
				c.phi[k] = p.phi()
			}
			column = b.exchange(p.aheadType, p.rivalType, p.weight(one), column[:0])
			c.enter(k, column, d)
			for _, done := range c.settled {
				contests[done].settle(c.phi[done] == 1)
				open = append(open, done)
			}
		}
	}
	o := in.offset(h, contests, c.left(), chance)
	for _, k := range c.left() {
		p := &contests[k]
		p.settle(o.decide(p, c.phi[k], d))
		for p.call(h.people(int(k)), in, chance) {
			p.settle(o.decide(p, p.phi(), d))
		}
	}
	units := make([]int64, h.len())
	person := make([]int32, h.len())
	for k := range contests {
		p := &contests[k]
		people := h.people(k)
		last, _ := run(people, p.aheadAt, in, chance)
		person[k] = people[int(p.aheadAt)+d.below(int(last-p.aheadAt))]
		units[k] = p.ahead
	}
	return in.deputed(h, person, o.bear(units, contests, c.left()), o.alone(chance))
}

// decide decides households of a large pool one by one, in the order given, and
// returns those that are left to the flight, with the chances of those ahead in
// meetings that were called.
func (in *instance) decide(level *balancing, h *homes, contests []contest, order []int32, chance []int64, one float64, phi []float64, d dice) (left []int32) {
	who := order[:bearersFor(len(order))]
	if len(who) == len(order) {
		return order
	}
	for _, k := range who {
		contests[k].call(h.people(int(k)), in, chance)
	}
	b := newBearers(level, contests, who, one)
	column := make([]term, 0, 2*in.width)
	left = slices.Clone(who)
	for _, k := range order[len(who):] {
		p := &contests[k]
		if !b.decide(p, h.people(int(k)), in, chance, one, d, column) {
			left = append(left, k)
			phi[k] = p.phi()
		}
	}
	b.weigh()
	for _, k := range who {
		if p := &contests[k]; p.rival > 0 {
			phi[k] = b.bear(p, column)
		}
	}
	return left
}

// exchange appends the column of weight seats of type a instead of as many of
// type b.
func (b *balancing) exchange(a, c int32, weight float64, out []term) []term {
	other := b.in.rowsOf(int(c))
	for f, r := range b.in.rowsOf(int(a)) {
		if r == other[f] {
			continue
		}
		if b.row[r] >= 0 {
			out = append(out, term{b.row[r], weight})
		}
		if b.row[other[f]] >= 0 {
			out = append(out, term{b.row[other[f]], -weight})
		}
	}
	return out
}

// deputed is the instance with one person of each shared household, whose chance
// is given, and everyone who shares none.
func (in *instance) deputed(h *homes, person []int32, units, chance []int64) *deputies {
	rest := *in
	rest.count, rest.start = make([]int, in.types()), make([]int32, in.types()+1)
	rest.rows = slices.Clone(in.rows)
	for r := range rest.rows {
		rest.rows[r].people = 0
	}
	const gone = -1
	of := make([]int64, len(in.typeOf)) // chance of each person; gone: another stands
	for i, t := range in.typeOf {
		if t >= 0 {
			of[i] = chance[t]
		}
	}
	for k, stands := range person {
		for _, i := range h.people(k) {
			of[i] = gone
		}
		of[stands] = units[k]
	}
	rest.eligible = in.eligible - len(h.member) + h.len()
	rest.member = make([]int32, 0, rest.eligible)
	out := &deputies{instance: &rest, units: make([]int64, 0, rest.eligible), expected: make([]float64, in.types())}
	for t := range in.count {
		sum := int64(0)
		for _, i := range in.people(t) {
			if of[i] != gone {
				rest.member = append(rest.member, i)
				out.units = append(out.units, of[i])
				sum += of[i]
			}
		}
		rest.start[t+1] = int32(len(rest.member))
		rest.count[t] = int(rest.start[t+1] - rest.start[t])
		for _, r := range in.rowsOf(t) {
			rest.rows[r].people += rest.count[t]
		}
		out.expected[t] = float64(sum) / ChanceUnit
	}
	rest.tighten()
	return out
}

// contest is the state of one household: the type that is ahead, with the
// chances of all it has beaten, and the one that it meets.
type contest struct {
	aheadAt, rivalAt, after int32 // first member of the two types; who comes after the rival
	aheadType, rivalType    int32
	ahead, rival            int64 // chances
}

// run is the end of the run of people of one type from a position on, and the
// sum of their chances.
func run(people []int32, at int32, in *instance, chance []int64) (end int32, sum int64) {
	t := in.typeOf[people[at]]
	for end = at; int(end) < len(people) && in.typeOf[people[end]] == t; end++ {
		sum += chance[t]
	}
	return end, sum
}

func (p *contest) open(people []int32, in *instance, chance []int64) {
	p.aheadType = in.typeOf[people[0]]
	p.after, p.ahead = run(people, 0, in, chance)
}

// call calls the next type to meet the one ahead; false when there is none left.
func (p *contest) call(people []int32, in *instance, chance []int64) bool {
	for int(p.after) < len(people) {
		p.rivalAt, p.rivalType = p.after, in.typeOf[people[p.after]]
		p.after, p.rival = run(people, p.rivalAt, in, chance)
		switch {
		case p.rival == 0:
		case p.ahead == 0:
			p.settle(false)
		default:
			return true
		}
	}
	return false
}

// phi is the chance of the one ahead to stay so.
func (p *contest) phi() float64 { return float64(p.ahead) / float64(p.ahead+p.rival) }

// weight is the chance that the two meet for, in mean chances of a person.
func (p *contest) weight(one float64) float64 { return float64(p.ahead+p.rival) / one }

// settle ends a meeting.
func (p *contest) settle(ahead bool) {
	if !ahead {
		p.aheadAt, p.aheadType = p.rivalAt, p.rivalType
	}
	p.ahead += p.rival
	p.rival = 0
}
