package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"veche/selection"
)

func newTablesCommand() *cobra.Command {
	var panel, features, seed, id, out string
	var size, rounds int
	c := &cobra.Command{
		Use:   "tables --panel FILE --features a,b,c --table-size 12 --out DIR",
		Short: "Seat a panel at balanced tables over several rounds",
		Long: `Seats the people of a CSV at tables: each table as close as possible to the panel's make-up
on every feature, people meeting as many others as possible over the rounds. Writes tables.csv
and report.json to --out.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if panel == "" || features == "" || out == "" {
				return usagef("tables needs --panel FILE --features a,b,c --table-size N --out DIR")
			}
			if size < 2 {
				return usagef("--table-size must be 2 or more, got %d", size)
			}
			if rounds < 1 {
				return usagef("--rounds must be 1 or more, got %d", rounds)
			}
			names := strings.Split(features, ",")
			for i := range names {
				names[i] = strings.TrimSpace(names[i])
			}
			s := selection.Seating{Features: names, TableSize: size, Rounds: rounds, Seed: selection.TablesSeed(seed)}
			err := open(panel, func(r io.Reader) (err error) {
				s.Pool, err = selection.ReadPanel(r, names, id)
				return err
			})
			if err != nil {
				return err
			}
			for i := range s.Pool.Len() {
				s.People = append(s.People, i)
			}
			tables, err := selection.Seat(c.Context(), s)
			if err != nil {
				return err
			}
			if err := os.MkdirAll(out, 0o755); err != nil {
				return err
			}
			err = createFile(filepath.Join(out, "tables.csv"), func(w io.Writer) error {
				return selection.WriteTables(w, s, tables)
			})
			if err != nil {
				return err
			}
			return createFile(filepath.Join(out, "report.json"), func(w io.Writer) error {
				return writeJSON(w, tables.Report)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&panel, "panel", "", "CSV of the panel: a header, a row a person")
	f.StringVar(&features, "features", "", "columns to balance, comma-separated")
	f.IntVar(&size, "table-size", 12, "the most people at one table")
	f.IntVar(&rounds, "rounds", 1, "how often people are mixed")
	f.StringVar(&seed, "seed", "", "text that settles the seating")
	f.StringVar(&id, "id", "", "identifier column (default: id, or the column that ends in id, or the first)")
	f.StringVar(&out, "out", "", "directory for the result")
	return c
}
