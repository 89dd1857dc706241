package crowd

import (
	"context"
	"math"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"veche/server/live/client/load"
)

// Crowd is the people of a plan.
type Crowd struct {
	plan   Plan
	people []*person
	tables []*table
	begun  time.Time // of the debate

	connect, ack, all, before, during load.Latency
	returns, step, wall               load.Latency
	receipts                          atomic.Int64
	stalling                          atomic.Bool

	opened [64]atomic.Int64 // when each step was asked for, Unix nanoseconds

	restart  atomic.Int64  // Unix nanoseconds, 0 before
	awaited  int           // who were in then
	again    atomic.Int64  // who came back
	enough   chan struct{} // closed once 99 % did
	texts    atomic.Uint32 // how many were said
	skewMost atomic.Int64

	mu sync.Mutex
	r  Result
}

// New makes the people of a plan; nobody connects yet.
func New(plan Plan) *Crowd {
	c := &Crowd{plan: plan, enough: make(chan struct{})}
	c.r.Problems = map[string]int{}
	rng := c.random(0)
	n := len(plan.People)
	kinds := make([]kind, n)
	at := 0
	for _, k := range []struct {
		kind  kind
		share float64
	}{{absent, noShows}, {latecomer, late}, {staller, stalled}} {
		few := int(math.Round(k.share * float64(n)))
		if n >= 20 {
			few = max(1, few)
		}
		for range few {
			kinds[at] = k.kind
			at++
		}
	}
	rng.Shuffle(n, func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	rooms := make([]*table, plan.Tables+1)
	for room := range rooms {
		rooms[room] = &table{crowd: c, room: uint32(room)}
	}
	for i, s := range plan.People {
		p := &person{Seated: s, crowd: c, kind: kinds[i], in: make(chan struct{})}
		if plan.Spread {
			p.local = &net.TCPAddr{IP: address(i)}
		}
		c.people = append(c.people, p)
		if s.Table != 0 {
			rooms[s.Table].people = append(rooms[s.Table].people, p)
		}
		rooms[0].people = append(rooms[0].people, p)
	}
	c.tables = rooms
	return c
}

// address is where person i comes from: four share one.
func address(i int) net.IP {
	n := i / 4
	return net.IPv4(127, byte(1+n>>16), byte(n>>8), byte(n))
}

func (c *Crowd) random(stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(c.plan.Seed, stream))
}

// of answers the people of a kind.
func (c *Crowd) of(k kind) []*person {
	var list []*person
	for _, p := range c.people {
		if p.kind == k {
			list = append(list, p)
		}
	}
	return list
}

// dialling is how many people dial at the same moment.
const dialling = 256

// enter has people come in, all at once, and answers how many got in.
func (c *Crowd) enter(ctx context.Context, people []*person) int {
	var wg sync.WaitGroup
	var in atomic.Int64
	next := make(chan *person)
	for range min(dialling, len(people)) {
		wg.Go(func() {
			for p := range next {
				if p.enter(ctx) {
					in.Add(1)
				}
			}
		})
	}
	for _, p := range people {
		next <- p
	}
	close(next)
	wg.Wait()
	return int(in.Load())
}

// Run plays the debate and answers what people met. tell is called when they are
// in ("in") and when the server is to be started anew ("restart"), and goes on
// when it answers.
func (c *Crowd) Run(ctx context.Context, tell func(Moment) error) (*Result, error) {
	come := append(c.of(steady), c.of(staller)...)
	c.random(1).Shuffle(len(come), func(i, j int) { come[i], come[j] = come[j], come[i] })
	c.r.NoShows, c.r.Expected = len(c.of(absent)), len(come)
	c.r.Joined = c.enter(ctx, come)
	defer c.close()
	if err := tell(Moment{Moment: "in", In: c.r.Joined}); err != nil {
		return nil, err
	}
	c.begun = time.Now()
	talking, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	for _, t := range c.tables {
		wg.Go(func() { t.talk(talking) })
	}
	wg.Go(func() { c.steer(talking) })
	wg.Go(func() { c.cutSome(talking) })
	whole := time.Duration(c.plan.Seconds * float64(time.Second))
	for _, moment := range []struct {
		at time.Duration
		do func() error
	}{
		{whole * 15 / 100, func() error { wg.Go(func() { c.comeLate(ctx) }); return nil }},
		{whole * 30 / 100, func() error { c.stall(); return nil }},
		{whole * 60 / 100, func() error { return c.watchRestart(ctx, tell, whole*25/100) }},
		{whole, func() error { return nil }},
	} {
		select {
		case <-time.After(time.Until(c.begun.Add(moment.at))):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if err := moment.do(); err != nil {
			return nil, err
		}
	}
	stop()
	wg.Wait()
	c.finish(ctx)
	return c.result(), nil
}

// comeLate lets the latecomers in.
func (c *Crowd) comeLate(ctx context.Context) {
	list := c.of(latecomer)
	in := c.enter(ctx, list)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.r.Late, c.r.LateJoined = len(list), in
}

// stall has some read no more.
func (c *Crowd) stall() {
	n := 0
	for _, p := range c.of(staller) {
		if t := p.tap.Load(); p.up.Load() && t != nil {
			t.shut.Store(true)
			n++
		}
	}
	c.stalling.Store(true)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.r.Stalled = n
}

// cutSome cuts some people's connections each second.
func (c *Crowd) cutSome(ctx context.Context) {
	rng := c.random(2)
	people := append(c.of(steady), c.of(latecomer)...)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	owed := 0.0
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if c.recovering() {
			continue // they are all cut
		}
		for owed += cutSecond * float64(len(people)); owed >= 1; owed-- {
			p := people[rng.IntN(len(people))]
			client := p.client.Load()
			if client == nil || !p.up.Load() {
				continue
			}
			p.mu.Lock()
			before := p.own
			p.own = true
			p.mu.Unlock()
			if before {
				continue // on the way back already
			}
			c.mu.Lock()
			c.r.Cuts++
			c.mu.Unlock()
			client.Drop()
		}
	}
}

