package tally

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// FieldError says where a file can't be read, and why.
type FieldError struct {
	File   string
	Row    int    // line of the file, the header being 1; 0 where it is about the whole file
	Column string // header name; empty where it is about the whole row
	Value  string
	Reason string // what is wrong and what to do
}

func (e *FieldError) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Row > 0 {
		fmt.Fprintf(&b, ": row %d", e.Row)
	}
	if e.Column != "" {
		fmt.Fprintf(&b, ", column %s", e.Column)
	}
	b.WriteString(": ")
	if e.Value != "" {
		fmt.Fprintf(&b, "%.80q: ", e.Value)
	}
	b.WriteString(e.Reason)
	return b.String()
}

// table reads a CSV file by header names. The delimiter (comma, semicolon or
// tab) is the one that splits the header best, or that stands behind the word
// with which a summary begins, whose topic may be full of others; a byte order
// mark is skipped.
type table struct {
	file   string
	reader *csv.Reader
	header []string
	index  map[string]int
	record []string
	line   int
}

func openTable(file string, r io.Reader) (*table, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	if mark, err := buffered.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = buffered.Discard(3) // three bytes are there: Peek has just returned them
	}
	first, err := buffered.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if end := bytes.IndexByte(first, '\n'); end >= 0 {
		first = first[:end]
	}
	t := &table{file: file, reader: csv.NewReader(buffered), index: map[string]int{}}
	t.reader.ReuseRecord = true
	for _, c := range ",;\t" {
		if bytes.Count(first, []byte(string(c))) > bytes.Count(first, []byte(string(t.reader.Comma))) {
			t.reader.Comma = c
		}
	}
	if rest, summary := bytes.CutPrefix(first, []byte("topic")); summary && len(rest) > 0 && strings.IndexByte(",;\t", rest[0]) >= 0 {
		t.reader.Comma = rune(rest[0])
	}
	if err := t.next(); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, &FieldError{File: file, Reason: "the file is empty: it needs a header row"}
		}
		return nil, err
	}
	t.header = append(t.header, t.record...)
	for i, name := range t.header {
		name = strings.ToLower(strings.TrimSpace(name))
		t.header[i] = name
		if _, twice := t.index[name]; twice && name != "" {
			return nil, &FieldError{File: file, Row: 1, Column: name, Reason: "the header names this column twice"}
		}
		t.index[name] = i
	}
	return t, nil
}

// next reads one record; io.EOF ends the file.
func (t *table) next() error {
	record, err := t.reader.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return io.EOF
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			reason := parse.Err.Error()
			if errors.Is(parse.Err, csv.ErrFieldCount) {
				reason = fmt.Sprintf("the row has another number of fields than the header's %d", len(t.header))
			}
			return &FieldError{File: t.file, Row: parse.StartLine, Reason: reason}
		}
		return fmt.Errorf("%s: %w", t.file, err)
	}
	t.record = record
	t.line, _ = t.reader.FieldPos(0)
	for i, field := range record {
		if !utf8.ValidString(field) {
			e := &FieldError{File: t.file, Row: t.line, Reason: "broken UTF-8: save the file as UTF-8"}
			if i < len(t.header) {
				e.Column = t.header[i]
			}
			return e
		}
	}
	return nil
}

// column finds the first of the names in the header, −1 if there is none.
func (t *table) column(names ...string) int {
	for _, name := range names {
		if i, ok := t.index[name]; ok {
			return i
		}
	}
	return -1
}

// need is column with an error that lists what the header has.
func (t *table) need(names ...string) (int, error) {
	if i := t.column(names...); i >= 0 {
		return i, nil
	}
	shown := strings.Join(t.header[:min(len(t.header), 12)], ", ")
	return 0, &FieldError{File: t.file, Row: 1, Column: names[0],
		Reason: "the column is missing; the header has " + shown}
}

// field is the trimmed value at column i, empty for −1.
func (t *table) field(i int) string {
	if i < 0 {
		return ""
	}
	return strings.TrimSpace(t.record[i])
}

func (t *table) wrong(i int, reason string) error {
	return &FieldError{File: t.file, Row: t.line, Column: t.header[i], Value: t.field(i), Reason: reason}
}
