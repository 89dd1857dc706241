package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"veche/selection"
)

// read reads quotas, population, people and lists into the problem.
func (d *drawing) read() error {
	d.say("reading quotas and people")
	for _, path := range columns(d.population) {
		err := open(path, func(r io.Reader) error {
			p, err := selection.ReadPopulation(r)
			d.problem.Population.Tables = append(d.problem.Population.Tables, p.Tables...)
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := d.readQuotas(); err != nil {
		return err
	}
	from := cmp.Or(d.quotas, d.population, d.rounds.previous)
	var err error
	if d.pool, err = d.readPool(d.people, from, d.problem.Quotas); err != nil {
		return err
	}
	d.problem.Pool = d.pool
	if err := d.keepColumns(); err != nil {
		return err
	}
	if err := d.readLists(); err != nil {
		return err
	}
	if err := d.rounds.settle(d); err != nil {
		return err
	}
	return d.invite()
}

// readQuotas reads the quotas or makes them of the population, and says what the
// two do not agree on.
func (d *drawing) readQuotas() error {
	p := &d.problem
	for _, note := range p.Population.Notes() {
		d.note(note)
	}
	rules, err := d.rules()
	if err != nil {
		return err
	}
	p.Population = p.Population.Among(rules)
	if d.quotas != "" {
		err := open(d.quotas, func(r io.Reader) (err error) {
			p.Quotas, err = selection.ReadQuotas(r)
			return err
		})
		if err != nil {
			return err
		}
		for _, note := range p.Population.Against(p.Quotas.Features()) {
			d.note(note)
		}
		return nil
	}
	if d.rounds.proof != nil && d.population == "" {
		return nil
	}
	var header []string
	err = open(d.people, func(r io.Reader) (err error) {
		header, err = selection.ReadHeader(r)
		return err
	})
	if err != nil {
		return err
	}
	known := selection.Population{}
	for _, t := range p.Population.Tables {
		if missing := slices.DeleteFunc(slices.Clone(t.Features), func(f string) bool { return slices.Contains(header, f) }); len(missing) > 0 {
			d.note(fmt.Sprintf("the population counts %q, which is no column of the people: no quotas for this table", missing[0]))
			continue
		}
		known.Tables = append(known.Tables, t)
	}
	if known.Tables == nil {
		return fmt.Errorf("%s and %s do not agree: no table of the population is about columns of the people alone (%q): name columns alike in both files", d.population, d.people, header)
	}
	if d.crossed {
		p.Quotas, err = known.CrossQuotas(d.size, d.tolerance)
	} else {
		p.Quotas, err = known.Quotas(d.size, d.tolerance)
	}
	if err != nil {
		return err
	}
	return d.create("quotas.csv", func(w io.Writer) error {
		return selection.WritePopulationQuotas(w, p.Quotas, known, d.size)
	})
}

// keepColumns adds the quotas' columns to those that a settings file keeps, and makes
// sure that the people have them all.
func (d *drawing) keepColumns() error {
	if d.keep == nil {
		return nil
	}
	var header []string
	err := open(d.people, func(r io.Reader) (err error) {
		header, err = selection.ReadHeader(r)
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range d.keep {
		if !slices.Contains(header, name) {
			return fmt.Errorf("%s and %s do not agree: the column %q that is to be kept is not one of the people (%q)", d.config, d.people, name, header)
		}
	}
	for _, f := range d.problem.Quotas.Features() {
		d.keep = append(d.keep, f.Name)
		d.keep = append(d.keep, strings.Split(f.Name, selection.Crossed)...)
	}
	return nil
}

// readLists reads who cannot be drawn and who has a seat in any case. A seat
// outranks a rule, since it is given by hand.
func (d *drawing) readLists() error {
	p := &d.problem
	list := func(path, reason string) (groups []selection.Group, err error) {
		if path == "" {
			return nil, nil
		}
		err = open(path, func(r io.Reader) (err error) {
			groups, err = selection.ReadGroups(r, p.Pool, d.id, reason)
			return err
		})
		return groups, err
	}
	already, err := list(d.already, "selected already")
	if err != nil {
		return err
	}
	must, err := list(d.mustHave, "must be included")
	if err != nil {
		return err
	}
	seat := map[int]bool{}
	for _, g := range already {
		for _, i := range g.People {
			seat[i] = true
			d.seated = append(d.seated, i)
		}
	}
	without := func(groups []selection.Group) (out []selection.Group) {
		for _, g := range groups {
			g.People = slices.DeleteFunc(slices.Clone(g.People), func(i int) bool { return seat[i] })
			out = append(out, g)
		}
		return out
	}
	must = slices.DeleteFunc(without(must), func(g selection.Group) bool { return len(g.People) == 0 })
	for _, g := range must {
		for _, i := range g.People {
			seat[i] = true
		}
	}
	p.Fixed = append(already, must...)
	p.Excluded = without(d.leftOut)
	for k, g := range d.leftOut {
		if n := len(g.People) - len(p.Excluded[k].People); n > 0 {
			d.note(fmt.Sprintf("%s a seat by --must-include or --already-selected though %s: the list overrides the rule", count(n, "person has", "people have"), g.Reason))
		}
	}
	for _, path := range d.exclude {
		groups, err := list(path, "on the list of people who cannot be drawn")
		if err != nil {
			return err
		}
		p.Excluded = append(p.Excluded, groups...)
	}
	served, err := list(d.served, "served before")
	p.Excluded = append(p.Excluded, served...)
	return err
}

// invite makes the draw so much larger that enough of those drawn come.
func (d *drawing) invite() error {
	if d.showUp == "" {
		return nil
	}
	var rates []selection.Turnout
	err := open(d.showUp, func(r io.Reader) (err error) {
		rates, err = selection.ReadTurnout(r)
		return err
	})
	if err != nil {
		return err
	}
	if d.invited, err = selection.Invite(d.problem.Quotas, d.size, rates, d.confidence); err != nil {
		return &fileError{d.showUp, err}
	}
	d.problem.Size, d.problem.Quotas = d.invited.Size, d.invited.Quotas
	d.note(fmt.Sprintf("%d people are drawn so that %d come: %.1f are expected to, and all minimums are met with a probability of at least %.3f",
		d.invited.Size, d.size, d.invited.Expected, d.invited.AllMet))
	return nil
}

// refused writes the smallest change of quotas that cannot be met.
func (d *drawing) refused(err error) error {
	var why *selection.InfeasibleError
	if !errors.As(err, &why) {
		return err
	}
	out := &refusal{why: why}
	if len(why.Changes) == 0 {
		return out
	}
	out.file = filepath.Join(d.out, "suggested-quotas.csv")
	return errors.Join(out, d.create("suggested-quotas.csv", func(w io.Writer) error {
		return selection.WriteQuotas(w, d.problem.Quotas.With(why.Changes))
	}))
}

// write writes the result.
func (d *drawing) write(result *selection.Result, proof *selection.Proof) error {
	d.say("writing")
	if err := d.target().clear(); err != nil {
		return err
	}
	pool := d.problem.Pool
	chosen := make([]int8, pool.Len()) // 1 in selected.csv, 2 seated before
	for _, i := range result.Selected {
		chosen[i] = 1
	}
	for _, g := range d.problem.Fixed {
		for _, i := range g.People {
			chosen[i] = 1
		}
	}
	for _, i := range d.seated {
		chosen[i] = 2
	}
	err := d.create("selected.csv", func(selected io.Writer) error {
		return d.create("remaining.csv", func(remaining io.Writer) error {
			return open(d.people, func(r io.Reader) error {
				return selection.SplitPeople(r, d.keep, func(i int) io.Writer {
					switch {
					case i < 0:
						return io.MultiWriter(selected, remaining)
					case chosen[i] == 1:
						return selected
					case chosen[i] == 0:
						return remaining
					}
					return io.Discard
				})
			})
		})
	})
	if err != nil {
		return err
	}
	files := []struct {
		name  string
		write func(io.Writer) error
	}{
		{"reserves.csv", func(w io.Writer) error { return selection.WriteReserves(w, pool, result) }},
		{"probabilities.csv", func(w io.Writer) error { return d.rounds.write(w, d, result) }},
		{"report.json", func(w io.Writer) error { return writeJSON(w, result.Report) }},
		{"report.html", func(w io.Writer) error {
			return selection.WriteReportHTML(w, d.ceremony.page(d.lang, d.people, result, proof))
		}},
	}
	if d.panels > 0 {
		files = append(files, struct {
			name  string
			write func(io.Writer) error
		}{"panels.csv", func(w io.Writer) error { return selection.WritePanels(w, pool, result) }})
	}
	if d.invited != nil {
		files = append(files, struct {
			name  string
			write func(io.Writer) error
		}{"invitation.json", func(w io.Writer) error { return writeJSON(w, d.invited) }})
	}
	// The proof comes last: where it is, the result is whole. A number a line would be long.
	files = append(files, struct {
		name  string
		write func(io.Writer) error
	}{"proof.json", func(w io.Writer) error { return json.NewEncoder(w).Encode(proof) }})
	for _, file := range files {
		if err := d.create(file.name, file.write); err != nil {
			return err
		}
	}
	return nil
}

func (d *drawing) create(name string, write func(io.Writer) error) error {
	if err := os.MkdirAll(d.out, 0o755); err != nil {
		return err
	}
	return writeWhole(filepath.Join(d.out, name), write)
}
