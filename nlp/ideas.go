package nlp

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// InputError is a fault in a file of ideas.
type InputError struct {
	Row     int    // of the data, from 1, the header not counted; 0 for the file as a whole
	Line    int    // in the file, from 1; 0 if unknown
	Column  string // "" for the whole row
	Message string // what is wrong and what to do
}

func (e *InputError) Error() string {
	var at []string
	if e.Row > 0 {
		at = append(at, fmt.Sprintf("row %d", e.Row))
	}
	if e.Line > 0 {
		at = append(at, fmt.Sprintf("line %d", e.Line))
	}
	if e.Column != "" {
		at = append(at, fmt.Sprintf("column %q", e.Column))
	}
	if len(at) == 0 {
		return e.Message
	}
	return strings.Join(at, ", ") + ": " + e.Message
}

// InputErrors are the faults of a file in file order, at most mostFaults.
type InputErrors []*InputError

func (e InputErrors) Error() string {
	if len(e) == 1 {
		return e[0].Error()
	}
	return fmt.Sprintf("%s (and %d more)", e[0].Error(), len(e)-1)
}

const (
	mostFaults  = 20
	longestLine = 16 << 20
)

// Columns says where a file keeps what. Empty names are guessed.
type Columns struct {
	Format string // csv, tsv or jsonl; "" looks at the content
	Text   string // column or field of the text; several, joined by commas, are read as one text
	ID     string // column or field of the id; without one the row's number is the id
	Lang   string // column or field of the author's language; may be missing
}

var (
	textNames = []string{"text", "idea", "comment-body", "comment_body", "body", "proposal", "comment", "content", "message", "title", "statement", "текст", "идея", "предложение", "сообщение", "обращение"}
	idNames   = []string{"id", "idea-id", "idea_id", "comment-id", "comment_id", "номер", "№"}
	langNames = []string{"lang", "language", "locale", "язык"}
)

// ReadIdeas reads ideas from CSV (comma or semicolon), TSV or JSON lines,
// gzip or plain, in UTF-8; a row or line may have 16 MiB. The first row of CSV and TSV is a header. It
// returns InputErrors where the content is at fault: unknown columns, rows
// of another length, broken UTF-8, ids that are missing or not unique. An
// empty text is no fault.
func ReadIdeas(r io.Reader, columns Columns) ([]Document, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := in.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		unpacked, err := Unpack(in)
		if err != nil {
			return nil, err
		}
		in = bufio.NewReaderSize(unpacked, 1<<16)
	}
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		if _, err := in.Discard(3); err != nil {
			return nil, err
		}
	}
	format, comma := strings.ToLower(columns.Format), ','
	head, err := in.Peek(1 << 12)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return nil, InputErrors{{Message: "the file is empty: a header row or a JSON line was expected"}}
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	if format == "" {
		switch {
		case bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")):
			format = "jsonl"
		case bytes.IndexByte(line, '\t') >= 0:
			format = "tsv"
		default:
			format = "csv"
		}
	}
	switch format {
	case "jsonl", "ndjson":
		return readLines(in, columns)
	case "tsv":
		return readTable(in, '\t', columns)
	case "csv":
		if bytes.IndexByte(line, ',') < 0 && bytes.IndexByte(line, ';') >= 0 {
			comma = ';'
		}
		return readTable(in, comma, columns)
	}
	return nil, fmt.Errorf("unknown format %q: csv, tsv or jsonl", columns.Format)
}

// gathering collects documents and faults of a file.
type gathering struct {
	documents []Document
	faults    InputErrors
	seen      map[string]int
}

func (g *gathering) fault(row, line int, column, format string, values ...any) {
	g.faults = append(g.faults, &InputError{Row: row, Line: line, Column: column, Message: fmt.Sprintf(format, values...)})
}

func (g *gathering) full() bool { return len(g.faults) >= mostFaults }

// add checks one document.
func (g *gathering) add(row, line int, idColumn, textColumn string, d Document) {
	switch {
	case !utf8.ValidString(d.ID):
		g.fault(row, line, idColumn, "not valid UTF-8: save the file as UTF-8")
		return
	case !utf8.ValidString(d.Text):
		g.fault(row, line, textColumn, "not valid UTF-8: save the file as UTF-8")
		return
	case d.ID == "":
		g.fault(row, line, idColumn, "the id is empty: each idea needs one of its own")
		return
	}
	if g.seen == nil {
		g.seen = map[string]int{}
	}
	if first, ok := g.seen[d.ID]; ok {
		g.fault(row, line, idColumn, "the id %q is that of row %d already: ids must be unique", d.ID, first)
		return
	}
	g.seen[d.ID] = row
	g.documents = append(g.documents, d)
}

