package analysis_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"veche/server/analysis"
	"veche/server/topic"

	"veche/server/analysis/rehearsal"
)

func lastRun(t testing.TB, p *rehearsal.Play) *analysis.ClusterResult {
	t.Helper()
	r, err := analysis.ParseCluster(p.Blobs[p.State.Board.Result])
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What a cut shows is what a run for that number gives.
func TestCutShowsWhatARunGives(t *testing.T) {
	p := debated(t)
	p.Cluster(6)
	board := &p.State.Board
	named := board.Clusters()[1]
	p.Do(rehearsal.Moderator, topic.RenameCluster{Cluster: named, Title: p.Text("Along the river"), Reason: p.Text("says it better")})
	merged := board.Clusters()[2:4]
	p.Do(rehearsal.Moderator, topic.MergeClusters{Into: merged[0], From: merged[1:], Reason: p.Text("the same")})
	result := lastRun(t, p)
	for _, n := range []int{4, 7} {
		shown := analysis.Cut(p.State, result, n)
		if shown.Since != 0 || shown.Coarsest > 4 || shown.Finest < 7 {
			t.Fatalf("%d…%d clusters, %d ideas since", shown.Coarsest, shown.Finest, shown.Since)
		}
		event, _, err := analysis.Cluster(context.Background(), p.State, p.IdeaTexts(), n, "another seed")
		if err != nil {
			t.Fatal(err)
		}
		sizes := map[uint32]int{}
		for _, c := range event.Base {
			if int(c) <= len(board.Made) {
				c = board.Live(c)
			}
			sizes[c]++
		}
		var got, want []int
		for _, size := range sizes {
			want = append(want, size)
		}
		for _, c := range shown.Clusters {
			got = append(got, c.Size)
			if c.Label == "" || c.Size == 0 {
				t.Errorf("%d clusters: %+v", n, c)
			}
			if c.Cluster != 0 && sizes[c.Cluster] != c.Size {
				t.Errorf("%d clusters: %d has %d ideas, %d are shown", n, c.Cluster, sizes[c.Cluster], c.Size)
			}
			if slices.Contains(c.From, named) && (len(c.From) > 1 || c.Cluster != named) {
				t.Errorf("%d clusters: the named cluster goes to %+v", n, c)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%d clusters: sizes %v are shown, a run gives %v", n, got, want)
		}
	}
	same := analysis.Cut(p.State, result, analysis.Cut(p.State, result, 1).Now)
	if len(same.Clusters) != len(board.Clusters()) {
		t.Errorf("the present number gives %d clusters, there are %d", len(same.Clusters), len(board.Clusters()))
	}
	for _, c := range same.Clusters {
		if len(c.From) != 1 || c.From[0] != c.Cluster {
			t.Errorf("the present number changes %+v", c)
		}
	}
	if got := analysis.Cut(p.State, nil, 4); len(got.Clusters) != 0 {
		t.Errorf("without a run: %+v", got)
	}
}

// Ten thousand ideas are cut while a slider is being moved: 2 ms (go test -bench Cut).
func BenchmarkCut(b *testing.B) {
	p := debated(b)
	text := p.Text("A footpath along the river bank to the bridge and the harbour.")
	author := p.Citizen(p.State.Seats[0].Application)
	p.Cluster(6)
	r := *lastRun(b, p)
	ideas := r.Ideas
	for n := len(ideas); n < 10_000; n++ {
		p.Do(author, topic.SubmitIdea{Text: text, Lang: "en"})
		m := ideas[n%len(ideas)]
		m.Idea = uint32(n + 1)
		r.Ideas = append(r.Ideas, m)
	}
	for b.Loop() {
		if g := analysis.Cut(p.State, &r, 4); len(g.Clusters) == 0 || g.Since != 0 {
			b.Fatalf("%+v", g)
		}
	}
}

func TestParseClusterRefusesTrees(t *testing.T) {
	p := debated(t)
	p.Cluster(4)
	blob := p.Blobs[p.State.Board.Result]
	r := lastRun(t, p)
	first := slices.IndexFunc(r.Tree, func(n analysis.MachineNode) bool { return len(n.Joins) == 2 })
	joins := fmt.Sprintf(`"joins":[%d,%d]`, r.Tree[first].Joins[0], r.Tree[first].Joins[1])
	for _, bad := range []string{fmt.Sprintf(`"joins":[0,%d]`, r.Tree[first].Joins[1]), fmt.Sprintf(`"joins":[%d,%d]`, r.Tree[first].Joins[0], len(r.Tree)), `"joins":[1]`} {
		broken := bytes.Replace(blob, []byte(joins), []byte(bad), 1)
		if bytes.Equal(broken, blob) {
			t.Fatal("nothing was broken")
		}
		if _, err := analysis.ParseCluster(broken); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
	slices.SortFunc(r.Ideas, func(a, b analysis.MachineIdea) int { return cmp.Compare(b.Part, a.Part) })
	part := fmt.Sprintf(`"part":%d`, r.Ideas[0].Part)
	if _, err := analysis.ParseCluster(bytes.Replace(blob, []byte(part), []byte(`"part":999`), 1)); err == nil {
		t.Error("a part that is not there was read")
	}
}
