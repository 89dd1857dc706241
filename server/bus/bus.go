package bus

import "errors"

// Message is one batch of a topic's log, as far as its readers need it.
type Message struct {
	Topic string
	Epoch uint64
	First uint64 // seq of its first event
	Last  uint64 // seq of its last; First-1 if it carries none (a reset, a heartbeat)
	// Payload is shared by all readers, who must not change it. A bus between
	// processes is given the means to encode it.
	Payload any
}

// Bus spreads messages. All methods may be called from many goroutines.
type Bus interface {
	// Publish hands m to all who have subscribed to its topic, in the order
	// of the calls. It never waits for a reader.
	Publish(m Message) error
	// Subscribe starts a subscription to one topic, or to all with "". It
	// sees what is published from now on; read the log after subscribing, not
	// before, to miss nothing.
	Subscribe(topic string) (Subscription, error)
	// Close ends all subscriptions.
	Close() error
}

// Subscription is one reader's queue. Its methods may be called from several
// goroutines, but each message is given once.
type Subscription interface {
	// Ready receives when Take has something to say. It is never closed.
	Ready() <-chan struct{}
	// Take empties the queue without waiting. lost tells that messages before
	// those given were dropped, because this reader was slow or the bus was
	// cut: read the log. [ErrClosed] once the subscription or the bus is
	// closed.
	Take() (messages []Message, lost bool, err error)
	// Close ends the subscription. It is safe to call twice.
	Close()
}

// ErrClosed says that the bus or the subscription is closed.
var ErrClosed = errors.New("bus is closed")
