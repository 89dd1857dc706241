package audit_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"veche/server/audit"
	"veche/server/topic"
)

// sorts are events by how far their hash keeps them: public, votes, salted.
var sorts = []func(n uint64) topic.Event{
	func(n uint64) topic.Event { return topic.Event{Time: int64(n), Body: &topic.StageOpened{}} },
	func(n uint64) topic.Event {
		return topic.Event{Time: int64(n), Actor: topic.Actor{Role: topic.RoleBallot, Number: 1}, Body: &topic.Voted{Item: 1, Value: topic.Agree}}
	},
	func(n uint64) topic.Event {
		return topic.Event{Time: int64(n), Actor: topic.Actor{Role: topic.RoleBallot, Number: 1}, Body: &topic.BallotCast{Poll: 1, Marks: 1}}
	},
}

// planted is a grove over events of the given sorts, the whole tree over the same
// events, and their bytes.
func planted(tb rapid.TB, kinds []int) (*audit.Grove, *audit.Tree, [][]byte) {
	var events [][]byte
	var leaves []audit.Leaf
	tree := new(audit.Tree)
	g := &audit.Grove{Read: func(group uint64) ([]audit.Leaf, error) {
		return leaves[group*audit.GroupSize:][:audit.GroupSize], nil
	}}
	for i, k := range kinds {
		e := sorts[k](uint64(i))
		b := e.AppendTo(nil)
		l, err := audit.NewLeaf(uint64(i+1), b)
		if err != nil {
			tb.Fatal(err)
		}
		events, leaves = append(events, b), append(leaves, l)
		g.Append(l)
		if err := tree.Append(b); err != nil {
			tb.Fatal(err)
		}
	}
	return g, tree, events
}

// fewVotes says whether the events from first on stand under a hash that a vote
// could be guessed from.
func fewVotes(kinds []int) bool {
	votes := 0
	for _, k := range kinds {
		switch k {
		case 2:
			return false
		case 1:
			votes++
		}
	}
	return votes > 0 && votes < 4
}

// Groups, roots and consistency are those of the plain tree; every event is found
// at its place or stands under a hash over others; no hash tells a vote.
func TestGroveIsTheTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfN(rapid.SampledFrom([]int{0, 0, 1, 1, 2}), 1, 300).Draw(t, "sorts")
		g, tree, events := planted(t, kinds)
		size := rapid.Uint64Range(1, uint64(len(kinds))).Draw(t, "size")
		root, err := tree.Root(size)
		if err != nil {
			t.Fatal(err)
		}
		point := audit.Checkpoint{Origin: "o", Size: size, Root: root}
		if got, err := g.Root(size); err == nil && got != root || err != nil && !errors.Is(err, audit.ErrVeiled) {
			t.Fatalf("root over %d: %v", size, err)
		}
		for group := range (size + audit.GroupSize - 1) / audit.GroupSize {
			p, err := g.Group(group, size)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Check(point); err != nil {
				t.Fatal(err)
			}
			at := p.First
			for _, n := range p.Nodes {
				if n.Level == 0 && !p.Holds(at, audit.LeafHash(events[at-1])) {
					t.Fatalf("event %d is not at its place", at)
				}
				at += 1 << n.Level
			}
			if at != p.First+p.Events {
				t.Fatalf("the nodes of group %d cover %d of %d events", group, at-p.First, p.Events)
			}
			forged := p
			forged.Nodes = append([]audit.Subtree(nil), p.Nodes...)
			forged.Nodes[len(forged.Nodes)-1].Hash[3] ^= 1
			if forged.Check(point) == nil {
				t.Fatal("another group is taken")
			}
		}
		older := rapid.Uint64Range(1, size).Draw(t, "older")
		proof, err := g.Consistency(older, size, false)
		if errors.Is(err, audit.ErrVeiled) {
			return
		}
		want, e := tree.Consistency(older, size)
		if err != nil || e != nil || len(proof) != len(want) {
			t.Fatal(err, e)
		}
		for i := range want {
			if proof[i] != want[i] {
				t.Fatalf("hash %d of the proof from %d to %d differs", i, older, size)
			}
		}
	})
}

