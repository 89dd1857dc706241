package cluster

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"veche/server/store"
)

// Kind is the kind of the nodes' records.
const Kind = "node"

const (
	// DefaultLife is how long a node that says nothing is waited for: after it
	// the others take its topics.
	DefaultLife = 3 * time.Second
	// forgotten is after how many lives a dead node's record is removed.
	forgotten = 1200
)

// Options are what a node is told. Zero values mean defaults; Name, Address and
// Secret are needed.
type Options struct {
	Name    string // for people, unique among the nodes
	Address string // host:port where the other nodes reach this one
	Secret  []byte // the installation's own, the same on all nodes
	// Back is called when the others may have taken this node for dead and it goes
	// on: what it was to be told meanwhile it has not heard.
	Back func()
	Life time.Duration
	Log  *slog.Logger
}

// Node is this process among the nodes over a store.
type Node struct {
	options Options
	id      string
	records store.Records
	leases  store.Leases
	client  *http.Client
	began   time.Time // of this process's steady clock

	stop   context.CancelFunc
	work   sync.WaitGroup
	closed sync.Once

	looking sync.Mutex // one look at a time, so that none shows what was before another

	mu     sync.Mutex
	held   time.Duration // since began: when the last renewal that was confirmed began
	rev    uint64        // of the own record
	looked bool
	others map[string]*other
}

// other is another node as this one sees it.
type other struct {
	card
	rev   uint64
	since time.Duration // when its record was first seen so
	last  time.Duration // when it was last seen so
	gone  chan struct{} // closes once it is
}

func (o *other) ended() bool {
	select {
	case <-o.gone:
		return true
	default:
		return false
	}
}

// end is called with the node's mu held.
func (o *other) end() {
	if !o.ended() {
		close(o.gone)
	}
}

// card is what a node says of itself.
type card struct {
	Name    string    `json:"name"`
	Address string    `json:"address"`
	Beat    uint64    `json:"beat"` // grows
	Time    time.Time `json:"time"` // for people: no node goes by another's clock
}

// Member is a node of the installation.
type Member struct {
	ID, Name, Address string
	Alive             bool
}

// Join makes this process known to the nodes over a store, and keeps it so until
// Close. It fails if another node goes by the same name.
func Join(ctx context.Context, s store.Store, clock func() time.Time, o Options) (*Node, error) {
	if o.Life <= 0 {
		o.Life = DefaultLife
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	tls, err := clientTLS(o.Secret)
	if err != nil {
		return nil, err
	}
	n := &Node{options: o, id: o.Name + "-" + rand.Text(), records: s, leases: s, others: map[string]*other{}, began: time.Now(),
		client: &http.Client{Transport: &http.Transport{TLSClientConfig: tls, MaxIdleConnsPerHost: 128, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: o.Life, DialContext: dialer(o.Life)}}}
	beat := card{Name: o.Name, Address: o.Address}
	if err := n.look(ctx); err != nil {
		return nil, fmt.Errorf("reading who the other servers are: %w", err)
	}
	for _, m := range n.Members() {
		if m.Name == o.Name {
			// It may be what is left of one that was killed.
			o.Log.Info("another server goes by this name: waiting whether it lives", "node", o.Name)
			if err := n.outlast(ctx, m.ID); err != nil {
				return nil, err
			}
		}
	}
	if err := n.renew(ctx, &beat, clock); err != nil {
		return nil, fmt.Errorf("joining the other servers: %w", err)
	}
	going, stop := context.WithCancel(context.Background())
	n.stop = stop
	n.work.Go(func() { n.beat(going, beat, clock) })
	n.work.Go(func() { n.watch(going) })
	return n, nil
}

// ID names this run of the node.
func (n *Node) ID() string { return n.id }

// Name is what people call the node.
func (n *Node) Name() string { return n.options.Name }

// outlast waits until another run of this name is certainly gone.
func (n *Node) outlast(ctx context.Context, id string) error {
	began := time.Now()
	first := n.revOf(id)
	for !n.Gone(id) {
		select {
		case <-time.After(n.options.Life / 6):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err := n.look(ctx); err != nil {
			return err
		}
		if n.revOf(id) != first && time.Since(began) > n.options.Life {
			return fmt.Errorf("another server goes by the name %q: give each its own with --node", n.options.Name)
		}
	}
	return nil
}

func (n *Node) revOf(id string) uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if o := n.others[id]; o != nil {
		return o.rev
	}
	return 0
}

// now is a time of the steady clock, which nobody sets.
func (n *Node) now() time.Duration { return time.Since(n.began) }

// Holds implements [journal.Peers]: the others wait for a whole life from the
// moment they saw the last renewal, which began before they could see it.
func (n *Node) Holds() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.now()-n.held < n.options.Life*2/3
}

