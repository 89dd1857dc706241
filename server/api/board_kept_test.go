package api

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"veche/server/analysis"
	"veche/server/topic"
)

// desk is a topic in curation that one planner and two moderators work on.
type desk struct {
	state *topic.State
	run   *analysis.ClusterResult
	clock int64
}

var (
	planner    = topic.Who{Role: topic.RolePlanner, Pseudonym: topic.Pseudonym{1}}
	moderators = []topic.Who{{Role: topic.RoleModerator, Pseudonym: topic.Pseudonym{2}}, {Role: topic.RoleModerator, Pseudonym: topic.Pseudonym{3}}}
	reason     = topic.Digest{9}
)

func (d *desk) try(who topic.Who, cmd topic.Command) error {
	d.clock++
	decision, err := d.state.Decide(cmd, topic.Input{Who: who, Time: d.clock})
	if err != nil {
		return err
	}
	for i := range decision.Events {
		d.state.Apply(&decision.Events[i])
	}
	return nil
}

func (d *desk) do(who topic.Who, cmd topic.Command) {
	if err := d.try(who, cmd); err != nil {
		panic(fmt.Sprintf("%#v: %v", cmd, err))
	}
}

// newDesk has so many ideas, the first of them grouped, idea n in cluster
// groups[n-1].
func newDesk(ideas int, groups []uint32) *desk {
	d := &desk{state: topic.NewState()}
	d.do(planner, topic.Create{Settings: topic.Settings{ID: "desk", Title: "Desk", Question: "What?", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageCuration}}}})
	d.do(planner, topic.OpenStage{})
	d.ideas(len(groups))
	d.cluster(groups)
	d.ideas(ideas - len(groups))
	return d
}

func (d *desk) ideas(n int) {
	if n < 1 {
		return
	}
	cmd := topic.ImportIdeas{IdeasImported: topic.IdeasImported{Lang: "en"}}
	for range n {
		d.clock++
		cmd.Texts, cmd.Times = append(cmd.Texts, topic.Digest{1, byte(d.clock), byte(d.clock >> 8)}), append(cmd.Times, d.clock)
	}
	d.do(planner, cmd)
}

func (d *desk) cluster(groups []uint32) {
	d.run = &analysis.ClusterResult{Schema: analysis.Schema, InputSeq: d.state.Seq}
	c := topic.Clustered{InputSeq: d.state.Seq, Seed: "test", Result: topic.Digest{7, byte(d.state.Seq)}, Base: groups, New: slices.Max(groups)}
	for n := uint32(1); n <= c.New; n++ {
		m := analysis.MachineCluster{Cluster: n, Label: fmt.Sprintf("label %d", n), Lang: "en"}
		for i, g := range groups {
			if g == n {
				m.Size++
				m.Representatives = append(m.Representatives, uint32(i+1))
			}
		}
		m.Representatives = m.Representatives[:min(2, len(m.Representatives))]
		d.run.Clusters = append(d.run.Clusters, m)
	}
	for i, g := range groups {
		x := analysis.MachineIdea{Idea: uint32(i + 1), Cluster: g, Score: 1 / float64(i+2), Check: i%5 == 4}
		if i%7 == 6 && groups[i-1] == g {
			x.DuplicateOf = uint32(i)
		}
		d.run.Ideas = append(d.run.Ideas, x)
	}
	d.do(planner, topic.RecordClustering{Clustered: c})
}

func (d *desk) board(moderator bool, last *board) *board {
	b := newBoard(d.state, 1, d.run, moderator, last)
	b.finish(last)
	return b
}

func TestBoardWindow(t *testing.T) {
	d := newDesk(10, []uint32{1, 1, 1, 1, 1, 1, 1, 2})
	d.do(moderators[0], topic.ShowIdeas{Ideas: []uint32{3}, Reason: reason})
	b := d.board(true, nil)
	for _, x := range []struct {
		name string
		f    boardFilter
		want []uint32
	}{
		{"a cluster, the most telling first", boardFilter{cluster: 1, moderate: true}, []uint32{1, 2, 4, 5, 6, 3, 7}},
		{"for those who do not see what is hidden", boardFilter{cluster: 1}, []uint32{1, 2, 4, 5, 6, 7}},
		{"repeats folded", boardFilter{cluster: 1, folded: true}, []uint32{1, 2, 4, 5, 6}},
		{"what repeats the sixth", boardFilter{only: "repeats", of: 6}, []uint32{7}},
		{"not sorted, the newest first", boardFilter{only: "unsorted"}, []uint32{10, 9}},
		{"new", boardFilter{only: "new"}, []uint32{10, 9}},
		{"doubtful", boardFilter{only: "doubtful"}, []uint32{5}},
		{"hidden", boardFilter{only: "hidden", moderate: true}, []uint32{3}},
		{"hidden, for all", boardFilter{only: "hidden"}, []uint32{}},
		{"another language", boardFilter{lang: "ru"}, []uint32{}},
		{"named ones", boardFilter{among: []uint32{3, 2, 99}}, []uint32{2}},
		{"a cluster that is not there", boardFilter{cluster: 9}, []uint32{}},
	} {
		got := b.choose(d.state, &x.f)
		if x.name == "a cluster, the most telling first" { // representatives first, hidden ones among the others
			slices.Sort(got[2:5])
		}
		if !slices.Equal(sortedTail(got), sortedTail(x.want)) {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
	want := boardCounts{Ideas: 10, Unsorted: 2, Doubtful: 1, New: 2, Hidden: 1}
	if b.counts != want {
		t.Errorf("counts %+v, want %+v", b.counts, want)
	}
	if v := d.board(false, nil).since(0, 0); v.Counts.Ideas != 9 || !v.Whole || v.Clusters[0].HiddenIdeas != 0 {
		t.Errorf("for all: %+v", v)
	}
}

func sortedTail(list []uint32) []uint32 {
	list = slices.Clone(list)
	if len(list) > 2 {
		slices.Sort(list[2:])
	}
	return list
}

// A reader who follows the changes, however seldom, knows what one knows who
// reads the whole board.
func TestBoardChanges(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(14, []uint32{1, 1, 1, 2, 2, 3, 3, 3, 3, 1, 2})
		moderator := rapid.Bool().Draw(rt, "moderator")
		kept := d.board(moderator, nil)
		known := map[uint32]clusterView{}
		epoch, seq := uint64(0), uint64(0)
		follow := func() {
			change := kept.since(epoch, seq)
			if change.Whole {
				clear(known)
			}
			for _, v := range change.Clusters {
				known[v.ID] = v
			}
			for _, c := range change.Gone {
				delete(known, c)
			}
			epoch, seq = change.Epoch, change.Seq
			if whole := kept.since(0, 0); len(whole.Clusters) != len(known) {
				rt.Fatalf("%d clusters are known of %d", len(known), len(whole.Clusters))
			}
			for _, v := range d.board(moderator, nil).clusters {
				k, ok := known[v.ID]
				if !ok || !same(&k, &v) {
					rt.Fatalf("cluster %d is known as %+v, it is %+v", v.ID, k, v)
				}
			}
		}
		follow()
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			_ = d.try(rapid.SampledFrom(moderators).Draw(rt, "who"), drawnOperation(rt, d.state)) // what is refused changes nothing
			kept = d.board(moderator, kept)
			if rapid.Bool().Draw(rt, "look") {
				follow()
			}
		}
		follow()
	})
}

