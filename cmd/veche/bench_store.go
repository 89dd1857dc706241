package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"veche/selection/sample"
	"veche/server"
)

func newBenchStoreCommand() *cobra.Command {
	var votes, people, turns int
	var seconds float64
	c := &cobra.Command{
		Use:   "store",
		Short: "Measure the store: durable events, a long log, an import of people",
		Long: `Measure what is kept on this disk. 1, 32 and 256 people vote, each waiting until the vote
is on the disk, in turns with a loop that inserts rows of that size in groups and does
nothing else, over the same engine and settings. A log of --votes votes is then opened as
a whole and from its snapshot, and a file of --people made people is imported by a "veche
import" of its own process.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if votes < 1 || people < 0 || turns < 1 || seconds <= 0 {
				return usagef("want --votes, --turns and --seconds above 0, and --people not below")
			}
			path, err := c.Flags().GetString("json")
			if err != nil {
				return err
			}
			dir, err := os.MkdirTemp("", "veche-bench-store-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			report := newBenchReport("store")
			b, err := server.MeasureStore(c.Context(), dir, []int{1, 32, 256}, turns, time.Duration(seconds*float64(time.Second)), votes, progressTo(c.ErrOrStderr()))
			if err != nil {
				return err
			}
			for _, r := range b.Rates {
				arm := fmt.Sprintf("%d at once", r.Writers)
				report.add(arm, "durable votes", "1/s", r.Votes...)
				report.add(arm, "rows of a bare loop", "1/s", r.Raw...)
				report.Ratios = append(report.Ratios, benchRatio{arm + ": votes to rows", median(r.Votes) / median(r.Raw), ">= 0.8"})
			}
			arm := fmt.Sprintf("a log of %d votes", b.Events)
			report.add(arm, "opened as a whole", "s", b.Replay.Seconds())
			report.add(arm, "opened from a snapshot", "s", b.Snapshot.Seconds())
			report.add(arm, "log", "bytes a vote", b.Log)
			report.add(arm, "database", "bytes a vote", b.File)
			if people > 0 {
				fmt.Fprintf(c.ErrOrStderr(), "%d people\n", people)
				use, err := measureImport(c, filepath.Join(dir, "people"), people)
				if err != nil {
					return err
				}
				arm := fmt.Sprintf("%d people", people)
				report.add(arm, "imported", "s", use.wall)
				report.add(arm, "imported", "CPU s", use.cpu)
				report.add(arm, "memory at most", "MiB", use.mib)
			}
			return report.write(c.OutOrStdout(), path)
		},
	}
	f := c.Flags()
	f.IntVar(&votes, "votes", 1_000_000, "votes in the log that is opened")
	f.IntVar(&people, "people", 1_200_000, "people to import, 0 for none")
	f.IntVar(&turns, "turns", 5, "turns of each number of writers")
	f.Float64Var(&seconds, "seconds", 2, "how long a turn is")
	return c
}

// measureImport imports a file of made people into an empty installation.
func measureImport(c *cobra.Command, dir string, people int) (use processUse, err error) {
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "people.csv")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return use, err
	}
	town := sample.City(people, min(people/10, 10_000))
	made := sample.New(town)
	if err := writeWhole(file, made.WriteCSV); err != nil {
		return use, err
	}
	var features []string
	var values [][]string
	for f, n := range town.Values {
		var all []string
		for v := range n {
			all = append(all, sample.Value(f, v))
		}
		features, values = append(features, sample.Feature(f)), append(values, all)
	}
	topic, err := server.PrepareImportBench(c.Context(), data, features, values)
	if err != nil {
		return use, err
	}
	use, _, err = measured(c.Context(), "import", "people", file, "--topic", topic, "--data", data)
	return use, err
}
