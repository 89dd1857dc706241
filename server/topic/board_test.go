package topic

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sortedScene is one in curation with ten ideas in four clusters.
func sortedScene(t *testing.T) *scene {
	sc := newScene(t)
	sc.debate()
	sc.ideas(10)
	sc.open(atCuration)
	sc.cluster(4, 1, 1, 1, 2, 2, 2, 3, 3, 4, 0)
	return sc
}

var otherModerator = Who{Role: RoleModerator, Pseudonym: name("another moderator")}

func refused(t *testing.T, sc *scene, who Who, cmd Command, code Code, words string) {
	t.Helper()
	if _, err := sc.try(who, cmd); CodeOf(err) != code || !strings.Contains(err.Error(), words) {
		t.Errorf("%#v: %v, want %s with %q", cmd, err, code, words)
	}
}

// Undoing an operation, in whatever order, leaves the board that there would be
// had it never been done.
func TestUndoLeavesTheRest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sc := sortedScene(t)
		m := &machine{T: rt, scene: sc}
		var done []Command
		for range rapid.IntRange(2, 12).Draw(rt, "steps") {
			c := m.operation()
			if _, err := sc.try(moderator, c); err == nil {
				done = append(done, c)
			}
		}
		ops := sc.state.Board.Operations
		var can []int
		for i := range ops {
			if sc.state.CanUndo(ops[i].Seq) == nil {
				can = append(can, i)
			}
		}
		if len(can) == 0 {
			return
		}
		k := rapid.SampledFrom(can).Draw(rt, "undone")
		kind, gone := ops[k].Kind, ops[k].Cluster
		sc.do(moderator, UndoOperation{Operation: ops[k].Seq, Reason: why})

		other := sortedScene(t)
		for i, c := range done {
			if i == k {
				if kind == OperationSplit { // clusters keep their numbers
					other.state.Board.made(Made{Split: 1 << 40, From: ops[k].Clusters[0]})
					other.state.Board.alias[gone-1] = ops[k].Clusters[0]
				}
				continue
			}
			if _, err := other.try(moderator, c); err != nil {
				return // it rested on what was undone, as hiding on showing
			}
		}
		got, want := overlayOf(&sc.state.Board), overlayOf(&other.state.Board)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			rt.Fatalf("%d operations, the %s at %d undone:\n got %+v\nwant %+v", len(done), kind, k+1, got, want)
		}
	})
}

// operation draws an operation on the board that may well be done.
func (m *machine) operation() Command {
	s := m.scene.state
	cluster := func(what string) uint32 { return rapid.SampledFrom(s.Board.Clusters()).Draw(m.T, what) }
	ideas := rapid.SliceOfNDistinct(rapid.Uint32Range(1, uint32(len(s.Ideas))), 1, 3, func(n uint32) uint32 { return n }).Draw(m.T, "ideas")
	switch rapid.IntRange(0, 10).Draw(m.T, "kind") {
	case 0, 1:
		return MergeClusters{Into: cluster("into"), From: []uint32{cluster("from")}, Reason: why}
	case 2:
		from := s.Board.Cluster(ideas[0])
		return SplitCluster{From: from, Ideas: slices.DeleteFunc(ideas, func(n uint32) bool { return s.Board.Cluster(n) != from }), Title: m.digest("title"), Reason: why}
	case 3, 4:
		return MoveIdeas{Ideas: ideas, To: cluster("to"), Reason: why}
	case 5:
		return RenameCluster{Cluster: cluster("cluster"), Title: text("name"), Reason: why}
	case 6:
		return ShowCluster{Cluster: cluster("cluster"), Shown: m.flag("shown"), Reason: why}
	case 7:
		return ShowIdeas{Ideas: ideas, Shown: m.flag("shown"), Reason: why}
	case 9:
		return LeaveOutCluster{Cluster: cluster("cluster"), Left: m.flag("left"), Reason: why}
	case 8:
		return SummariseCluster{Cluster: cluster("cluster"), Summary: m.digest("summary"), Reason: why}
	}
	return MarkIdeas{Ideas: ideas, Mark: IdeaMark(rapid.IntRange(0, 2).Draw(m.T, "mark")), Reason: why}
}

