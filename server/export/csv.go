package export

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"io"
	"slices"
)

// byteOrderMark tells spreadsheets that a CSV file is UTF-8.
const byteOrderMark = "\ufeff"

// RankingCSV writes the ranking as RFC 4180 CSV in UTF-8, texts escaped
// against formulas and with \n as their only line break.
func RankingCSV(w io.Writer, r Ranking) error {
	buffered := bufio.NewWriter(w)
	if r.ByteOrderMark {
		if _, err := buffered.WriteString(byteOrderMark); err != nil {
			return err
		}
	}
	out := csv.NewWriter(buffered)
	out.UseCRLF = true
	if err := out.Write(r.columns()); err != nil {
		return err
	}
	for _, row := range byRank(r.Rows) {
		var fields []string
		for _, c := range r.cells(&row) {
			fields = append(fields, c.String())
		}
		if err := out.Write(fields); err != nil {
			return err
		}
	}
	out.Flush()
	return cmp.Or(out.Error(), buffered.Flush())
}

// byRank is a copy of the rows in the order of the official list, of support
// where they have no official rank.
func byRank(rows []Row) []Row {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.RankSupport, b.RankSupport))
	})
	return rows
}
