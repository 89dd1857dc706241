package tally_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"veche/server/tally"
)

// made is a synthetic rating: two camps that differ on half of the items, votes
// spread evenly over ballots and items.
func made(ballots, items, votes int) tally.Input {
	rng := rand.New(rand.NewPCG(1, 2))
	in := tally.Input{Ballots: ballots, Seed: "made"}
	appeal, split := make([]float64, items), make([]float64, items)
	for j := range items {
		in.Items = append(in.Items, tally.Item{ID: uint32(j + 1)})
		appeal[j] = .2 + float64(.6*rng.Float64())
		if j%2 == 0 {
			split[j] = float64(.8*rng.Float64()) - .4
		}
	}
	for b := range ballots {
		camp := float64(2*(b*7/ballots%2) - 1)
		for n := votes*(b+1)/ballots - votes*b/ballots; n > 0; n-- {
			j := rng.IntN(items)
			v := tally.Disagree
			switch x := rng.Float64(); {
			case x < .1:
				v = tally.Pass
			case x < .1+float64(.9*min(max(appeal[j]+float64(camp*split[j]), 0), 1)):
				v = tally.Agree
			}
			in.Votes.Append(uint32(b), uint32(j+1), v)
		}
	}
	return in
}

func BenchmarkRank(b *testing.B) {
	for _, size := range []struct{ ballots, items, votes int }{
		{500, 60, 20_000}, {10_000, 300, 2_000_000}, {10_000, 2_000, 2_000_000},
	} {
		in := made(size.ballots, size.items, size.votes)
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
