package analysis

import (
	"veche/server/tally"
	"veche/server/topic"
)

// OptionCount is how many ballots chose an option. The share is of the ballots
// cast; the interval (Wilson, 95 %) is there where they are a sample.
type OptionCount struct {
	Option uint32   `json:"option"`
	Count  uint64   `json:"count"`
	Share  float64  `json:"share"`
	Low    *float64 `json:"low,omitempty"`
	High   *float64 `json:"high,omitempty"`
}

// PollStratum is how a part of the panel voted: by option how many chose it, −1
// where the number is too small to be told, or would tell one that is.
type PollStratum struct {
	Stratum string `json:"stratum"`
	Issued  int    `json:"issued"`
	Cast    int    `json:"cast"` // −1 where it is too small
	Counts  []int  `json:"counts"`
}

// PollCount is how a poll stands.
type PollCount struct {
	Options []OptionCount `json:"options"`
	Strata  []PollStratum `json:"strata"`
}

// CountPoll counts a poll as far as it may be told; nil where too few ballots were
// cast to tell. While it is open it is told in steps, and not by stratum. O(ballots)
// where there are strata, else O(options).
func CountPoll(p *topic.Poll) *PollCount {
	counts, cast := p.Told()
	if cast < topic.FewBallots {
		return nil
	}
	c := &PollCount{Options: []OptionCount{}, Strata: []PollStratum{}}
	for i, n := range counts {
		o := OptionCount{Option: uint32(i + 1), Count: n, Share: float64(n) / float64(cast)}
		if p.Electorate == topic.ElectoratePanel {
			low, high := tally.Wilson(int(n), int(cast))
			o.Low, o.High = &low, &high
		}
		c.Options = append(c.Options, o)
	}
	if p.Status != topic.PollOpen && len(p.Strata) > 1 {
		c.Strata = pollStrata(p)
	}
	return c
}

// pollStrata counts by stratum. The ballots without one are a line of their own
// while small counts are looked for: the sums tell of them too.
func pollStrata(p *topic.Poll) []PollStratum {
	list := make([]PollStratum, len(p.Strata)+1)
	for i := range list {
		list[i].Counts = make([]int, len(p.Options))
		if i > 0 {
			list[i].Stratum = p.Strata[i-1]
		}
	}
	for b, marks := range p.Marks {
		x := &list[stratumOf(p, b)]
		x.Issued++
		if marks != 0 {
			x.Cast++
		}
		for _, o := range topic.OptionsOf(marks) {
			x.Counts[o-1]++
		}
	}
	turnout := make([][]int, len(list))
	for i := range list {
		turnout[i] = []int{list[i].Cast, list[i].Issued - list[i].Cast}
	}
	turnout = suppressed(turnout)
	counts := make([][]int, len(list))
	if p.Max == 1 { // a line's counts add up to its ballots
		for i := range list {
			counts[i] = list[i].Counts
		}
		counts = suppressed(counts)
	} else {
		for i := range list {
			counts[i] = make([]int, len(p.Options))
		}
		for o := range p.Options {
			halves := make([][]int, len(list))
			for i := range list {
				halves[i] = []int{list[i].Counts[o], list[i].Cast - list[i].Counts[o]}
			}
			for i, h := range suppressed(halves) {
				counts[i][o] = h[0]
			}
		}
	}
	for i := range list {
		list[i].Cast = turnout[i][0]
		if list[i].Counts = counts[i]; list[i].Cast < 0 {
			for o := range list[i].Counts {
				list[i].Counts[o] = -1
			}
		}
	}
	return list[1:]
}

func stratumOf(p *topic.Poll, ballot int) uint32 {
	if ballot < len(p.StratumOf) {
		return p.StratumOf[ballot]
	}
	return 0
}

// suppressed is suppress, with every count hidden where that can't be done.
func suppressed(counts [][]int) [][]int {
	if shown := suppress(counts); shown != nil {
		return shown
	}
	out := make([][]int, len(counts))
	for r := range counts {
		for range counts[r] {
			out[r] = append(out[r], -1)
		}
	}
	return out
}
