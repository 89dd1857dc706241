package selection

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Table reads a CSV file row by row: ",", ";" or a tab between fields, as the
// header has it or its "sep=" line says, quoted fields with line breaks in them,
// with or without a byte order mark.
type Table struct {
	Header []string
	Comma  rune
	row    int
	lines  *lines
	csv    *csv.Reader // of lines, for records with quotes in them
	record []string
}

// maxHeader bounds the first row, and is as far as the encoding is told ahead.
const maxHeader = 1 << 20

// NewTable reads the header. It refuses an empty file, encodings other than
// UTF-8, which it names, and a column named twice.
func NewTable(r io.Reader) (*Table, error) {
	b := bufio.NewReaderSize(r, maxHeader)
	if mark, err := b.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(3)
	}
	head, err := b.Peek(maxHeader)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if fault := wrongEncoding(head); fault != "" {
		return nil, &InputError{Message: fault}
	}
	t := &Table{Comma: separator(head)}
	if line, _, _ := bytes.Cut(head, []byte("\n")); len(line) < 8 && bytes.HasPrefix(bytes.ToLower(line), []byte("sep=")) {
		if line = bytes.TrimRight(line, "\r")[4:]; len(line) != 1 || !strings.Contains(",;\t", string(line)) {
			return nil, &InputError{Row: 1, Value: string(line), Message: fmt.Sprintf("sep=%s: a comma, a semicolon or a tab may stand between fields", line)}
		}
		t.Comma = rune(line[0])
		if _, err := b.ReadString('\n'); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
	}
	t.lines = &lines{from: b}
	t.csv = csv.NewReader(t.lines)
	t.csv.Comma = t.Comma
	t.csv.ReuseRecord = true
	t.csv.FieldsPerRecord = -1
	header, err := t.next()
	if errors.Is(err, io.EOF) {
		return nil, &InputError{Message: "the file is empty: a header row is needed"}
	}
	if err != nil {
		return nil, t.wrap(err)
	}
	t.row = 1
	return t, t.setHeader(header)
}

func (t *Table) setHeader(header []string) error {
	t.Header = nil
	for i, name := range header {
		name = norm.NFC.String(strings.TrimSpace(name))
		if !utf8.ValidString(name) {
			return &InputError{Row: t.row, Value: name, Message: fmt.Sprintf("the name of column %d is %s", i+1, notUTF8(name))}
		}
		if name != "" && slices.Contains(t.Header, name) {
			return &InputError{Row: t.row, Column: name, Value: name, Message: "two columns have this name"}
		}
		t.Header = append(t.Header, name)
	}
	return nil
}

// separator is what stands most often between the fields of the first line, a
// comma where nothing does.
func separator(head []byte) rune {
	quoted, seen := false, map[byte]int{}
	for _, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ';' || c == ',' || c == '\t':
			seen[c]++
		}
		if !quoted && (c == '\n' || c == '\r') {
			break
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if seen[c] > seen[best] {
			best = c
		}
	}
	return rune(best)
}

// wrongEncoding tells what the beginning of a file is where it is not text in
// UTF-8 with lines, empty otherwise.
func wrongEncoding(head []byte) string {
	wide := func(first byte) bool { // every second byte of Latin letters in UTF-16 is 0
		n := 0
		for i := int(first); i < min(len(head), 200); i += 2 {
			if head[i] == 0 {
				n++
			}
		}
		return n > 2 && n*4 > min(len(head), 200)/2
	}
	const again = `save it as "CSV UTF-8"`
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "this is a spreadsheet (xlsx, ods) or an archive, not text: " + again
	case bytes.HasPrefix(head, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return "this is an old spreadsheet (xls), not text: " + again
	case bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")), bytes.HasPrefix(bytes.TrimSpace(head), []byte("[")):
		return "this is JSON, not a table: write it as CSV, a header and a row for each entry"
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return "this is compressed (gzip): unpack it first"
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}), wide(0), wide(1):
		return `this is UTF-16 ("Unicode text"), not UTF-8: ` + again
	case bytes.IndexByte(head, 0) >= 0:
		return "this is not text: there are zero bytes in it"
	case bytes.Count(head, []byte("\r")) > 1 && bytes.IndexByte(head, '\n') < 0:
		return "its lines end in CR alone (old Macintosh): " + again
	}
	return ""
}

