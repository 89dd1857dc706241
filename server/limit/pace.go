package limit

import (
	"sync/atomic"
	"time"
)

// Class is what kind of thing is done.
type Class uint8

// The classes.
const (
	Reads Class = iota
	Writes
	Texts
	Uploads
	Exports
	Searches
	SignIns
	classes = iota
)

// String is the class in metrics.
func (c Class) String() string {
	return [classes]string{"reads", "writes", "texts", "uploads", "exports", "searches", "sign-ins"}[c]
}

// By is whose bucket was empty.
type By uint8

// The kinds of buckets.
const (
	Person   By = iota // of one person
	Place              // of all signed-in people of one place
	Stranger           // of all others of one place
	bys      = iota
)

// String is the kind in metrics.
func (b By) String() string { return [bys]string{"person", "place", "strangers"}[b] }

// Pace is how often things of a class may be done.
type Pace struct {
	Class                   Class
	Person, Place, Stranger Rate
}

// Paces are those of an installation; see the package's Design for where they come
// from.
var Paces = []Pace{
	{Reads, Rate{10, 300}, Rate{500, 10_000}, Rate{100, 3000}},
	{Writes, Rate{4, 120}, Rate{200, 4000}, Rate{2, 60}}, // strangers change nothing but their sign-in
	{Texts, Rate{0.5, 30}, Rate{20, 1000}, Rate{1, 30}},
	{Uploads, Rate{0.1, 20}, Rate{1, 300}, Rate{0.1, 10}},
	{Exports, Rate{0.5, 30}, Rate{5, 400}, Rate{2, 100}},
	{Searches, Rate{3, 60}, Rate{50, 1000}, Rate{10, 300}},
	{SignIns, Rate{0.2, 30}, Rate{10, 600}, Rate{4, 600}},
}

// Scaled are the Paces at so many percent, none at 0.
func Scaled(percent int) []Pace {
	if percent <= 0 {
		return nil
	}
	scale := func(r Rate) Rate {
		return Rate{r.PerSecond * float64(percent) / 100, max(1, r.Burst*percent/100)}
	}
	all := make([]Pace, len(Paces))
	for i, p := range Paces {
		all[i] = Pace{p.Class, scale(p.Person), scale(p.Place), scale(p.Stranger)}
	}
	return all
}

// Guard holds everybody to paces. It is safe for concurrent use.
type Guard struct {
	crowds  [classes][bys]*Crowd // nil where there is no limit
	refused [classes][bys]atomic.Uint64
}

// NewGuard makes a guard. A class that has no pace has no limit.
func NewGuard(paces []Pace, clock func() time.Time) *Guard {
	g := &Guard{}
	for _, p := range paces {
		for by, rate := range [bys]Rate{p.Person, p.Place, p.Stranger} {
			if !rate.Free() {
				g.crowds[p.Class][by] = NewCrowd(rate, clock)
			}
		}
	}
	return g
}

// Take takes one of a class for a person, "" for a stranger, at a place, "" for
// this machine. It answers 0, or how long to wait and whose bucket is empty.
func (g *Guard) Take(class Class, person, place string) (wait time.Duration, by By) {
	ask := func(by By, who string) bool {
		if crowd := g.crowds[class][by]; crowd != nil && who != "" {
			wait = crowd.Take(who)
		}
		if wait > 0 {
			g.Refused(class, by)
		}
		return wait > 0
	}
	switch {
	case person == "":
		ask(Stranger, place)
		return wait, Stranger
	case ask(Person, person):
		return wait, Person
	}
	ask(Place, place)
	return wait, Place
}

// Refused counts a refusal, also one by limits that stand elsewhere.
func (g *Guard) Refused(class Class, by By) { g.refused[class][by].Add(1) }

// Refusals calls f with how many were refused so far, by class and kind of bucket.
func (g *Guard) Refusals(f func(class Class, by By, n uint64)) {
	for c := range g.refused {
		for b := range g.refused[c] {
			f(Class(c), By(b), g.refused[c][b].Load())
		}
	}
}
