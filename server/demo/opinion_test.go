package demo

import (
	"math"
	"slices"
	"testing"
)

func TestOpinions(t *testing.T) {
	const people = 500
	items := Items(seedOf(1), mustIdeas(t, Russian))[:120]
	v := Opinions(seedOf(2), people, items)
	if len(v.Ballot) != len(v.Item) || len(v.Item) != len(v.Value) || len(v.Group) != people {
		t.Fatalf("columns of %d, %d, %d; %d groups", len(v.Ballot), len(v.Item), len(v.Value), len(v.Group))
	}
	walkers := 0
	for _, g := range v.Group {
		if g == Walkers {
			walkers++
		}
	}
	if walkers != 300 {
		t.Errorf("%d walkers of %d, want 300", walkers, people)
	}
	rated := make([]int, people)
	seen := map[[2]int32]bool{}
	var values [3]int
	for i := range v.Ballot {
		if i > 0 && v.Ballot[i] < v.Ballot[i-1] {
			t.Fatalf("row %d: ballot %d after %d", i, v.Ballot[i], v.Ballot[i-1])
		}
		key := [2]int32{v.Ballot[i], v.Item[i]}
		if seen[key] || v.Item[i] < 0 || int(v.Item[i]) >= len(items) || v.Value[i] < Disagree || v.Value[i] > Agree {
			t.Fatalf("row %d: ballot, item %v, value %d", i, key, v.Value[i])
		}
		seen[key] = true
		rated[v.Ballot[i]]++
		values[v.Value[i]+1]++
	}
	all := 0
	for b, n := range rated {
		if n == 0 {
			t.Errorf("ballot %d is empty", b)
		}
		if n == len(items) {
			all++
		}
	}
	if all < people*6/10 || all > people*8/10 {
		t.Errorf("%d of %d rated every item, want 60 to 80 %%", all, people)
	}
	total := float64(len(v.Value))
	if a, p := float64(values[2])/total, float64(values[1])/total; a < 0.45 || a > 0.7 || p < 0.06 || p > 0.22 {
		t.Errorf("agree %.3f, pass %.3f", a, p)
	}
}

// Each group agrees more with its own items, in step with the stance, and both
// agree with the good ones.
func TestOpinionsFollowStanceAndQuality(t *testing.T) {
	items := []Item{{1, 0.5}, {-1, 0.5}, {0, 0.5}, {0, 0.95}, {0, 0.05}}
	const people = 2000
	v := Opinions(seedOf(3), people, items)
	var agree, all [2][5]float64
	for i, b := range v.Ballot {
		g, it := v.Group[b], v.Item[i]
		all[g][it]++
		if v.Value[i] == Agree {
			agree[g][it]++
		}
	}
	share := func(g uint8, it int) float64 { return agree[g][it] / all[g][it] }
	if share(Walkers, 0)-share(Drivers, 0) < 0.4 || share(Drivers, 1)-share(Walkers, 1) < 0.4 {
		t.Errorf("the groups hardly differ: %.2f %.2f, %.2f %.2f", share(Walkers, 0), share(Drivers, 0), share(Drivers, 1), share(Walkers, 1))
	}
	if d := share(Walkers, 2) - share(Drivers, 2); math.Abs(d) > 0.06 {
		t.Errorf("an item without a stance divides the groups by %.3f", d)
	}
	for _, g := range []uint8{Walkers, Drivers} {
		if share(g, 3) < 0.6 || share(g, 4) > 0.35 {
			t.Errorf("group %d: good %.2f, bad %.2f", g, share(g, 3), share(g, 4))
		}
	}
}

func TestOpinionsEdges(t *testing.T) {
	if v := Opinions(seedOf(1), 0, []Item{{0, 1}}); len(v.Ballot) != 0 || len(v.Group) != 0 {
		t.Errorf("nobody gave %d votes", len(v.Ballot))
	}
	if v := Opinions(seedOf(1), 10, nil); len(v.Ballot) != 0 || len(v.Group) != 10 {
		t.Errorf("no items gave %d votes", len(v.Ballot))
	}
	odd := []Item{{math.NaN(), math.NaN()}, {math.Inf(1), math.Inf(-1)}, {-7, 7}}
	held := []Item{{0, 0}, {1, 0}, {-1, 1}}
	if !slices.Equal(Opinions(seedOf(1), 50, odd).Value, Opinions(seedOf(1), 50, held).Value) {
		t.Error("values out of range are not held to it")
	}
}

func TestItems(t *testing.T) {
	ideas := mustIdeas(t, English)
	items := Items(seedOf(1), ideas)
	sum, n := 0.0, 0.0
	for i, it := range items {
		if it.Stance != ideas[i].Stance || it.Quality < 0 || it.Quality > 1 {
			t.Errorf("item %d: %+v", i, it)
		}
		if ideas[i].Theme == OffTopic {
			if it.Quality > 0.25 {
				t.Errorf("off the topic, yet of quality %.2f: %q", it.Quality, ideas[i].Text)
			}
			continue
		}
		sum += it.Quality
		n++
	}
	if mean := sum / n; mean < 0.55 || mean > 0.7 {
		t.Errorf("mean quality %.3f", mean)
	}
}
