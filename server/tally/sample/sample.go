// Package sample makes votes for tests and measurements of tallies: two camps
// that differ on half of the items, votes spread evenly over ballots and items.
// Everything follows from a fixed seed, and nothing is of real people.
package sample

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"

	"veche/server/tally"
)

// Votes are so many votes of ballots on items.
func Votes(ballots, items, votes int) tally.Input {
	in := tally.Input{Ballots: ballots, Seed: "made"}
	for j := range items {
		in.Items = append(in.Items, tally.Item{ID: uint32(j + 1)})
	}
	each(ballots, items, votes, func(ballot, item int, v tally.Value) { in.Votes.Append(uint32(ballot), uint32(item+1), v) })
	return in
}

// WriteVotes writes the same as a vote log.
func WriteVotes(w io.Writer, ballots, items, votes int) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "timestamp,comment-id,voter-id,vote")
	n := 0
	each(ballots, items, votes, func(ballot, item int, v tally.Value) {
		n++
		fmt.Fprintf(b, "%d,%d,%d,%s\n", int64(1_700_000_000_000)+int64(n), item+1, ballot+1, words[v])
	})
	return b.Flush()
}

var words = map[tally.Value]string{tally.Agree: "agree", tally.Disagree: "disagree", tally.Pass: "pass"}

// WriteIdeas writes what is voted on.
func WriteIdeas(w io.Writer, items int) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "id,text")
	for j := range items {
		fmt.Fprintf(b, "%d,Idea %d\n", j+1, j+1)
	}
	return b.Flush()
}

func each(ballots, items, votes int, do func(ballot, item int, v tally.Value)) {
	rng := rand.New(rand.NewPCG(1, 2))
	appeal, split := make([]float64, items), make([]float64, items)
	for j := range items {
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
			do(b, j, v)
		}
	}
}
