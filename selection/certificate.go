package selection

import "math"

// Certificate proves that no lottery over panels can give everyone a chance of
// more than UpperBound times their weight (1 where nobody is preferred):
// multipliers of the quota rows, in report order with the size
// last, in units of 1e-9. For any multipliers y and the cost c of a type, the
// sum of its rows' multipliers, the lowest chance by weight is at most
//
//	(Σ_rows max(y·lo, y·hi) + Σ_{c<0} people·|c|) / Σ_{c>0} people·weight·c
//
// by weak duality, so anyone can check it in one pass over the types.
type Certificate struct {
	Multipliers []int64 `json:"multipliers"`
	UpperBound  float64 `json:"upper_bound"`
}

const multiplierUnit = 1e9

// certify turns the multipliers of the core's rows into a certificate of the
// whole: where a row needs all its people a large negative multiplier takes them
// out of the sum, and where one keeps people out it proves that they have none.
func (in *instance) certify(c *core, nu []float64) Certificate {
	y := make([]int64, len(nu))
	if c.out >= 0 {
		y[c.out] = multiplierUnit
		return Certificate{Multipliers: y, UpperBound: in.bound(y)}
	}
	largest := int64(multiplierUnit)
	for r, v := range nu {
		y[r] = int64(math.Round(float64(min(1e6, max(-1e6, v)) * multiplierUnit)))
		largest = max(largest, y[r], -y[r])
	}
	for _, r := range c.needs {
		y[r] -= largest * int64(in.width+2)
	}
	return Certificate{Multipliers: y, UpperBound: in.bound(y)}
}

// BoundSums is what a certificate adds up to, so that its bound can be worked
// out by hand. With y the multipliers and c a person's cost, the sum of the
// multipliers of their values and of the size:
//
//	bound = (y_size·seats + Σ_rows max(y·least, y·most) + Negative.Sum) / Positive.Sum
//
// Anyone can work out their own cost from their own values. It is left out where
// fewer than ten people make one of the sums, which would tell of them.
type BoundSums struct {
	Seats    int      `json:"seats"` // of this round
	Rows     [][2]int `json:"rows"`  // least and most seats that a value can have, in the order of the multipliers
	Negative CostSum  `json:"negative"`
	Positive CostSum  `json:"positive"`
}

// CostSum is people by the sign of their cost: how many, and the sum of people
// times weight (positive) or times 1 (negative) times the cost's size, in units
// of 1e-9.
type CostSum struct {
	People int     `json:"people"`
	Sum    float64 `json:"sum"`
}

// bound evaluates a certificate; 1 where it proves nothing.
func (in *instance) bound(y []int64) float64 {
	if len(y) != len(in.rows)+1 {
		return 1
	}
	return in.add(y).bound(y)
}

// sums are what a certificate adds up to, nil where they would tell of single
// people or where the certificate proves nothing.
func (in *instance) sums(y []int64) *BoundSums {
	if len(y) != len(in.rows)+1 {
		return nil
	}
	b := in.add(y)
	for _, s := range []CostSum{b.Negative, b.Positive} {
		if s.People > 0 && s.People < curveGroup {
			return nil
		}
	}
	return b
}

// add adds up a certificate in one pass over the types.
func (in *instance) add(y []int64) *BoundSums {
	b := &BoundSums{Seats: in.size}
	for _, one := range in.rows {
		b.Rows = append(b.Rows, [2]int{one.least, one.most})
	}
	for t, n := range in.count {
		c := y[len(in.rows)]
		for _, r := range in.rowsOf(t) {
			c += y[r]
		}
		if c < 0 {
			b.Negative.People += n
			b.Negative.Sum += float64(float64(n) * float64(-c))
		} else {
			b.Positive.People += n
			b.Positive.Sum += float64(float64(float64(n)*in.weightOf(t)) * float64(c))
		}
	}
	return b
}

// bound is the certificate's bound from its sums; 1 where it proves nothing.
func (b *BoundSums) bound(y []int64) float64 {
	if len(y) != len(b.Rows)+1 {
		return math.NaN()
	}
	above := float64(float64(y[len(b.Rows)]) * float64(b.Seats))
	for r, limit := range b.Rows {
		v := float64(y[r])
		above += max(float64(v*float64(limit[0])), float64(v*float64(limit[1])))
	}
	above += b.Negative.Sum
	if b.Positive.Sum <= 0 || above >= b.Positive.Sum {
		return 1
	}
	return above / b.Positive.Sum
}
