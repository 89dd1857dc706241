package tally_test

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"veche/server/tally"
	"veche/server/tally/sample"
)

func bySupport(r *tally.Row) int                    { return r.RankSupport }
func likelySupport(s *tally.Stability) tally.Spread { return s.Support }

// Two items, three words to one: by hand, with the prior, the stronger is where
// 3.5 = 4·s/(s+t) + s/(s+1) and 1.5 = 4·t/(s+t) + t/(t+1).
func TestStrengthsByHand(t *testing.T) {
	in := tally.Input{Items: []tally.Item{{ID: 1}, {ID: 2}, {ID: 3}}}
	for _, better := range []uint32{1, 1, 1, 2} {
		in.Pairs = append(in.Pairs, tally.Pair{First: 1, Second: 2, Better: better})
	}
	r := rank(t, in)
	a, b := r.Rows[0].Pairs, r.Rows[1].Pairs
	if a.Won != 3 || a.Lost != 1 || b.Won != 1 || r.Rows[2].Pairs != nil {
		t.Fatalf("%+v, %+v, %+v", a, b, r.Rows[2].Pairs)
	}
	s, u := a.Strength, b.Strength
	if e := 4*s/(s+u) + s/(s+1) - 3.5; math.Abs(e) > 1e-9 {
		t.Errorf("the stronger is off by %g", e)
	}
	if math.Abs(s*u-1) > 1e-9 { // what one wins the other loses, and the prior is even
		t.Errorf("strengths %v and %v are not each other's inverse", s, u)
	}
	if _, err := tally.Rank(context.Background(), tally.Input{Items: in.Items, Pairs: []tally.Pair{{First: 1, Second: 9}}}); err == nil {
		t.Error("a pair with an item that is not there was counted")
	}
}

// The order in which the words came changes no byte.
func TestPairsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := sample.Votes(60, 8, 300)
		for range 40 {
			a := uint32(rapid.IntRange(1, 7).Draw(t, "first"))
			b := uint32(rapid.IntRange(int(a)+1, 8).Draw(t, "second"))
			in.Pairs = append(in.Pairs, tally.Pair{First: a, Second: b, Better: rapid.SampledFrom([]uint32{0, a, b}).Draw(t, "better")})
		}
		want, _ := count(t, in).MarshalBinary()
		in.Pairs = rapid.Permutation(in.Pairs).Draw(t, "order")
		if got, _ := count(t, in).MarshalBinary(); !bytes.Equal(got, want) {
			t.Fatal("another order of the same words gives other bytes")
		}
	})
}

// Pairs order near-ties only: who is surely in or surely out keeps their place,
// and the places stay a ranking.
func TestPairsMoveNearTiesOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := sample.Votes(80, 20, 900)
		in.Resamples = 60
		top := rapid.IntRange(1, 15).Draw(t, "top")
		plain := count(t, in)
		ties := plain.NearTies(top, bySupport, likelySupport)
		for range 200 {
			a := uint32(rapid.IntRange(1, 19).Draw(t, "first"))
			b := uint32(rapid.IntRange(int(a)+1, 20).Draw(t, "second"))
			in.Pairs = append(in.Pairs, tally.Pair{First: a, Second: b, Better: rapid.SampledFrom([]uint32{a, b}).Draw(t, "better")})
		}
		r := count(t, in)
		places := r.ByPairs(top, bySupport, likelySupport)
		seen := make([]bool, len(places)+1)
		for i, p := range places {
			if p < 1 || p > len(places) || seen[p] {
				t.Fatalf("places %v are no ranking", places)
			}
			seen[p] = true
			if !slices.Contains(ties, i) && p != r.Rows[i].RankSupport {
				t.Fatalf("row %d is no near-tie and moved from %d to %d", i, r.Rows[i].RankSupport, p)
			}
		}
		for _, i := range ties {
			for _, j := range ties {
				x, y := r.Rows[i].Pairs, r.Rows[j].Pairs
				if x != nil && y != nil && x.Strength > y.Strength && places[i] > places[j] {
					t.Fatalf("of the near-ties %d and %d the stronger stands behind", i, j)
				}
			}
		}
	})
}

