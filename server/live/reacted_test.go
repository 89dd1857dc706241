package live

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// However often it is compacted, the list tells of each remark whether it got a
// reaction since, and does not grow with how many there were.
func TestReactedSince(t *testing.T) {
	const remarks = 300
	random := rand.New(rand.NewPCG(1, 2))
	var list reacted
	last := map[uint32]uint64{}
	for seq := uint64(1); seq <= 20_000; seq++ {
		n := uint32(1 + random.IntN(remarks))
		list.add(edit{seq: seq, remark: n})
		last[n] = seq
		if seq%777 != 0 {
			continue
		}
		for _, after := range []uint64{0, seq - 1, seq - 50, seq - 600} {
			var want []uint32
			for n, at := range last {
				if at > after {
					want = append(want, n)
				}
			}
			got := list.since(after)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("at %d, since %d: %d remarks, want %d", seq, after, len(got), len(want))
			}
		}
	}
	if len(list) > 8*remarks {
		t.Errorf("%d entries for %d remarks", len(list), remarks)
	}
	for seq := uint64(20_001); seq < 22_000; seq++ {
		list.add(edit{seq: seq, remark: uint32(seq)})
	}
	if got := list.since(0); len(got) != mostReactions+1 {
		t.Errorf("%d remarks are told: more than %d are too many", len(got), mostReactions)
	}
}
