package nlp

import (
	"cmp"
	"math"
	"slices"
)

const (
	subspaceRounds = 6 // 3 cost stackoverflow 7 points of accuracy
	subspaceExtra  = 8 // columns beyond those asked for
	gramBlock      = 512
)

// eigenvectors finds the leading eigenvectors of a symmetric sparse matrix
// by subspace iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4)
// and returns them as rows of d values, each column scaled by the root of
// its |eigenvalue|. d is cut to the size of the matrix. O(rounds·nnz·d +
// rounds·n·d²), on all processors.
func eigenvectors(m *cells, n, d int, seed uint64) ([]float32, int) {
	d = min(d, n)
	c := min(d+subspaceExtra, n)
	basis, image := make([]float32, n*c), make([]float32, n*c)
	r := random{seed}
	for i := range basis {
		basis[i] = float32(r.unitFloat() - 0.5)
	}
	for range subspaceRounds {
		multiply(m, image, basis, n, c)
		values, vectors := symmetricEigen(gram(image, image, n, c), c)
		largest := slices.Max(values)
		for y, v := range values {
			scale := 0.0
			if v > 1e-10*largest {
				scale = 1 / math.Sqrt(v)
			}
			for x := range c {
				vectors[x*c+y] *= scale
			}
		}
		rotate(basis, image, vectors, n, c)
	}
	multiply(m, image, basis, n, c)
	values, vectors := symmetricEigen(gram(basis, image, n, c), c)
	order := make([]int, c)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(math.Abs(values[b]), math.Abs(values[a])) })
	turned := make([]float64, c*c)
	for to, from := range order[:d] {
		scale := math.Sqrt(math.Abs(values[from]))
		for x := range c {
			turned[x*c+to] = vectors[x*c+from] * scale
		}
	}
	rotate(image, basis, turned, n, c)
	out := make([]float32, n*d)
	for i := range n {
		copy(out[i*d:(i+1)*d], image[i*c:])
	}
	return out, d
}

// multiply sets to = m·from for matrices of n rows of c values.
func multiply(m *cells, to, from []float32, n, c int) {
	inBlocks(n, 256, func(_, first, last int) {
		for i := first; i < last; i++ {
			out := to[i*c : (i+1)*c]
			clear(out)
			index, value := m.index[i], m.value[i]
			row := func(p int) []float32 { return from[int(index[p])*c : int(index[p]+1)*c] }
			p := 0
			for ; p+8 <= len(index); p += 8 {
				addEight((*[8]float32)(value[p:]), row(p), row(p+1), row(p+2), row(p+3), row(p+4), row(p+5), row(p+6), row(p+7), out)
			}
			for ; p+4 <= len(index); p += 4 {
				addFour((*[4]float32)(value[p:]), row(p), row(p+1), row(p+2), row(p+3), out)
			}
			for ; p < len(index); p++ {
				addScaled(value[p], row(p), out)
			}
		}
	})
}

// gram is aᵀ·b for matrices of n rows of c values whose product is
// symmetric: sums over blocks of gramBlock rows, added in block order.
func gram(a, b []float32, n, c int) []float64 {
	parts := make([][]float32, (n+gramBlock-1)/gramBlock)
	inBlocks(n, gramBlock, func(block, from, to int) {
		sum := make([]float32, c*c)
		i := from
		for ; i+4 <= to; i += 4 {
			four := b[i*c : (i+4)*c]
			for x := range c {
				f := [4]float32{a[i*c+x], a[(i+1)*c+x], a[(i+2)*c+x], a[(i+3)*c+x]}
				addFour(&f, four[x:c], four[c+x:2*c], four[2*c+x:3*c], four[3*c+x:], sum[x*c+x:(x+1)*c])
			}
		}
		for ; i < to; i++ {
			row := b[i*c : (i+1)*c]
			for x, v := range a[i*c : (i+1)*c] {
				addScaled(v, row[x:], sum[x*c+x:(x+1)*c])
			}
		}
		parts[block] = sum
	})
	out := make([]float64, c*c)
	for _, part := range parts {
		for i, v := range part {
			out[i] += float64(v)
		}
	}
	for x := range c {
		for y := range x {
			out[x*c+y] = out[y*c+x]
		}
	}
	return out
}

