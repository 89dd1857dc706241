package selection

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// PeopleOptions say how to read a pool.
type PeopleOptions struct {
	// ID is the identifier column; empty: "id", or the only column whose name ends
	// in "id", else the first. RowNumber numbers the rows, from 1, where there is none.
	ID        string
	Household []string // address columns; people alike in all of them share a household
	Exact     bool     // addresses are alike only to the letter, not by their letters and digits alone
	Weight    string   // column of weights, empty for none
	Weights   *Weights // from a file of their own, nil for none
	Rules     []Rule   // who can be drawn
}

// RowNumber in the place of an identifier column's name numbers the people.
const RowNumber = "#"

// Rule lets only some people be drawn: those with one of the values in a column
// of the people's file. Several tells that the cells hold several values with
// ";" or "," between them, of which one is enough.
type Rule struct {
	Column  string
	Values  []string
	Several bool
}

// Reason says in words whom the rule leaves out.
func (r Rule) Reason() string {
	if r.Several {
		return fmt.Sprintf("%s holds none of %s", r.Column, strings.Join(r.Values, ", "))
	}
	return fmt.Sprintf("%s is not %s", r.Column, strings.Join(r.Values, " or "))
}

// ParseRule reads `column=value|value`.
func ParseRule(text string, several bool) (Rule, error) {
	column, values, ok := strings.Cut(text, "=")
	out := Rule{Column: strings.TrimSpace(column), Several: several}
	for _, v := range strings.Split(values, "|") {
		if v = norm.NFC.String(strings.TrimSpace(v)); v != "" {
			out.Values = append(out.Values, v)
		}
	}
	if !ok || out.Column == "" || out.Values == nil {
		return Rule{}, fmt.Errorf(`%q is no rule: write column=value, or column=value|value for several`, text)
	}
	return out, nil
}

// HeaderError says that features of the quotas have no column among the people.
type HeaderError struct {
	Features []string
	Header   []string // of the people
}

func (e *HeaderError) Error() string {
	s, are := "", "is not a column"
	if len(e.Features) > 1 {
		s, are = "s", "are not columns"
	}
	out := fmt.Sprintf("the feature%s %s of the quotas %s of the people", s, quoted(e.Features), are)
	for _, feature := range e.Features {
		for _, name := range e.Header {
			if strings.EqualFold(plainName(name), plainName(feature)) {
				out += fmt.Sprintf("; %q may be %q: write names alike in both files", feature, name)
			}
		}
	}
	return out + fmt.Sprintf(" (columns: %s)", strings.Join(e.Header, ", "))
}

// plainName is a name without what people tend to write differently.
func plainName(name string) string {
	return strings.ReplaceAll(HouseholdKey(name), " ", "")
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = strconv.Quote(name)
	}
	return strings.Join(out, ", ")
}

// Crossed stands between the names of features that a quota crosses, and
// between their values: "age × gender", "16–29 × w".
const Crossed = " × "

// columnsOf are the columns that make a feature: one, or those crossed; nil
// where there are none.
func (t *Table) columnsOf(feature string) []int {
	if at := t.Column(feature); at >= 0 {
		return []int{at}
	}
	names := strings.Split(feature, Crossed)
	if len(names) < 2 {
		return nil
	}
	out := make([]int, len(names))
	for i, name := range names {
		if out[i] = t.Column(name); out[i] < 0 {
			return nil
		}
	}
	return out
}

// ReadHeader reads the names of a file's columns.
func ReadHeader(r io.Reader) ([]string, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, wrapInput(err)
	}
	return t.Header, nil
}

// ReadPeople is ReadApplicants for where everyone can be drawn.
func ReadPeople(r io.Reader, quotas Quotas, o PeopleOptions) (*Pool, error) {
	pool, _, err := ReadApplicants(r, quotas, o)
	return pool, err
}

// NoQuota stands in the pool for whatever people whom a rule leaves out have in
// the place of a value with a quota: features and values are published, their
// cells are not.
const NoQuota = "(no quota)"

// ReadApplicants reads a pool row by row: a header and a row a person, with one
// column for each feature of the quotas, or several for one that crosses them;
// other columns are passed over. People whom a rule leaves out are in the pool
// and in the groups besides, one a rule, people in each that leaves them out; only
// they may have values without a quota, which are all read as NoQuota. Memory is what the pool takes. Errors
// are InputErrors with row, column and value, or a HeaderError.
func ReadApplicants(r io.Reader, quotas Quotas, o PeopleOptions) (*Pool, []Group, error) {
	t, err := NewTable(r)
	if err != nil {
		return nil, nil, wrapInput(err)
	}
	in, err := newApplicants(t, quotas, o)
	if err != nil {
		return nil, nil, err
	}
	var errs InputErrors
	var failed error
	err = t.each(&errs, func(record []string) {
		if failed == nil {
			failed = in.add(record, &errs)
		}
	})
	if err = errors.Join(err, failed); err != nil {
		return nil, nil, err
	}
	if len(errs) > 0 {
		return nil, nil, errs
	}
	if in.pool.Len() == 0 {
		return nil, nil, InputErrors{{Message: "nobody in the file: a row a person is needed"}}
	}
	for k := range in.use {
		in.use[k].unmet(&o.Rules[k], &errs)
	}
	if len(errs) > 0 {
		return nil, nil, errs
	}
	var out []Group
	for k, people := range in.out {
		out = append(out, Group{Reason: o.Rules[k].Reason(), People: people})
	}
	return in.pool, out, nil
}

