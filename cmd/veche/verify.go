package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"veche/server/audit"
)

func newVerifyCommand() *cobra.Command {
	var o audit.Options
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify BUNDLE.ZIP",
		Short: "Check a topic's bundle: its signature, its log, its results computed again",
		Long: `Check a bundle and name every step with what came of it:

  re-run         computed again, to the same bytes
  proved         bound by a signature, a digest or a certificate that was checked
  not-in-bundle  left out, and why
  failed         something was changed

It ends with 1 if any step failed. Give --key to make sure who signed.`,
		Args: exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return verify(c, args[0], o, asJSON) },
	}
	c.Flags().BoolVar(&o.Full, "full", false, "run earlier clusterings and tallies again too")
	c.Flags().StringVar(&o.Key, "key", "", "the key that must have signed, as the city published it: name+hash+base64")
	c.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	return c
}

func verify(c *cobra.Command, path string, o audit.Options, asJSON bool) (err error) {
	if o.Key != "" {
		if _, err := audit.ParseKey(o.Key); err != nil {
			return usagef("--key: %w", err)
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file: verify wants a bundle.zip", path)
	}
	report, err := audit.Verify(c.Context(), f, info.Size(), o)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := printReport(c, &report, asJSON); err != nil {
		return err
	}
	if n := report.Failures(); n > 0 {
		return fmt.Errorf("%s: %d of %d steps failed: do not rely on it (it was written by veche %s)", path, n, len(report.Steps), cmp.Or(report.Code, "of no version"))
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
