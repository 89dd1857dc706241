package bus

import (
	"fmt"
	"sync"
)

// DefaultQueue is how many messages a subscription holds for a slow reader:
// over 12 s of a topic that commits 20 times a second.
const DefaultQueue = 256

// Local is the bus within one process.
type Local struct {
	queue int

	mu     sync.Mutex
	closed bool
	topics map[string]map[*localSubscription]struct{}
}

var _ Bus = (*Local)(nil)

// NewLocal makes a bus whose subscriptions hold at most queue messages each;
// queue < 1 means DefaultQueue.
func NewLocal(queue int) *Local {
	if queue < 1 {
		queue = DefaultQueue
	}
	return &Local{queue: queue, topics: map[string]map[*localSubscription]struct{}{}}
}

// Publish implements [Bus]. It takes time linear in the topic's subscriptions.
func (l *Local) Publish(m Message) error {
	if m.Topic == "" {
		return fmt.Errorf("bus: publish seqs %d to %d: message has no topic", m.First, m.Last)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	for s := range l.topics[m.Topic] {
		s.put(m)
	}
	for s := range l.topics[""] {
		s.put(m)
	}
	return nil
}

// Subscribe implements [Bus].
func (l *Local) Subscribe(topic string) (Subscription, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, ErrClosed
	}
	s := &localSubscription{bus: l, topic: topic, ready: make(chan struct{}, 1)}
	if l.topics[topic] == nil {
		l.topics[topic] = map[*localSubscription]struct{}{}
	}
	l.topics[topic][s] = struct{}{}
	return s, nil
}

// Close implements [Bus].
func (l *Local) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, subs := range l.topics {
		for s := range subs {
			s.end()
		}
	}
	clear(l.topics)
	return nil
}

type localSubscription struct {
	bus   *Local
	topic string
	ready chan struct{}

	mu     sync.Mutex
	queue  []Message
	lost   bool
	closed bool
}

func (s *localSubscription) Ready() <-chan struct{} { return s.ready }

func (s *localSubscription) Take() ([]Message, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, false, ErrClosed
	}
	queue, lost := s.queue, s.lost
	s.queue, s.lost = nil, false
	return queue, lost, nil
}

func (s *localSubscription) Close() {
	s.bus.mu.Lock()
	defer s.bus.mu.Unlock()
	if subs := s.bus.topics[s.topic]; subs != nil {
		delete(subs, s)
		if len(subs) == 0 {
			delete(s.bus.topics, s.topic)
		}
	}
	s.end()
}

// Lose tells the readers of m's topic, as [Subscription.Take] does, that
// messages before m were lost on the way here, and hands m over.
func (l *Local) Lose(m Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, topic := range []string{m.Topic, ""} {
		for s := range l.topics[topic] {
			s.lose(m)
		}
	}
}

// LoseAll tells all readers that messages of any topic may have been lost.
func (l *Local) LoseAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, subs := range l.topics {
		for s := range subs {
			s.lose()
		}
	}
}

func (s *localSubscription) put(m Message) {
	s.mu.Lock()
	if len(s.queue) >= s.bus.queue {
		s.drop()
	}
	s.queue = append(s.queue, m)
	s.mu.Unlock()
	s.wake()
}

// drop empties the queue for a reader that must read the log anyway.
func (s *localSubscription) drop() {
	clear(s.queue) // lets go of the payloads
	s.queue, s.lost = s.queue[:0], true
}

func (s *localSubscription) lose(m ...Message) {
	s.mu.Lock()
	s.drop()
	s.queue = append(s.queue, m...)
	s.mu.Unlock()
	s.wake()
}

func (s *localSubscription) end() {
	s.mu.Lock()
	s.closed, s.queue = true, nil
	s.mu.Unlock()
	s.wake()
}

func (s *localSubscription) wake() {
	select {
	case s.ready <- struct{}{}:
	default: // it is awake already
	}
}
