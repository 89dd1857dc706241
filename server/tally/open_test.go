package tally_test

import (
	"bytes"
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"veche/server/tally"
)

// The example of Newcombe's paper, 56/70 against 48/80, and its ends.
func TestGapAgainstThePaper(t *testing.T) {
	for _, x := range []struct {
		a, n, b, m     int
		gap, low, high float64
	}{
		{56, 70, 48, 80, .2, .0524, .3339},
		{9, 10, 3, 10, .6, .1705, .8090},
		{10, 10, 0, 10, 1, .6075, 1},
	} {
		gap, low, high := tally.Gap(tally.Count{Agree: x.a, Pass: x.n - x.a}, tally.Count{Agree: x.b, Disagree: x.m - x.b})
		if math.Abs(gap-x.gap) > 1e-9 || math.Abs(low-x.low) > 5e-5 || math.Abs(high-x.high) > 5e-5 {
			t.Errorf("%d/%d against %d/%d: %.4f (%.4f … %.4f), want %v", x.a, x.n, x.b, x.m, gap, low, high, x)
		}
	}
	if _, low, high := tally.Gap(tally.Count{}, tally.Count{Agree: 3}); low != -1 || high != 1 {
		t.Errorf("nobody on one side: %v … %v", low, high)
	}
}

// However many open votes there are and whatever they say, everything that is
// the panel's stays to the byte what it is without them.
func TestOpenVotesMoveNothingOfThePanel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := tally.Input{Items: []tally.Item{{ID: 1}, {ID: 2}, {ID: 3, Excluded: true}, {ID: 4}}, Ballots: 30, Seed: "s", Resamples: 3}
		cast := func(n int) (v tally.Votes) {
			for range n {
				v.Append(uint32(rapid.IntRange(0, 29).Draw(t, "ballot")), uint32(rapid.IntRange(1, 4).Draw(t, "item")), tally.Value(rapid.IntRange(-1, 1).Draw(t, "value")))
			}
			return v
		}
		in.Votes = cast(80)
		alone := count(t, in)
		in.Open = &tally.OpenVotes{Ballots: 30, Votes: cast(60)}
		both := count(t, in)
		before, err := both.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		again := new(tally.Ranking)
		if err := again.UnmarshalBinary(before); err != nil || again.Rows[0].Open == nil || *again.Rows[0].Open != *both.Rows[0].Open || again.OpenBallots != 30 {
			t.Fatalf("what is written reads differently: %v", err)
		}
		for i := range both.Rows {
			o := both.Rows[i].Open
			if want := float64(o.Agree)/float64(max(1, o.Seen)) - both.Rows[i].AgreeShare; o.Seen > 0 && both.Rows[i].Seen > 0 && o.Gap != want {
				t.Fatalf("item %d: gap %v, the shares differ by %v", i+1, o.Gap, want)
			}
			both.Rows[i].Open = nil
		}
		both.OpenBallots = 0
		a, _ := alone.MarshalBinary()
		b, _ := both.MarshalBinary()
		if !bytes.Equal(a, b) {
			t.Fatal("open votes changed a figure of the panel")
		}
	})
}

func count(t *rapid.T, in tally.Input) *tally.Ranking {
	r, err := tally.Rank(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
