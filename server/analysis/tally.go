package analysis

import (
	"context"
	"fmt"

	"veche/server/tally"
	"veche/server/topic"
)

// resamples is how often the ballots are drawn again to tell how far each rank
// can be trusted.
const resamples = 200

// Tally counts the votes that stand in s and ranks the rating items. The result
// is the canonical form of [tally.Ranking], items under their numbers. Ballots
// that said nothing take no part.
func Tally(ctx context.Context, s *topic.State, seed string) (topic.Tallied, Blobs, error) {
	ranking, err := tally.Rank(ctx, VotesOf(s, seed))
	if err != nil {
		return topic.Tallied{}, nil, err
	}
	result, err := ranking.MarshalBinary()
	if err != nil {
		return topic.Tallied{}, nil, err
	}
	return topic.Tallied{InputSeq: s.Seq, Seed: seed, Result: Digest(result)}, Blobs{result}, nil
}

// VotesOf is what a tally of s counts: every item, and the ballots that voted.
func VotesOf(s *topic.State, seed string) tally.Input {
	in := tally.Input{Items: make([]tally.Item, len(s.Items)), Seed: seed, Resamples: resamples}
	for i := range s.Items {
		in.Items[i] = tally.Item{ID: uint32(i + 1), Excluded: TakenOut(s, uint32(i+1))}
	}
	votes := &in.Votes
	for _, choices := range s.Votes {
		if len(choices) == 0 {
			continue
		}
		for _, c := range choices {
			votes.Append(uint32(in.Ballots), c.Item, value(c.Value))
		}
		in.Ballots++
	}
	in.Pairs = pairsThatCount(s)
	if s.OpenRating() {
		in.Open = new(tally.OpenVotes)
		s.OpenVotesThatCount(func(choices []topic.Choice) {
			for _, c := range choices {
				in.Open.Votes.Append(uint32(in.Open.Ballots), c.Item, value(c.Value))
			}
			in.Open.Ballots++
		})
	}
	return in
}

func value(v topic.VoteValue) tally.Value {
	switch v {
	case topic.Agree:
		return tally.Agree
	case topic.Disagree:
		return tally.Disagree
	}
	return tally.Pass
}

// TakenOut is [topic.State.TakenOut].
func TakenOut(s *topic.State, item uint32) bool { return s.TakenOut(item) }

// ParseTally reads the result of a tally.
func ParseTally(b []byte) (*tally.Ranking, error) {
	r := new(tally.Ranking)
	if err := r.UnmarshalBinary(b); err != nil {
		return nil, err
	}
	for i := range r.Rows {
		if r.Rows[i].Item != uint32(i+1) {
			return nil, fmt.Errorf("not a result of a tally: row %d is of item %d", i+1, r.Rows[i].Item)
		}
	}
	return r, nil
}
