package analysis

import (
	"fmt"
	"reflect"
	"testing"

	"veche/server/topic"
)

// pollOf is a closed poll whose ballots say marks, in strata.
func pollOf(t *testing.T, most uint32, strata []string, of []uint32, marks []uint32) *topic.Poll {
	t.Helper()
	s := topic.NewState()
	apply := func(actor topic.Actor, b topic.Body) {
		e := topic.Event{Seq: s.Seq + 1, Time: 1, Actor: actor, Body: b}
		s.Apply(&e)
	}
	apply(topic.Actor{}, &topic.PollMade{Terms: topic.PollTerms{Question: "?", Options: []string{"a", "b", "c"}, Min: 1, Max: most, Electorate: topic.ElectoratePanel, When: topic.PollWindow}})
	issued := &topic.PollBallotsIssued{Poll: 1, Strata: strata, Of: of}
	for i := range marks {
		issued.Pseudonyms = append(issued.Pseudonyms, topic.Pseudonym{byte(i), byte(i >> 8), 1})
	}
	apply(topic.Actor{}, issued)
	for i, m := range marks {
		if m != 0 {
			apply(topic.Actor{Role: topic.RoleBallot, Number: uint64(i + 1)}, &topic.BallotCast{Poll: 1, Marks: m})
		}
	}
	return &s.Polls[0]
}

// repeat is n times each of some values.
func repeat(pairs ...uint32) (list []uint32) {
	for i := 0; i < len(pairs); i += 2 {
		for range pairs[i] {
			list = append(list, pairs[i+1])
		}
	}
	return list
}

func TestCountPoll(t *testing.T) {
	if c := CountPoll(pollOf(t, 1, nil, nil, repeat(4, 1))); c != nil {
		t.Errorf("4 ballots are told: %+v", c)
	}
	c := CountPoll(pollOf(t, 2, nil, nil, repeat(6, 1, 4, 3, 5, 0)))
	if got := fmt.Sprintf("%d %.2f %d %.2f %d, %.3f to %.3f", c.Options[0].Count, c.Options[0].Share, c.Options[1].Count, c.Options[1].Share, c.Options[2].Count, *c.Options[1].Low, *c.Options[1].High); got != "10 1.00 4 0.40 0, 0.168 to 0.687" {
		t.Errorf("counted %s", got)
	}
}

// Small counts of a stratum are not told, nor what would tell them.
func TestPollStrata(t *testing.T) {
	names := []string{"north", "south", "west"}
	of := repeat(40, 1, 40, 2, 40, 3)
	marks := repeat(18, 1, 12, 2, 10, 4, 20, 1, 18, 2, 2, 4, 15, 1, 15, 2, 10, 4)
	c := CountPoll(pollOf(t, 1, names, of, marks))
	var rows [][]int
	for _, x := range c.Strata {
		if x.Issued != 40 || x.Cast != 40 {
			t.Errorf("stratum %s: %d of %d", x.Stratum, x.Cast, x.Issued)
		}
		rows = append(rows, x.Counts)
	}
	if want := suppress([][]int{{18, 12, 10}, {20, 18, 2}, {15, 15, 10}}); want == nil || !reflect.DeepEqual(rows, want) || rows[1][2] != -1 {
		t.Errorf("shown %v, want %v", rows, want)
	}
	few := CountPoll(pollOf(t, 1, names[:2], repeat(20, 1, 20, 2), repeat(16, 1, 4, 0, 2, 1, 18, 0)))
	for _, x := range few.Strata {
		if x.Cast != -1 || !reflect.DeepEqual(x.Counts, []int{-1, -1, -1}) {
			t.Errorf("a stratum of few ballots is told: %+v", x)
		}
	}
	several := CountPoll(pollOf(t, 2, names[:2], repeat(30, 1, 30, 2), repeat(30, 1, 12, 1, 18, 2)))
	if several.Strata[0].Counts[0] != -1 { // all of them: the others' silence would be told
		t.Errorf("what all of a stratum chose is told: %+v", several.Strata)
	}
}

// An open poll is told in steps and not by stratum; its close tells both.
func TestOpenPollIsToldInSteps(t *testing.T) {
	p := pollOf(t, 1, []string{"young", "old"}, repeat(20, 1, 21, 2), repeat(30, 1, 11, 2))
	p.Status = topic.PollOpen
	if c := CountPoll(p); c.Options[0].Count != 30 || c.Options[1].Count != 10 || c.Options[1].Share != 0.25 || len(c.Strata) != 0 {
		t.Errorf("while it is open: %+v", c)
	}
	p.Status = topic.PollEnded
	if c := CountPoll(p); c.Options[1].Count != 11 || len(c.Strata) != 2 {
		t.Errorf("closed: %+v", c)
	}
}
