// Package load measures waits of a load: thousands of receipts a second, with
// quantiles.
package load

import (
	"math"
	"sync/atomic"
	"time"
)

// histogram counts durations in buckets that are 2 % wide, from 1 µs to 20
// minutes.
type histogram struct {
	buckets [1056]atomic.Int64
	max     atomic.Int64
}

var width = math.Log(1.02)

func (h *histogram) add(d time.Duration) {
	us := max(1, float64(d)/float64(time.Microsecond))
	h.buckets[min(len(h.buckets)-1, int(math.Log(us)/width))].Add(1)
	for {
		old := h.max.Load()
		if int64(d) <= old || h.max.CompareAndSwap(old, int64(d)) {
			return
		}
	}
}

// Times are quantiles of a latency in milliseconds, within 2 %.
type Times struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// Count is how many durations were added.
func (l *Latency) Count() int64 { return l.histogram.count() }

func (h *histogram) count() (all int64) {
	for i := range h.buckets {
		all += h.buckets[i].Load()
	}
	return all
}

func (h *histogram) times() Times {
	return Times{P50: h.quantile(0.5), P99: h.quantile(0.99), Max: float64(h.max.Load()) / 1e6}
}

// quantile answers the upper end of the bucket that holds the q-quantile, in
// milliseconds; 0 if nothing was counted.
func (h *histogram) quantile(q float64) float64 {
	all := h.count()
	if all == 0 {
		return 0
	}
	need := int64(math.Ceil(q * float64(all)))
	for i := range h.buckets {
		if need -= h.buckets[i].Load(); need <= 0 {
			return math.Exp(float64(i+1)*width) / 1000
		}
	}
	return math.Inf(1)
}
