package analysis

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"veche/server/topic"
)

// ratingOf is a state in which a rating of items by ballots is open.
func ratingOf(items, ballots int) *topic.State {
	s := topic.NewState()
	apply := func(b topic.Body) {
		s.Apply(&topic.Event{Seq: s.Seq + 1, Body: b})
	}
	apply(&topic.TopicCreated{Settings: topic.Settings{Stages: []topic.Stage{{Kind: topic.StageRating}}}})
	var list []topic.Item
	for i := range items {
		list = append(list, topic.Item{Summary: topic.DigestOf([topic.SaltSize]byte{}, fmt.Append(nil, i))})
	}
	apply(&topic.ItemsFrozen{Items: list})
	apply(&topic.StageOpened{})
	var pseudonyms []topic.Pseudonym
	for i := range ballots {
		pseudonyms = append(pseudonyms, topic.Pseudonym{byte(i >> 8), byte(i)})
	}
	apply(&topic.BallotsIssued{Pseudonyms: pseudonyms})
	return s
}

func nobodys(uint32) bool { return false }

// raters rate a few items each, many at a time: everyone asks for the next five,
// answers them one after another while the others do, and asks again. It answers
// the place in which each item came on average, of those who got to it.
func raters(s *topic.State, each, atOnce int, says func(item uint32) topic.VoteValue) (places []float64) {
	type session struct {
		ballot uint64
		queue  []uint32
		done   int
	}
	rng := rand.New(rand.NewPCG(7, 7))
	sum, times := make([]float64, len(s.Items)), make([]float64, len(s.Items))
	var open []*session
	next := uint64(1)
	for next <= uint64(len(s.Ballots)) || len(open) > 0 {
		for len(open) < atOnce && next <= uint64(len(s.Ballots)) {
			open = append(open, &session{ballot: next})
			next++
		}
		i := rng.IntN(len(open))
		x := open[i]
		if len(x.queue) == 0 {
			x.queue = Route(s, x.ballot, nobodys)
			x.queue = x.queue[:min(5, len(x.queue))]
		}
		if x.done == each || len(x.queue) == 0 {
			open = slices.Delete(open, i, i+1)
			continue
		}
		item := x.queue[0]
		x.queue = x.queue[1:]
		s.Apply(&topic.Event{Seq: s.Seq + 1, Actor: topic.Actor{Role: topic.RoleBallot, Number: x.ballot}, Body: &topic.Voted{Item: item, Value: says(item), Way: topic.WayRouted, Shown: []uint32{item}}})
		sum[item-1] += float64(x.done)
		times[item-1]++
		x.done++
	}
	for i := range sum {
		places = append(places, sum[i]/times[i])
	}
	return places
}

func exposures(s *topic.State) (list []float64) {
	for n := range s.Items {
		list = append(list, float64(s.Exposure(uint32(n+1))))
	}
	return list
}

func halves(x []float64) (first, second float64) {
	for i, v := range x {
		if i < len(x)/2 {
			first += v
		} else {
			second += v
		}
	}
	return first, second
}

// Where all items are alike nobody's exposure is far from the mean, though each
// person rates a twelfth of them and 150 are at it at once; and neither the
// first items of the list nor the last come earlier or more often.
func TestRouteSpreadsExposure(t *testing.T) {
	for _, c := range []struct{ items, ballots, each, atOnce int }{{60, 600, 5, 150}, {120, 600, 20, 1}, {30, 400, 30, 100}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			s := ratingOf(c.items, c.ballots)
			rng := rand.New(rand.NewPCG(1, 1))
			places := raters(s, c.each, c.atOnce, func(uint32) topic.VoteValue { return topic.VoteValue(1 + rng.IntN(3)) })
			x := exposures(s)
			mean := float64(c.ballots*c.each) / float64(c.items)
			low, high := slices.Min(x), slices.Max(x)
			t.Logf("exposure %.0f to %.0f, mean %.1f; place %.1f to %.1f", low, high, mean, slices.Min(places), slices.Max(places))
			if low < .7*mean || high > 1.3*mean {
				t.Errorf("exposures lie between %.0f and %.0f, the mean is %.1f", low, high, mean)
			}
			if a, b := halves(x); a < .95*b || b < .95*a {
				t.Errorf("the first half of the list was shown %.0f times, the second %.0f times", a, b)
			}
			if a, b := halves(places); a < .9*b || b < .9*a {
				t.Errorf("the first half of the list came in place %.2f on average, the second in place %.2f", a/float64(len(places)/2), b/float64(len(places)/2))
			}
		})
	}
}

