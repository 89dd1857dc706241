package tally

import "math"

// z95 is the 0.975 quantile of the standard normal distribution.
const z95 = 1.959963984540054

// Wilson returns the 95 % Wilson score interval of successes out of trials
// (Wilson 1927, equation of the score test inverted). It is (0, 1) without
// trials and needs 0 ≤ successes ≤ trials.
func Wilson(successes, trials int) (low, high float64) {
	if trials == 0 {
		return 0, 1
	}
	low, high = wilson(float64(successes)/float64(trials), float64(trials))
	// The exact bounds at the ends are 0 and 1; rounding must not pass them.
	if successes == 0 {
		low = 0
	}
	if successes == trials {
		high = 1
	}
	return low, high
}

// wilson is the interval of a share p of n trials, n > 0.
func wilson(p, n float64) (low, high float64) {
	zz := float64(z95 * z95)
	middle := p + zz/float64(2*n)
	spread := float64(z95 * math.Sqrt(float64(p*(1-p))/n+zz/float64(float64(4*n)*n)))
	scale := 1 + zz/n
	return max((middle-spread)/scale, 0), min((middle+spread)/scale, 1)
}

// Posterior is the mean of the Beta(1,1) posterior, (agree+1)/(seen+2): the
// share of agreement that Polis uses, ½ without votes.
func Posterior(agree, seen int) float64 {
	return float64(agree+1) / float64(seen+2)
}

// Count is the number of ballots by answer; Seen is their sum.
type Count struct {
	Agree    int `json:"agree"`
	Disagree int `json:"disagree"`
	Pass     int `json:"pass"`
}

// Seen is the number of ballots that answered, pass included.
func (c Count) Seen() int { return c.Agree + c.Disagree + c.Pass }

// OfDecided is agree/(agree+disagree), 0 where nobody took a side.
func (c Count) OfDecided() float64 { return portion(c.Agree, c.Agree+c.Disagree) }

// OfAll is agree/ballots: those who were not shown the item count as not
// agreeing.
func (c Count) OfAll(ballots int) float64 { return portion(c.Agree, ballots) }

func portion(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func (c *Count) addTimes(v Value, n int) {
	switch v {
	case Agree:
		c.Agree += n
	case Disagree:
		c.Disagree += n
	default:
		c.Pass += n
	}
}