// Gone implements [journal.Peers]: its record stood still for a whole life, or is
// no more.
func (n *Node) Gone(id string) bool {
	if id == n.id {
		return false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	o := n.others[id]
	if o == nil {
		return n.looked
	}
	return o.last-o.since >= n.options.Life
}

// Members answers the other nodes, by name.
func (n *Node) Members() []Member {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := make([]Member, 0, len(n.others))
	for id, o := range n.others {
		list = append(list, Member{ID: id, Name: o.Name, Address: o.Address, Alive: o.last-o.since < n.options.Life})
	}
	slices.SortFunc(list, func(a, b Member) int {
		if a.Name != b.Name {
			if a.Name < b.Name {
				return -1
			}
			return 1
		}
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return list
}

// beat renews the own record until ctx ends.
func (n *Node) beat(ctx context.Context, c card, clock func() time.Time) {
	tick := time.NewTicker(n.options.Life / 4)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		trying, cancel := context.WithTimeout(ctx, n.options.Life)
		err := n.renew(trying, &c, clock)
		cancel()
		if err != nil && ctx.Err() == nil {
			n.options.Log.Warn("this server could not show the others that it lives", "error", err)
		}
	}
}

// renew changes the own record. Only this node writes it, so one that has changed
// was changed by a try whose answer was lost.
func (n *Node) renew(ctx context.Context, c *card, clock func() time.Time) error {
	began := n.now()
	c.Beat++
	c.Time = clock().UTC()
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	rev, err := n.records.PutIfRev(ctx, store.Record{Kind: Kind, ID: n.id, Rev: n.rev, Data: data})
	if errors.Is(err, store.ErrConflict) {
		var now store.Record
		now, err = n.records.Get(ctx, Kind, n.id)
		if errors.Is(err, store.ErrNotFound) { // taken for long dead, and forgotten
			now, err = store.Record{}, nil
		}
		if err == nil {
			rev, err = n.records.PutIfRev(ctx, store.Record{Kind: Kind, ID: n.id, Rev: now.Rev, Data: data})
		}
	}
	if err != nil {
		return err
	}
	n.mu.Lock()
	back := n.rev != 0 && began-n.held >= n.options.Life*2/3
	n.held = began
	n.mu.Unlock()
	n.rev = rev
	if back && n.options.Back != nil {
		n.options.Back()
	}
	return nil
}

// watch looks at the others until ctx ends.
func (n *Node) watch(ctx context.Context) {
	tick := time.NewTicker(n.options.Life / 12)
	defer tick.Stop()
	failed := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		looking, cancel := context.WithTimeout(ctx, n.options.Life)
		err := n.look(looking)
		cancel()
		if err != nil && ctx.Err() == nil && !failed {
			n.options.Log.Warn("this server can't see whether the others live", "error", err)
		}
		failed = err != nil
	}
}

// look reads the others' records. What stood still is dated by the end of the
// reading that first showed it and the beginning of the one that last did.
func (n *Node) look(ctx context.Context) error {
	n.looking.Lock()
	defer n.looking.Unlock()
	began := n.now()
	seen := map[string]store.Record{}
	err := n.records.List(ctx, Kind, "", store.Range{}, 0, func(r store.Record) error {
		if r.ID != n.id {
			seen[r.ID] = r
		}
		return nil
	})
	if err != nil {
		return err
	}
	ended := n.now()
	var stale []store.Record
	n.mu.Lock()
	for id, o := range n.others {
		if _, there := seen[id]; !there {
			delete(n.others, id)
			o.end()
		}
	}
	for id, r := range seen {
		o := n.others[id]
		if o == nil || o.rev != r.Rev {
			was := o
			o = &other{rev: r.Rev, since: ended, last: ended, gone: make(chan struct{})}
			if was != nil && !was.ended() {
				o.gone = was.gone
			}
			if err := json.Unmarshal(r.Data, &o.card); err != nil {
				n.options.Log.Warn("the record of a server can't be read", "node", id, "error", err)
			}
			if was == nil || was.ended() {
				n.options.Log.Info("a server has come", "node", o.Name, "address", o.Address)
			}
			n.others[id] = o
			continue
		}
		o.last = max(o.last, began)
		if o.last-o.since >= n.options.Life && !o.ended() {
			o.end()
			n.options.Log.Warn("a server is gone", "node", o.Name, "address", o.Address)
		}
		if o.last-o.since > forgotten*n.options.Life {
			stale = append(stale, r)
		}
	}
	n.looked = true
	n.mu.Unlock()
	for _, r := range stale {
		if err := n.records.Delete(ctx, Kind, r.ID, r.Rev); err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return nil
}

// Close takes the node off the list. The journal must be closed before, so that
// its topics are given back.
func (n *Node) Close() error {
	var err error
	n.closed.Do(func() {
		n.stop()
		n.work.Wait()
		n.client.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), n.options.Life)
		defer cancel()
		err = n.records.Delete(ctx, Kind, n.id, n.rev)
		if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) {
			err = nil // it will be found to stand still
		}
	})
	return err
}
