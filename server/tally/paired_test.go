package tally

import (
	"math"
	"testing"
)

// Against values worked out apart: the binomial sums in whole numbers, the
// interval by Bonett and Price's formula.
func TestPaired(t *testing.T) {
	for _, c := range []struct {
		p            Paired
		net, low, hi float64
		mcnemar      float64
	}{
		{Paired{}, 0, -1, 1, 1},
		{Paired{Both: 10, Before: 4, After: 4}, 0, -0.230984, 0.230984, 1},
		{Paired{Both: 100, Before: 40, After: 55, Gained: 20, Lost: 5}, 0.15, 0.051379, 0.242739, 0.004077315},
		{Paired{Both: 20, Before: 12, After: 2, Lost: 10}, -0.5, -0.697786, -0.211305, 0.001953125},
	} {
		low, hi := c.p.Interval()
		for _, x := range []struct {
			what      string
			got, want float64
			within    float64
		}{{"net", c.p.Net(), c.net, 1e-12}, {"low", low, c.low, 1e-6}, {"high", hi, c.hi, 1e-6}, {"p", c.p.McNemar(), c.mcnemar, 1e-9}} {
			if math.Abs(x.got-x.want) > x.within {
				t.Errorf("%+v: %s is %.6f, want %.6f", c.p, x.what, x.got, x.want)
			}
		}
	}
}
