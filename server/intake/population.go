package intake

import (
	"errors"
	"io"

	"veche/selection"
	"veche/server/topic"
)

// Population reads census counts of a form's features, a table a feature or
// cross-tables, and proposes the quotas that make a panel like them: tolerance is
// the part of the seats that a quota reaches to both sides of the population's
// share. Features that the form does not ask are refused. The error is a
// *FileError, or the reader's.
func Population(r io.Reader, form *topic.Form, size int, tolerance float64) (topic.Population, []topic.Quota, error) {
	faults := &FileError{File: "population"}
	read, err := selection.ReadPopulation(r)
	var wrong selection.InputErrors
	var one *selection.InputError
	switch {
	case errors.As(err, &wrong):
		for _, e := range wrong {
			faults.add(e.Row, e.Column, e.Value, "%s", e.Message)
		}
		return topic.Population{}, nil, faults
	case errors.As(err, &one):
		faults.add(one.Row, one.Column, one.Value, "%s", one.Message)
		return topic.Population{}, nil, faults
	case err != nil:
		return topic.Population{}, nil, err
	}
	population := topic.Population{Tables: []topic.PopulationTable{}}
	for _, t := range read.Tables {
		table := topic.PopulationTable{Features: t.Features}
		for _, c := range t.Cells {
			table.Cells = append(table.Cells, topic.PopulationCell{Values: c.Values, Count: uint64(max(0, c.Count))})
		}
		population.Tables = append(population.Tables, table)
	}
	for _, place := range population.Check(form) {
		faults.add(0, place.Column, place.Value, "%s", place.Message)
	}
	if len(faults.Places) > 0 {
		return topic.Population{}, nil, faults
	}
	proposed, err := read.Quotas(size, tolerance)
	if err != nil {
		faults.add(0, "", "", "%s", err.Error())
		return topic.Population{}, nil, faults
	}
	quotas := []topic.Quota{}
	for _, q := range proposed {
		quotas = append(quotas, topic.Quota{Feature: q.Feature, Value: q.Value, Min: uint32(q.Min), Max: uint32(q.Max)})
	}
	return population, quotas, nil
}