// applicants is a pool being read.
type applicants struct {
	PeopleOptions
	t        *Table
	pool     *Pool
	id       int
	columns  [][]int             // by feature
	value    []map[string]uint16 // by feature
	homes    []int
	weight   int
	weighing []weighing
	rules    []int
	use      []ruleUse
	out      [][]int // by rule
	failed   []int   // rules that leave the person out

	person Person
	parts  []string
	joined []byte
}

func newApplicants(t *Table, quotas Quotas, o PeopleOptions) (*applicants, error) {
	in := &applicants{PeopleOptions: o, t: t, weight: -1, out: make([][]int, len(o.Rules)), parts: make([]string, len(o.Household))}
	var err error
	features := quotas.Features()
	if in.id = -1; o.ID != RowNumber {
		if in.id, err = t.idColumn(o.ID); err != nil {
			return nil, err
		}
		if name := t.Header[in.id]; o.ID == "" && slices.ContainsFunc(features, func(f Feature) bool { return f.Name == name }) {
			return nil, InputErrors{{Row: 1, Column: name, Message: fmt.Sprintf(
				"no column of identifiers is among %s: name one, or number the people by their rows with %q for its name", strings.Join(t.Header, ", "), RowNumber)}}
		}
	}
	missing := &HeaderError{Header: t.Header}
	for _, feature := range features {
		columns := t.columnsOf(feature.Name)
		if columns == nil {
			missing.Features = append(missing.Features, feature.Name)
		}
		in.columns = append(in.columns, columns)
		value := make(map[string]uint16, len(feature.Values))
		for v, name := range feature.Values {
			value[norm.NFC.String(name)] = uint16(v)
		}
		in.value = append(in.value, value)
	}
	if missing.Features != nil {
		return nil, missing
	}
	if in.pool, err = NewPool(features); err != nil {
		return nil, err
	}
	var errs InputErrors
	for _, name := range o.Household {
		in.homes = append(in.homes, t.need(&errs, name))
	}
	if o.Weight != "" {
		in.weight = t.need(&errs, o.Weight)
	}
	in.use = make([]ruleUse, len(o.Rules))
	for _, rule := range o.Rules {
		in.rules = append(in.rules, t.need(&errs, rule.Column))
	}
	if o.Weights != nil {
		in.weighing = o.Weights.on(t, in.id)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	in.person.Values = make([]uint16, len(features))
	return in, nil
}

// cell is what a record says of a feature.
func (in *applicants) cell(f int, record []string) []byte {
	in.joined = in.joined[:0]
	for i, at := range in.columns[f] {
		if i > 0 {
			in.joined = append(in.joined, Crossed...)
		}
		in.joined = append(in.joined, strings.TrimSpace(record[at])...)
	}
	return in.joined
}

// add puts a person into the pool, or what is wrong with the row to the errors.
func (in *applicants) add(record []string, errs *InputErrors) error {
	before, person, pool := errs.Count(), &in.person, in.pool
	bad := func(at int, message string) { errs.add(in.t.fault(at, record[at], message)) }
	switch {
	case in.id < 0:
		person.ID = strconv.Itoa(pool.Len() + 1)
	default:
		if person.ID = strings.TrimSpace(record[in.id]); person.ID == "" {
			bad(in.id, "the identifier is empty")
		}
	}
	in.failed = in.failed[:0]
	for k, at := range in.rules {
		if !in.use[k].holds(&in.Rules[k], record[at]) {
			in.failed = append(in.failed, k)
		}
	}
	for f, columns := range in.columns {
		cell := in.cell(f, record)
		v, ok := in.value[f][string(cell)]
		switch feature := &pool.features[f]; {
		case ok:
		case len(in.failed) > 0:
			if v, ok = in.value[f][NoQuota]; !ok {
				v = uint16(len(feature.Values))
				feature.Values = append(feature.Values, NoQuota)
				in.value[f][NoQuota] = v
			}
		case len(columns) > 1:
			errs.add(&InputError{Row: in.t.Row(), Column: feature.Name, Value: string(cell),
				Message: fmt.Sprintf("%q has no quota: %s can be %s", cell, feature.Name, listed(feature.Values))})
		default:
			bad(columns[0], fmt.Sprintf("%q has no quota: %s can be %s", record[columns[0]], feature.Name, listed(feature.Values)))
		}
		person.Values[f] = v
	}
	person.Household = in.home(record)
	person.Weight = 0
	if in.weight >= 0 {
		var err error
		if person.Weight, err = strconv.ParseFloat(strings.TrimSpace(record[in.weight]), 64); err != nil || !(person.Weight >= 1 && person.Weight <= MaxWeight) {
			bad(in.weight, fmt.Sprintf("%q is not a weight from 1 to %d", record[in.weight], MaxWeight))
		}
	}
	for _, w := range in.weighing {
		person.Weight = max(person.Weight, in.Weights.weigh(w, record[w.at]))
	}
	if errs.Count() > before {
		return nil
	}
	switch earlier, err := pool.add(*person); {
	case err != nil:
		return err
	case earlier >= 0:
		bad(in.id, fmt.Sprintf("identifier %q is in an earlier row already", person.ID))
		return nil
	}
	for _, k := range in.failed {
		in.out[k] = append(in.out[k], pool.Len()-1)
	}
	return nil
}

// home is the key of a person's household, empty where no address is given.
func (in *applicants) home(record []string) string {
	if len(in.homes) == 0 {
		return ""
	}
	given := false
	for i, at := range in.homes {
		in.parts[i] = record[at]
		given = given || strings.TrimSpace(record[at]) != ""
	}
	switch {
	case !given:
		return ""
	case in.Exact:
		return strings.Join(in.parts, "\x00")
	}
	return HouseholdKey(in.parts...)
}
