package main

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"veche/selection"
	"veche/server/tally"
)

// count counts the answers to the waves before.
func (m *mailing) count() (*selection.Answers, error) {
	files := make([]string, len(m.previous))
	for i, dir := range m.previous {
		files[i] = filepath.Join(dir, "letters.csv")
	}
	return countAnswers(m.before, files, m.answered, nil)
}

// countAnswers counts answers by the strata of a proof; answered, if not nil,
// gets header and rows of those who answered.
func countAnswers(proof *selection.MailingProof, letters []string, answers string, answered func([]string, rune) error) (*selection.Answers, error) {
	var list *selection.AnswerList
	err := open(answers, func(r io.Reader) (err error) {
		list, err = selection.ReadAnswers(r, proof.Policy.Register.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := selection.NewAnswers(proof.Report)
	for k, path := range letters {
		rows := answered
		if answered != nil && k > 0 { // one header is enough
			header := true
			rows = func(record []string, comma rune) error {
				if header {
					header = false
					return nil
				}
				return answered(record, comma)
			}
		}
		err := open(path, func(r io.Reader) error { return out.Count(r, proof.Policy.Register, list, rows) })
		if err != nil {
			return nil, err
		}
	}
	if err := list.Unmatched(); err != nil {
		return nil, fmt.Errorf("%s: %w", answers, err)
	}
	return out, out.Rates(tally.Wilson)
}

func newLettersResponseCommand() *cobra.Command {
	var letters []string
	var proofFile, strata, register, answered, quotas, household, out string
	var size int
	c := &cobra.Command{
		Use:   "response --letters letters.csv --answered FILE",
		Short: "Count answers to letters by stratum, and tell whether the panel can be drawn",
		Long: `Counts the answers to a mailing by stratum, with 95 % intervals of the rate. With --quotas
and --size it also tells whether a panel can be drawn from those who answered. Prints a table;
with --out it writes answers.csv, which letters --rates reads, answers.json and answered.csv,
the rows of those who answered.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if len(letters) == 0 || answered == "" {
				return usagef("response needs --letters letters.csv --answered FILE")
			}
			if (quotas == "") != (size == 0) || size < 0 {
				return usagef("whether the panel can be drawn needs both --quotas FILE and --size K, its seats")
			}
			if (proofFile != "" || register != "") && (proofFile != "") == (strata != "") {
				return usagef("strata are those of --proof, or --strata of letters that were drawn elsewhere, then with --register if there is one")
			}
			if proofFile == "" {
				proofFile = filepath.Join(filepath.Dir(letters[len(letters)-1]), "proof.json")
			}
			proof, err := readOrMake(proofFile, strata, cmp.Or(register, letters[0]))
			if err != nil {
				return err
			}
			var rows strings.Builder
			w := csv.NewWriter(&rows)
			answers, err := countAnswers(proof, letters, answered, func(record []string, comma rune) error {
				w.Comma = comma
				return w.Write(record)
			})
			if err != nil {
				return err
			}
			w.Flush()
			if err := printAnswers(c.OutOrStdout(), answers); err != nil {
				return err
			}
			if out != "" {
				if err := os.MkdirAll(out, 0o755); err != nil {
					return err
				}
				for name, write := range map[string]func(io.Writer) error{
					"answers.csv":  answers.Write,
					"answers.json": func(w io.Writer) error { return writeJSON(w, answers) },
					"answered.csv": func(w io.Writer) error { _, err := io.WriteString(w, rows.String()); return err },
				} {
					if err := writeWhole(filepath.Join(out, name), write); err != nil {
						return err
					}
				}
			}
			if quotas == "" {
				return nil
			}
			return drawable(c, rows.String(), quotas, size, selection.PeopleOptions{ID: proof.Policy.Register.ID, Household: columns(household)})
		},
	}
	f := c.Flags()
	f.StringArrayVar(&letters, "letters", nil, "letters.csv of a wave; given for each wave, the last one last")
	f.StringVar(&proofFile, "proof", "", "proof.json of the last wave (default: beside its letters.csv)")
	f.StringVar(&strata, "strata", "", "strata of letters that were drawn elsewhere, as in letters --strata; no proof.json is needed then")
	f.StringVar(&register, "register", "", "with --strata: the register that the letters were drawn from (default: the letters)")
	f.StringVar(&answered, "answered", "", "CSV of who answered: a column code, or identifiers")
	f.StringVar(&quotas, "quotas", "", "quotas of the panel, over columns of the register")
	f.IntVar(&size, "size", 0, "seats of the panel")
	f.StringVar(&household, "household", "", "address columns, comma-separated: one seat an address")
	f.StringVar(&out, "out", "", "directory for the result")
	return c
}

// readOrMake reads the proof of a mailing or, where strata are given, makes what
// of it answers are counted by from the register.
func readOrMake(proofFile, strata, register string) (*selection.MailingProof, error) {
	if strata == "" {
		return readMailingProof(proofFile)
	}
	columns, err := selection.ParseStrata(strata)
	if err != nil {
		return nil, usageError{err}
	}
	rule := selection.Register{Strata: columns}
	var pool *selection.Pool
	err = open(register, func(r io.Reader) (err error) {
		pool, err = rule.Read(r)
		return err
	})
	if err != nil {
		return nil, err
	}
	proof := &selection.MailingProof{MailingCommitment: selection.MailingCommitment{Policy: selection.MailingPolicy{Register: rule}}}
	proof.Report, err = selection.CountStrata(pool)
	return proof, err
}

func printAnswers(w io.Writer, a *selection.Answers) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s\tletters\tanswers\trate\t95 %% between\t\n", strings.Join(append(append([]string{}, a.Columns...), "register"), "\t"))
	percent := func(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) }
	for _, s := range a.Strata {
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\t%s and %s\t\n", strings.Join(append(append([]string{}, s.Values...), fmt.Sprint(s.People)), "\t"),
			s.Letters, s.Answers, percent(s.Rate), percent(s.Low), percent(s.High))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d of %d letters answered: %s, between %s and %s\n", a.Answers, a.Letters, percent(a.Rate), percent(a.Low), percent(a.High))
	return err
}

// drawable tells whether a panel can be drawn from those who answered; the error
// names the quotas that stand in the way.
func drawable(c *cobra.Command, answered, quotaFile string, size int, o selection.PeopleOptions) error {
	problem := selection.Problem{Size: size}
	err := open(quotaFile, func(r io.Reader) (err error) {
		problem.Quotas, err = selection.ReadQuotas(r)
		return err
	})
	if err != nil {
		return err
	}
	if problem.Pool, err = selection.ReadPeople(strings.NewReader(answered), problem.Quotas, o); err != nil {
		return fmt.Errorf("those who answered: %w", err)
	}
	if err := selection.Check(c.Context(), problem); err != nil {
		return fmt.Errorf("a panel of %d can't be drawn from the %d who answered yet: %w", size, problem.Pool.Len(), err)
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "a panel of %d can be drawn from the %d who answered\n", size, problem.Pool.Len())
	return err
}

// boundColumns says which columns of a register a proof holds fast.
func boundColumns(r selection.Register) string {
	names := []string{"the identifiers"}
	if r.ID != "" {
		names[0] = "the identifiers (" + r.ID + ")"
	}
	for _, s := range r.Strata {
		names = append(names, s.Column)
	}
	names = append(names, r.Address...)
	return "of the register it binds " + strings.Join(names, ", ") + "; what stands in other columns may have changed since"
}

func newLettersVerifyCommand() *cobra.Command {
	var proofFile, register, previous string
	c := &cobra.Command{
		Use:   "verify --proof proof.json [--register FILE] [--previous proof.json]",
		Short: "Check a mailing: draw its letters again, or without the register check what can be",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if proofFile == "" {
				return usagef("letters verify needs --proof proof.json")
			}
			proof, err := readMailingProof(proofFile)
			if err != nil {
				return err
			}
			var pool *selection.Pool
			if register != "" {
				err := open(register, func(r io.Reader) (err error) {
					pool, err = proof.Policy.Register.Read(r)
					return err
				})
				if err != nil {
					return err
				}
			}
			var before *selection.MailingProof
			if previous != "" {
				if before, err = readMailingProof(previous); err != nil {
					return err
				}
			}
			steps, bad := selection.VerifyMailing(proof, pool, before)
			for _, late := range dueStep(proof.Beacon) {
				steps = append(steps, late)
				bad = cmp.Or(bad, errors.New(late.Detail))
			}
			for _, s := range steps {
				if _, err := fmt.Fprintf(c.OutOrStdout(), "%-14s %-18s %s\n", s.Name, s.Outcome, s.Detail); err != nil {
					return err
				}
			}
			if _, err := fmt.Fprintf(c.OutOrStdout(), "%-10s %-18s %s\n", "limit", "", boundColumns(proof.Policy.Register)); err != nil {
				return err
			}
			if bad != nil {
				return fmt.Errorf("%s: %w", proofFile, bad)
			}
			return nil
		},
	}
	c.Flags().StringVar(&proofFile, "proof", "", "proof.json of the mailing")
	c.Flags().StringVar(&register, "register", "", "the register, as it was")
	c.Flags().StringVar(&previous, "previous", "", "proof.json of the wave before")
	return c
}
