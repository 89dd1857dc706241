package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"veche/server"
)

func newExportCommand() *cobra.Command {
	var data, audience, out string
	c := &cobra.Command{
		Use:   "export TOPIC",
		Short: "Write a topic's bundle, which anyone can verify",
		Long: `Write a topic's bundle: the log or its proofs, draw, tables, ideas, clusters,
votes and tally. "veche verify" runs it again or checks its proofs. It can be
written beside a running server.

For the public it holds what may be public; for an auditor also the salted pool
rows, and is to be handed over sealed.`,
		Args: exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
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
	c.Flags().StringVar(&out, "out", "bundle.zip", "the file to write")
	return c
}
