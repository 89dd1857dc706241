package selection

import (
	"context"
	"fmt"
	"slices"
)

// rounding turns the chances of a draw by type into people, so that everybody
// is drawn with the published chance: a deputy of each household first, then the
// seats of each type, then people within the types.
type rounding struct {
	*drawing
	homes *homes
	full  bool      // the members of some household have more than one seat between them
	last  *deputies // of the last draw
}

func (d *drawing) rounding() *rounding {
	r := &rounding{drawing: d, homes: d.sharing()}
	for k := range r.homes.len() {
		if r.homes.under(k, d.in, d.chance, ChanceUnit) > ChanceUnit {
			r.full = true
			break
		}
	}
	return r
}

// certain tells whether settling what the flight leaves meets every quota
// whatever the seed: each row stands as many seats from its bounds as there are
// features, and where the others may not be able to bear what the last households
// move by as much more as these can, or it cannot pass its bounds.
func (r *rounding) certain() bool {
	if r.full {
		return false
	}
	in := r.in
	sum, moves := make([]int64, len(in.rows)), make([]bool, len(in.rows))
	for t, n := range in.count {
		for _, row := range in.rowsOf(t) {
			sum[row] += int64(n) * r.chance[t]
			moves[row] = moves[row] || r.chance[t] > 0 && r.chance[t] < ChanceUnit
		}
	}
	need := int64(in.width)*ChanceUnit + ChanceUnit/100
	if last := r.lastMove(); !r.bears(last) {
		need += last
	}
	for k, one := range in.rows {
		if !moves[k] {
			continue
		}
		if one.lo > 0 && sum[k]-int64(one.lo)*ChanceUnit < need {
			return false
		}
		if one.hi < min(one.people, in.size) && int64(one.hi)*ChanceUnit-sum[k] < need {
			return false
		}
	}
	return true
}

// lastMove is the most, in units, that the last households can move in a row,
// all one way: they are fewer than the balance rows, and each moves its sum.
func (r *rounding) lastMove() int64 {
	most := int64(0)
	for k := range r.homes.len() {
		most = max(most, r.homes.under(k, r.in, r.chance, ChanceUnit))
	}
	return most * int64(min(r.homes.len(), r.in.balancing().size))
}

// bears tells whether people who are surely decided before can bear a move in
// any row: nobody's chance need then move by more than it may.
func (r *rounding) bears(move int64) bool {
	if move == 0 {
		return true
	}
	in := r.in
	o := &offset{in: in, level: in.balancing(), share: make([]float64, in.types()), bears: r.bearing(), fixed: make([]bool, in.types())}
	o.factor()
	n := o.level.size
	lines := make([]float64, n*n)
	unit := make([]float64, n)
	moves := make([]bool, len(in.rows))
	for t, c := range r.chance {
		for _, row := range in.rowsOf(t) {
			moves[row] = moves[row] || c > 0
		}
	}
	for g := range in.width {
		base := int32(-1) // a row that moves at the others' cost
		for row := in.group[g+1] - 1; row >= in.group[g]; row-- {
			at := o.level.row[row]
			switch {
			case !moves[row]:
				continue
			case base < 0 && at >= 0:
				base = at
				continue
			case at < 0:
				base = int32(n)
				continue
			}
			clear(unit)
			if unit[at] = 1; base < int32(n) {
				unit[base] = -1
			}
			if !o.bearable(unit, lines[int(at)*n:][:n]) {
				return false
			}
		}
	}
	b := bearers{level: o.level}
	slopes := make([]float64, n)
	var column []term
	for t, w := range o.bears {
		if w == 0 {
			continue
		}
		column = o.level.column(int32(t), column[:0])
		for row := range slopes {
			slopes[row] = 0
			for _, e := range column {
				slopes[row] += float64(lines[row*n+int(e.row)] * e.v)
			}
		}
		if float64(b.spread(slopes)*float64(move)/ChanceUnit) > mostShare {
			return false
		}
	}
	return true
}

// sureDeputies is how many deputies of a type are to be expected for it to have
// some: that it has none is less likely than one in 10¹⁷ then.
const sureDeputies = 40

// bearing are the seats that the people of each type expect who can bear what the
// last households move, 0 where it may have none of them.
func (r *rounding) bearing() []float64 {
	types := r.in.types()
	alone, out := slices.Clone(r.in.count), make([]float64, types)
	deputies := make([]float64, types)
	for k := range r.homes.len() {
		sum := r.homes.under(k, r.in, r.chance, ChanceUnit)
		for _, i := range r.homes.people(k) {
			t := r.in.typeOf[i]
			alone[t]--
			if c := float64(r.chance[t]); sum > 0 && sum <= mostBorne {
				deputies[t] += c / float64(sum)
				out[t] += c / ChanceUnit
			}
		}
	}
	for t, n := range alone {
		if deputies[t] < sureDeputies {
			out[t] = 0
		}
		if r.chance[t] <= mostBorne {
			out[t] += float64(n) * float64(r.chance[t]) / ChanceUnit
		}
	}
	return out
}

