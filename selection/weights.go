package selection

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Weights prefer people, by identifier or by what a column of theirs holds: the
// bounded preference of the interest fit, from 1 to MaxWeight. Of several that
// a person has the largest counts.
type Weights struct {
	of      map[weightKey]*weightOf
	columns []string // in order of appearance; "" is the identifier
	header  []string // of the people that they were read with
}

type weightKey struct{ column, value string }

type weightOf struct {
	weight float64
	row    int
	used   bool
}

// ReadWeights reads `id,weight` or `feature,value,weight`. Errors are InputErrors
// with row, column and value.
func ReadWeights(r io.Reader) (*Weights, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	weight := t.anyCase("weight")
	feature, value := t.valueColumns()
	if weight < 0 || feature < 0 && len(t.Header) != 2 {
		return nil, t.headerFault("weights", "id,weight or feature,value,weight")
	}
	if feature < 0 {
		value = 1 - weight
	}
	w := &Weights{of: map[weightKey]*weightOf{}}
	var errs InputErrors
	err = t.each(&errs, func(record []string) {
		text := strings.TrimSpace(record[weight])
		v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		if err != nil || !(v >= 1 && v <= MaxWeight) {
			errs.add(t.fault(weight, text, fmt.Sprintf("%q is not a weight from 1 to %d", text, MaxWeight)))
			return
		}
		key := weightKey{value: strings.Clone(strings.TrimSpace(record[value]))}
		if feature >= 0 {
			key.column = strings.Clone(strings.TrimSpace(record[feature]))
		}
		switch old := w.of[key]; {
		case feature >= 0 && key.column == "":
			errs.add(t.fault(feature, "", "no feature is named"))
		case old != nil:
			errs.add(t.fault(value, key.value, fmt.Sprintf("%q has a weight in row %d already", key.value, old.row)))
		default:
			w.of[key] = &weightOf{weight: v, row: t.Row()}
			if !slices.Contains(w.columns, key.column) {
				w.columns = append(w.columns, key.column)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if len(errs) > 0 {
		return nil, errs
	}
	if len(w.of) == 0 {
		return nil, InputErrors{{Message: "no weight in the file: a row a person, or a value, is needed"}}
	}
	return w, nil
}

// weighing is a column of the people by whose cells weights are given.
type weighing struct {
	at   int
	name string
}

// on are the columns of a people's file that weights speak of.
func (w *Weights) on(t *Table, id int) []weighing {
	var out []weighing
	w.header = t.Header
	for _, name := range w.columns {
		at := id
		if name != "" {
			at = t.Column(name)
		}
		if at >= 0 { // weights by identifier have nobody where rows are numbered
			out = append(out, weighing{at, name})
		}
	}
	return out
}

// weigh is the weight of what a cell holds, 0 where none is given.
func (w *Weights) weigh(one weighing, cell string) float64 {
	of, ok := w.of[weightKey{one.name, strings.TrimSpace(cell)}]
	if !ok {
		return 0
	}
	of.used = true
	return of.weight
}

// Unused are the rows that met nobody in the people read with the weights,
// mistyped as a rule: nil, or InputErrors.
func (w *Weights) Unused() error {
	var errs InputErrors
	var keys []weightKey
	for key, of := range w.of {
		if !of.used {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b weightKey) int { return cmp.Compare(w.of[a].row, w.of[b].row) })
	for _, key := range keys {
		one := &InputError{Row: w.of[key].row, Column: key.column, Value: key.value, Message: fmt.Sprintf("nobody has the value %q in this column of the people", key.value)}
		switch {
		case key.column != "" && w.header != nil && !slices.Contains(w.header, key.column):
			one.Message = fmt.Sprintf("the people have no column %q (columns: %s)", key.column, strings.Join(w.header, ", "))
		case key.column == "":
			one.Message = fmt.Sprintf("%q is not among the people", key.value)
		}
		errs.add(one)
	}
	if errs == nil {
		return nil
	}
	return errs
}
