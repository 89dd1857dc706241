package server

import (
	"context"
	"time"

	"veche/server/bus"
	"veche/server/journal"
)

// relayRetry is the pause before a store that failed is asked again.
const relayRetry = 100 * time.Millisecond

// relay carries commits over the bus to this process's live rooms. The journal
// never waits for it.
type relay struct {
	bus  bus.Bus
	sub  bus.Subscription
	stop chan struct{}
	done chan struct{}
}

// newRelay subscribes to all topics and hands what comes to deliver. Where
// messages were lost, every topic is said to have been reset: its rooms then
// read the log.
func newRelay(b bus.Bus, topics func(context.Context) ([]string, error), deliver func(journal.Committed)) (*relay, error) {
	sub, err := b.Subscribe("")
	if err != nil {
		return nil, err
	}
	r := &relay{bus: b, sub: sub, stop: make(chan struct{}), done: make(chan struct{})}
	go r.run(topics, deliver)
	return r, nil
}

func (r *relay) run(topics func(context.Context) ([]string, error), deliver func(journal.Committed)) {
	defer close(r.done)
	for {
		select {
		case <-r.sub.Ready():
		case <-r.stop:
			return
		}
		messages, lost, err := r.sub.Take()
		if err != nil {
			return // closed
		}
		if lost {
			ids, err := topics(context.Background())
			for err != nil { // without them some rooms would stay silent for good
				select {
				case <-time.After(relayRetry):
				case <-r.stop:
					return
				}
				ids, err = topics(context.Background())
			}
			for _, id := range ids {
				deliver(journal.Committed{Topic: id, Reset: true})
			}
		}
		for _, m := range messages {
			if c, ok := m.Payload.(journal.Committed); ok {
				deliver(c)
			}
		}
	}
}

// publish puts a commit on the bus.
func (r *relay) publish(c journal.Committed) error {
	m := bus.Message{Topic: c.Topic, Epoch: c.Epoch, Payload: c}
	if n := len(c.Events); n > 0 {
		m.First, m.Last = c.Events[0].Seq, c.Events[n-1].Seq
	}
	return r.bus.Publish(m)
}

// close ends the relay and its bus.
func (r *relay) close() error {
	close(r.stop)
	<-r.done
	r.sub.Close()
	return r.bus.Close()
}
