package tally_test

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"veche/server/tally"
)

// Whatever the votes: no small cell and none of one mind is told, and from the
// public sums less all cells that are told nothing is left that is so small, or
// of one mind, or a single cell's.
func TestNoSmallCellIsTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const strata, items = 4, 6
		ballots := rapid.IntRange(1, 60).Draw(t, "ballots")
		in := tally.Input{Ballots: ballots}
		of := make([]int32, ballots)
		for j := range items {
			in.Items = append(in.Items, tally.Item{ID: uint32(j + 1)})
		}
		type count = [3]int
		var cells [items][strata + 1]count
		for b := range ballots {
			of[b] = int32(rapid.IntRange(-1, strata-1).Draw(t, "stratum"))
			for j := range items {
				v := rapid.IntRange(-1, 2).Draw(t, "value")
				if v == 2 {
					continue
				}
				in.Votes.Append(uint32(b), uint32(j+1), tally.Value(v))
				cells[j][(int(of[b])+strata+1)%(strata+1)][v+1]++
			}
		}
		table, err := tally.ByStratum(context.Background(), in, of, strata)
		if err != nil {
			t.Fatal(err)
		}
		for j, row := range table {
			var left count
			behind := 0
			for s, c := range cells[j] {
				seen := c[0] + c[1] + c[2]
				if s < strata && !row[s].Hidden {
					if seen < tally.SmallestCell || max(c[0], c[1], c[2]) == seen {
						t.Fatalf("item %d, stratum %d: %v is told", j, s, c)
					}
					if want := math.Round(100 * float64(c[2]) / float64(seen)); math.Abs(float64(row[s].Percent)-want) > 0 {
						t.Fatalf("item %d, stratum %d: %d %% of %v", j, s, row[s].Percent, c)
					}
					continue
				}
				if s < strata && (row[s].Percent != 0 || row[s].Rank != 0) {
					t.Fatalf("a hidden cell tells %+v", row[s])
				}
				if seen > 0 {
					behind++
				}
				for k := range c {
					left[k] += c[k]
				}
			}
			told := false
			for s := range strata {
				told = told || !row[s].Hidden
			}
			seen := left[0] + left[1] + left[2]
			if told && behind > 0 && (behind < 2 || seen < 2*tally.SmallestCell || max(left[0], left[1], left[2]) == seen) {
				t.Fatalf("item %d: the sums less what is told leave %v of %d cells", j, left, behind)
			}
		}
	})
}

func TestRanksWithinAStratum(t *testing.T) {
	in := tally.Input{Items: []tally.Item{{ID: 1}, {ID: 2}}, Ballots: 40}
	of := make([]int32, 40)
	for b := range uint32(40) {
		of[b] = int32(b % 2)
		for item := uint32(1); item <= 2; item++ {
			v := tally.Disagree
			if (b%2+1 == item) == (b%8 < 6) { // each stratum has its own wish, with a few others
				v = tally.Agree
			}
			in.Votes.Append(b, item, v)
		}
	}
	table, err := tally.ByStratum(context.Background(), in, of, 2)
	if err != nil {
		t.Fatal(err)
	}
	if table[0][0] != (tally.StratumCell{Percent: 75, Rank: 1}) || table[0][1].Rank != 2 || table[1][1].Rank != 1 || table[1][0].Rank != 2 {
		t.Errorf("%+v", table)
	}
}