// What somebody else changed meanwhile is told, what has nothing to do with it is
// not in the way.
func TestBoardClash(t *testing.T) {
	for _, x := range []struct {
		name         string
		theirs, mine Command
		clash        bool
	}{
		{"the same name", RenameCluster{Cluster: 1, Title: text("a"), Reason: why}, RenameCluster{Cluster: 1, Title: text("b"), Reason: why}, true},
		{"another name", RenameCluster{Cluster: 2, Title: text("a"), Reason: why}, RenameCluster{Cluster: 1, Title: text("b"), Reason: why}, false},
		{"a name, and an idea put there", RenameCluster{Cluster: 1, Title: text("a"), Reason: why}, MoveIdeas{Ideas: []uint32{4}, To: 1, Reason: why}, false},
		{"the same idea moved", MoveIdeas{Ideas: []uint32{4, 5}, To: 1, Reason: why}, MoveIdeas{Ideas: []uint32{5}, To: 3, Reason: why}, true},
		{"another idea moved", MoveIdeas{Ideas: []uint32{4}, To: 1, Reason: why}, MoveIdeas{Ideas: []uint32{5}, To: 3, Reason: why}, false},
		{"a cluster merged that was renamed", RenameCluster{Cluster: 2, Title: text("a"), Reason: why}, MergeClusters{Into: 1, From: []uint32{2}, Reason: why}, true},
		{"a cluster merged that was filled", MoveIdeas{Ideas: []uint32{4}, To: 3, Reason: why}, MergeClusters{Into: 1, From: []uint32{3}, Reason: why}, true},
		{"a cluster renamed that another joined", MergeClusters{Into: 1, From: []uint32{2}, Reason: why}, RenameCluster{Cluster: 1, Title: text("a"), Reason: why}, true},
		{"the same idea hidden", ShowIdeas{Ideas: []uint32{4}, Reason: why}, ShowIdeas{Ideas: []uint32{4}, Shown: true, Reason: why}, true},
		{"a mark beside a move", MoveIdeas{Ideas: []uint32{4}, To: 1, Reason: why}, MarkIdeas{Ideas: []uint32{4}, Mark: MarkedTwoIdeas, Reason: why}, false},
	} {
		t.Run(x.name, func(t *testing.T) {
			sc := sortedScene(t)
			sc.do(moderator, RenameCluster{Cluster: 4, Title: text("named before"), Reason: why}) // both are known to the log
			sc.do(otherModerator, RenameCluster{Cluster: 4, Title: text("named again"), Reason: why})
			seen := sc.state.Seq
			sc.do(otherModerator, x.theirs)
			if x.clash {
				refused(t, sc, moderator, OnBoard{x.mine, seen}, CodeConflict, "has meanwhile changed")
			} else {
				sc.do(moderator, OnBoard{x.mine, seen})
			}
			if x.clash { // having looked again
				sc.do(moderator, OnBoard{x.mine, sc.state.Seq})
			}
			sc.do(moderator, UndoOperation{Operation: sc.state.Seq, Reason: why})
		})
	}
	sc := sortedScene(t)
	seen := sc.state.Seq
	sc.do(moderator, RenameCluster{Cluster: 1, Title: text("a"), Reason: why})
	sc.do(moderator, OnBoard{RenameCluster{Cluster: 1, Title: text("b"), Reason: why}, seen}) // one's own step
	sc.do(otherModerator, RenameCluster{Cluster: 2, Title: text("a"), Reason: why})
	sc.do(otherModerator, UndoOperation{Operation: sc.state.Seq, Reason: why})
	sc.do(moderator, OnBoard{RenameCluster{Cluster: 2, Title: text("b"), Reason: why}, seen}) // undone: nothing is lost
}

