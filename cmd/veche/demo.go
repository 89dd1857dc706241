package main

import (
	"github.com/spf13/cobra"

	"veche/server"
)

func newDemoCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Play a whole topic of a made city and write the planner's files",
		Long: `Play a whole topic of a made city through the real platform: 20,000 people
apply, 500 are drawn, they debate at tables and submit ideas in two languages,
the ideas are clustered and curated, everyone rates, the votes are ranked.

Writes ranking.csv, ranking.xlsx, ranking.json, report.html and bundle.zip.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return server.Demonstrate(c.Context(), out, c.OutOrStdout(), progressTo(c.ErrOrStderr()))
		},
	}
	c.Flags().StringVar(&out, "out", ".", "directory for the files")
	return c
}
