package selection_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"veche/selection"
	"veche/selection/sample"
)

// proved is a draw of a made town with its proof, after a trip through JSON.
func proved(t *testing.T, key *[32]byte) (*selection.Pool, *selection.Proof) {
	t.Helper()
	town := sample.Town{People: 600, Seats: 40, Values: []int{2, 4, 3}, Tolerance: .05, Homes: 2, Skew: .6, Seed: 5}
	s := sample.New(town)
	pool, err := s.Pool()
	if err != nil {
		t.Fatal(err)
	}
	c, err := selection.Commit(pool, key)
	if err != nil {
		t.Fatal(err)
	}
	p := selection.Problem{Pool: pool, Quotas: s.Quotas, Size: 40, Reserves: 7, Fixed: []selection.Group{{Reason: "for the test", People: []int{3, 9}}}, Excluded: []selection.Group{{Reason: "for the test", People: []int{20, 30}}}}
	policy := p.Policy(c.Root())
	p.Seed = selection.NewSeed(c.Root(), policy.Digest(), []byte("beacon"), 1)
	r, err := selection.Draw(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	made, err := selection.NewProof(p, c, r, []byte("beacon"), selection.BeaconPublic, 1)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	for i := range pool.Len() {
		if strings.Contains(string(body), pool.ID(i)) {
			t.Fatalf("the proof names %s", pool.ID(i))
		}
	}
	var back selection.Proof
	if err := json.Unmarshal(body, &back); err != nil {
		t.Fatal(err)
	}
	return pool, &back
}

func TestVerify(t *testing.T) {
	for _, key := range []*[32]byte{nil, {1, 2, 3}} {
		pool, proof := proved(t, key)
		steps, err := selection.Verify(t.Context(), proof, pool, key)
		if err != nil {
			t.Fatalf("%v: %+v", err, steps)
		}
		rerun := 0
		for _, s := range steps {
			if s.Outcome == selection.Rerun {
				rerun++
			}
			if s.Outcome == selection.Failed || s.Outcome == selection.Absent {
				t.Errorf("with the pool: %+v", s)
			}
		}
		if rerun < 5 {
			t.Errorf("%d steps re-run", rerun)
		}
		steps, err = selection.Verify(t.Context(), proof, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(steps, func(s selection.Step) bool { return s.Name == "draw" && s.Outcome == selection.Absent }) {
			t.Errorf("without the pool the draw cannot be re-run: %+v", steps)
		}
	}
}

// TestVerifyFindsChanges alters a proof in every part that counts.
func TestVerifyFindsChanges(t *testing.T) {
	pool, _ := proved(t, nil)
	for name, change := range map[string]func(*selection.Proof){
		"root":        func(p *selection.Proof) { p.Root[0] ^= 1 },
		"quota":       func(p *selection.Proof) { p.Policy.Quotas[0].Max++ },
		"size":        func(p *selection.Proof) { p.Policy.Size++ },
		"beacon":      func(p *selection.Proof) { p.Beacon = "00" + p.Beacon },
		"round":       func(p *selection.Proof) { p.Round++ },
		"seed":        func(p *selection.Proof) { p.Seed[5] ^= 1 },
		"selected":    func(p *selection.Proof) { p.Selected[0].Leaf++ },
		"path":        func(p *selection.Proof) { p.Selected[1].Path[0][0] ^= 1 },
		"left out":    func(p *selection.Proof) { p.Selected = p.Selected[1:] },
		"twice":       func(p *selection.Proof) { p.Selected[1] = p.Selected[0] },
		"chance":      func(p *selection.Proof) { p.Types[0].Chance += selection.ChanceUnit / 10 },
		"many people": func(p *selection.Proof) { p.Types[0].People += 1000 },
	} {
		_, proof := proved(t, nil)
		change(proof)
		if _, err := selection.Verify(t.Context(), proof, nil, nil); err == nil {
			t.Errorf("%s: a changed proof passes without the pool", name)
		}
	}
	for name, change := range map[string]func(*selection.Proof){
		"reserve":     func(p *selection.Proof) { p.Reserves[0], p.Reserves[1] = p.Reserves[1], p.Reserves[0] },
		"seated":      func(p *selection.Proof) { p.Fixed[0][0]++ },
		"excluded":    func(p *selection.Proof) { p.Excluded[0][0]++ },
		"chances":     func(p *selection.Proof) { p.Chances[0] ^= 1 },
		"certificate": func(p *selection.Proof) { p.Certificate.UpperBound *= .99 },
	} {
		_, proof := proved(t, nil)
		change(proof)
		if _, err := selection.Verify(t.Context(), proof, pool, nil); err == nil {
			t.Errorf("%s: a changed proof passes with the pool", name)
		}
	}
}

func TestReceipt(t *testing.T) {
	key := [32]byte{7}
	pool, _ := proved(t, &key)
	c, err := selection.Commit(pool, &key)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{0, 17, pool.Len() - 1} {
		path, err := c.Path(i)
		if err != nil {
			t.Fatal(err)
		}
		row := c.Row(nil, i)
		if err := selection.CheckPath(path, pool.Len(), c.Leaf(i), row, c.Root()); err != nil {
			t.Errorf("person %d: %v", i, err)
		}
		row[len(row)-1] ^= 1
		if selection.CheckPath(path, pool.Len(), c.Leaf(i), row, c.Root()) == nil {
			t.Errorf("person %d: a changed row passes", i)
		}
	}
}
