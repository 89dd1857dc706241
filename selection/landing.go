package selection

import (
	"context"
	"math"
	"slices"
)

// panel is a panel by type under work: seats of each type and of each row.
type panel struct {
	in    *instance
	seats []int32
	rows  []int
	size  int
}

func newPanel(in *instance, seats []int32) *panel {
	p := &panel{in: in, seats: seats, rows: make([]int, len(in.rows))}
	for t, x := range seats {
		if x != 0 {
			p.count(t, int(x))
		}
	}
	return p
}

func (p *panel) count(t, by int) {
	p.size += by
	for _, r := range p.in.rowsOf(t) {
		p.rows[r] += by
	}
}

func (p *panel) add(t, by int) {
	p.seats[t] += int32(by)
	p.count(t, by)
}

// miss is by how many seats row r is off, negative when some are missing.
func (p *panel) miss(r int) int {
	switch c := p.rows[r]; {
	case c < p.in.rows[r].lo:
		return c - p.in.rows[r].lo
	case c > p.in.rows[r].hi:
		return c - p.in.rows[r].hi
	}
	return 0
}

// off is the sum of all misses, the size included; 0 is a panel.
func (p *panel) off() int {
	sum := p.size - p.in.size
	sum = max(sum, -sum)
	for r := range p.rows {
		m := p.miss(r)
		sum += max(m, -m)
	}
	return sum
}

func (p *panel) clone() *panel {
	return &panel{in: p.in, seats: slices.Clone(p.seats), rows: slices.Clone(p.rows), size: p.size}
}

// land rounds what the flight left so that every quota and the size hold
// exactly: by random pairs, which keep all chances, again and again until one
// result holds; else the nearest of them is mended by exchanges; else an exact
// search decides. Only then may it fail, and says which.
func land(ctx context.Context, in *instance, expected []float64, d dice) (*panel, landing, error) {
	var told landing
	var best *panel
	for told.Flights = 1; told.Flights <= 4; told.Flights++ {
		seats, left, phi := fly(in, expected, 0, d)
		base := newPanel(in, seats)
		told.Fractional = len(left)
		for try := 1; try <= 100; try++ {
			told.Tries++
			p := base.clone()
			p.pair(left, phi, d)
			if p.off() == 0 {
				told.How = "pairs"
				return p, told, nil
			}
			if best == nil || p.off() < best.off() {
				best = p
			}
		}
		p := best.clone()
		if p.mend(d) {
			told.How = "exchanges"
			return p, told, nil
		}
	}
	told.How = "search"
	p, err := search(ctx, in, expected, nil, d)
	return p, told, err
}

// landing tells how a draw landed.
type landing struct {
	Flights    int    `json:"flights"`
	Fractional int    `json:"fractional"`
	Tries      int    `json:"tries"`
	How        string `json:"how"`
}

// pair rounds the fractions by pivotal pairs (Deville and Tillé 1998): two at a
// time, one of them ends whole, both keep their expectation.
func (p *panel) pair(left []int32, phi []float64, d dice) {
	order := slices.Clone(left)
	shuffle(d, order)
	held, fraction := int32(-1), 0.0
	settle := func(t int32, v float64) {
		if v >= 1-1e-6 {
			p.add(int(t), 1)
		} else if v > 1e-6 {
			held, fraction = t, v
		}
	}
	for _, t := range order {
		if held < 0 {
			settle(t, phi[t])
			continue
		}
		a, b, other := fraction, phi[t], held
		held = -1
		sum := a + b
		one, two := other, t // one takes all it can
		if sum <= 1 {
			if float64(d.unit()*sum) >= a {
				one, two = two, one
			}
			settle(two, 0)
			settle(one, sum)
		} else {
			if float64(d.unit()*(2-sum)) >= 1-b {
				one, two = two, one
			}
			settle(one, 1)
			settle(two, sum-1)
		}
	}
	if held >= 0 && d.unit() < fraction {
		p.add(int(held), 1)
	}
}

