package nlp

import (
	"context"
	"math"
	"testing"
)

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

// TestSteadyMap: a map that was turned, mirrored or both comes back.
func TestSteadyMap(t *testing.T) {
	before := []MapPlace{{1, [2]float64{0.9, 0.1}}, {2, [2]float64{-0.5, 0.6}}, {3, [2]float64{-0.3, -0.8}}, {9, [2]float64{1, 1}}}
	ids := []int{3, 1, 2}
	for name, turned := range map[string]func(p [2]float64) [2]float64{
		"as it was": func(p [2]float64) [2]float64 { return p },
		"turned":    func(p [2]float64) [2]float64 { return [2]float64{0.6*p[0] - 0.8*p[1], 0.8*p[0] + 0.6*p[1]} },
		"mirrored":  func(p [2]float64) [2]float64 { return [2]float64{-p[0], p[1]} },
		"swapped":   func(p [2]float64) [2]float64 { return [2]float64{p[1], p[0]} },
	} {
		at := make([][2]float64, len(ids))
		for j, id := range ids {
			at[j] = turned(before[id-1].At)
		}
		steady(at, ids, before)
		for j, id := range ids {
			for axis := range 2 {
				if gap := at[j][axis] - before[id-1].At[axis]; gap < -1e-9 || gap > 1e-9 {
					t.Errorf("%s: cluster %d lies at %v, was at %v", name, id, at[j], before[id-1].At)
				}
			}
		}
	}
	at := [][2]float64{{0.5, 0.5}}
	if steady(at, []int{7}, before); at[0] != [2]float64{0.5, 0.5} {
		t.Errorf("turned without reason to %v", at[0])
	}
}

// TestMapsStaySteady: in a warm run with more ideas clusters lie near where
// they lay.
func TestMapsStaySteady(t *testing.T) {
	documents, _ := madeIdeas(500, 31, "en")
	first, err := Cluster(context.Background(), documents[:400], Options{Seed: "one"})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Seed: "two"}
	for _, a := range first.Assignments {
		o.Previous = append(o.Previous, Placed{a.ID, a.Cluster})
	}
	was := map[int][2]float64{}
	for _, c := range first.Clusters {
		o.PreviousMap = append(o.PreviousMap, MapPlace{c.ID, c.Map})
		was[c.ID] = c.Map
	}
	second, err := Cluster(context.Background(), documents, o)
	if err != nil {
		t.Fatal(err)
	}
	moved := 0.0
	for _, c := range second.Clusters {
		moved += math.Hypot(c.Map[0]-was[c.ID][0], c.Map[1]-was[c.ID][1]) / float64(len(second.Clusters))
	}
	t.Logf("clusters moved by %.3f on a map of 2", moved)
	if moved > 0.25 {
		t.Errorf("clusters moved by %.3f on a map of 2", moved)
	}
}
