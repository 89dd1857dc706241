package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"veche/server/config"
	"veche/server/store"
	lent "veche/server/store/storetest/served"
)

const (
	// lifeEnv is how long a node that says nothing is waited for; the default of
	// servers where it is empty.
	lifeEnv    = "VECHE_NODES_LIFE"
	nodeEnv    = "VECHE_SERVER_TEST_NODE" // name, listen, peers' listen, store, bus, secret, log
	publicName = "http://veche.test"
)

// serveNode is the process of one node: the server as the serve command runs it,
// but that its store is another process's, and people may write as fast as they
// can.
func serveNode(dir string) error {
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // the parent has died, or wants an end
		stop()
	}()
	part := strings.Split(os.Getenv(nodeEnv), ",")
	o := nodeOptions(dir, part[0], part[1], part[2], lent.Open(part[3]), part[4], part[5])
	file, err := os.OpenFile(part[6], os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if text := os.Getenv(lifeEnv); text != "" {
		if o.Node.life, err = time.ParseDuration(text); err != nil {
			return err
		}
	}
	c := config.Default()
	c.LogLevel = "info"
	o.Log = slog.New(c.Handler(file)).With("node", part[0])
	s, err := Open(ctx, o)
	if err != nil {
		return err
	}
	if err := s.Listen(); err != nil {
		return errors.Join(err, s.Close())
	}
	fmt.Println(s.URL())
	return errors.Join(s.Serve(ctx), s.Close())
}

func nodeOptions(dir, name, listen, peers string, s store.Store, bus, secret string) Options {
	limits := config.Default().Limits
	limits.RemarksPerMinute, limits.MessagesPerSecond, limits.RoomPerSecond = -1, -1, -1
	limits.SocketsPerPerson, limits.SocketsPerAddress = 1000, 10_000
	return Options{
		Data: dir, Listen: listen, PublicURL: publicName, Limits: limits, Bus: bus, shared: s,
		Node: NodeOptions{Node: config.Node{Name: name, Listen: peers, SecretFile: secret}},
	}
}
