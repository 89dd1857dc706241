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
)

// InputError is one thing wrong in a file: where, what it says and what to do.
// Row counts from 1, the header being row 1, and is 0 where the file as a whole
// is meant.
type InputError struct {
	File    string `json:"file,omitempty"`
	Row     int    `json:"row"`
	Column  string `json:"column"`
	Value   string `json:"value"`
	Message string `json:"message"`
}

func (e *InputError) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File + ": ")
	}
	if e.Row > 0 {
		fmt.Fprintf(&b, "row %d", e.Row)
		if e.Column != "" {
			fmt.Fprintf(&b, ", column %q", e.Column)
		}
		b.WriteString(": ")
	} else if e.Column != "" {
		fmt.Fprintf(&b, "column %q: ", e.Column)
	}
	b.WriteString(e.Message)
	return b.String()
}

// InputErrors are the first things wrong in a file, at most maxInputErrors.
type InputErrors []*InputError

const maxInputErrors = 50

func (e InputErrors) Error() string {
	if len(e) == 1 {
		return e[0].Error()
	}
	return fmt.Sprintf("%v (and %d more like it)", e[0], len(e)-1)
}

// Unwrap gives the single errors.
func (e InputErrors) Unwrap() []error {
	out := make([]error, len(e))
	for i, one := range e {
		out[i] = one
	}
	return out
}

// Table reads a CSV file row by row: "," or ";" between fields, as the header
// has it, quoted fields, with or without a byte order mark.
type Table struct {
	Header []string
	Comma  rune
	csv    *csv.Reader
	row    int
}

// maxRecord bounds one row, so that an unclosed quote cannot swallow a huge file.
const maxHeader = 1 << 20

// NewTable reads the header. It refuses an empty file, broken UTF-8 and a
// column named twice.
func NewTable(r io.Reader) (*Table, error) {
	b := bufio.NewReaderSize(r, maxHeader)
	if mark, err := b.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(3)
	}
	head, err := b.Peek(maxHeader)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	t := &Table{Comma: ','}
	if separator(head) {
		t.Comma = ';'
	}
	t.csv = csv.NewReader(b)
	t.csv.Comma = t.Comma
	t.csv.ReuseRecord = true
	t.csv.FieldsPerRecord = -1
	header, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, &InputError{Message: "the file is empty: a header row is needed"}
	}
	if err != nil {
		return nil, t.wrap(err)
	}
	t.row = 1
	for i, name := range header {
		name = strings.TrimSpace(name)
		if !utf8.ValidString(name) {
			return nil, &InputError{Row: 1, Value: name, Message: fmt.Sprintf("the name of column %d is not UTF-8: save the file as UTF-8", i+1)}
		}
		if name != "" && slices.Contains(t.Header, name) {
			return nil, &InputError{Row: 1, Column: name, Value: name, Message: "two columns have this name"}
		}
		t.Header = append(t.Header, name)
	}
	return t, nil
}

// separator tells whether the first line has more semicolons than commas
// outside of quotes.
func separator(head []byte) bool {
	quoted, score := false, 0
	for _, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ';':
			score++
		case c == ',':
			score--
		case c == '\n' || c == '\r':
			return score > 0
		}
	}
	return score > 0
}

// Column finds a column by name, −1 when there is none.
func (t *Table) Column(name string) int { return slices.Index(t.Header, name) }

// Row is the number of the row read last, the header being 1.
func (t *Table) Row() int { return t.row }

// Next reads a row; io.EOF ends. The fields are valid until the next call. It
// refuses broken UTF-8 and a row with more or fewer fields than the header.
func (t *Table) Next() ([]string, error) {
	record, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	t.row++
	if err != nil {
		return nil, t.wrap(err)
	}
	for i, v := range record {
		if !utf8.ValidString(v) {
			return nil, &InputError{Row: t.row, Column: t.name(i), Value: strings.ToValidUTF8(v, "\uFFFD"), Message: "not UTF-8: save the file as UTF-8"}
		}
	}
	if len(record) != len(t.Header) {
		return nil, &InputError{Row: t.row, Message: fmt.Sprintf("%d fields where the header has %d", len(record), len(t.Header))}
	}
	return record, nil
}

func (t *Table) name(i int) string {
	if i < len(t.Header) && t.Header[i] != "" {
		return t.Header[i]
	}
	return strconv.Itoa(i + 1)
}

