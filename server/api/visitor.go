package api

import (
	"math"
	"sync"
	"time"
)

// visitors lets each address ask so many times a second, and so many at once.
type visitors struct {
	perSecond, burst float64
	clock            func() time.Time

	mu   sync.Mutex
	left map[string]allowance
}

type allowance struct {
	requests float64
	at       time.Time
}

// mostVisitors is how many addresses are remembered; those whose allowance is
// whole again need not be.
const mostVisitors = 20_000

func newVisitors(perSecond, burst float64, clock func() time.Time) *visitors {
	return &visitors{perSecond: perSecond, burst: burst, clock: clock, left: map[string]allowance{}}
}

// take takes one request of an address, and answers 0, or how many seconds it is
// to wait.
func (v *visitors) take(address string) (wait int) { return v.use(address, 1) }

// wait answers as take does, and takes nothing.
func (v *visitors) wait(address string) int { return v.use(address, 0) }

func (v *visitors) use(address string, requests float64) (wait int) {
	now := v.clock()
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.left) >= mostVisitors {
		for k, x := range v.left {
			if v.now(x, now) >= v.burst {
				delete(v.left, k)
			}
		}
		if len(v.left) >= mostVisitors {
			clear(v.left) // better some get more than anyone none
		}
	}
	x, known := v.left[address]
	have := v.burst
	if known {
		have = v.now(x, now)
	}
	if have < 1 {
		return max(1, int(math.Ceil((1-have)/v.perSecond)))
	}
	v.left[address] = allowance{have - requests, now}
	return 0
}

// now is what is left of an allowance by now.
func (v *visitors) now(x allowance, now time.Time) float64 {
	return min(v.burst, x.requests+max(0, now.Sub(x.at).Seconds())*v.perSecond)
}
