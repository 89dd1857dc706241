package server

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"veche/server/journal"
	"veche/server/live/client"
	"veche/server/live/protocol"
)

// gathering is people who write over sockets and go on through the server's deaths.
type gathering struct {
	*killing
	address string
	clients []*client.Client
	chains  []*chain
	stopped atomic.Bool
	writing sync.WaitGroup
	acks    []atomic.Int64 // by client

	cutsMu sync.Mutex
	cuts   []error
}

// chain follows what a client is given of the main hall: each frame continues
// the one before, or is a reset.
type chain struct {
	mu          sync.Mutex
	epoch, last uint64
	broken      []string
}

func (c *chain) observe(m *protocol.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch m.T {
	case "reset":
		c.epoch, c.last = m.Epoch, m.Last
	case "events":
		if m.Epoch != c.epoch || m.Prev != c.last {
			c.broken = append(c.broken, fmt.Sprintf("at epoch %d seq %d came epoch %d prev %d", c.epoch, c.last, m.Epoch, m.Prev))
		}
		c.last = m.Last
	}
}

// gather opens sockets on a server that was just launched and has them write.
func gather(k *killing, address string) *gathering {
	k.Helper()
	c := &gathering{killing: k, address: address, acks: make([]atomic.Int64, len(k.cookies))}
	for w, cookie := range k.cookies {
		x := &chain{}
		p, err := client.Dial(k.Context(), "http://"+address+"/live", "veche_session="+cookie, client.Options{
			Topic: "t", Rooms: []uint32{0}, MinBackoff: 10 * time.Millisecond, MaxBackoff: 100 * time.Millisecond, Observe: x.observe,
			Cut: func(err error) {
				c.cutsMu.Lock()
				c.cuts = append(c.cuts, err)
				c.cutsMu.Unlock()
			},
		})
		if err != nil {
			k.Fatal(err)
		}
		k.Cleanup(p.Close)
		c.clients, c.chains = append(c.clients, p), append(c.chains, x)
		c.writing.Go(func() {
			for i := 0; !c.stopped.Load(); i++ {
				body := fmt.Sprintf("%d.%d", w, i)
				k.mu.Lock()
				k.sent[body] = true
				k.mu.Unlock()
				ack, err := p.Say(k.Context(), 0, body, 0)
				if err != nil {
					k.Errorf("%s: %v", body, err)
					return
				}
				k.mu.Lock()
				k.acked[body] = journal.Ack{Epoch: ack.Epoch, Seq: ack.Seq, Answer: ack.Remark}
				k.mu.Unlock()
				c.acks[w].Add(1)
			}
		})
	}
	return c
}

// progress waits until everyone has had n more remarks acknowledged.
func (c *gathering) progress(n int64) {
	c.Helper()
	late := time.After(time.Minute)
	for w := range c.acks {
		for want := c.acks[w].Load() + n; c.acks[w].Load() < want && !c.Failed(); {
			select {
			case <-late:
				c.Fatalf("client %d is not served", w)
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
}

// finish lets everyone end their sentence and see the room's end.
func (c *gathering) finish() {
	c.Helper()
	c.stopped.Store(true)
	c.writing.Wait()
	var top uint64
	for _, a := range c.acked {
		top = max(top, a.Seq)
	}
	for i, p := range c.clients {
		var r client.Room
		for range 4000 {
			if r, _ = p.Room(0); r.Last >= top {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		if r.Last != top {
			c.Errorf("client %d has the room up to %d of %d", i, r.Last, top)
		}
		for j := 1; j < len(r.Remarks); j++ {
			if r.Remarks[j].ID != r.Remarks[j-1].ID+1 {
				c.Errorf("client %d shows remark %d after %d", i, r.Remarks[j].ID, r.Remarks[j-1].ID)
			}
		}
		x := c.chains[i]
		x.mu.Lock()
		if len(x.broken) > 0 {
			c.Errorf("client %d: %v", i, x.broken)
		}
		x.mu.Unlock()
	}
	for body := range c.sent { // those who wait go on until they are answered
		if _, ok := c.acked[body]; !ok {
			c.Errorf("%s was never acknowledged", body)
		}
	}
}

// freeAddress is one that a server can be started at again and again: below the
// ports that outgoing connections are given (from 16,000 on, or higher), which a
// client that dials while the server is away could be given itself.
func freeAddress(t testing.TB) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp4", fmt.Sprint("127.0.0.1:", 8_000+rand.IntN(2_000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}

// through has people write over sockets while the server ends and comes back, n
// times.
func through(t *testing.T, n int, end func(k *killing, c *gathering, cmd *exec.Cmd, stdin io.Closer)) *gathering {
	t.Helper()
	const writers = 8
	k := newKilling(t, writers)
	address := freeAddress(t)
	cmd, stdin, _ := k.launch(address)
	c := gather(k, address)
	for range n {
		c.progress(2)
		time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
		end(k, c, cmd, stdin)
		_ = stdin.Close() // it may be closed already
		cmd, stdin, _ = k.launch(address)
	}
	c.progress(1)
	c.finish()
	for _, p := range c.clients {
		p.Close()
	}
	k.kill(cmd)
	_ = stdin.Close()
	k.check()
	return c
}

// Killed at random moments while people write over sockets that come back by
// themselves, the server has every remark that they sent, each once: also those
// whose acknowledgement died with it. What each is shown goes on without a gap
// or is begun anew.
func TestKill9UnderSockets(t *testing.T) {
	kills := killsOf(t)
	c := through(t, kills, func(k *killing, _ *gathering, cmd *exec.Cmd, _ io.Closer) { k.kill(cmd) })
	t.Logf("%d kills, %d remarks", kills, len(c.acked))
}

// Shut down while people write, the server tells every socket to come back, with
// 1012 and over how long, and nothing is lost or doubled.
func TestShutdownUnderLoad(t *testing.T) {
	through(t, 3, func(k *killing, c *gathering, cmd *exec.Cmd, stdin io.Closer) {
		c.cutsMu.Lock()
		c.cuts = nil
		c.cutsMu.Unlock()
		if err := stdin.Close(); err != nil {
			k.Error(err)
		}
		_ = cmd.Wait() // the child ends with 1 whatever it was
		for range 400 {
			c.cutsMu.Lock()
			n := len(c.cuts)
			c.cutsMu.Unlock()
			if n >= len(c.clients) {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		c.cutsMu.Lock()
		defer c.cutsMu.Unlock()
		restarts := 0
		for _, err := range c.cuts {
			if err == nil || strings.Contains(err.Error(), "refused") {
				continue // dialled while the server was away
			}
			if !strings.Contains(err.Error(), "1012") || !strings.Contains(err.Error(), protocol.RetryHintPrefix) {
				k.Errorf("a socket ended with %v", err)
			}
			restarts++
		}
		if restarts != len(c.clients) {
			k.Errorf("%d of %d sockets were told to come back", restarts, len(c.clients))
		}
	})
}