func (t *Table) wrap(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return &InputError{Row: max(t.row, 1), Message: fmt.Sprintf("line %d: %v", parse.Line, parse.Err)}
	}
	return err
}

// skippable tells whether reading may go on behind an error to find more.
func skippable(err error) (*InputError, bool) {
	var one *InputError
	return one, errors.As(err, &one)
}

// quotaHeaders are the names of the feature and value columns that are in use.
var quotaHeaders = [][2]string{{"feature", "value"}, {"category", "feature"}, {"category", "name"}}

// ReadQuotas reads `feature,value,min,max[,min_flex,max_flex]` and the older
// headers `category,feature,min,max` and `category,name,min,max`. Errors are
// InputErrors with row, column and value.
func ReadQuotas(r io.Reader) (Quotas, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	lower := make([]string, len(t.Header))
	for i, name := range t.Header {
		lower[i] = strings.ToLower(name)
	}
	feature, value := -1, -1
	for _, pair := range quotaHeaders {
		feature, value = slices.Index(lower, pair[0]), slices.Index(lower, pair[1])
		if feature >= 0 && value >= 0 {
			break
		}
	}
	at := map[string]int{}
	for _, name := range []string{"min", "max", "min_flex", "max_flex"} {
		at[name] = slices.Index(lower, name)
	}
	if feature < 0 || value < 0 || at["min"] < 0 || at["max"] < 0 {
		return nil, InputErrors{{Row: 1, Value: strings.Join(t.Header, ","), Message: fmt.Sprintf(
			"the header %q is not one of quotas: feature,value,min,max[,min_flex,max_flex] is needed", strings.Join(t.Header, ","))}}
	}
	var (
		out  Quotas
		errs InputErrors
		seen = map[[2]string]int{}
	)
	for len(errs) < maxInputErrors {
		record, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			one, ok := skippable(err)
			if !ok {
				return nil, err
			}
			errs = append(errs, one)
			continue
		}
		if blank(record) {
			continue
		}
		row := t.Row()
		bad := func(column, value, message string) {
			errs = append(errs, &InputError{Row: row, Column: column, Value: value, Message: message})
		}
		number := func(name string, missing int) int {
			if at[name] < 0 {
				return missing
			}
			text := strings.TrimSpace(record[at[name]])
			if text == "" && strings.HasSuffix(name, "_flex") {
				return missing
			}
			n, err := strconv.Atoi(text)
			if err != nil || n < 0 || n > 100_000_000 {
				bad(t.name(at[name]), text, fmt.Sprintf("%q is not a whole number of seats", text))
				return missing
			}
			return n
		}
		before := len(errs)
		q := Quota{Feature: strings.TrimSpace(record[feature]), Value: strings.TrimSpace(record[value])}
		q.Min, q.Max = number("min", 0), number("max", 0)
		q.MinFlex, q.MaxFlex = number("min_flex", 0), number("max_flex", 0)
		if len(errs) > before {
			continue
		}
		if first, ok := seen[[2]string{q.Feature, q.Value}]; ok {
			bad(t.name(value), q.Value, fmt.Sprintf("%s: %s has a quota in row %d already", q.Feature, q.Value, first))
			continue
		}
		seen[[2]string{q.Feature, q.Value}] = row
		if err := (Quotas{q}).Check(); err != nil {
			message := err.Error()
			_, message, _ = strings.Cut(message, "): ")
			if message == "" {
				message = err.Error()
			}
			bad(t.name(at["min"]), record[at["min"]], message)
			continue
		}
		out = append(out, q)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	if len(out) == 0 {
		return nil, InputErrors{{Message: "no quota in the file: one row a feature's value is needed"}}
	}
	return out, nil
}

func blank(record []string) bool {
	for _, v := range record {
		if strings.TrimSpace(v) != "" {
			return false
		}
	}
	return true
}

func wrapInput(err error) error {
	if one, ok := skippable(err); ok {
		return InputErrors{one}
	}
	return err
}

// PeopleOptions say how to read a pool.
type PeopleOptions struct {
	ID        string   // identifier column; empty: "id", or the only column whose name ends in "id", else the first
	Household []string // address columns; people alike in all of them share a household
	Weight    string   // column of weights, empty for none
}

