package selection

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Register says how to read a register of residents or addresses: a CSV of any
// columns, a row a person (or an address).
type Register struct {
	ID      string   `json:"id,omitempty"`      // identifier column, as PeopleOptions.ID
	Strata  []Strata `json:"strata"`            // columns that split it; none: all one stratum
	Address []string `json:"address,omitempty"` // address columns; people alike in all of them get one letter; empty: each row its own
}

// Strata is a column that splits a register: by its values as they are or,
// where Cuts are given, by bands of whole numbers, each cut beginning one. A date
// that begins or ends with a year of four digits counts as that year.
type Strata struct {
	Column string `json:"column"`
	Cuts   []int  `json:"cuts,omitempty"`
}

// ParseStrata reads "district" or "birth_year:1960,1980,2000", several separated
// by ";" or, where none has cuts, by ",".
func ParseStrata(text string) ([]Strata, error) {
	var out []Strata
	separator := ";"
	if !strings.Contains(text, ":") {
		text, separator = strings.ReplaceAll(text, ";", ","), ","
	}
	for _, part := range strings.Split(text, separator) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		column, cuts, banded := strings.Cut(part, ":")
		one := Strata{Column: strings.TrimSpace(column)}
		if one.Column == "" {
			return nil, fmt.Errorf("strata %q name no column", part)
		}
		if banded {
			for _, cut := range strings.Split(cuts, ",") {
				n, err := strconv.Atoi(strings.TrimSpace(cut))
				if err != nil {
					return nil, fmt.Errorf("strata %q: %q is not a whole number: write %s:1960,1980,2000, and ; between columns", part, strings.TrimSpace(cut), one.Column)
				}
				if k := len(one.Cuts); k > 0 && n <= one.Cuts[k-1] {
					return nil, fmt.Errorf("strata %q: %d is not above %d: cuts go upwards", part, n, one.Cuts[k-1])
				}
				one.Cuts = append(one.Cuts, n)
			}
		}
		if slices.ContainsFunc(out, func(s Strata) bool { return s.Column == one.Column }) {
			return nil, fmt.Errorf("strata name column %q twice", one.Column)
		}
		out = append(out, one)
	}
	return out, nil
}

// value is what a field means: itself, or its band.
func (s *Strata) value(field string) (string, error) {
	field = strings.TrimSpace(field)
	if len(s.Cuts) == 0 {
		return field, nil
	}
	n, err := strconv.Atoi(field)
	if err != nil && len(field) > 4 {
		if n, err = strconv.Atoi(field[:4]); err != nil || field[4] != '-' {
			n, err = strconv.Atoi(field[len(field)-4:])
			if before := field[len(field)-5]; err == nil && before != '.' && before != '/' {
				err = strconv.ErrSyntax
			}
		}
	}
	if err != nil {
		return "", fmt.Errorf("%q is neither a whole number nor a date with a year", field)
	}
	k, found := slices.BinarySearch(s.Cuts, n)
	if found {
		k++
	}
	switch k {
	case 0:
		return fmt.Sprintf("–%d", s.Cuts[0]-1), nil
	case len(s.Cuts):
		return fmt.Sprintf("%d–", s.Cuts[k-1]), nil
	}
	return fmt.Sprintf("%d–%d", s.Cuts[k-1], s.Cuts[k]-1), nil
}

// rowReader reads a register's rows as people of a growing pool.
type rowReader struct {
	*Register
	t                *Table
	id               int
	columns, address []int
}

