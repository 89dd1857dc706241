package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"veche/server"
	"veche/server/live/client/swarm"
)

// serverPlan is what a server of a measurement is told on its first line.
type serverPlan struct {
	Raw    bool   `json:"raw"`
	Data   string `json:"data"`
	Listen string `json:"listen"` // "" for any port
	Rating bool   `json:"rating"`
	// Profile is where to write how it spent its processor time, "" nowhere;
	// beside it, with .heap at the end, what it had in memory.
	Profile string `json:"profile"`
}

// serverFacts answers a line to a server of a measurement: where it listens, or
// what it uses.
type serverFacts struct {
	Address  string  `json:"address,omitempty"`
	Resident float64 `json:"resident"` // KiB
	Settled  float64 `json:"settled"`  // KiB, once garbage is given back
	Logs     int64   `json:"logs"`
	Texts    int64   `json:"texts"`
	Records  int64   `json:"records"`
}

// newBenchLiveServerCommand is the process of a server: it reads a plan, says
// where it listens, answers each line with its facts, and ends with its input.
func newBenchLiveServerCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "live-server",
		Hidden: true,
		Args:   noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			in := bufio.NewScanner(c.InOrStdin())
			var plan serverPlan
			if !in.Scan() {
				return errors.Join(errors.New("there is no plan on the standard input"), in.Err())
			}
			if err := json.Unmarshal(in.Bytes(), &plan); err != nil {
				return fmt.Errorf("reading the plan: %w", err)
			}
			if plan.Raw {
				return serveRaw(c.Context(), in, c.OutOrStdout())
			}
			return serveBench(c.Context(), plan, in, c.OutOrStdout())
		},
	}
}

func serveRaw(ctx context.Context, in *bufio.Scanner, out io.Writer) error {
	r, err := swarm.NewRaw(50 * time.Millisecond)
	if err != nil {
		return err
	}
	return attended(ctx, in, out, "", r.Address(), &server.BenchReads{}, r.Serve)
}

func serveBench(ctx context.Context, plan serverPlan, in *bufio.Scanner, out io.Writer) (err error) {
	if plan.Listen == "" {
		plan.Listen = "127.0.0.1:0"
	}
	s, reads, err := server.OpenBench(ctx, plan.Data, plan.Listen, plan.Rating)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Listen(); err != nil {
		return err
	}
	if plan.Profile != "" {
		end, err := profile(plan.Profile)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, end()) }()
	}
	return attended(ctx, in, out, plan.Profile, strings.TrimPrefix(s.URL(), "http://"), reads, s.Serve)
}

// profile begins to write down what the processor's time goes into.
func profile(path string) (end func() error, err error) {
	cpu, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return nil, errors.Join(err, cpu.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return cpu.Close()
	}, nil
}

// attended serves until the input ends, and answers its lines.
func attended(ctx context.Context, in *bufio.Scanner, out io.Writer, profile, address string, reads *server.BenchReads, serve func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- serve(ctx) }()
	say := json.NewEncoder(out)
	asked := make(chan error, 1)
	go func() {
		err := say.Encode(serverFacts{Address: address})
		for err == nil && in.Scan() {
			f := serverFacts{Resident: residentKiB(), Logs: reads.Logs.Load(), Texts: reads.Texts.Load(), Records: reads.Records.Load()}
			debug.FreeOSMemory()
			f.Settled = residentKiB()
			if profile != "" {
				err = writeHeap(profile + ".heap")
			}
			if err == nil {
				err = say.Encode(f)
			}
		}
		asked <- err
	}()
	select {
	case err := <-served:
		return err
	case err := <-asked:
		stop()
		return errors.Join(err, <-served)
	}
}

// writeHeap writes down what is in memory.
func writeHeap(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(pprof.WriteHeapProfile(f), f.Close())
}

// liveServer is a server's process, as the clients' process has it.
type liveServer struct {
	address string
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	said    *strings.Builder // on its standard error
}

// startServer starts this program as a server.
func startServer(ctx context.Context, plan serverPlan) (*liveServer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	line, err := json.Marshal(plan)
	if err != nil {
		return nil, err
	}
	return launch(ctx, exec.CommandContext(ctx, self, "bench", "live-server"), append(line, '\n'))
}

// startPeer starts another program, which takes no plan and has no facts.
func startPeer(ctx context.Context, program string) (*liveServer, error) {
	return launch(ctx, exec.CommandContext(ctx, program), nil)
}

func launch(ctx context.Context, c *exec.Cmd, first []byte) (*liveServer, error) {
	s := &liveServer{process: c, said: &strings.Builder{}}
	c.Stderr = s.said
	var err error
	if s.in, err = c.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewScanner(out)
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("starting a server: %w", err)
	}
	if _, err = s.in.Write(first); err == nil {
		var f serverFacts
		f, err = s.answer()
		s.address = f.Address
	}
	if err != nil {
		return nil, errors.Join(err, s.stop(), ctx.Err())
	}
	return s, nil
}

func (s *liveServer) answer() (f serverFacts, err error) {
	if !s.out.Scan() {
		return f, fmt.Errorf("the server's process ended: %s", s.said)
	}
	return f, json.Unmarshal(s.out.Bytes(), &f)
}

// facts asks the server what it uses.
func (s *liveServer) facts() (serverFacts, error) {
	if _, err := io.WriteString(s.in, "facts\n"); err != nil {
		return serverFacts{}, err
	}
	return s.answer()
}

// stop ends the server in good order and waits for it.
func (s *liveServer) stop() error {
	_ = s.in.Close() // it may be gone already, which Wait tells
	if err := s.process.Wait(); err != nil {
		return fmt.Errorf("the server's process: %w: %s", err, s.said)
	}
	return nil
}

// kill ends the server at once.
func (s *liveServer) kill() error {
	if err := s.process.Process.Kill(); err != nil {
		return err
	}
	_ = s.process.Wait() // it was killed
	return nil
}

// cpu is the processor time that the server has taken, in seconds.
func (s *liveServer) cpu() float64 { return processorTime(s.process.Process.Pid) }

// processorTime is what a process has taken so far, in seconds.
func processorTime(pid int) float64 {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var user, system float64
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
		return 0
	}
	return (user + system) / 100 // Linux counts hundredths everywhere
}

// steadyPort finds a port that a server can have again after a restart: below
// those from which the system takes the clients' own ends, or a client that
// knocks at the closed port could become its own peer and hold it.
func steadyPort() (string, error) {
	for port := 20_000; port < 32_000; port++ {
		l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return l.Addr().String(), l.Close()
		}
	}
	return "", errors.New("no port from 20000 to 32000 is free")
}
