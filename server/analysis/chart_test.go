package analysis_test

import (
	"math"
	"testing"

	"veche/server/analysis"
	"veche/server/analysis/rehearsal"
	"veche/server/topic"
)

// Every idea that is shown is one point, in a circle of its live cluster; what
// moderators hid is on no chart.
func TestChartsShowTheBoard(t *testing.T) {
	p := debated(t)
	p.Cluster(5)
	board := &p.State.Board
	live := board.Clusters()
	p.Do(rehearsal.Moderator, topic.MergeClusters{Into: live[0], From: live[1:2], Reason: p.Text("the same")})
	p.Do(rehearsal.Moderator, topic.ShowCluster{Cluster: live[2], Reason: p.Text("off topic")})
	p.Do(rehearsal.Moderator, topic.ShowIdeas{Ideas: []uint32{1}, Reason: p.Text("rude")})
	want := map[uint32]bool{}
	for n := range uint32(len(p.State.Ideas)) {
		if c := board.Cluster(n + 1); c != 0 && !board.Veiled(c) && !board.Hidden(n+1) {
			want[n+1] = true
		}
	}
	seen := map[uint32]bool{}
	for _, c := range analysis.Charts(p.State, lastRun(t, p)) {
		for _, x := range c.Ideas {
			if seen[x.Idea] || !want[x.Idea] {
				t.Errorf("idea %d is drawn twice, or though it is hidden", x.Idea)
			}
			seen[x.Idea] = true
			inside := false
			for _, o := range c.Clusters {
				inside = inside || o.Cluster == board.Cluster(x.Idea) && math.Hypot(x.X-o.X, x.Y-o.Y) <= o.Radius+1e-3
			}
			if !inside {
				t.Errorf("idea %d lies in no circle of its cluster %d", x.Idea, board.Cluster(x.Idea))
			}
		}
		for _, o := range c.Clusters {
			if o.Cluster == live[2] || o.Cluster == live[1] {
				t.Errorf("cluster %d is drawn, though it is hidden or gone", o.Cluster)
			}
		}
	}
	if len(seen) != len(want) || len(seen) == 0 {
		t.Errorf("%d ideas are drawn, %d are shown", len(seen), len(want))
	}
	if list := analysis.Charts(p.State, nil); list != nil {
		t.Errorf("without a run: %+v", list)
	}
}
