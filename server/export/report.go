package export

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed report.html
var reportSource string

var reportTemplate = template.Must(template.New("report").Parse(reportSource))

// report is what the template sees: figures already in words.
type report struct {
	W                         words
	Title, Question, Made     string
	Figures                   [][2]string
	Groups                    []Group
	Support, Common, Excluded []reportRow
	Methods, Notes            []string
	Facts                     [][2]string
}

type reportRow struct {
	Row
	Rank                 int
	Likely               string // "1–6"
	Percent              string // "62 % (58–66 %)"
	Openly               string // what the open public says, with the gap
	Low, Width, At       string // of the interval bar, in CSS percent
	Bars                 []bar
	Across, Worst, Third string
}

// bar is one group's answers, widths in CSS percent.
type bar struct {
	Label                 string
	Agree, Disagree, Pass string
	Title                 string
}

// RankingReport writes the printed report: one self-contained HTML page
// without script, in r.Language.
func RankingReport(w io.Writer, r Ranking) error {
	words := wordsOf(r.Language)
	page := report{
		W: words.orderedBy(r.Order), Title: r.Topic, Question: r.Question, Groups: r.Groups, Methods: words.methods(&r), Notes: r.Notes,
		Figures: [][2]string{
			{strconv.Itoa(r.Ballots), words["people"]}, {strconv.Itoa(r.Votes), words["votes"]},
			{strconv.Itoa(len(r.Rows)), words["items"]}, {strconv.Itoa(len(r.Groups)), words["groups"]},
		},
	}
	if r.Open > 0 {
		page.Figures = append(page.Figures, [2]string{strconv.Itoa(r.Open), words["open_people"]})
	}
	if page.Title == "" {
		page.Title = words["title"]
	}
	if r.Time != 0 {
		page.Made = time.UnixMilli(r.Time).UTC().Format("2006-01-02 15:04")
	}
	for _, fact := range [][2]string{
		{words["made"], page.Made}, {words["run"], number(r.Run)}, {words["sequence"], number(r.InputSeq)},
		{words["seed"], r.Seed}, {words["digest"], r.Digest}, {words["schema"], strconv.Itoa(SchemaVersion)},
	} {
		if fact[1] != "" {
			page.Facts = append(page.Facts, fact)
		}
	}
	for _, row := range byRank(r.Rows) {
		line := reportLine(words, &r, row)
		if row.Excluded {
			page.Excluded = append(page.Excluded, line)
			continue
		}
		line.Rank = cmp.Or(row.Rank, row.RankBy(r.Order))
		if row.Stability != nil {
			line.Likely = row.Stability.by(r.Order).places()
		}
		page.Support = append(page.Support, line)
		line.Rank = row.RankConsensus
		if row.Stability != nil {
			line.Likely = row.Stability.Consensus.places()
		}
		page.Common = append(page.Common, line)
	}
	slices.SortStableFunc(page.Common, func(a, b reportRow) int { return a.Rank - b.Rank })
	if len(r.Groups) < 2 || r.Order == "consensus" {
		page.Common = nil // with one group, or the same order, it says nothing new
	}
	return reportTemplate.Execute(w, page)
}

func reportLine(w words, r *Ranking, row Row) reportRow {
	line := reportRow{
		Row: row, Percent: w["nobody"],
		Low: css(row.WilsonLow), Width: css(row.WilsonHigh - row.WilsonLow), At: css(row.AgreeShare),
		Across: fmt.Sprintf("%.3f", row.GroupConsensus), Worst: percent(row.WorstGroup), Third: fmt.Sprintf("%+.2f", row.Bridging),
	}
	if row.Seen > 0 {
		line.Percent = interval(row.AgreeShare, row.WilsonLow, row.WilsonHigh)
	}
	line.Openly = w.open(row.Open)
	for _, g := range r.Groups {
		c := row.group(g.Number)
		seen := c.Agree + c.Disagree + c.Pass
		b := bar{Label: strconv.Itoa(g.Number), Title: fmt.Sprintf("%s %d: %s %d, %s %d, %s %d",
			w["group"], g.Number, w["agree"], c.Agree, w["disagree"], c.Disagree, w["skip"], c.Pass)}
		if seen > 0 {
			n := float64(seen)
			b.Agree, b.Disagree, b.Pass = css(float64(c.Agree)/n), css(float64(c.Disagree)/n), css(float64(c.Pass)/n)
		}
		line.Bars = append(line.Bars, b)
	}
	return line
}

func (s *Stability) by(order string) Spread {
	return byOrder(order, s.Support, s.Consensus, s.Bridging)
}

func (s Spread) places() string {
	if s.Low == s.High {
		return strconv.Itoa(s.Low)
	}
	return fmt.Sprintf("%d–%d", s.Low, s.High)
}

func interval(share, low, high float64) string {
	return fmt.Sprintf("%s (%s–%s)", percent(share), strings.TrimSuffix(percent(low), "\u00a0%"), percent(high))
}

func percent(x float64) string { return fmt.Sprintf("%.0f\u00a0%%", 100*x) }

func css(x float64) string { return fmt.Sprintf("%.2f", 100*min(max(x, 0), 1)) }

func number(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}
