package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"veche/selection"
	"veche/selection/beacon"
)

// rounds holds the flags of `veche draw` for the round after an earlier draw, and
// what that draw left.
type rounds struct {
	previous, declined string
	proof              *selection.Proof
	totals             []float64
}

func (r *rounds) flags(f *pflag.FlagSet) {
	f.StringVar(&r.previous, "previous", "", "result of the round before: quotas, size and rules are taken from it, and who has a seat keeps it; others need --reason")
	f.StringVar(&r.declined, "declined", "", "CSV of identifiers who declined their seat or withdrew, with --previous")
}

// begin takes from the round before what no flag says.
func (r *rounds) begin(d *drawing) error {
	if (r.previous == "") != (r.declined == "") {
		return usagef("a replacement round needs both --previous DIR and --declined FILE")
	}
	if r.previous == "" {
		return nil
	}
	if d.already != "" || d.ceremony.round != 0 || len(d.ceremony.after) > 0 {
		return usagef("--previous says who has a seat and which round this is: leave out --already-selected, --round and --after")
	}
	err := open(filepath.Join(r.previous, "proof.json"), func(file io.Reader) (err error) {
		r.proof, err = selection.ReadProof(file)
		return err
	})
	if err != nil {
		return err
	}
	if d.size == 0 {
		d.size = r.proof.Policy.Size
	}
	if d.quotas == "" {
		d.problem.Quotas = r.proof.Policy.Quotas
	}
	if d.household == "" {
		d.household = strings.Join(r.proof.Household, ",")
	}
	return nil
}

// settle makes the problem that of the next round: seats, lists and rules, but
// for quotas, size and lists that flags give.
func (r *rounds) settle(d *drawing) error {
	if r.proof == nil {
		return nil
	}
	var declined []int
	err := open(r.declined, func(file io.Reader) (err error) {
		declined, err = selection.ReadIDs(file, d.problem.Pool, d.id)
		return err
	})
	if err != nil {
		return err
	}
	roll, err := selection.NewRoll(d.problem.Pool, nil)
	if err != nil {
		return err
	}
	next, err := r.proof.Next(d.problem.Pool, roll, declined)
	if err != nil {
		return fmt.Errorf("%s: %w", r.previous, err)
	}
	given := d.problem
	if err := r.changed(given, d.ceremony.reason != "" || d.ceremony.kept != ""); err != nil {
		return err
	}
	next.Quotas, next.Size, next.Population = given.Quotas, given.Size, given.Population
	if len(next.Fixed) > 0 {
		d.seated = next.Fixed[0].People
	}
	next.Fixed = join(next.Fixed, given.Fixed)
	next.Excluded = join(next.Excluded, given.Excluded)
	if given.Reserves > 0 {
		next.Reserves = given.Reserves
	}
	if given.Objective != selection.Auto {
		next.Objective = given.Objective
	}
	d.problem = *next
	err = open(filepath.Join(r.previous, "probabilities.csv"), func(file io.Reader) (err error) {
		r.totals, err = selection.ReadTotals(file, d.problem.Pool)
		return err
	})
	if err != nil {
		return err
	}
	r.link(&d.ceremony, len(declined))
	return nil
}

// changed refuses other quotas or another size than the round before had, unless
// it is said why.
func (r *rounds) changed(given selection.Problem, said bool) error {
	next := r.proof.Policy
	next.Quotas, next.Size = given.Quotas, given.Size
	if given.Objective != selection.Auto {
		next.Objective = given.Objective
	}
	changes := next.ChangesSince(&r.proof.Policy)
	if len(changes) == 0 || said {
		return nil
	}
	return usagef("this round is not drawn by the rules of round %d: %s; leave out --quotas and --size, or say why with --reason, which is published with the change", r.proof.Round, strings.Join(changes, "; "))
}

// join adds groups without those who are in a group already: the flags of the
// round before, given again, change nothing.
func join(groups, more []selection.Group) []selection.Group {
	in := map[int]bool{}
	for _, g := range groups {
		for _, i := range g.People {
			in[i] = true
		}
	}
	for _, g := range more {
		if g.People = slices.DeleteFunc(slices.Clone(g.People), func(i int) bool { return in[i] }); len(g.People) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// link makes the round follow the one before in the topic's commitments.
func (r *rounds) link(c *ceremony, declined int) {
	c.after = []string{filepath.Join(r.previous, "proof.json")}
	if c.kept != "" {
		return
	}
	c.topic, c.round = r.proof.Topic, r.proof.Round+1
	said := c.reason
	c.reason = fmt.Sprintf("round %d was drawn and %s declined", r.proof.Round, count(declined, "person", "people"))
	if said != "" {
		c.reason += "; " + said
	}
	if c.seed == "" && c.beacon == "" && c.beaconFile == "" && !c.only && r.proof.Value.Kind == beacon.Phrase {
		c.seed = r.proof.Value.Text
	}
}

// write writes probabilities.csv, with the chance over all rounds in a later one.
func (r *rounds) write(w io.Writer, d *drawing, result *selection.Result) error {
	if r.proof == nil {
		return selection.WriteProbabilities(w, d.problem.Pool, result)
	}
	return selection.WriteTotals(w, d.problem.Pool, result, result.Totals(&d.problem, r.totals))
}