// ReadPeople reads a pool row by row: a header and a row a person, with one
// column for each feature of the quotas; other columns are passed over. Memory
// is what the pool takes. Errors are InputErrors with row, column and value.
func ReadPeople(r io.Reader, quotas Quotas, o PeopleOptions) (*Pool, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	id, err := t.idColumn(o.ID)
	if err != nil {
		return nil, err
	}
	features := quotas.Features()
	pool, err := NewPool(features)
	if err != nil {
		return nil, err
	}
	var errs InputErrors
	need := func(name string) int {
		at := t.Column(name)
		if at < 0 {
			errs = append(errs, &InputError{Row: 1, Column: name, Message: fmt.Sprintf(
				"column %q is missing: the header has %s", name, strings.Join(t.Header, ", "))})
		}
		return at
	}
	columns := make([]int, len(features))
	value := make([]map[string]uint16, len(features))
	for f, feature := range features {
		columns[f] = need(feature.Name)
		value[f] = make(map[string]uint16, len(feature.Values))
		for v, name := range feature.Values {
			value[f][name] = uint16(v)
		}
	}
	var homes []int
	for _, name := range o.Household {
		homes = append(homes, need(name))
	}
	weight := -1
	if o.Weight != "" {
		weight = need(o.Weight)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	person := Person{Values: make([]uint16, len(features))}
	parts := make([]string, len(homes))
	for len(errs) < maxInputErrors {
		record, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			one, ok := skippable(err)
			if !ok {
				return nil, err
			}
			errs = append(errs, one)
			continue
		}
		if blank(record) {
			continue
		}
		before := len(errs)
		bad := func(at int, message string) {
			errs = append(errs, &InputError{Row: t.Row(), Column: t.name(at), Value: record[at], Message: message})
		}
		person.ID = strings.TrimSpace(record[id])
		if person.ID == "" {
			bad(id, "the identifier is empty")
		}
		for f, at := range columns {
			v, ok := value[f][strings.TrimSpace(record[at])]
			if !ok {
				bad(at, fmt.Sprintf("%q has no quota: %s can be %s", record[at], features[f].Name, listed(features[f].Values)))
			}
			person.Values[f] = v
		}
		person.Household = ""
		if len(homes) > 0 {
			for i, at := range homes {
				parts[i] = record[at]
			}
			person.Household = normalAddress(parts...)
		}
		if weight >= 0 {
			person.Weight, err = strconv.ParseFloat(strings.TrimSpace(record[weight]), 64)
			if err != nil || !(person.Weight >= 1 && person.Weight <= MaxWeight) {
				bad(weight, fmt.Sprintf("%q is not a weight from 1 to %d", record[weight], MaxWeight))
			}
		}
		if len(errs) > before {
			continue
		}
		if _, ok := pool.Index(person.ID); ok {
			bad(id, fmt.Sprintf("identifier %q is in an earlier row already", person.ID))
			continue
		}
		if err := pool.Add(person); err != nil {
			return nil, err
		}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	if pool.Len() == 0 {
		return nil, InputErrors{{Message: "nobody in the file: a row a person is needed"}}
	}
	return pool, nil
}

// idColumn is the identifier column: the one asked for, "id", the only one
// whose name ends in "id", else the first.
func (t *Table) idColumn(name string) (int, error) {
	if name != "" {
		at := t.Column(name)
		if at < 0 {
			return 0, InputErrors{{Row: 1, Column: name, Message: fmt.Sprintf(
				"column %q is missing: the header has %s", name, strings.Join(t.Header, ", "))}}
		}
		return at, nil
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

// ReadIDs reads a list of people: a column of identifiers, with the header the
// pool's identifier column has, or the first column of a file with a header.
func ReadIDs(r io.Reader, pool *Pool, column string) ([]int, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	id, err := t.idColumn(column)
	if err != nil {
		if id, err = t.idColumn(""); err != nil {
			return nil, err
		}
	}
	var (
		out  []int
		errs InputErrors
	)
	for len(errs) < maxInputErrors {
		record, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			one, ok := skippable(err)
			if !ok {
				return nil, err
			}
			errs = append(errs, one)
			continue
		}
		if blank(record) {
			continue
		}
		name := strings.TrimSpace(record[id])
		i, ok := pool.Index(name)
		switch {
		case !ok:
			errs = append(errs, &InputError{Row: t.Row(), Column: t.name(id), Value: name, Message: fmt.Sprintf("%q is not in the pool", name)})
		case !slices.Contains(out, i):
			out = append(out, i)
		}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return out, nil
}
