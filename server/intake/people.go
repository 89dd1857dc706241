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

	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/topic"
)

// Enroller makes members of people who come by file.
type Enroller interface {
	Enrol(ctx context.Context, topicID string, ids []string, newID func() string, done func(people int)) ([]privacy.Member, error)
}

// Intake imports into topics, one file at a time into each.
type Intake struct {
	Journal  *journal.Journal
	Enroller Enroller
	NewID    func() string // of a person

	running running
}

// Bounds of a file of people.
const (
	MaxPeopleBytes = 400 << 20
	MaxPeopleRows  = 2_000_000
)

// FileError is all that is wrong with a file, at most maxPlaces of it.
type FileError struct {
	File   string
	Places []topic.Place
	More   int // faults besides
}

const maxPlaces = 100

func (e *FileError) Error() string {
	p := e.Places[0]
	where := e.File
	if p.Row > 0 {
		where += fmt.Sprintf(", row %d", p.Row)
	}
	if p.Column != "" {
		where += ", column " + p.Column
	}
	return fmt.Sprintf("%s: %s (%d fault(s) in all, nothing was imported)", where, p.Message, len(e.Places)+e.More)
}

// Fault is the error as a refusal of the domain.
func (e *FileError) Fault() *topic.Fault {
	f := topic.NewFault(topic.CodeInvalid, "%s", e.Error())
	f.Places = e.Places
	return f
}

func (e *FileError) add(row int, column, value, format string, args ...any) {
	if len(e.Places) >= maxPlaces {
		e.More++
		return
	}
	e.Places = append(e.Places, topic.Place{Row: row, Column: column, Value: value, Message: fmt.Sprintf(format, args...)})
}

// Person is one row of a file of people.
type Person struct {
	ID  string
	Row topic.Row
}

// ReadPeople reads a CSV of people for a form: a header, a row a person, a
// column "id" and one for every feature; "interests", "sessions", "languages"
// (values separated by ";" or "|") and "household" (or "address") may be there,
// other columns are left out. Rows count from 1, the header. The error is a
// *FileError, or the reader's.
func ReadPeople(r io.Reader, form *topic.Form) ([]Person, error) {
	return readPeople(context.Background(), r, form, func(int) {})
}

// readPeople tells progress by rows, and ends with ctx.
func readPeople(ctx context.Context, r io.Reader, form *topic.Form, progress func(rows int)) ([]Person, error) {
	faults := &FileError{File: "people"}
	buffered := bufio.NewReaderSize(r, 1<<16)
	if bom, err := buffered.Peek(3); err == nil && string(bom) == "\xEF\xBB\xBF" {
		_, _ = buffered.Discard(3) // they are in the buffer
	}
	c := csv.NewReader(buffered)
	c.Comma, c.FieldsPerRecord, c.ReuseRecord = separator(buffered), -1, true
	header, err := c.Read()
	if errors.Is(err, io.EOF) {
		faults.add(1, "", "", "the file is empty: it needs a header and a row for each person")
		return nil, faults
	}
	if err != nil {
		return nil, csvFault(faults, err)
	}
	at := map[string]int{}
	for i, name := range header {
		name = strings.TrimSpace(name)
		if _, twice := at[name]; twice {
			faults.add(1, name, "", "the column %q stands twice", name)
		}
		at[name] = i
	}
	if _, ok := at["household"]; !ok {
		if i, ok := at["address"]; ok {
			at["household"] = i
		}
	}
	need := []string{"id"}
	for _, f := range form.Features {
		need = append(need, f.Name)
	}
	for _, name := range need {
		if _, ok := at[name]; !ok {
			faults.add(1, name, "", "the column %q is missing", name)
		}
	}
	if len(faults.Places) > 0 {
		return nil, faults
	}
	columns := len(header)
	var people []Person
	rows := map[string]int{}
	for row := 2; ; row++ {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, csvFault(faults, err)
		}
		if row > MaxPeopleRows+1 {
			faults.Places = nil
			faults.add(row, "", "", "the file has more than %d people, the most of one import: split it", MaxPeopleRows)
			return nil, faults
		}
		if row%1000 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			progress(row - 1)
		}
		if len(record) != columns {
			faults.add(row, "", "", "has %d fields, the header has %d", len(record), columns)
			continue
		}
		if p, ok := personOf(faults, form, at, row, record); ok {
			if first, twice := rows[p.ID]; twice {
				faults.add(row, "id", p.ID, "the id %q stands in row %d already", p.ID, first)
				continue
			}
			rows[p.ID] = row
			people = append(people, p)
		}
	}
	if len(people) == 0 && len(faults.Places) == 0 {
		faults.add(2, "", "", "the file has a header but no people")
	}
	if len(faults.Places) > 0 {
		return nil, faults
	}
	return people, nil
}

func personOf(faults *FileError, form *topic.Form, at map[string]int, row int, record []string) (Person, bool) {
	field := func(name string) string {
		i, ok := at[name]
		if !ok {
			return ""
		}
		return strings.TrimSpace(record[i])
	}
	for name, i := range at {
		if !utf8.ValidString(record[i]) {
			faults.add(row, name, "", "is not valid UTF-8: save the file as UTF-8")
			return Person{}, false
		}
	}
	p := Person{ID: strings.Clone(field("id"))}
	if p.ID == "" || len(p.ID) > 200 {
		faults.add(row, "id", "", "the id is empty or longer than 200 bytes")
		return p, false
	}
	answers := make(map[string]string, len(form.Features))
	for _, f := range form.Features {
		answers[f.Name] = strings.Clone(field(f.Name))
	}
	var err error
	p.Row, err = form.NewRow(answers, list(field("interests")), list(field("sessions")), list(field("languages")), strings.Clone(field("household")))
	var fault *topic.Fault
	if errors.As(err, &fault) {
		for _, place := range fault.Places {
			faults.add(row, place.Column, place.Value, "%s", place.Message)
		}
		return p, false
	}
	return p, err == nil
}

// list splits several values of one field.
func list(field string) []string {
	if field == "" {
		return nil
	}
	var values []string
	for _, v := range strings.FieldsFunc(field, func(r rune) bool { return r == ';' || r == '|' }) {
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, strings.Clone(v))
		}
	}
	return values
}

// separator is what the header holds more of: commas or semicolons.
func separator(r *bufio.Reader) rune {
	head, _ := r.Peek(1 << 14) // what there is; an error shows when it is read
	line, _, _ := strings.Cut(string(head), "\n")
	if strings.Count(line, ";") > strings.Count(line, ",") {
		return ';'
	}
	return ','
}

func csvFault(faults *FileError, err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return fmt.Errorf("reading the file: %w", err)
	}
	faults.add(parse.StartLine, "", "", "line %d, character %d: %v", parse.Line, parse.Column, parse.Err)
	return faults
}

// refuseKnown answers which rows are of people who are in the pool already.
func (in *Intake) refuseKnown(ctx context.Context, topicID string, members []privacy.Member) error {
	view, err := in.Journal.View(ctx, topicID)
	if err != nil {
		return err
	}
	faults := &FileError{File: "people"}
	view.Read(func(s *topic.State, _ uint64) {
		for i, m := range members {
			if n := s.ApplicationOf(m.Debate); n != 0 && s.Applications[n-1].Status == topic.ApplicationOpen {
				faults.add(i+2, "id", m.ExternalID, "the person %q has applied already", m.ExternalID)
			}
		}
	})
	if len(faults.Places) > 0 {
		return faults
	}
	return nil
}