// watchRestart has the server started anew and waits until people are back.
func (c *Crowd) watchRestart(ctx context.Context, tell func(Moment) error, most time.Duration) error {
	for _, p := range c.people {
		if p.up.Load() && p.kind != staller {
			c.awaited++
		}
	}
	begun := time.Now()
	c.restart.Store(begun.UnixNano())
	if err := tell(Moment{Moment: "restart", In: c.awaited}); err != nil {
		return err
	}
	select {
	case <-c.enough:
	case <-time.After(max(most, patience/3)):
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// recovering says that the server was started anew and people are still coming
// back: waits then measure the restart.
func (c *Crowd) recovering() bool {
	if c.restart.Load() == 0 {
		return false
	}
	select {
	case <-c.enough:
		return false
	default:
		return true
	}
}

// returned notes that somebody came back after a cut.
func (c *Crowd) returned(now time.Time) {
	restart := c.restart.Load()
	if restart == 0 {
		return
	}
	n := c.again.Add(1)
	if n == int64(math.Ceil(0.99*float64(c.awaited))) {
		c.mu.Lock()
		c.r.RestartP99 = float64(now.UnixNano()-restart) / 1e6
		c.mu.Unlock()
		close(c.enough)
	}
}

// back notes how long somebody was away after a cut of ours.
func (c *Crowd) back(away time.Duration) {
	c.mu.Lock()
	c.r.Back++
	c.mu.Unlock()
	if c.restart.Load() == 0 {
		c.returns.Add(away)
	}
}

func (c *Crowd) receipt(wait time.Duration) {
	c.receipts.Add(1)
	if c.recovering() {
		return
	}
	c.all.Add(wait)
	if c.restart.Load() != 0 {
		return
	}
	if c.stalling.Load() {
		c.during.Add(wait)
	} else {
		c.before.Add(wait)
	}
}

func (c *Crowd) stepSeen(step uint32, since int64, now time.Time) {
	if int(step) >= len(c.opened) {
		return
	}
	if asked := c.opened[step].Load(); asked != 0 && asked > since && !c.recovering() {
		c.step.Add(time.Duration(now.UnixNano() - asked))
	}
}

func (c *Crowd) skew(ms int64) {
	if ms = max(ms, -ms); ms > c.skewMost.Load() {
		c.skewMost.Store(ms) // two at once: one of the two largest
	}
}

func (c *Crowd) problem(code string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.r.Problems[code]++
}

// settling is how long the last remarks may take to arrive.
var settling = 10 * time.Second

// finish waits for the last remarks and for those who were cut, and counts the
// remarks that never came.
func (c *Crowd) finish(ctx context.Context) {
	missed := func() (n int64) {
		for _, t := range c.tables[1:] {
			slices.Sort(t.acked)
			for _, p := range t.people {
				if p.up.Load() && !p.moved.Load() && (p.kind == steady || p.kind == latecomer) {
					n += p.missing(t.acked)
				}
			}
		}
		return n
	}
	for begun := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		c.r.Missed = missed()
		if c.r.Missed == 0 && !slices.ContainsFunc(c.people, (*person).away) || time.Since(begun) > settling || ctx.Err() != nil {
			return
		}
	}
}

func (c *Crowd) result() *Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := &c.r
	r.Connect, r.Ack, r.Receipt, r.Return, r.Step, r.Wall = c.connect.Times(), c.ack.Times(), c.all.Times(), c.returns.Times(), c.step.Times(), c.wall.Times()
	r.BeforeP99, r.StalledP99, r.Receipts = c.before.Times().P99, c.during.Times().P99, c.receipts.Load()
	r.RestartPeople, r.RestartBack = c.awaited, min(c.awaited, int(c.again.Load()))
	if r.RestartP99 == 0 {
		r.RestartP99 = -1
	}
	r.ClockSkew = float64(c.skewMost.Load())
	for _, p := range c.people {
		if p.moved.Load() {
			r.Moved++
		}
	}
	for _, t := range c.tables[1:] {
		if t.turns > 0 {
			r.TurnTables++
		}
		r.Turns += int(t.turns)
	}
	return r
}

func (c *Crowd) close() {
	var wg sync.WaitGroup
	limit := make(chan struct{}, dialling)
	for _, p := range c.people {
		client := p.client.Load()
		if client == nil {
			continue
		}
		limit <- struct{}{}
		wg.Go(func() {
			if t := p.tap.Load(); t != nil {
				_ = t.Close() // its reader waits for this
			}
			client.Close()
			<-limit
		})
	}
	wg.Wait()
}
