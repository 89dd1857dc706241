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

// dataFlag adds --data to a verb that works on an installation's data.
func dataFlag(c *cobra.Command, data *string) {
	c.Flags().StringVar(data, "data", "data", "directory of the database and the keys")
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
func withAccounts(c *cobra.Command, data string, f func(context.Context, server.Accounts) error) (err error) {
	o, err := dataOptions(c, data)
	if err != nil {
		return err
	}
	a, done, err := server.OpenAccounts(c.Context(), o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return f(c.Context(), a)
}

func dataOptions(c *cobra.Command, data string) (server.Options, error) {
	if !c.Flags().Changed("data") {
		settings, err := config.Load(config.Sources{File: os.Getenv(config.FileVariable), Environ: os.Environ()})
		if err != nil {
			return server.Options{}, err
		}
		data = settings.DataDir
	}
	log := slog.New(slog.NewTextHandler(c.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelError}))
	return server.Options{Data: data, Log: log}, nil
}
