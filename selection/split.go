package selection

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
)

// SplitPeople copies a people file, the columns named in the order of the file
// or all where none is, to the writers that to names: for −1 the header goes
// there, for i the row of person i of the pool that ReadPeople made of the same file.
func SplitPeople(r io.Reader, columns []string, to func(person int) io.Writer) error {
	t, err := NewTable(r)
	if err != nil {
		return err
	}
	var keep []int
	for at, name := range t.Header {
		if columns == nil || slices.Contains(columns, name) {
			keep = append(keep, at)
		}
	}
	var line strings.Builder
	w := csv.NewWriter(&line)
	w.Comma = t.Comma
	kept := make([]string, len(keep))
	put := func(person int, record []string) error {
		line.Reset()
		for k, at := range keep {
			kept[k] = record[at]
		}
		if err := w.Write(kept); err != nil {
			return err
		}
		w.Flush()
		_, err := io.WriteString(to(person), line.String())
		return err
	}
	if err := put(-1, t.Header); err != nil {
		return err
	}
	for person := 0; ; {
		record, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if blank(record) {
			continue
		}
		if err := put(person, record); err != nil {
			return err
		}
		person++
	}
}
