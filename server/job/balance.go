package job

import (
	"context"
	"slices"
	"time"

	"veche/server/analysis"
	"veche/server/topic"
)

// How tables are joined by themselves.
const (
	// balanceSteady is how long someone counts as present who was seen, and how
	// long a topic is looked at before anybody moves: who loses the connection, or
	// a server that starts anew, makes no table small.
	balanceSteady = 90 * time.Second
	// balanceGap is how long there may be between two looks.
	balanceGap = time.Minute
	// balanceSettled is how long a step goes on before anybody moves, a third of it
	// where it is short.
	balanceSettled = 3 * time.Minute
	// balanceAgain is how soon a plan is made again that came to nothing and where
	// nothing has changed.
	balanceAgain = 2 * time.Minute
	// balanceGone is the share of those seen lately who may be gone before it
	// looks like trouble with the network rather than people who leave.
	balanceGone = 0.3
)

// Balancer joins tables that have become too small, in topics whose settings say
// so. It belongs to one goroutine.
type Balancer struct {
	jobs    *Jobs
	present Presence
	topics  map[string]*watch
}

// watch is what was seen of a topic. Times are Unix milliseconds.
type watch struct {
	began, looked int64
	seen          map[uint64]int64 // when someone was last at their table
	small         []uint32         // tables that were too small when a plan came to nothing
	tried         int64
}

// NewBalancer makes a balancer that has seen nothing yet.
func NewBalancer(j *Jobs, present Presence) *Balancer {
	return &Balancer{jobs: j, present: present, topics: map[string]*watch{}}
}

// Look looks at a topic and joins its small tables if the time has come; it is
// to be called more often than once a minute. It answers what was joined.
func (b *Balancer) Look(ctx context.Context, topicID string) (analysis.Joins, error) {
	now := b.jobs.clock().UnixMilli()
	w, ok := b.watch(ctx, topicID, now)
	if !ok {
		delete(b.topics, topicID)
		return analysis.Joins{}, nil
	}
	view, err := b.jobs.journal.View(ctx, topicID)
	if err != nil {
		return analysis.Joins{}, err
	}
	if now-w.began < balanceSteady.Milliseconds() || w.trouble(now) {
		return analysis.Joins{}, nil
	}
	var small []uint32
	view.Read(func(s *topic.State, _ uint64) { small = w.smallTables(s, now) })
	if len(small) == 0 || slices.Equal(small, w.small) && now-w.tried < balanceAgain.Milliseconds() {
		return analysis.Joins{}, nil
	}
	joins, _, err := b.jobs.JoinTables(ctx, Task{Topic: topicID, Who: topic.Who{Role: topic.RoleSystem}}, nil, func(s *topic.State) analysis.Attendance {
		return w.attendance(s, now)
	})
	w.small, w.tried = small, now
	return joins, err
}

// watch notes who is present, false where the topic is not to be balanced.
func (b *Balancer) watch(ctx context.Context, topicID string, now int64) (*watch, bool) {
	view, err := b.jobs.journal.View(ctx, topicID)
	if err != nil {
		return nil, false
	}
	balanced := false
	view.Read(func(s *topic.State, _ uint64) {
		first, _ := s.RoundTables()
		balanced = first != 0 && s.Settings.Debate.Rebalance && s.StageKind() == topic.StageDebate
	})
	if !balanced {
		return nil, false
	}
	w := b.topics[topicID]
	if w == nil || now-w.looked > balanceGap.Milliseconds() {
		w = &watch{began: now, seen: map[uint64]int64{}}
		b.topics[topicID] = w
	}
	w.looked = now
	for room, people := range b.present(topicID) { // each on its own
		if room == 0 {
			continue
		}
		for _, n := range people {
			w.seen[n] = now
		}
	}
	for n, at := range w.seen { // each on its own
		if now-at > balanceSteady.Milliseconds() {
			delete(w.seen, n)
		}
	}
	return w, true
}

// trouble says that many of those seen lately are gone at once.
func (w *watch) trouble(now int64) bool {
	gone := 0
	for _, at := range w.seen { // counted
		if at != now {
			gone++
		}
	}
	return float64(gone) > balanceGone*float64(len(w.seen))
}

// attendance is those seen lately, at tables where the step has settled.
func (w *watch) attendance(s *topic.State, now int64) analysis.Attendance {
	return analysis.Attendance{
		Here: func(n uint64) bool { return w.seen[n] != 0 },
		Takes: func(table uint32) bool {
			f, step := s.Floor(table), s.StepNow(table)
			if step == nil || f.Paused || f.Closed != 0 {
				return false
			}
			settled := balanceSettled.Milliseconds()
			if step.Minutes != 0 {
				settled = min(settled, int64(step.Minutes)*time.Minute.Milliseconds()/3)
			}
			return now-f.Opened >= settled
		},
	}
}

// smallTables are the tables where the talk goes on with too few.
func (w *watch) smallTables(s *topic.State, now int64) []uint32 {
	a, first, last := w.attendance(s, now), uint32(0), uint32(0)
	if first, last = s.RoundTables(); first == 0 {
		return nil
	}
	here := make([]int, last-first+1)
	for i := range s.Seats {
		if x := &s.Seats[i]; x.Status == topic.SeatAccepted && x.Table >= first && x.Table <= last && a.Here(x.Application) {
			here[x.Table-first]++
		}
	}
	var small []uint32
	for i, n := range here {
		if table := first + uint32(i); n > 0 && n < analysis.FewestHere(&s.Settings) && a.Takes(table) {
			small = append(small, table)
		}
	}
	return small
}
