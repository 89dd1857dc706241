package selection

import (
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// TablesSeed turns a text into the seed of a seating.
func TablesSeed(text string) [32]byte {
	return sha256.Sum256([]byte("veche/selection/tables/v1\n" + text))
}

// PanelOptions say how to read a panel to be seated.
type PanelOptions struct {
	ID       string   // identifier column, as in PeopleOptions
	Features []string // columns to balance
	Session  string   // column of the sessions that people can attend, "" for none
	Language string   // column of the languages that people speak, "" for none
}

// ReadPanel reads a panel to be seated: everyone in the file, with whatever
// values it holds, sorted, so that the order of its rows has no bearing. A cell of
// sessions or languages holds any number of them between semicolons; an empty
// one stands for all. Errors are InputErrors with row, column and value.
func ReadPanel(r io.Reader, o PanelOptions) (Seating, error) {
	t, err := NewTable(r)
	if err != nil {
		return Seating{}, wrapInput(err)
	}
	idAt, err := t.idColumn(o.ID)
	if err != nil {
		return Seating{}, err
	}
	columns, err := t.columns(o.Features)
	if err != nil {
		return Seating{}, err
	}
	var asked []string
	for _, name := range []string{o.Session, o.Language} {
		if name != "" {
			asked = append(asked, name)
		}
	}
	choices, err := t.columns(asked)
	if err != nil {
		return Seating{}, err
	}
	ids, cells := []string{}, make([][]string, len(columns)+len(choices))
	seen := map[string]int{}
	err = t.rows(func(record []string) *InputError {
		id := strings.TrimSpace(record[idAt])
		switch first, ok := seen[id]; {
		case id == "":
			return &InputError{Row: t.Row(), Column: t.name(idAt), Message: "the identifier is empty"}
		case ok:
			return &InputError{Row: t.Row(), Column: t.name(idAt), Value: id, Message: fmt.Sprintf("identifier %q is in row %d already", id, first)}
		}
		seen[id] = t.Row()
		ids = append(ids, id)
		for i, at := range slices.Concat(columns, choices) {
			cells[i] = append(cells[i], strings.TrimSpace(record[at]))
		}
		return nil
	})
	if err != nil {
		return Seating{}, err
	}
	if len(ids) == 0 {
		return Seating{}, InputErrors{{Message: "nobody in the file: a row a person is needed"}}
	}
	s := Seating{Features: o.Features}
	if s.Pool, err = poolOfCells(ids, o.Features, cells[:len(columns)]); err != nil {
		return Seating{}, err
	}
	for i := range ids {
		s.People = append(s.People, i)
	}
	rest := cells[len(columns):]
	if o.Session != "" {
		s.Sessions, rest = choiceOf(rest[0]), rest[1:]
	}
	if o.Language != "" {
		s.Languages = choiceOf(rest[0])
	}
	return s, nil
}

// poolOfCells makes a pool of columns of values.
func poolOfCells(ids, features []string, cells [][]string) (*Pool, error) {
	found := make([]Feature, len(features))
	number := make([]map[string]uint16, len(features))
	for f, name := range features {
		values := slices.Clone(cells[f])
		slices.Sort(values)
		values = slices.Compact(values)
		if len(values) > 65535 {
			return nil, InputErrors{{Column: name, Message: "more than 65535 values: this is no feature to balance"}}
		}
		found[f], number[f] = Feature{Name: name, Values: values}, make(map[string]uint16, len(values))
		for v, value := range values {
			number[f][value] = uint16(v)
		}
	}
	pool, err := NewPool(found)
	if err != nil {
		return nil, err
	}
	values := make([]uint16, len(features))
	for i, id := range ids {
		for f := range features {
			values[f] = number[f][cells[f][i]]
		}
		if err := pool.Add(Person{ID: id, Values: values}); err != nil {
			return nil, err
		}
	}
	return pool, nil
}

// choiceOf makes a choice of cells with values between semicolons.
func choiceOf(cells []string) Choice {
	var c Choice
	split := make([][]string, len(cells))
	for i, cell := range cells {
		for _, value := range strings.Split(cell, ";") {
			if value = strings.TrimSpace(value); value != "" {
				split[i] = append(split[i], value)
				c.Options = append(c.Options, value)
			}
		}
	}
	slices.Sort(c.Options)
	c.Options = slices.Compact(c.Options)
	for _, values := range split {
		var list []int
		for _, value := range values {
			o, _ := slices.BinarySearch(c.Options, value)
			list = append(list, o)
		}
		c.Of = append(c.Of, list)
	}
	return c
}

// columns finds columns by name; the error names all that are missing.
func (t *Table) columns(names []string) ([]int, error) {
	var errs InputErrors
	out := make([]int, len(names))
	for i, name := range names {
		out[i] = t.need(&errs, name)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return out, nil
}

// rows hands out every row that is not blank and gathers what is wrong.
func (t *Table) rows(take func(record []string) *InputError) error {
	var errs InputErrors
	err := t.each(&errs, func(record []string) {
		if one := take(record); one != nil {
			errs.add(one)
		}
	})
	if err == nil && len(errs) > 0 {
		return errs
	}
	return err
}

// ReadPairs reads pairs of people, two identifiers a row, with or without a
// header: without one the first row is of two people of the pool. Further columns
// are passed over. Errors are InputErrors with row, column and value.
func ReadPairs(r io.Reader, pool *Pool) ([][2]int, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	if len(t.Header) < 2 {
		return nil, InputErrors{{Row: 1, Value: strings.Join(t.Header, ","), Message: "a row has two identifiers, one in each of two columns"}}
	}
	var out [][2]int
	if a, ok := pool.Index(t.Header[0]); ok {
		if b, ok := pool.Index(t.Header[1]); ok && a != b {
			out = append(out, [2]int{a, b})
		}
	}
	err = t.rows(func(record []string) *InputError {
		var pair [2]int
		for c := range pair {
			id := strings.TrimSpace(record[c])
			i, ok := pool.Index(id)
			if !ok {
				return &InputError{Row: t.Row(), Column: t.name(c), Value: id, Message: fmt.Sprintf("%q is not on the panel", id)}
			}
			pair[c] = i
		}
		if pair[0] == pair[1] {
			return &InputError{Row: t.Row(), Column: t.name(1), Value: pool.ID(pair[0]), Message: fmt.Sprintf("%q is paired with themself", pool.ID(pair[0]))}
		}
		out = append(out, pair)
		return nil
	})
	return out, err
}

// WriteTables writes `id,round,table,seat`, with `session` and `language` behind
// them where there was a choice, by round and in the order of the people.
func WriteTables(w io.Writer, s Seating, t *Tables) error {
	c := csv.NewWriter(w)
	header := []string{"id", "round", "table", "seat"}
	sessions, languages := len(s.Sessions.Options) > 0, len(s.Languages.Options) > 0
	if sessions {
		header = append(header, "session")
	}
	if languages {
		header = append(header, "language")
	}
	if err := c.Write(header); err != nil {
		return err
	}
	for round, places := range t.Places {
		for k, place := range places {
			if place.Table == 0 {
				continue
			}
			record := []string{s.Pool.ID(s.People[k]), strconv.Itoa(round + 1), strconv.Itoa(place.Table), strconv.Itoa(place.Seat)}
			g := t.GroupOf(place.Table)
			if sessions {
				record = append(record, s.Sessions.name(g.Session))
			}
			if languages {
				record = append(record, s.Languages.name(g.Language))
			}
			if err := c.Write(record); err != nil {
				return err
			}
		}
	}
	c.Flush()
	return c.Error()
}

// GroupOf is the group that a table belongs to, nil where there is no such table.
func (t *Tables) GroupOf(table int) *TableGroup {
	for i := range t.Groups {
		if g := &t.Groups[i]; table >= g.First && table < g.First+g.Tables {
			return g
		}
	}
	return nil
}

// WriteUnplaced writes `id,reason`.
func WriteUnplaced(w io.Writer, s Seating, t *Tables) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"id", "reason"}); err != nil {
		return err
	}
	for _, one := range t.Unplaced {
		if err := c.Write([]string{s.Pool.ID(s.People[one.Person]), one.Reason}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// ReadTables reads what WriteTables wrote for a seating of the same people: all
// rounds, and the groups where the columns for them are there. Someone whom the
// file does not name in a round has no place in it. Errors are InputErrors with
// row, column and value.
func ReadTables(r io.Reader, s Seating) (*Tables, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	at, err := t.columns([]string{"id", "round", "table", "seat"})
	if err != nil {
		return nil, err
	}
	position := make(map[int]int, len(s.People))
	for k, i := range s.People {
		position[i] = k
	}
	out := &Tables{}
	kind := map[int]TableGroup{} // session and language of a table
	session, language := t.Column("session"), t.Column("language")
	err = t.rows(func(record []string) *InputError {
		bad := func(c int, message string) *InputError {
			return &InputError{Row: t.Row(), Column: t.name(c), Value: record[c], Message: message}
		}
		var number [4]int
		for c := 1; c < 4; c++ {
			n, err := strconv.Atoi(strings.TrimSpace(record[at[c]]))
			if most := []int{0, 1000, s.Pool.Len(), 1_000_000}[c]; err != nil || n < 1 || n > most {
				return bad(at[c], fmt.Sprintf("%q is not a number from 1 to %d", record[at[c]], most))
			}
			number[c] = n
		}
		round, table := number[1], number[2]
		i, ok := s.Pool.Index(strings.TrimSpace(record[at[0]]))
		k, sits := position[i]
		if !ok || !sits {
			return bad(at[0], fmt.Sprintf("%q is not on the panel", record[at[0]]))
		}
		for len(out.Places) < round {
			out.Places = append(out.Places, make([]Place, len(s.People)))
		}
		if out.Places[round-1][k].Table != 0 {
			return bad(at[0], fmt.Sprintf("%q has a place in round %d already", record[at[0]], round))
		}
		out.Places[round-1][k] = Place{Table: table, Seat: number[3]}
		g := TableGroup{Session: -1, Language: -1, First: table, Tables: 1}
		for _, q := range []struct {
			column int
			choice *Choice
			into   *int
		}{{session, &s.Sessions, &g.Session}, {language, &s.Languages, &g.Language}} {
			if q.column < 0 || len(q.choice.Options) == 0 {
				continue
			}
			if *q.into = slices.Index(q.choice.Options, strings.TrimSpace(record[q.column])); *q.into < 0 {
				return bad(q.column, fmt.Sprintf("%q is none of the panel's: %s", record[q.column], listed(q.choice.Options)))
			}
		}
		if first, ok := kind[table]; ok && (first.Session != g.Session || first.Language != g.Language) {
			return bad(at[2], fmt.Sprintf("table %d has another session or language in an earlier row", table))
		}
		kind[table] = g
		out.Count = max(out.Count, table)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if out.Count == 0 {
		return nil, InputErrors{{Message: "nobody has a table in this file: a row a person and round is needed"}}
	}
	for table := 1; table <= out.Count; table++ {
		g, ok := kind[table]
		if n := len(out.Groups); n > 0 && (!ok || out.Groups[n-1].Session == g.Session && out.Groups[n-1].Language == g.Language) {
			out.Groups[n-1].Tables++
			continue
		}
		if !ok {
			g = TableGroup{Session: -1, Language: -1, First: table, Tables: 1}
		}
		out.Groups = append(out.Groups, g)
	}
	return out, nil
}
