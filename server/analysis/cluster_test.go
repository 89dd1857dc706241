package analysis_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"veche/server/analysis"
	"veche/server/analysis/rehearsal"
	"veche/server/topic"
)

func debated(t testing.TB) *rehearsal.Play {
	p := rehearsal.New(t)
	p.Apply(60)
	p.Draw()
	p.Debate()
	return p
}

func TestClusterRunsAgain(t *testing.T) {
	p := debated(t)
	first, blobs, err := analysis.Cluster(context.Background(), p.State, p.IdeaTexts(), 5, "seed")
	if err != nil {
		t.Fatal(err)
	}
	result, err := analysis.ParseCluster(blobs.Result())
	if err != nil {
		t.Fatal(err)
	}
	again, same, err := analysis.Recluster(context.Background(), p.State, p.IdeaTexts(), result)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(blobs.Result(), same.Result()) || !slices.Equal(first.Base, again.Base) || first.New != again.New {
		t.Error("the same run gave another result")
	}
	if first.New != 5 || len(result.Clusters) != 5 || len(result.Ideas) != len(p.State.Ideas) {
		t.Errorf("%d new clusters, %d described, %d ideas", first.New, len(result.Clusters), len(result.Ideas))
	}
	for _, c := range result.Clusters {
		if c.Label == "" || len(c.Representatives) == 0 || c.Size == 0 {
			t.Errorf("cluster %+v", c)
		}
	}
}

// What moderators did holds in the next run, and undoing it after that run
// gives the board that the run alone would give.
func TestCurationHoldsAndCanBeUndone(t *testing.T) {
	p := debated(t)
	p.Cluster(5)
	board := &p.State.Board
	from, to := board.Cluster(1), uint32(0)
	for _, c := range board.Clusters() {
		if c != from {
			to = c
		}
	}
	p.Do(rehearsal.Moderator, topic.MoveIdeas{Ideas: []uint32{1}, To: to, Reason: p.Text("fits better")})
	moved := p.State.Seq
	base := slices.Clone(board.Base)
	merged := board.Clusters()[:2]
	p.Do(rehearsal.Moderator, topic.MergeClusters{Into: merged[0], From: merged[1:], Reason: p.Text("the same")})
	p.Do(p.Citizen(p.State.Seats[0].Application), topic.SubmitIdea{Text: p.Text("A footpath along the river bank to the bridge and the harbour."), Lang: "en"})
	p.Cluster(0)
	if got := board.Cluster(1); got != board.Live(to) {
		t.Errorf("idea 1 was moved to cluster %d and is now in %d", to, got)
	}
	if board.Base[0] != base[0] {
		t.Errorf("the base of the moved idea was %d and is now %d", base[0], board.Base[0])
	}
	if board.Live(merged[1]) != merged[0] {
		t.Error("the merge is gone")
	}
	if c := board.Cluster(uint32(len(p.State.Ideas))); c == 0 {
		t.Error("the new idea is in no cluster")
	}
	p.Do(rehearsal.Moderator, topic.UndoOperation{Operation: moved, Reason: p.Text("no")})
	if got := board.Cluster(1); got != board.Live(base[0]) {
		t.Errorf("after the undo idea 1 is in cluster %d, it came from %d", got, base[0])
	}
}

func TestErasedIdeasTakeNoPart(t *testing.T) {
	p := debated(t)
	p.Cluster(5)
	base := p.State.Board.Base[4]
	p.Erase(topic.EraseIdea, 5, "author-request")
	made, blobs, err := analysis.Cluster(context.Background(), p.State, p.IdeaTexts(), 0, "seed")
	if err != nil {
		t.Fatal(err)
	}
	result, err := analysis.ParseCluster(blobs.Result())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := result.Idea(5); ok || made.Base[4] != base {
		t.Errorf("the erased idea is in the result, its base was %d and is %d", base, made.Base[4])
	}
	if bytes.Contains(blobs.Result(), []byte("Petrova")) {
		t.Error("the result repeats the erased text")
	}
	for _, c := range analysis.Overlay(p.State, result) {
		if slices.Contains(c.Ideas, 5) || slices.Contains(c.Representatives, 5) {
			t.Errorf("cluster %d shows the erased idea", c.Cluster)
		}
	}
}

func TestClusterRefusals(t *testing.T) {
	p := debated(t)
	texts := p.IdeaTexts()
	delete(texts, 3)
	var missing *analysis.MissingError
	if _, _, err := analysis.Cluster(context.Background(), p.State, texts, 0, ""); !errors.As(err, &missing) || missing.Number != 3 {
		t.Errorf("without a text: %v", err)
	}
	if _, _, err := analysis.Cluster(context.Background(), p.State, p.IdeaTexts(), 31, ""); topic.CodeOf(err) != topic.CodeInvalid {
		t.Errorf("31 clusters of 30 ideas: %v", err)
	}
	if _, _, err := analysis.Cluster(context.Background(), topic.NewState(), nil, 0, ""); topic.CodeOf(err) != topic.CodeConflict {
		t.Errorf("no ideas: %v", err)
	}
}

