package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"veche/server"
)

func newDoctorCommand() *cobra.Command {
	var data, against string
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Examine a data directory and say what to do",
		Long: `Examine a data directory: whether the database is whole, every log can be read,
every text and result is the one that its log names, the keys open what is
sealed, nobody else may read it, and disk and clock will do. Nothing is changed;
it can be done beside a running server.

With --against BACKUP each log must also begin with what the backup had.

The exit code is 1 if there is a fault.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			place, err := dataOptions(c, data)
			if err != nil {
				return err
			}
			if server.OfMongoDB(place.Store) {
				return errors.New("the data is in MongoDB, whose own validate command examines it; bring it into a directory with veche migrate to have its logs examined")
			}
			r, err := server.Doctor(c.Context(), place.Data, against)
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(c.OutOrStdout())
				e.SetIndent("", " ")
				err = e.Encode(r)
			} else {
				err = r.Write(c.OutOrStdout())
			}
			if err != nil {
				return err
			}
			if r.Faulty() {
				return errors.New(r.Summary())
			}
			_, err = fmt.Fprintln(c.ErrOrStderr(), r.Summary())
			return err
		},
	}
	dataFlag(c, &data)
	c.Flags().StringVar(&against, "against", "", "a backup that the logs must begin with")
	c.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return c
}
