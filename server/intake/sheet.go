package intake

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// sheet reads a CSV of a header and rows. Rows count from 1, the header.
type sheet struct {
	faults *FileError
	csv    *csv.Reader
	bounds *bounds
	at     map[string]int // column by name
	width  int
	row    int
	record []string
}

// openSheet reads the header, in which the columns need have to stand. A column
// may be known by a second name: alias leads from it to the first. none says what
// the rows are, for an empty file; most is the largest file, in bytes.
func openSheet(r io.Reader, most int64, faults *FileError, none string, need []string, alias map[string]string) (*sheet, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	if bom, err := buffered.Peek(3); err == nil && string(bom) == "\xEF\xBB\xBF" {
		_, _ = buffered.Discard(3) // they are in the buffer
	}
	within := &bounds{from: buffered, file: most, most: most}
	s := &sheet{faults: faults, csv: csv.NewReader(within), bounds: within, at: map[string]int{}}
	s.csv.Comma, s.csv.FieldsPerRecord, s.csv.ReuseRecord = separator(buffered), -1, true
	header, err := s.read()
	if errors.Is(err, io.EOF) {
		faults.add(1, "", "", "the file is empty: it needs a header and a row for each %s", none)
		return nil, faults
	}
	if err != nil {
		return nil, s.csvFault(err)
	}
	s.width, s.row = len(header), 1
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

// maxRow is the longest row, in bytes.
const maxRow = 1 << 20

var (
	errLongRow  = fmt.Errorf("the row is longer than %d bytes: a quote may not be closed", maxRow)
	errLongFile = errors.New("the file is too large")
)

// bounds ends a file that is too long, or one of whose rows is: a row is kept as a
// whole, with a place for each of its fields.
type bounds struct {
	from            io.Reader
	row, file, most int64 // what may still come of them, and what might of the file
}

func (b *bounds) Read(p []byte) (int, error) {
	switch {
	case b.row <= 0:
		return 0, errLongRow
	case b.file < 0:
		return 0, errLongFile
	}
	n, err := b.from.Read(p)
	b.row -= int64(n)
	b.file -= int64(n)
	return n, err
}

func (s *sheet) read() ([]string, error) {
	s.bounds.row = maxRow
	return s.csv.Read()
}

// csvFault is why no more rows can be read.
func (s *sheet) csvFault(err error) error {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, errLongRow):
		s.faults.add(s.row+1, "", "", "%v", errLongRow)
	case errors.Is(err, errLongFile):
		s.faults.add(s.row+1, "", "", "the file has more than %d bytes, the most of one import: split it", s.bounds.most)
	case errors.As(err, &parse):
		s.faults.add(parse.StartLine, "", "", "line %d, character %d: %v", parse.Line, parse.Column, parse.Err)
	default:
		return fmt.Errorf("reading the file: %w", err)
	}
	return s.faults
}

// next reads the next row that can be read, noting those that can't; false at the
// end. It refuses a file of more than most rows.
func (s *sheet) next(ctx context.Context, most int, noun string, progress func(rows int)) (bool, error) {
	for {
		record, err := s.read()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, s.csvFault(err)
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
