// Package load puts a room of a live server under load and measures, from
// another process than the server's, how long a remark takes to be on disk and
// to reach everyone in the room.
//
// It measures with the reference client, a goroutine a socket: up to some
// thousand sockets on two cores it is not what is measured; beyond, it is.
package load

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"veche/server/live/client"
)

// Plan is a load: everyone joins the room, and then remarks are said at a
// steady rate by all in turn, whether or not earlier ones have been answered.
type Plan struct {
	URL     string   `json:"url"` // of the server, http://host:port
	Topic   string   `json:"topic"`
	Room    uint32   `json:"room"`
	Cookies []string `json:"cookies"` // a socket each
	Rate    float64  `json:"rate"`    // remarks a second
	Seconds float64  `json:"seconds"`
	Bytes   int      `json:"bytes"` // of a remark's text
}

// Result is what came of it. Times are milliseconds.
type Result struct {
	Sockets   int     `json:"sockets"`
	Said      int     `json:"said"`
	Failed    int     `json:"failed"`    // not acknowledged
	Delivered int64   `json:"delivered"` // receipts, Said × Sockets if none is missing
	Cuts      int64   `json:"cuts"`      // connections that ended
	Ack       Times   `json:"ack"`       // from saying to the acknowledgement
	Receipt   Times   `json:"receipt"`   // from saying to each receipt
	PerSecond float64 `json:"per_second"`
}

// Times are quantiles of a latency in milliseconds, within 2 %.
type Times struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// mark begins the text of a remark, before the time it was said.
const mark = `"text":"@`

// Load is the sockets of a plan.
type Load struct {
	plan      Plan
	clients   []*client.Client
	receipt   histogram
	delivered atomic.Int64
	begun     atomic.Int64 // Unix nanoseconds
	last      atomic.Int64 // Unix nanoseconds of the last receipt
	cuts      atomic.Int64
	ending    atomic.Bool
}

// dialling is how many sockets are opened at once.
const dialling = 64

// Connect opens all sockets and joins the room.
func Connect(ctx context.Context, p Plan) (*Load, error) {
	l := &Load{plan: p, clients: make([]*client.Client, len(p.Cookies))}
	var wg sync.WaitGroup
	errs := make([]error, dialling)
	for w := range dialling {
		wg.Go(func() {
			for i := w; i < len(p.Cookies) && errs[w] == nil; i += dialling {
				errs[w] = l.connect(ctx, i)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			l.Close()
			return nil, err
		}
	}
	return l, nil
}

func (l *Load) connect(ctx context.Context, i int) error {
	joined := make(chan struct{})
	var once sync.Once
	c, err := client.Dial(ctx, l.plan.URL+"/live", l.plan.Cookies[i], client.Options{
		Topic: l.plan.Topic, Rooms: []uint32{l.plan.Room}, Keep: -1,
		Frame: func(b []byte) bool {
			if bytes.Contains(b, []byte(`"t":"presence"`)) {
				once.Do(func() { close(joined) })
			}
			l.count(b)
			return !bytes.Contains(b, []byte(`"t":"ack"`)) && !bytes.Contains(b, []byte(`"t":"problem"`))
		},
		Cut: func(error) {
			if !l.ending.Load() {
				l.cuts.Add(1)
			}
		},
	})
	if err != nil {
		return fmt.Errorf("socket %d: %w", i+1, err)
	}
	l.clients[i] = c
	select {
	case <-joined:
		return nil
	case <-time.After(30 * time.Second):
		return fmt.Errorf("socket %d did not get into the room within 30 s", i+1)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// count finds the remarks in a frame by their mark.
func (l *Load) count(b []byte) {
	now := time.Now().UnixNano()
	if !bytes.Contains(b, []byte(`"t":"events"`)) {
		return
	}
	for {
		at := bytes.Index(b, []byte(mark))
		if at < 0 {
			return
		}
		b = b[at+len(mark):]
		end := bytes.IndexByte(b, ' ')
		if end < 0 {
			return
		}
		said, err := strconv.ParseInt(string(b[:end]), 10, 64)
		if err != nil || said < l.begun.Load() || l.begun.Load() == 0 {
			continue // of an earlier load
		}
		l.receipt.add(time.Duration(now - said))
		l.delivered.Add(1)
		l.last.Store(now)
	}
}

// patience is how long the last remarks may take to arrive.
const patience = 20 * time.Second

// Run says the plan's remarks and waits until all have arrived.
func (l *Load) Run(ctx context.Context) (Result, error) {
	n := int(l.plan.Rate * l.plan.Seconds)
	if n == 0 || len(l.clients) == 0 {
		return Result{}, fmt.Errorf("a load needs sockets, a rate and a time: %d sockets, %v/s, %v s", len(l.clients), l.plan.Rate, l.plan.Seconds)
	}
	padding := strings.Repeat("word ", 1+l.plan.Bytes/5)
	var acks histogram
	var failed atomic.Int64
	var wg sync.WaitGroup
	begun := time.Now()
	l.begun.Store(begun.UnixNano())
	for i := range n {
		due := begun.Add(time.Duration(float64(i) / l.plan.Rate * float64(time.Second)))
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
			return Result{}, ctx.Err()
		}
		c := l.clients[i%len(l.clients)]
		wg.Go(func() {
			at := time.Now()
			head := fmt.Sprintf("@%d ", at.UnixNano())
			text := head + padding[:max(1, l.plan.Bytes-len(head))] + "."
			if _, err := c.Say(ctx, l.plan.Room, text, 0); err != nil {
				failed.Add(1)
				return
			}
			acks.add(time.Since(at))
		})
	}
	wg.Wait()
	want := int64(n-int(failed.Load())) * int64(len(l.clients))
	for late := time.Now(); l.delivered.Load() < want && time.Since(late) < patience && ctx.Err() == nil; {
		time.Sleep(5 * time.Millisecond)
	}
	r := Result{Sockets: len(l.clients), Said: n, Failed: int(failed.Load()), Delivered: l.delivered.Load(), Cuts: l.cuts.Load(), Ack: acks.times(), Receipt: l.receipt.times()}
	if took := time.Unix(0, l.last.Load()).Sub(begun).Seconds(); took > 0 {
		r.PerSecond = float64(r.Delivered) / took
	}
	return r, ctx.Err()
}

// Close closes all sockets.
func (l *Load) Close() {
	l.ending.Store(true)
	var wg sync.WaitGroup
	for _, c := range l.clients {
		if c != nil {
			wg.Go(c.Close)
		}
	}
	wg.Wait()
}
