package nats

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	client "github.com/nats-io/nats.go"

	"veche/server/bus"
)

const (
	defaultName = "veche"
	defaultBeat = 2 * time.Second
	// mostOut is how many messages wait for a connection that does not take
	// them.
	mostOut        = 1024
	connectTimeout = 5 * time.Second
	closeTimeout   = 2 * time.Second
	pingEvery      = 5 * time.Second // a connection that is cut without a word is left after three
	// mostTracked is of how many publishers' topics the counts are remembered;
	// beyond it all are forgotten, which costs a look into the log each.
	mostTracked = 1 << 16
)

// Codec turns payloads into bytes and back. Both are called from several
// goroutines.
type Codec interface {
	Encode(payload any) ([]byte, error)
	Decode(m bus.Message, body []byte) (any, error)
}

// Options are what may be said of a bus; Codec is needed.
type Options struct {
	Codec Codec
	// Name keeps installations on one NATS apart: one word, "veche" if empty.
	Name string
	// Beat is the time between two heartbeats, 2 s if zero: what is lost is
	// noticed after it at the latest.
	Beat time.Duration
	// Queue is how many messages a subscription holds; less than 1 means
	// [bus.DefaultQueue].
	Queue int
	Log   *slog.Logger
}

// Bus is one process's part of a bus between processes.
type Bus struct {
	options Options
	conn    *client.Conn
	local   *bus.Local
	from    run
	subject string
	gone    chan struct{} // closes when the connection has

	out  chan struct{} // wakes the sender
	stop chan struct{}
	done chan struct{}

	mu     sync.Mutex
	closed bool
	queue  []outgoing
	own    map[string]beat // topics published here

	seenMu sync.Mutex
	seen   map[seenKey]uint64 // counts of others
}

type outgoing struct {
	bus.Message
	count uint64
}

type seenKey struct {
	from  run
	topic string
}

var _ bus.Bus = (*Bus)(nil)

// Open connects to the NATS at an address, nats://host:port or several with
// commas. It fails if none answers now; later breaks are mended by itself.
func Open(address string, o Options) (*Bus, error) {
	if o.Codec == nil {
		return nil, errors.New("bus: no codec")
	}
	if o.Name == "" {
		o.Name = defaultName
	}
	if strings.ContainsAny(o.Name, ".*> \t\r\n") {
		return nil, fmt.Errorf("bus: %q is no name for an installation: want one word", o.Name)
	}
	if o.Beat <= 0 {
		o.Beat = defaultBeat
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	b := &Bus{options: o, local: bus.NewLocal(o.Queue), subject: o.Name + ".batches", gone: make(chan struct{}),
		out: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}), own: map[string]beat{}, seen: map[seenKey]uint64{}}
	if _, err := rand.Read(b.from[:]); err != nil {
		return nil, fmt.Errorf("bus: %w", err)
	}
	var err error
	b.conn, err = client.Connect(address,
		client.Name("veche"), client.NoEcho(), client.Timeout(connectTimeout),
		client.PingInterval(pingEvery), client.MaxPingsOutstanding(2),
		client.MaxReconnects(-1), client.ReconnectWait(200*time.Millisecond), client.ReconnectJitter(100*time.Millisecond, 100*time.Millisecond),
		client.FlusherTimeout(closeTimeout), client.ReconnectBufSize(-1), // what was not sent is in the log
		client.DisconnectErrHandler(func(_ *client.Conn, err error) {
			if err != nil {
				o.Log.Warn("the bus is cut", "error", err)
			}
		}),
		client.ReconnectHandler(func(*client.Conn) {
			o.Log.Info("the bus is whole again")
			b.local.LoseAll()
		}),
		client.ErrorHandler(func(_ *client.Conn, _ *client.Subscription, err error) {
			o.Log.Warn("the bus lost messages", "error", err)
			b.local.LoseAll()
		}),
		client.ClosedHandler(func(*client.Conn) { close(b.gone) }),
	)
	if err != nil {
		return nil, fmt.Errorf("bus: %s can't be reached: %w", redact(address), err)
	}
	if _, err = b.conn.Subscribe(b.subject, b.receive); err == nil {
		err = b.conn.FlushTimeout(connectTimeout) // others' messages come from now on
	}
	if err != nil {
		b.conn.Close()
		<-b.gone
		return nil, fmt.Errorf("bus: subscribing at %s: %w", redact(address), err)
	}
	go b.send()
	return b, nil
}

// redact is an address without its password.
func redact(address string) string {
	parts := strings.Split(address, ",")
	for i, part := range parts {
		if u, err := url.Parse(strings.TrimSpace(part)); err == nil {
			if _, has := u.User.Password(); u.User != nil && !has {
				u.User = url.User("xxxxx") // a token
			}
			parts[i] = u.Redacted()
		} else {
			parts[i] = "(unreadable)"
		}
	}
	return strings.Join(parts, ",")
}

