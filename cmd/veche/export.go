package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"veche/server"
)

func newExportCommand() *cobra.Command {
	var data, audience, format, out string
	c := &cobra.Command{
		Use:   "export TOPIC",
		Short: "Write a topic's bundle, which anyone can verify",
		Long: `Write a topic's bundle: the log or its proofs, draw, tables, ideas, clusters,
votes and tally. "veche verify" runs it again or checks its proofs. It can be
written beside a running server.

For the public it holds what may be public; for an auditor also the salted pool
rows, and is to be handed over sealed.

With --format polis it writes a folder in Polis's format instead, which "veche
rank" and "veche import polis" read: rating items as statements, last votes
without their times, and the groups of the last count.`,
		Args: exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if format == "polis" {
				return exportPolis(c, data, args[0], audience, out)
			}
			if format != "bundle" {
				return usagef("--format is bundle or polis, not %q", format)
			}
			if out == "" {
				out = "bundle.zip"
			}
			if audience != "public" && audience != "auditor" {
				return usagef("a bundle is --for public or --for auditor, not %q", audience)
			}
			return withServer(c, data, true, func(ctx context.Context, s *server.Server) error {
				err := server.WriteFile(out, func(w io.Writer) error { return s.WriteBundle(ctx, args[0], audience, w) })
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(c.ErrOrStderr(), "wrote %s\n", out)
				return err
			})
		},
	}
	dataFlag(c, &data)
	c.Flags().StringVar(&audience, "for", "public", "who reads it: public or auditor")
	c.Flags().StringVar(&format, "format", "bundle", "bundle or polis")
	c.Flags().StringVar(&out, "out", "", "the file to write, bundle.zip if none is named; of polis, the folder")
	return c
}

func exportPolis(c *cobra.Command, data, topicID, audience, out string) error {
	if audience != "public" {
		return usagef("Polis's format is for the public: leave out --for")
	}
	if out == "" {
		return usagef("export --format polis needs --out DIR")
	}
	return withServer(c, data, true, func(ctx context.Context, s *server.Server) error {
		conversation, err := s.WritePolis(ctx, topicID, out)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.ErrOrStderr(), "wrote %d statements, %d participants and %d votes into %s\n", len(conversation.Statements), len(conversation.Participants), len(conversation.Votes), out)
		return err
	})
}
