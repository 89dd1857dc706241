package nlp

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

func within(a, b, relative float64) bool {
	return a == b || math.Abs(a-b) <= relative*max(math.Abs(a), math.Abs(b))
}

func TestLogarithm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(1e-300, 1e300).Draw(t, "x")
		if got, want := logarithm(x), math.Log(x); math.Abs(got-want) > 4e-16*max(1, math.Abs(want)) {
			t.Fatalf("ln %v = %v, want %v", x, got, want)
		}
	})
	if logarithm(1) != 0 {
		t.Error("ln 1 is not 0")
	}
}

func TestDotAndAddScaled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 19).Draw(t, "n")
		a := rapid.SliceOfN(rapid.Float32Range(-10, 10), n, n).Draw(t, "a")
		b := rapid.SliceOfN(rapid.Float32Range(-10, 10), n, n).Draw(t, "b")
		want := 0.0
		for i := range a {
			want += float64(a[i]) * float64(b[i])
		}
		if got := float64(dot(a, b)); math.Abs(got-want) > 1e-3 {
			t.Fatalf("dot %v, want %v", got, want)
		}
		sum := slices.Clone(b)
		addScaled(2, a, sum)
		for i := range sum {
			if !within(float64(sum[i]), float64(b[i]+2*a[i]), 1e-4) && math.Abs(float64(sum[i]-b[i]-2*a[i])) > 1e-5 {
				t.Fatalf("at %d: %v", i, sum[i])
			}
		}
	})
}

// TestSymmetricEigen compares with gonum.
func TestSymmetricEigen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.IntRange(1, 24).Draw(t, "c")
		r := random{rapid.Uint64().Draw(t, "seed")}
		a := make([]float64, c*c)
		for x := range c {
			for y := range x + 1 {
				v := r.unitFloat()*2 - 1
				a[x*c+y], a[y*c+x] = v, v
			}
		}
		var oracle mat.EigenSym
		if !oracle.Factorize(mat.NewSymDense(c, slices.Clone(a)), false) {
			t.Skip("gonum found no decomposition")
		}
		want := oracle.Values(nil)
		original := slices.Clone(a)
		values, vectors := symmetricEigen(a, c)
		for y := range c {
			for x := range c { // A·v = λ·v
				sum := 0.0
				for z := range c {
					sum += original[x*c+z] * vectors[z*c+y]
				}
				if math.Abs(sum-values[y]*vectors[x*c+y]) > 1e-8 {
					t.Fatalf("column %d is no eigenvector", y)
				}
			}
		}
		slices.Sort(values)
		for i := range want {
			if math.Abs(values[i]-want[i]) > 1e-8 {
				t.Fatalf("eigenvalues %v, want %v", values, want)
			}
		}
	})
}

// TestEigenvectors: of a matrix of known spectrum the leading part comes
// back.
func TestEigenvectors(t *testing.T) {
	const n = 60
	m := newCells(n)
	for i := range n { // five blocks of ones, of different sizes
		from, to := (i/20)*20, (i/20)*20+20
		for j := from; j < to; j++ {
			m.index[i] = append(m.index[i], int32(j))
			m.value[i] = append(m.value[i], float32(3-i/20))
		}
	}
	rows, d := eigenvectors(m, n, 3, 1)
	if d != 3 {
		t.Fatalf("%d columns", d)
	}
	for i := range n { // W·Wᵀ gives the matrix back
		for j := range n {
			want := 0.0
			if i/20 == j/20 {
				want = float64(3 - i/20)
			}
			if got := float64(dot(rows[i*d:(i+1)*d], rows[j*d:(j+1)*d])); math.Abs(got-want) > 1e-3 {
				t.Fatalf("at %d,%d: %v, want %v", i, j, got, want)
			}
		}
	}
}

func TestAdjustedRand(t *testing.T) {
	a := []int32{0, 0, 1, 1, 2, 2}
	for _, c := range []struct {
		b    []int32
		want float64
	}{
		{[]int32{5, 5, 3, 3, 1, 1}, 1},
		{[]int32{0, 0, 0, 1, 1, 1}, 0.24242424242424243}, // scikit-learn's
		{[]int32{-1, -1, -1, -1, -1, -1}, 0},
	} {
		if got := AdjustedRand(a, c.b); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: %v, want %v", c.b, got, c.want)
		}
	}
}
