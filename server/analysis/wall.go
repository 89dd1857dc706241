package analysis

import (
	"cmp"
	"math"
	"slices"

	"veche/server/topic"
)

// Need is why a table needs somebody.
type Need string

// The needs, the most pressing first.
const (
	NeedReport    Need = "report"    // somebody reported a remark
	NeedSilence   Need = "silence"   // people are there and nobody says anything
	NeedStalled   Need = "stalled"   // the step or turn is over its time, hands wait for nobody, or it is paused for long
	NeedImbalance Need = "imbalance" // one person says more than all others, or several say nothing
	NeedSmall     Need = "small"     // too few are there
	NeedHands     Need = "hands"     // many wait for the floor
)

// TableSight is a table as a facilitator sees it from afar. Times are Unix
// milliseconds, 0 for never; people are author numbers.
type TableSight struct {
	Room        uint32  `json:"room"`
	Session     string  `json:"session"`
	Language    string  `json:"language"`
	Facilitator uint64  `json:"facilitator"`
	Seated      int     `json:"seated"`
	Here        int     `json:"here"`
	Step        uint32  `json:"step"`
	Ends        int64   `json:"ends"`
	Paused      bool    `json:"paused"`
	Speaker     uint64  `json:"speaker"`
	TurnEnds    int64   `json:"turn_ends"`
	Queue       int     `json:"queue"`
	Remarks     int     `json:"remarks"`
	Recent      int     `json:"recent"`    // of the last five minutes
	Last        int64   `json:"last"`      // time of the last remark
	Silent      int     `json:"silent"`    // here and never spoken
	TopShare    float64 `json:"top_share"` // 0 to 1, of the characters, by who wrote most
	Flags       int     `json:"flags"`     // open ones
	MoveOn      int     `json:"move_on"`
	Report      bool    `json:"report"`
	Closed      uint32  `json:"closed"`
	Need        int     `json:"need"` // 0 to 100
	Why         []Need  `json:"why"`
}

// Times and numbers of the need score.
const (
	recentSpan   = 5 * 60_000
	silentAfter  = 3 * 60_000  // nobody says anything
	silentWhole  = 8 * 60_000  // the silence counts in full
	silentLive   = 60 * 60_000 // without a step under way: beyond that nobody is in a talk
	stalledAfter = 60_000
	stalledWhole = 5 * 60_000
	pausedAfter  = 5 * 60_000
	pausedWhole  = 15 * 60_000
	fewRemarks   = 6 // fewer tell nothing about balance
	someSilent   = 3
	manyHands    = 3
)

// weights of the needs. Those without a report come to 87 at most and a report
// alone to 88, so a table with a report stands before every one without.
const (
	weightReport    = 0.88
	weightSilence   = 0.50
	weightStalled   = 0.42
	weightImbalance = 0.32
	weightSmall     = 0.26
	weightHands     = 0.10
)

// Wall answers the tables of the round that is on, those that need somebody most
// first, equals by number. present are the applications of those who are in each
// room, now the time.
//
// The need is 100·(1 − Π(1 − wᵢ·sᵢ)): the chance that at least one of
// independent troubles is a real one, if trouble i is with chance wᵢ·sᵢ. So each
// trouble adds to the need, and none can push it beyond 100; a table in any
// trouble has at least 1. The strengths sᵢ are 0 to 1:
//
//	report     1 with an open report; each further one counts as a tenth of the rest
//	silence    minutes since the last remark or the step's begin / 8, from 3 on, where two or more are there
//	stalled    minutes over the step's or turn's time, or that hands wait while nobody has the floor, / 5,
//	           from 1 on; minutes without a remark in a pause / 15, from 5 on
//	imbalance  (top share − ½)·2 where three or more are there; silent / here where three or more are silent;
//	           from six remarks on
//	small      (fewest − here) / (fewest − 1) where somebody is there, see [FewestHere]
//	hands      waiting / 6, from three on
//
// A pause is nobody's silence, nor is an hour without a word where no step is
// under way: people then read between two rounds. A table that was joined with another needs nobody
// but for its reports.
//
// The cost is one pass over seats and reports, and for each table what was said
// in five minutes and who sits there.
func Wall(s *topic.State, present map[uint32][]uint64, now int64) []TableSight {
	first, last := s.RoundTables()
	if first == 0 {
		return []TableSight{}
	}
	list := make([]TableSight, 0, last-first+1)
	seated := make([]int, last-first+1)
	for i := range s.Seats {
		if t := s.Seats[i].Table; t >= first && t <= last && s.Seats[i].Status == topic.SeatAccepted {
			seated[t-first]++
		}
	}
	flags := make([]int, last-first+1)
	for i := range s.Flags {
		if f := &s.Flags[i]; f.Outcome == topic.FlagOpen && f.Subject.Kind == topic.SubjectRemark {
			if t := s.Remarks[f.Subject.Number-1].Room; t >= first && t <= last {
				flags[t-first]++
			}
		}
	}
	for t := first; t <= last; t++ {
		x := sight(s, t, present[t], now)
		x.Seated, x.Flags = seated[t-first], flags[t-first]
		x.judge(s, now)
		list = append(list, x)
	}
	slices.SortStableFunc(list, func(a, b TableSight) int { return cmp.Compare(b.Need, a.Need) })
	return list
}

