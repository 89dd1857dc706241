package selection

import (
	"fmt"
	"math"
)

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
// fewer than ten people make one of the sums, which would tell of them. Without the
// pool the rows are held to the quotas alone: where a limit is narrower than these
// make it, and in its sums, the bound rests on the pool.
type BoundSums struct {
	Seats int      `json:"seats"` // of this round
	Rows  [][2]int `json:"rows"`  // least and most seats that a value can have, in the order of the multipliers
	// Of are feature and value of each row.
	Of       [][2]string `json:"of"`
	Negative CostSum     `json:"negative"`
	Positive CostSum     `json:"positive"`
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
		b.Of = append(b.Of, [2]string{one.feature, one.value})
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

// rests holds the rows of a bound to the proof's quotas as far as these go without
// the pool. It answers the limits that are narrower than the quotas make them: those
// rest on who is in the pool or was seated before.
func (p *Proof) rests() (narrower []string, err error) {
	b, taken := p.Bound, p.Policy.Taken()
	if len(b.Of) != len(b.Rows) {
		return nil, fmt.Errorf("the bound has %d rows and names %d of them", len(b.Rows), len(b.Of))
	}
	limits := map[[2]string][2]int{}
	for r, name := range b.Of {
		if limit, twice := limits[name]; twice {
			return nil, fmt.Errorf("the bound has two rows for %s %s, one of %d to %d", name[0], name[1], limit[0], limit[1])
		}
		limits[name] = b.Rows[r]
	}
	// Rows as the quotas alone make them. How many were seated with a value is not
	// known here, from none to all; a value without a row is said to have nobody left.
	in, found := &instance{size: p.Policy.Size - taken}, 0
	seen := map[[2]string]bool{}
	add := func(q Quota) {
		if name := [2]string{q.Feature, q.Value}; !seen[name] {
			seen[name] = true
			in.rows = append(in.rows, row{feature: q.Feature, value: q.Value, quota: q, lo: max(0, q.Min-taken), hi: q.Max, people: in.size})
			if _, ok := limits[name]; ok {
				found++
			}
		}
	}
	for _, named := range p.Policy.Quotas.Features() {
		feature := named.Name
		in.group = append(in.group, len(in.rows))
		for _, q := range p.Policy.Quotas {
			if q.Feature == feature {
				add(q)
			}
		}
		for _, f := range p.Features {
			for _, value := range f.Values {
				if f.Name == feature {
					add(Quota{Feature: feature, Value: value, Max: p.Policy.Size})
				}
			}
		}
		in.width++
	}
	if found != len(limits) {
		return nil, fmt.Errorf("%d of the bound's rows are of no value that has quotas", len(limits)-found)
	}
	in.group = append(in.group, len(in.rows))
	in.tighten()
	for f := range in.width {
		rows, sum := in.rows[in.group[f]:in.group[f+1]], 0
		for _, one := range rows {
			sum += limits[[2]string{one.feature, one.value}][1]
		}
		for _, one := range rows {
			limit := limits[[2]string{one.feature, one.value}]
			what := fmt.Sprintf("%s %s: %d to %d", one.feature, one.value, limit[0], limit[1])
			switch {
			case limit[1] < limit[0] || limit[0] < one.least || limit[1] > one.most:
				return nil, fmt.Errorf("%s seats, the quotas make it %d to %d", what, one.least, one.most)
			case limit[0] > max(one.quota.Min, in.size-(sum-limit[1])):
				return nil, fmt.Errorf("%s seats, and neither the quotas nor the other values ask for so many", what)
			case limit[0] > one.least || limit[1] < one.most:
				narrower = append(narrower, what)
			}
		}
	}
	return narrower, nil
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
