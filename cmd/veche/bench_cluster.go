package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"veche/nlp/sample"
)

func newBenchClusterCommand() *cobra.Command {
	var ideas, runs int
	c := &cobra.Command{
		Use:   "cluster",
		Short: "Measure clustering: file to report as a separate process",
		Long: `Measure clustering. Each run is a "veche cluster" of its own process on made texts of 15
words in 60 topics, one in fifty nearly a repeat, from the file read to the report
written: near-duplicates, the choice of the number and the labels included.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if ideas < 1 || runs < 1 {
				return usagef("want --ideas and --runs above 0")
			}
			path, err := c.Flags().GetString("json")
			if err != nil {
				return err
			}
			dir, err := os.MkdirTemp("", "veche-bench-cluster-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			file := filepath.Join(dir, "ideas.csv")
			err = writeWhole(file, func(w io.Writer) error { return sample.WriteCSV(w, sample.Texts(ideas, 42)) })
			if err != nil {
				return err
			}
			report := newBenchReport("cluster")
			arm := strconv.Itoa(ideas) + " ideas"
			var cpu, wall, memory []float64
			for run := range runs {
				fmt.Fprintf(c.ErrOrStderr(), "%s: run %d of %d\n", arm, run+1, runs)
				used, said, err := measured(c.Context(), "cluster", "--ideas", file, "--lang", "en",
					"--seed", fmt.Sprint("bench ", run), "--out", filepath.Join(dir, "out"))
				if err != nil {
					return err
				}
				fmt.Fprint(c.ErrOrStderr(), indent(said))
				cpu, wall, memory = append(cpu, used.cpu), append(wall, used.wall), append(memory, used.mib)
			}
			report.add(arm, "file to report", "CPU s", cpu...)
			report.add(arm, "file to report", "s", wall...)
			report.add(arm, "memory at most", "MiB", memory...)
			return report.write(c.OutOrStdout(), path)
		},
	}
	f := c.Flags()
	f.IntVar(&ideas, "ideas", 107_000, "texts to cluster")
	f.IntVar(&runs, "runs", 3, "clusterings")
	return c
}

// indent sets what another process said apart.
func indent(said string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(said, "\n"), "\n", "\n  ") + "\n"
}
