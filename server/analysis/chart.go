package analysis

import (
	"math"
	"strconv"

	"veche/nlp"
	"veche/server/topic"
)

// Chart is one map of the board: clusters as circles, like ones close together,
// and ideas as points in them. It reaches from −1 to 1 both ways.
type Chart struct {
	Clusters []ChartCluster
	Ideas    []ChartIdea
}

// ChartCluster is a live cluster, drawn as one circle for each of the machine's
// that moderators joined in it.
type ChartCluster struct {
	Cluster      uint32
	X, Y, Radius float64
}

// ChartIdea is an idea that the last run has seen and that is not hidden. The
// clearest lie in the middle of their circle, the doubtful at its rim, towards
// the cluster that they are nearly as close to.
type ChartIdea struct {
	Idea uint32
	X, Y float64
}

// Charts draws the board, a chart for each group of clusters that were made
// together (a language, mostly). result is that of the last run; nil, or one
// without a map, gives none. Ideas that came since are on no chart.
// O(clusters² + ideas · log ideas).
func Charts(s *topic.State, result *ClusterResult) []Chart {
	if result == nil {
		return nil
	}
	b := &s.Board
	shown := func(n uint32) bool {
		c := b.Cluster(n)
		return !s.Ideas[n-1].Erased && !b.Hidden(n) && c != 0 && !b.Veiled(c)
	}
	// An idea that a moderator moved goes to the circle of its new cluster; one
	// that was split off stays where it was until a run gives that one a circle.
	circleOf := func(x *MachineIdea) uint32 {
		live := b.Cluster(x.Idea)
		if m := result.Cluster(live); m != nil && (x.Cluster == 0 || b.Live(x.Cluster) != live) {
			return live
		}
		return x.Cluster
	}
	size := map[uint32]int{}
	for i := range result.Ideas {
		if x := &result.Ideas[i]; shown(x.Idea) {
			size[circleOf(x)]++
		}
	}
	most := 0
	for i := range result.Clusters {
		most = max(most, result.Clusters[i].Group)
	}
	var list []Chart
	for group := 1; group <= most; group++ {
		var clusters []nlp.ChartCluster
		in := map[uint32]bool{}
		for i := range result.Clusters {
			if m := &result.Clusters[i]; m.Group == group && size[m.Cluster] > 0 {
				clusters = append(clusters, nlp.ChartCluster{ID: int(m.Cluster), At: m.At, Size: size[m.Cluster]})
				in[m.Cluster] = true
			}
		}
		var ideas []nlp.ChartIdea
		var numbers []uint32
		for i := range result.Ideas {
			x := &result.Ideas[i]
			if c := circleOf(x); in[c] && shown(x.Idea) {
				ideas = append(ideas, nlp.ChartIdea{ID: strconv.FormatUint(uint64(x.Idea), 10), Cluster: int(c), Near: int(x.Near), Margin: x.Margin})
				numbers = append(numbers, x.Idea)
			}
		}
		if len(clusters) == 0 {
			continue
		}
		circles, points := nlp.Chart(clusters, ideas)
		var c Chart
		for i, o := range circles {
			c.Clusters = append(c.Clusters, ChartCluster{b.Live(uint32(clusters[i].ID)), tenThousandth(o.X), tenThousandth(o.Y), tenThousandth(o.Radius)})
		}
		for i, p := range points {
			if !math.IsNaN(p[0]) {
				c.Ideas = append(c.Ideas, ChartIdea{numbers[i], tenThousandth(p[0]), tenThousandth(p[1])})
			}
		}
		list = append(list, c)
	}
	return list
}