// deputyDraws is how often deputies are drawn before households are told apart
// by the methods that change chances.
const deputyDraws = 3

// round draws the people. Where the quotas have no room for what is drawn with
// every chance kept, deputies are drawn anew, and at last seats are moved.
func (r *rounding) round(seed [32]byte) (*lineup, landing, error) {
	told := landing{}
	for try := 0; try < deputyDraws && !r.full; try++ {
		all, dice := r.deputies(seed, try)
		p, err := all.land(r.ctx, &told, dice)
		if err != nil {
			return nil, told, err
		}
		if p != nil {
			r.last = all
			return all.seat(r.in, p, dice), told, nil
		}
		if r.homes.len() == 0 {
			break
		}
	}
	expected := make([]float64, r.in.types())
	for t, n := range r.in.count {
		expected[t] = float64(r.chance[t]) / ChanceUnit * float64(n)
	}
	p, how, err := land(r.ctx, r.in, expected, newDice(seed, "seats"))
	if err != nil {
		return nil, told, err
	}
	how.Flights, how.Tries = how.Flights+told.Flights, how.Tries+told.Tries
	team, err := r.people(p, expected)
	return team, how, err
}

// deputies draws the deputies of a seed, and anew where the first would not do.
func (r *rounding) deputies(seed [32]byte, try int) (*deputies, dice) {
	d := newDice(seed, fmt.Sprintf("deputies %d", try))
	return r.in.deputise(r.homes, r.chance, d), d
}

// settleTries is how often settling is tried: the nearest of several misses the
// quotas by less, and mending that moves chances less than trying on.
const settleTries = 20

// land finds the seats of each type: what the flight leaves is settled with
// every chance kept, and where that misses a quota exchanges mend it or an exact
// search decides over some types that the flight did not reach. Nil where none of
// them gives a panel.
func (r *deputies) land(ctx context.Context, told *landing, d dice) (*panel, error) {
	seats, left, phi := fly(r.instance, r.expected, 0, d)
	told.Flights++
	told.Fractional = len(left)
	base := newPanel(r.instance, seats)
	var best *panel
	for range settleTries {
		told.Tries++
		p := base.clone()
		p.settle(left, phi, d)
		if p.off() == 0 {
			told.How = "flight"
			return p, nil
		}
		if best == nil || p.off() < best.off() {
			best = p
		}
	}
	if best.mend(d) {
		told.How = "exchanges"
		return best, nil
	}
	told.How = "search"
	return searchParts(ctx, r.instance, r.expected, nil, d)
}

// seat draws the people of the types' seats.
func (r *deputies) seat(in *instance, p *panel, d dice) *lineup {
	l := &lineup{in: in, panel: p, chosen: make([][]int32, in.types()), seated: map[int32]bool{}, byHome: map[int32]int32{}, dice: d}
	for t, x := range p.seats {
		if x == 0 {
			continue
		}
		first, last := r.start[t], r.start[t+1]
		for _, k := range systematic(r.units[first:last], int(x), d) {
			l.seat(t, r.member[int(first)+k])
		}
	}
	return l
}

// systematic draws x of some people, given the chances of each that add up to
// between x−1 and x+1 seats: points a seat apart from a random start, along the
// people in random order (Madow 1949). The start hangs on whether x is the sum
// rounded up or down, so that over both everybody has exactly the chance given.
// Where the sum is farther from x the chances are scaled.
func systematic(units []int64, x int, d dice) []int {
	order := make([]int, len(units))
	sum := int64(0)
	even := true
	for k, u := range units {
		order[k] = k
		sum += u
		even = even && u == units[0]
	}
	shuffle(d, order)
	if even || x >= len(units) {
		return order[:x]
	}
	gap := int64(ChanceUnit)
	at := int64(0)
	switch lower := int(sum / gap); {
	case x == lower+1:
		at = int64(d.wide(uint64(sum - int64(lower)*gap)))
	case x == lower:
		rest := sum - int64(lower)*gap
		at = rest + int64(d.wide(uint64(gap-rest)))
	default:
		return scaled(units, order, x, d)
	}
	out := make([]int, 0, x)
	end := int64(0)
	for _, k := range order {
		if end += units[k]; at < end {
			out = append(out, k)
			at += gap
		}
	}
	return out
}

// scaled draws x people one after the other, in proportion to their chances.
func scaled(units []int64, order []int, x int, d dice) []int {
	out := make([]int, 0, x)
	rest := slices.Clone(order)
	for len(out) < x {
		sum := int64(0)
		for _, k := range rest {
			sum += max(1, units[k])
		}
		at := int64(d.wide(uint64(sum)))
		for i, k := range rest {
			if at -= max(1, units[k]); at < 0 {
				out = append(out, k)
				rest = slices.Delete(rest, i, i+1)
				break
			}
		}
	}
	return out
}
