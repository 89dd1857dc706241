package analysis

import (
	"context"

	"veche/server/signal"
	"veche/server/topic"
)

// Signals is the result of a search for behaviour signals. Ballots in it are
// ballot numbers, people the numbers that others see, texts idea numbers.
type Signals struct {
	Schema     int    `json:"schema"`
	InputSeq   uint64 `json:"input_seq"`
	VotesShown bool   `json:"votes_shown"` // false while the rating's rule hides its results: then votes are not looked at
	signal.Found
}

// VoteTimes is when ballots said what they say, which the log tells and a state
// does not keep.
type VoteTimes struct {
	ballots, open [][]timedVote // by ballot, from 1; those of the open rating have numbers of their own
	all           []int64       // of every vote, changed ones too
}

type timedVote struct {
	item uint32
	time int64
}

// Observe takes in one event; all up to the search's input must come, in order.
// Votes that were cast elsewhere have no time.
func (v *VoteTimes) Observe(e *topic.Event) {
	switch b := e.Body.(type) {
	case *topic.Voted:
		v.ballots = noted(v.ballots, e.Actor.Number, timedVote{b.Item, e.Time})
	case *topic.OpenVoted:
		v.open = noted(v.open, b.Ballot, timedVote{b.Item, e.Time})
	default:
		return
	}
	v.all = append(v.all, e.Time)
}

// noted notes a ballot's last word on an item.
func noted(ballots [][]timedVote, ballot uint64, x timedVote) [][]timedVote {
	if missing := int(ballot) - len(ballots); missing > 0 {
		ballots = append(ballots, make([][]timedVote, missing)...)
	}
	list := ballots[ballot-1]
	for i := range list {
		if list[i].item == x.item {
			list[i].time = x.time
			return ballots
		}
	}
	ballots[ballot-1] = append(list, x)
	return ballots
}

// timed are what ballots say, with its time, 0 where unknown.
func timed(ballots [][]topic.Choice, times [][]timedVote) (list []signal.Vote) {
	for ballot, choices := range ballots {
		for _, c := range choices {
			x := signal.Vote{Ballot: uint64(ballot + 1), Item: c.Item, Value: signal.Value(value(c.Value) + 1)}
			if ballot < len(times) {
				for _, t := range times[ballot] {
					if t.item == c.Item {
						x.Time = t.time
						break
					}
				}
			}
			list = append(list, x)
		}
	}
	return list
}

// FindSignals looks for behaviour signals in s: texts are its ideas' by number,
// times those of its votes. Hidden and erased ideas, imported ones, and those that
// go back to another are left out. Votes and what people say are looked at each by
// itself, and nothing here joins them.
func FindSignals(_ context.Context, s *topic.State, texts map[uint32]string, times *VoteTimes) (topic.SignalsSought, Blobs, error) {
	x := Signals{Schema: Schema, InputSeq: s.Seq, VotesShown: !s.ResultsHidden()}
	evidence, err := evidenceOf(s, texts, times, x.VotesShown)
	if err != nil {
		return topic.SignalsSought{}, nil, err
	}
	x.Found = *signal.Find(evidence)
	b, err := encode(x)
	if err != nil {
		return topic.SignalsSought{}, nil, err
	}
	return topic.SignalsSought{InputSeq: s.Seq, Result: Digest(b)}, Blobs{b}, nil
}

func evidenceOf(s *topic.State, texts map[uint32]string, times *VoteTimes, votes bool) (e signal.Evidence, err error) {
	if votes {
		e.Votes, e.Open = timed(s.Votes, times.ballots), timed(s.OpenVotes, times.open)
		for _, at := range times.all {
			e.Arrivals = append(e.Arrivals, signal.Arrival{Flow: signal.FlowVotes, Time: at})
		}
	}
	for i := range s.Ideas {
		x, n := &s.Ideas[i], uint32(i+1)
		if x.Author == 0 {
			continue
		}
		author := s.Number(x.Author)
		e.Arrivals = append(e.Arrivals, signal.Arrival{Flow: signal.FlowIdeas, Time: x.Time, Person: author})
		if x.Erased || x.Of != 0 || x.Newer != 0 || s.Board.Hidden(n) {
			continue
		}
		body, there := texts[n]
		if !there {
			return e, &MissingError{What: "text of idea", Number: uint64(n), Digest: x.Text}
		}
		e.Texts = append(e.Texts, signal.Text{Number: n, Author: author, Body: body})
	}
	for i := range s.Remarks {
		if m := &s.Remarks[i]; m.Author.Role == topic.RoleCitizen {
			e.Arrivals = append(e.Arrivals, signal.Arrival{Flow: signal.FlowRemarks, Time: m.Time, Person: s.Number(m.Author.Number), Room: m.Room})
		}
	}
	e.Tables = saidAt(s)
	return e, nil
}

// saidAt is what the people of each table said there: those who sit there, and
// those who sat there and spoke.
func saidAt(s *topic.State) []signal.Seating {
	var tables []signal.Seating
	at := map[uint32]int{}
	for table := uint32(1); table <= s.Tables; table++ {
		f := s.Floor(table)
		if len(f.Spoken) == 0 {
			continue
		}
		t := signal.Seating{Table: table}
		for _, p := range f.Spoken {
			t.People = append(t.People, signal.Spoken{Person: s.Number(p.Application), Remarks: int(p.Remarks), Characters: int(p.Characters)})
		}
		at[table] = len(tables)
		tables = append(tables, t)
	}
	for i := range s.Seats {
		x := &s.Seats[i]
		k, there := at[x.Table]
		if !there || x.Status != topic.SeatAccepted {
			continue
		}
		silent := true
		for _, p := range s.Floor(x.Table).Spoken {
			silent = silent && p.Application != x.Application
		}
		if silent {
			tables[k].People = append(tables[k].People, signal.Spoken{Person: s.Number(x.Application)})
		}
	}
	return tables
}

// ParseSignals reads the result of a search.
func ParseSignals(b []byte) (*Signals, error) {
	return parse("search for signals", b, func(x *Signals) int { return x.Schema })
}
