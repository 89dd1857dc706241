package labelled

import (
	"math"
	"testing"
)

func TestAgreement(t *testing.T) {
	truth := []int32{0, 0, 1, 1, 2, 2}
	joined := math.Log(3) - 2.0/3*math.Log(2) // entropy of two of the three classes in one
	for _, c := range []struct {
		of                    []int32
		accuracy, information float64
	}{
		{[]int32{0, 0, 1, 1, 2, 2}, 1, 1},
		{[]int32{7, 7, 3, 3, 5, 5}, 1, 1}, // the numbers mean nothing
		{[]int32{0, 0, 0, 0, 1, 1}, 4.0 / 6, 2 * joined / (joined + math.Log(3))},
		{[]int32{0, 1, 0, 1, 0, 1}, 2.0 / 6, 0},
	} {
		a, n := Agreement(c.of, truth)
		if math.Abs(a-c.accuracy) > 1e-9 || math.Abs(n-c.information) > 1e-9 {
			t.Errorf("%v: accuracy %.4f, information %.4f, want %.4f and %.4f", c.of, a, n, c.accuracy, c.information)
		}
	}
}
