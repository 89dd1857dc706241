package limit_test

import (
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"veche/server/limit"
)

// hand is a clock that a test moves.
type hand struct{ at time.Time }

func (h *hand) now() time.Time { return h.at }

func newHand() *hand { return &hand{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

// Over any time, whatever it does, nobody takes more than the burst and what came
// since; and whoever waits as long as they are told to gets one.
func TestBucket(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, b := newHand(), limit.Bucket{}
		r := limit.Rate{PerSecond: float64(rapid.IntRange(1, 200).Draw(t, "tenths")) / 10, Burst: rapid.IntRange(1, 50).Draw(t, "burst")}
		began, taken := h.at, 0
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			h.at = h.at.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "ms")) * time.Millisecond)
			wait := b.Wait(h.at, r)
			if got := b.Take(h.at, r); got != wait {
				t.Fatalf("told %v, then %v", wait, got)
			}
			if wait == 0 {
				taken++
			} else if rapid.Bool().Draw(t, "waits") {
				if h.at = h.at.Add(wait); b.Take(h.at, r) != 0 {
					t.Fatalf("waited %v for nothing", wait)
				}
				taken++
			}
			if most := float64(r.Burst) + h.at.Sub(began).Seconds()*r.PerSecond; float64(taken) > most+1e-6 {
				t.Fatalf("took %d of %v", taken, most)
			}
		}
	})
}

func TestClockGoesBack(t *testing.T) {
	h, b, r := newHand(), limit.Bucket{}, limit.Rate{PerSecond: 1, Burst: 2}
	for i, want := range []bool{true, true, false} {
		if got := b.Take(h.at, r) == 0; got != want {
			t.Fatalf("take %d: %v", i, got)
		}
	}
	h.at = h.at.Add(-time.Hour)
	if b.Take(h.at, r) == 0 {
		t.Error("an hour back brought one")
	}
	h.at = h.at.Add(time.Second)
	if b.Take(h.at, r) != 0 {
		t.Error("nothing came after a second")
	}
}