// What an answer buys: of 60 items 400 people rate 20 each, then give 10 answers
// more, either ratings of items at hand or pairs among the near-ties. Agreement
// of the first ten with the ten that people really want most, mean of 20 towns.
func TestPairsAreWorthMoreThanMoreRatings(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates 20 towns")
	}
	var before, rated, paired float64
	const towns = 20
	for town := range towns {
		c := newCity(uint64(town), 400, 60)
		in := c.rate(20)
		r := rank(t, in)
		ties := r.NearTies(10, bySupport, likelySupport)
		before += c.right(places(r, bySupport))
		rated += c.right(places(rank(t, c.rate(30)), bySupport))
		in.Pairs = c.compare(ties, 10)
		r = rank(t, in)
		paired += c.right(r.ByPairs(10, bySupport, likelySupport))
	}
	t.Logf("of the first ten right: %.2f after 20 ratings each, %.2f after 10 ratings more, %.2f after 10 pairs", before/towns, rated/towns, paired/towns)
	if paired <= before || paired <= rated {
		t.Errorf("pairs are not worth asking for")
	}
}

// city is people with wishes: an item's appeal, and each person's own taste.
type city struct {
	rng    *rand.Rand
	appeal []float64
	taste  [][]float64
}

func newCity(seed uint64, people, items int) *city {
	c := &city{rng: rand.New(rand.NewPCG(seed, 11))}
	for range items {
		c.appeal = append(c.appeal, .6*c.rng.NormFloat64())
	}
	for range people {
		row := make([]float64, items)
		for j := range row {
			row[j] = c.appeal[j] + c.rng.NormFloat64()
		}
		c.taste = append(c.taste, row)
	}
	return c
}

// rate has each person agree with what they like at all, on so many items.
func (c *city) rate(each int) tally.Input {
	in := tally.Input{Ballots: len(c.taste), Resamples: 100, Seed: "city"}
	for j := range c.appeal {
		in.Items = append(in.Items, tally.Item{ID: uint32(j + 1)})
	}
	for p, taste := range c.taste {
		order := rand.New(rand.NewPCG(uint64(p), 3)).Perm(len(taste))
		for _, j := range order[:each] {
			v := tally.Disagree
			if taste[j] > 0 {
				v = tally.Agree
			}
			in.Votes.Append(uint32(p), uint32(j+1), v)
		}
	}
	return in
}

// compare has each person say so many times which of two rows they like better.
func (c *city) compare(ties []int, each int) (list []tally.Pair) {
	for _, taste := range c.taste {
		for range min(each, len(ties)*(len(ties)-1)/2) {
			i, j := c.rng.IntN(len(ties)), c.rng.IntN(len(ties)-1)
			if j >= i {
				j++
			}
			a, b := ties[i], ties[j]
			better := a
			if taste[b] > taste[a] {
				better = b
			}
			list = append(list, tally.Pair{First: uint32(a + 1), Second: uint32(b + 1), Better: uint32(better + 1)})
		}
	}
	return list
}

func places(r *tally.Ranking, by func(*tally.Row) int) (list []int) {
	for i := range r.Rows {
		list = append(list, by(&r.Rows[i]))
	}
	return list
}

// right is how many of the ten most wanted are in the first ten places.
func (c *city) right(places []int) float64 {
	order := make([]int, len(c.appeal))
	for j := range order {
		order[j] = j
	}
	slices.SortFunc(order, func(a, b int) int {
		if c.appeal[a] > c.appeal[b] {
			return -1
		}
		return 1
	})
	n := 0.0
	for _, j := range order[:10] {
		if places[j] <= 10 {
			n++
		}
	}
	return n
}
