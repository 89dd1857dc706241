package nlp

import (
	"context"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestChartCirclesKeepApart: circles stay on the chart, none covers another, and
// each point lies in the circle of its cluster.
func TestChartCirclesKeepApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var clusters []ChartCluster
		var ideas []ChartIdea
		k := rapid.IntRange(0, 30).Draw(t, "clusters")
		for id := 1; id <= k; id++ {
			c := ChartCluster{ID: id, Size: rapid.IntRange(0, 40).Draw(t, "size")}
			c.At = [2]float64{rapid.Float64Range(-1, 1).Draw(t, "x"), rapid.Float64Range(-1, 1).Draw(t, "y")}
			for n := range c.Size {
				ideas = append(ideas, ChartIdea{fmt.Sprint(id, "-", n), id, rapid.IntRange(0, k+1).Draw(t, "near"), rapid.Float64Range(0, 1).Draw(t, "margin")})
			}
			clusters = append(clusters, c)
		}
		ideas = append(ideas, ChartIdea{ID: "in none"})
		circles, points := Chart(clusters, ideas)
		for i, c := range circles {
			if math.Abs(c.X)+c.Radius > 1+1e-9 || math.Abs(c.Y)+c.Radius > 1+1e-9 {
				t.Fatalf("%+v is not on the chart", c)
			}
			for _, o := range circles[:i] {
				if d := math.Hypot(c.X-o.X, c.Y-o.Y); d < 0.8*(c.Radius+o.Radius) {
					t.Fatalf("%+v covers %+v", c, o)
				}
			}
		}
		for i, p := range points {
			if ideas[i].Cluster == 0 {
				if !math.IsNaN(p[0]) || !math.IsNaN(p[1]) {
					t.Fatalf("an idea in no cluster lies at %v", p)
				}
				continue
			}
			if c := circles[ideas[i].Cluster-1]; math.Hypot(p[0]-c.X, p[1]-c.Y) > c.Radius {
				t.Fatalf("idea %d lies at %v, not in %+v", i, p, c)
			}
		}
	})
}

// TestChartShowsDoubt: of two ideas the doubtful one lies farther out, towards the
// cluster that it is nearly as close to.
func TestChartShowsDoubt(t *testing.T) {
	clusters := []ChartCluster{{1, [2]float64{-0.5, 0}, 2}, {2, [2]float64{0.5, 0}, 2}}
	circles, points := Chart(clusters, []ChartIdea{{"clear", 1, 2, 0.9}, {"doubtful", 1, 2, 0.01}})
	c := circles[0]
	if a, b := math.Hypot(points[0][0]-c.X, points[0][1]-c.Y), math.Hypot(points[1][0]-c.X, points[1][1]-c.Y); a >= b {
		t.Errorf("the clear idea lies %.2f from the middle, the doubtful one %.2f", a, b)
	}
	if points[1][0] <= c.X {
		t.Errorf("the doubtful idea lies at %v, away from the other cluster", points[1])
	}
}

// TestChartsStaySteady: after a warm run with a tenth more ideas, without a map of
// the last one, most ideas lie close to where they lay.
func TestChartsStaySteady(t *testing.T) {
	documents, _ := madeIdeas(660, 9, "")
	first, err := Cluster(context.Background(), documents[:600], Options{})
	if err != nil {
		t.Fatal(err)
	}
	var o Options
	for _, a := range first.Assignments {
		o.Previous = append(o.Previous, Placed{a.ID, a.Cluster})
	}
	second, err := Cluster(context.Background(), documents, o)
	if err != nil {
		t.Fatal(err)
	}
	before, after := chartOf(first), chartOf(second)
	near, all := 0, 0
	for id, p := range before {
		if q, ok := after[id]; ok {
			all++
			if math.Hypot(p[0]-q[0], p[1]-q[1]) < 0.35 {
				near++
			}
		}
	}
	t.Logf("%d of %d ideas lie close to where they lay", near, all)
	if all < 250 || near*10 < all*8 {
		t.Errorf("%d of %d ideas lie close to where they lay", near, all)
	}
}

// chartOf charts the first group of a run.
func chartOf(r *Result) map[string][2]float64 {
	var clusters []ChartCluster
	for _, c := range r.Clusters {
		if c.Group == 1 {
			clusters = append(clusters, ChartCluster{c.ID, c.Map, c.Size})
		}
	}
	var ideas []ChartIdea
	for _, a := range r.Assignments {
		ideas = append(ideas, ChartIdea{a.ID, a.Cluster, a.Near, a.Margin})
	}
	_, points := Chart(clusters, ideas)
	out := map[string][2]float64{}
	for i, p := range points {
		if !math.IsNaN(p[0]) {
			out[ideas[i].ID] = p
		}
	}
	return out
}
