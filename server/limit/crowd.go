package limit

import (
	"hash/maphash"
	"sync"
	"time"
)

// Crowd is a bucket for each of many, whoever they are. It is safe for concurrent
// use.
//
// It remembers most of them, and never forgets who came lately: of two halves the
// older is dropped once the younger is full, and who comes moves to the younger. So
// a bucket starts anew only when half as many others came since it was last used,
// and no number of addresses takes more memory or time. It keeps no names, only
// 64 bits of a keyed hash.
type Crowd struct {
	rate  Rate
	half  int
	clock func() time.Time
	seed  maphash.Seed

	mu         sync.Mutex
	young, old map[uint64]Bucket
}

// Most is how many a crowd remembers at most: some 4 MB.
const Most = 80_000

// NewCrowd makes a crowd in which each has that rate.
func NewCrowd(rate Rate, clock func() time.Time) *Crowd {
	return &Crowd{rate: rate, half: Most / 2, clock: clock, seed: maphash.MakeSeed(), young: map[uint64]Bucket{}}
}

// Take takes one from who's bucket, and answers 0, or how long to wait.
func (c *Crowd) Take(who string) time.Duration { return c.use(who, 1) }

// Wait answers as Take does, and takes nothing.
func (c *Crowd) Wait(who string) time.Duration { return c.use(who, 0) }

func (c *Crowd) use(who string, n float64) time.Duration {
	if c.rate.Free() {
		return 0
	}
	key, now := maphash.String(c.seed, who), c.clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	b, known := c.young[key]
	if !known {
		if b, known = c.old[key]; !known && n == 0 {
			return 0
		}
		if len(c.young) >= c.half {
			c.old, c.young = c.young, make(map[uint64]Bucket, c.half)
		}
	}
	wait := b.use(now, c.rate, n)
	c.young[key] = b
	return wait
}

// Len is how many are remembered.
func (c *Crowd) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.young) + len(c.old)
}
