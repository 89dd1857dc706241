package selection

import "slices"

// reserves draws the ordered replacements: people not selected, in a make-up
// like the panel's, by the same flight, then put into random order. They are a
// list to call upon; a replacement round (Draw with the accepted people Fixed)
// is what keeps the quotas.
func (d *drawing) reserves(selected []int) ([]int, error) {
	if d.Reserves == 0 {
		return nil, nil
	}
	p := d.Problem
	p.Fixed = append(slices.Clone(d.Fixed), Group{People: selected})
	rest, err := newInstance(&p)
	if err != nil {
		return nil, err
	}
	rest.size = min(d.Reserves, rest.eligible)
	if rest.size == 0 {
		return nil, nil
	}
	// Expected seats follow the draw's own chances, so that a value's share
	// among the reserves is near its share of the panel.
	expected, sum := make([]float64, rest.types()), 0.0
	for t := range expected {
		chance := float64(max(d.chance[d.in.typeOf[rest.people(t)[0]]], 1)) / ChanceUnit
		expected[t] = float64(chance * float64(rest.count[t]))
		sum += expected[t]
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
	dice := newDice(d.Seed, "reserves")
	seats, left, phi := fly(rest, expected, 0, dice)
	list := newPanel(rest, seats)
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
		all := slices.Clone(rest.people(t))
		shuffle(dice, all)
		for _, person := range all[:x] {
			out = append(out, int(person))
		}
	}
	shuffle(dice, out)
	return out, nil
}