// sight is what a table looks like, not yet judged.
func sight(s *topic.State, table uint32, here []uint64, now int64) TableSight {
	f := s.Floor(table)
	at, _ := s.TableAt(table)
	x := TableSight{
		Room: table, Session: at.Session, Language: at.Language, Facilitator: f.Facilitator, Here: len(here),
		Step: f.Step, Ends: f.Ends, Paused: f.Paused, Speaker: s.Number(f.Speaker), TurnEnds: f.TurnEnds,
		Queue: len(f.Queue), MoveOn: len(f.MoveOn), Report: !f.Report.IsZero(), Closed: f.Closed, Why: []Need{},
	}
	room, _ := s.Room(table)
	x.Remarks = len(room.Remarks)
	for i := len(room.Remarks) - 1; i >= 0; i-- {
		time := s.Remarks[room.Remarks[i]-1].Time
		x.Last = max(x.Last, time)
		if time < now-recentSpan {
			break
		}
		x.Recent++
	}
	spoken := make([]uint64, 0, len(f.Spoken))
	all, most := uint64(0), uint64(0)
	for i := range f.Spoken {
		p := &f.Spoken[i]
		if p.Remarks > 0 {
			spoken = append(spoken, p.Application)
		}
		all += uint64(p.Characters)
		most = max(most, uint64(p.Characters))
	}
	if all > 0 {
		x.TopShare = float64(most) / float64(all)
	}
	slices.Sort(spoken)
	for _, n := range here {
		if _, ok := slices.BinarySearch(spoken, n); !ok {
			x.Silent++
		}
	}
	return x
}

// judge sets what the table needs.
func (x *TableSight) judge(s *topic.State, now int64) {
	rest := 1.0
	add := func(need Need, weight, strength float64) {
		if strength > 0 {
			x.Why = append(x.Why, need)
			rest *= 1 - float64(weight*min(strength, 1))
		}
	}
	if x.Flags > 0 {
		x.Why = append(x.Why, NeedReport)
		rest *= (1 - weightReport) * math.Pow(0.9, float64(min(x.Flags, 10)-1))
	}
	if x.Closed == 0 {
		add(NeedSilence, weightSilence, x.silence(s, now))
		add(NeedStalled, weightStalled, x.stalled(s, now))
		add(NeedImbalance, weightImbalance, x.imbalance())
		add(NeedSmall, weightSmall, x.small(FewestHere(&s.Settings)))
		if x.Queue >= manyHands {
			add(NeedHands, weightHands, float64(x.Queue)/(2*manyHands))
		}
	}
	x.Need = int(math.Round(100 * (1 - rest)))
	if len(x.Why) > 0 {
		x.Need = max(x.Need, 1)
	}
}

func (x *TableSight) silence(s *topic.State, now int64) float64 {
	since := max(x.Last, s.Floor(x.Room).Opened)
	if x.Paused || x.Here < 2 || since == 0 || s.StepNow(x.Room) == nil && now-since > silentLive {
		return 0
	}
	return grown(now-since, silentAfter, silentWhole)
}

func (x *TableSight) stalled(s *topic.State, now int64) float64 {
	f := s.Floor(x.Room)
	if x.Paused {
		if x.Here == 0 {
			return 0
		}
		return grown(now-max(x.Last, f.Opened), pausedAfter, pausedWhole)
	}
	worst := 0.0
	if x.Ends != 0 {
		worst = grown(now-x.Ends, stalledAfter, stalledWhole)
	}
	if f.Speaker != 0 && x.Queue > 0 { // with nobody waiting a speaker may go on
		worst = max(worst, grown(now-x.TurnEnds, stalledAfter, stalledWhole))
	}
	if f.Speaker == 0 && x.Queue > 0 {
		worst = max(worst, grown(now-max(x.Last, f.Opened), stalledAfter, stalledWhole))
	}
	return worst
}

func (x *TableSight) imbalance() float64 {
	if x.Remarks < fewRemarks || x.Here < 3 {
		return 0
	}
	worst := 0.0
	if x.TopShare > 0.5 {
		worst = 2 * (x.TopShare - 0.5)
	}
	if x.Silent >= someSilent {
		worst = max(worst, float64(x.Silent)/float64(x.Here))
	}
	return worst
}

func (x *TableSight) small(fewest int) float64 {
	if x.Here == 0 || x.Here >= fewest {
		return 0
	}
	return float64(fewest-x.Here) / float64(max(1, fewest-1))
}

// grown is the strength of something that has lasted so long: 0 before it
// counts, then its share of when it counts in full.
func grown(lasted, counts, whole int64) float64 {
	if lasted < counts {
		return 0
	}
	return min(1, float64(lasted)/float64(whole))
}

// FewestHere is how many there must be at a table for a talk: five, or half of
// the table size where that is more, or a little over half of a table of fewer
// than eight.
func FewestHere(t *topic.Settings) int {
	size := tableSize(t)
	if size < 8 {
		return size/2 + 1
	}
	return max(5, (size+1)/2)
}

// Mine answers the tables of the round that a facilitator takes care of, as
// first and last of consecutive ones.
func Mine(s *topic.State, facilitator uint64) [][2]uint32 {
	list := [][2]uint32{}
	first, last := s.RoundTables()
	if facilitator == 0 || first == 0 {
		return list
	}
	for t := first; t <= last; t++ {
		if s.Floor(t).Facilitator != facilitator {
			continue
		}
		if n := len(list); n > 0 && list[n-1][1]+1 == t {
			list[n-1][1] = t
		} else {
			list = append(list, [2]uint32{t, t})
		}
	}
	return list
}
