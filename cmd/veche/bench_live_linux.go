package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"veche/server"
	"veche/server/live/client/swarm"
)

// liveScenario is one thing that bench live measures.
type liveScenario struct {
	name, about string
	run         func(*liveBench) error
}

var liveScenarios = []liveScenario{
	{"idle", "memory of sockets that are signed in and in the main hall", (*liveBench).idle},
	{"fanout", "one room at 30 and 300 remarks a second, against a raw write loop (and Centrifuge)", (*liveBench).fanout},
	{"stalled", "the same with 2 % of the sockets never reading, against none", (*liveBench).stalled},
	{"tables", "tables of 12, a remark a minute from everyone, durable", (*liveBench).tables},
	{"votes", "everyone votes within a minute, then 5,000 votes a second", (*liveBench).votes},
	{"restart", "the server restarts with everyone connected", (*liveBench).restart},
	{"cut", "30 % of the connections are cut each second", (*liveBench).cut},
	{"kill", "the server is killed under load, again and again", (*liveBench).kill},
	{"hostile", "entering beside slow headers and messages that never end", (*liveBench).hostile},
}

// liveBench is one run of bench live.
type liveBench struct {
	ctx        context.Context
	report     *benchReport
	progress   io.Writer
	dir        string // of its own
	sockets    int
	seconds    float64
	runs       int
	kills      int
	bytes      int
	centrifuge string // the peer's program, "" for none
	town       string // prepared data, copied for each server
	seed       uint64
	profiles   string // directory for the servers' profiles, "" for none
	servers    int    // started so far
}

func newBenchLiveCommands() []*cobra.Command {
	return []*cobra.Command{newBenchBoardCommand(), newBenchPollCommand(), newBenchLiveCommand(), newBenchLiveServerCommand()}
}

func newBenchLiveCommand() *cobra.Command {
	b := &liveBench{}
	var only string
	var full bool
	c := &cobra.Command{
		Use:   "live",
		Short: "Measure live rooms: memory, fan-out, durability, restarts, hostile clients",
		Long:  "Measure live rooms on this machine, over loopback: each server is a process of its own\nwith SQLite on this disk, this process is all the clients, in one thread.\n\n" + liveScenarioList() + "\nWithout --full the sizes are small and all takes under two minutes; with it they\nare those of a debate of 10,000, which takes about ten minutes and 20,000 open\nfiles (ulimit -n) for each of two processes.\n",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			chosen, err := chooseScenarios(only)
			if err != nil {
				return err
			}
			if full {
				for name, value := range map[string]string{"sockets": "10000", "seconds": "10", "runs": "2", "kills": "20"} {
					if !c.Flags().Changed(name) {
						if err := c.Flags().Set(name, value); err != nil {
							return err
						}
					}
				}
			}
			if b.sockets < 20 || b.sockets > 10_000 || b.runs < 1 || b.kills < 1 || b.seconds < 0.2 || b.bytes < 60 || b.bytes > 1900 {
				return usagef("want --sockets from 20 to 10000, --runs and --kills from 1, --seconds from 0.2, --bytes from 60 to 1900")
			}
			path, err := c.Flags().GetString("json")
			if err != nil {
				return err
			}
			if err := enoughFiles(b.sockets); err != nil {
				return err
			}
			b.ctx, b.progress, b.report = c.Context(), c.ErrOrStderr(), newBenchReport("live")
			return errors.Join(b.all(chosen), b.report.write(c.OutOrStdout(), path))
		},
	}
	c.Flags().StringVar(&only, "only", "", "run only these `SCENARIOS`, separated by commas")
	c.Flags().BoolVar(&full, "full", false, "the sizes of a debate of 10,000")
	c.Flags().IntVar(&b.sockets, "sockets", 300, "sockets, at most 10000")
	c.Flags().Float64Var(&b.seconds, "seconds", 3, "how long a load is kept up")
	c.Flags().IntVar(&b.runs, "runs", 1, "runs of each arm that is compared")
	c.Flags().IntVar(&b.kills, "kills", 3, "how often the server is killed")
	c.Flags().IntVar(&b.bytes, "bytes", 200, "bytes of a remark's text")
	c.Flags().Uint64Var(&b.seed, "seed", 1, "what the clients' chance comes from")
	c.Flags().StringVar(&b.profiles, "profiles", "", "write the servers' CPU and heap profiles to this `DIR`")
	c.Flags().StringVar(&b.centrifuge, "centrifuge", "", "measure this `PROGRAM` beside, built by scripts/bench/live")
	return c
}

func liveScenarioList() string {
	var t strings.Builder
	for _, s := range liveScenarios {
		fmt.Fprintf(&t, "  %-9s %s\n", s.name, s.about)
	}
	return t.String()
}