// What people are divided on is shown more often than what all say the same of,
// at most twice as often.
func TestRouteShowsTheUnsureMore(t *testing.T) {
	s := ratingOf(40, 800)
	rng := rand.New(rand.NewPCG(2, 2))
	raters(s, 10, 50, func(item uint32) topic.VoteValue {
		if item%2 == 0 {
			return topic.Agree
		}
		return topic.VoteValue(1 + rng.IntN(2))
	})
	var sure, unsure float64
	for i, x := range exposures(s) {
		if i%2 == 1 {
			sure += x
		} else {
			unsure += x
		}
	}
	t.Logf("divided %.0f, agreed %.0f", unsure, sure)
	if unsure < 1.3*sure || unsure > 2*sure {
		t.Errorf("what is divided was shown %.0f times, what is agreed %.0f times: want 1.3 to 2 as often", unsure, sure)
	}
}

// One's own comes never first, what was answered or taken out not at all, and
// two voters get two orders.
func TestRouteLeavesOutAndPutsOff(t *testing.T) {
	s := ratingOf(12, 50)
	mine := func(item uint32) bool { return item%3 != 0 }
	orders := map[string]bool{}
	for b := uint64(1); b <= 50; b++ {
		order := Route(s, b, mine)
		if len(order) != 12 || mine(order[0]) {
			t.Fatalf("ballot %d is asked in the order %v", b, order)
		}
		orders[fmt.Sprint(order)] = true
	}
	if len(orders) < 45 {
		t.Errorf("50 ballots got %d orders", len(orders))
	}
	s.Apply(&topic.Event{Seq: s.Seq + 1, Actor: topic.Actor{Role: topic.RoleBallot, Number: 1}, Body: &topic.Voted{Item: 5, Value: topic.Agree}})
	if order := Route(s, 1, nobodys); len(order) != 11 || slices.Contains(order, 5) {
		t.Errorf("after an answer to item 5: %v", order)
	}
	if got := Route(s, 51, nobodys); got != nil {
		t.Errorf("no ballot: %v", got)
	}
	if got := Route(s, 2, func(uint32) bool { return true }); len(got) != 12 {
		t.Errorf("where all are one's own: %v", got)
	}
}

// Open voters are sent to what fewest of them have seen, whatever the panel saw.
func TestOpenVotersAreRoutedByTheirOwn(t *testing.T) {
	s := ratingOf(3, 1)
	apply := func(a topic.Actor, b topic.Body) { s.Apply(&topic.Event{Seq: s.Seq + 1, Actor: a, Body: b}) }
	for i := range 40 {
		apply(topic.Actor{Role: topic.RoleBallot}, &topic.OpenBallotIssued{Pseudonym: topic.Pseudonym{9, byte(i)}})
		apply(topic.Actor{Role: topic.RoleBallot}, &topic.OpenVoted{Ballot: uint64(i + 1), Item: uint32(1 + i%2), Value: topic.Agree})
	}
	apply(topic.Actor{Role: topic.RoleBallot, Number: 1}, &topic.Voted{Item: 1, Value: topic.Agree, Shown: []uint32{3}})
	for i := range 20 {
		if got := RouteOpen(s, topic.Pseudonym{7, byte(i)}, nobodys); len(got) != 3 || got[0] != 3 {
			t.Errorf("a new open voter is sent by %v", got)
		}
	}
	if got := RouteOpen(s, topic.Pseudonym{9, 0}, nobodys); slices.Contains(got, 1) {
		t.Errorf("who has rated item 1 is sent by %v", got)
	}
	if got := RouteOpen(s, topic.Pseudonym{9, 0}, func(item uint32) bool { return item == 3 }); got[0] == 3 {
		t.Error("somebody's own idea comes first")
	}
}
