//go:build !linux

package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// newBenchLiveCommands refuse: ten thousand sockets in one thread are epoll's.
func newBenchLiveCommands() []*cobra.Command {
	return []*cobra.Command{{
		Use:   "live",
		Short: "Measure live rooms (on Linux only)",
		RunE: func(*cobra.Command, []string) error {
			return errors.New("bench live measures with epoll: run it on Linux")
		},
	}}
}