// notUTF8 says what a text that is not UTF-8 may be and what to do.
func notUTF8(text string) string {
	cyrillic, other := 0, 0
	for _, c := range []byte(text) {
		switch {
		case c >= 0xc0 || c == 0xa8 || c == 0xb8: // letters of Windows-1251, Ё and ё
			cyrillic++
		case c >= 0x80:
			other++
		}
	}
	looks := ""
	letters := 0
	for _, c := range []byte(text) {
		if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			letters++
		}
	}
	switch {
	case cyrillic > 1 && cyrillic > letters && other <= cyrillic/4:
		looks = "; it looks like Windows-1251"
	case cyrillic > 0 && letters > 0:
		looks = "; it looks like Windows-1252 or another Latin encoding"
	}
	return `not UTF-8` + looks + `: save the file as "CSV UTF-8"`
}

// Column finds a column by name, −1 when there is none.
func (t *Table) Column(name string) int { return slices.Index(t.Header, norm.NFC.String(name)) }

// anyCase finds a column by name whatever the case of its letters.
func (t *Table) anyCase(names ...string) int {
	for _, name := range names {
		if at := slices.IndexFunc(t.Header, func(h string) bool { return strings.EqualFold(h, name) }); at >= 0 {
			return at
		}
	}
	return -1
}

// need finds a column and puts an error to the others where there is none.
func (t *Table) need(errs *InputErrors, name string) int {
	at := t.Column(name)
	if at < 0 {
		errs.add(&InputError{Row: 1, Column: name, Message: fmt.Sprintf(
			"column %q is missing: the header has %s", name, strings.Join(t.Header, ", "))})
	}
	return at
}

// Row is the number of the row read last, the header being 1.
func (t *Table) Row() int { return t.row }

// Next reads a row; io.EOF ends. The fields are valid until the next call. It
// refuses broken UTF-8 and a row with more or fewer fields than the header.
func (t *Table) Next() ([]string, error) {
	record, err := t.read()
	if err != nil {
		return nil, err
	}
	if len(record) != len(t.Header) {
		return nil, &InputError{Row: t.row, Message: fmt.Sprintf("%d fields where the header has %d", len(record), len(t.Header))}
	}
	return record, nil
}

// read reads a row of any number of fields.
func (t *Table) read() ([]string, error) {
	record, err := t.next()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	t.row++
	if err != nil {
		return nil, t.wrap(err)
	}
	for i, v := range record {
		if !utf8.ValidString(v) {
			return nil, &InputError{Row: t.row, Column: t.name(i), Value: strings.ToValidUTF8(v, "\uFFFD"), Message: notUTF8(v)}
		}
		if !ascii(v) { // one spelling of what looks alike, in all files
			record[i] = norm.NFC.String(v)
		}
	}
	return record, nil
}

// each calls do for every row that is not blank and puts what is wrong with
// rows to the errors; what ends the reading is returned.
func (t *Table) each(errs *InputErrors, do func(record []string)) error {
	for {
		record, err := t.Next()
		switch one, ok := skippable(err); {
		case errors.Is(err, io.EOF):
			return nil
		case ok:
			errs.add(one)
		case err != nil:
			return err
		case !blank(record):
			do(record)
		}
	}
}

// fault is something wrong in a field of the row read last.
func (t *Table) fault(at int, value, message string) *InputError {
	return &InputError{Row: t.row, Column: t.name(at), Value: strings.Clone(value), Message: message}
}

func (t *Table) name(i int) string {
	if i < len(t.Header) && t.Header[i] != "" {
		return t.Header[i]
	}
	return strconv.Itoa(i + 1)
}

func (t *Table) wrap(err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return err
	}
	message := parse.Err.Error()
	switch {
	case errors.Is(parse.Err, csv.ErrQuote):
		message = `a quote (") is not closed, or not doubled inside a quoted field`
	case errors.Is(parse.Err, csv.ErrBareQuote):
		message = `a quote (") stands inside a field that does not begin with one: write "…""…" around it`
	}
	return &InputError{Row: max(t.row, 1), Message: fmt.Sprintf("line %d: %s", parse.Line+t.lines.plain, message)}
}

func blank(record []string) bool {
	for _, v := range record {
		if strings.TrimSpace(v) != "" {
			return false
		}
	}
	return true
}

// idColumn is the identifier column: the one asked for, "id", the only one
// whose name ends in "id", else the first.
func (t *Table) idColumn(name string) (int, error) {
	if name != "" {
		var errs InputErrors
		if at := t.need(&errs, name); errs == nil {
			return at, nil
		}
		return 0, errs
	}
	found := -1
	for i, column := range t.Header {
		lower := strings.ToLower(column)
		if lower == "id" {
			return i, nil
		}
		if strings.HasSuffix(lower, "id") {
			if found >= 0 {
				return 0, nil
			}
			found = i
		}
	}
	return max(found, 0), nil
}

func listed(values []string) string {
	const most = 8
	if len(values) > most {
		return strings.Join(values[:most], ", ") + fmt.Sprintf(" or one of %d more", len(values)-most)
	}
	return strings.Join(values, ", ")
}
