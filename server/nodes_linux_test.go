package server

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	ws "github.com/gorilla/websocket"
	natsserver "github.com/nats-io/nats-server/v2/server"

	"veche/server/journal"
	"veche/server/live/client"
	"veche/server/store"
	"veche/server/store/sqlite"
	lent "veche/server/store/storetest/served"
)

// socketsEnv is how many sockets there are in TestThreeNodes, which is left out
// without it.
const socketsEnv = "VECHE_NODES_SOCKETS"

// village is three nodes, each a process, with the store and the bus in this one.
type village struct {
	*killing
	streets *streets
	store   *sqlite.Store
	far     net.Listener
	served  chan struct{}
	bus     *natsserver.Server
	secret  string
	houses  [3]*house
	dead    [3]atomic.Bool // no socket is opened there
	turn    atomic.Int64
}

type house struct {
	name    string
	dir     string
	web     string // address for people
	peers   string
	space   string // network namespace, "" for that of this process
	process *exec.Cmd
	stdin   io.Closer
	stderr  *bytes.Buffer
	link    string // this side of the way to the other nodes
}

func newVillage(t *testing.T, writers int) *village {
	t.Helper()
	c := &village{killing: newKilling(t, writers), served: make(chan struct{})}
	c.streets = newStreets(t)
	var err error
	if c.store, err = sqlite.Open(t.Context(), c.dir, sqlite.Options{}); err != nil {
		t.Fatal(err)
	}
	if c.far, err = net.Listen("tcp", net.JoinHostPort(c.streets.centre, "0")); err != nil {
		t.Fatal(err)
	}
	go func() {
		lent.Serve(c.far, c.store)
		close(c.served)
	}()
	if c.bus, err = natsserver.NewServer(&natsserver.Options{Host: c.streets.centre, Port: -1, NoLog: true, NoSigs: true}); err != nil {
		t.Fatal(err)
	}
	go c.bus.Start()
	if !c.bus.ReadyForConnections(20 * time.Second) {
		t.Fatal("nats-server does not start")
	}
	t.Cleanup(c.close)
	c.secret = filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(c.secret, []byte("0123456789abcdef0123456789abcdef"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range c.houses {
		h := &house{name: fmt.Sprint("n", i+1), dir: t.TempDir()}
		c.streets.build(h, i)
		if err := os.CopyFS(keysDir(h.dir), os.DirFS(keysDir(c.dir))); err != nil {
			t.Fatal(err)
		}
		c.houses[i] = h
		c.dead[i].Store(true)
	}
	return c
}

// close ends the store and the bus; it may be called twice.
func (c *village) close() {
	for _, h := range c.houses {
		if h != nil && h.process != nil {
			_ = h.process.Process.Signal(syscall.SIGCONT)
			_ = h.process.Process.Kill() // it may have ended
			_ = h.process.Wait()
			h.process = nil
		}
	}
	_ = c.far.Close()
	<-c.served
	if err := c.store.Close(); err != nil {
		c.Error(err)
	}
	c.bus.Shutdown()
	c.bus.WaitForShutdown()
}

func (c *village) start(i int) {
	c.Helper()
	h := c.houses[i]
	args := []string{os.Args[0]}
	if h.space != "" {
		args = append([]string{"ip", "netns", "exec", h.space}, args...)
	}
	h.process = exec.Command(args[0], args[1:]...)
	h.process.Env = append(os.Environ(), lifeEnv+"="+cmp.Or(os.Getenv(lifeEnv), "2s"), childEnv+"="+h.dir, nodeEnv+"="+strings.Join([]string{h.name, h.web, h.peers, c.far.Addr().String(), c.bus.ClientURL(), c.secret, filepath.Join(h.dir, "log")}, ","))
	h.stderr = &bytes.Buffer{}
	h.process.Stderr = h.stderr
	stdin, err := h.process.StdinPipe()
	if err != nil {
		c.Fatal(err)
	}
	h.stdin = stdin
	stdout, err := h.process.StdoutPipe()
	if err != nil {
		c.Fatal(err)
	}
	if err := h.process.Start(); err != nil {
		c.Fatal(err)
	}
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		_ = h.process.Process.Kill()
		_ = h.process.Wait()
		h.process = nil
		c.Fatalf("%s did not start: %v\n%s", h.name, err, h.stderr.String())
	}
	c.dead[i].Store(false)
}

// end waits for a node that was killed or asked to end.
func (c *village) end(i int) {
	h := c.houses[i]
	c.dead[i].Store(true)
	_ = h.stdin.Close()  // it may be closed already
	_ = h.process.Wait() // the child ends with 1 whatever it was
	h.process = nil
}

// dial opens a socket at a node that stands, each time at the next.
func (c *village) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	for range c.houses {
		i := int(c.turn.Add(1)) % len(c.houses)
		if c.dead[i].Load() {
			continue
		}
		return (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, network, c.houses[i].web)
	}
	return nil, errors.New("refused: no node stands")
}

