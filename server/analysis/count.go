package analysis

import (
	"cmp"
	"context"
	"slices"

	"veche/selection"
	"veche/server/topic"
)

// PoolCount is the people who applied, counted. Its JSON is the interface's.
type PoolCount struct {
	People   int                    `json:"people"`
	Eligible int                    `json:"eligible"` // can be drawn in the next round
	LeftOut  []selection.GroupCount `json:"left_out"`
	SeatedBy []selection.GroupCount `json:"seated_by"` // have a seat, or get one without a draw; with Eligible and LeftOut everyone
	Features []FeatureCount         `json:"features"`
}

// FeatureCount is one feature's counts.
type FeatureCount struct {
	Name   string       `json:"name"`
	Label  string       `json:"label"`
	Values []ValueCount `json:"values"`
}

// ValueCount is how many people and seats a value has.
type ValueCount struct {
	Value      string   `json:"value"`
	Pool       int      `json:"pool"`
	Min        uint32   `json:"min"`
	Max        uint32   `json:"max"`
	Panel      int      `json:"panel"`
	Population *float64 `json:"population,omitempty"` // share, 0 to 1, where it is known
}

// Count counts pool and panel by feature and value, and who can be drawn.
// Someone whose row was erased counts nowhere.
func Count(ctx context.Context, s *topic.State, rows Rows) (PoolCount, error) {
	t := &s.Settings
	c := PoolCount{LeftOut: []selection.GroupCount{}, SeatedBy: []selection.GroupCount{}, Features: []FeatureCount{}}
	population := populationOf(&t.Population)
	at := map[topic.Answer]*ValueCount{}
	for _, f := range t.Form.Features {
		x := FeatureCount{Name: f.Name, Label: f.Label, Values: make([]ValueCount, len(f.Options))}
		for i, o := range f.Options {
			x.Values[i] = ValueCount{Value: o, Max: t.PanelSize}
			if share, ok := population.Share(f.Name, o); ok {
				x.Values[i].Population = &share
			}
			at[topic.Answer{Feature: f.Name, Value: o}] = &x.Values[i]
		}
		c.Features = append(c.Features, x)
	}
	for _, q := range t.Quotas {
		if v := at[topic.Answer{Feature: q.Feature, Value: q.Value}]; v != nil {
			v.Min, v.Max = q.Min, q.Max
		}
	}
	var list []uint64
	for i := range s.Applications {
		if a := &s.Applications[i]; a.Status == topic.ApplicationOpen || a.Seat != 0 {
			list = append(list, uint64(i+1))
		}
	}
	declined := map[uint64]bool{}
	for i := range s.Seats {
		if s.Seats[i].Status == topic.SeatDeclined {
			declined[s.Seats[i].Application] = true
		}
	}
	left, taken := map[string]int{}, map[string]int{}
	err := rows.each(ctx, list, func(n uint64, row *topic.Row) {
		a := &s.Applications[n-1]
		stands := a.Status == topic.ApplicationOpen
		seated := a.Seat != 0 && s.Seats[a.Seat-1].Status != topic.SeatDeclined
		for _, answer := range row.Answers {
			if v := at[answer]; v != nil {
				v.Pool += one(stands)
				v.Panel += one(seated)
			}
		}
		if !stands {
			return
		}
		c.People++
		mark, reason := s.MarkOf(n)
		switch {
		case seated:
			taken[ReasonSeated]++
		case !declined[n] && mark == topic.MarkIncluded:
			taken[reason]++
		case declined[n]:
			left[ReasonDeclined]++
		case mark == topic.MarkExcluded:
			left[reason]++
		default:
			if why := leftOut(&t.Draw, row); why != "" {
				left[why]++
			} else {
				c.Eligible++
			}
		}
	})
	if err != nil {
		return c, err
	}
	c.LeftOut, c.SeatedBy = byReason(left), byReason(taken)
	return c, nil
}

// byReason are counts by reason, in the reasons' order.
func byReason(counts map[string]int) []selection.GroupCount {
	list := []selection.GroupCount{}
	for reason, people := range counts {
		list = append(list, selection.GroupCount{Reason: reason, People: people})
	}
	slices.SortFunc(list, func(a, b selection.GroupCount) int { return cmp.Compare(a.Reason, b.Reason) })
	return list
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}
