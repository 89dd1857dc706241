package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"veche/server"
	"veche/server/config"
)

func newSubjectFactsCommand() *cobra.Command {
	var data, lang string
	var asJSON bool
	c := &cobra.Command{
		Use:   "facts",
		Short: "Write the facts for an assessment of data protection",
		Long: `Write the facts for an assessment of data protection: what personal data is held,
why, where, for how long, who sees it, and of how many people.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := checkLang(lang); err != nil {
				return err
			}
			return withInstallation(c, data, func(ctx context.Context, s server.Subjects) ([]byte, error) { return s.Assessment(ctx, lang, asJSON) })
		},
	}
	dataFlag(c, &data)
	c.Flags().StringVar(&lang, "lang", "en", "language of the sentences: en or ru")
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON instead of Markdown")
	return c
}

func newSubjectBreachCommand() *cobra.Command {
	var data, lang, exposed, role, until, noticed string
	c := &cobra.Command{
		Use:   "breach --exposed data|keys|all|backup|role [--role ROLE] [--noticed TIME] [--until TIME]",
		Short: "Write the note of a breach: what was exposed, who is concerned, until when to tell",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := checkLang(lang); err != nil {
				return err
			}
			x, err := server.NewIncident(exposed, role)
			if err != nil {
				return usagef("%v", err)
			}
			x.Noticed = time.Now()
			for _, t := range []struct {
				flag, text string
				into       *time.Time
			}{{"until", until, &x.Until}, {"noticed", noticed, &x.Noticed}} {
				if t.text != "" {
					at, err := parseTime("--"+t.flag, t.text)
					if err != nil {
						return err
					}
					*t.into = at
				}
			}
			if err := x.Check(); err != nil {
				return usagef("%v", err)
			}
			return withInstallation(c, data, func(ctx context.Context, s server.Subjects) ([]byte, error) { return s.Breach(ctx, x, lang) })
		},
	}
	dataFlag(c, &data)
	f := c.Flags()
	f.StringVar(&exposed, "exposed", "", "what somebody got hold of: data (the database), keys, all (both), backup, or role (an account)")
	f.StringVar(&role, "role", "", "the role of the account")
	f.StringVar(&until, "until", "", "when it ended, such as 2026-03-01T09:00:00Z; without, it is still open")
	f.StringVar(&noticed, "noticed", "", "when it was noticed; now without")
	f.StringVar(&lang, "lang", "en", "language of the note: en or ru")
	return c
}

func checkLang(lang string) error {
	if lang != "en" && lang != "ru" {
		return usagef("--lang is en or ru, not %s", lang)
	}
	return nil
}

// withInstallation writes what an installation says of itself, as it is set up:
// through the server that runs on the data, or beside none by its settings.
func withInstallation(c *cobra.Command, data string, f func(context.Context, server.Subjects) ([]byte, error)) error {
	settings, err := config.Load(config.Sources{File: os.Getenv(config.FileVariable), Environ: os.Environ()})
	if err != nil {
		return err
	}
	o, err := dataOptions(c, data)
	if err != nil {
		return err
	}
	o.ReadOnly, o.Retention, o.PublicURL, o.Listen, o.Witnesses = true, settings.Retention, settings.PublicURL, settings.Listen, settings.Witnesses
	o.TLS, o.SignIn = settings.TLS, server.SignIn{Mail: settings.Mail, City: settings.City, NeedsFactor: settings.NeedsFactor()}
	return withOptions(c, o, func(ctx context.Context, s server.Subjects) error {
		b, err := f(ctx, s)
		if err == nil {
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s\n", b)
		}
		return err
	})
}
