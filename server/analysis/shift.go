package analysis

import (
	"veche/server/tally"
	"veche/server/topic"
)

// OptionShift is how an option moved among those who answered twice. Net is from
// −1 to 1; interval (95 %) and p are there where the counts they come from can
// be told.
type OptionShift struct {
	Option uint32   `json:"option"`
	Before int      `json:"before"`
	After  int      `json:"after"`
	Net    float64  `json:"net"`
	Low    *float64 `json:"low,omitempty"`
	High   *float64 `json:"high,omitempty"`
	P      *float64 `json:"p,omitempty"` // exact, of McNemar's test
}

// StratumShift is how the options moved in a part of the panel: by option the
// counts among those who answered twice, −1 where they can't be told.
type StratumShift struct {
	Stratum string `json:"stratum"`
	Before  []int  `json:"before"`
	After   []int  `json:"after"`
}

// PollShift is how opinion moved from one asking to the next. Table counts from
// option (row) to option (column), −1 where a count is small or would tell one
// that is; it is nil where a ballot may choose several options.
type PollShift struct {
	First   uint32         `json:"first"` // the poll that asked before
	Both    int            `json:"both"`  // answered twice
	Table   [][]int        `json:"table"`
	Options []OptionShift  `json:"options"`
	Strata  []StratumShift `json:"strata"`
}

// ShiftOf compares two askings of one question, ballot by ballot; nil where too
// few answered both. O(ballots).
func ShiftOf(before, after *topic.Poll) *PollShift {
	n := len(before.Options)
	s := &PollShift{First: after.After, Options: []OptionShift{}, Strata: []StratumShift{}}
	pairs := make([]tally.Paired, n)
	table := make([][]int, n)
	for i := range table {
		table[i] = make([]int, n)
	}
	both := make([]uint32, len(before.Roll)) // what was said the second time, by ballot of the first
	for b, said := range before.Marks {
		again := after.BallotOf(before.Roll[b])
		if said == 0 || again == 0 || after.Marks[again-1] == 0 {
			continue
		}
		now := after.Marks[again-1]
		both[b] = now
		s.Both++
		for o := range pairs {
			was, is := said>>o&1 == 1, now>>o&1 == 1
			p := &pairs[o]
			switch {
			case was && !is:
				p.Lost++
			case is && !was:
				p.Gained++
			}
			if was {
				p.Before++
			}
			if is {
				p.After++
			}
		}
		if before.Max == 1 {
			table[topic.OptionsOf(said)[0]-1][topic.OptionsOf(now)[0]-1]++
		}
	}
	if s.Both < topic.FewBallots {
		return nil
	}
	if before.Max == 1 {
		s.Table = suppressed(table)
	}
	for o := range pairs {
		p := &pairs[o]
		p.Both = s.Both
		x := OptionShift{Option: uint32(o + 1), Before: p.Before, After: p.After, Net: p.Net()}
		if p.Gained >= smallCell && p.Lost >= smallCell && (s.Table == nil || s.Table[o][o] >= 0) {
			low, high := p.Interval()
			chance := p.McNemar()
			x.Low, x.High, x.P = &low, &high, &chance
		}
		s.Options = append(s.Options, x)
	}
	if len(before.Strata) > 1 {
		s.Strata = shiftStrata(before, after, both)
	}
	return s
}

// shiftStrata counts by stratum of the first asking. What each poll tells by
// stratum is public too, so the few who answered only one of them could be worked
// out: where they are too few, no stratum of that option is told.
func shiftStrata(before, after *topic.Poll, both []uint32) []StratumShift {
	list := make([]StratumShift, len(before.Strata))
	for i, name := range before.Strata {
		list[i] = StratumShift{Stratum: name, Before: make([]int, len(before.Options)), After: make([]int, len(before.Options))}
	}
	once := func(p *topic.Poll, b int) bool {
		if p == before {
			return both[b] == 0
		}
		first := before.BallotOf(p.Roll[b])
		return first == 0 || before.Marks[first-1] == 0
	}
	for o := range before.Options {
		for _, asked := range []*topic.Poll{before, after} {
			counts := make([][]int, len(list)+1) // answered twice: yes, no
			for i := range counts {
				counts[i] = make([]int, 2)
			}
			for b, now := range both {
				if now != 0 {
					if asked == before {
						now = before.Marks[b]
					}
					counts[stratumOf(before, b)][1-now>>o&1]++
				}
			}
			shown := suppressed(counts)
			hidden := fewOnce(asked, o, func(b int) bool { return once(asked, b) })
			for i := range list {
				n := shown[i+1][0]
				if hidden {
					n = -1
				}
				if asked == before {
					list[i].Before[o] = n
				} else {
					list[i].After[o] = n
				}
			}
		}
	}
	return list
}

// fewOnce says that in some stratum of a poll a few, but not nobody, answered
// only it and chose an option, or only it and left the option out.
func fewOnce(p *topic.Poll, option int, once func(ballot int) bool) bool {
	counts := make([][2]int, len(p.Strata)+1)
	for b, said := range p.Marks {
		if said != 0 && once(b) {
			counts[stratumOf(p, b)][1-said>>option&1]++
		}
	}
	for _, c := range counts {
		for _, n := range c {
			if n > 0 && n < smallCell {
				return true
			}
		}
	}
	return false
}