func (g *gathering) done() ([]Document, error) {
	if len(g.faults) > 0 {
		return nil, g.faults
	}
	return g.documents, nil
}

// find locates a named column, or the first of the usual names.
func find(header []string, name string, usual []string) int {
	lower := make([]string, len(header))
	for i, h := range header {
		lower[i] = strings.ToLower(strings.TrimSpace(h))
	}
	if name != "" {
		if i := slices.Index(header, name); i >= 0 {
			return i
		}
		return slices.Index(lower, strings.ToLower(strings.TrimSpace(name)))
	}
	for _, u := range usual {
		if i := slices.Index(lower, u); i >= 0 {
			return i
		}
	}
	return -1
}

// findAll locates the column of the text, or several joined by commas.
func findAll(header []string, names string) ([]int, string) {
	if i := find(header, names, textNames); i >= 0 {
		return []int{i}, ""
	}
	if names == "" {
		if len(header) == 1 {
			return []int{0}, ""
		}
		return nil, "text"
	}
	var at []int
	for name := range strings.SplitSeq(names, ",") {
		if strings.TrimSpace(name) == "" {
			return nil, names
		}
		i := find(header, name, nil)
		if i < 0 {
			return nil, name
		}
		at = append(at, i)
	}
	return at, ""
}

// records is what encoding/csv's Reader does for us.
type records interface {
	Read() ([]string, error)
	FieldPos(field int) (line, column int)
}

// tabbed reads tab-separated lines. A quote is an ordinary character, as
// texts begin with one, unless a whole field stands in quotes.
type tabbed struct {
	lines *bufio.Scanner
	line  int
}

func newTabbed(in io.Reader) *tabbed {
	t := &tabbed{lines: bufio.NewScanner(in)}
	t.lines.Buffer(make([]byte, 0, 1<<16), longestLine)
	return t
}

func (t *tabbed) Read() ([]string, error) {
	for t.lines.Scan() {
		t.line++
		text := strings.TrimSuffix(t.lines.Text(), "\r")
		if text == "" {
			continue
		}
		fields := strings.Split(text, "\t")
		for i, f := range fields {
			fields[i] = unquoted(f)
		}
		return fields, nil
	}
	if err := t.lines.Err(); err != nil {
		return nil, fmt.Errorf("after line %d: %w", t.line, err)
	}
	return nil, io.EOF
}

func (t *tabbed) FieldPos(int) (line, column int) { return t.line, 0 }

// separated reads what encoding/csv reads, in rows of a bounded length.
type separated struct {
	*csv.Reader
	rows *rowByRow
}

func (s *separated) Read() ([]string, error) {
	s.rows.left = longestLine
	return s.Reader.Read()
}

// unquoted takes the quotes off a field that stands in them as a whole.
func unquoted(field string) string {
	if len(field) < 2 || field[0] != '"' || field[len(field)-1] != '"' {
		return field
	}
	inner := strings.ReplaceAll(field[1:len(field)-1], `""`, "\x00")
	if strings.Contains(inner, `"`) {
		return field
	}
	return strings.ReplaceAll(inner, "\x00", `"`)
}

