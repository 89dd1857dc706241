package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"veche/nlp"
	"veche/server/export"
	"veche/server/tally"
)

type rankFlags struct {
	polis, votes, ideas, groups, seed, out, title, language string
	resamples                                               int
}

func newRankCommand() *cobra.Command {
	var f rankFlags
	c := &cobra.Command{
		Use:   "rank --polis DIR | --votes FILE --ideas FILE --out DIR",
		Short: "Rank ideas by their votes: support, agreement across groups, bridging",
		Long: `Rank counts the last vote of each person on each idea and writes to --out
  ranking.csv    one row an idea, best support first
  stability.csv  how far each rank can be trusted
  groups.csv     the opinion group of each participant, empty for none
  report.html    the same to read and print

The same votes and seed give the same bytes, in whatever order they come.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return rank(c, f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.polis, "polis", "", "folder of a Polis open data export")
	flags.StringVar(&f.votes, "votes", "", "vote log: timestamp,comment-id,voter-id,vote (agree, disagree, pass or 1, -1, 0)")
	flags.StringVar(&f.ideas, "ideas", "", "what was voted on: CSV, TSV or JSONL with id and text")
	flags.StringVar(&f.groups, "groups", "own", "opinion groups: own (found from the votes) or given (from the Polis export)")
	flags.StringVar(&f.seed, "seed", "veche", "any text; seeds the grouping and the resamples")
	flags.IntVar(&f.resamples, "resamples", 200, "how often voters are drawn again to tell the spread of each rank; 0 for none")
	flags.StringVar(&f.out, "out", "", "folder to write to; made if missing")
	flags.StringVar(&f.title, "title", "", "title of the report (default: the conversation's topic)")
	flags.StringVar(&f.language, "lang", "en", "language of the report: en or ru")
	return c
}

// check refuses flags that do not go together; verb names the command.
func (f rankFlags) check(verb string) error {
	switch {
	case f.out == "":
		return usagef("%s needs --out DIR", verb)
	case (f.polis == "") == (f.votes == ""):
		return usagef("%s needs either --polis DIR or --votes FILE --ideas FILE", verb)
	case f.votes != "" && f.ideas == "":
		return usagef("--votes needs --ideas FILE, the texts that were voted on")
	case f.polis != "" && f.ideas != "":
		return usagef("--ideas goes with --votes; --polis brings its own statements")
	case f.groups != "own" && f.groups != "given":
		return usagef("--groups is own or given, not %q", f.groups)
	case f.groups == "given" && f.polis == "":
		return usagef("--groups given needs --polis: a vote log carries no groups")
	case f.resamples < 0 || f.resamples > tally.MostResamples:
		return usagef("--resamples is between 0 and %d, not %d", tally.MostResamples, f.resamples)
	case f.language != "en" && f.language != "ru":
		return usagef("--lang is en or ru, not %q", f.language)
	}
	return nil
}

func rank(c *cobra.Command, f rankFlags) error {
	if err := f.check("rank"); err != nil {
		return err
	}
	talk, err := f.read()
	if err != nil {
		return err
	}
	given := f.groups == "given"
	if given && !talk.HasGroups {
		return fmt.Errorf("%s: no participant has a group-id: use --groups own", f.polis)
	}
	log := c.ErrOrStderr()
	fmt.Fprintf(log, "%d ideas, %d participants, %d votes in the log\n", len(talk.Statements), len(talk.Participants), len(talk.Votes))
	if talk.FromMatrix {
		fmt.Fprintln(log, "no vote log: the last votes were read from the participants' matrix")
	}
	in := talk.Input(given, f.seed)
	in.Resamples = f.resamples
	ranking, err := tally.Rank(c.Context(), in)
	if err != nil {
		return err
	}
	sheet, err := rankSheet(talk, ranking, f)
	if err != nil {
		return err
	}
	for _, g := range ranking.Groups {
		fmt.Fprintf(log, "group %d: %d participants\n", g.Number, g.Size)
	}
	for _, t := range ranking.Trials {
		if t.Chosen {
			fmt.Fprintf(log, "groups: silhouette %.2f, agreement when voters are drawn again %.2f\n", t.Silhouette, t.Agreement)
		}
	}
	if err := os.MkdirAll(f.out, 0o755); err != nil {
		return err
	}
	for _, one := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"ranking.csv", func(w io.Writer) error {
			return tally.WriteRanking(w, ranking, talk.Names())
		}},
		{"stability.csv", func(w io.Writer) error {
			return tally.WriteStability(w, ranking, talk.Names())
		}},
		{"groups.csv", func(w io.Writer) error {
			return tally.WriteGroups(w, ranking, func(ballot int) string { return talk.Participants[ballot].ID })
		}},
		{"report.html", func(w io.Writer) error { return export.RankingReport(w, sheet) }},
	} {
		if err := writeWhole(filepath.Join(f.out, one.name), one.write); err != nil {
			return err
		}
	}
	fmt.Fprintf(log, "wrote ranking.csv, stability.csv, groups.csv and report.html to %s\n", f.out)
	return nil
}

func (f rankFlags) read() (*tally.Conversation, error) {
	if f.polis != "" {
		info, err := os.Stat(f.polis)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("%s is a file: --polis wants the folder of a Polis export", f.polis)
		}
		talk, err := export.ReadPolis(os.DirFS(f.polis))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.polis, err)
		}
		return talk, nil
	}
	ideas, err := readRankFile(f.ideas, func(name string, r io.Reader) ([]nlp.Document, error) {
		documents, err := nlp.ReadIdeas(r, nlp.Columns{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return documents, nil
	})
	if err != nil {
		return nil, err
	}
	texts := make([]tally.Text, len(ideas))
	for i, idea := range ideas {
		texts[i] = tally.Text{ID: idea.ID, Text: idea.Text}
	}
	return readRankFile(f.votes, func(name string, r io.Reader) (*tally.Conversation, error) {
		return tally.ReadVotes(name, r, texts)
	})
}

// readRankFile reads a file, unpacking it where its name ends in .gz.
func readRankFile[T any](path string, read func(name string, r io.Reader) (T, error)) (out T, err error) {
	f, err := os.Open(path)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	name, packed := strings.CutSuffix(filepath.Base(path), ".gz")
	if !packed {
		return read(name, f)
	}
	z, err := nlp.Unpack(f)
	if err != nil {
		return out, fmt.Errorf("%s: %w", path, err)
	}
	return read(name, z)
}

// rankSheet joins texts and results for the report.
func rankSheet(talk *tally.Conversation, r *tally.Ranking, f rankFlags) (export.Ranking, error) {
	canonical, err := r.MarshalBinary()
	if err != nil {
		return export.Ranking{}, err
	}
	digest := sha256.Sum256(canonical)
	sheet := export.Ranking{
		Topic: cmp.Or(f.title, talk.Topic), Language: f.language, Digest: hex.EncodeToString(digest[:]), Own: r.Own, Resamples: r.Resamples, Seed: f.seed,
	}
	if talk.FromMatrix {
		note := "There was no vote log; the last votes come from the participants' matrix."
		if f.language == "ru" {
			note = "Журнала голосов не было; последние голоса взяты из таблицы участников."
		}
		sheet.Notes = append(sheet.Notes, note)
	}
	voted := map[int]bool{}
	for _, v := range talk.Votes {
		voted[v.Participant] = true
	}
	sheet.Ballots = len(voted)
	for _, g := range r.Groups {
		sheet.Groups = append(sheet.Groups, export.Group{Number: g.Number, Size: g.Size})
	}
	for _, t := range r.Trials {
		sheet.Trials = append(sheet.Trials, export.Trial(t))
	}
	for i, row := range r.Rows {
		s := talk.Statements[i]
		line := export.Row{
			Item: s.ID, Text: cmp.Or(s.Text, s.ID), Excluded: row.Excluded,
			Agree: row.Agree, Disagree: row.Disagree, Pass: row.Pass, Seen: row.Seen, AgreeShare: row.AgreeShare,
			WilsonLow: row.WilsonLow, WilsonHigh: row.WilsonHigh, GroupConsensus: row.GroupConsensus,
			WorstGroup: row.WorstGroup, Bridging: row.Bridging,
			RankSupport: row.RankSupport, RankConsensus: row.RankConsensus, RankBridging: row.RankBridging,
		}
		if s := row.Stability; s != nil {
			line.Stability = &export.Stability{
				Support: export.Spread(s.Support), Consensus: export.Spread(s.Consensus), Bridging: export.Spread(s.Bridging),
			}
		}
		for _, g := range row.Groups {
			line.Groups = append(line.Groups, export.GroupCount{Group: g.Group, Agree: g.Agree, Disagree: g.Disagree, Pass: g.Pass})
		}
		sheet.Votes += row.Seen
		sheet.Rows = append(sheet.Rows, line)
	}
	sheet.Derive(r)
	return sheet, nil
}
