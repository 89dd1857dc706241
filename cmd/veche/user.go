package main

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"veche/server"
)

func newUserCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "user",
		Short: "People with a role: add, list, change, and their sign-in codes",
		Long: `People with a role: add, list, change, and their sign-in codes.

While a server runs on the same data it does what is asked here, so that roles
and sessions change, and open connections end, at once.`,
		RunE: func(*cobra.Command, []string) error {
			return usagef("user what? add, list, role, code, codes or revoke: see veche user --help")
		},
	}
	c.AddCommand(newUserAddCommand(), newUserListCommand(), newUserRoleCommand(), newUserCodeCommand(), newUserCodesCommand(), newUserResetCommand(), newUserRevokeCommand())
	return c
}

func newUserAddCommand() *cobra.Command {
	var data, name, roles string
	var life time.Duration
	c := &cobra.Command{
		Use:   "add --name NAME [--role ROLE,…]",
		Short: "Add a person and print a sign-in code for them",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			list, err := server.ParseRoles(roles)
			if err != nil {
				return usageError{err}
			}
			if name == "" {
				return usagef("user add needs --name NAME")
			}
			return withAccounts(c, data, func(ctx context.Context, s server.Accounts) error {
				id, code, err := s.AddUser(ctx, name, list, life)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "id    %s\ncode  %s\n", id, code)
				return err
			})
		},
	}
	dataFlag(c, &data)
	c.Flags().StringVar(&name, "name", "", "the person's name")
	c.Flags().StringVar(&roles, "role", "", "facilitator, moderator, planner, registrar, administrator, auditor, analyst; several with commas")
	c.Flags().DurationVar(&life, "life", 24*time.Hour, "how long the code works; it works once")
	return c
}

func newUserListCommand() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "list",
		Short: "List the people with an account",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withServer(c, data, true, func(ctx context.Context, s *server.Server) error {
				w := newCells(c.OutOrStdout())
				if err := w.row("id", "name", "roles"); err != nil {
					return err
				}
				err := s.Users(ctx, func(id, name string, roles []string) error {
					return w.row(id, name, strings.Join(roles, ";"))
				})
				return cmp.Or(err, w.end())
			})
		},
	}
	dataFlag(c, &data)
	return c
}

func newUserRoleCommand() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "role ID ROLE,…",
		Short: "Replace a person's roles; they have to sign in again",
		Args:  exactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			list, err := server.ParseRoles(args[1])
			if err != nil {
				return usageError{err}
			}
			return withAccounts(c, data, func(ctx context.Context, s server.Accounts) error {
				return s.SetRoles(ctx, args[0], list)
			})
		},
	}
	dataFlag(c, &data)
	return c
}

func newUserCodeCommand() *cobra.Command {
	var data string
	var life time.Duration
	c := &cobra.Command{
		Use:   "code ID",
		Short: "Print a new sign-in code for a person",
		Args:  exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withAccounts(c, data, func(ctx context.Context, s server.Accounts) error {
				code, err := s.NewCode(ctx, args[0], life)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(c.OutOrStdout(), code)
				return err
			})
		},
	}
	dataFlag(c, &data)
	c.Flags().DurationVar(&life, "life", 24*time.Hour, "how long the code works; it works once")
	return c
}

func newUserCodesCommand() *cobra.Command {
	var data string
	var life time.Duration
	c := &cobra.Command{
		Use:   "codes TOPIC",
		Short: "Print a sign-in code for everyone who came by file and has a seat, as CSV for letters",
		Args:  exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withAccounts(c, data, func(ctx context.Context, s server.Accounts) error {
				list, err := s.LetterCodes(ctx, args[0], life)
				if err != nil {
					return err
				}
				rows := [][]string{{"id", "seat", "code"}}
				for _, l := range list {
					rows = append(rows, []string{l.ID, strconv.FormatUint(uint64(l.Seat), 10), l.Code})
				}
				return writeCells(c.OutOrStdout(), rows)
			})
		},
	}
	dataFlag(c, &data)
	c.Flags().DurationVar(&life, "life", 30*24*time.Hour, "how long a code works; it works once")
	return c
}

func newUserResetCommand() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "reset ID",
		Short: "Take a person's second step of signing in away, for who has lost it; they set up another",
		Args:  exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withAccounts(c, data, func(ctx context.Context, s server.Accounts) error {
				return s.ResetStep(ctx, args[0])
			})
		},
	}
	dataFlag(c, &data)
	return c
}

func newUserRevokeCommand() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "revoke ID",
		Short: "Take all roles and sign-in codes from a person and end their sessions",
		Args:  exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withAccounts(c, data, func(ctx context.Context, s server.Accounts) error {
				return s.Revoke(ctx, args[0])
			})
		},
	}
	dataFlag(c, &data)
	return c
}
