package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"veche/selection"
	"veche/selection/beacon"
	"veche/server/audit"
)

// verifying holds the flags of `veche verify`.
type verifying struct {
	audit.Options
	peopleFlags
	people, commitment, report, receipt string
	seen, person                        string
	kept                                string
	witnesses                           []string
	proofs                              []string
	asJSON                              bool
}

func newVerifyCommand() *cobra.Command {
	v := &verifying{}
	c := &cobra.Command{
		Use:   "verify BUNDLE.ZIP | PROOF.JSON | RECEIPT.JSON | COMMITMENT.JSON",
		Short: "Check a topic's bundle, the proof of a draw, a receipt or a commitment",
		Long: `Check a file and name every step with what came of it:

  re-run         computed again, to the same bytes
  proved         bound by a signature, a digest or a certificate that was checked
  claimed        said by who made the file and by nothing else, such as the time of a
                 commitment
  not-in-bundle  left out, and why
  failed         something was changed

A bundle: its signature, its log, its results computed again, every poll counted again.
Give --key to make sure who signed, --witness that an auditor signed a beginning of the
log too, --checkpoint with one that you or a witness kept from before (entries that were
taken off the end are found by these alone), and --receipt with the receipt of your ballot to see
that it stands in the log and was counted.
The proof of a draw: commitment, beacon, seed, arithmetic; with --people, read as the
draw read them, the draw is run again. Give --commitment with the one that you saw
published to make sure that it is the one that was kept, and --seen with the time when you
saw it to make sure that it is older than the beacon's value. Without --people it is not
checked who was drawn. A public value that is given before its announced time fails, by the
clock of this machine.
A receipt, or many of them a line each: needs --proof of the draw, and of each round
before; no pool.

It ends with 1 if any step failed.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return v.run(c, args) },
	}
	f := c.Flags()
	v.flags(f)
	f.BoolVar(&v.Full, "full", false, "a bundle: run earlier clusterings and tallies again too")
	f.StringVar(&v.Key, "key", "", "a bundle: the key that must have signed, as the city published it: name+hash+base64")
	f.StringArrayVar(&v.witnesses, "witness", nil, "a bundle: the key of a witness that must have signed too, as it has published it; again for each")
	f.StringVar(&v.kept, "checkpoint", "", "a bundle: a signed checkpoint of the topic from before, which this log must begin with")
	f.StringVar(&v.people, "people", "", "a proof: CSV of people, to run the draw again")
	f.StringVar(&v.commitment, "commitment", "", "a proof: the commitment.json that you saw published, or its digest (64 hex digits)")
	f.StringVar(&v.seen, "seen", "", "a proof: when you saw the --commitment published (2026-12-01T18:00:00Z)")
	f.StringVar(&v.report, "report", "", "a proof: the report.json that came with it")
	f.StringVar(&v.receipt, "receipt", "", "a receipt.json, to be checked with --proof; with a bundle the receipt of a ballot, to be found in it")
	f.StringVar(&v.person, "person", "", "receipts a line each, of receipt --all: check only the one of this identifier")
	f.StringArrayVar(&v.proofs, "proof", nil, "a receipt: proof.json of its draw; again for each round before")
	f.BoolVar(&v.asJSON, "json", false, "print the report as JSON")
	return c
}

func (v *verifying) run(c *cobra.Command, args []string) error {
	var path string
	switch {
	case len(args) == 1:
		path = args[0]
	case v.receipt != "":
		path = v.receipt
	case len(v.proofs) == 1:
		path, v.proofs = v.proofs[0], nil
	default:
		return usagef("verify needs a file: bundle.zip, proof.json, receipt.json or commitment.json")
	}
	if v.Key != "" {
		if _, err := audit.ParseKey(v.Key); err != nil {
			return usagef("--key: %w", err)
		}
	}
	for _, text := range v.witnesses {
		w, err := audit.ParseWitness(text)
		if err != nil {
			return usagef("--witness: %w", err)
		}
		v.Witnesses = append(v.Witnesses, w)
	}
	if err := v.check(); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file: verify wants a bundle.zip, proof.json, receipt.json or commitment.json", path)
	}
	return open(path, func(r io.Reader) error {
		kind, whole, err := sniff(r)
		if err != nil {
			return err
		}
		if kind != aBundle && len(args) == 1 && v.receipt != "" {
			return usagef("name one file to check, or give --receipt")
		}
		switch kind {
		case aProof:
			return v.proof(c, whole)
		case aReceipt:
			return v.receipts(c, whole)
		case aCommitment:
			return v.committed(c, whole)
		}
		return v.bundle(c, path)
	})
}

// proof checks the proof of a draw, with the people where they are given.
func (v *verifying) proof(c *cobra.Command, r io.Reader) error {
	seen, err := parseTime("--seen", v.seen)
	if err != nil {
		return err
	}
	if v.seen != "" && v.commitment == "" {
		return usagef("--seen tells when you saw a commitment: give it with --commitment")
	}
	p, err := selection.ReadProof(r)
	if err != nil {
		return err
	}
	var pool *selection.Pool
	if v.people != "" && !p.SaltedRows {
		if v.household == "" {
			v.household = strings.Join(p.Household, ",")
		}
		if pool, err = v.readPool(v.people, "the proof", p.Policy.Quotas); err != nil {
			return err
		}
	}
	steps, err := selection.Verify(c.Context(), p, pool, nil)
	if steps == nil {
		return err
	}
	if err != nil && !slices.ContainsFunc(steps, func(s selection.Step) bool { return s.Outcome == selection.Failed }) {
		steps = append(steps, selection.Step{Name: "draw", Outcome: selection.Failed, Detail: err.Error()})
	}
	steps = append(steps, dueStep(p.Promise())...)
	if v.commitment != "" {
		published, err := v.published()
		if err != nil {
			return err
		}
		steps = p.Witnessed(steps, published, seen)
	}
	if v.report != "" {
		err := open(v.report, func(r io.Reader) error {
			step, err := p.MatchesReport(r)
			steps = append(steps, step)
			return err
		})
		if err != nil {
			return err
		}
	}
	limits := p.Limits
	switch {
	case p.SaltedRows:
		limits = append(slices.Clone(limits), selection.SaltedRowsNote)
	case pool == nil:
		limits = append(slices.Clone(limits), "without the people it is not checked that the seed gives this panel and these chances: a member put in the place of another would pass; give --people, or ask the pool's holder to")
	}
	what := fmt.Sprintf("the draw of %d seats from %d people", len(p.Selected), p.People)
	if p.Round > 0 {
		what = fmt.Sprintf("round %d, %s", p.Round+1, what)
	}
	if pool == nil {
		what += ", but not who was drawn, which needs the pool"
	}
	return v.print(c, what, steps, limits)
}

// published is the digest of the commitment that the reader saw published: given
// itself, or the file it is of.
func (v *verifying) published() (selection.Digest, error) {
	var digest selection.Digest
	if len(v.commitment) == 2*len(digest) && digest.UnmarshalText([]byte(v.commitment)) == nil {
		return digest, nil
	}
	err := open(v.commitment, func(r io.Reader) error {
		c, err := selection.ReadCommitment(r)
		if err == nil {
			digest = c.Digest()
		}
		return err
	})
	return digest, err
}

// dueStep is the failed step of a public value that is given before its time.
func dueStep(p beacon.Promise) []selection.Step {
	if err := notYet(p); err != nil {
		return []selection.Step{{Name: "announced time", Outcome: selection.Failed, Detail: err.Error()}}
	}
	return nil
}

// receipts checks a receipt with the proofs of its rounds.
func (v *verifying) receipts(c *cobra.Command, r io.Reader) error {
	var all []*selection.Receipt
	for d := json.NewDecoder(r); ; {
		var one json.RawMessage
		if err := d.Decode(&one); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("receipt %d: %w", len(all)+1, err)
		}
		receipt, err := selection.ReadReceipt(bytes.NewReader(one))
		if err != nil {
			return fmt.Errorf("receipt %d: %w", len(all)+1, err)
		}
		if v.person == "" || receipt.Row.ID == v.person {
			all = append(all, receipt)
		}
	}
	if len(all) == 0 {
		return fmt.Errorf("there is no receipt of %q in it", v.person)
	}
	var proofs []*selection.Proof
	for _, path := range v.proofs {
		p, err := readProof(path)
		if err != nil {
			return err
		}
		proofs = append(proofs, p)
	}
	if len(all) > 1 {
		return v.each(c, all, proofs)
	}
	steps, err := all[0].Verify(proofs...)
	if steps == nil {
		return err
	}
	return v.print(c, fmt.Sprintf("the receipt of %s", all[0].Row.ID), steps, nil)
}

// each checks many receipts: a step each, with what failed where something did.
func (v *verifying) each(c *cobra.Command, all []*selection.Receipt, proofs []*selection.Proof) error {
	var steps []selection.Step
	for _, receipt := range all {
		found, err := receipt.Verify(proofs...)
		if found == nil {
			return fmt.Errorf("%s: %w", receipt.Row.ID, err)
		}
		one := selection.Step{Name: receipt.Row.ID, Outcome: selection.Proved, Detail: fmt.Sprintf("%d steps", len(found))}
		for _, s := range found {
			if s.Outcome == selection.Failed || s.Outcome == selection.Absent && one.Outcome == selection.Proved {
				one.Outcome, one.Detail = s.Outcome, s.Name+": "+s.Detail
			}
		}
		steps = append(steps, one)
	}
	return v.print(c, fmt.Sprintf("%d receipts", len(all)), steps, nil)
}

// committed checks that a commitment agrees with itself, and prints the digest to
// compare with the one that was published.
func (v *verifying) committed(c *cobra.Command, r io.Reader) error {
	one, err := selection.ReadCommitment(r)
	if err != nil {
		return err
	}
	when := "it says that it was not published before the draw"
	if one.Published() {
		when = "it says that it was made at " + one.Time.Format(time.RFC3339)
	}
	return v.print(c, fmt.Sprintf("commitment number %d for %d seats from %d people", one.Number, one.Policy.Size, one.People), []selection.Step{
		{Name: "commitment", Outcome: selection.Proved, Detail: fmt.Sprintf("it agrees with itself; its digest is %s: compare it with the one that was published", one.Digest())},
		{Name: "beacon", Outcome: selection.Absent, Detail: fmt.Sprintf("%s; %v gives the randomness", when, one.Beacon)},
		{Name: "draw", Outcome: selection.Absent, Detail: "shown by the proof.json of the draw that keeps it"},
	}, nil)
}

// print writes the steps and what they come to; an error where one failed.
func (v *verifying) print(c *cobra.Command, what string, steps []selection.Step, limits []string) error {
	count := map[string]int{}
	for _, s := range steps {
		count[s.Outcome]++
	}
	out := c.OutOrStdout()
	if v.asJSON {
		err := writeJSON(out, map[string]any{"what": what, "steps": steps, "limits": limits, "verified": count[selection.Failed] == 0})
		if err != nil {
			return err
		}
	} else {
		for _, s := range steps {
			if _, err := fmt.Fprintf(out, "%-18s %-18s %s\n", s.Name, s.Outcome, s.Detail); err != nil {
				return err
			}
		}
		for _, l := range limits {
			if _, err := fmt.Fprintf(out, "%-18s %-18s %s\n", "limit", "", l); err != nil {
				return err
			}
		}
		verdict := "verified"
		if count[selection.Failed] > 0 {
			verdict = fmt.Sprintf("NOT VERIFIED: %d failed", count[selection.Failed])
		}
		claimed := ""
		if n := count[selection.Claimed]; n > 0 {
			claimed = fmt.Sprintf("%d only claimed, ", n)
		}
		_, err := fmt.Fprintf(out, "%s: %s; %d steps run again, %d proved, %s%d not in this bundle\n", verdict, what, count[selection.Rerun], count[selection.Proved], claimed, count[selection.Absent])
		if err != nil {
			return err
		}
	}
	if n := count[selection.Failed]; n > 0 {
		return fmt.Errorf("%d of %d steps failed: do not rely on it", n, len(steps))
	}
	return nil
}

// bundle checks a topic's bundle.
func (v *verifying) bundle(c *cobra.Command, path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if v.receipt != "" {
		b, err := os.ReadFile(v.receipt)
		if err != nil {
			return err
		}
		if v.Receipt, err = audit.ParseBallotReceipt(b); err != nil {
			return fmt.Errorf("%s: %w", v.receipt, err)
		}
	}
	if v.kept != "" {
		if v.Kept, err = os.ReadFile(v.kept); err != nil {
			return err
		}
	}
	report, err := audit.Verify(c.Context(), f, info.Size(), v.Options)
	if err != nil {
		return err
	}
	if err := printReport(c, &report, v.asJSON); err != nil {
		return err
	}
	if n := report.Failures(); n > 0 {
		return fmt.Errorf("%d of %d steps failed: do not rely on it (it was written by veche %s)", n, len(report.Steps), cmp.Or(report.Code, "of no version"))
	}
	return nil
}

func printReport(c *cobra.Command, r *audit.Report, asJSON bool) error {
	out := c.OutOrStdout()
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	count := map[audit.Outcome]int{}
	for _, s := range r.Steps {
		count[s.Outcome]++
		if _, err := fmt.Fprintf(out, "%-14s %-14s %s\n", s.Name, s.Outcome, s.Detail); err != nil {
			return err
		}
	}
	verdict := "verified"
	if count[audit.Failed] > 0 {
		verdict = fmt.Sprintf("NOT VERIFIED: %d failed", count[audit.Failed])
	}
	_, err := fmt.Fprintf(out, "%s: the topic %q for the %s, %d events; %d steps run again, %d proved, %d not in this bundle\n",
		verdict, r.Topic, r.For, r.Events, count[audit.ReRun], count[audit.Proved], count[audit.NotInBundle])
	return err
}
