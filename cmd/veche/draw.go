package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"veche/selection"
)

// drawing holds the flags of `veche draw`.
type drawing struct {
	peopleFlags
	people, quotas, population string
	tolerance                  float64
	crossed                    bool
	size, reserves             int
	panels, replays            int
	objective, fit             string
	exclude                    []string
	served, mustHave, already  string
	showUp                     string
	confidence                 float64
	config                     string
	out, lang                  string
	overwrite                  bool
	ceremony                   ceremony
	rounds                     rounds

	stderr   io.Writer
	start    time.Time
	pool     *selection.Pool
	problem  selection.Problem
	seated   []int // held a seat before
	invited  *selection.Invitation
	settings []string // of the settings file, without a meaning here
}

func newDrawCommand() *cobra.Command {
	d := &drawing{}
	c := &cobra.Command{
		Use:   "draw --people FILE --quotas FILE --size K --out DIR",
		Short: "Draw a panel by lottery: quotas met exactly, chances as equal as they allow",
		Long: `Draws a panel from a CSV of people so that every quota is met exactly and everyone's
chance is as equal as the quotas allow. Writes selected.csv, remaining.csv, reserves.csv,
probabilities.csv, report.json, report.html and proof.json to --out, and panels.csv
with --panels.

Quotas are a file, or made of a census with --population, and then written to quotas.csv.
Where no panel meets the quotas it says which conflict, and writes the smallest change
that would do to suggested-quotas.csv.

CSV is UTF-8 with commas, semicolons or tabs; the first row names the columns.`,
		Example: `  veche draw --people people.csv --quotas quotas.csv --size 40 --household street,door --out panel
  veche draw --people people.csv --population census.csv --size 40 --tolerance 0.05 --out panel
  veche draw --people people.csv --quotas quotas.csv --size 40 --eligible "age=16–29|30–59|60+" \
             --attends "dates=1 March|2 March" --exclude officials.csv --served last-panel.csv --out panel`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d.stderr, d.start = c.ErrOrStderr(), time.Now()
			if err := d.configure(c.Flags()); err != nil {
				return err
			}
			if err := d.check(); err != nil {
				return err
			}
			return d.run(c.Context())
		},
	}
	f := c.Flags()
	f.StringVar(&d.people, "people", "", "CSV of people: a header, a row a person")
	f.StringVar(&d.quotas, "quotas", "", "CSV of quotas: feature,value,min,max[,min_flex,max_flex]")
	f.StringVar(&d.population, "population", "", "CSVs of the whole population, comma-separated: feature,value,count or a cross-table such as age,gender,count; makes the quotas where --quotas is not given, else stands beside pool and panel")
	f.Float64Var(&d.tolerance, "tolerance", 0.05, "how far quotas made of a population reach to both sides, as a part of the seats")
	f.BoolVar(&d.crossed, "crossed", false, "make quotas of a population's cross-tables too, such as age × gender")
	f.IntVar(&d.size, "size", 0, "seats of the panel")
	f.IntVar(&d.reserves, "reserves", 0, "ordered replacements to draw besides")
	f.StringVar(&d.objective, "objective", "auto", "auto, leximin, maximin, nash or goldilocks")
	f.IntVar(&d.panels, "panels", 0, "write this many equally likely panels to panels.csv, of which one is drawn: for a public draw by hand")
	f.IntVar(&d.replays, "replays", 0, "draws with other seeds to measure the chances by (default: as many as the method needs)")
	f.StringVar(&d.fit, "fit", "", "features that tell of interest in the topic, comma-separated: the report tells the price of their quotas")
	d.peopleFlags.flags(f)
	f.StringArrayVar(&d.exclude, "exclude", nil, "CSV of identifiers that cannot be drawn, with reasons in a column reason; may be repeated")
	f.StringVar(&d.served, "served", "", "CSV of identifiers of people who served before and cannot be drawn")
	f.StringVar(&d.mustHave, "must-include", "", "CSV of identifiers that get a seat in any case")
	f.StringVar(&d.already, "already-selected", "", "CSV of identifiers that hold a seat already; they count towards size and quotas")
	f.StringVar(&d.showUp, "show-up", "", "CSV of how many come: feature,value,rate or feature,value,invited,came; draws so many more that --size come and meet the quotas")
	f.Float64Var(&d.confidence, "confidence", 0.95, "how likely each minimum shall be met among those who come, with --show-up")
	f.StringVar(&d.config, "config", "", "settings file of sortition-algorithms (TOML): its columns, address check, algorithm and seed")
	f.StringVar(&d.out, "out", "", "directory for the result")
	f.BoolVar(&d.overwrite, "overwrite", false, overwriteUsage)
	f.StringVar(&d.lang, "lang", selection.PageLanguages[0], "language of report.html: "+strings.Join(selection.PageLanguages, " or "))
	d.ceremony.flags(f)
	d.rounds.flags(f)
	return c
}

// configure takes from a settings file what flags left open.
func (d *drawing) configure(f *pflag.FlagSet) error {
	if d.config == "" {
		return nil
	}
	return open(d.config, func(r io.Reader) error {
		s, err := readSortitionSettings(r)
		if err != nil {
			return err
		}
		d.settings = s.unused()
		return s.apply(d, f)
	})
}