// owner answers which node has the topic, and the epoch is not changed by asking.
func (c *village) owner() int {
	c.Helper()
	for range 2000 {
		_, err := c.store.Claim(c.Context(), "topic/t", "who asks", time.Hour, time.UnixMilli(1))
		var held *store.HeldError
		if !errors.As(err, &held) {
			c.Fatalf("the topic has no owner: %v", err)
		}
		for i, h := range c.houses {
			if strings.HasPrefix(held.Owner, h.name+"-") {
				return i
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	c.Fatal("the topic's owner is none of the nodes")
	return 0
}

// newest is the highest epoch that anything was acknowledged under.
func (c *village) newest() (epoch uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.acked {
		epoch = max(epoch, a.Epoch)
	}
	return epoch
}

// recovered waits until something was acknowledged under a higher epoch, and says
// how long that took.
func (c *village) recovered(what string, epoch uint64, since time.Time) {
	c.Helper()
	for range 12_000 {
		if c.newest() > epoch {
			c.Logf("%s: served again after %.2f s", what, time.Since(since).Seconds())
			return
		}
		if c.Failed() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	c.Fatalf("%s: nobody is served", what)
}

// page is what a node shows of the main hall.
func (c *village) page(h *house) string {
	c.Helper()
	r, err := http.NewRequest("GET", publicName+"/api/topics/t/rooms/0/remarks?limit=200", nil)
	if err != nil {
		c.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "veche_session", Value: c.cookies[0]})
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, h.web)
	}}
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport, Timeout: 20 * time.Second}).Do(r)
	if err != nil {
		c.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		c.Fatalf("%s: %d %s %v", h.name, res.StatusCode, b, err)
	}
	return string(b)
}

// gatherIn has people write over sockets at all nodes, and many more read along.
func (c *village) gatherIn(sockets int) *gathering {
	c.Helper()
	g := &gathering{killing: c.killing, acks: make([]atomic.Int64, len(c.cookies))}
	for n := range sockets {
		w := n % len(c.cookies)
		x := &chain{}
		p, err := client.Dial(c.Context(), publicName+"/live", "veche_session="+c.cookies[w], client.Options{
			Topic: "t", Rooms: []uint32{0}, Watch: n >= len(c.cookies), MinBackoff: 10 * time.Millisecond, MaxBackoff: 200 * time.Millisecond, Observe: x.observe,
			Dialer: &ws.Dialer{HandshakeTimeout: 3 * time.Second, NetDialContext: c.dial, EnableCompression: true},
		})
		if err != nil {
			c.Fatal(err)
		}
		c.Cleanup(p.Close)
		g.clients, g.chains = append(g.clients, p), append(g.chains, x)
		if n >= len(c.cookies) {
			continue
		}
		g.writing.Go(func() {
			for i := 0; !g.stopped.Load(); i++ {
				body := fmt.Sprintf("%d.%d", w, i)
				c.mu.Lock()
				c.sent[body] = true
				c.mu.Unlock()
				ack, err := p.Say(c.Context(), 0, body, 0)
				if err != nil {
					c.Errorf("%s: %v", body, err)
					return
				}
				c.mu.Lock()
				c.acked[body] = journal.Ack{Epoch: ack.Epoch, Seq: ack.Seq, Answer: ack.Remark}
				c.mu.Unlock()
				g.acks[w].Add(1)
				time.Sleep(writersPause)
			}
		})
	}
	return g
}

// writersPause keeps the load where a small machine that others use, too, can
// read along in hundreds of sockets.
const writersPause = 60 * time.Millisecond

