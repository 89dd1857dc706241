package live

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"veche/server/journal"
	"veche/server/topic"
)

const (
	// clockAtOnce is how many rooms' clocks are let run out at a time: together
	// they are one write to the disk.
	clockAtOnce = 64
	// clockLook is how long a wait is at most: the machine may have slept, or its
	// time may have been set.
	clockLook = time.Second
	// A clock that could not be let run out is tried again after clockRetry, at
	// first, and at most clockRetryMost.
	clockRetry     = 20 * time.Millisecond
	clockRetryMost = time.Second
)

// clock ends steps and turns when their time is over. What is due stands in the
// state, so it is right after a restart too; its goroutine lives only while
// there is something to wait for.
type clock struct {
	mu      sync.Mutex
	running bool
	kick    chan struct{}
}

// due is a step or turn whose time comes to an end.
type due struct {
	at      int64 // Unix milliseconds
	command topic.Command
}

// deadlines answers what ends by now, or, if that is nothing, what ends first.
func deadlines(s *topic.State, now int64) (list []due) {
	if s.StageKind() != topic.StageDebate {
		return nil
	}
	first := int64(math.MaxInt64)
	add := func(d due) {
		list = append(list, d)
		first = min(first, d.at)
	}
	for n := range s.Floors {
		f, room := &s.Floors[n], uint32(n)
		if f.Paused || f.Closed != 0 {
			continue
		}
		if f.Ends != 0 && s.StepNow(room) != nil {
			add(due{f.Ends, topic.EndStep{Room: room, Step: f.Step}})
		}
		if f.Speaker != 0 && f.TurnEnds != 0 && len(f.Queue) > 0 {
			add(due{f.TurnEnds, topic.PassTurn{Room: room, Turn: f.Turn}})
		}
	}
	return slices.DeleteFunc(list, func(d due) bool { return d.at > max(first, now) })
}

// look makes the clock look at the floors again: they have changed.
func (f *forum) look() {
	f.clock.mu.Lock()
	defer f.clock.mu.Unlock()
	if f.clock.running {
		select {
		case f.clock.kick <- struct{}{}:
		default:
		}
		return
	}
	if len(f.deadlines()) > 0 {
		f.clock.running = f.hub.spawn(f.tick)
	}
}

func (f *forum) deadlines() (list []due) {
	if f.deleted.Load() {
		return nil
	}
	late := f.hub.options.Late(f.id).Milliseconds()
	now := f.hub.options.Clock().UnixMilli() - late
	f.view.Read(func(s *topic.State, _ uint64) { list = deadlines(s, now) })
	for i := range list {
		list[i].at += late
	}
	return list
}

// tick waits for the next deadline and lets it run out, until there is none.
func (f *forum) tick() {
	retry := clockRetry
	for {
		f.clock.mu.Lock()
		list := f.deadlines()
		if len(list) == 0 {
			f.clock.running = false
			f.clock.mu.Unlock()
			return
		}
		f.clock.mu.Unlock()
		wait := time.UnixMilli(list[0].at).Sub(f.hub.options.Clock())
		if wait <= 0 {
			if f.runOut(list) {
				retry = clockRetry
				continue
			}
			wait, retry = retry, min(2*retry, clockRetryMost)
		}
		timer := time.NewTimer(min(wait, clockLook))
		select {
		case <-timer.C:
		case <-f.clock.kick:
			timer.Stop()
		case <-f.hub.done:
			timer.Stop()
			return
		}
	}
}

// runOut submits what is due and says whether all of it stands in the log now. A
// conflict means that somebody was first: what is due then is looked up anew,
// but not at once, lest a journal whose clock is behind keeps us busy.
func (f *forum) runOut(list []due) bool {
	var work sync.WaitGroup
	var mu sync.Mutex
	done := true
	slots := make(chan struct{}, clockAtOnce)
	for _, d := range list {
		slots <- struct{}{}
		work.Go(func() {
			defer func() { <-slots }()
			err := f.submitDue(d.command)
			if err == nil {
				return
			}
			mu.Lock()
			done = false
			mu.Unlock()
			if topic.CodeOf(err) == topic.CodeGone {
				f.deleted.Store(true)
				return
			}
			if code := topic.CodeOf(err); code != topic.CodeConflict && code != topic.CodeWrongStage && !retryable(err) {
				f.hub.options.Log.Error("a clock could not run out", "topic", f.id, "command", d.command, "error", err)
			}
		})
	}
	work.Wait()
	return done
}

func (f *forum) submitDue(c topic.Command) error {
	ctx, cancel := context.WithTimeout(f.hub.ctx, answerTimeout)
	defer cancel()
	_, err := f.hub.journal.Submit(ctx, f.id, journal.Request{Who: topic.Who{Role: topic.RoleSystem}, Command: c})
	return err
}
