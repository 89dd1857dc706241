package selection

import "math"

// balancing are the balance rows of an instance: its rows without those that the
// others of their feature and the size imply, then the size.
type balancing struct {
	in   *instance
	row  []int32 // of each row of the instance; −1: implied
	size int
}

func (in *instance) balancing() *balancing {
	b := &balancing{in: in, row: make([]int32, len(in.rows))}
	for g := range in.width {
		for r := in.group[g]; r < in.group[g+1]; r++ {
			if r == in.group[g+1]-1 {
				b.row[r] = -1
				continue
			}
			b.row[r] = int32(b.size)
			b.size++
		}
	}
	b.size++
	return b
}

// column appends the column of one seat of type t.
func (b *balancing) column(t int32, out []term) []term {
	for _, r := range b.in.rowsOf(int(t)) {
		if b.row[r] >= 0 {
			out = append(out, term{b.row[r], 1})
		}
	}
	return append(out, term{int32(b.size - 1), 1})
}

// fly turns the expected seats of each type into whole ones, in the order of
// the dice; the last hold of them stay as they are. It returns the whole seats
// and the types left with a fraction.
func fly(in *instance, expected []float64, hold int, d dice) (seats []int32, left []int32, phi []float64) {
	b := in.balancing()
	f := newCube(b.size, in.types())
	phi = f.phi
	seats = make([]int32, in.types())
	var order []int32
	for t, e := range expected {
		base := math.Floor(e + whole)
		seats[t] = int32(base)
		if phi[t] = e - base; phi[t] > whole {
			order = append(order, int32(t))
		} else {
			phi[t] = 0
		}
	}
	shuffle(d, order)
	flown := max(0, len(order)-hold)
	var column []term
	for _, t := range order[:flown] {
		column = b.column(t, column[:0])
		f.enter(t, column, d)
	}
	for _, t := range order {
		if phi[t] == 1 {
			seats[t]++
			phi[t] = 0
		}
	}
	left = append(f.left(), order[flown:]...)
	return seats, left, phi
}
