package limit

import (
	"math"
	"time"
)

// Rate is so many a second over time, and so many at once. A negative one has no
// limit.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Free says that the rate has no limit.
func (r Rate) Free() bool { return r.PerSecond < 0 || r.Burst < 0 }

// Bucket holds what may be done at once and refills over time. The zero value is
// full. It has 16 bytes and no lock.
type Bucket struct {
	left float64
	at   time.Duration // after began; 0 before the first use
}

// began is what buckets count from: a time is three times as long.
var began = time.Now()

// Take takes one, and answers 0, or how long it is until there is one. Time that
// goes back refills nothing.
func (b *Bucket) Take(now time.Time, r Rate) (wait time.Duration) { return b.use(now, r, 1) }

// Wait answers as Take does, and takes nothing.
func (b *Bucket) Wait(now time.Time, r Rate) time.Duration { return b.use(now, r, 0) }

// Charge takes so many of what is there.
func (b *Bucket) Charge(n float64) { b.left -= n }

func (b *Bucket) use(now time.Time, r Rate, n float64) time.Duration {
	if r.Free() {
		return 0
	}
	// Clocks may stand or go back, also to before the program began.
	at := now.Sub(began)
	if at == 0 {
		at = 1
	}
	if b.at == 0 {
		b.left = float64(r.Burst)
	} else {
		b.left = min(float64(r.Burst), b.left+r.PerSecond*max(0, at-b.at).Seconds())
	}
	b.at = at
	if b.left < 1-dust {
		if r.PerSecond == 0 {
			return math.MaxInt64
		}
		return max(1, time.Duration(math.Ceil((1-b.left)/r.PerSecond*float64(time.Second))))
	}
	b.left = max(0, b.left-n)
	return 0
}

// dust is what sums of fractions may lack of a whole one.
const dust = 1e-9

// Rested says that the bucket was not used for that long.
func (b *Bucket) Rested(now time.Time, d time.Duration) bool {
	return b.at == 0 || now.Sub(began)-b.at > d
}
