package client

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"veche/server/journal"
	"veche/server/live/protocol"
)

// Room is what the client knows of a room.
type Room struct {
	Epoch, Last uint64
	Remarks     []journal.Remark // newest last
	More        bool             // there are older ones than the first of Remarks
	Here        int
	Floor       journal.Floor // as last told; remarks with a seq beyond its Last are not in it
	Skipped     uint32        // remarks that the main hall left out since the last reset
}

// Room answers a copy of what the client knows of a room, false if nothing.
func (c *Client) Room(n uint32) (Room, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.rooms[n]
	if !ok {
		return Room{}, false
	}
	known := *r
	known.Remarks = slices.Clone(r.Remarks) // the floor's lists are never changed
	return known, true
}

// Author answers the number and role that the person's remarks have, 0 and ""
// before the topic was joined.
func (c *Client) Author() (number uint64, role string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.number, c.role
}

// silence is how long a server that beats every 15 s may say nothing.
const silence = 50 * time.Second

// read joins, sends again what was not acknowledged, and applies what comes,
// until the connection ends.
func (c *Client) read(ws *websocket.Conn) error {
	if err := c.begin(ws); err != nil {
		return err
	}
	pong := ws.PingHandler()
	ws.SetPingHandler(func(data string) error {
		if err := ws.SetReadDeadline(time.Now().Add(silence)); err != nil {
			return err
		}
		return pong(data)
	})
	for {
		if err := ws.SetReadDeadline(time.Now().Add(silence)); err != nil {
			return err
		}
		_, b, err := ws.ReadMessage()
		if err != nil {
			return err
		}
		if c.options.Frame != nil && c.options.Frame(b) {
			continue
		}
		var list []protocol.Message
		if err := json.Unmarshal(b, &list); err != nil {
			return fmt.Errorf("a server frame is no list of messages: %w", err)
		}
		behind := false // of a room, for a reason that a join would mend
		for i := range list {
			m := &list[i]
			applied, gap := c.apply(m)
			behind = behind || gap
			if applied && c.options.Observe != nil {
				c.options.Observe(m)
			}
			switch m.T {
			case "ack":
				c.answer(m.ID, answer{ack: protocol.Ack{T: m.T, ID: m.ID, Epoch: m.Epoch, Seq: m.Seq, Remark: m.Remark}})
			case "problem":
				switch {
				case m.ID == "":
				case m.Problem.Code == "retry":
					c.sendLater(m.ID)
				default:
					c.answer(m.ID, answer{err: &ProblemError{m.Problem}})
				}
			}
		}
		if behind && !c.isJoining() {
			if err := c.sendJoin(ws); err != nil {
				return err
			}
		}
	}
}

func (c *Client) isJoining() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.joining
}

// apply folds a message into what is known. gap says that something was missed:
// join again.
func (c *Client) apply(m *protocol.Message) (applied, gap bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch m.T {
	case "joined":
		asked := c.joining
		c.joining = false
		c.number, c.role = m.Number, m.Role
		for _, n := range m.Rooms {
			c.room(n)
		}
		for n := range c.rooms { // each on its own
			if !slices.Contains(m.Rooms, n) {
				delete(c.rooms, n)
				// Moved from a table: there may be another.
				gap = gap || !asked && c.own()
			}
		}
		if m.Table != 0 && c.own() && !slices.Contains(m.Rooms, m.Table) {
			gap = true // it sits elsewhere since it was cut off
		}
		if gap {
			clear(c.rooms)
		}
	case "reset":
		r := c.room(m.Room)
		r.Epoch, r.Last, r.More = m.Epoch, m.Last, m.More
		r.Remarks, r.Floor, r.Skipped = nil, journal.Floor{}, 0
		c.keep(r, m.Remarks)
		r.tell(m)
	case "events":
		r := c.room(m.Room)
		switch {
		case m.Epoch != r.Epoch:
			return false, m.Epoch > r.Epoch
		case m.Last < r.Last, m.Last == r.Last && m.Floor == nil:
			return false, false
		case m.Prev > r.Last:
			return false, true
		}
		r.Last = m.Last
		for i := range m.Events {
			c.applyEvent(r, &m.Events[i])
		}
		r.tell(m)
	case "beat":
		for _, top := range m.Tops {
			r := c.rooms[uint32(top[0])]
			if r != nil && (m.Epoch > r.Epoch || m.Epoch == r.Epoch && top[1] > r.Last) {
				gap = true
			}
		}
	case "presence":
		c.room(m.Room).Here = m.Here
	}
	return true, gap
}

// own says that the client is in the rooms that are its person's.
func (c *Client) own() bool { return len(c.want) == 0 && !c.options.Watch }

// tell takes over what a message says of the room besides its remarks.
func (r *Room) tell(m *protocol.Message) {
	if m.Floor != nil && m.Floor.Last >= r.Floor.Last {
		r.Floor = *m.Floor
	}
	for _, counts := range m.Reactions {
		if at := r.find(counts[0]); at >= 0 {
			copy(r.Remarks[at].Reactions[:], counts[1:])
		}
	}
	r.Skipped += m.Skipped
}

// find answers the place of a remark, -1 if it is not kept.
func (r *Room) find(remark uint32) int {
	return slices.IndexFunc(r.Remarks, func(m journal.Remark) bool { return m.ID == remark })
}

func (c *Client) room(n uint32) *Room {
	r := c.rooms[n]
	if r == nil {
		r = &Room{}
		c.rooms[n] = r
	}
	return r
}

func (c *Client) applyEvent(r *Room, e *protocol.Event) {
	switch {
	case e.E == "remark" && e.Remark != nil:
		c.keep(r, []journal.Remark{*e.Remark})
	case e.E == "removed":
		if at := r.find(e.Gone); at >= 0 {
			r.Remarks[at].Text, r.Remarks[at].Removed = "", e.Reason
		}
	}
}

func (c *Client) keep(r *Room, remarks []journal.Remark) {
	if c.options.Keep < 0 {
		return
	}
	for _, m := range remarks {
		if n := len(r.Remarks); n == 0 || r.Remarks[n-1].ID < m.ID { // they come in order
			r.Remarks = append(r.Remarks, m)
		}
	}
	if over := len(r.Remarks) - c.options.Keep; over > 0 {
		r.Remarks, r.More = slices.Delete(r.Remarks, 0, over), true
	}
}
