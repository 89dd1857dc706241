package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"veche/server"
	"veche/server/config"
	"veche/server/live/client/load"
)

// liveArm is one load on one room.
type liveArm struct {
	name    string
	sockets int
	rate    float64 // remarks a second
}

func newBenchLiveCommand() *cobra.Command {
	var sockets, wide, runs, bytes int
	var rate, wideRate, seconds float64
	c := &cobra.Command{
		Use:   "live",
		Short: "Measure a live room: remark to disk, remark to everyone, memory a socket",
		Long: `Measure a live room of this process, with SQLite on this disk, under a load from
another process: how long a remark takes until it is acknowledged (durable) and
until each socket of the room has it, how many deliveries a second that makes,
and what an idle socket takes of the server's memory.

Two arms: a room of --sockets, and a wide one of --wide.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if sockets < 1 || wide < 0 || runs < 1 || rate <= 0 || wideRate <= 0 || seconds <= 0 || bytes < 30 || bytes > 1900 {
				return usagef("want --sockets, --runs, rates and --seconds above 0 and --bytes from 30 to 1900")
			}
			path, err := c.Flags().GetString("json")
			if err != nil {
				return err
			}
			arms := []liveArm{{fmt.Sprintf("%d sockets, %g/s", sockets, rate), sockets, rate}}
			if wide > 0 {
				arms = append(arms, liveArm{fmt.Sprintf("%d sockets, %g/s", wide, wideRate), wide, wideRate})
			}
			report := newBenchReport("live")
			for _, arm := range arms {
				if err := benchLive(c.Context(), report, arm, runs, seconds, bytes, c.ErrOrStderr()); err != nil {
					return err
				}
			}
			return report.write(c.OutOrStdout(), path)
		},
	}
	c.Flags().IntVar(&sockets, "sockets", 100, "sockets in the room")
	c.Flags().Float64Var(&rate, "rate", 20, "remarks a second")
	c.Flags().IntVar(&wide, "wide", 1000, "sockets in the wide room, 0 for none")
	c.Flags().Float64Var(&wideRate, "wide-rate", 30, "remarks a second in the wide room")
	c.Flags().Float64Var(&seconds, "seconds", 5, "how long each run takes")
	c.Flags().IntVar(&runs, "runs", 3, "runs of each arm")
	c.Flags().IntVar(&bytes, "bytes", 200, "bytes of a remark")
	return c
}

// benchLive measures one arm: a server here, the load in another process.
func benchLive(ctx context.Context, report *benchReport, arm liveArm, runs int, seconds float64, bytes int, progress io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "veche-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := server.Open(ctx, server.Options{Data: dir, Listen: "127.0.0.1:0", Limits: config.Limits{
		Sockets: -1, SocketsPerPerson: -1, SocketsPerAddress: -1, MessagesPerSecond: -1, MessagesBurst: -1, RemarksPerMinute: -1, RemarksBurst: -1,
	}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	fmt.Fprintf(progress, "%s: signing people in\n", arm.name)
	topicID, cookies, err := s.BenchDebate(ctx, arm.sockets)
	if err != nil {
		return err
	}
	if err := s.Listen(); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	defer func() {
		stop()
		err = errors.Join(err, <-served)
	}()
	plan := load.Plan{URL: s.URL(), Topic: topicID, Cookies: cookies, Rate: arm.rate, Seconds: seconds, Bytes: bytes}
	figures := map[string][]float64{}
	for run := range runs {
		fmt.Fprintf(progress, "%s: run %d of %d\n", arm.name, run+1, runs)
		idle, r, err := benchLiveRun(ctx, plan)
		if err != nil {
			return err
		}
		want := int64(r.Said) * int64(r.Sockets)
		if r.Failed > 0 || r.Cuts > 0 || r.Delivered != want {
			return fmt.Errorf("%s: of %d remarks %d failed, %d of %d receipts came, %d connections were cut", arm.name, r.Said, r.Failed, r.Delivered, want, r.Cuts)
		}
		for metric, value := range map[string]float64{
			"remark to ack p50": r.Ack.P50, "remark to ack p99": r.Ack.P99, "remark to receipt p50": r.Receipt.P50,
			"remark to receipt p99": r.Receipt.P99, "remark to receipt max": r.Receipt.Max, "delivered": r.PerSecond,
		} {
			figures[metric] = append(figures[metric], value)
		}
		if run == 0 { // later runs use again what the first one's sockets left
			figures["idle memory a socket"] = []float64{idle}
		}
	}
	for _, m := range []struct{ metric, unit string }{
		{"remark to ack p50", "ms"}, {"remark to ack p99", "ms"}, {"remark to receipt p50", "ms"}, {"remark to receipt p99", "ms"},
		{"remark to receipt max", "ms"}, {"delivered", "1/s"}, {"idle memory a socket", "KiB"},
	} {
		if m.unit == "KiB" && arm.sockets < 1000 {
			continue // the process's own ups and downs are larger
		}
		report.add(arm.name, m.metric, m.unit, figures[m.metric]...)
	}
	return nil
}

// benchLiveRun runs the load once; idle is what a socket that only listens adds
// to this process's resident memory, in KiB.
func benchLiveRun(ctx context.Context, plan load.Plan) (idle float64, r load.Result, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, r, err
	}
	child := exec.CommandContext(ctx, self, "bench", "live-load")
	child.Stderr = os.Stderr
	in, err := child.StdinPipe()
	if err != nil {
		return 0, r, err
	}
	out, err := child.StdoutPipe()
	if err != nil {
		return 0, r, err
	}
	before := settledKiB()
	if err := child.Start(); err != nil {
		return 0, r, err
	}
	defer func() { err = errors.Join(err, in.Close(), child.Wait()) }()
	if err := json.NewEncoder(in).Encode(plan); err != nil {
		return 0, r, err
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() { // all connected
		return 0, r, errors.New("the load could not connect")
	}
	idle = (settledKiB() - before) / float64(len(plan.Cookies))
	if _, err := io.WriteString(in, "go\n"); err != nil {
		return 0, r, err
	}
	if !lines.Scan() {
		return 0, r, errors.New("the load ended without a result")
	}
	return idle, r, json.Unmarshal(lines.Bytes(), &r)
}

// settledKiB is the resident memory once garbage is given back.
func settledKiB() float64 {
	time.Sleep(300 * time.Millisecond)
	debug.FreeOSMemory()
	return residentKiB()
}

// newBenchLiveLoadCommand is the other process: it reads a plan, connects, says
// so, waits for a line, and writes the result.
func newBenchLiveLoadCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "live-load",
		Hidden: true,
		Args:   noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			in := bufio.NewReader(c.InOrStdin())
			line, err := in.ReadBytes('\n')
			if err != nil {
				return fmt.Errorf("reading the plan: %w", err)
			}
			var plan load.Plan
			if err := json.Unmarshal(line, &plan); err != nil {
				return fmt.Errorf("reading the plan: %w", err)
			}
			l, err := load.Connect(c.Context(), plan)
			if err != nil {
				return err
			}
			defer l.Close()
			fmt.Fprintln(c.OutOrStdout(), "connected")
			if _, err := in.ReadBytes('\n'); err != nil {
				return fmt.Errorf("waiting to begin: %w", err)
			}
			r, err := l.Run(c.Context())
			if err != nil {
				return err
			}
			return json.NewEncoder(c.OutOrStdout()).Encode(r)
		},
	}
}