// check refuses flags that are missing or contradict each other.
func (d *drawing) check() error {
	if err := d.rounds.begin(d); err != nil {
		return err
	}
	if d.quotas == "" && d.population == "" && d.rounds.proof == nil {
		return usagef("draw needs --people FILE --quotas FILE --size K --out DIR: --quotas is missing, or --population FILE to make them of")
	}
	for _, flag := range [][2]string{{"--people", d.people}, {"--out", d.out}} {
		if flag[1] == "" {
			return usagef("draw needs --people FILE --quotas FILE --size K --out DIR: %s is missing", flag[0])
		}
	}
	switch {
	case d.size < 1:
		return usagef("draw needs --size K, the seats of the panel, 1 or more; got %d", d.size)
	case d.reserves < 0 || d.panels < 0 || d.replays < 0:
		return usagef("--reserves, --panels and --replays must not be negative")
	case d.crossed && (d.quotas != "" || d.population == ""):
		return usagef("--crossed is for quotas made of --population, without --quotas")
	case !(d.tolerance >= 0 && d.tolerance <= 1):
		return usagef("--tolerance is a part of the seats from 0 to 1, such as 0.05; got %v", d.tolerance)
	case d.showUp != "" && (d.already != "" || d.rounds.proof != nil):
		return usagef("--show-up is for a first draw: in a later round the seats still free are drawn, with --already-selected alone")
	}
	if err := d.peopleFlags.check(); err != nil {
		return err
	}
	objective, err := selection.ParseObjective(d.objective)
	if err != nil {
		return usageError{err}
	}
	d.problem = selection.Problem{Quotas: d.problem.Quotas, Size: d.size, Objective: objective, Reserves: d.reserves, Panels: d.panels, Replays: d.replays, FitFeatures: columns(d.fit)}
	if !slices.Contains(selection.PageLanguages, d.lang) {
		return usagef("--lang %s: there is no report.html in that language, only %s", d.lang, strings.Join(selection.PageLanguages, " and "))
	}
	if err := d.ceremony.check(d.rounds.proof != nil); err != nil {
		return err
	}
	return d.target().check(d.rounds.previous)
}

// target is where the result goes.
func (d *drawing) target() outDir { return outDir{d.out, d.ceremony.kept, d.overwrite} }

func (d *drawing) run(ctx context.Context) error {
	defer debug.SetGCPercent(debug.SetGCPercent(50)) // a pool of millions is most of the memory
	for _, note := range d.settings {
		d.note(note)
	}
	if err := d.read(); err != nil {
		return err
	}
	if d.ceremony.only || d.problem.Size > d.pool.Len() { // nobody should commit to what cannot be drawn
		if err := selection.Check(ctx, d.problem); err != nil {
			return d.refused(err)
		}
	}
	if err := os.MkdirAll(d.out, 0o755); err != nil {
		return err
	}
	done, err := d.ceremony.prepare(&d.problem, d.homes(), d.target(), d.say)
	if err != nil || done && d.panels == 0 {
		return err
	}
	d.problem.Progress = func(p selection.Progress) { d.say(p.Step) }
	if done { // the panels are published with the commitment
		root, digest := d.ceremony.own.Root, d.ceremony.own.PolicyDigest
		d.problem.Listing = selection.NewListing(root, digest)
	}
	result, err := selection.Draw(ctx, d.problem)
	if err != nil {
		return d.refused(err)
	}
	if done {
		// After the commitment, which cleared what lay there.
		return d.create("panels.csv", func(w io.Writer) error { return selection.WritePanels(w, d.problem.Pool, result) })
	}
	if i := d.invited; i != nil {
		result.Report.Invited = &selection.Invited{Wanted: i.Seats, Rate: i.Rate, Expected: i.Expected, AllMet: i.AllMet, Source: filepath.Base(d.showUp)}
	}
	if n := result.Report.WithoutAddress; n > 0 && d.household != "" {
		d.note(fmt.Sprintf("%s without an address: taken as living alone", count(n, "person is", "people are")))
	}
	proof, err := d.ceremony.prove(d.problem, result)
	if err != nil {
		return err
	}
	if err := d.write(result, proof); err != nil {
		return err
	}
	if n := result.Report.Unlisted; n > 0 {
		d.note(fmt.Sprintf("%s had no chance: no panel listed holds them", count(n, "person", "people")))
	}
	if n := result.Report.WithoutChance - result.Report.Unlisted; n > 0 {
		d.note(fmt.Sprintf("%s had no chance: no panel that meets the quotas can hold them", count(n, "person", "people")))
	}
	d.say(fmt.Sprintf("%d of %d people drawn, lowest chance %.6g, %s", len(result.Selected), result.Report.Eligible, result.Report.MinProbability, d.out))
	return nil
}

func (d *drawing) say(step string) {
	fmt.Fprintf(d.stderr, "%6.2fs %s\n", time.Since(d.start).Seconds(), step)
}

// note tells what the organiser should know and what stops nothing.
func (d *drawing) note(text string) { fmt.Fprintln(d.stderr, "   note:", text) }

// open reads a file, naming it in every error.
func open(path string, read func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := read(bufio.NewReaderSize(f, 1<<20)); err != nil {
		return &fileError{path, err}
	}
	return nil
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
