package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"veche/server/bus"
	"veche/server/bus/nats"
	"veche/server/cluster"
	"veche/server/config"
	"veche/server/journal"
	"veche/server/store"
)

const (
	// hereEvery is how often the nodes tell each other who is connected.
	hereEvery = 2 * time.Second
	// revokeAgain is the pause before a node is told again who was signed out.
	revokeAgain = 200 * time.Millisecond
	// lateClock is how much later than the topic's owner the other nodes let a
	// clock run out.
	lateClock = 500 * time.Millisecond
)

// nodes is this server as one of several over one store; its zero value is the
// only one.
type nodes struct {
	self     *cluster.Node
	port     net.Listener
	door     *cluster.Door
	news     bus.Bus
	heard    bus.Subscription
	stop     context.CancelFunc
	stopping context.Context
	listened chan struct{}
	opened   atomic.Bool // all that a node can be told of is there
}

// openNode joins the other nodes, where there are to be any.
func (s *Server) openNode(ctx context.Context) error {
	o := s.options.Node
	if o.Name == "" {
		return nil
	}
	if s.options.Bus == "" || s.options.Bus == "local" {
		return errors.New("several servers tell each other the news over NATS: name it with --bus nats://host:port")
	}
	secret, err := cluster.ReadSecret(o.SecretFile)
	if err != nil {
		return err
	}
	if s.nodes.port, err = net.Listen("tcp", o.Listen); err != nil {
		return fmt.Errorf("can't listen for the other servers on %s: %w: choose another --peer-listen", o.Listen, err)
	}
	address := o.Address
	if address == "" {
		address = s.nodes.port.Addr().String()
	}
	if s.nodes.news, err = nats.Open(s.options.Bus, nats.Options{Codec: cluster.Codec{}, Queue: busQueue, Log: s.options.Log}); err != nil {
		return errors.Join(err, s.nodes.port.Close())
	}
	if s.nodes.heard, err = s.nodes.news.Subscribe(""); err != nil {
		return errors.Join(err, s.nodes.news.Close(), s.nodes.port.Close())
	}
	s.nodes.stopping, s.nodes.stop = context.WithCancel(context.Background())
	s.nodes.self, err = cluster.Join(ctx, s.store, s.options.Clock, cluster.Options{Name: o.Name, Address: address, Secret: secret, Life: o.life, Back: s.comeBack, Log: s.options.Log})
	if err != nil {
		s.nodes.stop()
		return errors.Join(err, s.nodes.news.Close(), s.nodes.port.Close())
	}
	return nil
}

// journalOptions are how the journal shares its store.
func (s *Server) journalOptions() journal.Options {
	o := journal.Options{Clock: s.options.Clock, Reach: s.clock.reach, Log: s.options.Log, ReadOnly: s.options.ReadOnly, Publish: s.publish, Erasing: s.register}
	if s.nodes.self == nil {
		o.Sole = true
		return o
	}
	o.Owner, o.Peers = s.nodes.self.ID(), s.nodes.self
	return o
}

// openDoor lets the other nodes in and listens to their news.
func (s *Server) openDoor() error {
	n := &s.nodes
	if n.self == nil {
		return nil
	}
	var err error
	n.door, err = n.self.OpenDoor(n.port, cluster.Desk{Submit: s.Journal.SubmitHere, Revoke: s.revokedElsewhere, Here: func(node string, here cluster.Presence) { s.hub.Elsewhere(node, here) }})
	if err != nil {
		return errors.Join(err, n.port.Close())
	}
	n.opened.Store(true)
	n.listened = make(chan struct{})
	go s.listenToNews()
	return nil
}

func (s *Server) listenToNews() {
	n := &s.nodes
	defer close(n.listened)
	for {
		select {
		case <-n.heard.Ready():
		case <-n.stopping.Done():
			return
		}
		messages, lost, err := n.heard.Take()
		if err != nil {
			return // closed
		}
		if lost {
			s.Journal.Look()
		}
		for _, m := range messages {
			if c, ok := m.Payload.(cluster.Heard); ok { // others are our own
				s.Journal.Hear(c.Committed)
			}
		}
	}
}

