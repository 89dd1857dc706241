package selection

import (
	"cmp"
	"fmt"
	"slices"
)

// reserves draws the ordered replacements: people not selected, in a make-up
// like the panel's, by the same flight, then put into random order. Each of them
// could take a seat: nobody without a chance is one, nobody shares a household
// with the panel, and no two of them share one; where too few are left there are
// fewer, and the report says so. They are a list to call upon; a replacement
// round (Draw with the accepted people Fixed) is what keeps the quotas.
func (d *drawing) reserves(selected []int, chances []int64) ([]int, error) {
	if d.Reserves == 0 {
		return nil, nil
	}
	p := d.Problem
	var never []int
	for i, units := range chances {
		if units == 0 {
			never = append(never, i)
		}
	}
	p.Fixed = append(slices.Clone(d.Fixed), Group{People: selected})
	p.Excluded = append(slices.Clone(d.Excluded), Group{People: never})
	in, err := newInstance(&p)
	if err != nil {
		return nil, err
	}
	dice := newDice(d.Seed, "reserves")
	rest := in.oneEach(chances, dice)
	rest.size = min(d.Reserves, rest.eligible)
	if rest.size < d.Reserves {
		d.report.Reason += fmt.Sprintf("; %d reserves instead of %d, because nobody else could take a seat", rest.size, d.Reserves)
	}
	if rest.size == 0 {
		return nil, nil
	}
	// Expected seats follow the draw's own chances, so that a value's share
	// among the reserves is near its share of the panel.
	expected, sum := rest.expected, 0.0
	for _, e := range expected {
		sum += e
	}
	// Scale to the number wanted; who would pass certainty is cut there.
	for range 50 {
		short, room := float64(rest.size)-sum, 0.0
		for t, e := range expected {
			if e < float64(rest.count[t]) {
				room += e
			}
		}
		if room <= 0 || short*short < 1e-18 {
			break
		}
		scale := 1 + short/room
		sum = 0
		for t, e := range expected {
			if e < float64(rest.count[t]) {
				expected[t] = min(float64(rest.count[t]), float64(e*scale))
			}
			sum += expected[t]
		}
	}
	seats, left, phi := fly(rest.instance, expected, 0, dice)
	list := newPanel(rest.instance, seats)
	list.pair(left, phi, dice)
	for list.size != rest.size {
		t := dice.below(rest.types())
		if list.size < rest.size && int(list.seats[t]) < rest.count[t] {
			list.add(t, 1)
		} else if list.size > rest.size && list.seats[t] > 0 {
			list.add(t, -1)
		}
	}
	var out []int
	for t, x := range list.seats {
		first, last := rest.start[t], rest.start[t+1]
		for _, k := range weighted(rest.units[first:last], int(x), dice) {
			out = append(out, int(rest.member[int(first)+k]))
		}
	}
	shuffle(dice, out)
	return out, nil
}

// oneEach is the instance with one person of each shared household, drawn in
// proportion to the chances, in whose seats the others' are.
func (in *instance) oneEach(chances []int64, d dice) *deputies {
	h := in.homes()
	person, units := make([]int32, h.len()), make([]int64, h.len())
	for k := range person {
		for _, i := range h.people(k) {
			units[k] += chances[i]
		}
		at := int64(d.wide(uint64(units[k])))
		for _, i := range h.people(k) {
			if at -= chances[i]; at < 0 {
				person[k] = i
				break
			}
		}
		units[k] = min(units[k], ChanceUnit)
	}
	out := in.deputed(h, person, units, make([]int64, in.types()))
	for t := range out.expected {
		out.expected[t] = 0
		for k := out.start[t]; k < out.start[t+1]; k++ {
			if out.units[k] == 0 { // shares no household
				out.units[k] = chances[out.member[k]]
			}
			out.expected[t] += float64(out.units[k])
		}
		out.expected[t] /= ChanceUnit
	}
	return out
}

// weighted draws x of some people, one after the other and each time in proportion
// to their chances (Efraimidis and Spirakis 2006).
func weighted(units []int64, x int, d dice) []int {
	if x == 0 {
		return nil
	}
	order, wait := make([]int, len(units)), make([]float64, len(units))
	for k, u := range units {
		order[k] = k
		wait[k] = -ln(1-float64(d.unit())) / float64(u)
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(wait[a], wait[b]), cmp.Compare(a, b)) })
	return order[:x]
}
