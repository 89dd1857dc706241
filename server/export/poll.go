package export

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"io"
	"strconv"

	"veche/server/analysis"
)

// PollTable is how a poll stands, to be written as a table.
type PollTable struct {
	Question string
	Options  []string
	Issued   int
	Cast     uint64
	Count    *analysis.PollCount
}

// WriteCSV writes a line an option, for all ballots and for each stratum, as RFC
// 4180 CSV in UTF-8, texts escaped against formulas. Counts too small to be told
// are empty.
func (p *PollTable) WriteCSV(w io.Writer) error {
	buffered := bufio.NewWriter(w)
	if _, err := buffered.WriteString(byteOrderMark); err != nil {
		return err
	}
	out := csv.NewWriter(buffered)
	out.UseCRLF = true
	lines := [][]string{{"question", "stratum", "option", "text", "count", "share", "wilson_low", "wilson_high", "ballots_cast", "ballots_issued"}}
	number := func(n int) string {
		if n < 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	part := func(x *float64) string {
		if x == nil {
			return ""
		}
		return strconv.FormatFloat(*x, 'f', 6, 64)
	}
	for i, o := range p.Count.Options {
		lines = append(lines, []string{
			Escape(p.Question), "", strconv.Itoa(i + 1), Escape(p.Options[i]), strconv.FormatUint(o.Count, 10), part(&o.Share), part(o.Low), part(o.High),
			strconv.FormatUint(p.Cast, 10), strconv.Itoa(p.Issued),
		})
	}
	for _, s := range p.Count.Strata {
		for i, n := range s.Counts {
			share := ""
			if n >= 0 && s.Cast > 0 {
				x := float64(n) / float64(s.Cast)
				share = part(&x)
			}
			lines = append(lines, []string{
				Escape(p.Question), Escape(s.Stratum), strconv.Itoa(i + 1), Escape(p.Options[i]), number(n), share, "", "", number(s.Cast), strconv.Itoa(s.Issued),
			})
		}
	}
	if err := out.WriteAll(lines); err != nil {
		return err
	}
	return cmp.Or(out.Error(), buffered.Flush())
}
