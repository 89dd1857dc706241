package analysis

import (
	"slices"
	"testing"

	"veche/server/topic"
)

// tiedRating is a rating whose items 3 … 6 are near-ties at the second place:
// 1 and 2 are wanted by nearly all, 7 and 8 by nobody.
func tiedRating(t *testing.T) *topic.State {
	t.Helper()
	s := ratingOf(8, 60)
	s.Rules = []topic.RuleEntry{{Rule: topic.RatingRule{Order: topic.OrderSupport, Pairs: 3}}}
	for b := uint64(1); b <= 60; b++ {
		for item := uint32(1); item <= 8; item++ {
			v := topic.Disagree
			if item <= 2 && b%20 != 0 || item >= 3 && item <= 6 && (b+uint64(item))%2 == 0 {
				v = topic.Agree
			}
			voted(s, b, &topic.Voted{Item: item, Value: v})
		}
	}
	return s
}

func voted(s *topic.State, ballot uint64, b topic.Body) {
	s.Apply(&topic.Event{Seq: s.Seq + 1, Actor: topic.Actor{Role: topic.RoleBallot, Number: ballot}, Body: b})
}

func TestNearTopIsWhatTheVotesLeaveOpen(t *testing.T) {
	s := tiedRating(t)
	if got := NearTop(s, 3); !slices.Equal(got, []uint32{3, 4, 5, 6}) {
		t.Errorf("near-ties at the third place: %v", got)
	}
	for _, top := range []int{0, 8, 9} {
		if got := NearTop(s, top); got != nil {
			t.Errorf("near-ties at place %d: %v", top, got)
		}
	}
	if got := NearTop(s, 2); got != nil {
		t.Errorf("1 and 2 are sure to be the first two, but %v are put in pairs", got)
	}
}

// Pairs come to who has rated enough, never with an idea of their own, each once,
// and spread over all pairs.
func TestPairsAreRoutedEvenly(t *testing.T) {
	s := tiedRating(t)
	voted(s, 1, &topic.BallotsIssued{Pseudonyms: []topic.Pseudonym{{255}}})
	if got := RoutePairs(s, 61, 5, nobodys); got != nil {
		t.Errorf("who has rated nothing is asked for %v", got)
	}
	times, left := map[[2]uint32]int{}, 0
	for b := uint64(1); b <= 60; b++ {
		for range 2 {
			pairs := RoutePairs(s, b, 1, nobodys)
			if len(pairs) != 1 {
				t.Fatalf("ballot %d is put %v", b, pairs)
			}
			p := pairs[0]
			if p[0] < p[1] {
				left++
			}
			times[[2]uint32{min(p[0], p[1]), max(p[0], p[1])}]++
			voted(s, b, &topic.PairCompared{Left: p[0], Right: p[1], Word: topic.PairEven})
		}
	}
	if len(times) != 6 {
		t.Fatalf("asked: %v", times)
	}
	for p, n := range times {
		if n < 18 || n > 22 {
			t.Errorf("the pair %v was put %d times of 120, 20 would be even", p, n)
		}
	}
	if left < 40 || left > 80 {
		t.Errorf("the lower number stood left %d times of 120", left)
	}
	for _, p := range RoutePairs(s, 1, 9, func(item uint32) bool { return item == 3 }) {
		if p[0] == 3 || p[1] == 3 {
			t.Errorf("somebody is put their own idea: %v", p)
		}
	}
	if got := RoutePairs(s, 1, 9, nobodys); len(got) != 4 {
		t.Errorf("after two of six pairs %v are left", got)
	}
}

// A pair passes where it could be put: among near-ties, to who has rated enough, not
// with an idea of their own; every pair that is routed passes.
func TestPutsPairsThatAreRouted(t *testing.T) {
	s := tiedRating(t)
	voted(s, 1, &topic.BallotsIssued{Pseudonyms: []topic.Pseudonym{{255}}})
	for b := uint64(1); b <= 60; b++ {
		for _, p := range RoutePairs(s, b, 9, nobodys) {
			if !PutsPair(s, b, p[0], p[1], nobodys) {
				t.Fatalf("%v is put to ballot %d and refused", p, b)
			}
		}
	}
	for _, c := range []struct {
		what        string
		ballot      uint64
		left, right uint32
		mine        func(uint32) bool
	}{
		{"one surely in", 1, 1, 3, nobodys},
		{"one surely out", 1, 3, 8, nobodys},
		{"twice the same", 1, 3, 3, nobodys},
		{"no item", 1, 3, 99, nobodys},
		{"one's own", 1, 3, 4, func(item uint32) bool { return item == 4 }},
		{"before rating", 61, 3, 4, nobodys},
		{"no ballot", 0, 3, 4, nobodys},
		{"a ballot that is not there", 62, 3, 4, nobodys},
	} {
		if PutsPair(s, c.ballot, c.left, c.right, c.mine) {
			t.Errorf("%s passes", c.what)
		}
	}
	voted(s, 1, &topic.PairCompared{Left: 1, Right: 3, Word: topic.PairLeft}) // near-ties once
	if !PutsPair(s, 1, 3, 1, nobodys) {
		t.Error("nobody can change their mind on what is no near-tie any more")
	}
}

// Only what is said of near-ties counts: a hundred words on other pairs change no
// byte of the count, one on near-ties does.
func TestOnlyPairsOfNearTiesCount(t *testing.T) {
	s := tiedRating(t)
	count := func() topic.Tallied {
		c, _, err := Tally(t.Context(), s, "seed")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	voted(s, 1, &topic.PairCompared{Left: 3, Right: 4, Word: topic.PairLeft})
	before := count()
	for b := uint64(1); b <= 50; b++ {
		voted(s, b, &topic.PairCompared{Left: 5, Right: 8, Word: topic.PairLeft})
		voted(s, b, &topic.PairCompared{Left: 1, Right: 4, Word: topic.PairLeft})
	}
	if after := count(); after.Result != before.Result {
		t.Error("pairs that are not put moved the count")
	}
	voted(s, 2, &topic.PairCompared{Left: 3, Right: 4, Word: topic.PairLeft})
	if after := count(); after.Result == before.Result {
		t.Error("a pair of near-ties counts for nothing")
	}
}

// What the answers have decided is asked less than what they leave open.
func TestUncertainPairsComeFirst(t *testing.T) {
	s := tiedRating(t)
	for b := uint64(2); b <= 31; b++ {
		for _, p := range [][2]uint32{{3, 4}, {3, 5}, {3, 6}, {4, 5}, {4, 6}, {5, 6}} {
			word := topic.PairLeft
			if p == [2]uint32{4, 6} && b%2 == 0 {
				word = topic.PairRight
			}
			voted(s, b, &topic.PairCompared{Left: p[0], Right: p[1], Word: word})
		}
	}
	p := RoutePairs(s, 1, 1, nobodys)[0]
	if min(p[0], p[1]) != 4 || max(p[0], p[1]) != 6 {
		t.Errorf("first comes %v, of which the answers decide most", p)
	}
}