// Three nodes, each a process in a network of its own where that is allowed, serve
// several hundred sockets in one room while people write at all of them. The node
// that has the topic is killed, then another is stopped for longer than it is
// waited for and goes on, then one is cut off from all others, the store and the
// bus, and heals, and at last each is started anew in turn. Everything that was
// acknowledged is there once, at its seq; the log has no gap; what each socket is
// shown goes on without a gap or is begun anew; all nodes show the same.
func TestThreeNodes(t *testing.T) {
	if os.Getenv(socketsEnv) == "" {
		t.Skip("three processes that watch each other's pulse need a machine of their own: say " + socketsEnv + "=200")
	}
	sockets, err := strconv.Atoi(os.Getenv(socketsEnv))
	if err != nil {
		t.Fatal(err)
	}
	const writers = 9
	c := newVillage(t, writers)
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		for _, h := range c.houses {
			log, _ := os.ReadFile(filepath.Join(h.dir, "log")) // for who looks why
			t.Logf("%s:\n%s", h.name, log[max(0, len(log)-6000):])
		}
	})
	for i := range c.houses {
		c.start(i)
	}
	g := c.gatherIn(sockets)
	g.progress(2)

	victim, epoch, began := c.owner(), c.newest(), time.Now()
	c.dead[victim].Store(true)
	if err := c.houses[victim].process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	c.recovered("killed", epoch, began)
	c.end(victim)
	c.start(victim)
	g.progress(2)

	victim, epoch, began = c.owner(), c.newest(), time.Now()
	c.dead[victim].Store(true)
	c.signal(victim, syscall.SIGSTOP)
	c.recovered("stopped", epoch, began)
	c.signal(victim, syscall.SIGCONT)
	c.dead[victim].Store(false)
	g.progress(2)

	if c.streets.spaces {
		victim, epoch, began = c.owner(), c.newest(), time.Now()
		c.streets.link(c.houses[victim], "down")
		c.recovered("cut off", epoch, began)
		c.streets.link(c.houses[victim], "up")
		g.progress(2)
	} else {
		t.Log("no network namespaces can be made here: the nodes share one, and none was cut off from the others")
	}

	for i := range c.houses {
		owner, began := c.owner() == i, time.Now()
		epoch = c.newest()
		c.dead[i].Store(true)
		if err := c.houses[i].stdin.Close(); err != nil {
			t.Error(err)
		}
		if owner {
			c.recovered("asked to end", epoch, began)
		}
		c.end(i)
		c.start(i)
		g.progress(1)
	}

	g.finish()
	want := ""
	for i, h := range c.houses {
		got := c.page(h)
		if i == 0 {
			want = got
		} else if got != want {
			t.Errorf("%s shows\n%s\nand %s\n%s", c.houses[0].name, want, h.name, got)
		}
	}
	for _, p := range g.clients {
		p.Close()
	}
	t.Logf("%d sockets, %d remarks acknowledged", sockets, len(c.acked))
	c.close()
	c.check()
}

func (c *village) signal(i int, s syscall.Signal) {
	c.Helper()
	if err := c.houses[i].process.Process.Signal(s); err != nil {
		c.Fatal(err)
	}
}

// streets are the networks between the nodes: one for people and one for the
// nodes, the store and the bus, so that a node can be cut off from these and
// people still come to it.
type streets struct {
	t      *testing.T
	spaces bool   // each node has a network namespace of its own
	centre string // address of store and bus
	id     int
	nets   [2]string // the first three numbers of each network
}

func newStreets(t *testing.T) *streets {
	t.Helper()
	s := &streets{t: t, centre: "127.0.0.1", id: os.Getpid() % 100_000}
	s.nets[0] = fmt.Sprintf("100.%d.%d", 64+s.id%32, s.id/32%256)
	s.nets[1] = fmt.Sprintf("100.%d.%d", 96+s.id%32, s.id/32%256)
	if os.Getuid() != 0 {
		return s
	}
	for n, name := range []string{s.bridge(0), s.bridge(1)} {
		t.Cleanup(func() { _ = exec.Command("ip", "link", "del", name).Run() }) // it may not be there
		for _, args := range [][]string{{"link", "add", name, "type", "bridge"}, {"addr", "add", s.nets[n] + ".1/24", "dev", name}, {"link", "set", name, "up"}} {
			if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
				t.Logf("ip %s: %v %s", strings.Join(args, " "), err, out)
				return s
			}
		}
	}
	s.spaces, s.centre = true, s.nets[1]+".1"
	return s
}

func (s *streets) bridge(n int) string { return fmt.Sprintf("vb%d-%d", s.id, n) }

func (s *streets) run(args ...string) {
	s.t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		s.t.Fatalf("ip %s: %v %s", strings.Join(args, " "), err, out)
	}
}

// build gives a node its addresses.
func (s *streets) build(h *house, i int) {
	s.t.Helper()
	if !s.spaces {
		h.web, h.peers = freeAddress(s.t), "127.0.0.1:0"
		return
	}
	h.space = fmt.Sprintf("veche-%d-%d", s.id, i)
	s.run("netns", "add", h.space)
	s.t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", h.space).Run() }) // with all that is in it
	s.run("-n", h.space, "link", "set", "lo", "up")
	for n := range s.nets {
		out, in := fmt.Sprintf("vh%d-%d%d", s.id, i, n), fmt.Sprintf("vn%d-%d%d", s.id, i, n)
		s.run("link", "add", out, "type", "veth", "peer", "name", in)
		s.run("link", "set", in, "netns", h.space)
		s.run("link", "set", out, "master", s.bridge(n), "up")
		s.run("-n", h.space, "addr", "add", fmt.Sprintf("%s.%d/24", s.nets[n], 10+i), "dev", in)
		s.run("-n", h.space, "link", "set", in, "up")
		h.link = out // the second is the one between the nodes
	}
	h.web = fmt.Sprintf("%s.%d:8080", s.nets[0], 10+i)
	h.peers = fmt.Sprintf("%s.%d:7000", s.nets[1], 10+i)
}

// link cuts a node's way to the others, the store and the bus, or mends it.
func (s *streets) link(h *house, state string) { s.t.Helper(); s.run("link", "set", h.link, state) }
