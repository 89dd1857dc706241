package nats_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	client "github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"veche/server/bus"
	"veche/server/bus/bustest"
	"veche/server/bus/nats"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// words is a codec of texts.
type words struct{}

func (words) Encode(payload any) ([]byte, error) {
	if text, ok := payload.(string); ok && text != "unspeakable" {
		return []byte(text), nil
	}
	return nil, errors.New("payload is no text")
}

func (words) Decode(m bus.Message, body []byte) (any, error) {
	if m.Topic == "" || string(body) == "unheard" {
		return nil, errors.New("can't be read")
	}
	return string(body), nil
}

func startServer(t *testing.T, port int) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, NoLog: true, NoSigs: true, MaxPayload: 64 << 10})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("nats-server does not start")
	}
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	return s
}

func open(t *testing.T, address string, o nats.Options) *nats.Bus {
	t.Helper()
	o.Codec = words{}
	b, err := nats.Open(address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// The suite that every bus passes: within the process that publishes, and in
// another.
func TestConformance(t *testing.T) {
	s := startServer(t, server.RANDOM_PORT)
	n := 0
	fresh := func() string { n++; return fmt.Sprint("installation", n) }
	t.Run("within", func(t *testing.T) {
		bustest.Run(t, func(t *testing.T, queue int) (from, to bus.Bus) {
			b := open(t, s.ClientURL(), nats.Options{Name: fresh(), Queue: queue})
			return b, b
		})
	})
	t.Run("between", func(t *testing.T) {
		bustest.Run(t, func(t *testing.T, queue int) (from, to bus.Bus) {
			name := fresh()
			o := nats.Options{Name: name, Beat: 50 * time.Millisecond}
			from = open(t, s.ClientURL(), o)
			o.Queue = queue
			return from, open(t, s.ClientURL(), o)
		})
	})
}

// link is a connection that can be cut.
type link struct {
	listener net.Listener
	server   string
	work     sync.WaitGroup

	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

func newLink(t *testing.T, s *server.Server) (*link, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k := &link{listener: l, server: s.Addr().String()}
	k.work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			k.join(c)
		}
	})
	t.Cleanup(func() {
		l.Close()
		k.set(true)
		k.work.Wait()
	})
	return k, "nats://" + l.Addr().String()
}

func (k *link) join(c net.Conn) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s, err := net.Dial("tcp", k.server)
	if k.cut || err != nil {
		c.Close()
		if err == nil {
			s.Close()
		}
		return
	}
	k.conns = append(k.conns, c, s)
	for _, way := range [][2]net.Conn{{c, s}, {s, c}} {
		k.work.Go(func() {
			_, _ = io.Copy(way[0], way[1]) // until it is cut
			way[0].Close()
			way[1].Close()
		})
	}
}

// set cuts the link or mends it.
func (k *link) set(cut bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cut = cut
	if cut {
		for _, c := range k.conns {
			c.Close()
		}
		k.conns = nil
	}
}

// cutSeen is a log that receives when the bus says that it is cut.
type cutSeen chan struct{}

func (c cutSeen) Enabled(context.Context, slog.Level) bool { return true }
func (c cutSeen) WithAttrs([]slog.Attr) slog.Handler       { return c }
func (c cutSeen) WithGroup(string) slog.Handler            { return c }
func (c cutSeen) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "is cut") {
		c <- struct{}{}
	}
	return nil
}

// Cut off on the way out, on the way in, or by the end of the server, nobody
// misses anything for good: each reader learns that the log has gone on, though
// nothing more is published.
func TestHealsAfterCuts(t *testing.T) {
	s := startServer(t, server.RANDOM_PORT)
	out, outURL := newLink(t, s)
	in, inURL := newLink(t, s)
	port := s.Addr().(*net.TCPAddr).Port
	noticed := make(cutSeen, 10)
	from := open(t, outURL, nats.Options{Beat: 20 * time.Millisecond, Log: slog.New(noticed)})
	to := open(t, inURL, nats.Options{Beat: 20 * time.Millisecond})
	var seq atomic.Uint64
	publish := func(n int) {
		for range n {
			m := bustest.Message("t", seq.Add(1))
			bustest.Publish(t, from, m)
		}
	}
	here := bustest.Reader{Sub: bustest.Subscribe(t, from, "t"), Log: seq.Load}
	there := bustest.Reader{Sub: bustest.Subscribe(t, to, "t"), Log: seq.Load}
	publish(10)
	there.Follow(t, seq.Load())
	if there.Heals > 0 {
		t.Error("lost without a cut")
	}
	cuts := []struct {
		name      string
		cut, mend func()
	}{
		// Here the count alone can tell.
		{"out", func() { out.set(true); <-noticed }, func() { out.set(false) }},
		{"in", func() { in.set(true) }, func() { in.set(false) }},
		{"server", func() { s.Shutdown(); s.WaitForShutdown() }, func() { s = startServer(t, port) }},
	}
	for _, c := range cuts {
		before := there.Heals
		c.cut()
		publish(10)
		here.Follow(t, seq.Load()) // in the process itself nothing is cut
		c.mend()
		there.Follow(t, seq.Load())
		if there.Heals == before {
			t.Errorf("%s: no word of the loss", c.name)
		}
		publish(3)
		there.Follow(t, seq.Load())
	}
}

