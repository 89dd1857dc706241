package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"veche/server"
	"veche/server/config"
)

func newSubjectCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "subject",
		Short: "What is held of people: hand it over, erase it, or write down what there is",
		Long: `What is held of people: hand it over, erase it, or write down what there is.

A person is named by the id that veche user list shows. While a server runs on
the same data it does what is asked here.`,
		RunE: func(*cobra.Command, []string) error {
			return usagef("subject what? export, erase, due, facts or breach: see veche subject --help")
		},
	}
	c.AddCommand(newSubjectExportCommand(), newSubjectEraseCommand(), newSubjectDueCommand(), newSubjectFactsCommand(), newSubjectBreachCommand())
	return c
}

func newSubjectExportCommand() *cobra.Command {
	var data, out string
	c := &cobra.Command{
		Use:   "export ID",
		Short: "Write everything that is held of a person as JSON",
		Args:  exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withSubjects(c, data, func(ctx context.Context, s server.Subjects) error {
				b, err := s.ExportSubject(ctx, args[0])
				if err != nil {
					return err
				}
				if out != "" {
					return os.WriteFile(out, append(b, '\n'), 0o600)
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "%s\n", b)
				return err
			})
		},
	}
	dataFlag(c, &data)
	c.Flags().StringVar(&out, "out", "", "file to write, for its owner's eyes only; standard output without")
	return c
}

func newSubjectEraseCommand() *cobra.Command {
	var data string
	var texts, yes bool
	c := &cobra.Command{
		Use:   "erase ID --yes [--texts]",
		Short: "Erase a person for good and print the signed certificate",
		Args:  exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if !yes {
				return usagef("subject erase can't be undone: say --yes if %s is to be erased", args[0])
			}
			return withSubjects(c, data, func(ctx context.Context, s server.Subjects) error {
				note, err := s.EraseSubject(ctx, args[0], texts)
				if err != nil {
					return err
				}
				_, err = fmt.Fprint(c.OutOrStdout(), note)
				return err
			})
		},
	}
	dataFlag(c, &data)
	c.Flags().BoolVar(&texts, "texts", false, "erase what the person wrote, too; without, it stays and has no author")
	c.Flags().BoolVar(&yes, "yes", false, "really")
	return c
}

func newSubjectDueCommand() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "due",
		Short: "List what would be destroyed now because its time has come; destroys nothing",
		Long: `List what would be destroyed now because its time has come; destroys nothing.

How long answers are kept stands in the settings, retention.*; a running server
looks every hour and destroys what has had its time.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			settings, err := config.Load(config.Sources{File: os.Getenv(config.FileVariable), Environ: os.Environ()})
			if err != nil {
				return err
			}
			o, err := dataOptions(c, data)
			if err != nil {
				return err
			}
			o.Retention, o.ReadOnly = settings.Retention, true
			s, err := server.Open(c.Context(), o)
			if err != nil {
				return err
			}
			list, err := s.Due(c.Context())
			if err = errors.Join(err, s.Close()); err != nil {
				return err
			}
			rows := [][]string{{"topic", "class", "answers"}}
			for _, x := range list {
				rows = append(rows, []string{x.Topic, x.Class, strconv.Itoa(x.Rows)})
			}
			return writeCells(c.OutOrStdout(), rows)
		},
	}
	dataFlag(c, &data)
	return c
}

func withSubjects(c *cobra.Command, data string, f func(context.Context, server.Subjects) error) error {
	o, err := dataOptions(c, data)
	if err != nil {
		return err
	}
	return withOptions(c, o, f)
}

func withOptions(c *cobra.Command, o server.Options, f func(context.Context, server.Subjects) error) (err error) {
	s, done, err := server.OpenSubjects(c.Context(), o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return f(c.Context(), s)
}