func TestOverlayShowsWhatIsLive(t *testing.T) {
	p := rehearsal.Whole(t)
	result, err := analysis.ParseCluster(p.Blobs[p.State.Board.Result])
	if err != nil {
		t.Fatal(err)
	}
	seen := map[uint32]bool{}
	for _, c := range analysis.Overlay(p.State, result) {
		if c.Label == "" || c.Size == 0 && !c.Hidden {
			t.Errorf("cluster %+v", c)
		}
		for _, n := range c.Ideas {
			if seen[n] || p.State.Board.Cluster(n) != c.Cluster {
				t.Errorf("idea %d stands in cluster %d and elsewhere", n, c.Cluster)
			}
			seen[n] = true
		}
		for _, n := range c.Representatives {
			if p.State.Board.Hidden(n) || !slices.Contains(c.Ideas, n) {
				t.Errorf("idea %d speaks for cluster %d", n, c.Cluster)
			}
		}
		if c.Size >= 3 && len(c.Representatives) < 3 {
			t.Errorf("cluster %d has %d representatives", c.Cluster, len(c.Representatives))
		}
	}
}

// A split while a clustering runs takes the number that the run gives to a new
// cluster: recording it would mix the two.
func TestSplitWhileClustering(t *testing.T) {
	p := debated(t)
	p.Cluster(5)
	made, blobs, err := analysis.Cluster(context.Background(), p.State, p.IdeaTexts(), 9, "seed")
	if err != nil {
		t.Fatal(err)
	}
	p.Keep(blobs)
	var cluster uint32
	for _, c := range p.State.Board.Clusters() {
		if p.State.Board.Size(c) > 1 {
			cluster = c
		}
	}
	for i := range p.State.Ideas {
		if n := uint32(i + 1); p.State.Board.Cluster(n) == cluster {
			p.Do(rehearsal.Moderator, topic.SplitCluster{From: cluster, Ideas: []uint32{n}, Reason: p.Text("another matter")})
			break
		}
	}
	if made.New == 0 {
		t.Fatal("nine clusters of five need new ones")
	}
	if _, err := p.Try(rehearsal.Moderator, topic.RecordClustering{Clustered: made}); topic.CodeOf(err) != topic.CodeConflict {
		t.Errorf("recording it says %v", err)
	}
}

// What moderators did holds whatever number of clusters a later run is asked
// for, and undoing it then gives back the groups as they were.
func TestCurationHoldsInAnyNumberOfClusters(t *testing.T) {
	for _, clusters := range []int{0, 2, 3, 5, 9, 14} {
		p := debated(t)
		p.Cluster(6)
		board := &p.State.Board
		live := board.Clusters()
		members := func(c uint32) (list []uint32) {
			for n := uint32(1); int(n) <= len(p.State.Ideas); n++ {
				if board.Cluster(n) == c {
					list = append(list, n)
				}
			}
			return list
		}
		before := map[uint32][]uint32{}
		for _, c := range live {
			before[c] = members(c)
		}
		p.Do(rehearsal.Moderator, topic.MergeClusters{Into: live[0], From: live[1:2], Reason: p.Text("the same")})
		merge := p.State.Seq
		p.Do(rehearsal.Moderator, topic.ShowCluster{Cluster: live[2], Reason: p.Text("off topic")})
		part := before[live[3]][:1]
		made := uint32(p.Do(rehearsal.Moderator, topic.SplitCluster{From: live[3], Ideas: part, Reason: p.Text("another matter")}))
		split := p.State.Seq
		p.Do(rehearsal.Moderator, topic.RenameCluster{Cluster: live[4], Title: p.Text("A name"), Reason: p.Text("clearer")})
		handled := map[uint32][]uint32{live[0]: members(live[0]), live[2]: members(live[2]), made: members(made), live[4]: members(live[4])}

		p.Cluster(clusters)
		for c, want := range handled {
			if got := members(c); !slices.Equal(got, want) {
				t.Errorf("asked for %d: cluster %d held %v and now holds %v", clusters, c, want, got)
			}
		}
		if !board.Veiled(live[2]) || board.Title(live[4]).IsZero() {
			t.Errorf("asked for %d: the hidden cluster or the name is gone", clusters)
		}
		p.Do(rehearsal.Moderator, topic.UndoOperation{Operation: merge, Reason: p.Text("no")})
		for _, c := range live[:2] {
			if got := members(c); !slices.Equal(got, before[c]) {
				t.Errorf("asked for %d: after undoing the merge cluster %d holds %v, it held %v", clusters, c, got, before[c])
			}
		}
		p.Do(rehearsal.Moderator, topic.UndoOperation{Operation: split, Reason: p.Text("no")})
		if got := board.Cluster(part[0]); got != board.Live(live[3]) {
			t.Errorf("asked for %d: after undoing the split idea %d is in cluster %d, it came from %d", clusters, part[0], got, live[3])
		}
	}
}
