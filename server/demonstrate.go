package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"veche/server/analysis"
	"veche/server/demo"
	"veche/server/export"
	"veche/server/play"
	"veche/server/topic"
)

// Demonstrate plays a whole topic of the made city in a data directory of its own
// below out, from applications to results, and writes the planner's files and
// the public bundle to out. It prints what the planner would see to w.
func Demonstrate(ctx context.Context, out string, w io.Writer, progress func(string, ...any)) (err error) {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	data, err := os.MkdirTemp(out, ".demo-data-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	s, err := Open(ctx, Options{Data: data})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	st, err := s.stageOf(ctx, progress)
	if err != nil {
		return err
	}
	p, err := st.Play(ctx, play.Plan{Slug: "everyday", Lang: demo.English, Applicants: demo.Applicants, Panel: 500, TableSize: 12, Ideas: 660, Until: topic.StageResults, Seed: "demo", Aborted: true})
	if err != nil {
		return err
	}
	ranking, err := s.plannerFiles(ctx, p.ID, out, progress)
	if err != nil {
		return err
	}
	return s.describe(ctx, p.ID, ranking, w)
}

// plannerFiles writes ranking and bundle.
func (s *Server) plannerFiles(ctx context.Context, id, out string, progress func(string, ...any)) (*export.Ranking, error) {
	ranking, err := s.Jobs.Ranking(ctx, id, 1)
	if err != nil {
		return nil, err
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"ranking.csv", func(w io.Writer) error { return export.RankingCSV(w, *ranking) }},
		{"ranking.xlsx", func(w io.Writer) error { return export.RankingXLSX(w, *ranking) }},
		{"ranking.json", func(w io.Writer) error { return export.RankingJSON(w, *ranking) }},
		{"report.html", func(w io.Writer) error { return export.RankingReport(w, *ranking) }},
		{"bundle.zip", func(w io.Writer) error { return s.WriteBundle(ctx, id, "public", w) }},
	} {
		if err := WriteFile(filepath.Join(out, file.name), file.write); err != nil {
			return nil, fmt.Errorf("writing %s: %w", file.name, err)
		}
		progress("wrote %s", filepath.Join(out, file.name))
	}
	return ranking, nil
}

// WriteFile writes a file whole or not at all.
func WriteFile(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone by then if all went well
	err = write(f)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// describe prints a played topic as its planner sees it.
func (s *Server) describe(ctx context.Context, id string, ranking *export.Ranking, w io.Writer) error {
	view, err := s.Journal.View(ctx, id)
	if err != nil {
		return err
	}
	st, err := view.Copy()
	if err != nil {
		return err
	}
	result, err := s.Jobs.DrawResult(ctx, st.Rounds[0].Result)
	if err != nil {
		return err
	}
	run, err := s.Jobs.Clusters(ctx, st.Board.Result)
	if err != nil {
		return err
	}
	counts := st.Counts()
	report := result.Report
	fmt.Fprintf(w, "%s\n%s\n\n", st.Settings.Title, st.Settings.Question)
	fmt.Fprintf(w, "Draw     %d of the %d who applied, %d kinds of people; quotas met: %v\n", counts.Accepted, counts.Applications, report.Types, report.QuotasMet)
	by := ""
	if report.MinByWeight > 0 {
		by = ", divided by the weight"
	}
	fmt.Fprintf(w, "         smallest chance among those who applied%s: 1 in %.0f (the best possible minimum is 1 in %.0f)\n", by, 1/report.Lowest(), 1/report.UpperBoundMinProbability)
	fmt.Fprintf(w, "Debate   %d tables, %d messages, %s\n", st.Tables, counts.Remarks, debated(st))
	clusters := analysis.Overlay(st, run)
	fmt.Fprintf(w, "Ideas    %d in %d clusters; the largest:\n", counts.Ideas, len(clusters))
	for i, c := range largest(clusters, 8) {
		fmt.Fprintf(w, "  %2d. %-44s %4d ideas (%s)\n", i+1, c.Label, c.Size, c.Lang)
	}
	fmt.Fprintf(w, "Votes    %d by %d people, %d opinion groups\n\n", ranking.Votes, ranking.Ballots, len(ranking.Groups))
	fmt.Fprintf(w, "Most supported\n  support          consensus  proposal\n")
	for _, r := range bySupport(ranking.Rows, 10) {
		fmt.Fprintf(w, "  %3.0f%% (%2.0f–%2.0f%%)  %.3f  #%-3d  %s\n", 100*r.AgreeShare, 100*r.WilsonLow, 100*r.WilsonHigh, r.GroupConsensus, r.RankConsensus, clipLine(r.Text, 76))
	}
	return nil
}

// debated is what happened in the rooms besides messages.
func debated(st *topic.State) string {
	turns, reports, reactions, answered := uint32(0), 0, uint32(0), 0
	for i := range st.Floors {
		turns += st.Floors[i].Turn
		if !st.Floors[i].Report.IsZero() {
			reports++
		}
	}
	for i := range st.Remarks {
		for kind, n := range st.Remarks[i].Reactions() {
			if topic.Reaction(kind) != topic.ReactionNone {
				reactions += n
			}
		}
	}
	for i := range st.Questions {
		if !st.Questions[i].Answer.IsZero() {
			answered++
		}
	}
	return fmt.Sprintf("%d turns, %d reactions;\n         %d questions to the experts, %d answered; %d tables reported to the main hall; %d messages reported",
		turns, reactions, len(st.Questions), answered, reports, len(st.Flags))
}

func clipLine(text string, n int) string {
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	return string(r[:n-1]) + "…"
}

func largest(clusters []analysis.LiveCluster, n int) []analysis.LiveCluster {
	slices.SortStableFunc(clusters, func(a, b analysis.LiveCluster) int { return b.Size - a.Size })
	return clusters[:min(n, len(clusters))]
}

func bySupport(rows []export.Row, n int) []export.Row {
	sorted := slices.Clone(rows)
	slices.SortFunc(sorted, func(a, b export.Row) int { return a.RankSupport - b.RankSupport })
	return sorted[:min(n, len(sorted))]
}
