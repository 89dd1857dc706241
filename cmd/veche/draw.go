package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"veche/selection"
)

// drawing holds the flags of `veche draw`.
type drawing struct {
	people, quotas      string
	size, reserves      int
	objective           string
	id, household       string
	exclude, mustHave   string
	already, out        string
	stderr              io.Writer
	pool                *selection.Pool
	problem             selection.Problem
	start               time.Time
	mustInclude, seated []int
	ceremony            ceremony
}

func newDrawCommand() *cobra.Command {
	d := &drawing{}
	c := &cobra.Command{
		Use:   "draw --people FILE --quotas FILE --size K --out DIR",
		Short: "Draw a panel by lottery: quotas met exactly, chances as equal as they allow",
		Long: `Draws a panel from a CSV of people so that every quota is met exactly and everyone's
chance is as equal as the quotas allow. Writes selected.csv, remaining.csv, reserves.csv,
probabilities.csv, report.json, report.html and proof.json to --out.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d.stderr = c.ErrOrStderr()
			return d.run(c.Context())
		},
	}
	f := c.Flags()
	f.StringVar(&d.people, "people", "", "CSV of people: a header, a row a person")
	f.StringVar(&d.quotas, "quotas", "", "CSV of quotas: feature,value,min,max[,min_flex,max_flex]")
	f.IntVar(&d.size, "size", 0, "seats of the panel")
	f.IntVar(&d.reserves, "reserves", 0, "ordered replacements to draw besides")
	f.StringVar(&d.objective, "objective", "auto", "auto, leximin, maximin, nash or goldilocks")
	f.StringVar(&d.id, "id", "", "identifier column (default: id, or the column that ends in id, or the first)")
	f.StringVar(&d.household, "household", "", "address columns, comma-separated: one person an address")
	f.StringVar(&d.exclude, "exclude", "", "CSV of identifiers that cannot be drawn")
	f.StringVar(&d.mustHave, "must-include", "", "CSV of identifiers that get a seat in any case")
	f.StringVar(&d.already, "already-selected", "", "CSV of identifiers that hold a seat already; they count towards size and quotas")
	f.StringVar(&d.out, "out", "", "directory for the result")
	d.ceremony.flags(f)
	return c
}

func (d *drawing) run(ctx context.Context) error {
	d.start = time.Now()
	defer debug.SetGCPercent(debug.SetGCPercent(50)) // a pool of millions is most of the memory
	for _, flag := range [][2]string{{"--people", d.people}, {"--quotas", d.quotas}, {"--out", d.out}} {
		if flag[1] == "" {
			return usagef("draw needs --people FILE --quotas FILE --size K --out DIR: %s is missing", flag[0])
		}
	}
	if d.size < 1 {
		return usagef("draw needs --size K, the seats of the panel, 1 or more; got %d", d.size)
	}
	if d.reserves < 0 {
		return usagef("--reserves must not be negative, got %d", d.reserves)
	}
	if err := d.ceremony.check(); err != nil {
		return err
	}
	objective, err := selection.ParseObjective(d.objective)
	if err != nil {
		return usageError{err}
	}
	d.problem = selection.Problem{Size: d.size, Objective: objective, Reserves: d.reserves}
	if err := d.read(); err != nil {
		return err
	}
	if done, err := d.ceremony.prepare(&d.problem, d.homes(), d.out, d.say); done || err != nil {
		return err
	}
	d.problem.Progress = func(p selection.Progress) { d.say(p.Step) }
	result, err := selection.Draw(ctx, d.problem)
	if err != nil {
		return err
	}
	proof, err := d.ceremony.prove(d.problem, result)
	if err != nil {
		return err
	}
	if err := d.write(result, proof); err != nil {
		return err
	}
	d.say(fmt.Sprintf("%d of %d people drawn, lowest chance %.6g, %s", len(result.Selected), result.Report.Eligible, result.Report.MinProbability, d.out))
	return nil
}

func (d *drawing) say(step string) {
	fmt.Fprintf(d.stderr, "%6.2fs %s\n", time.Since(d.start).Seconds(), step)
}

func (d *drawing) homes() []string {
	if d.household == "" {
		return nil
	}
	return strings.Split(d.household, ",")
}

func (d *drawing) read() error {
	d.say("reading quotas and people")
	err := open(d.quotas, func(r io.Reader) (err error) {
		d.problem.Quotas, err = selection.ReadQuotas(r)
		return err
	})
	if err != nil {
		return err
	}
	err = open(d.people, func(r io.Reader) (err error) {
		d.pool, err = selection.ReadPeople(r, d.problem.Quotas, selection.PeopleOptions{ID: d.id, Household: d.homes()})
		return err
	})
	if err != nil {
		return err
	}
	d.problem.Pool = d.pool
	var excluded []int
	for _, list := range []struct {
		file string
		to   *[]int
	}{{d.exclude, &excluded}, {d.mustHave, &d.mustInclude}, {d.already, &d.seated}} {
		if list.file == "" {
			continue
		}
		err := open(list.file, func(r io.Reader) (err error) {
			*list.to, err = selection.ReadIDs(r, d.pool, d.id)
			return err
		})
		if err != nil {
			return err
		}
	}
	if excluded != nil {
		d.problem.Excluded = []selection.Group{{Reason: "on the list of people who cannot be drawn", People: excluded}}
	}
	if d.seated != nil {
		d.problem.Fixed = append(d.problem.Fixed, selection.Group{Reason: "selected already", People: d.seated})
	}
	if d.mustInclude != nil {
		d.problem.Fixed = append(d.problem.Fixed, selection.Group{Reason: "must be included", People: d.mustInclude})
	}
	return nil
}

// open reads a file, naming it in every error.
func open(path string, read func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := read(bufio.NewReaderSize(f, 1<<20)); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func (d *drawing) write(result *selection.Result, proof *selection.Proof) error {
	d.say("writing")
	if err := os.MkdirAll(d.out, 0o755); err != nil {
		return err
	}
	chosen := make([]int8, d.pool.Len()) // 1 in selected.csv, 2 seated before
	for _, i := range result.Selected {
		chosen[i] = 1
	}
	for _, i := range d.mustInclude {
		chosen[i] = 1
	}
	for _, i := range d.seated {
		chosen[i] = 2
	}
	err := d.create("selected.csv", func(selected io.Writer) error {
		return d.create("remaining.csv", func(remaining io.Writer) error {
			return open(d.people, func(r io.Reader) error {
				return selection.SplitPeople(r, nil, func(i int) io.Writer {
					switch {
					case i < 0:
						return io.MultiWriter(selected, remaining)
					case chosen[i] == 1:
						return selected
					case chosen[i] == 0:
						return remaining
					}
					return io.Discard
				})
			})
		})
	})
	if err != nil {
		return err
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"reserves.csv", func(w io.Writer) error { return selection.WriteReserves(w, d.pool, result) }},
		{"probabilities.csv", func(w io.Writer) error { return selection.WriteProbabilities(w, d.pool, result) }},
		{"report.json", func(w io.Writer) error { return writeJSON(w, result.Report) }},
		{"report.html", func(w io.Writer) error {
			return selection.WriteReportHTML(w, selection.ReportPage{Report: result.Report, Proof: proof, PanelNumber: result.PanelNumber})
		}},
		{"proof.json", func(w io.Writer) error { return json.NewEncoder(w).Encode(proof) }}, // a number a line would be long
	} {
		if err := d.create(file.name, file.write); err != nil {
			return err
		}
	}
	return nil
}

func (d *drawing) create(name string, write func(io.Writer) error) error {
	return createFile(filepath.Join(d.out, name), write)
}

// createFile writes a file through a buffer; a failed close is a failed write.
func createFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b := bufio.NewWriterSize(f, 1<<18)
	if err := write(b); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return b.Flush()
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
