package nlp

import (
	"context"
	"flag"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// edits are what moderators did to a board, kept as the server keeps them.
type edits struct {
	board  map[string]int // idea → cluster as the moderators see it
	held   []Placed
	locked []int
	keep   []int
	apart  [][2]int
	merged []int
	last   int
}

func (e *edits) members(cluster int, documents []Document) (ids []string) {
	for _, d := range documents {
		if e.board[d.ID] == cluster {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

func (e *edits) move(id string, cluster int) {
	e.held = append(e.held, Placed{id, cluster})
	e.board[id] = cluster
}

func (e *edits) draw(t *rapid.T, documents []Document) {
	var clusters []int
	for _, d := range documents {
		if c := e.board[d.ID]; c > 0 && !slices.Contains(clusters, c) {
			clusters = append(clusters, c)
		}
	}
	slices.Sort(clusters)
	if len(clusters) == 0 {
		return
	}
	pick := func(name string) int { return rapid.SampledFrom(clusters).Draw(t, name) }
	switch a := pick("cluster"); rapid.SampledFrom([]string{"move", "merge", "split", "rename", "lock"}).Draw(t, "edit") {
	case "move":
		e.move(rapid.SampledFrom(documents).Draw(t, "idea").ID, a)
	case "merge":
		b := pick("into")
		if a == b {
			return
		}
		for _, id := range append(e.members(a, documents), e.members(b, documents)...) {
			e.move(id, b)
		}
		e.merged = append(e.merged, a)
		gone := func(c int) bool { return c == a }
		e.keep, e.locked = slices.DeleteFunc(e.keep, gone), slices.DeleteFunc(e.locked, gone)
		e.apart = slices.DeleteFunc(e.apart, func(p [2]int) bool { return p[0] == a || p[1] == a || p == [2]int{a, b} })
	case "split":
		ids := e.members(a, documents)
		if len(ids) < 2 {
			return
		}
		e.last++
		for _, id := range ids[:rapid.IntRange(1, len(ids)-1).Draw(t, "ideas")] {
			e.move(id, e.last)
		}
		e.apart = append(e.apart, [2]int{a, e.last})
	case "rename":
		e.keep = append(e.keep, a)
	case "lock":
		e.locked = append(e.locked, a)
	}
}

func (e *edits) options() Options {
	o := Options{Held: e.held, Locked: e.locked, Keep: e.keep, Apart: e.apart, LastCluster: e.last, NounPhrases: []string{}}
	return o
}

// TestEditsHold: whatever moderators did, in whatever order, all of it holds
// after any later run, warm or cold, with more ideas or the same.
func TestEditsHold(t *testing.T) {
	sizes := []int{3, 20, 60, 130, 420}
	if slow {
		sizes = sizes[:4]
		checks := flag.Lookup("rapid.checks")
		before := checks.Value.String()
		if err := checks.Value.Set("30"); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := checks.Value.Set(before); err != nil {
				t.Error(err)
			}
		}()
	}
	rapid.Check(t, func(t *rapid.T) {
		language := rapid.SampledFrom([]string{"", "en", "ru"}).Draw(t, "language")
		documents, _ := madeIdeas(rapid.SampledFrom(sizes).Draw(t, "n"), rapid.Uint64Range(0, 50).Draw(t, "texts"), language)
		e := &edits{board: map[string]int{}}
		shown := documents[:len(documents)*3/4]
		for range rapid.IntRange(1, 3).Draw(t, "runs") {
			o := e.options()
			if rapid.Bool().Draw(t, "warm") {
				for _, d := range shown {
					o.Previous = append(o.Previous, Placed{d.ID, e.board[d.ID]})
				}
			}
			o.Clusters = rapid.SampledFrom([]int{0, 0, 1, 5, 12}).Draw(t, "clusters")
			before := map[string]int{}
			for _, p := range o.Previous {
				before[p.ID] = p.Cluster
			}
			r, err := Cluster(context.Background(), shown, o)
			if err != nil {
				t.Fatal(err)
			}
			e.check(t, r, shown, before)
			for _, a := range r.Assignments {
				e.board[a.ID] = a.Cluster
				e.last = max(e.last, a.Cluster)
			}
			for range rapid.IntRange(0, 5).Draw(t, "edits") {
				e.draw(t, shown)
			}
			shown = documents
		}
	})
}

func (e *edits) check(t *rapid.T, r *Result, documents []Document, before map[string]int) {
	if len(r.Assignments) != len(documents) {
		t.Fatalf("%d assignments of %d ideas", len(r.Assignments), len(documents))
	}
	at := map[string]int{}
	size := map[int]int{}
	for i, a := range r.Assignments {
		if a.ID != documents[i].ID {
			t.Fatalf("assignment %d is of %q, want %q", i, a.ID, documents[i].ID)
		}
		if a.Score < -1 || a.Score > 1 || a.Margin < 0 || a.Margin > 2 {
			t.Fatalf("out of range: %+v", a)
		}
		at[a.ID] = a.Cluster
		size[a.Cluster]++
	}
	held := map[string]int{}
	for _, h := range e.held {
		held[h.ID] = h.Cluster
	}
	for _, d := range documents {
		if want, ok := held[d.ID]; ok && at[d.ID] != want {
			t.Fatalf("idea %s %q was placed in %d by a moderator and is in %d", d.ID, d.Text, want, at[d.ID])
		}
		was, now := before[d.ID], at[d.ID]
		if _, ok := held[d.ID]; ok || was == 0 || was == now {
			continue
		}
		if slices.Contains(e.locked, was) {
			t.Fatalf("idea %s left the locked cluster %d for %d", d.ID, was, now)
		}
		for _, p := range e.apart {
			if p == [2]int{was, now} || p == [2]int{now, was} {
				t.Fatalf("idea %s went from %d to %d, which a moderator split", d.ID, was, now)
			}
		}
	}
	listed := map[int]bool{}
	for _, c := range r.Clusters {
		if listed[c.ID] || c.ID <= 0 || slices.Contains(e.merged, c.ID) {
			t.Fatalf("cluster %d is listed twice, not numbered, or was merged away (%v)", c.ID, e.merged)
		}
		listed[c.ID] = true
		if c.Size != size[c.ID] {
			t.Fatalf("cluster %d says %d ideas and has %d", c.ID, c.Size, size[c.ID])
		}
		for _, id := range c.Representatives {
			if at[id] != c.ID {
				t.Fatalf("%s speaks for cluster %d and is in %d", id, c.ID, at[id])
			}
		}
	}
	for c := range size {
		if c > 0 && !listed[c] {
			t.Fatalf("cluster %d has ideas and is not listed", c)
		}
	}
	for _, c := range append(slices.Clone(e.keep), e.locked...) {
		if !listed[c] {
			t.Fatalf("cluster %d was renamed or locked and is gone", c)
		}
	}
}