// What is signed for everyone grows by whole groups while votes are cast, and
// never by a hash from which one could be guessed.
func TestPublishable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 1, 2}), 1, 200).Draw(t, "sorts")
		voting := rapid.Bool().Draw(t, "voting")
		g, _, _ := planted(t, kinds)
		n := g.Publishable(voting)
		tail := kinds[len(kinds)-len(kinds)%64:]
		votes := 0
		for _, k := range tail {
			if k == 1 {
				votes++
			}
		}
		switch {
		case n > g.Size():
			t.Fatalf("%d of %d events", n, g.Size())
		case votes == 0 && !voting && n != g.Size():
			t.Fatalf("without votes %d of %d events are published", n, g.Size())
		case voting && n != g.Size()-g.Size()%64:
			t.Fatalf("while votes are cast %d of %d events are published", n, g.Size())
		}
		if n == 0 {
			return
		}
		if _, err := g.Root(n); err != nil {
			t.Fatalf("the root over %d of %d: %v", n, g.Size(), err)
		}
		for group := range (n + audit.GroupSize - 1) / audit.GroupSize {
			p, err := g.Group(group, n)
			if err != nil {
				t.Fatal(err)
			}
			at := p.First - 1
			for _, node := range p.Nodes {
				if 1<<node.Level < audit.GroupSize && fewVotes(kinds[at:at+1<<node.Level]) {
					t.Fatalf("%d events from %d on stand under a hash from which a vote can be guessed", 1<<node.Level, at+1)
				}
				at += 1 << node.Level
			}
		}
	})
}

func TestNoVoteIsToldAlone(t *testing.T) {
	kinds := make([]int, 130)
	for i := 10; i < 90; i++ {
		kinds[i] = 1
	}
	kinds[100] = 1
	g, tree, events := planted(t, kinds)
	root, err := tree.Root(128)
	if err != nil {
		t.Fatal(err)
	}
	for group := range uint64(2) {
		p, err := g.Group(group, 128)
		if err != nil || p.Check(audit.Checkpoint{Origin: "o", Size: 128, Root: root}) != nil {
			t.Fatal(err)
		}
		at := p.First - 1
		for _, n := range p.Nodes {
			if fewVotes(kinds[at : at+1<<n.Level]) {
				t.Errorf("group %d: %d events from %d on stand under a hash from which a vote can be guessed", group, 1<<n.Level, at+1)
			}
			at += 1 << n.Level
		}
	}
	p, err := g.Group(0, 128)
	if err != nil || !p.Holds(3, audit.LeafHash(events[2])) || p.Holds(4, audit.LeafHash(events[2])) || p.Holds(20, audit.LeafHash(events[19])) {
		t.Errorf("event 3 is not found, or a vote is: %v", err)
	}
	for _, from := range []uint64{100, 101} {
		if _, err := g.Consistency(from, 128, false); !errors.Is(err, audit.ErrVeiled) {
			t.Errorf("from %d events: %v", from, err)
		}
		if _, err := g.Consistency(from, 128, true); err != nil {
			t.Error(err)
		}
	}
}

func TestCosignatures(t *testing.T) {
	log := signer(t, 1)
	key, err := audit.ParseKey(log.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	seed, err := audit.ParseSeed("0707070707070707070707070707070707070707070707070707070707070707")
	if err != nil {
		t.Fatal(err)
	}
	who, err := audit.NewCosigner("auditor.example", seed)
	if err != nil {
		t.Fatal(err)
	}
	witness, err := audit.ParseWitness(who.PublicKey())
	if err != nil || witness.String() != who.PublicKey() {
		t.Fatal(witness, err)
	}
	point := audit.Checkpoint{Origin: "city.example/t", Size: 9, Root: audit.Hash{1}}
	signed, err := audit.SignCheckpoint(point, log)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	both, err := who.Cosign(signed, key, at)
	if err != nil {
		t.Fatal(err)
	}
	got, err := audit.OpenCosigned(both, key, witness)
	if err != nil || got.Checkpoint != point || got.Witness != witness || !got.Time.Equal(at) {
		t.Fatalf("%+v: %v", got, err)
	}
	for i := range both {
		for bit := range 8 {
			b := append([]byte(nil), both...)
			b[i] ^= 1 << bit
			if _, err := audit.OpenCosigned(b, key, witness); err == nil {
				t.Fatalf("byte %d changed from %q to %q still opens", i, both[i], b[i])
			}
		}
	}
	if _, err := audit.OpenCosigned(signed, key, witness); err == nil {
		t.Error("a checkpoint without a witness is taken for cosigned")
	}
	if _, err := audit.OpenCosigned(both, key); err == nil {
		t.Error("an unknown witness is taken")
	}
	if _, err := who.Cosign(both, key, at); err == nil {
		t.Error("a cosigned checkpoint is cosigned as if it were the log's own")
	}
}

func FuzzWitness(f *testing.F) {
	f.Add("auditor.example+1f9a2c3d+BAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH")
	f.Fuzz(func(t *testing.T, text string) {
		if w, err := audit.ParseWitness(text); err == nil && w.String() != text {
			t.Errorf("%q reads back as %q", text, w)
		}
	})
}