func chooseScenarios(only string) ([]liveScenario, error) {
	if only == "" {
		return liveScenarios, nil
	}
	var chosen []liveScenario
	for _, name := range strings.Split(only, ",") {
		at := slices.IndexFunc(liveScenarios, func(s liveScenario) bool { return s.name == strings.TrimSpace(name) })
		if at < 0 {
			return nil, usagef("there is no scenario %q in --only; there are:\n%s", name, liveScenarioList())
		}
		chosen = append(chosen, liveScenarios[at])
	}
	return chosen, nil
}

// enoughFiles refuses what this process, or a server with the same limit, could
// not open.
func enoughFiles(sockets int) error {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return fmt.Errorf("reading the limit of open files: %w", err)
	}
	if need := uint64(sockets + sockets/5 + 200); l.Cur < need {
		return fmt.Errorf("%d sockets need %d open files, the limit is %d: raise it (ulimit -n %d) or take fewer --sockets", sockets, need, l.Cur, need)
	}
	return nil
}

// all prepares the town and runs the scenarios; one that fails does not keep the
// others from being measured.
func (b *liveBench) all(chosen []liveScenario) (err error) {
	if b.dir, err = os.MkdirTemp("", "veche-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // the clients' pauses are not the server's
	b.town = filepath.Join(b.dir, "town")
	b.say("preparing a town of %d", b.sockets)
	if _, err := server.PrepareBench(b.ctx, b.town, b.sockets); err != nil {
		return err
	}
	for _, s := range chosen {
		begun := time.Now()
		if failed := s.run(b); failed != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", s.name, failed))
		}
		if b.ctx.Err() != nil {
			break
		}
		b.say("%s: done in %.0f s", s.name, time.Since(begun).Seconds())
	}
	return err
}

func (b *liveBench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, format+"\n", args...)
}

// serve starts a server of Veche.
func (b *liveBench) serve(plan serverPlan) (*liveServer, error) {
	b.servers++
	if b.profiles != "" {
		plan.Profile = filepath.Join(b.profiles, fmt.Sprintf("server-%d.pprof", b.servers))
	}
	return startServer(b.ctx, plan)
}

// ratio holds a figure against what it must reach.
func (b *liveBench) ratio(name string, value float64, want string) {
	b.report.Ratios = append(b.report.Ratios, benchRatio{name, value, want})
}

// copyTown makes a data directory of its own for a server.
func (b *liveBench) copyTown() (string, *server.Bench, error) {
	data, err := os.MkdirTemp(b.dir, "data-")
	if err != nil {
		return "", nil, err
	}
	if err := os.CopyFS(data, os.DirFS(b.town)); err != nil {
		return "", nil, err
	}
	if err := os.Chmod(filepath.Join(data, "keys"), 0o700); err != nil { // CopyFS widens it
		return "", nil, err
	}
	town, err := server.ReadBench(data)
	return data, town, err
}

// arm is a server with its clients.
type liveArm struct {
	*liveServer
	*swarm.Swarm
	town *server.Bench
	data string
}

// arm starts a server and connects sockets to the main hall: kind is "veche",
// "raw" or "centrifuge".
func (b *liveBench) arm(kind string, sockets int) (a *liveArm, err error) {
	a = &liveArm{}
	var d swarm.Dialect
	switch kind {
	case "raw":
		d = swarm.Bare{}
		a.liveServer, err = startServer(b.ctx, serverPlan{Raw: true})
	case "centrifuge":
		d = swarm.Centrifuge{}
		a.liveServer, err = startPeer(b.ctx, b.centrifuge)
	default:
		if a.data, a.town, err = b.copyTown(); err != nil {
			return nil, err
		}
		d = &swarm.Veche{Topic: a.town.Topic, Cookies: a.town.Cookies}
		a.liveServer, err = b.serve(serverPlan{Data: a.data})
	}
	if err != nil {
		return nil, err
	}
	if a.Swarm, err = swarm.New(sockets, a.address, d, b.seed); err != nil {
		return nil, errors.Join(err, a.stop())
	}
	return a, nil
}

// entering is how many sockets are on their way in at once.
const entering = 64

// enter connects all sockets.
func (a *liveArm) enter(b *liveBench) error {
	return a.Connect(b.ctx, a.Sockets, entering, 2*time.Minute)
}

// end closes the sockets and then the server.
func (a *liveArm) end() error {
	a.Swarm.Close()
	err := a.stop()
	if a.data != "" {
		err = errors.Join(err, os.RemoveAll(a.data))
	}
	return err
}
