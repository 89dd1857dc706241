package tally_test

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"veche/server/tally"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-8 }

// One feature, 60 and 40 ballots of a city of halves: weights 5/6 and 5/4, by
// Kish 100·(60·25/36 + 40·25/16)/100².
func TestRakingByHand(t *testing.T) {
	m := tally.Margin{Shares: []float64{.5, .5}, Of: make([]int32, 100)}
	for b := 60; b < 100; b++ {
		m.Of[b] = 1
	}
	r := tally.Rake(100, []tally.Margin{m})
	if !near(r.Weights[0], 5./6) || !near(r.Weights[99], 1.25) || !near(r.DesignEffect, (60*25./36+40*25./16)/100) || r.Capped != 0 || r.Off > 1e-8 {
		t.Errorf("%v, %v, effect %v, %d capped, off by %v", r.Weights[0], r.Weights[99], r.DesignEffect, r.Capped, r.Off)
	}
	in := tally.Input{Items: []tally.Item{{ID: 1}}, Ballots: 100}
	for b := range uint32(100) {
		v := tally.Disagree
		if b >= 60 {
			v = tally.Agree
		}
		in.Votes.Append(b, 1, v)
	}
	rows, err := tally.Weighted(context.Background(), in, r.Weights)
	if err != nil || !near(rows[0].AgreeShare, .5) {
		t.Errorf("the weighted share is %v: %v", rows, err)
	}
	even := make([]float64, 100)
	for b := range even {
		even[b] = 1
	}
	rows, _ = tally.Weighted(context.Background(), in, even)
	if low, high := tally.Wilson(40, 100); !near(rows[0].Low, low) || !near(rows[0].High, high) || !near(rows[0].AgreeShare, .4) {
		t.Errorf("weights of one give %+v, the count %v … %v", rows[0], low, high)
	}
}

// Two features at once: both margins are met, unless the bounds hold.
func TestRakingMeetsMarginsWithinItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ballots := rapid.IntRange(1, 80).Draw(t, "ballots")
		var margins []tally.Margin
		for range rapid.IntRange(1, 3).Draw(t, "features") {
			var m tally.Margin
			for range rapid.IntRange(1, 4).Draw(t, "values") {
				m.Shares = append(m.Shares, rapid.Float64Range(0, 1).Draw(t, "share"))
			}
			for range ballots {
				m.Of = append(m.Of, int32(rapid.IntRange(-1, len(m.Shares)-1).Draw(t, "value")))
			}
			margins = append(margins, m)
		}
		r := tally.Rake(ballots, margins)
		sum, low, high := 0.0, math.Inf(1), 0.0
		for _, w := range r.Weights {
			sum += w
			low, high = min(low, w), max(high, w)
		}
		if math.IsNaN(sum) || !near(sum/float64(ballots), 1) || high/low > 9+1e-9 || r.DesignEffect < 1-1e-9 {
			t.Fatalf("weights %v … %v of mean %v, effect %v", low, high, sum/float64(ballots), r.DesignEffect)
		}
		if len(margins) == 1 && r.Capped == 0 && r.Off > 1e-6 {
			t.Fatalf("nothing is capped, and the margin is off by %v", r.Off)
		}
	})
}

// A city of one in a hundred can't be made of a panel of halves: the bound holds
// and it is told how far off that is.
func TestRakingTellsWhatItCannotReach(t *testing.T) {
	m := tally.Margin{Shares: []float64{.99, .01}, Of: []int32{0, 1, 0, 1}}
	r := tally.Rake(4, []tally.Margin{m})
	if r.Capped == 0 || r.Off < .05 || !near(r.Weights[0]/r.Weights[1], 9) {
		t.Errorf("%+v", r)
	}
	if tally.Rake(0, []tally.Margin{m}) != nil || tally.Rake(4, nil) != nil {
		t.Error("weights of nothing")
	}
}
