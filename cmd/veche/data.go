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
	if !c.Flags().Changed("data") {
		settings, err := config.Load(config.Sources{File: os.Getenv(config.FileVariable), Environ: os.Environ()})
		if err != nil {
			return err
		}
		data = settings.DataDir
	}
	log := slog.New(slog.NewTextHandler(c.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelError}))
	s, err := server.Open(c.Context(), server.Options{Data: data, ReadOnly: readOnly, Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return f(c.Context(), s)
}
