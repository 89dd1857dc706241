package signal

import (
	"cmp"
	"slices"
)

// Flow is what arrives.
type Flow string

// The flows.
const (
	FlowVotes   Flow = "votes"
	FlowRemarks Flow = "remarks"
	FlowIdeas   Flow = "ideas"
)

// Arrival is one thing that came: a vote, of which nothing but the time is told, a
// remark or an idea.
type Arrival struct {
	Flow   Flow
	Time   int64  // Unix milliseconds
	Person uint64 // who wrote it, 0 for a vote
	Room   uint32 // of a remark; 0 is the main hall
}

// Surge is much more of a flow within ten minutes than is usual: in the whole
// topic, in a room, or from one person. Of votes only the whole is looked at.
type Surge struct {
	Flow     Flow    `json:"flow"`
	Person   uint64  `json:"person"` // 0 for all
	Room     int64   `json:"room"`   // −1 for all
	From     int64   `json:"from"`   // Unix milliseconds; of votes the full hour
	Count    int     `json:"count"`
	Expected float64 `json:"expected"`
}

const (
	window      = 10 * 60_000
	hour        = 60 * 60_000
	leastCount  = 10  // of a surge
	leastTimes  = 4.0 // what is expected
	neighbours  = 6   // windows on each side that tell what is usual
	apart       = 1   // next to a window that are left out
	fewestKept  = 6   // windows that tell it
	leastUsual  = 0.5
	mostSteady  = 50.0 // dispersion: beyond it a count is as good as a Poisson one
	leastSteady = 0.5
)

// channel is whose arrivals are counted.
type channel struct {
	flow   Flow
	person uint64
	room   int64
}

// surges finds windows of ten minutes with many more arrivals than in those
// around. Windows in which nothing at all of a flow arrived are nights and breaks
// and tell nothing. Counts are taken as negative binomial, with the mean of the
// neighbouring windows and the dispersion that the channels of one sort show
// together. tests is how many windows were looked at.
func surges(arrivals []Arrival) (list []Signal, tests int) {
	counts := map[channel]map[int64]int{}
	live := map[Flow][]int64{}
	put := func(c channel, at int64) {
		if counts[c] == nil {
			counts[c] = map[int64]int{}
		}
		counts[c][at]++
	}
	for _, a := range arrivals {
		at := a.Time / window
		all := channel{a.Flow, 0, -1}
		if counts[all][at] == 0 {
			live[a.Flow] = append(live[a.Flow], at)
		}
		put(all, at)
		if a.Flow == FlowVotes {
			continue
		}
		if a.Person != 0 {
			put(channel{a.Flow, a.Person, -1}, at)
		}
		if a.Flow == FlowRemarks {
			put(channel{a.Flow, 0, int64(a.Room)}, at)
		}
	}
	for _, windows := range live { // each on its own
		slices.Sort(windows)
	}
	channels := make([]channel, 0, len(counts))
	for c := range counts { // sorted below
		channels = append(channels, c)
	}
	slices.SortFunc(channels, func(a, b channel) int {
		return cmp.Or(cmp.Compare(a.flow, b.flow), cmp.Compare(a.sort(), b.sort()), cmp.Compare(a.person, b.person), cmp.Compare(a.room, b.room))
	})
	type found struct {
		channel
		at       int64
		count    int
		expected float64
		chance   float64
	}
	var all []found
	for from := 0; from < len(channels); {
		to := from + 1
		for to < len(channels) && channels[to].flow == channels[from].flow && channels[to].sort() == channels[from].sort() {
			to++
		}
		var cells []found
		for _, c := range channels[from:to] {
			windows := live[c.flow]
			if len(windows) < fewestKept+1+2*apart {
				continue
			}
			line := make([]int, len(windows))
			for i, at := range windows {
				line[i] = counts[c][at]
			}
			for i, n := range line {
				tests++
				if n > 0 {
					cells = append(cells, found{channel: c, at: windows[i], count: n, expected: usual(line, i)})
				}
			}
		}
		var steady float64
		{
			square, more := 0.0, 0.0 // Σ expected², Σ (count − expected)² − expected, of windows that are not surges
			for _, x := range cells {
				if float64(x.count) < float64(leastTimes*x.expected) || x.count < leastCount {
					d := float64(x.count) - x.expected
					square += float64(x.expected * x.expected)
					more += float64(d*d) - x.expected
				}
			}
			steady = mostSteady
			if more > 0 {
				steady = min(mostSteady, max(leastSteady, square/more))
			}
		}
		for _, x := range cells {
			if x.count >= leastCount && float64(x.count) >= float64(leastTimes*x.expected) {
				x.chance = surgeTail(x.count, x.expected, steady)
				all = append(all, x)
			}
		}
		from = to
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(a.chance, b.chance) })
	chances := make([]float64, len(all))
	for i := range all {
		chances[i] = all[i].chance
	}
	for _, x := range all[:discoveries(chances, float64(max(1, tests)))] {
		s := &Surge{Flow: x.flow, Person: x.person, Room: x.room, From: x.at * window, Count: x.count, Expected: rounded(x.expected, 10)}
		if x.flow == FlowVotes {
			s.From -= s.From % hour
		}
		list = append(list, Signal{
			Key:  newKey(Burst, uint64(slices.Index([]Flow{FlowVotes, FlowRemarks, FlowIdeas}, x.flow)), x.person, uint64(x.room+1), uint64(x.at)),
			Kind: Burst, Chance: inAll(x.chance, float64(tests)), Arrival: s,
		})
	}
	return list, tests
}

// sort tells channels of the whole, of people and of rooms apart.
func (c channel) sort() int {
	switch {
	case c.person != 0:
		return 1
	case c.room >= 0:
		return 2
	}
	return 0
}

// usual is what the windows around one tell of it.
func usual(line []int, at int) float64 {
	sum, n := 0, 0
	for reach := neighbours + apart; ; reach += neighbours {
		sum, n = 0, 0
		for i := max(0, at-reach); i <= min(len(line)-1, at+reach); i++ {
			if i < at-apart || i > at+apart {
				sum += line[i]
				n++
			}
		}
		if n >= fewestKept || reach > len(line) {
			break
		}
	}
	return max(leastUsual, float64(sum)/float64(max(1, n)))
}
