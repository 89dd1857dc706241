package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"veche/selection"
)

// receipts holds the flags of `veche receipt`.
type receipts struct {
	peopleFlags
	people        string
	proofs        []string
	probabilities string
	all           bool
	out           string
}

func newReceiptCommand() *cobra.Command {
	x := &receipts{}
	c := &cobra.Command{
		Use:   "receipt IDENTIFIER --people FILE --proof PROOF.JSON",
		Short: "Make one person's receipt of a draw: their row, chance and outcome, checkable without the pool",
		Long: `Makes the receipt of one person, or of everyone with --all, a line each. A receipt
holds that person's row and belongs to them alone: hand each person theirs.

The people are read as the draw read them: give the same --id, --household, --weights,
--eligible and --attends. The chances come from probabilities.csv beside the proof. For
a replacement round give the proofs of the rounds before too: the receipt then tells the
chance in total.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return x.run(c, args) },
	}
	f := c.Flags()
	x.flags(f)
	f.StringVar(&x.people, "people", "", "CSV of people that the draw was made from")
	f.StringArrayVar(&x.proofs, "proof", nil, "proof.json of the draw; again for each round before it")
	f.StringVar(&x.probabilities, "probabilities", "", "probabilities.csv of the draw, where it does not lie beside the proof")
	f.BoolVar(&x.all, "all", false, "receipts of everyone, a line each")
	f.StringVar(&x.out, "out", "", "file to write to instead of the output")
	return c
}

func (x *receipts) run(c *cobra.Command, args []string) error {
	switch {
	case x.people == "" || len(x.proofs) == 0:
		return usagef("receipt needs IDENTIFIER --people FILE --proof PROOF.JSON")
	case x.all != (len(args) == 0):
		return usagef("name one person by identifier, or give --all")
	case x.probabilities != "" && len(x.proofs) > 1:
		return usagef("--probabilities is for one proof; with several, probabilities.csv must lie beside each")
	}
	if err := x.check(); err != nil {
		return err
	}
	rounds, pool, err := x.read()
	if err != nil {
		return err
	}
	who := make([]int, 0, 1)
	if !x.all {
		i, ok := pool.Index(args[0])
		if !ok {
			return fmt.Errorf("%s: nobody has the identifier %q", x.people, args[0])
		}
		who = append(who, i)
	} else {
		for i := range pool.Len() {
			who = append(who, i)
		}
	}
	write := func(w io.Writer) error {
		for _, i := range who {
			r, err := receiptOf(rounds, i)
			if err != nil {
				return err
			}
			if x.all {
				err = json.NewEncoder(w).Encode(r)
			} else {
				err = writeJSON(w, r)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	if x.out != "" {
		return writeWhole(x.out, write)
	}
	return write(c.OutOrStdout())
}

// receiptOf is a person's receipt of the last of some rounds.
func receiptOf(rounds []*selection.Receipts, i int) (*selection.Receipt, error) {
	var earlier []selection.Receipt
	for _, round := range rounds[:len(rounds)-1] {
		r, err := round.Of(i)
		if err != nil {
			return nil, err
		}
		earlier = append(earlier, *r)
	}
	return rounds[len(rounds)-1].Of(i, earlier...)
}

// read reads the pool and the rounds, the first first.
func (x *receipts) read() ([]*selection.Receipts, *selection.Pool, error) {
	type round struct {
		proof *selection.Proof
		path  string
	}
	var all []round
	for _, path := range x.proofs {
		p, err := readProof(path)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, round{p, path})
	}
	slices.SortFunc(all, func(a, b round) int { return a.proof.Number - b.proof.Number })
	last := all[len(all)-1].proof
	if x.household == "" {
		x.household = strings.Join(last.Household, ",")
	}
	pool, err := x.readPool(x.people, all[len(all)-1].path, last.Policy.Quotas)
	if err != nil {
		return nil, nil, err
	}
	roll, err := selection.NewRoll(pool, nil)
	if err != nil {
		return nil, nil, err
	}
	var out []*selection.Receipts
	for _, one := range all {
		file := x.probabilities
		if file == "" {
			file = filepath.Join(filepath.Dir(one.path), "probabilities.csv")
		}
		units, err := readChances(file, pool)
		if err != nil {
			return nil, nil, err
		}
		r, err := selection.NewReceipts(one.proof, roll, units)
		if err != nil {
			return nil, nil, fmt.Errorf("%s, %s: %w", one.path, file, err)
		}
		out = append(out, r)
	}
	return out, pool, nil
}

// readChances reads probabilities.csv as whole units, which its decimals are.
func readChances(path string, pool *selection.Pool) (units []int64, err error) {
	err = open(path, func(r io.Reader) error {
		t, err := selection.NewTable(r)
		if err != nil {
			return err
		}
		id, chance := t.Column("id"), t.Column("probability")
		if id < 0 || chance < 0 {
			return errors.New("columns id and probability are needed, as veche draw writes them")
		}
		units = make([]int64, pool.Len())
		for {
			record, err := t.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			i, ok := pool.Index(record[id])
			if !ok {
				return fmt.Errorf("row %d: %q is nobody in the pool", t.Row(), record[id])
			}
			p, err := strconv.ParseFloat(record[chance], 64)
			if err != nil || !(p >= 0 && p <= 1) {
				return fmt.Errorf("row %d: %q is not a chance from 0 to 1", t.Row(), record[chance])
			}
			units[i] = int64(math.Round(float64(p * selection.ChanceUnit)))
		}
	})
	return units, err
}

func readProof(path string) (p *selection.Proof, err error) {
	err = open(path, func(r io.Reader) (err error) {
		p, err = selection.ReadProof(r)
		return err
	})
	return p, err
}
