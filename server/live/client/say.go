package client

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"veche/server/live/protocol"
)

// ProblemError is the server's refusal of a message.
type ProblemError struct{ protocol.Problem }

func (e *ProblemError) Error() string { return e.Detail }

// NewID makes a random (version 4) uuid for a message.
func NewID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Say posts a remark and waits until it is on disk, through any number of cut
// connections. A refusal is a [*ProblemError].
func (c *Client) Say(ctx context.Context, room uint32, text string, replyTo uint32) (protocol.Ack, error) {
	return c.SayAs(ctx, NewID(), room, text, replyTo)
}

// SayAs is Say with an id of the caller's: what was said before with the same
// id is acknowledged again and not said twice.
func (c *Client) SayAs(ctx context.Context, id string, room uint32, text string, replyTo uint32) (protocol.Ack, error) {
	return c.send(ctx, id, protocol.Say{T: "say", ID: id, Room: room, Text: text, ReplyTo: replyTo})
}

// Do does something in a room besides speaking, and waits as [Client.Say] does.
// Its T is filled in, and its ID where it has none.
func (c *Client) Do(ctx context.Context, m protocol.Do) (protocol.Ack, error) {
	m.T = "do"
	if m.ID == "" {
		m.ID = NewID()
	}
	return c.send(ctx, m.ID, m)
}

// send sends a message until it is answered.
func (c *Client) send(ctx context.Context, id string, message any) (protocol.Ack, error) {
	b, err := json.Marshal(message)
	if err != nil {
		return protocol.Ack{}, err
	}
	s := &sent{bytes: b, answer: make(chan answer, 1)}
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return protocol.Ack{}, fmt.Errorf("the live connection ended: %w", c.err)
	}
	c.waiting[id] = s
	ws := c.ws
	c.mu.Unlock()
	if ws != nil {
		if err := c.writeBytes(ws, b); err != nil {
			_ = ws.Close() // it is sent again on the next connection
		}
	}
	select {
	case a := <-s.answer:
		return a.ack, a.err
	case <-ctx.Done():
		c.mu.Lock()
		delete(c.waiting, id)
		c.mu.Unlock()
		return protocol.Ack{}, ctx.Err()
	}
}

// answer gives a message its ack or problem.
func (c *Client) answer(id string, a answer) {
	c.mu.Lock()
	s := c.waiting[id]
	delete(c.waiting, id)
	c.mu.Unlock()
	if s != nil {
		s.answer <- a
	}
}

// tryAgain is how long a message waits at most that the server asked to send
// again.
const tryAgain = 500 * time.Millisecond

// sendLater sends a message again that the server could not confirm.
func (c *Client) sendLater(id string) {
	time.AfterFunc(jitter(tryAgain), func() {
		c.mu.Lock()
		s, ws := c.waiting[id], c.ws
		c.mu.Unlock()
		if s != nil && ws != nil && c.writeBytes(ws, s.bytes) != nil {
			_ = ws.Close() // the next connection sends it
		}
	})
}
