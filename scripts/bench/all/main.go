// Command all runs every measurement of Veche, holds the figures against their
// limits and against the last time, and writes them as one file and one page.
// See scripts/bench/run.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"veche/scripts/bench/figure"
)

// figures is everything of one run.
type figures struct {
	Commit  string          `json:"commit"`
	Began   time.Time       `json:"began"`
	Seconds float64         `json:"seconds"`
	Machine string          `json:"machine"`
	Load    string          `json:"load"` // of the machine when it began: one, five and fifteen minutes
	Quick   bool            `json:"quick"`
	Reports []figure.Report `json:"reports"`
	Limits  []held          `json:"limits"`
	Failed  []string        `json:"failed"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	var p programs
	var quick bool
	var only, out, commit string
	flag.StringVar(&p.veche, "veche", "", "the program")
	flag.StringVar(&p.centrifuge, "centrifuge", "", "the library beside it")
	flag.StringVar(&commit, "commit", "unknown", "what is measured")
	flag.StringVar(&out, "out", "", "folder of the figures")
	flag.StringVar(&only, "only", "", "only measurements of these names, separated by commas")
	flag.BoolVar(&quick, "quick", false, "small sizes")
	flag.Parse()
	load, _ := os.ReadFile("/proc/loadavg") // it is told where it is known
	f := figures{Commit: commit, Began: time.Now().UTC().Truncate(time.Second), Quick: quick, Load: strings.Join(first(strings.Fields(string(load)), 3), " "), Failed: []string{}}
	names := slices.DeleteFunc(strings.Split(only, ","), func(s string) bool { return s == "" })
	for _, m := range measurements(p, quick) {
		if len(names) > 0 && !slices.Contains(names, m.name) {
			continue
		}
		began := time.Now()
		fmt.Fprintf(os.Stderr, "%s: %s\n", m.name, strings.Join(m.args, " "))
		r, err := m.run(ctx, out)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			f.Failed = append(f.Failed, m.name+": "+err.Error())
			fmt.Fprintf(os.Stderr, "%s: %v\n", m.name, err)
			continue
		}
		f.Machine = r.Machine
		f.Reports = append(f.Reports, r)
		fmt.Fprintf(os.Stderr, "%s: %.0f s\n", m.name, time.Since(began).Seconds())
	}
	f.Seconds = time.Since(f.Began).Seconds()
	f.Limits = hold(f.Reports, quick)
	last, err := readFigures(filepath.Join(out, "figures.json"))
	if err != nil {
		return err
	}
	if err := write(out, f, last); err != nil {
		return err
	}
	for _, h := range f.Limits {
		fmt.Println(h)
	}
	fmt.Printf("%s and figures.html in %s, after %.0f s\n", "figures.json", out, f.Seconds)
	if len(f.Failed) > 0 {
		return fmt.Errorf("%d measurements could not be made: %s", len(f.Failed), strings.Join(f.Failed, "; "))
	}
	return nil
}

func first(words []string, n int) []string { return words[:min(n, len(words))] }

// programs are what is measured.
type programs struct{ veche, centrifuge string }

// measurement is one command that writes a report.
type measurement struct {
	name string
	args []string
}

func (m measurement) run(ctx context.Context, dir string) (r figure.Report, err error) {
	file := filepath.Join(dir, m.name+".json")
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return r, err
	}
	c := exec.CommandContext(ctx, m.args[0], append(m.args[1:], "--json", file)...)
	c.Stderr = os.Stderr
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 10 * time.Second
	if err := c.Run(); err != nil {
		return r, err
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(b, &r)
}

// readFigures reads what was written the last time, nil for nothing.
func readFigures(file string) (*figures, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var f figures
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &f, nil
}

func write(dir string, f figures, last *figures) error {
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "figures.html"), []byte(page(f, last)), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "figures.json"), append(b, '\n'), 0o644)
}