// Publish implements [bus.Bus]: to the readers here at once, to those elsewhere
// by a queue. Where that is full, all but the newest message are dropped.
func (b *Bus) Publish(m bus.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return bus.ErrClosed
	}
	if err := b.local.Publish(m); err != nil {
		return err
	}
	t := b.own[m.Topic]
	t.topic, t.epoch, t.last = m.Topic, m.Epoch, m.Last
	t.count++
	b.own[m.Topic] = t
	if len(b.queue) >= mostOut {
		clear(b.queue)
		b.queue = b.queue[:0]
	}
	b.queue = append(b.queue, outgoing{m, t.count})
	select {
	case b.out <- struct{}{}:
	default:
	}
	return nil
}

// Subscribe implements [bus.Bus].
func (b *Bus) Subscribe(topic string) (bus.Subscription, error) { return b.local.Subscribe(topic) }

// Close implements [bus.Bus]. What was published before is sent if the
// connection takes it.
func (b *Bus) Close() error {
	b.mu.Lock()
	first := !b.closed
	b.closed = true
	b.mu.Unlock()
	if first {
		close(b.stop)
	}
	<-b.done
	if first {
		ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
		if err := b.conn.FlushWithContext(ctx); err != nil {
			b.options.Log.Warn("the last messages may not have been sent", "error", err)
		}
		cancel()
		b.conn.Close()
	}
	<-b.gone
	return b.local.Close()
}

// send hands over what is queued, and heartbeats.
func (b *Bus) send() {
	defer close(b.done)
	tick := time.NewTicker(b.options.Beat)
	defer tick.Stop()
	for {
		select {
		case <-b.out:
			b.sendQueued(false)
		case <-tick.C:
			b.sendQueued(true)
		case <-b.stop:
			b.sendQueued(false)
			return
		}
	}
}

// sendQueued sends what waits, and then, if it is time, how far all topics have
// come: a heartbeat must not run ahead of the messages that it counts.
func (b *Bus) sendQueued(beating bool) {
	b.mu.Lock()
	queue := b.queue
	b.queue = nil
	var beats []beat
	if beating {
		for _, t := range b.own {
			beats = append(beats, t)
		}
	}
	b.mu.Unlock()
	for _, m := range queue {
		body, err := b.options.Codec.Encode(m.Payload)
		if err != nil {
			b.options.Log.Error("a message was sent without its payload", "topic", m.Topic, "first", m.First, "error", err)
			body = nil
		} else if body == nil {
			body = []byte{}
		}
		data := encodeBatch(b.from, m.Message, m.count, body)
		if int64(len(data)) > b.conn.MaxPayload() { // its readers take it from the log
			data = encodeBatch(b.from, m.Message, m.count, nil)
		}
		_ = b.conn.Publish(b.subject, data) // fails while the bus is cut: the count tells of it afterwards
	}
	for some := range slices.Chunk(beats, mostBeats) {
		_ = b.conn.Publish(b.subject, encodeBeats(b.from, some)) // the next one says the same
	}
}

// receive takes one message of another process.
func (b *Bus) receive(raw *client.Msg) {
	p, err := decode(raw.Data)
	if err != nil {
		b.options.Log.Warn("a message on the bus was not understood", "bytes", len(raw.Data), "error", err)
		return
	}
	if p.batch != nil {
		b.receiveBatch(p)
		return
	}
	for _, t := range p.beats {
		if b.counted(p.from, t.topic, t.count) > 0 {
			b.local.Lose(bus.Message{Topic: t.topic, Epoch: t.epoch, First: t.last + 1, Last: t.last})
		}
	}
}

func (b *Bus) receiveBatch(p packet) {
	m := *p.batch
	missed := b.counted(p.from, m.Topic, p.count)
	if missed < 1 {
		return // a heartbeat has spoken of it, and the log was read
	}
	if p.whole {
		payload, err := b.options.Codec.Decode(m, p.body)
		if err != nil {
			b.options.Log.Warn("the payload of a message on the bus was not understood", "topic", m.Topic, "first", m.First, "error", err)
			p.whole = false
		}
		m.Payload = payload
	}
	if !p.whole {
		b.local.Lose(bus.Message{Topic: m.Topic, Epoch: m.Epoch, First: m.Last + 1, Last: m.Last})
		return
	}
	if missed > 1 {
		b.local.Lose(m)
		return
	}
	if err := b.local.Publish(m); err != nil && !errors.Is(err, bus.ErrClosed) {
		b.options.Log.Warn("a message of the bus was not handed on", "topic", m.Topic, "error", err)
	}
}

// counted notes that a publisher has come to count in a topic and answers by how
// many that is more than was known: 1 in order, more after a loss, less if a
// later one has come already. Of a publisher that is new here what came before
// counts as lost: who listens too late and who lost it can't be told apart, and
// the log has it.
func (b *Bus) counted(from run, topic string, count uint64) int64 {
	key := seenKey{from, topic}
	b.seenMu.Lock()
	defer b.seenMu.Unlock()
	known := b.seen[key]
	if count > known {
		if known == 0 && len(b.seen) >= mostTracked {
			clear(b.seen)
		}
		b.seen[key] = count
	}
	return int64(count - known)
}
