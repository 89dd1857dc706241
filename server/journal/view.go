package journal

import (
	"context"
	"sync"

	"veche/server/topic"
)

// View is the committed state of a topic, for readers.
type View struct {
	mu    sync.RWMutex
	state *topic.State
	epoch uint64
	batch uint64 // number of the last batch in it
}

// Read calls f with the committed state and its epoch. f must not change the
// state, keep a pointer into it, or call the journal.
func (v *View) Read(f func(s *topic.State, epoch uint64)) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	f(v.state, v.epoch)
}

// Copy answers a deep copy of the committed state, for jobs that work on it for
// long. It takes time and memory in proportion to the state.
func (v *View) Copy() (*topic.State, error) {
	v.mu.RLock()
	b := v.state.AppendSnapshot(nil)
	v.mu.RUnlock()
	return topic.ReadSnapshot(b)
}

func (v *View) apply(events []topic.Event, batch uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range events {
		v.state.Apply(&events[i])
	}
	v.batch = batch
}

func (v *View) replace(s *topic.State, epoch, batch uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.state, v.epoch, v.batch = s, epoch, batch
}

func (v *View) setEpoch(epoch uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.epoch = epoch
}

// Try answers whether a request would change the topic as it is committed now,
// or why it would be refused, and does nothing.
func (j *Journal) Try(ctx context.Context, topicID string, r Request) (changes bool, err error) {
	v, err := j.View(ctx, topicID)
	if err != nil {
		return false, err
	}
	v.Read(func(s *topic.State, _ uint64) {
		var d topic.Decision
		d, err = s.Decide(r.Command, topic.Input{Who: r.Who, Time: j.options.Clock().UnixMilli(), ClientID: r.ClientID})
		changes = len(d.Events) > 0
	})
	return changes, err
}
