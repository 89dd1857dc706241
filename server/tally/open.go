package tally

import (
	"context"
	"math"
)

// OpenVotes are the votes of people who were not drawn but came of themselves.
// They shape no group, rank or interval of the panel: they are counted apart,
// and what they say is told beside it with the gap.
type OpenVotes struct {
	Ballots int // 0 … Ballots−1, apart from those of the Input
	Votes   Votes
}

// Open is one item's result among the open votes. Shares lie in [0, 1], gaps in
// [−1, 1].
type Open struct {
	Count
	Seen       int     `json:"seen"`
	AgreeShare float64 `json:"agree_share"` // agree/seen, 0 where nobody answered
	WilsonLow  float64 `json:"wilson_low"`
	WilsonHigh float64 `json:"wilson_high"`
	// Gap is the open share less the panel's, with the bounds of its 95 %
	// interval; −1 and 1 where one of them has no answers.
	Gap     float64 `json:"gap"`
	GapLow  float64 `json:"gap_low"`
	GapHigh float64 `json:"gap_high"`
}

// Differs says that chance alone does not explain the gap.
func (o *Open) Differs() bool { return o.GapLow > 0 || o.GapHigh < 0 }

// Gap is share of a less share of b with its 95 % interval: the score intervals
// of both put together (Newcombe 1998, Statistics in Medicine 17, method 10).
// Without answers on one side the interval is −1 … 1 and the gap 0.
func Gap(a, b Count) (gap, low, high float64) {
	n, m := a.Seen(), b.Seen()
	if n == 0 || m == 0 {
		return 0, -1, 1
	}
	p, q := portion(a.Agree, n), portion(b.Agree, m)
	pl, ph := Wilson(a.Agree, n)
	ql, qh := Wilson(b.Agree, m)
	both := func(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }
	gap = p - q
	return gap, gap - both(p-pl, qh-q), gap + both(ph-p, q-ql)
}

// countOpen counts the open votes into the rows, which are in the order of the
// items.
func countOpen(ctx context.Context, in *Input, rows []Row) error {
	if in.Open == nil {
		return nil
	}
	m, err := newMatrix(ctx, &Input{Items: in.Items, Ballots: in.Open.Ballots, Votes: in.Open.Votes})
	if err != nil {
		return err
	}
	for j := range rows {
		o := new(Open)
		_, values := m.byItem.column(j)
		for _, v := range values {
			o.addTimes(v, 1)
		}
		o.Seen = o.Count.Seen()
		o.AgreeShare = portion(o.Agree, o.Seen)
		o.WilsonLow, o.WilsonHigh = Wilson(o.Agree, o.Seen)
		o.Gap, o.GapLow, o.GapHigh = Gap(o.Count, rows[j].Count)
		rows[j].Open = o
	}
	return nil
}
