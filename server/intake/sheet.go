package intake

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// sheet reads a CSV of a header and rows. Rows count from 1, the header.
type sheet struct {
	faults *FileError
	csv    *csv.Reader
	at     map[string]int // column by name
	width  int
	row    int
	record []string
}

// openSheet reads the header, in which the columns need have to stand. A column
// may be known by a second name: alias leads from it to the first. none says what
// the rows are, for an empty file.
func openSheet(r io.Reader, faults *FileError, none string, need []string, alias map[string]string) (*sheet, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	if bom, err := buffered.Peek(3); err == nil && string(bom) == "\xEF\xBB\xBF" {
		_, _ = buffered.Discard(3) // they are in the buffer
	}
	s := &sheet{faults: faults, csv: csv.NewReader(buffered), at: map[string]int{}, row: 1}
	s.csv.Comma, s.csv.FieldsPerRecord, s.csv.ReuseRecord = separator(buffered), -1, true
	header, err := s.csv.Read()
	if errors.Is(err, io.EOF) {
		faults.add(1, "", "", "the file is empty: it needs a header and a row for each %s", none)
		return nil, faults
	}
	if err != nil {
		return nil, csvFault(faults, err)
	}
	s.width = len(header)
	for i, name := range header {
		name = strings.TrimSpace(name)
		if _, twice := s.at[name]; twice {
			faults.add(1, name, "", "the column %q stands twice", name)
		}
		s.at[name] = i
	}
	for name, first := range alias {
		if _, ok := s.at[first]; ok {
			continue
		}
		if i, ok := s.at[name]; ok {
			s.at[first] = i
		}
	}
	for _, name := range need {
		if _, ok := s.at[name]; !ok {
			faults.add(1, name, "", "the column %q is missing", name)
		}
	}
	if len(faults.Places) > 0 {
		return nil, faults
	}
	return s, nil
}

// next reads the next row that can be read, noting those that can't; false at the
// end. It refuses a file of more than most rows.
func (s *sheet) next(ctx context.Context, most int, noun string, progress func(rows int)) (bool, error) {
	for {
		record, err := s.csv.Read()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, csvFault(s.faults, err)
		}
		s.row++
		if s.row > most+1 {
			s.faults.Places = nil
			s.faults.add(s.row, "", "", "the file has more than %d %s, the most of one import: split it", most, noun)
			return false, s.faults
		}
		if s.row%1000 == 0 {
			if err := ctx.Err(); err != nil {
				return false, err
			}
			progress(s.row - 1)
		}
		if len(record) != s.width {
			s.faults.add(s.row, "", "", "has %d fields, the header has %d", len(record), s.width)
			continue
		}
		if s.record = record; s.readable() {
			return true, nil
		}
	}
}

func (s *sheet) readable() bool {
	for name, i := range s.at {
		if !utf8.ValidString(s.record[i]) {
			s.faults.add(s.row, name, "", "is not valid UTF-8: save the file as UTF-8")
			return false
		}
	}
	return true
}

// field is the row's value in a column, without spaces around, "" where the file
// has no such column.
func (s *sheet) field(name string) string {
	i, ok := s.at[name]
	if !ok {
		return ""
	}
	return strings.Clone(strings.TrimSpace(s.record[i]))
}

// fault notes what is wrong with the row's value in a column.
func (s *sheet) fault(column, format string, args ...any) {
	s.faults.add(s.row, column, cut(s.field(column)), format, args...)
}

// cut keeps a bad value short in an answer.
func cut(value string) string {
	if r := []rune(value); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return value
}
