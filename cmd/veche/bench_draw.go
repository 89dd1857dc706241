package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"veche/selection"
	"veche/selection/sample"
)

// drawArm is one pool to draw from.
type drawArm struct {
	name            string
	people, quotas  string // files
	size            int
	household, goal string
}

func newBenchDrawCommand() *cobra.Command {
	var instances string
	var people, seats, runs int
	c := &cobra.Command{
		Use:   "draw",
		Short: "Measure draws: CSV to panel as a separate process, every result checked",
		Long: `Measure draws. Each run is a "veche draw" of its own process, from CSV to the last file
written, with another seed; its panel is read back and checked against the quotas.

Pools are made by a generator: a small one, 12,000 people for 100 seats, and --people for
--seats with quotas of 0.5 % of the seats to both sides and with min = max, one person a
household. --instances adds every folder NAME_SEATS in it that holds categories.csv and
respondents.csv.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if people < 0 || seats < 1 || runs < 1 || people > 0 && people < 10*seats {
				return usagef("want --runs and --seats above 0, and --people 0 or at least ten times the seats")
			}
			path, err := c.Flags().GetString("json")
			if err != nil {
				return err
			}
			dir, err := os.MkdirTemp("", "veche-bench-draw-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			arms, err := drawArms(dir, instances, people, seats, c.ErrOrStderr())
			if err != nil {
				return err
			}
			report := newBenchReport("draw")
			for _, arm := range arms {
				if err := benchDraw(c.Context(), report, arm, runs, dir, c.ErrOrStderr()); err != nil {
					return fmt.Errorf("%s: %w", arm.name, err)
				}
			}
			return report.write(c.OutOrStdout(), path)
		},
	}
	f := c.Flags()
	f.StringVar(&instances, "instances", "", "folder of instances to draw from besides")
	f.IntVar(&people, "people", 1_200_000, "people of the large pools, 0 for none")
	f.IntVar(&seats, "seats", 10_000, "seats of the large pools")
	f.IntVar(&runs, "runs", 3, "draws of each pool")
	return c
}

// drawArms writes the made pools and finds the instances.
func drawArms(dir, instances string, people, seats int, progress io.Writer) ([]drawArm, error) {
	towns := []sample.Town{
		{People: 400, Seats: 30, Values: []int{2, 4, 5, 3, 6, 4, 3}, Tolerance: .05, Homes: 2, Skew: .6, Seed: 2},
		{People: 12_000, Seats: 100, Values: []int{2, 6, 20, 4, 3, 3, 4, 3}, Tolerance: .02, Homes: 2, Skew: .9, Seed: 3},
	}
	if people > 0 {
		loose := sample.City(people, seats)
		exact := loose
		exact.Exact = true
		towns = append(towns, loose, exact)
	}
	var arms []drawArm
	for i, town := range towns {
		arm := drawArm{size: town.Seats, household: "household", goal: "auto",
			name:   fmt.Sprintf("%d people, %d seats", town.People, town.Seats),
			people: filepath.Join(dir, fmt.Sprintf("people%d.csv", i)), quotas: filepath.Join(dir, fmt.Sprintf("quotas%d.csv", i))}
		if town.Exact {
			arm.name += ", min = max"
		}
		fmt.Fprintf(progress, "making %s\n", arm.name)
		made := sample.New(town)
		if err := writeWhole(arm.people, made.WriteCSV); err != nil {
			return nil, err
		}
		if err := writeWhole(arm.quotas, made.WriteQuotas); err != nil {
			return nil, err
		}
		arms = append(arms, arm)
	}
	if instances == "" {
		return arms, nil
	}
	folders, err := os.ReadDir(instances)
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		name := folder.Name()
		size, err := strconv.Atoi(name[strings.LastIndex(name, "_")+1:])
		if err != nil || !folder.IsDir() {
			continue
		}
		arms = append(arms, drawArm{name: name, size: size, goal: "auto",
			people: filepath.Join(instances, name, "respondents.csv"), quotas: filepath.Join(instances, name, "categories.csv")})
	}
	return arms, nil
}

// benchDraw draws from one pool and enters the figures.
func benchDraw(ctx context.Context, report *benchReport, arm drawArm, runs int, dir string, progress io.Writer) error {
	var cpu, wall, memory, lowest, gini, share []float64
	broken := 0.0
	for run := range runs {
		fmt.Fprintf(progress, "%s: draw %d of %d\n", arm.name, run+1, runs)
		out := filepath.Join(dir, "out")
		used, err := drawOnce(ctx, arm, run, out)
		if err != nil {
			return err
		}
		var r selection.Report
		body, err := os.ReadFile(filepath.Join(out, "report.json"))
		if err != nil {
			return err
		}
		if err := json.Unmarshal(body, &r); err != nil {
			return err
		}
		n, err := violations(arm, filepath.Join(out, "selected.csv"))
		if err != nil {
			return err
		}
		broken += float64(n)
		cpu, wall, memory = append(cpu, used.cpu), append(wall, used.wall), append(memory, used.mib)
		lowest, gini = append(lowest, r.MinProbability), append(gini, r.Gini)
		share = append(share, r.MinProbability/r.UpperBoundMinProbability)
	}
	report.add(arm.name, "CSV to files", "CPU s", cpu...)
	report.add(arm.name, "CSV to files", "s", wall...)
	report.add(arm.name, "memory at most", "MiB", memory...)
	report.add(arm.name, "lowest chance", "", lowest...)
	report.add(arm.name, "gini", "", gini...)
	report.Ratios = append(report.Ratios,
		benchRatio{arm.name + ": lowest chance / proven bound", slices.Min(share), "≥ 0.995"},
		benchRatio{arm.name + ": quotas, sizes and households broken", broken, "0"})
	return nil
}

type drawUse struct{ cpu, wall, mib float64 }

// drawOnce runs this program's draw as a process of its own.
func drawOnce(ctx context.Context, arm drawArm, seed int, out string) (drawUse, error) {
	self, err := os.Executable()
	if err != nil {
		return drawUse{}, err
	}
	args := []string{"draw", "--people", arm.people, "--quotas", arm.quotas, "--size", strconv.Itoa(arm.size),
		"--objective", arm.goal, "--seed", fmt.Sprint("bench ", seed), "--out", out}
	if arm.household != "" {
		args = append(args, "--household", arm.household)
	}
	c := exec.CommandContext(ctx, self, args...)
	var said strings.Builder
	c.Stderr = &said
	start := time.Now()
	if err := c.Run(); err != nil {
		return drawUse{}, fmt.Errorf("%w: %s", err, said.String())
	}
	use := drawUse{wall: time.Since(start).Seconds(), cpu: (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds()}
	if usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		use.mib = float64(usage.Maxrss) / 1024
	}
	return use, nil
}

// violations counts what a panel breaks: quotas missed, seats missing, second
// people of a household. It reads the file anew and shares nothing with the draw
// but the reader.
func violations(arm drawArm, selected string) (int, error) {
	var quotas selection.Quotas
	err := open(arm.quotas, func(r io.Reader) (err error) {
		quotas, err = selection.ReadQuotas(r)
		return err
	})
	if err != nil {
		return 0, err
	}
	f, err := os.Open(selected)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	t, err := selection.NewTable(bufio.NewReader(f))
	if err != nil {
		return 0, err
	}
	count, homes := map[[2]string]int{}, map[string]bool{}
	home, people, broken := t.Column(arm.household), 0, 0
	for {
		record, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return 0, err
		}
		people++
		for i, v := range record {
			count[[2]string{t.Header[i], v}]++
		}
		if home >= 0 {
			if homes[record[home]] {
				broken++
			}
			homes[record[home]] = true
		}
	}
	if people != arm.size {
		broken++
	}
	for _, q := range quotas {
		if n := count[[2]string{q.Feature, q.Value}]; n < q.Min || n > q.Max {
			broken++
		}
	}
	return broken, nil
}