func readTable(in io.Reader, comma rune, columns Columns) ([]Document, error) {
	var table records
	if comma == '\t' {
		table = newTabbed(in)
	} else {
		rows := &rowByRow{from: in}
		r := csv.NewReader(rows)
		r.Comma, r.FieldsPerRecord, r.ReuseRecord = comma, -1, true
		table = &separated{Reader: r, rows: rows}
	}
	header, err := table.Read()
	if err != nil {
		return nil, InputErrors{csvFault(0, err)}
	}
	header = slices.Clone(header)
	text, missing := findAll(header, columns.Text)
	if missing != "" {
		return nil, InputErrors{{Column: missing, Message: fmt.Sprintf("there is no such column; the file has %s: name the one with the text by --text", quoted(header))}}
	}
	id := find(header, columns.ID, idNames)
	if id < 0 && columns.ID != "" {
		return nil, InputErrors{{Column: columns.ID, Message: fmt.Sprintf("there is no such column; the file has %s: name the one with the id by --id", quoted(header))}}
	}
	language := find(header, columns.Lang, langNames)
	var g gathering
	for row := 1; !g.full(); row++ {
		record, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			g.faults = append(g.faults, csvFault(row, err))
			break
		}
		line, _ := table.FieldPos(0)
		if len(record) != len(header) {
			g.fault(row, line, "", "%d fields where the header has %d: quote fields that hold the separator", len(record), len(header))
			continue
		}
		d := Document{ID: strconv.Itoa(row)}
		idColumn := ""
		if id >= 0 {
			d.ID, idColumn = strings.Clone(strings.TrimSpace(record[id])), header[id]
		}
		if language >= 0 {
			d.Lang = strings.Clone(strings.TrimSpace(record[language]))
		}
		parts := make([]string, 0, len(text))
		for _, i := range text {
			parts = append(parts, record[i])
		}
		d.Text = joinParts(parts)
		g.add(row, line, idColumn, header[text[0]], d)
	}
	return g.done()
}

func csvFault(row int, err error) *InputError {
	var fault *csv.ParseError
	if errors.As(err, &fault) {
		return &InputError{Row: row, Line: fault.Line, Message: fault.Err.Error() + ": quote fields that hold quotes or line ends"}
	}
	return &InputError{Row: row, Message: err.Error()}
}

// joinParts makes one text of several columns, sentence by sentence.
func joinParts(parts []string) string {
	if len(parts) == 1 {
		return strings.Clone(parts[0])
	}
	var out strings.Builder
	for _, p := range parts {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		if out.Len() > 0 {
			if !strings.HasSuffix(out.String(), ".") {
				out.WriteByte('.')
			}
			out.WriteByte(' ')
		}
		out.WriteString(p)
	}
	return out.String()
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strconv.Quote(n)
	}
	return strings.Join(out, ", ")
}

func readLines(in *bufio.Reader, columns Columns) ([]Document, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 1<<16), longestLine)
	var g gathering
	row, line := 0, 0
	for lines.Scan() && !g.full() {
		line++
		raw := bytes.TrimSpace(lines.Bytes())
		if len(raw) == 0 {
			continue
		}
		row++
		if !utf8.Valid(raw) {
			g.fault(row, line, "", "not valid UTF-8: save the file as UTF-8")
			continue
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal(raw, &object); err != nil {
			g.fault(row, line, "", "not a JSON object: %v", err)
			continue
		}
		names := make([]string, 0, len(object))
		for name := range object { // sorted below
			names = append(names, name)
		}
		slices.Sort(names)
		text, missing := findAll(names, columns.Text)
		if missing != "" || columns.Text == "" && len(text) == 1 && find(names, "", textNames) < 0 {
			g.fault(row, line, "", "no field %q; the object has %s: name the one with the text by --text", max(missing, "text"), quoted(names))
			continue
		}
		d := Document{ID: strconv.Itoa(row)}
		idName := ""
		if i := find(names, columns.ID, idNames); i >= 0 {
			idName = names[i]
			d.ID = strings.TrimSpace(scalar(object[idName]))
		} else if columns.ID != "" {
			g.fault(row, line, columns.ID, "there is no such field; the object has %s", quoted(names))
			continue
		}
		if i := find(names, columns.Lang, langNames); i >= 0 {
			d.Lang = scalar(object[names[i]])
		}
		parts := make([]string, 0, len(text))
		bad := false
		for _, i := range text {
			var s string
			if value := object[names[i]]; string(value) != "null" {
				if err := json.Unmarshal(value, &s); err != nil {
					g.fault(row, line, names[i], "the text is not a string")
					bad = true
					break
				}
			}
			parts = append(parts, s)
		}
		if bad {
			continue
		}
		d.Text = joinParts(parts)
		g.add(row, line, idName, names[text[0]], d)
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			g.fault(row+1, line+1, "", "the line is longer than %d MiB", longestLine>>20)
		} else {
			return nil, err
		}
	}
	return g.done()
}

// scalar is a JSON string's content or a number as it is written; "" else.
func scalar(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}