// find is the first type with the given rows, −1 when nobody is of it. Types
// that differ only in weight follow it.
func (in *instance) find(rows []int32) int {
	lo, hi := 0, in.types()
	for lo < hi {
		mid := (lo + hi) / 2
		if slices.Compare(in.rowsOf(mid), rows) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < in.types() && slices.Equal(in.rowsOf(lo), rows) {
		return lo
	}
	return -1
}

// alike calls do for every type with the given rows.
func (in *instance) alike(rows []int32, do func(t int)) {
	for t := in.find(rows); t >= 0 && t < in.types() && slices.Equal(in.rowsOf(t), rows); t++ {
		do(t)
	}
}

// mend moves a panel that is off by little onto the quotas: first by exchanges
// within one feature, which leave all else as it is, then by a short search
// over pairs that may pass through worse panels.
func (p *panel) mend(d dice) bool {
	for p.size != p.in.size {
		if !p.resize(d) {
			return false
		}
	}
	for p.off() > 0 {
		if p.nudge(d) {
			continue
		}
		if !p.roam(d) {
			return false
		}
	}
	return true
}

// resize seats or unseats one person where it hurts least.
func (p *panel) resize(d dice) bool {
	by := 1
	if p.size > p.in.size {
		by = -1
	}
	best, at, ties := math.MaxInt, -1, 0
	for t := range p.seats {
		if x := int(p.seats[t]) + by; x < 0 || x > p.in.count[t] {
			continue
		}
		cost := 0
		for _, r := range p.in.rowsOf(t) {
			cost += p.price(int(r), by)
		}
		if cost > best {
			continue
		}
		if cost < best {
			best, at, ties = cost, t, 0
		}
		if ties++; d.below(ties) == 0 {
			at = t
		}
	}
	if at < 0 {
		return false
	}
	p.add(at, by)
	return true
}

// price is how much more row r is off when its seats change by the given number.
func (p *panel) price(r, by int) int {
	before := p.miss(r)
	p.rows[r] += by
	after := p.miss(r)
	p.rows[r] -= by
	return max(after, -after) - max(before, -before)
}

// nudge exchanges one person for another who differs in one feature only, so
// that a row that is off comes nearer and no other goes off. It picks among all
// such exchanges by the dice.
func (p *panel) nudge(d dice) bool {
	rows := make([]int32, p.in.width)
	for f := range p.in.width {
		first, last := p.in.group[f], p.in.group[f+1]
		out, into, ties := -1, -1, 0
		for r := first; r < last; r++ {
			if p.miss(r) == 0 {
				continue
			}
			for other := first; other < last; other++ {
				from, to := r, other
				if p.miss(r) < 0 {
					from, to = other, r
				}
				if from == to || p.price(from, -1)+p.price(to, 1) >= 0 {
					continue
				}
				for a, x := range p.seats {
					mine := p.in.rowsOf(a)
					if x == 0 || int(mine[f]) != from {
						continue
					}
					copy(rows, mine)
					rows[f] = int32(to)
					p.in.alike(rows, func(b int) {
						if int(p.seats[b]) < p.in.count[b] {
							if ties++; d.below(ties) == 0 {
								out, into = a, b
							}
						}
					})
				}
			}
		}
		if out >= 0 {
			p.add(out, -1)
			p.add(into, 1)
			return true
		}
	}
	return false
}

// roam exchanges pairs of any types, the best of a sample each time, with the
// last ones barred; it ends as soon as the panel is less off than before.
func (p *panel) roam(d dice) bool {
	const rounds, sample = 60, 400
	start := p.off()
	barred := make(map[int]int)
	var seated []int
	for round := range rounds {
		seated = seated[:0]
		for t, x := range p.seats {
			if x > 0 && barred[t] <= round {
				seated = append(seated, t)
			}
		}
		if len(seated) == 0 {
			return false
		}
		best, out, into := math.MaxInt, -1, -1
		for range sample {
			a := seated[d.below(len(seated))]
			p.count(a, -1)
			base := p.off() - 1 // the seat that is open now gets filled
			for range 8 {
				b := d.below(p.in.types())
				if b == a || int(p.seats[b]) >= p.in.count[b] || barred[b] > round {
					continue
				}
				off := base
				for _, r := range p.in.rowsOf(b) {
					off += p.price(int(r), 1)
				}
				if off < best {
					best, out, into = off, a, b
				}
			}
			p.count(a, 1)
		}
		if out < 0 {
			return false
		}
		p.add(out, -1)
		p.add(into, 1)
		barred[out], barred[into] = round+8, round+8
		if p.off() < start {
			return true
		}
	}
	return false
}