func (o *Register) reader(r io.Reader) (*rowReader, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	in := &rowReader{Register: o, t: t}
	if in.id, err = t.idColumn(o.ID); err != nil {
		return nil, err
	}
	var errs InputErrors
	for _, s := range o.Strata {
		in.columns = append(in.columns, t.need(&errs, s.Column))
	}
	for _, name := range o.Address {
		in.address = append(in.address, t.need(&errs, name))
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return in, nil
}

// Read reads a register row by row into a pool whose features are the strata
// columns, their values sorted, and whose households are the addresses. The
// order of the rows leaves no trace in it but the numbering of the people.
// Errors are InputErrors with row, column and value.
func (o *Register) Read(r io.Reader) (*Pool, error) {
	in, err := o.reader(r)
	if err != nil {
		return nil, err
	}
	features := make([]Feature, len(o.Strata))
	known := make([]map[string]uint16, len(o.Strata))
	short := make([]map[string]uint16, len(o.Strata)) // as written → number, to spare the bands' arithmetic
	for f, s := range o.Strata {
		features[f] = Feature{Name: s.Column, Values: []string{""}}
		known[f], short[f] = map[string]uint16{}, map[string]uint16{}
	}
	pool, err := NewPool(features)
	if err != nil {
		return nil, err
	}
	for f := range pool.features {
		pool.features[f].Values = nil
	}
	person := Person{Values: make([]uint16, len(o.Strata))}
	parts := make([]string, len(o.Address))
	var errs InputErrors
	bad := func(record []string, at int, message string) { errs.add(in.t.fault(at, record[at], message)) }
	// number is the number of a value of strata column f, a new one where it needs one.
	number := func(record []string, f, at int) (uint16, error) {
		if v, ok := short[f][record[at]]; ok {
			return v, nil
		}
		value, err := o.Strata[f].value(record[at])
		if err != nil {
			return 0, err
		}
		v, ok := known[f][value]
		if !ok {
			if len(known[f]) == mostStrata {
				return 0, fmt.Errorf("more than %d values: this is no column to split by; cuts make bands of numbers", mostStrata)
			}
			v, value = uint16(len(known[f])), strings.Clone(value)
			known[f][value] = v
			pool.features[f].Values = append(pool.features[f].Values, value)
		}
		if len(short[f]) < 10*mostStrata {
			short[f][strings.Clone(record[at])] = v
		}
		return v, nil
	}
	err = in.t.each(&errs, func(record []string) {
		before := errs.Count()
		person.ID = strings.TrimSpace(record[in.id])
		if person.ID == "" {
			bad(record, in.id, "the identifier is empty")
		} else if _, ok := pool.Index(person.ID); ok {
			bad(record, in.id, fmt.Sprintf("identifier %q is in an earlier row already", person.ID))
		}
		for f, at := range in.columns {
			v, err := number(record, f, at)
			if err != nil {
				bad(record, at, err.Error())
			}
			person.Values[f] = v
		}
		person.Household = ""
		if len(parts) > 0 {
			for i, at := range in.address {
				parts[i] = record[at]
			}
			if person.Household = HouseholdKey(parts...); person.Household == "" {
				bad(record, in.address[0], "the address is empty")
			}
		}
		if errs.Count() > before {
			return
		}
		if err := pool.Add(person); err != nil {
			bad(record, in.id, err.Error())
		}
	})
	if err != nil {
		return nil, err
	}
	if len(errs) > 0 {
		return nil, errs
	}
	if pool.Len() == 0 {
		return nil, InputErrors{{Message: "nobody in the register: a row a person or an address is needed"}}
	}
	pool.sortValues(o.Strata)
	return pool, nil
}

// mostStrata bounds the strata, and the values of a column that makes them.
const mostStrata = 10_000

// start is where a value's band begins, for the order of bands.
func (s *Strata) start(value string) int {
	if text, _, ok := strings.Cut(value, "–"); ok && text != "" && len(s.Cuts) > 0 {
		if n, err := strconv.Atoi(text); err == nil {
			return n
		}
	}
	return math.MinInt // the first band, or no band at all
}

// sortValues renumbers the values of every feature in the order of their bands,
// then of their texts.
func (p *Pool) sortValues(strata []Strata) {
	width := len(p.features)
	for f := range p.features {
		order := make([]uint16, len(p.features[f].Values))
		for v := range order {
			order[v] = uint16(v)
		}
		old := p.features[f].Values
		slices.SortFunc(order, func(a, b uint16) int {
			return cmp.Or(cmp.Compare(strata[f].start(old[a]), strata[f].start(old[b])), cmp.Compare(old[a], old[b]))
		})
		values, number := make([]string, len(old)), make([]uint16, len(old))
		for to, from := range order {
			values[to], number[from] = old[from], uint16(to)
		}
		p.features[f].Values = values
		for at := f; at < len(p.profiles); at += width {
			p.profiles[at] = number[p.profiles[at]]
		}
	}
	clear(p.profileKey)
	for k := range len(p.profiles) / max(1, width) {
		for f, v := range p.profiles[k*width : (k+1)*width] {
			p.key[2*f], p.key[2*f+1] = byte(v>>8), byte(v)
		}
		p.profileKey[string(p.key)] = int32(k)
	}
	if width == 0 && p.Len() > 0 {
		p.profileKey[""] = 0
	}
}

// StratumRate is something said of a stratum: its values in the order of the
// strata columns, all empty for those that have no row of their own.
type StratumRate struct {
	Values []string `json:"values"`
	Rate   float64  `json:"rate"`
}

// ReadRates reads answers a letter by stratum: the strata columns and `rate`,
// above 0 and at most 1; a row of empty values is for all other strata. Other
// columns are passed over, so that a table of answers can be read back.
func ReadRates(r io.Reader, strata []Strata) ([]StratumRate, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	var errs InputErrors
	columns := make([]int, len(strata))
	for k, one := range strata {
		columns[k] = t.need(&errs, one.Column)
	}
	at := t.need(&errs, "rate")
	if len(errs) > 0 {
		return nil, errs
	}
	var out []StratumRate
	seen := map[string]bool{}
	err = t.each(&errs, func(record []string) {
		one := StratumRate{Values: []string{}}
		for _, at := range columns {
			one.Values = append(one.Values, strings.Clone(strings.TrimSpace(record[at])))
		}
		key := strings.Join(one.Values, "\x00")
		var err error
		one.Rate, err = parseDecimal(record[at])
		switch {
		case err != nil || !(one.Rate > 0 && one.Rate <= 1) || math.IsInf(1/one.Rate, 0):
			errs.add(t.fault(at, record[at], fmt.Sprintf("%q is not a rate of answers above 0 and at most 1", record[at])))
		case seen[key]:
			errs.add(&InputError{Row: t.Row(), Value: strings.Join(one.Values, ", "), Message: fmt.Sprintf("stratum %q has a rate in an earlier row already", strings.Join(one.Values, ", "))})
		default:
			seen[key] = true
			out = append(out, one)
		}
	})
	if err != nil {
		return nil, err
	}
	if len(errs) > 0 {
		return nil, errs
	}
	if len(out) == 0 {
		return nil, InputErrors{{Message: "no rate in the file: a row a stratum is needed"}}
	}
	return out, nil
}
