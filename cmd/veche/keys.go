package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"veche/server"
)

func newKeysCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "keys",
		Short: "The installation's keys: their age, rotating and retiring them",
		Long: `The installation's keys, in the folder "keys" of the data directory:

  seal        wraps the key of each person, under which their name, their links and
              their answers are sealed. Rotated: a new one is made, everybody's key is
              wrapped under it, and the old one can be retired a day later.
  checkpoint  signs the record of each topic and the certificates. Rotated: the old one
              signs that the new one takes over, so that whoever trusts the old one
              follows; what it has signed goes on verifying.
  lookup      finds people again by what is not kept. It seals nothing and is not rotated.

Beside a running server it is the server that does it; nobody waits. It may be killed at
any moment: "veche keys rotate" goes on where it was.

Older backups need the keys of their time. "veche keys retire" therefore writes a sealed
copy of all keys first: keep it, apart from the backups, as long as those.`,
		RunE: func(*cobra.Command, []string) error {
			return usagef("keys what? list, rotate, retire or replace: see veche keys --help")
		},
	}
	c.AddCommand(newKeysListCommand(), newKeysRotateCommand(), newKeysRetireCommand(), newKeysReplaceCommand())
	return c
}

func newKeysListCommand() *cobra.Command {
	var data string
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the keys with their age, and how many people's keys each has wrapped",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withServer(c, data, true, func(ctx context.Context, s *server.Server) error {
				list, err := s.Keys(ctx)
				if err != nil {
					return err
				}
				if asJSON {
					e := json.NewEncoder(c.OutOrStdout())
					e.SetIndent("", " ")
					return e.Encode(list)
				}
				rows := [][]string{{"kind", "state", "made", "days", "people", "key"}}
				for _, k := range list {
					made, days, people := "", "", ""
					if !k.Made.IsZero() {
						made, days = k.Made.Format(time.DateOnly), strconv.Itoa(int(time.Since(k.Made).Hours()/24))
					}
					if k.Number != "" {
						people = strconv.Itoa(k.People)
					}
					rows = append(rows, []string{k.Kind, keyState(k), made, days, people, k.Name})
				}
				return writeCells(c.OutOrStdout(), rows)
			})
		},
	}
	dataFlag(c, &data)
	c.Flags().BoolVar(&asJSON, "json", false, "print them as JSON")
	return c
}

func keyState(k server.Key) string {
	switch {
	case k.InUse:
		return "in use"
	case !k.Until.IsZero() && k.Handed:
		return "handed over"
	case !k.Until.IsZero():
		return "lost"
	}
	return "older"
}

func newKeysRotateCommand() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "rotate seal|checkpoint",
		Short: "Put a new key in the place of one",
		Long: `Put a new key in the place of one, beside a running server or without one.

seal: back up the keys afterwards (veche backup --with-keys FILE), for backups of the data
that are made from now on need the new one.

checkpoint: publish the new key beside the old one. Whoever checks with the old one is
led to the new: the hand-over stands in each bundle and in the record.`,
		Args: exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withKeys(c, data, func(ctx context.Context, k server.Keys) error {
				name, people, err := k.RotateKey(ctx, args[0])
				if err != nil {
					return err
				}
				if _, err := fmt.Fprintln(c.OutOrStdout(), name); err != nil {
					return err
				}
				w := c.ErrOrStderr()
				if args[0] == "seal" {
					fmt.Fprintf(w, "wrapped anew: %s\n", count(people, "person", "people"))
				}
				fmt.Fprintln(w, "back up the keys now: veche backup --with-keys FILE")
				return nil
			})
		},
	}
	dataFlag(c, &data)
	return c
}

func newKeysRetireCommand() *cobra.Command {
	var data, escrow, passphrase string
	var destroy, now bool
	c := &cobra.Command{
		Use:   "retire --escrow FILE",
		Short: "Destroy older sealing keys once nobody's key is wrapped under them",
		Long: `Destroy older sealing keys once nobody's key is wrapped under them.

Backups of the data from before the rotation need them. --escrow writes a copy of all
keys, sealed under a passphrase, before anything is destroyed: "veche restore" takes it
with --keys. With --destroy there is no copy, and those backups never open again.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if (escrow == "") == !destroy {
				return usagef("keys retire needs --escrow FILE for a sealed copy, or --destroy if no older backup is to be restored ever again")
			}
			o, err := dataOptions(c, data)
			if err != nil {
				return err
			}
			if escrow != "" {
				words, err := readPassphrase(c, passphrase)
				if err != nil {
					return err
				}
				if _, err := server.Backup(c.Context(), server.BackupOrder{Data: o.Data, Keys: escrow, Passphrase: words}); err != nil {
					return err
				}
			}
			return withKeys(c, data, func(ctx context.Context, k server.Keys) error {
				gone, err := k.RetireKeys(ctx, now)
				if err != nil {
					return err
				}
				said := "no sealing key is older than the one in use"
				if len(gone) > 0 {
					said = "retired: " + strings.Join(gone, ", ")
				}
				fmt.Fprintln(c.ErrOrStderr(), said)
				return nil
			})
		},
	}
	dataFlag(c, &data)
	c.Flags().StringVar(&escrow, "escrow", "", "file for a sealed copy of all keys, to be kept apart as long as older backups")
	c.Flags().StringVar(&passphrase, "passphrase-file", "", passphraseUsage)
	c.Flags().BoolVar(&destroy, "destroy", false, "keep no copy: older backups never open again")
	c.Flags().BoolVar(&now, "now", false, "do not wait a day: letters and sign-ins on their way have to be asked for again")
	return c
}

func newKeysReplaceCommand() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "replace checkpoint",
		Short: "Make another key that signs, where the old one is lost without a copy",
		Long: `Make another key that signs the record, where the old one is lost and no copy of it is
left. Nothing leads from the lost key to the new one: publish the new key by the same
ways as the old, say why, and tell the witnesses, who compare what it signs with what
they kept. What the old key signed goes on verifying with the old key.

The other keys can't be replaced. Without the sealing key the names, answers and links of
people never open again; without the key for lookups nobody who comes back is known.`,
		Args: exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o, err := dataOptions(c, data)
			if err != nil {
				return err
			}
			name, err := server.ReplaceLost(c.Context(), o.Data, args[0])
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintln(c.OutOrStdout(), name); err != nil {
				return err
			}
			fmt.Fprintln(c.ErrOrStderr(), "publish this key, tell the witnesses, and back up the keys: veche backup --with-keys FILE")
			return nil
		},
	}
	dataFlag(c, &data)
	return c
}

// withKeys opens the keys for f: those of the running server where there is one.
func withKeys(c *cobra.Command, data string, f func(context.Context, server.Keys) error) error {
	return withDesk(c, data, server.OpenKeys, f)
}
