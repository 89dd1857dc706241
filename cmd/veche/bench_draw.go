package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"veche/selection"
)

func newBenchDrawCommand() *cobra.Command {
	var pools drawPools
	var runs int
	c := &cobra.Command{
		Use:   "draw",
		Short: "Measure draws: CSV to panel as a separate process, every result checked",
		Long: `Measure draws. Each run is a "veche draw" of its own process, from CSV to the last file
written, with another seed; its panel is read back and checked against the quotas.

Pools are made by a generator: small ones to 5,000 people and 250 seats, 12,000 people for
100 seats, and --people for --seats with quotas of 0.5 % of the seats to both sides and with
min = max, one person a household. --instances adds every folder NAME_SEATS in it that holds
categories.csv and respondents.csv, --registers every CSV of 2,000 people in it, with quotas
of their shares to both sides of the nearest seat. --only draws from those whose name
contains its text.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if pools.people < 0 || pools.seats < 1 || runs < 1 || pools.people > 0 && pools.people < 10*pools.seats {
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
			pools.dir, pools.progress = dir, c.ErrOrStderr()
			arms, err := pools.arms()
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
	f.StringVar(&pools.instances, "instances", "", "folder of instances to draw from besides")
	f.StringVar(&pools.registers, "registers", "", "folder of CSV files of 2,000 people to draw from besides")
	f.StringVar(&pools.only, "only", "", "draw from pools whose name contains this text")
	f.IntVar(&pools.people, "people", 1_200_000, "people of the large pools, 0 for none")
	f.IntVar(&pools.seats, "seats", 10_000, "seats of the large pools")
	f.IntVar(&runs, "runs", 3, "draws of each pool")
	return c
}

// benchDraw draws from one pool and enters the figures.
func benchDraw(ctx context.Context, report *benchReport, arm drawArm, runs int, dir string, progress io.Writer) error {
	var cpu, wall, memory, lowest, gini, share, types []float64
	broken := 0.0
	for run := range runs {
		fmt.Fprintf(progress, "%s: draw %d of %d\n", arm.name, run+1, runs)
		out := filepath.Join(dir, "out")
		args := []string{
			"draw", "--people", arm.people, "--quotas", arm.quotas, "--size", strconv.Itoa(arm.size),
			"--objective", arm.goal, "--seed", fmt.Sprint("bench ", run), "--out", out,
		}
		if arm.household != "" {
			args = append(args, "--household", arm.household)
		}
		if err := os.RemoveAll(out); err != nil { // a draw leaves the files of another alone
			return err
		}
		used, _, err := measured(ctx, args...)
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
		share, types = append(share, r.Reached()), append(types, float64(r.Types))
	}
	report.add(arm.name, "types", "", types...)
	report.add(arm.name, "CSV to files", "CPU s", cpu...)
	report.add(arm.name, "CSV to files", "s", wall...)
	report.add(arm.name, "memory at most", "MiB", memory...)
	report.add(arm.name, "lowest chance", "", lowest...)
	report.add(arm.name, "gini", "", gini...)
	enter := func(name string, value float64, sign string, want float64) {
		if want > 0 {
			report.Ratios = append(report.Ratios, benchRatio{arm.name + ": " + name, value, fmt.Sprintf("%s %g", sign, want)})
		}
	}
	w := arm.want
	enter("lowest chance / proven bound", slices.Min(share), "≥", max(w.share, 0.995))
	enter("lowest chance", slices.Min(lowest), "≥", w.lowest)
	enter("gini", slices.Max(gini), "≤", w.gini)
	enter("CPU s", slices.Max(cpu), "<", w.cpu)
	enter("MiB", slices.Max(memory), "≤", w.mib)
	report.Ratios = append(report.Ratios, benchRatio{arm.name + ": quotas, sizes and households broken", broken, "0"})
	return nil
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
