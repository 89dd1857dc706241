package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"veche/server"
)

func newServeCommand() *cobra.Command {
	var rehearsal rehearsalFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the platform",
		Long: `Run the platform until it is interrupted.

With --demo, and on a loopback address only, a made city's topics are played
into the data directory once, simulated participants debate, and a sign-in link
for each role is printed.

With --rehearse TOPIC nothing is served: simulated people debate over real
sockets on a copy of the topic, with its agenda, tables, numbers and limits, on
this machine and this disk; the topic is only read. They come in all at once,
late or never, take turns, react, ask, are cut off and come back, and once the
server is started anew. It ends with a list: what was measured, what it is held
against, go, look or no-go, and what to do. The exit code is 0 if nothing is
no-go.

Settings come from defaults, a file, the environment and these flags; "veche
config check" prints them.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			settings, err := loadSettings(c)
			if err != nil {
				return err
			}
			if rehearsal.topic != "" {
				if settings.Store != server.SQLite {
					return usagef("a rehearsal reads a data directory: copy the data to one with veche migrate --to DIR, and name it with --data DIR --store sqlite")
				}
				return rehearsal.rehearse(c, settings)
			}
			if name := rehearsal.given(c); name != "" {
				return usagef("--%s is of a rehearsal: name the topic with --rehearse TOPIC", name)
			}
			o := server.Options{
				Retention: settings.Retention, Settings: settings.List(),
				Data: settings.DataDir, Store: settings.Store, Bus: settings.Bus, Node: server.NodeOptions{Node: settings.Node}, Listen: settings.Listen, Metrics: settings.Metrics, PublicURL: settings.PublicURL, Demo: settings.Demo, Limits: settings.Limits, Open: settings.Open, Proxies: settings.Proxies(), Witnesses: settings.Witnesses, TLS: settings.TLS, SignIn: server.SignIn{Mail: settings.Mail, City: settings.City, NeedsFactor: settings.NeedsFactor()}, Drain: time.Duration(settings.DrainSeconds) * time.Second,
				Log: slog.New(settings.Handler(c.ErrOrStderr())),
			}
			if o.Demo && !server.Loopback(o.Listen) {
				return usagef("--demo gives every role away and listens on this machine only: use --listen 127.0.0.1:8080")
			}
			if o.Demo && settings.IsDefault("data_dir") {
				o.Data = filepath.Join(o.Data, "demo")
			}
			if swept, err := server.SweepRehearsals(o.Data); err != nil {
				o.Log.Warn("what a rehearsal left could not be removed", "error", err)
			} else if swept > 0 {
				o.Log.Warn("removed what rehearsals left that were killed", "directories", swept)
			}
			ctx := c.Context()
			if rehearsal.attended {
				ctx, _ = attend(ctx, c.InOrStdin())
			}
			return serve(ctx, o, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	addSettingFlags(c.Flags())
	rehearsal.add(c)
	c.AddCommand(newCrowdCommand())
	return c
}

func serve(ctx context.Context, o server.Options, stdout, stderr io.Writer) (err error) {
	if o.Demo {
		if err := server.PrepareDemo(ctx, o, progressTo(stderr)); err != nil {
			return err
		}
	}
	s, err := server.Open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Listen(); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Veche is running at %s\n", s.URL())
	if s.MetricsURL != "" {
		fmt.Fprintf(stdout, "Metrics are at %s\n", s.MetricsURL)
	}
	if o.Demo {
		fmt.Fprintln(stdout, "\nSign in with one click as")
		for _, l := range s.DemoLinks() {
			fmt.Fprintf(stdout, "  %-32s %s\n", l.Label, l.Href)
		}
		fmt.Fprintf(stdout, "\nThe data is in %s. Stop with Ctrl-C.\n", o.Data)
	}
	return serveSimulated(ctx, s, o.Demo)
}

// serveSimulated serves, with simulated participants in the demo.
func serveSimulated(ctx context.Context, s *server.Server, simulated bool) error {
	served := make(chan error, 1)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() { served <- s.Serve(ctx) }()
	if simulated {
		wait, err := s.Simulate(ctx)
		if err != nil {
			stop()
			return errors.Join(err, <-served)
		}
		defer wait()
	}
	err := <-served
	stop()
	return err
}

// progressTo writes a line for each step.
func progressTo(w io.Writer) func(string, ...any) {
	return func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
}
