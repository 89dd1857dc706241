package nlp

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// The arithmetic of replayed code. Every product is rounded before it is
// added (the conversion forbids a fused multiply-add), sums have an order
// that no machine changes, and the logarithm is our own, so that the same
// input gives the same bits on amd64 at any level, arm64 and 386.

// dot is Σ a·b over len(a), in four lanes.
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s0 += float32(x[0] * y[0])
		s1 += float32(x[1] * y[1])
		s2 += float32(x[2] * y[2])
		s3 += float32(x[3] * y[3])
	}
	for ; i < len(a); i++ {
		s0 += float32(a[i] * b[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// addScaled does y += a·x.
func addScaled(a float32, x, y []float32) {
	y = y[:len(x)]
	i := 0
	for ; i+4 <= len(x); i += 4 {
		u, v := x[i:i+4:i+4], y[i:i+4:i+4]
		v[0] += float32(a * u[0])
		v[1] += float32(a * u[1])
		v[2] += float32(a * u[2])
		v[3] += float32(a * u[3])
	}
	for ; i < len(x); i++ {
		y[i] += float32(a * x[i])
	}
}

// dotFour is x·a, x·b, x·c and x·d at once: nearly three times as fast as
// four dots, because x is loaded once and the sums don't wait for each
// other. Each is added up in order.
func dotFour(x, a, b, c, d []float32) (s0, s1, s2, s3 float32) {
	a, b, c, d = a[:len(x)], b[:len(x)], c[:len(x)], d[:len(x)]
	for i, v := range x {
		s0 += float32(v * a[i])
		s1 += float32(v * b[i])
		s2 += float32(v * c[i])
		s3 += float32(v * d[i])
	}
	return s0, s1, s2, s3
}

// addFour does y += f[0]·a, then + f[1]·b, + f[2]·c, + f[3]·d.
func addFour(f *[4]float32, a, b, c, d, y []float32) {
	a, b, c, d = a[:len(y)], b[:len(y)], c[:len(y)], d[:len(y)]
	f0, f1, f2, f3 := f[0], f[1], f[2], f[3]
	for i, v := range y {
		v += float32(f0 * a[i])
		v += float32(f1 * b[i])
		v += float32(f2 * c[i])
		v += float32(f3 * d[i])
		y[i] = v
	}
}

// addEight does y += s[0]·a, then + s[1]·b and so on to s[7]·h.
func addEight(s *[8]float32, a, b, c, d, e, f, g, h, y []float32) {
	a, b, c, d = a[:len(y)], b[:len(y)], c[:len(y)], d[:len(y)]
	e, f, g, h = e[:len(y)], f[:len(y)], g[:len(y)], h[:len(y)]
	w0, w1, w2, w3, w4, w5, w6, w7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
	for i, v := range y {
		v += float32(w0 * a[i])
		v += float32(w1 * b[i])
		v += float32(w2 * c[i])
		v += float32(w3 * d[i])
		v += float32(w4 * e[i])
		v += float32(w5 * f[i])
		v += float32(w6 * g[i])
		v += float32(w7 * h[i])
		y[i] = v
	}
}

// addScaled64 does y += a·x, adding up in float64.
func addScaled64(a float64, x []float32, y []float64) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += float64(a * float64(v))
	}
}

// unit scales x to length 1 and returns its former length. A vector
// shorter than 1e-9 becomes zero and 0 is returned.
func unit(x []float32) float32 {
	length := float32(math.Sqrt(float64(dot(x, x))))
	if length < 1e-9 {
		clear(x)
		return 0
	}
	for i := range x {
		x[i] /= length
	}
	return length
}

const (
	ln2Hi = 6.93147180369123816490e-01
	ln2Lo = 1.90821492927058770002e-10
)

// logarithm is the natural logarithm of x > 0, within 1 ulp (FreeBSD
// e_log.c), rounded after every operation.
func logarithm(x float64) float64 {
	const (
		l1 = 6.666666666666735130e-01
		l2 = 3.999999999940941908e-01
		l3 = 2.857142874366239149e-01
		l4 = 2.222219843214978396e-01
		l5 = 1.818357216161805012e-01
		l6 = 1.531383769920937332e-01
		l7 = 1.479819860511658591e-01
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

// random is splitmix64: a fixed, documented generator, so that no library
// change can alter a result.
type random struct{ state uint64 }

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	return mix(r.state)
}

// unitFloat is uniform in [0, 1).
func (r *random) unitFloat() float64 { return float64(float64(r.next()>>11) / (1 << 53)) }

// below is uniform in [0, n) up to a bias of n/2^64.
func (r *random) below(n int) int { return int(r.next() % uint64(n)) }

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// inBlocks calls do for [0,size), [size,2·size), … up to n on all
// processors. The bounds depend on n and size only; do must write only to
// places that belong to its block.
func inBlocks(n, size int, do func(block, from, to int)) {
	blocks := (n + size - 1) / size
	workers := min(runtime.GOMAXPROCS(0), blocks)
	if workers <= 1 {
		for b := range blocks {
			do(b, b*size, min(n, (b+1)*size))
		}
		return
	}
	var taken atomic.Int64
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for {
				b := int(taken.Add(1)) - 1
				if b >= blocks {
					return
				}
				do(b, b*size, min(n, (b+1)*size))
			}
		})
	}
	wait.Wait()
}