// drawnOperation draws an operation on the board, sensible or not.
func drawnOperation(rt *rapid.T, s *topic.State) topic.Command {
	cluster := func(name string) uint32 { return rapid.Uint32Range(1, uint32(len(s.Board.Made))).Draw(rt, name) }
	ideas := rapid.SliceOfNDistinct(rapid.Uint32Range(1, uint32(len(s.Ideas))), 1, 3, func(n uint32) uint32 { return n }).Draw(rt, "ideas")
	switch rapid.IntRange(0, 6).Draw(rt, "kind") {
	case 0:
		return topic.MergeClusters{Into: cluster("into"), From: []uint32{cluster("from")}, Reason: reason}
	case 1:
		return topic.SplitCluster{From: s.Board.Cluster(ideas[0]), Ideas: ideas, Reason: reason}
	case 2:
		return topic.MoveIdeas{Ideas: ideas, To: cluster("to"), Reason: reason}
	case 3:
		return topic.RenameCluster{Cluster: cluster("named"), Title: topic.Digest{byte(rapid.IntRange(1, 3).Draw(rt, "title"))}, Reason: reason}
	case 4:
		return topic.ShowCluster{Cluster: cluster("shown"), Shown: rapid.Bool().Draw(rt, "is"), Reason: reason}
	case 5:
		return topic.ShowIdeas{Ideas: ideas, Shown: rapid.Bool().Draw(rt, "is"), Reason: reason}
	}
	if len(s.Board.Operations) == 0 {
		return topic.UndoOperation{Operation: 1, Reason: reason}
	}
	return topic.UndoOperation{Operation: rapid.SampledFrom(s.Board.Operations).Draw(rt, "undone").Seq, Reason: reason}
}

// Reports that wait are told to moderators, and to nobody else.
func TestBoardFlagged(t *testing.T) {
	d := newDesk(3, []uint32{1, 1, 1})
	d.state.Flags = append(d.state.Flags, topic.Flag{Subject: topic.IdeaSubject(2)}, topic.Flag{Subject: topic.IdeaSubject(3), Outcome: topic.FlagKept})
	before := d.board(true, nil)
	if got := before.choose(d.state, &boardFilter{only: "flagged", moderate: true}); !slices.Equal(got, []uint32{2}) || before.counts.Flagged != 1 {
		t.Errorf("moderators are told of %v, counted %d", got, before.counts.Flagged)
	}
	b := d.board(false, nil)
	if got := b.choose(d.state, &boardFilter{only: "flagged"}); len(got) != 0 || b.counts.Flagged != 0 {
		t.Errorf("all are told of %v, counted %d", got, b.counts.Flagged)
	}
	d.state.Flags[0].Outcome = topic.FlagKept
	if after := d.board(true, before); after.key == before.key || after.clusters[0].Changed != after.seq {
		t.Error("a settled report leaves the board as it was")
	}
}

// A text that its author has masked makes its cluster one that has changed, so
// that whoever reads it there gets the new words; other clusters stay.
func TestBoardMasked(t *testing.T) {
	d := newDesk(5, []uint32{1, 1, 1, 2, 2})
	before := d.board(false, nil)
	for _, body := range []topic.Body{
		&topic.TextErased{Target: topic.EraseIdea, Number: 2, Digest: d.state.Ideas[1].Text, Reason: "author-request"},
		&topic.TextMasked{Subject: topic.IdeaSubject(2), Text: topic.Digest{5}, Characters: 1},
	} {
		d.state.Apply(&topic.Event{Seq: d.state.Seq + 1, Time: d.clock, Body: body})
	}
	after := d.board(false, before)
	if after.key == before.key || after.clusters[0].Changed != after.seq || after.clusters[1].Changed != before.seq {
		t.Errorf("the clusters changed at %d and %d; the board is of %d, the one before of %d", after.clusters[0].Changed, after.clusters[1].Changed, after.seq, before.seq)
	}
}
