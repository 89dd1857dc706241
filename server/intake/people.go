package intake

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/topic"
)

// Enroller makes members of people who come by file.
type Enroller interface {
	Enrol(ctx context.Context, topicID string, ids []string, newID func() string, done func(people int)) ([]privacy.Member, error)
	// SaveContacts keeps what a file says of members besides their answers, sealed;
	// ForgetContacts destroys it of all whose pseudonym does not pass keep.
	SaveContacts(ctx context.Context, topicID string, members []privacy.Member, contacts []privacy.Contact) error
	ForgetContacts(ctx context.Context, topicID string, keep func(debate topic.Pseudonym) bool) (int, error)
}

// Intake imports into topics, one file at a time into each.
type Intake struct {
	Journal  *journal.Journal
	Enroller Enroller
	Keeper   PaperKeeper
	NewID    func() string // of a person

	running running
	papers  sync.Mutex // one at a time: what was entered before is left out
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
	e.Places = append(e.Places, topic.Place{Row: row, Column: column, Field: column, Value: value, Message: fmt.Sprintf(format, args...)})
}

// Person is one row of a file of people.
type Person struct {
	ID  string
	Row topic.Row
	privacy.Contact
}

// maxContact is the most of each thing that is kept of a contact, in characters.
const maxContact = 200

// ReadPeople reads a CSV of people for a form: a header, a row a person, a
// column "id" and one for every feature; "interests", "sessions", "languages"
// (values separated by ";" or "|") and "household" (or "address") may be there, and
// "name", "birth", "phone" and "email", which serve to find people who applied twice;
// other columns are left out. Rows count from 1, the header. The error is a
// *FileError, or the reader's.
func ReadPeople(r io.Reader, form *topic.Form) ([]Person, error) {
	return readPeople(context.Background(), r, form, func(int) {})
}

// readPeople tells progress by rows, and ends with ctx.
func readPeople(ctx context.Context, r io.Reader, form *topic.Form, progress func(rows int)) ([]Person, error) {
	faults := &FileError{File: "people"}
	need := []string{"id"}
	for _, f := range form.Features {
		need = append(need, f.Name)
	}
	s, err := openSheet(r, MaxPeopleBytes, faults, "person", need, map[string]string{"address": "household", "mail": "email", "birth_year": "birth", "date_of_birth": "birth"})
	if err != nil {
		return nil, err
	}
	var people []Person
	rows := map[string]int{}
	for {
		more, err := s.next(ctx, MaxPeopleRows, "people", progress)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		if p, ok := personOf(s, form); ok {
			if first, twice := rows[p.ID]; twice {
				s.fault("id", "the id %q stands in row %d already", p.ID, first)
				continue
			}
			rows[p.ID] = s.row
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

func personOf(s *sheet, form *topic.Form) (Person, bool) {
	p := Person{ID: s.field("id")}
	if p.ID == "" || len(p.ID) > 200 {
		s.faults.add(s.row, "id", "", "the id is empty or longer than 200 bytes")
		return p, false
	}
	answers := make(map[string]string, len(form.Features))
	for _, f := range form.Features {
		answers[f.Name] = s.field(f.Name)
	}
	var err error
	p.Row, err = form.NewRow(answers, list(s.field("interests")), list(s.field("sessions")), list(s.field("languages")), s.field("household"))
	var fault *topic.Fault
	if errors.As(err, &fault) {
		for _, place := range fault.Places {
			s.faults.add(s.row, place.Column, place.Value, "%s", place.Message)
		}
		return p, false
	}
	p.Contact = privacy.Contact{Name: s.spare("name", form), Birth: s.spare("birth", form), Phone: s.spare("phone", form), Mail: s.spare("email", form)}
	return p, err == nil
}

// spare is a field of what the form does not ask for, "" where it does. Longer than
// anybody needs it is cut: it is only compared.
func (s *sheet) spare(column string, form *topic.Form) string {
	if slices.ContainsFunc(form.Features, func(f topic.Feature) bool { return f.Name == column }) {
		return ""
	}
	if r := []rune(s.field(column)); len(r) > maxContact {
		return string(r[:maxContact])
	}
	return s.field(column)
}

// list splits several values of one field.
func list(field string) []string {
	if field == "" {
		return nil
	}
	var values []string
	for _, v := range strings.FieldsFunc(field, func(r rune) bool { return r == ';' || r == '|' }) {
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, v)
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