// rotate sets to = from·t, t being c×c.
func rotate(to, from []float32, t []float64, n, c int) {
	turn := make([]float32, len(t))
	for i, v := range t {
		turn[i] = float32(v)
	}
	inBlocks(n, 256, func(_, first, last int) {
		for i := first; i < last; i++ {
			out := to[i*c : (i+1)*c]
			clear(out)
			row, x := from[i*c:(i+1)*c], 0
			for ; x+8 <= c; x += 8 {
				at := func(n int) []float32 { return turn[(x+n)*c : (x+n+1)*c] }
				addEight((*[8]float32)(row[x:]), at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), out)
			}
			for ; x+4 <= c; x += 4 {
				four := turn[x*c : (x+4)*c]
				addFour((*[4]float32)(row[x:]), four[:c], four[c:2*c], four[2*c:3*c], four[3*c:], out)
			}
			for ; x < c; x++ {
				addScaled(row[x], turn[x*c:(x+1)*c], out)
			}
		}
	})
}

// symmetricEigen is the cyclic Jacobi method (Golub and Van Loan, 8.5): the
// eigenvalues of a symmetric c×c matrix, which it destroys, and their
// eigenvectors as columns. Slower than tridiagonal methods, but accurate,
// short, and without an operation whose bits differ between machines.
func symmetricEigen(a []float64, c int) (values, vectors []float64) {
	v := make([]float64, c*c)
	norm := 0.0
	for i := range c {
		v[i*c+i] = 1
		for j := range c {
			norm += float64(a[i*c+j] * a[i*c+j])
		}
	}
	for range 60 {
		off := 0.0
		for p := range c {
			for q := p + 1; q < c; q++ {
				off += float64(a[p*c+q] * a[p*c+q])
			}
		}
		if off <= 1e-22*norm {
			break
		}
		least := off / float64(c*c) * 1e-6
		for p := range c {
			for q := p + 1; q < c; q++ {
				if apq := a[p*c+q]; float64(apq*apq) > least {
					jacobiRotate(a, v, c, p, q)
				}
			}
		}
	}
	values = make([]float64, c)
	for i := range c {
		values[i] = a[i*c+i]
	}
	// v holds the vectors as rows until here.
	for x := range c {
		for y := range x {
			v[x*c+y], v[y*c+x] = v[y*c+x], v[x*c+y]
		}
	}
	return values, v
}

// jacobiRotate makes a[p,q] zero. Both triangles are kept, so that the
// inner loops run over rows; columns are restored by symmetry.
func jacobiRotate(a, v []float64, c, p, q int) {
	app, aqq, apq := a[p*c+p], a[q*c+q], a[p*c+q]
	theta := (aqq - app) / (2 * apq)
	t := 1 / (math.Abs(theta) + math.Sqrt(1+float64(theta*theta)))
	if theta < 0 {
		t = -t
	}
	cos := 1 / math.Sqrt(1+float64(t*t))
	sin := t * cos
	turnRows(a[p*c:(p+1)*c], a[q*c:(q+1)*c], cos, sin)
	turnRows(v[p*c:(p+1)*c], v[q*c:(q+1)*c], cos, sin)
	for k := range c {
		a[k*c+p], a[k*c+q] = a[p*c+k], a[q*c+k]
	}
	a[p*c+p], a[q*c+q] = app-float64(t*apq), aqq+float64(t*apq)
	a[p*c+q], a[q*c+p] = 0, 0
}

func turnRows(x, y []float64, cos, sin float64) {
	y = y[:len(x)]
	for k, u := range x {
		w := y[k]
		x[k] = float64(cos*u) - float64(sin*w)
		y[k] = float64(sin*u) + float64(cos*w)
	}
}
