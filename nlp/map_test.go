package nlp

import "testing"

// TestLayout: of four middles, two and two alike, the likes lie together.
func TestLayout(t *testing.T) {
	c := newCentroids(5, 3)
	c.set(0, []float32{1, 0, 0})
	c.set(1, []float32{0.8, 0.6, 0})
	c.set(2, []float32{-1, 0, 0})
	c.set(3, []float32{-0.8, 0.6, 0})
	at := layout(c)
	for i, p := range at {
		if p[0] < -1 || p[0] > 1 || p[1] < -1 || p[1] > 1 {
			t.Errorf("%d lies at %v", i, p)
		}
	}
	if at[0][0]*at[1][0] <= 0 || at[2][0]*at[3][0] <= 0 || at[0][0]*at[2][0] >= 0 {
		t.Errorf("the likes are not together: %v", at)
	}
	if at[4] != [2]float64{} {
		t.Errorf("a cluster without a middle lies at %v", at[4])
	}
	if got := layout(newCentroids(0, 3)); len(got) != 0 {
		t.Errorf("nothing lies at %v", got)
	}
	one := newCentroids(1, 3)
	one.set(0, []float32{1, 0, 0})
	if got := layout(one); got[0] != [2]float64{} {
		t.Errorf("one cluster lies at %v", got[0])
	}
}
