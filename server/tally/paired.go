package tally

import "math"

// Paired is how a yes-or-no question moved among people who answered it twice.
type Paired struct {
	Both   int // answered twice
	Before int // said yes at first
	After  int // said yes later
	Gained int // no at first, yes later
	Lost   int // yes at first, no later
}

// Net is the change of the share of yes, from −1 to 1, 0 without people.
func (p Paired) Net() float64 { return float64(portion(p.Gained, p.Both) - portion(p.Lost, p.Both)) }

// Interval is the 95 % interval of Net: the adjusted Wald interval for paired
// proportions (Bonett and Price 2012, Statistics in Medicine 31, eq. 5), one
// person added to those who gained and one to those who lost. It is (−1, 1)
// without people.
func (p Paired) Interval() (low, high float64) {
	if p.Both == 0 {
		return -1, 1
	}
	n := float64(p.Both + 2)
	gained, lost := float64(p.Gained+1)/n, float64(p.Lost+1)/n
	middle := gained - lost
	spread := float64(z95 * math.Sqrt((gained+lost-float64(middle*middle))/n))
	return max(-1, middle-spread), min(1, middle+spread)
}

// McNemar is the exact two-sided p-value of the hypothesis that as many gain as
// lose: the binomial test of Gained among those who changed (McNemar 1947). It
// is 1 where nobody changed. O(changed).
func (p Paired) McNemar() float64 {
	n, k := p.Gained+p.Lost, min(p.Gained, p.Lost)
	if n == 0 {
		return 1
	}
	all, _ := math.Lgamma(float64(n + 1))
	sum := 0.0
	for i := 0; i <= k; i++ {
		a, _ := math.Lgamma(float64(i + 1))
		b, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(all - a - b - float64(float64(n)*math.Ln2))
	}
	return min(1, float64(2*sum))
}
