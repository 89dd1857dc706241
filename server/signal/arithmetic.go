package signal

import "math"

// ln is the natural logarithm of x > 0, the same bits on every machine (FreeBSD's
// e_log.c method, error below 1 ulp).
func ln(x float64) float64 {
	const (
		ln2Hi = 6.93147180369123816490e-01
		ln2Lo = 1.90821492927058770002e-10
		l1    = 6.666666666666735130e-01
		l2    = 3.999999999940941908e-01
		l3    = 2.857142874366239149e-01
		l4    = 2.222219843214978396e-01
		l5    = 1.818357216161805012e-01
		l6    = 1.531383769920937332e-01
		l7    = 1.479819860511658591e-01
	)
	f1, ki := math.Frexp(x)
	if f1 < math.Sqrt2/2 {
		f1 *= 2
		ki--
	}
	f := f1 - 1
	k := float64(ki)
	s := f / (2 + f)
	s2 := float64(s * s)
	s4 := float64(s2 * s2)
	t1 := float64(s2 * (l1 + float64(s4*(l3+float64(s4*(l5+float64(s4*l7)))))))
	t2 := float64(s4 * (l2 + float64(s4*(l4+float64(s4*l6)))))
	r := t1 + t2
	half := float64(0.5 * float64(f*f))
	return float64(k*ln2Hi) - ((half - (float64(s*(half+r)) + float64(k*ln2Lo))) - f)
}

// lnSum is ln(eᵃ + eᵇ) for logarithms, −∞ left out: a series of ln(1+eˣ), x ≤ 0,
// without an exponential of the machine's.
func lnSum(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	d := b - a
	if d < -40 {
		return a
	}
	return a + ln(1+expNegative(d))
}

// expNegative is eˣ for −40 ≤ x ≤ 0: a Taylor series of x/64, squared six times.
func expNegative(x float64) float64 {
	y := x / 64
	sum, term := 1.0, 1.0
	for k := 1; k <= 12; k++ {
		term = float64(term*y) / float64(k)
		sum += term
	}
	for range 6 {
		sum = float64(sum * sum)
	}
	return sum
}

// binomialTail is the logarithm of the chance of k or more successes of n at
// 0 < p < 1: the exact sum. O(n).
func binomialTail(k, n int, p float64) float64 {
	if k <= 0 {
		return 0
	}
	up, down := ln(p), ln(1-p)
	at := float64(float64(k)*up) + float64(float64(n-k)*down)
	for i := 1; i <= k; i++ {
		at += ln(float64(n-k+i)) - ln(float64(i))
	}
	sum := at
	for i := k + 1; i <= n; i++ {
		at += ln(float64(n-i+1)) - ln(float64(i)) + up - down
		if at < sum-40 && float64(i) > float64(float64(n)*p) {
			break
		}
		sum = lnSum(sum, at)
	}
	return min(0, sum)
}

// surgeTail is the logarithm of the chance of x or more of a negative binomial
// count with mean > 0 and dispersion size > 0 (variance mean + mean²/size): the
// exact sum, until further terms change nothing. O(x).
func surgeTail(x int, mean, size float64) float64 {
	if x <= 0 {
		return 0
	}
	at := float64(size * (ln(size) - ln(size+mean)))
	step := ln(mean) - ln(size+mean)
	for k := range x {
		at += ln(float64(k)+size) - ln(float64(k+1)) + step
	}
	sum := at
	for k := x; ; k++ {
		at += ln(float64(k)+size) - ln(float64(k+1)) + step
		if at < sum-40 || k > x+100_000 {
			break
		}
		sum = lnSum(sum, at)
	}
	return min(0, sum)
}
