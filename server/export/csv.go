package export

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// byteOrderMark tells spreadsheets that a CSV file is UTF-8.
const byteOrderMark = "\ufeff"

// CSV writes a table as RFC 4180 CSV in UTF-8: the one place where texts become
// cells of files for spreadsheets.
type CSV struct {
	buffered *bufio.Writer
	out      *csv.Writer
	fields   []string
}

// NewCSV begins a table, with a byte order mark where mark is set.
func NewCSV(w io.Writer, mark bool) (*CSV, error) {
	c := &CSV{buffered: bufio.NewWriter(w)}
	if mark {
		if _, err := c.buffered.WriteString(byteOrderMark); err != nil {
			return nil, err
		}
	}
	c.out = csv.NewWriter(c.buffered)
	c.out.UseCRLF = true
	return c, nil
}

// Row writes a row. Texts are escaped against formulas; whole numbers and reals
// are written as they are. Anything else is an error.
func (c *CSV) Row(cells ...any) error {
	c.fields = c.fields[:0]
	for _, x := range cells {
		switch v := x.(type) {
		case string:
			c.fields = append(c.fields, Escape(oneBreak.Replace(v)))
		case int:
			c.fields = append(c.fields, strconv.Itoa(v))
		case uint32:
			c.fields = append(c.fields, strconv.FormatUint(uint64(v), 10))
		case uint64:
			c.fields = append(c.fields, strconv.FormatUint(v, 10))
		case float64:
			c.fields = append(c.fields, strconv.FormatFloat(v, 'f', -1, 64))
		case cell:
			c.fields = append(c.fields, v.String())
		default:
			return fmt.Errorf("a %T is no cell", x)
		}
	}
	return c.out.Write(c.fields)
}

// Flush writes what is buffered.
func (c *CSV) Flush() error {
	c.out.Flush()
	return cmp.Or(c.out.Error(), c.buffered.Flush())
}

// RankingCSV writes the ranking as CSV, with \n as the only line break of texts.
// The last column says on each line in words how the list came about, so that no
// line loses it by being sorted or cut out.
func RankingCSV(w io.Writer, r Ranking) error {
	out, err := NewCSV(w, r.ByteOrderMark)
	if err != nil {
		return err
	}
	if err := out.Row(cellsOf(append(r.columns(), "method"))...); err != nil {
		return err
	}
	words := wordsOf(r.Language)
	method := text(strings.Join(words.methods(&r)[:2+len(words.known(&r))], " ")) // its order, and how support is counted
	for _, row := range byRank(r.Rows) {
		if err := out.Row(cellsOf(append(r.cells(&row), method))...); err != nil {
			return err
		}
	}
	return out.Flush()
}

// cellsOf makes a list of one type one of any.
func cellsOf[T any](list []T) []any {
	out := make([]any, len(list))
	for i := range list {
		out[i] = list[i]
	}
	return out
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