// What does not come through whole is told, and what is no message of the bus
// harms nothing.
func TestWhatIsNotCarried(t *testing.T) {
	s := startServer(t, server.RANDOM_PORT)
	from, to := open(t, s.ClientURL(), nats.Options{Beat: time.Hour}), open(t, s.ClientURL(), nats.Options{Beat: time.Hour})
	foreign, err := client.Connect(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	defer foreign.Close()
	reader := bustest.Reader{Sub: bustest.Subscribe(t, to, "t")}
	for i, c := range []struct {
		name    string
		payload any
		heals   int
	}{
		{"as usual", "1", 0},
		{"larger than the server takes", strings.Repeat("x", 100<<10), 1},
		{"can't be encoded", "unspeakable", 1},
		{"can't be decoded", "unheard", 1},
	} {
		for _, junk := range []string{"", "hello", "\x01\x01", strings.Repeat("\x01", 40)} {
			if err := foreign.Publish("veche.batches", []byte(junk)); err != nil {
				t.Fatal(err)
			}
		}
		if err := foreign.Flush(); err != nil {
			t.Fatal(err)
		}
		before := reader.Heals
		m := bustest.Message("t", uint64(i+1))
		m.Payload = c.payload
		bustest.Publish(t, from, m)
		reader.Follow(t, m.Last)
		if got := reader.Heals - before; got != c.heals {
			t.Errorf("%s: the log was read %d times, want %d", c.name, got, c.heals)
		}
	}
}

// Who listens late is sent to the log once, and then hears everything.
func TestLateListener(t *testing.T) {
	s := startServer(t, server.RANDOM_PORT)
	o := nats.Options{Beat: 20 * time.Millisecond}
	from := open(t, s.ClientURL(), o)
	for seq := uint64(1); seq <= 5; seq++ {
		bustest.Publish(t, from, bustest.Message("t", seq))
	}
	to := open(t, s.ClientURL(), o)
	reader := bustest.Reader{Sub: bustest.Subscribe(t, to, "t")}
	reader.Follow(t, 5) // by the heartbeat alone
	bustest.Publish(t, from, bustest.Message("t", 6))
	reader.Follow(t, 6)
	if reader.Heals != 1 {
		t.Errorf("the log was read %d times, want once", reader.Heals)
	}
}

func TestInstallationsLieApart(t *testing.T) {
	s := startServer(t, server.RANDOM_PORT)
	one, other, same := open(t, s.ClientURL(), nats.Options{Name: "one"}), open(t, s.ClientURL(), nats.Options{Name: "other"}), open(t, s.ClientURL(), nats.Options{Name: "one"})
	apart := bustest.Subscribe(t, other, "")
	reader := bustest.Reader{Sub: bustest.Subscribe(t, same, "t")}
	bustest.Publish(t, one, bustest.Message("t", 1))
	reader.Follow(t, 1)
	if got, lost, err := apart.Take(); len(got) > 0 || lost || err != nil {
		t.Errorf("another installation heard %v, %v, %v", got, lost, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct {
		name, address string
		o             nats.Options
		want          string
	}{
		{"no codec", "nats://127.0.0.1:1", nats.Options{}, "codec"},
		{"no word", "nats://127.0.0.1:1", nats.Options{Codec: words{}, Name: "a.b"}, "one word"},
		{"nobody there", "nats://city:hush@127.0.0.1:1", nats.Options{Codec: words{}}, "can't be reached"},
		{"a token", "nats://hush@127.0.0.1:1", nats.Options{Codec: words{}}, "can't be reached"},
	} {
		b, err := nats.Open(c.address, c.o)
		if err == nil {
			b.Close()
			t.Errorf("%s: opened", c.name)
		} else if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Many publish and close at once.
func TestCloseUnderLoad(t *testing.T) {
	s := startServer(t, server.RANDOM_PORT)
	b := open(t, s.ClientURL(), nats.Options{})
	var work sync.WaitGroup
	begun := make(chan struct{}, 4)
	for i := range 4 {
		work.Go(func() {
			for seq := uint64(1); ; seq++ {
				err := b.Publish(bustest.Message(fmt.Sprint("t", i), seq))
				if errors.Is(err, bus.ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				if seq == 100 {
					begun <- struct{}{}
				}
			}
		})
	}
	for range 4 {
		<-begun
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	work.Wait()
}
