package main

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"veche/server"
	"veche/server/config"
)

// storeFlag names where the database is, if not in the data directory.
const storeFlag = "store"

// dataFlag adds --data and --store to a verb that works on an installation's
// data.
func dataFlag(c *cobra.Command, data *string) {
	c.Flags().StringVar(data, "data", "data", "directory of the database and the keys")
	c.Flags().String(storeFlag, server.SQLite, "where the database is: sqlite, in the data directory, or mongodb://host:port/database; VECHE_STORE keeps a password out of sight")
}

// withServer opens an installation's data for f. readOnly reads beside a
// running server.
func withServer(c *cobra.Command, data string, readOnly bool, f func(context.Context, *server.Server) error) (err error) {
	o, err := dataOptions(c, data)
	if err != nil {
		return err
	}
	o.ReadOnly = readOnly
	s, err := server.Open(c.Context(), o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return f(c.Context(), s)
}

// withAccounts opens people's accounts for f: those of the running server where
// there is one.
func withAccounts(c *cobra.Command, data string, f func(context.Context, server.Accounts) error) error {
	return withDesk(c, data, server.OpenAccounts, f)
}

// withDesk opens for f what a running server does for the command line, or what
// does it without one.
func withDesk[T any](c *cobra.Command, data string, open func(context.Context, server.Options) (T, func() error, error), f func(context.Context, T) error) (err error) {
	o, err := dataOptions(c, data)
	if err != nil {
		return err
	}
	t, done, err := open(c.Context(), o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return f(c.Context(), t)
}

func dataOptions(c *cobra.Command, data string) (server.Options, error) {
	at, err := c.Flags().GetString(storeFlag)
	if err != nil {
		return server.Options{}, err
	}
	if !c.Flags().Changed("data") || !c.Flags().Changed(storeFlag) {
		settings, err := config.Load(config.Sources{File: os.Getenv(config.FileVariable), Environ: os.Environ()})
		if err != nil {
			return server.Options{}, err
		}
		if !c.Flags().Changed("data") {
			data = settings.DataDir
		}
		if !c.Flags().Changed(storeFlag) {
			at = settings.Store
		}
	}
	log := slog.New(slog.NewTextHandler(c.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelError}))
	return server.Options{Data: data, Store: at, Log: log}, nil
}
