package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"veche/scripts/bench/figure"
)

// measurements are the commands, with small sizes where quick.
func measurements(p programs, quick bool) []measurement {
	if quick {
		return []measurement{
			{"draw", []string{p.veche, "bench", "draw", "--people", "20000", "--seats", "500", "--runs", "1", "--only", "20000"}},
			{"cluster", []string{p.veche, "bench", "cluster", "--ideas", "5000", "--runs", "1"}},
			{"tally", []string{p.veche, "bench", "tally", "--votes", "50000", "--people", "1000", "--ideas", "60", "--runs", "1"}},
			{"store", []string{p.veche, "bench", "store", "--votes", "50000", "--people", "20000", "--turns", "1", "--seconds", "0.5"}},
			{"live", []string{p.veche, "bench", "live", "--only", "idle,fanout", "--centrifuge", p.centrifuge}},
			{"board", []string{p.veche, "bench", "board", "--ideas", "2000", "--runs", "3"}},
			{"poll", []string{p.veche, "bench", "poll", "--ballots", "5000", "--seconds", "3"}},
		}
	}
	return []measurement{
		{"draw", []string{p.veche, "bench", "draw", "--runs", "1"}},
		{"cluster", []string{p.veche, "bench", "cluster", "--runs", "3"}},
		{"tally", []string{p.veche, "bench", "tally", "--runs", "3"}},
		{"store", []string{p.veche, "bench", "store"}},
		{"live", []string{p.veche, "bench", "live", "--full", "--only", "idle,fanout,stalled,votes,restart", "--centrifuge", p.centrifuge}},
		{"board", []string{p.veche, "bench", "board"}},
		{"poll", []string{p.veche, "bench", "poll", "--ballots", "300000"}},
	}
}

// limit is what a figure must keep to.
type limit struct {
	report, arm, metric, unit string // the beginning of each
	most                      float64
}

// limits hold for the full sizes.
var limits = []limit{
	{"store", "a log of", "opened as a whole", "s", 5},
	{"store", "a log of", "opened from a snapshot", "s", .5},
	{"store", "a log of", "log", "bytes", 60},
	{"store", "1200000 people", "imported", "s", 40},
}

// held is a figure and what it is held against.
type held struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Limit float64 `json:"limit"`
	Least bool    `json:"least"` // the limit is the least, not the most
	Unit  string  `json:"unit"`
}

func (h held) holds() bool {
	if h.Least {
		return h.Value >= h.Limit
	}
	return h.Value <= h.Limit
}

// share is how much of its limit a figure takes: 1 at the limit, below where it
// holds.
func (h held) share() float64 {
	if h.Limit == 0 && h.holds() {
		return 0
	}
	if h.Least {
		return h.Limit / math.Max(h.Value, 1e-9)
	}
	return h.Value / math.Max(h.Limit, 1e-9)
}

func (h held) String() string {
	word, sign := "holds", "<="
	if !h.holds() {
		word = "MISSED"
	}
	if h.Least {
		sign = ">="
	}
	return fmt.Sprintf("%-7s %-70s %10.4g %s, want %s %.4g", word, h.Name, h.Value, h.Unit, sign, h.Limit)
}

// hold finds every figure that has a limit: ratios by what they say they want,
// figures by the table.
func hold(reports []figure.Report, quick bool) []held {
	all := []held{}
	for _, r := range reports {
		for _, x := range r.Ratios {
			if h, ok := wanted(x); ok {
				h.Name = r.Name + ": " + h.Name
				all = append(all, h)
			}
		}
		if quick {
			continue
		}
		for _, l := range limits {
			for _, a := range r.Arms {
				if l.report == r.Name && strings.HasPrefix(a.Arm, l.arm) && strings.HasPrefix(a.Metric, l.metric) && strings.HasPrefix(a.Unit, l.unit) {
					all = append(all, held{Name: r.Name + ": " + a.Arm + ", " + a.Metric, Value: a.Median, Limit: l.most, Unit: a.Unit})
				}
			}
		}
	}
	return all
}

// wanted reads what a ratio wants: ">= 0.8", "≤ 1.2", "from 2,000", "0".
func wanted(x figure.Ratio) (held, bool) {
	h := held{Name: x.Name, Value: x.Value}
	text := strings.TrimSpace(x.Want)
	for _, sign := range []string{">=", "≥", "from", "<=", "≤"} {
		if rest, ok := strings.CutPrefix(text, sign); ok {
			h.Least, text = sign == ">=" || sign == "≥" || sign == "from", rest
			break
		}
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		return h, false
	}
	var err error
	h.Limit, err = strconv.ParseFloat(strings.ReplaceAll(words[0], ",", ""), 64)
	return h, err == nil
}
