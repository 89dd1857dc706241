package client

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"veche/server/live/protocol"
)

// Options say how a client behaves. The zero value is a good one.
type Options struct {
	// Topic and Rooms are joined at once; no Rooms are the main hall and
	// one's own table. Without a Topic, see [Client.Join].
	Topic string
	Rooms []uint32
	// Watch reads along without being counted as present; without Rooms it is
	// in none.
	Watch bool
	// Origin is by default that of the URL.
	Origin string
	// Observe is called with every message that was applied, in order, from
	// the client's goroutine. It must not block or keep the message.
	Observe func(*protocol.Message)
	// Frame is called with every server frame as it comes; if it answers true
	// the frame is not applied. A load generator counts so, but then resumes
	// from where it stopped applying.
	Frame func([]byte) bool
	// Cut is called when a connection ended, with the reason.
	Cut func(error)
	// MinBackoff and MaxBackoff bound the wait before dialling again; by
	// default 200 ms and 30 s.
	MinBackoff, MaxBackoff time.Duration
	// Keep is how many remarks of a room are kept; 0 for 200, negative for none.
	Keep   int
	Dialer *websocket.Dialer
}

// Client is a person's live connection to a topic.
type Client struct {
	url     string
	header  http.Header
	options Options
	ctx     context.Context
	cancel  context.CancelFunc
	ended   chan struct{}

	mu      sync.Mutex
	ws      *websocket.Conn // nil while cut off
	err     error           // why the client ended
	topic   string
	want    []uint32
	rooms   map[uint32]*Room
	number  uint64
	role    string
	waiting map[string]*sent
	joining bool       // a join has been sent and not answered
	writing sync.Mutex // one writer at a time
}

// sent is a remark or act that is not acknowledged yet.
type sent struct {
	bytes  []byte
	answer chan answer // buffered
}

type answer struct {
	ack protocol.Ack
	err error
}

// Dial connects and keeps connected until Close, ctx's end, or a close code that
// forbids to come back. cookie is the value of the Cookie header, such as
// "veche_session=…". The first connection must succeed.
func Dial(ctx context.Context, address, cookie string, o Options) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("live address %q: %w", address, err)
	}
	switch u.Scheme {
	case "http", "https":
		u.Scheme = "ws" + strings.TrimPrefix(u.Scheme, "http")
	}
	if o.Origin == "" {
		o.Origin = "http" + strings.TrimPrefix(u.Scheme, "ws") + "://" + u.Host
	}
	if o.MinBackoff <= 0 {
		o.MinBackoff = 200 * time.Millisecond
	}
	if o.MaxBackoff <= 0 {
		o.MaxBackoff = 30 * time.Second
	}
	if o.Keep == 0 {
		o.Keep = 200
	}
	if o.Dialer == nil {
		o.Dialer = &websocket.Dialer{HandshakeTimeout: 15 * time.Second, EnableCompression: true}
	}
	dialer := *o.Dialer
	dialer.Subprotocols = []string{protocol.Version}
	o.Dialer = &dialer
	c := &Client{
		url: u.String(), header: http.Header{"Origin": {o.Origin}, "Cookie": {cookie}}, options: o,
		ended: make(chan struct{}), topic: o.Topic, want: o.Rooms,
		rooms: map[uint32]*Room{}, waiting: map[string]*sent{},
	}
	ws, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	c.ctx, c.cancel = context.WithCancel(ctx)
	go c.run(ws)
	return c, nil
}

// StatusError is a handshake that the server refused.
type StatusError struct{ Status int }

func (e *StatusError) Error() string {
	return fmt.Sprintf("the server refused the socket: %d %s", e.Status, http.StatusText(e.Status))
}

func (c *Client) connect(ctx context.Context) (*websocket.Conn, error) {
	ws, response, err := c.options.Dialer.DialContext(ctx, c.url, c.header)
	if err != nil {
		if response != nil && errors.Is(err, websocket.ErrBadHandshake) {
			return nil, &StatusError{response.StatusCode}
		}
		return nil, err
	}
	return ws, nil
}

// run reads from one connection after the other.
func (c *Client) run(ws *websocket.Conn) {
	defer close(c.ended)
	limit := c.options.MinBackoff
	for {
		begun := time.Now()
		stop := context.AfterFunc(c.ctx, func() { _ = ws.Close() })
		err := c.read(ws)
		stop()
		_ = ws.Close()
		c.mu.Lock()
		c.ws = nil
		c.mu.Unlock()
		if c.options.Cut != nil {
			c.options.Cut(err)
		}
		if c.ctx.Err() != nil || final(err) {
			c.end(err)
			return
		}
		if time.Since(begun) > c.options.MaxBackoff {
			limit = c.options.MinBackoff
		}
		wait := limit
		if asked := retryHint(err); asked > 0 {
			wait = asked
		}
		for {
			if !c.sleep(jitter(wait)) {
				c.end(c.ctx.Err())
				return
			}
			if ws, err = c.connect(c.ctx); err == nil {
				break
			}
			if final(err) {
				c.end(err)
				return
			}
			limit = min(2*limit, c.options.MaxBackoff)
			wait = limit
		}
	}
}

