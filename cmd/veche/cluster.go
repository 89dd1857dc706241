package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"veche/nlp"
	"veche/nlp/model2vec"
)

type clusterFlags struct {
	ideas, lang, seed, out, title string
	previous, embedder            string
	columns                       nlp.Columns
	clusters                      int
}

func newClusterCommand() *cobra.Command {
	var f clusterFlags
	c := &cobra.Command{
		Use:   "cluster --ideas FILE --out DIR",
		Short: "Group ideas by what they say, name the groups, find repeats",
		Long: `Cluster reads ideas from CSV, TSV or JSON lines (gzip too) and writes to --out
  assignments.csv  id,cluster,score,margin,duplicate_of, a row an idea; cluster 0 is unsorted
  clusters.json    id, lang, label, alternatives, size, share, representatives, cohesion
  tree.json        coarser and finer groups: parts with their ideas, and how they join
  report.html      the same to read and print

--previous takes the assignments.csv of an earlier run: groups keep their numbers (and,
with the clusters.json beside it, their places on the map), few ideas move, moved.csv says which and why, and the report names new subjects.

--clusters N is the total over all languages; without it the number is chosen. With
--previous it joins or splits the groups there, as tree.json shows it, and moves no
idea otherwise.
A language is grouped by itself from 150 texts and 5 % on. The same ideas and
seed give the same bytes, in whatever order they come.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return cluster(c, f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.ideas, "ideas", "", "file of ideas, - for standard input")
	flags.StringVar(&f.columns.Text, "text", "", "column of the text; several, joined by commas, are one text (default: text, idea, body, …)")
	flags.StringVar(&f.columns.ID, "id", "", "column of the id (default: id, or the row's number)")
	flags.StringVar(&f.columns.Format, "format", "", "csv, tsv or jsonl (default: by the content)")
	flags.IntVar(&f.clusters, "clusters", 0, "number of groups in all (default: chosen)")
	flags.StringVar(&f.lang, "lang", "auto", "language of the ideas: auto or "+strings.Join(nlp.Languages(), ", "))
	flags.StringVar(&f.seed, "seed", "veche", "any text; seeds what is drawn at random")
	flags.StringVar(&f.title, "title", "", "title of the report")
	flags.StringVar(&f.previous, "previous", "", "assignments.csv of an earlier run to go on from")
	flags.StringVar(&f.embedder, "embedder", "", "folder of a static model in the format of model2vec, used where it makes groups steadier")
	flags.StringVar(&f.out, "out", "", "folder to write to; made if missing")
	return c
}

func (f *clusterFlags) check(c *cobra.Command) error {
	switch {
	case f.ideas == "":
		return usagef("cluster needs --ideas FILE")
	case f.out == "":
		return usagef("cluster needs --out DIR")
	case c.Flags().Changed("clusters") && f.clusters < 1:
		return usagef("--clusters is 1 or more, not %d", f.clusters)
	case f.lang != "auto" && !slices.Contains(nlp.Languages(), f.lang):
		return usagef("--lang is auto or one of %s, not %q", strings.Join(nlp.Languages(), ", "), f.lang)
	case f.columns.Format != "" && !slices.Contains([]string{"csv", "tsv", "jsonl"}, f.columns.Format):
		return usagef("--format is csv, tsv or jsonl, not %q", f.columns.Format)
	}
	return nil
}

func cluster(c *cobra.Command, f clusterFlags) error {
	if err := f.check(c); err != nil {
		return err
	}
	log := c.ErrOrStderr()
	told := newStages(log)
	defer debug.SetGCPercent(debug.SetGCPercent(40)) // a stage's working memory is most of it
	documents, err := readIdeas(c.InOrStdin(), f)
	if err != nil {
		return err
	}
	options := nlp.Options{Clusters: f.clusters, Seed: f.seed}
	if f.lang != "auto" {
		options.Lang = f.lang
	}
	if f.previous != "" {
		err := open(f.previous, func(r io.Reader) (err error) {
			options.Previous, err = nlp.ReadPrevious(r)
			return err
		})
		if err != nil {
			return err
		}
		err = open(filepath.Join(filepath.Dir(f.previous), "clusters.json"), func(r io.Reader) (err error) {
			options.PreviousMap, err = nlp.ReadMap(r)
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if f.embedder != "" {
		table, err := model2vec.Open(f.embedder)
		if err != nil {
			return err
		}
		options.Embedder = table
	}
	options.Progress = told.tell
	result, err := nlp.Cluster(c.Context(), documents, options)
	told.done()
	if err != nil {
		return err
	}
	if f.clusters > len(result.Clusters) && len(documents) > 0 {
		fmt.Fprintf(log, "only %d groups: there are not more different ideas\n", len(result.Clusters))
	}
	if err := os.MkdirAll(f.out, 0o755); err != nil {
		return err
	}
	type file struct {
		name  string
		write func(io.Writer) error
	}
	files := []file{
		{"assignments.csv", func(w io.Writer) error { return nlp.WriteAssignments(w, result) }},
		{"clusters.json", func(w io.Writer) error { return nlp.WriteClusters(w, result) }},
		{"tree.json", func(w io.Writer) error { return nlp.WriteTree(w, result) }},
		{"report.html", func(w io.Writer) error {
			return nlp.WriteReport(w, documents, result, f.title, reportLanguage(result))
		}},
	}
	if f.previous != "" {
		files = append(files, file{"moved.csv", func(w io.Writer) error { return nlp.WriteMoves(w, result) }})
	}
	for _, one := range files {
		if err := writeWhole(filepath.Join(f.out, one.name), one.write); err != nil {
			return err
		}
	}
	if f.embedder != "" {
		fmt.Fprintf(log, "ideas were compared by %s word vectors\n", strings.Join(result.Spaces, ", "))
	}
	if f.previous != "" {
		fmt.Fprintf(log, "%d ideas moved since the last run, %d new subjects proposed\n", len(result.Moves), len(result.Proposals))
	}
	fmt.Fprintf(log, "%d ideas in %d groups; wrote assignments.csv, clusters.json, tree.json and report.html to %s\n", len(documents), len(result.Clusters), f.out)
	return nil
}

func readIdeas(stdin io.Reader, f clusterFlags) (documents []nlp.Document, err error) {
	in := stdin
	if f.ideas != "-" {
		file, err := os.Open(f.ideas)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		in = file
	}
	documents, err = nlp.ReadIdeas(in, f.columns)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.ideas, err)
	}
	if f.lang != "auto" {
		for i := range documents {
			documents[i].Lang = f.lang
		}
	}
	return documents, nil
}

// reportLanguage is the language of the page's own words: that of most
// ideas.
func reportLanguage(r *nlp.Result) string {
	russian, all := 0, 0
	for _, c := range r.Clusters {
		all += c.Size
		if c.Lang == "ru" {
			russian += c.Size
		}
	}
	if russian*2 > all {
		return "ru"
	}
	return "en"
}
