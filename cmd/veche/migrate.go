package main

import (
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"veche/server"
)

func newMigrateCommand() *cobra.Command {
	var o server.MigrateOrder
	c := &cobra.Command{
		Use:   "migrate --from PLACE --to PLACE",
		Short: "Copy an installation's data from one store to another",
		Long: `Copy all that an installation's store holds to another store, and compare both.
A place is a data directory or the address of a database,
mongodb://host:port/database. The target must be empty. The source is not
changed; stop its server first.

Cut off, it goes on when it is started again, and until it has ended no server
will work on the target. At the end both sides are read and compared by digest.

The keys stay where they are, in the data directory: serve on with
"veche serve --data DIR --store mongodb://...". Into a new data directory, copy
DIR/keys.

An address with a password can be given in the environment: --from or --to
may name a variable, as in --to '$VECHE_STORE'.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.From == "" || o.To == "" {
				return usagef("migrate needs --from PLACE and --to PLACE: data directories or mongodb://host:port/database")
			}
			w := c.ErrOrStderr()
			o.Log = slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
			o.Tell = func(line string) { fmt.Fprintln(w, line) }
			done, err := server.Migrate(c.Context(), o)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "all is there and the same: %s\n", done)
			return nil
		},
	}
	c.Flags().StringVar(&o.From, "from", "", "data directory or address to copy from")
	c.Flags().StringVar(&o.To, "to", "", "data directory or address to copy to")
	return c
}
