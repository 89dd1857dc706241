package selection

import (
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteReserves writes `order,id`.
func WriteReserves(w io.Writer, pool *Pool, r *Result) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"order", "id"}); err != nil {
		return err
	}
	for k, i := range r.Reserves {
		if err := c.Write([]string{strconv.Itoa(k + 1), pool.ID(i)}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// WriteProbabilities writes `id,probability`, everyone in the order of the pool.
func WriteProbabilities(w io.Writer, pool *Pool, r *Result) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"id", "probability"}); err != nil {
		return err
	}
	record := make([]string, 2)
	for i, p := range r.Probability {
		record[0], record[1] = pool.ID(i), strconv.FormatFloat(p, 'f', -1, 64)
		if err := c.Write(record); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// WriteTables writes `id,round,table,seat`, by round and in the order of the people.
func WriteTables(w io.Writer, s Seating, t *Tables) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"id", "round", "table", "seat"}); err != nil {
		return err
	}
	for round, places := range t.Places {
		for k, place := range places {
			err := c.Write([]string{s.Pool.ID(s.People[k]), strconv.Itoa(round + 1), strconv.Itoa(place.Table), strconv.Itoa(place.Seat)})
			if err != nil {
				return err
			}
		}
	}
	c.Flush()
	return c.Error()
}

// TablesSeed turns a text into the seed of a seating.
func TablesSeed(text string) [32]byte {
	return sha256.Sum256([]byte("veche/selection/tables/v1\n" + text))
}

// ReadPanel reads a panel to be seated: the features named, each with whatever
// values the file holds in order of first appearance.
func ReadPanel(r io.Reader, features []string, id string) (*Pool, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	idAt, err := t.idColumn(id)
	if err != nil {
		return nil, err
	}
	var errs InputErrors
	columns := make([]int, len(features))
	for f, name := range features {
		if columns[f] = t.Column(name); columns[f] < 0 {
			errs = append(errs, &InputError{Row: 1, Column: name, Message: fmt.Sprintf(
				"column %q is missing: the header has %s", name, strings.Join(t.Header, ", "))})
		}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	type person struct {
		id     string
		values []uint16
	}
	var people []person
	found := make([]Feature, len(features))
	number := make([]map[string]uint16, len(features))
	for f, name := range features {
		found[f].Name, number[f] = name, map[string]uint16{}
	}
	seen := map[string]int{}
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
		one := person{id: strings.TrimSpace(record[idAt]), values: make([]uint16, len(features))}
		switch first, ok := seen[one.id]; {
		case one.id == "":
			errs = append(errs, &InputError{Row: t.Row(), Column: t.name(idAt), Message: "the identifier is empty"})
			continue
		case ok:
			errs = append(errs, &InputError{Row: t.Row(), Column: t.name(idAt), Value: one.id, Message: fmt.Sprintf("identifier %q is in row %d already", one.id, first)})
			continue
		}
		seen[one.id] = t.Row()
		for f, at := range columns {
			value := strings.TrimSpace(record[at])
			v, ok := number[f][value]
			if !ok {
				if len(number[f]) == 65535 {
					return nil, InputErrors{{Row: t.Row(), Column: features[f], Value: value, Message: "more than 65535 values: this is no feature to balance"}}
				}
				v = uint16(len(number[f]))
				number[f][value] = v
				found[f].Values = append(found[f].Values, value)
			}
			one.values[f] = v
		}
		people = append(people, one)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	if len(people) == 0 {
		return nil, InputErrors{{Message: "nobody in the file: a row a person is needed"}}
	}
	pool, err := NewPool(found)
	if err != nil {
		return nil, err
	}
	for _, one := range people {
		if err := pool.Add(Person{ID: one.id, Values: one.values}); err != nil {
			return nil, err
		}
	}
	return pool, nil
}