// However many addresses take no more memory than eighty thousand, and whoever comes
// now and then meanwhile is not forgotten.
func TestCrowdIsBounded(t *testing.T) {
	h := newHand()
	c := limit.NewCrowd(limit.Rate{PerSecond: 0.001, Burst: 1}, h.now)
	if c.Take("abuser") != 0 {
		t.Fatal("the first is refused")
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	high := uint64(0)
	for i := range 250_000 {
		if c.Take(strconv.Itoa(i)) != 0 {
			t.Fatalf("the first of address %d is refused", i)
		}
		if i%10_000 == 0 && c.Take("abuser") == 0 {
			t.Fatalf("after %d others, who was slowed is not", i)
		}
		if i%25_000 == 24_999 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			high = max(high, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
		}
	}
	if c.Len() > limit.Most {
		t.Errorf("%d are remembered", c.Len())
	}
	if high > 16<<20 {
		t.Errorf("%d MiB are held", high>>20)
	}
	t.Logf("250,000 addresses: %d remembered, %.1f MiB", c.Len(), float64(high)/(1<<20))
}

// One who floods, with or without an account, costs nobody else a request.
func TestOthersAreUnhurt(t *testing.T) {
	for _, pace := range limit.Paces {
		t.Run(pace.Class.String(), func(t *testing.T) {
			h := newHand()
			g := limit.NewGuard(limit.Paces, h.now)
			refused := map[limit.By]int{}
			flood := func(person, place string) {
				for range 5_000 {
					if wait, by := g.Take(pace.Class, person, place); wait > 0 {
						refused[by]++
					}
				}
			}
			flood("", "library")
			flood("abuser", "library")
			if refused[limit.Stranger] == 0 || refused[limit.Person] == 0 || refused[limit.Place] > 0 {
				t.Errorf("floods were refused %v", refused)
			}
			for i := range 200 {
				if wait, by := g.Take(pace.Class, fmt.Sprint("person ", i), "library"); wait > 0 {
					t.Fatalf("person %d of the library waits %v for its %v", i, wait, by)
				}
			}
			if wait, by := g.Take(pace.Class, "", "elsewhere"); wait > 0 {
				t.Errorf("a stranger elsewhere waits %v for the %v", wait, by)
			}
			counted := uint64(0)
			g.Refusals(func(class limit.Class, by limit.By, n uint64) {
				if n > 0 && class != pace.Class {
					t.Errorf("%d %v were refused", n, class)
				}
				counted += n
			})
			if want := refused[limit.Stranger] + refused[limit.Person]; counted != uint64(want) {
				t.Errorf("%d refusals are counted of %d", counted, want)
			}
		})
	}
}

// Two hundred people behind one address open the page, sign in, read, vote and write
// a whole evening, and none of them waits.
func TestLibraryOnDebateNight(t *testing.T) {
	h := newHand()
	g := limit.NewGuard(limit.Paces, h.now)
	take := func(class limit.Class, person string, n int) {
		for range n {
			if wait, by := g.Take(class, person, "library"); wait > 0 {
				t.Fatalf("%q waits %v for %v of the %v", person, wait, class, by)
			}
		}
	}
	const people = 200
	for i := range people { // all open the page within ten seconds
		take(limit.Reads, "", 12)
		h.at = h.at.Add(10 * time.Second / people)
		_ = i
	}
	for i := range people { // and sign in within five minutes
		take(limit.SignIns, "", 3)
		take(limit.Reads, fmt.Sprint(i), 12)
		h.at = h.at.Add(5 * time.Minute / people)
	}
	for second := range 4 * 60 { // then the evening goes on like this
		for i := range people {
			who := fmt.Sprint(i)
			if (second+i)%3 == 0 {
				take(limit.Reads, who, 5) // the page keeps itself up to date
			}
			if second%60 < 20 {
				take(limit.Writes, who, 1) // twenty seconds of votes, one a second, in a minute
			}
			if (second+i)%20 == 0 {
				take(limit.Texts, who, 1)
			}
			if (second+i)%30 == 0 {
				take(limit.Searches, who, 2)
			}
			if (second+i)%120 == 0 {
				take(limit.Exports, who, 2)
			}
		}
		h.at = h.at.Add(time.Second)
	}
}

func TestGuardAtOnce(t *testing.T) {
	h := newHand()
	g := limit.NewGuard([]limit.Pace{{Class: limit.Texts, Person: limit.Rate{PerSecond: 1, Burst: 100}, Place: limit.Rate{PerSecond: -1}, Stranger: limit.Rate{PerSecond: -1}}}, h.now)
	var passed [8]int
	var work sync.WaitGroup
	for i := range passed {
		work.Go(func() {
			for range 100 {
				if wait, _ := g.Take(limit.Texts, "anna", "home"); wait == 0 {
					passed[i]++
				}
				if wait, _ := g.Take(limit.Texts, "", "home"); wait > 0 {
					t.Error("there is no limit for strangers")
				}
			}
		})
	}
	work.Wait()
	all := 0
	for _, n := range passed {
		all += n
	}
	if all != 100 {
		t.Errorf("%d of 800 passed, want 100", all)
	}
}

func BenchmarkCrowd(b *testing.B) {
	for _, addresses := range []int{1, 1000, 1_000_000} {
		b.Run(fmt.Sprint(addresses), func(b *testing.B) {
			names := make([]string, addresses)
			for i := range names {
				names[i] = strconv.Itoa(i) + ".example"
			}
			c := limit.NewCrowd(limit.Rate{PerSecond: 10, Burst: 100}, time.Now)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				c.Take(names[i%addresses])
			}
			b.ReportMetric(float64(c.Len()), "remembered")
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			runtime.KeepAlive(c)
			c = nil
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(before.HeapAlloc-after.HeapAlloc)/(1<<20), "MiB")
		})
	}
}
