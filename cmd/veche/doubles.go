package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"veche/selection"
	"veche/server/double"
)

// doubled is one call of veche doubles.
type doubled struct {
	people, out, id string
	columns         [5]string // of name, birth, address, phone and mail
}

var doubledColumns = [5]string{"name", "birth", "address", "phone", "email"}

func newDoublesCommand() *cobra.Command {
	var d doubled
	c := &cobra.Command{
		Use:   "doubles --people FILE [--out FILE]",
		Short: "Find people who likely stand twice in a file",
		Long: `Looks through a CSV of people for those who likely stand in it twice: one name, or nearly one, and
one year of birth; one phone; one mailbox; one address and nearly one name. Names count alike in
Cyrillic and Latin letters, whatever the order of their parts. Writes a CSV a_row,b_row,a_id,b_id,why
to stdout or --out; it says where people stand and no name. Rows count from 1, the header. Somebody
has to look: people of one name are many.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return d.run(c) },
	}
	f := c.Flags()
	f.StringVar(&d.people, "people", "", "CSV of people: a header, a row a person")
	f.StringVar(&d.out, "out", "", "write to this file instead of stdout")
	f.StringVar(&d.id, "id", "id", "column of the identifier")
	for i, name := range doubledColumns {
		f.StringVar(&d.columns[i], name, name, "column of the "+name)
	}
	return c
}

func (d *doubled) run(c *cobra.Command) error {
	if d.people == "" {
		return usagef("doubles needs --people FILE")
	}
	var people []double.Person
	var ids map[uint64]string
	err := open(d.people, func(r io.Reader) (err error) {
		people, ids, err = d.read(r)
		return err
	})
	if err != nil {
		return err
	}
	pairs := double.Find(people)
	write := func(w io.Writer) error {
		rows := [][]string{{"a_row", "b_row", "a_id", "b_id", "why"}}
		for _, p := range pairs {
			rows = append(rows, []string{fmt.Sprint(p.A), fmt.Sprint(p.B), ids[p.A], ids[p.B], strings.Join(p.Why.Names(), " ")})
		}
		return writeCells(w, rows)
	}
	if d.out != "" {
		err = writeWhole(d.out, write)
	} else {
		err = write(c.OutOrStdout())
	}
	if err == nil {
		_, err = fmt.Fprintf(c.ErrOrStderr(), "%d people, %d pairs that are likely of one person\n", len(people), len(pairs))
	}
	return err
}

// read reads the people, numbered by their rows, and their identifiers.
func (d *doubled) read(r io.Reader) (people []double.Person, ids map[uint64]string, err error) {
	t, err := selection.NewTable(r)
	if err != nil {
		return nil, nil, err
	}
	var at [len(doubledColumns)]int
	known := 0
	for i, name := range d.columns {
		if at[i] = t.Column(name); at[i] >= 0 {
			known++
		}
	}
	if known == 0 {
		return nil, nil, fmt.Errorf("it has none of the columns %s: name those it has, such as --name NAME", strings.Join(d.columns[:], ", "))
	}
	id := t.Column(d.id)
	field := func(record []string, i int) string {
		if i < 0 {
			return ""
		}
		return record[i]
	}
	ids = map[uint64]string{}
	for {
		record, err := t.Next()
		if errors.Is(err, io.EOF) {
			return people, ids, nil
		}
		if err != nil {
			return nil, nil, err
		}
		p := double.Person{Number: uint64(t.Row())}
		for i, to := range []*string{&p.Name, &p.Birth, &p.Address, &p.Phone, &p.Mail} {
			*to = strings.Clone(field(record, at[i]))
		}
		people, ids[p.Number] = append(people, p), strings.Clone(field(record, id))
	}
}