// Nothing changes a locked cluster until it is unlocked.
func TestLockedCluster(t *testing.T) {
	sc := sortedScene(t)
	sc.do(moderator, RenameCluster{Cluster: 1, Title: text("a"), Reason: why})
	named := sc.state.Seq
	sc.do(moderator, LockCluster{Cluster: 1, Locked: true, Reason: why})
	for _, c := range []Command{
		RenameCluster{Cluster: 1, Title: text("b"), Reason: why},
		MergeClusters{Into: 2, From: []uint32{1}, Reason: why},
		MergeClusters{Into: 1, From: []uint32{2}, Reason: why},
		SplitCluster{From: 1, Ideas: []uint32{1}, Reason: why},
		MoveIdeas{Ideas: []uint32{1}, To: 2, Reason: why},
		MoveIdeas{Ideas: []uint32{4}, To: 1, Reason: why},
		ShowCluster{Cluster: 1, Reason: why},
		SummariseCluster{Cluster: 1, Summary: text("s"), Reason: why},
		UndoOperation{Operation: named, Reason: why},
	} {
		refused(t, sc, otherModerator, c, CodeConflict, "locked")
	}
	refused(t, sc, moderator, LockCluster{Cluster: 1, Locked: true, Reason: why}, CodeConflict, "already")
	sc.do(otherModerator, LockCluster{Cluster: 1, Reason: why})
	sc.do(otherModerator, UndoOperation{Operation: named, Reason: why})
	if !sc.state.Board.Title(1).IsZero() {
		t.Error("the name of an unlocked cluster can't be undone")
	}
}

// What is left out is not put to the rating until it is put back, and the list
// has a digest of its own.
func TestLeftOutIsNotRated(t *testing.T) {
	sc := sortedScene(t)
	if !sc.state.ItemsDigest().IsZero() {
		t.Error("a list that there is not has a digest")
	}
	sc.do(moderator, LeaveOutCluster{Cluster: 2, Left: true, Reason: why})
	refused(t, sc, moderator, FreezeItems{[]Item{{Cluster: 1, Idea: 1}, {Cluster: 2, Idea: 4}}}, CodeConflict, "left out")
	refused(t, sc, otherModerator, LeaveOutCluster{Cluster: 2, Left: true, Reason: why}, CodeConflict, "already")
	sc.do(moderator, FreezeItems{[]Item{{Cluster: 1, Idea: 1}}})
	first := sc.state.ItemsDigest()
	sc.do(moderator, LeaveOutCluster{Cluster: 2, Reason: why})
	sc.do(moderator, FreezeItems{[]Item{{Cluster: 1, Idea: 1}, {Cluster: 2, Idea: 4}}})
	if second := sc.state.ItemsDigest(); first.IsZero() || second == first {
		t.Errorf("the digests of two lists: %s, %s", first, second)
	}
}

// The digest of a list covers the words of the ideas in it, as they were when the
// list was fixed; what is masked afterwards is told.
func TestItemsDigestCoversTexts(t *testing.T) {
	lists := map[Digest]bool{}
	for _, words := range []string{"idea 1", "other words"} {
		sc := newScene(t)
		sc.debate()
		sc.do(citizen("anna"), SubmitIdea{Text: text(words), Lang: "en"})
		sc.open(atCuration)
		sc.do(moderator, FreezeItems{[]Item{{Idea: 1}, {Summary: text("summary")}}})
		fixed := sc.state.ItemsDigest()
		lists[fixed] = true
		if got := sc.state.ItemsReworded(); len(got) > 0 {
			t.Errorf("reworded before anything was masked: %v", got)
		}
		sc.do(citizen("anna"), MaskText{IdeaSubject(1), text("masked"), 10})
		if got := sc.state.ItemsReworded(); len(got) != 1 || got[0] != 1 || sc.state.ItemsDigest() != fixed {
			t.Errorf("after masking: reworded %v, the digest is the same: %v", got, sc.state.ItemsDigest() == fixed)
		}
		refused(t, sc, planner, OpenStage{atRating}, CodeConflict, "were masked since")
		sc.do(moderator, FreezeItems{[]Item{{Idea: 1}, {Summary: text("summary")}}})
		sc.open(atRating)
		if sc.state.ItemsDigest() == fixed || len(sc.state.ItemsReworded()) > 0 {
			t.Error("a list fixed anew with the masked words has the digest of the old one")
		}
	}
	if len(lists) != 2 {
		t.Error("lists of other words have one digest")
	}
}

// What is off topic is not put to the rating.
func TestOffTopicIsNotRated(t *testing.T) {
	sc := sortedScene(t)
	sc.do(moderator, MarkIdeas{Ideas: []uint32{1}, Mark: MarkedOffTopic, Reason: why})
	refused(t, sc, moderator, FreezeItems{[]Item{{Cluster: 1, Idea: 1}}}, CodeConflict, "off topic")
	sc.do(moderator, MarkIdeas{Ideas: []uint32{1}, Mark: Unmarked, Reason: why})
	sc.do(moderator, FreezeItems{[]Item{{Cluster: 1, Idea: 1}}})
}
