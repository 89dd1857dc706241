package tally_test

import (
	"fmt"
	"testing"

	"veche/server/tally/sample"
)

func BenchmarkRank(b *testing.B) {
	for _, size := range []struct{ ballots, items, votes int }{
		{500, 60, 20_000}, {10_000, 300, 2_000_000}, {10_000, 2_000, 2_000_000},
	} {
		in := sample.Votes(size.ballots, size.items, size.votes)
		b.Run(fmt.Sprintf("%dx%dx%d", size.ballots, size.items, size.votes), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rank(b, in)
			}
		})
		in.Resamples = 200
		b.Run(fmt.Sprintf("%dx%dx%d/resamples=200", size.ballots, size.items, size.votes), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rank(b, in)
			}
		})
	}
}
