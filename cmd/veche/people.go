package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/pflag"

	"veche/selection"
)

// peopleFlags say how a people's file is read into a pool: whoever draws again
// gives the same.
type peopleFlags struct {
	id, household, match string
	weights              string
	eligible, attends    []string

	keep    []string          // columns of selected.csv and remaining.csv, nil for all
	leftOut []selection.Group // by the rules
}

func (p *peopleFlags) flags(f *pflag.FlagSet) {
	f.StringVar(&p.id, "id", "", "identifier column (default: id, or the column that ends in id, or the first); # numbers the rows")
	f.StringVar(&p.household, "household", "", "address columns, comma-separated: one person an address")
	f.StringVar(&p.match, "household-match", "normalised", "addresses are the same: normalised (by letters and digits, whatever their case) or exact (to the letter)")
	f.StringVar(&p.weights, "weights", "", "CSV of weights from 1 to 3: id,weight or feature,value,weight")
	f.StringArrayVar(&p.eligible, "eligible", nil, "column=value|value: only people with one of these can be drawn; may be repeated")
	f.StringArrayVar(&p.attends, "attends", nil, "column=value|value of sessions or languages, cells holding several with ; between them: only people with one of these can be drawn; may be repeated")
}

// homes are the address columns.
func (p *peopleFlags) homes() []string { return columns(p.household) }

func (p *peopleFlags) rules() ([]selection.Rule, error) {
	var out []selection.Rule
	for _, list := range []struct {
		flag    string
		texts   []string
		several bool
	}{{"--eligible", p.eligible, false}, {"--attends", p.attends, true}} {
		for _, text := range list.texts {
			rule, err := selection.ParseRule(text, list.several)
			if err != nil {
				return nil, usagef("%s: %w", list.flag, err)
			}
			out = append(out, rule)
		}
	}
	return out, nil
}

func (p *peopleFlags) check() error {
	if !slices.Contains([]string{"normalised", "exact"}, p.match) {
		return usagef("--household-match %q is not known: use normalised or exact", p.match)
	}
	_, err := p.rules()
	return err
}

// readPool reads the pool; quotasFile is what the quotas came from.
func (p *peopleFlags) readPool(people, quotasFile string, quotas selection.Quotas) (pool *selection.Pool, err error) {
	o := selection.PeopleOptions{ID: p.id, Household: p.homes(), Exact: p.match == "exact"}
	if o.Rules, err = p.rules(); err != nil {
		return nil, err
	}
	if p.weights != "" {
		err := open(p.weights, func(r io.Reader) (err error) {
			o.Weights, err = selection.ReadWeights(r)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	err = open(people, func(r io.Reader) (err error) {
		pool, p.leftOut, err = selection.ReadApplicants(r, quotas, o)
		return err
	})
	var missing *selection.HeaderError
	if errors.As(err, &missing) {
		return nil, fmt.Errorf("%s and %s do not agree: %w", quotasFile, people, missing)
	}
	if err == nil && o.Weights != nil {
		if err := o.Weights.Unused(); err != nil {
			return nil, &fileError{p.weights, err}
		}
	}
	return pool, err
}
