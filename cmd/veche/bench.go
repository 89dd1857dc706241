package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// benchReport is what a bench found, in the form of --json.
type benchReport struct {
	Name    string       `json:"name"`
	Machine string       `json:"machine"`
	Arms    []benchArm   `json:"arms"`
	Ratios  []benchRatio `json:"ratios"`
}

// benchArm is one figure over several runs.
type benchArm struct {
	Arm    string  `json:"arm"`
	Metric string  `json:"metric"`
	Unit   string  `json:"unit"`
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// benchRatio is a figure that is held against what it must reach.
type benchRatio struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Want  string  `json:"want"`
}

func newBenchReport(name string) *benchReport {
	return &benchReport{Name: name, Machine: fmt.Sprintf("%s/%s, %d CPUs, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()), Arms: []benchArm{}, Ratios: []benchRatio{}}
}

// add enters a figure of one or more runs.
func (r *benchReport) add(arm, metric, unit string, runs ...float64) {
	r.Arms = append(r.Arms, benchArm{arm, metric, unit, median(runs), slices.Min(runs), slices.Max(runs)})
}

// write prints the report as a table, and as JSON to path if there is one.
func (r *benchReport) write(w io.Writer, path string) error {
	fmt.Fprintf(w, "%s on %s\n", r.Name, r.Machine)
	fmt.Fprintf(w, "%-28s %-22s %12s %12s %12s  %s\n", "arm", "metric", "median", "min", "max", "unit")
	for _, a := range r.Arms {
		fmt.Fprintf(w, "%-28s %-22s %12.4g %12.4g %12.4g  %s\n", a.Arm, a.Metric, a.Median, a.Min, a.Max, a.Unit)
	}
	for _, x := range r.Ratios {
		fmt.Fprintf(w, "%s: %.3g (want %s)\n", x.Name, x.Value, x.Want)
	}
	if path == "" {
		return nil
	}
	return writeWhole(path, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	})
}

func newBenchCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure this build on this machine",
		Long:  "Measure this build on this machine. Figures of a busy machine say little: compare only what was measured side by side.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown bench %q: see veche bench --help", args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.PersistentFlags().String("json", "", "write the report as JSON to this `FILE`")
	c.AddCommand(
		newBenchClusterCommand(),
		newBenchDrawCommand(), newBenchStoreCommand(), newBenchTallyCommand(),
	)
	c.AddCommand(newBenchLiveCommands()...)
	return c
}

// processUse is what a run of this program as a process of its own took.
type processUse struct{ cpu, wall, mib float64 }

// measured runs this program as a process of its own and answers what it took
// and what it said on its standard error.
func measured(ctx context.Context, args ...string) (processUse, string, error) {
	self, err := os.Executable()
	if err != nil {
		return processUse{}, "", err
	}
	c := exec.CommandContext(ctx, self, args...)
	var said strings.Builder
	c.Stderr = &said
	start := time.Now()
	if err := c.Run(); err != nil {
		return processUse{}, "", fmt.Errorf("veche %s: %w: %s", args[0], err, said.String())
	}
	use := processUse{wall: time.Since(start).Seconds(), cpu: (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds()}
	if usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		use.mib = float64(usage.Maxrss) / 1024
	}
	return use, said.String(), nil
}

// residentKiB is the process's resident memory, 0 where the system does not say.
func residentKiB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kib float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kib); err == nil {
			return kib
		}
	}
	return 0
}

// median of at least one figure.
func median(figures []float64) float64 {
	sorted := slices.Sorted(slices.Values(figures))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
