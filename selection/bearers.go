package selection

import "math"

// bearers are the households that bear what others move while these are decided
// one by one: the chance of the one ahead in their first meeting goes up or down,
// and the rows' expected seats stay. Each decision is by the chances of the two
// who meet, so a bearer's chance is as likely to rise as to fall, and over all
// seeds it is the one given. A million households cost a few sums each that way
// instead of a step of the flight, which is left to the bearers.
//
// A bearer's φ moves by φ·(1−φ)·s, s a sum over the rows in which the two who
// meet differ, and stays between 0 and 1 while |s| ≤ 1; a household whose decision
// could bring a bearer beyond is left to the flight.
type bearers struct {
	level   *balancing
	inverse []float64 // of Σ φ·(1−φ)·weight·e·eᵀ, e the rows in which the two differ
	reach   []float64 // by how much a seat moved in a row can move an s; +Inf: nobody can bear it
	moved   []float64 // seats, by row
	lean    []float64 // inverse · moved
	room    float64   // how far lean may still move
	full    bool
}

// bearersFor is how many of the shared households bear what the others move: what
// they can bear grows as their number, what the others move as its root.
func bearersFor(homes int) int { return min(homes, int(bearersRoot*math.Sqrt(float64(homes)))) }

const bearersRoot = 160

// newBearers makes bearers of meetings that were called.
func newBearers(level *balancing, contests []contest, who []int32, one float64) *bearers {
	n := level.size
	b := &bearers{level: level, inverse: make([]float64, n*n), reach: make([]float64, n),
		moved: make([]float64, n), lean: make([]float64, n), room: 1}
	sum := make([]float64, n*n)
	var column []term
	for _, k := range who {
		p := &contests[k]
		if p.rival == 0 {
			continue
		}
		phi := p.phi()
		column = level.exchange(p.aheadType, p.rivalType, 1, column[:0])
		for _, x := range column {
			x.v *= float64(phi*(1-phi)) * p.weight(one)
			for _, y := range column {
				sum[int(x.row)*n+int(y.row)] += float64(x.v * y.v)
			}
		}
	}
	root, unit, line := make([]float64, n*n), make([]float64, n), make([]float64, n)
	factor(sum, root, n)
	for r := range n {
		clear(unit)
		unit[r] = 1
		substitute(root, unit, line)
		copy(b.inverse[r*n:], line)
		b.reach[r] = b.spread(line)
		for i := range n { // rows that hang together are in nobody's reach
			back := 0.0
			for j, v := range line {
				back += float64(sum[i*n+j] * v)
			}
			if math.Abs(back-unit[i]) > whole {
				b.reach[r] = math.Inf(1)
			}
		}
	}
	return b
}

// spread is the largest |s| that a lean of the rows can give.
func (b *bearers) spread(lean []float64) float64 {
	sum := 0.0
	in := b.level.in
	for g := range in.width {
		least, most := 0.0, 0.0 // the row that the others imply
		for _, r := range b.level.row[in.group[g]:in.group[g+1]] {
			if r >= 0 {
				least, most = min(least, lean[r]), max(most, lean[r])
			}
		}
		sum += most - least
	}
	return sum
}

// decide decides a household; false where a meeting, or what is left of it, is to
// be decided by the flight.
func (b *bearers) decide(p *contest, people []int32, in *instance, chance []int64, one float64, d dice, column []term) bool {
	for p.rival > 0 || p.call(people, in, chance) {
		phi, weight := p.phi(), p.weight(one)
		column = b.level.exchange(p.aheadType, p.rivalType, weight, column[:0])
		far := 0.0
		for _, e := range column {
			far += b.reach[e.row]
		}
		far *= weight // either way it moves by less
		if !(far < 0.5) || !b.make(far) {
			return false
		}
		ahead := int64(d.wide(uint64(p.ahead+p.rival))) < p.ahead
		by := -phi
		if ahead {
			by = 1 - phi
		}
		for _, e := range column {
			b.moved[e.row] += float64(by * e.v)
		}
		p.settle(ahead)
	}
	return true
}

// make makes room for a decision.
func (b *bearers) make(far float64) bool {
	if b.full {
		return false
	}
	if far > b.room {
		b.weigh()
		b.full = far > b.room
	}
	b.room -= far
	return !b.full
}

// weigh works out the lean of the rows.
func (b *bearers) weigh() {
	clear(b.lean)
	n := len(b.moved)
	for r, v := range b.moved {
		line := b.inverse[r*n:][:n]
		for i := range b.lean {
			b.lean[i] += float64(line[i] * v)
		}
	}
	b.room = 1 - b.spread(b.lean)
}

// bear is the chance of the one ahead in a bearer's first meeting.
func (b *bearers) bear(p *contest, column []term) float64 {
	phi, s := p.phi(), 0.0
	for _, e := range b.level.exchange(p.aheadType, p.rivalType, 1, column[:0]) {
		s += float64(b.lean[e.row] * e.v)
	}
	return phi - float64(float64(phi*(1-phi))*s)
}
