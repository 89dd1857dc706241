// Command bench holds draws against the method of the field, side by side: the
// same pool, quotas and solver, everyone a variable of their own there, people
// alike one variable here. See scripts/bench/draw/run.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"veche/scripts/bench/figure"
	"veche/selection"
	"veche/selection/sample"
	"veche/selection/solver"
)

// report is what was found so far.
type report struct{ figure.Report }

func (r *report) add(name, metric, unit string, v float64) {
	r.Arms = append(r.Arms, figure.Arm{Arm: name, Metric: metric, Unit: unit, Median: v, Min: v, Max: v})
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	instances := flag.String("instances", "", "folder of instances NAME_SEATS with categories.csv and respondents.csv")
	only := flag.String("only", "", "draw from pools whose name contains this text")
	limit := flag.Duration("limit", 5*time.Minute, "give up on the peer after this much processor time")
	out := flag.String("json", "", "write the report to this file instead of standard output")
	flag.Parse()
	if flag.NArg() > 0 {
		return fmt.Errorf("unknown argument %q", flag.Arg(0))
	}
	cases, err := find(*instances)
	if err != nil {
		return err
	}
	warm, err := solver.New(context.Background()) // compiles it, which is kept
	if err != nil {
		return err
	}
	warm.Close()
	r := &report{figure.Report{
		Name: "draw against the method of the field", Arms: []figure.Arm{}, Ratios: []figure.Ratio{},
		Machine: fmt.Sprintf("%s/%s, %d CPUs, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()),
	}}
	for _, c := range cases {
		if !strings.Contains(c.name, *only) {
			continue
		}
		for _, objective := range []selection.Objective{selection.Maximin, selection.Leximin} {
			if err := r.compare(c, objective, *limit); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	var w io.Writer = os.Stdout
	if *out != "" {
		f, err := os.Create(*out)
		if err != nil {
			return err
		}
		defer f.Close()
		w = f
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// instance is one pool to draw from.
type instance struct {
	name   string
	pool   *selection.Pool
	quotas selection.Quotas
	size   int
}

// find reads the instances, and makes one pool so that there is always one.
func find(folder string) ([]instance, error) {
	town := sample.Town{People: 150, Seats: 20, Values: []int{2, 4, 3, 3}, Tolerance: .05, Skew: .6, Seed: 2}
	made := sample.New(town)
	pool, err := made.Pool()
	if err != nil {
		return nil, err
	}
	list := []instance{{"made_20", pool, made.Quotas, town.Seats}}
	if folder == "" {
		return list, nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		size, err := strconv.Atoi(e.Name()[strings.LastIndex(e.Name(), "_")+1:])
		if err != nil || !e.IsDir() {
			continue
		}
		one := instance{name: e.Name(), size: size}
		dir := filepath.Join(folder, e.Name())
		if err := read(filepath.Join(dir, "categories.csv"), func(f io.Reader) (err error) {
			one.quotas, err = selection.ReadQuotas(f)
			return err
		}); err != nil {
			return nil, err
		}
		if err := read(filepath.Join(dir, "respondents.csv"), func(f io.Reader) (err error) {
			one.pool, err = selection.ReadPeople(f, one.quotas, selection.PeopleOptions{})
			return err
		}); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

func read(path string, do func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return do(f)
}

// compare draws by both methods and enters time, lowest chance and gini.
func (r *report) compare(c instance, objective selection.Objective, limit time.Duration) error {
	name := fmt.Sprintf("%s, %s", c.name, objective)
	fmt.Fprintln(os.Stderr, name)
	start := cpu()
	ours, err := selection.Draw(context.Background(), selection.Problem{Pool: c.pool, Quotas: c.quotas, Size: c.size, Objective: objective})
	if err != nil {
		return err
	}
	ourTime := cpu() - start
	low, gini := measures(ours.Probability)
	r.add(name+": veche", "time", "CPU s", ourTime)
	r.add(name+": veche", "lowest chance", "", low)
	r.add(name+": veche", "gini", "", gini)

	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	start = cpu()
	go func() { // of this process, so that a busy machine is no excuse
		for ctx.Err() == nil {
			if cpu()-start > limit.Seconds() {
				stop()
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	chance, panels, err := drawPeer(ctx, c, objective == selection.Leximin)
	peerTime := cpu() - start
	r.add(name+": person by person", "time", "CPU s", peerTime)
	r.add(name+": person by person", "panels", "", float64(panels))
	if err != nil && ctx.Err() != nil {
		r.add(name+": person by person", "finished", "", 0)
		r.Ratios = append(r.Ratios, figure.Ratio{Name: name + ": time at least, the peer not finished", Value: peerTime / ourTime, Want: "> 1"})
		return nil
	}
	if err != nil {
		return err
	}
	peerLow, peerGini := measures(chance)
	r.add(name+": person by person", "finished", "", 1)
	r.add(name+": person by person", "lowest chance", "", peerLow)
	r.add(name+": person by person", "gini", "", peerGini)
	r.Ratios = append(r.Ratios,
		figure.Ratio{Name: name + ": time, peer / veche", Value: peerTime / ourTime, Want: "> 1"},
		figure.Ratio{Name: name + ": lowest chance, veche / peer", Value: low / peerLow, Want: "≥ 0.999"})
	return nil
}

func drawPeer(ctx context.Context, c instance, leximin bool) (chance []float64, panels int, err error) {
	p, err := newPeer(ctx, c.pool, c.quotas, c.size)
	if err != nil {
		return nil, 0, err
	}
	defer p.close()
	chance, err = p.lottery(leximin)
	return chance, len(p.panels), err
}

// measures are the lowest chance and the gini coefficient.
func measures(chance []float64) (low, gini float64) {
	sorted := slices.Sorted(slices.Values(chance))
	sum, weighted := 0.0, 0.0
	for i, p := range sorted {
		sum += p
		weighted += float64(2*i+1-len(sorted)) * p
	}
	return sorted[0], weighted / (sum * float64(len(sorted)))
}

// cpu is the processor time of this process so far, in seconds.
func cpu() float64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return float64(use.Utime.Sec+use.Stime.Sec) + float64(use.Utime.Usec+use.Stime.Usec)/1e6
}
