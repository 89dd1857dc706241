package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"veche/server"
)

// passphraseVariable holds a passphrase where no file is named.
const passphraseVariable = "VECHE_PASSPHRASE"

const passphraseUsage = "file whose first line is the passphrase of the keys, - for standard input; " + passphraseVariable + " where it is not given"

func newBackupCommand() *cobra.Command {
	var data, out, keys, passphrase string
	c := &cobra.Command{
		Use:   "backup --out FILE",
		Short: "Write what an installation holds at one moment into a file",
		Long: `Write what an installation holds at one moment into a file, beside the server
that may be running on it. "veche restore" makes an installation of it again.

The keys are not in it: without them nobody's name can be read, nor who said
what. Back them up too, with --with-keys, sealed under a passphrase, and keep
that file somewhere else: whoever has both has everything. Do so again when keys
were renewed or somebody was erased, for the file also holds the register of
erasures, by which a restored backup forgets who was erased after it was made.

People who are erased are in no page of later backups. Delete old ones in time.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if out == "" && keys == "" {
				return usagef("backup needs --out FILE, or --with-keys FILE for the keys alone")
			}
			o := server.BackupOrder{Out: out, Keys: keys}
			if keys != "" {
				if o.Passphrase, err = readPassphrase(c, passphrase); err != nil {
					return err
				}
			}
			place, err := dataOptions(c, data)
			if err != nil {
				return err
			}
			o.Data, o.Store = place.Data, place.Store
			m, err := server.Backup(c.Context(), o)
			if err != nil {
				return err
			}
			w := c.ErrOrStderr()
			if out != "" {
				fmt.Fprintf(w, "wrote %s: %s\n", out, count(len(m.Topics), "topic", "topics"))
				for _, t := range m.Topics {
					fmt.Fprintf(w, "  %s to event %d, root %.16s…\n", t.ID, t.Events, t.Root)
				}
			}
			if keys != "" {
				fmt.Fprintf(w, "wrote the keys to %s: keep it apart from the data, and the passphrase apart from both\n", keys)
			} else {
				fmt.Fprintln(w, "the keys are not in it: back them up too, with --with-keys FILE")
			}
			return nil
		},
	}
	dataFlag(c, &data)
	c.Flags().StringVar(&out, "out", "", "the file to write, such as veche-2026-03-01.zip")
	c.Flags().StringVar(&keys, "with-keys", "", "file for the keys, sealed under a passphrase; to be kept elsewhere")
	c.Flags().StringVar(&passphrase, "passphrase-file", "", passphraseUsage)
	return c
}

func newRestoreCommand() *cobra.Command {
	var data, keys, passphrase, erased, topic string
	var to uint64
	var check, without bool
	c := &cobra.Command{
		Use:   "restore FILE --data NEWDIR --keys FILE",
		Short: "Make an installation of a backup",
		Long: `Make an installation of a backup, in a directory that is not there yet or is
empty. Everything is checked before the directory gets its name: it is there
whole, or not at all.

With --topic T --to N one topic ends with event N, or before it where N lies
among events that belong together. Later texts and results go too.

Who was erased since the backup was made is erased in it again, as the register
of erasures in the keys' file says. Where the old installation's own register,
keys/erased.jsonl, can still be read, name it with --erased: it is newer.

Sessions end. Roles that were taken away since then are there again: look at
"veche user list".

Without FILE, --keys alone puts the keys into a data directory that has none.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("restore takes one backup, got %d", len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) (err error) {
			o := server.RestoreOrder{Keys: keys, Erased: erased, Topic: topic, To: to}
			given := c.Flags().Changed("data")
			switch {
			case topic == "" && c.Flags().Changed("to"), topic != "" && to == 0:
				return usagef("--topic T and --to N go together, N from 1")
			case len(args) == 0 && (keys == "" || topic != "" || erased != "" || check):
				return usagef("restore what? name a backup, or the keys alone with --keys FILE --data DIR")
			case check == given:
				return usagef("restore needs --data NEWDIR, or --check to look only")
			case len(args) == 1 && !check && keys == "" && !without:
				return usagef("restore needs --keys FILE, or --without-keys if you put them into NEWDIR/keys by hand before the server starts")
			case keys != "" && without:
				return usagef("--keys and --without-keys exclude each other")
			case erased != "" && keys == "":
				return usagef("--erased needs --keys, without which nobody can be erased again")
			}
			if !check {
				o.Data = data
			}
			if keys != "" {
				if o.Passphrase, err = readPassphrase(c, passphrase); err != nil {
					return err
				}
			}
			if len(args) == 0 {
				if err := server.RestoreKeys(o); err != nil {
					return err
				}
				_, err = fmt.Fprintf(c.ErrOrStderr(), "put the keys into %s\n", data)
				return err
			}
			o.File = args[0]
			return restore(c.Context(), o, c.ErrOrStderr())
		},
	}
	dataFlag(c, &data)
	f := c.Flags()
	f.StringVar(&keys, "keys", "", "file of the keys that backup --with-keys wrote")
	f.BoolVar(&without, "without-keys", false, "restore the data alone")
	f.StringVar(&passphrase, "passphrase-file", "", passphraseUsage)
	f.StringVar(&erased, "erased", "", "a newer register of erasures: keys/erased.jsonl of the old installation")
	f.StringVar(&topic, "topic", "", "a topic that is restored to an earlier event")
	f.Uint64Var(&to, "to", 0, "number of that event")
	f.BoolVar(&check, "check", false, "only see whether the backup can be restored")
	return c
}

func restore(ctx context.Context, o server.RestoreOrder, w io.Writer) error {
	r, err := server.Restore(ctx, o)
	if err != nil {
		return err
	}
	if o.Data == "" {
		fmt.Fprintf(w, "%s can be restored; it was made %s\n", o.File, r.Made.Format("2006-01-02 15:04 MST"))
	} else {
		fmt.Fprintf(w, "restored %s as it was %s\n", o.Data, r.Made.Format("2006-01-02 15:04 MST"))
	}
	for _, t := range r.Topics {
		fmt.Fprintf(w, "  %s to event %d, root %.16s…\n", t.ID, t.Events, t.Root)
	}
	if c := r.Cut; c.Topic != "" {
		fmt.Fprintf(w, "%s ends with event %d: %s left out", c.Topic, c.To, count(int(c.Events), "later event", "later events"))
		if c.To != o.To {
			fmt.Fprintf(w, " (event %d is one of several that belong together)", o.To)
		}
		fmt.Fprintln(w)
	}
	if r.Forgotten > 0 {
		fmt.Fprintf(w, "erased again: %d\n", r.Forgotten)
	}
	if o.Keys == "" {
		fmt.Fprintf(w, "not checked: whether the keys are those of this data\n")
	}
	if o.Data != "" {
		fmt.Fprintf(w, "everybody has to sign in again (%d ended); look at the roles with veche user list --data %s\n", r.Ended, o.Data)
	}
	return nil
}

// readPassphrase reads the first line of a file, or the environment.
func readPassphrase(c *cobra.Command, path string) (string, error) {
	var from io.Reader
	switch path {
	case "":
		if text := os.Getenv(passphraseVariable); text != "" {
			return text, nil
		}
		return "", usagef("the keys need a passphrase: name a file with --passphrase-file FILE, or set %s", passphraseVariable)
	case "-":
		from = c.InOrStdin()
	default:
		f, err := os.Open(path)
		if err != nil {
			return "", err
		}
		defer f.Close() // only read
		from = f
	}
	lines := bufio.NewScanner(from)
	lines.Scan()
	return strings.TrimSpace(lines.Text()), lines.Err()
}
