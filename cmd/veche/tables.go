package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"veche/selection"
)

// seating is one call of veche tables.
type seating struct {
	panel, features, seed, out string
	sizes                      string
	size, rounds               int
	together, apart            string
	join, present              string
	round, fewest              int
	options                    selection.PanelOptions
}

func newTablesCommand() *cobra.Command {
	var t seating
	c := &cobra.Command{
		Use:   "tables --panel FILE --features a,b,c --table-size 12 --out DIR",
		Short: "Seat a panel at balanced tables over several rounds",
		Long: `Seats the people of a CSV at tables: each table as close as possible to the make-up of its
group on every feature, people meeting as many others as possible over the rounds. With
--session and --language people are first put where they can come and in a language they
speak; a cell may name several between semicolons, an empty one stands for all. Pairs of
--together (an interpreter and a person) share every table, those of --apart none: two
identifiers a row. Writes tables.csv, report.json and, where someone finds no table,
unplaced.csv with the reasons to --out.

With --join a round of such a tables.csv is changed on the day: tables at which fewer than
six of the people listed in --present have come are joined with others, few people moved and
balance, sessions, languages and pairs kept. Writes tables.csv of that round, moves.csv and
report.json.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return t.run(c) },
	}
	f := c.Flags()
	f.StringVar(&t.panel, "panel", "", "CSV of the panel: a header, a row a person")
	f.StringVar(&t.features, "features", "", "columns to balance, comma-separated")
	f.IntVar(&t.size, "table-size", 12, "the most people at one table")
	f.StringVar(&t.sizes, "sizes", "", "the fewest and the most people at one table, such as 8-15, instead of --table-size")
	f.IntVar(&t.rounds, "rounds", 1, "how often people are mixed")
	f.StringVar(&t.seed, "seed", "", "text that settles the seating")
	f.StringVar(&t.options.ID, "id", "", "identifier column (default: id, or the column that ends in id, or the first)")
	f.StringVar(&t.options.Session, "session", "", "column of the sessions that people can attend")
	f.StringVar(&t.options.Language, "language", "", "column of the languages that people speak")
	f.StringVar(&t.together, "together", "", "CSV of pairs who share every table")
	f.StringVar(&t.apart, "apart", "", "CSV of pairs who share no table")
	f.StringVar(&t.join, "join", "", "tables.csv whose small tables are joined on the day")
	f.StringVar(&t.present, "present", "", "with --join: CSV of the people who have come")
	f.IntVar(&t.round, "round", 1, "with --join: the round that begins")
	f.IntVar(&t.fewest, "fewest", 0, "with --join: the fewest present at a table that stays (default 6, less for tables of fewer than 8)")
	f.StringVar(&t.out, "out", "", "directory for the result")
	return c
}

func (t *seating) run(c *cobra.Command) error {
	if t.panel == "" || t.features == "" || t.out == "" {
		return usagef("tables needs --panel FILE --features a,b,c --table-size N --out DIR")
	}
	if (t.join == "") != (t.present == "") {
		return usagef("--join needs --present, a list of the people who have come, and the other way round")
	}
	least, most, err := t.bounds(c.Flags().Changed("table-size"))
	if err != nil {
		return err
	}
	if t.rounds < 1 || t.round < 1 || t.fewest < 0 {
		return usagef("--rounds, --round and --fewest must be 1 or more, got %d, %d and %d", t.rounds, t.round, t.fewest)
	}
	for _, name := range strings.Split(t.features, ",") {
		t.options.Features = append(t.options.Features, strings.TrimSpace(name))
	}
	s, err := t.read()
	if err != nil {
		return err
	}
	s.Smallest, s.TableSize = least, most
	if t.join != "" {
		return t.joinTables(c, s)
	}
	tables, err := selection.Seat(c.Context(), s)
	if err != nil {
		return err
	}
	err = t.write(map[string]func(io.Writer) error{
		"tables.csv":  func(w io.Writer) error { return selection.WriteTables(w, s, tables) },
		"report.json": func(w io.Writer) error { return writeJSON(w, tables.Report) },
	})
	if err != nil {
		return err
	}
	if len(tables.Unplaced) > 0 {
		err := t.write(map[string]func(io.Writer) error{
			"unplaced.csv": func(w io.Writer) error { return selection.WriteUnplaced(w, s, tables) },
		})
		if err != nil {
			return err
		}
	}
	fmt.Fprint(c.ErrOrStderr(), tables.Report.Words())
	for i, one := range tables.Unplaced {
		if i == 10 {
			fmt.Fprintf(c.ErrOrStderr(), "  … and %d more in unplaced.csv\n", len(tables.Unplaced)-i)
			break
		}
		fmt.Fprintf(c.ErrOrStderr(), "  %s: %s\n", s.Pool.ID(s.People[one.Person]), one.Reason)
	}
	return nil
}

// bounds is the fewest, 0 for the default, and the most people at a table.
func (t *seating) bounds(sized bool) (least, most int, err error) {
	if t.sizes == "" {
		if t.size < 2 {
			return 0, 0, usagef("--table-size must be 2 or more, got %d", t.size)
		}
		return 0, t.size, nil
	}
	if sized {
		return 0, 0, usagef("give --sizes or --table-size, not both")
	}
	from, to, ok := strings.Cut(t.sizes, "-")
	least, errFrom := strconv.Atoi(from)
	most, errTo := strconv.Atoi(to)
	if !ok || errFrom != nil || errTo != nil || least < 1 || most < max(2, least) {
		return 0, 0, usagef("--sizes must be two numbers such as 8-15, got %q", t.sizes)
	}
	return least, most, nil
}

// read reads the panel and the pairs.
func (t *seating) read() (selection.Seating, error) {
	var s selection.Seating
	err := open(t.panel, func(r io.Reader) (err error) {
		s, err = selection.ReadPanel(r, t.options)
		return err
	})
	if err != nil {
		return s, err
	}
	s.Rounds, s.Seed = t.rounds, selection.TablesSeed(t.seed)
	for _, pairs := range []struct {
		file string
		into *[][2]int
	}{{t.together, &s.Together}, {t.apart, &s.Apart}} {
		if pairs.file == "" {
			continue
		}
		err := open(pairs.file, func(r io.Reader) (err error) {
			*pairs.into, err = selection.ReadPairs(r, s.Pool)
			return err
		})
		if err != nil {
			return s, err
		}
	}
	return s, nil
}

// joinTables changes a round on the day.
func (t *seating) joinTables(c *cobra.Command, s selection.Seating) error {
	a := selection.Attendance{Seating: s, Round: t.round, Present: make([]bool, len(s.People)), Fewest: t.fewest}
	err := open(t.join, func(r io.Reader) (err error) {
		a.Tables, err = selection.ReadTables(r, s)
		return err
	})
	if err != nil {
		return err
	}
	if t.round > len(a.Tables.Places) {
		return fmt.Errorf("%s has %d rounds, --round asks for %d", t.join, len(a.Tables.Places), t.round)
	}
	err = open(t.present, func(r io.Reader) error {
		list, err := selection.ReadIDs(r, s.Pool, t.options.ID)
		for _, i := range list {
			a.Present[i] = true // everyone of the pool is seated, in its order
		}
		return err
	})
	if err != nil {
		return err
	}
	joined, err := selection.Join(a)
	if err != nil {
		return err
	}
	after := *a.Tables
	after.Places = make([][]selection.Place, t.round)
	after.Places[t.round-1] = joined.Places
	fmt.Fprint(c.ErrOrStderr(), joined.Report.Words())
	return t.write(map[string]func(io.Writer) error{
		"tables.csv":  func(w io.Writer) error { return selection.WriteTables(w, s, &after) },
		"moves.csv":   func(w io.Writer) error { return selection.WriteMoves(w, s, joined.Moves) },
		"report.json": func(w io.Writer) error { return writeJSON(w, joined.Report) },
	})
}

func (t *seating) write(files map[string]func(io.Writer) error) error {
	if err := os.MkdirAll(t.out, 0o755); err != nil {
		return err
	}
	for name, write := range files {
		if err := writeWhole(filepath.Join(t.out, name), write); err != nil {
			return err
		}
	}
	return nil
}
