package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"veche/server/tally/sample"
)

func newBenchTallyCommand() *cobra.Command {
	var votes, people, ideas, runs int
	c := &cobra.Command{
		Use:   "tally",
		Short: "Measure rankings: votes to report as a separate process",
		Long: `Measure rankings. Each run is a "veche rank" of its own process on made votes, with another
seed: opinion groups, all orders, 200 resamples, from the vote log read to the report
written.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if votes < 1 || people < 1 || ideas < 1 || runs < 1 {
				return usagef("want --votes, --people, --ideas and --runs above 0")
			}
			path, err := c.Flags().GetString("json")
			if err != nil {
				return err
			}
			dir, err := os.MkdirTemp("", "veche-bench-tally-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			log, texts := filepath.Join(dir, "votes.csv"), filepath.Join(dir, "ideas.csv")
			if err := writeWhole(log, func(w io.Writer) error { return sample.WriteVotes(w, people, ideas, votes) }); err != nil {
				return err
			}
			if err := writeWhole(texts, func(w io.Writer) error { return sample.WriteIdeas(w, ideas) }); err != nil {
				return err
			}
			report := newBenchReport("tally")
			arm := fmt.Sprintf("%d votes, %d people, %d ideas", votes, people, ideas)
			var cpu, wall, memory []float64
			for run := range runs {
				fmt.Fprintf(c.ErrOrStderr(), "%s: run %d of %d\n", arm, run+1, runs)
				used, _, err := measured(c.Context(), "rank", "--votes", log, "--ideas", texts, "--seed", fmt.Sprint("bench ", run), "--out", filepath.Join(dir, "out"))
				if err != nil {
					return err
				}
				cpu, wall, memory = append(cpu, used.cpu), append(wall, used.wall), append(memory, used.mib)
			}
			report.add(arm, "votes to report", "CPU s", cpu...)
			report.add(arm, "votes to report", "s", wall...)
			report.add(arm, "memory at most", "MiB", memory...)
			return report.write(c.OutOrStdout(), path)
		},
	}
	f := c.Flags()
	f.IntVar(&votes, "votes", 2_000_000, "votes")
	f.IntVar(&people, "people", 10_000, "who votes")
	f.IntVar(&ideas, "ideas", 300, "what is voted on")
	f.IntVar(&runs, "runs", 3, "rankings")
	return c
}