// jitter is a random time up to d, so that those who were cut off together do
// not come back together.
func jitter(d time.Duration) time.Duration {
	n, err := rand.Int(rand.Reader, big.NewInt(int64(d)+1))
	if err != nil {
		return d
	}
	return time.Duration(n.Int64())
}

func (c *Client) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.ctx.Done():
		return false
	}
}

// final says that coming back is no use.
func final(err error) bool {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		switch closed.Code {
		case protocol.CloseGoingAway, protocol.CloseRestart, protocol.CloseSlow, websocket.CloseAbnormalClosure:
			return false
		}
		return true
	}
	var status *StatusError
	if errors.As(err, &status) {
		return status.Status < 500 && status.Status != http.StatusTooManyRequests
	}
	return false
}

// retryHint reads how long a closing server asked to spread the return over.
func retryHint(err error) time.Duration {
	var closed *websocket.CloseError
	if !errors.As(err, &closed) || closed.Code != protocol.CloseRestart {
		return 0
	}
	text, ok := strings.CutPrefix(closed.Text, protocol.RetryHintPrefix)
	ms, err := strconv.ParseUint(text, 10, 20)
	if !ok || err != nil {
		return 0
	}
	return time.Duration(ms) * time.Millisecond
}

func (c *Client) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		err = context.Canceled
	}
	c.err = err
	for id, s := range c.waiting { // each on its own
		s.answer <- answer{err: fmt.Errorf("the live connection ended: %w", err)}
		delete(c.waiting, id)
	}
	c.cancel()
}

// Err answers why the client ended, nil while it lives.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Done is closed when the client has ended.
func (c *Client) Done() <-chan struct{} { return c.ended }

// Close says goodbye and ends the client.
func (c *Client) Close() {
	c.mu.Lock()
	ws := c.ws
	c.mu.Unlock()
	if ws != nil {
		// If it can't be said the connection is gone anyway.
		_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(protocol.CloseBye, ""), time.Now().Add(time.Second))
	}
	c.cancel()
	<-c.ended
}

// Drop cuts the connection without a word, as a bad network does; the client
// then comes back.
func (c *Client) Drop() {
	c.mu.Lock()
	ws := c.ws
	c.mu.Unlock()
	if ws != nil {
		_ = ws.Close()
	}
}

// Join enters rooms of a topic instead of those it was in.
func (c *Client) Join(topicID string, rooms ...uint32) error {
	c.mu.Lock()
	if topicID != c.topic {
		c.rooms = map[uint32]*Room{}
	}
	c.topic, c.want = topicID, rooms
	ws := c.ws
	c.mu.Unlock()
	if ws == nil {
		return nil // it will be done on the next connection
	}
	return c.sendJoin(ws)
}

// sendJoin joins what is wanted, from where each room stands.
func (c *Client) sendJoin(ws *websocket.Conn) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.mu.Lock()
	b, err := c.joinBytes()
	c.mu.Unlock()
	if err != nil || b == nil {
		return err
	}
	return write(ws, b)
}

// joinBytes makes the join, nil without a topic. It is called with mu held.
func (c *Client) joinBytes() ([]byte, error) {
	if c.topic == "" {
		return nil, nil
	}
	m := protocol.Join{T: "join", Topic: c.topic, Rooms: []protocol.Position{}, Watch: c.options.Watch}
	want := c.want
	if c.own() {
		for n := range c.rooms { // the order does not matter to the server
			want = append(want, n)
		}
	}
	for _, n := range want {
		at := protocol.Position{Room: n}
		if r := c.rooms[n]; r != nil {
			at.Epoch, at.Last = r.Epoch, r.Last
		}
		m.Rooms = append(m.Rooms, at)
	}
	c.joining = true
	return json.Marshal(m)
}

// begin makes a new connection the one that is written to, and sends the join
// and then what was not acknowledged on an earlier one. Nobody writes before.
func (c *Client) begin(ws *websocket.Conn) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.mu.Lock()
	c.ws = ws
	var first [][]byte
	join, err := c.joinBytes()
	if join != nil {
		first = append(first, join)
	}
	for _, s := range c.waiting { // said at the same time: no order is promised
		first = append(first, s.bytes)
	}
	c.mu.Unlock()
	for _, b := range first {
		if err == nil {
			err = write(ws, b)
		}
	}
	return err
}

func (c *Client) writeBytes(ws *websocket.Conn, b []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return write(ws, b)
}

func write(ws *websocket.Conn, b []byte) error {
	if err := ws.SetWriteDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	return ws.WriteMessage(websocket.TextMessage, b)
}