// spread tells the other nodes of a commit of this one.
func (s *Server) spread(c journal.Committed) error {
	if s.nodes.news == nil || c.Followed {
		return nil
	}
	m := bus.Message{Topic: c.Topic, Epoch: c.Epoch, First: 1, Payload: c}
	if n := len(c.Events); n > 0 {
		m.First, m.Last = c.Events[0].Seq, c.Events[n-1].Seq
	}
	return s.nodes.news.Publish(m)
}

// late is how much later a topic's clock runs out here.
func (s *Server) late(topicID string) time.Duration {
	if s.nodes.self == nil || s.Journal.Owns(topicID) {
		return 0
	}
	return lateClock
}

// revoke ends what a person has on all nodes, once their sessions have ended.
func (s *Server) revoke(person string) {
	s.hub.Revoke(person)
	if s.nodes.self == nil {
		return
	}
	go func() { // until each has heard, or is gone and forgets on its return
		ctx, cancel := context.WithTimeout(s.nodes.stopping, time.Minute)
		defer cancel()
		for {
			err := s.nodes.self.Revoke(ctx, person)
			if err == nil || ctx.Err() != nil {
				return
			}
			s.options.Log.Warn("a server was not told who was signed out", "error", err)
			select {
			case <-time.After(revokeAgain):
			case <-ctx.Done():
			}
		}
	}()
}

func (s *Server) revokedElsewhere(person string) {
	s.People.Reread(person)
	s.hub.Revoke(person)
}

// comeBack is called when the others may have taken this node for dead: who was
// signed out meanwhile is still connected here, so everyone comes anew.
func (s *Server) comeBack() {
	s.People.Reread("")
	if s.nodes.opened.Load() {
		s.hub.Scatter()
	}
}

// tellHere tells the other nodes who is connected, until ctx ends.
func (s *Server) tellHere(ctx context.Context) {
	if s.nodes.self == nil {
		return
	}
	tick := time.NewTicker(hereEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		s.hub.Recount()
		telling, cancel := context.WithTimeout(ctx, hereEvery)
		if err := s.nodes.self.TellHere(telling, s.hub.Everyone()); err != nil && ctx.Err() == nil {
			s.options.Log.Warn("a server was not told who is connected here", "error", err)
		}
		cancel()
	}
}

// alone makes this node the only one to do what goes by a name; where there is
// but one server it always is.
func (s *Server) alone(ctx context.Context, name string) (release func(), ok bool) {
	if s.nodes.self == nil {
		return func() {}, true
	}
	release, ok, err := s.nodes.self.Take(ctx, name)
	if err != nil {
		s.options.Log.Error("it is not known which server does it", "duty", name, "error", err)
		return nil, false
	}
	return release, ok
}

// closeNode leaves the other nodes, after the journal has given its topics back.
func (s *Server) closeNode(ctx context.Context) error {
	n := &s.nodes
	if n.self == nil {
		return nil
	}
	n.stop()
	var err error
	if n.door != nil {
		<-n.listened
		err = n.door.Close(ctx)
	} else {
		err = n.port.Close()
	}
	n.heard.Close()
	return errors.Join(err, n.self.Close(), n.news.Close())
}

// sameKeys refuses to run with other keys than the other nodes have: what one
// seals none of the others could open.
func (s *Server) sameKeys(ctx context.Context) error {
	const kind, id = "nodes", "keys"
	if s.nodes.self == nil {
		return nil
	}
	own := []byte(s.Vault.Lookup(kind, id)) // by a key that is never replaced
	for {
		r, err := s.store.Get(ctx, kind, id)
		if err == nil {
			if !bytes.Equal(r.Data, own) {
				return fmt.Errorf("the keys in %s are not those of the other servers: copy %s from one of them, and remove these", keysDir(s.options.Data), keysDir("DATA"))
			}
			return nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if _, err = s.store.PutIfRev(ctx, store.Record{Kind: kind, ID: id, Data: own}); err != nil && !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

// onlyAlone refuses what would leave the other nodes with keys of before.
func (s *Server) onlyAlone() error {
	if s.nodes.self == nil {
		return nil
	}
	return fmt.Errorf("%w; then copy %s to all of them", journal.ErrSeveral, keysDir(s.options.Data))
}

// NodeOptions are what a server is told that is one of several over one store.
type NodeOptions struct {
	config.Node
	life time.Duration // how long a node that says nothing is waited for; 0 for the default
}
