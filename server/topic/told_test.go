package topic

import (
	"testing"

	"pgregory.net/rapid"
)

// While a rating is open nobody learns from the counts how many votes one ballot
// cast, nor that a fifth of five spoke: two counts are the same, or differ by
// what five ballots may be.
func TestCountsAreToldInSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.IntRange(1, 30).Draw(t, "items")
		s := NewState()
		s.Settings.Stages, s.StageIndex = []Stage{{Kind: StageRating}, {Kind: StageResults}}, 0
		s.Items = make([]Item, items)
		before := s.Told()
		for range rapid.IntRange(1, 60).Draw(t, "ballots") {
			s.voters++
			for range rapid.IntRange(1, items).Draw(t, "votes") {
				s.VoteCount++
				now := s.Told()
				if d := now.Voters - before.Voters; d != 0 && d != FewBallots || now.Voters > s.voters {
					t.Fatalf("%d ballots are told after %d", now.Voters, before.Voters)
				}
				if d := now.Votes - before.Votes; d%uint64(FewBallots*items) != 0 || now.Votes > s.VoteCount {
					t.Fatalf("%d votes are told after %d, of %d items", now.Votes, before.Votes, items)
				}
				before = now
			}
		}
		s.StageIndex = 1
		if now := s.Told(); now.Voters != s.voters || now.Votes != s.VoteCount {
			t.Fatalf("afterwards %d ballots and %d votes are told", now.Voters, now.Votes)
		}
	})
}
