package nlp

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestTrackerMeasuresNothingAway: whatever is skipped, rows are where
// measuring all of them puts them.
func TestTrackerMeasuresNothingAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := random{rapid.Uint64().Draw(t, "seed")}
		v := newVectors(rapid.IntRange(1, 300).Draw(t, "rows"), rapid.IntRange(1, 12).Draw(t, "d"))
		for i := range v.n {
			for x := range v.d {
				v.row(i)[x] = float32(r.unitFloat() - 0.5)
			}
			if r.below(20) > 0 {
				unit(v.row(i))
			} else {
				clear(v.row(i))
			}
		}
		k := rapid.IntRange(1, 20).Draw(t, "k")
		c := newCentroids(k+1, v.d) // the last one comes to life late
		for j := range k {
			c.set(j, v.row(r.below(v.n)))
		}
		f := &fixed{held: make([]int32, v.n), from: make([]int32, v.n), k: k + 1}
		for i := range v.n {
			f.held[i], f.from[i] = -1, -1
			if r.below(15) == 0 {
				f.held[i] = int32(r.below(k + 1))
			}
		}
		var tr tracker
		var before []int32
		for round := range 8 {
			if round == 5 {
				c.set(k, v.row(r.below(v.n)))
			}
			moved := tr.assign(c, v, f)
			want := f.assign(c, v)
			if !slices.Equal(tr.of, want) {
				t.Fatalf("round %d: %v, want %v", round, tr.of, want)
			}
			n := 0
			for i := range want {
				if before == nil || before[i] != want[i] {
					n++
				}
			}
			if n != moved {
				t.Fatalf("round %d: %d moved, want %d", round, moved, n)
			}
			before = want
			c.settle(v, want, f.boost())
		}
	})
}
