package selection

import "math"

// factor is the Cholesky factor of the lower triangle of a, which is n×n. A
// pivot lost to redundancy (the values of a feature add up to the size) is made
// so large that its unknown comes out as zero.
func factor(a, out []float64, n int) {
	top := 0.0
	for i := range n {
		top = max(top, a[i*n+i])
	}
	for i := range n {
		for j := range i + 1 {
			sum := a[i*n+j]
			for k := range j {
				sum -= float64(out[i*n+k] * out[j*n+k])
			}
			switch {
			case i != j:
				out[i*n+j] = sum / out[j*n+j]
			case sum > 1e-14*a[i*n+i] && sum > 1e-26*top:
				out[i*n+i] = math.Sqrt(sum)
			default:
				out[i*n+i] = 1e64
			}
		}
	}
}

// substitute solves L·Lᵀ·out = b.
func substitute(l, b, out []float64) {
	n := len(b)
	for i := range n {
		sum := b[i]
		for k := range i {
			sum -= float64(l[i*n+k] * out[k])
		}
		out[i] = sum / l[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		sum := out[i]
		for k := i + 1; k < n; k++ {
			sum -= float64(l[k*n+i] * out[k])
		}
		out[i] = sum / l[i*n+i]
	}
}

// factorWide is factor for some hundreds of unknowns: the same factor, its inner
// products for two rows and two columns at a time so that each number loaded is
// used twice.
func factorWide(a, out []float64, n int) {
	copy(out, a)
	for i := 0; i < n; i += 2 {
		if i+1 == n {
			for j := range n {
				factorAt(out, n, i, j, innerProduct(out[i*n:], out[j*n:], j))
			}
			break
		}
		p, q := out[i*n:i*n+n], out[(i+1)*n:(i+1)*n+n]
		for j := 0; j < i; j += 2 {
			u, v := out[j*n:j*n+j], out[(j+1)*n:(j+1)*n+j]
			var pu, pv, qu, qv float64
			for k, x := range u {
				y, r, s := v[k], p[k], q[k]
				pu += float64(r * x)
				pv += float64(r * y)
				qu += float64(s * x)
				qv += float64(s * y)
			}
			factorAt(out, n, i, j, pu)
			factorAt(out, n, i+1, j, qu)
			last := out[(j+1)*n+j]
			factorAt(out, n, i, j+1, pv+float64(p[j]*last))
			factorAt(out, n, i+1, j+1, qv+float64(q[j]*last))
		}
		factorAt(out, n, i, i, innerProduct(p, p, i))
		factorAt(out, n, i+1, i, innerProduct(q, p, i))
		factorAt(out, n, i+1, i+1, innerProduct(q, q, i+1))
	}
}

func innerProduct(a, b []float64, n int) float64 {
	sum := 0.0
	for k, v := range a[:n] {
		sum += float64(v * b[k])
	}
	return sum
}

// factorAt finishes entry (i, j) of a factor in place, given the inner product
// of what stands left of it in both rows.
func factorAt(out []float64, n, i, j int, product float64) {
	whole := out[i*n+j]
	sum := whole - product
	switch {
	case i != j:
		out[i*n+j] = sum / out[j*n+j]
	case sum > 1e-14*whole:
		out[i*n+j] = math.Sqrt(sum)
	default:
		out[i*n+j] = 1e64
	}
}
